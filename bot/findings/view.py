"""What we hold true, derived from what was said: findings per concept and the state of each checklist item.

In: a `Case`, the `Knowledge`. Out: `findings`, `checklist`, `subject`, `latest_answers`, `open_items`. Called by
triage, the interview, replies and records. Nothing is stored: the same case always gives the same view.

Order of belief, most urgent reading first (clinical.md 3, M7): a present mention stands until the person takes it
back; a recently gone one comes next; "not sure" stands until a later clear answer; then an explicit absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case, GivenAnswer
from bot.findings.finding import Finding, Presence
from bot.findings.merge import danger_details, merge_attributes, merge_derived
from bot.findings.newness import baseline_ok
from bot.knowledge.load import Knowledge

#: Old patterns that become the danger sign itself once they change (clinical.md 5, "only if it changes").
_CHANGED_BASELINE = {
    "stress_leak_longstanding": "urinary_incontinence_new",
    "constipation_longstanding": "constipation_new",
    "prostate_problem": "urinary_hesitancy_poor_emptying",
}
_BOTH = ("both", "alternating", "spreading_to_other_side")


def subject(case: Case) -> str:
    """Whom the case is about: "self" (the writer) or "other" (the person the writer speaks for)."""
    stated = case.profile.get("subject")
    if stated in ("self", "other"):
        return str(stated)
    spoken = {m.experiencer for m in standing_mentions(case).values() if m.presence != "absent"}
    spoken = spoken or {m.experiencer for m in standing_mentions(case).values()}
    return "other" if "other" in spoken and "self" not in spoken else "self"


def people(case: Case) -> tuple[str, ...]:
    """Everyone whose symptoms were told: the subject first, then the other one if there is one."""
    first = subject(case)
    second = "self" if first == "other" else "other"
    told = any(_person(m, first) == second and m.presence != "absent" for m in standing_mentions(case).values())
    return (first, second) if told else (first,)


def standing_mentions(case: Case) -> dict[int, Mention]:
    """Mentions nobody took back, by their index in the case. What only the model believes is none."""
    gone = set(case.withdrawn_mentions)
    return {i: mention for i, mention in enumerate(case.mentions) if i not in gone and mention.by != "model"}


def findings(
    case: Case,
    knowledge: Knowledge,
    person: str | None = None,
    answers: Mapping[str, GivenAnswer] | None = None,
) -> dict[str, Finding]:
    """Concept -> what we hold true about it.

    Args:
        case: The story so far.
        knowledge: Loaded knowledge; its items say what a bare "yes" means.
        person: "self" or "other"; the subject of the case when None. Answers count for the subject only.
        answers: What `latest_answers` gave, if the caller has it already.

    Returns:
        Only concepts that were spoken of, in words or through an answer. A concept that is missing is UNKNOWN.
    """
    about = subject(case)
    whom = person or about
    said: dict[str, dict[int, Mention]] = {}
    for index, mention in standing_mentions(case).items():
        if _person(mention, about) == whom or mention.experiencer == "nobody":
            said.setdefault(mention.concept, {})[index] = mention
    given = _for_whom(case, knowledge, whom == about, answers)
    found = {concept: _merge(concept, heard, case, given, knowledge) for concept, heard in said.items()}
    _add_answers(found, given, knowledge)
    if whom == about and case.profile.get("pregnancy_weeks") is not None:
        found.setdefault("pregnant_or_postpartum", Finding("pregnant_or_postpartum", Presence.PRESENT))
    _add_derived(found, knowledge)
    return found


def _person(mention: Mention, about: str) -> str:
    """Short answers to our question are about the subject, whatever words they use."""
    return about if mention.by == "answer" and mention.experiencer != "nobody" else mention.experiencer


def _merge(
    concept: str, heard: Mapping[int, Mention], case: Case, answers: Mapping[str, GivenAnswer], knowledge: Knowledge
) -> Finding:
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
            if mention.temporality == "current" and _still_holds(mention, case, knowledge):
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


def _still_holds(mention: Mention, case: Case, knowledge: Knowledge) -> bool:
    at = case.times[mention.turn] if mention.turn < len(case.times) else None
    items = _items_by_concept(knowledge).get(mention.concept, ())
    return not any(_expired(item, mention.turn, at, case) for item in items)


def _expired(item: Any, turn: int, at_hours: float | None, case: Case) -> bool:
    """Whether a "no" given then no longer counts (clinical.md 4.5)."""
    if item.expires_on_new_symptom and turn < case.reopened_turn:
        return True
    if item.expires_hours is None or at_hours is None or case.now_hours is None:
        return False
    return bool(case.now_hours - at_hours > item.expires_hours)


def latest_answers(case: Case, knowledge: Knowledge) -> dict[str, GivenAnswer]:
    """Item -> the answer that holds. An expired "no" or "rather not say" is no answer; "yes" and "not sure" stay."""
    latest: dict[str, GivenAnswer] = {}
    for answer in case.answers:
        item = knowledge.items.get(answer.item)
        if answer.withdrawn or item is None:
            continue
        if answer.state in ("no", "skipped") and _expired(item, answer.turn, answer.at_hours, case):
            latest.pop(answer.item, None)
        else:
            latest[answer.item] = answer
    return latest


def _last_no(concept: str, answers: Mapping[str, GivenAnswer], knowledge: Knowledge) -> int:
    """Turn of the latest standing "no" to an item this concept belongs to, or -1."""
    last = -1
    for item in _items_by_concept(knowledge).get(concept, ()):
        answer = answers.get(item.id)
        if answer is not None and answer.state == "no" and concept in item.yes_concepts:
            last = max(last, answer.turn)
    return last


def _add_answers(found: dict[str, Finding], answers: Mapping[str, GivenAnswer], knowledge: Knowledge) -> None:
    """A bare "yes" or "not sure" to an item speaks of its default concept."""
    for answer in answers.values():
        item = knowledge.items[answer.item]
        if answer.state not in ("yes", "unsure") or item.default_concept is None:
            continue
        if any(_is_told(found.get(concept)) for concept in item.yes_concepts):
            continue
        presence = Presence.PRESENT if answer.state == "yes" else Presence.UNCERTAIN
        before = found.get(item.default_concept)
        if presence is Presence.UNCERTAIN and before is not None and before.presence is Presence.UNCERTAIN:
            continue
        found[item.default_concept] = Finding(item.default_concept, presence)


def _is_told(finding: Finding | None) -> bool:
    return finding is not None and finding.presence is Presence.PRESENT and finding.temporality != "past_resolved"


def _add_derived(found: dict[str, Finding], knowledge: Knowledge) -> None:
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


def checklist(
    case: Case,
    knowledge: Knowledge,
    found: Mapping[str, Finding] | None = None,
    person: str | None = None,
    answers: Mapping[str, GivenAnswer] | None = None,
) -> dict[str, str]:
    """State of each item of items.yml: yes (danger sign there) | no (explicitly cleared) | unsure | skipped | not_asked.

    Args:
        case, knowledge: As above.
        found: What `findings` gave for that person, if the caller has it already.
        person: As in `findings`. For someone who is not the subject no answer counts.
        answers: As in `findings`.
    """
    about = subject(case)
    whom = person or about
    given = _for_whom(case, knowledge, whom == about, answers)
    held = findings(case, knowledge, whom, given) if found is None else found
    survivor = _is_told(held.get("previous_ces_or_deficit"))
    states = {item: "not_asked" if (answer := given.get(item)) is None else answer.state for item in knowledge.items}
    for item in _spoken_items(held, knowledge):
        states[item.id] = _state(item, held, survivor, states[item.id])
    if whom == about and (age := _age_state(case)) is not None and "age" in states:
        states["age"] = age
    return states


def _spoken_items(held: Mapping[str, Finding], knowledge: Knowledge) -> Iterable[Any]:
    index = _items_by_concept(knowledge)
    return {item.id: item for concept in held for item in index.get(concept, ())}.values()


def _state(item: Any, held: Mapping[str, Finding], survivor: bool, answered: str) -> str:
    told = [held[c] for c in item.yes_concepts if c in held and _is_told(held[c])]
    if any(not baseline_ok(f, survivor) for f in told):
        return "yes"
    if any(c in held and held[c].presence is Presence.UNCERTAIN for c in item.yes_concepts):
        return "unsure"
    if told:
        return "no"  # an old, unchanged, explained pattern is no danger sign
    if answered == "not_asked" and item.cleared_by and all(_absent(held.get(c)) for c in item.cleared_by):
        return "no"
    return answered


_index: dict[int, tuple[Any, dict[str, list[Any]]]] = {}


def _items_by_concept(knowledge: Knowledge) -> dict[str, list[Any]]:
    """Concept -> items it belongs to; made once per set of items."""
    known = _index.get(id(knowledge.items))
    if known is not None and known[0] is knowledge.items:
        return known[1]
    index: dict[str, list[Any]] = {}
    for item in knowledge.items.values():
        for concept in dict.fromkeys((*item.yes_concepts, *item.cleared_by)):
            index.setdefault(concept, []).append(item)
    _index[id(knowledge.items)] = (knowledge.items, index)
    return index


def _for_whom(
    case: Case, knowledge: Knowledge, is_subject: bool, answers: Mapping[str, GivenAnswer] | None
) -> Mapping[str, GivenAnswer]:
    """Answers speak of the subject only."""
    if not is_subject:
        return {}
    return latest_answers(case, knowledge) if answers is None else answers


def _absent(finding: Finding | None) -> bool:
    return finding is not None and finding.presence is Presence.ABSENT


def _age_state(case: Case) -> str | None:
    years, band = case.profile.get("age_years"), case.profile.get("age_band")
    if years is None and band is None:
        return None
    return "yes" if band == "<16" or (years is not None and years < 16) else "no"


def open_items(states: Mapping[str, str], knowledge: Knowledge) -> tuple[str, ...]:
    """Items of the minimal set that are not explicitly yes or no, in danger order (clinical.md 4.5)."""
    return tuple(item.id for item in knowledge.items.values() if item.minimal_set and states[item.id] not in ("yes", "no"))


def declined_twice(case: Case) -> Iterable[str]:
    """Items the person chose not to answer in two different messages."""
    turns: dict[str, set[int]] = {}
    for answer in case.answers:
        if answer.state == "skipped" and not answer.withdrawn:
            turns.setdefault(answer.item, set()).add(answer.turn)
    return [item for item, when in turns.items() if len(when) > 1]
