"""The command end to end on a small set: tables, listings, documents, exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import evaluation.__main__ as command
from evaluation import run as run_module
from evaluation.document import blocks, fill
from evaluation.listing import Judgement, judgements
from evaluation.metrics import Share
from evaluation.rows import DATA, own_rows
from evaluation.tables import must, table, with_interval

ROOT = Path(__file__).resolve().parents[2]


def message(kind, number, text, expected, rules, concept, presence="present", evidence=""):
    said = {"concept": concept, "presence": presence, "experiencer": "self", "temporality": "current", "evidence": evidence}
    return {
        "id": f"{kind[0]}{number}",
        "text": text,
        "kind": kind,
        "expected": expected,
        "rules": rules,
        "mentions": [said],
        "voice": "plain",
    }


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The command over four messages, writing into a folder of the test."""
    lines = [
        message(
            "emergency", 1, "I can't feel it when I wipe", "emergency_now", ["C1"], "saddle_numbness", evidence="can't feel it"
        ),
        message("emergency", 2, "qwertz uiop", "emergency_now", ["C1"], "saddle_numbness", evidence="qwertz"),
        message("negative", 1, "I can pee as usual", "not_emergency", [], "urinary_retention", "absent", "can pee"),
        message("other", 1, "my lower back aches", "self_care", ["N1"], "low_back_pain", evidence="lower back aches"),
    ]
    path = tmp_path / "small.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    rows = run_module.read_rows(path)
    monkeypatch.setattr(run_module, "own_rows", lambda: rows)
    monkeypatch.setattr(run_module, "development_rows", lambda: rows)
    monkeypatch.setattr(command, "OUT", tmp_path / "out")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    for name in ("DATA", "CONTEXT", "PEERS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_run_prints_tables_and_lists_every_error(small, capsys):
    spans = small / "spans.jsonl"
    spans.write_text(json.dumps({"id": 1, "text": "no pain", "spans": [[3, 7]], "labels": ["negated"]}), encoding="utf-8")
    given = small / "small.jsonl"
    assert command.main(["--peers", "keywords", "--passes", "0", "--data", str(given), "--context", str(spans)]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"by rule alone, at emergency_now +\| +>= 0.85 NO \| +0.500 \(0.095-0.905\) 1/2", printed)
    assert "keywords" in printed
    assert "Given file: small.jsonl" in printed
    assert "negated (1)" in printed
    listing = (small / "out" / "errors-test.md").read_text(encoding="utf-8")
    assert "Emergencies that nothing caught: 1 of 2" in listing
    assert "qwertz uiop" in listing
    assert "missed: saddle_numbness present self current" in listing
    assert "needs a new test set" in listing
    assert (small / "out" / "errors-development.md").exists()
    assert json.loads((small / "out" / "results.json").read_text(encoding="utf-8"))["targets"]["by rule alone"]["value"] == 0.5


def test_strict_fails_when_a_target_is_missed(small):
    assert command.main(["--peers", "none", "--passes", "0", "--strict"]) == 1


def test_a_file_of_no_known_form_ends_with_a_sentence(small, capsys):
    bad = small / "bad.jsonl"
    bad.write_text("{}", encoding="utf-8")
    assert command.main(["--peers", "none", "--passes", "0", "--data", str(bad)]) == 2
    assert "'text' is missing" in capsys.readouterr().err


def test_an_unknown_peer_is_refused(capsys):
    with pytest.raises(SystemExit):
        command.main(["--peers", "nobody"])
    assert "there are medspacy, rasa, keywords" in capsys.readouterr().err


def test_the_document_has_a_place_for_every_table(small):
    document = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    found = blocks(document)
    assert len(found) == len(set(found))
    result = run_module.run(data=None, context=None, calls=None, peers=(), passes=0, say=lambda line: None)
    always = {part.id for part in command.sections(result)}
    assert set(found) == always | {"run", "given", "context", "speed", "bench"}


def test_fill_changes_only_blocks_it_has_a_text_for(tmp_path):
    path = tmp_path / "x.md"
    path.write_text(
        "a\n<!-- figures: one -->\nold\n<!-- end of figures -->\nb\n<!-- figures: two -->\nkept\n<!-- end of figures -->\n",
        encoding="utf-8",
    )
    fill(path, {"one": "new | \\1", "other": "x"})
    assert path.read_text(encoding="utf-8") == (
        "a\n<!-- figures: one -->\nnew | \\1\n<!-- end of figures -->\nb\n<!-- figures: two -->\nkept\n<!-- end of figures -->\n"
    )


def test_tables_are_markdown_of_even_width():
    lines = table(["what", "n"], [["a", "1"], ["longer", "1000"]]).splitlines()
    assert lines[1] == "| ------ | ---: |"
    assert len({len(line) for line in lines}) == 1


def test_targets_say_what_was_wanted():
    assert must(0.98, least=0.98) == ">= 0.98 yes"
    assert must(0.051, most=0.05) == "<= 0.05 NO"
    assert must(float("nan"), least=1) == ">= 1 n/a"
    assert with_interval(Share(0, 0)) == "n/a"


def test_judgements_hold_no_message(tmp_path):
    written = tmp_path / "judgements.yml"
    written.write_text("r1: {right: us, why: said nothing}\n", encoding="utf-8")
    assert judgements(written) == {"r1": Judgement("us", "said nothing")}
    written.write_text("r1: {right: nobody, why: x}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="'nobody' is not one of"):
        judgements(written)
    assert judgements(tmp_path / "missing.yml") == {}


def test_the_judgement_file_is_sound():
    for name, judgement in judgements(DATA / "judgements.yml").items():
        assert len(judgement.why) < 200, name
    assert own_rows()
