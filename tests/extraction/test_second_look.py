"""The second look at run time: it suggests, points at words, and is silent when its files are not as they should be."""

from __future__ import annotations

import json
import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extraction import extract
from bot.extraction.second_look import (
    FOLDER,
    MOST_SUGGESTIONS,
    SWITCH,
    TIERS,
    SecondLook,
    _best_clause,
    normalise,
    shared,
)

MEGABYTES_ALLOWED = 40
BITS = st.sampled_from(["can't pee", "ß", "🙂", "\u200b", "İ", "no", ",", ".", "\n", "numb", "\ud83d"])

#: Written for this test; in no training or evaluation file. Any of the concepts will do.
PARKED = "Been parked on the toilet since the school run and my bladder is fit to pop but nothing comes."
ODDLY_PUT = [
    ("The bath seat could be made of ice or of toast, my rear has no opinion any more.", {"buttock_numbness", "saddle_numbness"}),
    (
        "When I dab myself dry after the loo there might as well be nobody there.",
        {"saddle_numbness", "perianal_numbness", "genital_numbness"},
    ),
    (PARKED, {"urinary_retention"}),
    ("I found my skirt soaked and I had no notion it had happened.", {"urinary_incontinence_new", "reduced_bladder_awareness"}),
    ("That foot flops about like a fish when I walk and catches on every step.", {"foot_drop"}),
    ("Full as a barrel since lunch and the tap will not open however long I sit.", {"urinary_retention"}),
    ("The midwife pinched me down there and I asked when she would start.", {"genital_numbness", "saddle_numbness"}),
    (
        "Since the weekend I only learn that I went when the smell reaches me.",
        {"faecal_incontinence", "loss_of_rectal_sensation"},
    ),
    (
        "My trousers are damp by the time the kettle boils and I felt no warning.",
        {"urinary_incontinence_new", "reduced_bladder_awareness"},
    ),
    ("I go by the clock now because my body has stopped telling me it is full.", {"reduced_bladder_awareness"}),
    (
        "Both of them turn to wool from the hips down and it began on Friday.",
        {"bilateral_leg_numbness", "bilateral_leg_weakness"},
    ),
    (
        "The pain packed its bags last night and took the strength of my ankle along.",
        {"pain_gone_but_numb_or_weak", "leg_weakness"},
    ),
    ("Every day this week one stair fewer before the leg gives up.", {"rapidly_progressing_weakness", "leg_weakness"}),
    (
        "With my wife last night it was as if it belonged to another man.",
        {"sexual_sensation_change", "erection_ejaculation_change", "genital_numbness"},
    ),
    ("My knee bows like a butler whenever I start down the steps.", {"knee_giving_way"}),
    ("I sit on the heated seat and have to look at the light to know that it is on.", {"buttock_numbness", "saddle_numbness"}),
    (
        "One moment I stand at the sink, the next I am on the tiles, the knee had other plans.",
        {"knee_giving_way", "leg_weakness"},
    ),
    ("I have started writing letters for the children to open afterwards.", {"mental_health_crisis"}),
    ("Four days now and nothing leaves me either way, whatever I take for it.", {"constipation_new", "urinary_retention"}),
    ("Toilet paper might as well be wiping the wall.", {"saddle_numbness", "perianal_numbness"}),
]

OF_NO_CONCERN = [
    "What time does the pharmacy on the corner close on a Sunday?",
    "My printer has run out of ink again.",
    "Lovely weather, we had lunch in the garden.",
]


