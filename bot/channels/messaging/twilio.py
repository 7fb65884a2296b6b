"""What all three Twilio platforms share: the signature, the form, the send API.

In: signed form posts. Out: the Messages resource of the REST API. Called by `twilio_texts` and `twilio_calls`.

Source: twilio.com/docs/usage/webhooks/webhooks-security, twilio.com/docs/messaging/guides/webhook-request,
twilio.com/docs/messaging/api/message-resource, twilio.com/docs/api/errors (20429, 21610, 63014, 63016)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from sanic.request import Request
from twilio.request_validator import RequestValidator

from bot.channels.messaging.connector import Connector, Refused, failed, malformed, refused

#: Error codes of the send API that have a meaning for us.
_STOPPED = (21610,)
_WINDOW = (63016,)
#: They blocked us on WhatsApp. Not a STOP: should they write again, they want an answer.
_BLOCKED = (63014, 63033)


class TwilioConnector(Connector):
    """Signature and sending; each platform reads its own form."""

    api = "https://api.twilio.com"

    async def verify(self, request: Request) -> None:
        """X-Twilio-Signature over the public address and every field (see parent class)."""
        url = self.public_url + request.path + (f"?{request.query_string}" if request.query_string else "")
        try:
            fields = dict(_fields(request))
        except ValueError:
            raise refused() from None
        given = request.headers.get("x-twilio-signature", "")
        if not given.isascii() or not RequestValidator(self.values["ROOTLINE_TWILIO_AUTH_TOKEN"]).validate(url, fields, given):
            raise refused()

    async def create_message(self, fields: Mapping[str, Any]) -> None:
        """One message.

        Raises:
            Later, Refused: As the API says.
        """
        account, token = self.values["ROOTLINE_TWILIO_ACCOUNT_SID"], self.values["ROOTLINE_TWILIO_AUTH_TOKEN"]
        status, headers, body = await self.request(
            "POST", f"{self.api}/2010-04-01/Accounts/{account}/Messages.json", data=fields, auth=aiohttp.BasicAuth(account, token)
        )
        if 200 <= status < 300:
            return
        code = body.get("code") if isinstance(body, dict) else None
        if code in _STOPPED:
            raise Refused("stopped")
        if code in _WINDOW:
            raise Refused("window")
        if code in _BLOCKED:
            raise Refused("blocked")
        raise failed(status, headers, f"twilio {code or status}")


def _fields(request: Request) -> list[tuple[str, str]]:
    """The form as it was sent, empty fields included: they are signed too."""
    return parse_qsl(request.body.decode("utf-8"), keep_blank_values=True, strict_parsing=False)


def form_of(request: Request) -> dict[str, str]:
    """The form.

    Raises:
        Problem: 400 when a field is there twice.
    """
    fields = _fields(request)
    found = dict(fields)
    if len(found) != len(fields):
        raise malformed()
    return found
