"""From decision to words: the whole policy of what a person reads next, on one screen.

In: `Assessment`, `Case`, `Knowledge`, and what the message did besides telling symptoms. Out: `Reply`. Called by the
actions, the command line and the agent desk; the channels render what comes out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.findings.case import Case
from bot.replies.acts import ACTS, act_reply, lines_for
from bot.replies.acts_care import pending
from bot.replies.emergency import again, emergency_reply
from bot.replies.explain import explanation
from bot.replies.faq import faq_blocks
from bot.replies.heard import Heard, hear, reasons
from bot.replies.reply import Block, Reply
from bot.replies.result import info_reply, result_reply, stopped_reply
from bot.replies.turn import turn_reply
from bot.triage.assessment import Assessment

#: Acts whose usual line asks the person to write again, or chats on: never after an emergency.
_OUT_OF_PLACE = (
    "not_understood", "empty", "yes_no", "too_long", "attachment", "cannot_ask", "small_talk", "insult", "worried",
    "unknown_question",
)  # fmt: skip
#: After this long "no" answers have expired (bot/knowledge/items.yml), and we say that we ask again.
DAY_HOURS = 24.0
#: Levels with advice of their own; an emergency after one of them takes that advice back, and says so.
_ADVICE = ("urgent_same_day", "soon", "routine", "self_care")
#: These questions get their answer after an emergency too, folded away below the advice.
_ANSWERED_IN_EMERGENCY = ("explain", "tell_more")


def compose(
    assessment: Assessment,
    case: Case,
    knowledge: Any,
    *,
    act: str | None = None,
    previous: Assessment | None = None,
    faq: str | None = None,
    locale: str | None = None,
) -> Reply:
    """The reply to one message.

    An emergency comes first, whatever else the message did. Then acts and questions are answered, each followed
    by the pending question. Then the result, or the next question.

    Args:
        assessment: Decision after this message.
        case: The story so far, this message included.
        knowledge: Loaded knowledge.
        act: What the message did besides telling symptoms (one of `ACTS`), or None.
        previous: Decision before this message, or None on the first one.
        faq: Topic id F1 .. F45 when a question was asked.
        locale: en-GB, en-US ...; the case's own when None.

    Returns:
        A reply in plain text blocks. In an emergency it asks nothing and has no buttons.

    Raises:
        ValueError: An act that does not exist.
        KeyError: A topic that does not exist.
    """
    if act is not None and act not in ACTS:
        raise ValueError(f"no such act: '{act}'. Allowed: {', '.join(ACTS)}.")
    heard = hear(assessment, case, knowledge, locale or case.locale)
    if assessment.disposition == "emergency_now" and act != "deleted":
        return _emergency(heard, knowledge, act, previous, faq)
    back = _is_back_after_a_day(case)
    if back and act == "greet" and assessment.next_question is not None:
        return act_reply("resume", heard, knowledge, previous)
    reply = _calm(heard, knowledge, act, previous, faq)
    if back and reply.question is not None:
        return replace(reply, blocks=(Block("text", heard.words.text("act.resume")), *reply.blocks))
    return reply


def _is_back_after_a_day(case: Case) -> bool:
    """Whether more than a day lies between the last two messages, so that answers have expired."""
    before, now = (None, None, *case.times)[-2:]
    return before is not None and now is not None and now - before > DAY_HOURS


def _calm(heard: Heard, knowledge: Any, act: str | None, previous: Assessment | None, faq: str | None) -> Reply:
    """Any reply that is no emergency."""
    assessment, case = heard.assessment, heard.case
    if faq is not None:
        return pending(heard, faq_blocks(faq, heard, knowledge, opened=act == "tell_more"))
    if act not in (None, "skip", "emergency_repeat"):
        return act_reply(str(act), heard, knowledge, previous)
    if assessment.next_question is not None:
        return turn_reply(heard, knowledge, previous)
    if assessment.disposition == "info_only":
        return info_reply(heard, knowledge)
    if case.stopped and not assessment.complete:
        return stopped_reply(heard, knowledge)
    return result_reply(heard, knowledge)


def _emergency(heard: Heard, knowledge: Any, act: str | None, previous: Assessment | None, faq: str | None) -> Reply:
    """The full message when the emergency is new or has a new reason; else the same advice, short, and their answer below."""
    known = {rule.id for rule in previous.fired} if previous is not None else set()
    fresh = [rule.id for rule in heard.assessment.fired if rule.disposition == "emergency_now" and rule.id not in known]
    was = previous is not None and previous.disposition == "emergency_now"
    if act == "wait_until_later" and (was or not fresh):
        return again(heard, later=True)
    if act == "emergency_repeat" or (was and not fresh):
        return again(heard, first=_first(act, heard), answer=_answer(heard, knowledge, act, faq))
    reply = emergency_reply(heard)
    if act == "wait_until_later":
        later = (Block("text", heard.words.text("emergency.later")), Block("text", heard.words.text("emergency.later_who")))
        return Reply((reply.blocks[0], *later, *reply.blocks[1:]), urgency=reply.urgency, card=True)
    if act == "correction" and previous is not None and not was:
        changed = Block("text", heard.words.text("correction.changed"))
        return Reply((reply.blocks[0], changed, *reply.blocks[1:]), urgency=reply.urgency, card=True)
    if previous is not None and previous.disposition in _ADVICE:
        changed = Block("text", heard.words.text("emergency.changed"))
        return Reply((reply.blocks[0], changed, *reply.blocks[1:]), urgency=reply.urgency, card=True)
    if was and not any(rule.wording == "crisis" and rule.id in fresh for rule in heard.assessment.fired):
        more = Block("text", heard.words.text("emergency.again_new"))
        return Reply((reply.blocks[0], more, *reply.blocks[1:]), urgency=reply.urgency, card=True)
    return reply


def _first(act: str | None, heard: Heard) -> tuple[str, ...]:
    """The short answer to an act, without anything that asks."""
    if act in _OUT_OF_PLACE:
        return ()
    return tuple(line for line in lines_for(act or "", heard) if "?" not in line)


def _answer(heard: Heard, knowledge: Any, act: str | None, faq: str | None) -> tuple[Block, ...]:
    """What they asked, folded away below the advice; no picture and no question."""
    blocks: list[Block] = []
    if faq is not None and knowledge.faq[faq].in_emergency:
        blocks = faq_blocks(faq, heard, knowledge)[:1]
    elif faq is not None or act == "unknown_question":  # "is it serious?" must not be answered with what is mostly harmless
        blocks = [Block("text", heard.words.text("emergency.other_question"))]
    elif act in _ANSWERED_IN_EMERGENCY:
        blocks = explanation(heard, knowledge)
    elif act == "why":
        blocks = [Block("text", reason) for reason in reasons(heard.assessment.fired)[:2]]
    elif act == "worried":
        blocks = [Block("text", heard.words.text("emergency.worried"))]
    elif act in ("definitely_not_ces", "certainty"):
        blocks = [Block("text", heard.words.text(f"act.{act}"))]
    elif act in ("human", "human_unavailable"):
        contact = heard.words.fill(heard.words.country.contacts["emergency_now"])
        blocks = [Block("text", heard.words.text(f"act.{act}", contact=contact))]
    elif act == "delete":
        blocks = [Block("text", heard.words.text("act.delete_emergency"))]
    elif act in ("stop", "goodbye"):
        blocks = [Block("text", heard.words.text("emergency.resume"))]
    return tuple(block for block in blocks if block.kind in ("text", "details"))
