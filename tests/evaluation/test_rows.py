"""The test set is of its form; other files are read or refused with a sentence."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from bot.extraction.mention import EXPERIENCERS, PRESENCES, TEMPORALITIES
from bot.knowledge.load import load
from bot.triage.assessment import DISPOSITIONS
from evaluation import context_set
from evaluation.coarse import COVERS
from evaluation.rows import VOICES, DataError, development_rows, own_rows, read_rows


def test_the_test_set_is_large_enough_to_say_something():
    kinds = Counter(row.kind for row in own_rows())
    assert kinds["emergency"] >= 300
    assert kinds["negative"] >= 250
    assert sum(kinds.values()) >= 600


@pytest.mark.parametrize("rows", [own_rows, development_rows])
def test_every_label_is_a_word_of_the_contract(rows):
    knowledge = load()
    for row in rows():
        assert row.expected in DISPOSITIONS or row.expected == "not_emergency", row.id
        assert all(rule in knowledge.red_flags for rule in row.rules), row.id
        assert row.rules or row.kind != "emergency", row.id
        for label in row.labels:
            assert set(label.concepts) <= set(knowledge.concepts), row.id
            assert label.presence in PRESENCES, row.id
            assert label.experiencer in EXPERIENCERS, row.id
            assert set(label.temporalities) <= set(TEMPORALITIES), row.id
            assert label.start is not None, row.id


def test_ids_are_unique_and_voices_known():
    rows = own_rows()
    assert len({row.id for row in rows}) == len(rows)
    assert {row.voice for row in rows} <= set(VOICES)


def test_coarse_labels_cover_concepts_that_exist():
    assert {concept for covered in COVERS.values() for concept in covered} <= set(load().concepts)


def written(tmp_path, *lines):
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_a_coarse_file_is_read(tmp_path):
    said = [
        {"concept": "constipation", "polarity": "absent", "experiencer": "self", "temporality": "past", "evidence": "plum"},
        {"concept": "other_symptom", "polarity": "present", "experiencer": "self", "temporality": "current", "evidence": "pear"},
    ]
    (row,) = read_rows(
        written(tmp_path, {"id": "r1", "text": "pear plum", "voice": "patient", "red_flag": None, "mentions": said})
    )
    (label,) = row.labels
    assert row.kind == "real"
    assert row.red_flag is None
    assert label.concepts == ("constipation_new", "constipation_longstanding")
    assert label.temporalities == ("past_resolved", "recent_resolved")
    assert (label.start, label.end) == (5, 9)


def test_a_short_file_is_read(tmp_path):
    (row,) = read_rows(
        written(tmp_path, {"text": "x", "present": ["falls"], "absent": ["diabetes"], "person": "other", "time": "past"})
    )
    falls, diabetes = row.labels
    assert (falls.experiencer, falls.temporalities) == ("other", ("recent_resolved", "past_resolved"))
    assert (diabetes.presence, diabetes.experiencer, diabetes.temporalities) == ("absent", "self", ("current",))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ({"id": "1"}, "'text' is missing"),
        ({"text": 3, "kind": "other"}, "'text' is not a string"),
        ({"text": "x"}, "no known form"),
        ({"text": "x", "kind": "strange"}, "'strange' is not one of"),
        ({"text": "x", "present": "falls"}, "'present' is not a list"),
        (
            {"text": "x", "kind": "other", "expected": "soon", "rules": [], "mentions": [
                {"concept": "falls", "presence": "present", "experiencer": "self", "temporality": "current", "evidence": "y"}]},
            "not a piece of its 'text'",
        ),
    ],
)  # fmt: skip
def test_a_broken_line_is_named(tmp_path, line, says):
    with pytest.raises(DataError, match=says) as raised:
        read_rows(written(tmp_path, {"text": "x", "present": []}, line))
    assert ":2:" in str(raised.value)


def test_an_empty_or_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="holds no line"):
        read_rows(written(tmp_path, ""))
    with pytest.raises(DataError, match="cannot be read"):
        read_rows(tmp_path / "missing.jsonl")


SPANS = {"text": "no falls, had gout, if lame", "spans": [[3, 8], [14, 18], [23, 27]]}


@pytest.mark.parametrize(
    "labels",
    [
        ["negated", "historical", "conditional"],
        [{"negated": True}, {"is_historical": True, "negated": False}, {"temporality": "hypothetical", "presence": "present"}],
        [["absent"], ["past"], ["hypothetical", "affirmed"]],
    ],
)
def test_given_spans_take_words_lists_and_objects(tmp_path, labels):
    (item,) = context_set.read_items(written(tmp_path, SPANS | {"labels": labels}))
    assert item.signs == ({"negated"}, {"historical"}, {"hypothetical"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"labels": ["negated"]}, "3 spans and 1 labels"),
        ({"labels": "strange"}, "'strange' is not known"),
        ({"labels": "negated", "spans": [[0, 99]]}, "not inside"),
    ],
)
def test_broken_spans_are_named(tmp_path, change, says):
    with pytest.raises(DataError, match=says):
        context_set.read_items(written(tmp_path, SPANS | change))


def test_signs_that_no_label_names_are_not_measured(tmp_path):
    items = context_set.read_items(written(tmp_path, SPANS | {"labels": ["negated", "affirmed", "affirmed"]}))
    answers = [
        {"presence": presence, "experiencer": "self", "temporality": "current"} for presence in ("absent", "absent", "present")
    ]
    counts = context_set.measure(items, [answers])
    assert list(counts) == ["negated"]
    assert (counts["negated"].right, counts["negated"].extra, counts["negated"].missed) == (1, 1, 0)
