"""A call, turn by turn: the handler's question gives the caller's answer its meaning.

In: the turns of a call in order. Out: the `Case` after each turn. Called by `bot.desk.calls` and by the tests of
dialogues. Pure: no I/O, no clock.

Only the caller's words make findings. A handler's question stays open over "mm, okay" and "let me think"; any other
words close it. A handler's summary counts when the caller confirms it (bot.desk.summary).

`Listener` keeps the state before every turn, so that a turn which speech recognition corrects or withdraws is read
anew from there on, and what did not change is not read twice.
"""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.desk.referring import matter_of, part_named, part_told, with_it_read
from bot.desk.unasked import without_unasked_fine
from bot.extraction.mention import Extraction, Mention
from bot.findings.case import Case
from bot.findings.view import subject
from bot.nlu.topics import find_topic, is_question
from bot.turn import is_digression, read_message, take

if TYPE_CHECKING:
    from bot.desk.asking import Question
    from bot.desk.following import Following

# What a handler says is read with many patterns. They are imported where a handler speaks, so that a lone message
# (`analyse "..."`) does not pay for them.

#: Their words make findings.
CALLER_SIDE = ("caller", "patient")
SPEAKERS = ("caller", "patient", "agent", "clinician")

#: "mm, okay, take your time": the question stays open.
_WORD_OF_LISTENING = frozenset(
    [
        "ok",
        "okay",
        "okey",
        "right",
        "alright",
        "sure",
        "yes",
        "yeah",
        "yep",
        "mm",
        "mmm",
        "mhm",
        "mmhm",
        "hmm",
        "hm",
        "uh",
        "huh",
        "uhhuh",
        "ah",
        "oh",
        "i",
        "see",
        "sorry",
        "go",
        "on",
        "carry",
        "take",
        "your",
        "time",
        "no",
        "rush",
        "worries",
        "problem",
        "fine",
        "that's",
        "thats",
        "thank",
        "you",
        "thanks",
        "good",
        "great",
        "of",
        "course",
        "don't",
        "dont",
        "worry",
        "gotcha",
        "understood",
        "well",
        "please",
        "do",
        "there",
        "bear",
        "with",
        "me",
        "just",
        "a",
        "moment",
        "one",
        "second",
        "sec",
        "pardon",
        "what",
        "was",
        "that",
        "say",
        "again",
        "and",
        "lovely",
        "perfect",
        "brilliant",
        "excellent",
        "noted",
        "got",
        "it",
        "so",
    ]
)
#: "um, let me think": not an answer yet.
_WORD_OF_THINKING = frozenset(
    [
        "um",
        "umm",
        "uh",
        "uhm",
        "er",
        "erm",
        "hmm",
        "hm",
        "mm",
        "mmm",
        "well",
        "let",
        "me",
        "see",
        "think",
        "now",
        "sorry",
        "pardon",
        "what",
        "do",
        "you",
        "mean",
        "say",
        "that",
        "again",
        "was",
        "oh",
        "ah",
        "so",
        "like",
        "hang",
        "on",
        "hold",
        "a",
        "second",
        "sec",
        "minute",
        "moment",
        "one",
        "just",
        "i'm",
        "im",
        "thinking",
        "could",
        "repeat",
        "please",
        "can",
        "by",
        "that",
        "this",
        "it",
        "its",
        "it's",
    ]
)
_WORDS = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_OPENS_QUESTION = re.compile(
    r"(?:^|[.!?,]\s*|\b(?:and|okay|ok|right|so|now)\s+)(?:do|does|did|have|has|had|are|is|was|were|can|could|would|will|any|how|when|"
    r"what|where|which|who|why)\b",
    re.IGNORECASE,
)


