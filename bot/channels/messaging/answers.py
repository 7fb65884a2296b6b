"""Answers to numbered options: "2", "two", "the second one", "1 and 3"; words go through as they are.

In: text, the options last shown. Out: values, or None when the text is something else. Called by `turns`. The words of an option
need nothing here: the core knows the labels of the question it put.
"""

from __future__ import annotations

import re

from bot.replies.reply import Reply

_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_WORDS = {word: number for words in (_NUMBERS, _ORDINALS) for number, word in enumerate(words, start=1)}
#: Words around a number that change nothing.
_FILLERS = frozenset({"number", "option", "answer", "the", "one", "please", "and", "press", "choose", "nr"})
_PIECE = re.compile(r"\d+(?:st|nd|rd|th)?|[a-z]+")
_RANGE = re.compile(r"\d\s*(?:-|–|to)\s*\d")
_SEPARATORS = re.compile(r"[\s,;/+&#()\[\]!.:-]+")


def chosen_by_words(text: str, reply: Reply) -> list[str] | None:
    """Option values that a text names by number.

    Returns:
        None when the text is anything else than numbers of options: then it is read as words.
    """
    if not reply.options or len(text) > 80:
        return None
    indexes = _numbers(text.lower().strip())
    if not indexes or any(not 1 <= index <= len(reply.options) for index in indexes):
        return None
    if len(indexes) > 1 and not reply.multiple:
        return None
    return [reply.options[index - 1].value for index in indexes]


def _numbers(text: str) -> list[int]:
    """The numbers of a text that holds nothing else; [] when it holds more."""
    if _RANGE.search(text):
        return []  # "1-3" may be a range or two answers: not for us to guess
    pieces = [piece for piece in _SEPARATORS.split(_keycaps(text)) if piece]
    if not pieces or not all(_PIECE.fullmatch(piece) for piece in pieces):
        return []
    found: list[int] = []
    for position, piece in enumerate(pieces):
        if piece[0].isdigit():
            found.append(int(re.match(r"\d+", piece)[0]))  # type: ignore[index]
        elif piece in _WORDS and not (piece == "one" and position and pieces[position - 1] in _ORDINALS):
            found.append(_WORDS[piece])
        elif piece not in _FILLERS:
            return []
    return list(dict.fromkeys(found))


def _keycaps(text: str) -> str:
    """Emoji keycaps are digits with a frame."""
    return text.replace("\ufe0f", "").replace("\u20e3", " ")
