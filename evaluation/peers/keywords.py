"""The simplest peer: each phrase of our concepts, looked for word by word. No negation, no person, no time.

In: phrases, a text. Out: mentions. Called by `evaluation.peers.run`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any


class Keywords:
    """All phrases of all concepts, compiled once."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        self._patterns = {
            concept: re.compile(
                r"(?<!\w)(?:" + "|".join(_pattern(phrase) for phrase in sorted(words, key=len, reverse=True)) + r")(?!\w)"
            )
            for concept, words in phrases.items()
            if words
        }

    def read(self, text: str) -> list[dict[str, Any]]:
        """The first place of each concept whose phrase stands in the text, in text order."""
        plain = text.replace("’", "'").replace("‘", "'").lower()
        if len(plain) != len(text):  # a letter that grows when lowered; its case does not matter here
            plain = text
        found = [
            {"concept": concept, "start": match.start(), "end": match.end()}
            for concept, pattern in self._patterns.items()
            if (match := pattern.search(plain)) is not None
        ]
        return sorted(found, key=lambda mention: (mention["start"], mention["end"]))


def _pattern(phrase: str) -> str:
    return r"\s+".join(re.escape(word) for word in phrase.lower().replace("’", "'").split())
