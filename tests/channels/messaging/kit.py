"""What the messaging tests share: recorded-shape payloads, signatures, a stand-in of every platform's send API, chats."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import secrets
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import jwt
import yaml
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

PAYLOADS = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parent / "payloads").glob("*.yml"))
}
PUBLIC = "https://chat.hospital.example"
ENVIRONMENT = {
    "ROOTLINE_PUBLIC_URL": PUBLIC,
    "ROOTLINE_TELEGRAM_TOKEN": "110201543:test-token",
    "ROOTLINE_TELEGRAM_SECRET": "telegram-secret-0123456789",
    "ROOTLINE_TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "ROOTLINE_TWILIO_AUTH_TOKEN": "twilio-token-0123456789",
    "ROOTLINE_TWILIO_SMS_FROM": "+441632960000",
    "ROOTLINE_TWILIO_WHATSAPP_FROM": "whatsapp:+441632960001",
    "ROOTLINE_TWILIO_VOICE_NUMBER": "+441632960002",
    "ROOTLINE_MESSENGER_PAGE_TOKEN": "messenger-page-token",
    "ROOTLINE_MESSENGER_APP_SECRET": "messenger-app-secret",
    "ROOTLINE_MESSENGER_VERIFY_TOKEN": "messenger-verify-token",
    "ROOTLINE_SLACK_BOT_TOKEN": "xoxb-slack-token",
    "ROOTLINE_SLACK_SIGNING_SECRET": "slack-signing-secret",
    "ROOTLINE_TEAMS_APP_ID": "teams-app-id",
    "ROOTLINE_TEAMS_APP_PASSWORD": "teams-app-password",
    "ROOTLINE_WEBHOOK_SECRET": "webhook-secret-0123456789",
    "ROOTLINE_WEBHOOK_CALLBACK_URL": "http://127.0.0.1:1/filled-in-by-the-fixture",
}
_numbers = itertools.count(70_000_000)


def fill(template: Any, **values: Any) -> Any:
    """A payload with its $names filled in."""
    if isinstance(template, dict):
        return {key: fill(value, **values) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, **values) for value in template]
    if isinstance(template, str) and template.startswith("$"):
        return values[template[1:]]
    return template


@dataclass
class Sent:
    """One message as the platform received it."""

    to: str
    text: str
    buttons: list[tuple[str, str]] = field(default_factory=list)
    kind: str = "text"
    raw: Any = None


class StandIn:
    """The send APIs of all platforms on one local port; records what goes out, and fails when told to."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.attempts = 0
        #: Answers to give instead of success, first come first served: (status, headers, JSON).
        self.failures: list[tuple[int, dict[str, str], Any]] = []
        self.down = False
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._serve, daemon=True).start()
        assert self._ready.wait(20)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def to(self, who: str) -> list[Sent]:
        return [one for one in self.sent if one.to == who]

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)

        async def begin() -> None:
            app = web.Application(client_max_size=10_000_000)
            app.router.add_route("*", "/{path:.*}", self._answer)
            runner = web.AppRunner(app)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.address = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"

        self._loop.run_until_complete(begin())
        self._ready.set()
        self._loop.run_forever()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.attempts += 1
        if self.down:
            return web.Response(status=503)
        if self.failures:
            status, headers, body = self.failures.pop(0)
            return web.json_response(body, status=status, headers=headers)
        path = request.path
        for prefix, receive in RECEIVERS.items():
            if path.startswith(prefix):
                return await receive(self, request)
        return web.json_response({"error": f"no stand-in for {path}"}, status=404)


async def _telegram(stand_in: StandIn, request: web.Request) -> web.Response:
    token, method = request.path.removeprefix("/telegram/bot").split("/")
    if token != ENVIRONMENT["ROOTLINE_TELEGRAM_TOKEN"]:
        return web.json_response({"ok": False, "error_code": 401}, status=401)
    if method == "sendMessage":
        body = await request.json()
        assert "parse_mode" not in body
        assert body["link_preview_options"] == {"is_disabled": True}
        assert 0 < len(body["text"]) <= 4096
        rows = body.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [(button["text"], button["callback_data"]) for row in rows for button in row]
        assert all(len(data.encode()) <= 64 for _, data in buttons)
        stand_in.sent.append(Sent(str(body["chat_id"]), body["text"], buttons, raw=body))
    else:
        form = await request.post()
        name = {"sendPhoto": "photo", "sendDocument": "document"}[method]
        data = form[name].file.read()
        assert data.startswith(b"\x89PNG" if name == "photo" else b"%PDF")
        stand_in.sent.append(Sent(str(form["chat_id"]), form["caption"], kind=name, raw=data))
    return web.json_response({"ok": True, "result": {}})


