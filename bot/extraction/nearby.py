"""Small questions about the words around a claim, shared by denial, doubt and imagination.

In: a `Reading` and word indexes. Out: facts about cues, sentences and finite verbs. No verdicts here.
"""

from __future__ import annotations

from bisect import bisect_right

from bot.extraction.reading import Hit, Reading

_REACH = 24

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
    return any(h.a <= index < h.b and h.term in ("cue_turn", "cue_except", "cue_stop") for h in cues_at(reading, index))


def cues_at(reading: Reading, index: int) -> list[Hit]:
    hits = reading.hits  # in text order; no phrase is longer than the reach
    found = []
    for at in range(bisect_right(hits, index, key=_start) - 1, -1, -1):
        hit = hits[at]
        if hit.a < index - _REACH:
            break
        if hit.kind == "cue" and index < hit.b:
            found.append(hit)
    found.reverse()
    return found


def _start(hit: Hit) -> int:
    return hit.a


def sentence_around(reading: Reading, index: int) -> tuple[int, int]:
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
