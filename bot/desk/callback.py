"""A call-back number in what a visitor writes: taken out of the words, so that it is kept in one encrypted place only.

In: a message. Out: the message with a sign in place of the number, and the number. Called by `bot.runtime.conversation` before
anything is stored. Pure.
"""

from __future__ import annotations

import re

from bot.desk.measures import is_measured

#: Stands where the number was. No word of the lexicon.
SIGN = "[phone]"
_DIGITS = r"(?:[\s().-]{0,2}\d)"
#: +44 ..., 00 44 ..., 07..., (020) ...: written as numbers are written.
_PLAIN = rf"(?<![\w.+])(?:\+\s?[1-9]|\(?0)\)?{_DIGITS}{{8,14}}(?![\d.]\d|\d)"
#: 555-123-4567, (555) 123 4567, 555.123.4567.
_AMERICAN = r"(?<![\w.+])(?:1[\s.-]?)?(?:\([2-9]\d\d\)\s?|[2-9]\d\d[\s.-]?)[2-9]\d\d[\s.-]?\d{4}(?!\d)"
#: "my number is 445566", "ring me on 7946 0958": shorter ones only where the words say what it is.
_NAMED = (
    r"\b(?:(?:call|ring|phone|text|reach)\s+(?:me|us|her|him)(?:\s+back)?(?:\s+(?:on|at))?|(?:my|the|her|his|our)\s+(?:\w+\s+)?(?:number|mobile|landline|cell)"
    rf"(?:\s+is|'s)?|(?:tel|phone|mobile|mob|telephone)(?:\s+number)?(?:\s+is)?)\s*[:.]?\s*(?P<named>\+?\(?\d{_DIGITS}{{5,14}})(?!\d)"
)
_NUMBER = re.compile(rf"(?P<plain>{_PLAIN})|(?P<american>{_AMERICAN})|{_NAMED}", re.IGNORECASE)
#: 05-06-2023, 01.02.99, 2023-06-05: a day, not a number.
_DAY = re.compile(r"^\(?(?:\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)?\d\d|(?:19|20)\d\d[-. ]\d{1,2}[-. ]\d{1,2})\)?$")


def part_number(text: str) -> tuple[str, str | None]:
    """The text without telephone numbers, and the last one in it.

    Args:
        text: What the visitor wrote.

    Returns:
        The text itself and None when there is no number in it.
    """
    number: str | None = None

    def hide(found: re.Match[str]) -> str:
        nonlocal number
        name = found.lastgroup or ""
        given = found[name]
        if _DAY.match(given.strip()) or (name != "named" and is_measured(text, *found.span(name))):
            return found.group()
        number = given.strip()
        return found.group().replace(given, SIGN)

    return _NUMBER.sub(hide, text), number
