"""The safety net: what would make this person's trouble more urgent, and the list of signs that is always shown.

In: `Heard`, the knowledge. Out: lines and blocks. Called by every reply that is not an emergency message, and by the card.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.knowledge.sections.services import USES
from bot.replies.heard import Heard, is_present
from bot.replies.reply import Block, Link


def personal_lines(heard: Heard, knowledge: Any) -> tuple[str, ...]:
    """What would make *this* more urgent, most telling first; empty when nothing particular is known."""
    net = knowledge.safety_net
    lines = [heard.words.fill(row.text) for row in net.personal if any(is_present(heard.findings.get(c)) for c in row.concepts)]
    return tuple(dict.fromkeys(lines))[: net.limit]


def net_lines(heard: Heard, knowledge: Any) -> tuple[str, ...]:
    """The whole list. A sign the person already has is worded as a change, since a warning of it would only confuse.

    Questions they left out come first: those parts could not be cleared (clinical.md 4.5).
    """
    first: list[str] = []
    rest: list[str] = []
    for sign in knowledge.safety_net.signs:
        there = any(heard.assessment.checklist.get(i) == "yes" for i in sign.items) or any(
            is_present(heard.findings.get(c)) for c in sign.concepts
        )
        text = heard.words.fill(sign.already if there and sign.already else sign.text)
        left_out = any(heard.assessment.checklist.get(i) in ("skipped", "unsure") for i in sign.items)
        (first if left_out and not there else rest).append(text)
    return tuple(first + rest)


def net_blocks(heard: Heard, knowledge: Any) -> list[Block]:
    """Lead, list and closing line."""
    words = heard.words
    return [
        Block("list", words.text("result.net"), items=net_lines(heard, knowledge)),
        Block("text", words.text("result.net_end")),
    ]


def personal_blocks(heard: Heard, knowledge: Any) -> list[Block]:
    """Lead and lines for this person, or nothing."""
    lines = personal_lines(heard, knowledge)
    return [Block("list", heard.words.text("result.personal"), items=lines)] if lines else []


def links_for(heard: Heard, uses: Iterable[str]) -> tuple[Link, ...]:
    """Numbers for these actions or levels, each once, in the order of the country's file."""
    wanted = set(uses)
    if unknown := wanted - set(USES) - {"emergency_now"}:
        raise ValueError(f"no such use of a line: {', '.join(sorted(unknown))}. Allowed: {', '.join(USES)}.")
    links: dict[str, Link] = {}
    for line in heard.words.country.lines:
        if wanted & set(line.uses):
            links.setdefault(line.href, Link(heard.words.fill(line.label), line.href))
    return tuple(links.values())


def link_block(heard: Heard, *uses: str) -> list[Block]:
    """A block of numbers, or nothing."""
    links = links_for(heard, uses)
    return [Block("links", links=links)] if links else []
