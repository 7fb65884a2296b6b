"""Facebook Messenger: signed events in, the Send API out.

In: page webhooks with X-Hub-Signature-256, the hub.challenge handshake. Out: text with quick replies, pictures by address. A
message taken back comes as an event without its words; Facebook documents that for Instagram only, and it costs nothing here.

Source: developers.facebook.com/documentation/business-messaging/messenger-platform: webhooks, webhooks/webhook-events/messages,
webhooks/webhook-events/message-edits, send-messages, send-messages/quick-replies, error-codes, overview/rate-limiting
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from rasa.core.channels.facebook import FacebookInput
from sanic.request import Request
from sanic.response import HTTPResponse, text

from bot.channels.messaging.connector import Connector, Files, Later, Refused, body_of, failed, refused, same, string
from bot.channels.messaging.inbound import Inbound, locale_of_language
from bot.channels.messaging.parts import Part

#: Until 29 July 2028 (developers.facebook.com/docs/graph-api/changelog/versions).
VERSION = "v25.0"
#: Error codes of the Graph API: too many calls, a moment's trouble, a token that somebody has to renew; the 24 hours are over.
_LATER = (1, 2, 4, 17, 32, 190, 341, 368, 613, 1200, 80006)
_WINDOW_SUBCODE = 2018278
#: What a page subscribes to.
_FIELDS = ("messages", "message_edits", "messaging_postbacks")


class MessengerConnector(Connector, FacebookInput):
    """A page's inbox."""

    platform_name = "messenger"
    api = "https://graph.facebook.com"

    def __init__(self) -> None:
        pass  # Rasa's would open a blocking client

    async def handshake(self, request: Request) -> HTTPResponse:
        """Facebook asks once whether this address is ours (see parent class)."""
        mode, word = request.args.get("hub.mode", ""), request.args.get("hub.verify_token", "")
        challenge = request.args.get("hub.challenge", "")
        if mode != "subscribe" or not same(word, self.values["ROOTLINE_MESSENGER_VERIFY_TOKEN"]) or not challenge.isalnum():
            raise refused()
        return text(challenge)

    async def verify(self, request: Request) -> None:
        """X-Hub-Signature-256 over the raw body (see parent class)."""
        secret = self.values["ROOTLINE_MESSENGER_APP_SECRET"].encode()
        expected = "sha256=" + hmac.new(secret, request.body, hashlib.sha256).hexdigest()
        if not same(request.headers.get("x-hub-signature-256", ""), expected):
            raise refused()

    async def read(self, request: Request) -> list[Inbound]:
        """All events of a delivery (see parent class)."""
        body = body_of(request)
        if body["object"] != "page":
            raise ValueError
        found = []
        for entry in body["entry"]:
            # The reference shows some events, and the dashboard sends its tests, as changes of a field.
            events = [change["value"] for change in entry.get("changes", []) if change["field"] in _FIELDS]
            for event in [*entry.get("messaging", []), *events]:
                found += self._event(event)
        return found

    def _event(self, event: dict[str, Any]) -> list[Inbound]:
        message, tap, changed = event.get("message"), event.get("postback"), event.get("message_edit")
        if not any(isinstance(one, dict) for one in (message, tap, changed)):
            return []  # receipts, reactions, referrals; some name nobody
        user = string(event["sender"]["id"], 100)
        address = {"id": user}
        if changed is not None:
            key = f"{string(changed['mid'])}-edit-{string(changed['num_edit'])}"
            return [Inbound("messenger", user, key, "edit", changed["text"], "", address, order=_order(event))]
        if tap is not None:
            key = string(tap.get("mid") or f"{user}-{event['timestamp']}")
            return [Inbound("messenger", user, key, "opening", address=address)]
        return self._message_in(user, address, message or {}, _order(event))

    def _message_in(self, user: str, address: dict[str, Any], message: dict[str, Any], order: float) -> list[Inbound]:
        if message.get("is_echo"):
            return []  # our own words
        key = string(message["mid"])
        locale = locale_of_language(str(message.get("locale") or ""))
        if message.get("is_deleted"):
            return [Inbound("messenger", user, f"{key}-removed", "removed", address=address)]
        if "quick_reply" in message:
            option = string(message["quick_reply"]["payload"], 1000)
            return [Inbound("messenger", user, key, "option", message.get("text", ""), option, address, locale)]
        words = message.get("text", "")
        attachments = message.get("attachments") or []
        if not attachments and not isinstance(words, str):
            raise TypeError
        if not attachments and not words:
            raise KeyError
        kind = "text"
        if attachments:
            kind = "location" if attachments[0]["type"] == "location" else "media"
        return [Inbound("messenger", user, key, kind, words, "", address, locale, order)]

    async def send(self, address: dict[str, Any], part: Part, file: Files) -> None:
        """One message; a drawing is followed by its description, since a picture carries none (see parent class)."""
        if part.picture:
            image = {"attachment": {"type": "image", "payload": {"url": self.picture_url(part), "is_reusable": True}}}
            await self._message(address, image)
        message: dict[str, Any] = {"text": part.text}
        if part.buttons:
            message["quick_replies"] = [
                {"content_type": "text", "title": button.label, "payload": button.payload} for button in part.buttons
            ]
        await self._message(address, message)

    async def _message(self, address: dict[str, Any], message: dict[str, Any]) -> None:
        status, headers, answer = await self.request(
            "POST",
            f"{self.api}/{VERSION}/me/messages",
            json={"recipient": {"id": address["id"]}, "messaging_type": "RESPONSE", "message": message},
            headers={"Authorization": f"Bearer {self.values['ROOTLINE_MESSENGER_PAGE_TOKEN']}"},
        )
        if status == 200:
            return
        error = answer.get("error") if isinstance(answer, dict) else None
        error = error if isinstance(error, dict) else {}
        if error.get("error_subcode") == _WINDOW_SUBCODE:
            raise Refused("window")
        if error.get("code") in _LATER:
            raise Later(f"messenger {error['code']}")
        raise failed(status, headers, f"messenger {error.get('code') or status}")


def _order(event: dict[str, Any]) -> float:
    return float(event.get("timestamp") or 0)
