"""When an earlier "no" no longer counts, and which answer of an item holds (docs/adr/0006-when-an-answer-ends.md).

In: a `Case`, the `Knowledge`. Out: `latest_answers`, `still_holds`, `items_by_concept`. Called by `bot.findings.belief`
and `bot.findings.view`.
"""

from __future__ import annotations

from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case, GivenAnswer
from bot.findings.memory import memory_of
from bot.knowledge.load import Knowledge


def latest_answers(case: Case, knowledge: Knowledge) -> dict[str, GivenAnswer]:
    """Item -> the answer that holds. An expired "no" or "rather not say" is no answer; "yes" and "not sure" stay."""
    found: dict[str, GivenAnswer] = memory_of(case).once("answers", "", knowledge, lambda: _latest_answers(case, knowledge))
    return dict(found)


def _latest_answers(case: Case, knowledge: Knowledge) -> dict[str, GivenAnswer]:
    latest: dict[str, GivenAnswer] = {}
    may_expire = case.reopened_turn > 0 or case.now_hours is not None
    for answer in case.answers:
        item = knowledge.items.get(answer.item)
        if answer.withdrawn or item is None:
            continue
        if may_expire and answer.state in ("no", "skipped") and expired(item, answer.turn, answer.at_hours, case):
            latest.pop(answer.item, None)
        else:
            latest[answer.item] = answer
    return latest


def still_holds(mention: Mention, case: Case, knowledge: Knowledge) -> bool:
    at = case.times[mention.turn] if mention.turn < len(case.times) else None
    items = items_by_concept(knowledge).get(mention.concept, ())
    return not any(expired(item, mention.turn, at, case) for item in items)


def expired(item: Any, turn: int, at_hours: float | None, case: Case) -> bool:
    """Whether a "no" given then no longer counts (clinical.md 4.5)."""
    if item.expires_on_new_symptom and turn < case.reopened_turn:
        return True
    if item.expires_hours is None or at_hours is None or case.now_hours is None:
        return False
    return bool(case.now_hours - at_hours > item.expires_hours)


_index: dict[int, tuple[Any, dict[str, list[Any]]]] = {}


def items_by_concept(knowledge: Knowledge) -> dict[str, list[Any]]:
    """Concept -> items it belongs to; made once per set of items."""
    known = _index.get(id(knowledge.items))
    if known is not None and known[0] is knowledge.items:
        return known[1]
    index: dict[str, list[Any]] = {}
    for item in knowledge.items.values():
        for concept in dict.fromkeys((*item.yes_concepts, *item.cleared_by)):
            index.setdefault(concept, []).append(item)
    _index[id(knowledge.items)] = (knowledge.items, index)
    return index
