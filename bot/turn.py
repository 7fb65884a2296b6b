"""One message through the five rooms: extract, update, assess, compose; the same for every way in.

In: a `Case`, what came in, the `Knowledge`. Out: the reading of the message, the new case, what the message did to the
conversation, and the reply. Called by the analysis of a text, by the Rasa component and the actions, and by the guard
that answers when Rasa fails. Pure: no I/O, no clock, no Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.answer import ERASE_QUESTION as ERASE_QUESTION
from bot.answer import day_of as day_of
from bot.answer import question_asked as question_asked
from bot.answer import read_message as read_message
from bot.answer import tells as tells
from bot.answer import with_intent as with_intent
from bot.extraction.mention import Asked, Extraction
from bot.findings.case import Case
from bot.findings.update import update
from bot.nlu.topics import is_question
from bot.replies.compose import compose
from bot.replies.reply import Block, Link, Reply
from bot.triage.assess import assess
from bot.triage.assessment import Assessment

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
_NAMES_CES = re.compile(r"\bc\w*da\b|equin|\bces\b", re.I)
_YIELD_TO_NEWS = frozenset({"greet", "thanks", "small_talk", "insult", "bot", "worse", "skip"})


@dataclass(frozen=True)
class Turn:
    """One message, decided and answered. `previous` is the assessment before it, None on the first message."""

    case: Case
    assessment: Assessment
    reply: Reply
    previous: Assessment | None = None


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


def take_in_chat(
    case: Case,
    reading: Extraction,
    text: str,
    knowledge: Any,
    *,
    intent: str,
    topic: str | None,
    put: str | None,
    message_id: str,
    now_hours: float | None,
) -> tuple[Extraction, Case]:
    """One chat message with its intent: the reading as the intent completes it, and the case with the message in it.

    Args:
        case, reading, text, knowledge: The story before, what the message says, the message.
        intent, topic: What it wants (`bot.nlu.settling`).
        put: Id of the question it answers, or None.
        message_id, now_hours: As for `update`.
    """
    reading = with_intent(reading, intent, put, text, case, knowledge)
    after = take(
        case,
        reading,
        knowledge,
        put=put,
        message_id=message_id,
        now_hours=now_hours,
        restart=intent == "restart_conversation",
        digression=is_digression(reading, intent=intent, topic=topic, put=put),
    )
    return reading, after


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
    if act == "definitely_not_ces" and not _NAMES_CES.search(text):
        return "certainty"
    if told and act in _YIELD_TO_NEWS:
        act = None
    if act is not None:
        return act
    left_out = all(answer.state == "skipped" for answer in extraction.answers)
    if extraction.profile.get("cannot_ask") and left_out and not extraction.mentions:
        return "cannot_ask"
    if any(answer.item == "private_consent" and answer.state == "skipped" for answer in extraction.answers):
        return "no_consent"
    if told or extraction.suggestions:
        return None
    if not any(letter.isalnum() for letter in text):
        return "empty"
    if extraction.language != "en":
        return "other_language"
    if previous is not None and previous.disposition == assessment.disposition == "emergency_now" and is_question(text):
        return "unknown_question"  # no topic fits it; it is not left without a word
    if not extraction.understood or intent == "nlu_fallback":
        if case.misunderstood < 2 and assessment.next_question is not None and assessment.next_question.id != OPENING_QUESTION:
            return "yes_no"
        return "not_understood_twice" if case.misunderstood >= 2 else "not_understood"
    asked_again = previous is not None and assessment.next_question is not None and previous.next_question is not None
    if asked_again and assessment.next_question.id == previous.next_question.id != OPENING_QUESTION:  # type: ignore[union-attr]
        return "yes_no"  # words that told nothing; "thank you" would pretend they did
    if previous is not None and previous.complete and assessment.disposition == previous.disposition:
        return "emergency_repeat" if assessment.disposition == "emergency_now" else "after_result"
    return None


def act_in_chat(
    reading: Extraction,
    case: Case,
    assessment: Assessment,
    previous: Assessment | None,
    *,
    text: str,
    intent: str,
    topic: str | None,
    put: str | None,
) -> str | None:
    """As `act_of`, for a chat message: a "no" to deleting keeps the chat, a question about a topic is no act."""
    if put == ERASE_QUESTION and reading.dialogue_act == "no":
        return "kept"
    if topic is not None:
        return None
    return act_of(reading, case, assessment, previous, text=text, intent=intent)


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
        extraction = read_message(before, text, knowledge, put=put, options=options, today=day_of(now_hours))
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
