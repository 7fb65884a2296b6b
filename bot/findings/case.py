"""Everything one person told us, as an immutable record that survives JSON.

In: nothing. Out: `Case`, `GivenAnswer`, `AskedQuestion`. Changed only by `bot.findings.update`.

The case keeps what was *said* (mentions, answers) in order; what we *hold true* is derived from it
(`bot.findings.view`), so nothing is ever forgotten and a correction never erases the record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bot.errors import InputError
from bot.extraction.mention import Mention, Piece, Suggestion

#: 1: first draft, never released. 2: `times`, `reopened_turn`, `misunderstood` added.
CASE_SCHEMA = 2


@dataclass(frozen=True)
class GivenAnswer:
    """The state of one checklist item as answered at one time.

    Attributes:
        item: Checklist item id.
        state: yes | no | unsure | skipped.
        turn: Number of the message that answered, from 0.
        at_hours: Time of the answer in hours on the caller's clock, or None when no clock was given.
        question: Interview question id, or None when it was volunteered or asked by a person.
        withdrawn: True when a later correction took it back.
    """

    item: str
    state: str
    turn: int
    at_hours: float | None = None
    question: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class AskedQuestion:
    """One question put to the person.

    Attributes:
        question: Interview question id.
        turn: Number of the message that came after it (the reply, whatever it said).
        confirms: Suggested concept it checks, if any.
    """

    question: str
    turn: int
    confirms: str | None = None


@dataclass(frozen=True)
class Case:
    """One person's story so far.

    Attributes:
        schema: Version of this record (CASE_SCHEMA); older ones are migrated by `from_json`.
        locale: en-GB or en-US.
        turns: How many messages were read.
        mentions: All mentions in the order they were said (indexes are stable: evidence points here).
        withdrawn_mentions: Indexes into `mentions` that a later correction took back.
        answers: All answers in order; the latest not-withdrawn one per item holds.
        asked: Questions put, in order.
        profile: age_years, age_band, sex, writer_sex, pregnancy_weeks, subject ("self" | "other"), relation, cannot_ask.
        suggestions: Second-look suggestions not yet confirmed or cleared.
        seen: Ids of messages already read (makes `update` idempotent).
        now_hours: The caller's clock at the last update, hours; None without a clock.
        stopped: The person ended the questions.
        times: The caller's clock per message, hours, None where no clock was given.
        reopened_turn: A "no" given before this message no longer counts: a new symptom was told after a
            result, or much later than the answers (clinical.md 4.5).
        misunderstood: Messages in a row that could not be understood (rule M8).
    """

    schema: int = CASE_SCHEMA
    locale: str = "en-GB"
    turns: int = 0
    mentions: tuple[Mention, ...] = ()
    withdrawn_mentions: tuple[int, ...] = ()
    answers: tuple[GivenAnswer, ...] = ()
    asked: tuple[AskedQuestion, ...] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)
    suggestions: tuple[Suggestion, ...] = ()
    seen: tuple[str, ...] = ()
    now_hours: float | None = None
    stopped: bool = False
    times: tuple[float | None, ...] = ()
    reopened_turn: int = 0
    misunderstood: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain data that `json.dumps` takes; `Case.from_json` gives an equal case back."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Case:
        """Read a recorded case, migrating one written by an older release.

        Args:
            data: What `to_json` gave, as a mapping or as JSON text.

        Raises:
            InputError: INP010 when it is no recorded case, INP011 when a newer release wrote it.
        """
        try:
            found = json.loads(data) if isinstance(data, str) else dict(data)
            schema = int(found["schema"])
            if schema > CASE_SCHEMA:
                text = f"the case has schema {schema}, this release reads up to {CASE_SCHEMA}. Update Rootline."
                raise InputError("INP011", text)
            for version in range(schema, CASE_SCHEMA):
                found = MIGRATIONS[version](found)
            return _read(cls, found)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            text = f"this is not a recorded case ({type(error).__name__}: {error}). Give what Case.to_json wrote."
            raise InputError("INP010", text) from error


def _read(cls: type[Case], found: Mapping[str, Any]) -> Case:
    unknown = sorted(set(found) - {entry.name for entry in fields(cls)})
    if unknown:
        raise ValueError(f"unknown keys {', '.join(unknown)}")
    values = dict(found)
    values["mentions"] = tuple(
        Mention(**{**entry, "pieces": tuple(Piece(**piece) for piece in entry["pieces"])}) for entry in found["mentions"]
    )
    values["answers"] = tuple(GivenAnswer(**entry) for entry in found["answers"])
    values["asked"] = tuple(AskedQuestion(**entry) for entry in found["asked"])
    values["suggestions"] = tuple(Suggestion(**entry) for entry in found["suggestions"])
    for name in ("withdrawn_mentions", "seen", "times"):
        values[name] = tuple(found[name])
    return cls(**values)


def _from_1_to_2(data: Mapping[str, Any]) -> dict[str, Any]:
    """Schema 1 knew no clock per message: the times are unknown, nothing has expired yet."""
    turns = int(data.get("turns", 0))
    return {**data, "schema": 2, "times": [None] * turns, "reopened_turn": 0, "misunderstood": 0}


#: Schema -> how to bring a record of that schema to the next one.
MIGRATIONS: Mapping[int, Callable[[Mapping[str, Any]], dict[str, Any]]] = {1: _from_1_to_2}
