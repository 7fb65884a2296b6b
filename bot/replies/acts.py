"""Everything people do besides telling symptoms: greet, ask why, stop, swear, thank, wander off. Each gets its answer.

In: `Heard`, an act, knowledge. Out: `Reply`. Called by `compose` when no emergency is there; after an emergency
`compose` takes only the first lines from `lines_for` and puts the advice before them.
"""

from __future__ import annotations

from typing import Any

from bot.replies.acts_care import (
    Make,
    after_result,
    back_to_question,
    human,
    no_promise,
    other_language,
    out_of_scope,
    pending,
    wait_until_later,
    with_list,
    worse,
)
from bot.replies.explain import explanation
from bot.replies.heard import Heard, reasons, side_of
from bot.replies.reply import Block, Reply
from bot.replies.result import result_reply, stopped_reply
from bot.replies.safety import net_blocks
from bot.replies.turn import level_blocks, turn_reply, with_question
from bot.triage.assessment import Assessment

#: Acts that are answered with one or two lines and then lead back to the pending question: act -> wording keys.
SHORT: dict[str, tuple[str, ...]] = {
    "thanks": ("act.thanks",),
    "small_talk": ("act.small_talk",),
    "insult": ("act.insult",),
    "bot": ("act.bot",),
    "privacy": ("act.privacy",),
    "embarrassed": ("act.embarrassed",),
    "worried": ("act.worried",),
    "not_understood": ("act.not_understood", "act.not_understood_how"),
    "medication": ("act.medication", "act.medication_stop"),
    "cannot_ask": ("act.cannot_ask", "act.cannot_ask_how"),
    "too_long": ("act.too_long",),
    "empty": ("act.empty",),
    "attachment": ("act.attachment",),
    "yes_no": ("act.yes_no",),
    "asks_scan": ("act.asks_scan",),
    "delete": ("act.delete_ask",),
    "deleted": ("act.deleted",),
    "kept": ("act.kept",),
    "unknown_question": ("faq.unknown",),
}
#: A kind word in front of the usual turn when the message also told or answered something.
FEELINGS = ("worried", "embarrassed", "cannot_ask")
#: After these nothing more is asked in the same reply: the person has something else to answer or to do.
_NO_QUESTION = ("delete", "deleted")


