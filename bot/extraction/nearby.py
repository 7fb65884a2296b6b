"""Small questions about the words around a claim, shared by denial, doubt and imagination.

In: a `Reading` and word indexes. Out: facts about cues, sentences and finite verbs. No verdicts here.
"""

from __future__ import annotations

from bot.extraction.reading import Hit, Reading, Sketch

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


#: "an old problem", "old and unchanged": said of the sign itself.
_OLD_SIGN = frozenset(
    [
        "problem",
        "problems",
        "issue",
        "issues",
        "trouble",
        "troubles",
        "thing",
        "story",
        "complaint",
        "habit",
        "news",
        "leak",
        "leaks",
        "leaking",
        "and",
        "but",
        "so",
        "for",
        "by",
        "now",
        "as",
        "with",
        "since",
        "from",
        "one",
        "pattern",
        "symptom",
        "symptoms",
        "usual",
        "stuff",
    ]
)


def of_another_thing(reading: Reading, cue: Hit, sketch: Sketch) -> bool:
    """ "dripping like an old gutter", "an old CES patient, and now I leak": the thing named is old, not the sign."""
    following = reading.low(cue.b)
    named = following[:1].isalpha() and following not in _OLD_SIGN and not sketch.a <= cue.b < sketch.b
    return named and reading.low(cue.a) == "old" and cue.b - cue.a == 1


_IF = frozenset({"cue_if"})
_TELLS_ANEW = SUBJECTS | {"my", "both", "can't", "cant", "cannot", "no"}


def only_its_own(reading: Reading, hit: Hit, sketch: Sketch) -> bool:
    """ "I'm gonna fall, both legs giving way": the fall is ahead, what is told after it is so now."""
    if reading.low(hit.b - 1) not in ("fall", "myself", "ahead") or reading.cues_from(_IF, hit.b, sketch.a):
        return False
    return any(reading.words[i].mark or reading.low(i) in _TELLS_ANEW for i in range(hit.b, sketch.a + 1))
