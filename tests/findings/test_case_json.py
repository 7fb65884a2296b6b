"""A recorded case survives JSON and releases."""

from __future__ import annotations

import json

import pytest

from bot.errors import InputError
from bot.extraction.mention import Mention, Piece, Suggestion
from bot.findings.case import CASE_SCHEMA, MIGRATIONS, AskedQuestion, Case, GivenAnswer

PIECES = (Piece(0, 2, 4), Piece(1, 0, 3))
MENTION = Mention("foot_drop", "present", "self", "current", 0, 2, 9, "my foot", {"trigger": ["kerb"]}, "rule", PIECES)
CASE = Case(
    turns=2,
    mentions=(MENTION,),
    withdrawn_mentions=(0,),
    answers=(GivenAnswer("leaks", "no", 1, 2.5, "Q7"),),
    asked=(AskedQuestion("Q7", 1, None),),
    profile={"age_years": 44.0},
    suggestions=(Suggestion("falls", 0.5, 0, 1, 2),),
    seen=("a",),
    now_hours=2.5,
    times=(None, 2.5),
    reopened_turn=1,
    misunderstood=1,
)


def test_round_trip_as_data_and_as_text() -> None:
    assert Case.from_json(CASE.to_json()) == CASE
    assert Case.from_json(json.dumps(CASE.to_json())) == CASE


def test_a_case_of_the_first_schema_is_migrated() -> None:
    old = CASE.to_json()
    for key in ("times", "reopened_turn", "misunderstood"):
        del old[key]
    old["schema"] = 1
    new = Case.from_json(old)
    assert new.schema == CASE_SCHEMA
    assert new.times == (None, None)
    assert new.mentions == CASE.mentions
    assert (new.reopened_turn, new.misunderstood) == (0, 0)


def test_every_older_schema_has_a_migration() -> None:
    assert set(MIGRATIONS) == set(range(1, CASE_SCHEMA))


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ({"schema": CASE_SCHEMA + 1}, "INP011"),
        ({"schema": "two"}, "INP010"),
        ({"colour": "red"}, "INP010"),
        ({"mentions": [{"concept": "foot_drop"}]}, "INP010"),
        ({"mentions": None}, "INP010"),
    ],
)
def test_a_damaged_case_is_refused_in_words(damage: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        Case.from_json({**CASE.to_json(), **damage})
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", "null"])
def test_what_is_no_case_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Case.from_json(text)
