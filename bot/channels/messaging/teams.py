"""Microsoft Teams over the Bot Framework: activities with a signed token in, activities out.

In: activities with a JWT of the Bot Framework. Out: plain-text activities; options as buttons of an Adaptive Card that holds
no text of its own (its text would be read as Markdown). Answers go to the service address that the token itself names.

Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication,
learn.microsoft.com/microsoftteams/platform/bots/how-to: conversations/conversation-messages, format-your-bot-messages, rate-limit
"""

from __future__ import annotations

import json as json_library
from datetime import datetime
from typing import Any
from urllib.parse import quote

import jwt
from jwt.algorithms import RSAAlgorithm
from rasa.core.channels.botframework import BotFrameworkInput
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.channels.messaging.connector import Connector, Files, Later, body_of, failed, malformed, refused, string
from bot.channels.messaging.inbound import Inbound, locale_of_language
from bot.channels.messaging.parts import Part
from bot.channels.problem import Problem

ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"
KEYS_SECONDS = 86400.0
#: Keys are fetched again at most this often, so that forged key ids cause no traffic.
FETCH_SECONDS = 60.0
#: A token is renewed this long before it runs out.
EARLY_SECONDS = 300.0
#: Microsoft asks to try again after this too.
_PRECONDITION = 412
_BUTTON = "rootline"


