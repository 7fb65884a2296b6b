"""What the person is told, independent of channel.

In: nothing. Out: `Reply` and its parts. Made by `compose`, read by `channels`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.triage.assessment import Option


@dataclass(frozen=True)
class Link:
    """Something to tap: `href` is tel:, sms: or https:."""

    label: str
    href: str

    def plain_text(self) -> str:
        """The label, with the number or address behind it where the label does not name it already."""
        scheme, _, rest = self.href.partition(":")
        target = self.href if scheme == "https" else rest
        digits = "".join(ch for ch in rest if ch.isdigit())
        named = bool(digits) and digits.removeprefix("1") in "".join(ch for ch in self.label if ch.isdigit())
        return self.label if named else f"{self.label}: {target}"


@dataclass(frozen=True)
class Block:
    """One paragraph, heading or list of a reply.

    Attributes:
        kind: emergency | heading | text | list | quote | desk | picture | links | progress | notice | details.
            `emergency` comes first and whole on every channel. `quote` holds the person's own words, so it is
            data, never markup. `desk` is what to say at the desk. `details` folds away: `text` is what one taps,
            `items` are its paragraphs.
        text: Plain text without markup.
        items: Lines of a list, quotes, or paragraphs of details.
        links: Of kind links.
        picture: File-safe picture key of kind picture (see replies/picture.py); `text` is its alt text.
    """

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    picture: str | None = None

    def plain_text(self) -> str:
        """This block as plain text."""
        bullet = "" if self.kind in ("desk", "details") else "- "
        lines = [self.text] if self.text else []
        lines += [f"{bullet}{item}" for item in self.items]
        lines += [f"{bullet}{link.plain_text()}" for link in self.links]
        return "\n".join(lines)


@dataclass(frozen=True)
class Reply:
    """A whole answer to one message.

    Attributes:
        blocks: In reading order.
        options: Buttons for the question at the end, if any.
        multiple: The buttons are a tick card.
        question: Id of the question put, or None.
        urgency: The disposition it speaks of (drives colour, icon and ARIA role).
        card: True when this reply is a result card (print, save, copy).
    """

    blocks: tuple[Block, ...]
    options: tuple[Option, ...] = ()
    multiple: bool = False
    question: str | None = None
    urgency: str = "incomplete"
    card: bool = False

    def plain_text(self) -> str:
        """The reply as plain text, blocks apart by empty lines."""
        return "\n\n".join(text for block in self.blocks if (text := block.plain_text()))
