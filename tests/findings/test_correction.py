"""A side that is put right: taken, and never read as an answer to the question just put."""

from __future__ import annotations

import pytest

from bot.findings.case import Case
from bot.findings.correction import is_side_correction
from bot.findings.view import findings
from bot.knowledge.load import load
from bot.turn import read_message, take


def _case(*texts: str, put: str | None = None) -> Case:
    case = Case()
    for number, text in enumerate(texts):
        question = put if number else None
        case = take(case, read_message(case, text, load(), put=question), load(), put=question)
    return case


@pytest.mark.parametrize(
    "text",
    [
        "sorry, I meant the right one",
        "no, I mean the right leg",
        "I meant right",
        "oops, the right",
        "no the right one",
        "wait, right leg",
    ],
)
def test_a_side_is_put_right(text):
    case = _case("my left leg has been weak since Sunday", text, put="Q1")
    held = findings(case, load())["leg_weakness"]
    assert held.attributes["laterality"] == "right"
    assert "onset_days" in held.attributes  # the other details stay
    assert not case.answers


@pytest.mark.parametrize(
    "text",
    [
        "right",
        "no",
        "all right",
        "that's right",
        "no, nothing like that",
        "the right time",
        "my right knee hurts",
        "no, not right now",
    ],
)
def test_other_words_are_no_correction_of_the_side(text):
    assert not is_side_correction(text)


def test_both_sides_can_be_the_correction():
    case = _case("my left leg is numb", "sorry, I meant both")
    sides = {finding.attributes.get("laterality") for finding in findings(case, load()).values()}
    assert "both" in sides


def test_without_a_side_said_before_nothing_is_made_up():
    case = _case("my back hurts", "sorry, I meant the right one", put="Q1")
    assert [mention.concept for mention in case.mentions] == ["low_back_pain"]
    assert not case.answers
