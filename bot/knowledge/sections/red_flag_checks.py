"""What a schema cannot check of the rules: names inside conditions, ids, switches, and what each kind of rule carries.

In: loaded `Knowledge`. Out: `Problem`s. Called by `bot.knowledge.sections.red_flags.cross_check`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.extraction.mention import ATTRIBUTES
from bot.knowledge.problem import Problem, unknown
from bot.knowledge.sections.red_flags import SAME_AS_FINDING


def problems_of(knowledge: Any) -> list[Problem]:
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
    from bot.triage.conditions import CONDITION_KEYS, names  # the rooms above load only when a check runs
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
