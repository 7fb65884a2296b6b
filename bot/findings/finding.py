"""What we hold true about one concept, merged from all that was said.

In: nothing (plain values). Out: `Presence`, `Finding`. Built by `bot.findings.view.findings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Presence(Enum):
    """Truth of a finding. UNKNOWN is not ABSENT; UNCERTAIN is "asked, and the person is not sure"."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One concept for the person the case is about.

    Attributes:
        concept: Concept id.
        presence: See Presence.
        temporality: current, recent_resolved, past_resolved or hypothetical.
        attributes: Merged attributes (bot.extraction.mention.ATTRIBUTES), most urgent reading wins.
        mentions: Indexes into `Case.mentions`: the evidence.
    """

    concept: str
    presence: Presence
    temporality: str = "current"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    mentions: tuple[int, ...] = ()
