"""A pasted or uploaded transcript as turns.

In: text with one turn a line ("Caller: ...", "Agent: ...", WebVTT or SRT lines between them are skipped). Out: speaker and
text in order. Called by the desk's routes. Pure.
"""

# ruff: noqa: E501
from __future__ import annotations

import re

_LABELS = {
    "caller": "caller", "customer": "caller", "patient": "caller", "client": "caller", "c": "caller", "p": "caller", "speaker 2": "caller",
    "agent": "agent", "handler": "agent", "call handler": "agent", "operator": "agent", "nurse": "agent", "doctor": "agent", "clinician": "agent",
    "advisor": "agent", "a": "agent", "n": "agent", "d": "agent", "speaker 1": "agent",
}  # fmt: skip
_LINE = re.compile(
    r"^\s*(?:\[?\(?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\)?\]?\s*)?(?:<v )?(?P<who>" + "|".join(sorted(map(re.escape, _LABELS), key=len, reverse=True))
    + r")\s*(?:\(\d[\d:.]*\))?\s*(?:[:>]|\s-\s)\s*(?P<text>.*)$",
    re.IGNORECASE,
)  # fmt: skip
_NOISE = re.compile(r"^\s*(?:WEBVTT.*|NOTE\b.*|\d+|[\d:.,]+\s*-->\s*[\d:.,]+.*)\s*$")
MAX_TURN = 8000


def read_transcript(text: str) -> list[tuple[str, str]]:
    """Speaker and words of each turn. A line without a label goes on with the turn before; without any label all is the caller's."""
    turns: list[tuple[str, str]] = []
    for line in text.splitlines():
        if not line.strip() or _NOISE.match(line):
            continue
        found = _LINE.match(line)
        if found:
            turns.append((_LABELS[found["who"].lower()], found["text"].strip()))
        elif turns and len(turns[-1][1]) + len(line) < MAX_TURN:
            turns[-1] = (turns[-1][0], f"{turns[-1][1]} {line.strip()}".strip())
        else:
            turns.append(("caller" if not turns else turns[-1][0], line.strip()[:MAX_TURN]))
    return [(who, words[:MAX_TURN]) for who, words in turns if words]
