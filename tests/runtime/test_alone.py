"""A message that is too much for the usual way is answered all the same, soon, from its beginning and its end."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot.knowledge.load import load
from bot.runtime.alone import HEAD, TAIL, part_read, read_alone
from bot.turn import Turn

DENSE = "numb between my legs "


@pytest.mark.parametrize("text", ["", "my back hurts", "x" * (HEAD + TAIL), "ä" * 900])
def test_a_short_text_is_read_whole(text):
    assert part_read(text) == text


def test_of_a_long_text_both_ends_are_read():
    read = part_read("my back hurts. " + "word " * 20_000 + "and it is numb when I wipe")
    assert read.startswith("my back hurts. ")
    assert read.endswith("and it is numb when I wipe")
    assert len(read) <= HEAD + TAIL + 2


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, DENSE * 5_000, " " * 100_000, "\n" * 50_000 + "a" * 50_000, "- " * 50_000],
    ids=["word", "dense", "blank", "lines", "dashes"],
)
async def test_the_core_alone_reads_any_text_in_bounded_time(text):
    begun = time.process_time()
    turn = await read_alone(text, load(), seconds=60)
    assert isinstance(turn, Turn)
    assert (turn.assessment.disposition == "emergency_now") == (DENSE in text)
    assert time.process_time() - begun < 10


async def test_it_gives_up_after_its_time(monkeypatch):
    release = threading.Event()
    monkeypatch.setattr("bot.runtime.alone.safe_turn", lambda *args, **known: release.wait(10))
    with pytest.raises(asyncio.TimeoutError):
        await read_alone("my back hurts", load(), seconds=0.1)
    release.set()


@pytest.mark.rasa
async def test_a_reading_that_never_ends_costs_nobody_the_advice(talk, service, monkeypatch):
    """The thread for long messages stays busy: the advice comes all the same, for this message and for the next one."""
    release = threading.Event()
    monkeypatch.setattr(service, "_seconds", 0.3)
    monkeypatch.setattr("bot.runtime.conversation.read_message", lambda *args, **known: release.wait(30))
    try:
        for _ in range(2):
            begun = time.monotonic()
            reply = await talk.say(DENSE * 1_000)
            assert reply.urgency == "emergency_now"
            assert "too long for me to read" in reply.plain_text(), "it was not read whole, and that is said"
            assert time.monotonic() - begun < 20
    finally:
        release.set()
