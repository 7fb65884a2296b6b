"""The seed article's own red flags (clinical.md 3.8), each present, negated, long past, hypothetical and of someone else."""

from __future__ import annotations

from typing import Any

import pytest

from bot.knowledge.load import load
from bot.triage.assess import decide
from tests.triage.story import Story, said

KNOWLEDGE = load()
URGENT = ("emergency_now", "urgent_same_day")

#: What the seed says, the words, the rule, the level.
SEED: list[tuple[str, dict[str, dict[str, Any]], str, str]] = [
    ("rapid progression of leg weakness", {"leg_weakness": {"course": "rapidly_worsening"}}, "C11", "emergency_now"),
    ("loss of feeling in the perineum", {"saddle_numbness": {}}, "C1", "emergency_now"),
    ("loss of feeling in the genitals", {"genital_numbness": {}}, "C1", "emergency_now"),
    ("loss of feeling in the buttocks", {"buttock_numbness": {}}, "C1", "emergency_now"),
    ("cannot urinate", {"urinary_retention": {}}, "C2", "emergency_now"),
    ("hard to urinate", {"urinary_hesitancy_poor_emptying": {}, "low_back_pain": {}}, "C3", "emergency_now"),
    ("new incontinence", {"urinary_incontinence_new": {}, "sciatica_one_side": {}}, "C5", "emergency_now"),
    ("new incontinence alone", {"urinary_incontinence_new": {}}, "C22", "urgent_same_day"),
    ("bowel incontinence", {"faecal_incontinence": {}, "sciatica_one_side": {}}, "C6", "emergency_now"),
    ("new bowel difficulty", {"constipation_new": {}, "sciatica_one_side": {}}, "C8", "emergency_now"),
    ("sudden neurological weakness", {"foot_drop": {"onset": "sudden"}}, "W1", "emergency_now"),
    ("noticeable loss of strength", {"tiptoe_weakness": {"onset_days": 20.0}}, "W2", "urgent_same_day"),
    ("slowly progressive weakness", {"leg_weakness": {"course": "worsening"}}, "W3", "urgent_same_day"),
    ("weak toe", {"toe_lift_weakness": {}}, "W12", "urgent_same_day"),
    ("sudden new buckling", {"knee_giving_way": {"count": 1}, "sciatica_one_side": {}}, "K2", "urgent_same_day"),
    ("buckling that progresses", {"knee_giving_way": {"count": 1, "course": "worsening"}}, "K3", "urgent_same_day"),
    ("a pattern of repeated buckling", {"knee_giving_way": {"frequency": "repeated"}}, "K1", "emergency_now"),
    ("buckling with loss of continence", {"knee_giving_way": {}, "urinary_incontinence_new": {}}, "C19", "emergency_now"),
]
ROWS = pytest.mark.parametrize(("name", "words", "rule", "level"), SEED, ids=[row[0] for row in SEED])


def _outcome(story: Story) -> tuple[str, set[str]]:
    found = decide(story.case(), KNOWLEDGE)
    return found.disposition, {fired.id for fired in found.fired}


@ROWS
def test_present(name: str, words: dict[str, dict[str, Any]], rule: str, level: str) -> None:
    disposition, rules = _outcome(said(**words))
    assert rule in rules
    assert disposition == level


@ROWS
def test_of_someone_else(name: str, words: dict[str, dict[str, Any]], rule: str, level: str) -> None:
    disposition, rules = _outcome(said(person="other", **words))
    assert {rule, "M3"} <= rules
    assert disposition == level


@ROWS
def test_negated(name: str, words: dict[str, dict[str, Any]], rule: str, level: str) -> None:
    assert _outcome(said(absent=tuple(words))) == ("incomplete", set())


@ROWS
def test_long_past(name: str, words: dict[str, dict[str, Any]], rule: str, level: str) -> None:
    assert _outcome(said(past=tuple(words))) == ("info_only", set())


@ROWS
def test_hypothetical(name: str, words: dict[str, dict[str, Any]], rule: str, level: str) -> None:
    assert _outcome(said(hypothetical=tuple(words))) == ("info_only", set())


@ROWS
def test_unknown_newness_counts_as_new_and_an_old_unchanged_explained_pattern_does_not(
    name: str, words: dict[str, dict[str, Any]], rule: str, level: str
) -> None:
    """Only where the pack allows a baseline: never for the saddle area or for not being able to pee."""
    old = {"new": False, "unchanged": True, "known_cause": True, "assessed": True, "onset_days": 1000.0}
    never = {"saddle_numbness", "genital_numbness", "urinary_retention"}
    disposition, _ = _outcome(said(**{concept: dict(old) for concept in words}))
    if never & set(words):
        assert disposition == "emergency_now"
    elif "knee_giving_way" not in words:
        assert disposition not in URGENT


def test_a_lone_mild_weak_spell_is_not_alarming_once_everything_is_cleared() -> None:
    from bot.findings.rest_normal import rest_normal

    story = said(knee_giving_way={"count": 1, "severity": "mild", "recovery": "instant"})
    found = decide(rest_normal(story.case(), KNOWLEDGE), KNOWLEDGE)
    assert found.disposition == "routine"
    assert [rule.id for rule in found.fired] == ["K4"]
