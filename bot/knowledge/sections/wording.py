"""Wording: what people read, by key. YAML of bot/knowledge/wording -> {locale file stem: {key: text}}.

In: wording/en.yml, wording/en.names.yml (both "en"), wording/en-US.yml (overrides). Out: `Knowledge.wording`.
Called by `bot.knowledge.load`; read through `bot.replies.words.Words`.

Nested keys become dotted ones ("emergency.lead.ambulance"). A value is one text, a list (variants or lines), or
{self: ..., helper: ...}: two versions, kept as "key" and "key@helper".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.knowledge.problem import Problem, did_you_mean

#: {locale: {dotted key: text or lines}}
Wording = dict[str, dict[str, "str | tuple[str, ...]"]]

_TEXT = {"type": "string", "minLength": 1}
_LINES = {"type": "array", "minItems": 1, "items": _TEXT}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "texts"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": _TEXT,
        "texts": {"$ref": "#/definitions/branch"},
    },
    "definitions": {
        "branch": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
            "additionalProperties": {"anyOf": [_TEXT, _LINES, {"$ref": "#/definitions/branch"}]},
        }
    },
}

#: Gaps that may stand in any text: the person, the desk, and the country words of services/*.yml (checked there).
PERSON_GAPS = frozenset(
    {"you", "your", "You", "Your", "yourself", "them", "I", "i", "my", "My", "me", "am", "have", "are", "do", "s"}
)
_GAP = re.compile(r"\{([A-Za-z_]*)\}")


def gaps(text: str) -> set[str]:
    """Names of the {gaps} in a text."""
    return set(_GAP.findall(text))


def build(raw: Mapping[str, Any]) -> Wording:
    """One flat dictionary per locale."""
    found: Wording = {}
    for file, data in raw.items():
        texts = found.setdefault(locale_of(file), {})
        for path, value in _leaves(data["texts"], ()):
            texts[_key(path)] = tuple(value) if isinstance(value, list) else value
    return found


def locale_of(file: str) -> str:
    """wording/en.names.yml -> en."""
    return file.rsplit("/", 1)[-1].split(".")[0]


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _leaves(value, (*path, key))
    else:
        yield path, node


def _key(path: tuple[str, ...]) -> str:
    if path[-1] == "self":
        return ".".join(path[:-1])
    if path[-1] == "helper":
        return ".".join(path[:-1]) + "@helper"
    return ".".join(path)


def cross_check(knowledge: Any) -> list[Problem]:
    """No key twice, overrides override something and keep its gaps, a helper version has a base."""
    problems: list[Problem] = []
    base = knowledge.wording.get("en", {})
    home: dict[tuple[str, str], str] = {}
    for file, data in knowledge.raw.items():
        if not file.startswith("wording/"):
            continue
        locale = locale_of(file)
        for path, value in _leaves(data["texts"], ()):
            key, place = _key(path), ("texts", *path)
            if (locale, key) in home:
                text = f"'{key}' is also in {home[locale, key]}. Keep one."
                problems.append(Problem("KNW060", file, text, place))
            home[locale, key] = file
            if key.endswith("@helper") and key[: -len("@helper")] not in knowledge.wording[locale]:
                problems.append(Problem("KNW061", file, f"'{key}' has no 'self' version beside it. Add one.", place))
            if locale == "en":
                continue
            if key not in base:
                text = f"'{key}' overrides nothing in en.yml. {did_you_mean(key, base)} Rename or remove it."
                problems.append(Problem("KNW062", file, text.replace("  ", " "), place))
            elif extra := _all_gaps(value) - _all_gaps(base[key]):
                text = f"'{key}' has gaps that en.yml does not fill: {', '.join(sorted(extra))}. Use those of en.yml."
                problems.append(Problem("KNW063", file, text, place))
    return problems


def _all_gaps(value: Any) -> set[str]:
    lines = [value] if isinstance(value, str) else value
    return {gap for line in lines for gap in gaps(line)} - PERSON_GAPS
