"""Facts about the person: age, sex, weeks of pregnancy, whom the talk is about.

In: raw text. Out: a small dict for `Extraction.profile`. Called by `extract`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.extraction.mention import Asked
from bot.extraction.timing import BORN
from bot.extraction.tokens import lower

_AGE = [
    re.compile(
        r"\b(?:i'?m|i am|aged?|am|he'?s|she'?s|he is|she is|turned|turning|at)\s+(?:only\s+|just\s+|now\s+|a\s+)?(\d{1,3})\b(?!\s*(?:weeks?|wks?|months?|days?|years? ago|hours?|%|mg|stone|kg|lbs?|times|mins?|minutes?|degrees|st\b|pounds|/|:|th\b|miles))"
    ),
    re.compile(r"\b(\d{1,3})\s*[- ]?(?:years?|yrs?|yo|y/o|y\.o\.?)[- ]?(?:old)?\b(?!\s*(?:ago|now|history|back|on))(?=.{0,1})"),
    re.compile(r"\b(\d{2})\s?(?:m|f|male|female|man|woman|lad|lass|bloke|guy|girl|boy)\b"),
    re.compile(r"(?<!['\w])(?:m|f|male|female)\s?(\d{2})\b(?!\s*(?:weeks?|wks?|months?|days?|hours?|mins?|mg|kg|miles|%))"),
    re.compile(
        r"(?:^|[.,;]\s*)(?:im\s+|fit and well\s+|healthy\s+)?(\d{2})(?:\s*[.,;]|\s*$|\s+(?:and|never|no|nothing|healthy|fit))"
    ),
]
_RELATION_AGE = re.compile(
    r"\b(?:mum|mom|mother|mam|dad|father|husband|wife|gran|nan|grandad|grandma|grandpa|son|daughter|partner|uncle|aunt|brother|sister|friend|patient|child|boy|girl|lad)\s*,?\s*\(?\s*(?:is\s+|who is\s+|aged?\s+)?(\d{1,3})\b(?!\s*(?:weeks?|months?|days?|hours?|%|mg))"
)
_YEARS_ONLY = re.compile(r"\b(?:for|past|last|over|about|since|in|after)\s+(?:about\s+|the\s+|over\s+)?\d{1,3}\s*(?:years?|yrs?)")
_WEEKS = re.compile(
    r"\b(\d{1,2})\s*(?:\+\s*\d\s*)?(?:weeks?|wks?)\s*(?:pregnant|gone|preg|along)\b|\bpregnant\b.{0,20}?\b(\d{1,2})\s*(?:weeks?|wks?)\b"
)
_BARE_WEEKS = re.compile(
    r"\b(?:i'?m|i am|she'?s|she is)\s+(?:about\s+|nearly\s+|now\s+)?(\d{1,2})\s*(?:weeks?|wks?)\b(?!\s*(?:post|into|in to|out|after|since|sober|late|off))"
)
_MONTHS_PREGNANT = re.compile(r"\b(\d)\s*months?\s*pregnant\b")
#: Said of the writer (a husband or wife says nothing sure of one's own sex); when the talk is about somebody else it says nothing about that person.
_WRITER_FEMALE = re.compile(
    r"\b(?:i'?m (?:just |only )?a (?:woman|girl|lady|female|mum|mother|mom)|(?:i'?m|i am|i was)\b[^.;!?]{0,20}\bpregnant|my period|my boobs|my vagina|after my baby|i (?:just )?gave birth|my fanny)\b"
)
_WRITER_MALE = re.compile(
    r"\b(?:i'?m (?:just |only )?a (?:man|bloke|guy|lad|male|dad|father)|my willy|my penis|my balls|my prostate|my erections?|my dick)\b"
)
#: Said of nobody in particular: of the patient, whoever that is.
_FEMALE = re.compile(r"\b(?:female|pregnant|gave birth|tampon)\b")
_MALE = re.compile(r"\b(?:male|erections?)\b")
_CANNOT_ASK = re.compile(
    r"\b(?:(?:can'?t|cannot|couldn'?t|can ?not|won'?t|not going to|not gonna|never) ask (?:him|her|them|(?:my |his |her )?(?:mum|mom|mam|"
    r"mother|dad|father|nan|gran|grandad|wife|husband|son|daughter|partner|friend))\b|not asking (?:him|her|them|my)\b|he'?s not here|she'?s not here|not with (?:him|her|them)|don'?t want to ask (?:him|her)|(?:he|she) won'?t (?:tell|say)|can'?t reach (?:him|her))\b"
)
_WORD_AGES = {"teenager": 15.0, "teenage": 15.0, "toddler": 3.0, "newborn": 0.1, "pensioner": 68.0}
_TEENS = re.compile(r"\bmy (?:little|young|baby) (?:boy|girl|son|daughter)\b|\bmy (?:kid|child|toddler)\b")
_BAND = [(16, "<16"), (18, "16-17"), (50, "18-49"), (65, "50-64"), (200, "65+")]


def read_profile(text: str, knowledge: Any, asked: Asked | None = None, today: date | None = None) -> dict[str, Any]:
    """Age in years, age band, sex of the patient and of the writer, weeks of pregnancy; only what the text says.

    A year of birth gives the age where the date is known.
    """
    low = lower(text[:4000])
    out: dict[str, Any] = {}
    age = _age(low, asked)
    if age is None and today is not None:
        age = _age_of_birth_year(low, asked, today)
    if age is not None:
        out["age_years"] = age
        out["age_band"] = band(age)
    weeks = _WEEKS.search(low)
    bare = _BARE_WEEKS.search(low)
    if weeks:
        out["pregnancy_weeks"] = int(weeks[1] or weeks[2])
    elif bare and 4 <= int(bare[1]) <= 42:
        out["pregnancy_weeks"] = int(bare[1])
    else:
        months = _MONTHS_PREGNANT.search(low)
        if months:
            out["pregnancy_weeks"] = int(months[1]) * 4
    _read_sex(low, out)
    if _CANNOT_ASK.search(low):
        out["cannot_ask"] = True
    relation = _relation(low, knowledge) or _relation_of_age(low, knowledge)
    if relation:
        out["subject"] = "other"
        out["relation"] = relation
    return out


def _read_sex(low: str, out: dict[str, Any]) -> None:
    """`writer_sex` is the writer's own; `sex` what was said of the patient, or left open whose it is."""
    if _WRITER_FEMALE.search(low):
        out["writer_sex"] = "female"
    elif _WRITER_MALE.search(low):
        out["writer_sex"] = "male"
    elif _FEMALE.search(low):
        out["sex"] = "female"
    elif _MALE.search(low):
        out["sex"] = "male"


