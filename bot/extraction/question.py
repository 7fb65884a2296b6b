"""What a person's own question asks about: which checklist items, and which way a "yes" points.

In: the words of a call handler or clinician. Out: `Asked`, or None when no sign was named. Called when the
turns of a call are read; the interview's own questions know their items already.

"Any numbness down there?" asks for the danger sign: yes = danger. "Can you feel it when you wipe?" and "so no
numbness at all?" ask for what is normal: yes = clear.
"""

from __future__ import annotations

from typing import Any

from bot.extraction.assertion import judge
from bot.extraction.attributes import sentences
from bot.extraction.mention import Asked
from bot.extraction.pipeline import reader_for


def read_question(text: str, knowledge: Any) -> Asked | None:
    """Items named by the last asking sentence of `text`.

    Args:
        text: What the asking side said, one turn.
        knowledge: Loaded knowledge (lexicon, items).

    Returns:
        The items in the order of the words and what a "yes" to them means; None when no sign is named.
    """
    reading = reader_for(knowledge).read(text[-1500:])
    if not reading.sketches:
        return None
    spans = sentences(reading)
    last = max((s for s in spans if any(s.a <= k.a < s.b for k in reading.sketches)), key=lambda s: s.a, default=None)
    if last is None:
        return None
    items: list[str] = []
    normal = danger = 0
    for sketch in reading.sketches:
        if not last.a <= sketch.a < last.b:
            continue
        cleared = sketch.says == "absent" or (sketch.says != "absent" and judge(reading, sketch).presence == "absent")
        for concept in sketch.concepts:
            for item in knowledge.items.values():
                if concept in item.yes_concepts and item.id not in items and item.id not in _AFTERWARDS:
                    items.append(item.id)
                    normal += cleared
                    danger += not cleared
    if not items:
        return None
    return Asked(tuple(items), "normal" if normal > danger else "danger")


#: Follow-up items are never what a first question asks for.
_AFTERWARDS = frozenset({"newness", "anything_else", "story", "onset", "weakness_course"})
