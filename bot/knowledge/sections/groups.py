"""Groups of concepts that rules speak of by one name: groups.yml -> `Groups`.

In: groups.yml. Out: `Knowledge.groups`. Called by `bot.knowledge.load`; read by findings and triage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.problem import Problem, unknown

READS = ("concepts",)

_TEXT = {"type": "string", "minLength": 1}
_CONCEPTS = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "groups", "history", "event_days"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": _TEXT,
        "groups": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "title", "concepts"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                    "title": _TEXT,
                    "concepts": _CONCEPTS,
                    "also": {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
                },
            },
        },
        "history": _CONCEPTS,
        "event_days": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
    },
}


@dataclass(frozen=True)
class Groups:
    """Concept groups and how long things count.

    Attributes:
        members: Group id -> concepts, in file order.
        history: Background that counts as present however long ago.
        event_days: Events -> days for which one still counts as present.
    """

    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    history: frozenset[str] = frozenset()
    event_days: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, group: str) -> tuple[str, ...]:
        return self.members[group]

    def expand(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Concept and group names as concepts, each once."""
        return tuple(dict.fromkeys(c for name in names for c in self.members.get(name, (name,))))


def build(raw: Mapping[str, Any]) -> Groups:
    """`also` pulls in groups that stand above it in the file."""
    for data in raw.values():
        members: dict[str, tuple[str, ...]] = {}
        for entry in data["groups"]:
            pulled = [concept for name in entry.get("also", ()) for concept in members.get(name, ())]
            members[entry["id"]] = tuple(dict.fromkeys([*entry["concepts"], *pulled]))
        titles = {entry["id"]: entry["title"] for entry in data["groups"]}
        return Groups(members, titles, frozenset(data["history"]), dict(data["event_days"]))
    return Groups()


def cross_check(knowledge: Any) -> list[Problem]:
    """Concepts that exist; group ids used once, none equal to a concept id; `also` names an earlier group."""
    problems: list[Problem] = []
    for file, data in knowledge.raw.items():
        if file != "groups.yml":
            continue
        seen: set[str] = set()
        for index, entry in enumerate(data["groups"]):
            place: tuple[str | int, ...] = ("groups", index)
            if entry["id"] in seen or entry["id"] in knowledge.concepts:
                text = f"'{entry['id']}' names a group or a concept already. Choose another name."
                problems.append(Problem("KNW020", file, text, (*place, "id")))
            for name in entry.get("also", ()):
                if name not in seen:
                    problems.append(unknown("KNW014", file, (*place, "also"), "group", name, seen, "groups.yml, above"))
            seen.add(entry["id"])
            problems += _concepts(knowledge, file, (*place, "concepts"), entry["concepts"])
        problems += _concepts(knowledge, file, ("history",), data["history"])
        problems += _concepts(knowledge, file, ("event_days",), data["event_days"])
    return problems


def _concepts(knowledge: Any, file: str, place: tuple[str | int, ...], names: Any) -> list[Problem]:
    return [
        unknown("KNW014", file, place, "concept", name, knowledge.concepts, "concepts/")
        for name in names
        if name not in knowledge.concepts
    ]
