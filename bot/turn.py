"""One message through the five rooms: extract, update, assess, compose; the same for every way in.

In: a `Case`, what came in, the `Knowledge`. Out: the reading of the message, the new case, what the message did to the
conversation, and the reply. Called by the analysis of a text, by the Rasa component and the actions, and by the guard
that answers when Rasa fails. Pure: no I/O, no clock, no Rasa.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.errors import InputError
from bot.extraction import extract
from bot.extraction.details import read_details
from bot.extraction.mention import Asked, Extraction
from bot.extraction.second_look import shared
from bot.findings.case import Case
from bot.findings.correction import corrected_side, is_side_correction
from bot.findings.update import update
from bot.findings.view import subject
from bot.replies.compose import compose
from bot.replies.reply import Block, Link, Reply
from bot.triage.assess import assess
from bot.triage.assessment import Assessment
from bot.triage.phrasing import relation

#: Question put by the reply that asked whether to delete the chat. It is no interview question.
ERASE_QUESTION = "ERASE"

#: "Tell me what has been happening".
OPENING_QUESTION = "Q0"

#: Intent -> what the message does (bot.replies.acts). Intents that tell or answer something do nothing besides.
ACT_OF_INTENT: Mapping[str, str] = {
    "ask_about_scan": "asks_scan",
    "ask_dose": "medication",
    "ask_explanation": "tell_more",
    "ask_for_certainty": "definitely_not_ces",
    "ask_for_human": "human_unavailable",
    "ask_out_of_scope": "out_of_scope",
    "ask_privacy": "privacy",
    "ask_why": "why",
    "challenge_bot": "bot",
    "confirm_erase": "deleted",
    "erase_conversation": "delete",
    "express_embarrassment": "embarrassed",
    "express_frustration": "insult",
    "express_worry": "worried",
    "go_back": "back",
    "greet": "greet",
    "make_small_talk": "small_talk",
    "postpone_help": "wait_until_later",
    "rephrase_question": "rephrase",
    "report_worsening": "worse",
    "restart_conversation": "restart",
    "say_goodbye": "goodbye",
    "skip_question": "skip",
    "stop_questions": "stop",
    "thank": "thanks",
}
#: What a short message does by itself, as `extract` reads it.
_ACT_OF_WORDS: Mapping[str, str] = {
    "why": "why", "rephrase": "rephrase", "back": "back", "stop": "stop", "restart": "restart",
    "human": "human_unavailable", "skip": "skip",
}  # fmt: skip
#: Acts that a message telling something new is not answered with; the news goes first.
_YIELD_TO_NEWS = frozenset({"greet", "thanks", "small_talk", "insult", "bot", "worried", "embarrassed", "worse", "skip"})


@dataclass(frozen=True)
class Turn:
    """One message, decided and answered. `previous` is the assessment before it, None on the first message."""

    case: Case
    assessment: Assessment
    reply: Reply
    previous: Assessment | None = None


def read_message(
    case: Case,
    text: str,
    knowledge: Any,
    *,
    put: str | None = None,
    options: Sequence[str] | None = None,
    previous: Sequence[str] = (),
    today: date | None = None,
    asked: Asked | None = None,
    turn: int | None = None,
) -> Extraction:
    """What one message says, with the question it answers in view.

    Args:
        case: The story so far.
        text: What was written.
        knowledge: Loaded knowledge.
        put: Id of the question just put, or None.
        options: Values of chosen buttons or ticks of that question; values that do not belong to it are ignored and
            the text is read instead.
        previous: Messages just before by the same person, oldest first.
        today: For "since Sunday".
        asked: What a person had asked in their own words, where no interview question was put.
        turn: Number of the message; the next one of the case when None.
    """
    number = case.turns if turn is None else turn
    if put is not None:
        asked = question_asked(put, case, knowledge)
    if asked is not None and put is not None:
        chosen = list(options or _options_named(text, put, case, knowledge))
        if chosen:
            try:
                return _chosen(chosen, put, text, case, knowledge)
            except InputError:
                pass  # an old button, or a channel's mistake: the words still count
    extraction = extract(
        text,
        knowledge,
        turn=number,
        asked=asked,
        previous=list(previous)[-number:] if number else (),
        subject=relation(case) if subject(case) == "other" else None,
        today=today,
        second_look=shared(),
    )
    if not any(letter.isalnum() for letter in text) and not tells(extraction):
        return replace(extraction, understood=True, language="en")  # no words at all: nothing was misunderstood
    if not extraction.mentions and is_side_correction(text):
        corrected = corrected_side(text, number, case)
        return replace(extraction, mentions=corrected, answers=(), dialogue_act=None, understood=True)
    if asked is None or put is None:
        return extraction
    extraction = _with_details(extraction, put, asked, text, case, knowledge, today)
    return _with_bare_answer(extraction, put, text, case, knowledge)


def _with_details(
    extraction: Extraction, put: str, asked: Asked, text: str, case: Case, knowledge: Any, today: date | None
) -> Extraction:
    """A reply that only tells since when or which way speaks of what the question asks about."""
    if any(m.presence != "absent" for m in extraction.mentions) or extraction.dialogue_act in ("back", "skip"):
        return extraction
    from bot.triage.questions import concepts_asked

    concepts = concepts_asked(put, knowledge, case)
    mentions, answers = read_details(
        text, knowledge, concepts, asked, turn=extraction.turn, experiencer=subject(case), today=today
    )
    if not mentions:
        return extraction
    settled = {answer.item for answer in answers}
    kept = tuple(answer for answer in extraction.answers if answer.item not in settled)
    return replace(
        extraction,
        mentions=(*extraction.mentions, *mentions),
        answers=(*kept, *answers),
        dialogue_act=None if settled else extraction.dialogue_act,
        understood=True,
        language="en",
    )


def question_asked(put: str | None, case: Case, knowledge: Any) -> Asked | None:
    """What the question just put had asked, or None when it was no interview question."""
    if put is None or put == ERASE_QUESTION:
        return None
    from bot.triage.questions import asked_for

    try:
        return asked_for(put, case, knowledge)
    except KeyError:  # put by an older release
        return None


def _options_named(text: str, put: str, case: Case, knowledge: Any) -> list[str]:
    """The option whose label was typed word for word, or tapped in a channel that sends labels."""
    question = assess(case, knowledge).next_question
    if question is None or question.id != put:
        return []
    labels = {_plain(option.label): option.value for option in question.options}
    whole = labels.get(_plain(text))
    if whole is not None:
        return [whole]
    parts = [labels.get(_plain(part)) for part in text.split(";")]
    return [value for value in parts if value] if question.multiple and len(parts) > 1 and all(parts) else []


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").strip(" .!?").split())


def _chosen(values: Sequence[str], put: str, text: str, case: Case, knowledge: Any) -> Extraction:
    from bot.triage.questions import interpret_option, profile_of_option

    answers, mentions = interpret_option(put, values, knowledge, case, text=text, turn=case.turns)
    profile = profile_of_option(put, values, knowledge)
    return Extraction(case.turns, mentions, answers, profile)


def _with_bare_answer(extraction: Extraction, put: str, text: str, case: Case, knowledge: Any) -> Extraction:
    """A bare "no" means what the button for it means, which may be more than the item alone."""
    if extraction.mentions or extraction.profile or extraction.dialogue_act not in ("yes", "no", "unsure", "skip"):
        return extraction
    from bot.triage.questions import bare_option

    value = bare_option(put, extraction.dialogue_act, knowledge)
    if value is None:
        return extraction
    try:
        chosen = _chosen([value], put, text, case, knowledge)
    except InputError:
        return extraction
    act = None if extraction.dialogue_act == "skip" else extraction.dialogue_act
    return replace(extraction, mentions=chosen.mentions, answers=chosen.answers, profile=chosen.profile, dialogue_act=act)


def with_intent(extraction: Extraction, intent: str, put: str | None, text: str, case: Case, knowledge: Any) -> Extraction:
    """The reading with what the classifier adds: "go back", "stop" and "skip" in words the reader did not know.

    Where neither of them found anything the message counts as not understood.
    """
    if intent == "nlu_fallback" and not tells(extraction) and any(letter.isalnum() for letter in text):
        return replace(extraction, understood=False)
    act = {"go_back": "back", "stop_questions": "stop", "skip_question": "skip"}.get(intent)
    if act is None or extraction.dialogue_act is not None or extraction.answers:
        return extraction
    extraction = replace(extraction, dialogue_act=act)
    return _with_bare_answer(extraction, put, text, case, knowledge) if put and put != ERASE_QUESTION else extraction


def take(
    case: Case,
    extraction: Extraction,
    knowledge: Any,
    *,
    put: str | None = None,
    message_id: str | None = None,
    now_hours: float | None = None,
    asked: Asked | None = None,
    restart: bool = False,
    digression: bool = False,
) -> Case:
    """The case with this message in it.

    Args:
        case, extraction, knowledge, message_id, now_hours: As for `update`.
        put, asked: The question just put, by us or by a person.
        restart: "Start again": a new case begins, with what the message itself tells.
        digression: The message does not touch the question, which then counts as not yet put.
    """
    if restart and (message_id is None or message_id not in case.seen):
        case = Case(locale=case.locale, seen=case.seen)
        extraction = _moved_to_start(extraction)
        put = None
    if put is not None:
        asked = question_asked(put, case, knowledge)
    if digression:
        asked = None
    return update(case, extraction, knowledge, asked=asked, message_id=message_id, now_hours=now_hours)


def _moved_to_start(extraction: Extraction) -> Extraction:
    return replace(
        extraction,
        turn=0,
        mentions=tuple(replace(mention, turn=0, pieces=()) for mention in extraction.mentions if not mention.pieces),
        answers=(),
        suggestions=tuple(replace(suggestion, turn=0) for suggestion in extraction.suggestions),
    )


def is_digression(extraction: Extraction, *, intent: str | None = None, topic: str | None = None, put: str | None = None) -> bool:
    """Whether a message leaves the question just put untouched: small talk, a question of its own, "why do you ask?".

    The opening question stays until something was told.
    """
    if tells(extraction) or extraction.suggestions:
        return False
    if put == OPENING_QUESTION:
        return True
    act = ACT_OF_INTENT.get(intent or "") or _ACT_OF_WORDS.get(extraction.dialogue_act or "")
    return topic is not None or (act is not None and act not in ("skip", "back"))


def tells(extraction: Extraction) -> bool:
    """Whether it says anything about a person's health."""
    return bool(extraction.mentions or extraction.answers or extraction.profile)


