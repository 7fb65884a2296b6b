"""Words -> terms: every phrase of the lexicon that stands in the text.

In: a `Reading` with words. Out: its `hits`, in text order. Called by the pipeline.
"""

from __future__ import annotations

from bot.extraction.lexicon import Term
from bot.extraction.reading import Hit, Reading

#: Terms that make harmless what lies inside them ("weak tea", "numb with grief").
COVERING = frozenset({"weak_idiom", "numb_idiom", "deny_numb", "deny_weak", "night_sleep"})
#: Denials of a feeling cover all inside but the cue: "doesn't feel numb" is no "doesn't feel".
_DENYING = frozenset({"deny_numb", "deny_weak"})
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
    for start in range(total):
        stack = [(root, start, start)]
        while stack:
            node, index, last = stack.pop()
            names = node.get("")
            if names and index == last + 1:
                a, b = content[start], content[last] + 1
                for name in names:
                    term = terms[name]
                    hits.append(Hit(name, term.kind, term.region, a, b))
            if index < total:
                word = words[content[index]]
                for key in word.keys:
                    following = node.get(key)
                    if following is not None:
                        stack.append((following, index + 1, index))
                if (word.soft or word.skip) and index > start and index - last < 5:
                    stack.append((node, index + 1, last))
    hits.extend(_pain_gone(reading, hits))
    hits.sort(key=lambda h: (h.a, -(h.b), h.term))
    first = 0
    kept = []
    for hit in hits:
        while hits[first].a < hit.a - _REACH:
            first += 1
        if not _covered(hit, hits, first, terms):
            kept.append(hit)
    reading.hits = kept


def _pain_gone(reading: Reading, hits: list[Hit]) -> list[Hit]:
    """ "pain in my leg gone overnight": a pain followed closely by its end."""
    out = []
    ends = [h for h in hits if h.term == "gone_word"]
    for start in hits:
        if start.term not in ("pain_plain", "sciatica_words", "leg_pain_words"):
            continue
        for end in ends:
            if end.a < start.b or end.a > start.b + _REACH:
                continue
            words = [w for w in reading.words[start.b : end.a] if not (w.skip or w.soft)]
            if end.a >= start.b and len(words) <= 4 and not any(w.mark or w.low in ("and", "but", "no", "not") for w in words):
                out.append(Hit("pain_gone", "plain", "", start.a, end.b))
                break
    return out


def _covered(hit: Hit, hits: list[Hit], first: int, terms: dict[str, Term]) -> bool:
    length = hit.b - hit.a
    weak = terms[hit.term].weak
    for index in range(first, len(hits)):
        other = hits[index]
        if other.a > hit.a:
            break
        if other.b < hit.b or other.b - other.a <= length:
            continue
        if weak or (other.kind == hit.kind and hit.kind in ("site", "cue", "attribute")):
            return True
        if hit.kind == "state" == other.kind and (other.term == hit.term or other.term in COVERING):
            return True
        if other.term in _DENYING and hit.kind != "cue":
            return True
    return False
