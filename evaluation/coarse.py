"""Labels of other hands are coarser than ours: what each of them covers.

In: a coarse label. Out: the concept ids that count as right for it. Called by `evaluation.rows` and
`evaluation.matching`. Source: the README beside the file of real messages.
"""

from __future__ import annotations

_SADDLE = ("saddle_numbness", "perianal_numbness", "buttock_numbness")

#: Coarse label -> ours. A label that is not here means the concept of the same name.
COVERS: dict[str, tuple[str, ...]] = {
    "urinary_incontinence": ("urinary_incontinence_new", "stress_leak_longstanding"),
    "urinary_hesitancy": ("urinary_hesitancy_poor_emptying",),
    "reduced_bladder_sensation": ("reduced_bladder_awareness", "reduced_flow_sensation"),
    "bowel_incontinence": ("faecal_incontinence",),
    "reduced_bowel_sensation": ("loss_of_rectal_sensation",),
    "constipation": ("constipation_new", "constipation_longstanding"),
    "sexual_dysfunction": ("erection_ejaculation_change", "sexual_sensation_change"),
    "leg_numbness": ("leg_numbness", "bilateral_leg_numbness"),
    "foot_numbness": ("leg_numbness", "bilateral_leg_numbness"),
    "pins_and_needles": ("leg_pins_needles",),
    "sciatica_pain": ("sciatica_one_side", "sciatica_both_sides"),
    "bilateral_leg_pain": ("sciatica_both_sides", "sciatica_one_side"),
    "back_pain": ("low_back_pain", "thoracic_pain"),
    "knee_injury": ("knee_twist_injury",),
    # It has no label of its own for both legs.
    "leg_weakness": ("leg_weakness", "bilateral_leg_weakness"),
    "progressive_weakness": ("rapidly_progressing_weakness", "leg_weakness", "bilateral_leg_weakness"),
    "trauma": ("major_trauma", "minor_trauma"),
    "fever": ("fever_unwell",),
    "weight_loss": ("unexplained_weight_loss",),
    "saddle_numbness": _SADDLE,
}
#: Labels for what is outside our 86 concepts; they are not scored.
OUTSIDE = ("none", "other_symptom")

_TIMES = {"past": ("past_resolved", "recent_resolved")}


def concepts_of(label: str) -> tuple[str, ...]:
    """Our ids that count as right for a coarse label; empty for what we have no concept for."""
    return () if label in OUTSIDE else COVERS.get(label, (label,))


def temporalities_of(label: str) -> tuple[str, ...]:
    """Our values that count as right for a coarse time."""
    return _TIMES.get(label, (label,))
