"""The bounds of the project, and whether a run reaches them.

In: a `Result`. Out: `Target`s. Called by `evaluation.report` and `evaluation.__main__`.
"""

from __future__ import annotations

from dataclasses import dataclass

from evaluation import safety
from evaluation.run import OURS, RULES, Result
from evaluation.tables import must
from evaluation.understanding import Understanding, measure


@dataclass(frozen=True)
class Target:
    """What must be reached, and what was."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def shown(self) -> str:
        """Bound and verdict."""
        return must(self.value, self.least, self.most)

    @property
    def missed(self) -> bool:
        """Measured, and not reached."""
        return self.shown.endswith("NO")


def targets(result: Result, understood: dict[str, Understanding] | None = None) -> list[Target]:
    """Every bound of the project that this run can judge."""
    own, ours = result.own, result.own.readings[OURS]
    caught = safety.emergencies(own.rows, ours, result.knowledge)
    quiet = safety.negatives(own.rows, ours)
    read = (understood or {OURS: measure(own.rows, ours)})[OURS]
    found = [
        Target("emergencies in the set", caught.caught.n, least=300),
        Target("hard negatives in the set", quiet.false_alarms.n, least=250),
        Target("caught", caught.caught.value, least=0.98),
        Target("by rule alone", caught.by_rule_alone.value, least=0.85),
        Target("false alarms", quiet.false_alarms.value, most=0.05),
        Target("needless questions", quiet.needless.value, most=0.20),
        Target("mention F1", read.mentions.f1, least=0.90),
        Target("presence, balanced", read.presence.balanced, least=0.95),
        Target("experiencer, balanced", read.experiencer.balanced, least=0.95),
        Target("temporality, balanced", read.temporality.balanced, least=0.95),
    ]
    if result.given and any(row.red_flag is not None for row in result.given.rows):
        flags = safety.nerve_red_flags(result.given.rows, result.given.readings[OURS])
        found.append(Target("nerve red flags found", flags.sensitivity.value, least=0.90))
        found.append(Target("nerve red flags where there are none", 1 - flags.specificity.value, most=0.08))
    if result.context:
        ours_given = result.context.counts[OURS]
        for title, counts in result.context.counts.items():
            for sign in ("negated", "historical"):
                if title != OURS and sign in counts:
                    found.append(Target(f"{sign} F1", ours_given[sign].f1, least=round(counts[sign].f1, 3)))
    if result.speeds:
        ratio = _ratio(result)
        if ratio is not None:
            found.append(Target("times medspaCy", ratio, least=5))
        with_model = result.speeds.reading.get(OURS)
        if with_model is not None:
            found.append(Target("median ms with second look", with_model.median_ms, most=15))
    return found


def _ratio(result: Result) -> float | None:
    """Our sentences per CPU second against medspaCy's, second look off."""
    assert result.speeds is not None
    ours, theirs = result.speeds.reading.get(RULES), result.speeds.reading.get("medspaCy")
    return theirs.cpu_s / ours.cpu_s if ours and theirs else None
