"""The whole policy on one screen: how soon this person needs care, on what evidence, and what to ask next.

In: a `Case`, the `Knowledge`. Out: an `Assessment`. Called after every message by each entry point.
"""

from __future__ import annotations

from dataclasses import replace

from bot.findings.case import Case
from bot.findings.view import people
from bot.knowledge.load import Knowledge
from bot.triage.assessment import DISPOSITIONS, Assessment, FiredRule
from bot.triage.facts import Facts
from bot.triage.predicates.endings import symptoms
from bot.triage.questions import next_question
from bot.triage.red_flags import evaluate, most_urgent

#: Levels that may stand while questions are open, most urgent first.
FLOORS = DISPOSITIONS[:3]


def assess(case: Case, knowledge: Knowledge) -> Assessment:
    """Decide how soon this person needs care, on what evidence, and what to ask next.

    Every rule is evaluated for each person spoken of, never mixing two people; the most urgent one that fires
    sets the disposition. A finding nobody mentioned is UNKNOWN, never ABSENT: nothing below `soon` comes out while
    an item of the minimal set is open.

    Args:
        case: The story so far. Durations in days, ages in years.
        knowledge: Loaded and checked (see `bot.knowledge.load`).

    Returns:
        An Assessment; `fired` is most urgent first, ties in file order.

    Raises:
        Nothing for checked knowledge; a broken rule is refused at load time.

    Source: clinical.md 3 (M1 to M11), 4.5 and 9.
    """
    decided = decide(case, knowledge)
    if decided.disposition in ("emergency_now", "info_only") or case.stopped:
        return decided
    return replace(decided, next_question=next_question(case, knowledge, decided.fired, decided.checklist))


def decide(case: Case, knowledge: Knowledge) -> Assessment:
    """What `assess` decides, without choosing the next question."""
    subject, *others = [Facts(case, knowledge, person) for person in people(case)]
    fired = evaluate(subject, knowledge)
    for other in others:  # only what cannot wait: nobody asked the questions about them
        fired = _one_of_each(fired + [rule for rule in evaluate(other, knowledge) if rule.disposition in FLOORS])
    fired = most_urgent(fired + _left_over(subject, fired, knowledge))
    if subject.person == "other" and fired:
        fired.append(_for_someone_else(fired[0], knowledge))
    disposition, floor = _disposition(subject, fired)
    return Assessment(
        disposition=disposition,
        complete=disposition == "emergency_now" or (not floor and not _still_to_ask(subject)),
        fired=tuple(fired),
        checklist=subject.states,
        skipped=tuple(item for item, state in subject.states.items() if state == "skipped"),
        knowledge=knowledge.digest,
        floor=floor,
    )


def _one_of_each(fired: list[FiredRule]) -> list[FiredRule]:
    """Each rule once, in file order; of two people the more urgent reading, then the subject's."""
    best: dict[str, FiredRule] = {}
    for rule in most_urgent(fired):
        best.setdefault(rule.id, rule)
    return [best[name] for name in dict.fromkeys(rule.id for rule in fired)]


def _left_over(facts: Facts, fired: list[FiredRule], knowledge: Knowledge) -> list[FiredRule]:
    """Rule N8: everything is answered, and a symptom is left that no rule has fired on."""
    if facts.open or any(rule.disposition in FLOORS for rule in fired):
        return []
    covered = {index for rule in fired for index in rule.mentions}
    left = [f for f in symptoms(facts).values() if not fired or not covered.issuperset(f.mentions)]
    if not left:
        return []
    rule = knowledge.red_flags["N8"]
    mentions = tuple(sorted({index for finding in left for index in finding.mentions}))
    return [FiredRule(rule.id, rule.disposition, rule.reason, rule.source, mentions)]


def _for_someone_else(top: FiredRule, knowledge: Knowledge) -> FiredRule:
    """Rule M3, at the level of the most urgent rule: the person with the symptoms is not the writer."""
    rule = knowledge.red_flags["M3"]
    return FiredRule(rule.id, top.disposition, rule.reason, rule.source, top.mentions, (), top.action, top.wording)


def _still_to_ask(facts: Facts) -> bool:
    """Open items of the minimal set, except those declined twice."""
    return any(item not in facts.declined for item in facts.open)


def _disposition(facts: Facts, fired: list[FiredRule]) -> tuple[str, bool]:
    """The level, and whether it is a floor that holds while questions are open."""
    top = fired[0].disposition if fired else None
    if top in FLOORS:
        return top, top != "emergency_now" and _still_to_ask(facts)
    if facts.open and (symptoms(facts) or facts.answers):
        return "incomplete", False
    if top is not None:
        return top, False
    return _without_rule(facts), False


def _without_rule(facts: Facts) -> str:
    """Nobody has a symptom now: a question, an old story, or nothing said yet (M4, M6, M11)."""
    case = facts.case
    if case.suggestions or symptoms(facts):
        return "incomplete"
    if not facts.open:
        return "info_only"
    told = [m for index, m in enumerate(case.mentions) if index not in case.withdrawn_mentions]
    idle = [m for m in told if m.experiencer == "nobody" or m.temporality in ("hypothetical", "past_resolved")]
    return "info_only" if idle and not facts.absent else "incomplete"
