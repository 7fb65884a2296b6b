"""What the person at the desk decided, laid over what the machine heard. Both views stay.

In: the machine's case, decisions. Out: the case with the decisions in it. Called by `bot.desk.calls`. Pure.

A decision holds for what was said up to it: what the caller says later counts again, so a "no" ticked by mistake cannot
hide a sign the caller tells afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case, GivenAnswer
from bot.findings.memory import hand_on

#: Marks what a person at the desk put in.
BY = "human"


@dataclass(frozen=True)
class Ticked:
    """A checklist item answered at the desk.

    Attributes:
        item: Checklist item id.
        state: yes | no | unsure | skipped.
        upto: Number of turns of the call when it was ticked.
        concept: The sign that is there, where the item has several and none stands for all.
    """

    item: str
    state: str
    upto: int
    concept: str | None = None


@dataclass(frozen=True)
class Corrected:
    """A finding corrected at the desk.

    Attributes:
        turn, start, end, concept: Which mention.
        upto: Number of turns of the call when it was corrected.
        presence, experiencer, temporality: What holds instead; None leaves it as it is.
        remove: True when the words do not mean this at all.
    """

    turn: int
    start: int
    end: int
    concept: str
    upto: int
    presence: str | None = None
    experiencer: str | None = None
    temporality: str | None = None
    remove: bool = False


def lay_over(case: Case, decisions: Sequence[Ticked | Corrected], knowledge: Any) -> Case:
    """The case as the person at the desk sees it; `case` itself is left alone.

    Args:
        case: What the machine heard.
        decisions: In the order they were taken; later ones win.
        knowledge: Loaded knowledge (items).
    """
    laid = case
    for decision in decisions:
        laid = _correct(laid, decision) if isinstance(decision, Corrected) else _tick(laid, decision, knowledge)
    return hand_on(case, laid)


def _correct(case: Case, decision: Corrected) -> Case:
    place = (decision.turn, decision.start, decision.end, decision.concept)
    for index, mention in enumerate(case.mentions):
        if (mention.turn, mention.start, mention.end, mention.concept) != place or index in case.withdrawn_mentions:
            continue
        case = replace(case, withdrawn_mentions=(*case.withdrawn_mentions, index))
        if not decision.remove:
            changes = {
                key: value for key in ("presence", "experiencer", "temporality") if (value := getattr(decision, key)) is not None
            }
            case = replace(case, mentions=(*case.mentions, replace(mention, by=BY, **changes)))
        break
    return case


def _tick(case: Case, decision: Ticked, knowledge: Any) -> Case:
    item = knowledge.items[decision.item]
    turn = max(0, decision.upto - 1)
    if decision.state != "yes":
        gone = [
            index
            for index, mention in enumerate(case.mentions)
            if mention.concept in item.yes_concepts and mention.turn <= turn and mention.presence != "absent"
        ]
        case = replace(case, withdrawn_mentions=tuple(dict.fromkeys((*case.withdrawn_mentions, *gone))))
    else:  # an earlier "no" in words must not stand beside a "yes" of the desk
        gone = [
            index
            for index, mention in enumerate(case.mentions)
            if mention.concept in item.yes_concepts and mention.turn <= turn and mention.presence == "absent"
        ]
        case = replace(case, withdrawn_mentions=tuple(dict.fromkeys((*case.withdrawn_mentions, *gone))))
    answer = GivenAnswer(decision.item, decision.state, turn)
    before = sum(1 for given in case.answers if given.turn <= turn)
    case = replace(case, turns=max(case.turns, 1), answers=(*case.answers[:before], answer, *case.answers[before:]))
    if decision.concept is not None and decision.state in ("yes", "unsure"):
        presence = "present" if decision.state == "yes" else "uncertain"
        mention = Mention(decision.concept, presence, _subject(case), "current", turn, 0, 0, "", by=BY)
        case = replace(case, mentions=(*case.mentions, mention))
    return case


def _subject(case: Case) -> str:
    from bot.findings.view import subject

    return subject(case)
