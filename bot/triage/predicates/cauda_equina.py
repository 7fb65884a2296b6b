"""Predicates of the cauda equina group.

In: `Facts`. Out: evidence or None. Used by name in red_flags/cauda_equina.yml; source: clinical.md 3 (C) and 9.
"""

from __future__ import annotations

from bot.findings.case import GivenAnswer
from bot.findings.finding import Finding
from bot.findings.newness import FORTNIGHT, SIX_WEEKS, baseline_ok, days, is_new, is_worsening
from bot.triage.facts import Evidence, Facts
from bot.triage.predicates.registry import predicate, some


@predicate("saddle", "nerve_symptoms", "previous_ces_or_deficit")
def saddle_altered(facts: Facts) -> Evidence | None:
    """Changed feeling in the saddle area that is no old deficit and is not only from a bike or horse seat."""
    found = [f for f in facts.any_present(facts.group("saddle")) if not baseline_ok(f, facts.survivor)]
    if "C23" in facts.on:
        found = [f for f in found if not _may_be_seat_pressure(f, facts)]
    return some(found)


def _may_be_seat_pressure(finding: Finding, facts: Facts) -> bool:
    """Only on a seat, gone soon after, for months, unchanged, and nothing said that speaks against it."""
    told = finding.attributes
    old = told.get("new") is False or (days(finding) or 0) > SIX_WEEKS
    pattern = told.get("positional") is True and old and told.get("new") is not True and not is_worsening(finding)
    against = facts.any_possible(facts.group("nerve_symptoms")) or any(
        facts.states.get(item.id) in ("yes", "unsure")
        for item in facts.knowledge.items.values()
        if item.core_ce and item.id != "saddle_feeling"
    )
    return pattern and not against


@predicate("saddle", "nerve_symptoms")
def seat_pressure_cleared(facts: Facts) -> Evidence | None:
    """The seat pattern, with bladder and bowel explicitly normal and no back, leg or knee symptom."""
    found = [f for f in facts.any_lately(facts.group("saddle")) if _may_be_seat_pressure(f, facts)]
    bladder_and_bowel = [
        item.id for item in facts.knowledge.items.values() if item.core_ce and not item.may_skip and item.id != "saddle_feeling"
    ]
    if not found or any(facts.states[item] != "no" for item in bladder_and_bowel):
        return None
    return tuple(found)


@predicate("ce_core", "nerve_symptoms")
def lately_gone_ce(facts: Facts) -> Evidence | None:
    """A sign of rules C1 to C7 that was there within 14 days and is gone now, and is no seat pattern."""
    found = [facts.recent[c] for c in facts.group("ce_core") if c in facts.recent]
    return some(f for f in found if not (f.concept in facts.group("saddle") and _may_be_seat_pressure(f, facts)))


@predicate("ce_core", "constipation_new", "sexual", "nerve_symptoms", "previous_ces_or_deficit")
def old_ce_sign(facts: Facts) -> Evidence | None:
    """A sign of C1 to C9 that is there for more than 14 days, unchanged, and no explained long-standing pattern."""
    nerve = bool(facts.any_lately(facts.group("nerve_symptoms")))
    alone = {"urinary_retention", "reduced_bladder_awareness", "reduced_flow_sensation", "loss_of_rectal_sensation"}
    found = []
    for finding in facts.any_present((*facts.group("ce_core"), "constipation_new", *facts.group("sexual"))):
        if not _is_old(finding) or baseline_ok(finding, facts.survivor):
            continue
        if finding.concept in facts.group("saddle"):
            if not ("C23" in facts.on and _may_be_seat_pressure(finding, facts)):
                found.append(finding)
        elif finding.concept in alone:
            found.append(finding)
        elif nerve and not (finding.attributes.get("new") is False and finding.concept in _NOT_CORE):
            found.append(finding)
    return some(found)


def _is_old(finding: Finding) -> bool:
    """More than 14 days or from before, and said to stay the same; nothing speaks of a change."""
    told = finding.attributes
    if told.get("new") is True or is_worsening(finding):
        return False
    return not is_new(finding) or (told.get("course") == "stable" and (days(finding) or 0) > FORTNIGHT)


#: There long before this trouble: C9b and the old-pattern concepts speak for these, not C15.
_NOT_CORE = frozenset({"constipation_new", "erection_ejaculation_change", "sexual_sensation_change"})


@predicate("ce_core", "constipation_new", "sexual", "nerve_symptoms", "previous_ces_or_deficit")
def all_old_ce_signs_followed_up(facts: Facts) -> Evidence | None:
    """Every sign of C1 to C9 is old and unchanged, examined and scanned for exactly this, and there is a plan."""
    old = old_ce_sign(facts)
    if old is None:
        return None
    signs = facts.any_present((*facts.group("ce_core"), "constipation_new", *facts.group("sexual")))
    for finding in signs:
        told = finding.attributes
        followed = told.get("assessed") is True and told.get("scanned") is True and told.get("plan") is True
        explicit = told.get("unchanged") is True or told.get("course") == "stable"
        if is_new(finding) or not (baseline_ok(finding, facts.survivor) or (followed and explicit)):
            return None
    return old


