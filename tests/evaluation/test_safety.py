"""What counts as caught, as a false alarm, as a needless question, as a nerve red flag."""

from __future__ import annotations

import pytest

from bot.knowledge.load import load
from evaluation import safety
from evaluation.metrics import Share
from evaluation.rows import Label, Row
from evaluation.systems import Reading


@pytest.fixture(scope="module")
def knowledge():
    return load()


def row(kind, concept="saddle_numbness", **more):
    return Row(
        "1",
        "x",
        kind,
        (Label((concept,), "present", "self", ("current",)),),
        **{"expected": "emergency_now", "rules": ("C1",), "voice": "plain", **more},
    )


def reading(disposition="incomplete", rules=(), kind="", confirms=None, rest="self_care"):
    return Reading((), (), disposition, tuple(rules), "Q" if kind else None, kind, confirms, rest, ())


FIRED = reading("emergency_now", [("C1", "emergency_now")])
SAME_DAY = reading("urgent_same_day", [("W2", "urgent_same_day")])
ASKED = reading(kind="confirm", confirms="saddle_numbness")
ASKED_OTHER = reading(kind="confirm", confirms="urinary_retention")
ASKED_HARMLESS = reading(kind="confirm", confirms="knee_pain")
AMBIGUOUS = reading(kind="ambiguity")


@pytest.mark.parametrize(
    ("read", "caught", "alone"),
    [
        (FIRED, 1, 1),
        (SAME_DAY, 0, 0),
        (ASKED, 1, 0),
        (ASKED_OTHER, 1, 0),
        (ASKED_HARMLESS, 0, 0),
        (AMBIGUOUS, 0, 0),
        (reading(), 0, 0),
    ],
)
def test_caught_needs_an_emergency_rule_or_a_question_about_a_danger_sign(knowledge, read, caught, alone):
    found = safety.emergencies([row("emergency")], [read], knowledge)
    assert found.caught == Share(caught, 1)
    assert found.by_rule_alone == Share(alone, 1)
    assert found.by_voice == {"plain": (Share(caught, 1), Share(alone, 1))}
    assert found.by_rule == {"C1": (Share(caught, 1), Share(alone, 1))}


def test_a_question_about_another_sign_is_not_the_right_one(knowledge):
    found = safety.emergencies(
        [row("emergency"), row("emergency", "genital_numbness"), row("emergency")], [ASKED, ASKED, ASKED_OTHER], knowledge
    )
    assert found.right_question == Share(2, 3)


def test_an_emergency_by_another_rule_is_caught_but_not_as_labelled(knowledge):
    found = safety.emergencies([row("emergency")], [reading("emergency_now", [("W1", "emergency_now")])], knowledge)
    assert found.by_rule_alone == Share(1, 1)
    assert found.expected_rule == Share(0, 1)


def test_negatives_count_alarms_and_questions_apart():
    found = safety.negatives([row("negative")] * 5, [FIRED, SAME_DAY, ASKED, AMBIGUOUS, reading(kind="step")])
    assert found.false_alarms == Share(1, 5)
    assert found.needless == Share(2, 5)
    assert found.confirming == Share(1, 5)


def test_levels_are_compared_with_the_rest_normal():
    rows = [row("other", expected=level) for level in ("soon", "soon", "soon")]
    found = safety.levels(rows, [reading(rest="soon"), reading(rest="self_care"), reading(rest="urgent_same_day")])
    assert (found.exact.hits, found.too_low.hits, found.too_high.hits) == (1, 1, 1)


@pytest.mark.parametrize(
    ("rules", "flag"),
    [
        ([("W2", "urgent_same_day")], True),
        ([("K1", "emergency_now")], True),
        ([("C12", "soon")], False),
        ([("S1", "emergency_now")], False),
        ([("L1", "emergency_now")], False),
        ([], False),
    ],
)
def test_a_nerve_red_flag_is_a_c_w_or_k_rule_at_same_day_or_above(rules, flag):
    assert safety.nerve_flag(row("real"), reading(rules=rules)) is flag


def test_nerve_red_flags_leave_out_what_is_not_labelled_and_split_by_voice():
    rows = [
        row("real", red_flag=flag, voice=voice)
        for flag, voice in ((True, "patient"), (False, "patient"), (None, "patient"), (True, "role_play"))
    ]
    read = [SAME_DAY, SAME_DAY, SAME_DAY, reading()]
    assert safety.nerve_red_flags(rows, read) == safety.RedFlags(Share(1, 2), Share(0, 1))
    assert safety.nerve_red_flags(rows, read, safety.PATIENTS) == safety.RedFlags(Share(1, 1), Share(0, 1))


def test_our_own_sets_reading_only_emergency_rules_count():
    rows = [row("emergency"), row("negative"), row("other")]
    assert safety.own_red_flags(rows, [FIRED, SAME_DAY, FIRED]) == safety.RedFlags(Share(1, 1), Share(1, 2))
