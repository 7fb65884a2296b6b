"""The hits that frames may take, found by term and by place.

In: the hits of one or several segments. Out: `Pool`. Called by `bot.extraction.frames`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from bot.extraction.lexicon import Slot
from bot.extraction.reading import Hit, Reading

#: Fewer hits of a term than this are not searched by place.
_FEW = 8


class Pool:
    """The hits a frame may take, found by term and by place, so that a text of many equal words stays linear."""

    __slots__ = ("_by_place", "_by_term", "_longest", "hits", "terms")

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = hits
        #: Most pools are only asked which terms they hold; the tables are made for those that are asked more.
        self.terms = {h.term for h in hits}
        self._by_place: list[tuple[int, int, Hit]] | None = None
        self._by_term: dict[str, list[tuple[int, int, Hit]]] | None = None
        self._longest = -1

    @property
    def by_place(self) -> list[tuple[int, int, Hit]]:
        """(word, order given, hit), in text order."""
        if self._by_place is None:
            self._by_place = [(h.a, order, h) for order, h in enumerate(self.hits)]
            self._by_place.sort()
        return self._by_place

    @property
    def by_term(self) -> dict[str, list[tuple[int, int, Hit]]]:
        """The rows of `by_place`, by term."""
        if self._by_term is None:
            self._by_term = {}
            for row in self.by_place:
                self._by_term.setdefault(row[2].term, []).append(row)
        return self._by_term

    @property
    def longest(self) -> int:
        """Words in the longest hit."""
        if self._longest < 0:
            self._longest = max((h.b - h.a for h in self.hits), default=0)
        return self._longest

    def between(self, a: int, b: int) -> list[Hit]:
        """Hits that lie inside the words [a, b), in text order."""
        rows = self.by_place
        return [row[2] for row in rows[bisect_left(rows, a, key=word_of) : bisect_left(rows, b, key=word_of)] if row[2].b <= b]

    def near(self, reading: Reading, slot: Slot, last: Hit, lent: bool) -> list[Hit]:
        """Hits of a slot that may be near enough to `last`, in the order they were given."""
        found: list[tuple[int, int, Hit]] = []
        by_term = self.by_term
        for name in slot.names & self.terms:
            rows = by_term[name]
            if len(rows) > _FEW and not lent:
                # words between grow with the position, so what is too far lies beyond these two
                position = reading.position
                low, high = position[last.a] - slot.gap - self.longest, position[last.b - 1] + slot.gap + 1
                rows = rows[
                    bisect_left(rows, low, key=lambda row: position[row[0]]) : bisect_right(
                        rows, high, key=lambda row: position[row[0]]
                    )
                ]
            found.extend(rows)
        if len(found) > 1:
            found.sort(key=_given)
        return [row[2] for row in found]


def word_of(row: tuple[int, int, Hit]) -> int:
    """The word at which the hit of a row starts."""
    return row[0]


def _given(row: tuple[int, int, Hit]) -> int:
    return row[1]
