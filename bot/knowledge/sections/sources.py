"""Where rules come from: sources.yml -> {key: Source}.

In: sources.yml. Out: `Knowledge.sources`. Called by `bot.knowledge.load`; read by reports and the rule check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.problem import Problem

_TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "sources"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": _TEXT,
        "sources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["key", "title", "seen"],
                "properties": {"key": _TEXT, "title": _TEXT, "seen": _TEXT, "url": _TEXT},
            },
        },
    },
}


@dataclass(frozen=True)
class Source:
    """One source. `seen` says how much of it was read."""

    key: str
    title: str
    seen: str
    url: str | None = None


def build(raw: Mapping[str, Any]) -> dict[str, Source]:
    """{key: Source} in file order."""
    return {entry["key"]: Source(**entry) for data in raw.values() for entry in data["sources"]}


def cross_check(knowledge: Any) -> list[Problem]:
    """Keys used once."""
    problems: list[Problem] = []
    for file, data in knowledge.raw.items():
        if file != "sources.yml":
            continue
        seen: set[str] = set()
        for index, entry in enumerate(data["sources"]):
            if entry["key"] in seen:
                text = f"source '{entry['key']}' is there twice. Keep one."
                problems.append(Problem("KNW021", file, text, ("sources", index, "key")))
            seen.add(entry["key"])
    return problems
