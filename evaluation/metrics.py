"""The arithmetic: shares with Wilson intervals, precision and recall, accuracy by class.

In: counts. Out: plain values. Called by the measures; knows nothing of symptoms.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

#: Standard normal quantile for 95 %.
Z = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """`hits` of `n`, with its 95 % interval after Wilson (1927), which stays inside 0 to 1 near the ends."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share; not a number when there is nothing to count."""
        return self.hits / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound."""
        return wilson(self.hits, self.n)


def wilson(hits: int, n: int, z: float = Z) -> tuple[float, float]:
    """Wilson score interval of a share.

    Raises:
        ValueError: hits outside 0 to n.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")
    if n == 0:
        return 0.0, 1.0
    p = hits / n
    centre = p + z * z / (2 * n)
    margin = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At the ends the bound is 0 or 1 exactly; rounding must not say otherwise.
    low = 0.0 if hits == 0 else (centre - margin) / scale
    high = 1.0 if hits == n else (centre + margin) / scale
    return low, high


@dataclass(frozen=True)
class Counts:
    """Right, wrongly said, not said."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what was said, how much is right."""
        return _ratio(self.right, self.right + self.extra)

    @property
    def recall(self) -> float:
        """Of what is there, how much was said."""
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return _ratio(2 * self.right, 2 * self.right + self.extra + self.missed)

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.extra + other.extra, self.missed + other.missed)


@dataclass(frozen=True)
class Agreement:
    """One attribute over matched mentions: (labelled value, read value) with how often.

    A label may accept several values; the read one is then put in the place of the labelled one.
    """

    table: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, pairs: Iterable[tuple[Sequence[str], str]]) -> Agreement:
        """From (values that count as right, value read)."""
        return cls(Counter((read if read in wanted else wanted[0], read) for wanted, read in pairs))

    @property
    def n(self) -> int:
        """Matched mentions."""
        return sum(self.table.values())

    @property
    def plain(self) -> Share:
        """Plain accuracy: flatters whoever always says the commonest value."""
        return Share(sum(count for (wanted, read), count in self.table.items() if wanted == read), self.n)

    @property
    def by_class(self) -> dict[str, Share]:
        """Recall of each labelled value."""
        totals: Counter[str] = Counter()
        for (wanted, _), count in self.table.items():
            totals[wanted] += count
        return {value: Share(self.table[value, value], n) for value, n in sorted(totals.items())}

    @property
    def balanced(self) -> float:
        """Mean recall over the labelled values: a constant answer scores 1 / number of values."""
        shares = [share.value for share in self.by_class.values()]
        return sum(shares) / len(shares) if shares else math.nan


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies (nearest rank); not a number for an empty list."""
    if not values:
        return math.nan
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, math.ceil(share * len(ranked)) - 1))]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
