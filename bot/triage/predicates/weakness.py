"""Predicates of the weakness group.

In: `Facts`. Out: evidence or None. Used by name in red_flags/weakness.yml; source: clinical.md 3 (W) and 9.5.
"""

from __future__ import annotations

from bot.findings.newness import baseline_ok, days, is_old_and_stable, is_worsening, sudden
from bot.triage.facts import Evidence, Facts
from bot.triage.predicates.registry import predicate, some


@predicate("marked_weakness", "motor")
def sudden_marked_weakness(facts: Facts) -> Evidence | None:
    """Lasting weakness that came within 72 hours. Mild general weakness, and weakness only from pain, are left to W2."""
    found = []
    for finding in facts.any_present(facts.group("marked_weakness")):
        told = finding.attributes
        passing = told.get("recovery") in ("instant", "minutes")
        slight = finding.concept == "leg_weakness" and told.get("severity") == "mild"
        from_pain = told.get("due_to_pain") is True and "W6" in facts.on
        if sudden(finding) and told.get("new") is not False and not (passing or slight or from_pain):
            found.append(finding)
    return some(found)


@predicate("one_leg_weakness", "motor")
def weakness_that_counts(facts: Facts) -> Evidence | None:
    """Weakness of a leg muscle, now or within 14 days, that is not an old stable one still being asked about."""
    here = facts.any_present(facts.group("one_leg_weakness"))
    gone = tuple(facts.recent[concept] for concept in facts.group("motor") if concept in facts.recent)
    found = here + gone
    if not found:
        return None
    old = all(is_old_and_stable(finding) for finding in found)
    asking = bool(facts.open) and bool(facts.on & {"W4", "W4b"})
    return None if old and asking else found


@predicate("motor")
def only_old_weakness(facts: Facts) -> Evidence | None:
    """There is weakness, and all of it is more than six weeks old and not changing."""
    found = facts.any_lately(facts.group("motor"))
    return tuple(found) if found and all(is_old_and_stable(f) for f in found) else None


@predicate("motor", "previous_ces_or_deficit")
def weakness_followed_up(facts: Facts) -> Evidence | None:
    """Every weakness was checked and has a plan, or is an explained pattern of three months and more."""
    found = facts.any_lately(facts.group("motor"))
    followed = [
        f
        for f in found
        if baseline_ok(f, facts.survivor) or (f.attributes.get("assessed") is True and f.attributes.get("plan") is True)
    ]
    return tuple(found) if found and len(followed) == len(found) else None


@predicate("motor")
def weakness_only_from_pain(facts: Facts) -> Evidence | None:
    """Every weakness is said to be there only because it hurts, is mild, and is not getting worse."""
    found = facts.any_present(facts.group("motor"))
    return (
        tuple(found)
        if found
        and all(
            f.attributes.get("due_to_pain") is True
            and f.attributes.get("severity") not in ("moderate", "severe")
            and not is_worsening(f)
            for f in found
        )
        else None
    )


@predicate("marked_weakness")
def weakness_of_unknown_onset(facts: Facts) -> Evidence | None:
    """Marked weakness, nobody said since when, and not put down to pain alone (W6)."""
    return some(
        f
        for f in facts.any_present(facts.group("marked_weakness"))
        if f.attributes.get("onset") is None
        and days(f) is None
        and f.attributes.get("new") is not False
        and not (f.attributes.get("due_to_pain") is True and "W6" in facts.on)
    )
