"""What sounds like an end and is none: a wish to be well again, a "well" said of the rest or of the time before.

In: a `Reading` and the words that seem to end a claim. Out: yes or no. Called by `bot.extraction.past`.
"""

from __future__ import annotations

from bot.extraction.reading import Hit, Reading, Sketch

WELL = frozenset({"fine", "ok", "okay", "clean", "dry", "solid", "grand", "well", "good", "sober", "clear", "normal", "strong"})
_BUT_FOR = frozenset({"cue_except"})
_OTHERWISE = frozenset({"otherwise", "always"})
_UNTIL = frozenset({"until", "till", "til", "before"})
_UNTIL_WHEN = frozenset({"then", "that", "this", "now", "it", "today", "yesterday", "last", "the", "all"})
_HAD_BEEN = frozenset({"was", "were", "had", "i'd", "he'd", "she'd", "it'd"})
_AFTERWARDS = frozenset({"after", "afterwards", "since", "then"})
_WANTS = frozenset({"want", "wants", "wanted", "wanting", "wanna", "need", "needs", "love", "desperate", "how"})
_HOPES = frozenset(
    {"hope", "hopes", "hoping", "hopefully", "wish", "wishing", "pray", "praying", "will", "i'll", "it'll", "would", "should"}
    | {"gonna", "if", "longing", "dying", "wait", "please"}
)
_SOON = frozenset({"please", "soon", "asap"})
_UNTIL_AGAIN = frozenset({"when", "until", "till", "til", "before"})
_AGAIN = frozenset({"again", "normal", "usual"})
#: After a want, these begin what is so: "just want to say it's flowing again".
_TOLD = frozenset({"is", "it's", "its", "i'm", "im", "am", "are", "was", "were", "came", "started", "he's", "she's"})


def said_of_the_rest(reading: Reading, sketch: Sketch, word: int) -> bool:
    """ "well for 6 months otherwise", "strong for 60 years until then": said of the rest, or of the time before."""
    if reading.cues_from(_BUT_FOR, word, word + 8) or reading.has(_OTHERWISE, sketch.b, word + 8):
        return True
    if any(
        reading.low(i) in _UNTIL and reading.low(i + 1) in _UNTIL_WHEN for i in range(word, min(word + 8, len(reading.words) - 1))
    ):
        return True
    here = reading.segment_of[word]
    for other in reading.sketches:  # "My bowels have been fine for 6 months"
        if sketch.b <= other.a < word and reading.segment_of[other.a] == here and not set(other.concepts) & set(sketch.concepts):
            return True
    told = [i for i in range(max(sketch.b, word - 6), word) if reading.low(i) in WELL]
    if not told:
        return False
    before = {reading.low(i) for i in range(max(sketch.b, told[-1] - 3), told[-1])}
    # "was fine for years": how it had been, unless it was so afterwards
    return bool(before & _HAD_BEEN) and not reading.has(_AFTERWARDS, sketch.b, word + 8)


def wished(reading: Reading, hit: Hit) -> bool:
    """ "I just want it flowing again", "will I be walking again": hoped for, not so yet."""
    for index in range(hit.b, min(hit.b + 5, len(reading.words))):
        low = reading.low(index)
        if low == "?" or low in _SOON:
            return True  # "peeing again by tomorrow?", "walking again please"
        if reading.words[index].mark:
            break
    told = joined = False
    for index in range(hit.a - 1, max(-1, hit.a - 9), -1):
        low = reading.low(index)
        if not low or reading.words[index].mark or low == "but":
            return False
        wanted = low in _WANTS or (low == "like" and reading.low(index - 1) == "i'd")
        if low in _HOPES or (wanted and not told):
            return True
        if low in _UNTIL_AGAIN and reading.low(hit.b - 1) in _AGAIN and not (told or joined):
            return True
        told = told or low in _TOLD
        joined = joined or low == "and"
    return False
