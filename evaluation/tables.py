"""Figures as tables that read well in a terminal and in a document alike (markdown).

In: measures. Out: text. Called by `evaluation.report` and bench.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from evaluation.metrics import Share


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A markdown table with columns of even width; the first to the left, the others to the right."""
    lines = [list(head), *[list(row) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]

    def row(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([row(lines[0]), row(rule), *[row(line) for line in lines[1:]]])


def with_interval(share: Share) -> str:
    """`0.983 (0.964-0.992) 360/366`; `n/a` when there is nothing to count."""
    if not share.n:
        return "n/a"
    low, high = share.interval
    return f"{share.value:.3f} ({low:.3f}-{high:.3f}) {share.hits}/{share.n}"


def number(value: float, digits: int = 3) -> str:
    """A figure, or `n/a` when it is not a number."""
    return "n/a" if math.isnan(value) else f"{value:.{digits}f}"


def must(value: float, least: float | None = None, most: float | None = None) -> str:
    """The target and whether it is reached: `>= 0.980 yes`."""
    if math.isnan(value):
        return f"{_bound(least, most)} n/a"
    reached = (least is None or value >= least) and (most is None or value <= most)
    return f"{_bound(least, most)} {'yes' if reached else 'NO'}"


def _bound(least: float | None, most: float | None) -> str:
    return f">= {least:g}" if least is not None else f"<= {most:g}"
