"""Turn labelled lines into a file of data/nlu/second_look.

    python -m training.add_messages lines.jsonl data/nlu/second_look/bladder_02.yml

In: JSON lines {"text", "present", "absent", "uncertain", "person", "time"} in the order they were written (minimal
pairs side by side). Out: Rasa training data with the labels in `metadata`. Run by hand when messages are added.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

#: A block is closed after this many lines, as soon as a line shares few words with the one before it.
BLOCK_LINES = 10
SHARED_WORDS = 0.15

#: Messages with and without anything the bot has a concept for. The intent classifier does not learn from
#: these files (bot/nlu/importer.py); Rasa's format wants an intent all the same.
WITH_CONCEPT = "report_symptom"
WITHOUT_CONCEPT = "ask_out_of_scope"

HEAD = """version: "3.1"

# Training messages of the second look (docs/second-look.md), written for this project one by one. Labels stand in
# `metadata`: what the message says is there, is not there, or leaves open; left out: self, current.
nlu:
"""


def main(source: Path, target: Path) -> int:
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]
    target.write_text(to_yaml(rows, target.stem), encoding="utf-8")
    return 0


def to_yaml(rows: list[dict[str, Any]], name: str) -> str:
    """One file of Rasa training data; blocks are named after the file."""
    numbers = block_numbers([row["text"] for row in rows])
    out = [HEAD]
    for intent in (WITH_CONCEPT, WITHOUT_CONCEPT):
        wanted = intent == WITH_CONCEPT
        chosen = [pair for pair in zip(rows, numbers, strict=True) if _has_concept(pair[0]) == wanted]
        if chosen:
            out.append(f"  - intent: {intent}\n    examples:\n")
        for row, number in chosen:
            out.append(f"      - text: {json.dumps(row['text'].strip(), ensure_ascii=False)}\n")
            out.append(f"        metadata: {{{_labels(row, f'{name}-{number:02d}')}}}\n")
    return "".join(out)


def block_numbers(texts: list[str]) -> list[int]:
    """Number of the block of each line, from 1."""
    numbers, number, length, before = [], 1, 0, set[str]()
    for text in texts:
        words = {word for word in re.findall(r"[a-z']+", text.lower()) if len(word) > 3}
        shared = len(words & before) / max(1, min(len(words), len(before)))
        if length >= BLOCK_LINES and shared < SHARED_WORDS:
            number, length = number + 1, 0
        numbers.append(number)
        length, before = length + 1, words
    return numbers


def _has_concept(row: dict[str, Any]) -> bool:
    return bool(row["present"] or row["absent"] or row["uncertain"])


def _labels(row: dict[str, Any], block: str) -> str:
    parts = [f"block: {block}"]
    parts += [f"{key}: [{', '.join(row[key])}]" for key in ("present", "absent", "uncertain") if row[key]]
    parts += [f"{key}: {row[key]}" for key, usual in (("person", "self"), ("time", "current")) if row[key] != usual]
    return ", ".join(parts)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