_FOR_OTHER = re.compile(
    r"\b(?:ring|call|phon|speak)\w* (?:\w+ )?(?:about|for|on behalf)|\b(?:it'?s|is) (?:for|about) (?:my|the|a)\b|\babout my (?!back|leg|knee|foot|pain)\w+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spoken:
    """One turn.

    Attributes:
        id: Stable id, chosen by who sends it.
        speaker: One of SPEAKERS.
        text: What was said.
        at: Seconds since the epoch, or None.
        final: False for a partial result of speech recognition.
    """

    id: str
    speaker: str
    text: str
    at: float | None = None
    final: bool = True


@dataclass(frozen=True)
class Heard:
    """What is known after some turns.

    Attributes:
        case: The story so far; turn numbers count all turns of the call.
        question: The handler's question that is still open, or None.
        claims: What the handler's open summary says, as if the caller had said it.
        own: The caller's last messages since the handler spoke, oldest first.
        last_side: "caller", "agent" or "" before the first turn.
        questions: Turn number of the handler's question -> items, for "asked, not answered".
        for_other: The caller said that the call is about somebody else.
        following: The handler's open question about a sign told before, or None.
        extraction: What the caller's last turn said.
        part: The knee, leg or foot that either side named last.
        unfinished: The handler's last words, which the next turn may go on with.
    """

    case: Case
    question: Question | None = None
    claims: tuple[Mention, ...] = ()
    own: tuple[str, ...] = ()
    last_side: str = ""
    questions: Mapping[str, int] | None = None
    for_other: bool = False
    following: Following | str | None = None
    extraction: Extraction | None = None
    part: str | None = None
    unfinished: str = ""


def hear(before: Heard, turn: Spoken, number: int, knowledge: Any, *, today: date | None = None, read: Any = None) -> Heard:
    """The state after one more turn.

    Args:
        before: State after the turns so far.
        turn: What was said.
        number: Its place in the call, from 0.
        knowledge: Loaded knowledge.
        today: For "since Sunday".
        read: Reads one caller's message (a caching stand-in for `read_message`).
    """
    if turn.speaker in CALLER_SIDE:
        return _caller(before, turn, number, knowledge, today, read or read_message)
    return _handler(before, turn, number, knowledge)


def _handler(before: Heard, turn: Spoken, number: int, knowledge: Any) -> Heard:
    case = replace(before.case, turns=max(before.case.turns, number + 1))
    if _only(turn.text, _WORD_OF_LISTENING):
        return replace(before, case=case, own=(), last_side="agent", unfinished="")
    from bot.desk.asking import goes_on, own_question, read_asking
    from bot.desk.following import read_following
    from bot.desk.summary import read_back

    said = turn.text
    if before.last_side == "agent" and before.unfinished and goes_on(before.unfinished, said):
        said = f"{before.unfinished} {said}"
    question = own_question(said, case, knowledge) or read_asking(said, knowledge, it=part_told(case, knowledge))
    part = part_named(turn.text, before.part)
    following = read_following(turn.text)
    claims = read_back(turn.text, number, knowledge)
    explains = following is None and (question is None or question.form == "statement")
    if explains and not claims and before.question is not None and "?" not in turn.text and not _OPENS_QUESTION.search(turn.text):
        return replace(
            before, case=case, own=(), last_side="agent", part=part, unfinished=said
        )  # explains the open question: "like when you wipe"
    questions = dict(before.questions or {})
    if question is not None and question.asked is not None and question.form != "statement":
        for item in question.asked.items:
            questions.setdefault(item, number)
    return Heard(case, question, claims, (), "agent", questions, before.for_other, following, part=part, unfinished=said)


def _caller(before: Heard, turn: Spoken, number: int, knowledge: Any, today: date | None, read: Any) -> Heard:
    question = before.question
    asked = question.asked if question is not None else None
    put = question.put if question is not None else None
    for_other = before.for_other or bool(_FOR_OTHER.search(turn.text))
    start = before.case
    if (
        question is not None
        and question.to_caller
        and not for_other
        and "subject" not in start.profile
        and subject(start) == "other"
    ):
        # "My mother had that": the handler's "have you ..." shows whom the call is about.
        start = replace(start, profile={**start.profile, "subject": "self"})

    def reading(text: str) -> Extraction:
        found: Extraction = read(start, text, knowledge, previous=before.own, today=today, asked=asked, put=put, turn=number)
        return found

    extraction = with_it_read(turn.text, reading(turn.text), matter_of(question, before.part, start), reading)
    extraction = without_unasked_fine(question, extraction, knowledge)
    taken = None
    if before.claims:
        from bot.desk.summary import confirmed

        taken = confirmed(before.claims, turn.text, extraction)
    if taken is not None:
        extraction = replace(extraction, mentions=(*taken, *extraction.mentions), answers=())
    elif question is not None:
        from bot.desk.settling import settle

        extraction = settle(question, turn.text, extraction, number, knowledge)
    if before.following is not None:
        from bot.desk.following import follow

        extraction = follow(before.following, turn.text, extraction, start, number, knowledge, today)
    if question is not None and question.to_caller and not for_other and extraction.profile.get("subject") == "other":
        extraction = replace(extraction, profile={**extraction.profile, "subject": "self"})
    topic = find_topic(turn.text, knowledge) if is_question(turn.text) and not extraction.answers else None
    case = take(start, extraction, knowledge, put=put, asked=asked, digression=is_digression(extraction, topic=topic))
    own = (*before.own, turn.text)[-2:]
    said = extraction.answers or extraction.mentions
    waits = not said and (_only(turn.text, _WORD_OF_THINKING) or extraction.dialogue_act in ("why", "rephrase"))
    after = Heard(case, None, (), own, "caller", before.questions, for_other, before.following if waits else None, extraction)
    after = replace(after, part=part_named(turn.text, before.part))
    if question is None or waits:
        return replace(after, question=question, claims=before.claims if waits else ())
    if not said and extraction.dialogue_act is None:
        # A story that answers nothing: what comes next may still add a sign, but clears nothing any more.
        return replace(after, question=replace(question, form="statement", put=None))
    return after


def _only(text: str, words: frozenset[str]) -> bool:
    found = _WORDS.findall(text.lower().replace("’", "'"))
    return all(word in words for word in found)


class Listener:
    """The turns of one call with the state before each of them.

    Reading is the slow part, so the reading of a message is kept as long as nothing that it depends on has changed.
    """

    def __init__(self, knowledge: Any, *, locale: str = "en-GB", today: date | None = None) -> None:
        self.knowledge = knowledge
        self.today = today
        self.turns: list[Spoken] = []
        self._states: list[Heard] = [Heard(Case(locale=locale))]
        self._readings: dict[Any, Extraction] = {}

    @property
    def heard(self) -> Heard:
        """The state after the last turn."""
        return self._states[-1]

    def put(self, turn: Spoken, place: int | None = None) -> None:
        """Add a turn at the end, or put it into the place of another one."""
        if place is None or place >= len(self.turns):
            self.turns.append(turn)
            self._states.append(self._hear(self._states[-1], turn, len(self.turns) - 1))
            return
        self.turns[place] = turn
        self._again(place)

    def set_turns(self, turns: Sequence[Spoken]) -> None:
        """All turns anew; what stands unchanged at the beginning is kept."""
        same = 0
        for old, new in zip(self.turns, turns, strict=False):
            if old is not new and (old.speaker, old.text) != (new.speaker, new.text):
                break
            same += 1
        self.turns = list(turns)
        self._again(same)

    def _again(self, place: int) -> None:
        del self._states[place + 1 :]
        for number in range(place, len(self.turns)):
            self._states.append(self._hear(self._states[-1], self.turns[number], number))

    def _hear(self, before: Heard, turn: Spoken, number: int) -> Heard:
        return hear(before, turn, number, self.knowledge, today=self.today, read=self._read)

    def _read(self, case: Case, text: str, knowledge: Any, **about: Any) -> Extraction:
        signs = tuple((m.concept, m.presence, m.temporality, m.turn, m.attributes.get("laterality")) for m in case.mentions)
        answers = tuple((a.item, a.state, a.turn) for a in case.answers)  # "it went again" means what was told before
        key = (text, about["turn"], about["asked"], about.get("put"), tuple(about["previous"]), subject(case), signs, answers)
        known = self._readings.get(key)
        if known is None:
            known = self._readings[key] = read_message(case, text, knowledge, **about)
        return known
