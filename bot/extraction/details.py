"""Details told alone: "started Tuesday, worse each day" in reply to "When did the weakness start?".

In: a text, the concepts that the question put asks details of. Out: mentions of those concepts with what the words tell
(since when, how fast, which way, how often), and the answers they give. Called by `bot.turn`; the words name no sign, so
`extract` alone cannot know what they speak of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.extraction.attributes import Attributes
from bot.extraction.mention import Answer, Asked, Mention
from bot.extraction.pipeline import reader_for
from bot.extraction.reading import Sketch
from bot.extraction.timing import find_times
from bot.extraction.tokens import lower

#: Told alone these are clear; which side, why or how bad would need the sign beside them.
_ALONE = frozenset({"onset", "onset_days", "course", "frequency", "count", "last_event_days", "new", "recovery"})
_FAST_DAYS = 3.0
#: Longest reply that is taken for details alone; a longer one tells a story.
_LONGEST = 160


def read_details(
    text: str,
    knowledge: Any,
    concepts: Sequence[str],
    asked: Asked,
    *,
    turn: int,
    experiencer: str = "self",
    today: date | None = None,
) -> tuple[tuple[Mention, ...], tuple[Answer, ...]]:
    """Read a reply that tells only when, how fast or which way.

    Args:
        text: The reply.
        knowledge: Loaded knowledge.
        concepts: What the question asks details of, told before.
        asked: The question, for its items.
        turn: Number of the message.
        experiencer: Who has the signs: self or other.
        today: For "since Tuesday".

    Returns:
        One mention a concept, spanning the reply, and an answer to each item it settles; both empty when it tells none.
    """
    if not concepts or len(text) > _LONGEST:
        return (), ()
    reading = reader_for(knowledge).read(text)
    if not reading.words:
        return (), ()
    whole = Sketch((), "present", 0, 0, len(reading.words), reading.segment_of[0], {})
    reading.sketches = [whole]
    attributes = Attributes(reading, find_times(lower(text), today))
    told: dict[str, dict[str, Any]] = {}
    for concept in concepts:
        values = {name: value for name, value in attributes.of(whole, concept).items() if name in _ALONE}
        if values.keys() - {"new"}:
            told[concept] = values
    if not told:
        return (), ()
    start, end = reading.words[0].start, reading.words[-1].end
    mentions = tuple(
        Mention(concept, "present", experiencer, "current", turn, start, end, text[start:end], values, "answer")
        for concept, values in told.items()
    )
    states = [(item, _state(item, values)) for item in asked.items for values in list(told.values())[:1]]
    return mentions, tuple(Answer(item, state, turn, start, end) for item, state in states if state is not None)


def _state(item: str, values: Mapping[str, Any]) -> str | None:
    """What the details answer to an item that asks for them; None when they leave it open."""
    fast = values.get("onset") == "sudden" or values.get("onset_days", 1e9) <= _FAST_DAYS
    course = values.get("course")
    if item in ("onset", "unsteady_onset"):
        if not values.keys() & {"onset", "onset_days"}:
            return "yes" if item == "unsteady_onset" and course == "rapidly_worsening" else None
        return "yes" if fast or (item == "unsteady_onset" and course == "rapidly_worsening") else "no"
    if item == "weakness_course" and course is not None:
        return "yes" if course == "rapidly_worsening" else "no"
    if item == "duration" and values.keys() & {"course", "onset_days"}:
        return "yes" if course in ("worsening", "rapidly_worsening") else "no"
    return None
