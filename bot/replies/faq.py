"""Answers one of the 45 topics, in the locale of the reader.

In: topic id, `Heard`, knowledge. Out: blocks. Called by `compose`, which adds the pending question or an offer.
"""

from __future__ import annotations

from typing import Any

from bot.replies.explain import explanation
from bot.replies.heard import Heard
from bot.replies.picture import named_picture
from bot.replies.reply import Block


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
