"""The next most useful question, and how many are left: deterministic, from the case alone.

In: a `Case`, the `Knowledge`, the rules that fired, the checklist. Out: a `NextQuestion` or None. Called by
`bot.triage.assess` after every message; `questions_for_item` and `asked_for` serve the agent desk and extraction.
Which question comes when is decided in `bot.triage.planning`; what a tapped button means in `bot.triage.answering`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.extraction.mention import Asked
from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.triage.answering import bare_option as bare_option
from bot.triage.answering import concepts_asked as concepts_asked
from bot.triage.answering import interpret_option as interpret_option
from bot.triage.answering import profile_of_option as profile_of_option
from bot.triage.assessment import FiredRule, NextQuestion, Option
from bot.triage.phrasing import Voice, concept_label, voice
from bot.triage.planning import Step, cleared_alone_by, steps_of
from bot.triage.planning import plan as plan
from bot.triage.relevance import Situation, has_story, look
from bot.triage.showing import open_shown_items, shown_options


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
    steps = steps_of(situation)
    if not steps:
        return None
    remaining = None
    if has_story(situation):
        # a level that stands now may fall once its open questions are answered: count what would be asked then too
        most = {step.id for step in (*steps, *steps_of(replace(situation, fired=())))}
        remaining = len(most) - 1
    return _rendered(steps[0], situation, voice(case, knowledge), remaining)


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
