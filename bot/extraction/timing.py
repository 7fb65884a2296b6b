"""When: dates and durations in words -> days, relative to the caller's clock.

In: the lower-case text and today's date (or None). Out: `When` rows with character offsets. Called by
`bot.extraction.attributes`. Units: days before now (0.5 = this morning). No clock of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date


class _Lazy:
    """A regular expression compiled and run only when one of its words is there: most messages name no time."""

    def __init__(self, pattern: str, words: Iterable[str]) -> None:
        self._pattern = pattern
        self._words = frozenset(words)
        self._compiled: re.Pattern[str] | None = None

    def finditer(self, text: str, words: Set[str]) -> Iterable[re.Match[str]]:
        """All matches in `text`, whose words are `words`."""
        if self._words.isdisjoint(words):
            return ()
        if self._compiled is None:
            self._compiled = re.compile(self._pattern)
        return self._compiled.finditer(text)


_NUMBERS = {
    "a": 1.0,
    "an": 1.0,
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
    "eight": 8.0,
    "nine": 9.0,
    "ten": 10.0,
    "eleven": 11.0,
    "twelve": 12.0,
    "fifteen": 15.0,
    "twenty": 20.0,
    "thirty": 30.0,
    "couple": 2.0,
    "couple of": 2.0,
    "a couple of": 2.0,
    "a couple": 2.0,
    "few": 3.0,
    "a few": 3.0,
    "several": 4.0,
    "half": 0.5,
    "half a": 0.5,
    "half an": 0.5,
    "many": 6.0,
    "some": 3.0,
    "a good few": 5.0,
    "the last few": 3.0,
    "past few": 3.0,
    "last couple": 2.0,
}
_UNITS = {
    "minute": 1 / 1440,
    "min": 1 / 1440,
    "hour": 1 / 24,
    "hr": 1 / 24,
    "h": 1 / 24,
    "day": 1.0,
    "night": 1.0,
    "week": 7.0,
    "wk": 7.0,
    "fortnight": 14.0,
    "month": 30.0,
    "mth": 30.0,
    "year": 365.0,
    "yr": 365.0,
    "decade": 3650.0,
}
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
#: "Since Sunday" on a Sunday: today or a week ago; what may be sudden weakness is not taken for an old one.
_SAME_DAY = 0.5
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
#: Words that name a time on their own -> days before now.
_NAMED = {
    "just now": 0.0,
    "right now": 0.0,
    "today": 0.2,
    "tonight": 0.0,
    "this morning": 0.3,
    "this mornin": 0.3,
    "this afternoon": 0.1,
    "this evening": 0.1,
    "earlier today": 0.2,
    "overnight": 0.4,
    "last night": 0.6,
    "in the night": 0.4,
    "during the night": 0.4,
    "yesterday": 1.0,
    "yday": 1.0,
    "yest": 1.0,
    "the other day": 3.0,
    "the other night": 3.0,
    "day before yesterday": 2.0,
    "this week": 3.0,
    "last week": 7.0,
    "this weekend": 2.0,
    "at the weekend": 4.0,
    "the weekend": 4.0,
    "last weekend": 6.0,
    "last month": 30.0,
    "this month": 14.0,
    "last year": 365.0,
    "this year": 150.0,
    "the last hour": 0.04,
    "an hour or so": 0.04,
    "when i woke": 0.3,
    "woke at": 0.3,
    "went to bed fine": 0.4,
    "went to bed perfect": 0.4,
    "when i got up": 0.3,
    "when i went to bed": 0.5,
    "when i went up to bed": 0.5,
    "woke up": 0.3,
    "at lunch": 0.2,
    "lunchtime": 0.2,
    "breakfast": 0.3,
    "since lunch": 0.2,
    "since dinner": 0.2,
    "since teatime": 0.2,
}
_LONG = {
    "years": 1500.0,
    "ages": 400.0,
    "yonks": 1000.0,
    "donkeys years": 2000.0,
    "donkey's years": 2000.0,
    "decades": 5000.0,
    "months": 120.0,
    "weeks": 24.0,
    "days": 4.0,
    "hours": 0.3,
    "all my life": 8000.0,
    "as long as i can remember": 8000.0,
    "forever": 2000.0,
    "ever": 2000.0,
    "a long time": 500.0,
    "long time": 500.0,
    "a while": 45.0,
    "so long": 400.0,
    "childhood": 8000.0,
    "a very long time": 1000.0,
    "most of my life": 8000.0,
}
_NUMBER = r"(?:\d+(?:\.\d+)?|a good few|a couple of|a couple|couple of|couple|a few|few|several|half an?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|many|some)"
_UNIT = r"(?:minutes?|mins?|hours?|hrs?|h|days?|nights?|weeks?|wks?|fortnights?|months?|mths?|years?|yrs?|decades?)"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes|s)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = r"(?:january|february|march|april|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)"
_UNIT_WORDS = frozenset(form for unit in _UNITS for form in (unit, unit + "s"))
_WEEKDAY_WORDS = frozenset(
    short + end
    for short in ["mon", "tue", "tues", "wed", "weds", "wednes", "thu", "thur", "thurs", "fri", "sat", "satur", "sun"]
    for end in ("", "day")
)
_MONTH_WORDS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)
_WORD = re.compile(r"[a-z]+|\d+")


def _longest(phrases: Iterable[str]) -> Iterable[str]:
    """The longest word of each phrase: without it the phrase cannot be there."""
    return (max(_WORD.findall(phrase), key=len) for phrase in phrases)


_SPAN = _Lazy(
    rf"\b(?P<lead>since|for|over|in|within|after|every|last|past|about|around|nearly|almost|only|just)?\s*(?:the\s+)?(?:last\s+|past\s+|about\s+|around\s+|nearly\s+|almost\s+|over\s+|roughly\s+|like\s+|at least\s+)*(?P<number>{_NUMBER})(?:\s*(?:-|to|or)\s*(?P<upper>{_NUMBER}))?(?P<half>\s+and\s+a\s+half)?[\s-]*(?P<unit>{_UNIT})\b(?P<half_more>\s+and\s+a\s+half)?(?P<tail>\s+(?:ago|back|now|old|history))?",
    _UNIT_WORDS,
)
_NAMED_RE = _Lazy(
    r"\b(?P<lead>since|from|until|till|for|on)?\s*(?P<name>"
    + "|".join(sorted(map(re.escape, _NAMED), key=len, reverse=True))
    + r")\b",
    _longest(_NAMED),
)
_LONG_RE = _Lazy(
    r"\b(?P<lead>for|since|in|over|been|had|got|having)\s+(?:it\s+|this\s+|them\s+|that\s+|like this\s+|like that\s+)*(?:about\s+|many\s+|absolute\s+|so many\s+|the past\s+|the last\s+|past\s+|last\s+)?(?P<name>"
    + "|".join(sorted(map(re.escape, _LONG), key=len, reverse=True))
    + r")\b(?P<tail>\s+(?:ago|back|now))?",
    _longest(_LONG),
)
_BARE_LONG = _Lazy(
    r"(?<![\d])(?<!\d )\b(?P<name>years|months|weeks|decades)\b(?P<tail>\s+(?:ago|back|now))?",
    ("years", "months", "weeks", "decades"),
)
_DAY_RE = _Lazy(
    rf"\b(?P<lead>since|from|on|last|until|till|this|by|after)?\s*(?:last\s+|about\s+|this\s+)?(?P<day>{_WEEKDAY})(?:\s+(?:morning|night|evening|afternoon))?\b(?P<tail>\s+(?:last|gone))?",
    _WEEKDAY_WORDS,
)
_MONTH_RE = _Lazy(
    rf"\b(?P<lead>since|in|from|last|back in|until|till|around)\s+(?:last\s+|about\s+|early\s+|late\s+)?(?P<month>{_MONTH}|may)\b(?:\s+(?P<year>(?:19|20)\d\d))?",
    _MONTH_WORDS,
)
#: "Born in 1961", "born 3 May 1961"; that is no time at which anything began.
BORN = re.compile(
    rf"\bborn (?:(?:in|on|back|the|of|early|late|\d{{1,2}}(?:st|nd|rd|th)?|{_MONTH}|may)[\s,./-]+|\d{{1,2}}[./-]\d{{1,2}}[./-]){{0,5}}"
    r"((?:19|20)\d\d)\b"
)
_DATE_RE = _Lazy(
    rf"\b(?P<lead>since|from|on|until|till|after)?\s*(?:the\s+)?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH}|may)"
    rf"|(?P<month2>{_MONTH}|may)\s+(?:the\s+)?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)\b",
    _MONTH_WORDS,
)
#: How notes write a span: 3/7 three days, 2/52 two weeks; n/12 months only after a word of time, for it may be a date.
_SHORTHAND = _Lazy(r"(?<![\d/])(?P<number>\d{1,2})/(?P<unit>7|52)(?![\d/])", ("7", "52"))
_SHORTHAND_MONTHS = _Lazy(r"\b(?:for|past|last|over)\s+(?P<number>\d{1,2})/(?P<unit>12)(?![\d/])", ("12",))
_SHORTHAND_DAYS = {"7": 1.0, "52": 7.0, "12": 30.0}
_YEAR_RE = _Lazy(
    r"\b(?P<lead>since|in|from|back in|of|around|until|till|about)?\s*(?P<year>(?:19[4-9]\d|20[0-4]\d))\b",
    map(str, range(1940, 2050)),
)
_SHORT_YEAR = _Lazy(
    r"(?P<lead>in|since|back in|from)\s+'(?:[4-9]\d|0\d|1\d)\b", (f"{n:02}" for n in (*range(20), *range(40, 100)))
)
_FEAST_DAYS = {
    "christmas": (12, 25),
    "xmas": (12, 25),
    "easter": (4, 10),
    "new year": (1, 1),
    "new years": (1, 1),
    "summer": (7, 15),
    "winter": (1, 15),
    "spring": (4, 15),
    "autumn": (10, 15),
}
_FEAST_RE = _Lazy(
    r"\b(?P<lead>since|at|after|from|in|over|last|this)\s+(?:last\s+|the\s+|this\s+)?(?P<name>christmas|xmas|easter|new year|new years|summer|winter|spring|autumn|the holidays|lockdown|covid)\b",
    (*_longest(_FEAST_DAYS), "new", "holidays", "lockdown", "covid"),
)


@dataclass(frozen=True)
class When:
    """One time expression.

    Attributes:
        start, end: Character offsets.
        days: Days before now.
        kind: since (still going on), ago (a point), span ("3 weeks", "for 3 weeks": still going on), every.
    """

    start: int
    end: int
    days: float
    kind: str


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return _NUMBERS.get(text.strip(), 1.0)


def find_times(low: str, today: date | None = None) -> list[When]:
    """All time expressions of a lower-case text, in order, none overlapping."""
    found: list[When] = []
    words = set(_WORD.findall(low))
    for match in _SPAN.finditer(low, words):
        if match["unit"].startswith(("week", "wk")) and _before(_PREGNANT, low, match.start("number")) and not match["tail"]:
            continue  # "I'm 34 weeks": how far on, not how long ago
        unit = match["unit"].rstrip("s")
        number = _number(match["upper"] or match["number"]) + (0.5 if match["half"] or match["half_more"] else 0.0)
        days = number * _UNITS.get(unit, 1.0)
        tail = (match["tail"] or "").strip()
        lead = match["lead"] or ""
        if unit in ("year", "yr") and not tail and not lead and _before(_AGED, low, match.start("number")):
            continue  # "I am 55 years": an age
        if low[match.end() : match.end() + 6].lstrip().startswith("wait"):
            continue  # "a three months waiting list"
        if tail == "old" or (lead == "every") or (unit == "night" and not tail and lead not in ("last", "for")):
            kind = "every"
        elif tail in ("ago", "back"):
            kind = "since" if lead == "since" or _before(_SINCE_BEFORE, low, match.start()) else "ago"
        elif lead in ("in", "within", "after"):
            # "haven't peed in 12 hours" tells how long; "gone in an hour" does not
            kind = "span" if lead == "in" and _before(_NOT_BEFORE, low, match.start()) else "every"
        else:
            kind = "span"
        found.append(When(match.start(), match.end(), days, kind))
    for match in _LONG_RE.finditer(low, words):
        tail = (match["tail"] or "").strip()
        kind = "ago" if tail in ("ago", "back") else "every" if match["lead"] in ("in",) else "span"
        found.append(When(match.start(), match.end(), _LONG[match["name"]], kind))
    for match in _NAMED_RE.finditer(low, words):
        lead = match["lead"] or ""
        kind = "since" if lead in ("since", "from") else "until" if lead in ("until", "till") else "ago"
        if kind == "ago" and _NAMED[match["name"]] > _LATELY and _before(_SINCE_BEFORE, low, match.start()):
            kind = "since"  # "since my operation last year"
        found.append(When(match.start(), match.end(), _NAMED[match["name"]], kind))
    for match in _DAY_RE.finditer(low, words):
        name = match["day"]
        if name in ("sun", "sat", "wed", "fri", "mon") and not match["lead"]:
            continue
        days = _weekday_days(name, today, last="last" in match[0])
        lead = match["lead"] or ""
        kind = "since" if lead in ("since", "from") else "until" if lead in ("until", "till") else "ago"
        found.append(When(match.start(), match.end(), days, kind))
    for match in _MONTH_RE.finditer(low, words):
        month = _MONTHS.index(match["month"][:3]) + 1
        days = _month_days(month, int(match["year"]) if match["year"] else None, today)
        found.append(When(match.start(), match.end(), days, "since" if match["lead"] in ("since", "from") else "ago"))
    for match in _DATE_RE.finditer(low, words):
        month = _MONTHS.index((match["month"] or match["month2"])[:3]) + 1
        days = _date_days(month, int(match["day"] or match["day2"]), today)
        lead = match["lead"] or ""
        kind = "since" if lead in ("since", "from", "after") else "until" if lead in ("until", "till") else "ago"
        found.append(When(match.start(), match.end(), days, kind))
    for pattern in (_SHORTHAND, _SHORTHAND_MONTHS):
        for match in pattern.finditer(low, words):
            days = _number(match["number"]) * _SHORTHAND_DAYS[match["unit"]]
            found.append(When(match.start("number"), match.end(), days, "span"))
    for match in _FEAST_RE.finditer(low, words):
        month, day = _FEAST_DAYS.get(match["name"], (1, 1))
        days = _date_days(month, day, today) if match["name"] in _FEAST_DAYS else 1000.0
        found.append(When(match.start(), match.end(), days, "since" if match["lead"] in ("since", "from", "after") else "ago"))
    for match in _YEAR_RE.finditer(low, words):
        year = int(match["year"])
        days = max(30.0, (today.year - year) * 365.0 - 180.0) if today else 1000.0
        since = match["lead"] in ("since", "from") or _before(_SINCE_BEFORE, low, match.start())
        found.append(When(match.start(), match.end(), days, "since" if since else "ago"))
    for match in _SHORT_YEAR.finditer(low, words):
        found.append(When(match.start(), match.end(), 4000.0, "since" if match["lead"] == "since" else "ago"))
    for match in _BARE_LONG.finditer(low, words):
        tail = (match["tail"] or "").strip()
        found.append(When(match.start(), match.end(), _LONG[match["name"]], "ago" if tail in ("ago", "back") else "span"))
    born = [match.span() for match in BORN.finditer(low)] if "born" in words else []
    return _without_overlap([when for when in found if not any(start <= when.start < end for start, end in born)])


_LOOK_BACK = 240
_LATELY = 14.0
_NOT_BEFORE = re.compile(r"(?:\b(?:not|no|nothing|never|cannot|cant|havent|hasnt)|n't)\b[^.!?;]{0,40}$")
_SINCE_BEFORE = re.compile(r"\bsince(?:\s+\w+){1,4}\s*$")
_AGED = re.compile(r"\b(?:i'?m|i am|he'?s|he is|she'?s|she is|aged?|age is)\s+(?:about\s+|now\s+)?$")
_PREGNANT = re.compile(r"\b(?:i'?m|i am|she'?s|she is|pregnant,?|now)\s+(?:about\s+|nearly\s+|now\s+)?$")


def _before(pattern: re.Pattern[str], low: str, end: int) -> re.Match[str] | None:
    """What stands right before a place; looking back over the whole text each time would cost its square."""
    return pattern.search(low, max(0, end - _LOOK_BACK), end)


def _without_overlap(found: list[When]) -> list[When]:
    if len(found) < 2:
        return found
    kept: list[When] = []  # in order, none overlapping
    for when in sorted(found, key=lambda w: (-(w.end - w.start), w.start)):
        at = bisect_left(kept, when.start, key=lambda w: w.end - 1)
        if at == len(kept) or when.end <= kept[at].start:
            kept.insert(at, when)
    return kept


def _weekday_days(name: str, today: date | None, *, last: bool = False) -> float:
    if today is None:
        return 4.0
    days = (today.weekday() - _WEEKDAYS.index(name[:3])) % 7
    return float(days) if days else 7.0 if last else _SAME_DAY


def _month_days(month: int, year: int | None, today: date | None) -> float:
    if today is None:
        return 150.0 if year is None else 700.0
    year = year if year is not None else (today.year if month <= today.month else today.year - 1)
    return max(0.0, float((today - date(year, month, 15)).days))


def _date_days(month: int, day: int, today: date | None) -> float:
    if today is None:
        return 150.0
    year = today.year if (month, day) <= (today.month, today.day) else today.year - 1
    return float((today - date(year, month, min(day, monthrange(year, month)[1]) or 1)).days)
