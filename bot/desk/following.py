"""What a handler asks about a sign that was just told: "is it getting worse?", "did it come on suddenly?", "when did you last go?".

In: the words of the handler's turn and of the caller's answer, the case before it. Out: mentions that the answer makes.
Called by `bot.desk.listening`. Pure.

Such a question names no sign of its own. Only an answer in the dangerous direction says something: "no, it's not getting
worse" takes nothing back.
"""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.desk.numbers import figures_for_words
from bot.extraction.mention import Extraction, Mention
from bot.extraction.timing import find_times
from bot.findings.case import Case
from bot.findings.view import findings, standing_mentions, subject

#: Passing no urine for this long is retention until shown otherwise (days).
NO_URINE_DAYS = 0.75
_IT = r"(?:it|that|this|they|these|those|things|(?:the|your|these|those) \w+(?: \w+)?)"


@dataclass(frozen=True)
class Following:
    """One kind of question: how it is put, what in the answer says it outright, and the attributes it then adds."""

    asks: re.Pattern[str]
    says: re.Pattern[str]
    adds: Mapping[str, Any]


_KINDS = (
    Following(
        re.compile(rf"\b(?:is|are|has|have|does|do|would you say)\b[^?.!]{{0,30}}?\b{_IT}\b[^?.!]{{0,30}}\b(?:worse|worsening|progress\w*)\b(?!\s+or\s+better)", re.IGNORECASE),
        re.compile(r"\b(?:worse|worsening)\b", re.IGNORECASE),
        {"course": "worsening"},
    ),
    Following(
        re.compile(rf"\b(?:did|was|has|is)\b[^?.!]{{0,20}}?\b{_IT}\b[^?.!]{{0,30}}\b(?:sudden\w*|all at once|all of a sudden|out of (?:the blue|nowhere))\b", re.IGNORECASE),
        re.compile(r"\b(?:sudden\w*|all at once|out of (?:the blue|nowhere))\b", re.IGNORECASE),
        {"onset": "sudden"},
    ),
    Following(
        re.compile(rf"\b(?:is|are)\b[^?.!]{{0,12}}?\b{_IT}\b[^?.!]{{0,20}}\bnew\b", re.IGNORECASE),
        re.compile(r"\b(?:brand |all |quite |completely )?new\b", re.IGNORECASE),
        {"new": True},
    ),
)  # fmt: skip
_LAST_URINE = re.compile(
    r"\b(?:when|how long)\b[^?.!]{0,30}\b(?:last|since)\b[^?.!]{0,30}\b(?:urinat\w*|pee\w*|wee\w*|void\w*|pass(?:ed)? (?:any )?(?:water|urine)|(?:to|used) the (?:toilet|loo) for a (?:wee|pee))\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:no|not|never|nope|n'?t|isn'?t|hasn'?t|didn'?t|haven'?t|aren'?t|rather than|without)\b[^.,;]{0,30}$", re.IGNORECASE
)


def read_following(text: str) -> Following | str | None:
    """The kind of follow-up a handler's turn asks, "last_urine", or None."""
    plain = text.replace("’", "'")
    if _LAST_URINE.search(plain):
        return "last_urine"
    return next((kind for kind in _KINDS if kind.asks.search(plain)), None)


def follow(
    asked: Following | str, text: str, extraction: Extraction, case: Case, turn: int, knowledge: Any, today: date | None
) -> Extraction:
    """The reading of the answer with what it says of the signs told before.

    Args:
        asked: What `read_following` gave.
        text: The caller's answer.
        extraction: Its reading so far.
        case: The case before the answer.
        turn: Number of the answer.
        knowledge, today: As everywhere.
    """
    if isinstance(asked, str):
        return _last_urine(text, extraction, turn, today)
    plain = text.replace("’", "'")
    said = [found for found in asked.says.finditer(plain) if not _NOT.search(plain[: found.start()])]
    if not said and (asked.says.search(plain) or extraction.dialogue_act != "yes"):
        return extraction
    more = tuple(
        Mention(concept, "present", "self", "current", turn, 0, len(text), text, dict(asked.adds), by="answer")
        for concept in _just_told(case, knowledge)
        if concept not in {mention.concept for mention in extraction.mentions}
    )
    return replace(extraction, mentions=(*extraction.mentions, *more))


def _just_told(case: Case, knowledge: Any) -> tuple[str, ...]:
    """Signs there now that the caller told last, in words or by a "yes"."""
    held = findings(case, knowledge)
    about, context = subject(case), set(knowledge.groups["context"])
    told: list[tuple[int, str]] = [
        (m.turn, m.concept)
        for m in standing_mentions(case).values()
        if m.presence == "present" and m.temporality == "current" and (m.by == "answer" or m.experiencer == about)
    ]
    for answer in case.answers:
        item = knowledge.items.get(answer.item)
        if answer.state == "yes" and not answer.withdrawn and item is not None and item.default_concept:
            told.append((answer.turn, item.default_concept))
    told = [(turn, concept) for turn, concept in told if concept in held and concept not in context]
    last = max((turn for turn, _ in told), default=None)
    return tuple(dict.fromkeys(concept for turn, concept in told if turn == last))


def _last_urine(text: str, extraction: Extraction, turn: int, today: date | None) -> Extraction:
    """ "About a day ago": not certain that nothing can be passed, but it must be asked at once."""
    times = find_times(figures_for_words(text.lower().replace("’", "'")), today)
    longest = max((when.days for when in times), default=0.0)
    if longest < NO_URINE_DAYS or any(mention.concept == "urinary_retention" for mention in extraction.mentions):
        return extraction
    mention = Mention("urinary_retention", "uncertain", "self", "current", turn, 0, len(text), text, by="answer")
    return replace(extraction, mentions=(*extraction.mentions, mention))
