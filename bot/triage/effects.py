"""What chosen options say, collected into answers and mentions.

In: a `Situation`, the options somebody chose. Out: `Answer`s, `Mention`s. Used by `bot.triage.answering` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.extraction.mention import Answer, Mention
from bot.findings.view import standing_mentions, subject
from bot.knowledge.sections.questions import Effect, Question, QuestionOption
from bot.triage.relevance import Situation

#: Attributes that count only if every mention carries them (bot.findings.merge).
_ONLY_IF_ALWAYS_SAID = ("near_miss", "positional", "worry")
#: When one message says two things about an item, the more urgent one holds.
_URGENCY = ("yes", "unsure", "skipped", "no")
#: Target -> groups and concepts it stands for, and what to speak of when none of them was told.
_TARGETS: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "@motor": (("motor",), "leg_weakness"),
    "@pain": (
        (
            "back_pain",
            "sciatica",
            "front_thigh_pain",
            "night_pain",
            "pain_on_cough_strain",
            "leg_symptoms_on_walking",
        ),
        None,
    ),
    "@complaint": (("nerve_symptoms", "ce_group", "muscle_wasting"), None),
    "@fall": (("injury",), "minor_trauma"),
}


class Effects:
    """Collects what the chosen options say."""

    def __init__(self, s: Situation, concept: str | None, turn: int, text: str) -> None:
        self.s = s
        self.concept = concept
        self.turn = turn
        self.text = text
        self.states: dict[str, str] = {}
        self.mentions: list[Mention] = []

    def answers(self) -> tuple[Answer, ...]:
        return tuple(Answer(item, state, self.turn, 0, len(self.text)) for item, state in self.states.items())

    def take(self, effect: Effect) -> None:
        """Everything one option means."""
        for item, state in effect.answers:
            for name in self._declined() if item == "@declined" else (item,):
                self._answer(name, state)
        for concept in effect.retract:
            self._retract(concept)
        for target, presence, temporality, attributes in effect.mentions:
            for concept, when in self._expand(target, temporality):
                more = self._about(concept, attributes) if target.startswith("@") else attributes
                self._mention(concept, presence, when, more)

    def take_card(
        self,
        question: Question,
        chosen: Sequence[QuestionOption],
        offered: Iterable[QuestionOption],
        items: Sequence[str],
    ) -> None:
        """A tick means yes; a line left empty means no, because "none of these" was there to be chosen."""
        values = {option.value for option in chosen}
        for option in chosen:
            if option.value != "unsure":  # that speaks only of the lines in sight, below
                self.take(option.effect)
        later = {item for option in chosen for item in option.opens}
        for item in items:
            if item not in self.states and item not in later:
                self._answer(item, "unsure" if "unsure" in values else "no")
        if "unsure" in values:
            return
        seen = {option.value for option in offered}
        ticked = {mention.concept for mention in self.mentions if mention.presence == "present"}
        for option in question.options:
            if option.value not in values and (option.value in seen or option.hidden_means_no):
                for concept in option.clears:
                    if concept not in ticked:
                        self._mention(concept, "absent", "current", {})

    def take_doubts(self, chosen: Sequence[QuestionOption], offered: Iterable[QuestionOption], items: Sequence[str]) -> None:
        """ "Which ones are you not sure about?": a tick stays in doubt, the others are cleared."""
        values = {option.value for option in chosen}
        for option in offered:
            if option.alone:
                continue
            if option.value in values:
                for item, _ in option.effect.answers:
                    self._answer(item, "unsure")
                for concept, presence, _, attributes in option.effect.mentions:
                    if presence == "present":
                        self._mention(concept, "uncertain", "current", attributes)
            else:
                for concept in option.clears:
                    self._mention(concept, "absent", "current", {})
        for item in items:
            self.states.setdefault(item, "no")

    def _answer(self, item: str, state: str) -> None:
        before = self.states.get(item)
        if before is None or _URGENCY.index(state) < _URGENCY.index(before):
            self.states[item] = state

    def _mention(self, concept: str, presence: str, temporality: str, attributes: Mapping[str, Any]) -> None:
        self.mentions.append(
            Mention(
                concept,
                presence,
                subject(self.s.case),
                temporality,
                self.turn,
                0,
                len(self.text),
                self.text,
                dict(attributes),
                "answer",
            )
        )

    def _retract(self, concept: str) -> None:
        """The words meant something else: the concept is open again, unless it was also said in clear words."""
        told = [m for m in standing_mentions(self.s.case).values() if m.concept == concept]
        if told and all(m.attributes.get("ambiguous") for m in told):
            self._mention(concept, "absent", "hypothetical", {"correction": True})

    def _declined(self) -> tuple[str, ...]:
        states = self.s.states
        return tuple(i.id for i in self.s.knowledge.items.values() if i.core_ce and states.get(i.id) == "skipped")

    def _about(self, concept: str, attributes: Mapping[str, Any]) -> Mapping[str, Any]:
        """A detail added to a symptom leaves standing what was said of that symptom on its own."""
        told = self.s.told(concept)
        more = {key: True for key in _ONLY_IF_ALWAYS_SAID if told and told[0].attributes.get(key) is True}
        more |= attributes
        if more.get("assessed") is False and any(f.attributes.get("assessed") is True for f in told):
            del more["assessed"]
        return more

    def _expand(self, target: str, temporality: str) -> list[tuple[str, str]]:
        """Concept and temporality of a target; findings keep their own temporality."""
        s = self.s
        if not target.startswith("@"):
            return [(target, temporality)]
        if target == "@concept":
            return [(self.concept, temporality)] if self.concept is not None else []
        if target == "@legs_both":
            both = {s.knowledge.concepts[f.concept].both_sides for f in s.told("one_sided", "leg_numb", "motor")}
            both |= {f.concept for f in s.told("both_sides")}
            return [(c, temporality) for c in sorted(c for c in both if c)] or [("sciatica_both_sides", temporality)]
        names, fallback = _TARGETS[target]
        told = [(f.concept, f.temporality) for f in s.told(*names)]
        return told or ([(fallback, temporality)] if fallback else [])
