"""Runs every rule over one person's facts and says which fired, and on what.

In: `Facts` and the `Knowledge`. Out: `FiredRule`s. Called by `bot.triage.assess`. Conditions are compiled once per
set of rules and kept; switches are read when a rule runs, so the same compiled rules serve every profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.findings.finding import Finding
from bot.knowledge.load import Knowledge
from bot.knowledge.sections.red_flags import SAME_AS_FINDING, RedFlag
from bot.triage.assessment import DISPOSITIONS, FiredRule
from bot.triage.conditions import Node, compile_condition, needed
from bot.triage.facts import Evidence, Facts
from bot.triage.predicates.cauda_equina import settled_unsure

_RANK = {disposition: rank for rank, disposition in enumerate(DISPOSITIONS)}


@dataclass(frozen=True)
class Compiled:
    """Rules with their conditions as functions, in file order.

    Attributes:
        rules: Rules that find something; `notes` annotate what others found.
        always: Positions in `rules` that have to be tried on every case.
        by_concept: Concept, or "?item" for a "yes" -> positions of the rules that can only fire when one of
            theirs was told.
    """

    rules: tuple[tuple[RedFlag, Node], ...]
    notes: tuple[tuple[RedFlag, Node], ...]
    always: tuple[int, ...]
    by_concept: Mapping[str, tuple[int, ...]]

    def candidates(self, facts: Facts) -> Iterable[tuple[RedFlag, Node]]:
        """Rules worth trying, in file order."""
        chosen = set(self.always)
        for told in (facts.present, facts.recent, facts.uncertain):
            for concept in told:
                chosen.update(self.by_concept.get(concept, ()))
        for item, answer in facts.answers.items():
            if answer.state == "yes":
                chosen.update(self.by_concept.get(f"?{item}", ()))
        return (self.rules[position] for position in sorted(chosen))


_compiled: dict[int, tuple[Mapping[str, RedFlag], Compiled]] = {}


def compiled(knowledge: Knowledge) -> Compiled:
    """The compiled rules of this knowledge, made at the first call."""
    known = _compiled.get(id(knowledge.red_flags))
    if known is not None and known[0] is knowledge.red_flags:
        return known[1]
    made = _compile(knowledge)
    _compiled[id(knowledge.red_flags)] = (knowledge.red_flags, made)
    return made


def _compile(knowledge: Knowledge) -> Compiled:
    holds: dict[str, Node] = {}
    rules: list[tuple[RedFlag, Node]] = []
    notes: list[tuple[RedFlag, Node]] = []
    always: list[int] = []
    by_concept: dict[str, list[int]] = {}
    for rule in knowledge.red_flags.values():
        if rule.when is None:
            continue
        holds[rule.id] = node = _switched(rule, compile_condition(rule.when, knowledge.groups, holds))
        if rule.disposition == SAME_AS_FINDING:
            notes.append((rule, node))
            continue
        concepts = needed(rule.when, knowledge.groups, knowledge.red_flags)
        if concepts is None:
            always.append(len(rules))
        for concept in concepts or ():
            by_concept.setdefault(concept, []).append(len(rules))
        rules.append((rule, node))
    index = {concept: tuple(positions) for concept, positions in by_concept.items()}
    return Compiled(tuple(rules), tuple(notes), tuple(always), index)


def _switched(rule: RedFlag, node: Node) -> Node:
    switch = rule.switch
    if switch is None:
        return node
    return lambda facts: node(facts) if switch in facts.on else None


def evaluate(facts: Facts, knowledge: Knowledge) -> list[FiredRule]:
    """Every rule that fires for this person, in file order, M2 and the annotations last."""
    made = compiled(knowledge)
    fired = [_fired(rule, evidence) for rule, node in made.candidates(facts) if (evidence := node(facts)) is not None]
    fired += _if_unsure_were_present(facts, knowledge, made, {rule.id for rule in fired})
    by_id = {rule.id: rule for rule in fired}
    for rule, node in made.notes:
        followed = [by_id[name] for name in rule.follows if name in by_id]
        evidence = node(facts) if followed else None
        if evidence is not None:
            fired.append(_annotation(rule, evidence, followed))
    return fired


def _fired(rule: RedFlag, evidence: Evidence) -> FiredRule:
    mentions: dict[int, None] = {}
    items: dict[str, None] = {}
    for part in evidence:
        if isinstance(part, Finding):
            mentions.update(dict.fromkeys(part.mentions))
        else:
            items[part] = None
    return FiredRule(
        rule.id,
        rule.disposition,
        rule.reason,
        rule.source,
        tuple(sorted(mentions)),
        tuple(items),
        rule.action,
        rule.wording,
    )


def _annotation(rule: RedFlag, evidence: Evidence, followed: list[FiredRule]) -> FiredRule:
    """At the level of the most urgent rule it follows, acted on in the same way."""
    top = most_urgent(followed)[0]
    own = _fired(rule, evidence)
    mentions = sorted({*own.mentions, *top.mentions})
    return replace(own, disposition=top.disposition, mentions=tuple(mentions), action=top.action, wording=top.wording)


def _if_unsure_were_present(facts: Facts, knowledge: Knowledge, made: Compiled, already: set[str]) -> list[FiredRule]:
    """Rule M2: "not sure" about a danger outside the private questions.

    Immediate dangers count as present. Elsewhere it is one step below the rule that would fire, never below `soon`.
    A fear, or words that can mean two things, is asked about first.
    """
    private = set(facts.group("ce_questions"))
    doubtful = [
        concept
        for concept, finding in facts.uncertain.items()
        if concept not in private and not finding.attributes.get("worry") and not finding.attributes.get("ambiguous")
    ]
    danger = _bare_danger(facts)
    if not doubtful and not danger:
        return []
    rule = knowledge.red_flags["M2"]
    out = []
    if danger:
        out.append(FiredRule("M2", "emergency_now", rule.reason, rule.source, (), ("immediate_danger",), "ambulance", "other"))
    if doubtful:
        as_if = facts.with_uncertain_as_present(doubtful)
        for candidate, node in made.candidates(as_if):
            evidence = node(as_if) if candidate.id not in already else None
            if evidence is not None and (level := _stepped_down(candidate)) is not None:
                found = _fired(candidate, evidence)
                own = level == "emergency_now"
                out.append(
                    replace(
                        found,
                        id="M2",
                        disposition=level,
                        action=found.action if own else None,
                        wording=found.wording if own else None,
                    )
                )
    return most_urgent(out)[:1]


def _bare_danger(facts: Facts) -> bool:
    """ "Yes" or "not sure" to the question about immediate danger, without ticking which one."""
    answer = facts.answers.get("immediate_danger")
    if answer is None or answer.state not in ("yes", "unsure"):
        return False
    if answer.state == "unsure" and not settled_unsure(facts, "immediate_danger", ("unsure",)):
        return False  # which one? is asked first (PROBE_Q1)
    ticked = {
        mention.turn
        for index, mention in enumerate(facts.case.mentions)
        if mention.by == "answer" and mention.concept in facts.group("immediate") and index not in facts.case.withdrawn_mentions
    }
    return answer.turn not in ticked


def _stepped_down(rule: RedFlag) -> str | None:
    rank = _RANK[rule.disposition]
    if rank > _RANK["soon"]:
        return None
    if rule.group == "L":
        return rule.disposition
    return DISPOSITIONS[min(rank + 1, _RANK["soon"])]


def most_urgent(fired: Iterable[FiredRule]) -> list[FiredRule]:
    """Most urgent first, ties in the order given (rule M1)."""
    return sorted(fired, key=lambda rule: _RANK[rule.disposition])
