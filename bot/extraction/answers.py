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
#: States a short answer can tell. "clear" (all is normal) holds whichever way the question was put; "partly" is a yes to a
#: danger sign, and a doubt where the question asks for an ability.
_STATES = ("unsure", "no", "clear", "partly", "yes")
_TRIM = " \t\r\n.,!?;:-…'\"()"
_SMALL = re.compile(
    r"\b(?:doc|doctor|nurse|mate|love|dear|thanks|thank you|please|sorry|well|u+m+|u+h+|e+r+m*|o+h+|a+h+|h+m+|so|actually|honestly"
    r"|really|luckily|thankfully|fortunately|thank (?:god|goodness|heavens)|touch wood|to be (?:honest|fair)|if i'm honest|tbh"
    r"|ha(?:ha)+|lol|now|just|i mean|you know|okay|hun|pal|there|at all)\b"
)
#: What may follow an answering "no" without a mark; before any other word "no" belongs to it ("no feeling at all").
_AFTER_NO = frozenset(
    [
        "no",
        "nope",
        "nah",
        "i",
        "i'm",
        "im",
        "i've",
        "ive",
        "i'd",
        "it",
        "it's",
        "its",
        "that",
        "that's",
        "they",
        "he",
        "she",
        "we",
        "you",
        "my",
        "not",
        "nothing",
        "none",
        "never",
        "neither",
        "thanks",
        "thank",
        "sorry",
        "well",
        "just",
        "but",
        "because",
        "cos",
        "so",
        "as",
        "everything",
        "all",
        "there",
        "don't",
        "dont",
        "haven't",
        "can't",
        "doctor",
        "doc",
        "love",
        "mate",
        "luckily",
        "thankfully",
        "fortunately",
        "definitely",
        "really",
        "honestly",
        "actually",
        "only",
        "yet",
        "sir",
        "ma'am",
        "way",
        "to",
        "touch",
        "and",
        "or",
        "if",
        "she's",
        "he's",
        "they're",
    ]
)
_ONE_SIDE = frozenset(["just", "only", "the", "one", "my", "left", "right", "side", "leg", "on", "in", "of", "it's", "its", "is"])
_PARTICLES = {"no": "no", "nope": "no", "nah": "no", "yes": "yes", "yeah": "yes", "yep": "yes", "aye": "yes"}
_PARTLY_OPENING = re.compile(
    r"(?:only|just|mainly|mostly)\s+(?:when|if|at|on|in|after|because|a|an|the|once|sometimes|slightly|first|cos|with|while|while)\b"
)
_OPENING = 7
#: Words of an answer whose last word may be its yes or no ("sometimes yeah").
_SHORT = 8
#: "Only on the left side of my privates, comes and goes": an answer that limits itself may be longer.
_LIMITED = 14
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
    if asked is not None and asked.items == ("both_legs",):
        act = _sides(low, knowledge.language["answers"]) or act
    if act is None or asked is None or not asked.items:
        return [], "no" if act == "clear" else "yes" if act == "partly" else act, []
    act, whole = _as_asked(act, asked), act
    if (
        act == "yes"
        and {_plain(words), _plain(_SMALL.sub(" ", words))} & _ACKNOWLEDGEMENTS
        and "private_consent" not in asked.items
        and asked.yes_means == "danger"
    ):
        return [], None, []  # "ok" after an explanation agrees to go on; it tells no danger sign
    said = {m.concept for m in mentions if m.temporality != "hypothetical"}
    open_items = [item for item in asked.items if not (_concepts(knowledge, item) & said)]
    answered_by_words = len(open_items) < len(asked.items)
    if answered_by_words and (act != "no" or whole == "clear"):
        return [], act, []
    state = _state(act, asked)
    if state == "no" and _hedged(low, words, asked, knowledge.language["answers"]):
        state = act = "unsure"  # "yes, but less than before" is no clear "I can feel it"
    if len(open_items) > 1 and state == "yes" and not re.search(r"\b(?:both|all|everything)\b", words.lower()):
        state = "unsure"
    end = min(end, start + len(words)) if words else end
    answers = [Answer(item, state, turn, start, max(end, start + 1)) for item in open_items]
    return answers, act, []


def _as_asked(act: str, asked: Asked) -> str:
    """ "clear" and "partly" as the yes, no or unsure that they are to this question."""
    danger = asked.yes_means == "danger"
    if act == "clear":
        return "no" if danger else "yes"
    if act == "partly":
        return "yes" if danger else "unsure"
    return act


def _hedged(low: str, words: str, asked: Asked, phrases: dict[str, frozenset[str]]) -> bool:
    """Whether what follows the opening yes or no takes some of it back."""
    plain = _plain(low.strip(_TRIM))
    head = _plain(words)
    rest = f" {plain[len(head) :].strip()} " if plain.startswith(head) else ""
    hedges = phrases["hedges"] if asked.yes_means == "danger" else phrases["hedges"] | phrases["hedges_ability"]
    return any(f" {hedge} " in rest for hedge in hedges)


def _sides(low: str, phrases: dict[str, frozenset[str]]) -> str | None:
    """ "Just the left" says no to "is it in both legs?"."""
    plain = _plain(low.strip(_TRIM))
    small = re.sub(r"\s+", " ", _SMALL.sub(" ", plain)).strip()
    for name, act in (("one_side", "no"), ("both_sides", "yes")):
        if plain in phrases[name] or small in phrases[name]:
            return act
    if set(plain.split()) <= _ONE_SIDE and not {"left", "right"} <= set(plain.split()):
        return "no"  # "just the one, the right"
    if {"left", "right"} <= set(plain.split()) and not set(plain.split()) & {"not", "no", "never", "than", "isn't", "fine", "ok"}:
        return "yes"  # "mostly the left but a bit in the right"
    return None


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
                if head in phrases["whole_only"]:
                    continue
                if length == 1 and name == "no" and _belongs_to_what_follows(head, bare):
                    continue
                return name, head
    if len(words) <= _LIMITED and _PARTLY_OPENING.match(plain):
        return "partly", bare
    if len(words) <= _SHORT:
        if plain.startswith("not since ") or words[-1] in ("maybe", "perhaps", "possibly"):
            return "unsure", bare
        if len(words) > 1 and words[-1] in _PARTICLES:
            before = " ".join(words[:-1])
            return next((name for name in _STATES if before in phrases[name]), _PARTICLES[words[-1]]), bare
    return None, ""


def _belongs_to_what_follows(particle: str, bare: str) -> bool:
    """ "no feeling at all" denies feeling, it does not answer "any numbness?" with no."""
    following = re.match(r"no\s+([\w']+)", bare.lower().replace("’", "'")) if particle == "no" else None
    return following is not None and following[1] not in _AFTER_NO
