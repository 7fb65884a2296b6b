"""The rules: red_flags/*.yml -> {rule id: RedFlag}, checked down to the last name in a condition.

In: red_flags/*.yml. Out: `Knowledge.red_flags`, groups in the order L, C, W, K, S, N, M. Called by
`bot.knowledge.load`; read by `bot.triage.red_flags`, reports and the rule tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.extraction.mention import ATTRIBUTES
from bot.knowledge.problem import Problem, unknown
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
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for file, data in knowledge.raw.items():
        if not file.startswith("red_flags/"):
            continue
        for index, entry in enumerate(data["red_flags"]):
            place: tuple[str | int, ...] = ("red_flags", index)
            if entry["id"] in seen:
                text = f"rule {entry['id']} is also in {seen[entry['id']]}. Ids are never used again; choose a new one."
                problems.append(Problem("KNW024", file, text, (*place, "id")))
            seen[entry["id"]] = file
            problems += _check_rule(knowledge, file, data["group"], place, entry)
    return problems


def _check_rule(knowledge: Any, file: str, group: str, place: tuple[str | int, ...], entry: Mapping[str, Any]) -> list[Problem]:
    rule = entry["id"]
    problems: list[Problem] = []

    def problem(code: str, key: str, text: str) -> None:
        problems.append(Problem(code, file, f"{rule}: {text}", (*place, key)))

    if rule[0] != group:
        problem("KNW025", "id", f"stands in the file of group {group}. Move it.")
    emergency = entry["disposition"] == "emergency_now"
    for key in ("action", "wording"):
        if emergency and key not in entry:
            problem("KNW026", "id", f"is an emergency without `{key}`. Add it (clinical.md 9.2).")
        if not emergency and key in entry:
            problem("KNW026", key, f"has `{key}` but is no emergency. Remove it.")
    if "when" in entry and (entry["disposition"] == SAME_AS_FINDING) != ("follows" in entry):
        problem("KNW027", "disposition", f"`follows` and the disposition {SAME_AS_FINDING} belong together.")
    if "when" not in entry and "handled_by" not in entry:
        problem("KNW028", "id", "has neither `when` nor `handled_by`. Add one.")
    if "examples" not in entry and "handled_by" not in entry:
        problem("KNW029", "id", "has no examples. Add sentences, or say in `handled_by` why there can be none.")
    for key in entry.get("sources", ()):
        if key not in knowledge.sources:
            problems.append(unknown("KNW014", file, (*place, "sources"), "source", key, knowledge.sources, "sources.yml"))
    for key in entry.get("follows", ()):
        if key not in knowledge.red_flags:
            problems.append(unknown("KNW014", file, (*place, "follows"), "rule", key, knowledge.red_flags, "red_flags/"))
    switch = entry.get("switch")
    if switch is not None and switch not in knowledge.switches.known:
        known = knowledge.switches.known
        problems.append(unknown("KNW014", file, (*place, "switch"), "switch", switch, known, "switches.yml"))
    if re.search(r"\b[LCWKSNMD]\d+[a-z]?\b", entry["reason"]):
        problem("KNW030", "reason", "the reason names a rule or decision. Patients read it: use words.")
    if "when" in entry:
        problems += _check_condition(knowledge, file, (*place, "when"), entry["when"], (rule,))
    return problems


def _check_condition(knowledge: Any, file: str, place: tuple[str | int, ...], when: Any, path: tuple[str, ...]) -> list[Problem]:
    from bot.triage.conditions import CONDITION_KEYS, names
    from bot.triage.predicates import PREDICATES

    if isinstance(when, str):
        if when in PREDICATES:
            return []
        return [unknown("KNW014", file, place, "predicate", when, PREDICATES, "bot/triage/predicates.py")]
    keys = [key for key in when if key in CONDITION_KEYS]
    if len(keys) != 1:
        text = f"{path[0]}: a condition needs exactly one of {', '.join(CONDITION_KEYS)}; found {', '.join(keys) or 'none'}."
        return [Problem("KNW031", file, text, place)]
    key = keys[0]
    value = when[key]
    if key in ("all", "any", "none"):
        return [
            problem
            for index, part in enumerate(value)
            for problem in _check_condition(knowledge, file, (*place, key, index), part, path)
        ]
    problems: list[Problem] = []
    if key == "holds":
        if value not in knowledge.red_flags:
            problems.append(unknown("KNW014", file, place, "rule", value, knowledge.red_flags, "red_flags/"))
        elif value in path:
            text = f"{path[0]}: `holds` goes round in a circle ({' -> '.join((*path, value))}). Break it."
            problems.append(Problem("KNW032", file, text, place))
        elif knowledge.red_flags[value].when is not None:
            problems += _check_condition(knowledge, file, place, knowledge.red_flags[value].when, (*path, value))
    elif key == "switch_off":
        if value not in knowledge.switches.known:
            problems.append(unknown("KNW014", file, place, "switch", value, knowledge.switches.known, "switches.yml"))
    elif key in ("item", "bare_yes"):
        if value not in knowledge.items:
            problems.append(unknown("KNW014", file, place, "checklist item", value, knowledge.items, "items.yml"))
    elif key != "age":
        allowed = {**knowledge.concepts, **knowledge.groups.members}
        for name in names(value):
            if name not in allowed:
                problems.append(unknown("KNW014", file, (*place, key), "concept", name, allowed, "concepts/ and groups.yml"))
    for name in when.get("where", {}):
        if name not in ATTRIBUTES:
            home = "bot/extraction/mention.py"
            problems.append(unknown("KNW014", file, (*place, "where", name), "attribute", name, ATTRIBUTES, home))
    return problems
