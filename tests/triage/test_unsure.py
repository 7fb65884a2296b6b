""" "Not sure" never counts as no: probes (C13), immediate danger and everything else (M2)."""

from __future__ import annotations

import pytest

from bot.knowledge.load import load
from bot.triage.assess import decide
from tests.triage.story import Story, answered, said

KNOWLEDGE = load()


def _ids(story: Story) -> tuple[str, list[str]]:
    found = decide(story.case(), KNOWLEDGE)
    return found.disposition, [rule.id for rule in found.fired]


CORE = [item.id for item in KNOWLEDGE.items.values() if item.core_ce]


@pytest.mark.parametrize("item", CORE)
def test_not_sure_twice_about_a_private_question_is_an_emergency_with_nerve_symptoms(item: str) -> None:
    once = said(sciatica_one_side={}) + answered(1, **{item: "unsure"})
    assert _ids(once) == ("incomplete", [])
    assert _ids(once + answered(2, **{item: "unsure"})) == ("emergency_now", ["C13"])


@pytest.mark.parametrize("item", CORE)
def test_and_same_day_without(item: str) -> None:
    twice = answered(0, **{item: "unsure"}) + answered(1, **{item: "unsure"})
    assert _ids(twice) == ("urgent_same_day", ["C13b"])


@pytest.mark.parametrize("concept", sorted(KNOWLEDGE.groups["ce_questions"]))
def test_hedged_own_words_count_at_once(concept: str) -> None:
    disposition, rules = _ids(said(low_back_pain={}, uncertain={concept: {}}))
    assert disposition == "emergency_now"
    assert "C13" in rules


@pytest.mark.parametrize("attribute", [{"worry": True}, {"ambiguous": "AMB_accident"}])
def test_a_fear_or_an_ambiguous_word_is_asked_about_first(attribute: dict[str, object]) -> None:
    story = said(low_back_pain={}, uncertain={"urinary_incontinence_new": attribute})
    assert _ids(story) == ("incomplete", [])
    assert decide(story.case(stopped=True), KNOWLEDGE).disposition == "emergency_now"


@pytest.mark.parametrize("concept", ["chest_pain", "stroke_signs", "collapse_faint", "mental_health_crisis"])
def test_not_sure_about_immediate_danger_counts_as_present(concept: str) -> None:
    found = decide(said(uncertain={concept: {}}).case(), KNOWLEDGE)
    assert found.disposition == "emergency_now"
    assert found.fired[0].id == "M2"
    assert found.fired[0].action in ("ambulance", "crisis_line_now")
    assert found.fired[0].mentions == (0,)


@pytest.mark.parametrize(
    ("story", "disposition"),
    [
        (said(low_back_pain={}, iv_drug_use={}, uncertain={"fever_unwell": {}}), "urgent_same_day"),  # S2 is emergency
        (said(low_back_pain={}, uncertain={"fever_unwell": {}}), "soon"),  # S1 is same day
        (said(low_back_pain={}, uncertain={"cancer_history": {}}), "soon"),  # S5 is soon: not below
        (said(uncertain={"calf_swelling": {}}), "soon"),
        (said(uncertain={"low_back_pain": {}}), "incomplete"),
    ],
)
def test_elsewhere_one_step_below_the_rule_and_never_below_soon(story: Story, disposition: str) -> None:
    assert _ids(story)[0] == disposition


def test_a_later_clear_no_settles_it() -> None:
    story = said(low_back_pain={}, uncertain={"fever_unwell": {}}) + answered(1, fever="no")
    assert _ids(story) == ("incomplete", [])


#: A sign of rules that ask for no back, leg or knee symptom -> rule without one, level and rule with one not sure of.
LONE = [
    ({"urinary_incontinence_new": {"new": True}}, "C22", "emergency_now", "C5"),
    ({"faecal_incontinence": {"new": True}}, "C22", "emergency_now", "C6"),
    ({"urinary_hesitancy_poor_emptying": {"new": True}}, "C24", "emergency_now", "C3"),
]


@pytest.mark.parametrize("doubt", ["bilateral_leg_numbness", "leg_numbness", "leg_weakness", "low_back_pain", "knee_giving_way"])
@pytest.mark.parametrize(("told", "alone", "level", "rule"), LONE, ids=lambda value: str(value)[:30])
def test_a_leg_or_back_symptom_one_is_not_sure_of_is_not_none(
    told: dict[str, dict[str, object]], alone: str, level: str, rule: str, doubt: str
) -> None:
    assert alone in _ids(said(**told))[1]
    disposition, rules = _ids(said(**told, uncertain={doubt: {}}))
    assert disposition == level
    assert rule in rules
    assert alone not in rules


@pytest.mark.parametrize("attribute", [{"worry": True}, {"ambiguous": "AMB_dead_leg"}])
def test_a_feared_leg_symptom_is_asked_about_before_it_makes_an_emergency(attribute: dict[str, object]) -> None:
    story = said(urinary_incontinence_new={"new": True}, uncertain={"leg_numbness": attribute})
    assert decide(story.case(), KNOWLEDGE).disposition == "urgent_same_day"
    assert decide(story.case(stopped=True), KNOWLEDGE).disposition == "emergency_now"


@pytest.mark.parametrize("item", CORE)
def test_not_sure_of_a_private_question_and_of_the_legs_is_an_emergency(item: str) -> None:
    twice = answered(0, **{item: "unsure"}) + answered(1, **{item: "unsure"})
    assert _ids(twice + said(uncertain={"leg_numbness": {}}))[0] == "emergency_now"


def test_everything_normal_but_the_legs_perhaps_numb_clears_no_lone_bladder_sting_or_seat_numbness() -> None:
    normal = answered(1, **{item.id: "no" for item in KNOWLEDGE.items.values() if item.minimal_set or item.core_ce})
    assert "S24" in _ids(said(dysuria={}) + normal)[1]
    assert "S24" not in _ids(said(dysuria={}) + normal + said(uncertain={"low_back_pain": {}}))[1]
    seat = {"positional": True, "new": False, "unchanged": True}
    assert "C1" not in _ids(said(saddle_numbness=seat))[1]
    assert "C1" in _ids(said(saddle_numbness=seat, uncertain={"leg_numbness": {}}))[1]
