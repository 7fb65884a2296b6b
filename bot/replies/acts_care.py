"""Answers that end with whom to contact and the safety list: for a person, for other languages, when we may miss something.

In: `Heard`, knowledge, the decision before. Out: `Reply`. Called through the table in `acts`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.replies.heard import Heard
from bot.replies.reply import Block, Reply
from bot.replies.safety import link_block, net_blocks
from bot.replies.turn import level_blocks, with_question
from bot.triage.assessment import DISPOSITIONS, Assessment

Make = Callable[[Heard, Any, "Assessment | None"], Reply]


def back_to_question(heard: Heard, blocks: list[Block], *, lead: bool = True, last_word: bool = False) -> Reply:
    """To the pending question; after a result a reminder that new symptoms count, or a goodbye to `last_word`s."""
    if heard.assessment.next_question is not None:
        return with_question(heard, blocks, lead=lead)
    if heard.assessment.complete:
        blocks = [*blocks, Block("text", heard.words.text("act.goodbye" if last_word else "act.after_result"))]
    return Reply(tuple(blocks), urgency=heard.assessment.disposition)


def pending(heard: Heard, blocks: list[Block]) -> Reply:
    """After an answer: the pending question, or the offer to check symptoms."""
    if heard.assessment.next_question is not None:
        return with_question(heard, blocks, lead=True)
    if not heard.assessment.complete or heard.assessment.disposition == "info_only":
        blocks = [*blocks, Block("text", heard.words.text("faq.offer"))]
    return Reply(tuple(blocks), urgency=heard.assessment.disposition)


def human(key: str) -> Make:
    def make(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
        words = heard.words
        contact = words.fill(words.country.contacts[_level(heard)])
        blocks = [Block("text", words.text(key, contact=contact)), Block("text", words.text("act.human_wait"))]
        blocks += [*net_blocks(heard, knowledge), *link_block(heard, "incomplete")]
        return with_question(heard, blocks, lead=True)

    return make


def _level(heard: Heard) -> str:
    """Whom to contact now: what is known, but never less than same-day while questions are open."""
    level = heard.assessment.disposition
    return level if heard.assessment.complete or level in ("emergency_now", "urgent_same_day") else "incomplete"


def with_list(*keys: str, urgency: str = "urgent_same_day", uses: str = "failure", asks: bool = False) -> Make:
    """Lines, the safety list, numbers: for moments when we may be missing something (M8, failures, other languages)."""

    def make(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
        level = min(urgency, heard.assessment.disposition, key=DISPOSITIONS.index)
        blocks = [Block("notice", heard.words.text(keys[0])), *(Block("text", heard.words.text(key)) for key in keys[1:])]
        blocks += [*net_blocks(heard, knowledge), *link_block(heard, uses)]
        if not asks:
            return Reply(tuple(blocks), urgency=level)
        reply = with_question(heard, blocks, lead=True)
        return Reply(reply.blocks, reply.options, reply.multiple, reply.question, level)

    return make


def other_language(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    """Emergency number in several languages, the list, an interpreter; never a guess at what was said."""
    words = heard.words
    blocks = [
        Block("notice", words.text("act.other_language")),
        Block("list", items=words.lines("languages.emergency")),
        Block("text", words.fill(words.country.interpreter)),
        *net_blocks(heard, knowledge),
        *link_block(heard, "failure"),
    ]
    level = min("urgent_same_day", heard.assessment.disposition, key=DISPOSITIONS.index)
    return Reply(tuple(blocks), urgency=level)


def out_of_scope(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    words = heard.words
    blocks = [Block("text", words.text("act.out_of_scope")), Block("text", words.text("act.out_of_scope_where"))]
    return back_to_question(heard, [*blocks, *link_block(heard, "failure")])


def no_promise(key: str) -> Make:
    """They want to hear that nothing is wrong: an honest no, and what we can do instead."""

    def make(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
        words = heard.words
        blocks = [Block("text", words.text(key))]
        if heard.assessment.next_question is not None:
            return with_question(heard, [*blocks, Block("text", words.text("act.definitely_not_ces_next"))], lead=True)
        return Reply((*blocks, *net_blocks(heard, knowledge)), urgency=heard.assessment.disposition)

    return make


def wait_until_later(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    """Waiting with something that must be seen today: said plainly once. With less it is simply fine to go on."""
    words = heard.words
    if heard.assessment.disposition != "urgent_same_day":
        return back_to_question(heard, [Block("text", words.vary("ack.plain", heard.case.turns))])
    contact = words.fill(words.country.contacts["urgent_same_day"])
    blocks = [Block("notice", words.text("level.wait_urgent", contact=contact)), *link_block(heard, "urgent_same_day")]
    return with_question(heard, blocks, lead=True)


def after_result(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    words = heard.words
    if heard.assessment.next_question is not None:
        return with_question(heard, list(level_blocks(heard, previous)))
    level = heard.assessment.disposition
    blocks = [Block("text", words.text("act.after_result")), Block("text", words.fill(words.country.contacts[level]))]
    return Reply((*blocks, *net_blocks(heard, knowledge)), urgency=level)


def worse(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    words = heard.words
    net = net_blocks(heard, knowledge)
    blocks = [Block("notice", words.text("act.worse")), Block("list", words.text("act.worse_list"), items=net[0].items)]
    # No question of ours now: they shall tell what has changed.
    return Reply(tuple(blocks), urgency=heard.assessment.disposition)
