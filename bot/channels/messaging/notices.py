"""What is said on a platform besides the conversation itself: commands, groups, pictures, goodbyes.

In: the case, `Words`. Out: `Reply`. Called by `line`. An emergency already told is never left out of any of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.findings.case import Case
from bot.replies.card import Card, make_card
from bot.replies.compose import compose
from bot.replies.heard import hear
from bot.replies.reply import Block, Reply
from bot.replies.safety import link_block, net_blocks
from bot.replies.words import Words
from bot.turn import assess_case

#: A message that holds nothing but this word is a command, whatever its case and full stop. STOP and HELP only where
#: platforms (or the law) want them; elsewhere "stop" and "help" are words like others.
EVERYWHERE = {"delete": "delete", "delete everything": "delete", "card": "card"}
WITH_KEYWORDS = {
    **dict.fromkeys(("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"), "stop"),
    **dict.fromkeys(("start", "unstop"), "start"),
    **dict.fromkeys(("help", "info"), "help"),
}
#: Lifts Twilio's block like START does, but is an answer like any other to somebody who never stopped
#: (help.twilio.com/articles/223134027).
ONCE_STOPPED = {"yes": "start"}
SLASHED = {"/start": "opening", "/help": "help", "/delete": "delete", "/card": "card", "/stop": "stop"}


def command_of(text: str, keywords: bool, *, stopped: bool = False) -> str:
    """The command a message is, or "".

    Args:
        text: The message.
        keywords: Whether this platform has STOP, START and HELP.
        stopped: Whether they asked for no more messages.
    """
    plain = " ".join(text.lower().strip(" \t\r\n.!\"'").split())
    if plain in SLASHED:
        return SLASHED[plain]
    if keywords and stopped and plain in ONCE_STOPPED:
        return ONCE_STOPPED[plain]
    return EVERYWHERE.get(plain, "") or (WITH_KEYWORDS.get(plain, "") if keywords else "")


def with_list(case: Case, knowledge: Any, lines: tuple[str, ...]) -> Reply:
    """A kind word, then the whole list of warning signs and the numbers; the emergency message first if there is one."""
    assessment = assess_case(case, knowledge)
    notes = tuple(Block("text", line) for line in lines)
    if assessment.disposition == "emergency_now":
        standing = compose(assessment, case, knowledge, act="emergency_repeat")
        return Reply((standing.blocks[0], *notes, *standing.blocks[1:]), urgency=standing.urgency, card=True)
    heard = hear(assessment, case, knowledge, case.locale)
    return Reply((*notes, *net_blocks(heard, knowledge), *link_block(heard, "failure")), urgency=assessment.disposition)


def again(reply: Reply | None, note: Reply) -> Reply:
    """The note, and below it the question that is still open."""
    if reply is None or not reply.question or note.urgency == "emergency_now":
        return note
    blocks = (*note.blocks, reply.blocks[-1])
    return replace(note, blocks=blocks, options=reply.options, multiple=reply.multiple, question=reply.question)


def plain(words: Words, *keys: str) -> Reply:
    """Texts by key."""
    return Reply(tuple(Block("text", line) for key in keys for line in words.lines(key)))


def goodbye(case: Case, knowledge: Any) -> Reply:
    """Everything is deleted; an emergency still stands, so it is said once more, first."""
    assessment = assess_case(case, knowledge)
    deleted = compose(assessment, case, knowledge, act="deleted")
    if assessment.disposition != "emergency_now":
        return replace(deleted, question=None, options=(), multiple=False)
    standing = compose(assessment, case, knowledge, act="emergency_repeat")
    return Reply((*standing.blocks, *deleted.blocks), urgency="emergency_now")


def card_of(case: Case | None, knowledge: Any) -> Card | None:
    """The result card, or None while nothing was told."""
    if case is None or not case.turns:
        return None
    now = datetime.now()
    return make_card(assess_case(case, knowledge), case, knowledge, made=f"{now.day} {now:%B %Y, %H:%M}")
