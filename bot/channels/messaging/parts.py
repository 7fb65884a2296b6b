"""A `Reply` as what one platform can carry: texts that fit, buttons or numbers, pictures.

In: `Reply`, `Platform`, `Words`. Out: `Part`s in sending order. Called by `turns`; each connector turns a part into a request.
Pure.

The emergency line stands first and whole, whatever else is cut. Buttons that a platform cannot show become numbers; several
answers at once are always numbers. Everything is plain text; what a platform would read as markup is taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.channels.messaging.inbound import payload
from bot.channels.messaging.platforms import Platform
from bot.channels.messaging.split import split
from bot.replies.reply import Block, Reply
from bot.replies.words import Words

_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-", "\u00a0": " ", "∕": "/"}
)
_BARE_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Button:
    """A native button: what is read, what comes back."""

    label: str
    payload: str


@dataclass(frozen=True)
class Part:
    """One message to send.

    Attributes:
        text: Words, or the description of the picture.
        buttons: Native buttons below it.
        picture: Key of a drawing, or "".
        document: True for the result card as a file.
        locale: For the words inside the drawing.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    picture: str = ""
    document: bool = False
    locale: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain data for the outbox."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return data

    @staticmethod
    def from_json(data: dict[str, Any]) -> Part:
        """Read what `to_json` wrote."""
        return Part(**{**data, "buttons": tuple(Button(**button) for button in data["buttons"])})


def has_buttons(reply: Reply, platform: Platform) -> bool:
    """Whether the options are shown as native buttons; numbers otherwise."""
    return (
        bool(reply.options)
        and not reply.multiple
        and platform.buttons == "inline"
        and len(reply.options) <= platform.button_count
        and all(len(option.label) <= platform.button_label for option in reply.options)
    )


def parts_of(
    reply: Reply, platform: Platform, words: Words, *, first: Sequence[str] = (), last: Sequence[str] = ()
) -> list[Part]:
    """The whole reply, ready to send.

    Args:
        reply: What is to be said.
        platform: Where.
        words: Texts of the person's locale.
        first: Paragraphs before it; after the emergency line where there is one.
        last: Paragraphs after it, before the question.
    """
    urgent = [block for block in reply.blocks if block.kind == "emergency"]
    others = [block for block in reply.blocks if block.kind != "emergency"]
    question = others.pop() if reply.question and others else None
    parts: list[Part] = []
    texts = [*(_plain(block.plain_text(), platform) for block in urgent), *(_plain(line, platform) for line in first)]
    for block in others:
        if block.kind == "picture" and platform.picture != "none" and block.picture:
            parts += [Part(text) for text in split(texts, platform.text)]
            texts = []
            parts.append(Part(_plain(block.text, platform)[: platform.picture_text], picture=block.picture, locale=words.locale))
        else:
            texts.append(_plain(_block_text(block, words), platform))
    texts += [_plain(line, platform) for line in last]
    texts += [_plain(question.plain_text(), platform)] if question else []
    native = has_buttons(reply, platform)
    if reply.options and not native:
        key = "messaging.choose_several" if reply.multiple else "messaging.choose"
        numbered = [f"{number}. {option.label}" for number, option in enumerate(reply.options, start=1)]
        texts.append(_plain("\n".join((*numbered, words.text(key))), platform))
    parts += [Part(text) for text in split(texts, platform.text)]
    if native and parts:
        buttons = tuple(Button(_plain(o.label, platform), payload(reply.question, o.value)) for o in reply.options)
        parts[-1] = Part(parts[-1].text, buttons=buttons)
    return parts


def _block_text(block: Block, words: Words) -> str:
    if block.kind == "picture":
        return words.text("messaging.picture", alt=block.text)
    return block.plain_text()


def _plain(text: str, platform: Platform) -> str:
    """Text that no platform can take for markup or commands."""
    for sign in platform.drop:
        text = text.replace(sign, "")
    if platform.plain_ascii:
        text = text.translate(_PLAIN)
    return _BARE_LINES.sub("\n\n", text).strip()
