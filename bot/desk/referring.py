"""What "it" stands for in a call: "it's the left knee" - "right" - "well, it just gives out".

In: the talk so far, the open question, a turn. Out: the part or the matter that was spoken of, and the signs that a turn names
when "it" is read that way. Called by `bot.desk.listening`. Pure.

Only a sign that is there is read this way: nothing is cleared by a guess about a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.extraction.mention import Extraction, Mention
from bot.findings.case import Case

if TYPE_CHECKING:
    from bot.desk.asking import Question

_IT = re.compile(r"\bit(?=\b(?!['’]s (?:been|about|just|like)))", re.IGNORECASE)
_PART = re.compile(r"(?<!between )(?<!between my )(?<!between your )(?<!between the )\b(knees?|legs?|foot|feet)\b", re.IGNORECASE)
#: A part of the body named in the same turn may be what "it" is.
_ANY_PART = re.compile(
    r"\b(?:knees?|legs?|foot|feet|ankles?|toes?|hips?|thighs?|cal(?:f|ves)|wrists?|arms?|hands?|fingers?|elbows?|shoulders?|necks?|backs?|heads?|hearts?|ears?)\b",
    re.IGNORECASE,
)
_OF_PART = {"knees": "knee", "legs": "leg", "feet": "foot"}
#: Signs that belong to no part: beside them "it" still wants reading ("it gives out and I nearly fall").
_NO_PART = frozenset({"falls"})
#: Items asked about -> the matter that "it" then is.
_MATTERS = (
    (frozenset({"bladder_start", "bladder_empty", "leaks", "bladder_full_feeling", "bladder_flow_feeling"}), "my wee"),
    (frozenset({"bowel_control", "bowel_change", "bowel_feeling"}), "my poo"),
    (frozenset({"knee_buckling", "knee_joint", "buckling_detail"}), "my knee"),
)


def part_named(text: str, before: str | None) -> str | None:
    """The knee, leg or foot that was named last: in this turn, else as before."""
    found = _PART.findall(text)
    return _OF_PART.get(found[-1].lower(), found[-1].lower()) if found else before


def part_told(case: Case, knowledge: Any) -> str | None:
    """The knee or the leg whose sign was told last."""
    for mention in reversed(case.mentions):
        concept = knowledge.concepts.get(mention.concept)
        if mention.presence == "present" and concept is not None:
            for part in ("knee", "leg"):
                if part in concept.site or part in concept.id:
                    return part
    return None


def matter_of(question: Question | None, part: str | None, case: Case) -> str | None:
    """What "it" is: the matter of the open question; while no sign was told yet, the part named last."""
    items = set(question.asked.items) if question is not None and question.asked is not None else set()
    for together, matter in _MATTERS:
        if items and items <= together:
            return matter
    told = any(mention.presence != "absent" for mention in case.mentions)  # "it" then goes back to a sign (bot.findings.again)
    return f"my {part}" if part is not None and not items and not told else None


def with_it_read(text: str, extraction: Extraction, matter: str | None, read: Callable[[str], Extraction]) -> Extraction:
    """The reading with the signs that are there once "it" is read as the matter; where the words alone name any, as it was."""
    spoken = {mention.concept for mention in extraction.mentions}
    if matter is None or spoken - _NO_PART or _ANY_PART.search(text) or not _IT.search(text):
        return extraction
    pieces, moved = [], []
    at = 0
    for found in _IT.finditer(text):
        pieces += [text[at : found.start()], matter]
        moved.append((sum(map(len, pieces)), len(matter) - len(found.group())))
        at = found.end()
    named = read("".join([*pieces, text[at:]]))
    told = [
        mention
        for mention in named.mentions
        if mention.presence == "present" and not mention.pieces and mention.concept not in spoken
    ]
    if not told:
        return extraction

    def place(where: int) -> int:
        return min(max(where - sum(more for end, more in moved if end <= where), 0), len(text))

    return replace(extraction, mentions=(*extraction.mentions, *(_moved(mention, text, place) for mention in told)))


def _moved(mention: Mention, text: str, place: Callable[[int], int]) -> Mention:
    start, end = place(mention.start), place(mention.end)
    return replace(mention, start=start, end=max(end, start + 1), text=text[start : max(end, start + 1)])
