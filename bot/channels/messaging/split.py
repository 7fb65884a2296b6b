"""Cuts a text into messages that fit, at the best place: paragraph, line, sentence, word.

In: paragraphs, a limit. Out: texts, none longer than the limit. Called by `parts`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=\S)")
#: Places to cut at, best first, and what stands between the pieces when they are put together again.
_STEPS = (("\n\n", "\n\n"), ("\n", "\n"), (_SENTENCE, " "), (re.compile(r"\s+"), " "))


def split(paragraphs: Iterable[str], limit: int) -> list[str]:
    """Texts of at most `limit` characters, in order, each as full as it can be."""
    return _fill([paragraph.strip() for paragraph in paragraphs if paragraph.strip()], limit, 0)


def _fill(pieces: list[str], limit: int, step: int) -> list[str]:
    """Put pieces together while they fit; cut a piece that is too long at the next best place."""
    _, glue = _STEPS[step]
    full: list[str] = []
    for piece in pieces:
        if full and len(full[-1]) + len(glue) + len(piece) <= limit:
            full[-1] += glue + piece
        elif len(piece) <= limit:
            full.append(piece)
        else:
            full += _cut(piece, limit, step + 1)
    return full


def _cut(text: str, limit: int, step: int) -> list[str]:
    if step >= len(_STEPS):
        return [text[start : start + limit] for start in range(0, len(text), limit)]
    place, _ = _STEPS[step]
    pieces = text.split(place) if isinstance(place, str) else place.split(text)
    return _fill([piece for piece in pieces if piece], limit, step) if len(pieces) > 1 else _cut(text, limit, step + 1)
