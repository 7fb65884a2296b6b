"""Rootline: a symptom assistant for people whose knee gives way, whose leg is weak or numb, or who have back and leg pain.

    message ─ extract ─▶ mentions ─ update ─▶ case ─ assess ─▶ assessment ─ compose ─▶ reply ─ render ─▶ screen

Five functions, five rooms, the same for a website, a terminal and the transcript of a call:

    extract   bot.extraction.message     what one text says, with the words kept
    update    bot.findings.update        the story so far; the only place that merges
    assess    bot.triage.assess          how soon this person needs care, and on what evidence
    compose   bot.replies.compose        what the person reads, independent of the channel
    render    bot.channels.rendering     as JSON, terminal text or a page

They read the clinical knowledge (`bot.knowledge.load`), know no Rasa and have no clock. Rasa carries the conversation
around them (bot/nlu, bot/policies, bot/runtime, actions/); `bot.turn` is one message through all of them.

For hosts that only want an analysis: `bot.analyse(text)`. Nothing is loaded before it is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.analysis import Analysis

__version__ = "0.1.0"
__all__ = ["__version__", "analyse"]


def analyse(text: str | Sequence[Mapping[str, Any]], knowledge: Any = None, **options: Any) -> Analysis:
    """Analyse one message, or the turns of one conversation, as a fresh case.

    Args:
        text: The message, or turns {"speaker": caller | patient | agent | clinician, "text": str}.
        knowledge: From `bot.knowledge.load.load`; the knowledge of this release when None.
        options: `id`, `rest_normal`, `today`, `locale`: see `bot.analysis.analyse_turns`.

    Returns:
        An `Analysis`: `.case`, `.assessment`, `.reply`, and `.to_json()` for the contract `rootline.analysis/1`.

    Raises:
        InputError: INP002 when a turn is not of that form.
        KnowledgeError: When the knowledge is broken.
    """
    from bot.analysis import analyse_text, analyse_turns

    if isinstance(text, str):
        return analyse_text(text, knowledge, **options)
    return analyse_turns(text, knowledge, **options)
