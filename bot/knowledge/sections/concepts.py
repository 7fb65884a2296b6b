"""Concepts: what a text can speak of. YAML of bot/knowledge/concepts -> {concept id: Concept}.

In: concepts/*.yml. Out: `Knowledge.concepts`, a dict in file order. Called by `bot.knowledge.load`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.problem import Problem, unknown


@dataclass(frozen=True)
class Concept:
    """One concept.

    Attributes:
        id: Contract id, one of 86.
        group: A leg movement, B feeling, C bladder bowel sex, D pain, E other causes, F knee joint, G background.
        label: What people read.
        clinical: What clinicians read.
        site, roots: Body site; nerve roots and muscles ("" when none).
        icd10: WHO ICD-10 codes that always fit, nearest first (may be empty). `icd10_note` has the rest in words.
        snomed: SNOMED CT code or None; `snomed_verified` says whether a terminologist checked it (none is yet).
        phrases: What people say, lower case.
        mechanism: Why it happens, in plain words ("" when there is no text).
        family: Id of the wider concept, or the concept itself.
        both_sides: Id of the concept it becomes on both sides, or None.
        file: Knowledge file it stands in.
    """

    id: str
    group: str
    label: str
    clinical: str
    site: str
    roots: str
    icd10: tuple[str, ...]
    icd10_note: str
    snomed: str | None
    snomed_verified: bool
    phrases: tuple[str, ...]
    mechanism: str
    family: str
    both_sides: str | None
    file: str


_TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "concepts"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": _TEXT,
        "concepts": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "group", "label", "clinical", "site", "icd10", "snomed", "phrases"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                    "group": {"enum": ["A", "B", "C", "D", "E", "F", "G"]},
                    "label": _TEXT,
                    "clinical": _TEXT,
                    "site": _TEXT,
                    "roots": _TEXT,
                    "icd10": {"type": "array", "items": {"type": "string", "pattern": r"^[A-Z]\d\d(\.\d)?$"}},
                    "icd10_note": _TEXT,
                    "snomed": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["code", "verified"],
                        "properties": {
                            "code": {"type": ["string", "null"], "pattern": r"^\d{6,18}$"},
                            "verified": {"type": "boolean"},
                        },
                    },
                    "family": _TEXT,
                    "both_sides": _TEXT,
                    "phrases": {"type": "array", "minItems": 1, "items": _TEXT, "uniqueItems": True},
                    "mechanism": _TEXT,
                },
            },
        },
    },
}


def build(raw: Mapping[str, Any]) -> dict[str, Concept]:
    """{concept id: Concept} in file order."""
    return {entry["id"]: _concept(entry, file) for file, data in raw.items() for entry in data["concepts"]}


def _concept(entry: Mapping[str, Any], file: str) -> Concept:
    return Concept(
        id=entry["id"],
        group=entry["group"],
        label=entry["label"],
        clinical=entry["clinical"],
        site=entry["site"],
        roots=entry.get("roots", ""),
        icd10=tuple(entry["icd10"]),
        icd10_note=entry.get("icd10_note", ""),
        snomed=entry["snomed"]["code"],
        snomed_verified=entry["snomed"]["verified"],
        phrases=tuple(entry["phrases"]),
        mechanism=entry.get("mechanism", ""),
        family=entry.get("family", entry["id"]),
        both_sides=entry.get("both_sides"),
        file=file,
    )


def cross_check(knowledge: Any) -> list[Problem]:
    """Ids used once, names that exist, phrases in lower case and not shared by accident."""
    problems: list[Problem] = []
    home: dict[str, str] = {}
    for file, data in knowledge.raw.items():
        if not re.fullmatch(r"concepts/[^/]+\.yml", file):
            continue
        for index, entry in enumerate(data["concepts"]):
            place: tuple[str | int, ...] = ("concepts", index)
            if entry["id"] in home:
                text = f"concept '{entry['id']}' is also in {home[entry['id']]}. Keep one."
                problems.append(Problem("KNW040", file, text, (*place, "id")))
            home.setdefault(entry["id"], file)
            for key in ("family", "both_sides"):
                if key in entry and entry[key] not in knowledge.concepts:
                    problems.append(
                        unknown(
                            "KNW014",
                            file,
                            (*place, key),
                            "concept",
                            entry[key],
                            knowledge.concepts,
                            "concepts/",
                        )
                    )
            for number, phrase in enumerate(entry["phrases"]):
                if phrase != phrase.lower().strip():
                    text = f"phrase '{phrase}' must be lower case without outer spaces. Rewrite it."
                    problems.append(Problem("KNW041", file, text, (*place, "phrases", number)))
    return problems
