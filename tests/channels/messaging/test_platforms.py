"""What only one platform has: handshakes, tokens, its own events, pictures, order on the way."""

from __future__ import annotations

import asyncio
import json
import time

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.channels.messaging.parts import Part
from bot.channels.messaging.platforms import platforms
from tests.channels.messaging.kit import ENVIRONMENT, PUBLIC, TEAMS_JWK, Chat, teams_token, words_of
from tests.channels.messaging.test_doors import refusal

pytestmark = pytest.mark.rasa


@pytest.fixture
async def on(world):
    """Makes a person on a platform of the test's choice."""
    async with aiohttp.ClientSession() as http:
        yield lambda name: Chat(world, http, name)
    world.post.pause = 0.0


# --- handshakes --------------------------------------------------------------------------------------------------


async def test_messenger_is_told_that_the_address_is_ours(on):
    chat = on("messenger")
    asked = {
        "hub.mode": "subscribe",
        "hub.challenge": "1158201444",
        "hub.verify_token": ENVIRONMENT["ROOTLINE_MESSENGER_VERIFY_TOKEN"],
    }
    async with chat.http.get(chat.world.address + chat.path, params=asked) as answer:
        assert (answer.status, await answer.text()) == (200, "1158201444")
    wrong = ({"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": "<script>"}, {"hub.challenge": ""})
    for change in wrong:
        async with chat.http.get(chat.world.address + chat.path, params={**asked, **change}) as answer:
            assert answer.status == 403
            assert "script" not in await answer.text()


async def test_slack_gets_its_challenge_back_only_when_it_signed(on):
    chat = on("slack")
    body, headers = chat.encode({"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB"})
    status, _, answer = await chat.post(body, headers)
    assert (status, json.loads(answer)) == (200, {"challenge": "3eZbrw1aB"})
    refusal(await chat.post(body, {**headers, "X-Slack-Signature": "v0=00"}), 403, "INP080")


async def test_slack_takes_no_old_signature(on, monkeypatch):
    chat = on("slack")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 301)
    body, headers = chat.request("text", text="my back hurts")
    monkeypatch.setattr(time, "time", real)
    refusal(await chat.post(body, headers), 403, "INP080")


# --- the Bot Framework's tokens ----------------------------------------------------------------------------------

STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TOKENS = {
    "another key": lambda: teams_token(STRANGER),
    "for another bot": lambda: teams_token(aud="someone-else"),
    "of another issuer": lambda: teams_token(iss="https://evil.example"),
    "run out": lambda: teams_token(exp=time.time() - 3600),
    "without an end": lambda: teams_token(exp=None),
    "for another service address": lambda: teams_token(serviceurl="https://evil.example/"),
    "without a service address": lambda: teams_token(serviceurl=None),
    "unsigned": lambda: jwt.encode({"aud": ENVIRONMENT["ROOTLINE_TEAMS_APP_ID"]}, None, algorithm="none", headers={"kid": "k1"}),
    "signed with the public key as a secret": lambda: jwt.encode(
        {"aud": ENVIRONMENT["ROOTLINE_TEAMS_APP_ID"], "exp": time.time() + 60},
        TEAMS_JWK["n"],
        algorithm="HS256",
        headers={"kid": "k1"},
    ),
}


@pytest.mark.parametrize("name", TOKENS)
async def test_teams_takes_only_microsofts_token_for_this_bot_and_address(on, name):
    chat = on("teams")
    token = TOKENS[name]()
    body, headers = chat.request("text", text="my back hurts")
    before = len(chat.world.stand_in.sent)
    refusal(await chat.post(body, {**headers, "Authorization": f"Bearer {token}"}), 403, "INP080")
    await chat.world.settled()
    assert len(chat.world.stand_in.sent) == before
    assert await chat.world.post.service.case(chat.conversation) is None


async def test_teams_sends_no_answer_to_an_address_the_token_does_not_name(on):
    chat = on("teams")
    refusal(await chat.post(*chat.request("text", text="my back hurts", service="https://evil.example/")), 403, "INP080")


# --- taps, order, pictures ---------------------------------------------------------------------------------------


