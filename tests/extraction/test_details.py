"""A reply that tells only since when, how fast or which way, to a question that asks just that."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.extraction.details import read_details
from bot.extraction.mention import Asked

from .conftest import cases

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("case", cases("details"), ids=lambda c: f"{c['item']}: {c['text'][:50]}")
def test_details_go_to_what_the_question_asks_about(case: dict[str, Any], knowledge: Any) -> None:
    mentions, answers = read_details(
        case["text"], knowledge, case.get("concepts", ["leg_weakness"]), Asked((case["item"],)), turn=3, today=TODAY
    )
    told = {m.concept: dict(m.attributes) for m in mentions}
    assert set(told) == (set(case.get("concepts", ["leg_weakness"])) if case["attributes"] else set())
    for values in told.values():
        for name, value in case["attributes"].items():
            assert values.get(name) == value, values
    assert {a.item: a.state for a in answers} == case.get("answer", {})
    for mention in mentions:
        assert mention.text == case["text"][mention.start : mention.end]
        assert (mention.presence, mention.temporality, mention.turn) == ("present", "current", 3)


def test_a_question_that_asks_no_details_gets_none(knowledge: Any) -> None:
    assert read_details("since Tuesday", knowledge, (), Asked(("leaks",)), turn=1, today=TODAY) == ((), ())


def test_a_long_story_is_not_taken_for_details(knowledge: Any) -> None:
    story = "since Tuesday I have been to the shops and back and then my sister came round " * 3
    assert read_details(story, knowledge, ("leg_weakness",), Asked(("onset",)), turn=1, today=TODAY) == ((), ())
