"""One person's findings as the rules read them: cheap look-ups, nothing decided yet.

In: a `Case`, the `Knowledge`, a person. Out: `Facts`. Built by `bot.triage.assess`, read by `conditions` and `predicates`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from bot.findings.case import Case, GivenAnswer
from bot.findings.finding import Finding, Presence
from bot.findings.view import checklist, declined_twice, findings, latest_answers, open_items, subject
from bot.knowledge.load import Knowledge

#: What made a condition true: findings, and ids of checklist items. None means "not true".
Evidence = tuple["Finding | str", ...]

#: Age bands of the interview -> lowest and highest age in years.
AGE_BANDS: Mapping[str, tuple[float, float]] = {
    "<16": (0, 15),
    "16-17": (16, 17),
    "18-49": (18, 49),
    "50-64": (50, 64),
    "65+": (65, 130),
}


class Facts:
    """Look-ups over one person's findings.

    Attributes:
        present: Concept -> finding that is there now.
        recent: Concept -> finding that was there within 14 days and is gone.
        uncertain: Concept -> finding the person is not sure of.
        states: Checklist item -> state.
        answers: Checklist item -> the answer that holds (empty for someone who is not the subject).
        on: Switches that are on.
        age: Lowest and highest possible age in years, or None when nothing is known.
        open: Items of the minimal set still open.
        is_subject: Whether the case is about this person.
    """

    def __init__(self, case: Case, knowledge: Knowledge, person: str | None = None) -> None:
        self.case = case
        self.knowledge = knowledge
        self.person = person or subject(case)
        self.is_subject = self.person == subject(case)
        self.on: frozenset[str] = knowledge.switches.on
        self.answers: dict[str, GivenAnswer] = latest_answers(case, knowledge) if self.is_subject else {}
        self.found = findings(case, knowledge, self.person, self.answers)
        self.states = checklist(case, knowledge, self.found, self.person, self.answers)
        self.open = open_items(self.states, knowledge)
        self.age = _age(case) if self.is_subject else None
        self.present: dict[str, Finding] = {}
        self.recent: dict[str, Finding] = {}
        self.uncertain: dict[str, Finding] = {}
        self._sort()

    def _sort(self) -> None:
        for concept, finding in self.found.items():
            if finding.presence is Presence.PRESENT:
                if finding.temporality == "current":
                    self.present[concept] = finding
                elif finding.temporality == "recent_resolved":
                    self.recent[concept] = finding
            elif finding.presence is Presence.UNCERTAIN:
                self.uncertain[concept] = finding

    def any_present(self, concepts: Iterable[str]) -> tuple[Finding, ...]:
        """Those of the concepts that are there now."""
        return tuple(self.present[concept] for concept in concepts if concept in self.present)

    def any_lately(self, concepts: Iterable[str]) -> tuple[Finding, ...]:
        """Those that are there now or were within 14 days."""
        here = self.present
        gone = self.recent
        return tuple(here.get(c) or gone[c] for c in concepts if c in here or c in gone)

    def any_possible(self, concepts: Iterable[str]) -> tuple[Finding, ...]:
        """Those that are there now, were within 14 days, or that the person is not sure of.

        Not sure is never "no": what needs a symptom to be absent asks this. A fear, or words that can mean two things,
        is asked about first.
        """
        wanted = tuple(concepts)
        doubtful = (self.uncertain[c] for c in wanted if c in self.uncertain)
        asked_first = ("worry", "ambiguous")
        kept = (f for f in doubtful if self.case.stopped or not any(f.attributes.get(name) for name in asked_first))
        return (*self.any_lately(wanted), *kept)

    def group(self, name: str) -> tuple[str, ...]:
        """Concepts of a group of groups.yml."""
        return tuple(self.knowledge.groups[name])

    @property
    def survivor(self) -> bool:
        """Had cauda equina trouble or a lasting deficit before."""
        return "previous_ces_or_deficit" in self.present

    @cached_property
    def declined(self) -> frozenset[str]:
        """Items declined in two messages."""
        return frozenset(declined_twice(self.case)) if self.is_subject else frozenset()

    @cached_property
    def absent(self) -> frozenset[str]:
        """Concepts explicitly not there, in words or by a "no" to their item."""
        words = {concept for concept, finding in self.found.items() if finding.presence is Presence.ABSENT}
        for item in self.knowledge.items.values():
            if self.states[item.id] == "no":
                words.update(c for c in item.yes_concepts if c not in self.present and c not in self.recent)
        return frozenset(words)

    @cached_property
    def ce_screen_negative(self) -> bool:
        """Every feeling, bladder and bowel question is answered "no, normal"; the one about sex may be skipped."""
        for item in self.knowledge.items.values():
            state = self.states[item.id]
            if item.core_ce and state != "no" and not (item.may_skip and state in ("skipped", "not_asked")):
                return False
        return True

    def with_uncertain_as_present(self, concepts: Iterable[str]) -> Facts:
        """The same person as if these uncertain findings were there (rule M2)."""
        other = object.__new__(Facts)
        other.__dict__.update(self.__dict__)
        other.present = dict(self.present)
        other.uncertain = dict(self.uncertain)
        for concept in concepts:
            finding = other.uncertain.pop(concept)
            other.present[concept] = replace(finding, presence=Presence.PRESENT)
        return other


def _age(case: Case) -> tuple[float, float] | None:
    years = case.profile.get("age_years")
    if years is not None:
        return float(years), float(years)
    return AGE_BANDS.get(str(case.profile.get("age_band")))
