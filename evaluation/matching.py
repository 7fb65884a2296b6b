"""Which reading answers which label.

In: the labels of one row, the mentions of one reading. Out: pairs and what is left on both sides. Called by
`evaluation.understanding` and `evaluation.listing`. Pairs are made one to one and greedily, the best overlap with the
labelled words first; what the attributes say plays no part in it, so that a pair cannot be chosen for agreeing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.extraction.mention import Mention
from evaluation.rows import Label

#: The four ways to name lost feeling in the saddle area; rule C1 reads any of them.
SADDLE = ("saddle_numbness", "perianal_numbness", "genital_numbness", "buttock_numbness")


@dataclass(frozen=True)
class Matching:
    """Pairs of (label, mention); labels nobody read; mentions nobody labelled."""

    pairs: tuple[tuple[Label, Mention], ...]
    missed: tuple[Label, ...]
    extra: tuple[Mention, ...]


def match(labels: Sequence[Label], mentions: Sequence[Mention], *, presence: bool, group: bool, shared: bool = False) -> Matching:
    """Pair labels with mentions.

    Args:
        presence: A pair must agree in presence, not only in concept.
        group: The four saddle concepts count as one.
        shared: One mention may answer several labels (for labels coarser than ours).
    """
    mentions = distinct(mentions, group)
    possible = [
        (_closeness(label, mention), -i, -j)
        for i, label in enumerate(labels)
        for j, mention in enumerate(mentions)
        if _same(label, mention, group) and (not presence or label.presence == mention.presence)
    ]
    taken_labels: dict[int, int] = {}
    taken_mentions: set[int] = set()
    for _, minus_i, minus_j in sorted(possible, reverse=True):
        i, j = -minus_i, -minus_j
        if i in taken_labels or (j in taken_mentions and not shared):
            continue
        taken_labels[i] = j
        taken_mentions.add(j)
    return Matching(
        tuple((labels[i], mentions[j]) for i, j in sorted(taken_labels.items())),
        tuple(label for i, label in enumerate(labels) if i not in taken_labels),
        tuple(mention for j, mention in enumerate(mentions) if j not in taken_mentions),
    )


def distinct(mentions: Sequence[Mention], group: bool = False) -> list[Mention]:
    """Without what says the same thing again: labels name each (concept, presence, person, time) once a message."""
    seen: dict[tuple[str, str, str, str], Mention] = {}
    for mention in mentions:
        key = (named(mention.concept, group), mention.presence, mention.experiencer, mention.temporality)
        seen.setdefault(key, mention)
    return list(seen.values())


def named(concept: str, group: bool) -> str:
    """The concept, or "saddle (C1)" for the four when they count as one."""
    return "saddle (C1)" if group and concept in SADDLE else concept


def _same(label: Label, mention: Mention, group: bool) -> bool:
    return named(mention.concept, group) in {named(concept, group) for concept in label.concepts}


def _closeness(label: Label, mention: Mention) -> int:
    """Characters of overlap; minus the distance where there is none; 0 where the label names no place."""
    if label.start is None or label.end is None:
        return 0
    return min(label.end, mention.end) - max(label.start, mention.start)
