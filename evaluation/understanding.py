"""What was understood: mentions, concepts, presence, person, time.

In: rows and readings, one to one. Out: `Understanding`. Called by `evaluation.run`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.extraction.mention import Mention
from evaluation.coarse import COVERS
from evaluation.matching import Matching, match, named
from evaluation.metrics import Agreement, Counts
from evaluation.rows import Row
from evaluation.systems import Reading

#: Stands in the place of a value for a label that nobody read.
UNREAD = "unread"


@dataclass(frozen=True)
class Understanding:
    """Figures over one set.

    Attributes:
        mentions: Concept and presence, over messages, one to one.
        grouped: The same with the four saddle concepts as one.
        concepts: Concept -> counts (concept and presence); `concepts_grouped` with the four as one.
        presence, experiencer, temporality: Over mentions matched by concept alone (the four as one).
        whole: The same three over all labels; one that nobody read counts as wrong. Systems that match
            different labels can be compared on these only.
        labels: How many labels there are, the base of the matched share.
    """

    mentions: Counts
    grouped: Counts
    concepts: dict[str, Counts]
    concepts_grouped: dict[str, Counts]
    presence: Agreement
    experiencer: Agreement
    temporality: Agreement
    whole: dict[str, Agreement]
    labels: int


def measure(rows: Sequence[Row], readings: Sequence[Reading]) -> Understanding:
    """Compare the readings of a set with its labels."""
    exact = _by_concept(rows, readings, group=False)
    grouped = _by_concept(rows, readings, group=True)
    matchings = [loose(row, reading) for row, reading in zip(rows, readings, strict=True)]
    pairs = [pair for matching in matchings for pair in matching.pairs]
    unread = [label for matching in matchings for label in matching.missed]
    presence = [((label.presence,), mention.presence) for label, mention in pairs]
    experiencer = [((label.experiencer,), mention.experiencer) for label, mention in pairs]
    temporality = [(label.temporalities, mention.temporality) for label, mention in pairs]
    return Understanding(
        sum(exact.values(), Counts()),
        sum(grouped.values(), Counts()),
        exact,
        grouped,
        Agreement.of(presence),
        Agreement.of(experiencer),
        Agreement.of(temporality),
        {
            "presence": Agreement.of([*presence, *(((label.presence,), UNREAD) for label in unread)]),
            "experiencer": Agreement.of([*experiencer, *(((label.experiencer,), UNREAD) for label in unread)]),
            "temporality": Agreement.of([*temporality, *((label.temporalities, UNREAD) for label in unread)]),
        },
        sum(len(row.labels) for row in rows),
    )


def strict(row: Row, reading: Reading, group: bool = False) -> Matching:
    """Pairs that agree in concept and presence."""
    coarse = row.kind == "real"
    found = match(row.labels, reading.mentions, presence=True, group=group, shared=coarse)
    if not coarse:
        return found
    extra = tuple(mention for mention in found.extra if _judged(mention) and not _said_already(mention, found))
    return Matching(found.pairs, found.missed, extra)


def loose(row: Row, reading: Reading) -> Matching:
    """Pairs that agree in concept, the four saddle concepts as one: the base of the attribute figures."""
    return match(row.labels, reading.mentions, presence=False, group=True, shared=row.kind == "real")


def _by_concept(rows: Sequence[Row], readings: Sequence[Reading], group: bool) -> dict[str, Counts]:
    found: defaultdict[str, Counts] = defaultdict(Counts)
    for row, reading in zip(rows, readings, strict=True):
        matching = strict(row, reading, group)
        for label, _ in matching.pairs:
            found[named(label.concepts[0], group)] += Counts(right=1)
        for label in matching.missed:
            found[named(label.concepts[0], group)] += Counts(missed=1)
        for mention in matching.extra:
            found[named(mention.concept, group)] += Counts(extra=1)
    return dict(sorted(found.items()))


#: Concepts that a coarse file could have labelled under one of its names; others are not held against a reading.
_NAMED_ALIKE = "urinary_retention genital_numbness foot_drop knee_giving_way knee_locking knee_swelling knee_pain cancer_history"
_JUDGED = frozenset(concept for covered in COVERS.values() for concept in covered) | set(_NAMED_ALIKE.split())


def _judged(mention: Mention) -> bool:
    return mention.concept in _JUDGED


def _said_already(mention: Mention, matching: Matching) -> bool:
    """Of a coarse label both of our finer concepts may be read: the second is not wrong."""
    return any(mention.concept in label.concepts and mention.presence == label.presence for label, _ in matching.pairs)
