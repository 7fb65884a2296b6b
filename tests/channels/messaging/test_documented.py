"""What the platforms' documentation says beyond the common ground; the address of each fact stands in payloads/ and platforms.yml."""

from __future__ import annotations

import asyncio
import struct

import aiohttp
import pytest

from bot.channels.messaging.burst import Story, is_new_emergency, look
from bot.channels.messaging.inbound import locale_of_number
from bot.channels.rendering import from_json
from tests.channels.messaging.kit import TEAMS_SERVICE, Chat, teams_token, words_of
from tests.channels.messaging.test_conversations import EMERGENCY, kindly_refused
from tests.channels.messaging.test_doors import refusal

pytestmark = pytest.mark.rasa

#: In the first line of every emergency, whichever way to go it names.
TOLD = "Do not drive yourself"
RED_FLAG = "my left leg is weak and it feels numb when I wipe"


@pytest.fixture
async def on(world):
    """Makes a person on a platform of the test's choice."""
    async with aiohttp.ClientSession() as http:
        yield lambda name: Chat(world, http, name)
    world.stand_in.failures, world.stand_in.down = [], False


def held(chat):
    return [row[0] for row in chat.world.query("SELECT failed FROM outbox WHERE conversation = ?", chat.conversation)]


def reaches_emergency(chat, story, text, *values):
    return is_new_emergency(look(text, story, chat.world.post.knowledge, values or None))


async def asked_until(chat, wanted):
    """Goes on in a conversation, answering no, until `wanted(story, reply)` gives something; that, and the reply."""
    await chat.say("my back hurts")
    for _ in range(40):
        service = chat.world.post.service
        history = await service.history(chat.conversation)
        reply = [from_json(entry["reply"]) for entry in history if entry["role"] == "bot"][-1]
        if found := wanted(Story(await service.case(chat.conversation), reply.question), reply):
            return found, reply
        values = [option.value for option in reply.options]
        await chat.say(str(next((values.index(value) for value in ("no", "none") if value in values), len(values) - 1) + 1))
    raise AssertionError("no such question was put")


# --- Twilio: STOP, START, HELP -----------------------------------------------------------------------------------


async def test_a_messaging_services_own_words_stop_start_and_help(on):
    chat = on("sms")
    await chat.say("my back hurts")
    assert "no more messages" in words_of(await chat.send("opted_out", text="ARRET", option="STOP"))
    assert chat.world.post.store.person(chat.conversation).stopped
    assert "Welcome back" in words_of(await chat.send("opted_out", text="REPRENDRE", option="START"))
    assert "between your legs" in words_of(await chat.send("opted_out", text="AIDE", option="HELP"))
    assert (await chat.world.post.service.case(chat.conversation)).turns == 1


async def test_yes_is_start_to_somebody_who_stopped_and_an_answer_to_everybody_else(on):
    chat = on("sms")
    await chat.say("my back hurts")
    turns = (await chat.world.post.service.case(chat.conversation)).turns
    await chat.say("Yes")
    assert (await chat.world.post.service.case(chat.conversation)).turns == turns + 1
    await chat.say("STOP")
    assert "Welcome back" in words_of(await chat.say("YES"))
    assert not chat.world.post.store.person(chat.conversation).stopped


async def test_yes_answers_a_red_flag_question_though_twilio_calls_it_start(on):
    chat = on("sms")
    await asked_until(chat, lambda story, reply: reaches_emergency(chat, story, "Yes"))
    turns = (await chat.world.post.service.case(chat.conversation)).turns
    sent = await chat.send("opted_out", text="Yes", option="START")
    assert TOLD in sent[0].text.splitlines()[0]
    assert "Welcome back" not in words_of(sent)
    assert (await chat.world.post.service.case(chat.conversation)).turns == turns + 1
    await chat.send("opted_out", text="STOP", option="STOP")
    assert "Welcome back" in words_of(await chat.send("opted_out", text="Yes", option="START"))
    assert not chat.world.post.store.person(chat.conversation).stopped


