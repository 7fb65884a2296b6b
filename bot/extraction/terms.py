"""Words -> terms: every phrase of the lexicon that stands in the text.

In: a `Reading` with words. Out: its `hits`, in text order. Called by the pipeline.
"""

from __future__ import annotations

from bisect import bisect_left

from bot.extraction.lexicon import Term
from bot.extraction.reading import Hit, Reading, start_of

#: Terms that make harmless what lies inside them ("weak tea", "numb with grief").
COVERING = frozenset(
    {
        "weak_idiom",
        "numb_idiom",
        "deny_numb",
        "deny_weak",
        "night_sleep",
        "nothing_wrong_felt",
        "no_difference_felt",
        "legs_feel_same",
        "gives_idiom",
        "everyday_idiom",
    }
)
#: Denials of a feeling cover all inside but the cue: "doesn't feel numb" is no "doesn't feel".
_DENYING = frozenset({"deny_numb", "deny_weak", "nothing_wrong_felt", "no_difference_felt", "legs_feel_same"})
#: Sayings cover whatever lies inside them, of any kind: "my knee gives me grief".
_SAYINGS = frozenset({"gives_idiom", "everyday_idiom"})
#: What covers hits of any kind; most hits are plain words, which nothing else covers.
_STRONG = _DENYING | _SAYINGS
_PLAIN = frozenset({"plain", "act"})
#: No phrase of the lexicon is longer, fillers included.
_REACH = 24


def find_hits(reading: Reading) -> None:
    """Find every term; drop a hit that lies inside a longer one of its kind (or is weak)."""
    words, lexicon = reading.words, reading.lexicon
    content = reading.content
    hits: list[Hit] = []
    root = lexicon.trie.root
    terms = lexicon.terms
    total = len(content)
    rows = [words[index] for index in content]
    for start, first in enumerate(rows):
        # (where the phrases stand, next word, last word taken); most words begin no phrase
        stack = [(root[key], start + 1, start) for key in first.keys if key in root]
        while stack:
            node, index, last = stack.pop()
            if index == last + 1:
                names = node.get("")
                if names:
                    a, b = content[start], content[last] + 1
                    for name in names:
                        term = terms[name]
                        hits.append(Hit(name, term.kind, term.region, a, b))
                    if len(node) == 1:
                        continue  # no phrase goes on from here
            if index < total:
                word = rows[index]
                for key in word.keys:
                    if key in node:
                        stack.append((node[key], index + 1, index))
                if (word.soft or word.skip) and index - last < 5:
                    stack.append((node, index + 1, last))
    hits.extend(_pain_gone(reading, hits))
    hits.sort(key=lambda h: (h.a, -(h.b), h.term))
    # What covers a hit starts before it or is longer, so it has been seen; only what reaches on can cover.
    open_hits: list[Hit] = []
    strong: list[Hit] = []
    kept = []
    at = -1
    for hit in hits:
        if hit.a != at:
            at = hit.a
            if open_hits:
                open_hits = [h for h in open_hits if h.b > at and h.a >= at - _REACH]
                if strong:
                    strong = [h for h in open_hits if h.term in _STRONG]
        over = strong if hit.kind in _PLAIN and not terms[hit.term].weak else open_hits
        if not over or not _covered(hit, over, terms):
            kept.append(hit)
        if hit.b > at + 1:
            open_hits.append(hit)
            if hit.term in _STRONG:
                strong.append(hit)
    reading.hits = kept


def _pain_gone(reading: Reading, hits: list[Hit]) -> list[Hit]:
    """ "pain in my leg gone overnight": a pain followed closely by its end."""
    out = []
    ends = [h for h in hits if h.term == "gone_word"]
    for start in hits:
        if start.term not in ("pain_plain", "sciatica_words", "leg_pain_words"):
            continue
        for end in ends[bisect_left(ends, start.b, key=start_of) :]:
            if end.a > start.b + _REACH:
                break
            words = [w for w in reading.words[start.b : end.a] if not (w.skip or w.soft)]
            if len(words) <= 4 and not any(w.mark or w.low in ("and", "but", "no", "not") for w in words):
                out.append(Hit("pain_gone", "plain", "", start.a, end.b))
                break
    return out


def _covered(hit: Hit, open_hits: list[Hit], terms: dict[str, Term]) -> bool:
    length = hit.b - hit.a
    weak = terms[hit.term].weak
    for other in open_hits:
        if other.b < hit.b or other.b - other.a <= length:
            continue
        if weak or (other.kind == hit.kind and hit.kind in ("site", "cue", "attribute")):
            return True
        if hit.kind == "state" == other.kind and (other.term == hit.term or other.term in COVERING):
            return True
        if (other.term in _DENYING and hit.kind != "cue") or (other.term in _SAYINGS and hit.kind != "site"):
            return True
    return False
