"""Days told one after the other: "it gave way monday, wednesday and today" is three times.

In: a text and the place of an event in it. Out: how many days are listed for it, 0 when none are. Called where attributes are
worked out.
"""

from __future__ import annotations

import re

_DAY = (
    r"(?:(?:on |last |this |again |then |also )*"
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|saturday|sunday|today|yesterday|"
    r"(?:the )?day before yesterday|last night|tonight|this morning|this afternoon|this evening)"
    r"(?: (?:morning|afternoon|evening|night))?(?: again)?\b)"
)
_NEXT = r"(?:\s*,\s*(?:and |then |plus )?|\s*(?:&|\+|/)\s*|\s+(?:and|then|plus)\s+)"
_LIST = rf"(?P<list>{_DAY}(?:{_NEXT}{_DAY})+)"
#: Words that may stand between the event and its days; none that begins something else.
_FILLER = rf"(?:\s+(?!(?:and|but|or|between|from|except|until|till|before|since|was|is|fine|ok|okay)\b|{_DAY})[\w'’-]+){{0,5}}"
_AFTER = re.compile(rf"^{_FILLER}[\s,:]*\s{_LIST}(?=\s*(?:$|[.,;!?)\n]|(?:this|last) week\b))", re.I)
_BEFORE = re.compile(rf"(?:^|[.;!?\n]\s*|\b(?:on|and|has|yes|it was)\s+){_LIST}[\s,:]*(?:[\w'’-]+\s+){{0,4}}$", re.I)
#: "Monday it did it on the stairs, Friday it went again": one day told with each event, whatever else is told between.
_EACH = re.compile(
    rf"(?:^|[\s,;.]){_DAY},? (?:and )?(?:it|she|he|the knee|my knee|the leg|my leg) "
    r"(?:just )?(?:did it|did the same|did that|happened|went|gave|let go|let me down|buckled|folded|dropped me)\b",
    re.I,
)
#: How far such a story reaches.
_STORY = 240
#: How far from the event its days may stand.
_NEAR = 120


def days_listed(text: str, start: int, end: int) -> int:
    """Number of days listed right after, or right before, text[start:end]; 0 for fewer than two."""
    found = _AFTER.search(text[end : end + _NEAR]) or _BEFORE.search(text[max(0, start - _NEAR) : start])
    if found is not None:
        return len(re.findall(_DAY, found["list"], re.I))
    told = len(_EACH.findall(text[start : end + _STORY]))
    return told if told > 1 else 0
