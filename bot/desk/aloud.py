"""The interview's questions as a handler reads them aloud, and knowing them again when they were read.

In: a question, or a handler's turn. Out: words to say, or the id of the question that was said. Called by `bot.desk.view` and
`bot.desk.listening`. Pure.

On a screen a card says "tick all that fit" above its lines; aloud, the lines are part of the question. A question that was
read as it stands is answered as in the chat, with every way people say one of its options. A card counts as read only when
all its lines were said: "no, none" clears every one of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from bot.findings.case import Case
from bot.triage.assess import assess
from bot.triage.assessment import Option

#: Sentences that speak of a screen.
_SCREEN = re.compile(r"[^.?!]*\b(?:tick|look at each line|buttons?)\b[^.?!]*[.?!]\s*", re.IGNORECASE)
_GAP = re.compile(r"\{[^}]*\}")
#: A tag of an answer that is no line of a card.
_NO_LINE = frozenset({"none", "unsure", "skip", "cannot_ask"})
#: Shorter questions ("How old are you?") are read like any other.
_FEWEST_WORDS = 6


def aloud(text: str, options: Sequence[Option] = (), *, multiple: bool = False) -> str:
    """The question as it is said; the lines of a card are part of it. Empty when nothing but the screen is spoken of."""
    said = _SCREEN.sub("", text).strip()
    lines = [_begun_small(option.label) for option in options if option.value not in _NO_LINE] if multiple else []
    if not lines or not said:
        return said
    return f"{said} {_begun_large('; '.join(lines[:-1]) + '; or ' + lines[-1] if len(lines) > 1 else lines[0])}?"


def read_own(text: str, case: Case, knowledge: Any) -> str | None:
    """The id of the interview question that a handler's turn ends with, or None."""
    said = _plain(text)
    if said.count(" ") + 1 < _FEWEST_WORDS:
        return None
    for name, multiple, pattern in _patterns(_Held(knowledge)):
        if pattern.search(said) is None:
            continue
        if not multiple:
            return name
        question = assess(case, knowledge).next_question
        if question is not None and question.id == name:
            whole = aloud(question.text, question.options, multiple=True)
            if said.endswith(_plain(whole)):
                return name
    return None


class _Held:
    """Knowledge as a key: one per content."""

    def __init__(self, knowledge: Any) -> None:
        self.knowledge = knowledge

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.knowledge.digest == self.knowledge.digest

    def __hash__(self) -> int:
        return hash(self.knowledge.digest)


@lru_cache(maxsize=2)
def _patterns(held: _Held) -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """(question id, card or not, what a turn must hold) for every question with an item."""
    found = []
    for name, question in held.knowledge.questions.items():
        if question.kind not in ("step", "probe") or not question.items:
            continue
        texts = [*question.text.values(), *(() if question.multiple else question.rephrase.values())]
        for text in dict.fromkeys(_SCREEN.sub("", text).strip() for text in texts):
            words = [re.escape(_plain(part)) for part in _GAP.split(text)]
            if sum(len(part.split()) for part in words) >= _FEWEST_WORDS:
                end = "" if question.multiple else "$"
                found.append((name, question.multiple, re.compile(r"\b" + r"\s?[\w' ]{0,40}?\s?".join(words) + end)))
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'")).split())


def _begun_small(label: str) -> str:
    return label if re.match(r"I\b|[A-Z]{2}", label) else label[:1].lower() + label[1:]


def _begun_large(words: str) -> str:
    return words[:1].upper() + words[1:]
