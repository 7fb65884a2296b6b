"""Whose symptoms they are: the same rules for anyone, never mixing two people (M3)."""

from __future__ import annotations

import pytest

from bot.findings.rest_normal import rest_normal
from bot.findings.view import people, subject
from bot.knowledge.load import load
from bot.triage.assess import decide
from tests.triage.story import Story, answered, mention, said
from tests.triage.test_rules import KNOWLEDGE as RULE_KNOWLEDGE
from tests.triage.test_rules import TABLE, build

KNOWLEDGE = load()


@pytest.mark.parametrize("rule", [rule for rule, entry in TABLE.items() if entry["fires"][0].get("present")])
def test_the_same_rules_for_someone_else(rule: str) -> None:
    """The first firing line of every rule, told about another person."""
    spec = TABLE[rule]["fires"][0]
    mine, knowledge = build(spec)
    theirs, _ = build({**spec, "person": "other"})
    own = {fired.id: fired.disposition for fired in decide(mine, knowledge).fired}
    other = {fired.id: fired.disposition for fired in decide(theirs, knowledge).fired}
    other.pop("M3", None)
    own.pop("M3", None)
    assert own == other
    assert knowledge.digest == RULE_KNOWLEDGE.digest


@pytest.mark.parametrize(
    ("story", "about"),
    [
        (Story(), "self"),
        (said(low_back_pain={}), "self"),
        (said(person="other", low_back_pain={}), "other"),
        (said(person="other", low_back_pain={}) + said(absent=("low_back_pain",)), "other"),
        (said(person="other", low_back_pain={}) + said(knee_pain={}), "self"),
        (said(person="other", low_back_pain={}, profile={"subject": "self"}), "self"),
        (said(low_back_pain={}, profile={"subject": "other"}), "other"),
    ],
)
def test_subject(story: Story, about: str) -> None:
    assert subject(story.case()) == about


def test_two_people_are_never_mixed_in_one_rule() -> None:
    """My leak and her back pain are not a leak with back pain."""
    story = said(urinary_incontinence_new={}) + said(person="other", low_back_pain={})
    found = decide(story.case(), KNOWLEDGE)
    assert "C5" not in {rule.id for rule in found.fired}
    assert found.disposition == "urgent_same_day"


def test_the_most_urgent_reading_over_both_people_counts() -> None:
    story = said(low_back_pain={}) + said(person="other", saddle_numbness={})
    assert people(story.case()) == ("self", "other")
    found = decide(story.case(), KNOWLEDGE)
    assert found.disposition == "emergency_now"
    assert found.fired[0].id == "C1"
    assert found.fired[0].mentions == (1,)


def test_of_the_same_rule_for_two_people_the_more_urgent_one_counts() -> None:
    mine = said(low_back_pain={}, uncertain={"cancer_history": {}})
    theirs = said(person="other", uncertain={"breathlessness": {}})
    found = decide((mine + theirs).case(), KNOWLEDGE)
    assert [(rule.id, rule.disposition, rule.mentions) for rule in found.fired] == [("M2", "emergency_now", (2,))]


def test_answers_and_age_belong_to_the_subject_only() -> None:
    story = said(low_back_pain={}, profile={"age_years": 70.0}) + said(person="other", minor_trauma={})
    assert "S10" not in {rule.id for rule in decide(story.case(), KNOWLEDGE).fired}


def test_the_other_persons_mild_symptom_does_not_spoil_the_result() -> None:
    story = said(low_back_pain={"onset_days": 2.0}, profile={"subject": "self"}) + said(person="other", knee_pain={})
    assert decide(rest_normal(story.case(), KNOWLEDGE), KNOWLEDGE).disposition == "self_care"


def test_short_answers_are_about_the_subject() -> None:
    story = said(person="other", low_back_pain={}, profile={"subject": "other"})
    reply = Story((mention("urinary_incontinence_new", turn=1, by="answer"),))
    found = decide((story + reply).case(), KNOWLEDGE)
    assert "C5" in {rule.id for rule in found.fired}


def test_bare_answers_count_for_the_person_spoken_for() -> None:
    story = said(person="other", low_back_pain={}) + answered(1, saddle_feeling="yes")
    assert decide(story.case(), KNOWLEDGE).disposition == "emergency_now"
