"""Properties of triage that must hold for every case, tried on seeded random cases and with hypothesis.

The main one: adding a present red flag never lowers urgency (100,000 generated steps).
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extraction.mention import Mention
from bot.findings.case import Case, GivenAnswer
from bot.findings.rest_normal import rest_normal
from bot.findings.view import checklist, open_items
from bot.knowledge.load import load
from bot.triage.assess import assess, decide
from tests.properties.generated import random_case
from tests.triage.story import mention

KNOWLEDGE = load()
#: The higher the more urgent. `incomplete` promises nothing, so it ranks with the two mild levels.
URGENCY = {
    "emergency_now": 4,
    "urgent_same_day": 3,
    "soon": 2,
    "routine": 1,
    "self_care": 1,
    "incomplete": 1,
    "info_only": 0,
}
STEPS = 100_000


def _alone(added: Mention) -> int:
    return URGENCY[decide(Case(turns=1, mentions=(added,), times=(None,)), KNOWLEDGE).disposition]


RED_FLAGS = [concept for concept in KNOWLEDGE.concepts if _alone(mention(concept)) >= 3]


def test_red_flags_are_the_expected_ones() -> None:
    assert len(RED_FLAGS) > 40
    assert {"saddle_numbness", "urinary_retention", "foot_drop", "chest_pain", "knee_giving_way"} <= set(RED_FLAGS)
    assert not {"low_back_pain", "sciatica_one_side", "knee_pain", "diabetes"} & set(RED_FLAGS)


#: Details that keep a red flag one. ("There for years, unchanged, checked" would make it none.)
URGENT_DETAILS: tuple[dict[str, object], ...] = (
    {},
    {},
    {"onset_days": 2.0, "onset": "sudden"},
    {"new": True, "course": "worsening"},
    {"course": "rapidly_worsening"},
    {"laterality": "left", "cause": "my age"},
    {"laterality": "both", "severity": "severe"},
    {"onset_days": 30.0, "severity": "moderate"},
)


def _red_flag(random: Random, case: Case, concept: str) -> Mention:
    """A present red flag to add."""
    return mention(concept, turn=case.turns - 1, **random.choice(URGENT_DETAILS))


def test_the_details_keep_every_red_flag_urgent() -> None:
    for concept in RED_FLAGS:
        for details in URGENT_DETAILS:
            assert _alone(mention(concept, **details)) >= 3, (concept, details)


@pytest.mark.slow
def test_adding_a_present_red_flag_never_lowers_urgency() -> None:
    random = Random(20240229)
    steps = emergencies = 0
    while steps < STEPS:
        case = random_case(random, KNOWLEDGE)
        before = URGENCY[decide(case, KNOWLEDGE).disposition]
        for concept in random.sample(RED_FLAGS, random.choice((3, 5))):
            added = _red_flag(random, case, concept)
            case = replace(case, mentions=(*case.mentions, added))
            after = URGENCY[decide(case, KNOWLEDGE).disposition]
            assert after >= before, (case, added)
            before = after
            steps += 1
            emergencies += after == 4
    assert emergencies > STEPS / 10


def test_a_red_flag_that_is_an_emergency_alone_is_one_in_any_company() -> None:
    random = Random(7)
    alone = [concept for concept in RED_FLAGS if _alone(mention(concept)) == 4]
    for _ in range(3000):
        case = random_case(random, KNOWLEDGE)
        added = mention(random.choice(alone), turn=case.turns - 1)
        if any(old.concept == added.concept for old in case.mentions):
            continue
        found = decide(replace(case, mentions=(*case.mentions, added)), KNOWLEDGE)
        assert found.disposition == "emergency_now", (case, added)


def _ids(case: Case) -> tuple[str, frozenset[str]]:
    found = decide(case, KNOWLEDGE)
    return found.disposition, frozenset(rule.id for rule in found.fired)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_order_of_mentions_and_answers_does_not_matter(seed: int, shuffler: Random) -> None:
    case = random_case(Random(seed), KNOWLEDGE)
    mentions = list(case.mentions)
    answers = list(case.answers)
    shuffler.shuffle(mentions)
    shuffler.shuffle(answers)
    assert _ids(case) == _ids(replace(case, mentions=tuple(mentions), answers=tuple(answers)))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_hearing_everything_twice_changes_nothing(seed: int) -> None:
    case = random_case(Random(seed), KNOWLEDGE)
    assert _ids(case) == _ids(replace(case, mentions=case.mentions * 2, answers=case.answers * 2))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_nothing_below_soon_while_an_item_of_the_minimal_set_is_open(seed: int) -> None:
    case = random_case(Random(seed), KNOWLEDGE)
    found = decide(case, KNOWLEDGE)
    if open_items(found.checklist, KNOWLEDGE):
        assert found.disposition not in ("routine", "self_care")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_unknown_is_not_absent(seed: int) -> None:
    """Taking a "no" away never makes the outcome less urgent than `soon`, and never reassures."""
    case = random_case(Random(seed), KNOWLEDGE)
    minimal = [item.id for item in KNOWLEDGE.items.values() if item.minimal_set]
    full = replace(case, answers=tuple(GivenAnswer(item, "no", case.turns - 1) for item in KNOWLEDGE.items))
    for item in minimal:
        silent = replace(full, answers=tuple(answer for answer in full.answers if answer.item != item))
        if checklist(silent, KNOWLEDGE)[item] == "not_asked":
            assert decide(silent, KNOWLEDGE).disposition not in ("routine", "self_care")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_answering_the_rest_with_normal_never_leaves_it_incomplete(seed: int) -> None:
    case = replace(random_case(Random(seed), KNOWLEDGE), answers=(), suggestions=())
    found = decide(rest_normal(case, KNOWLEDGE), KNOWLEDGE)
    unsure = [item for item in open_items(found.checklist, KNOWLEDGE) if found.checklist[item] == "not_asked"]
    assert not unsure


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_assess_survives_every_case_and_an_emergency_asks_nothing(seed: int) -> None:
    found = assess(random_case(Random(seed), KNOWLEDGE), KNOWLEDGE)
    if found.disposition == "emergency_now":
        assert found.next_question is None
        assert found.complete
        assert found.fired[0].action
        assert found.fired[0].wording


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_cautious_profile_is_never_less_urgent(seed: int) -> None:
    cautious = replace(KNOWLEDGE, switches=KNOWLEDGE.switches.under("cautious"))
    case = random_case(Random(seed), KNOWLEDGE)
    standard = URGENCY[decide(case, KNOWLEDGE).disposition]
    assert URGENCY[decide(case, cautious).disposition] >= standard


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_case_survives_json(seed: int) -> None:
    case = random_case(Random(seed), KNOWLEDGE)
    assert Case.from_json(case.to_json()) == case
