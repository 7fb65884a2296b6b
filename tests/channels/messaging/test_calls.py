"""Phone calls: signed webhooks in, TwiML out; short sentences, the emergency first, silence, asking again."""

from __future__ import annotations

import secrets
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlencode

import aiohttp
import pytest
import yaml

from tests.channels.messaging.kit import PAYLOADS, PUBLIC, fill, sign_twilio
from tests.channels.messaging.test_doors import refusal, traces
from tests.channels.messaging.test_parity import compare, share

pytestmark = pytest.mark.rasa

RED_FLAG = "my left leg is weak and it feels numb when I wipe"


class Call:
    """One call; speaks, presses keys, and keeps what was said back."""

    def __init__(self, world, http):
        self.world, self.http = world, http
        self.id = f"CA{secrets.token_hex(8)}"
        self.action = "/webhooks/voice/webhook"
        self.answer = None

    @property
    def conversation(self):
        return self.world.post.keyring.pseudonym("voice", self.id)

    async def post(self, body, headers, path=None):
        async with self.http.post(self.world.address + (path or self.action), data=body, headers=headers) as answer:
            return answer.status, answer.content_type, await answer.read()

    def request(self, template, path=None, **values):
        template = PAYLOADS["voice"][template] if isinstance(template, str) else template
        body = urlencode(fill(template, **{"user": self.id, "text": "", "option": "", **values})).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return body, {**kind, **sign_twilio(PUBLIC + (path or self.action), body)}

    async def hear(self, template, **values):
        status, kind, body = await self.post(*self.request(template, **values))
        assert (status, kind) == (200, "text/xml"), body
        self.answer = ElementTree.fromstring(body)
        gather = self.answer.find("Gather")
        if gather is not None:
            assert gather.get("action").startswith(PUBLIC)
            self.action = gather.get("action").removeprefix(PUBLIC)
        return [said.text for said in self.answer.iter("Say")]

    async def begin(self):
        return await self.hear("opening")

    async def say(self, text):
        return await self.hear("text", text=text)

    async def choose(self, values, reply):
        offered = [option.value for option in reply.options]
        if len(values) == 1:
            return await self.hear("option", option=str(offered.index(values[0]) + 1))
        return await self.say(" and ".join(str(offered.index(value) + 1) for value in values))

    async def last_reply(self):
        from bot.channels.rendering import from_json

        history = await self.world.post.service.history(self.conversation)
        return next(from_json(entry["reply"]) for entry in reversed(history) if entry["role"] == "bot")


@pytest.fixture
async def call(world):
    async with aiohttp.ClientSession() as http:
        yield Call(world, http)


async def test_a_call_begins_with_what_this_is_and_listens(call):
    said = await call.begin()
    assert said[0] == "Hello, I am Rootline."
    assert any("9 9 9" in one for one in said), "numbers are spoken digit by digit"
    assert call.answer.find("Gather").get("input") == "speech dtmf"


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "+86282452253"])
async def test_a_withheld_number_gets_the_emergency_number_of_this_server(call, caller):
    said = await call.hear("withheld", text=caller)
    assert any("9 9 9" in one for one in said)
    assert not any("1 1 2" in one for one in said), "the digits spell a word and are no country"


async def test_the_recogniser_is_asked_in_the_way_twilio_still_knows(call):
    await call.begin()
    gather = call.answer.find("Gather")
    assert gather.get("speechModel") == "phone_call"
    assert gather.get("language") == "en-GB"
    assert int(gather.get("speechTimeout")) > 0, "a speech model wants seconds, not auto"
    assert gather.get("enhanced") is None
    assert gather.get("profanityFilter") == "false", "what people call their bottom is a finding"


async def test_an_emergency_is_said_first_in_short_sentences(call):
    await call.begin()
    said = await call.say(RED_FLAG)
    assert said[:2] == ["Go to A&E now or call 9 9 9.", "Do not drive yourself."]
    assert max(len(one) for one in said) < 250
    assert not any(sign in one for one in said for sign in "*_<>`")


async def test_options_are_numbered_and_keys_answer(call):
    await call.begin()
    said = await call.say("my lower back is stiff since I did the garden")
    assert any(one.startswith("Say or press 1 for:") for one in said)
    reply = await call.last_reply()
    await call.hear("option", option=str(len(reply.options) - 1))
    assert (await call.last_reply()).question != reply.question


async def test_silence_repeats_the_question_and_ends_with_the_emergency_number(call):
    await call.begin()
    await call.say("my lower back is stiff since I did the garden")
    question = (await call.last_reply()).blocks[-1].text
    for _ in range(2):
        said = await call.say("")
        assert said[0] == "I did not hear anything."
        assert question.split(":")[0] in " ".join(said)
    said = await call.say("")
    assert call.answer.find("Hangup") is not None
    assert "9 9 9" in said[-1]


async def test_a_call_goes_on_where_it_was_when_twilio_asks_the_fallback_address(call):
    await call.begin()
    await call.say("my lower back is stiff since I did the garden")
    failed = PUBLIC + call.action
    await call.post(*call.request("text", text="nothing of that"), call.action)  # heard, but the answer never reached Twilio
    question = (await call.last_reply()).blocks[-1].text
    call.action = "/webhooks/voice/webhook"
    said = await call.hear("fallback", text=failed)
    assert question.split(":")[0] in " ".join(said)
    said = await call.say(RED_FLAG)
    assert said[0] == "Go to A&E now or call 9 9 9.", "the new words are read, no old answer comes back"


async def test_the_same_turn_asked_again_gets_the_same_answer_and_counts_once(call):
    await call.begin()
    request, path = call.request("text", text="my left leg is weak"), call.action
    first = await call.post(*request, path)
    assert await call.post(*request, path) == first
    assert (await call.world.post.service.case(call.conversation)).turns == 1


async def test_two_calls_from_one_phone_know_nothing_of_each_other(call):
    await call.begin()
    await call.say(RED_FLAG)
    other = Call(call.world, call.http)
    said = await other.begin()
    assert not any("Go to A&E" in one for one in said)


async def test_a_wrong_signature_or_shape_is_refused_and_nothing_is_processed(call):
    before = traces(call.world)
    body, headers = call.request("text", text=RED_FLAG)
    refusal(await call.post(body, {**headers, "X-Twilio-Signature": "x"}), 403, "INP080")
    refusal(await call.post(body, headers, call.action + "?turn=1"), 403, "INP080")
    for template in PAYLOADS["voice"]["malformed"]:
        refusal(await call.post(*call.request(template)), 400, "INP082")
    path = call.action + "?turn=many"
    refusal(await call.post(*call.request("text", path, text="x"), path), 400, "INP082")
    huge = urlencode({"CallSid": call.id, "From": "+44", "SpeechResult": "x" * 300_000}).encode()
    refusal(await call.post(huge, sign_twilio(PUBLIC + call.action, huge)), 413, "INP083")
    assert traces(call.world) == before


async def test_a_call_that_ended_is_noted_without_a_word(call):
    for template in PAYLOADS["voice"]["ignored"]:
        assert await call.hear(template) == []


async def test_delete_works_in_a_call(call):
    await call.begin()
    await call.say("my back hurts")
    said = await call.say("delete")
    assert any("deleted" in one for one in said)
    assert await call.world.post.service.case(call.conversation) is None


async def test_golden_conversations_go_the_same_way(call, clock):
    for file in share("voice"):
        person = Call(call.world, call.http)
        await person.begin()
        await compare(person, yaml.safe_load(file.read_text(encoding="utf-8")), clock, file.name)
