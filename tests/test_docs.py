"""Prose that runs: what the documents say is tried or compared with the code.

Commands, links, settings, error codes, switches, dispositions, the conversation in the README, the clinical pages.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.__main__ import _parser
from bot.cli import report
from bot.knowledge.load import load
from bot.triage.assessment import DISPOSITIONS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "bot/knowledge/README.md", ROOT / "requirements/README.md"}
)
SOURCES = [
    path
    for folder in ("bot", "actions", "scripts")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".yml") and "__pycache__" not in path.parts
]
EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- commands ----------------------------------------------------------------------------------------------------


def _code(text: str) -> Iterator[str]:
    """Everything a reader could copy: lines of code blocks, and code inside sentences."""
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.S | re.M):
        if language in ("sh", "bash", ""):
            yield from block.replace("\\\n", " ").splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))


def _bot_commands(text: str) -> set[str]:
    """What follows `python -m bot`, up to a pipe or redirection."""
    found = (re.search(r"(?:\.venv/bin/)?python -m bot (?P<rest>[^|<>#]+)", line) for line in _code(text))
    return {match["rest"].strip() for match in found if match}


def _make_targets(text: str) -> set[str]:
    found = (re.match(r"(?:[A-Z_]+=\S+ )*make (?:[A-Z]+=\S+ )*(?P<target>[a-z][a-z-]*)", line.strip()) for line in _code(text))
    return {match["target"] for match in found if match}


@EACH
def test_commands_are_known_to_the_program(document: Path) -> None:
    for command in _bot_commands(document.read_text(encoding="utf-8")):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            try:
                _parser().parse_args(shlex.split(command))
            except SystemExit:
                pytest.fail(f"{document.name}: python -m bot {command}: {said.getvalue()}")


@EACH
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.M))
    assert _make_targets(document.read_text(encoding="utf-8")) - targets == set()


def test_the_finders_of_commands_find_commands() -> None:
    """A test that finds nothing to check cannot fail."""
    assert {"report", "check"} <= {command.split()[0] for command in _bot_commands(_read("docs/clinicians.md"))}
    assert {"run", "test"} <= _make_targets(README)
    assert _make_targets("`make nonsense`") == {"nonsense"}


def test_every_command_and_target_is_documented() -> None:
    everything = " ".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    actions = [action for action in _parser()._actions if action.choices]
    commands = {str(name) for action in actions for name in action.choices or ()}
    used = {command.split()[0] for document in DOCUMENTS for command in _bot_commands(document.read_text(encoding="utf-8"))}
    assert commands - used == set()
    targets = {target for target in re.findall(r"^([a-z-]+):", _read("Makefile"), re.M) if target != "train-encoder"}
    assert {target for target in targets if f"make {target}" not in everything} == set()


@pytest.mark.parametrize("name", ["README.md", "docs/clinicians.md"])
def test_analyse_commands_run_as_written(name: str) -> None:
    """Each `analyse` line of a code block, pipe included, in a shell, with this interpreter."""
    blocks = re.findall(r"^```sh\n(.*?)^```", _read(name), re.S | re.M)
    lines = [line for block in blocks for line in block.splitlines() if "-m bot analyse" in line]
    assert lines
    for line in lines:
        command = line.replace(".venv/bin/python", shlex.quote(sys.executable))
        run = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert run.returncode == 0, run.stderr
        assert json.loads(run.stdout)["schema"] == "rootline.analysis/1"


@EACH
def test_python_examples_run(document: Path) -> None:
    for block in re.findall(r"^```python\n(.*?)^```", document.read_text(encoding="utf-8"), re.S | re.M):
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(block, document.name, "exec"), {})


# --- links -------------------------------------------------------------------------------------------------------


def _anchors(path: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.M)}


@EACH
def test_links_resolve(document: Path) -> None:
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), f"{document.name}: {target} is not there"
        if anchor and path.suffix == ".md":
            assert anchor in _anchors(path), f"{document.name}: {target} has no such heading"


def test_documents_named_in_the_code_exist() -> None:
    named = {
        (name, path.relative_to(ROOT).as_posix())
        for path in [*SOURCES, ROOT / "config.yml", ROOT / "pyproject.toml"]
        for name in re.findall(r"docs/[\w./-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert sorted(pair for pair in named if not (ROOT / pair[0]).is_file()) == []


def test_every_decision_is_in_the_index() -> None:
    files = {path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md")}
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", _read("docs/adr/README.md")))
    assert files == listed


def test_every_decision_has_its_number_and_its_four_parts() -> None:
    files = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in files]
    assert len(numbers) == len(set(numbers)), "two decisions have one number"
    for path in files:
        headings = re.findall(r"^## (\w+)", path.read_text(encoding="utf-8"), re.M)
        assert {"Context", "Decision", "Status", "Consequences"} <= set(headings), path.name


# --- what must be documented -------------------------------------------------------------------------------------


def test_every_error_code_is_explained_and_no_other() -> None:
    used = {
        code
        for path in SOURCES
        if path.suffix == ".py"
        for code in re.findall(r"\"((?:INP|KNW|MOD|RUN)\d{3})\"", path.read_text("utf-8"))
    }
    explained = re.findall(r"^### ((?:INP|KNW|MOD|RUN)\d{3})\n\S", _read("docs/errors.md"), re.M)
    assert len(used) > 80
    assert sorted(used - set(explained)) == []
    assert sorted(set(explained) - used) == []
    assert explained == sorted(explained, key=lambda code: ("INP KNW MOD RUN".index(code[:3]), code))


def test_every_setting_is_documented_and_no_other() -> None:
    pattern = r"\bROOTLINE_[A-Z]+(?:_[A-Z]+)*\b"
    read = {name for path in SOURCES if path.suffix == ".py" for name in re.findall(pattern, path.read_text("utf-8"))}
    documented = set(re.findall(rf"^\| `({pattern})`", _read("docs/operators.md"), re.M))
    assert sorted(read - documented) == []
    assert sorted(documented - read) == []


def test_every_switch_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([A-Z]\d+[a-z]?)` \|", _read("docs/clinicians.md"), re.M))
    assert documented == set(load().switches.known)
    off = [switch.id for switch in load().switches.known.values() if switch.default == "off"]
    assert all(re.search(rf"^\| `{name}` \|.*ships off", _read("docs/clinicians.md"), re.M) for name in off)


def test_every_disposition_is_documented_in_order() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \|", _read("docs/glossary.md"), re.M)) == DISPOSITIONS


def test_the_contract_names_every_key() -> None:
    analysis = bot.analyse("my back aches").to_json()
    text = _read("docs/integrators.md")
    keys = {*analysis, *analysis["assessment"], *analysis["mentions"][0]}
    assert sorted(key for key in keys if f"`{key}`" not in text) == []


def test_the_rest_interface_is_documented() -> None:
    routes = re.findall(r'^@rest\.(\w+)\("([^"]+)"\)', _read("bot/channels/rest.py"), re.M)
    text = _read("docs/integrators.md")
    assert len(routes) >= 5
    for method, route in routes:
        written = "/api" + re.sub(r"<\w+:str>", "{id}", route, count=1)
        written = written.replace("<name:str>", "card.txt")
        assert f"`{method.upper()} {written}" in text, f"{method} {written}"


def test_version_is_one() -> None:
    assert re.findall(r'^version = "(.+)"', _read("pyproject.toml"), re.M) == [bot.__version__]


def test_changelog_has_its_headings() -> None:
    text = _read("CHANGELOG.md")
    assert re.search(r"^## \[Unreleased\]", text, re.M)
    known = {"Clinical", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (\w+)", text, re.M)) <= known
    rules = load().red_flags
    clinical = "".join(re.findall(r"^### Clinical\n(.*?)(?=^##)", text, re.S | re.M))
    named = set(re.findall(r"\b[LCWKSNM]\d+[a-z]?\b", clinical))
    assert named
    assert named <= set(rules)


@EACH
def test_no_machine_is_named(document: Path) -> None:
    found = re.findall(r"/(?:home|root|work|tmp|Users)/\S*|C:\\\S*", document.read_text(encoding="utf-8"))
    assert found == []


# --- the clinical pages ------------------------------------------------------------------------------------------


def test_clinical_pages_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    code = report.report(check=True)
    assert code == 0, capsys.readouterr().out


def test_hazards_name_real_rules_and_tests_and_cover_the_must_never_list() -> None:
    hazards = report.read_entries("hazards.yml", "hazards", report.HAZARD_KEYS)
    assert report.hazard_problems(hazards, load()) == []
    listed = _read("docs/clinicians.md").split("## What it must never do")[1]
    numbers = {int(number) for number in re.findall(r"^(\d+)\. ", listed, re.M)}
    assert numbers == set(range(1, 19))
    assert {number for hazard in hazards for number in hazard["must_never"]} == numbers


def test_promises_name_real_tests() -> None:
    promises = report.read_entries("promises.yml", "promises", report.PROMISE_KEYS)
    assert report.promise_problems(promises) == []
    gone = {"id": "P1", "promise": "x", "tests": ["tests/test_docs.py::test_that_is_not_here"]}
    problems = report.promise_problems([gone, {**gone, "tests": []}])
    assert [word in " ".join(problems) for word in ("there twice", "no test 'tests", "Name one")] == [True] * 3


def test_a_hazard_whose_test_or_rule_is_gone_is_refused() -> None:
    hazard: dict[str, Any] = {"id": "H99", "rules": ["Z1"], "tests": ["tests/test_docs.py::test_that_is_not_here"]}
    problems = report.hazard_problems([hazard, {**hazard, "rules": [], "tests": []}], load())
    assert [problem.split(": ", 1)[1].split(" '")[0] for problem in problems] == [
        ["'H99' is there twice. Keep one."][0],
        "there is no rule",
        "there is no test",
        "no test shows that the control works. Name one.",
    ]


def test_decisions_are_those_the_rules_name() -> None:
    decisions = report.read_entries("decisions.yml", "decisions", report.DECISION_KEYS)
    assert [decision["id"] for decision in decisions] == [f"D{number}" for number in range(1, 22)]
    assert report.decision_problems(decisions, load()) == []
    assert report.decision_problems(decisions[1:], load()) != []


def test_every_rule_stands_on_a_page_with_its_examples() -> None:
    text = "".join(report.pages(load()).values())
    for rule in load().red_flags.values():
        assert f"## {rule.id} {rule.title}\n" in text
        for sentence in (*rule.examples.fires, *rule.examples.silent, *rule.examples.negated):
            assert f"- “{sentence}”" in text


def test_a_broken_hazard_file_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.errors import InputError

    monkeypatch.setattr(report, "FOLDER", tmp_path)
    with pytest.raises(InputError, match=r"INP007 docs/clinical/hazards\.yml cannot be read"):
        report.pages(load())
    (tmp_path / "hazards.yml").write_text("hazards:\n  - id: H1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"H1: the keys are id, hazard"):
        report.pages(load())


# --- the conversation in the README ------------------------------------------------------------------------------


def _transcript() -> tuple[list[tuple[str, str]], str]:
    """(what the person writes, how the bot's answer begins) pairs, and the assessment below them."""
    block = re.search(r"<!-- transcript -->\n```text\n(.*?)```", README, re.S)
    assert block is not None
    talk, _, assessment = block[1].partition("\n\n")
    lines = [re.split(r"\s{2,}", line, maxsplit=1) for line in talk.splitlines()]
    assert [line[0] for line in lines] == ["Person", "Rootline"] * (len(lines) // 2)
    return [(lines[i][1], lines[i + 1][1]) for i in range(0, len(lines), 2)], assessment.rstrip("\n")


@pytest.mark.rasa
async def test_the_conversation_in_the_readme_is_true(talk: Any) -> None:
    exchanges, written = _transcript()
    assert len(exchanges) == 3
    await talk.greet("en-GB")
    for said, answer in exchanges:
        reply = await talk.say(said)
        texts = [block.text for block in reply.blocks]
        begins = answer.removesuffix(" …")
        told = any(text.startswith(begins) if answer.endswith(" …") else text == begins for text in texts)
        assert told, f"to '{said}' the bot now says: {texts}"
    assessment, case = await talk.assessment(), await talk.case()
    lines = [assessment.disposition]
    for rule in assessment.fired:
        words = ", ".join(f"“{case.mentions[index].text}”" for index in rule.mentions)
        lines.append(f"  {rule.id} {rule.disposition} because {words}")
    assert written == "\n".join(lines)


def test_the_first_screen_says_what_it_is_not() -> None:
    screen = "\n".join(README.splitlines()[:45])
    for needed in (
        "no diagnosis",
        "not a medical device",
        "no clinician has reviewed",
        "999",
        "911",
        "112",
        "make run",
        "make test",
    ):
        assert needed in screen
    assert {"bot/extraction", "bot/knowledge", "bot/channels"} <= set(re.findall(r"\]\((bot/\w+)\)", README))
    words = re.findall(r"^\| \*\*(\w+)\*\* \|", README.split("## Six words")[1].split("##")[0], re.M)
    assert words == re.findall(r"^\| \*\*(\w+)\*\* \|", _read("docs/glossary.md"), re.M)
    assert len(words) == 6