async def test_telegram_stops_the_clock_on_a_tapped_button(on):
    chat = on("telegram")
    await chat.say("my back is stiff, nothing else")
    await chat.choose(["none"], await chat.last_reply())
    for _ in range(3):
        last = chat.world.stand_in.to(str(chat.user))[-1]
        if last.buttons:
            status, _, body = await chat.post(*chat.request("option", option=last.buttons[0][1]))
            assert status == 200
            assert json.loads(body)["method"] == "answerCallbackQuery"
            await chat.world.settled()
            return
        await chat.choose(["none"], await chat.last_reply())
    raise AssertionError("no question had buttons")


@pytest.mark.where(lambda platform: platforms()[platform].buttons != "none")
async def test_a_button_of_an_earlier_question_still_counts(chat):
    service = chat.world.post.service
    await chat.say("my lower back is stiff since I did the garden")
    reply = await chat.last_reply()
    earlier = f"{reply.question}=chest"
    await chat.say("none of these")
    assert (await chat.last_reply()).question != reply.question
    sent = await chat.send("option", option=earlier)
    assert (await chat.last_reply()).urgency == "emergency_now"
    assert "999" in sent[0].text
    assert (await service.case(chat.conversation)) is not None


@pytest.mark.parametrize("payload", ["x", "=", "Q1=", "Q1=no_such_value", "NO_SUCH=yes", "=yes", "a" * 60])
async def test_a_payload_that_is_none_of_ours_harms_nothing(on, payload):
    chat = on("telegram")
    await chat.say("my lower back is stiff since I did the garden")
    before = await chat.world.post.service.case(chat.conversation)
    assert await chat.send("option", option=payload)
    after = await chat.world.post.service.case(chat.conversation)
    assert after.answers == before.answers
    assert after.mentions == before.mentions


async def test_what_overtook_on_the_way_is_put_back_in_order(on):
    chat = on("telegram")
    chat.world.post.pause = 0.4
    for number, text in ((900_000_002, "is weak"), (900_000_001, "my left leg")):
        await chat.deliver("text", text=text, id=number)
    await chat.world.settled()
    history = await chat.world.post.service.history(chat.conversation)
    assert history[1]["text"] == "my left leg is weak"


async def test_a_burst_of_statement_and_answer_loses_neither(on):
    chat = on("telegram")
    await chat.say("my lower back is stiff since I did the garden")
    await chat.say("none of these")
    chat.world.post.pause = 0.4
    for text in ("no numbness", "left leg is weak though"):
        await chat.deliver("text", text=text)
    await chat.world.settled()
    case = await chat.world.post.service.case(chat.conversation)
    present = {mention.concept for mention in case.mentions if mention.presence == "present"}
    assert "leg_weakness" in present, "the 'no' of one message must not deny the next"


@pytest.mark.where(lambda platform: platforms()[platform].picture != "none")  # the others get words only
async def test_a_drawing_goes_out_as_a_picture_with_its_description(chat):
    await chat.say("hello")
    chat.news()
    world = chat.world
    address = json.loads(world.post.keyring.unseal(world.post.store.person(chat.conversation).address))

    async def put():
        sealed = world.post.outbox.seal(address, Part("The path of the nerve", picture="L4-left", locale="en-GB"))
        world.post.store.answer((), chat.conversation, chat.platform, [(sealed, False)], world.post.clock())
        world.post.outbox.wake(chat.conversation)

    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(put(), world.loop))
    await world.settled()
    sent = chat.news()
    kinds = {"telegram": "photo"}
    assert kinds.get(chat.platform, "picture") in [one.kind for one in sent]
    assert "The path of the nerve" in words_of(sent)
    if chat.platform != "telegram":
        assert f"{PUBLIC}/pictures/L4-left.png?locale=en-GB" in str([one.raw for one in sent])


async def test_american_numbers_for_an_american_number(on):
    chat = on("sms")
    chat.user = "+12025550" + str(int(time.time() * 1000) % 1000).zfill(3)
    sent = await chat.say("it feels numb when I wipe")
    assert sent[0].text.startswith("Go to the emergency room now or call 911.")


async def test_twilio_says_stopped_and_we_keep_quiet(on):
    chat = on("sms")
    chat.world.stand_in.failures = [(400, {}, {"code": 21610, "message": "unsubscribed"})]
    await chat.deliver("text", text="my back hurts")
    await chat.world.settled()
    assert chat.world.post.store.person(chat.conversation).stopped
