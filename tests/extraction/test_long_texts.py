"""Long texts: reading takes time in proportion to their length, and nothing at their end is missed."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import replace

import pytest

from bot.extraction import extract
from bot.extraction.pipeline import reader_for
from bot.findings.case import Case
from bot.findings.update import update
from bot.knowledge.load import load
from bot.triage.assess import assess

KNOWLEDGE = load()
LENGTH = 100_000
#: CPU seconds. Most take about one; the limit leaves room for a slow machine. Walking over all for each claim took 20 to 90.
LIMIT = 8.0
RED_FLAG = "I can't feel anything between my legs when I wipe"


def _dense() -> str:
    """Words of the lexicon one after the other, no mark between them."""
    rng = random.Random(7)
    words = sorted(reader_for(KNOWLEDGE).lexicon.vocabulary)
    return " ".join(rng.choice(words) for _ in range(LENGTH // 6))


def _gibberish() -> str:
    rng = random.Random(8)
    return " ".join("".join(rng.choice("abcdeghiklmnoprstuw") for _ in range(7)) for _ in range(LENGTH // 8))


FLOODS = {
    "one word": "numb ",
    "state and place": "numb bum ",
    "ability": "can't feel my leg ",
    "denial": "no numbness ",
    "condition": "if numb ",
    "side": "left leg numb ",
    "time": "3 weeks numb ",
    "history": "history of numb ",
    "end": "settled numb ",
    "short sentences": "numb. ",
    "lines": "numb\n",
    "marks": "* ",
    "white space": " ",
    "dense": _dense(),
    "gibberish": _gibberish(),
}


def _filled(unit: str) -> str:
    return "".join(itertools.islice(itertools.cycle(unit), LENGTH))


@pytest.mark.parametrize("name", FLOODS)
def test_a_long_text_is_read_in_time_and_to_its_very_end(name: str) -> None:
    text = f"{_filled(FLOODS[name])}. {RED_FLAG}"
    started = time.process_time()
    extraction = extract(text, KNOWLEDGE)
    assert time.process_time() - started < LIMIT
    sign = [m for m in extraction.mentions if m.start >= LENGTH]
    assert ("saddle_numbness", "present") in {(m.concept, m.presence) for m in sign}
    case = update(Case(), replace(extraction, mentions=tuple(sign)), KNOWLEDGE)
    assert assess(case, KNOWLEDGE).disposition == "emergency_now"
