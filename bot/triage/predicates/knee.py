"""Predicates of the buckling group.

In: `Facts`. Out: evidence or None. Used by name in red_flags/buckling.yml; source: clinical.md 3 (K).
"""

from __future__ import annotations

from bot.findings.finding import Finding
from bot.findings.newness import is_old_and_stable, is_worsening
from bot.triage.facts import Evidence, Facts
from bot.triage.predicates.cauda_equina import settled_unsure
from bot.triage.predicates.registry import predicate


def _buckle(facts: Facts) -> Finding | None:
    """A knee that really gave way, now or lately; nearly giving way is something else."""
    finding = facts.present.get("knee_giving_way")
    if finding is None or finding.attributes.get("near_miss") is True:
        return None
    return finding


def _repeated(finding: Finding, facts: Facts) -> bool:
    told = finding.attributes
    if told.get("count", 0) >= 2 or told.get("frequency") in ("repeated", "continuous"):
        return True
    answer = facts.answers.get("buckling_count")
    return answer is not None and answer.state == "yes" and "count" not in told and "frequency" not in told


@predicate("knee_giving_way")
def buckled(facts: Facts) -> Evidence | None:
    """The knee really gave way, once or more."""
    finding = _buckle(facts)
    return None if finding is None else (finding,)


@predicate("knee_giving_way")
def buckles_repeatedly(facts: Facts) -> Evidence | None:
    """Twice or more, and the last time is within 14 days or not known."""
    finding = _buckle(facts)
    if finding is None or not _repeated(finding, facts):
        return None
    return (finding,) if finding.attributes.get("last_event_days", 0) <= 14 else None


@predicate("knee_giving_way")
def buckled_repeatedly_before(facts: Facts) -> Evidence | None:
    """Twice or more, the last time more than 14 days ago."""
    finding = _buckle(facts)
    if finding is None or not _repeated(finding, facts):
        return None
    return (finding,) if finding.attributes.get("last_event_days", 0) > 14 else None


@predicate("knee_giving_way")
def buckled_once(facts: Facts) -> Evidence | None:
    """Exactly once, explicitly."""
    finding = _buckle(facts)
    if finding is None or _repeated(finding, facts):
        return None
    told = finding.attributes
    answer = facts.answers.get("buckling_count")
    once = told.get("count") == 1 or told.get("frequency") == "single" or (answer is not None and answer.state == "no")
    return (finding,) if once else None


@predicate("knee_giving_way", "nerve_symptoms", "knee_trouble", "injury")
def buckle_was_mild(facts: Facts) -> Evidence | None:
    """Brief, fully recovered, no fall, painless, no injury or swelling, and no nerve symptom."""
    finding = _buckle(facts)
    if finding is None:
        return None
    told = finding.attributes
    detail = facts.answers.get("buckling_detail")
    recovered = told.get("recovery") in ("instant", "minutes") or (detail is not None and detail.state == "no")
    return (finding,) if recovered and not _made_worse(finding, facts) else None


@predicate("knee_giving_way")
def nearly_buckled(facts: Facts) -> Evidence | None:
    """Feels as if it might go, never did."""
    finding = facts.present.get("knee_giving_way")
    return (finding,) if finding is not None and finding.attributes.get("near_miss") is True else None


@predicate("knee_giving_way")
def buckle_count_unknown(facts: Facts) -> Evidence | None:
    """Asked how often, the person cannot or will not say, twice or in their own words."""
    finding = _buckle(facts)
    if finding is None or _repeated(finding, facts) or facts.states.get("buckling_count") not in ("unsure", "skipped"):
        return None
    if finding.attributes.get("count") == 1 or finding.attributes.get("frequency") == "single":
        return None
    if settled_unsure(facts, "buckling_count", ("unsure", "skipped")):
        return (finding, "buckling_count")
    return None


@predicate("knee_giving_way", "nerve_symptoms", "knee_trouble", "injury")
def one_buckle_may_be_mild(facts: Facts) -> Evidence | None:
    """Exactly once, told to be slight, over at once or long ago, and the questions that could clear it are still open."""
    once = buckled_once(facts)
    finding = _buckle(facts)
    if once is None or finding is None or "K4" not in facts.on or not facts.open or _made_worse(finding, facts):
        return None
    told = finding.attributes
    slight = told.get("severity") == "mild" or told.get("last_event_days", 0) > 14
    return once if slight or buckle_was_mild(facts) is not None else None


def _made_worse(finding: Finding, facts: Facts) -> bool:
    told = finding.attributes
    detail = facts.answers.get("buckling_detail")
    others = dict.fromkeys((*facts.group("nerve_symptoms"), *facts.group("knee_trouble"), *facts.group("injury")))
    others.pop("knee_giving_way", None)
    return bool(
        told.get("severity") in ("moderate", "severe")
        or told.get("recovery") == "still_weak"
        or told.get("near_miss") is False
        or told.get("caused_fall")
        or is_worsening(finding)
        or (detail is not None and detail.state == "yes")
        or facts.any_possible(others)
    )


@predicate("known_knee_problem", "knee_injury", "knee_swelling", "nerve_symptoms", "knee_giving_way")
def joint_pattern_ok(facts: Facts) -> Evidence | None:
    """Known knee problem or clear injury, no back, leg or nerve symptom, old unchanged pattern, minimal set negative."""
    joint = facts.any_lately(("known_knee_problem", *facts.group("knee_injury"), "knee_swelling"))
    others = [c for c in facts.group("nerve_symptoms") if c != "knee_giving_way"]
    finding = _buckle(facts)
    if not joint or finding is None or facts.any_possible(others) or facts.open:
        return None
    own = ("knee_buckling", "knee_joint")
    minimal = [i.id for i in facts.knowledge.items.values() if i.minimal_set and i.id not in own]
    if not is_old_and_stable(finding) or any(facts.states[item] != "no" for item in minimal):
        return None
    return (finding, *joint)
