"""Interview questions: bot/knowledge/questions/*.yml -> `Questions`, a mapping {question id: Question}.

In: questions/*.yml (questions, terms.yml, confirm.yml, said.yml). Out: `Knowledge.questions`. Called by
`bot.knowledge.load`; read by `bot.triage.questions` (order), `bot.triage.phrasing` (words) and
`bot.triage.answering` (what a tapped button means).

How to read a question file
    place        where it stands in the interview (small first); probes and ambiguities have none
    ask_when     names of predicates (bot/triage/relevance.py), all must hold
    sets         what an option means: answers, present / absent / uncertain / recent concepts, profile
                 "@motor", "@legs_both", "@pain", "@complaint", "@fall", "@concept" stand for concepts found in the case
    clears       tick cards: concepts that are absent when the tick is left empty
    retract      ambiguous words about this concept meant something else: it is open again
    opens        tick cards: items that stay open when it is ticked, because the next question asks more
    danger       value of the option a bare "that is so" stands for; normal: of the option "nothing wrong"
    extras       the usual last buttons: unsure, skip, cannot_ask (helpers only)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.problem import Problem, unknown
from bot.knowledge.sections.question_schema import SCHEMAS as SCHEMAS

#: Words for concepts that are only known when the question is put.
TARGETS = ("@motor", "@legs_both", "@pain", "@complaint", "@fall", "@concept")
READS = ("concepts", "items")


@dataclass(frozen=True)
class Effect:
    """What choosing one option means.

    Attributes:
        answers: (item, state) pairs.
        mentions: (concept or target, presence, temporality, attributes) tuples.
        profile: Facts about the person.
        retract: Concepts whose ambiguous words turned out to mean something else.
    """

    answers: tuple[tuple[str, str], ...] = ()
    mentions: tuple[tuple[str, str, str, Mapping[str, Any]], ...] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)
    retract: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuestionOption:
    """One button or tick.

    Attributes:
        value: What the channel sends back.
        label: What people read; `helper_label` when someone answers for another person.
        effect: What choosing it means.
        clears: Concepts that are absent when this tick of a card is left empty.
        opens: Items that stay open when it is ticked: another question asks more.
        alone: Of a tick card: cannot go with other ticks ("none of these").
        show_when: Predicates that must hold for it to be shown.
        hidden_means_no: Left out of sight, it still counts as left empty.
    """

    value: str
    label: str
    helper_label: str
    effect: Effect
    clears: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    alone: bool = False
    show_when: tuple[str, ...] = ()
    hidden_means_no: bool = False


@dataclass(frozen=True)
class Question:
    """One question; `text` and `rephrase` map "self" and "helper" to templates (see bot.triage.phrasing).

    Attributes:
        id: Contract id. kind: step, probe, ambiguity, confirm or newness.
        items: Checklist items it asks about, in the order of its words; the first is the main one.
        place: Order in the interview, or None when it is not part of the plan.
        ask_when: Predicates that must all hold.
        private: Belongs to the private block (introduced once, one at a time, may be declined).
        yes_means: "danger" or "normal": what a bare "yes" says; None when yes and no do not answer it.
        multiple: Tick card.
        once: Counts as done once it was put and something was said after it.
        normal: Value of the option that says "nothing wrong", or None.
        danger: Value of the option that a bare "yes, that is so" stands for, or None.
        about: NEW: concepts whose newness it may ask, most dangerous first.
        phrases: Ambiguities: words that raise it (for extraction and its tests).
        card: Probes of a tick card: the card whose unsure ticks it asks again.
        why: One sentence: why we ask.
        options: In order.
        source: Where it comes from.
    """

    id: str
    kind: str
    items: tuple[str, ...]
    text: Mapping[str, str]
    rephrase: Mapping[str, str]
    why: str
    options: tuple[QuestionOption, ...]
    source: str
    place: int | None = None
    ask_when: tuple[str, ...] = ()
    private: bool = False
    intro: str | None = None
    yes_means: str | None = None
    multiple: bool = False
    once: bool = False
    normal: str | None = None
    danger: str | None = None
    about: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    card: str | None = None

    @property
    def per_concept(self) -> bool:
        """Put for one concept at a time: its id gets the concept as a suffix."""
        return any(concept == "@concept" for option in self.options for concept, *_ in option.effect.mentions)

    def option(self, value: str) -> QuestionOption | None:
        """The option with this value, or None."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True)
