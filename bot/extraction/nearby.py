"""Small questions about the words around a claim, shared by denial, doubt and imagination.

In: a `Reading` and word indexes. Out: facts about cues, sentences and finite verbs. No verdicts here.
"""

from __future__ import annotations

from bot.extraction.reading import Reading

_REACH = 24
_TURNS = frozenset({"cue_turn", "cue_except", "cue_stop"})

#: Who or what a new clause may begin with; rooms that cut clauses add what fits their cut.
SUBJECTS = frozenset(
    {"i", "i'm", "im", "i've", "ive", "he", "she", "they", "it", "it's", "its", "he's", "she's", "we", "there's"}
)

FINITE = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "has",
        "had",
        "feels",
        "felt",
        "keeps",
        "kept",
        "can",
        "can't",
        "cant",
        "cannot",
        "reports",
        "reported",
        "complains",
        "states",
        "showed",
        "shows",
        "revealed",
        "reveals",
        "developed",
        "got",
        "gets",
        "goes",
        "went",
        "hurts",
        "does",
        "did",
        "will",
        "won't",
        "presents",
        "presented",
        "admits",
    }
)


def turns_at(reading: Reading, index: int) -> bool:
    turns: frozenset[int] | None = reading.known.get("turns")
    if turns is None:
        hits = reading.cues(_TURNS)
        turns = reading.known["turns"] = frozenset(i for h in hits for i in range(h.a, min(h.b, h.a + _REACH + 1)))
    return index in turns


def sentence_around(reading: Reading, index: int) -> tuple[int, int]:
    """[start, end) of the sentence of a word; looked up for all its words at once."""
    bounds: dict[int, tuple[int, int]] = reading.known.setdefault("sentences", {})
    found = bounds.get(index)
    if found is None:
        found = start, end = _sentence(reading, index)
        for inside in range(start, end):
            bounds[inside] = found
        bounds[index] = found
    return found


def _sentence(reading: Reading, index: int) -> tuple[int, int]:
    start = index
    while start > 0:
        word = reading.words[start]
        previous = reading.words[start - 1]
        if word.gap_before or (previous.mark and previous.low[:1] in ".!?;"):
            break
        start -= 1
    end = index
    while end < len(reading.words):
        word = reading.words[end]
        if (word.mark and word.low[:1] in ".!?;") or (word.gap_before and end > index):
            break
        end += 1
    return start, end
