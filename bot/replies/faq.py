"""Answers one of the 45 topics, in the locale of the reader.

In: topic id, `Heard`, knowledge. Out: blocks. Called by `compose`, which adds the pending question or an offer.
"""

from __future__ import annotations

from typing import Any

from bot.findings.finding import Presence
from bot.replies.explain import explanation
from bot.replies.heard import Heard, side_of
from bot.replies.picture import named_picture
from bot.replies.reply import Block

_TOLD = (Presence.PRESENT, Presence.UNCERTAIN)


def _wait_with_movement(heard: Heard, knowledge: Any) -> str:
    """Why no exercise is named to this person: a weak leg, or a private question not answered "no" (clinical.md 8, never 12)."""
    words, weak = heard.words, ("knee_giving_way", *knowledge.groups["motor"])
    told = [c for c in weak if (f := heard.findings.get(c)) is not None and f.presence in _TOLD and words.has(f"sign.{c}")]
    if told:
        names = [words.sign(c, side_of(heard.findings[c].attributes)) for c in told[:2]]
        return words.text("faq.movement_weak", signs=words.join(names))
    asked = [item.id for item in knowledge.items.values() if item.tier == "cauda_equina" and item.minimal_set]
    is_open = any(heard.assessment.checklist.get(item, "not_asked") != "no" for item in asked)
    return words.text("faq.movement_open") if heard.present() and is_open else ""


def faq_blocks(topic_id: str, heard: Heard, knowledge: Any, *, opened: bool = False) -> list[Block]:
    """The answer, then what "tell me more" adds, then a picture where one helps.

    Args:
        topic_id: F1 .. F45.
        heard: For the locale, and for topics that explain the person's own findings.
        knowledge: Loaded knowledge.
        opened: Show the second layer as plain text.

    Raises:
        KeyError: No such topic.
    """
    topic, words = knowledge.faq[topic_id], heard.words
    wait = _wait_with_movement(heard, knowledge) if topic.movement else ""
    if wait:
        return [Block("text", wait), Block("details", words.text("faq.more"), items=words.lines("faq.movement_why"))]
    answer, more = topic.answer, topic.more
    for locale in (heard.words.country.locale, heard.words.locale):
        answer = topic.locales.get(locale, {}).get("answer", answer)
        more = topic.locales.get(locale, {}).get("more", more)
    blocks = [Block("text", " ".join(words.fill(line) for line in answer))]
    lines = tuple(words.fill(line) for line in more)
    if topic.explain is not None:
        # The answer stands for the short form; the person's own layers follow it.
        return blocks + explanation(heard, knowledge, about=topic.explain, opened=opened)[1:]
    if opened:
        blocks += [Block("text", line) for line in lines]
    else:
        blocks.append(Block("details", words.text("faq.more"), items=lines))
    if topic.picture is not None:
        path = knowledge.explanations.paths[topic.picture]
        picture = named_picture(path, "both" if path.both_sides else "either", words)
        blocks.append(Block("picture", picture.alt, picture=picture.key))
    return blocks
