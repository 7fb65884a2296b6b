"""The condition of a rule in plain words, for people who review rules without reading code.

In: the `when` of a rule, the `Knowledge`. Out: lines of a nested markdown list. Called by `bot.cli.report`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.triage.conditions import FINDING_KEYS, names
from bot.triage.predicates import PREDICATES

_LISTS = {"all": "all of these:", "any": "at least one of these:", "none": "none of these:"}
_TOLD = {
    "present": "{what} is there now",
    "recent": "{what} was there in the last 14 days and is gone now",
    "lately": "{what} is there now, or was in the last 14 days",
    "new": "{what} is there now and is new for this person (not knowing counts as new)",
    "uncertain": "the person is not sure about {what}",
}


def condition_lines(when: Any, knowledge: Any, depth: int = 0) -> list[str]:
    """One condition as list lines, two blanks of indent a level.

    Args:
        when: A condition as `bot.triage.conditions` reads it.
        knowledge: Loaded knowledge, for labels.
        depth: Level of the list.
    """
    indent = "  " * depth
    if isinstance(when, Mapping):
        for key, title in _LISTS.items():
            if key in when:
                parts = [line for part in when[key] for line in condition_lines(part, knowledge, depth + 1)]
                return [f"{indent}- {title}", *parts]
    return [f"{indent}- {_one(when, knowledge)}"]


def _one(when: Any, knowledge: Any) -> str:
    if isinstance(when, str):
        return f"{_sentence(PREDICATES[when].meaning)} (`{when}`)"
    for key in FINDING_KEYS:
        if key in when:
            details = "; ".join(_detail(name, spec) for name, spec in when.get("where", {}).items())
            return _TOLD[key].format(what=_concepts(when[key], knowledge)) + (f", with {details}" if details else "")
    if "absent" in when:
        return f"{_concepts(when['absent'], knowledge, 'and')} explicitly not there"
    if "item" in when:
        return f"the question about *{_item(when['item'], knowledge)}* stands at {_or(names(when['is']))}"
    if "bare_yes" in when:
        return f"the question about *{_item(when['bare_yes'], knowledge)}* was answered yes, with nothing more exact"
    if "age" in when:
        return _age(when["age"])
    if "holds" in when:
        return f"rule {when['holds']} holds and is switched on"
    return f"the switch {when['switch_off']} is off"


def _concepts(value: Any, knowledge: Any, word: str = "or") -> str:
    return f" {word} ".join(f"*{_label(name, knowledge)}*" for name in names(value))


def _label(name: str, knowledge: Any) -> str:
    if name in knowledge.concepts:
        return str(knowledge.concepts[name].label)
    return f"{knowledge.groups.titles[name]} (any of the group `{name}`)"


def _item(name: str, knowledge: Any) -> str:
    return str(knowledge.items[name].label)


def _detail(name: str, spec: Any) -> str:
    title = name.replace("_", " ")
    if isinstance(spec, Mapping):
        parts = []
        if "not" in spec:
            refused = spec["not"] if isinstance(spec["not"], list) else [spec["not"]]
            parts.append(f"not {_or([_value(value) for value in refused])} (or not said)")
        if "min" in spec:
            parts.append(f"at least {spec['min']:g}")
        if "max" in spec:
            parts.append(f"at most {spec['max']:g}")
        return f"{title} {' and '.join(parts)}"
    return f"{title} {_or([_value(value) for value in (spec if isinstance(spec, list) else [spec])])}"


def _value(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value).replace("_", " ")


def _age(spec: Mapping[str, float]) -> str:
    if "may_be_min" in spec:
        return f"age {spec['may_be_min']:g} or more, or not known"
    parts = [f"at least {spec['min']:g}"] if "min" in spec else []
    parts += [f"at most {spec['max']:g}"] if "max" in spec else []
    return f"age known to be {' and '.join(parts)} years"


def _or(values: Any) -> str:
    return " or ".join(str(value).replace("_", " ") for value in values)


def _sentence(text: str) -> str:
    """A docstring's sentence as a list entry: no closing stop."""
    return text[:1].lower() + text[1:].rstrip(".")
