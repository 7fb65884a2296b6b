"""Phone calls over Twilio: speech or keys in, speech out, in the same request.

In: the voice webhook, first when a call comes in, then after each <Gather>. Out: TwiML. One call is one conversation: a phone
is often shared, so nothing of an earlier call is ever spoken. Sentences are short, the emergency comes first, numbers are
spoken digit by digit.

Source: twilio.com/docs/voice/twiml/gather (a speechModel wants speechTimeout in seconds; "enhanced" is out of use),
twilio.com/docs/voice/twiml#request-parameters, twilio.com/docs/usage/security/availability-reliability (ErrorUrl)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from rasa.core.channels.twilio_voice import TwilioVoiceInput
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from twilio.twiml.voice_response import Gather, VoiceResponse

from bot.channels.messaging.connector import Files, Refused, string
from bot.channels.messaging.inbound import Inbound, locale_of_number
from bot.channels.messaging.parts import Part
from bot.channels.messaging.twilio import TwilioConnector, form_of
from bot.channels.problem import Problem
from bot.replies.words import Words

#: How often nothing was heard before we hang up.
MOST_SILENCES = 3
_ENDED = ("completed", "busy", "failed", "no-answer", "canceled")
_PHONE = re.compile(r"\b\d{3,}\b")
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")
_NUMBERED = re.compile(r"^(\d+)\. (.+)$")


class VoiceConnector(TwilioConnector, TwilioVoiceInput):
    """Calls."""

    platform_name = "voice"

    def __init__(self) -> None:
        # Rasa's settings for the voice and the recogniser; its own texts are not used.
        TwilioVoiceInput.__init__(self, None, None, "Polly.Amy", speech_timeout="3", speech_model="phone_call")

    async def read(self, request: Request) -> list[Inbound] | HTTPResponse:
        """A turn of a call (see parent class)."""
        form = form_of(request)
        call, caller = string(form["CallSid"], 100), string(form["From"], 100)
        if form.get("CallStatus") in _ENDED:
            return self._twiml(VoiceResponse())
        # A fallback address comes without the turn, and with the address that failed.
        where = dict(parse_qsl(urlsplit(form.get("ErrorUrl") or f"?{request.query_string}").query))
        turn, silences = _count(where, "turn"), _count(where, "silences")
        said, pressed = form.get("SpeechResult", ""), form.get("Digits", "")
        kind = "opening" if turn == 0 else "text"
        text = pressed or said
        locale = locale_of_number(caller)
        if turn and not text.strip():
            # What failed may have been answered already, and its number is used up.
            return await self._silence(call, locale, turn + ("ErrorUrl" in form), silences)
        inbound = Inbound("voice", call, f"{call}-{turn}", kind, text, "", {"call": call}, locale)
        if self.post is None:
            raise Problem(503, "INP084", "The bot is not ready yet. Send it again in a moment.")
        parts: list[Part] = await request.app.ctx.messaging.ask(inbound)
        return self._speak([part.text for part in parts], turn + 1, 0, Words(request.app.ctx.service.knowledge, locale))

    async def _silence(self, call: str, locale: str, turn: int, silences: int) -> HTTPResponse:
        post: Any = self.post.__self__  # type: ignore[union-attr]
        words = Words(post.knowledge, locale or "en-GB")
        if silences + 1 >= MOST_SILENCES:
            answer = VoiceResponse()
            for sentence in _sentences(words.text("messaging.hang_up")):
                answer.say(sentence, voice=self.assistant_voice)
            answer.hangup()
            return self._twiml(answer)
        last = await post.last_spoken("voice", call)
        return self._speak([words.text("messaging.silent"), *last], turn, silences + 1, words)

    def _speak(self, texts: list[str], turn: int, silences: int, words: Words) -> HTTPResponse:
        """Speak, and listen already while speaking: nobody has to hear a list to its end."""
        answer = VoiceResponse()
        gather = Gather(
            input="speech dtmf",
            action=f"{self.public_url}/webhooks/voice/webhook?turn={turn}&silences={silences}",
            action_on_empty_result=True,
            speech_timeout=self.speech_timeout,
            speech_model=self.speech_model,
            finish_on_key="#",
            timeout=6,
            profanity_filter=False,
            language="en-US" if words.locale == "en-US" else "en-GB",
        )
        for text in texts:
            for line in text.split("\n"):
                numbered = _NUMBERED.match(line.strip())
                if numbered:
                    line = words.text("messaging.press", number=numbered[1], label=numbered[2].rstrip("."))
                for sentence in _sentences(line):
                    gather.say(sentence, voice=self.assistant_voice)
        answer.append(gather)
        return self._twiml(answer)

    def _twiml(self, answer: VoiceResponse) -> HTTPResponse:
        return raw(str(answer).encode(), content_type="text/xml; charset=utf-8")

    async def send(self, address: dict[str, Any], part: Part, file: Files) -> None:
        """Nothing can be sent into a call from outside (see parent class)."""
        raise Refused("a call answers only in its own request")


def _count(where: Mapping[str, str], name: str) -> int:
    """A small number of the address that we ourselves gave.

    Raises:
        ValueError: It is none.
    """
    given = where.get(name, "0")
    if not (given.isascii() and given.isdigit() and len(given) <= 4):
        raise ValueError
    return int(given)


def _sentences(text: str) -> list[str]:
    """Short pieces for the voice; telephone numbers digit by digit."""
    spoken = _PHONE.sub(lambda number: " ".join(number[0]), text.removeprefix("- ").strip())
    return [piece.strip() for piece in _SENTENCE.split(spoken) if piece.strip()]
