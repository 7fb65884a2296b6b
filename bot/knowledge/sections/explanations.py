"""Explanations: which nerve does what, why it shows at that moment, what is common and what is worrying.

In: explanations/paths.yml, findings.yml, blocks.yml. Out: `Knowledge.explanations`. Called by `bot.knowledge.load`; read
by `bot.replies.explain` and `bot.replies.picture`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.problem import Problem, unknown

#: Blocks that bot/replies/explain.py puts together.
BLOCKS = ("signal", "teams", "joint", "next", "next_nerve", "squeezed_low")
#: Parts of a drawing; their names are those of bot/replies/anatomy.py.
PARTS = ("roots", "trunks", "nerves", "muscles", "skin")
#: Moment used when nobody named a trigger.
GENERAL = "general"


@dataclass(frozen=True)
class Evidence:
    """A finding that points to a path. `sites` or `words` narrow it: one of them must fit when any are given."""

    concept: str
    sites: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Path:
    """One nerve path.

    Attributes:
        id: Name, part of the picture key.
        title: Heading of the picture.
        root, nerve, muscle, skin: Names in the legend ("" leaves the row out).
        says: The path in two or three sentences.
        draw: roots, trunks, nerves, muscles, skin -> names of bot.replies.anatomy.
        evidence: What points to it.
        both_sides: Always drawn on both sides.
    """

    id: str
    title: str
    root: str
    nerve: str
    muscle: str
    skin: str
    says: str
    draw: Mapping[str, tuple[str, ...]]
    evidence: tuple[Evidence, ...]
    both_sides: bool = False


@dataclass(frozen=True)
class Explained:
    """What we tell people who have one of `concepts`.

    Attributes:
        id: Name.
        concepts: First one present speaks.
        short: Two sentences; "" takes the first two of the concept's own mechanism.
        typical, worrying: Sentences.
        knee: Also tell of the two muscle teams and of the knee joint.
        moment: Also tell why it happens just then.
        no_path: No nerve path and no picture.
        teach: Blocks told with the nerve path.
    """

    id: str
    concepts: tuple[str, ...]
    short: str
    typical: tuple[str, ...]
    worrying: tuple[str, ...]
    knee: bool = False
    moment: bool = False
    no_path: bool = False
    teach: tuple[str, ...] = ("signal",)


@dataclass(frozen=True)
class Explanations:
    """Paths and findings in file order (the first that fits is used), blocks and moments by name."""

    paths: Mapping[str, Path] = field(default_factory=dict)
    findings: Mapping[str, Explained] = field(default_factory=dict)
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    moments: Mapping[str, str] = field(default_factory=dict)


_TEXT = {"type": "string", "minLength": 1}
_LINES = {"type": "array", "minItems": 1, "items": _TEXT}


def _file(**properties: Any) -> dict[str, Any]:
    head = {"version": {"type": "integer", "minimum": 1}, "review": _TEXT, "source": _TEXT}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["version", "review", "source", *properties],
        "properties": {**head, **properties},
    }


def _row(required: list[str], **properties: Any) -> dict[str, Any]:
    row = {"type": "object", "additionalProperties": False, "required": required, "properties": properties}
    return {"type": "array", "minItems": 1, "items": row}


SCHEMAS = {
    "explanations/paths.yml": _file(
        paths=_row(
            ["id", "title", "root", "nerve", "says", "draw", "evidence"],
            id={"type": "string", "pattern": "^[A-Za-z0-9_]+$"}, title=_TEXT, root=_TEXT, nerve=_TEXT, muscle=_TEXT,
            skin=_TEXT, says=_TEXT, both_sides={"type": "boolean"},
            draw={
                "type": "object",
                "additionalProperties": False,
                "required": list(PARTS),
                "properties": {part: {"type": "array", "items": _TEXT, "uniqueItems": True} for part in PARTS},
            },
            evidence=_row(["concept"], concept=_TEXT, sites=_LINES, words=_LINES),
        )
    ),
    "explanations/findings.yml": _file(
        findings=_row(
            ["id", "concepts", "typical", "worrying"],
            id={"type": "string", "pattern": "^[a-z_]+$"}, concepts=_LINES, short=_TEXT, typical=_LINES, worrying=_LINES,
            knee={"type": "boolean"}, moment={"type": "boolean"}, no_path={"type": "boolean"},
            teach={"type": "array", "minItems": 1, "items": {"enum": list(BLOCKS)}},
        )
    ),
    "explanations/blocks.yml": _file(
        blocks={
            "type": "object",
            "additionalProperties": False,
            "required": list(BLOCKS),
            "properties": dict.fromkeys(BLOCKS, _LINES),
        },
        moments={"type": "object", "required": [GENERAL], "additionalProperties": _TEXT},
    ),
}  # fmt: skip
READS = ("concepts",)


def build(raw: Mapping[str, Any]) -> Explanations:
    """All explanation files as one value."""
    paths = raw.get("explanations/paths.yml", {}).get("paths", ())
    findings = raw.get("explanations/findings.yml", {}).get("findings", ())
    blocks = raw.get("explanations/blocks.yml", {})
    return Explanations(
        paths={row["id"]: _path(row) for row in paths},
        findings={row["id"]: _explained(row) for row in findings},
        blocks={name: tuple(lines) for name, lines in blocks.get("blocks", {}).items()},
        moments=dict(blocks.get("moments", {})),
    )


def _path(row: Mapping[str, Any]) -> Path:
    return Path(
        id=row["id"], title=row["title"], root=row["root"], nerve=row["nerve"], muscle=row.get("muscle", ""),
        skin=row.get("skin", ""), says=row["says"],
        draw={name: tuple(values) for name, values in row["draw"].items()},
        evidence=tuple(
            Evidence(e["concept"], tuple(e.get("sites", ())), tuple(e.get("words", ()))) for e in row["evidence"]
        ),
        both_sides=row.get("both_sides", False),
    )  # fmt: skip


def _explained(row: Mapping[str, Any]) -> Explained:
    return Explained(
        id=row["id"], concepts=tuple(row["concepts"]), short=row.get("short", ""), typical=tuple(row["typical"]),
        worrying=tuple(row["worrying"]), knee=row.get("knee", False), moment=row.get("moment", False),
        no_path=row.get("no_path", False), teach=tuple(row.get("teach", ("signal",))),
    )  # fmt: skip


def cross_check(knowledge: Any) -> list[Problem]:
    """Files are there, ids once, concepts, triggers and shapes exist, every entry has a short text."""
    # Imported here because only a changed file is checked, and a start without a change should stay quick.
    from bot.extraction.mention import ATTRIBUTES
    from bot.replies import anatomy

    tables: tuple[Mapping[str, Any], ...] = (
        anatomy.ROOT_STARTS, anatomy.TRUNKS, anatomy.NERVES, anatomy.MUSCLES, anatomy.SKIN,
    )  # fmt: skip
    shapes = dict(zip(PARTS, tables, strict=True))
    place: tuple[str | int, ...]
    problems: list[Problem] = []
    for name in SCHEMAS:
        if name not in knowledge.raw:
            problems.append(Problem("KNW071", name, "is missing. Restore it."))
    if problems:
        return problems
    file = "explanations/paths.yml"
    problems += _twice(file, "paths", knowledge.raw[file]["paths"])
    for index, row in enumerate(knowledge.raw[file]["paths"]):
        for part, names in row["draw"].items():
            for name in names:
                if name not in shapes[part]:
                    place = ("paths", index, "draw", part)
                    problems.append(unknown("KNW014", file, place, "shape", name, shapes[part], "bot/replies/anatomy.py"))
        for number, evidence in enumerate(row["evidence"]):
            if evidence["concept"] not in knowledge.concepts:
                place = ("paths", index, "evidence", number, "concept")
                problems.append(unknown("KNW014", file, place, "concept", evidence["concept"], knowledge.concepts, "concepts/"))
    file = "explanations/findings.yml"
    problems += _twice(file, "findings", knowledge.raw[file]["findings"])
    for index, row in enumerate(knowledge.raw[file]["findings"]):
        for number, concept in enumerate(row["concepts"]):
            if concept not in knowledge.concepts:
                place = ("findings", index, "concepts", number)
                problems.append(unknown("KNW014", file, place, "concept", concept, knowledge.concepts, "concepts/"))
            elif not row.get("short") and not knowledge.concepts[concept].mechanism:
                text = f"'{concept}' has no mechanism in concepts/ and '{row['id']}' has no 'short'. Write one of them."
                problems.append(Problem("KNW072", file, text, ("findings", index)))
    file = "explanations/blocks.yml"
    triggers = [word.strip().split(" ")[-1] for word in ATTRIBUTES["trigger"].split(",")]
    for name in knowledge.raw[file]["moments"]:
        if name != GENERAL and name not in triggers:
            problems.append(unknown("KNW014", file, ("moments", name), "trigger", name, triggers, "bot/extraction/mention.py"))
    return problems


def _twice(file: str, key: str, rows: list[Mapping[str, Any]]) -> list[Problem]:
    problems, seen = [], set()
    for index, row in enumerate(rows):
        if row["id"] in seen:
            problems.append(Problem("KNW069", file, f"'{row['id']}' is written twice. Keep one.", (key, index, "id")))
        seen.add(row["id"])
    return problems