def act_reply(act: str, heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    """The answer to one act.

    Raises:
        ValueError: An act that does not exist; the message lists those that do.
    """
    if act in SHORT:
        blocks = [Block("text", line) for line in lines_for(act, heard)]
        if act in FEELINGS and heard.told_now and heard.assessment.next_question is not None:
            return turn_reply(heard, knowledge, previous, first=tuple(blocks))
        if act in _NO_QUESTION:
            return Reply(tuple(blocks), urgency=heard.assessment.disposition)
        return back_to_question(heard, blocks, last_word=act == "thanks")
    if act not in LONGER:
        raise ValueError(f"no such act: '{act}'. Allowed: {', '.join(ACTS)}.")
    return LONGER[act](heard, knowledge, previous)


def lines_for(act: str, heard: Heard) -> tuple[str, ...]:
    """The short lines of an act, or nothing for acts that have none."""
    keys = SHORT.get(act, ())
    return tuple(heard.words.vary(key, heard.case.turns) for key in keys)


def _greet(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    words = heard.words
    if (heard.case.turns > 1 or previous is not None) and heard.assessment.next_question is not None:
        return with_question(heard, [Block("text", words.vary("act.greet_again", heard.case.turns))], lead=True)
    lines = words.lines("act.greet")
    question = heard.assessment.next_question
    if question is None:
        return Reply(tuple(Block("text", line) for line in lines), urgency=heard.assessment.disposition)
    return with_question(heard, [Block("text", line) for line in lines[:-1]])


def _resume(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    return with_question(heard, [Block("text", heard.words.text("act.resume")), *level_blocks(heard, None)])


def _why(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    question, words = heard.assessment.next_question, heard.words
    if question is None:
        return back_to_question(heard, [Block("text", words.text("act.why_none")), *_reasons(heard)])
    return with_question(heard, [Block("text", question.why or words.text("act.why_default"))], lead=True)


def _reasons(heard: Heard) -> list[Block]:
    return [Block("text", reason) for reason in reasons(heard.assessment.fired)[:2]]


def _rephrase(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    if heard.assessment.next_question is None:
        return back_to_question(heard, [Block("text", heard.words.text("act.not_understood_how"))])
    return with_question(heard, [Block("text", heard.words.text("act.rephrase"))], rephrased=True)


def _go_back(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    was, now = previous.disposition if previous is not None else "incomplete", heard.assessment.disposition
    lower = was in ("emergency_now", "urgent_same_day") and now != was
    return with_question(heard, [Block("text", heard.words.text("correction.taken_back" if lower else "correction.again"))])


def _correction(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    """Thank them, name the new side, and say honestly whether the advice changes, once there is some."""
    changed = previous is not None and previous.disposition != heard.assessment.disposition
    side = next((side_of(m.attributes) for m in heard.case.mentions[::-1] if m.attributes.get("correction")), "")
    advised = heard.assessment.complete or heard.assessment.disposition != "incomplete"
    if changed:
        line = heard.words.text("correction.changed")
    elif side in ("left", "right"):
        line = heard.words.text("correction.side", side=side)
    else:
        line = heard.words.text("correction.same" if advised else "correction.noted")
    first = Block("text", line)
    if heard.assessment.next_question is None and heard.assessment.complete:
        result = result_reply(heard, knowledge)
        return Reply((first, *result.blocks), urgency=result.urgency, card=result.card)
    return with_question(heard, [first, *level_blocks(heard, previous)])


def _stop(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    if heard.assessment.complete:
        return _goodbye(heard, knowledge, previous)
    reply = stopped_reply(heard, knowledge)
    return Reply((Block("text", heard.words.text("act.stop")), *reply.blocks), urgency=reply.urgency, card=True)


def _restart(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    words = heard.words
    first = [Block("text", words.text("act.restart"))]
    if heard.assessment.next_question is not None:
        return with_question(heard, first)
    return Reply((*first, Block("text", words.lines("act.greet")[-1])), urgency="incomplete")


def _goodbye(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
    blocks = [Block("text", heard.words.text("act.goodbye")), *net_blocks(heard, knowledge)]
    return Reply(tuple(blocks), urgency=heard.assessment.disposition)


def _explain(opened: bool) -> Make:
    def make(heard: Heard, knowledge: Any, previous: Assessment | None) -> Reply:
        blocks = explanation(heard, knowledge, opened=opened) or explanation(heard, knowledge, about="knee", opened=opened)
        return pending(heard, blocks)

    return make


LONGER: dict[str, Make] = {
    "greet": _greet,
    "resume": _resume,
    "why": _why,
    "rephrase": _rephrase,
    "back": _go_back,
    "correction": _correction,
    "stop": _stop,
    "restart": _restart,
    "goodbye": _goodbye,
    "human": human("act.human"),
    "human_unavailable": human("act.human_unavailable"),
    "not_understood_twice": with_list("act.not_understood_twice", "act.failure_do", asks=True),
    "other_language": other_language,
    "out_of_scope": out_of_scope,
    "definitely_not_ces": no_promise("act.definitely_not_ces"),
    "certainty": no_promise("act.certainty"),
    "wait_until_later": wait_until_later,
    "after_result": after_result,
    "worse": worse,
    "no_consent": with_list("act.no_consent", urgency="incomplete", uses="incomplete", asks=True),
    "child": with_list("act.child", uses="urgent_same_day"),
    "failure": with_list("act.failure", "act.failure_do"),
    "explain": _explain(opened=False),
    "tell_more": _explain(opened=True),
}
#: Every act that `compose` knows. `skip` is answered like any other answer; `emergency_repeat` needs an emergency.
ACTS = (*SHORT, *LONGER, "skip", "emergency_repeat")
