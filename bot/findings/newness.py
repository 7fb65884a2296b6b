"""Is a finding new for this person, or an old unchanged pattern? The narrow gate to anything less urgent.

In: one `Finding`. Out: `is_new`, `is_old_and_stable`, `baseline_ok`, `sudden`. Used by view and triage.
Source: clinical.md section 2 (derived predicates) and 9.5: unknown newness counts as new.
"""

from __future__ import annotations

from bot.findings.finding import Finding, Presence

#: Days after which a pattern may count as long-standing (clinical.md 2, decision D10).
LONGSTANDING_DAYS = 90
#: Six weeks: after that weakness is no longer "new" (W2, W4) and sciatica no longer recent (N1, N3).
SIX_WEEKS = 42
FORTNIGHT = 14
#: "Sudden" means within 72 hours.
SUDDEN_DAYS = 3

#: An old pattern never excuses these, except in a known survivor with an unchanged, documented deficit.
_NEVER_BASELINE = frozenset(
    {
        "saddle_numbness",
        "perianal_numbness",
        "genital_numbness",
        "urinary_retention",
        "loss_of_rectal_sensation",
    }
)


def days(finding: Finding) -> float | None:
    """Days since it began, or None when not said."""
    value = finding.attributes.get("onset_days")
    return None if value is None else float(value)


def is_worsening(finding: Finding) -> bool:
    """Said to get worse, slowly or fast."""
    return finding.attributes.get("course") in ("worsening", "rapidly_worsening")


def is_new(finding: Finding) -> bool:
    """New or changed for this person. Only an explicit old pattern is not; not knowing counts as new."""
    attributes = finding.attributes
    if attributes.get("new") is True or is_worsening(finding):
        return True
    if attributes.get("new") is False:
        return False
    return not (attributes.get("unchanged") is True and (days(finding) or 0) > FORTNIGHT)


def is_old_and_stable(finding: Finding) -> bool:
    """Explicitly there for more than six weeks, or before this trouble, and explicitly not changing."""
    attributes = finding.attributes
    if attributes.get("new") is True or attributes.get("unchanged") is False:
        return False
    old = attributes.get("new") is False or (days(finding) or 0) > SIX_WEEKS
    steady = attributes.get("unchanged") is True or attributes.get("course") in ("stable", "improving")
    return bool(old and steady and not is_worsening(finding))


def baseline_ok(finding: Finding, survivor: bool = False) -> bool:
    """The explicit long-standing, unchanged, explained pattern that is not counted as a danger sign.

    All three must have been said: three months or more, unchanged, and a known cause or already assessed.

    Args:
        finding: What we hold true.
        survivor: The person had cauda equina trouble before; only then numbness of the saddle area,
            not being able to pee and lost bowel feeling may be an old deficit.
    """
    attributes = finding.attributes
    if finding.presence is not Presence.PRESENT or finding.temporality != "current":
        return False
    if finding.concept in _NEVER_BASELINE and not survivor:
        return False
    if attributes.get("new") is True or attributes.get("unchanged") is False or is_worsening(finding):
        return False
    age = days(finding)
    longstanding = (attributes.get("new") is False and (age is None or age >= LONGSTANDING_DAYS)) or (
        age is not None and age >= LONGSTANDING_DAYS
    )
    unchanged = attributes.get("unchanged") is True or (attributes.get("new") is False and attributes.get("course") == "stable")
    explained = attributes.get("known_cause") is True or attributes.get("assessed") is True
    return bool(longstanding and unchanged and explained)


def sudden(finding: Finding) -> bool:
    """Came within 72 hours, and not so long ago that it is an old story."""
    age = days(finding)
    if age is not None and age <= SUDDEN_DAYS:
        return True
    return finding.attributes.get("onset") == "sudden" and (age is None or age <= SIX_WEEKS)
