"""The levels of care and the states of a conversation: dispositions.yml -> {id: Level}.

In: dispositions.yml. Out: `Knowledge.dispositions`. Called by `bot.knowledge.load`; read by reports and records.
The order of levels itself is part of the contract and lives in `bot.triage.assessment.DISPOSITIONS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.problem import Problem
from bot.triage.assessment import DISPOSITIONS

_TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "dispositions"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": _TEXT,
        "dispositions": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "kind", "title", "meaning"],
                "properties": {
                    "id": {"enum": list(DISPOSITIONS)},
                    "kind": {"enum": ["level", "state"]},
                    "title": _TEXT,
                    "meaning": _TEXT,
                    "within_hours": {"type": "number", "minimum": 0},
                },
            },
        },
    },
}


@dataclass(frozen=True)
class Level:
    """One disposition.

    Attributes:
        kind: "level" of care, or "state" of a conversation.
        title, meaning: For clinicians and reports; what people read is in wording/.
        within_hours: How soon to be seen at the latest, or None when there is no limit.
    """

    id: str
    kind: str
    title: str
    meaning: str
    within_hours: float | None = None


def build(raw: Mapping[str, Any]) -> dict[str, Level]:
    """{id: Level}, most urgent first."""
    return {entry["id"]: Level(**entry) for data in raw.values() for entry in data["dispositions"]}


def cross_check(knowledge: Any) -> list[Problem]:
    """Every disposition of the contract once, in its order."""
    problems: list[Problem] = []
    for file, data in knowledge.raw.items():
        if file != "dispositions.yml":
            continue
        found = [entry["id"] for entry in data["dispositions"]]
        if found != list(DISPOSITIONS):
            text = f"lists {', '.join(found)}. Needed, in this order: {', '.join(DISPOSITIONS)}."
            problems.append(Problem("KNW022", file, text, ("dispositions",)))
    return problems
