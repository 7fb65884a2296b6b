"""A chat that a person has taken over: the bot is silent, but an emergency that is new is never kept back from anybody."""

from __future__ import annotations

import pytest

from bot.desk.calls import Desk
from bot.desk.handover import Handovers, chat_site

pytestmark = pytest.mark.rasa

NEW = [
    ("I want to kill myself", "116 123"),
    ("I took 30 paracetamol an hour ago", "999"),
    ("I have a crushing pain in my chest and my arm is heavy", "999"),
]


@pytest.fixture
async def taken(talk, service, tmp_path, clock):
    """A conversation that is an emergency already, and that an agent has taken over."""
    desk = Desk(tmp_path, service.knowledge, clock=clock)
    before, service.handovers = service.handovers, Handovers(desk, tmp_path, clock=clock)
    assert (await talk.say("my left leg is weak and it is numb when I wipe")).urgency == "emergency_now"
    entry = service.handovers.queue(chat_site())["waiting"][0]
    service.handovers.take(entry["id"], chat_site(), "alex")
    yield talk
    service.handovers = before
    desk.close()


async def last_shown(talk):
    """The bot's last answer as the agent and the visitor's other tabs see it."""
    return [entry for entry in await talk.service.history(talk.id) if entry["role"] == "bot"][-1]


@pytest.mark.parametrize(("text", "number"), NEW, ids=[text for text, _ in NEW])
async def test_a_new_emergency_shows_at_once_to_both_although_it_was_one_already(taken, text, number):
    reply = await taken.say(text)
    assert reply.urgency == "emergency_now"
    assert reply.blocks[0].kind == "emergency"
    assert number in reply.plain_text()
    assert (await last_shown(taken))["reply"]["blocks"][0]["text"] == reply.blocks[0].text


@pytest.mark.parametrize("text", ["thank you", "ok I will", "it started on Monday"])
async def test_nothing_new_is_left_to_the_person(taken, text):
    before = await last_shown(taken)
    reply = await taken.say(text)
    assert [block.kind for block in reply.blocks] == ["notice"]
    assert (await last_shown(taken)) == before


async def test_each_emergency_shows_once_and_every_further_one_again(taken):
    assert (await taken.say("I want to kill myself")).blocks[0].kind == "emergency"
    assert (await taken.say("I do not know what to do")).blocks[0].kind == "notice"
    assert (await taken.say("I took 30 paracetamol an hour ago")).blocks[0].kind == "emergency"
    assert (await taken.say("ok")).blocks[0].kind == "notice"


async def test_what_was_shown_is_known_after_a_restart(taken, tmp_path, clock):
    await taken.say("I want to kill myself")
    desk = taken.service.handovers._desk
    taken.service.handovers = Handovers(desk, tmp_path, clock=clock)
    assert (await taken.say("ok")).blocks[0].kind == "notice"


async def test_safe_advice_of_a_turn_that_failed_is_not_kept_back(taken, monkeypatch):
    async def broken(*args, **kwargs):
        raise RuntimeError("boom")

    monkeypatch.setattr(taken.service.agent.processor, "parse_message", broken)
    reply = await taken.say("my back is stiff")
    assert reply.blocks[0].kind == "emergency"
    assert len(reply.blocks) > 1