async def _generic(stand_in: StandIn, request: web.Request) -> web.Response:
    raw = await request.read()
    stamp, nonce = request.headers["X-Rootline-Timestamp"], request.headers["X-Rootline-Nonce"]
    signed = b"v1." + stamp.encode() + b"." + nonce.encode() + b"." + raw
    expected = "v1=" + hmac.new(ENVIRONMENT["ROOTLINE_WEBHOOK_SECRET"].encode(), signed, hashlib.sha256).hexdigest()
    assert request.headers["X-Rootline-Signature"] == expected
    body = json.loads(raw)
    buttons = [(button["label"], button["option"]) for button in body["buttons"]]
    stand_in.sent.append(Sent(body["user"], body["text"], buttons, "picture" if "picture" in body else "text", body))
    return web.json_response({})


async def _twilio(stand_in: StandIn, request: web.Request) -> web.Response:
    account, token = ENVIRONMENT["ROOTLINE_TWILIO_ACCOUNT_SID"], ENVIRONMENT["ROOTLINE_TWILIO_AUTH_TOKEN"]
    assert request.headers["Authorization"] == aiohttp.BasicAuth(account, token).encode()
    assert request.path.endswith(f"/2010-04-01/Accounts/{account}/Messages.json")
    form = await request.post()
    assert 0 < len(form["Body"]) <= 1600
    name = "whatsapp" if form["To"].startswith("whatsapp:") else "sms"
    assert form["StatusCallback"] == f"{PUBLIC}/webhooks/{name}/webhook"
    own = ENVIRONMENT["ROOTLINE_TWILIO_WHATSAPP_FROM" if form["To"].startswith("whatsapp:") else "ROOTLINE_TWILIO_SMS_FROM"]
    assert form["From"] == own
    stand_in.sent.append(Sent(form["To"], form["Body"], kind="picture" if "MediaUrl" in form else "text", raw=dict(form)))
    return web.json_response({"sid": "SM1", "status": "queued"}, status=201)


async def _messenger(stand_in: StandIn, request: web.Request) -> web.Response:
    assert request.headers["Authorization"] == f"Bearer {ENVIRONMENT['ROOTLINE_MESSENGER_PAGE_TOKEN']}"
    version = request.path.removeprefix("/messenger/v").removesuffix("/me/messages")
    assert float(version) >= 25, "older versions of the Graph API end before 2028"
    assert not request.query_string, "no token in an address"
    body = await request.json()
    assert body["messaging_type"] == "RESPONSE"
    message = body["message"]
    if "attachment" in message:
        stand_in.sent.append(Sent(body["recipient"]["id"], "", kind="picture", raw=body))
        return web.json_response({"message_id": "m"})
    replies = message.get("quick_replies", [])
    assert 0 < len(message["text"]) <= 2000
    assert len(replies) <= 13
    assert all(len(reply["title"]) <= 20 and len(reply["payload"]) <= 1000 for reply in replies)
    buttons = [(reply["title"], reply["payload"]) for reply in replies]
    stand_in.sent.append(Sent(body["recipient"]["id"], message["text"], buttons, raw=body))
    return web.json_response({"message_id": "m"})


async def _slack(stand_in: StandIn, request: web.Request) -> web.Response:
    assert request.headers["Authorization"] == f"Bearer {ENVIRONMENT['ROOTLINE_SLACK_BOT_TOKEN']}"
    body = await request.json()
    first = body["blocks"][0]
    text = first["text"]["text"] if first["type"] == "section" else first["alt_text"]
    assert first["type"] == "image" or first["text"]["type"] == "plain_text"
    assert 0 < len(text) <= 3000
    assert "<" not in body["text"]
    elements = body["blocks"][1]["elements"] if len(body["blocks"]) > 1 else []
    assert all(len(one["text"]["text"]) <= 75 and one["text"]["type"] == "plain_text" for one in elements)
    who = body["channel"].replace("D0", "U0") if body["channel"].startswith("D") else body["channel"]
    buttons = [(one["text"]["text"], one["value"]) for one in elements]
    stand_in.sent.append(Sent(who, text, buttons, "picture" if first["type"] == "image" else "text", body))
    return web.json_response({"ok": True})