def _age(low: str, asked: Asked | None) -> float | None:
    if asked is not None and "age" in asked.items:
        bare = re.fullmatch(r"\D{0,25}(\d{1,3})\D{0,25}", low.strip())
        if bare and 0 < int(bare[1]) < 120:
            return float(bare[1])
    match = _RELATION_AGE.search(low)
    if match and 0 < int(match[1]) < 115:
        return float(match[1])
    spans = [m.span() for m in _YEARS_ONLY.finditer(low)]
    for pattern in _AGE:
        for match in pattern.finditer(low):
            value = int(match[1])
            if any(a <= match.start(1) < b for a, b in spans):
                continue
            if pattern is _AGE[1] and "old" not in match[0] and "yo" not in match[0] and "y/o" not in match[0]:
                continue
            if 1 <= value < 115 and (value >= 10 or "old" in match[0]):
                return float(value)
    return None


def _age_of_birth_year(low: str, asked: Asked | None, today: date) -> float | None:
    """ "I was born in 1961"; to "how old are you?" the year alone. Whether the birthday has been is not known: a child stays one."""
    match = BORN.search(low)
    if match is None and asked is not None and "age" in asked.items:
        match = re.fullmatch(r"\D{0,25}((?:19|20)\d\d)\D{0,10}", low.strip())
    age = today.year - int(match[1]) if match else 0
    return float(age - 1 if age <= 16 else age) if 1 < age < 115 else None


def band(age: float) -> str:
    """Age in years -> the band the interview offers."""
    return next(name for limit, name in _BAND if age < limit)


_THIRD_PERSON = re.compile(r"\b(?:she|he|her|his|him)(?:'s|s)?\b")
_OWN_BODY = re.compile(
    r"\b(?:my (?:own |left |right |lower )?(?:back|legs?|knees?|foot|feet|hip|bottom|bum)|i've (?:got|had)|i have|i had|i can'?t)\b"
)


def _relation_of_age(low: str, knowledge: Any) -> str | None:
    """ "My daughter is 9 and she ...": the talk is about her, unless the writer's own body comes up too."""
    match = _RELATION_AGE.search(low)
    if match is None or not _THIRD_PERSON.search(low[match.end() :]) or _OWN_BODY.search(low):
        return None
    relations: dict[str, str] = knowledge.language["settings"]["relations"]
    return next((relations[word] for word in re.findall(r"[\w-]+", match[0]) if word in relations), None)


_ASKING_FOR = re.compile(r"\b(?:for|about|it'?s|its|is)\s+(?:my|the|a)\s+(?:\w+\s+)?(\w+)")


def _relation(low: str, knowledge: Any) -> str | None:
    relations: dict[str, str] = knowledge.language["settings"]["relations"]
    for match in re.finditer(
        r"\b(?:asking|calling|writing|ringing|phoning|here|worried|concerned|it'?s)\s+(?:for|about|on behalf of)?\s*(?:my|a|the)\s+(?:\w+\s+)?([\w-]+)",
        low,
    ):
        word = match[1]
        if word in relations:
            return relations[word]
        first = match[0].split()[-2] if len(match[0].split()) > 1 else ""
        if first in relations:
            return relations[first]
    return None
