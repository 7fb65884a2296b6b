"""Reads YAML text strictly and checks it against a JSON Schema, keeping line numbers.

In: the text of one knowledge file, a JSON Schema. Out: plain data, a line number per place, `Problem`s.
Called by `bot.knowledge.load` when no compiled cache fits; PyYAML and jsonschema are imported only then.

Stricter than usual YAML on purpose: only `true`/`false` are booleans (so `no`, `off`, `yes` stay words: the
knowledge is full of answers), dates stay text, a key written twice is an error, and so is a key Rasa would grab.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.knowledge.problem import Problem, did_you_mean

#: Place in a file -> line from 1.
Lines = dict[tuple["str | int", ...], int]

#: Rasa treats any YAML file holding one of these keys as its own training data (rasa.md, design.md 6).
GRABBED_BY_RASA = ("rules", "stories", "nlu", "responses")

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]*")


def read_yaml(text: str, file: str) -> tuple[Any, Lines, list[Problem]]:
    """Parse one file.

    Returns:
        Plain data (None when unreadable), the line of every place, and the problems found.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    lines: Lines = {}
    problems: list[Problem] = []
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "unreadable characters"
        line = mark.line + 1 if mark is not None else 0
        problems.append(Problem("KNW001", file, f"is not valid YAML: {what}.", line=line))
        return None, lines, problems
    if node is None:
        problems.append(Problem("KNW001", file, "is empty. Remove the file or fill it."))
        return None, lines, problems
    return _plain(node, (), file, lines, problems), lines, problems


def _plain(node: Any, path: tuple[str | int, ...], file: str, lines: Lines, problems: list[Problem]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    kind = node.id
    if kind == "scalar":
        return _scalar(node)
    if kind == "sequence":
        return [_plain(child, (*path, index), file, lines, problems) for index, child in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        place = (*path, key)
        lines[place] = line
        if key in found:
            problems.append(Problem("KNW002", file, f"'{key}' is written twice. Keep one.", place, line))
        if key in GRABBED_BY_RASA:
            problems.append(
                Problem(
                    "KNW003",
                    file,
                    f"'{key}' may not be a key: Rasa would take the file as its own training data. Rename it.",
                    place,
                    line,
                )
            )
        found[key] = _plain(value_node, place, file, lines, problems)
    return found


def _scalar(node: Any) -> Any:
    value: str = node.value
    if node.style:  # quoted or block: always text (a plain one has None, or "" with the C loader)
        return value
    if value in ("true", "false"):
        return value == "true"
    if value in ("", "null", "~"):
        return None
    if _INTEGER.fullmatch(value):
        return int(value)
    if _FLOAT.fullmatch(value):
        return float(value)
    return value


def check_schema(data: Any, schema: Mapping[str, Any], file: str) -> list[Problem]:
    """Every way in which `data` breaks `schema`, as problems with a path."""
    import jsonschema

    validator = jsonschema.Draft7Validator(schema)
    problems = []
    for error in sorted(validator.iter_errors(data), key=lambda e: [str(part) for part in e.absolute_path]):
        problems += _explain(_deepest(error), file)
    return problems


def _deepest(error: Any) -> Any:
    """Of an anyOf/oneOf failure, the branch that came nearest (its message helps; the outer one does not)."""
    while error.context:
        error = max(error.context, key=lambda e: (len(e.absolute_path), e.validator == "additionalProperties"))
    return error


def _explain(error: Any, file: str) -> list[Problem]:
    path = tuple(error.absolute_path)
    place = spell(path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        allowed = list(error.schema.get("properties", {}))
        patterns = error.schema.get("patternProperties", {})
        problems = []
        for key in error.instance:
            if key in allowed or any(re.search(pattern, key) for pattern in patterns):
                continue
            hint = did_you_mean(key, allowed)
            text = f"unknown key '{key}' in {place}. {hint} Allowed: {', '.join(sorted(allowed)) or 'none'}."
            problems.append(Problem("KNW004", file, text.replace("  ", " "), (*path, key)))
        return problems
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return [Problem("KNW005", file, f"{place} lacks the key '{key}'. Add it.", path) for key in missing]
    if error.validator == "enum":
        hint = did_you_mean(error.instance, map(str, error.validator_value))
        allowed_values = ", ".join(map(str, error.validator_value))
        text = f"{place} is '{error.instance}'. {hint} Allowed: {allowed_values}."
        return [Problem("KNW006", file, text.replace("  ", " "), path)]
    return [Problem("KNW007", file, f"{place}: {error.message}.", path)]


def spell(path: tuple[str | int, ...]) -> str:
    """('red_flags', 3, 'when') -> 'red_flags[3].when'."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "the file"
