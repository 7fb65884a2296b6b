"""The end of an interview that is no emergency: how soon, whom to ask and their number, why, and what would make it more urgent.

In: `Heard`, knowledge. Out: `Reply`. Called by `compose`; `card` prints the same parts.

"From your answers I did not find a red flag today" is only ever said when every question of the minimal set was
answered "no" by this person about now (clinical.md 4.5). Nothing stronger is ever said.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.replies.explain import explanation
from bot.replies.heard import Heard, because, reasons
from bot.replies.reply import Block, Reply
from bot.replies.safety import link_block, net_blocks, personal_blocks
from bot.triage.assessment import FiredRule

#: Levels at which a finding was a red flag of its own, so that "no red flag" would be untrue.
_FLAGGED = ("emergency_now", "urgent_same_day")
#: May be left out without hiding a danger sign; the sentence is then weaker.
_MAY_SKIP = ("sexual_change",)


def result_reply(heard: Heard, knowledge: Any) -> Reply:
    """The whole result, ready to read, print and save."""
    words, level = heard.words, heard.assessment.disposition
    deciding = deciding_rules(heard)
    blocks = [
        Block("heading", words.text(f"level.title.{level}")),
        Block("text", words.fill(words.country.contacts[level])),
        *link_block(heard, level),
    ]
    quotes = because(heard, deciding)
    if quotes:
        blocks.append(Block("quote", words.text("result.because"), items=quotes))
    blocks += [Block("text", reason) for reason in reasons(deciding)[:2]]
    cleared = no_red_flag(heard, knowledge)
    if cleared:
        blocks.append(Block("text", f"{cleared} {words.text('result.examine')}"))
    else:
        blocks.append(Block("text", words.text("result.examine")))
    blocks += left_out_blocks(heard, knowledge)
    blocks += personal_blocks(heard, knowledge)
    blocks += net_blocks(heard, knowledge)
    explained = explanation(heard, knowledge)
    if explained:
        blocks += [Block("heading", words.text("result.explain")), *explained]
    blocks.append(Block("notice", words.text("result.draft")))
    return Reply(tuple(blocks), urgency=level, card=True)


def stopped_reply(heard: Heard, knowledge: Any) -> Reply:
    """They ended the questions: no reassurance, the list, same-day contact (clinical.md 3.10, M6).

    A level already reached stays: whoever stops after telling of a danger sign keeps that advice.
    """
    words, level = heard.words, heard.assessment.disposition
    urgency = level if level in _FLAGGED else "incomplete"
    deciding = deciding_rules(heard)
    blocks = [
        Block("heading", words.text(f"level.title.{urgency}")),
        Block("text", words.text("result.stopped" if urgency == "incomplete" else "result.stopped_flagged")),
        Block("text", words.fill(words.country.contacts[urgency])),
        *link_block(heard, "incomplete"),
    ]
    quotes = because(heard, deciding)
    if quotes:
        blocks.append(Block("quote", words.text("result.because"), items=quotes))
        blocks += [Block("text", reason) for reason in reasons(deciding)[:1]]
    blocks += left_out_blocks(heard, knowledge)
    blocks += personal_blocks(heard, knowledge)
    blocks += net_blocks(heard, knowledge)
    blocks.append(Block("notice", words.text("result.draft")))
    return Reply(tuple(blocks), urgency=urgency, card=True)


def info_reply(heard: Heard, knowledge: Any) -> Reply:
    """Nobody has symptoms now: the general list, and nothing about this person's state (M4, M11)."""
    words = heard.words
    blocks = [Block("text", words.text("result.info")), *net_blocks(heard, knowledge), Block("text", words.text("faq.offer"))]
    return Reply(tuple(blocks), urgency="info_only")


def deciding_rules(heard: Heard) -> list[FiredRule]:
    """The rules of the level that was reached; all of them when a floor lifted the level above every rule."""
    fired = heard.assessment.fired
    same = [rule for rule in fired if rule.disposition == heard.assessment.disposition]
    return same or list(fired[:1])


def no_red_flag(heard: Heard, knowledge: Any) -> str:
    """The allowed sentence, its weaker form, or "" when neither is true."""
    assessment = heard.assessment
    if not assessment.complete or assessment.floor or assessment.disposition not in ("soon", "routine", "self_care"):
        return ""
    if any(rule.disposition in _FLAGGED for rule in assessment.fired):
        return ""
    minimal = [item.id for item in knowledge.items.values() if item.minimal_set]
    states = {item: assessment.checklist.get(item, "not_asked") for item in minimal}
    if any(state != "no" for item, state in states.items() if item not in _MAY_SKIP):
        return ""
    if any(assessment.checklist.get(item, "not_asked") == "yes" for item in _MAY_SKIP):
        return ""
    fully = all(assessment.checklist.get(item) == "no" for item in _MAY_SKIP)
    return heard.words.text("result.no_red_flag" if fully else "result.no_red_flag_partly")


def left_out_blocks(heard: Heard, knowledge: Any) -> list[Block]:
    """Questions skipped and questions they were not sure about."""
    words, blocks = heard.words, []
    skipped = left_out(heard, knowledge)
    told = {item for rule in heard.assessment.fired for item in rule.items}  # "because you said" names these already
    unsure = left_out(heard, knowledge, "unsure", but=told)
    if skipped:
        blocks.append(Block("list", words.text("result.skipped"), items=skipped))
    if unsure:
        blocks.append(Block("list", words.text("result.unsure"), items=unsure))
    return blocks


def left_out(heard: Heard, knowledge: Any, state: str = "skipped", but: Collection[str] = ()) -> tuple[str, ...]:
    """Names of the signs the person chose not to answer about (or was unsure about), in the order of danger.

    Only items that can hide a danger sign count: "is she with you?" is no question anybody needs to read again.
    """
    states = heard.assessment.checklist
    signs = [i for i in knowledge.items.values() if i.minimal_set or (i.tier == "cauda_equina" and i.yes_concepts)]
    asked = [item for item in signs if item.id not in but]
    found = [i.id for i in asked if states.get(i.id) == state or (state == "skipped" and i.id in heard.assessment.skipped)]
    return tuple(dict.fromkeys(heard.words.item(item) for item in found))
