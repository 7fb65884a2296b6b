"""Who it is about: age told as a year of birth, and who cannot be asked."""

from __future__ import annotations

from datetime import date

import pytest

from bot.extraction import extract
from bot.extraction.mention import Asked
from bot.extraction.timing import find_times

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("I was born in 1961 and my back aches", 65.0),
        ("born 12 May 1990, sore knee", 36.0),
        ("she was born in 2012", 13.0),  # 13 or 14: a child either way
        ("my bad back was born in a car crash in 2019", None),
        ("I was born with one short leg", None),
    ],
)
def test_a_year_of_birth_is_an_age(knowledge, text, age):
    assert extract(text, knowledge, today=TODAY).profile.get("age_years") == age


def test_the_year_alone_answers_how_old_are_you(knowledge):
    assert extract("1958", knowledge, asked=Asked(("age",)), today=TODAY).profile["age_years"] == 68.0


@pytest.mark.parametrize("text", ["I was born in 1961 and my back aches", "born 3 may 1961, back pain for a week"])
def test_a_year_of_birth_is_not_when_it_began(knowledge, text):
    (pain,) = [m for m in extract(text, knowledge, today=TODAY).mentions if m.concept == "low_back_pain"]
    assert pain.attributes.get("onset_days") in (None, 7.0)
    assert pain.temporality == "current"


def test_a_weekday_named_on_that_day_is_not_put_a_week_back():
    """2026-11-28 is a Saturday: whoever says "since Saturday" may mean this morning."""
    assert find_times("since saturday", TODAY)[0].days < 1
    assert find_times("since friday", TODAY)[0].days == 1
    assert find_times("since last saturday", TODAY)[0].days == 7


@pytest.mark.parametrize(
    "text",
    ["I can't ask him that", "I cannot ask my mother", "no way, I'm not asking her", "won't ask my dad that", "he's not here"],
)
def test_who_cannot_be_asked(knowledge, text):
    assert extract(text, knowledge).profile.get("cannot_ask") is True


@pytest.mark.parametrize("text", ["can I ask you something", "I asked him and he says no", "he can't ask for help"])
def test_who_can_be_asked(knowledge, text):
    assert "cannot_ask" not in extract(text, knowledge).profile
