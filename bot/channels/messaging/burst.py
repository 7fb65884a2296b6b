"""Several short messages in a row as one: what each says by itself, what they say together, and in which order they are read.

In: the story so far, the texts. Out: whether to answer at once; the texts to hand to the bot. Called by `line`. Pure apart
from the core it calls: nothing is written down here.

Joining must never lose a sign. Two joins are tried ("my leg is numb", "my leg. is numb"); what a message said by itself and
neither join says is read once more by itself, an emergency first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.findings.case import Case
from bot.runtime.messages import MAX_CHARACTERS, clean
from bot.turn import Turn, safe_turn

_JOINS = (" ", ". ")


@dataclass(frozen=True)
class Story:
    """The conversation before the burst: its case, and the question just put."""

    case: Case
    put: str | None


def look(text: str, story: Story, knowledge: Any, options: Sequence[str] | None = None) -> Turn:
    """What a text, or options chosen of the question just put, would do; nothing is kept."""
    return safe_turn(clean(text)[:MAX_CHARACTERS], knowledge, case=story.case, put=story.put, options=options)


def is_new_emergency(turn: Turn) -> bool:
    """Whether this text makes it an emergency, or adds a reason to one."""
    if turn.assessment.disposition != "emergency_now":
        return False
    before = turn.previous
    known = {rule.id for rule in before.fired} if before is not None else set()
    was = before is not None and before.disposition == "emergency_now"
    return not was or any(rule.id not in known for rule in turn.assessment.fired if rule.disposition == "emergency_now")


def cannot_wait(texts: Sequence[str], story: Story, knowledge: Any) -> bool:
    """Whether the last message by itself, or all of them together, are an emergency."""
    return is_new_emergency(look(texts[-1], story, knowledge)) or (
        len(texts) > 1 and is_new_emergency(look(_JOINS[0].join(texts), story, knowledge))
    )


def texts_to_read(texts: Sequence[str], story: Story, knowledge: Any) -> list[str]:
    """The burst as the bot should read it: joined, and what joining would have lost by itself."""
    if len(texts) == 1:
        return list(texts)
    alone = [(text, look(text, story, knowledge)) for text in texts]
    ways: list[tuple[bool, int, str, list[tuple[str, Turn]]]] = []
    for glue in _JOINS:
        together = look(glue.join(texts), story, knowledge)
        missed = [(text, turn) for text, turn in alone if _loses(turn, together, story)]
        ways.append((not is_new_emergency(together), len(missed), glue.join(texts), missed))
    _, _, joined, lost = min(ways, key=lambda way: way[:2])
    # An answer belongs to the question as it stands before anything else is read; a statement can come later.
    first = [text for text, turn in lost if is_new_emergency(turn) or not _signs(turn.case, story, stated=True)]
    return [*first, joined, *(text for text, _ in lost if text not in first)]


def _loses(alone: Turn, together: Turn, story: Story) -> bool:
    """Whether the joined reading misses a sign that the message says by itself, or is no emergency where that is one."""
    if is_new_emergency(alone) and together.assessment.disposition != "emergency_now":
        return True
    return bool(_signs(alone.case, story) - _signs(together.case, story))


def _signs(case: Case, story: Story, *, stated: bool = False) -> set[str]:
    """Signs that the new message told of; `stated`: in its own words, not by answering the question put."""
    told = case.mentions[len(story.case.mentions) :]
    return {
        m.concept
        for m in told
        if m.presence != "absent" and m.temporality == "current" and m.experiencer != "nobody"
        if not (stated and m.by == "answer")
    }