def act_of(
    extraction: Extraction,
    case: Case,
    assessment: Assessment,
    previous: Assessment | None,
    *,
    text: str,
    intent: str | None = None,
) -> str | None:
    """What the message did besides telling symptoms: one of `bot.replies.acts.ACTS`, or None.

    Args:
        extraction: What it says.
        case: The story with this message in it.
        assessment, previous: Decisions after and before it.
        text: The message.
        intent: What the classifier made of it, where there is one.
    """
    act = ACT_OF_INTENT.get(intent or "") or _ACT_OF_WORDS.get(extraction.dialogue_act or "")
    told = tells(extraction)
    if any(mention.attributes.get("correction") for mention in extraction.mentions):
        return "correction"
    if told and act in _YIELD_TO_NEWS:
        act = None
    if act is not None:
        return act
    if extraction.profile.get("cannot_ask") and not extraction.answers and not extraction.mentions:
        return "cannot_ask"
    if any(answer.item == "private_consent" and answer.state == "skipped" for answer in extraction.answers):
        return "no_consent"
    if told or extraction.suggestions:
        return None
    if not any(letter.isalnum() for letter in text):
        return "empty"
    if extraction.language != "en":
        return "other_language"
    if not extraction.understood or intent == "nlu_fallback":
        return "not_understood_twice" if case.misunderstood >= 2 else "not_understood"
    if previous is not None and previous.complete and assessment.disposition == previous.disposition:
        return "emergency_repeat" if assessment.disposition == "emergency_now" else "after_result"
    return None