async def test_a_number_after_stop_is_assessed_like_words(on):
    chat = on("sms")

    def dangerous(story, reply):
        return [n for n, option in enumerate(reply.options, 1) if reaches_emergency(chat, story, option.label, option.value)]

    numbers, reply = await asked_until(chat, dangerous)
    turns = (await chat.world.post.service.case(chat.conversation)).turns
    await chat.say("STOP")
    quiet = next(number for number in range(1, len(reply.options) + 1) if number not in numbers)
    assert TOLD not in words_of(await chat.say(str(quiet)))
    assert (await chat.world.post.service.case(chat.conversation)).turns == turns
    sent = await chat.say(str(numbers[0]))
    assert TOLD in sent[0].text.splitlines()[0]
    assert chat.world.post.store.person(chat.conversation).stopped


async def test_an_emergency_that_the_carrier_held_back_is_told_when_they_start_again(on):
    chat = on("sms")
    await chat.say("my back hurts")
    await chat.say("STOP")
    chat.world.stand_in.failures = [(400, {}, {"code": 21610, "message": "unsubscribed"})] * 9
    assert await chat.say(RED_FLAG) == []
    chat.world.stand_in.failures = []
    sent = await chat.say("START")
    assert sent[0].text.startswith(EMERGENCY)
    assert "Welcome back" in words_of(sent)


async def test_somebody_who_blocked_us_did_not_say_stop(on):
    chat = on("whatsapp")
    chat.world.stand_in.failures = [(400, {}, {"code": 63014, "message": "blocked by user action"})]
    await chat.deliver("text", text="my back hurts")
    await chat.world.settled()
    assert "blocked" in held(chat)
    assert not chat.world.post.store.person(chat.conversation).stopped
    chat.news()
    assert "You asked me to stop" not in words_of(await chat.say("my left leg aches"))


# --- Twilio: what comes besides messages -------------------------------------------------------------------------


async def test_a_message_that_got_lost_after_twilio_took_it_is_logged_by_its_number_alone(on, capfd):
    chat = on("sms")
    lost = chat.request({"MessageSid": "$id", "From": "+441632960000", "To": "$user", "MessageStatus": "undelivered",
                         "SmsStatus": "undelivered", "ErrorCode": "30003"})  # fmt: skip
    assert (await chat.post(*lost))[0] == 200
    logged = "".join(capfd.readouterr())
    assert "messaging.delivery.lost" in logged
    assert "30003" in logged
    assert str(chat.user) not in logged


async def test_the_fallback_address_brings_the_same_message_which_is_answered_once(on):
    chat = on("sms")
    assert await chat.send("text", text="my back hurts", id="SM1fallback")
    assert await chat.send("fallback", text="my back hurts", id="SM1fallback") == []
    assert await chat.send("fallback", text="my left leg aches", id="SM2fallback"), "the first address never got this one"


# --- WhatsApp: people without a number ---------------------------------------------------------------------------


async def test_who_hides_their_number_keeps_the_conversation_and_is_answered_where_they_are(on):
    chat = on("whatsapp")
    account = f"whatsapp:GB.{chat.user.removeprefix('whatsapp:+')}A"
    await chat.send("with_account", text="my left leg is weak", account=account)
    assert chat.world.stand_in.to(chat.user), "Twilio is answered at the number while there is one"
    chat.user = account
    await chat.send("with_account", text="it feels numb when I wipe", account=account)
    assert chat.world.stand_in.to(account)[0].text.startswith(EMERGENCY)
    case = await chat.world.post.service.case(chat.conversation)
    assert {"leg_weakness"} <= {mention.concept for mention in case.mentions}


async def test_the_words_of_a_templates_button_are_read(on):
    sent = await on("whatsapp").send("template_button", text=RED_FLAG)
    assert sent[0].text.startswith(EMERGENCY)


