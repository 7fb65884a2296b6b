"""An all-clear that nobody asked for: "that went fine" is about the toilet only after a question about it.

In: a caller's reading and the handler's open question. Out: the reading without such an all-clear. Called by
`bot.desk.listening` for every message, so it imports nothing of what reads a handler.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.extraction.mention import Extraction, Mention

if TYPE_CHECKING:
    from bot.desk.asking import Question

_WENT_FINE = re.compile(r"(?:go|goes|going|went|gone)\s+\w+$", re.IGNORECASE)


def without_unasked_fine(question: Question | None, extraction: Extraction, knowledge: Any) -> Extraction:
    """ "That went fine" is about the toilet only after a question about it."""
    items = question.asked.items if question is not None and question.asked is not None else ()
    asked = {concept for item in items for concept in knowledge.items[item].yes_concepts}
    mentions = tuple(
        m
        for m in extraction.mentions
        if not (m.presence == "absent" and m.by == "rule" and m.concept not in asked and _says_little(m))
    )
    return extraction if len(mentions) == len(extraction.mentions) else replace(extraction, mentions=mentions)


def _says_little(mention: Mention) -> bool:
    """ "That went fine", or "I can walk" beside "it got worse": no all-clear."""
    return bool(_WENT_FINE.match(mention.text)) or mention.attributes.get("course") == "worsening"
