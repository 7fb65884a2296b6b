"""The training messages of the second look, and the code that handles them without PyTorch."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from training import measure
from training.add_messages import BLOCK_LINES, block_numbers, to_yaml
from training.concepts import concept_ids, tiers
from training.messages import ABSENT, ELSEWHERE, PRESENT, ROOT, UNCERTAIN, Example, fold_of, read_examples

LEAST_MESSAGES = 4000
LEAST_PER_CONCEPT = 10
#: Shorter texts ("nope", "can't pee") may be said alike by anybody.
WORDS_THAT_MAKE_A_SENTENCE = 5

FILE = """version: "3.1"
nlu:
  - intent: report_symptom
    examples:
      - text: "{text}"
        metadata: {{block: a-01, {labels}}}
"""


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return read_examples(concept_ids())


def words_of(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower().replace("’", "'")))


def sentences(texts: list[str]) -> set[str]:
    found = {words_of(text) for text in texts}
    return {text for text in found if len(text.split()) >= WORDS_THAT_MAKE_A_SENTENCE}


def strings(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [text for value in data.values() for text in strings(value)]
    if isinstance(data, list):
        return [text for value in data for text in strings(value)]
    return [data] if isinstance(data, str) else []


def test_every_file_can_be_read_and_no_message_stands_twice(examples: list[Example]) -> None:
    texts = [words_of(example.text) for example in examples]
    assert len(texts) >= LEAST_MESSAGES
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_there_are_at_least_as_many_messages_without_a_danger_sign_as_a_third(examples: list[Example]) -> None:
    urgent = [i for i, concept in enumerate(concept_ids()) if tiers()[concept] != "other"]
    without = sum(not np.isin(example.states[urgent], (PRESENT, UNCERTAIN)).any() for example in examples)
    assert without >= len(examples) / 3


def test_every_concept_has_messages_in_which_it_is_there(examples: list[Example]) -> None:
    there = np.stack([example.states == PRESENT for example in examples]).sum(0)
    assert [concept for concept, count in zip(concept_ids(), there, strict=True) if count < LEAST_PER_CONCEPT] == []


def test_training_messages_are_in_no_test_set_and_no_lexicon_test(examples: list[Example]) -> None:
    learnt = sentences([example.text for example in examples])
    elsewhere: dict[str, list[str]] = {}
    for path in (ROOT / "evaluation").rglob("*.jsonl"):
        elsewhere[path.name] = [text for line in path.read_text().splitlines() if line for text in strings(json.loads(line))]
    for path in [*(ROOT / "tests" / "cases").rglob("*.yml"), *(ROOT / "bot" / "knowledge" / "concepts").glob("*.yml")]:
        elsewhere[path.name] = strings(yaml.safe_load(path.read_text()))
    assert {name: sorted(learnt & sentences(texts)) for name, texts in elsewhere.items() if learnt & sentences(texts)} == {}


def test_the_concepts_are_those_of_the_knowledge(knowledge: Any) -> None:
    assert concept_ids() == list(knowledge.concepts)


def test_tiers_follow_the_groups_of_the_knowledge(knowledge: Any) -> None:
    found = tiers()
    assert {found[concept] for concept in knowledge.groups["ce_questions"]} == {"cauda_equina"}
    assert found["foot_drop"] == found["mental_health_crisis"] == "danger"
    assert found["low_back_pain"] == "other"


@pytest.mark.parametrize(
    ("labels", "state"),
    [
        ("present: [foot_drop]", PRESENT),
        ("present: [foot_drop], person: other", PRESENT),
        ("present: [foot_drop], time: recent_resolved", PRESENT),
        ("present: [foot_drop], time: past", ELSEWHERE),
        ("present: [foot_drop], time: hypothetical", ELSEWHERE),
        ("present: [foot_drop], person: nobody", ELSEWHERE),
        ("absent: [foot_drop]", ABSENT),
        ("uncertain: [foot_drop]", UNCERTAIN),
    ],
)
def test_only_what_is_there_now_for_a_person_counts_as_present(tmp_path: Path, labels: str, state: int) -> None:
    (tmp_path / "a.yml").write_text(FILE.format(text="hello", labels=labels))
    (example,) = read_examples(["leg_weakness", "foot_drop"], tmp_path)
    assert example.states.tolist() == [0, state]


@pytest.mark.parametrize("labels", ["present: [foot_dropp]", "person: cat", "time: soon", "presnt: [foot_drop]"])
def test_a_slip_in_a_label_names_file_and_text(tmp_path: Path, labels: str) -> None:
    (tmp_path / "a.yml").write_text(FILE.format(text="hello", labels=labels))
    with pytest.raises(ValueError, match=r"a\.yml.*hello"):
        read_examples(["foot_drop"], tmp_path)


def test_lines_become_training_data_and_come_back_in_order(tmp_path: Path) -> None:
    empty: dict[str, Any] = {"present": [], "absent": [], "uncertain": [], "person": "self", "time": "current"}
    rows = [
        {**empty, "text": 'He said "drops" \\ all day', "present": ["foot_drop"], "person": "other"},
        {**empty, "text": "Nice weather: isn't it? [yes] {no}"},
        {**empty, "text": "- yes: 'no' # not", "absent": ["foot_drop"], "time": "past"},
    ]
    (tmp_path / "a.yml").write_text(to_yaml(rows, "a"), encoding="utf-8")
    found = read_examples(["foot_drop"], tmp_path)
    assert {example.text for example in found} == {row["text"] for row in rows}
    assert {example.block for example in found} == {"a-01"}


def test_a_block_ends_only_where_neighbours_have_little_in_common() -> None:
    strangers = [f"{name}berry {name}stone" for name in "abcdefghijklmnop"]
    assert block_numbers(strangers) == [1 + i // BLOCK_LINES for i in range(len(strangers))]
    pair = ["the kettle whistled twice", "the kettle never whistled"]
    assert block_numbers([*strangers[: BLOCK_LINES - 1], *pair, *strangers[BLOCK_LINES:]])[BLOCK_LINES] == 1


def test_a_block_is_never_split_between_folds() -> None:
    assert {fold_of("cauda_equina_01-03", 4) for _ in range(5)} == {fold_of("cauda_equina_01-03", 4)}
    assert {fold_of(f"a-{i}", 4) for i in range(50)} == {0, 1, 2, 3}


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=60))
def test_auc_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[bool, float]]) -> None:
    truth, scores = np.array([t for t, _ in pairs]), np.array([s for _, s in pairs])
    if truth.all() or not truth.any():
        return
    by_hand = np.mean([(a > b) + 0.5 * (a == b) for a in scores[truth] for b in scores[~truth]])
    assert measure.auc(truth, scores) == pytest.approx(by_hand)


def test_recall_is_taken_where_the_specificity_holds() -> None:
    scores = np.concatenate([np.arange(100) / 100, [0.5, 0.95, 0.99, 2.0]])
    truth = np.array([False] * 100 + [True] * 4)
    assert measure.recall_at(truth, scores, 0.92) == 0.75


def test_wilson_is_the_published_interval() -> None:
    low, high = measure.wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_calibration_error_is_zero_when_all_that_was_said_came_true() -> None:
    scores = np.repeat([0.0, 1.0], 30)
    assert measure.calibration_error(scores == 1.0, scores, bins=10) == 0.0
    assert measure.calibration_error(scores == 0.0, scores, bins=10) == 1.0
    assert measure.reliability(scores == 1.0, scores, (0.0, 0.5, 1.1)) == [(0.0, 0.5, 30, 0.0, 0.0), (0.5, 1.1, 30, 1.0, 1.0)]
