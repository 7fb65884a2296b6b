"""One thing that came in from a platform, in one shape for all of them.

In: values a connector found in a webhook. Out: `Inbound`. Called by the connectors; read by `people` and the inbox.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

#: What an inbound thing can be.
KINDS = ("text", "option", "media", "location", "edit", "removed", "group", "opening")


@dataclass(frozen=True)
class Inbound:
    """A message, a tap, an edit, or something that cannot be read.

    Attributes:
        platform: Name of the platform.
        user: Who wrote, as the platform names them; becomes a pseudonym before anything is kept.
        key: The platform's id of this delivery; the same key is processed once.
        kind: One of `KINDS`.
        text: Words, or the caption of a picture.
        option: Question and value of a tapped button, as `payload` made it.
        address: What the connector needs to answer; kept sealed.
        locale: Locale the platform tells of, or "".
        order: The platform's own number or time; what overtook on the way is put back into order. 0 when there is none.
    """

    platform: str
    user: str
    key: str
    kind: str = "text"
    text: str = ""
    option: str = ""
    address: dict[str, Any] = field(default_factory=dict)
    locale: str = ""
    order: float = 0.0

    def to_json(self) -> str:
        """For the inbox, which seals it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(data: str) -> Inbound:
        """Read what `to_json` wrote."""
        return Inbound(**json.loads(data))


def payload(question: str | None, value: str) -> str:
    """What a button carries: the question it belongs to and the value."""
    return f"{question or ''}={value}"


def read_payload(text: str) -> tuple[str, str]:
    """Question and value of a button; both empty when it is none of ours."""
    question, sign, value = text.partition("=")
    return (question, value) if sign and value else ("", "")


#: What stands in place of a withheld number, as a word or as the digits that spell it on a telephone
#: (twilio.com/changelog/upcoming-changes-to-withheld-caller-ids-behavior-for-dial-calls).
_WITHHELD = ("anonymous", "blocked", "private", "restricted", "unavailable", "unknown")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_NO_NUMBERS = {f"+{word.translate(_KEYPAD)}" for word in _WITHHELD}
#: An account without a number begins with its country
#: (developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids).
_ACCOUNT = re.compile(r"([A-Z]{2})\.[A-Za-z0-9.]+")
#: Countries that share a country code, and with it their emergency numbers.
_COUNTRIES = {"GB": "en-GB", "GG": "en-GB", "IM": "en-GB", "JE": "en-GB", "US": "en-US", "CA": "en-US"}


def locale_of_number(number: str) -> str:
    """Locale of a phone number by its country code, or of a WhatsApp account without one by its country.

    Returns:
        The international numbers for other countries; "" when it is neither or was withheld.
    """
    digits = number.removeprefix("whatsapp:").strip()
    if account := _ACCOUNT.fullmatch(digits):
        return _COUNTRIES.get(account[1], "international")
    if not digits.startswith("+") or digits in _NO_NUMBERS:
        return ""
    return "en-GB" if digits.startswith("+44") else "en-US" if digits.startswith("+1") else "international"


def locale_of_language(tag: str) -> str:
    """Locale of a language tag such as en-US; "" when it names no country we know."""
    return {"en-us": "en-US", "en-gb": "en-GB"}.get(tag.lower().replace("_", "-"), "")