async def _teams(stand_in: StandIn, request: web.Request) -> web.Response:
    path = request.path.removeprefix("/teams")
    if path.endswith("/oauth2/v2.0/token"):
        form = await request.post()
        assert form["client_secret"] == ENVIRONMENT["ROOTLINE_TEAMS_APP_PASSWORD"]
        return web.json_response({"access_token": "teams-token", "expires_in": 3600})
    if path == "/openid":
        return web.json_response({"jwks_uri": f"{stand_in.address}/teams/keys"})
    if path == "/keys":
        return web.json_response({"keys": [TEAMS_JWK]})
    assert request.headers["Authorization"] == "Bearer teams-token"
    body = await request.json()
    assert body["textFormat"] == "plain"
    cards = [one["content"] for one in body.get("attachments", []) if "adaptive" in one["contentType"]]
    assert all(card["body"] == [] for card in cards), "text of a card would be Markdown"
    buttons = [(action["title"], action["data"]["rootline"]) for card in cards for action in card["actions"]]
    conversation = path.split("/v3/conversations/")[1].removesuffix("/activities")
    kind = "picture" if body.get("attachments") and not cards else "text"
    if kind == "picture":
        assert "side=1024" in body["attachments"][0]["contentUrl"], "Teams shows no larger picture"
    stand_in.sent.append(Sent(conversation.removeprefix("a:"), body["text"], buttons, kind, body))
    return web.json_response({"id": "1"}, status=201)


RECEIVERS = {
    "/telegram/": _telegram, "/generic": _generic, "/sms/": _twilio, "/whatsapp/": _twilio, "/messenger/": _messenger,
    "/slack/": _slack, "/teams": _teams,
}  # fmt: skip


# --- signing -----------------------------------------------------------------------------------------------------


def _sign_telegram(body: bytes) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": ENVIRONMENT["ROOTLINE_TELEGRAM_SECRET"]}


def _sign_generic(body: bytes) -> dict[str, str]:
    stamp, nonce = str(int(time.time())), secrets.token_hex(16)
    signed = b"v1." + stamp.encode() + b"." + nonce.encode() + b"." + body
    digest = hmac.new(ENVIRONMENT["ROOTLINE_WEBHOOK_SECRET"].encode(), signed, hashlib.sha256).hexdigest()
    return {"X-Rootline-Timestamp": stamp, "X-Rootline-Nonce": nonce, "X-Rootline-Signature": f"v1={digest}"}


def sign_twilio(url: str, body: bytes) -> dict[str, str]:
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    signed = url + "".join(f"{key}{fields[key]}" for key in sorted(fields))
    digest = hmac.new(ENVIRONMENT["ROOTLINE_TWILIO_AUTH_TOKEN"].encode(), signed.encode(), hashlib.sha1).digest()
    return {"X-Twilio-Signature": base64.b64encode(digest).decode()}


def _sign_messenger(body: bytes) -> dict[str, str]:
    digest = hmac.new(ENVIRONMENT["ROOTLINE_MESSENGER_APP_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}


def _sign_slack(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    signed = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(ENVIRONMENT["ROOTLINE_SLACK_SIGNING_SECRET"].encode(), signed, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


_TEAMS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TEAMS_JWK = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_TEAMS_KEY.public_key())), "kid": "k1", "use": "sig",
             "endorsements": ["msteams", "skype"]}  # fmt: skip
#: Where the Bot Framework says answers go; filled in by the fixture.
TEAMS_SERVICE = {"url": ""}


def teams_token(key: Any = None, **changes: Any) -> str:
    claims = {
        "iss": "https://api.botframework.com", "aud": ENVIRONMENT["ROOTLINE_TEAMS_APP_ID"], "exp": time.time() + 600,
        "serviceurl": TEAMS_SERVICE["url"], **changes,
    }  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key or _TEAMS_KEY, algorithm="RS256", headers={"kid": "k1"})


SIGN = {
    "telegram": _sign_telegram, "generic": _sign_generic, "messenger": _sign_messenger, "slack": _sign_slack,
    "sms": lambda body: sign_twilio(f"{PUBLIC}/webhooks/sms/webhook", body),
    "whatsapp": lambda body: sign_twilio(f"{PUBLIC}/webhooks/whatsapp/webhook", body),
    "teams": lambda body: {"Authorization": f"Bearer {teams_token()}"},
}  # fmt: skip
#: What a successful delivery is answered with.
ACCEPTED = {"generic": 202}


