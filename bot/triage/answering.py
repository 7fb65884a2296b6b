"""What a tapped button or a ticked card means: answers to items, and mentions of concepts.

In: a question id, the chosen values, the `Case` as it was when the question was put. Out: `Answer`s and `Mention`s with
`by="answer"`. Called by the answer layer of extraction and by the channels' button handling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import InputError
from bot.extraction.mention import Answer, Mention
from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.knowledge.sections.questions import Question, QuestionOption
from bot.triage.effects import Effects
from bot.triage.phrasing import voice
from bot.triage.relevance import look
from bot.triage.showing import open_shown_items, shown_options


def interpret_option(
    question_id: str,
    values: Sequence[str],
    knowledge: Knowledge,
    case: Case,
    *,
    text: str | None = None,
    turn: int | None = None,
) -> tuple[tuple[Answer, ...], tuple[Mention, ...]]:
    """Read a tapped button or the ticks of a card.

    Args:
        question_id: As in `NextQuestion.id`.
        values: Values of the chosen options. On a card "none of these" beside a tick is ignored.
        knowledge, case: The case as it was when the question was put.
        text: What was sent, as it stands in the conversation; the labels joined by ", " when None.
        turn: Number of the message; the next one when None.

    Returns:
        Answers and mentions whose span is the whole text.

    Raises:
        InputError: INP020 when there is no such question or option, or not exactly one where one is asked for.
    """
    question, concept = _resolve(question_id, knowledge, case)
    situation = look(case, knowledge, ())
    items = open_shown_items(question, situation) or question.items
    offered = shown_options(question, situation, items)
    chosen = _chosen(question, values, knowledge)
    if text is None:
        said = voice(case, knowledge)
        text = ", ".join(said.label(option) for option in chosen)
    effects = Effects(situation, concept, case.turns if turn is None else turn, text)
    if not question.multiple:
        for option in chosen:
            effects.take(option.effect)
    elif question.card is not None:
        effects.take_doubts(chosen, offered, items)
    else:
        effects.take_card(question, chosen, offered, items)
    return effects.answers(), tuple(effects.mentions)


def profile_of_option(question_id: str, values: Sequence[str], knowledge: Knowledge) -> Mapping[str, Any]:
    """Facts about the person that the chosen options give (age band, whom it is about, who can be asked)."""
    question, _ = knowledge.questions.resolve(question_id)
    profile: dict[str, Any] = {}
    for option in _chosen(question, values, knowledge):
        profile |= option.effect.profile
    return profile


def concepts_asked(question_id: str, knowledge: Knowledge, case: Case) -> tuple[str, ...]:
    """What a question asks details about, so that "three weeks, about the same" can be read as an answer.

    Returns:
        Concepts told before that the options of this question add attributes to; empty when it asks about
        something not told yet.
    """
    question, concept = _resolve(question_id, knowledge, case)
    situation = look(case, knowledge, ())
    effects = Effects(situation, concept, case.turns, "")
    for option in question.options:
        effects.take(option.effect)
    told = {mention.concept for mention in effects.mentions if mention.presence == "present" and mention.attributes}
    return tuple(name for name in situation.facts.found if name in told and situation.told(name))


def bare_option(question_id: str, act: str, knowledge: Knowledge) -> str | None:
    """The option that a bare "yes", "no", "unsure" or "skip" stands for.

    Returns:
        Its value, or None when the words alone do not choose one ("yes" to "one leg or both?").
    """
    question, _ = knowledge.questions.resolve(question_id)
    if act == "unsure":
        return "unsure" if question.option("unsure") is not None else None
    if act == "skip":
        return next((value for value in ("skip", "decline") if question.option(value) is not None), None)
    if question.yes_means is None or act not in ("yes", "no"):
        return None
    value: str | None = question.danger if (act == "yes") == (question.yes_means == "danger") else question.normal
    return value


def _resolve(question_id: str, knowledge: Knowledge, case: Case) -> tuple[Question, str | None]:
    try:
        question, concept = knowledge.questions.resolve(question_id)
    except KeyError as error:
        raise InputError("INP020", f"There is no question '{question_id}'. Send the id you were given.") from error
    if concept is None and question.kind == "confirm":
        concept = next((a.confirms for a in reversed(case.asked) if a.confirms is not None), None)
    return question, concept


def _chosen(question: Question, values: Sequence[str], knowledge: Knowledge) -> list[QuestionOption]:
    options = list(question.options)
    if question.card is not None:
        options += [option for option in knowledge.questions[question.card].options if not option.alone]
    by_value = {option.value: option for option in reversed(options)}
    unknown = [value for value in values if value not in by_value]
    if unknown or not values or (len(set(values)) != 1 and not question.multiple):
        allowed = ", ".join(dict.fromkeys(option.value for option in options))
        how = "one or more" if question.multiple else "exactly one"
        raise InputError(
            "INP020",
            f"{question.id}: '{', '.join(map(str, values))}' cannot be read. Send {how} of: {allowed}.",
        )
    chosen = [by_value[value] for value in dict.fromkeys(values)]
    ticks = [option for option in chosen if not option.alone]
    return ticks if question.multiple and ticks else chosen
