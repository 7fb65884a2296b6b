"""Words in disguise -> plain letters, with the way back to the original offsets.

In: raw text. Out: `Plain`: the text the lexicon can read, and where each of its characters stands in the original.
Called by `extract` before anything else, and undone when the mentions are handed back.

Phones, fonts and filters change letters without changing what a person means: mathematical and full-width letters,
invisible characters inside a word, letters spaced or dotted apart ("n u m b"), digits for letters ("n0 feel1ng"). A word
is only put together when a real English word comes of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from bot.extraction.mention import Extraction
from bot.extraction.spelling import is_english

#: Three or more single letters with one and the same mark between them.
_SPACED = re.compile(r"(?<![\w'’])[A-Za-z](?P<gap>[ .\-_*·])(?:[A-Za-z](?P=gap)){1,18}[A-Za-z](?![\w'’])")
#: A word that begins with a letter and has digits among its letters; "l5", "s1" and "c5" are levels of the spine.
_LEET = re.compile(r"(?<![\w'’])(?:[A-Za-z][A-Za-z0134579$@]{2,18}|[Nn]0)(?![\w'’])")
_DIGITS = ({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "9": "g", "$": "s", "@": "a"}, {"1": "l"})
_SMALL = frozenset({"i", "a", "my", "no", "in", "on", "to", "is", "it", "of", "or", "me"})


@dataclass(frozen=True)
class Plain:
    """A text without its disguise.

    Attributes:
        text: What the lexicon reads.
        at: Offset into the original of each character of `text`; empty when nothing was changed.
        length: Length of the original.
    """

    text: str
    at: tuple[int, ...] = ()
    length: int = 0

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the original of text[start:end]."""
        if not self.at:
            return start, end
        first = self.at[start] if start < len(self.at) else self.length
        return first, (self.at[end - 1] + 1 if end > start else first)


def plain(text: str, vocabulary: Collection[str] = ()) -> Plain:
    """Take the disguise off.

    Args:
        text: As it came.
        vocabulary: Words the lexicon knows besides plain English.
    """
    odd = not text.isascii() and any(_is_odd(ch) for ch in text)
    if not odd and not _SPACED.search(text) and not any(_leet(m.group(), vocabulary) for m in _LEET.finditer(text)):
        return Plain(text)
    letters: list[tuple[str, int]] = []
    for run in re.finditer(r"\s+|\S+", text):
        start = run.start()
        letters.extend(_folded(run.group(), start, vocabulary) if odd else ((ch, start + i) for i, ch in enumerate(run.group())))
    letters = _together(letters, vocabulary)
    bare = "".join(ch for ch, _ in letters)
    return Plain(bare, tuple(at for _, at in letters), len(text)) if bare != text else Plain(text)


def as_written(read: Extraction, bare: Plain, text: str) -> Extraction:
    """The same extraction with the offsets and words of the text as it was written."""

    def moved(part: Any) -> Any:
        start, end = bare.span(part.start, part.end)
        return replace(part, start=start, end=end)

    mentions = []
    for mention in read.mentions:
        there = moved(mention)
        pieces = tuple(moved(p) if p.turn == read.turn else p for p in mention.pieces)
        mentions.append(replace(there, text=text[there.start : there.end] if not pieces else mention.text, pieces=pieces))
    return replace(
        read,
        mentions=tuple(mentions),
        answers=tuple(moved(answer) for answer in read.answers),
        suggestions=tuple(moved(suggestion) for suggestion in read.suggestions),
    )


def _is_odd(ch: str) -> bool:
    return ch > "\x7f" and (_invisible(ch) or _letter(ch) != ch)


def _invisible(ch: str) -> bool:
    return unicodedata.category(ch) == "Cf" or ch in "\u034f\u115f\u1160\ufe0e\ufe0f"


def _letter(ch: str) -> str:
    """The plain letter, figure or blank that a compatibility character stands for; any other as it is."""
    if ch <= "\x7f":
        return ch
    if unicodedata.category(ch) == "Zs":
        return " "
    folded = unicodedata.normalize("NFKC", ch)
    return folded if len(folded) == 1 and folded.isascii() and (folded.isalnum() or folded in "'!?.,-") else ch


def _folded(run: str, start: int, vocabulary: Collection[str]) -> list[tuple[str, int]]:
    """One run of visible and invisible characters; an invisible one is a blank where only that leaves words."""
    whole = "".join(_letter(ch) for ch in run if not _invisible(ch))
    pieces = [piece for piece in re.split("\0+", "".join("\0" if _invisible(ch) else _letter(ch) for ch in run)) if piece]
    apart = len(pieces) > 1 and not _known(_bare(whole), vocabulary) and all(_known(_bare(p), vocabulary) for p in pieces)
    out: list[tuple[str, int]] = []
    for index, ch in enumerate(run):
        if not _invisible(ch):
            out.append((_letter(ch), start + index))
        elif apart:
            out.append((" ", start + index))
    return out


def _bare(word: str) -> str:
    return word.strip(".,;:!?()\"'").lower()


def _known(word: str, vocabulary: Collection[str]) -> bool:
    return word in vocabulary or is_english(word) or word in _SMALL


def _together(letters: list[tuple[str, int]], vocabulary: Collection[str]) -> list[tuple[str, int]]:
    text = "".join(ch for ch, _ in letters)
    if len(text) != len(letters):
        return letters
    drop: set[int] = set()
    replace: dict[int, str] = {}
    for match in _SPACED.finditer(text):
        places = range(match.start(), match.end(), 2)
        words = _split("".join(text[i] for i in places).lower(), vocabulary)
        if not words:
            continue
        ends, count = set(), 0
        for word in words[:-1]:
            count += len(word)
            ends.add(count)
        for number in range(1, len(places)):
            gap = places[number] - 1
            if number in ends:
                replace[gap] = " "
            else:
                drop.add(gap)
    for match in _LEET.finditer(text):
        word = _leet(match.group(), vocabulary)
        if word:
            replace.update({match.start() + i: ch for i, ch in enumerate(word)})
    return [(replace.get(i, ch), at) for i, (ch, at) in enumerate(letters) if i not in drop]


def _split(joined: str, vocabulary: Collection[str]) -> list[str]:
    """The word, or the few words, that spaced letters make; [] when they make none."""
    if len(joined) >= 3 and (joined in vocabulary or is_english(joined)):
        return [joined]
    best: list[list[str] | None] = [[]] + [None] * len(joined)
    for end in range(1, len(joined) + 1):
        for start in range(max(0, end - 14), end):
            before, word = best[start], joined[start:end]
            if before is None or not (word in _SMALL or (len(word) >= 3 and (word in vocabulary or is_english(word)))):
                continue
            found = best[end]
            if found is None or len(before) + 1 < len(found):
                best[end] = [*before, word]
    words = best[-1] or []
    return words if any(len(word) >= 4 for word in words) else []


def _leet(word: str, vocabulary: Collection[str]) -> str:
    low = word.lower()
    if low.isalpha() or not any(ch.isdigit() for ch in low):
        return ""
    for change in (_DIGITS[0], {**_DIGITS[0], **_DIGITS[1]}):
        letters = "".join(change.get(ch, ch) for ch in low)
        few = sum(ch.isdigit() for ch in low) * 2 <= len(low)
        if few and letters.isalpha() and (letters in vocabulary or is_english(letters)):
            return letters
    return ""