def assess_case(case: Case, knowledge: Any) -> Assessment:
    """The decision on a case as it stands."""
    return assess(case, knowledge)


def safe_turn(
    text: str,
    knowledge: Any,
    *,
    case: Case | None = None,
    put: str | None = None,
    options: Sequence[str] | None = None,
    message_id: str | None = None,
    now_hours: float | None = None,
) -> Turn:
    """Advice when the usual way failed: an emergency as ever, else an honest word and the whole safety list.

    Args:
        text: The message that got no answer.
        case: The story so far if it could be read; the message alone counts otherwise.
        put, options: The question just put and the chosen options, if any.

    Raises:
        Nothing on purpose; the caller has `last_resort` for what nobody thought of.
    """
    before = case or Case()
    previous = assess(before, knowledge) if before.turns else None
    if message_id is not None and message_id in before.seen:
        after = before
    else:
        extraction = read_message(before, text, knowledge, put=put, options=options)
        after = take(before, extraction, knowledge, put=put, message_id=message_id, now_hours=now_hours)
    assessment = assess(after, knowledge)
    act = None if assessment.disposition == "emergency_now" else "failure"
    return Turn(after, assessment, compose(assessment, after, knowledge, act=act), previous)


_NUMBERS = (("UK", "999"), ("US", "911"), ("Europe", "112"))


def last_resort(knowledge: Any = None) -> Reply:
    """Fixed words for when nothing else works. They need no knowledge, no case and no wording file."""
    signs = (
        "numb or odd feeling between your legs, round your bottom or private parts",
        "trouble starting, holding or feeling a pee or a poo",
        "weakness that is new, getting worse, or in both legs, or a knee that keeps giving way",
        "chest pain, trouble breathing, fainting, or trouble with face, arm or speech",
        "a high temperature or feeling very ill with back pain",
    )
    return Reply(
        blocks=(
            Block("notice", "Something went wrong on my side, so I may have missed what you said."),
            Block("list", "Get emergency help now if any one of these fits, or if you are not sure:", items=signs),
            Block("links", links=tuple(Link(f"{place}: call {n}", f"tel:{n}") for place, n in _NUMBERS)),
            Block("text", "If none of them fits, speak to a doctor or nurse today."),
        ),
        urgency="urgent_same_day",
    )
