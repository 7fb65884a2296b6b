"""Checklist items: what must be known about a person. items.yml -> {item id: Item}, in danger order.

In: items.yml. Out: `Knowledge.items`, a dict whose order is the danger order. Called by `bot.knowledge.load`;
read by `bot.findings.view` (states), `bot.triage` (rules and next question), `bot.replies` and the agent desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.problem import Problem, unknown
from bot.triage.assessment import DISPOSITIONS

TIERS = ("immediate", "cauda_equina", "legs", "knee", "other_causes", "person")


@dataclass(frozen=True)
class Item:
    """One item.

    Attributes:
        id: Contract id.
        label: What people read. `clinical` is what clinicians read.
        tier: Part of the interview (TIERS).
        minimal_set: Must be explicitly "no" before any result below `soon` (clinical.md 4.5).
        core_ce: "Not sure" after one probe, or declining twice, escalates (C13, C17).
        may_skip: Declining has no consequence for the level.
        reach: The highest disposition a "yes" can lead to.
        yes_concepts: Concepts that mean "yes" when present.
        cleared_by: Concepts that mean "no" when ALL are explicitly absent; empty = only an answer clears it.
        default_concept: What a bare "yes" stands for, or None.
        expires_hours: Hours after which a "no" counts as not asked, or None for lasting facts.
        expires_on_new_symptom: A "no" also ends when a new symptom is told after a result.
        question: Id of the interview question that asks it.
        probe: Id of the question for "not sure", or None.
    """

    id: str
    label: str
    clinical: str
    tier: str
    minimal_set: bool
    core_ce: bool
    may_skip: bool
    reach: str
    yes_concepts: tuple[str, ...]
    cleared_by: tuple[str, ...]
    default_concept: str | None
    expires_hours: int | None
    expires_on_new_symptom: bool
    question: str
    probe: str | None


_TEXT = {"type": "string", "minLength": 1}
_CONCEPTS = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "items"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": _TEXT,
        "items": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "label", "clinical", "tier", "reach", "question"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                    "label": _TEXT,
                    "clinical": _TEXT,
                    "tier": {"enum": list(TIERS)},
                    "minimal_set": {"type": "boolean"},
                    "core_ce": {"type": "boolean"},
                    "may_skip": {"type": "boolean"},
                    "reach": {"enum": list(DISPOSITIONS[:5])},
                    "yes_concepts": _CONCEPTS,
                    "cleared_by": _CONCEPTS,
                    "default_concept": _TEXT,
                    "expires_hours": {"type": "integer", "minimum": 1},
                    "expires_on_new_symptom": {"type": "boolean"},
                    "question": _TEXT,
                    "probe": _TEXT,
                },
            },
        },
    },
}


def build(raw: Mapping[str, Any]) -> dict[str, Item]:
    """{item id: Item} in file order, which is the danger order."""
    return {entry["id"]: _item(entry) for data in raw.values() for entry in data["items"]}


def _item(entry: Mapping[str, Any]) -> Item:
    return Item(
        id=entry["id"],
        label=entry["label"],
        clinical=entry["clinical"],
        tier=entry["tier"],
        minimal_set=entry.get("minimal_set", False),
        core_ce=entry.get("core_ce", False),
        may_skip=entry.get("may_skip", False),
        reach=entry["reach"],
        yes_concepts=tuple(entry.get("yes_concepts", ())),
        cleared_by=tuple(entry.get("cleared_by", ())),
        default_concept=entry.get("default_concept"),
        expires_hours=entry.get("expires_hours"),
        expires_on_new_symptom=entry.get("expires_on_new_symptom", False),
        question=entry["question"],
        probe=entry.get("probe"),
    )


READS = ("concepts", "questions")


def cross_check(knowledge: Any) -> list[Problem]:
    """Ids used once; concepts and questions that exist."""
    problems: list[Problem] = []
    seen: set[str] = set()
    file = "items.yml"
    for index, entry in enumerate(knowledge.raw[file]["items"]):
        place: tuple[str | int, ...] = ("items", index)
        if entry["id"] in seen:
            problems.append(Problem("KNW042", file, f"item '{entry['id']}' is there twice. Keep one.", (*place, "id")))
        seen.add(entry["id"])
        named = [(key, concept) for key in ("yes_concepts", "cleared_by") for concept in entry.get(key, ())]
        named += [("default_concept", entry["default_concept"])] if "default_concept" in entry else []
        for key, concept in named:
            if concept not in knowledge.concepts:
                problems.append(unknown("KNW014", file, (*place, key), "concept", concept, knowledge.concepts, "concepts/"))
        for key in ("question", "probe"):
            if key in entry and entry[key] not in knowledge.questions:
                problems.append(
                    unknown(
                        "KNW014",
                        file,
                        (*place, key),
                        "question",
                        entry[key],
                        knowledge.questions,
                        "questions/",
                    )
                )
        default = entry.get("default_concept")
        if default is not None and default not in entry.get("yes_concepts", ()):
            text = f"default_concept '{default}' of item '{entry['id']}' is not one of its yes_concepts. Add it there."
            problems.append(Problem("KNW043", file, text, (*place, "default_concept")))
    return problems
