"""The next most useful question, and how many are left: deterministic, from the case alone.

In: a `Case`, the `Knowledge`, the rules that fired, the checklist. Out: a `NextQuestion` or None. Called by
`bot.triage.assess` after every message; `questions_for_item` and `asked_for` serve the agent desk and extraction.

Order: words with two meanings and suggestions about danger signs, then one gentle probe for each "not sure", then
whether a change is new, then the interview of bot/knowledge/questions in its order, leaving out what was said,
answered or cannot change the outcome. Nothing more is asked once an emergency rule has fired (clinical.md M9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.extraction.mention import Asked
from bot.findings.case import Case
from bot.findings.finding import Finding
from bot.knowledge.load import Knowledge
from bot.knowledge.sections.items import Item
from bot.knowledge.sections.questions import Question
from bot.triage.answering import bare_option as bare_option
from bot.triage.answering import interpret_option as interpret_option
from bot.triage.answering import profile_of_option as profile_of_option
from bot.triage.assessment import FiredRule, NextQuestion, Option
from bot.triage.phrasing import Voice, concept_label, voice
from bot.triage.relevance import Situation, has_story, holds, look, standing_ambiguities, was_asked
from bot.triage.showing import open_shown_items, shown_options

#: After this many tries without an answer a question waits until the others are done.
PATIENCE = 3
#: Places below this are immediate danger and who is there; they come before any private question.
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


def next_question(
    case: Case, knowledge: Knowledge, fired: Sequence[FiredRule], checklist: Mapping[str, str]
) -> NextQuestion | None:
    """The question to put next.

    Args:
        case: The story so far.
        knowledge: Loaded knowledge.
        fired: Rules that fired; an emergency among them ends the questions.
        checklist: State of every item (see `bot.findings.view.checklist`).

    Returns:
        None when nothing more is worth asking, the person has stopped, or an emergency rule fired. `remaining`
        counts the questions left when the answers are plain; "not sure" or a new sign can add one.
    """
    situation = look(case, knowledge, fired, checklist)
    steps = _plan(situation)
    if not steps:
        return None
    remaining = None
    if has_story(situation):
        # a level that stands now may fall once its open questions are answered: count what would be asked then too
        most = {step.id for step in (*steps, *_plan(replace(situation, fired=())))}
        remaining = len(most) - 1
    return _rendered(steps[0], situation, voice(case, knowledge), remaining)


def plan(
    case: Case, knowledge: Knowledge, fired: Sequence[FiredRule], checklist: Mapping[str, str] | None = None
) -> list[Step]:
    """All questions that would still be put, in order, if nothing new came up."""
    return _plan(look(case, knowledge, fired, checklist))


def _plan(s: Situation) -> list[Step]:
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
        if concept in order and not asked and (is_danger(concept, s.knowledge) or not topic_known):
            question = s.knowledge.questions["CONFIRM"]
            steps.append(Step(question, cleared_alone_by(concept, s.knowledge), concept))
    return sorted(steps, key=lambda step: order.index(step.concept or ""))


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
            if not was_asked(s.case, question.id):
                steps.append(Step(question, question.items))
            continue
        items = tuple(item for item in open_shown_items(question, s) if item not in done)
        if items and _worth_a_screen(question, items, s):
            done |= set(items)
            steps.append(Step(question, items))
    return steps


def _worth_a_screen(question: Question, items: Sequence[str], s: Situation) -> bool:
    """A card is put for the items that must be asked; the others ride along and never bring it up by themselves."""
    needed = [item for item in question.items if s.knowledge.items[item].minimal_set]
    return not needed or bool(set(needed) & set(items))


def _rendered(step: Step, s: Situation, said: Voice, remaining: int | None) -> NextQuestion:
    question = step.question
    more = {"label": concept_label(s.knowledge, step.concept)}
    return NextQuestion(
        id=step.id,
        item=step.items[0] if step.items else question.items[0],
        text=said.text(question, s.knowledge, step.concept),
        options=tuple(Option(o.value, said.label(o)) for o in shown_options(question, s, step.items)),
        confirms=step.confirms,
        multiple=question.multiple,
        why=said.fill(question.why, **more),
        rephrase=said.say(question.rephrase, **more),
        intro=question.intro,
        remaining=remaining,
    )


def asked_for(question_id: str, case: Case, knowledge: Knowledge) -> Asked:
    """What a question had asked, for reading the answer that follows.

    Args:
        question_id: Id as in `NextQuestion.id`.
        case: As it was when the question was put.

    Raises:
        KeyError: When there is no such question.
    """
    question, concept = knowledge.questions.resolve(question_id)
    if question.kind == "confirm" and concept is not None:
        return Asked(cleared_alone_by(concept, knowledge), "danger", question_id, concept)
    situation = look(case, knowledge, ())
    items = open_shown_items(question, situation) if question.multiple else question.items
    return Asked(items or question.items, question.yes_means or "danger", question_id)


def questions_for_item(item: str, knowledge: Knowledge, case: Case | None = None) -> tuple[NextQuestion, ...]:
    """Every wording that asks one checklist item: for an agent to read out, with the reason and other words.

    Args:
        item: Checklist item id.
        case: Gives locale and whom to speak of; a fresh en-GB case when None.

    Returns:
        The interview question first, then others that cover it, then the probe for "not sure".
    """
    questions = knowledge.questions
    situation = look(case or Case(), knowledge, ())
    said = voice(case or Case(), knowledge)
    wanted = knowledge.items[item]
    names = [wanted.question]
    names += [q.id for q in questions.plan if item in q.items and q.id != wanted.question]
    names += [wanted.probe] if wanted.probe is not None else []
    return tuple(_rendered(Step(questions[name], (item,)), situation, said, None) for name in names)
