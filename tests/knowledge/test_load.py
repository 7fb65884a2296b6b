"""Loading: strict, all problems at once, cached, closed when broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge import cache
from bot.knowledge.check import check
from bot.knowledge.load import HERE, SECTIONS, load

ROOT = HERE.parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge that a test may break."""
    copy = tmp_path / "knowledge"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".cache", "sections"))
    return copy


def _edit(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` and return its line."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_shipped_knowledge_is_sound() -> None:
    assert check() == []


def test_every_section_has_its_module() -> None:
    modules = {file.stem for file in (HERE / "sections").glob("*.py")}
    assert set(SECTIONS) <= modules


def test_knowledge_is_frozen_and_loaded_once() -> None:
    knowledge = load()
    assert load() is knowledge
    assert len(knowledge.digest) == 12
    with pytest.raises(FrozenInstanceError):
        knowledge.digest = "other"  # type: ignore[misc]


def test_the_digest_follows_every_byte(folder: Path) -> None:
    before = load(folder).digest
    assert before == load().digest
    _edit(folder, "switches.yml", "# All ship on", "# All of them ship on")
    assert load(folder).digest != before


BROKEN = [
    pytest.param("switches.yml", "active: standard", "active: standard: x", "KNW001", "not valid YAML", id="syntax"),
    pytest.param("switches.yml", "version: 1", "version: 1\nversion: 2", "KNW002", "written twice", id="key twice"),
    pytest.param("groups.yml", "history:", "rules:", "KNW003", "Rasa", id="a key Rasa would grab"),
    pytest.param("red_flags/buckling.yml", "remarks:", "remarkz:", "KNW004", "Did you mean 'remarks'?", id="unknown key"),
    pytest.param("red_flags/buckling.yml", "    title: Repeated buckling\n", "", "KNW005", "'title'", id="missing key"),
    pytest.param(
        "red_flags/buckling.yml",
        "disposition: urgent_same_day",
        "disposition: urgent_sameday",
        "KNW006",
        "Did you mean 'urgent_same_day'?",
        id="wrong value",
    ),
    pytest.param("red_flags/buckling.yml", "version: 1", "version: one", "KNW007", "integer", id="wrong type"),
    pytest.param(
        "red_flags/immediate.yml",
        "{present: stroke_signs}",
        "{present: stroke_sign}",
        "KNW014",
        "unknown concept 'stroke_sign'. Did you mean 'stroke_signs'?",
        id="unknown concept",
    ),
    pytest.param(
        "red_flags/immediate.yml", "when: danger_within_a_day", "when: danger_in_a_day", "KNW014", "predicate", id="predicate"
    ),
    pytest.param(
        "red_flags/cauda_equina.yml",
        "{item: leaks, is: no}",
        "{item: leak, is: no}",
        "KNW014",
        "checklist item 'leak'",
        id="unknown item",
    ),
    pytest.param(
        "red_flags/cauda_equina.yml", "switch_off: C24", "switch_off: C25", "KNW014", "unknown switch", id="unknown switch"
    ),
    pytest.param(
        "red_flags/cauda_equina.yml", "where: {onset_days:", "where: {onset_day:", "KNW014", "attribute", id="attribute"
    ),
    pytest.param(
        "red_flags/cauda_equina.yml", "sources: [SEED, GIRFT,", "sources: [SEEDS, GIRFT,", "KNW014", "source", id="source"
    ),
    pytest.param("red_flags/cauda_equina.yml", "id: C2\n", "id: C1\n", "KNW024", "already|also in", id="id twice"),
    pytest.param("red_flags/cauda_equina.yml", "id: C2\n", "id: K99\n", "KNW025", "Move it", id="wrong file"),
    pytest.param(
        "red_flags/cauda_equina.yml", "    action: go_to_emergency_department\n", "", "KNW026", "`action`", id="no action"
    ),
    pytest.param("red_flags/cauda_equina.yml", "same_as_finding\n", "soon\n", "KNW027", "belong together", id="annotation"),
    pytest.param("red_flags/weakness.yml", "reason: Visible", "reason: W9 visible", "KNW030", "", id="rule id in a reason"),
    pytest.param(
        "red_flags/weakness.yml", "when: {new: [toe", "when: {present: falls, new: [toe", "KNW031", "exactly one", id="two keys"
    ),
    pytest.param(
        "red_flags/buckling.yml",
        "when: {all: [buckles_repeatedly, joint_pattern_ok]}",
        "when: {all: [{holds: K1}, joint_pattern_ok]}",
        "KNW032",
        "circle",
        id="circle",
    ),
    pytest.param("groups.yml", "- id: sexual\n", "- id: saddle\n", "KNW020", "already", id="group twice"),
    pytest.param("sources.yml", "key: PRODUCT,", "key: SEED,", "KNW021", "twice", id="source twice"),
    pytest.param("dispositions.yml", "  - id: soon\n", "  - id: routine\n", "KNW022", "in this order", id="levels"),
    pytest.param("switches.yml", "  - id: K6\n", "  - id: K5\n", "KNW023", "does not name", id="switch without rule"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "text"), BROKEN)
def test_each_problem_is_named_with_its_place(folder: Path, file: str, old: str, new: str, code: str, text: str) -> None:
    import re

    if code == "KNW030":
        old = "reason: A muscle"
        new = "reason: By W9 a muscle"
    line = _edit(folder, file, old, new)
    problems = check(folder)
    mine = [problem for problem in problems if problem.startswith(f"{code} {file}:")]
    assert mine, problems
    assert re.search(text, " ".join(mine))
    assert all(problem.endswith(f"docs/errors.md#{code.lower()}") for problem in mine)
    told = [int(problem.split(":")[1].split(" ")[0]) for problem in mine]
    assert min(abs(number - line) for number in told) <= 25, (told, line)


def test_all_problems_at_once_and_nothing_is_loaded(folder: Path) -> None:
    _edit(folder, "switches.yml", "active: standard", "active: standart")
    _edit(folder, "red_flags/immediate.yml", "{present: stroke_signs}", "{present: stroke_sign}")
    _edit(folder, "red_flags/buckling.yml", "remarks:", "remarkz:")
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    text = "\n".join(caught.value.problems)
    assert "KNW004 red_flags/buckling.yml" in text
    assert caught.value.code == "KNW000"


def test_one_slip_does_not_cause_a_hundred_messages(folder: Path) -> None:
    _edit(folder, "concepts/feeling.yml", "version: 1", "versoin: 1")
    assert len(check(folder)) <= 3


def test_a_file_nobody_owns_is_refused(folder: Path) -> None:
    (folder / "red_flag").mkdir()
    (folder / "red_flag" / "new.yml").write_text("version: 1\n", encoding="utf-8")
    assert any(problem.startswith("KNW010 red_flag/new.yml") and "red_flags" in problem for problem in check(folder))


def test_an_empty_or_missing_folder_says_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(KnowledgeError, match="KNW008"):
            load(path)


def test_a_file_that_is_not_utf8_says_so(folder: Path) -> None:
    (folder / "groups.yml").write_bytes(b"version: \xff\n")
    assert any(problem.startswith("KNW009 groups.yml") for problem in check(folder))


def test_an_empty_file_says_so(folder: Path) -> None:
    (folder / "groups.yml").write_text("# nothing\n", encoding="utf-8")
    assert any(problem.startswith("KNW001 groups.yml") and "empty" in problem for problem in check(folder))


def _fresh(folder: Path, code: str, **environment: str) -> str:
    """Run a line in a new Python process."""
    line = f"from bot.knowledge.load import load; import sys; k = load({str(folder)!r}); {code}"
    done = subprocess.run(
        [sys.executable, "-c", line],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
    )
    return done.stdout.strip()


SHOW = "print('yaml' in sys.modules, 'jsonschema' in sys.modules, len(k.red_flags))"


def test_the_second_start_reads_the_cache(folder: Path) -> None:
    count = len(load().red_flags)
    assert _fresh(folder, SHOW) == f"True True {count}"
    assert _fresh(folder, SHOW) == f"False False {count}"
    assert (folder / ".cache" / ".gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"abc\n{}"])
def test_a_damaged_cache_is_ignored(folder: Path, damage: bytes) -> None:
    load(folder)
    files = list((folder / ".cache").glob("*.cache"))
    assert files
    for file in files:
        file.write_bytes(damage)
    count = len(load().red_flags)
    assert _fresh(folder, SHOW, XDG_CACHE_HOME=str(folder / "home")) == f"True True {count}"


def test_a_folder_that_cannot_be_written_uses_the_users_cache(folder: Path, tmp_path: Path) -> None:
    (folder / ".cache").write_text("in the way", encoding="utf-8")  # as good as read-only, also for root
    home = tmp_path / "home"
    count = len(load().red_flags)
    assert _fresh(folder, SHOW, XDG_CACHE_HOME=str(home)) == f"True True {count}"
    assert list((home / "rootline" / "knowledge").glob("*.cache"))
    assert _fresh(folder, SHOW, XDG_CACHE_HOME=str(home)) == f"False False {count}"


def test_no_place_for_a_cache_is_no_error(folder: Path, tmp_path: Path) -> None:
    (folder / ".cache").write_text("in the way", encoding="utf-8")
    (tmp_path / "file").write_text("in the way too", encoding="utf-8")
    count = len(load().red_flags)
    assert _fresh(folder, SHOW, XDG_CACHE_HOME=str(tmp_path / "file")) == f"True True {count}"


def test_only_the_newest_compiled_files_are_kept(tmp_path: Path) -> None:
    for number in range(cache.KEEP + 3):
        cache.write(tmp_path, f"key{number}", {"number": number})
    assert len(list((tmp_path / ".cache").glob("*.cache"))) == cache.KEEP


def test_words_that_yaml_likes_to_bend_stay_words() -> None:
    from bot.knowledge.schema import read_yaml

    text = "a: no\nb: off\nc: yes\nd: true\ne: 2024-02-29\nf: 010\ng: 1:30\nh: 42\ni: 2.5\nj: null\nk: 'true'\n"
    data, lines, problems = read_yaml(text, "x.yml")
    assert problems == []
    assert data == {
        "a": "no", "b": "off", "c": "yes", "d": True, "e": "2024-02-29", "f": "010", "g": "1:30", "h": 42, "i": 2.5,
        "j": None, "k": "true",
    }  # fmt: skip
    assert lines[("c",)] == 3
