"""Figures: ranking, recall at a fixed specificity, calibration.

In: truth and scores as arrays. Out: numbers. Called by `calibrate` and `report`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from training.messages import PRESENT, UNCERTAIN

#: The specificity at which recall is compared (issue 3).
SPECIFICITY = 0.92


def auc(truth: np.ndarray, scores: np.ndarray) -> float:
    """Probability that a true one scores above a false one; ties count half."""
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    positive = int(truth.sum())
    negative = len(truth) - positive
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


def recall_at(truth: np.ndarray, scores: np.ndarray, specificity: float = SPECIFICITY) -> float:
    """Share of the true ones above the score that the given share of the false ones stays under."""
    limit = np.quantile(scores[~truth], specificity, method="higher")
    return float((scores[truth] > limit).mean())


def wilson(hits: int, total: int) -> tuple[float, float]:
    """95 % confidence interval of a share."""
    if total == 0:
        return 0.0, 1.0
    z, share = 1.96, hits / total
    middle = share + z * z / (2 * total)
    spread = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return float((middle - spread) / (1 + z * z / total)), float((middle + spread) / (1 + z * z / total))


@dataclass(frozen=True)
class Ranking:
    """How well scores find what is there: pairs of message and concept, and whole messages."""

    pairs_auc: float
    pairs_recall: float
    messages_auc: float
    messages_recall: float


def ranking(states: np.ndarray, scores: np.ndarray, columns: list[int]) -> Ranking:
    """Over the given concepts. What a message leaves open is counted on neither side.

    Args:
        states: (messages, concepts), as in `training.messages`.
        scores: Same shape, higher = more likely present.
        columns: Concepts that count.
    """
    states, scores = states[:, columns], scores[:, columns]
    known = states != UNCERTAIN
    there = (states == PRESENT).any(1)
    clear = there | known.all(1)
    best = scores.max(1)
    return Ranking(
        auc(states[known] == PRESENT, scores[known]),
        recall_at(states[known] == PRESENT, scores[known]),
        auc(there[clear], best[clear]),
        recall_at(there[clear], best[clear]),
    )


def reliability(truth: np.ndarray, scores: np.ndarray, edges: tuple[float, ...]) -> list[tuple[float, float, int, float, float]]:
    """Bins of (from, to, how many, mean score, share that is true)."""
    rows = []
    for low, high in pairwise(edges):
        chosen = (scores >= low) & (scores < high)
        if chosen.any():
            rows.append((low, high, int(chosen.sum()), float(scores[chosen].mean()), float(truth[chosen].mean())))
    return rows


def calibration_error(truth: np.ndarray, scores: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error over bins of equal size."""
    order = np.argsort(scores, kind="stable")
    parts = np.array_split(order, bins)
    return float(sum(len(part) * abs(scores[part].mean() - truth[part].mean()) for part in parts) / len(order))
