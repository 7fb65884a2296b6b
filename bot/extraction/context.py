"""Negation, person and time of given spans, for any text: the algorithm without the lexicon of symptoms.

In: a text and character spans. Out: presence, experiencer, temporality of each. Called by
`python -m bot context` so that the algorithm can be compared with others on their own test sets.
"""

from __future__ import annotations

from typing import Any

from bot.extraction.assertion import weigh
from bot.extraction.attributes import Attributes
from bot.extraction.person import people
from bot.extraction.pipeline import reader_for
from bot.extraction.reading import Reading, Sketch
from bot.extraction.timing import find_times
from bot.extraction.tokens import lower


def read_context(text: str, spans: list[tuple[int, int]], knowledge: Any) -> list[dict[str, str]]:
    """Judge each span.

    Args:
        text: A sentence or a short text.
        spans: Character offsets [start, end) of the targets.
        knowledge: Loaded knowledge (cue words).

    Returns:
        One {"presence", "experiencer", "temporality"} per span, in order.
    """
    reading = reader_for(knowledge).read(text)
    targets = [_sketch(reading, start, end) for start, end in spans]
    reading.sketches = [t for t in targets if t is not None]
    if not reading.words:
        return [{"presence": "present", "experiencer": "self", "temporality": "current"} for _ in spans]
    attributes = Attributes(reading, find_times(lower(text)))
    persons = people(reading)
    out = []
    for target in targets:
        if target is None:
            out.append({"presence": "present", "experiencer": "self", "temporality": "current"})
            continue
        verdict = weigh(reading, target, target.head)
        presence = verdict.presence
        at = reading.words[target.a].start
        if presence == "present" and "?" in (text[at : at + 1], text[max(0, at - 1) : at]):
            presence = "uncertain"  # "?fracture": how notes ask
        values = attributes.of(target, "")
        time = attributes.temporality(target, "", values, verdict.resolved)
        who = persons[target.a].experiencer
        if any(
            persons[i].experiencer == "other" and persons[i].relation not in (None, "patient") for i in range(target.a, target.b)
        ):
            who = "other"
        elif persons[target.a].experiencer == "other":
            who = "self"  # "the patient", "he": in notes the one the note is about
        if presence == "absent" and time != "hypothetical":
            time = "current"  # "no history of trauma": there is nothing that is over
        if verdict.hypothetical:
            time = "hypothetical"
        out.append({"presence": presence, "experiencer": who, "temporality": time})
    return out


def _sketch(reading: Reading, start: int, end: int) -> Sketch | None:
    inside = [i for i, w in enumerate(reading.words) if w.start < end and w.end > start]
    if not inside:
        return None
    a, b = inside[0], inside[-1] + 1
    return Sketch(("",), "present", a, a, b, reading.segment_of[a], {}, noun=True)
