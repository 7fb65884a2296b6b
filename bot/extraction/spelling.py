"""Misspelt words -> the lexicon's words, so that "numb undercariage" is still read.

In: one unknown lower-case word. Out: the lexicon word it must be, or None. Called while words are read.

Only a word that is neither in the lexicon nor in a large English word list is repaired, only when exactly one
lexicon word is close, and never when a common English word is as close: a symptom or a body part must
never be "corrected" into another one. The distance work is done by rapidfuzz, the English word list
comes with symspellpy.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

#: How many of the most frequent English words compete with the lexicon for a misspelt word.
_COMPETITORS = 12_000
_MIN_LENGTH = 4


class Speller:
    """Repairs words against one vocabulary; results are remembered."""

    def __init__(self, vocabulary: frozenset[str]) -> None:
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(vocabulary):
            self._by_length.setdefault(len(word), []).append(word)
        self._vocabulary = vocabulary
        self.repair = lru_cache(maxsize=20_000)(self._repair)

    def is_strange(self, low: str) -> bool:
        """Whether it is no word at all, so that what it must be is searched for."""
        if len(low) < _MIN_LENGTH or len(low) > 20 or not low.isalpha() or low in self._vocabulary:
            return False
        return low not in _english()[0]

    def _repair(self, low: str) -> str | None:
        if not self.is_strange(low):
            return None
        common = _english()[1]
        limit = 1 if len(low) < 7 else 2
        scored = self._closest(low, self._by_length, limit)
        if not scored:
            return None
        best = scored[0][0]
        candidates = [word for score, word in scored if score == best]
        if len(candidates) != 1 or (len(low) <= 5 and low[0] != candidates[0][0] and sorted(low) != sorted(candidates[0])):
            return None
        rivals = self._closest(low, common, best)
        if any(word != candidates[0] and word not in self._vocabulary for _, word in rivals):
            return None
        return candidates[0]

    @staticmethod
    def _closest(low: str, by_length: dict[int, list[str]], limit: int) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for length in range(len(low) - limit, len(low) + limit + 1):
            words = by_length.get(length)
            if words:  # one call for them all: thousands of misspelt words must not hold up a server
                near = extract(low, words, scorer=OSA.distance, processor=None, score_cutoff=limit, limit=None)
                found.extend((int(score), word) for word, score, _ in near)
        return sorted(found)


@lru_cache(maxsize=1)
def _english() -> tuple[frozenset[str], dict[int, list[str]]]:
    """All English words of the list, and the most frequent ones by length."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    words = [line.split(" ", 1)[0] for line in text.splitlines()]
    common: dict[int, list[str]] = {}
    for word in words[:_COMPETITORS]:
        common.setdefault(len(word), []).append(word)
    return frozenset(words), common


def is_english(word: str) -> bool:
    """Whether a lower-case word is in the English word list."""
    return word in _english()[0]
