"""What identifies a person, out of the words of a call before they are stored: numbers, addresses, post codes.

In: the words of one turn, as speech recognition or a keyboard gives them. Out: the words with a sign in place of each
identifier. Called by `bot.desk.calls` for every turn, so that transcript, highlights, notes and exports hold the same words and
every place in them is right. Pure.

Telephone numbers in a visitor's chat go through the same finder (bot.desk.callback), which also hands the number over.
"""

# ruff: noqa: E501
from __future__ import annotations

import re

from bot.desk.callback import part_number

#: What stands in the words instead. No sign is a word of the lexicon.
EMAIL, NHS, CARD, POSTCODE, IDENTIFIER = "[email]", "[nhs]", "[card]", "[postcode]", "[id]"

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: "sam dot lee at example dot com"
_SPOKEN_EMAIL = re.compile(
    r"\b[a-z0-9]+(?: (?:dot|underscore|dash|hyphen) [a-z0-9]+)* at [a-z0-9]+(?: [a-z0-9]+)? dot (?:com|org|net|co dot uk|co uk|uk|nhs|ie|eu|me|io)\b"
    r"(?: dot (?:uk|net))?",
    re.IGNORECASE,
)
_DIGIT_RUN = re.compile(r"(?<![\w.])\d(?:[ -]{0,2}\d){8,18}(?![\w]|\.\d)")
#: A UK post code; the second half never holds C, I, K, M, O or V, and "L4 5th" or "B12 5lb" is none.
_POSTCODE = re.compile(
    r"(?<![\w-])(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) {0,2}\d(?!(?:st|nd|rd|th|lb|ft|hr|yr|pt)\b)"
    r"[ABD-HJLNP-UW-Z]{2})(?!\w)",
    re.IGNORECASE,
)
_INSURANCE = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)", re.IGNORECASE)
#: "Hospital number 445 1298", "my NHS number is 94 3476": shorter ones only where the words say what it is.
_NAMED = re.compile(
    r"\b(?:nhs|hospital|patient|passport|insurance|policy|licen[cs]e|account|card|case|reference|member(?:ship)?|mrn|nhi|chi)(?:'s)?"
    r"(?:\s+(?:number|no\.?|id|num))?\s*(?:is|:|,)?\s*(?:it'?s\s+)?(?P<given>[A-Z]{0,3}\d(?:[ -]?\d){4,15})(?!\d)",
    re.IGNORECASE,
)
_ONES = "zero|oh|o|nought|one|two|three|four|five|six|seven|eight|nine"
_TENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SAID = re.compile(
    rf"(?<![\w'-])(?:(?:double|triple|treble)\s+)?(?:{_ONES}|{_TENS}|\d{{1,6}})(?:[\s,-]+(?:(?:double|triple|treble)\s+)?(?:{_ONES}|{_TENS}|hundred|thousand|\d{{1,6}})\b)+",
    re.IGNORECASE,
)
#: So many digits said in a row are a number somebody is reached or known by.
_FEWEST_SAID = 7
#: A turn of digits alone is a piece of such a number from here on; a year, an age or a pressure is shorter.
_FEWEST_ALONE = 5
_ALONE = re.compile(r"^[\s.,]*\d(?:[\s.,-]*\d)*[\s.,]*$")
_WORTH = {"double": 1, "triple": 2, "treble": 2, "hundred": 2, "thousand": 3, **dict.fromkeys(_TENS.split("|"), 2)}


def redact(text: str) -> str:
    """The words without what a person can be reached or found by."""
    if _ALONE.match(text) and _digits(text) >= _FEWEST_ALONE:
        return IDENTIFIER
    text = _SPOKEN_EMAIL.sub(EMAIL, _EMAIL.sub(EMAIL, text))
    text = _NAMED.sub(lambda found: found.group()[: found.start("given") - found.start()] + _kind(found["given"]), text)
    text = _DIGIT_RUN.sub(lambda found: _kind(found.group()) if _kind(found.group()) != IDENTIFIER else found.group(), text)
    text, _ = part_number(text)
    text = _POSTCODE.sub(POSTCODE, _INSURANCE.sub(IDENTIFIER, text))
    text = _DIGIT_RUN.sub(lambda found: found.group() if _is_day(found.group()) else IDENTIFIER, text)
    return _SAID.sub(lambda found: IDENTIFIER if _said(found.group()) >= _FEWEST_SAID else found.group(), text)


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _kind(given: str) -> str:
    """Card and NHS numbers prove themselves by their last digit."""
    digits = [int(character) for character in given if character.isdigit()]
    if 13 <= len(digits) <= 19 and _luhn(digits):
        return CARD
    if len(digits) == 10 and given.strip()[0] not in "0+" and _nhs(digits):
        return NHS
    return IDENTIFIER


def _luhn(digits: list[int]) -> bool:
    doubled = [sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _nhs(digits: list[int]) -> bool:
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == digits[9] and check != 10


def _is_day(given: str) -> bool:
    return re.fullmatch(r"\d{1,2}[ -]\d{1,2}[ -](?:19|20)\d\d|(?:19|20)\d\d[ -]\d{1,2}[ -]\d{1,2}", given) is not None


def _said(words: str) -> int:
    """Digits that number words stand for; 0 where there are figures only, which `_DIGIT_RUN` has judged."""
    if not re.search("[a-z]", words, re.IGNORECASE):
        return 0
    return sum(len(word) if word.isdigit() else _WORTH.get(word.lower(), 1) for word in re.findall(r"\w+", words))
