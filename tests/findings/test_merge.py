"""What we hold true when things were said twice, contradicted, taken back, or about another time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.findings.finding import Presence
from bot.findings.merge import merge_attributes
from bot.findings.view import findings
from bot.knowledge.load import load
from tests.triage.story import Story, answered, mention, said

KNOWLEDGE = load()


def _held(story: Story, concept: str = "saddle_numbness") -> tuple[Presence, str]:
    finding = findings(story.case(), KNOWLEDGE).get(concept)
    return (finding.presence, finding.temporality) if finding else (Presence.UNKNOWN, "")


NUMB = said(saddle_numbness={})
NOT_NUMB = said(absent=("saddle_numbness",))
UNSURE = said(uncertain={"saddle_numbness": {}})


@pytest.mark.parametrize(
    ("story", "presence", "temporality"),
    [
        pytest.param(Story(), Presence.UNKNOWN, "", id="never spoken of is unknown, not absent"),
        pytest.param(NUMB, Presence.PRESENT, "current", id="present"),
        pytest.param(NOT_NUMB, Presence.ABSENT, "current", id="absent"),
        pytest.param(NUMB + NOT_NUMB, Presence.PRESENT, "current", id="yes and no in one message: yes"),
        pytest.param(NUMB + said(turn=3, absent=("saddle_numbness",)), Presence.PRESENT, "current", id="a later no: still yes"),
        pytest.param(NOT_NUMB + said(turn=2, saddle_numbness={}), Presence.PRESENT, "current", id="a later yes"),
        pytest.param(UNSURE + NOT_NUMB, Presence.UNCERTAIN, "current", id="unsure and no in one message: unsure"),
        pytest.param(UNSURE + said(turn=1, absent=("saddle_numbness",)), Presence.ABSENT, "current", id="a later clear no"),
        pytest.param(UNSURE + answered(1, saddle_feeling="no"), Presence.ABSENT, "current", id="a later no by button"),
        pytest.param(
            answered(0, saddle_feeling="no") + said(turn=1, uncertain={"saddle_numbness": {}}),
            Presence.UNCERTAIN,
            "current",
            id="unsure after a no",
        ),
        pytest.param(NUMB + answered(1, saddle_feeling="no"), Presence.PRESENT, "current", id="words beat a button no"),
        pytest.param(said(recent={"saddle_numbness": {}}), Presence.PRESENT, "recent_resolved", id="gone lately"),
        pytest.param(said(recent={"saddle_numbness": {}}) + NOT_NUMB, Presence.PRESENT, "recent_resolved", id="gone and now no"),
        pytest.param(said(past=("saddle_numbness",)), Presence.PRESENT, "past_resolved", id="long past"),
        pytest.param(said(past=("saddle_numbness",)) + NUMB, Presence.PRESENT, "current", id="past and now"),
        pytest.param(said(hypothetical=("saddle_numbness",)), Presence.UNKNOWN, "hypothetical", id="hypothetical"),
        pytest.param(said(person="nobody", saddle_numbness={}), Presence.UNKNOWN, "hypothetical", id="nobody"),
        pytest.param(answered(saddle_feeling="yes"), Presence.PRESENT, "current", id="a bare yes to the item"),
        pytest.param(answered(saddle_feeling="unsure"), Presence.UNCERTAIN, "current", id="a bare not sure"),
        pytest.param(
            answered(0, saddle_feeling="yes") + answered(1, saddle_feeling="no"),
            Presence.UNKNOWN,
            "",
            id="the latest button counts",
        ),
    ],
)
def test_belief(story: Story, presence: Presence, temporality: str) -> None:
    assert _held(story) == (presence, temporality)


def test_a_withdrawn_mention_is_gone_but_kept_on_record() -> None:
    case = replace((NUMB + NOT_NUMB).case(), withdrawn_mentions=(0,))
    assert findings(case, KNOWLEDGE)["saddle_numbness"].presence is Presence.ABSENT
    assert len(case.mentions) == 2


def test_what_only_the_model_believes_is_no_finding() -> None:
    assert findings(Story((mention("saddle_numbness", by="model"),)).case(), KNOWLEDGE) == {}


def test_dangerous_details_count_from_weaker_words_too() -> None:
    story = said(recent={"medication_excess": {"substance": "opioid", "new": False}}) + said(medication_excess={})
    assert findings(story.case(), KNOWLEDGE)["medication_excess"].attributes == {"substance": "opioid"}


def test_a_bare_yes_does_not_hide_the_more_exact_word() -> None:
    held = findings((said(perianal_numbness={}) + answered(saddle_feeling="yes")).case(), KNOWLEDGE)
    assert set(held) == {"perianal_numbness"}


@pytest.mark.parametrize("concept", ["cancer_history", "previous_ces_or_deficit", "diabetes", "known_disc_or_stenosis"])
def test_history_counts_however_long_ago(concept: str) -> None:
    assert _held(said(past=(concept,)), concept) == (Presence.PRESENT, "current")


@pytest.mark.parametrize(("days", "when"), [(92.0, "current"), (93.0, "past_resolved")])
def test_an_event_counts_for_its_window(days: float, when: str) -> None:
    story = Story((mention("knee_giving_way", temporality="past_resolved", last_event_days=days),))
    assert _held(story, "knee_giving_way") == (Presence.PRESENT, when)


@pytest.mark.parametrize(
    ("concept", "laterality", "derived"),
    [
        ("sciatica_one_side", "both", "sciatica_both_sides"),
        ("front_thigh_pain", "alternating", "sciatica_both_sides"),
        ("leg_pins_needles", "both", "bilateral_leg_numbness"),
        ("foot_drop", "spreading_to_other_side", "bilateral_leg_weakness"),
    ],
)
def test_both_sides_follow_from_one_sided_words(concept: str, laterality: str, derived: str) -> None:
    case = said(**{concept: {"laterality": laterality}}).case()
    held = findings(case, KNOWLEDGE)
    assert held[derived].presence is Presence.PRESENT
    assert held[derived].mentions == held[concept].mentions == (0,)


def test_left_and_then_right_is_both() -> None:
    case = (said(leg_numbness={"laterality": "left"}) + said(turn=1, leg_numbness={"laterality": "right"})).case()
    assert "bilateral_leg_numbness" in findings(case, KNOWLEDGE)


def test_what_reassures_must_be_said_of_both_to_count_for_a_derived_finding() -> None:
    one = said(sciatica_one_side={"laterality": "both", "unchanged": True, "new": False, "severity": "mild"})
    both = said(sciatica_both_sides={"onset_days": 30.0, "severity": "severe"})
    held = findings((one + both).case(), KNOWLEDGE)["sciatica_both_sides"]
    assert held.attributes == {"laterality": "both", "onset_days": 30.0, "severity": "severe"}
    assert held.mentions == (1, 0)


def test_knees_on_both_sides_are_not_both_legs() -> None:
    held = findings(said(knee_pain={"laterality": "both"}, knee_giving_way={"laterality": "both"}).case(), KNOWLEDGE)
    assert set(held) == {"knee_pain", "knee_giving_way"}


def test_an_old_pattern_that_changes_becomes_the_danger_sign() -> None:
    assert "urinary_incontinence_new" not in findings(said(stress_leak_longstanding={}).case(), KNOWLEDGE)
    changed = findings(said(stress_leak_longstanding={"course": "worsening"}).case(), KNOWLEDGE)
    assert changed["urinary_incontinence_new"].presence is Presence.PRESENT


@pytest.mark.parametrize(
    ("parts", "merged"),
    [
        ([{"onset_days": 56.0}, {"onset_days": 1.0}], {"onset_days": 1.0}),
        ([{"count": 1}, {"count": 3}], {"count": 3}),
        ([{"course": "stable"}, {"course": "rapidly_worsening"}], {"course": "rapidly_worsening"}),
        ([{"frequency": "single"}, {"frequency": "repeated"}], {"frequency": "repeated"}),
        ([{"new": False}, {"new": True}], {"new": True}),
        ([{"unchanged": True}, {"unchanged": False}], {"unchanged": False}),
        ([{"assessed": True}, {}], {"assessed": True}),
        ([{"near_miss": True}, {}], {"near_miss": False}),
        ([{"near_miss": True}, {"near_miss": True}], {"near_miss": True}),
        ([{"near_miss": True, "count": 4}, {"count": 1}], {"near_miss": False, "count": 1}),
        ([{"near_miss": True, "count": 2}, {"near_miss": True}], {"near_miss": True, "count": 2}),
        ([{"positional": True}, {"onset_days": 1.0}], {"onset_days": 1.0}),
        ([{"trigger": ["kerb"]}, {"trigger": ["stairs_down", "kerb"]}], {"trigger": ["kerb", "stairs_down"]}),
        ([{"ambiguous": "AMB_a"}, {}], {}),
        ([{"laterality": "left"}, {"laterality": "right"}], {"laterality": "both"}),
    ],
)
def test_the_most_urgent_attribute_wins_in_any_order(parts: list[dict[str, object]], merged: dict[str, object]) -> None:
    assert merge_attributes(parts) == merged
    backwards = merge_attributes(parts[::-1])
    assert {k: sorted(v) if isinstance(v, list) else v for k, v in backwards.items()} == {
        k: sorted(v) if isinstance(v, list) else v for k, v in merged.items()
    }
