"""What one text says: the values that `extract` hands to `update`.

In: nothing (plain values). Out: `Mention`, `Answer`, `Extraction`. Used by every room after extraction.

A `Mention` is what the text *says*; a `Finding` (bot.findings.finding) is what we *hold true*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PRESENCES = ("present", "absent", "uncertain")
EXPERIENCERS = ("self", "other", "nobody")
TEMPORALITIES = ("current", "recent_resolved", "past_resolved", "hypothetical")
ANSWER_STATES = ("yes", "no", "unsure", "skipped")

#: Attribute name -> what it means and which values it may take. An absent key means "not said".
ATTRIBUTES: Mapping[str, str] = {
    "laterality": "left | right | both | one_side | alternating | spreading_to_other_side",
    "onset": "sudden (minutes to 72 h) | subacute (days to 2 weeks) | gradual (weeks)",
    "onset_days": "float, days since it began (0.5 = this morning); large when 'for years'",
    "new": "bool; True = new or changed for this person, False = there long before",
    "unchanged": "bool; True = explicitly the same as always",
    "course": "improving | stable | worsening | rapidly_worsening | fluctuating",
    "frequency": "single | repeated | continuous",
    "count": "int, how many times",
    "last_event_days": "float, days since the last time it happened",
    "trigger": "list of stairs_down, stairs_up, ramp_down, kerb, turning, standing_up, uneven_ground, "
    "running, sitting, cough_strain, cycling, walking",
    "recovery": "instant | minutes | still_weak",
    "severity": "mild | moderate | severe",
    "site": "region the words name, e.g. saddle_front, buttock, thigh_front, foot_top, arm, face",
    "caused_fall": "bool",
    "due_to_pain": "bool; weak only because it hurts",
    "near_miss": "bool; nearly gave way, never did",
    "positional": "bool; only while sitting, cycling or riding and gone soon after",
    "assessed": "bool; a clinician has already looked at exactly this",
    "scanned": "bool; it has been scanned",
    "plan": "bool; there is a follow-up plan",
    "cause": "the person's own explanation, text; never lowers urgency",
    "known_cause": "bool; a named cause that was there before (childbirth, prostate, diabetes, codeine for years)",
    "deliberate": "bool; of medication_excess",
    "substance": "paracetamol | opioid | other; of medication_excess",
    "quality": "tearing | thunderclap | burning | electric | band",
    "tearing": "bool",
    "easing_position": "bool; some position eases it (False = none does)",
    "implant": "bool; the joint has an implant",
    "deformity": "bool",
    "cannot_bear_weight": "bool",
    "head_injury": "bool",
    "possible_fracture": "bool",
    "very_unwell": "bool; confusion, rigors, very unwell",
    "main_pain": "bool; the place that hurts most",
    "first_episode": "bool",
    "injury_link": "fall | blow | twist | crash | lifting | childbirth | procedure; what the injury was",
    "worry": "bool; of an uncertain mention: fear of a sign that may be there; asked about at once",
    "correction": "bool; these words take back or replace what was said before (no, I meant the right leg)",
    "reassured": "bool; told it is fine, scan booked for later, or on a waiting list",
    "visits": "int, how many times a clinician was seen for this episode",
    "joint_injection": "bool; the joint was injected lately",
    "wound_problem": "bool; wound leaks or is red, of recent_spinal_procedure",
    "severe_headache": "bool; of recent_spinal_procedure",
    "ambiguous": "id of the question (AMB_...) that settles what these words mean; of an uncertain mention",
    "relation": "mother, father, husband, wife, partner, child, friend, patient, ... of experiencer other",
}


@dataclass(frozen=True)
class Piece:
    """One stretch of one turn. Offsets count characters; `end` is exclusive."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """One concept as one text speaks of it.

    Attributes:
        concept: Concept id (one of the 86 of bot/knowledge/concepts).
        presence: present, absent or uncertain (see PRESENCES).
        experiencer: self, other or nobody.
        temporality: current, recent_resolved (<= 14 days), past_resolved or hypothetical.
        turn: Number of the message in the conversation, from 0.
        start, end: Character offsets into that turn's text; `text` is exactly that slice.
        attributes: See ATTRIBUTES. A missing key means "not said", never "no".
        by: "rule" (lexicon), "answer" (a button or a short answer to our question) or "model".
        pieces: Set when the words span several messages.
    """

    concept: str
    presence: str
    experiencer: str
    temporality: str
    turn: int
    start: int
    end: int
    text: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    by: str = "rule"
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a text answers to one checklist item.

    Attributes:
        item: Checklist item id (bot/knowledge/questions).
        state: yes (the danger sign is there), no (explicitly cleared), unsure or skipped.
        turn, start, end: The words of the answer.
    """

    item: str
    state: str
    turn: int
    start: int
    end: int


@dataclass(frozen=True)
class Suggestion:
    """A concept the second look believes the message means; never a finding by itself."""

    concept: str
    score: float
    turn: int
    start: int
    end: int


@dataclass(frozen=True)
class Asked:
    """What the other side had just asked when a text came.

    Attributes:
        items: Checklist items the question asks about, in the order of its words.
        yes_means: "danger" ("any numbness?") or "normal" ("can you feel it when you wipe?").
        question: Id of the interview question, or None when a person asked in their own words.
        confirms: Concept that the question checks after a suggestion, if it does.
    """

    items: tuple[str, ...]
    yes_means: str = "danger"
    question: str | None = None
    confirms: str | None = None


@dataclass(frozen=True)
class Extraction:
    """All that one text says.

    Attributes:
        turn: Number of the message.
        mentions: In text order.
        answers: Short answers to the question just asked.
        profile: Facts about the person: age_years (float), age_band, sex, writer_sex, pregnancy_weeks,
            subject ("self" or "other"), relation (of the subject), cannot_ask (bool).
        dialogue_act: yes | no | unsure | skip | why | rephrase | back | stop | restart | human | None:
            what a short answer does in the conversation, whatever was asked.
        suggestions: From the trained second look; empty without its model.
        understood: False when the text is not in a language the lexicon knows or has no words.
        language: "en" or "unknown".
    """

    turn: int
    mentions: tuple[Mention, ...] = ()
    answers: tuple[Answer, ...] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)
    dialogue_act: str | None = None
    suggestions: tuple[Suggestion, ...] = ()
    understood: bool = True
    language: str = "en"