@pytest.mark.parametrize(
    ("number", "locale"),
    [
        ("+441632960123", "en-GB"),
        ("whatsapp:+12025550123", "en-US"),
        ("+4930123456", "international"),
        ("whatsapp:GB.1A2B3C4D", "en-GB"),
        ("whatsapp:US.ENT.11815799212886844830", "en-US"),
        ("whatsapp:BR.1502576394655843", "international"),
        # withheld: the word, or the digits that spell it
        ("anonymous", ""),
        ("+266696687", ""),
        ("+7378742833", ""),
        ("+2562533", ""),
        ("+8656696", ""),
        ("+86282452253", ""),
        ("sip:somebody@example.org", ""),
        ("", ""),
    ],
)
def test_where_somebody_is(number, locale):
    assert locale_of_number(number) == locale


# --- Telegram ----------------------------------------------------------------------------------------------------


async def test_a_live_place_is_answered_once_however_often_it_moves(on):
    chat = on("telegram")
    await kindly_refused(chat, "location")
    moved = chat.request({
        "update_id": "$id",
        "edited_message": {
            "message_id": 5, "from": {"id": "$user", "is_bot": False}, "chat": {"id": "$user", "type": "private"}, "date": 1,
            "edit_date": 2, "location": {"latitude": 51.5, "longitude": -0.1, "live_period": 900},
        },
    })  # fmt: skip
    assert (await chat.post(*moved))[0] == 200
    await chat.world.settled()
    assert chat.news() == []


# --- Messenger ---------------------------------------------------------------------------------------------------


async def test_each_change_of_a_message_is_read_and_each_delivery_of_a_change_once(on):
    chat = on("messenger")
    await chat.say("my back hurts")

    def change(number, text):
        event = {"sender": {"id": "$user"}, "recipient": {"id": "1"}, "timestamp": 1700000000000 + number,
                 "message_edit": {"mid": "m_1", "text": text, "num_edit": number}}  # fmt: skip
        return chat.request({"object": "page", "entry": [{"id": "1", "time": 1, "messaging": [event]}]})

    for number, text in ((1, "my left leg is weak"), (1, "my left leg is weak"), (2, RED_FLAG)):
        assert (await chat.post(*change(number, text)))[0] == 200
        await chat.world.settled()
    sent = chat.news()
    assert any(one.text.startswith(EMERGENCY) for one in sent)
    history = await chat.world.post.service.history(chat.conversation)
    assert [entry["text"] for entry in history if entry["role"] == "user"] == ["my back hurts", "my left leg is weak", RED_FLAG]


async def test_an_event_that_comes_as_the_change_of_a_field_is_read_too(on):
    assert "Hello, I am Rootline" in words_of(await on("messenger").send("opening_as_change"))


CLOSED = {
    "messenger": {
        "error": {"code": 10, "error_subcode": 2018278, "type": "OAuthException", "message": "outside of allowed window"}
    },
    "whatsapp": {"code": 63016, "message": "Outside messaging window", "status": 400},
}


@pytest.mark.parametrize("name", CLOSED)
async def test_a_platforms_own_word_for_the_closed_window_holds_the_message_until_they_write(on, name):
    chat = on(name)
    await chat.say("hello")
    chat.news()
    chat.world.stand_in.failures = [(400, {}, CLOSED[name])]
    await chat.deliver("text", text="my back hurts")
    await chat.world.settled()
    assert "window" in held(chat)
    assert words_of(await chat.say("are you there?"))
    assert held(chat) == []


# --- what somebody has to put right loses nothing ----------------------------------------------------------------

PUT_RIGHT = {
    "messenger: a token that ran out": ("messenger", (400, {}, {"error": {"code": 190, "type": "OAuthException"}})),
    "messenger: too many calls of the page": ("messenger", (400, {}, {"error": {"code": 80006}})),
    "slack: a token taken back": ("slack", (200, {}, {"ok": False, "error": "token_revoked"})),
    "slack: too many messages": ("slack", (429, {"Retry-After": "1"}, {"ok": False, "error": "ratelimited"})),
    "teams: asks to try again": ("teams", (412, {}, {"error": {"code": "PreconditionFailed"}})),
    "twilio: too many calls": ("sms", (429, {}, {"code": 20429, "message": "Too many requests"})),
    "telegram: flood control": ("telegram", (429, {}, {"ok": False, "error_code": 429, "parameters": {"retry_after": 1}})),
}


