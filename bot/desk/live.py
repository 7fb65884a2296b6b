"""One call in memory: its row, its turns as stored and as read, what the desk decided, the state that is shown.

In: rows of the store. Out: `Live`, `decisions_of`. Called by `bot.desk.calls`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.desk.judgement import Corrected, Ticked
from bot.desk.listening import Listener, Spoken
from bot.desk.marks import TurnViews
from bot.findings.case import Case
from bot.triage.assessment import Assessment


@dataclass
class Live:
    """One call in memory."""

    row: dict[str, Any]
    listener: Listener
    stored: list[dict[str, Any]]  # turns as in the store, the withdrawn ones too
    decisions: list[dict[str, Any]]
    version: int  # begins at the clock's seconds, so that it rises even over a restart
    state: dict[str, Any] = field(default_factory=dict)
    views: TurnViews = field(default_factory=TurnViews)
    human: Case = field(default_factory=Case)
    assessment: Assessment | None = None
    machine: Assessment | None = None
    watchers: set[asyncio.Queue[dict[str, Any]]] = field(default_factory=set)
    known: dict[str, tuple[dict[str, Any], Spoken]] = field(default_factory=dict)

    def spoken(self, row: dict[str, Any]) -> Spoken:
        """A stored turn as it is read: the same object for the same row. A row that changes is a new row."""
        found = self.known.get(row["id"])
        if found is None or found[0] is not row:
            found = (row, Spoken(row["id"], row["speaker"], row["text"], row["at"], bool(row["final"])))
            self.known[row["id"]] = found
        return found[1]

    def change(self, place: int, **values: Any) -> None:
        """Change a stored turn."""
        self.stored[place] = {**self.stored[place], **values}


def decisions_of(
    rows: Sequence[Mapping[str, Any]], stored: Sequence[Mapping[str, Any]], spoken: Sequence[Spoken]
) -> list[Ticked | Corrected]:
    """Ticks and corrections that stand, as `bot.desk.judgement` takes them."""
    numbers = {turn.id: number for number, turn in enumerate(spoken)}
    out: list[Ticked | Corrected] = []
    for row in rows:
        data = row["data"]
        upto = sum(1 for turn in stored[: row["upto"]] if not turn["withdrawn"])
        if row["kind"] == "tick":
            out.append(Ticked(data["item"], data["state"], upto, data.get("concept")))
        elif row["kind"] == "correct" and data["turn"] in numbers:
            changes = {key: data.get(key) for key in ("presence", "experiencer", "temporality")}
            out.append(
                Corrected(
                    numbers[data["turn"]],
                    data["start"],
                    data["end"],
                    data["concept"],
                    upto,
                    remove=data.get("remove", False),
                    **changes,
                )
            )
    return out
