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

from bot.desk.listening import CALLER_SIDE, SPEAKERS, Heard, Spoken, hear
from bot.errors import InputError
from bot.extraction.mention import Mention, Suggestion
from bot.findings.case import Case
from bot.nlu.topics import find_topic, is_question
from bot.replies.compose import compose
from bot.replies.reply import Reply
from bot.triage.assessment import Assessment
from bot.turn import act_of, assess_case

SCHEMA = "rootline.analysis/1"
#: A surrogate without its other half (broken emoji in a JSON file) stops every text library; its place is kept.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


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
    heard = Heard(Case(locale=locale))
    previous: Assessment | None = None
    act: str | None = None
    faq: str | None = None
    for number, (speaker, text) in enumerate(_checked(turns)):
        before = heard.case
        heard = hear(heard, Spoken(str(number), speaker, text), number, knowledge, today=today)
        if speaker in CALLER_SIDE and heard.extraction is not None:
            previous = assess_case(before, knowledge) if before.turns else None
            faq = find_topic(text, knowledge) if is_question(text) and not heard.extraction.answers else None
            after = assess_case(heard.case, knowledge)
            act = None if faq else act_of(heard.extraction, heard.case, after, previous, text=text)
    case = heard.case
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
