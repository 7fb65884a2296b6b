"""Short answers: what "nope" or "not that I've noticed" says to the question just put.

In: a text, the question asked, the mentions found in the text. Out: answers per checklist item, a dialogue
act, and extra mentions (the asked sign, present, absent or uncertain). Called by `extract`.

A statement always outranks a particle: "no, can't feel when I wipe" is a yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.extraction.mention import Answer, Asked, Mention
from bot.extraction.tokens import lower

_ACTS = ("skip", "why", "rephrase", "back", "stop", "restart", "human")
_STATES = ("unsure", "no", "yes")
_TRIM = " \t\r\n.,!?;:-…'\"()"
_SMALL = re.compile(
    r"\b(?:doc|doctor|nurse|mate|love|dear|thanks|thank you|please|sorry|well|um|uh|er|erm|oh|so|actually|honestly|really|luckily|thankfully|fortunately|now|just|i mean|you know|okay|hun|pal)\b"
)
_OPENING = 7
#: A longer message is no short answer with a few polite words around it.
_LONGEST = 120
_ACKNOWLEDGEMENTS = frozenset(
    {
        "ok",
        "okay",
        "k",
        "alright",
        "all right",
        "right",
        "sure",
        "go ahead",
        "go on",
        "go on then",
        "fine go ahead",
        "of course",
        "please",
    }
)


def read_answer(
    text: str, knowledge: Any, asked: Asked | None, mentions: Iterable[Mention], turn: int
) -> tuple[list[Answer], str | None, list[Mention]]:
    """Answers, dialogue act and mentions that the answer makes.

    Args:
        text: The raw message.
        knowledge: Loaded knowledge (answer phrases, items).
        asked: The question just put, or None.
        mentions: What the text itself says, already found.
        turn: Number of the message.
    """
    low = lower(text).strip()
    start = len(text) - len(text.lstrip())
    end = start + len(text.strip())
    act, words = _act(low, knowledge.language["answers"])
    if act in _ACTS:
        return [], act, []
    if act is None or asked is None or not asked.items:
        return [], act, []
    if (
        act == "yes"
        and _plain(words) in _ACKNOWLEDGEMENTS
        and "private_consent" not in asked.items
        and asked.yes_means == "danger"
    ):
        return [], None, []  # "ok" after an explanation agrees to go on; it tells no danger sign
    said = {m.concept for m in mentions if m.temporality != "hypothetical"}
    open_items = [item for item in asked.items if not (_concepts(knowledge, item) & said)]
    answered_by_words = len(open_items) < len(asked.items)
    if answered_by_words and act != "no":
        return [], act, []
    state = _state(act, asked)
    if len(open_items) > 1 and state == "yes":
        state = "unsure"
    end = min(end, start + len(words)) if words else end
    answers = [Answer(item, state, turn, start, max(end, start + 1)) for item in open_items]
    return answers, act, []


def _state(act: str, asked: Asked) -> str:
    if act == "unsure":
        return "unsure"
    danger = (act == "yes") == (asked.yes_means == "danger")
    return "yes" if danger else "no"


def _concepts(knowledge: Any, item: str) -> set[str]:
    found = knowledge.items.get(item)
    return set(found.yes_concepts) if found is not None else set()


def _plain(words: str) -> str:
    return re.sub(r"[\s,.;!?]+", " ", words.lower()).strip()


def _act(low: str, phrases: dict[str, frozenset[str]]) -> tuple[str | None, str]:
    """The act of a short message, and the words that carry it."""
    bare = low.strip(_TRIM)
    if not bare:
        return None, ""
    plain = _plain(bare)
    for name in (*_ACTS, *_STATES):
        if plain in phrases[name]:
            return name, bare
    small = re.sub(r"\s+", " ", _SMALL.sub(" ", plain)).strip() if len(plain) <= _LONGEST else ""
    if small:
        for name in (*_ACTS, *_STATES):
            if small in phrases[name]:
                return name, bare
    words = plain.split(" ")
    for length in range(min(_OPENING, len(words)), 0, -1):
        head = " ".join(words[:length])
        for name in _STATES:
            if head in phrases[name] and (length > 1 or name != "unsure"):
                if head in (
                    "right",
                    "sure",
                    "ok",
                    "okay",
                    "some",
                    "bit",
                    "never",
                    "nothing",
                    "normal",
                    "fine",
                    "true",
                    "n",
                    "y",
                    "sometimes",
                    "i have",
                    "i am",
                    "i do",
                    "it is",
                    "it has",
                    "i did",
                    "there is",
                    "i don't",
                    "i haven't",
                    "i'm not",
                    "im not",
                    "it did",
                    "it does",
                ):
                    continue
                return name, head
    return None, ""
