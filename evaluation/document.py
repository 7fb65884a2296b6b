"""Puts tables into a document between marks, so that what a document says came from a run.

In: a markdown file with `<!-- figures: id -->` ... `<!-- end of figures -->`, and texts by id. Out: the file rewritten. Called
by `evaluation.__main__` and bench.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_BLOCK = re.compile(r"(<!-- figures: (?P<id>[\w-]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)


def fill(path: Path, texts: Mapping[str, str]) -> None:
    """Replace every block whose id is among the texts; others stay as they are."""

    def block(match: re.Match[str]) -> str:
        text = texts.get(match["id"])
        return match[0] if text is None else f"{match[1]}{text}\n{match[3]}"

    before = path.read_text(encoding="utf-8")
    after = _BLOCK.sub(block, before)
    if after != before:
        path.write_text(after, encoding="utf-8")


def blocks(text: str) -> list[str]:
    """Ids of the blocks of a document."""
    return [match["id"] for match in _BLOCK.finditer(text)]
