"""Labelled messages: from Rasa's YAML to rows a model can learn from.

In: data/nlu/second_look/*.yml. Out: `Example` rows, and the fold each one belongs to. Called by every other module
of this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "nlu" / "second_look"

PERSONS = ("self", "other", "nobody")
TIMES = ("current", "recent_resolved", "past", "hypothetical")

#: What a message says of one concept. A recently resolved danger sign still matters (rule C14), so it is PRESENT;
#: what is long over, only imagined, or nobody's, is ELSEWHERE and must not be suggested.
SILENT, PRESENT, ABSENT, ELSEWHERE, UNCERTAIN = range(5)


@dataclass(frozen=True)
class Example:
    """One message with its labels.

    Attributes:
        text: As a person would write or say it.
        block: Neighbouring lines of one file (minimal pairs stand side by side); a block is never split.
        states: One of SILENT, PRESENT, ABSENT, ELSEWHERE, UNCERTAIN per concept, in the order of the concept list.
        person: Index into PERSONS.
        time: Index into TIMES.
    """

    text: str
    block: str
    states: np.ndarray
    person: int
    time: int


def read_examples(concepts: list[str], folder: Path = DATA) -> list[Example]:
    """Read every file of the folder, in name order.

    Raises:
        ValueError: When a file names a concept, person or time that does not exist, with file and text.
    """
    examples = []
    for path in sorted(folder.glob("*.yml")):
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for entry in loaded["nlu"]:
            for example in entry["examples"]:
                try:
                    examples.append(_example(example["text"].strip(), example["metadata"], concepts))
                except (KeyError, ValueError) as error:
                    raise ValueError(f"{path.name}: {error} in {example['text']!r}") from error
    # Files group by intent; neighbours belong together again.
    return sorted(examples, key=lambda example: example.block)


def _example(text: str, labels: dict[str, Any], concepts: list[str]) -> Example:
    unknown = set(labels) - {"block", "present", "absent", "uncertain", "person", "time"}
    if unknown:
        raise ValueError(f"unknown label {sorted(unknown)}")
    person = PERSONS.index(labels.get("person", "self"))
    time = TIMES.index(labels.get("time", "current"))
    live = PERSONS[person] != "nobody" and TIMES[time] in ("current", "recent_resolved")
    states = np.zeros(len(concepts), dtype=np.int64)
    for key, state in (("absent", ABSENT), ("uncertain", UNCERTAIN), ("present", PRESENT if live else ELSEWHERE)):
        for concept in labels.get(key, ()):
            states[concepts.index(concept)] = state
    return Example(text, str(labels["block"]), states, person, time)


def fold_of(block: str, folds: int) -> int:
    """The fold of a block, by hash: it stays when messages are added elsewhere."""
    return int(sha256(block.encode()).hexdigest(), 16) % folds
