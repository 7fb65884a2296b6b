"""What we hold true, derived from what was said: findings per concept and the state of each checklist item.

In: a `Case`, the `Knowledge`. Out: `findings`, `checklist`, `subject`, `people`, `latest_answers`, `open_items`. Called by
triage, the interview, replies and records. Nothing is stored: the same case always gives the same view.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.belief import add_answers, add_derived, believe, is_told
from bot.findings.case import Case, GivenAnswer
from bot.findings.expiry import items_by_concept
from bot.findings.expiry import latest_answers as latest_answers
from bot.findings.finding import Finding, Presence
from bot.findings.memory import answers_of, memory_of
from bot.findings.newness import baseline_ok
from bot.knowledge.load import Knowledge


def subject(case: Case) -> str:
    """Whom the case is about: "self" (the writer) or "other" (the person the writer speaks for)."""
    stated = case.profile.get("subject")
    if stated in ("self", "other"):
        return str(stated)
    found: str = memory_of(case).once("subject", "", None, lambda: _subject(case))
    return found


def _subject(case: Case) -> str:
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
    found: dict[int, Mention] = memory_of(case).once("standing", "", None, lambda: _standing(case))
    return found


def _standing(case: Case) -> dict[int, Mention]:
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
    whom = person or subject(case)
    found = memory_of(case).once("findings", whom, knowledge, lambda: _findings(case, knowledge, whom, answers))
    return dict(found)


def _findings(case: Case, knowledge: Knowledge, whom: str, answers: Mapping[str, GivenAnswer] | None) -> dict[str, Finding]:
    about = subject(case)
    said: dict[str, dict[int, Mention]] = {}
    is_subject = whom == about
    for index, mention in standing_mentions(case).items():
        who = mention.experiencer
        if who in (whom, "nobody") if mention.by != "answer" else is_subject or who == "nobody":  # as `_person`, said quickly
            said.setdefault(mention.concept, {})[index] = mention
    given = _for_whom(case, knowledge, whom == about, answers)
    memory, items = memory_of(case), items_by_concept(knowledge)
    clock = None if case.now_hours is None else (case.now_hours, case.times)
    now = (knowledge.digest, case.reopened_turn, clock)
    found = {
        concept: memory.belief(
            concept,
            whom,
            heard,
            (*now, *answers_of(items.get(concept, ()), given)),
            lambda concept=concept, heard=heard: believe(concept, heard, case, given, knowledge),  # type: ignore[misc]
        )
        for concept, heard in said.items()
    }
    add_answers(found, given, knowledge)
    if whom == about and case.profile.get("pregnancy_weeks") is not None:
        found.setdefault("pregnant_or_postpartum", Finding("pregnant_or_postpartum", Presence.PRESENT))
    add_derived(found, knowledge)
    return found


def _person(mention: Mention, about: str) -> str:
    """Short answers to our question are about the subject, whatever words they use."""
    return about if mention.by == "answer" and mention.experiencer != "nobody" else mention.experiencer


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
    survivor = is_told(held.get("previous_ces_or_deficit"))
    states = {item: "not_asked" if (answer := given.get(item)) is None else answer.state for item in knowledge.items}
    for item in _spoken_items(held, knowledge):
        states[item.id] = _state(item, held, survivor, states[item.id])
    if whom == about and (age := _age_state(case)) is not None and "age" in states:
        states["age"] = age
    return states


def _spoken_items(held: Mapping[str, Finding], knowledge: Knowledge) -> Iterable[Any]:
    index = items_by_concept(knowledge)
    return {item.id: item for concept in held for item in index.get(concept, ())}.values()


def _state(item: Any, held: Mapping[str, Finding], survivor: bool, answered: str) -> str:
    told = [held[c] for c in item.yes_concepts if c in held and is_told(held[c])]
    if any(not baseline_ok(f, survivor) for f in told):
        return "yes"
    if any(c in held and held[c].presence is Presence.UNCERTAIN for c in item.yes_concepts):
        return "unsure"
    if told:
        return "no"  # an old, unchanged, explained pattern is no danger sign
    if answered == "not_asked" and item.cleared_by and all(_absent(held.get(c)) for c in item.cleared_by):
        return "no"
    return answered


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
