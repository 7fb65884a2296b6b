"""Which questions are still worth asking, and in which order.

In: a `Case` with the rules that fired and its checklist. Out: `Step`s, the next one first. Called by
`bot.triage.questions`; what each test in `ask_when` means is in `bot.triage.relevance`.

Order: words with two meanings and suggestions about danger signs, then one gentle probe for each "not sure", then
immediate danger, then whether a change is new, then the interview of bot/knowledge/questions in its order, leaving
out what was said, answered or cannot change the outcome. Nothing once an emergency rule has fired (clinical.md M9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.extraction.mention import Suggestion
from bot.findings.case import Case
from bot.findings.finding import Finding
from bot.knowledge.load import Knowledge
from bot.knowledge.sections.items import Item
from bot.knowledge.sections.questions import Question
from bot.triage.assessment import FiredRule
from bot.triage.relevance import Situation, has_story, holds, look, standing_ambiguities, was_asked
from bot.triage.showing import open_shown_items

#: After this many tries without an answer a question waits until the others are done.
PATIENCE = 3
#: A question that no result waits for is dropped after this many tries.
OPTIONAL_TRIES = 2
#: "Do you mean ...?" at most this often about one message, where the interview asks the same anyway.
CONFIRMATIONS = 2
#: Places below this come before any private question: immediate danger, who is there, and, where weakness or a buckling
#: knee was told, when it began and how often: one answer away from an emergency.
PRIVATE_FROM = 200


@dataclass(frozen=True)
class Step:
    """One question of the plan, the concept it is about (CONFIRM, NEW) and its items that are open."""

    question: Question
    items: tuple[str, ...]
    concept: str | None = None

    @property
    def id(self) -> str:
        """Id that leaves the system."""
        return f"{self.question.id}_{self.concept}" if self.concept else self.question.id

    @property
    def confirms(self) -> str | None:
        """The suggested concept this checks, if it does."""
        return self.concept if self.question.kind == "confirm" else None


def plan(case: Case, knowledge: Knowledge, fired: Sequence[FiredRule], checklist: Mapping[str, str] | None = None) -> list[Step]:
    """All questions that would still be put, in order, if nothing new came up."""
    return steps_of(look(case, knowledge, fired, checklist))


def steps_of(s: Situation) -> list[Step]:
    if s.case.stopped or s.at_least("emergency_now"):
        return []
    steps = [*_ambiguities(s), *_confirmations(s)]
    if not has_story(s):
        return steps or _steps(s)
    steps += _probes(s)
    rest = _steps(s, {item for step in steps for item in step.items})
    first = [step for step in rest if (step.question.place or 0) < PRIVATE_FROM]
    steps += [*first, *_newness(s), *rest[len(first) :]]
    return sorted(steps, key=lambda step: was_asked(s.case, step.id) >= PATIENCE)


def _ambiguities(s: Situation) -> list[Step]:
    found: dict[str, Step] = {}
    for mention in standing_ambiguities(s.case):
        question = s.knowledge.questions.get(mention.attributes["ambiguous"])
        if question is None or mention.presence != "uncertain":
            continue
        step = Step(question, question.items, mention.concept if question.per_concept else None)
        if not was_asked(s.case, step.id):
            found.setdefault(step.id, step)
    order = list(s.knowledge.questions)
    return sorted(found.values(), key=lambda step: order.index(step.question.id))


def _confirmations(s: Situation) -> list[Step]:
    """Suggestions of the second look: danger signs at once, others only while the topic is unknown."""
    order = list(s.knowledge.questions.confirm)
    topic_known = has_story(s)
    steps = []
    for suggestion in s.case.suggestions:
        concept = suggestion.concept
        asked = any(question.confirms == concept for question in s.case.asked)
        asked = asked or _enough_confirmed(suggestion, s)
        if concept in order and not asked and (is_danger(concept, s.knowledge) or not topic_known):
            question = s.knowledge.questions["CONFIRM"]
            steps.append(Step(question, cleared_alone_by(concept, s.knowledge), concept))
    return sorted(steps, key=lambda step: order.index(step.concept or ""))


def _enough_confirmed(suggestion: Suggestion, s: Situation) -> bool:
    """After two "do you mean ..." about one message, what the interview asks anyway waits for its own question."""
    since = [a for a in s.case.asked if a.confirms is not None and a.turn > suggestion.turn]
    items = s.knowledge.items.values()
    own = any(i.minimal_set and suggestion.concept in i.yes_concepts and s.states.get(i.id) == "not_asked" for i in items)
    return own and len(since) >= CONFIRMATIONS


def is_danger(concept: str, knowledge: Knowledge) -> bool:
    """Whether a finding of this concept can lead to an emergency."""
    groups = knowledge.groups
    if any(concept in groups[name] for name in ("immediate", "ce_group", "motor")):
        return True
    items = [item for item in knowledge.items.values() if concept in item.yes_concepts]
    return concept == "pain_gone_but_numb_or_weak" or any(item.reach == "emergency_now" for item in items)


def cleared_alone_by(concept: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Items that an explicit absence of this one concept answers."""
    return tuple(item.id for item in knowledge.items.values() if item.cleared_by == (concept,))


