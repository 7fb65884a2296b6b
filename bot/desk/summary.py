"""A handler's read-back: "so no numbness, bladder is fine, and it began on Sunday, is that right?" - "yes".

In: the words of the handler and of the caller. Out: claims, and those the caller confirmed. Called by
`bot.desk.listening`. Pure.

A summary is nobody's finding until the caller says yes. "Yes, but ..." confirms only the danger signs in it: what was
cleared in the same breath has to be asked again.
"""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.extraction import extract
from bot.extraction.mention import Extraction, Mention

_CUE = re.compile(
    r"\b(?:is that (?:right|correct|all right)|have i got (?:that|this|it) right|did i get that right|is that everything|does that sound right|"
    r"that(?:'s| is) right,? (?:is it|isn'?t it)|am i right|correct\?|(?:to|let me|i'?ll) (?:just )?(?:recap|summari[sz]e|sum up|read (?:that|this|it) back|"
    r"check (?:that )?i(?:'ve| have) got)|what i(?:'ve| have) got (?:is|down)|so (?:what )?you(?:'re| are) (?:saying|telling me)|you(?:'ve| have)? (?:said|told me|mentioned)|"
    r"so (?:far )?(?:i've|i have) got|so just to (?:be clear|confirm|check))",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^\W*(?:(?:oh|um|er|erm|uh|well|mm)\W+)*(?:yes|yeah|yep|yup|aye|correct|right|exactly|that(?:'s| is)? (?:right|correct|it|all|about right|everything|true)|"
    r"thats (?:right|correct|it|all|everything)|spot on|you(?:'ve| have) got it|absolutely|that sounds? right|mm-?hm+|uh-?huh|it is)\b",
    re.IGNORECASE,
)
_LIMITED = re.compile(r"\b(?:but|except|apart from|although|only|no|not|isn'?t|actually|wrong|well)\b", re.IGNORECASE)

#: "Okay, ..." opens a turn; it calls nothing normal.
_OPENING = re.compile(
    r"^\W*(?:(?:ok|okay|right|alright|all right|fine|good|great|lovely|perfect|sure|thanks|thank you|oh|so|and|well|now)\b[\s,.;:!-]*)+",
    re.IGNORECASE,
)


def read_back(text: str, turn: int, knowledge: Any) -> tuple[Mention, ...]:
    """What a handler's summary claims; empty when the words are no summary."""
    if not _CUE.search(text.replace("’", "'")):
        return ()
    read = extract(to_first_person(without_opening(text)), knowledge, turn=turn)
    return tuple(
        replace(
            mention,
            text=text[mention.start : mention.end],
            by="answer",
            experiencer="self" if mention.experiencer == "other" else mention.experiencer,
        )
        for mention in read.mentions
        if mention.temporality != "hypothetical" and not mention.pieces
    )


def confirmed(claims: Sequence[Mention], text: str, extraction: Extraction) -> tuple[Mention, ...] | None:
    """The claims a caller's answer confirms, or None when it is no confirmation."""
    said = text.strip().replace("’", "'")
    if not _YES.match(said):
        return None
    rest = _YES.sub("", said, count=1)
    spoken = {mention.concept for mention in extraction.mentions}
    if _LIMITED.search(rest):
        return tuple(claim for claim in claims if claim.presence != "absent" and claim.concept not in spoken)
    return tuple(claim for claim in claims if claim.concept not in spoken)


#: The reader knows "I" and "my"; offsets must stay, so words are replaced by others of the same length.
_PERSON = ((re.compile(r"\byour\b", re.IGNORECASE), "my  "), (re.compile(r"\byou\b", re.IGNORECASE), "I  "))


def to_first_person(text: str) -> str:
    """The same words as if the caller said them, offsets kept."""
    for pattern, words in _PERSON:
        text = pattern.sub(words, text)
    return text


def without_opening(text: str) -> str:
    """The words with the "okay, right" they open with blanked, offsets kept."""
    return _OPENING.sub(lambda found: " " * len(found.group()), text, count=1)
