"""What was worked out for a case, kept as long as the case itself, so that a long story is not merged anew at every turn.

In: a `Case`. Out: its `Memory`. Used by `bot.findings.view`; `bot.findings.update` and the desk hand it on to the case
that follows. A case never changes, so what holds for it holds for good; what one concept's words add up to is handed on
and used again only while those very words, answers and expiries are the same. Nothing here is stored or compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case, GivenAnswer
from bot.findings.finding import Finding

#: Views of one concept that are kept: the machine's, the desk's, and the one before each.
_KEPT = 4
_NAME = "_memory"


class Memory:
    """Kept results: `whole` for this very case, `parts` for the line of cases it belongs to."""

    def __init__(self, parts: dict[tuple[str, str], list[tuple[Any, ...]]]) -> None:
        self.whole: dict[tuple[str, str], tuple[Any, Any]] = {}
        self.parts = parts

    def once(self, name: str, person: str, knowledge: Any, work: Callable[[], Any]) -> Any:
        """`work()`, done once for this case."""
        known = self.whole.get((name, person))
        if known is None or known[0] is not knowledge:
            known = self.whole[name, person] = (knowledge, work())
        return known[1]

    def belief(
        self, concept: str, person: str, heard: Mapping[int, Mention], about: tuple[Any, ...], work: Callable[[], Finding]
    ) -> Finding:
        """`work()`, or what it gave when the words and all that they depend on were the same."""
        kept = self.parts.setdefault((concept, person), [])
        for words, rest, finding in kept:
            if rest == about and words == heard:
                found: Finding = finding
                return found
        made = work()
        kept.insert(0, (heard, about, made))
        del kept[_KEPT:]
        return made


def memory_of(case: Case) -> Memory:
    """The memory of a case, empty at first."""
    found = case.__dict__.get(_NAME)
    if found is None:
        found = case.__dict__[_NAME] = Memory({})
    return found


def hand_on(before: Case, after: Case, *, same_words: bool = False) -> Case:
    """`after` with the memory of the case it came from.

    Args:
        before, after: Two cases of one story.
        same_words: True when mentions, answers, profile and times are the same in both, so that all that was
            worked out for the one holds for the other.
    """
    if after is not before:
        memory = Memory(memory_of(before).parts)
        if same_words:
            memory.whole.update(memory_of(before).whole)
        after.__dict__[_NAME] = memory
    return after


def answers_of(concept_items: Any, answers: Mapping[str, GivenAnswer]) -> tuple[GivenAnswer | None, ...]:
    """The answers one concept depends on."""
    return tuple(answers.get(item.id) for item in concept_items)