def new_user(platform: str) -> Any:
    """Somebody who has never written."""
    number = next(_numbers)
    return {"telegram": number, "sms": f"+4470{number}", "whatsapp": f"whatsapp:+4471{number}", "slack": f"U0{number}"}.get(
        platform, f"user-{secrets.token_hex(5)}"
    )


def new_id(platform: str) -> Any:
    """An id for a delivery."""
    return next(_numbers) if platform == "telegram" else f"id-{secrets.token_hex(6)}"


class World:
    """A running server with every platform on, and the stand-in it sends to."""

    def __init__(self, address: str, app: Any, stand_in: StandIn, folder: Path, loop: Any) -> None:
        self.address, self.app, self.stand_in, self.folder, self.loop = address, app, stand_in, folder, loop
        self.post = app.ctx.messaging

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "messaging.db", timeout=10) as database:
            return database.execute(sql, values).fetchall()

    async def settled(self, seconds: float = 20.0) -> None:
        """Everything that came in is answered, and everything that can go out went out."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            open_in = self.query("SELECT COUNT(*) FROM inbox WHERE sealed IS NOT NULL")[0][0]
            open_out = self.query("SELECT COUNT(*) FROM outbox WHERE failed = ''")[0][0]
            if not open_in and not open_out:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("messages are still open")


class Chat:
    """One person on one platform."""

    def __init__(self, world: World, http: aiohttp.ClientSession, platform: str) -> None:
        self.world, self.http, self.platform = world, http, platform
        self.user = new_user(platform)
        self.path = f"/webhooks/{platform}/webhook"
        self._read = 0

    @property
    def conversation(self) -> str:
        return self.world.post.keyring.pseudonym(self.platform, str(self.user))

    def request(self, name: str, **values: Any) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a recorded-shape delivery."""
        standing = {
            "user": self.user, "text": "", "option": "", "id": new_id(self.platform), "service": TEAMS_SERVICE["url"],
            "conversation": f"a:{self.user}", "channel": str(self.user).replace("U0", "D0"),
        }  # fmt: skip
        template = PAYLOADS[self.platform][name] if isinstance(name, str) else name
        return self.encode(fill(template, **{**standing, **values}))

    def encode(self, payload: Any) -> tuple[bytes, dict[str, str]]:
        if isinstance(payload, dict) and payload.get("encoding") == "form":
            body, kind = urlencode({"payload": json.dumps(payload["payload"])}).encode(), "application/x-www-form-urlencoded"
        elif PAYLOADS[self.platform]["encoding"] == "form":
            body, kind = urlencode(payload).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = json.dumps(payload).encode(), "application/json"
        return body, {"Content-Type": kind, **SIGN[self.platform](body)}

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, Any]:
        async with self.http.post(self.world.address + self.path, data=body, headers=headers) as answer:
            return answer.status, answer.content_type, await answer.read()

    async def deliver(self, name: str, **values: Any) -> None:
        status, _, body = await self.post(*self.request(name, **values))
        assert status == ACCEPTED.get(self.platform, 200), body

    async def send(self, name: str, **values: Any) -> list[Sent]:
        """Deliver, wait, and give what came back."""
        await self.deliver(name, **values)
        await self.world.settled()
        return self.news()

    async def say(self, text: str) -> list[Sent]:
        return await self.send("text", text=text)

    def news(self) -> list[Sent]:
        """What the person received since the last look."""
        all_of_them = self.world.stand_in.to(str(self.user))
        new, self._read = all_of_them[self._read :], len(all_of_them)
        return new

    async def choose(self, values: list[str], reply: Any) -> list[Sent]:
        """Answer the question of `reply`: by its button where there is one, else by number."""
        last = self.world.stand_in.to(str(self.user))[-1]
        if len(values) == 1:
            for _, payload in last.buttons:
                if payload.rpartition("=")[2] == values[0]:
                    return await self.send("option", option=payload)
        offered = [option.value for option in reply.options]
        return await self.say(", ".join(str(offered.index(value) + 1) for value in values))

    async def last_reply(self) -> Any:
        from bot.channels.rendering import from_json

        history = await self.world.post.service.history(self.conversation)
        return next(from_json(entry["reply"]) for entry in reversed(history) if entry["role"] == "bot")


def words_of(sent: list[Sent]) -> str:
    return "\n\n".join(one.text for one in sent)
