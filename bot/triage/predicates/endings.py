"""Predicates of immediate dangers that passed, and of the lower-urgency endings.

In: `Facts`. Out: evidence or None. Used by name in red_flags/*.yml; source: clinical.md 3 (N) and 9.4.
"""

from __future__ import annotations

from bot.findings.finding import Finding
from bot.findings.newness import SIX_WEEKS, baseline_ok, days, is_old_and_stable, is_worsening
from bot.triage.facts import Evidence, Facts
from bot.triage.predicates.registry import EVERY_SYMPTOM, predicate, some


def _hours_ago(finding: Finding) -> float | None:
    known = [finding.attributes[key] for key in ("last_event_days", "onset_days") if key in finding.attributes]
    return min(known) * 24 if known else None


@predicate("passing_danger")
def danger_within_a_day(facts: Facts) -> Evidence | None:
    """An immediate danger that came and went within 24 hours, or nobody said when."""
    gone = [facts.recent[c] for c in facts.group("passing_danger") if c in facts.recent]
    return some(f for f in gone if (_hours_ago(f) or 0) <= 24)


@predicate("passing_danger")
def danger_days_ago(facts: Facts) -> Evidence | None:
    """An immediate danger that came and went more than 24 hours and at most 14 days ago."""
    gone = [facts.recent[c] for c in facts.group("passing_danger") if c in facts.recent]
    return some(f for f in gone if (_hours_ago(f) or 0) > 24)


@predicate(EVERY_SYMPTOM, needs=("low_back_pain",))
def only_back_pain(facts: Facts) -> Evidence | None:
    """Low back pain for less than six weeks, and no other symptom than a strain."""
    finding = facts.present.get("low_back_pain")
    if finding is None or (days(finding) or 0) > SIX_WEEKS or is_worsening(finding):
        return None
    return _all_if_only(facts, {"low_back_pain", "minor_trauma"})


@predicate(EVERY_SYMPTOM, needs=("knee_pain",))
def only_knee_pain(facts: Facts) -> Evidence | None:
    """Knee pain and no other symptom."""
    return _all_if_only(facts, {"knee_pain"}) if "knee_pain" in facts.present else None


@predicate(EVERY_SYMPTOM, needs=("sciatica_one_side",))
def only_recent_sciatica(facts: Facts) -> Evidence | None:
    """Mild to moderate one-sided sciatica for less than six weeks, not worsening, with at most low back pain."""
    finding = facts.present.get("sciatica_one_side")
    if finding is None or (days(finding) or 0) > SIX_WEEKS or is_worsening(finding):
        return None
    if finding.attributes.get("severity") == "severe":
        return None
    return _all_if_only(facts, {"sciatica_one_side", "low_back_pain", "minor_trauma"})


@predicate(EVERY_SYMPTOM, needs=("outer_thigh_numbness",))
def only_outer_thigh(facts: Facts) -> Evidence | None:
    """A numb or burning outer thigh and no other symptom."""
    return _all_if_only(facts, {"outer_thigh_numbness"}) if "outer_thigh_numbness" in facts.present else None


def symptoms(facts: Facts) -> dict[str, Finding]:
    """Everything in scope that is there now, was lately, or is uncertain; background is no symptom."""
    context = set(facts.group("context"))
    held = {**facts.uncertain, **facts.recent, **facts.present}
    return {concept: finding for concept, finding in held.items() if concept not in context}


def _all_if_only(facts: Facts, allowed: set[str]) -> Evidence | None:
    """Every symptom there is, when all of them are among the allowed ones."""
    found = symptoms(facts)
    return tuple(found.values()) if found and allowed.issuperset(found) else None


@predicate(EVERY_SYMPTOM, free=True)
def chronic_stable_assessed(facts: Facts) -> Evidence | None:
    """Every symptom is old, unchanged and was seen by a clinician."""
    found = symptoms(facts)
    if not found or facts.uncertain or facts.recent:
        return None
    seen = any(f.attributes.get("assessed") or f.attributes.get("plan") for f in found.values())
    for finding in found.values():
        known = seen or baseline_ok(finding, facts.survivor)
        if not (is_old_and_stable(finding) and known):
            return None
    return tuple(found.values())


#: Danger signs that may turn out to be an old, explained pattern.
_OLD_PATTERN = ("urinary_hesitancy_poor_emptying", "urinary_incontinence_new", "constipation_new")


@predicate(EVERY_SYMPTOM, needs=(*_OLD_PATTERN, "baseline_patterns"))
def old_pattern_unchanged(facts: Facts) -> Evidence | None:
    """An old bladder or bowel pattern that has not changed, and nothing else that is not a mild old story."""
    found = [f for f in facts.any_present(facts.group("baseline_patterns")) if not is_worsening(f)]
    found = [f for f in found if f.attributes.get("new") is not True]
    found += [f for f in facts.any_present(_OLD_PATTERN) if baseline_ok(f, facts.survivor)]
    return _all_if_only(facts, {f.concept for f in found}) if found else None


@predicate("nerve_symptoms")
def seen_again_and_again(facts: Facts) -> Evidence | None:
    """Back or leg symptoms that get worse although a clinician was seen twice or more for them."""
    told = facts.any_present(facts.group("nerve_symptoms"))
    if not any(is_worsening(f) for f in told):
        return None
    return some(f for f in told if f.attributes.get("visits", 0) >= 2)


@predicate()
def misunderstood_twice(facts: Facts) -> Evidence | None:
    """Two messages in a row could not be understood."""
    return () if facts.case.misunderstood >= 2 else None


@predicate(
    "sciatica", "saddle", "leg_numb", "motor", "ce_group", "knee_giving_way", "unsteady_or_clumsy", "front_thigh_pain",
    "leg_symptoms_on_walking", "weakness_spreading_up", "pain_gone_but_numb_or_weak", "muscle_wasting",
    "previous_ces_or_deficit",
)  # fmt: skip
def neuro_symptom_not_old(facts: Facts) -> Evidence | None:
    """Leg pain from a nerve, numbness, weakness, unsteady walking, buckling, or a bladder or bowel change, not an old one."""
    concepts = (
        *facts.group("sciatica"), *facts.group("saddle"), *facts.group("leg_numb"), *facts.group("motor"),
        *facts.group("ce_group"), "knee_giving_way", "unsteady_or_clumsy", "front_thigh_pain",
        "leg_symptoms_on_walking", "weakness_spreading_up", "pain_gone_but_numb_or_weak", "muscle_wasting",
    )  # fmt: skip
    return some(
        f for f in facts.any_lately(dict.fromkeys(concepts)) if not (is_old_and_stable(f) or baseline_ok(f, facts.survivor))
    )
