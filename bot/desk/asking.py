"""What a handler's turn asks: which items and signs, and what "yes" and "no" to it mean.

In: the words of one handler's turn. Out: `Question`, or None. Called by `bot.desk.listening`. Pure.

People who ask aloud mix long talk with short questions, so only the asking part of a turn counts. Its form decides:

    sign       "any numbness down there?"         no clears, yes is the danger sign
    normal     "can you feel it when you wipe?"   yes clears, no is the danger sign
    negative   "so no numbness at all?"           no clears, "that's right" clears, a bare yes is unclear
    statement  "it looks a bit swollen here"      nothing is cleared; a yes can only add a sign

A wrong "no" is the worst that can happen here, so whatever is unclear clears nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.desk.summary import to_first_person
from bot.extraction import extract, read_question
from bot.extraction.mention import Answer, Asked, Extraction, Mention

#: Words before the question in an unpunctuated turn that still belong to it.
_TAIL_WORDS = 40
_OPENER = re.compile(
    r"\b(?:any|do you|don'?t you|does (?:it|your|that)|did you|did it|have you|has (?:it|your|that|there)|had you|haven'?t you|are you|aren'?t you|"
    r"is (?:it|your|that|there)|was (?:it|there)|were you|can you|could you|can'?t you|how(?:'s| is| are| about)|what about|no (?:problems?|trouble|"
    r"numbness|weakness|tingling|loss|fever|changes?|issues?|difficulty)|tell me|noticed)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"^\W*(?:(?:ok|okay|right|alright|and|so|but|well|then|er|um|just|i take it|i assume)\W+)*(?:there(?:'s| is| are|'re)? |you(?:'ve| have)?(?: got| had)? |"
    r"you'?re (?:getting |having )?)?(?:no|not|never|nothing|without|haven'?t|don'?t|didn'?t|isn'?t|aren'?t)\b",
    re.IGNORECASE,
)
_SIGN_WORDS = re.compile(
    r"\b(?:numb\w*|tingl\w*|weak\w*|trouble\w*|problems?|difficult\w*|loss|lost|losing|leak\w*|chang\w*|issues?|accidents?|unable|can'?t|cannot|pain\w*|"
    r"pins|any|wet|soil\w*|odd|strange|unusual|different|worse|gone|giv\w+|buckl\w*|fever\w*|constipat\w*)\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"\b(?:can|could|are|is|do|does|did|have|how)\b.*\b(?:feel|tell|able|normal\w*|okay|ok|fine|all ?right|working|manag\w+|control|know when|same as)\b",
    re.IGNORECASE,
)
_AGREES = re.compile(r"^\W*(?:(?:oh|um|er|well|yes|yeah|yep)\W+)*(?:no\b|nope|nothing|none|correct|exactly|that(?:'s| is) (?:right|correct)|right\b)", re.IGNORECASE)
#: Said to show that one listens; they answer nothing.
_NODDING = frozenset("ok okay alright right mm mmm mhm hm uh huh sure thanks thank you lovely good great bye mm-hmm mm-hm uh-huh".split())


@dataclass(frozen=True)
class Question:
    """What was asked.

    Attributes:
        asked: Items, and which way a "yes" points, for reading the answer.
        form: sign | normal | negative | statement.
        signs: Concepts the words name, for a bare yes or no.
    """

    asked: Asked | None
    form: str
    signs: tuple[str, ...] = ()


def read_asking(text: str, knowledge: Any) -> Question | None:
    """What a handler's turn asks about; None when it names no sign."""
    part, is_question = asking_part(text.replace("’", "'"))
    asked = read_question(part, knowledge)
    signs = _signs(part, knowledge)
    if asked is None and not signs:
        return None
    form = _form(part, asked, is_question)
    if asked is not None:
        asked = replace(asked, yes_means="normal" if form == "normal" else "danger")
    return Question(asked, form, () if form == "normal" else signs)


def asking_part(text: str) -> tuple[str, bool]:
    """The part of a turn that asks, and whether it is a question at all."""
    if "?" in text:
        parts = re.findall(r"[^.!?]*[.!?]+|[^.!?]+$", text)
        last = max(number for number, part in enumerate(parts) if "?" in part)
        first = last
        while first > 0 and "?" in parts[first - 1] and len(parts[first].split()) <= 4:
            first -= 1
        return " ".join(part.strip() for part in parts[first : last + 1]), True
    words = list(re.finditer(r"\S+", text))
    start = words[-_TAIL_WORDS].start() if len(words) > _TAIL_WORDS else 0
    tail = text[start:]
    opener = _OPENER.search(tail)
    if opener is None:
        return tail, bool(_NEGATIVE.match(tail)) and len(words) <= 14
    sentence = tail.rfind(".", 0, opener.start()) + 1
    return tail[sentence:] if not _NEGATIVE.match(tail[opener.start() :]) else tail[opener.start() :], True


def settle(question: Question, text: str, extraction: Extraction, turn: int) -> Extraction:
    """The reading of an answer with the form of the question in view."""
    words = re.findall(r"[a-z]+(?:[-'][a-z]+)*", text.lower().replace("’", "'"))
    if words and all(word in _NODDING for word in words):
        return replace(extraction, answers=())
    act = extraction.dialogue_act
    answers = extraction.answers
    if question.form == "statement":
        answers = tuple(answer for answer in answers if answer.state == "yes")
    elif question.form == "negative" and act == "yes":
        state = "no" if _AGREES.match(text.replace("’", "'")) else "unsure"
        answers = tuple(replace(answer, state=state) for answer in answers)
    extraction = replace(extraction, answers=answers)
    if extraction.mentions or act not in ("yes", "no"):
        return extraction
    return replace(extraction, mentions=_named(question, act, text, turn, answers))


def _named(question: Question, act: str, text: str, turn: int, answers: tuple[Answer, ...]) -> tuple[Mention, ...]:
    """A bare yes or no speaks of the very signs that were named."""
    end = len(text)
    if act == "no" and question.form in ("sign", "negative"):
        return tuple(Mention(c, "absent", "self", "current", turn, 0, end, text, by="answer") for c in question.signs)
    if act == "yes" and question.form in ("sign", "statement") and len(question.signs) == 1:
        return (Mention(question.signs[0], "present", "self", "current", turn, 0, end, text, by="answer"),)
    return ()


def _signs(part: str, knowledge: Any) -> tuple[str, ...]:
    read = extract(to_first_person(part), knowledge)
    found = (m.concept for m in read.mentions if m.by == "rule" and "ambiguous" not in m.attributes)
    return tuple(dict.fromkeys(found))


def _form(part: str, asked: Asked | None, is_question: bool) -> str:
    if not is_question:
        return "statement"
    if _NEGATIVE.match(part):
        return "negative"
    if _SIGN_WORDS.search(part):
        return "sign"
    if _NORMAL.search(part) or (asked is not None and asked.yes_means == "normal"):
        return "normal"
    return "sign"
