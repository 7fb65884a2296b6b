"""Texts by key: country, person, variants; and values that must never be read as templates."""

from __future__ import annotations

import re

import pytest

from bot.knowledge.load import HERE, Knowledge
from bot.replies.words import Words
from tests.replies.samples import GAPS, LOCALES, PEOPLE, every_text

WRONG_VERB = re.compile(
    r"\b(?:she|he) (?:have|are|do|feel|leak|get|lose|need|fall|faint|rest|wipe|eat|drink|trust)\b"
    r"|\b(?:you|they) (?:has|is|does|feels|leaks|gets|loses|needs|falls|faints|rests|wipes|eats|drinks|trusts)\b",
    re.I,
)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("pronoun", PEOPLE)
def test_every_text_is_filled_and_agrees(locale: str, pronoun: str | None) -> None:
    for where, text in every_text(locale, pronoun):
        assert "{" not in text, where
        assert "}" not in text, where
        assert not WRONG_VERB.search(text), (where, text)


def test_country_words(knowledge: Knowledge) -> None:
    key = "emergency.lead.go_to_emergency_department"
    assert Words(knowledge, "en-GB").text(key) == "Go to A&E now or call 999. Do not drive yourself."
    assert Words(knowledge, "en-US").text(key) == "Go to the emergency room now or call 911. Do not drive yourself."
    assert Words(knowledge, "de-DE").text(key) == "Go to the nearest hospital now or call 112. Do not drive yourself."


def test_pronoun_follows_the_person(knowledge: Knowledge) -> None:
    key = "emergency.lead.go_to_emergency_department"
    assert Words(knowledge, "en-GB", pronoun="she").text(key).startswith("Take her to A&E now")
    assert Words(knowledge, "en-GB", pronoun="he").text(key).endswith("Do not let him drive.")
    assert Words(knowledge, "en-GB", pronoun="unknown").text(key).startswith("Take them to A&E")


def test_american_overrides_win(knowledge: Knowledge) -> None:
    british = Words(knowledge, "en-GB").lines("emergency.list.poison_line_now")
    assert Words(knowledge, "en-US").lines("emergency.list.poison_line_now") != british


def test_signs_speak_to_the_reader_or_for_the_desk(knowledge: Knowledge) -> None:
    words = Words(knowledge, "en-GB")
    assert words.sign("saddle_numbness") == "numbness or odd feeling between your legs"
    assert words.sign("saddle_numbness", desk=True) == "numbness or odd feeling between my legs"
    assert words.sign("knee_giving_way", "left") == "a left knee that gives way"
    assert words.sign("knee_giving_way", "both") == "a knee that gives way"
    assert Words(knowledge, "en-GB", pronoun="she").sign("saddle_numbness", desk=True).endswith("between her legs")


def test_every_concept_has_a_name(knowledge: Knowledge) -> None:
    words = Words(knowledge, "en-GB")
    assert not [concept for concept in knowledge.concepts if not words.sign(concept)]


def test_every_item_that_can_be_left_out_has_a_name(knowledge: Knowledge) -> None:
    words = Words(knowledge, "en-GB")
    for item in knowledge.items.values():
        assert words.item(item.id)
        if item.minimal_set:
            assert words.has(f"item.{item.id}"), item.id


def test_variants_change_with_the_turn_and_repeat_exactly(knowledge: Knowledge) -> None:
    words = Words(knowledge, "en-GB")
    said = [words.vary("ack.plain", turn) for turn in range(4)]
    assert len(set(said)) == 4
    assert said == [words.vary("ack.plain", turn) for turn in range(4)]


def test_missing_key_and_missing_gap_are_errors(knowledge: Knowledge) -> None:
    words = Words(knowledge, "en-GB")
    with pytest.raises(KeyError):
        words.text("no.such.key")
    with pytest.raises(KeyError):
        words.text("desk.has")
    with pytest.raises(KeyError, match="no wording under any of"):
        words.first("no.such.key", "nor.this")


def test_values_are_never_templates(knowledge: Knowledge) -> None:
    words = Words(knowledge, "en-GB")
    assert "{emergency_number}" in words.text("ack.found", signs="{emergency_number} {0.__class__}")


def test_gaps_of_the_tests_are_not_gaps_of_the_country(knowledge: Knowledge) -> None:
    assert not set(GAPS) & set(Words(knowledge, "en-GB").country.terms)


def test_join(knowledge: Knowledge) -> None:
    words = Words(knowledge, "en-GB")
    assert words.join([]) == ""
    assert words.join(["a"]) == "a"
    assert words.join(["a", "", "b"]) == "a and b"
    assert words.join(["a", "b", "c"]) == "a, b and c"


#: Keys that code puts together from a name; each family is walked by the tests of its module.
COMPUTED = ("sign.", "item.", "relation.", "emergency.", "desk.", "level.", "picture.", "because.", "progress.", "intro.")


def test_every_text_is_used_and_every_key_in_code_exists(knowledge: Knowledge) -> None:
    keys = set(knowledge.wording["en"])
    folders = {key.split(".")[0] for key in keys}
    files = [file for folder in ("bot", "actions") for file in (HERE.parent.parent / folder).rglob("*.py")]
    named = {
        literal
        for file in files
        for literal in re.findall(r'"([a-z_]+(?:\.[a-z_]+)+)"', file.read_text(encoding="utf-8"))
        if literal.split(".")[0] in folders
    }
    assert not {key for key in keys if not key.startswith(COMPUTED) and not key.endswith("@helper")} - named
    assert (
        not {key for key in named if key.startswith(("act.", "ack.", "result.", "card.", "faq.", "explain.", "correction."))}
        - keys
    )
