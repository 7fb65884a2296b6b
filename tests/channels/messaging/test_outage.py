"""A platform that is slow, down or refuses; a server that is stopped between two lines: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.channels.messaging.platforms import platforms
from tests.channels.messaging.kit import words_of

pytestmark = pytest.mark.rasa


async def until(condition, seconds=10.0):
    for _ in range(int(seconds / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


def tried(chat):
    rows = chat.world.query("SELECT COALESCE(MAX(attempts), 0) FROM outbox WHERE conversation = ?", chat.conversation)
    return rows[0][0]


async def test_an_outage_delays_answers_and_loses_none(chat):
    await chat.say("hello")
    chat.news()
    chat.world.stand_in.down = True
    await chat.deliver("text", text="my lower back is stiff since I did the garden")
    await until(lambda: tried(chat) >= 2)
    await chat.deliver("text", text="it feels numb when I wipe")
    assert chat.news() == []
    chat.world.stand_in.down = False
    await chat.world.settled()
    told = chat.news()
    assert not told[0].text.startswith("Go to A&E now"), "the older answer comes first"
    assert any(one.text.startswith("Go to A&E now") for one in told)
    assert len({one.text for one in told}) == len(told), "nothing comes twice"


async def test_too_many_requests_are_sent_later(chat):
    await chat.say("hello")
    chat.news()
    chat.world.stand_in.failures = [(429, {"Retry-After": "1"}, {"parameters": {"retry_after": 1}})] * 2
    before = chat.world.stand_in.attempts
    assert words_of(await chat.say("my back hurts"))
    assert chat.world.stand_in.attempts >= before + 3


async def test_a_refused_message_is_kept_aside_and_does_not_stop_the_next(chat):
    await chat.say("hello")
    chat.news()
    chat.world.stand_in.failures = [(400, {}, {"error": {"message": "bad"}, "code": 21211})]
    await chat.deliver("text", text="my back hurts")
    await chat.world.settled()
    held = chat.world.query("SELECT failed FROM outbox WHERE conversation = ?", chat.conversation)
    assert len(held) == 1
    chat.news()
    assert await chat.say("my left leg is weak")
    assert chat.world.post.store.counts()[chat.platform][1] >= 1


@pytest.mark.where(lambda platform: platforms()[platform].window_hours)
async def test_a_window_that_is_closed_holds_the_message_until_the_person_writes(chat):
    hours = platforms()[chat.platform].window_hours
    await chat.say("my back hurts")
    post, real = chat.world.post, chat.world.post.clock
    try:
        post.clock = post.outbox._clock = lambda: real() + hours * 3600 + 60
        future = asyncio.run_coroutine_threadsafe(post.person_wrote(chat.conversation, "This is Mo."), chat.world.loop)
        await asyncio.wrap_future(future)
        await chat.world.settled()
        assert chat.news() == []
        told = await chat.say("are you there?")
        assert told[0].text == "This is Mo."
        assert len(told) > 1
    finally:
        post.clock = post.outbox._clock = real


async def test_a_stopped_server_answers_when_it_is_back_once(chat, service):
    """The delivery was written down; the process ended before it was answered."""
    from bot.channels.messaging.inbound import Inbound

    world = chat.world
    post = world.post
    await chat.say("my back hurts")
    person = post.store.person(chat.conversation)
    inbound = Inbound(chat.platform, str(chat.user), "lost-key", "text", "it feels numb when I wipe",
                      address=json.loads(post.keyring.unseal(person.address)))  # fmt: skip

    async def crash_and_return():
        sealed = post.keyring.seal(inbound.to_json())
        post.store.take_in(post.keyring.fingerprint(chat.platform, "lost-key"), sealed, person)
        post.start(service)  # what a start does: unanswered first
        post.start(service)  # and once more, before the first is done

    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(crash_and_return(), world.loop))
    await world.settled()
    told = chat.news()
    assert told[0].text.startswith("Go to A&E now")
    assert len([one for one in told if one.text.startswith("Go to A&E now")]) == 1


async def test_an_emergency_does_not_sit_out_a_long_pause(chat):
    await chat.say("hello")
    chat.news()
    post = chat.world.post
    chat.world.stand_in.failures = [(429, {"Retry-After": "3000"}, {"parameters": {"retry_after": 3000}})]
    await chat.deliver("text", text="my back hurts")
    await until(lambda: tried(chat) >= 1)
    post.outbox.pause_factor, quick = 1.0, post.outbox.pause_factor
    try:
        await asyncio.sleep(0.1)  # the pause is on
        await chat.deliver("text", text="it feels numb when I wipe")
        await until(lambda: any(one.text.startswith("Go to A&E now") for one in chat.world.stand_in.to(str(chat.user))))
    finally:
        post.outbox.pause_factor = quick


async def test_what_was_deleted_is_not_sent_any_more(chat):
    await chat.say("hello")
    chat.news()
    chat.world.stand_in.down = True
    await chat.deliver("text", text="my back hurts")
    await until(lambda: tried(chat) >= 1)
    await chat.deliver("text", text="DELETE")
    await until(lambda: not chat.world.query("SELECT 1 FROM inbox WHERE sealed IS NOT NULL"))
    chat.world.stand_in.down = False
    await chat.world.settled()
    assert "deleted" in words_of(chat.news())
    assert chat.world.query("SELECT COUNT(*) FROM people WHERE conversation = ?", chat.conversation) == [(0,)]


@pytest.mark.where(lambda platform: platforms()[platform].keywords)
async def test_stop_keeps_quiet_but_never_about_an_emergency(chat):
    await chat.say("my back hurts")
    assert "no more messages" in words_of(await chat.say("STOP"))
    assert await chat.say("my knee aches a bit") == [], "they were told just now"
    turns = (await chat.world.post.service.case(chat.conversation)).turns
    assert turns == 1, "nothing is kept after STOP"
    sent = await chat.say("it feels numb when I wipe")
    assert sent[0].text.startswith("Go to A&E now")
    assert "Welcome back" in words_of(await chat.say("Start"))
    assert "DELETE" in words_of(await chat.say("help"))
    assert "between your legs" in words_of(await chat.say("INFO")) or "Go to A&E" in words_of(await chat.say("INFO"))


async def test_what_comes_right_after_delete_is_a_new_beginning_with_an_answer(chat):
    await chat.say("my left leg is weak")
    await chat.deliver("text", text="DELETE")
    await chat.deliver("text", text="my back hurts")
    await chat.world.settled()
    told = words_of(chat.news())
    assert "deleted" in told
    assert "I keep what you write" in told
    assert (await chat.world.post.service.case(chat.conversation)).turns == 1
