"""The working table of one message: words, hits and segments, filled stage by stage.

In: raw text. Out: `Reading`. Made by `bot.extraction.pipeline`, passed through every stage.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.extraction.lexicon import Lexicon
from bot.extraction.tokens import Word

#: Longer stretches are looked up in an index instead of word by word, so that no text costs time in its square.
_SHORT = 48


@dataclass(slots=True)
class Hit:
    """A term found in the text: words[a:b]."""

    term: str
    kind: str
    region: str
    a: int
    b: int


def start_of(hit: Hit) -> int:
    """Where it starts: the key by which hits are sorted."""
    return hit.a


@dataclass(slots=True)
class Segment:
    """A stretch of words that one predicate governs: words[a:b].

    Attributes:
        link: How it hangs on to the one before: start, stop (. ! ? line break), turn (but, however),
            except (apart from), join (and, or, comma), run (no mark at all).
    """

    a: int
    b: int
    link: str
    hits: list[Hit] = field(default_factory=list)


@dataclass(slots=True)
class Sketch:
    """A concept found, before negation, person and time are weighed.

    Attributes:
        head: Index of the word that carries the claim (negation must reach it).
        a, b: Word span; the mention's characters run from words[a].start to words[b-1].end.
        noun: The claim is a noun ("numbness", "leaking"), so "no" can deny it.
        denial_inside: The claim itself holds a denied ability ("can't feel"): another "not" makes doubt.
        inherited: Took its predicate from another segment: negation is judged there (`scope_head`).
        fresh: After "apart from": whatever was denied before is affirmed here.
        affirmed: Said again against a denial ("he says I'm not numb. But I am, between my legs").
    """

    concepts: tuple[str, ...]
    says: str
    head: int
    a: int
    b: int
    segment: int
    attributes: dict[str, object]
    noun: bool = False
    denial_inside: bool = False
    inherited: bool = False
    fresh: bool = False
    scope_head: int | None = None
    sites: tuple[Hit, ...] = ()
    phrase: bool = False
    parts: tuple[tuple[int, int], ...] = ()
    affirmed: bool = False


@dataclass(slots=True)
class Reading:
    """Everything the stages know about one message."""

    text: str
    lexicon: Lexicon
    words: list[Word]
    content: list[int] = field(default_factory=list)
    position: list[int] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    sketches: list[Sketch] = field(default_factory=list)
    segment_of: list[int] = field(default_factory=list)
    #: Commas before each word.
    commas: list[int] = field(default_factory=list)
    #: Look-ups made once for the whole text; valid once the hits stand.
    known: dict[Any, Any] = field(default_factory=dict)

    def between(self, left: Hit, right: Hit) -> int:
        """Meaningful words between two hits (negative when they overlap); a comma counts as three more."""
        if left.a > right.a:
            left, right = right, left
        gap = self.position[right.a] - self.position[left.b - 1] - 1
        return gap + 2 * (self.commas[right.a] - self.commas[left.b]) if right.a > left.b else gap

    def cues(self, terms: frozenset[str]) -> list[Hit]:
        """The cue hits of these terms, in text order."""
        found: list[Hit] | None = self.known.get(terms)
        if found is None:
            found = self.known[terms] = [h for h in self._all_cues() if h.term in terms]
        return found

    def cues_from(self, terms: frozenset[str], a: int, b: int) -> list[Hit]:
        """Those of `cues(terms)` that start at a word of [a, b)."""
        cues = self.cues(terms)
        if not cues:
            return cues
        low = bisect_left(cues, a, key=start_of)
        return cues[low : bisect_left(cues, b, low, key=start_of)]

    def _all_cues(self) -> list[Hit]:
        found: list[Hit] | None = self.known.get("cues")
        if found is None:
            found = self.known["cues"] = [h for h in self.hits if h.kind == "cue"]
        return found

    def hits_at(self, index: int) -> list[Hit]:
        """The hits that start at this word."""
        low = bisect_left(self.hits, index, key=start_of)
        high = low
        while high < len(self.hits) and self.hits[high].a == index:
            high += 1
        return self.hits[low:high]

    def places(self, words: frozenset[str], a: int, b: int) -> Iterable[int]:
        """Indexes in [a, b) of words out of a set, in order."""
        if b - a <= _SHORT:
            low = self.low
            return (i for i in range(a, b) if low(i) in words)
        found = self._places(words)
        return found[bisect_left(found, a) : bisect_left(found, b)]

    def has(self, words: frozenset[str], a: int, b: int) -> bool:
        """Whether one of a set of words stands in [a, b)."""
        if b - a <= _SHORT:
            rows = self.words
            return any(rows[i].low in words for i in range(max(a, 0), min(b, len(rows))))
        found = self._places(words)
        at = bisect_left(found, a)
        return at < len(found) and found[at] < b

    def last(self, words: frozenset[str], before: int) -> int:
        """The last index before `before` with one of these words, -1 for none."""
        found = self._places(words)
        at = bisect_right(found, before - 1)
        return found[at - 1] if at else -1

    def _places(self, words: frozenset[str]) -> list[int]:
        key = ("places", words)
        found: list[int] | None = self.known.get(key)
        if found is None:
            found = self.known[key] = [i for i, word in enumerate(self.words) if word.low in words]
        return found

    def low(self, index: int) -> str:
        """Lower-case word at `index`, or "" outside the text."""
        return self.words[index].low if 0 <= index < len(self.words) else ""

    def word_set(self, name: str) -> frozenset[str]:
        """A small word list of settings.yml (`word_sets`)."""
        words: frozenset[str] = self.lexicon.settings["_word_sets"][name]
        return words

    @property
    def history(self) -> frozenset[str]:
        """The concepts that are background by their nature: an operation, a medicine, a cancer once had."""
        concepts: frozenset[str] = self.lexicon.settings["_history"]
        return concepts

    def slice(self, a: int, b: int) -> str:
        """The raw text of words[a:b]."""
        return self.text[self.words[a].start : self.words[b - 1].end]
