"""Predicates about what has been asked and cleared.

In: `Facts`. Out: evidence or None. Used by name in red_flags/*.yml; source: clinical.md 2 and 4.5.
"""

from __future__ import annotations

from bot.triage.facts import Evidence, Facts
from bot.triage.predicates.registry import predicate, some


@predicate("nerve_symptoms")
def active_nerve(facts: Facts) -> Evidence | None:
    """Any back pain, sciatica, leg numbness, leg weakness or knee giving way of this episode."""
    return some(facts.any_lately(facts.group("nerve_symptoms")))


@predicate("nerve_symptoms")
def nerve_possible(facts: Facts) -> Evidence | None:
    """Any back, leg or knee symptom of this episode, or one the person is not sure of: it is not ruled out."""
    return some(facts.any_possible(facts.group("nerve_symptoms")))


@predicate()
def minimal_set_answered(facts: Facts) -> Evidence | None:
    """Every item of the minimal set is answered yes or no by this person about now."""
    return None if facts.open else ()


@predicate()
def full_screen_negative(facts: Facts) -> Evidence | None:
    """The minimal set is answered, and immediate danger and every cauda equina question are "no"."""
    if facts.open or facts.states.get("immediate_danger") != "no":
        return None
    return () if facts.ce_screen_negative else None


@predicate("minor_trauma", "major_trauma", free=True)
def minimal_set_negative(facts: Facts) -> Evidence | None:
    """Every item of the minimal set is "no". A strain or small knock alone is not counted against it."""
    for item in facts.knowledge.items.values():
        if item.minimal_set and facts.states[item.id] != "no":
            slight = item.id == "trauma" and "minor_trauma" in facts.present and "major_trauma" not in facts.present
            if not slight:
                return None
    return () if facts.ce_screen_negative else None


@predicate()
def feeling_normal(facts: Facts) -> Evidence | None:
    """Saddle area, full bladder and passing pee are explicitly felt normally."""
    wanted = ("saddle_feeling", "bladder_full_feeling", "bladder_flow_feeling")
    return () if all(facts.states.get(item) == "no" for item in wanted) else None
