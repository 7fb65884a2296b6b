"""What the desk page shows beside the transcript (bot.desk.marks): decision with evidence, checklist, next question.

In: turns, the machine's case and decision, the desk's. Out: JSON-ready dicts. Called by `bot.desk.calls`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.desk.aloud import aloud
from bot.desk.listening import CALLER_SIDE, Spoken
from bot.findings.case import Case
from bot.findings.view import latest_answers, standing_mentions
from bot.triage.assessment import Assessment
from bot.triage.questions import questions_for_item


def show_decision(assessment: Assessment, case: Case, turns: Sequence[Spoken], *, evidence: bool = True) -> dict[str, Any]:
    """The decision with its rules and the caller's own words."""
    return {
        "disposition": assessment.disposition,
        "title": TITLES[assessment.disposition],
        "complete": assessment.complete,
        "floor": assessment.floor,
        "action": next((rule.action for rule in assessment.fired if rule.action), None),
        "crisis": any(rule.action == "crisis_line_now" for rule in assessment.fired),
        "rules": [
            {
                "id": rule.id,
                "disposition": rule.disposition,
                "reason": rule.reason,
                "source": rule.source,
                "action": rule.action,
                "items": list(rule.items),
                "words": quotes(rule.mentions, case, turns) if evidence else [],
            }
            for rule in assessment.fired
        ],
    }


#: More quotes than this nobody reads while a caller waits; the newest are kept.
MOST_QUOTES = 8
#: The level as the desk reads it.
TITLES: Mapping[str, str] = {
    "emergency_now": "EMERGENCY: needs help now",
    "urgent_same_day": "Same day: must be seen today",
    "soon": "Soon: must be seen within days",
    "routine": "Routine appointment",
    "self_care": "Self-care with safety net",
    "info_only": "Information only",
    "incomplete": "Not decided: keep asking",
}


def quotes(indexes: Sequence[int], case: Case, turns: Sequence[Spoken]) -> list[dict[str, Any]]:
    """The words of some mentions, each with its turn."""
    out: dict[tuple[int, int, int], dict[str, Any]] = {}
    for index in indexes[-MOST_QUOTES:]:
        mention = case.mentions[index]
        for turn, start, end in [(p.turn, p.start, p.end) for p in mention.pieces] or [
            (mention.turn, mention.start, mention.end)
        ]:
            if end > start and 0 <= turn < len(turns):
                spoken = turns[turn]
                entry = {
                    "turn": spoken.id,
                    "n": turn,
                    "at": spoken.at,
                    "concept": mention.concept,
                    "text": spoken.text[start:end],
                }
                out.setdefault((turn, start, end), entry)
    return list(out.values())


def show_checklist(
    human: Case,
    assessment: Assessment,
    machine: Assessment,
    turns: Sequence[Spoken],
    ticked: Mapping[str, str],
    questions: Mapping[str, int],
    knowledge: Any,
) -> list[dict[str, Any]]:
    """Every item in danger order: its state, who said so, in which words, and whether it was asked at all."""
    given = latest_answers(human, knowledge)
    by_concept: dict[str, list[int]] = {}
    for index, mention in standing_mentions(human).items():
        by_concept.setdefault(mention.concept, []).append(index)
    out = []
    for item in knowledge.items.values():
        state = assessment.checklist.get(item.id, "not_asked")
        if not item.minimal_set and state == "not_asked" and item.id not in ticked:
            continue
        answer = given.get(item.id)
        told = sorted({index for concept in (*item.yes_concepts, *item.cleared_by) for index in by_concept.get(concept, ())})[-3:]
        turn = answer.turn if answer is not None and item.id not in ticked else None
        words = quotes(told, human, turns)
        if not words and turn is not None and 0 <= turn < len(turns) and turns[turn].speaker in CALLER_SIDE:
            words = [{"turn": turns[turn].id, "n": turn, "at": turns[turn].at, "concept": None, "text": turns[turn].text[:160]}]
        out.append({
            "item": item.id,
            "label": item.label,
            "clinical": item.clinical,
            "state": state,
            "machine": machine.checklist.get(item.id, "not_asked"),
            "by": "desk" if item.id in ticked else ("call" if state != "not_asked" else None),
            "asked_at": questions.get(item.id),
            "minimal": item.minimal_set,
            "core": item.core_ce,
            "words": words,
        })  # fmt: skip
    return out


def show_next(assessment: Assessment, human: Case, knowledge: Any) -> dict[str, Any] | None:
    """The question to read aloud, why it matters, and other words for it."""
    question = assessment.next_question
    if question is None:
        return None
    # its short form goes on from words that only the chat has shown
    text = question.rephrase if question.item == "private_consent" else question.text
    words = aloud(text, question.options, multiple=question.multiple)
    return {
        "id": question.id, "item": question.item, "confirms": question.confirms, "text": words, "why": question.why,
        "options": [option.label for option in question.options], "remaining": question.remaining,
        "rephrasings": rephrasings(question.item, human, knowledge, besides=question.text, first=question.rephrase),
    }  # fmt: skip


def rephrasings(item: str, case: Case, knowledge: Any, *, besides: str = "", first: str = "") -> list[str]:
    """Other ways to ask one item, for a caller who is embarrassed or did not follow."""
    found = [first]
    if item in knowledge.items:
        for question in questions_for_item(item, knowledge, case):
            found += [question.rephrase, question.text]
    said = dict.fromkeys(aloud(text) for text in found if not _ON_SCREEN.search(text))
    return [text for text in said if text and text != besides]


#: A wording that needs the lines of a card in sight.
_ON_SCREEN = re.compile(r"\btick\b|\bbuttons?\b|\bwhich (?:of these|ones)\b|\beach line\b", re.IGNORECASE)


def show_item(item: str, case: Case, knowledge: Any) -> dict[str, Any]:
    """One checklist item with its wordings and the signs a "yes" can mean."""
    wordings = questions_for_item(item, knowledge, case)
    entry = knowledge.items[item]
    words = aloud(wordings[0].text, wordings[0].options, multiple=wordings[0].multiple)
    return {
        "item": item, "label": entry.label, "clinical": entry.clinical, "text": words, "why": wordings[0].why,
        "rephrasings": rephrasings(item, case, knowledge, besides=wordings[0].text, first=wordings[0].rephrase),
        "options": [option.label for option in wordings[0].options],
        "concepts": [{"concept": c, "label": knowledge.concepts[c].label} for c in entry.yes_concepts if c in knowledge.concepts],
        "needs_concept": entry.default_concept is None,
    }  # fmt: skip


def unknowns(assessment: Assessment, knowledge: Any) -> list[dict[str, str]]:
    """What must be known and is not: items of the minimal set that are neither yes nor no, most dangerous first."""
    return [
        {"item": item.id, "label": item.label, "state": assessment.checklist.get(item.id, "not_asked")}
        for item in knowledge.items.values()
        if item.minimal_set and assessment.checklist.get(item.id, "not_asked") not in ("yes", "no")
    ]
