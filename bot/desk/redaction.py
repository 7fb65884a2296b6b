"""What identifies a person, out of the words of a call before they are stored: numbers, addresses, post codes.

In: the words of one turn, as speech recognition or a keyboard gives them. Out: the words with a sign in place of each
identifier. Called by `bot.desk.calls` for every turn, so that transcript, highlights, notes and exports hold the same words and
every place in them is right. Pure.

Telephone numbers in a visitor's chat go through the same finder (bot.desk.callback), which also hands the number over.
"""

# ruff: noqa: E501
from __future__ import annotations

import re
from itertools import islice

from bot.desk.callback import SIGN as PHONE
from bot.desk.callback import part_number
from bot.desk.measures import are_years, explains_itself, has_unit_next, is_asked, is_day, is_measured, names_a_measure

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
#: L4 and S1 are vertebrae as well as post codes: "L4 5ly", "l4 5th" of a spine.
_VERTEBRA = re.compile(r"[LS][1-5] {1,2}", re.IGNORECASE)
_SPINE = re.compile(
    r"\b(?:dis[ck]s?|spine|spinal|lumbar|sacral|vertebra\w*|nerves?|bulg\w+|prolaps\w+|mri|scans?|slipped)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"\b(?:post ?code|zip|address|live|living|street|road)\b", re.IGNORECASE)
#: QQ stands in examples, and people read it out. Small words before "30 60 90 a day" are no letters of one.
_INSURANCE = re.compile(
    r"(?<!\w)(?!(?:am|an|as|at|be|by|do|go|he|if|in|is|it|me|mg|ml|my|no|of|on|or|so|to|up|us|we)\b)[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)",
    re.IGNORECASE,
)
#: "Hospital number 445 1298", "my NHS number is 94 3476": shorter ones only where the words say what it is.
_NAMED = re.compile(
    r"\b(?:nhs|hospital|patient|passport|insurance|policy|licen[cs]e|account|card|case|reference|ref|member(?:ship)?|mrn|nhi|chi)(?:'s)?"
    r"(?P<says>\s+(?:number|no\.?|id|num))?\s*(?:is|:|,)?\s*(?:it'?s\s+)?(?P<given>(?:[A-Z]{1,3}(?=\d)|(?-i:[A-Z]{1,3})[ -]|[B-HJ-Z][ -])?\d(?:[ -]?\d){4,15})(?!\d)",
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
_ALONE = re.compile(r"^[\s.,]*\d(?:[\s.,/_-]*\d)*[\s.,]*$")
#: "it's 445 12 98": words that only hand a number over.
_HANDED = re.compile(
    r"^(?P<words>(?:(?:yes|yeah|yep|ok|okay|right|so|um|er|erm|it'?s|it is|that'?s|that is|sure)[\s,.]+)+)(?P<given>\d(?:[\s.,/_-]*\d){5,})[\s.,]*$",
    re.IGNORECASE,
)
#: "number's 445 566 7", "ring back on 300 200 100".
_CALLED = re.compile(
    r"\b(?P<words>(?:number|phone|mobile|back on)(?:'s)?\s*(?:is|:|,)?\s*)\d(?:[ -]?\d){4,15}(?![\d/])", re.IGNORECASE
)
#: However a number that begins with 0 or + is broken up: "07700/900/123", "07700, then 900, then 123".
_BROKEN = re.compile(r"(?<![\w.,/])\+?\d+(?:(?:[\s,/_.()-]|\b(?:then|and|um|er|erm)\b){1,12}\d+)+(?!\w)", re.IGNORECASE)
#: Nothing measured has so many figures without a break.
_SOLID = re.compile(r"(?<![\w.,/])\d{7,}(?!\w|[.,]\d)")
_REACHES = range(10, 14)
_SINGLES = re.compile(rf"(?:[\s,-]+(?:{_ONES}|\d)\b)+", re.IGNORECASE)
_WORTH = {"double": 1, "triple": 2, "treble": 2, "hundred": 2, "thousand": 3, **dict.fromkeys(_TENS.split("|"), 2)}


def redact(text: str) -> str:
    """The words without what a person can be reached or found by."""
    if _ALONE.match(text) and _digits(text) >= _FEWEST_ALONE:
        return text if explains_itself(text) else IDENTIFIER
    if (
        (handed := _HANDED.match(text))
        and not explains_itself(handed["given"])
        and _kind(handed["given"]) == IDENTIFIER
        and not _reaches(handed["given"])
    ):
        return handed["words"] + IDENTIFIER
    text = _SPOKEN_EMAIL.sub(EMAIL, _EMAIL.sub(EMAIL, text))
    text = _NAMED.sub(_named, _INSURANCE.sub(IDENTIFIER, text))
    text = _DIGIT_RUN.sub(_proven, text)
    text, _ = part_number(text)
    text = _CALLED.sub(lambda found: found["words"] + IDENTIFIER, _BROKEN.sub(_broken, text))
    text = _POSTCODE.sub(_postcode, text)
    text = _DIGIT_RUN.sub(lambda found: found.group() if is_measured(found.string, *found.span()) else IDENTIFIER, text)
    text = _SOLID.sub(lambda found: found.group() if is_day(found.group()) else IDENTIFIER, text)
    return _SAID.sub(lambda found: IDENTIFIER if _is_read_out(found) else found.group(), text)


def _named(found: re.Match[str]) -> str:
    """A number that is called one; "case" and "hospital" alone may stand before days, years and amounts."""
    given = found["given"]
    measured = is_day(given) or (
        not found["says"] and (are_years(given.split()) or is_measured(found.string, *found.span("given")))
    )
    return found.group() if measured else found.group()[: found.start("given") - found.start()] + _kind(given)


def _proven(found: re.Match[str]) -> str:
    """Cards and NHS numbers by their check digit, which an amount may hit by chance."""
    given, kind = found.group(), _kind(found.group())
    amount = has_unit_next(found.string, found.end()) and is_measured(found.string, *found.span())
    return given if kind == IDENTIFIER or amount or explains_itself(given) else kind


def _reaches(given: str) -> bool:
    return given[0] in "0+" and _digits(given) in _REACHES


def _broken(found: re.Match[str]) -> str:
    """The longest beginning that is a whole telephone number; what follows stays."""
    given, text = found.group(), found.string
    if given[0] not in "0+" or re.search(r"(?<!\d)\d{1,2}([/.-])\d{1,2}\1(?:19|20)?\d\d(?!\d)", given):
        return given
    most = 11 if given[0] == "0" else _REACHES[-1]
    ends = [group.end() for group in islice(re.finditer(r"\d+", given), _REACHES[-1])]  # more groups hold too many figures
    whole = [end for end in ends if _digits(given[:end]) in _REACHES]
    end = max((end for end in whole if _digits(given[:end]) <= most), default=whole[-1] if whole else 0)
    if not end or (is_measured(text, found.start(), found.end()) and not is_asked(text, found.start())):
        return given
    return PHONE + given[end:]


def _postcode(found: re.Match[str]) -> str:
    given, text = found.group(), found.string
    if (
        _VERTEBRA.match(given)
        and not given.isupper()
        and not _ADDRESS.search(text)
        and (given[0].isupper() or _SPINE.search(text))
    ):
        return given
    return POSTCODE


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


def _is_read_out(found: re.Match[str]) -> bool:
    """Whether number words are read out one after the other, not told as amounts, times or scores."""
    words = found.group()
    if _said(words) < _FEWEST_SAID:
        return False
    if re.match(r"(?:zero|oh?|nought|0|double|triple|treble)\b|0", words, re.IGNORECASE) or is_asked(found.string, found.start()):
        return True
    longest = max(len(run.split()) for run in _SINGLES.findall(f" {words}") or [""])
    return longest >= _FEWEST_SAID or not names_a_measure(found.string)


def _said(words: str) -> int:
    """Digits that number words stand for; 0 where there are figures only, which `_DIGIT_RUN` has judged."""
    if not re.search("[a-z]", words, re.IGNORECASE):
        return 0
    return sum(len(word) if word.isdigit() else _WORTH.get(word.lower(), 1) for word in re.findall(r"\w+", words))