@pytest.mark.parametrize("name", PUT_RIGHT)
async def test_what_can_be_put_right_is_sent_later(on, name):
    platform, failure = PUT_RIGHT[name]
    chat = on(platform)
    await chat.say("hello")
    chat.news()
    chat.world.stand_in.failures = [failure] * 2
    assert words_of(await chat.say("my back hurts"))
    assert held(chat) == []


# --- Slack -------------------------------------------------------------------------------------------------------


async def test_a_message_with_answers_below_it_counts_as_removed_by_who_wrote_it(on):
    chat = on("slack")
    await chat.say(RED_FLAG)
    before = chat.world.query("SELECT COUNT(*) FROM people")
    assert "still counts" in words_of(await chat.send("removed_with_answers_below"))
    assert chat.world.query("SELECT COUNT(*) FROM people") == before, "Slackbot is nobody to talk to"


async def test_slacks_retries_are_answered_once(on):
    chat = on("slack")
    first, headers = chat.request("text", text="my back hurts")
    assert (await chat.post(first, headers))[0] == 200
    for number in ("1", "2", "3"):
        again = {**headers, "X-Slack-Retry-Num": number, "X-Slack-Retry-Reason": "http_timeout"}
        assert (await chat.post(first, again))[0] == 200
    await chat.world.settled()
    history = await chat.world.post.service.history(chat.conversation)
    assert [entry["role"] for entry in history] == ["bot", "user", "bot"]


# --- Teams -------------------------------------------------------------------------------------------------------


async def test_a_key_that_speaks_for_other_channels_is_refused(on):
    chat = on("teams")
    await chat.say("hello")  # the keys are fetched once
    body, headers = chat.request({
        "type": "message", "id": "$id", "channelId": "telegram", "serviceUrl": "$service", "from": {"id": "$user"},
        "conversation": {"conversationType": "personal", "id": "$conversation"}, "text": RED_FLAG,
    })  # fmt: skip
    refusal(await chat.post(body, headers), 403, "INP080")


async def test_the_token_may_spell_the_service_address_as_it_is_documented(on):
    chat = on("teams")
    body, headers = chat.request("text", text="my back hurts")
    token = teams_token(serviceurl=None, serviceUrl=TEAMS_SERVICE["url"])
    status, _, answer = await chat.post(body, {**headers, "Authorization": f"Bearer {token}"})
    assert status == 200, answer


async def test_a_sticker_gets_a_kind_answer_and_the_warning_signs(on):
    await kindly_refused(on("teams"), "sticker")


@pytest.mark.parametrize("key", ["L4-left", "saddle-both", "knee-either"])
async def test_a_drawing_for_teams_is_as_small_as_teams_wants_it(world, key):
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{world.address}/pictures/{key}.png?locale=en-GB&side=1024") as answer:
            small = await answer.read()
        async with http.get(f"{world.address}/pictures/{key}.png?locale=en-GB&side=999999") as answer:
            assert answer.status == 200, "a size that nobody needs is not drawn"
            usual = await answer.read()
    assert max(struct.unpack(">II", small[16:24])) <= 1024
    assert len(small) < 1_000_000
    assert struct.unpack(">II", usual[16:24])[0] == 960


# --- nothing of this waits for itself ----------------------------------------------------------------------------


async def test_a_lost_message_is_no_reason_to_write_to_ourselves(on):
    chat = on("whatsapp")
    before = chat.world.stand_in.attempts
    own = chat.request({"MessageSid": "$id", "From": "whatsapp:+441632960001", "To": "$user", "MessageStatus": "read"})
    assert (await chat.post(*own))[0] == 200
    await asyncio.sleep(0.1)
    assert chat.world.stand_in.attempts == before
