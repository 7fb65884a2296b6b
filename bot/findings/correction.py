"""The side alone: put right ("sorry, I meant the right one"), or told when asked ("just the right one").

In: a text that names no symptom, the case. Out: the mentions it corrects, said again for the other side. Called when a message is
read (`bot.turn`); `update` then takes the earlier mentions back and keeps their other details.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case
from bot.findings.view import standing_mentions

_OPENS = re.compile(
    r"^\W*(?:(?:no|nope|sorry|oops|wait|actually|correction|my mistake|i was wrong|that was wrong|not that one)\b[\s,.:;!-]*)*"
    r"(?:(?:i|we)\s+(?:meant|mean)|(?:it'?s|its|it is|it was)|make that|should (?:be|have been)|the|on the)?\s*",
    re.I,
)
_SIGNAL = re.compile(
    r"\b(?:meant|mean|sorry|oops|wrong|mistake|correction|actually|make that|should (?:be|have been))\b|^\W*(?:no|nope|wait)\b",
    re.I,
)
_SIDE = re.compile(r"\b(left|right|both)\b(?!\s*(?:now|away|after|before|here|there))", re.I)
_REST = re.compile(
    r"^\W*(?:the|my|on|one|ones|side|leg|legs|knee|foot|not|left|right|both|instead|please|of them|\s|[.,!])*$", re.I
)


def corrected_side(text: str, turn: int, case: Case) -> tuple[Mention, ...]:
    """The mentions of the last message that named a side, for the side named now; empty when this is no such correction.

    Args:
        text: The message.
        turn: Its number.
        case: The story so far.
    """
    side = _SIDE.search(text)
    if side is None or not _SIGNAL.search(text):
        return ()
    start = _OPENS.match(text)
    if start is None or not _REST.match(text[start.end() :]):
        return ()
    named = side.group(1).lower()
    sided = [m for m in standing_mentions(case).values() if m.presence == "present" and m.attributes.get("laterality")]
    if not sided:
        return ()
    last = max(mention.turn for mention in sided)
    return tuple(
        _told_again(mention, turn, side, correction=True)
        for mention in sided
        if mention.turn == last and mention.attributes["laterality"] != named
    )


def _told_again(mention: Mention, turn: int, side: re.Match[str], **attributes: Any) -> Mention:
    """The mention as told anew by the words that name the side."""
    return replace(
        mention,
        turn=turn,
        start=side.start(),
        end=side.end(),
        text=side.group(0),
        attributes={**mention.attributes, "laterality": side.group(1).lower(), **attributes},
        pieces=(),
    )


def side_added(text: str, turn: int, case: Case, concepts: Collection[str]) -> tuple[Mention, ...]:
    """ "Just the right one": what was told without a side is told again with it.

    Args:
        text: The answer; one side must stand in it, not both.
        turn: Its number.
        case: The story so far.
        concepts: What can have a side.
    """
    sides = {match.group(1).lower() for match in _SIDE.finditer(text)}
    side = _SIDE.search(text)
    if side is None or len(sides) != 1 or sides == {"both"}:
        return ()
    return tuple(
        replace(_told_again(mention, turn, side), by="answer")
        for mention in standing_mentions(case).values()
        if mention.concept in concepts and mention.presence == "present" and not mention.attributes.get("laterality")
    )


def is_side_correction(text: str) -> bool:
    """Whether a message only puts the side right, so that its "no" answers no question."""
    start = _OPENS.match(text)
    return bool(_SIDE.search(text) and _SIGNAL.search(text) and start is not None and _REST.match(text[start.end() :]))
