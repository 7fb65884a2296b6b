"""The policy: most urgent wins, floors, incomplete, information only, and what a lone message gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.findings.case import Case, GivenAnswer
from bot.findings.rest_normal import rest_normal
from bot.knowledge.load import load
from bot.triage.assess import assess, decide
from bot.triage.assessment import ACTIONS, DISPOSITIONS
from tests.triage.story import Story, answered, said

KNOWLEDGE = load()


def test_the_most_urgent_rule_decides_and_comes_first() -> None:
    found = decide(said(low_back_pain={}, thoracic_pain={}, saddle_numbness={}).case(), KNOWLEDGE)
    assert found.disposition == "emergency_now"
    ranks = [DISPOSITIONS.index(rule.disposition) for rule in found.fired]
    assert ranks == sorted(ranks)
    assert found.fired[0].id == "C1"


def test_equally_urgent_rules_come_in_the_order_of_the_groups() -> None:
    found = decide(said(knee_giving_way={"count": 3}, saddle_numbness={}, chest_pain={}).case(), KNOWLEDGE)
    assert [rule.id for rule in found.fired if rule.disposition == "emergency_now"] == ["L1", "C1", "K1"]


def test_evidence_points_at_the_words() -> None:
    found = decide(said(low_back_pain={}, urinary_incontinence_new={}, knee_pain={}).case(), KNOWLEDGE)
    rule = next(rule for rule in found.fired if rule.id == "C5")
    assert rule.mentions == (0, 1)
    assert rule.reason
    assert rule.source == "SEED; NHS-SCI; NHS-BACK"
    assert rule.action in ACTIONS
    assert rule.wording == "cauda_equina"


def test_answers_without_words_are_evidence_too() -> None:
    found = decide((said(low_back_pain={}) + answered(saddle_feeling="skipped", leaks="skipped")).case(), KNOWLEDGE)
    rule = next(rule for rule in found.fired if rule.id == "C17")
    assert rule.items == ("saddle_feeling", "leaks")


@pytest.mark.parametrize(
    ("story", "disposition", "rules"),
    [
        pytest.param(Story(), "incomplete", [], id="nothing said"),
        pytest.param(said(absent=("saddle_numbness",)), "incomplete", [], id="only a no"),
        pytest.param(said(diabetes={}), "incomplete", [], id="only background"),
        pytest.param(said(low_back_pain={}), "incomplete", [], id="a symptom, questions open"),
        pytest.param(said(hypothetical=("foot_drop",)), "info_only", [], id="hypothetical"),
        pytest.param(said(person="nobody", foot_drop={}), "info_only", [], id="a general question"),
        pytest.param(said(past=("urinary_retention",)), "info_only", [], id="long past"),
        pytest.param(said(past=("urinary_retention",), low_back_pain={}), "incomplete", [], id="past and now"),
        pytest.param(said(urinary_incontinence_new={}), "urgent_same_day", ["C22"], id="leaking alone: floor at once"),
        pytest.param(said(faecal_incontinence={}), "urgent_same_day", ["C22"], id="poo leak alone: floor at once"),
        pytest.param(said(foot_drop={}), "urgent_same_day", ["W2", "W14"], id="foot drop, onset unknown: floor"),
        pytest.param(said(cancer_history={}, low_back_pain={}), "soon", ["S5"], id="soon may stand as a floor"),
    ],
)
def test_one_message(story: Story, disposition: str, rules: list[str]) -> None:
    found = decide(story.case(), KNOWLEDGE)
    assert found.disposition == disposition
    assert [rule.id for rule in found.fired] == rules
    assert found.complete is False
    assert found.floor is (disposition in ("urgent_same_day", "soon"))


def test_an_emergency_is_complete_and_asks_nothing() -> None:
    found = assess(said(saddle_numbness={}).case(), KNOWLEDGE)
    assert found.complete
    assert not found.floor
    assert found.next_question is None


def test_open_questions_are_asked() -> None:
    found = assess(said(low_back_pain={}).case(), KNOWLEDGE)
    assert found.next_question is not None
    assert found.knowledge == KNOWLEDGE.digest


def test_who_has_stopped_is_asked_nothing_and_gets_no_reassurance() -> None:
    found = assess(said(low_back_pain={}).case(stopped=True), KNOWLEDGE)
    assert found.next_question is None
    assert found.disposition == "incomplete"


@pytest.mark.parametrize("item", [item.id for item in KNOWLEDGE.items.values() if item.minimal_set])
@pytest.mark.parametrize("state", ["unsure", "skipped"])
def test_one_open_item_keeps_self_care_away(item: str, state: str) -> None:
    case = rest_normal(said(low_back_pain={"onset_days": 2.0}, profile={}).case(), KNOWLEDGE)
    assert decide(case, KNOWLEDGE).disposition == "self_care"
    answers = tuple(a for a in case.answers if a.item != item)
    profile = {} if item == "age" else case.profile
    opened = replace(case, answers=(*answers, GivenAnswer(item, state, 0, None, "Q")), profile=profile)
    assert decide(opened, KNOWLEDGE).disposition not in ("self_care", "routine")


def test_a_symptom_no_rule_speaks_for_never_ends_below_soon() -> None:
    case = rest_normal(said(low_back_pain={"onset_days": 2.0}, knee_swelling={}).case(), KNOWLEDGE)
    found = decide(case, KNOWLEDGE)
    assert found.disposition == "soon"
    assert [rule.id for rule in found.fired] == ["N8"]
    assert found.complete


def test_everything_normal_and_no_symptom_is_information_only() -> None:
    found = decide(rest_normal(Case(turns=1), KNOWLEDGE), KNOWLEDGE)
    assert found.disposition == "info_only"
    assert found.fired == ()


def test_questions_declined_for_good_end_the_interview_without_reassurance() -> None:
    case = rest_normal(said(low_back_pain={}).case(), KNOWLEDGE)
    answers = [a for a in case.answers if a.item != "bladder_full_feeling"]
    answers += [GivenAnswer("bladder_full_feeling", "skipped", turn, None, "Q6a") for turn in (0, 1)]
    found = decide(replace(case, answers=tuple(answers), turns=2), KNOWLEDGE)
    assert found.disposition == "urgent_same_day"
    assert [rule.id for rule in found.fired] == ["C17"]
    assert found.complete
    assert found.skipped == ("bladder_full_feeling",)


def test_the_sexual_question_may_be_skipped() -> None:
    case = rest_normal(said(low_back_pain={}).case(), KNOWLEDGE)
    answers = [a for a in case.answers if a.item != "sexual_change"]
    answers.append(GivenAnswer("sexual_change", "skipped", 0, None, "Q10"))
    found = decide(replace(case, answers=tuple(answers)), KNOWLEDGE)
    assert found.disposition == "self_care"
    assert found.skipped == ("sexual_change",)


def test_not_understood_twice_is_same_day() -> None:
    assert decide(Case(turns=1, misunderstood=1), KNOWLEDGE).disposition == "incomplete"
    found = decide(Case(turns=2, misunderstood=2), KNOWLEDGE)
    assert found.disposition == "urgent_same_day"
    assert [rule.id for rule in found.fired] == ["M8"]


def test_an_annotation_takes_the_level_of_what_it_annotates() -> None:
    found = decide(said(pregnant_or_postpartum={}, urinary_incontinence_new={}).case(), KNOWLEDGE)
    assert {rule.id: rule.disposition for rule in found.fired} == {"C22": "urgent_same_day", "S18": "urgent_same_day"}
    found = decide(said(pregnant_or_postpartum={}, urinary_incontinence_new={}, low_back_pain={}).case(), KNOWLEDGE)
    note = next(rule for rule in found.fired if rule.id == "S18")
    assert (note.disposition, note.action, note.wording) == (
        "emergency_now",
        "go_to_emergency_department",
        "cauda_equina",
    )
