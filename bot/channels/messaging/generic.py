"""The signed webhook for every other platform: JSON in, JSON to a callback address, both signed.

In: POST /webhooks/generic/webhook {"id", "user", "kind"?, "text"?, "option"?, "locale"?}. Out: POST to
ROOTLINE_WEBHOOK_CALLBACK_URL {"id", "user", "text", "buttons", "picture"?}. Time and nonce are signed too and used once, so a
recorded request is worth nothing. The whole form with an example: docs/messaging.md.
"""

from __future__ import annotations

import json as json_library
import secrets
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.channels.messaging.connector import Connector, Files, Later, Refused, body_of, refused, retry_after, same, string
from bot.channels.messaging.inbound import Inbound
from bot.channels.messaging.parts import Part
from bot.channels.messaging.signing import NONCE, SIGNATURE, TIMESTAMP, TOLERANCE_SECONDS, signature
from bot.channels.problem import Problem

#: Kinds a caller may name; "removed" is a message taken back, "group" one that others read too.
KINDS = ("text", "option", "media", "location", "edit", "removed", "group", "opening")
_KEYS = {"id", "user", "kind", "text", "option", "locale"}
#: What a callback says that will never take a message.
_NEVER = (400, 410, 413, 415, 422)
_NONCE_LENGTH = range(16, 129)


class GenericConnector(Connector, InputChannel):
    """Our own form."""

    platform_name = "generic"

    def __init__(self) -> None:
        pass

    async def verify(self, request: Request) -> None:
        """Signature, then time, then nonce (see parent class)."""
        stamp, nonce = request.headers.get(TIMESTAMP, ""), request.headers.get(NONCE, "")
        expected = signature(self.values["ROOTLINE_WEBHOOK_SECRET"], stamp, nonce, request.body)
        if not same(request.headers.get(SIGNATURE, ""), expected):
            raise refused()
        now = self.clock()
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and abs(now - int(stamp)) <= TOLERANCE_SECONDS):
            text = f"{TIMESTAMP} must be the time now in whole seconds since 1970, at most {TOLERANCE_SECONDS} s off."
            raise Problem(403, "INP081", text)
        if len(nonce) not in _NONCE_LENGTH or not nonce.isascii():
            raise Problem(403, "INP081", f"{NONCE} must be new for every request and have 16 to 128 characters.")
        post = request.app.ctx.messaging
        if not post.store.use_nonce(post.keyring.fingerprint("nonce", nonce), now, 2 * TOLERANCE_SECONDS):
            raise Problem(403, "INP081", f"This {NONCE} was used before. Make a new one for every request, retries included.")

    async def read(self, request: Request) -> list[Inbound]:
        """One message (see parent class)."""
        body = body_of(request)
        if unknown := sorted(set(body) - _KEYS):
            raise Problem(400, "INP082", f"Unknown key '{unknown[0][:40]}'. Allowed: {', '.join(sorted(_KEYS))}.")
        kind = body.get("kind", "text")
        if kind not in KINDS:
            raise Problem(400, "INP082", f"'kind' must be one of {', '.join(KINDS)}.")
        try:
            text, option, locale = body.get("text", ""), body.get("option", ""), body.get("locale", "")
            if not all(isinstance(value, str) for value in (body["user"], body["id"], text, option, locale)):
                raise TypeError
            user, key = string(body["user"]), string(body["id"])
        except (KeyError, TypeError, ValueError):
            allowed = "'id' and 'user' are strings of 1 to 500 characters; text, option and locale are strings."
            raise Problem(400, "INP082", allowed) from None
        if (kind == "option" and not option) or (kind == "text" and not text.strip()):
            raise Problem(400, "INP082", f"A message of kind '{kind}' needs '{kind}'.")
        return [Inbound("generic", user, f"{user}\x00{key}", kind, text, option, {"user": user}, locale)]

    def accepted(self) -> HTTPResponse:
        """The answer comes to the callback (see parent class)."""
        return json({"accepted": True}, status=202)

    async def send(self, address: dict[str, Any], part: Part, file: Files) -> None:
        """One message to the callback (see parent class)."""
        body: dict[str, Any] = {"id": address["message"], "user": address["user"], "text": part.text}
        body["buttons"] = [{"label": button.label, "option": button.payload} for button in part.buttons]
        if part.picture:
            body["picture"] = self.picture_url(part)
        raw = json_library.dumps(body, ensure_ascii=False).encode()
        stamp, nonce = str(int(self.clock())), secrets.token_urlsafe(24)
        headers = {
            "Content-Type": "application/json", TIMESTAMP: stamp, NONCE: nonce,
            SIGNATURE: signature(self.values["ROOTLINE_WEBHOOK_SECRET"], stamp, nonce, raw),
        }  # fmt: skip
        callback = self.values["ROOTLINE_WEBHOOK_CALLBACK_URL"]
        status, answer_headers, _ = await self.request("POST", callback, data=raw, headers=headers)
        if status in _NEVER:
            raise Refused(f"callback {status}")
        if not 200 <= status < 300:  # a callback that is being moved or mended gets its answers later
            raise Later(f"callback {status}", retry_after(answer_headers))