class TeamsConnector(Connector, BotFrameworkInput):
    """A bot registration; `api` is where tokens come from, `keys` where Microsoft publishes its signing keys."""

    platform_name = "teams"
    api = "https://login.microsoftonline.com"
    keys = "https://login.botframework.com/v1/.well-known/openidconfiguration"

    def __init__(self) -> None:
        # Rasa's would fetch the keys while the server starts, and take the algorithm from the token.
        self._keys: dict[str, tuple[Any, tuple[str, ...]]] = {}
        self._keys_at = self._fetched_at = float("-inf")
        self._token, self._token_ends = "", float("-inf")

    async def verify(self, request: Request) -> None:
        """The token: signed by Microsoft, for this bot, for this very service address (see parent class)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise refused()
        try:
            key, channels = await self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims = jwt.decode(
                token, key, algorithms=["RS256"], audience=self.values["ROOTLINE_TEAMS_APP_ID"], issuer=ISSUER, leeway=300,
                options={"require": ["exp", "iss", "aud"]},
            )  # fmt: skip
        except (jwt.InvalidTokenError, KeyError, ValueError, UnicodeError):
            raise refused() from None
        body = body_of(request)
        if not isinstance(body.get("serviceUrl"), str):
            raise malformed()
        if claims.get("serviceurl", claims.get("serviceUrl")) != body["serviceUrl"]:
            raise refused()
        if channels and body.get("channelId", channels[0]) not in channels:
            raise refused()  # signed with a key that speaks for other channels

    async def _key(self, name: str) -> tuple[Any, tuple[str, ...]]:
        """A signing key, and the channels it speaks for."""
        now = self.clock()
        if (name not in self._keys or now - self._keys_at > KEYS_SECONDS) and now - self._fetched_at > FETCH_SECONDS:
            self._fetched_at = now
            try:
                _, _, found = await self.request("GET", self.keys)
                _, _, listed = await self.request("GET", found["jwks_uri"])
                self._keys = {
                    key["kid"]: (RSAAlgorithm.from_jwk(json_library.dumps(key)), tuple(key.get("endorsements") or ()))
                    for key in listed["keys"]
                }
                self._keys_at = now
            except (Later, TypeError, KeyError, jwt.InvalidKeyError):
                if not self._keys:
                    self._fetched_at = float("-inf")
                    raise Problem(503, "INP084", "Microsoft's signing keys cannot be fetched now. Send it again.") from None
        return self._keys[name]

    async def read(self, request: Request) -> list[Inbound]:
        """One activity (see parent class)."""
        activity = body_of(request)
        kind = activity["type"]
        if kind not in ("message", "messageUpdate", "messageDelete", "conversationUpdate", "installationUpdate"):
            return []  # typing, reactions, invokes: nobody says anything
        conversation, user = activity["conversation"], string(activity["from"]["id"])
        address = {"service": activity["serviceUrl"], "conversation": string(conversation["id"], 1000)}
        key = f"{address['conversation']}-{kind}-{string(activity.get('id') or activity.get('timestamp'))}"
        locale = locale_of_language(str(activity.get("locale") or ""))
        if conversation.get("conversationType", "personal") != "personal":
            group = kind == "message"  # in a channel the bot only gets what mentions it
            return [Inbound("teams", address["conversation"], key, "group", address=address, locale=locale)] if group else []
        if kind in ("conversationUpdate", "installationUpdate"):
            return []  # installed: people hear from us when they write
        if kind == "messageDelete":
            return [Inbound("teams", user, key, "removed", address=address, locale=locale)]
        if kind == "messageUpdate":
            key += f"-{activity.get('timestamp', '')}"
        value = activity.get("value")
        if isinstance(value, dict) and isinstance(value.get(_BUTTON), str):
            return [Inbound("teams", user, key, "option", "", string(value[_BUTTON], 1000), address, locale)]
        text = activity.get("text") or ""
        if not isinstance(text, str):
            raise TypeError
        attached = activity.get("attachments") or []
        # Words come a second time as text/html; without words it is a sticker or the like.
        files = [one for one in attached if not (text and str(one.get("contentType")).startswith("text/html"))]
        if not text and not files:
            raise KeyError
        what = "media" if files else "edit" if kind == "messageUpdate" else "text"
        return [Inbound("teams", user, key, what, text, "", address, locale, _order(activity.get("timestamp")))]

    def accepted(self) -> HTTPResponse:
        """See parent class."""
        return json({}, status=200)

    async def send(self, address: dict[str, Any], part: Part, file: Files) -> None:
        """One activity (see parent class)."""
        activity: dict[str, Any] = {"type": "message", "textFormat": "plain", "text": part.text}
        if part.picture:
            activity["attachments"] = [
                {"contentType": "image/png", "contentUrl": self.picture_url(part), "name": part.text[:100]}
            ]
        if part.buttons:
            actions = [{"type": "Action.Submit", "title": b.label, "data": {_BUTTON: b.payload}} for b in part.buttons]
            card = {
                "type": "AdaptiveCard", "version": "1.2", "body": [], "actions": actions,
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            }  # fmt: skip
            activity["attachments"] = [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}]
        where = f"{address['service'].rstrip('/')}/v3/conversations/{quote(address['conversation'], safe='')}/activities"
        headers = {"Authorization": f"Bearer {await self._access_token()}"}
        status, answer_headers, _ = await self.request("POST", where, json=activity, headers=headers)
        if status == 401:
            self._token_ends = float("-inf")
        if status == _PRECONDITION:
            raise Later(f"teams {status}")
        if not 200 <= status < 300:
            raise failed(status, answer_headers, f"teams {status}")

    async def _access_token(self) -> str:
        if self.clock() < self._token_ends:
            return self._token
        tenant = self.values.get("ROOTLINE_TEAMS_TENANT", "botframework.com")
        form = {
            "grant_type": "client_credentials", "client_id": self.values["ROOTLINE_TEAMS_APP_ID"],
            "client_secret": self.values["ROOTLINE_TEAMS_APP_PASSWORD"], "scope": SCOPE,
        }  # fmt: skip
        status, _, answer = await self.request("POST", f"{self.api}/{tenant}/oauth2/v2.0/token", data=form)
        if status != 200 or not isinstance(answer, dict) or "access_token" not in answer:
            raise Later(f"teams token {status}", 30.0)
        self._token = str(answer["access_token"])
        self._token_ends = self.clock() + float(answer.get("expires_in") or 0) - EARLY_SECONDS
        return self._token


def _order(timestamp: Any) -> float:
    """Seconds of a time such as 2023-11-14T22:13:20.123Z; 0 when it is none."""
    try:
        return datetime.fromisoformat(str(timestamp)[:23].rstrip("Z")).timestamp()
    except ValueError:
        return 0.0
