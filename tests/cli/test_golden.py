"""`python -m bot replay --golden`: what a change of the knowledge does to the golden conversations."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
import yaml

from bot.cli import golden
from bot.errors import InputError, KnowledgeError
from tests.cli.conftest import ROOT

#: A conversation that ends with self-care, one that is an emergency at once, one with taps.
FEW = ("stiff_back_to_self_care", "saddle_alone_is_enough", "american")


@pytest.fixture
def few(tmp_path):
    """A folder with a few of the golden conversations."""
    folder = tmp_path / "few"
    folder.mkdir()
    for name in FEW:
        shutil.copy(ROOT / "tests" / "transcripts" / f"{name}.yml", folder)
    return folder


@pytest.fixture
def other(tmp_path):
    """Another knowledge folder, to be changed."""
    folder = tmp_path / "other"
    shutil.copytree(ROOT / "bot" / "knowledge", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".cache"))
    return folder


def _replayed(capsys, **options):
    code = golden.replay_golden(**{"against": None, "folder": None, "strict": False, "as_json": False, **options})
    return code, capsys.readouterr().out


def test_all_golden_conversations_come_out_as_recorded_without_rasa(bot):
    done = bot("replay", "--golden", "--strict")
    count = len(list((ROOT / "tests" / "transcripts").glob("*.yml")))
    assert done.returncode == 0, done.stdout
    assert f"no effect on {count} of {count} conversations" in done.stdout
    assert "LOWERED" not in done.stdout


def _make_n4_stricter(folder):
    file = folder / "red_flags" / "lower_urgency.yml"
    before, _, rest = file.read_text(encoding="utf-8").partition("- id: N4\n")
    file.write_text(f"{before}- id: N4\n{rest.replace('disposition: self_care', 'disposition: soon', 1)}", encoding="utf-8")


def test_a_rule_made_milder_is_shown_first_and_fails_under_strict(few, other, capsys):
    _make_n4_stricter(other)
    code, shown = _replayed(capsys, against=str(other), folder=str(few), strict=True)
    assert code == 1
    assert shown.index("URGENCY LOWERED in 1 conversation\n") < shown.index("no effect on 2 of 3")
    assert "soon (N4) → self_care (N4)" in shown
    assert "stiff_back_to_self_care, turn" in shown
    assert _replayed(capsys, against=str(other), folder=str(few))[0] == 0  # shown, but asked for no verdict


def test_what_is_no_longer_understood_is_shown_as_findings_and_rules(few, capsys):
    said = "test phrase nobody had before"
    (few / "new.yml").write_text(
        "name: new\nabout: new\nturns:\n- say: " + said + "\n  then:\n    disposition: emergency_now\n    rules: [C1]\n"
        "    question: null\n    findings:\n      saddle_numbness: present\n    blocks: []\n",
        encoding="utf-8",
    )
    code, shown = _replayed(capsys, folder=str(few), strict=True, as_json=True)
    (row,) = json.loads(shown)["effects"]
    assert code == 1
    assert row["effect"] == "lowered"
    assert row["conversation"] == "new"
    assert row["rules_gone"] == ["C1"]
    assert row["findings_gone"] == ["saddle_numbness present"]


def test_a_raised_urgency_is_no_failure(few, capsys):
    file = few / "stiff_back_to_self_care.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("disposition: self_care", "disposition: info_only"), encoding="utf-8"
    )
    code, shown = _replayed(capsys, folder=str(few), strict=True)
    assert code == 0
    assert "urgency raised in 1 conversation\n" in shown
    assert "LOWERED" not in shown


def test_a_tap_the_question_no_longer_offers_is_named(few, capsys):
    file = few / "stiff_back_to_self_care.yml"
    text = file.read_text(encoding="utf-8")
    assert "choose: [" in text
    file.write_text(text.replace("choose: [", "choose: [an_option_of_old, ", 1), encoding="utf-8")
    _, shown = _replayed(capsys, folder=str(few))
    assert "no longer offered: an_option_of_old" in shown


def test_a_revision_is_taken_from_git(few, other, tmp_path, capsys, monkeypatch):
    checkout = tmp_path / "checkout"
    _make_n4_stricter(other)
    shutil.copytree(other, checkout / "bot" / "knowledge")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    for arguments in (
        ["init", "-q"],
        ["add", "."],
        ["commit", "-q", "-m", "then"],
        ["rm", "-rq", "."],
        ["commit", "-q", "-m", "now"],
    ):
        subprocess.run([*git, *arguments], cwd=checkout, check=True, capture_output=True)
    monkeypatch.setattr(golden, "ROOT", checkout)
    code, shown = _replayed(capsys, against="HEAD~1", folder=str(few), strict=True)
    assert code == 1
    assert "soon (N4) → self_care (N4)" in shown
    for revision, said in (("HEAD", "has no bot/knowledge"), ("no-such-branch", "neither a folder nor"), ("--help", "neither")):
        with pytest.raises(InputError, match=said) as error:
            _replayed(capsys, against=revision, folder=str(few))
        assert error.value.code == "INP013"


def test_without_git_it_asks_for_a_folder(few, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(golden, "ROOT", tmp_path)
    with pytest.raises(InputError, match=r"no git checkout.*Give a folder"):
        _replayed(capsys, against="HEAD", folder=str(few))
    monkeypatch.setattr(golden.shutil, "which", lambda _: None)
    with pytest.raises(InputError, match=r"git is not installed.*Give a folder"):
        _replayed(capsys, against="HEAD", folder=str(few))


def test_a_broken_knowledge_is_named_with_all_its_problems(few, other, capsys):
    (other / "items.yml").write_text("items: [broken\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        _replayed(capsys, against=str(other), folder=str(few))
    assert "items.yml" in str(error.value)
    assert str(other) in str(error.value)


def test_a_knowledge_too_old_for_this_code_says_so(few, other, capsys):
    file = other / "language" / "answers.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("other_places:", "places_of_old:"), encoding="utf-8")
    with pytest.raises((InputError, KnowledgeError)) as error:
        _replayed(capsys, against=str(other), folder=str(few))
    assert str(other) in str(error.value)


def test_other_bad_input_is_one_sentence(bot, tmp_path, few):
    empty = tmp_path / "empty"
    empty.mkdir()
    for arguments, code in (
        (("--conversations", str(empty)), "INP012"),
        (("--conversations", str(tmp_path / "none")), "INP012"),
        (("--against", str(empty)), "INP013"),
    ):
        done = bot("replay", "--golden", *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith(f"error: {code} ")
    (few / "broken.yml").write_text("turns: [\n", encoding="utf-8")
    assert "broken.yml line" in bot("replay", "--golden", "--conversations", str(few)).stderr
    (few / "broken.yml").write_text("turns:\n- say: hello\n", encoding="utf-8")
    assert "turn 0 needs" in bot("replay", "--golden", "--conversations", str(few)).stderr
    for arguments in ((), ("--strict", "case.json"), ("--golden", "case.json"), ("--against", "HEAD", "case.json")):
        assert bot("replay", *arguments).returncode == 2


@pytest.mark.parametrize(
    ("turn", "says"),
    [
        ({"say": 5}, "'say: 5'; it must be text"),
        ({"say": None}, "'say: None'"),
        ({"say": "hello", "hours_later": "xyz"}, "'hours_later: xyz'; it must be a number"),
        ({"say": "hello", "hours_later": float("inf")}, "'hours_later: inf'"),
        ({"say": "hello", "hours_later": -1}, "'hours_later: -1'"),
        ({"say": "hello", "intent": 7}, "'intent: 7'"),
        ({"choose": "none"}, "'choose: none'; it must be a list"),
        ({"say": "hello", "then": {"disposition": "bananas"}}, "'disposition: bananas'; it must be one of emergency_now"),
        ({"say": "hello", "then": {"disposition": ["soon"]}}, "'disposition: "),
        ({"say": "hello", "then": {"question": 7}}, "'question: 7'; it must be the id"),
        ({"say": "hello", "then": {"rules": "C1"}}, "'rules: C1'"),
        ({"say": "hello", "then": {"findings": ["low_back_pain"]}}, "'findings: "),
    ],
    ids=str,
)
def test_a_wrong_value_is_named_with_what_is_allowed(tmp_path, turn, says):
    then = {"disposition": "incomplete", "rules": [], "question": None, "findings": {}, **turn.get("then", {})}
    (tmp_path / "one.yml").write_text(yaml.safe_dump({"turns": [{**turn, "then": then}]}), encoding="utf-8")
    with pytest.raises(InputError) as error:
        golden.replay_golden(against=None, folder=str(tmp_path), strict=False, as_json=False)
    assert error.value.code == "INP012"
    assert f"turn 0 has {says}" in error.value.message


def test_a_folder_named_like_a_file_and_names_that_are_none(few, tmp_path):
    for against in ("", " ", "x" * 5000):
        with pytest.raises(InputError) as error:
            golden.replay_golden(against=against, folder=str(few), strict=False, as_json=False)
        assert error.value.code == "INP013"
        assert len(error.value.message) < 300
    (few / "a.yml").mkdir()
    for folder, says in ((str(few), "a.yml cannot be read"), ("", "an empty name"), ("x" * 5000, "holds no golden")):
        with pytest.raises(InputError, match=says) as error:
            golden.replay_golden(against=None, folder=folder, strict=False, as_json=False)
        assert error.value.code == "INP012"
