"""Language: words, terms, frames and cues. YAML of bot/knowledge/language -> one merged plain dict.

In: language/*.yml. Out: `Knowledge.language` as `bot.extraction.lexicon` reads it. Called by `bot.knowledge.load`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.knowledge.problem import Problem, unknown

READS = ("concepts",)
_WORDS = {"type": "array", "items": {"type": "string"}}
_WORD_MAP = {"type": "object", "additionalProperties": _WORDS}
_TEXT_MAP = {"type": "object", "additionalProperties": {"type": "string"}}
_TERM = {
    "type": "object",
    "required": ["phrases"],
    "additionalProperties": False,
    "properties": {
        "kind": {"enum": ["site", "state", "act", "cue", "attribute", "plain"]},
        "region": {"type": "string"},
        "weak": {"type": "boolean"},
        "literal": {"type": "boolean"},
        "note": {"type": "string"},
        "phrases": _WORDS,
    },
}
_FRAME = {
    "type": "object",
    "required": ["match"],
    "additionalProperties": False,
    "properties": {
        "concept": {"type": "string"},
        "concepts": _WORDS,
        "says": {"enum": ["present", "absent", "uncertain"]},
        "match": _WORDS,
        "attributes": {"type": "object"},
        "unless": _WORDS,
        "unless_here": _WORDS,
        "wide": {"type": "integer", "minimum": 1, "maximum": 3},
        "note": {"type": "string"},
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "words": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"skip": _WORDS, "soft": _WORDS, "verbs": _WORDS, "forms": _WORD_MAP, "joins": _TEXT_MAP},
        },
        "terms": {"type": "object", "additionalProperties": _TERM},
        "frames": {"type": "array", "items": _FRAME},
        "groups": _WORD_MAP,
        "settings": {"type": "object"},
        "answers": _WORD_MAP,
    },
}


def build(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Merge all files; lists are joined, maps are joined key by key."""
    merged: dict[str, Any] = {
        "words": {"skip": [], "soft": [], "verbs": [], "forms": {}, "joins": {}},
        "terms": {},
        "frames": [],
        "groups": {},
        "settings": {},
        "answers": {},
        "cues": {},
    }
    for data in raw.values():
        words = data.get("words", {})
        merged["words"]["skip"].extend(words.get("skip", ()))
        merged["words"]["soft"].extend(words.get("soft", ()))
        merged["words"]["verbs"].extend(words.get("verbs", ()))
        merged["words"]["forms"].update(words.get("forms", {}))
        merged["words"]["joins"].update(words.get("joins", {}))
        for key in ("terms", "groups", "settings", "answers"):
            merged[key].update(data.get(key, {}))
        merged["frames"].extend(data.get("frames", ()))
    merged["answers"] = {name: frozenset(_plain(p) for p in phrases) for name, phrases in merged["answers"].items()}
    return merged


def _plain(phrase: str) -> str:
    return re.sub(r"[\s,.;!?]+", " ", phrase.lower()).strip()


def cross_check(knowledge: Any) -> list[Problem]:
    """Frames name terms and concepts that exist; a term stands in one file only."""
    problems: list[Problem] = []
    terms: dict[str, str] = {}
    files = {name: data for name, data in knowledge.raw.items() if name.startswith("language/")}
    for name, data in files.items():
        for term in data.get("terms", {}):
            if term in terms:
                problems.append(Problem("KNW081", name, f"term {term!r} also stands in {terms[term]}", ("terms", term)))
            terms[term] = name
    known = {*knowledge.concepts, *(g for data in files.values() for g in data.get("groups", {}))}
    for name, data in files.items():
        for index, frame in enumerate(data.get("frames", ())):
            for concept in frame.get("concepts", [frame.get("concept")]):
                if concept not in known:
                    problems.append(unknown("KNW014", name, ("frames", index), "concept", concept, known, "concepts/"))
            for text in frame["match"]:
                for part in re.sub(r'"[^"]*"', " ", text).replace("|", " ").split():
                    if re.fullmatch(r"[~<>]\d*", part) or part in terms:
                        continue
                    problems.append(unknown("KNW082", name, ("frames", index), "term", part, terms, "language/"))
    return problems
