"""What we believe about one concept, from all that was said of it.

In: mentions of one concept, the answers that hold. Out: `Finding`s. Called by `bot.findings.view.findings` only.

Order of belief, most urgent reading first (clinical.md 3, M7): a present mention stands until the person takes it
back; a recently gone one comes next; "not sure" stands until a later clear answer; then an explicit absence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case, GivenAnswer
from bot.findings.expiry import items_by_concept, still_holds
from bot.findings.finding import Finding, Presence
from bot.findings.merge import danger_details, merge_attributes, merge_derived
from bot.knowledge.load import Knowledge

#: Old patterns that become the danger sign itself once they change (clinical.md 5, "only if it changes").
_CHANGED_BASELINE = {
    "stress_leak_longstanding": "urinary_incontinence_new",
    "constipation_longstanding": "constipation_new",
    "prostate_problem": "urinary_hesitancy_poor_emptying",
}
_BOTH = ("both", "alternating", "spreading_to_other_side")


def believe(
    concept: str, heard: Mapping[int, Mention], case: Case, answers: Mapping[str, GivenAnswer], knowledge: Knowledge
) -> Finding:
    """Merge all mentions of one concept, and what answers say of it, into one finding."""
    groups = knowledge.groups
    present: dict[int, Mention] = {}
    recent: dict[int, Mention] = {}
    unsure: dict[int, Mention] = {}
    absent: dict[int, Mention] = {}
    past: dict[int, Mention] = {}
    idle: dict[int, Mention] = {}
    for index, mention in heard.items():
        if mention.experiencer == "nobody" or mention.temporality == "hypothetical":
            idle[index] = mention
        elif mention.presence == "absent":
            # "used not to" says nothing about now; an old "no" has to be asked again
            if mention.temporality == "current" and still_holds(mention, case, knowledge):
                absent[index] = mention
            else:
                idle[index] = mention
        elif (when := _when(mention, groups)) == "past_resolved":
            past[index] = mention
        elif mention.presence == "uncertain":
            unsure[index] = mention
        elif when == "current":
            present[index] = mention
        else:
            recent[index] = mention
    cleared = _last_no(concept, answers, knowledge)
    last_unsure = max((m.turn for m in unsure.values()), default=-1)
    settled = max([cleared, *(m.turn for m in absent.values())])
    if present:
        return _finding(concept, Presence.PRESENT, "current", present, {**recent, **unsure})
    if recent:
        return _finding(concept, Presence.PRESENT, "recent_resolved", recent, unsure)
    if unsure and last_unsure >= settled:
        return _finding(concept, Presence.UNCERTAIN, "current", unsure)
    if absent or (unsure and cleared >= 0):
        return _finding(concept, Presence.ABSENT, "current", absent or unsure)
    if past:
        return _finding(concept, Presence.PRESENT, "past_resolved", past)
    return _finding(concept, Presence.UNKNOWN, "hypothetical", idle)


def _finding(
    concept: str,
    presence: Presence,
    temporality: str,
    heard: Mapping[int, Mention],
    besides: Mapping[int, Mention] | None = None,
) -> Finding:
    """`besides`: weaker mentions of the same concept; only their dangerous details count."""
    parts = [mention.attributes for mention in heard.values()]
    if besides and (extra := danger_details(mention.attributes for mention in besides.values())):
        parts.append(extra)
    attributes = merge_attributes(parts)
    return Finding(concept, presence, temporality, attributes, tuple(heard))


def _when(mention: Mention, groups: Any) -> str:
    """Temporality as the rules need it: history stays true, an event counts for as long as its window says."""
    window = groups.event_days.get(mention.concept)
    if window is not None:
        known = [mention.attributes[key] for key in ("last_event_days", "onset_days") if key in mention.attributes]
        if known:
            return "current" if min(known) <= window else "past_resolved"
        return "current" if mention.temporality == "recent_resolved" else mention.temporality
    if mention.concept in groups.history:
        return "current"
    return mention.temporality


def _last_no(concept: str, answers: Mapping[str, GivenAnswer], knowledge: Knowledge) -> int:
    """Turn of the latest standing "no" to an item this concept belongs to, or -1."""
    last = -1
    for item in items_by_concept(knowledge).get(concept, ()):
        answer = answers.get(item.id)
        if answer is not None and answer.state == "no" and concept in item.yes_concepts:
            last = max(last, answer.turn)
    return last


def add_answers(found: dict[str, Finding], answers: Mapping[str, GivenAnswer], knowledge: Knowledge) -> None:
    """A bare "yes" or "not sure" to an item speaks of its default concept."""
    for answer in answers.values():
        item = knowledge.items[answer.item]
        if answer.state not in ("yes", "unsure") or item.default_concept is None:
            continue
        if any(is_told(found.get(concept)) for concept in item.yes_concepts):
            continue
        presence = Presence.PRESENT if answer.state == "yes" else Presence.UNCERTAIN
        before = found.get(item.default_concept)
        if presence is Presence.UNCERTAIN and before is not None and before.presence is Presence.UNCERTAIN:
            continue
        found[item.default_concept] = Finding(item.default_concept, presence)


def is_told(finding: Finding | None) -> bool:
    """There now, or was within 14 days."""
    return finding is not None and finding.presence is Presence.PRESENT and finding.temporality != "past_resolved"


def add_derived(found: dict[str, Finding], knowledge: Knowledge) -> None:
    """Both sides from one-sided words, and a changed old pattern as the danger sign it has become."""
    for concept, finding in list(found.items()):
        if finding.presence is not Presence.PRESENT or finding.temporality != "current":
            continue
        target = knowledge.concepts[concept].both_sides if concept in knowledge.concepts else None
        if target is not None and finding.attributes.get("laterality") in _BOTH:
            attributes = dict(finding.attributes)
            if attributes["laterality"] == "spreading_to_other_side":
                attributes["new"] = True
            _add(found, replace(finding, concept=target, attributes=attributes))
        changed = finding.attributes.get("new") is True or finding.attributes.get("course") in (
            "worsening",
            "rapidly_worsening",
        )
        if concept in _CHANGED_BASELINE and changed:
            _add(found, replace(finding, concept=_CHANGED_BASELINE[concept]))


def _add(found: dict[str, Finding], derived: Finding) -> None:
    before = found.get(derived.concept)
    if before is None or before.presence is not Presence.PRESENT or before.temporality != "current":
        found[derived.concept] = derived
    else:
        merged = merge_derived(before.attributes, derived.attributes)
        evidence = tuple(dict.fromkeys((*before.mentions, *derived.mentions)))
        found[derived.concept] = replace(before, attributes=merged, mentions=evidence)
