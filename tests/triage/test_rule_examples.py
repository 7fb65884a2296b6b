"""The sentences inside the rules, read by the real extractor: `fires` must, `silent` and `negated` must not.

A sentence of a rule that needs answers (everything below `soon`, the exceptions) is judged with the rest "no, normal".
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.extraction import extract
from bot.findings.case import Case
from bot.findings.rest_normal import rest_normal
from bot.findings.update import update
from bot.knowledge.load import load
from bot.triage.assess import decide

KNOWLEDGE = load()
SENTENCES = [
    pytest.param(rule.id, kind, text, id=f"{rule.id}-{kind}-{text[:40]}")
    for rule in KNOWLEDGE.red_flags.values()
    for kind in ("fires", "silent", "negated")
    for text in getattr(rule.examples, kind)
]


def _fired(text: str) -> set[str]:
    """Rules that fire on the message alone, or once every open question is answered "no, normal"."""
    case = update(Case(), extract(text, KNOWLEDGE), KNOWLEDGE)
    alone = decide(case, KNOWLEDGE)
    rested = decide(rest_normal(case, KNOWLEDGE), KNOWLEDGE)
    return {rule.id for rule in (*alone.fired, *rested.fired)}


@pytest.mark.parametrize(("rule", "kind", "text"), SENTENCES)
def test_example(rule: str, kind: str, text: str) -> None:
    assert (rule in _fired(text)) is (kind == "fires")


def test_examples_of_two_rules_are_not_the_same_sentence() -> None:
    texts = [
        text for rule in KNOWLEDGE.red_flags.values() for kind in ("fires", "negated") for text in getattr(rule.examples, kind)
    ]
    assert len(texts) == len(set(texts))


def test_a_switched_off_exception_leaves_the_stricter_rule() -> None:
    cautious = replace(KNOWLEDGE, switches=KNOWLEDGE.switches.under("cautious"))
    text = "sciatica, and since two days I'm running to the toilet every twenty minutes, dry and I feel it all"
    case = update(Case(), extract(text, KNOWLEDGE), KNOWLEDGE)
    assert decide(case, KNOWLEDGE).disposition == "urgent_same_day"
    assert decide(case, cautious).disposition == "emergency_now"
