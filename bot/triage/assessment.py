"""The outcome of triage: plain values that replies, records and channels read.

In: nothing. Out: `Disposition`, `FiredRule`, `NextQuestion`, `Assessment`. Made by `assess`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Most urgent first. `info_only` and `incomplete` are states of a conversation, not levels of care.
DISPOSITIONS = (
    "emergency_now",
    "urgent_same_day",
    "soon",
    "routine",
    "self_care",
    "info_only",
    "incomplete",
)

#: How an emergency is to be acted on (clinical.md 9.2). None for every other level.
ACTIONS = ("ambulance", "go_to_emergency_department", "crisis_line_now", "poison_line_now")


@dataclass(frozen=True)
class FiredRule:
    """One rule that fired.

    Attributes:
        id: Rule id (K1, C1, W10b, ...).
        disposition: The level it asks for.
        reason: One or two plain sentences a patient can read.
        source: Where the rule comes from.
        mentions: Indexes into `Case.mentions` of the words it fired on (may be empty when it
            fired on answers alone).
        items: Checklist items it fired on (answers unsure, skipped ...).
        action: One of ACTIONS for an emergency, else None.
        wording: Key of the emergency text family: cauda_equina, weakness, buckling, heart_lung,
            artery, stroke, limb, spine_injury, infection, cancer, crisis, poison, joint, hip, other.
    """

    id: str
    disposition: str
    reason: str
    source: str
    mentions: tuple[int, ...] = ()
    items: tuple[str, ...] = ()
    action: str | None = None
    wording: str | None = None


@dataclass(frozen=True)
class Option:
    """A button of a question: `value` is what the channel sends back, `label` what people read."""

    value: str
    label: str


@dataclass(frozen=True)
class NextQuestion:
    """The question to put next.

    Attributes:
        id: Question id (Q4, Q5a, Q13_onset, CONFIRM, PROBE_saddle ...).
        item: Main checklist item it fills.
        confirms: Suggested concept it checks, or None.
        text: Plain wording in the case's locale.
        options: Buttons, in order; free text is always allowed as well.
        multiple: True for a tick card (several may be chosen; "none of these" is an option).
        why: One sentence: why we ask.
        rephrase: The same question in other words.
        intro: Wording key to show once before it (the private block), or None.
        remaining: How many short questions are left after this one when the answers are plain.
    """

    id: str
    item: str
    text: str
    options: tuple[Option, ...] = ()
    confirms: str | None = None
    multiple: bool = False
    why: str = ""
    rephrase: str = ""
    intro: str | None = None
    remaining: int | None = None


@dataclass(frozen=True)
class Assessment:
    """Decision, evidence and what is still unknown.

    Attributes:
        disposition: One of DISPOSITIONS.
        complete: True when no further question can be needed: an emergency fired, or the minimal
            set is answered.
        fired: Most urgent first, ties in file order.
        checklist: Item id -> yes | no | unsure | skipped | not_asked.
        next_question: None when complete or stopped.
        skipped: Items the person chose not to answer.
        knowledge: Digest of the knowledge this was decided under.
        floor: True when the level is a floor that held because questions are open.
    """

    disposition: str
    complete: bool
    fired: tuple[FiredRule, ...] = ()
    checklist: Mapping[str, str] = field(default_factory=dict)
    next_question: NextQuestion | None = None
    skipped: tuple[str, ...] = ()
    knowledge: str = ""
    floor: bool = False
