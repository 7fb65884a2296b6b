"""JSON Schemas of the question files.

In: nothing. Out: `SCHEMAS` for `bot.knowledge.sections.questions`, used only when a file changed.
"""

from __future__ import annotations

from typing import Any

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
_VALUE: dict[str, Any] = {"type": "string", "pattern": "^[a-z0-9_]+$"}


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


_CONCEPTS = {"type": "object", "minProperties": 1, "additionalProperties": {"type": ["object", "null"]}}
_SETS = _object(
    {
        "answers": {"type": "object", "additionalProperties": {"enum": ["yes", "no", "unsure", "skipped"]}},
        "present": _CONCEPTS,
        "recent": _CONCEPTS,
        "uncertain": _CONCEPTS,
        "absent": _TEXTS,
        "retract": _TEXTS,
        "profile": {"type": "object", "minProperties": 1},
    }
)
_OPTION = _object(
    {
        "value": _VALUE,
        "label": _TEXT,
        "helper": _TEXT,
        "sets": _SETS,
        "clears": _TEXTS,
        "opens": _TEXTS,
        "alone": {"type": "boolean"},
        "show_when": _TEXTS,
        "hidden_means_no": {"type": "boolean"},
    },
    ("value", "label"),
)
_BOTH = _object({"self": _TEXT, "helper": _TEXT}, ("self", "helper"))
_QUESTION = _object(
    {
        "id": {"type": "string", "pattern": "^[A-Z][A-Za-z0-9_]*$"},
        "kind": {"enum": ["step", "probe", "ambiguity", "confirm", "newness"]},
        "items": {"type": "array", "items": _TEXT, "uniqueItems": True, "minItems": 1},
        "place": {"type": "integer", "minimum": 0},
        "ask_when": _TEXTS,
        "private": {"type": "boolean"},
        "intro": _TEXT,
        "yes_means": {"enum": ["danger", "normal"]},
        "multiple": {"type": "boolean"},
        "once": {"type": "boolean"},
        "normal": _VALUE,
        "danger": _VALUE,
        "about": _TEXTS,
        "phrases": _TEXTS,
        "card": _TEXT,
        "text": _BOTH,
        "rephrase": _BOTH,
        "why": _TEXT,
        "options": {"type": "array", "items": _OPTION, "minItems": 1},
        "extras": {"type": "array", "items": {"enum": ["unsure", "skip", "cannot_ask"]}, "uniqueItems": True},
        "source": _TEXT,
    },
    ("id", "kind", "items", "text", "rephrase", "why", "source"),
)
_VERSION = {"version": {"type": "integer", "minimum": 1}, "review": _TEXT}
_WORDS = {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}}

SCHEMAS = {
    "questions/terms.yml": _object(
        {
            **_VERSION,
            "locales": {"type": "object", "additionalProperties": _WORDS},
            "relations": {
                "type": "object",
                "additionalProperties": _object({"pronoun": _TEXT, "name": _WORDS}, ("pronoun", "name")),
            },
            "pronouns": {"type": "object", "additionalProperties": _WORDS},
            "extras": {
                "type": "object",
                "additionalProperties": _object({"label": _TEXT, "helper": _TEXT}, ("label",)),
            },
        },
        ("version", "review", "locales", "relations", "pronouns", "extras"),
    ),
    "questions/confirm.yml": _object(
        {
            **_VERSION,
            "questions": {"type": "array", "items": _QUESTION},
            "confirm": {"type": "object", "minProperties": 1, "additionalProperties": _BOTH},
        },
        ("version", "review", "questions", "confirm"),
    ),
    "questions/said.yml": _object(
        {
            **_VERSION,
            "fillers": _TEXTS,
            "reports": _TEXTS,
            "nothing_wrong": _TEXTS,
            "said": {
                "type": "object",
                "additionalProperties": {"type": "object", "minProperties": 1, "additionalProperties": _TEXTS},
            },
        },
        ("version", "review", "fillers", "reports", "nothing_wrong", "said"),
    ),
    "questions/*.yml": _object(
        {**_VERSION, "questions": {"type": "array", "items": _QUESTION, "minItems": 1}},
        ("version", "review", "questions"),
    ),
}
