"""What rules say they read is what they read, and every name in the rule language is used and explained."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from bot.findings.finding import Finding
from bot.knowledge.load import load
from bot.triage.conditions import concepts_read, needed
from bot.triage.facts import Facts
from bot.triage.predicates import PREDICATES
from bot.triage.predicates.registry import EVERY_SYMPTOM
from bot.triage.red_flags import compiled
from tests.properties.generated import random_case

KNOWLEDGE = load()


class Recorder(dict[str, Finding]):
    """Notes which concepts were looked up."""

    def __init__(self, inner: dict[str, Finding], seen: set[str]) -> None:
        super().__init__(inner)
        self.seen = seen

    def __getitem__(self, key: str) -> Finding:
        self.seen.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.seen.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.seen.add(key)
        return super().get(key, default)


def _recorded(seed: int) -> tuple[Facts, set[str]]:
    facts = Facts(random_case(Random(seed), KNOWLEDGE), KNOWLEDGE)
    seen: set[str] = set()
    facts.present = Recorder(facts.present, seen)
    facts.recent = Recorder(facts.recent, seen)
    facts.uncertain = Recorder(facts.uncertain, seen)
    return facts, seen


RECORDED = [_recorded(seed) for seed in range(400)]
DECLARING = sorted(name for name, predicate in PREDICATES.items() if EVERY_SYMPTOM not in predicate.reads)


@pytest.mark.parametrize("name", DECLARING)
def test_a_predicate_reads_the_concepts_it_declares(name: str) -> None:
    predicate = PREDICATES[name]
    declared = set(KNOWLEDGE.groups.expand(predicate.reads))
    assert declared <= set(KNOWLEDGE.concepts)
    read: set[str] = set()
    for facts, seen in RECORDED:
        seen.clear()
        predicate.run(facts)
        read |= seen
    assert read <= declared


def test_every_predicate_is_explained() -> None:
    assert [name for name, predicate in PREDICATES.items() if not predicate.meaning] == []


def test_every_predicate_is_used() -> None:
    text = str([rule.when for rule in KNOWLEDGE.red_flags.values()])
    assert [name for name in PREDICATES if f"'{name}'" not in text] == []


def test_a_rule_fires_only_when_a_concept_it_needs_was_told() -> None:
    """`needed` lets most rules be skipped: skipping must never change the outcome."""
    made = compiled(KNOWLEDGE)
    for seed in range(1500):
        facts = Facts(random_case(Random(seed), KNOWLEDGE), KNOWLEDGE)
        tried = {rule.id for rule, _ in made.candidates(facts)}
        fired = {rule.id for rule, node in made.rules if node(facts) is not None}
        assert fired <= tried


def test_needed_is_part_of_what_is_read() -> None:
    rules = KNOWLEDGE.red_flags
    for rule in rules.values():
        if rule.when is not None:
            some = needed(rule.when, KNOWLEDGE.groups, rules)
            read = concepts_read(rule.when, KNOWLEDGE.groups, rules) | {f"?{item}" for item in KNOWLEDGE.items}
            assert some is None or EVERY_SYMPTOM in read or some <= read


def test_every_concept_is_read_by_a_rule() -> None:
    rules = KNOWLEDGE.red_flags
    read = set(KNOWLEDGE.groups["baseline_patterns"])  # through old_pattern_unchanged, which reads every symptom
    for rule in rules.values():
        if rule.when is not None:
            read |= concepts_read(rule.when, KNOWLEDGE.groups, rules)
    assert set(KNOWLEDGE.concepts) - read == set()
