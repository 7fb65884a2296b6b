"""Numbers that people say in words.

In: words. Out: numbers. Called by `bot.desk.asking` and `bot.desk.following`. Pure.
"""

from __future__ import annotations

import re

_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_ONES = dict(zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], range(1, 10), strict=True))
_TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_WORDS = rf"(?P<tens>{'|'.join(_TENS)})(?:[\s-]+(?P<ones>{'|'.join(_ONES)}))?|(?P<teens>{'|'.join(_TEENS)})"
_AGE = re.compile(rf"\b(?:(?P<digits>[1-9]\d?|1[01]\d)|{_WORDS})\b(?!\s+(?:weeks?|months?|days?))", re.IGNORECASE)
_IN_WORDS = re.compile(rf"\b(?:{_WORDS})\b", re.IGNORECASE)


def read_years(text: str) -> float | None:
    """An age in figures or words."""
    found = _AGE.search(text)
    if found is None:
        return None
    return float(found["digits"]) if found["digits"] else float(_value(found))


def figures_for_words(text: str) -> str:
    """ "Twenty four hours" -> "24 hours"."""
    return _IN_WORDS.sub(lambda found: str(_value(found)), text)


def _value(found: re.Match[str]) -> int:
    if found["teens"]:
        return _TEENS[found["teens"].lower()]
    return _TENS[found["tens"].lower()] + _ONES.get((found["ones"] or "").lower(), 0)
