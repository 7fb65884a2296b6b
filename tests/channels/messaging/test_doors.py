"""What must not come in: unsigned, replayed, malformed and oversized deliveries. Nothing of them is read, kept or answered."""

from __future__ import annotations

import json
import secrets
import time

import aiohttp
import pytest

from bot.channels.messaging.connector import MAX_WEBHOOK
from bot.channels.messaging.signing import signature
from tests.channels.messaging.kit import ENVIRONMENT, PAYLOADS, SIGN, Chat, words_of

pytestmark = pytest.mark.rasa

RED_FLAG = "my left leg is weak and it feels numb when I wipe"


def traces(world):
    """Everything a delivery could leave behind."""
    tables = ("inbox", "people", "outbox", "groups")
    return [world.query(f"SELECT COUNT(*) FROM {table}") for table in tables] + [world.stand_in.attempts]


def refusal(answer, status, code):
    found, kind, body = answer
    assert found == status, body
    assert kind == "application/problem+json"
    problem = json.loads(body)
    assert set(problem) == {"type", "title", "status", "code", "detail"}
    assert problem["code"] == code
    for word in ("Traceback", "numb", "wipe"):
        assert word not in body.decode()


async def test_a_wrong_or_missing_signature_is_refused_and_nothing_is_processed(chat):
    await Chat(chat.world, chat.http, chat.platform).say("hello")  # Microsoft's keys are fetched once
    body, headers = chat.request("text", text=RED_FLAG)
    before = traces(chat.world)
    for name in [name for name in headers if name not in ("Content-Type",)]:
        without = {key: value for key, value in headers.items() if key != name}
        refusal(await chat.post(body, without), 403, "INP080")
        for wrong in ("", "x", "sha256=" + "0" * 64, "v0=" + "0" * 64, "Bearer e30.e30.e30", "ä"):
            refusal(await chat.post(body, {**headers, name: wrong}), 403, "INP080")
    await chat.world.settled()
    assert traces(chat.world) == before
    assert await chat.world.post.service.case(chat.conversation) is None


# Telegram and Teams prove who sends, over TLS; they do not sign the body.
@pytest.mark.where(lambda platform: platform not in ("telegram", "teams"))
async def test_a_signed_body_cannot_be_changed(chat):
    _, headers = chat.request("text", text="my back hurts")
    other, _ = chat.request("text", text=RED_FLAG)
    refusal(await chat.post(other, headers), 403, "INP080")


async def test_a_payload_of_another_shape_is_refused_clearly_and_leaves_no_trace(chat):
    before = traces(chat.world)
    for number, template in enumerate(PAYLOADS[chat.platform]["malformed"]):
        answer = await chat.post(*chat.request(template))
        assert answer[0] == 400, (number, template, answer)
        refusal(answer, 400, "INP082")
    await chat.world.settled()
    assert traces(chat.world) == before


@pytest.mark.where(lambda platform: PAYLOADS[platform]["encoding"] != "form")  # any bytes are a form
async def test_a_body_that_is_no_body_is_refused(chat):
    before = traces(chat.world)
    for body in (b"", b"{", b"\xff\xfe\x00", b"null", b'"text"', b"[" * 20_000):
        headers = {"Content-Type": "application/json", **SIGN[chat.platform](body)}
        refusal(await chat.post(body, headers), 400, "INP082")
    assert traces(chat.world) == before


