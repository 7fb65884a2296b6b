"""The working table of one message: words, hits and segments, filled stage by stage.

In: raw text. Out: `Reading`. Made by `bot.extraction.pipeline`, passed through every stage.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.extraction.lexicon import Lexicon
from bot.extraction.tokens import Word


@dataclass(slots=True)
class Hit:
    """A term found in the text: words[a:b]."""

    term: str
    kind: str
    region: str
    a: int
    b: int


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

    def between(self, left: Hit, right: Hit) -> int:
        """Meaningful words between two hits (negative when they overlap); a comma counts as three more."""
        if left.a > right.a:
            left, right = right, left
        commas = sum(1 for i in range(left.b, right.a) if self.words[i].low == ",")
        return self.position[right.a] - self.position[left.b - 1] - 1 + 2 * commas

    def low(self, index: int) -> str:
        """Lower-case word at `index`, or "" outside the text."""
        return self.words[index].low if 0 <= index < len(self.words) else ""

    def word_set(self, name: str) -> frozenset[str]:
        """A small word list of settings.yml (`word_sets`)."""
        words: frozenset[str] = self.lexicon.settings["_word_sets"][name]
        return words

    def slice(self, a: int, b: int) -> str:
        """The raw text of words[a:b]."""
        return self.text[self.words[a].start : self.words[b - 1].end]
