"""SMS and WhatsApp over Twilio: signed forms in, messages out.

In: the webhook of an incoming message. Out: messages with numbered options (native WhatsApp buttons need templates that Meta has
approved one by one). Twilio answers STOP on SMS by itself and lets nothing more through; a Messaging Service with words of its
own tells us in OptOutType which of the three was meant.

What happens to a message after Twilio took it comes back as a status callback. Nothing is sent again then: a carrier that dropped
it once drops it again. It is logged with Twilio's number for the reason.

Source: twilio.com/docs/messaging/guides/webhook-request, twilio.com/docs/messaging/guides/track-outbound-message-status,
twilio.com/docs/messaging/tutorials/advanced-opt-out, twilio.com/docs/whatsapp/api
"""

from __future__ import annotations

from typing import Any, ClassVar

from rasa.core.channels.twilio import TwilioInput
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.channels.messaging.connector import Files, string
from bot.channels.messaging.inbound import Inbound, locale_of_number
from bot.channels.messaging.notices import command_of
from bot.channels.messaging.parts import Part
from bot.channels.messaging.twilio import TwilioConnector, form_of
from bot.runtime.logging import get_logger

log = get_logger(__name__)

#: Of a message that Twilio took and could not deliver.
_LOST = ("failed", "undelivered")
_OPT_OUT = {"STOP": "stop", "START": "start", "HELP": "help"}
_EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def _text(form: dict[str, str]) -> str:
    """What was written; a keyword of the Messaging Service as the command it stands for.

    "Yes" is one of Twilio's words for START and the answer to a question as well. It stays what it is: `line` knows who stopped.
    """
    written = form.get("ButtonText") or form.get("Body", "")
    if command_of(written, keywords=True, stopped=True) == "start":
        return written
    return _OPT_OUT.get(form.get("OptOutType", "")) or written


class _Texts(TwilioConnector, TwilioInput):
    """Both; they differ in whose number it is and what carries media."""

    sender: ClassVar[str]
    prefix: ClassVar[str] = ""

    def __init__(self) -> None:
        pass  # Rasa's would keep its own blocking client

    async def read(self, request: Request) -> list[Inbound]:
        """One message (see parent class)."""
        form = form_of(request)
        address, key = string(form["From"], 200), string(form["MessageSid"], 100)
        if "MessageStatus" in form:
            self._note_status(form)
            return []
        # Who hides their number later keeps this id, and with it the conversation.
        user = string(form.get("ExternalUserId") or address, 200)
        text = _text(form)
        if form.get("Latitude") and form.get("Longitude"):
            kind, text = "location", ""
        else:
            kind = "media" if int(form.get("NumMedia") or 0) > 0 else "text"
        if kind == "text" and not text.strip():
            kind = "media"  # a reaction or a shape we do not know: it was meant for us
        # Carriers turn "@" into "¡" on the way.
        text = text.replace("¡", "@")
        return [Inbound(self.platform_name, user, key, kind, text, "", {"to": address}, locale_of_number(address))]

    def _note_status(self, form: dict[str, str]) -> None:
        if form["MessageStatus"] in _LOST:
            number = form.get("ErrorCode", "")
            log.warning("messaging.delivery.lost", channel=self.platform_name, reason=number if number.isdigit() else "none")

    def accepted(self) -> HTTPResponse:
        """No TwiML message: the answer goes out over the API (see parent class)."""
        return raw(_EMPTY, content_type="text/xml")

    async def send(self, address: dict[str, Any], part: Part, file: Files) -> None:
        """One message (see parent class)."""
        own = self.values[self.sender]
        fields = {
            "To": address["to"], "From": self.prefix + own.removeprefix(self.prefix),
            "StatusCallback": f"{self.public_url}/webhooks/{self.platform_name}/webhook",
        }  # fmt: skip
        if part.text:
            fields["Body"] = part.text
        if part.picture:
            fields["MediaUrl"] = self.picture_url(part)
        await self.create_message(fields)


class SmsConnector(_Texts):
    """Text messages."""

    platform_name = "sms"
    sender = "ROOTLINE_TWILIO_SMS_FROM"


class WhatsAppConnector(_Texts):
    """WhatsApp."""

    platform_name = "whatsapp"
    sender = "ROOTLINE_TWILIO_WHATSAPP_FROM"
    prefix = "whatsapp:"
