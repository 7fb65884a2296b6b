"""What each system makes of a message: ours, and what a peer's mentions lead to under our own rules.

In: texts. Out: one `Reading` a text. Called by `evaluation.run`.

Peers get our triage on top of what they read, so that the figures compare the reading and not the medicine.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.extraction import extract
from bot.extraction.mention import Extraction, Mention, Suggestion
from bot.extraction.second_look import SWITCH, SecondLook
from bot.findings.case import Case
from bot.findings.rest_normal import rest_normal
from bot.findings.update import update
from bot.knowledge.load import Knowledge
from bot.triage.assess import assess

#: "Since Sunday" needs a day: the one on which the test set was written, so that a run can be repeated.
TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Reading:
    """What one system makes of one message, as a fresh case.

    Attributes:
        mentions: What it says the text says.
        suggestions: Of the second look.
        disposition: On the message alone.
        rules: (rule id, disposition) of every rule that fired, most urgent first.
        question: Id of the next question, or None.
        kind: Kind of that question: confirm, ambiguity, step ... or "".
        confirms: Concept that the question checks, or None.
        rest_disposition: When every question left is answered "no, normal".
        rest_rules: Rules that fire then.
    """

    mentions: tuple[Mention, ...]
    suggestions: tuple[Suggestion, ...]
    disposition: str
    rules: tuple[tuple[str, str], ...]
    question: str | None
    kind: str
    confirms: str | None
    rest_disposition: str
    rest_rules: tuple[tuple[str, str], ...]

    def fired(self, groups: str, levels: Sequence[str]) -> list[str]:
        """Ids of the rules of these groups that fired at one of these levels."""
        return [rule for rule, level in self.rules if rule[0] in groups and level in levels]


def read_ourselves(
    texts: Sequence[str], knowledge: Knowledge, second_look: SecondLook | None, today: date = TODAY
) -> list[Reading]:
    """Rootline itself; without a second look the rules alone."""
    with second_look_off() if second_look is None else contextlib.nullcontext():
        return [conclude(extract(text, knowledge, today=today, second_look=second_look), knowledge) for text in texts]


def read_as(mentions: Sequence[Sequence[Mention]], knowledge: Knowledge) -> list[Reading]:
    """A peer: its mentions, one list a message, under our rules."""
    return [conclude(Extraction(0, tuple(found)), knowledge) for found in mentions]


def conclude(extraction: Extraction, knowledge: Knowledge) -> Reading:
    """A fresh case with this one message in it, decided twice: as it is, and with the rest answered "no, normal"."""
    case = update(Case(), extraction, knowledge)
    now = assess(case, knowledge)
    rest = assess(rest_normal(case, knowledge), knowledge)
    question = now.next_question
    return Reading(
        extraction.mentions,
        extraction.suggestions,
        now.disposition,
        tuple((rule.id, rule.disposition) for rule in now.fired),
        question.id if question else None,
        knowledge.questions.resolve(question.id)[0].kind if question else "",
        question.confirms if question else None,
        rest.disposition,
        tuple((rule.id, rule.disposition) for rule in rest.fired),
    )


@contextlib.contextmanager
def second_look_off() -> Iterator[None]:
    """Make sure that nothing of the model is asked, whatever the defaults are."""
    before = os.environ.get(SWITCH)
    os.environ[SWITCH] = "off"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SWITCH]
        else:
            os.environ[SWITCH] = before


def peer_mention(found: dict[str, Any], text: str) -> Mention:
    """A mention from a peer's answer: {"concept", "start", "end", "presence"?, "experiencer"?, "temporality"?}."""
    start, end = found["start"], found["end"]
    return Mention(
        found["concept"],
        found.get("presence", "present"),
        found.get("experiencer", "self"),
        found.get("temporality", "current"),
        0,
        start,
        end,
        text[start:end],
    )
