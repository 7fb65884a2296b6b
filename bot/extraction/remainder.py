"""What is left of an answer beside its yes or no: "no, it's odd" is no "no", "yes, after a while" is no plain "yes".

In: a text, the word lists of answers.yml. Out: "sign", "doubt", "fine" or None. Called by `bot.answer` and the desk on
everything that would clear a sign, and by the intent settler for whether a text is about the question. It decides nothing
that was said plainly; it only takes back what is qualified.

A word that is denied itself ("nothing odd", "no tingling") takes nothing back, nor does one about another part of the body
("no, just the foot tingles").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.extraction.tokens import lower

#: Longer messages tell a story; the reading of the whole decides there.
LONGEST = 200
#: How far before a word its denial may stand.
_REACH = 5
_CLAUSES = re.compile(r"[.;:!?\n…()]+|,|\s[-–—]+\s|\b(?:but|though|although|however|yet|cos|so|whereas)\b")
_NEGATOR = re.compile(
    r"(?:not|no|never|nothing|none|nowt|without|neither|nor|any|anything|cannot|cant|dont|doesnt|isnt|havent|\w+n't)$"
)
#: An answering particle in front; "no odd feeling" keeps its "no", "no it's odd" does not.
_PARTICLE = re.compile(
    r"^\W*(?:(?:no|nope|nah|naw|na|yes|yeah|yep|yup|aye|never|none|nothing)(?=\W*$|\s*[,.;:!?-]|\s+(?:no|i|i'm|it|it's|its|that|"
    r"that's|they|he|she|we|you|my|not|just|only|but|there|there's|all|well|actually|really|definitely|can't|cant|don't)\b)"
    r"|(?:nope|nah|naw|yes|yeah|yep|yup|aye)\b)\W*"
)
_ABLE = re.compile(r"\b(?:can|could|do|does|i|she|he) (?:still )?(?:feel|tell)\b")


def remainder(
    text: str, words: Mapping[str, frozenset[str]], *, private: bool, counts: bool = True, described: bool = False
) -> str | None:
    """What the words beside a yes or no say.

    Args:
        text: The raw message.
        words: The lists of answers.yml.
        private: The question is about the private parts, bladder or bowel; clauses about a limb do not touch it.
        described: A "no" clears a sign, so how "it" is said to be matters too ("no, it is jelly-like").
        counts: How much, how often and since when matter too; beside a tick list they mostly tell of something else.

    Returns:
        "sign" when they plainly say that it is not normal, "doubt" when they speak of a change, a loss, an amount or an
        exception, "fine" when they only say that all is normal, None when they say nothing about it.
    """
    low = lower(text).strip()
    if len(low) > LONGEST:
        return None
    found: set[str] = set()
    names = ("other_places", "private_places", "changed", "amounts", "normal_words", "not_about_it", "well_words")
    other, mine, changed, amounts, normal, elsewhere, well = _patterns(*(tuple(sorted(words[name])) for name in names))
    clauses = _clauses(low)
    for clause in clauses:
        if elsewhere.search(clause) or (private and other.search(clause) and not mine.search(clause)):
            continue
        found |= _verdicts(clause, changed, normal)
        if (
            described
            and _DESCRIBES.match(clause)
            and not (_DENIES.search(clause) or normal.search(clause) or well.search(clause))
        ):
            found.add("doubt")
        if counts and (_undenied(amounts, clause) or _EXCEPT.search(clause)):
            found.add("doubt")
    if counts and _EXCEPTION.search(low):
        found.add("doubt")
    return next((name for name in ("sign", "doubt", "fine") if name in found), None)


def is_number(text: str) -> bool:
    """Only a number: the place of an option where none was numbered, so it is asked again."""
    return re.fullmatch(r"\W*\d{1,2}\W*", text) is not None


def names_matter(text: str, words: Mapping[str, frozenset[str]]) -> bool:
    """Whether a text names a part of the body or a sensation: then it is about the question, not small talk."""
    lists = (tuple(sorted(words["private_places"] | words["other_places"])), tuple(sorted(words["changed"])))
    low = lower(text)
    return bool(_SENSES.search(low)) or any(pattern.search(low) for pattern in _patterns(*lists))


_SENSES = re.compile(r"\b(?:feel|feels|feeling|feelings|felt|sense|sensation|touch|urge|skin|stream|flow|empty|full|hold)\b")


def _clauses(low: str) -> list[str]:
    rest, parts = low, []
    while (particle := _PARTICLE.match(rest)) is not None and particle.end():
        rest = rest[particle.end() :]
    for part in _CLAUSES.split(rest):
        part = part.strip()
        while (particle := _PARTICLE.match(part)) is not None and particle.end():
            part = part[particle.end() :]
        if part:
            parts.append(part)
    return parts


def _verdicts(clause: str, changed: re.Pattern[str], normal: re.Pattern[str]) -> set[str]:
    found = set()
    if _undenied(changed, clause):
        found.add("doubt")
    if _LOST.search(clause) and not _NOTHING_WRONG.search(clause):
        found.add("doubt")
    if _NOT_FINE.search(clause):
        found.add("doubt")
    if _NOT_NORMAL.search(clause):
        found.add("sign")
    elif (normal.search(clause) or _ABLE.search(clause)) and not _LOST.search(clause):
        found.add("fine")
    return found


def _undenied(pattern: re.Pattern[str], clause: str) -> bool:
    for match in pattern.finditer(clause):
        before = clause[: match.start()].split()[-_REACH:]
        if not any(_NEGATOR.search(word) for word in before):
            return True
    return False


#: "It's jelly-ish", "feels like bubble wrap": a description that no list knows is no all-clear.
_DESCRIBES = re.compile(
    r"(?:(?:it|that|they)(?:'s|'re|s)?|there's|there is|feels?|felt|seems?|like|more|sort of|kind of|just)\b.*\w"
)
_DENIES = re.compile(r"\b(?:not|no|never|nothing|none|nowt|isnt|doesnt|dont|any|anything|\w+n't)\b")

#: "Yes, but not wind", "poo yes, wind no", "no, only gas".
_EXCEPTION = re.compile(
    r"\bbut not\b(?! (?:numb|odd|tingly|weird|bad|leak|there|down|between))|\bnot the other\b|\bhalf\b.*\bcan't\b|"
    r"\b(?:wind|gas|farts?|poo|pee|wee) (?:no|not|isn't|i can't)\b|"
    r"\b(?:just|only|except|not) (?:the )?(?:wind|gas|farts?|smears?)\b"
)
_EXCEPT = re.compile(r"\b(?:except|apart from|other than)\b")
_FILL = (
    r"(?:(?:feel|feels|feeling|felt|quite|really|entirely|exactly|completely|totally|very|at|all|as|the|it|what|i|would|i'd|call|"
    r"be|been|being|that|too|working|seem|seems|look|looks|going|so|doing|a|my|usual|more|fully|anywhere|near) ){0,4}"
)
_NO = r"(?:\bnot|\bnever|\w+n't|\bisnt|\bdoesnt|\bdont|\bno longer|\bfar from|\bless than|\banything but)"
#: "It isn't normal", "doesn't feel right"; "not the same as the other leg" compares something else, "not right now" nothing.
_NOT_NORMAL = re.compile(
    rf"{_NO} {_FILL}(?:normal|usual|right(?! (?:now|away|at|this|side|leg))|(?:same|like (?:before|it (?:was|used to)))"
    r"(?! (?:as|leg|side|place|thing|problem|question)\b))\b|\babnormal(?:ly)?\b"
    rf"|{_NO} (?:feel|feeling|start|starting|work|working|flow|flowing|empty|come|coming)\w* normally\b"
)
_NOT_FINE = re.compile(rf"{_NO} {_FILL}(?:ok|okay|well|properly|fine|good|great|normally|usually)\b(?! (?:at|known)\b)")
_LOST = re.compile(
    r"\b(?:can't|cant|cannot|couldn't|couldnt|don't|dont|didn't|doesn't|never|hardly|barely|scarcely|not|stopped|lost|without|"
    r"unable to) (?:\w+ ){0,2}?(?:feel|feeling|sense|sensing|tell|know|notice|hold|control|stop|empty|go)\b"
    r"|\b(?:no|zero|little|lost|lack of) (?:\w+ )?(?:feeling|sensation|sense|control|urge|warning|stream|flow)\b"
    r"|\b(?:feel|feels|feeling|felt) (?:like )?nothing\b(?! (?:odd|strange|wrong|different|unusual|new|abnormal))"
    r"|\bnothing (?:to feel|there to feel|registers|gets through|feels?)\b|\bnothing comes\b"
)
#: "I can't feel anything odd", "don't feel any different", "no feeling of numbness".
_NOTHING_WRONG = re.compile(
    r"\b(?:odd|strange|weird|funny|unusual|wrong|different|difference|numb|numbness|tingl\w+|change|changed|problem|problems|untoward|"
    r"out of the ordinary|amiss|need to push|anything like that|anything of the sort)\b"
)


@lru_cache(maxsize=4)
def _patterns(*lists: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(r"\b(?:" + "|".join(re.escape(w).replace(r"\*", r"\w*") for w in some) + r")\b") for some in lists)
