"""Asking for a person while an agent is at the desk: the wait is safe, because the list and the numbers come with it."""

from __future__ import annotations

import pytest

from bot.desk.calls import Desk
from bot.desk.handover import Handovers, chat_site

pytestmark = pytest.mark.rasa

WORDS = "I want to talk to a person please"


@pytest.fixture
def desk_is_staffed(service, tmp_path, clock):
    """An agent is present for the chats of this server."""
    desk = Desk(tmp_path, service.knowledge, clock=clock)
    before, service.handovers = service.handovers, Handovers(desk, tmp_path, clock=clock)
    service.handovers.set_here(chat_site(), "alex", True)
    yield service.handovers
    service.handovers = before
    desk.close()


@pytest.mark.parametrize("locale", ["en-GB", "en-US"])
async def test_who_waits_for_a_person_has_the_list_and_the_numbers(talk, desk_is_staffed, locale):
    await talk.greet(locale)
    put = (await talk.say("my lower back is stiff since gardening", locale=locale)).question
    reply = await talk.say(WORDS, locale=locale)
    kinds = [block.kind for block in reply.blocks]
    wait = next(n for n, block in enumerate(reply.blocks) if block.text.startswith("Do not wait for a reply"))
    assert "I will ask for a person to join" in reply.plain_text()
    assert kinds[wait + 1] == "list", "the sentence speaks of a list: it must follow"
    assert len(reply.blocks[wait + 1].items) >= len(talk.service.knowledge.safety_net.signs)
    assert any(link.href.startswith("tel:") for block in reply.blocks for link in block.links)
    assert reply.question == put, "the interview goes on: a red flag may still be found while they wait"
    shown = [entry for entry in await talk.service.history(talk.id) if entry["role"] == "bot"]
    assert shown[-1]["reply"]["question"] == put
    assert "There is nobody here" not in str(shown), "the answer it replaces is not shown"


async def test_a_sign_told_while_waiting_is_an_emergency(talk, desk_is_staffed):
    await talk.say("my lower back is stiff since gardening")
    await talk.say(WORDS)
    assert (await talk.say("and it is numb when I wipe")).urgency == "emergency_now"


async def test_the_same_message_again_after_a_restart_gets_the_same_reply(talk, desk_is_staffed):
    await talk.say("my lower back is stiff since gardening")
    reply = await talk.say(WORDS, message_id="m2")
    talk.service._replies.clear()
    assert (await talk.say(WORDS, message_id="m2")).plain_text() == reply.plain_text()
