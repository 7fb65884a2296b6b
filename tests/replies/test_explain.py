"""The explanation is made for this person: their findings, their side, their moment."""

from __future__ import annotations

from typing import Any

import pytest

from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.replies.explain import chosen, explanation
from bot.replies.heard import hear
from bot.replies.picture import choose_path
from bot.triage.assessment import Assessment
from tests.replies.reading import sentences
from tests.replies.samples import case, load


def heard(told: Case, locale: str = "en-GB") -> Any:
    return hear(Assessment("incomplete", False), told, load(), locale)


def text_of(blocks: list[Any]) -> str:
    return "\n".join(block.plain_text() for block in blocks)


@pytest.mark.parametrize(
    ("mentions", "path", "side"),
    [
        ([("saddle_numbness", "it is odd", {})], "saddle", "both"),
        ([("knee_giving_way", "it is odd", {"laterality": "left"})], "knee", "left"),
        ([("knee_giving_way", "it is odd", {})], "knee", "either"),
        ([("foot_drop", "it is odd", {"laterality": "right"})], "L5", "right"),
        ([("tiptoe_weakness", "it is odd", {"laterality": "left"})], "S1", "left"),
        ([("knee_extension_weakness", "it is odd", {"laterality": "right"})], "femoral", "right"),
        ([("front_thigh_numbness", "it is odd", {"laterality": "left"})], "femoral", "left"),
        ([("hip_flexion_weakness", "it is odd", {})], "hip_flexors", "either"),
        ([("knee_flexion_weakness", "it is odd", {})], "hamstrings", "either"),
        ([("outer_thigh_numbness", "it is odd", {"laterality": "left"})], "outer_thigh", "left"),
        ([("sciatica_one_side", "it is odd", {"laterality": "right"})], "sciatic", "right"),
        ([("sciatica_both_sides", "it is odd", {})], "both_legs", "both"),
        ([("leg_numbness", "it is odd", {"site": "shin_inner"})], "L4", "either"),
        ([("leg_numbness", "numb inner shin", {"laterality": "left"})], "L4", "left"),
        ([("leg_numbness", "numb big toe", {"laterality": "right"})], "L5", "right"),
        ([("leg_pins_needles", "tingly little toe", {"laterality": "left"})], "S1", "left"),
        ([("leg_numbness", "numb somewhere", {})], "sciatic", "either"),
        ([("knee_giving_way", "it is odd", {}), ("sciatica_one_side", "numb somewhere", {"laterality": "left"})], "knee", "left"),
    ],
)
def test_path_and_side(mentions: list[Any], path: str, side: str, knowledge: Knowledge) -> None:
    story = "it is odd, numb somewhere, numb inner shin, numb big toe, tingly little toe"
    found = choose_path(heard(case(story, *mentions)), knowledge)
    assert found is not None
    assert (found[0].id, found[1]) == (path, side)


@pytest.mark.parametrize("concept", ["low_back_pain", "knee_pain", "unsteady_or_clumsy", "chest_pain"])
def test_no_nerve_path_is_claimed_where_none_is_known(concept: str, knowledge: Knowledge) -> None:
    told = heard(case("it is odd", (concept, "it is odd", {})))
    assert choose_path(told, knowledge) is None
    assert not any(block.picture for block in explanation(told, knowledge))


@pytest.mark.parametrize("entry", load().explanations.findings.values(), ids=lambda entry: entry.id)
def test_two_sentences_first(entry: Any, knowledge: Knowledge) -> None:
    for concept in entry.concepts:
        told = heard(case("it is odd", (concept, "it is odd", {})))
        own = chosen(told, knowledge)
        assert own is not None
        first = explanation(told, knowledge)[0]
        assert first.kind == "text"
        assert len(sentences(first.text)) == 2, (concept, first.text)


def test_all_layers_for_a_knee(knowledge: Knowledge) -> None:
    told = case(
        "left knee folds off the kerb",
        ("knee_giving_way", "left knee folds off the kerb", {"laterality": "left", "trigger": ["kerb"]}),
    )
    blocks = explanation(heard(told), knowledge)
    titles = [block.text for block in blocks if block.kind == "details"]
    assert titles == [
        "What you told me",
        "The nerve that may be involved",
        "Why it happens at that moment",
        "What is common",
        "What is worrying",
        "If it were the knee joint",
        "What happens next",
    ]
    text = text_of(blocks)
    assert "a left knee that gives way" in text
    assert "Stepping off a kerb, one leg must brake" in text
    assert "not been shown to bring back strength" in text
    assert "It does not say what you have." in text


@pytest.mark.parametrize("trigger", [t for t in load().explanations.moments if t != "general"])
def test_every_moment_is_told(trigger: str, knowledge: Knowledge) -> None:
    told = heard(case("knee folds", ("knee_giving_way", "knee folds", {"trigger": [trigger]})))
    general = told.words.fill(knowledge.explanations.moments["general"])
    text = text_of(explanation(told, knowledge))
    assert told.words.fill(knowledge.explanations.moments[trigger]) in text
    assert general not in text


def test_american_words(knowledge: Knowledge) -> None:
    told = case("knee folds off the curb", ("knee_giving_way", "knee folds", {"trigger": ["kerb"]}))
    text = text_of(explanation(heard(told, "en-US"), knowledge))
    assert "Stepping off a curb" in text
    assert "kerb" not in text


def test_nobody_with_symptoms_still_gets_the_general_chain(knowledge: Knowledge) -> None:
    nobody = heard(Case())
    assert explanation(nobody, knowledge) == []
    text = text_of(explanation(nobody, knowledge, about="knee"))
    assert "Two muscle teams hold the knee" in text
    assert "What you told me" not in text


def test_old_findings_explain_nothing_today(knowledge: Knowledge) -> None:
    from dataclasses import replace

    told = case("it went last year", ("knee_giving_way", "it went last year", {}))
    past = replace(told, mentions=(replace(told.mentions[0], temporality="past_resolved"),))
    assert explanation(heard(past), knowledge) == []


def test_opened_layers_say_the_same(knowledge: Knowledge) -> None:
    told = heard(case("knee folds", ("knee_giving_way", "knee folds", {})))
    folded, opened = explanation(told, knowledge), explanation(told, knowledge, opened=True)
    lines = {line for block in folded for line in (block.text, *block.items)}
    assert lines == {line for block in opened for line in (block.text, *block.items)}
    assert not any(block.kind == "details" for block in opened)
