"""One text or one call, analysed from the beginning: the contract `rootline.analysis/1`.

In: a text, or the turns of a call. Out: a JSON-ready dict (mentions, assessment, reply). Called by `python -m bot analyse`,
by the agent desk and by whoever imports the core. Nothing heavy is imported here: no Rasa, no schema library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.errors import InputError
from bot.extraction.mention import Asked, Mention, Suggestion
from bot.findings.case import Case
from bot.nlu.topics import find_topic, is_question
from bot.replies.compose import compose
from bot.replies.reply import Reply
from bot.triage.assessment import Assessment
from bot.turn import act_of, assess_case, is_digression, read_message, take

SCHEMA = "rootline.analysis/1"
#: Their words make findings; the others' words give a meaning to the answer.
PATIENT_SIDE = ("caller", "patient")
#: A surrogate without its other half (broken emoji in a JSON file) stops every text library; its place is kept.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
SPEAKERS = ("caller", "patient", "agent", "clinician")


@dataclass(frozen=True)
class Analysis:
    """The outcome of one analysis as values; `to_json` gives the contract."""

    case: Case
    assessment: Assessment
    reply: Reply
    id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The contract object."""
        assessment = self.assessment
        question = assessment.next_question
        return {
            "schema": SCHEMA,
            "id": self.id,
            "knowledge": assessment.knowledge,
            "mentions": [_mention(mention) for mention in self.case.mentions],
            "suggestions": [_suggestion(suggestion) for suggestion in self.case.suggestions],
            "assessment": {
                "disposition": assessment.disposition,
                "complete": assessment.complete,
                "rules": [
                    {
                        "id": rule.id,
                        "disposition": rule.disposition,
                        "reason": rule.reason,
                        "source": rule.source,
                        "mentions": list(rule.mentions),
                        "items": list(rule.items),
                        "action": rule.action,
                    }
                    for rule in assessment.fired
                ],
                "checklist": dict(assessment.checklist),
                "next_question": None
                if question is None
                else {
                    "id": question.id,
                    "item": question.item,
                    "confirms": question.confirms,
                    "text": question.text,
                    "options": [option.label for option in question.options],
                },
            },
            "reply": self.reply.plain_text(),
        }


def analyse_text(
    text: str,
    knowledge: Any = None,
    *,
    id: str | None = None,
    rest_normal: bool = False,
    today: date | None = None,
    locale: str = "en-GB",
) -> Analysis:
    """Analyse one message as a fresh case. See `analyse`."""
    turns = [{"speaker": "patient", "text": text}]
    return analyse_turns(turns, knowledge, id=id, rest_normal=rest_normal, today=today, locale=locale)


def analyse_turns(
    turns: Sequence[Mapping[str, Any]],
    knowledge: Any = None,
    *,
    id: str | None = None,
    rest_normal: bool = False,
    today: date | None = None,
    locale: str = "en-GB",
) -> Analysis:
    """Analyse a conversation between people as a fresh case.

    Args:
        turns: {"speaker": caller | patient | agent | clinician, "text": str} in order. Turn numbers of mentions count
            all of them.
        knowledge: Loaded knowledge; loaded here when None.
        id: Goes into the result unchanged.
        rest_normal: Treat every question not answered in the text as answered "no, normal" (evaluation only).
        today: Date for "since Sunday".
        locale: en-GB or en-US.

    Raises:
        InputError: INP002 when a turn is not of that form.
        KnowledgeError: When the knowledge is broken.
    """
    if knowledge is None:
        from bot.knowledge.load import load

        knowledge = load()
    case = Case(locale=locale)
    previous: Assessment | None = None
    asked: Asked | None = None
    act: str | None = None
    faq: str | None = None
    own: list[str] = []
    for number, (speaker, text) in enumerate(_checked(turns)):
        if speaker not in PATIENT_SIDE:
            asked, own = _asked_by(text, knowledge), []
            continue
        previous = assess_case(case, knowledge) if case.turns else None
        case, act, faq = _patient_turn(case, text, knowledge, number, asked, own, today, previous)
        own = [*own, text][-2:]
        asked = None
    if rest_normal:
        from bot.findings.rest_normal import rest_normal as answer_the_rest

        case = answer_the_rest(case, knowledge)
    assessment = assess_case(case, knowledge)
    reply = compose(assessment, case, knowledge, act=act, faq=faq, previous=None if rest_normal else previous)
    return Analysis(case, assessment, reply, id)


def analyse(
    text: str | Sequence[Mapping[str, Any]],
    knowledge: Any = None,
    *,
    id: str | None = None,
    rest_normal: bool = False,
    today: date | None = None,
) -> dict[str, Any]:
    """The contract object of one message (a string) or one conversation (a list of turns)."""
    if isinstance(text, str):
        return analyse_text(text, knowledge, id=id, rest_normal=rest_normal, today=today).to_json()
    return analyse_turns(text, knowledge, id=id, rest_normal=rest_normal, today=today).to_json()


def _patient_turn(
    case: Case,
    text: str,
    knowledge: Any,
    number: int,
    asked: Asked | None,
    own: Sequence[str],
    today: date | None,
    previous: Assessment | None,
) -> tuple[Case, str | None, str | None]:
    """One message of the patient's side: the new case, what the message did, the FAQ topic it asked about."""
    extraction = read_message(case, text, knowledge, previous=own, today=today, asked=asked, turn=number)
    faq = find_topic(text, knowledge) if is_question(text) and not extraction.answers else None
    case = take(case, extraction, knowledge, asked=asked, digression=is_digression(extraction, topic=faq))
    assessment = assess_case(case, knowledge)
    act = None if faq else act_of(extraction, case, assessment, previous, text=text)
    return case, act, faq


def _asked_by(text: str, knowledge: Any) -> Asked | None:
    """What a call handler's words ask about."""
    from bot.extraction import read_question

    return read_question(text, knowledge)


def _checked(turns: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for number, turn in enumerate(turns):
        speaker = turn.get("speaker") if isinstance(turn, Mapping) else None
        text = turn.get("text") if isinstance(turn, Mapping) else None
        if speaker not in SPEAKERS or not isinstance(text, str):
            raise InputError(
                "INP002", f"turn {number} must be {{'speaker': {' | '.join(SPEAKERS)}, 'text': '...'}}; speaker was {speaker!r}."
            )
        found.append((speaker, _HALF_CHARACTER.sub("\ufffd", text)))
    return found


def _mention(mention: Mention) -> dict[str, Any]:
    data: dict[str, Any] = asdict(mention)
    if not data["pieces"]:
        del data["pieces"]
    plain: dict[str, Any] = json.loads(json.dumps(data))
    return plain


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return asdict(suggestion)
