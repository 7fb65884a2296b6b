"""Small builders for triage tests: a story as the mentions a perfect reader finds, and answers to items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import AskedQuestion, Case, GivenAnswer
from bot.knowledge.schema import read_yaml

CASES = Path(__file__).parent.parent / "cases"


@dataclass(frozen=True)
class Story:
    """One or more messages, read perfectly."""

    mentions: tuple[Mention, ...] = ()
    answers: tuple[GivenAnswer, ...] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)

    def case(self, **changes: Any) -> Case:
        """The case this story makes."""
        turns = max([1, *(m.turn + 1 for m in self.mentions), *(a.turn + 1 for a in self.answers)])
        case = Case(
            turns=turns,
            mentions=self.mentions,
            answers=self.answers,
            profile=self.profile,
            times=(None,) * turns,
        )
        return replace(case, **changes)

    def __add__(self, other: Story) -> Story:
        return Story(self.mentions + other.mentions, self.answers + other.answers, {**self.profile, **other.profile})


def mention(concept: str, presence: str = "present", turn: int = 0, **values: Any) -> Mention:
    """One mention; keywords named like its fields set them, all others are attributes."""
    fields = {key: values.pop(key) for key in ("experiencer", "temporality", "by") if key in values}
    base = {"experiencer": "self", "temporality": "current", **fields}
    return Mention(concept=concept, presence=presence, turn=turn, start=0, end=1, text="x", attributes=values, **base)


def said(
    *,
    person: str = "self",
    turn: int = 0,
    absent: tuple[str, ...] = (),
    uncertain: Mapping[str, Mapping[str, Any]] | None = None,
    past: tuple[str, ...] = (),
    recent: Mapping[str, Mapping[str, Any]] | None = None,
    hypothetical: tuple[str, ...] = (),
    profile: Mapping[str, Any] | None = None,
    **present: Mapping[str, Any],
) -> Story:
    """A message: concepts with their attributes as keywords, and the lists of what is not there now."""
    mentions = [mention(concept, turn=turn, experiencer=person, **attributes) for concept, attributes in present.items()]
    mentions += [mention(concept, "absent", turn, experiencer=person) for concept in absent]
    mentions += [
        mention(concept, "uncertain", turn, experiencer=person, **attributes) for concept, attributes in (uncertain or {}).items()
    ]
    lists: dict[str, Mapping[str, Mapping[str, Any]]] = {
        "past_resolved": {concept: {} for concept in past},
        "recent_resolved": recent or {},
        "hypothetical": {concept: {} for concept in hypothetical},
    }
    for temporality, concepts in lists.items():
        mentions += [
            mention(concept, turn=turn, experiencer=person, temporality=temporality, **attributes)
            for concept, attributes in concepts.items()
        ]
    return Story(tuple(mentions), (), profile or {})


def answered(turn: int = 0, question: str | None = "Q", **states: str) -> Story:
    """Answers to checklist items, e.g. `answered(saddle_feeling="no")`."""
    return Story(answers=tuple(GivenAnswer(item, state, turn, None, question) for item, state in states.items()))


def asked(question: str, turn: int, confirms: str | None = None) -> AskedQuestion:
    """A question put before message `turn`."""
    return AskedQuestion(question, turn, confirms)


def read_cases(name: str) -> Any:
    """A table of tests/cases, read as strictly as the knowledge (`no` is a word, a key twice is an error)."""
    data, _, problems = read_yaml((CASES / name).read_text(encoding="utf-8"), name)
    assert not [problem for problem in problems if problem.code != "KNW003"], problems
    return data


def vignettes() -> Any:
    """tests/cases/vignettes.yml."""
    return read_cases("vignettes.yml")
