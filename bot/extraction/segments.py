"""Words and terms -> segments: the stretches of words that one predicate governs.

In: a `Reading` with hits. Out: its `segments`. Called by the pipeline.
"""

from __future__ import annotations

from bot.extraction.nearby import SUBJECTS
from bot.extraction.reading import Hit, Reading, Segment

_STOPS = frozenset(".!?;:\n")
_JOINS = frozenset(
    [
        "and",
        "or",
        "plus",
        "then",
        "so",
        "while",
        "also",
        "cos",
        "coz",
        "cause",
        "because",
        "n",
        "&",
        "+",
        ",",
        "nor",
        "now",
        "-",
        "/",
    ]
)
_SUBJECTS = SUBJECTS | {"i'd", "they're", "that", "theres", "there"}
_OWNERS = frozenset({"my", "his", "her", "their", "the", "our", "me"})
_SUBORDINATORS = frozenset(
    [
        "when",
        "if",
        "that",
        "where",
        "what",
        "how",
        "since",
        "as",
        "before",
        "after",
        "until",
        "till",
        "whenever",
        "like",
        "than",
        "think",
        "thought",
        "whether",
        "once",
        "every",
        "time",
        "day",
        "thing",
        "way",
        "wherever",
        "why",
        "who",
        "which",
        "know",
        "knew",
        "said",
        "says",
        "say",
        "sure",
        "believe",
        "reckon",
        "suppose",
        "guess",
        "hope",
        "feel",
        "can't",
        "can",
        "do",
        "does",
        "did",
        "have",
        "is",
        "am",
        "was",
        "are",
        "should",
        "could",
        "would",
        "will",
        "all",
        "unless",
        "idea",
        "clue",
        "scared",
        "worried",
        "afraid",
        "frightened",
    ]
)
#: "can't feel my bits": what follows is felt, not a new subject.
_TAKES_OBJECT = frozenset({"feel", "sense", "detect", "notice", "sensation", "hold", "move", "lift"})


def cut_segments(reading: Reading) -> None:
    """Cut the message where a new predicate takes over."""
    words = reading.words
    cuts: dict[int, str] = {0: "start"}
    inside: dict[int, Hit] = {}
    for hit in reading.hits:
        if hit.term in ("cue_turn", "cue_except"):
            goes_on = reading.low(hit.a) in ("and", "then")
            cuts[hit.a] = "except" if hit.term == "cue_except" else "join" if goes_on else "turn"
        if hit.kind in ("site", "state"):
            for index in range(hit.a, hit.b):
                inside[index] = hit
    before = 0  # the word before, over marks that join nothing
    for index, word in enumerate(words):
        if index == 0:
            continue
        if not words[index - 1].mark or words[index - 1].low in _JOINS:
            before = index - 1
        if word.gap_before or (words[index - 1].mark and words[index - 1].low[:1] in _STOPS):
            cuts.setdefault(index, "stop")
            continue
        previous = reading.low(before)
        if index in inside and inside[index].a < index:
            continue  # never cut inside a term
        if word.low in _SUBJECTS:
            if previous in _JOINS:
                cuts.setdefault(index, "join")
            elif (
                previous
                and previous not in _SUBORDINATORS
                and not (word.low in ("it", "that", "its") and previous in reading.lexicon.settings["prepositions"])
                and not (inside.get(before) is not None and inside[before].kind == "state" and word.low in ("it", "that", "its"))
            ):
                cuts.setdefault(index, "run")
        elif word.low in _OWNERS:
            if previous in _JOINS:
                cuts.setdefault(index, "join")
            elif (
                word.low != "the"
                and before in inside
                and inside[before].region != "verb"
                and not set(reading.words[before].keys) & _TAKES_OBJECT
            ):
                cuts.setdefault(index, "run")
    points = _merge_joins(reading, sorted(cuts))
    bounds = [*points[1:], len(words)]
    reading.segments = [Segment(a, b, cuts[a]) for a, b in zip(points, bounds, strict=True) if b > a]
    reading.segment_of = [0] * len(words)
    for number, segment in enumerate(reading.segments):
        for index in range(segment.a, segment.b):
            reading.segment_of[index] = number
    for hit in reading.hits:
        first, last = reading.segment_of[hit.a], reading.segment_of[hit.b - 1]
        reading.segments[first].hits.append(hit)
        if last != first and hit.kind == "plain":
            reading.segments[last].hits.append(hit)


def _merge_joins(reading: Reading, points: list[int]) -> list[int]:
    """ "and now | my leg": joining words alone make no segment of their own."""
    out: list[int] = []
    checked = 0  # from the last point kept up to here there are only joining words
    for point in points:
        joining = bool(out) and all(reading.low(i) in _JOINS or reading.words[i].skip for i in range(checked, point))
        checked = point
        if not joining:
            out.append(point)
    return out