def _probes(s: Situation) -> list[Step]:
    """One gentle probe for each answer that stayed unclear, in danger order."""
    steps: dict[str, Step] = {}
    for item in s.knowledge.items.values():
        if s.states.get(item.id) != "unsure" or item.probe is None:
            continue
        if _probed(item, s) or _cleared_itself(item, s):
            continue
        question = s.knowledge.questions[item.probe]
        if not holds(question.ask_when, s):
            continue
        unsure = tuple(name for name in question.items if s.states.get(name) == "unsure")
        steps.setdefault(item.probe, Step(question, unsure or (item.id,)))
    return list(steps.values())


def _probed(item: Item, s: Situation) -> bool:
    """The probe was answered; "not sure" again is an answer and is not asked a third time."""
    return any(a.question == item.probe and a.item == item.id and not a.withdrawn for a in s.case.answers)


def _cleared_itself(item: Item, s: Situation) -> bool:
    """This item was answered "no"; the doubt is about another one that shares its concept (starting, emptying)."""
    given = s.facts.answers.get(item.id)
    if given is None or given.state != "no":
        return False
    doubts = [s.facts.uncertain[c] for c in item.yes_concepts if c in s.facts.uncertain]
    return all(s.case.mentions[index].turn <= given.turn for doubt in doubts for index in doubt.mentions)


def _newness(s: Situation) -> list[Step]:
    """Bladder, bowel, sexual and both-feet signs: new, or an old pattern? Old: is the cause known?"""
    steps = []
    for name, wanted in (("NEW", _newness_unknown), ("KNOWN", _cause_unknown)):
        question = s.knowledge.questions[name]
        for concept in question.about:
            step = Step(question, question.items, concept)
            if any(wanted(f) for f in s.told(concept)) and not was_asked(s.case, step.id):
                steps.append(step)
    return steps


def _newness_unknown(finding: Finding) -> bool:
    return all(finding.attributes.get(key) is None for key in ("new", "unchanged", "onset_days"))


def _cause_unknown(finding: Finding) -> bool:
    attributes = finding.attributes
    old = attributes.get("new") is False and attributes.get("unchanged") is True
    return old and attributes.get("assessed") is None and attributes.get("known_cause") is None


def _steps(s: Situation, covered: set[str] | None = None) -> list[Step]:
    """The interview itself. An item is asked by the first question that covers it."""
    done = set(covered or ())
    steps = []
    for question in s.knowledge.questions.plan:
        if not holds(question.ask_when, s):
            continue
        if question.once:
            if was_asked(s.case, question.id) < _tries(question, s):
                steps.append(Step(question, question.items))
            continue
        items = tuple(item for item in open_shown_items(question, s) if item not in done)
        if items and _worth_a_screen(question, items, s):
            done |= set(items)
            steps.append(Step(question, items))
    return steps


def _tries(question: Question, s: Situation) -> int:
    """Once; a second time when the answer could not be read: "34" is no consent to private questions."""
    answered = any(a.item in question.items and not a.withdrawn for a in s.case.answers)
    return 1 if answered or not question.options or question.id == "Q0" else OPTIONAL_TRIES


def _worth_a_screen(question: Question, items: Sequence[str], s: Situation) -> bool:
    """A card is put for the items that must be asked; the others ride along and never bring it up by themselves.

    What no result waits for is not asked a third time when the answer could not be read.
    """
    needed = [item for item in question.items if s.knowledge.items[item].minimal_set]
    if not needed and not question.private:
        return was_asked(s.case, question.id) < OPTIONAL_TRIES
    return not needed or bool(set(needed) & set(items))
