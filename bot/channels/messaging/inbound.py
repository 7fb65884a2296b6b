"""One thing that came in from a platform, in one shape for all of them.

In: values a connector found in a webhook. Out: `Inbound`. Called by the connectors; read by `people` and the inbox.
"""

from __future__ import annotations

import json
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


def locale_of_number(number: str) -> str:
    """Locale of a phone number by its country code; the international numbers for other countries, "" when it is none."""
    digits = number.removeprefix("whatsapp:").strip()
    if not digits.startswith("+"):
        return ""
    return "en-GB" if digits.startswith("+44") else "en-US" if digits.startswith("+1") else "international"


def locale_of_language(tag: str) -> str:
    """Locale of a language tag such as en-US; "" when it names no country we know."""
    return {"en-us": "en-US", "en-gb": "en-GB"}.get(tag.lower().replace("_", "-"), "")
