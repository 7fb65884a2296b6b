"""A turn in the middle of the interview: a short word on what was just said, the level so far, the next question.

In: `Heard`, the assessment before this turn. Out: blocks or `Reply`. Called by `compose` and `acts`.

The acknowledgement names what was understood, in our words, so that a misreading is seen at once. It never repeats
a joke or an intimate phrase. It varies by turn, and is the same for the same case, so replay stays exact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.extraction.mention import Mention
from bot.replies.heard import Heard, side_of
from bot.replies.reply import Block, Reply
from bot.triage.assessment import DISPOSITIONS, Assessment, NextQuestion

_LEVELS_TOLD = ("urgent_same_day", "soon")
#: Groups of concepts: C is bladder, bowel and sex; D is pain.
_PRIVATE_GROUP, _PAIN_GROUP = "C", "D"
#: The count is told at the start, every so often, and when the end is near: at every turn it would be noise.
_FEW, _EVERY = 5, 5


def turn_reply(heard: Heard, knowledge: Any, previous: Assessment | None = None, *, first: tuple[Block, ...] = ()) -> Reply:
    """Acknowledge, tell the level so far, ask the next question."""
    blocks = [*(first or acknowledgement(heard, knowledge)), *level_blocks(heard, previous)]
    reply = with_question(heard, blocks)
    before = previous.next_question if previous is not None else None
    if reply.multiple and before is not None and before.id == reply.question != "Q0" and heard.told_now:
        # the card that was just put, less what was told: not the same question once more
        return replace(reply, blocks=(*reply.blocks[:-1], Block("text", heard.words.text("pending.card"))))
    return reply


def with_question(heard: Heard, blocks: list[Block], *, lead: bool = False, rephrased: bool = False) -> Reply:
    """Close a reply with the pending question, if there is one.

    Args:
        heard: Holds the next question.
        blocks: What comes before it.
        lead: Say that we go back to the question (after a digression).
        rephrased: Put it in other words.
    """
    question = heard.assessment.next_question
    urgency = heard.assessment.disposition
    if question is None:
        return Reply(tuple(blocks), urgency=urgency)
    words = heard.words
    if lead and question.item != "story":  # "back to my question" is odd before there was a story
        blocks = [*blocks, Block("text", words.vary("pending.lead", heard.case.turns))]
    elif question.intro and not rephrased:
        blocks = [*blocks, *_intro(heard, question)]
    told = any(block.kind == "notice" for block in blocks)
    progress = "" if lead or rephrased else progress_line(heard, question, with_level=not told)
    if progress:
        blocks = [*blocks, Block("progress", progress)]
    text = question.rephrase if rephrased and question.rephrase else question.text
    return Reply(
        (*blocks, Block("text", text)),
        options=question.options,
        multiple=question.multiple,
        question=question.id,
        urgency=urgency,
    )


def _intro(heard: Heard, question: NextQuestion) -> list[Block]:
    """The words before the private block, with a word to helpers."""
    words, name = heard.words, str(question.intro)
    key = next((k for k in (name, f"intro.{name}") if words.has(k)), None)
    blocks = [Block("text", words.text(key) if key else name)]
    if heard.helper and words.has("intro.private_helper"):
        blocks.append(Block("text", words.text("intro.private_helper")))
    return blocks


def progress_line(heard: Heard, question: NextQuestion, *, with_level: bool = True) -> str:
    """Level so far (unless just told) and how much is left; "" at turns where saying it again would be noise.

    What is left is counted for plain answers. "Not sure" can add a question, so a large number is told as a round one.
    """
    left = question.remaining + 1 if question.remaining is not None else 0
    if not left or not (left <= _FEW or left % _EVERY == 0 or heard.case.turns <= 1):
        return ""
    words, level = heard.words, heard.assessment.disposition
    so_far = f"{words.text(f'level.short.{level}')} " if with_level and level in _LEVELS_TOLD else ""
    more = left % _EVERY
    key = "last" if left == 1 else "few" if left < 2 * _EVERY else "over" if more else "many"
    return so_far + words.text(f"progress.{key}", n=str(left - more if key == "over" else left))


def level_blocks(heard: Heard, previous: Assessment | None) -> list[Block]:
    """The level so far, in full when it has just risen; afterwards the progress line is enough."""
    level = heard.assessment.disposition
    before = previous.disposition if previous is not None else "incomplete"
    if level not in _LEVELS_TOLD or DISPOSITIONS.index(level) >= DISPOSITIONS.index(before):
        return []
    return [Block("notice", heard.words.text(f"level.so_far.{level}"))]


def acknowledgement(heard: Heard, knowledge: Any) -> tuple[Block, ...]:
    """One short line on what was just said."""
    words, case = heard.words, heard.case
    last = case.turns - 1
    said = [m for i, m in enumerate(case.mentions) if m.turn == last and i not in case.withdrawn_mentions]
    answers = [a for a in case.answers if a.turn == last and not a.withdrawn]
    present = [m for m in said if m.presence == "present" and m.experiencer != "nobody"]
    told = [m for m in present if m.by != "answer" and m.temporality == "current"]
    kinds = {knowledge.concepts[m.concept].group for m in present if m.concept in knowledge.concepts}
    private = _PRIVATE_GROUP in kinds or any(m.concept in knowledge.groups["saddle"] for m in present)
    if private or any(a.state == "yes" and _private(a.item, knowledge) for a in answers):
        key, signs = "ack.private", ""
    elif told:
        key, signs = ("ack.pain" if _PAIN_GROUP in kinds else "ack.found"), _names(heard, told)
    elif gone := [m for m in present if m.temporality == "recent_resolved"]:
        key, signs = "ack.gone", _names(heard, gone)
    elif any(a.state == "unsure" for a in answers):
        if heard.assessment.next_question is not None and heard.assessment.next_question.id.startswith("PROBE"):
            return ()  # the probe itself says that this can be hard to tell
        key, signs = "ack.unsure", ""
    elif any(a.state == "skipped" for a in answers):
        needed = any(a.state == "skipped" and not _may_skip(a.item, knowledge) for a in answers)
        key, signs = "ack.skipped" if needed else "ack.left_out", ""
    elif answers or said:
        key, signs = "ack.answered", ""
    else:
        key, signs = "ack.plain", ""
    if not signs and key in ("ack.found", "ack.pain", "ack.gone"):
        key = "ack.plain"
    if key == "ack.answered" and case.turns % 2:
        return ()  # a nod at every single answer would sound like a machine
    return (Block("text", words.vary(key, case.turns // 2 if key == "ack.answered" else case.turns, signs=signs)),)


def _private(item: str, knowledge: Any) -> bool:
    known = knowledge.items.get(item)
    return known is not None and known.tier == "cauda_equina"


def _may_skip(item: str, knowledge: Any) -> bool:
    known = knowledge.items.get(item)
    return known is not None and bool(known.may_skip)


def _names(heard: Heard, mentions: list[Mention]) -> str:
    """Up to two names; the person named the rest themselves. A fall is not named twice, as a fall and as an injury."""
    fell = any(m.concept == "falls" for m in mentions)
    mentions = [m for m in mentions if not (fell and m.concept == "minor_trauma")]
    names = [heard.words.sign(m.concept, side_of(m.attributes)) for m in mentions]
    return heard.words.join(list(dict.fromkeys(name for name in names if name))[:2])
