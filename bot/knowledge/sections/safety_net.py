"""Safety net: the signs for which someone must go to hospital at once. safety_net.yml -> `SafetyNet`.

In: safety_net.yml. Out: `Knowledge.safety_net`. Called by `bot.knowledge.load`; shown by `bot.replies.safety`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.problem import Problem, unknown


@dataclass(frozen=True)
class Sign:
    """One line of the list that is always shown.

    Attributes:
        id: Name of the line.
        text: The sign, as the end of "Go straight away if ...".
        already: What to say where the person has this sign already ("" when it never applies).
        items, concepts: Checklist items (state yes) or concepts (present) that mean it is there already.
    """

    id: str
    text: str
    already: str = ""
    items: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Personal:
    """One line that is shown to people who have one of the concepts."""

    concepts: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class SafetyNet:
    """The list for everyone, the lines for this person, and how many of those are shown."""

    signs: tuple[Sign, ...] = ()
    personal: tuple[Personal, ...] = ()
    limit: int = 3


_TEXT = {"type": "string", "minLength": 1}
_IDS = {"type": "array", "minItems": 1, "items": _TEXT, "uniqueItems": True}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "source", "list", "personal", "limit"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": _TEXT,
        "source": _TEXT,
        "limit": {"type": "integer", "minimum": 1, "maximum": 5},
        "list": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "text"],
                "properties": {"id": _TEXT, "text": _TEXT, "already": _TEXT, "items": _IDS, "concepts": _IDS},
                "dependencies": {"items": ["already"], "concepts": ["already"]},
            },
        },
        "personal": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["concepts", "text"],
                "properties": {"concepts": _IDS, "text": _TEXT},
            },
        },
    },
}
READS = ("concepts", "items")


def build(raw: Mapping[str, Any]) -> SafetyNet:
    """The one safety net (empty only when the file is missing, which cross_check refuses)."""
    for data in raw.values():
        return SafetyNet(
            signs=tuple(
                Sign(row["id"], row["text"], row.get("already", ""), tuple(row.get("items", ())), tuple(row.get("concepts", ())))
                for row in data["list"]
            ),
            personal=tuple(Personal(tuple(row["concepts"]), row["text"]) for row in data["personal"]),
            limit=data["limit"],
        )
    return SafetyNet()


def cross_check(knowledge: Any) -> list[Problem]:
    """The file exists; concepts and items that it names exist."""
    file = "safety_net.yml"
    if file not in knowledge.raw:
        return [Problem("KNW068", file, "is missing. No result may be shown without it. Restore it.")]
    problems: list[Problem] = []
    for section in ("list", "personal"):
        for index, row in enumerate(knowledge.raw[file][section]):
            for number, concept in enumerate(row.get("concepts", ())):
                if concept not in knowledge.concepts:
                    place = (section, index, "concepts", number)
                    problems.append(unknown("KNW014", file, place, "concept", concept, knowledge.concepts, "concepts/"))
            for number, item in enumerate(row.get("items", ())):
                if item not in knowledge.items:
                    place = (section, index, "items", number)
                    problems.append(unknown("KNW014", file, place, "checklist item", item, knowledge.items, "items.yml"))
    return problems
