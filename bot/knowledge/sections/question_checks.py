"""Cross checks of the interview: every id, predicate, placeholder and option fits the rest of the knowledge.

In: the built `Knowledge`. Out: `Problem`s. Called by `bot.knowledge.sections.questions.cross_check` when a file changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.extraction.mention import ATTRIBUTES
from bot.knowledge.problem import Problem
from bot.knowledge.sections.questions import TARGETS, Question, QuestionOption

_GAP = re.compile(r"\{(\w+)\}")
_Place = tuple["str | int", ...]


def problems_of(knowledge: Any, unknown: Callable[..., Problem]) -> list[Problem]:
    """Every problem of the question files."""
    checker = _Checker(knowledge, unknown)
    for file, data in knowledge.raw.items():
        if file.startswith("questions/"):
            for index, entry in enumerate(data.get("questions", ())):
                checker.check(file, ("questions", index), entry)
            checker.check_confirm(file, data.get("confirm", {}))
            checker.check_said(file, data.get("said", {}))
    return checker.problems


class _Checker:
    """Walks over the question files and collects problems."""

    def __init__(self, knowledge: Any, unknown: Callable[..., Problem]) -> None:
        self.knowledge = knowledge
        self.unknown = unknown
        self.problems: list[Problem] = []
        self.seen: dict[str, str] = {}
        self.places: dict[int, str] = {}
        words = [set(terms) for terms in knowledge.questions.terms.values()]
        forms = [set(forms) for forms in knowledge.questions.pronouns.values()]
        self.gaps = set().union(*words, *forms) | {"name", "label"}
        for locale, terms in knowledge.questions.terms.items():
            for word in sorted(set().union(*words) - set(terms)):
                self.add("questions/terms.yml", ("locales", locale), f"'{word}' is missing in {locale}. Add it.")

    def add(self, file: str, place: _Place, text: str) -> None:
        self.problems.append(Problem("KNW044", file, text, place))

    def names(self, file: str, place: _Place, kind: str, found: Iterable[str], allowed: Any, home: str) -> None:
        for name in found:
            if name not in allowed:
                self.problems.append(self.unknown("KNW014", file, place, kind, name, allowed, home))

    def check(self, file: str, place: _Place, entry: Mapping[str, Any]) -> None:
        """One question."""
        from bot.triage.relevance import PREDICATES

        question: Question = self.knowledge.questions[entry["id"]]
        if question.id in self.seen:
            self.add(file, place, f"question '{question.id}' is also in {self.seen[question.id]}. Keep one.")
            return
        self.seen[question.id] = file
        if question.kind == "step" and question.place is None:
            self.add(file, place, f"{question.id} is a step without `place`. Say where it stands in the interview.")
        if question.place is not None and question.place in self.places:
            other = self.places[question.place]
            self.add(file, place, f"{question.id} stands at the same place as {other}. Choose another number.")
        if question.place is not None:
            self.places[question.place] = question.id
        home = "bot/triage/relevance.py"
        self.names(file, (*place, "ask_when"), "predicate", question.ask_when, PREDICATES, home)
        self.names(file, (*place, "items"), "checklist item", question.items, self.knowledge.items, "items.yml")
        self.names(file, (*place, "about"), "concept", question.about, self.knowledge.concepts, "concepts/")
        if question.card is not None:
            self.names(file, (*place, "card"), "question", [question.card], self.knowledge.questions, "questions/")
        self._values(file, place, question)
        for index, option in enumerate(question.options[: len(entry.get("options", ()))]):
            self._option(file, (*place, "options", index), question, option, PREDICATES)
        for text in (*question.text.values(), *question.rephrase.values(), question.why):
            self._words(file, place, text)

    def _values(self, file: str, place: _Place, question: Question) -> None:
        values = [option.value for option in question.options]
        for value in sorted({value for value in values if values.count(value) > 1}):
            self.add(file, (*place, "options"), f"{question.id} has two options '{value}'. Rename one.")
        for key in ("normal", "danger"):
            value = getattr(question, key)
            if value is not None and value not in values:
                text = f"{question.id}: {key} '{value}' is not one of its options ({', '.join(values)})."
                self.add(file, (*place, key), text)
        if not values and question.card is None:
            self.add(file, place, f"{question.id} has no options. People need buttons.")
        if not question.multiple or question.kind != "step":
            return
        if {"skip", "cannot_ask"} & set(values):
            text = f"{question.id} is a tick card: leave out skip and cannot_ask."
            self.add(file, (*place, "extras"), text)
        if question.id != "Q0" and not any(option.alone for option in question.options):
            text = f"{question.id} is a tick card without 'none of these'. Add an option `alone`."
            self.add(file, place, text)

    def _option(self, file: str, place: _Place, question: Question, option: QuestionOption, predicates: Iterable[str]) -> None:
        effect = option.effect
        concepts = {**self.knowledge.concepts, **dict.fromkeys(TARGETS)}
        items = {**self.knowledge.items, "@declined": None}
        here = (*place, "sets")
        self.names(file, here, "checklist item", [item for item, _ in effect.answers], items, "items.yml")
        self.names(file, here, "concept", [entry[0] for entry in effect.mentions], concepts, "concepts/")
        self.names(file, here, "concept", effect.retract, self.knowledge.concepts, "concepts/")
        self.names(file, (*place, "clears"), "concept", option.clears, self.knowledge.concepts, "concepts/")
        self.names(file, (*place, "opens"), "checklist item", option.opens, self.knowledge.items, "items.yml")
        self.names(file, (*place, "show_when"), "predicate", option.show_when, predicates, "bot/triage/relevance.py")
        for _, _, _, attributes in effect.mentions:
            home = "bot/extraction/mention.py"
            self.names(file, here, "attribute", attributes, ATTRIBUTES, home)
        if option.clears and not question.multiple:
            self.add(file, place, f"{question.id}: `clears` is for tick cards only. Use sets.absent.")
        for text in (option.label, option.helper_label):
            self._words(file, place, text)

    def _words(self, file: str, place: _Place, text: str) -> None:
        for gap in _GAP.findall(text):
            if gap[0].lower() + gap[1:] not in self.gaps:
                home = "questions/terms.yml"
                self.problems.append(self.unknown("KNW045", file, place, "placeholder", gap, self.gaps, home))

    def check_confirm(self, file: str, confirm: Mapping[str, Mapping[str, str]]) -> None:
        """The confirming questions."""
        self.names(file, ("confirm",), "concept", confirm, self.knowledge.concepts, "concepts/")
        for concept, texts in confirm.items():
            for text in texts.values():
                self._words(file, ("confirm", concept), text)

    def check_said(self, file: str, said: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        """Typed answers: question and option exist, and a phrase stands for one option only."""
        self.names(file, ("said",), "question", said, self.knowledge.questions, "questions/")
        for name, options in said.items():
            if name not in self.knowledge.questions:
                continue
            values = [option.value for option in self.knowledge.questions[name].options]
            seen: dict[str, str] = {}
            for value, phrases in options.items():
                place = ("said", name, value)
                if value not in values:
                    self.add(file, place, f"{name} has no option '{value}'. It has: {', '.join(values)}.")
                for phrase in phrases:
                    if phrase in seen:
                        self.add(file, place, f"{name}: '{phrase}' also stands for '{seen[phrase]}'. Keep one.")
                    if phrase != " ".join(phrase.lower().split()):
                        self.add(file, place, f"{name}: '{phrase}' must be in small letters with single blanks. Write it so.")
                    seen[phrase] = value
