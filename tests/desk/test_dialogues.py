"""Checklists from whole calls: what was answered comes out as it was answered, and nothing else comes out as "no"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.desk.listening import Spoken
from bot.knowledge.load import load
from bot.triage.assess import assess
from evaluation.calls import MUST_REACH, OWN, Call, CallSet, Outcome, listen, outcomes, read_calls

CALLS = read_calls(OWN)
QUESTIONS = yaml.safe_load((OWN.parent / "short_questions.yml").read_text(encoding="utf-8"))["questions"]


@pytest.fixture(scope="module")
def found() -> dict[str, list[Outcome]]:
    return {call.id: outcomes(call, load()) for call in CALLS}


def test_there_are_enough_dialogues_of_every_kind() -> None:
    entries = [entry for file in OWN.glob("*.yml") for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["dialogues"]]
    assert len(entries) >= 40
    assert len({entry["id"] for entry in entries}) == len(entries)
    wanted = {"rambling", "interrupting", "compound", "recognition", "no_punctuation", "summary", "negative", "statement"}
    wanted |= {"presupposed", "one_of_several", "rephrased", "repeated"}
    assert wanted <= {entry["kind"] for entry in entries}


def test_answered_items_come_out_right(found: dict[str, list[Outcome]]) -> None:
    answered = CallSet("own", len(CALLS), tuple(each for outcome in found.values() for each in outcome)).answered
    wrong = [each for outcome in found.values() for each in outcome if each.wanted is not None and not each.right]
    assert answered.value >= MUST_REACH, "\n".join(map(str, wrong))


@pytest.mark.parametrize("call", [call.id for call in CALLS])
def test_never_no_for_an_item_that_was_not_cleared(call: str, found: dict[str, list[Outcome]]) -> None:
    assert [each.name for each in found[call] if each.read in ("no", "absent") and not each.right] == []


def test_a_file_of_coarse_labels_is_measured_and_what_it_does_not_label_is_listed(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(
        '{"id": "x1", "turns": [{"speaker": "agent", "text": "Any leaking of urine, or trouble holding your poo?"},'
        ' {"speaker": "caller", "text": "No, neither."}], "expected": [{"concept": "urinary_incontinence", "polarity": "absent"},'
        ' {"concept": "other_symptom", "polarity": "present"}, {"concept": "fever", "polarity": "present"}]}\n',
        encoding="utf-8",
    )
    [call] = read_calls(file)
    read = {(each.name, each.wanted): each.read for each in outcomes(call, load())}
    assert read == {
        ("urinary_incontinence", "absent"): "absent",
        ("fever", "present"): "unknown",
        ("bowel_control", None): "no",
    }


@pytest.mark.parametrize("answer", ["no", "yes"])
@pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: case["ask"])
def test_a_bare_answer_clears_exactly_what_was_asked(case: dict[str, Any], answer: str) -> None:
    turns = (("caller", "My lower back hurts."), ("agent", case["ask"]), ("caller", f"{answer.title()}."))
    call = Call("q", tuple(Spoken(f"t{n}", who, text) for n, (who, text) in enumerate(turns)), {})
    states = assess(listen(call, load()), load()).checklist
    assert {item for item, state in states.items() if state == "no"} == set(case.get(answer, ()))
