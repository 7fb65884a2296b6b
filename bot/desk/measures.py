"""Whether figures in somebody's words are measured, counted or dated things, or a number somebody is reached or known by.

In: a turn, and where figures stand in it. Out: whether they stay. Called by `bot.desk.redaction` and `bot.desk.callback`, which
would otherwise take volumes, doses, clock times and dates for numbers. Pure.

Where both are possible, a turn that names a unit or something measured keeps its figures; without such a word they go.
"""

from __future__ import annotations

import re

#: Units, things measured or swallowed, and the endings of medicines' names.
_CLINICAL = re.compile(
    r"(?<![a-z])(?:mgs?|mcg|milligrams?|micrograms?|grams?|mls?|millilit\w+|lit(?:re|er)s?|cc|units|degrees|bpm|mmhg|kgs?|kilos?|percent|"
    r"tablets?|pills?|capsules?|doses?|puffs?|sachets?|patch(?:es)?|drops|scans?|scanned|bladder|temps?|temperatures?|fever|pressures?|bp|"
    r"pulse|heart ?rate|sats?|oxygen|sugars?|glucose|pains?|painful|took|taken|taking|i take|swallowed|"
    r"we+s?|we+d|weeing|pee+s?|peed|peeing|"
    r"urine|urinated|passed|void\w*|catheter|residual|bottles?|numb|numbness|weak|weaker|weakness|"
    r"paracetamol|tramadol|aspirin|insulin|warfarin|diclofenac|methadone|morphine|\w+(?:pentin|balin|codeine|codone|morph|profen|oxen|olol|"
    r"pril|triptyline|azepam|statin|formin|cillin|mycin|sartan|prazole|oxetine|oxib|fentanil|fentanyl|butynin|solone|amol|xaban))(?![a-z])",
    re.IGNORECASE,
)
_UNIT_NEXT = re.compile(
    r"\s*(?:mgs?|mcg|milligrams?|micrograms?|grams?|g|mls?|millilit\w+|cc|units|tablets?|pills?|mmhg|bpm)(?![a-z])", re.IGNORECASE
)
#: What asks for a number, just before it.
_ASKED = re.compile(
    r"\b(?:number|numbers|phone|mobile|mob|tel|telephone|landline|nhs|mrn|nhi|chi|reference|ref|"
    r"(?:ring|call|text|reach|phone)\s+(?:me|us|him|her|back))(?:'s)?\b"
    r"[\s:.,]*(?:(?:is|on|at|it'?s|back|no)[\s:.,]*){0,3}$",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?P<d>\d{1,2})(?P<s>[-./ ])(?P<m>\d{1,2})(?P=s)(?:19|20)?\d\d|"
    r"(?:19|20)\d\d(?P<t>[-./ ])(?P<n>\d{1,2})(?P=t)(?P<e>\d{1,2})|(?P<f>\d\d)(?P<o>\d\d)(?:19|20)\d\d"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
#: 37.5 38.5: nothing that is read out has points like these.
_DECIMALS = re.compile(r"[1-9]\d{0,2}\.\d(?:[\s,]+[1-9]\d{0,2}\.\d)*")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
#: Fewer single figures in a row are scores; from here on somebody reads a number out.
_SINGLE_FIGURES = 7


def names_a_measure(text: str) -> bool:
    """Whether a turn holds a unit, or a word for something measured, taken or passed."""
    return _CLINICAL.search(text) is not None


def is_asked(text: str, start: int) -> bool:
    """Whether the words just before say that a number comes."""
    return _ASKED.search(text, max(0, start - 40), start) is not None


def is_day(given: str) -> bool:
    """14 07 2026, 3-4-61, 2026/07/14, 14072026: the day and the month must exist."""
    found = _DAY.fullmatch(given.strip(" .,"))
    if found is None:
        return False
    one, two = int(found["d"] or found["e"] or found["f"]), int(found["m"] or found["n"] or found["o"])
    return 0 < min(one, two) <= 12 and max(one, two) <= 31  # the American order too


def explains_itself(given: str) -> bool:
    """A day, years, blood pressures, or decimals: no word beside them is needed."""
    groups = re.findall(r"\d+", given)
    return is_day(given) or are_years(groups) or _are_pressures(groups) or _DECIMALS.fullmatch(given.strip(" .,")) is not None


def are_years(groups: list[str]) -> bool:
    """At least two years, and nothing else."""
    return len(groups) > 1 and all(_YEAR.fullmatch(group) for group in groups)


def is_measured(text: str, start: int, end: int) -> bool:
    """Whether the figures at this place stay."""
    given = text[start:end]
    groups = re.findall(r"\d+", given)
    if explains_itself(given):
        return True
    if len(groups) < 2 or "+" in given or is_asked(text, start) or not names_a_measure(text):
        return False
    if _are_clocks(groups):
        return True
    singles = 0
    for group in groups:
        singles = singles + 1 if len(group) == 1 else 0
        if singles >= _SINGLE_FIGURES or not _is_plausible(group):
            return False
    return True


def has_unit_next(text: str, end: int) -> bool:
    """Whether a unit follows: then even a number with the right check digit is an amount."""
    return _UNIT_NEXT.match(text, end) is not None


def _are_pressures(groups: list[str]) -> bool:
    pairs = list(zip(groups[::2], groups[1::2], strict=False))
    return (
        len(groups) % 2 == 0
        and bool(pairs)
        and all(group[0] != "0" and len(group) <= 3 for group in groups)
        and all(70 <= int(upper) <= 260 and 30 <= int(lower) <= 150 and int(lower) < int(upper) for upper, lower in pairs)
        and any(len(lower) == 2 for _, lower in pairs)
    )


def _are_clocks(groups: list[str]) -> bool:
    if all(len(group) == 2 for group in groups) and len(groups) % 2 == 0:
        groups = [hour + minute for hour, minute in zip(groups[::2], groups[1::2], strict=True)]
    return all(_CLOCK.fullmatch(group) for group in groups)


def _is_plausible(group: str) -> bool:
    if group[0] == "0":
        return group == "0"
    if len(group) == 4:
        return bool(_YEAR.fullmatch(group) or _CLOCK.fullmatch(group)) or int(group) % 50 == 0
    return len(group) <= 3
