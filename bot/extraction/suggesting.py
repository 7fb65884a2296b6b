"""Which of the second look's ideas become a suggestion: only what the rules have not read already.

In: a text, what the rules read in it, the trained second look. Out: suggestions, at most one a clause. Called by
`extract` and by the reading of a chat or call (bot.answer).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from bot.extraction.disguise import as_written, plain
from bot.extraction.mention import Extraction, Mention, Suggestion
from bot.extraction.pipeline import reader_for
from bot.extraction.second_look import CLAUSE

#: From this share of a clause's letters inside mentions on, the rules count as having read the clause.
READ_THROUGH = 0.3
#: Concepts whose question hurts where nothing was meant ("we're in the car now" is no thought of ending it), and how sure
#: the second look must be of them. What plainly says it is read by the rules.
SURE = {"mental_health_crisis": 0.6}
#: What steers the conversation and tells nothing; "start again" is not about a bladder that starts again.
STEERING = ("why", "rephrase", "back", "stop", "restart", "human", "skip")


def with_suggestions(
    read: Extraction, text: str, knowledge: Any, second_look: Any, *, leave_out: Collection[str] = ()
) -> Extraction:
    """The same reading with what the trained second look adds to it (see `suggesting`).

    Args:
        read: What the rules read in `text`.
        text: The message as it came.
        knowledge: Loaded knowledge.
        second_look: Trained second look.
        leave_out: Concepts that are not to be suggested.
    """
    steers = (read.dialogue_act in STEERING or bool(read.profile.get("cannot_ask"))) and not read.mentions
    if read.language != "en" or steers:
        return read
    bare = plain(text, reader_for(knowledge).lexicon.vocabulary)
    if not bare.at:
        found = suggestions_for(text, read.turn, read.mentions, knowledge, second_look, leave_out=leave_out)
        return replace(read, suggestions=found)
    found = suggestions_for(bare.text, read.turn, read.mentions, knowledge, second_look, placed=False, leave_out=leave_out)
    return replace(read, suggestions=as_written(Extraction(read.turn, suggestions=found), bare, text).suggestions)


def suggestions_for(
    text: str,
    turn: int,
    mentions: Sequence[Mention],
    knowledge: Any,
    second_look: Any,
    *,
    placed: bool = True,
    leave_out: Collection[str] = (),
) -> tuple[Suggestion, ...]:
    """What the second look adds to the rules: one suggestion a clause, for one question about it is enough.

    Args:
        text, turn: The message and its number.
        mentions: What the rules read in it.
        knowledge: Loaded knowledge.
        second_look: The trained model.
        placed: Whether the mentions' offsets are offsets of this text.
        leave_out: Concepts that are not to be suggested.
    """
    out: dict[tuple[int, int], Suggestion] = {}
    for concept, score, start, end in second_look.suggest(text, without=_settled(mentions, knowledge) | set(leave_out)):
        if score < SURE.get(concept, 0.0):
            continue
        if (start, end) not in out and not (placed and _read_through(text, start, end, mentions)):
            out[start, end] = Suggestion(concept, score, turn, start, end)
    return tuple(out.values())


def all_read(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether the rules have read most of every clause, so that nothing is left to suggest."""
    return all(
        _read_through(text, clause.start(), clause.end(), mentions)
        for clause in CLAUSE.finditer(text)
        if any(character.isalnum() for character in clause.group())
    )


def _settled(mentions: Sequence[Mention], knowledge: Any) -> set[str]:
    """Concepts the rules have settled: those they spoke of, the wider concept of each, and the one for the other number of sides
    where the words tell the sides ("sciatica on the left" is not on both; both legs weak is more than one leg weak)."""
    out: set[str] = set()
    for mention in mentions:
        concept = knowledge.concepts[mention.concept]
        out |= {concept.id, concept.family}
        if concept.both_sides and mention.attributes.get("laterality") in ("left", "right"):
            out.add(concept.both_sides)
    both = {m.concept for m in mentions if m.presence == "present"}
    return out | {concept.id for concept in knowledge.concepts.values() if concept.both_sides in both}


def _read_through(text: str, start: int, end: int, mentions: Sequence[Mention]) -> bool:
    """Whether the rules have read most of the clause a suggestion points at: "pain down the back of my right leg" holds no more
    words that could mean a weak leg."""
    covered = {i for m in mentions for i in range(max(start, m.start), min(end, m.end)) if text[i].isalnum()}
    letters = sum(text[i].isalnum() for i in range(start, end))
    return len(covered) >= READ_THROUGH * letters
