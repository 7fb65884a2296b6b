"""What came of it: emergencies caught, false alarms, levels, and the nerve red flags of a coarse file.

In: rows and readings, one to one. Out: plain dataclasses of `Share`s. Called by `evaluation.run`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.knowledge.load import Knowledge
from bot.triage.assessment import DISPOSITIONS
from bot.triage.planning import is_danger
from evaluation.matching import named
from evaluation.metrics import Share
from evaluation.rows import VOICES, Row
from evaluation.systems import Reading

EMERGENCY = "emergency_now"
#: A nerve red flag of a coarse file: one of these groups at one of these levels.
NERVE_GROUPS = "CWK"
SAME_DAY = ("emergency_now", "urgent_same_day")
#: Who may be taken for a patient's own voice in a coarse file.
PATIENTS = ("patient", "quoted_patient")

Judge = Callable[[Row, Reading], bool]


@dataclass(frozen=True)
class Emergencies:
    """Emergencies of our own set. `by_voice` and `by_rule` hold (caught, by rule alone)."""

    caught: Share
    by_rule_alone: Share
    expected_rule: Share
    right_question: Share
    by_voice: dict[str, tuple[Share, Share]]
    by_rule: dict[str, tuple[Share, Share]]


@dataclass(frozen=True)
class Negatives:
    """Hard negatives of our own set: no emergency, although the words are near one.

    Attributes:
        false_alarms: An emergency rule fires.
        needless: The very next question checks a suggestion or settles words with two meanings.
        confirming: Of these, questions that check a suggestion of the second look.
    """

    false_alarms: Share
    needless: Share
    confirming: Share
    by_voice: dict[str, tuple[Share, Share]]


@dataclass(frozen=True)
class Levels:
    """Rows with a level below emergency, once every question left is answered "no, normal"."""

    exact: Share
    too_low: Share
    too_high: Share
    false_alarms: Share
    expected_rule: Share


@dataclass(frozen=True)
class RedFlags:
    """Sensitivity and specificity of one sign over one set."""

    sensitivity: Share
    specificity: Share


def rule_fires(row: Row, reading: Reading) -> bool:
    """The message alone comes out as an emergency; same-day care is not enough."""
    return reading.disposition == EMERGENCY


def catcher(knowledge: Knowledge) -> Judge:
    """An emergency rule fires, or the very next question checks a suggested danger concept."""

    def caught(row: Row, reading: Reading) -> bool:
        return rule_fires(row, reading) or (reading.confirms is not None and is_danger(reading.confirms, knowledge))

    return caught


def asks_needlessly(row: Row, reading: Reading) -> bool:
    """The very next question checks a suggestion, or settles words with two meanings."""
    return reading.kind in ("confirm", "ambiguity")


def right_question(row: Row, reading: Reading) -> bool:
    """The question is about something the message says (the four saddle concepts count as one)."""
    said = {named(concept, True) for label in row.labels if label.presence != "absent" for concept in label.concepts}
    return reading.confirms is not None and named(reading.confirms, True) in said


def emergencies(rows: Sequence[Row], readings: Sequence[Reading], knowledge: Knowledge) -> Emergencies:
    """Figures over rows of kind "emergency"."""
    pairs = _of_kind(rows, readings, "emergency")
    caught = catcher(knowledge)
    asked = [(row, reading) for row, reading in pairs if caught(row, reading) and not rule_fires(row, reading)]
    return Emergencies(
        share(caught, pairs),
        share(rule_fires, pairs),
        share(_expected_rule, pairs),
        share(right_question, asked),
        _split(caught, rule_fires, pairs, VOICES, lambda row: (row.voice,)),
        _split(
            caught,
            rule_fires,
            pairs,
            sorted({rule for row, _ in pairs for rule in row.rules}, key=rule_order),
            lambda row: row.rules,
        ),
    )


def negatives(rows: Sequence[Row], readings: Sequence[Reading]) -> Negatives:
    """Figures over rows of kind "negative"."""
    pairs = _of_kind(rows, readings, "negative")
    return Negatives(
        share(rule_fires, pairs),
        share(asks_needlessly, pairs),
        share(lambda row, reading: reading.kind == "confirm", pairs),
        _split(rule_fires, asks_needlessly, pairs, VOICES, lambda row: (row.voice,)),
    )


def levels(rows: Sequence[Row], readings: Sequence[Reading]) -> Levels:
    """Figures over rows of kind "other": a labelled level below emergency."""
    pairs = _of_kind(rows, readings, "other")
    rank = {level: place for place, level in enumerate(DISPOSITIONS)}
    return Levels(
        share(lambda row, reading: reading.rest_disposition == row.expected, pairs),
        share(lambda row, reading: rank[reading.rest_disposition] > rank[str(row.expected)], pairs),
        share(lambda row, reading: rank[reading.rest_disposition] < rank[str(row.expected)], pairs),
        share(rule_fires, pairs),
        share(lambda row, reading: bool(set(row.rules) & {rule for rule, _ in reading.rest_rules}), pairs),
    )


def level_table(rows: Sequence[Row], readings: Sequence[Reading]) -> Counter[tuple[str, str]]:
    """(expected level, level that came out with the rest normal) -> how often, over rows of kind "other"."""
    return Counter((str(row.expected), reading.rest_disposition) for row, reading in _of_kind(rows, readings, "other"))


def own_red_flags(rows: Sequence[Row], readings: Sequence[Reading]) -> RedFlags:
    """Emergency rules over our own set: emergencies against everything else."""
    pairs = list(zip(rows, readings, strict=True))
    return RedFlags(
        share(rule_fires, [pair for pair in pairs if pair[0].kind == "emergency"]),
        share(
            lambda row, reading: not rule_fires(row, reading), [pair for pair in pairs if pair[0].kind in ("negative", "other")]
        ),
    )


def nerve_red_flags(rows: Sequence[Row], readings: Sequence[Reading], voices: Sequence[str] | None = None) -> RedFlags:
    """C, W and K rules at same-day care or above, over a coarse file.

    Args:
        voices: Only these; all when None.
    """
    pairs = [pair for pair in zip(rows, readings, strict=True) if pair[0].red_flag is not None]
    pairs = [pair for pair in pairs if voices is None or pair[0].voice in voices]
    return RedFlags(
        share(nerve_flag, [pair for pair in pairs if pair[0].red_flag]),
        share(lambda row, reading: not nerve_flag(row, reading), [pair for pair in pairs if not pair[0].red_flag]),
    )


def nerve_flag(row: Row, reading: Reading) -> bool:
    """A C, W or K rule fired at same-day care or above."""
    return bool(reading.fired(NERVE_GROUPS, SAME_DAY))


def share(judge: Judge, pairs: Sequence[tuple[Row, Reading]]) -> Share:
    """How many of the pairs the judge says yes to."""
    return Share(sum(judge(row, reading) for row, reading in pairs), len(pairs))


def rule_order(rule: str) -> tuple[int, int, str]:
    """Groups in the order of the knowledge, then by number."""
    digits = "".join(character for character in rule[1:] if character.isdigit())
    return "LCWKSNM".find(rule[0]), int(digits or 0), rule


def _expected_rule(row: Row, reading: Reading) -> bool:
    return any(level == EMERGENCY and rule in row.rules for rule, level in reading.rules)


def _of_kind(rows: Sequence[Row], readings: Sequence[Reading], kind: str) -> list[tuple[Row, Reading]]:
    return [(row, reading) for row, reading in zip(rows, readings, strict=True) if row.kind == kind]


def _split(
    first: Judge, second: Judge, pairs: Sequence[tuple[Row, Reading]], names: Sequence[str], of: Callable[[Row], Sequence[str]]
) -> dict[str, tuple[Share, Share]]:
    out = {}
    for name in names:
        part = [pair for pair in pairs if name in of(pair[0])]
        if part:
            out[name] = share(first, part), share(second, part)
    return out
