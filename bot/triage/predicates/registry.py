"""Where predicates are registered under their name.

In: functions decorated with `predicate`. Out: `PREDICATES`. Read by `bot.triage.conditions` and the rule check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.findings.finding import Finding
from bot.triage.facts import Evidence, Facts

_Run = Callable[[Facts], "Evidence | None"]

#: In `reads`: the predicate looks at every symptom there is.
EVERY_SYMPTOM = "*"


@dataclass(frozen=True)
class Predicate:
    """One named predicate.

    Attributes:
        name: As written in the YAML; `meaning` is its one-line explanation for reports.
        reads: Concepts and groups it looks at, or EVERY_SYMPTOM.
        run: The function.
        needs: It can hold only if at least one of these was told (present, lately or "not sure"); None = no such limit.
    """

    name: str
    meaning: str
    reads: tuple[str, ...]
    run: _Run
    needs: tuple[str, ...] | None


PREDICATES: dict[str, Predicate] = {}


def predicate(*reads: str, needs: tuple[str, ...] = (), free: bool = False) -> Callable[[_Run], _Run]:
    """Register a function under its own name; its docstring becomes the explanation.

    Args:
        reads: See Predicate.
        needs: See Predicate; what it reads, when left out.
        free: It may hold whatever was told.
    """

    def register(run: _Run) -> _Run:
        name = run.__name__
        limit = None if free or not reads else needs or reads
        PREDICATES[name] = Predicate(name, " ".join((run.__doc__ or "").split()), reads, run, limit)
        return run

    return register


def some(found: Iterable[Finding]) -> Evidence | None:
    """The findings as evidence, or None when there are none."""
    return tuple(found) or None
