"""What every record is made of.

In: nothing. Out: `Record`, times as text. Made by the desk's routes, read by the other modules of this room. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from bot.findings.case import Case
from bot.triage.assessment import Assessment

#: Stands in every record.
DRAFT = "DRAFT. Made by software from knowledge that is not clinically reviewed. A clinician must check it before use."


@dataclass(frozen=True)
class Record:
    """One call at one time.

    Attributes:
        state: The desk's state of the call (bot.desk.view).
        case: The case with the desk's decisions.
        assessment: The decision on it.
        decisions: What the desk decided, in order, with who and when.
        wrap_up: Outcome and note, or None while the call is open.
        made: When the record is made, seconds since the epoch.
    """

    state: Mapping[str, Any]
    case: Case
    assessment: Assessment
    decisions: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    wrap_up: Mapping[str, Any] | None = None
    made: float = 0.0


def iso(at: float) -> str:
    """A time in UTC as ISO 8601."""
    return datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="seconds")


def clock(at: float | None) -> str:
    """Hours and minutes in UTC, or a dash."""
    return "--:--" if at is None else datetime.fromtimestamp(at, timezone.utc).strftime("%H:%M:%S")
