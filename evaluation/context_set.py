"""Sets of given spans: is the finding negated, uncertain, past, hypothetical, somebody else's?

In: a .jsonl file of `{"id","text","spans":[[start,end],...],"labels":[...]}`. Out: precision, recall and F1 of each of the five,
for our `read_context` and for a peer's answer. Called by `evaluation.run`. evaluation/data/README.md names the labels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.metrics import Counts
from evaluation.rows import DataError

#: What is asked of each span -> the value that means yes, by field of an answer.
SIGNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "negated": ("presence", ("absent",)),
    "uncertain": ("presence", ("uncertain",)),
    "historical": ("temporality", ("past_resolved", "recent_resolved")),
    "hypothetical": ("temporality", ("hypothetical",)),
    "other person": ("experiencer", ("other",)),
}
#: Words that files use -> the sign they say; None: plainly affirmed.
_WORDS: dict[str, str | None] = {
    "affirmed": None, "present": None, "positive": None, "asserted": None, "current": None, "recent": None, "self": None,
    "patient": None, "true": None,
    "negated": "negated", "absent": "negated", "negative": "negated", "denied": "negated",
    "uncertain": "uncertain", "possible": "uncertain", "hedged": "uncertain",
    "historical": "historical", "history": "historical", "past": "historical",
    "past_resolved": "historical", "recent_resolved": "historical",
    "hypothetical": "hypothetical", "conditional": "hypothetical",
    "other": "other person", "family": "other person",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One text with its spans, and for each span the signs it is labelled with."""

    text: str
    spans: tuple[tuple[int, int], ...]
    signs: tuple[frozenset[str], ...]


def read_items(path: Path) -> list[Item]:
    """All lines of a file.

    Raises:
        DataError: With the first line that is not of that form.
    """
    items = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error.__class__.__name__}).") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            items.append(_item(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f"{path}:{number}: {error.__class__.__name__}: {error}. The form is in evaluation/data/README.md."
            ) from error
    if not items:
        raise DataError(f"{path} holds no line.")
    return items


def _item(data: Mapping[str, Any]) -> Item:
    text, spans = data["text"], tuple((int(start), int(end)) for start, end in data["spans"])
    labels = data["labels"]
    labels = [labels] * len(spans) if isinstance(labels, (str, Mapping)) else labels
    if len(labels) != len(spans):
        raise ValueError(f"{len(spans)} spans and {len(labels)} labels")
    if any(not 0 <= start < end <= len(text) for start, end in spans):
        raise ValueError("a span is not inside its text")
    return Item(text, spans, tuple(frozenset(_signs(label)) for label in labels))


def _signs(label: Any) -> list[str]:
    if isinstance(label, Mapping):
        found = [name.removeprefix("is_") for name, value in label.items() if value is True]
        found += [str(value) for value in label.values() if isinstance(value, str)]
    else:
        found = list(label) if isinstance(label, (list, tuple)) else [label]
    known = []
    for word in found:
        key = str(word).lower().strip()
        if key not in _WORDS:
            raise ValueError(f"label '{word}' is not known")
        sign = _WORDS[key]
        if sign is not None:
            known.append(sign)
    return known


def labelled_signs(items: Sequence[Item]) -> list[str]:
    """The signs that the file labels at all; the others cannot be measured on it."""
    there = {sign for item in items for signs in item.signs for sign in signs}
    return [sign for sign in SIGNS if sign in there]


def measure(items: Sequence[Item], answers: Sequence[Sequence[Mapping[str, str]]]) -> dict[str, Counts]:
    """Sign -> counts, over all spans, for the signs the file labels.

    Args:
        answers: For each item one {"presence", "experiencer", "temporality"} a span.
    """
    out = {}
    for sign in labelled_signs(items):
        field, values = SIGNS[sign]
        counts = Counts()
        for item, answer in zip(items, answers, strict=True):
            for signs, said in zip(item.signs, answer, strict=True):
                wanted, found = sign in signs, said[field] in values
                counts += Counts(int(wanted and found), int(found and not wanted), int(wanted and not found))
        out[sign] = counts
    return out