@pytest.fixture(scope="module")
def second_look() -> SecondLook:
    return SecondLook.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the model folder that a test may damage."""
    return Path(shutil.copytree(FOLDER, tmp_path / "second_look"))


@pytest.fixture(autouse=True)
def _switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SWITCH, raising=False)


def seal(folder: Path) -> None:
    names = [path.name for path in folder.iterdir() if path.name != "SHA256SUMS"]
    lines = [f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(lines))


def only_warning(caplog: pytest.LogCaptureFixture) -> str:
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1, warnings
    return warnings[0]


# --- with its model ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "wanted"), [pair for pair in ODDLY_PUT[:5] if pair[0] != PARKED])
def test_second_look_reads_each_of_these(second_look: SecondLook, text: str, wanted: set[str]) -> None:
    assert wanted & {concept for concept, *_ in second_look.suggest(text)}


def test_what_the_model_does_not_see_is_read_by_rule(knowledge: Any) -> None:
    """The model trained on 28 November 2026 is silent about it; the one before asked. It must not go unheard."""
    found = {mention.concept for mention in extract(PARKED, knowledge).mentions if mention.presence == "present"}
    assert "urinary_retention" in found


def test_second_look_reads_what_no_phrase_list_holds(second_look: SecondLook) -> None:
    """Nearly all: one sentence more or less is chance, and each training throws those dice anew."""
    unread = [text for text, wanted in ODDLY_PUT if not wanted & {concept for concept, *_ in second_look.suggest(text)}]
    assert len(ODDLY_PUT) >= 20
    assert len(unread) <= len(ODDLY_PUT) // 6, unread


@pytest.mark.parametrize("text", [*OF_NO_CONCERN, "", "   ", "🙂", "..."])
def test_second_look_is_silent_about_other_things(second_look: SecondLook, text: str) -> None:
    assert second_look.suggest(text) == []


def test_suggestions_are_few_and_the_most_urgent_come_first(second_look: SecondLook) -> None:
    place = {label["concept"]: TIERS.index(label["tier"]) for label in labels()}
    text = " ".join(text for text, _ in ODDLY_PUT)
    found = second_look.suggest(text)
    assert 0 < len(found) <= MOST_SUGGESTIONS
    order = [(place[concept], -score) for concept, score, _, _ in found]
    assert order == sorted(order)


def test_a_concept_the_rules_spoke_of_is_not_suggested(second_look: SecondLook) -> None:
    text = ODDLY_PUT[0][0]
    first = second_look.suggest(text)[0][0]
    assert first not in {concept for concept, *_ in second_look.suggest(text, without={first})}


def test_extract_carries_the_suggestions_with_their_turn(second_look: SecondLook, knowledge: Any) -> None:
    text = ODDLY_PUT[4][0]
    extraction = extract(text, knowledge, turn=3, second_look=second_look)
    spoken = {mention.concept for mention in extraction.mentions}
    assert spoken | {suggestion.concept for suggestion in extraction.suggestions} >= {"foot_drop"}
    assert all(suggestion.turn == 3 and suggestion.concept not in spoken for suggestion in extraction.suggestions)


def test_a_suggestion_points_at_the_clause_it_comes_from(second_look: SecondLook) -> None:
    clause = "that foot flops about like a fish when I walk"
    text = f"Hello there. I am sixty-two and I work in a library. Last week {clause}. Thank you for your time."
    start, end = next((start, end) for concept, _, start, end in second_look.suggest(text) if concept == "foot_drop")
    assert clause[10:20] in text[start:end]
    assert "library" not in text[start:end]


def test_the_end_of_a_long_text_is_read_too(second_look: SecondLook) -> None:
    text = "We talked about the garden and the weather for a while. " * 40 + ODDLY_PUT[2][0]
    found = {concept: text[start:end] for concept, _, start, end in second_look.suggest(text)}
    assert "urinary_retention" in found
    assert "garden" not in found["urinary_retention"]


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(BITS).map(" ".join)))
def test_offsets_hold_on_any_text(text: str) -> None:
    for concept, score, start, end in SHARED.suggest(text):
        assert 0 <= start < end <= len(text)
        assert 0.0 <= score <= 1.0
        assert concept in KNOWN


@given(st.text(max_size=200))
def test_normalise_keeps_every_offset(text: str) -> None:
    assert len(normalise(text)) == len(text)


@given(st.text(min_size=1, max_size=120), st.data())
def test_best_clause_is_a_stretch_of_the_text(text: str, data: st.DataObject) -> None:
    import numpy

    starts = sorted(data.draw(st.sets(st.integers(0, len(text) - 1), max_size=10)))
    evidence = numpy.array(data.draw(st.lists(st.floats(-5, 5), min_size=len(starts), max_size=len(starts))))
    start, end = _best_clause(text, [(at, at + 1) for at in starts], evidence)
    assert 0 <= start < end <= len(text)


def test_several_threads_get_the_same_answer(second_look: SecondLook) -> None:
    texts = [text for text, _ in ODDLY_PUT] * 4
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(second_look.suggest, texts)) == [second_look.suggest(text) for text in texts]


# --- its files ---------------------------------------------------------------------------------------------------------


def labels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / "labels.json").read_text())["labels"]
    return found


SHARED = SecondLook()
KNOWN = {label["concept"] for label in labels()}


def test_the_model_knows_exactly_the_concepts_of_the_knowledge(knowledge: Any) -> None:
    assert [label["concept"] for label in labels()] == list(knowledge.concepts)
    assert {label["tier"] for label in labels()} == set(TIERS)


def test_every_cauda_equina_finding_is_in_the_most_urgent_tier(knowledge: Any) -> None:
    urgent = {label["concept"] for label in labels() if label["tier"] == "cauda_equina"}
    assert set(knowledge.groups["ce_questions"]) | set(knowledge.groups["both_sides"]) <= urgent


def test_every_urgent_concept_has_its_question(knowledge: Any) -> None:
    urgent = {label["concept"] for label in labels() if label["tier"] != "other"}
    assert urgent <= set(knowledge.questions.confirm)


def test_the_folder_is_small_and_complete() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MEGABYTES_ALLOWED * 1e6
    sealed = {line.split()[1] for line in (FOLDER / "SHA256SUMS").read_text().splitlines()}
    assert sealed == {"model.onnx", "tokenizer.json", "labels.json", "MODEL_CARD.md"}
    assert "Apache-2.0" in (FOLDER / "MODEL_CARD.md").read_text()


def test_a_missing_folder_is_one_warning_and_no_suggestions(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    second_look = SecondLook.load(tmp_path / "nowhere")
    assert not second_look.ready
    assert second_look.suggest(ODDLY_PUT[0][0]) == []
    assert second_look.scores(ODDLY_PUT[0][0]) == {}
    assert "MOD010" in only_warning(caplog)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "labels.json"])
def test_a_missing_file_is_one_warning_and_no_suggestions(copy: Path, caplog: pytest.LogCaptureFixture, name: str) -> None:
    (copy / name).unlink()
    assert SecondLook.load(copy).suggest(ODDLY_PUT[0][0]) == []
    assert "MOD010" in only_warning(caplog)


def test_a_damaged_file_is_refused(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    content = bytearray((copy / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "model.onnx").write_bytes(content)
    assert SecondLook.load(copy).suggest(ODDLY_PUT[0][0]) == []
    assert "MOD011" in only_warning(caplog)
    assert "model.onnx" in only_warning(caplog)


def test_sums_that_leave_the_model_out_are_refused(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    sums = copy / "SHA256SUMS"
    sums.write_text("".join(line for line in sums.read_text().splitlines(keepends=True) if "model.onnx" not in line))
    assert not SecondLook.load(copy).ready
    assert "MOD010" in only_warning(caplog)


def test_a_model_that_cannot_be_opened_is_refused(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    (copy / "model.onnx").write_bytes(b"not a model")
    seal(copy)
    assert not SecondLook.load(copy).ready
    assert "MOD012" in only_warning(caplog)


def test_labels_of_another_model_are_refused(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = json.loads((copy / "labels.json").read_text())
    data["labels"].pop()
    (copy / "labels.json").write_text(json.dumps(data))
    seal(copy)
    assert not SecondLook.load(copy).ready
    assert "MOD012" in only_warning(caplog)


def test_nothing_is_opened_before_the_first_question(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    second_look = SecondLook(tmp_path / "nowhere")
    assert not caplog.records
    second_look.suggest("my back")
    assert "MOD010" in only_warning(caplog)


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.extraction.second_look._shared", {})


@pytest.mark.usefixtures("forgotten")
def test_one_model_is_shared_within_a_process() -> None:
    assert shared() is shared()


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("value", ["off", "OFF", "0", "no", " false "])
def test_the_switch_turns_it_off(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(SWITCH, value)
    assert shared() is None
