"""The core reads a message alone, without Rasa, in bounded time: the last step before the fixed words.

In: text, what is known of the conversation. Out: a `Turn`. Called by `bot.runtime.conversation` when the usual way failed or
took too long. A message that was too much for the usual way would be too much here: only its beginning and end are read,
and on threads of their own, because the one that failed may still be busy.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from bot.turn import Turn, safe_turn

#: Characters read of the beginning and of the end. The densest text takes about half a millisecond a character.
HEAD, TAIL = 2_000, 1_000
#: Longest time it may take; then the fixed words are given.
SECONDS = 15.0
_GAP = "\n\n"

_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="alone")


def part_read(text: str) -> str:
    """What is read of a text: all of it, or its beginning and its end, cut between words where there are any."""
    if len(text) <= HEAD + len(_GAP) + TAIL:
        return text
    head, tail = text[:HEAD], text[-TAIL:]
    head = head.rsplit(None, 1)[0] if any(letter.isspace() for letter in head.strip()) else head
    tail = tail.split(None, 1)[1] if len(tail.split(None, 1)) == 2 else tail
    return f"{head}{_GAP}{tail}"


async def read_alone(text: str, knowledge: Any, *, seconds: float = SECONDS, **known: Any) -> Turn:
    """Safe advice from the core alone.

    Args:
        text: The message; more than fits is cut (`part_read`).
        knowledge: Loaded knowledge.
        seconds: Longest time.
        known: What `safe_turn` takes besides.

    Raises:
        asyncio.TimeoutError: It took too long. Whatever the core raises is raised, too.
    """
    work = partial(safe_turn, part_read(text), knowledge, **known)
    return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(_threads, work), seconds)