@predicate("ce_questions", free=True)
def unsure_after_probe(facts: Facts) -> Evidence | None:
    """Not sure about a feeling, bladder, bowel or sexual question, after it was asked again or said unasked."""
    if not facts.uncertain and "unsure" not in facts.states.values():
        return None
    evidence: list[Finding | str] = []
    for concept in facts.group("ce_questions"):
        finding = facts.uncertain.get(concept)
        if finding is not None and _hedged(facts, finding):
            evidence.append(finding)
    for item in facts.knowledge.items.values():
        if item.core_ce and facts.states[item.id] == "unsure" and settled_unsure(facts, item.id, ("unsure",)):
            evidence.append(item.id)
    return tuple(evidence) or None


def settled_unsure(facts: Facts, item: str, states: tuple[str, ...]) -> bool:
    """The unclear answer stands: given twice, given to the probe, said unasked, or the person has stopped."""
    if not facts.is_subject:
        return False
    probe = facts.knowledge.items[item].probe
    given = [a for a in facts.case.answers if a.item == item and a.state in states and not a.withdrawn]
    if not given:
        return False
    return facts.case.stopped or len({a.turn for a in given}) > 1 or any(_needs_no_probe(a, probe) for a in given)


@predicate("saddle")
def saddle_hedged(facts: Facts) -> Evidence | None:
    """Own hedged words about the saddle area ("sort of different when I wash"): altered feeling, so present."""
    unsure = [facts.uncertain[c] for c in facts.group("saddle") if c in facts.uncertain]
    return some(f for f in unsure if _hedged(facts, f))


def _hedged(facts: Facts, finding: Finding) -> bool:
    """Told in own words ("sort of different down there"). A fear or an ambiguous phrase is asked about first."""
    if finding.attributes.get("worry") or finding.attributes.get("ambiguous"):
        return facts.case.stopped
    return any(facts.case.mentions[index].by == "rule" for index in finding.mentions)


def _needs_no_probe(answer: GivenAnswer, probe: str | None) -> bool:
    """The answer to a probe, or said without our having asked (a person's own question is their probe)."""
    return answer.question is None or answer.question == probe or answer.question.startswith(("PROBE", "CONFIRM"))


@predicate("ce_questions", free=True)
def suggestion_left_open(facts: Facts) -> Evidence | None:
    """The second look believes a danger sign was meant, the person was asked, and did not answer."""
    if not facts.is_subject:
        return None
    case = facts.case
    for suggestion in case.suggestions:
        if suggestion.concept not in facts.group("ce_questions"):
            continue
        asked = [question for question in case.asked if question.confirms == suggestion.concept]
        if asked or case.stopped:
            return _items_of(facts, suggestion.concept)
    return None


def _items_of(facts: Facts, concept: str) -> Evidence:
    return tuple(item.id for item in facts.knowledge.items.values() if concept in item.yes_concepts)


@predicate()
def private_question_declined(facts: Facts) -> Evidence | None:
    """A feeling, bladder or bowel question was declined twice, or two of them were declined."""
    if "skipped" not in facts.states.values():
        return None
    core = [i.id for i in facts.knowledge.items.values() if i.core_ce and not i.may_skip]
    skipped = tuple(item for item in core if facts.states[item] == "skipped")
    if len(skipped) > 1 or any(item in facts.declined for item in skipped):
        return skipped
    return None


@predicate("both_sides", "previous_ces_or_deficit", "leg_symptoms_on_walking")
def both_legs_new(facts: Facts) -> Evidence | None:
    """Symptoms in both legs that are new or getting worse, switched, or spread to the other leg."""
    found = [f for f in facts.any_present(facts.group("both_sides")) if is_new(f) and not baseline_ok(f, facts.survivor)]
    walking = facts.present.get("leg_symptoms_on_walking")
    if walking is not None and walking.attributes.get("laterality") == "both":
        recent = (days(walking) if days(walking) is not None else SIX_WEEKS) <= 14  # type: ignore[operator]
        if recent or walking.attributes.get("new") is True or is_worsening(walking):
            found.append(walking)
    return some(found)


@predicate("one_sided")
def opposite_sides(facts: Facts) -> Evidence | None:
    """One nerve symptom in the left leg and another in the right: both legs, unless all of it is an old story."""
    found = [f for f in facts.any_present(facts.group("one_sided")) if f.attributes.get("laterality") in ("left", "right")]
    sides = {f.attributes["laterality"] for f in found}
    return tuple(found) if len(sides) == 2 and any(is_new(f) for f in found) else None


@predicate("erection_ejaculation_change", "nerve_symptoms")
def old_or_lone_erection_change(facts: Facts) -> Evidence | None:
    """Erection trouble from long before, or with no back, leg or knee symptom at all."""
    finding = facts.present.get("erection_ejaculation_change")
    if finding is None:
        return None
    lone = not facts.any_possible(facts.group("nerve_symptoms"))
    return (finding,) if lone or finding.attributes.get("new") is False else None


@predicate("ce_group", "previous_ces_or_deficit")
def offers_a_cause(facts: Facts) -> Evidence | None:
    """The person explains the sign away, and it is no explained long-standing pattern."""
    return some(
        f
        for f in facts.any_lately(facts.group("ce_group"))
        if (f.attributes.get("cause") or f.attributes.get("known_cause")) and not baseline_ok(f, facts.survivor)
    )


@predicate("ce_group", "nerve_symptoms", "context")
def reassured_before(facts: Facts) -> Evidence | None:
    """A clinician reassured, a scan is booked, or there is a waiting list."""
    concepts = (*facts.group("ce_group"), *facts.group("nerve_symptoms"), *facts.group("context"))
    told = facts.any_lately(dict.fromkeys(concepts))
    return some(f for f in told if f.attributes.get("reassured") or f.attributes.get("plan"))
