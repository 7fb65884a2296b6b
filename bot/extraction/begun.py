"""Has it begun only now? "never ... till now", "until Monday I'd never", "never like this".

In: a `Reading` and one claim. Out: facts about the words of newness around it. Called by `bot.extraction.assertion`.
"""

from __future__ import annotations

from bot.extraction.nearby import sentence_around
from bot.extraction.reading import Reading, Sketch

_STOPS = frozenset(".!?;")


def until_now(reading: Reading, sketch: Sketch) -> bool:
    """ "till now", "up to today", "before Friday": what was never so has begun."""
    if _later_cue(reading, sketch, _UNTIL_NOW, 8):
        return True
    recent = reading.word_set("recent")
    start, _ = sentence_around(reading, sketch.a)
    if reading.low(start) in ("until", "till", "til", "before") and reading.low(start + 1) in recent:
        return True  # "until Monday I'd never leaked"
    for index in range(sketch.b, min(sketch.b + 6, len(reading.words))):
        low = reading.low(index)
        if low[:1] in _STOPS and reading.words[index].mark:
            return False
        if low in ("before", "until", "till", "til") or (low == "to" and reading.low(index - 1) in ("up", "right")):
            following = index + 1 + (reading.low(index + 1) in ("the", "about", "around"))
            if reading.low(following) in recent:
                return True
    return False


def like_this(reading: Reading, sketch: Sketch) -> bool:
    return _later_cue(reading, sketch, _LIKE_THIS, 4)


def before_now(reading: Reading, sketch: Sketch) -> bool:
    return any(
        reading.low(i) == "before" and reading.low(i + 1) in ("", ".", ",", "!", "?", "but", "so", "and")
        for i in range(sketch.b, sketch.b + 3)
    )


_UNTIL_NOW = frozenset({"cue_until_now"})
_LIKE_THIS = frozenset({"cue_like_this"})


def _later_cue(reading: Reading, sketch: Sketch, terms: frozenset[str], reach: int) -> bool:
    for hit in reading.cues_from(terms, sketch.a, sketch.b + reach + 1):
        between = range(sketch.b, hit.a)
        if not any(reading.words[i].low[:1] in ".!?;" for i in between if reading.words[i].mark):
            return True
    return False