class Said:
    """How people say an answer (questions/said.yml).

    Attributes:
        fillers: Words that say nothing.
        reports: "she says" and the like, in front of another person's answer.
        nothing_wrong: Phrases for the option "nothing wrong" of every private question.
        options: {question id: {phrase: option value}}.
    """

    fillers: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    nothing_wrong: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Questions(Mapping[str, Question]):
    """All questions by id, and the words they share.

    Attributes:
        by_id: {question id: Question}; CONFIRM and NEW are templates for one concept each.
        plan: Questions with a place, in order.
        confirm: {concept: {"self": text, "helper": text}} of suggestions worth checking, in file order.
        terms: {locale: {word: its form there}}.
        relations: {relation: {"pronoun": ..., "name": {locale: ...}}}.
        pronouns: {pronoun: {form: word}}.
        said: How people say an answer.
    """

    by_id: Mapping[str, Question]
    plan: tuple[Question, ...]
    confirm: Mapping[str, Mapping[str, str]]
    terms: Mapping[str, Mapping[str, str]]
    relations: Mapping[str, Mapping[str, Any]]
    pronouns: Mapping[str, Mapping[str, str]]
    said: Said = field(default_factory=Said)

    def __getitem__(self, question_id: str) -> Question:
        return self.by_id[question_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_id)

    def __len__(self) -> int:
        return len(self.by_id)

    def resolve(self, question_id: str) -> tuple[Question, str | None]:
        """The question and, for CONFIRM_<concept>, NEW_<concept> and the like, the concept it is about.

        Raises:
            KeyError: When there is no such question.
        """
        head, concept = question_id, ""
        while head not in self.by_id:
            head, found, tail = head.rpartition("_")
            if not found:
                raise KeyError(question_id)
            concept = f"{tail}_{concept}" if concept else tail
        return self.by_id[head], concept or None


def build(raw: Mapping[str, Any]) -> Questions:
    """All question files as one `Questions`."""
    terms: Mapping[str, Any] = raw.get("questions/terms.yml", {})
    entries = [entry for data in raw.values() for entry in data.get("questions", ())]
    by_id = {entry["id"]: _question(entry, terms.get("extras", {})) for entry in entries}
    plan = sorted((q for q in by_id.values() if q.place is not None), key=lambda q: (q.place, q.id))
    confirm = {concept: text for data in raw.values() for concept, text in data.get("confirm", {}).items()}
    return Questions(
        by_id=by_id,
        plan=tuple(plan),
        confirm=confirm,
        terms=terms.get("locales", {}),
        relations=terms.get("relations", {}),
        pronouns=terms.get("pronouns", {}),
        said=_said(raw.get("questions/said.yml", {})),
    )


def _said(data: Mapping[str, Any]) -> Said:
    return Said(
        tuple(data.get("fillers", ())),
        tuple(data.get("reports", ())),
        tuple(data.get("nothing_wrong", ())),
        {
            question: {phrase: value for value, phrases in options.items() for phrase in phrases}
            for question, options in data.get("said", {}).items()
        },
    )


def _question(entry: Mapping[str, Any], extras: Mapping[str, Any]) -> Question:
    items = tuple(entry["items"])
    options = [_option(option) for option in entry.get("options", ())]
    options += [_extra(value, extras[value], items) for value in entry.get("extras", ()) if value in extras]
    return Question(
        id=entry["id"],
        kind=entry["kind"],
        items=items,
        text=entry["text"],
        rephrase=entry["rephrase"],
        why=entry["why"],
        options=tuple(options),
        source=entry["source"],
        place=entry.get("place"),
        ask_when=tuple(entry.get("ask_when", ())),
        private=entry.get("private", False),
        intro=entry.get("intro"),
        yes_means=entry.get("yes_means", "danger" if entry.get("multiple") else None),
        multiple=entry.get("multiple", False),
        once=entry.get("once", False),
        normal=entry.get("normal"),
        danger=entry.get("danger"),
        about=tuple(entry.get("about", ())),
        phrases=tuple(entry.get("phrases", ())),
        card=entry.get("card"),
    )


def _option(entry: Mapping[str, Any]) -> QuestionOption:
    return QuestionOption(
        value=entry["value"],
        label=entry["label"],
        helper_label=entry.get("helper", entry["label"]),
        effect=_effect(entry.get("sets", {})),
        clears=tuple(entry.get("clears", ())),
        opens=tuple(entry.get("opens", ())),
        alone=entry.get("alone", False),
        show_when=tuple(entry.get("show_when", ())),
        hidden_means_no=entry.get("hidden_means_no", False),
    )


def _extra(value: str, entry: Mapping[str, str], items: tuple[str, ...]) -> QuestionOption:
    """The usual last buttons: "Not sure", "I'd rather not say", "I can't ask her"."""
    state = "unsure" if value == "unsure" else "skipped"
    return QuestionOption(
        value=value,
        label=entry["label"],
        helper_label=entry.get("helper", entry["label"]),
        effect=Effect(answers=tuple((item, state) for item in items)),
        alone=value != "unsure",
        show_when=("for_other",) if value == "cannot_ask" else (),
    )


def _effect(sets: Mapping[str, Any]) -> Effect:
    mentions: list[tuple[str, str, str, Mapping[str, Any]]] = []
    for key, presence, temporality in (
        ("present", "present", "current"),
        ("recent", "present", "recent_resolved"),
        ("uncertain", "uncertain", "current"),
    ):
        mentions += [(concept, presence, temporality, attrs or {}) for concept, attrs in sets.get(key, {}).items()]
    mentions += [(concept, "absent", "current", {}) for concept in sets.get("absent", ())]
    return Effect(
        tuple(sets.get("answers", {}).items()),
        tuple(mentions),
        sets.get("profile", {}),
        tuple(sets.get("retract", ())),
    )


def cross_check(knowledge: Any) -> list[Problem]:
    """Every question, option and name fits: see `bot.knowledge.sections.question_checks`."""
    from bot.knowledge.sections.question_checks import problems_of

    return problems_of(knowledge, unknown)
