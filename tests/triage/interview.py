"""A simulated person who answers the interview with buttons, through the same functions as a real conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.extraction.mention import Extraction, Suggestion
from bot.findings.case import Case
from bot.findings.update import update
from bot.knowledge.load import Knowledge
from bot.triage.assess import assess
from bot.triage.assessment import Assessment, NextQuestion
from bot.triage.questions import asked_for, interpret_option, profile_of_option
from tests.triage.story import said

Pick = Callable[[NextQuestion], Sequence[str]]


@dataclass
class Talk:
    """One whole interview."""

    case: Case
    questions: list[NextQuestion] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [question.id for question in self.questions]

    @property
    def result(self) -> Assessment:
        return self.assessments[-1]


def talk(case: Case, knowledge: Knowledge, pick: Pick, limit: int = 80) -> Talk:
    """Ask and answer until nothing is left to ask; fails when it does not end."""
    done = Talk(case)
    while True:
        assessment = assess(done.case, knowledge)
        done.assessments.append(assessment)
        question = assessment.next_question
        if question is None:
            return done
        assert len(done.questions) < limit, f"no end in sight: {done.ids}"
        done.questions.append(question)
        done.case = answer(done.case, knowledge, question.id, pick(question))


def answer(case: Case, knowledge: Knowledge, question_id: str, values: Sequence[str]) -> Case:
    """The case after one tap."""
    answers, mentions = interpret_option(question_id, values, knowledge, case)
    profile = profile_of_option(question_id, values, knowledge)
    reading = Extraction(case.turns, mentions, answers, profile)
    return update(case, reading, knowledge, asked=asked_for(question_id, case, knowledge))


def normal(knowledge: Knowledge, **other: Sequence[str]) -> Pick:
    """Says "nothing wrong" to everything, except to the questions named."""

    def pick(question: NextQuestion) -> Sequence[str]:
        if question.id in other:
            return other[question.id]
        value = knowledge.questions.resolve(question.id)[0].normal
        return [value if value is not None else question.options[0].value]

    return pick


def prefers(knowledge: Knowledge, value: str, **other: Sequence[str]) -> Pick:
    """Takes one answer ("unsure", "skip") wherever it is offered."""
    usual = normal(knowledge, **other)

    def pick(question: NextQuestion) -> Sequence[str]:
        offered = [option.value for option in question.options]
        return [value] if question.id not in other and value in offered else usual(question)

    return pick


def begin(knowledge: Knowledge, entry: Mapping[str, object]) -> Case:
    """The case a row of tests/cases/interview.yml starts from: one message, read perfectly."""
    present: Mapping[str, Mapping[str, object]] = entry.get("present", {})  # type: ignore[assignment]
    story = said(
        person=str(entry.get("person", "self")),
        absent=tuple(entry.get("absent", ())),  # type: ignore[call-overload]
        uncertain=entry.get("uncertain"),  # type: ignore[arg-type]
        recent=tuple(entry.get("recent", ())),  # type: ignore[call-overload]
        past=tuple(entry.get("past", ())),  # type: ignore[call-overload]
        **{concept: attributes or {} for concept, attributes in present.items()},
    )
    suggestions = tuple(Suggestion(str(c), 0.8, 0, 0, 1) for c in entry.get("suggestions", ()))  # type: ignore[attr-defined]
    reading = Extraction(0, story.mentions, profile=entry.get("profile", {}), suggestions=suggestions)  # type: ignore[arg-type]
    return update(Case(locale=str(entry.get("locale", "en-GB"))), reading, knowledge)