async def test_an_oversized_payload_is_refused_before_it_is_read(chat):
    before = traces(chat.world)
    body, headers = chat.request("text", text="numb " * (MAX_WEBHOOK // 4))
    assert len(body) > MAX_WEBHOOK
    refusal(await chat.post(body, headers), 413, "INP083")
    assert traces(chat.world) == before


async def test_the_longest_text_a_platform_carries_is_read_to_its_end(chat):
    longest = {"sms": 1600, "whatsapp": 4096, "telegram": 4096, "messenger": 2000, "slack": 4000, "teams": 28_000}
    room = longest.get(chat.platform, 4000) - len(RED_FLAG) - 1
    sent = await chat.say("x" * room + " " + RED_FLAG)
    assert sent[0].text.startswith("Go to A&E now or call 999.")


async def test_what_platforms_send_besides_messages_is_accepted_and_ignored(chat):
    before = traces(chat.world)
    for template in PAYLOADS[chat.platform].get("ignored", []):
        status, _, body = await chat.post(*chat.request(template))
        assert status in (200, 202), body
    await chat.world.settled()
    assert traces(chat.world) == before


async def test_the_monitors_address_answers(chat):
    async with chat.http.get(f"{chat.world.address}/webhooks/{chat.platform}/") as answer:
        assert answer.status == 200


# --- the generic webhook's own guards ----------------------------------------------------------------------------


@pytest.fixture
async def generic(world):
    async with aiohttp.ClientSession() as http:
        yield Chat(world, http, "generic")


def signed(body, *, stamp=None, nonce=None):
    stamp = str(int(time.time())) if stamp is None else stamp
    nonce = secrets.token_hex(16) if nonce is None else nonce
    value = signature(ENVIRONMENT["ROOTLINE_WEBHOOK_SECRET"], stamp, nonce, body)
    return {"X-Rootline-Timestamp": stamp, "X-Rootline-Nonce": nonce, "X-Rootline-Signature": value}


async def test_a_recorded_request_is_worth_nothing(generic):
    body, headers = generic.request("text", text="my back hurts")
    assert (await generic.post(body, headers))[0] == 202
    refusal(await generic.post(body, headers), 403, "INP081")


@pytest.mark.parametrize("seconds", [-301, 310, -86400])
async def test_an_old_or_future_request_is_refused(generic, seconds):
    body, _ = generic.request("text", text="my back hurts")
    refusal(await generic.post(body, signed(body, stamp=str(int(time.time()) + seconds))), 403, "INP081")


@pytest.mark.parametrize(
    ("stamp", "nonce"), [("yesterday", None), ("-5", None), ("9" * 40, None), (None, "short"), (None, "n" * 200)]
)
async def test_time_and_nonce_must_have_their_form(generic, stamp, nonce):
    body, _ = generic.request("text", text="my back hurts")
    refusal(await generic.post(body, signed(body, stamp=stamp, nonce=nonce)), 403, "INP081")


async def test_a_get_is_refused_where_there_is_no_handshake(generic):
    async with generic.http.get(generic.world.address + generic.path) as answer:
        assert answer.status == 405


# --- privacy -----------------------------------------------------------------------------------------------------


async def test_nothing_kept_or_logged_tells_who_wrote_or_what(chat, capfd):
    chat.world.stand_in.down = True
    await chat.deliver("text", text=RED_FLAG)
    for _ in range(200):
        if chat.world.query("SELECT COUNT(*) FROM outbox WHERE attempts > 0 AND conversation = ?", chat.conversation)[0][0]:
            break
        time.sleep(0.01)
    kept = b"".join(file.read_bytes() for file in chat.world.folder.rglob("*") if file.is_file())
    logged = "".join(capfd.readouterr())
    chat.world.stand_in.down = False
    await chat.world.settled()
    assert words_of(chat.news())
    kept += b"".join(file.read_bytes() for file in chat.world.folder.rglob("*") if file.is_file())
    identifier = str(chat.user)
    for secret in (identifier, identifier.removeprefix("whatsapp:").lstrip("+"), "numb when I wipe", "Adaline", "ada_private"):
        assert secret.encode() not in kept, secret
        assert secret not in logged, secret
    tracker = await chat.world.post.service.agent.tracker_store.retrieve(chat.conversation)
    assert identifier not in str(tracker.current_state(__import__("rasa").shared.core.trackers.EventVerbosity.ALL))
