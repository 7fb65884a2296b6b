"""Slack: signed events and taps in, chat.postMessage out.

In: the Events API (JSON) and interactive payloads (form), url_verification. Out: blocks of plain_text (never mrkdwn), buttons.
Only direct messages to the app are conversations; a mention in a channel is a group.

Source: docs.slack.dev/authentication/verifying-requests-from-slack, docs.slack.dev/apis/events-api,
docs.slack.dev/reference/events/message (and message_changed, message_deleted, app_rate_limited below it),
docs.slack.dev/reference/methods/chat.postMessage, docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

import html
import json as json_library
import re
from typing import Any
from urllib.parse import parse_qsl

from rasa.core.channels.slack import SlackInput
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.channels.incoming import whole
from bot.channels.messaging.connector import Connector, Files, Later, Refused, body_of, failed, refused, string
from bot.channels.messaging.inbound import Inbound
from bot.channels.messaging.parts import Part

#: A link as Slack writes it: <https://x|label>, <@U1>, <#C1|name>, <!here>.
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_LATER = (
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
    # Somebody has to put the app right; until then nothing is lost.
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "token_expired",
    "token_revoked",
)
#: What Slack leaves in the place of a message that has answers below it.
_GRAVE = "tombstone"
_IGNORED = ("bot_message", "channel_join", "channel_leave", "channel_topic", "channel_purpose", "message_replied", "reminder_add")
_BUTTONS_A_BLOCK = 25


class SlackConnector(Connector, SlackInput):
    """A Slack app."""

    platform_name = "slack"
    api = "https://slack.com/api"

    def __init__(self) -> None:
        pass  # Rasa's asks for a channel to post to; we only ever answer where somebody wrote

    async def verify(self, request: Request) -> None:
        """X-Slack-Signature over time and body, at most five minutes old; checked by Rasa's own method (see parent class)."""
        self.slack_signing_secret = self.values["ROOTLINE_SLACK_SIGNING_SECRET"]
        if not self.is_request_from_slack_authentic(request):
            raise refused()

    async def read(self, request: Request) -> list[Inbound] | HTTPResponse:
        """One event or tap (see parent class)."""
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return self._tap(whole(json_library.loads(dict(parse_qsl(request.body.decode()))["payload"])))
        body = body_of(request)
        if body["type"] == "url_verification":
            return json({"challenge": string(body["challenge"])})
        if body["type"] == "app_rate_limited":
            return []  # Slack held events back; there is nobody to answer
        if body["type"] != "event_callback":
            raise ValueError
        return self._event(string(body["event_id"]), body["event"])

    def _event(self, key: str, event: dict[str, Any]) -> list[Inbound]:
        kind, subtype = event["type"], event.get("subtype")
        if event.get("bot_id") or subtype in _IGNORED or kind not in ("message", "app_mention"):
            return []
        address = {"channel": string(event["channel"], 100)}
        if kind == "app_mention" or event.get("channel_type") != "im":
            if kind == "message" and "channel_type" not in event:
                raise KeyError
            # Without a mention nobody in a channel asked us anything.
            return [Inbound("slack", address["channel"], key, "group", address=address)] if kind == "app_mention" else []
        before = event.get("previous_message") or {}
        if subtype == "message_deleted":
            return _removed(key, before, address)
        if subtype == "message_changed":
            now = event["message"]
            if now.get("subtype") == _GRAVE:
                return _removed(key, before, address)
            if now.get("bot_id") or now.get("text") == before.get("text"):
                return []  # our own message, or a preview of a link
            return [Inbound("slack", string(now["user"], 100), key, "edit", _plain(now["text"]), address=address)]
        user = string(event["user"], 100)
        files = event.get("files") or []
        text = _plain(event.get("text", "") if files or "blocks" in event else event["text"])
        return [Inbound("slack", user, key, "media" if files else "text", text, "", address, order=float(event.get("ts") or 0))]

    def _tap(self, tap: dict[str, Any]) -> list[Inbound]:
        if tap["type"] != "block_actions":
            return []
        action = tap["actions"][0]
        channel = tap.get("channel") or tap["container"]
        address = {"channel": string(channel.get("id") or channel["channel_id"], 100)}
        key = f"{string(tap['user']['id'], 100)}-{string(action['action_ts'])}-{string(action['action_id'])}"
        return [Inbound("slack", string(tap["user"]["id"], 100), key, "option", "", string(action["value"], 2000), address)]

    async def send(self, address: dict[str, Any], part: Part, file: Files) -> None:
        """One message (see parent class)."""
        blocks: list[dict[str, Any]] = [{"type": "section", "text": {"type": "plain_text", "text": part.text, "emoji": False}}]
        if part.picture:
            blocks = [{"type": "image", "image_url": self.picture_url(part), "alt_text": part.text}]
        if part.buttons:
            elements = [
                {
                    "type": "button", "action_id": f"option-{number}", "value": button.payload,
                    "text": {"type": "plain_text", "text": button.label, "emoji": False},
                }
                for number, button in enumerate(part.buttons)
            ]  # fmt: skip
            blocks.append({"type": "actions", "elements": elements[:_BUTTONS_A_BLOCK]})
        body = {
            "channel": address["channel"], "blocks": blocks, "text": html.escape(part.text, quote=False), "mrkdwn": False,
            "unfurl_links": False, "unfurl_media": False,
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self.values['ROOTLINE_SLACK_BOT_TOKEN']}"}
        status, answer_headers, answer = await self.request("POST", f"{self.api}/chat.postMessage", json=body, headers=headers)
        if status != 200:
            raise failed(status, answer_headers, f"slack {status}")
        if not isinstance(answer, dict) or not answer.get("ok"):
            error = str(answer.get("error") if isinstance(answer, dict) else "no answer")
            raise Later(error) if error in _LATER else Refused(f"slack {error}"[:60])


def _removed(key: str, before: dict[str, Any], address: dict[str, Any]) -> list[Inbound]:
    """Somebody took back what they wrote; Slack need not say who, and clears its own marks away like messages."""
    if before.get("bot_id") or before.get("subtype") == _GRAVE or not before.get("user"):
        return []
    return [Inbound("slack", string(before["user"], 100), key, "removed", address=address)]


def _plain(text: str) -> str:
    """What the person typed: Slack escapes three signs and wraps links and names."""
    return html.unescape(_LINK.sub(lambda link: "" if link[1][:1] in "@#!" else link[2] or link[1], text))
