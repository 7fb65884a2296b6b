"""The rules: red_flags/*.yml -> {rule id: RedFlag}, checked down to the last name in a condition.

In: red_flags/*.yml. Out: `Knowledge.red_flags`, groups in the order L, C, W, K, S, N, M. Called by
`bot.knowledge.load`; read by `bot.triage.red_flags`, reports and the rule tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.problem import Problem
from bot.triage.assessment import ACTIONS, DISPOSITIONS

READS = ("concepts", "items", "groups", "switches", "sources")

#: Order of evaluation and of equal urgency (clinical.md 3).
GROUP_ORDER = "LCWKSNM"
#: The level of an annotation: that of the rules it follows.
SAME_AS_FINDING = "same_as_finding"
#: Text families of emergencies (FiredRule.wording).
FAMILIES = (
    "cauda_equina", "weakness", "buckling", "heart_lung", "artery", "stroke", "limb", "spine_injury", "infection",
    "cancer", "crisis", "poison", "joint", "hip", "other",
)  # fmt: skip
REVIEW = "draft, not clinically reviewed"


@dataclass(frozen=True)
class Examples:
    """Sentences in people's words: must fire, must not, and the negated form."""

    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    negated: tuple[str, ...] = ()


@dataclass(frozen=True)
class RedFlag:
    """One rule.

    Attributes:
        id, title: Id of clinical.json or of its section 9; a short name for clinicians.
        version: Raised whenever `when` or `disposition` changes.
        when: Condition (bot.triage.conditions), or None for a rule the engine itself keeps (`handled_by`).
        disposition: A level, or "same_as_finding" for an annotation of the rules in `follows`.
        reason: One or two plain sentences a patient can read.
        sources: Keys of sources.yml.
        action, wording: For emergencies: how to act, and which family of texts (ACTIONS, FAMILIES).
        switch: Name of the switch that must be on, for an exception.
        follows: Rules this one annotates.
        handled_by: Where and how a rule without condition, or without example sentences, is kept.
        examples: See Examples.
        remarks: What was simplified and why.
        decisions: Ids of the decisions a clinician has to take (clinical.md 3.9).
        file: Knowledge file it stands in.
    """

    id: str
    title: str
    version: int
    disposition: str
    reason: str
    sources: tuple[str, ...]
    when: Any = None
    action: str | None = None
    wording: str | None = None
    switch: str | None = None
    follows: tuple[str, ...] = ()
    handled_by: str | None = None
    examples: Examples = field(default_factory=Examples)
    remarks: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    review: str = REVIEW
    file: str = ""

    @property
    def group(self) -> str:
        """L, C, W, K, S, N or M."""
        return self.id[0]

    @property
    def source(self) -> str:
        """The source keys as one text."""
        return "; ".join(self.sources)


_TEXT = {"type": "string", "minLength": 1}
_NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_RULE_ID = {"type": "string", "pattern": "^[LCWKSNM][0-9]+[a-z]?$"}
_NAMES = {"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1, "uniqueItems": True}]}
_PLAIN = {"type": ["string", "number", "boolean"]}
_SPEC = {
    "anyOf": [
        _PLAIN,
        {"type": "array", "items": _PLAIN, "minItems": 1},
        {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {
                "min": {"type": "number"},
                "max": {"type": "number"},
                "not": {"anyOf": [_PLAIN, {"type": "array", "items": _PLAIN, "minItems": 1}]},
            },
        },
    ]
}
_PARTS = {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/condition"}}
_CONDITION = {
    "type": ["string", "object"],
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "all": _PARTS,
        "any": _PARTS,
        "none": _PARTS,
        "present": _NAMES,
        "recent": _NAMES,
        "lately": _NAMES,
        "new": _NAMES,
        "uncertain": _NAMES,
        "absent": _NAMES,
        "where": {"type": "object", "minProperties": 1, "additionalProperties": _SPEC},
        "item": _NAME,
        "is": _NAMES,
        "bare_yes": _NAME,
        "age": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {key: {"type": "number"} for key in ("min", "max", "may_be_min")},
        },
        "holds": _RULE_ID,
        "switch_off": _RULE_ID,
    },
    "dependencies": {"item": ["is"], "is": ["item"]},
}
_SENTENCES = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
SCHEMA = {
    "definitions": {"condition": _CONDITION},
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "group", "title", "red_flags"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "group": {"enum": list(GROUP_ORDER)},
        "title": _TEXT,
        "red_flags": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "title", "version", "disposition", "reason", "sources", "review"],
                "properties": {
                    "id": _RULE_ID,
                    "title": _TEXT,
                    "version": {"type": "integer", "minimum": 1},
                    "when": {"$ref": "#/definitions/condition"},
                    "disposition": {"enum": [*DISPOSITIONS[:6], SAME_AS_FINDING]},
                    "action": {"enum": list(ACTIONS)},
                    "wording": {"enum": list(FAMILIES)},
                    "reason": _TEXT,
                    "sources": {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
                    "review": {"enum": [REVIEW]},
                    "switch": _RULE_ID,
                    "follows": {"type": "array", "items": _RULE_ID, "minItems": 1, "uniqueItems": True},
                    "handled_by": _TEXT,
                    "decisions": {"type": "array", "items": {"type": "string", "pattern": "^D[0-9]+$"}},
                    "remarks": {"type": "array", "items": _TEXT, "minItems": 1},
                    "examples": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["fires", "silent", "negated"],
                        "properties": {"fires": _SENTENCES, "silent": _SENTENCES, "negated": _SENTENCES},
                    },
                },
            },
        },
    },
}


def build(raw: Mapping[str, Any]) -> dict[str, RedFlag]:
    """{rule id: RedFlag}; the group order decides between equally urgent rules, then the order in the file."""
    ordered = sorted(raw.items(), key=lambda entry: GROUP_ORDER.index(entry[1]["group"]))
    return {entry["id"]: _rule(entry, file) for file, data in ordered for entry in data["red_flags"]}


def _rule(entry: Mapping[str, Any], file: str) -> RedFlag:
    values = dict(entry)
    examples = values.pop("examples", None)
    for key in ("sources", "follows", "remarks", "decisions"):
        if key in values:
            values[key] = tuple(values[key])
    if examples is not None:
        values["examples"] = Examples(**{kind: tuple(lines) for kind, lines in examples.items()})
    return RedFlag(**values, file=file)


def cross_check(knowledge: Any) -> list[Problem]:
    """Names in conditions, ids, switches, sources, and what each kind of rule must carry."""
    from bot.knowledge.sections.red_flag_checks import problems_of  # only when a file changed

    return problems_of(knowledge)
