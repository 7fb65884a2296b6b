"""What a typed answer to the question just put means, when it is one of the ways people say one of its options.

In: question id, text, case, knowledge. Out: the option, and whether the whole message is accounted for. Called by
`bot.turn` beside the reading of the message. The phrases are data (bot/knowledge/questions/said.yml).

A message counts as a whole ("starts fine thanks"), or by one of its parts between commas ("no nothing like that, my
neighbour had it though") when no word in the rest could take it back. Then the rest is still read as ever: the caller
drops the option when the reading found a present or doubtful sign. "Yes" in front must not speak against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.findings.case import Case
from bot.knowledge.sections.questions import Question
from bot.triage.relevance import look
from bot.triage.showing import open_shown_items, shown_options

_PARTS = re.compile(r"[,.;:!?\n()–—-]+(?:\s+|$)|\s+-\s+|\.{2,}|\s+so\s+")
#: The end of an answer to a tick card, after whatever else was told.
_NONE_OF_THEM = re.compile(
    r"\bnone of (?:these|those|that|them|the above|the ones)"
    r"(?: (?:that )?you (?:list|listed|say|said|mention|mentioned|wrote|ask|asked))?$"
)
_EDGES = " \t\r\n.,!?;:-…'\"()"
_YES = ("yes", "yeah", "yep", "yup", "aye", "ya")
_NO = ("no", "nope", "nah", "naw", "na")
#: Words after which a plain answer may no longer hold ("normal, but a bit slow").
_TAKES_BACK = re.compile(
    r"\b(?:but|although|though|except|apart|however|unless|until|till|yet|not|\w+n't|cant|dont|isnt|wasnt|doesnt|didnt|wont|"
    r"sometimes|bit|little|slightly|lately|recently|now|today|since|started|starting|worse|less|more|different|odd|strange|"
    r"weird|funny|new|maybe|perhaps|think|guess|suppose|sure|unsure|dunno|kind of|sort of|kinda|sorta|almost|nearly|hardly|"
    r"barely|only|if|when|or)\b"
)
#: The speaker replaces what was just said.
_CORRECTS = re.compile(r"\b(?:no|sorry|actually|wait|rather|i mean|make that|i tell a lie)\b")
#: Longer messages tell a story; they are read, not matched.
LONGEST = 200


@dataclass(frozen=True)
class Spoken:
    """The option that was said; `whole` when nothing else stands in the message."""

    value: str
    whole: bool


def spoken_option(question_id: str, text: str, case: Case, knowledge: Any) -> Spoken | None:
    """The option of this question that the words stand for, or None.

    Args:
        question_id: Id of the question just put.
        text: What was typed.
        case: As it was when the question was put; only options that were in sight count.
        knowledge: Holds the phrases.
    """
    if len(text) > LONGEST:
        return None
    try:
        question, _ = knowledge.questions.resolve(question_id)
    except KeyError:  # put by an older release
        return None
    said = knowledge.questions.said
    phrases = _phrases_of(question, said)
    if not phrases:
        return None
    situation = look(case, knowledge, ())
    items = open_shown_items(question, situation) or question.items
    seen = {option.value for option in shown_options(question, situation, items)}
    low = text.lower().replace("’", "'")
    whole = _match(low, question, phrases, said)
    if whole in seen:
        return Spoken(str(whole), True)
    none = next((option.value for option in question.options if option.alone and option.value == question.normal), None)
    if question.multiple and none in seen and _NONE_OF_THEM.search(low.strip(_EDGES)):
        return Spoken(str(none), False)
    parts = [part for part in _PARTS.split(low) if part and part.strip(_EDGES)]
    if len(parts) < 2:
        return None
    found = {index: value for index, part in enumerate(parts) if (value := _match(part, question, phrases, said)) is not None}
    if (corrected := _corrected(parts, found, question)) in seen:
        return Spoken(str(corrected), False)
    rest = " ".join(part for index, part in enumerate(parts) if index not in found)
    if len(set(found.values())) != 1 or not set(found.values()) <= seen or _TAKES_BACK.search(_bare(rest, said)):
        return None
    return Spoken(next(iter(found.values())), not _bare(rest, said))


def _corrected(parts: list[str], found: dict[int, str], question: Question) -> str | None:
    """ "One... no, two": the last option named, when the speaker takes back the one before; never back to "nothing wrong"."""
    if len(set(found.values())) < 2 or found[max(found)] == question.normal:
        return None
    before = sorted(found)[-2]
    between = parts[before + 1 : max(found) + 1]
    return found[max(found)] if any(_CORRECTS.match(part.strip(_EDGES)) for part in between) else None


def _match(part: str, question: Question, phrases: dict[str, str], said: Any) -> str | None:
    """The option a stretch of words stands for: as it is, without filler, without "she says", without "yes" or "no"."""
    plain = " ".join(part.strip(_EDGES).split())
    bare = _bare(plain, said)
    for words in (plain, bare):
        if words in phrases:
            return phrases[words]
    for particle, rest in (bare.partition(" ")[::2], bare.rpartition(" ")[::-2]):
        rest = rest.strip(_EDGES)
        if particle in (*_YES, *_NO) and rest in phrases and _agrees(particle, phrases[rest], question):
            return phrases[rest]
    return None


def _agrees(particle: str, value: str, question: Question) -> bool:
    """ "Yes, normal" after "is anything numb?" could mean either; such an answer is not taken from its second half."""
    if question.yes_means is None or question.normal is None:
        return True
    says_normal = (particle in _YES) == (question.yes_means == "normal")
    return (value == question.normal) == says_normal


def _phrases_of(question: Question, said: Any) -> dict[str, str]:
    """Phrase -> option of one question, with and without filler words; what means "nothing wrong" anywhere included."""
    key = (id(said), question.id)
    if key not in _known:
        phrases = dict(said.options.get(question.id, {}))
        if question.private and question.kind == "step" and question.yes_means and question.normal and not question.once:
            phrases = {**dict.fromkeys(said.nothing_wrong, question.normal), **phrases}
        bare = {_bare(phrase, said): value for phrase, value in phrases.items()}
        bare.pop("", None)
        _known[key] = (said, {**bare, **phrases})
    return _known[key][1]


#: (identity of the phrases, question) -> the phrases themselves, kept alive, and the table made of them.
_known: dict[tuple[int, str], tuple[Any, dict[str, str]]] = {}


def _bare(text: str, said: Any) -> str:
    """Without filler words and "she says"."""
    plain = " ".join(_fillers(said.fillers).sub(" ", text.strip(_EDGES)).replace(",", " ").split()).strip(_EDGES)
    for report in said.reports:
        if plain.startswith(report + " "):
            return str(plain[len(report) + 1 :]).strip(_EDGES)
    return plain


@lru_cache(maxsize=4)
def _fillers(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + r")\b")
