"""Typed answers to one question: what is qualified, contradicted or odd is never taken for a clear "no"."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.answer import question_asked, read_message
from bot.findings.case import Case
from bot.knowledge.load import load
from bot.triage.assess import assess
from bot.turn import take

FILE = Path(__file__).parents[1] / "cases" / "typed_answers.yml"
STORY = "my lower back has been sore for ten days and my leg hurts"
ROWS = [
    (question, state, text)
    for question, states in yaml.safe_load(FILE.read_text(encoding="utf-8"))["cases"].items()
    for state, texts in states.items()
    for text in texts
]


@pytest.fixture(scope="module")
def told() -> Case:
    return take(Case(), read_message(Case(), STORY, load()), load())


@pytest.mark.parametrize(("question", "state", "text"), ROWS, ids=lambda value: str(value)[:40])
def test_a_typed_answer_means_what_it_says(question: str, state: str, text: str, told: Case) -> None:
    asked = question_asked(question, told, load())
    assert asked is not None
    after = take(told, read_message(told, text, load(), put=question), load(), put=question)
    found = assess(after, load()).checklist
    assert {found[item] for item in asked.items} == {"not_asked" if state == "open" else state}


def test_the_table_is_large_enough() -> None:
    assert len(set(ROWS)) == len(ROWS) >= 120
    assert {question for question, _, _ in ROWS} >= {"Q4", "Q5a", "Q5b", "Q6a", "Q6b", "Q7", "Q8a", "Q8b", "Q1", "Q18", "Q12"}
