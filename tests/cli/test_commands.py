"""The other commands: check, replay, erase, serve; each failure is one sentence and an exit code."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from bot.analysis import analyse_text
from tests.cli.conftest import ROOT


def test_check_passes_on_our_knowledge(bot):
    assert bot("check").returncode == 0


def test_check_prints_all_problems_at_once(bot, tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(ROOT / "bot" / "knowledge", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".cache"))
    (folder / "items.yml").write_text("items: [broken\n")
    (folder / "nonsense.yml").write_text("a: 1\n")
    done = bot("check", str(folder))
    assert done.returncode == 1
    assert "items.yml" in done.stdout
    assert "nonsense.yml" in done.stdout


def test_no_command_and_wrong_options_say_how(bot):
    for arguments in ((), ("dance",), ("analyse", "--today", "tomorrow", "x"), ("serve", "--port", "x")):
        done = bot(*arguments)
        assert done.returncode == 2
        assert "usage" in done.stderr


def test_a_python_without_the_packages_says_which_to_use():
    for command in ("check", "serve"):
        bare = [sys.executable, "-S", "-m", "bot", command]  # -S: no installed packages
        done = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") == 1
        assert ".venv/bin/python (make setup makes it)" in done.stderr


def test_what_a_command_writes_into_the_private_folder_is_for_its_owner(tmp_path, monkeypatch):
    from bot import __main__ as commands
    from bot.cli import desk, unheard

    monkeypatch.setattr(desk, "verify", lambda: (tmp_path / "audit.head").write_text("x") and 0)
    monkeypatch.setattr(unheard, "unheard", lambda **_: (tmp_path / "unheard.db-wal").write_text("x") and 0)
    before = os.umask(0o022)
    try:
        for arguments in (["audit", "verify"], ["unheard"]):
            os.umask(0o022)
            assert commands.main(arguments) == 0
    finally:
        os.umask(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_unheard_says_when_it_shows_less_than_was_asked_for(bot, tmp_path):
    from bot.runtime.unheard import Unheard

    store = Unheard(tmp_path)
    for name in ("a", "b"):
        store.note(name, "Q4", "it fizzes")
    store.note("a", "Q4", "only one wrote this")
    done = bot("unheard", "--json", "--at-least", "1", env={"ROOTLINE_VAR": str(tmp_path)})
    found = json.loads(done.stdout)
    assert [entry["phrase"] for entry in found["phrases"]] == ["it fizzes"]
    assert found["at_least"] == 2
    assert "keeping" not in found, "this shell does not know what the server was told"
    assert "--at-least 1 is too few" in done.stderr
    assert bot("unheard", "--at-least", "2", env={"ROOTLINE_VAR": str(tmp_path)}).stderr == ""


def _recorded(text, **change):
    analysis = analyse_text(text)
    data = {"case": analysis.case.to_json(), "assessment": analysis.to_json()["assessment"], "knowledge": "0" * 12}
    data["assessment"].update(change)
    return data


def test_replay_of_an_unchanged_case_changes_nothing(bot, tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(_recorded("my knee keeps giving way")))
    done = bot("replay", str(file))
    assert done.returncode == 0
    assert "nothing changes" in done.stdout
    assert "emergency_now" in done.stdout


def test_replay_shows_what_changes_and_why(bot, tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(_recorded("my knee keeps giving way", disposition="soon", rules=[{"id": "X9"}])))
    done = bot("replay", "--json", str(file))
    outcome = json.loads(done.stdout)
    assert done.returncode == 1
    assert outcome["disposition"] == {"then": "soon", "now": "emergency_now"}
    assert "K1" in outcome["added"]
    assert outcome["gone"] == ["X9"]
    assert outcome["reasons"]["K1"]


def test_replay_reads_the_record_of_a_call(bot, tmp_path):
    from bot.desk.calls import Desk
    from bot.knowledge.load import load
    from bot.records.export import as_json
    from bot.records.record import Record

    desk = Desk(tmp_path, load())
    call = desk.open("north", "alex")[0]["call"]["id"]
    desk.add_turns(call, "north", [{"id": "t0", "speaker": "caller", "text": "my knee keeps giving way"}])
    desk.decide(call, "north", "alex", "tick", {"item": "fever", "state": "yes"})
    live = desk.material(call, "north")
    record = json.loads(json.dumps(as_json(Record(live.state, live.human, live.assessment, live.decisions))))
    desk.close()
    file = tmp_path / "call.json"
    file.write_text(json.dumps(record))
    done = bot("replay", str(file))
    assert done.returncode == 0, done.stdout
    assert "nothing changes" in done.stdout
    assert record["knowledge"] in done.stdout
    record["assessment"]["disposition"] = "soon"
    file.write_text(json.dumps(record))
    assert bot("replay", str(file)).returncode == 1


def test_replay_takes_a_bare_case(bot, tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(_recorded("my knee keeps giving way")["case"]))
    assert bot("replay", str(file)).returncode == 0


@pytest.mark.parametrize("content", ["", "{broken", "[]", "{}", '{"schema": 999}', '{"case": 7}'])
def test_replay_of_what_is_no_case_says_so(bot, tmp_path, content):
    file = tmp_path / "case.json"
    file.write_text(content)
    done = bot("replay", str(file))
    assert done.returncode == 1
    assert done.stderr.startswith("error: INP")


def test_replay_of_a_missing_file_says_so(bot, tmp_path):
    assert "INP006" in bot("replay", str(tmp_path / "none.json")).stderr


@pytest.mark.rasa
def test_erase_of_nothing_says_so(bot, tmp_path):
    done = bot("erase", "no-such-conversation", env={"ROOTLINE_VAR": str(tmp_path)})
    assert done.returncode == 1
    assert "nothing was deleted" in done.stdout


@pytest.mark.rasa
def test_a_taken_port_is_said_at_once(bot, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        started = time.monotonic()
        done = bot("serve", "--port", str(port), env={"ROOTLINE_VAR": str(tmp_path)})
    assert done.returncode == 1
    assert f"RUN001 port {port}" in done.stderr
    assert f"ROOTLINE_PORT={port + 1}" in done.stderr
    assert time.monotonic() - started < 8


@pytest.mark.rasa
@pytest.mark.parametrize(
    ("options", "env", "code"),
    [
        (("--port", "70000"), {}, "RUN002"),
        ((), {"ROOTLINE_PORT": "abc"}, "RUN002"),
        (("--host", "no.such.host.invalid"), {}, "RUN002"),
        (("--port", "0"), {"ROOTLINE_VAR": "/dev/null/var"}, "RUN003"),
    ],
)
def test_a_start_that_cannot_work_says_what_to_do(bot, tmp_path, options, env, code):
    done = bot("serve", *options, env={"ROOTLINE_VAR": str(tmp_path), **env})
    assert done.returncode == 1
    assert code in done.stderr


@pytest.mark.rasa
@pytest.mark.slow
def test_the_server_starts_answers_and_stops(model, tmp_path):
    env = {**os.environ, "ROOTLINE_VAR": str(tmp_path), "ROOTLINE_MODELS": str(model.parent)}
    with (tmp_path / "log").open("w+") as log:
        command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
        server = subprocess.Popen(command, cwd=ROOT, env=env, stderr=log, umask=0o022)
        try:
            address = _address(log.name, server)
            with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:
                assert json.load(answer)["ready"] is True
            with urllib.request.urlopen(f"{address}/", timeout=10) as answer:
                assert b"<html" in answer.read()
                assert "nonce-" in answer.headers["Content-Security-Policy"]
            files = [file for file in tmp_path.rglob("*") if file.is_file() and file.name != "log"]  # `log` is this test's
            assert {"desk.db", "audit.db", "audit.db-wal"} <= {file.name for file in files}
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(20) == 0
    assert "Traceback" not in Path(log.name).read_text()


def _address(log: str, server: subprocess.Popen) -> str:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.poll() is None:
        for line in Path(log).read_text().splitlines():
            if line.startswith("ready in "):
                return line.split(": ", 1)[1].split()[0]
        time.sleep(0.2)
    raise AssertionError(f"the server did not start: {Path(log).read_text()}")


@pytest.mark.rasa
@pytest.mark.slow
def test_the_chat_in_the_terminal(bot, model, tmp_path):
    env = {"ROOTLINE_VAR": str(tmp_path), "ROOTLINE_MODELS": str(model.parent)}
    done = bot("chat", stdin="my back is stiff since gardening, nothing else\n8\nit feels numb when I wipe\n", env=env)
    assert done.returncode == 0
    assert "8. None of these" in done.stdout
    assert "Go to A&E now" in done.stdout
    assert "ready in" in done.stderr


@pytest.mark.rasa
@pytest.mark.slow
def test_the_stock_action_server_runs_our_actions(model, tmp_path):
    """`rasa run actions` from .venv, without TensorFlow."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    rasa = Path(sys.executable).with_name("rasa")
    with (tmp_path / "log").open("w+") as log:
        server = subprocess.Popen([str(rasa), "run", "actions", "--port", str(port)], cwd=ROOT, stdout=log, stderr=log)
        try:
            names = _actions(port, server, log.name)
        finally:
            server.terminate()
            server.wait(20)
    assert "action_give_emergency_advice" in names
    assert "action_validate_slot_mappings" in names


def _actions(port: int, server: subprocess.Popen, log: str) -> set[str]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/actions", timeout=5) as answer:
                return {action["name"] for action in json.load(answer)}
        except OSError:
            time.sleep(0.3)
    raise AssertionError(Path(log).read_text())


@pytest.mark.rasa
@pytest.mark.slow
def test_the_stock_shell_starts(model, tmp_path):
    """`rasa shell` from .venv loads the model and takes a message."""
    rasa = Path(sys.executable).with_name("rasa")
    done = subprocess.run(
        [str(rasa), "shell", "nlu", "--model", str(model)],
        cwd=ROOT,
        input="my left leg is weak\n/stop\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert '"leg_weakness"' in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]


def test_unheard_says_when_nothing_was_kept_and_lists_what_was(bot, tmp_path, monkeypatch):
    from bot.runtime.unheard import Unheard

    monkeypatch.setenv("ROOTLINE_VAR", str(tmp_path))
    monkeypatch.delenv("ROOTLINE_KEEP_UNHEARD", raising=False)
    empty = bot("unheard")
    assert empty.returncode == 1
    assert "ROOTLINE_KEEP_UNHEARD=yes" in empty.stdout
    long_ago = time.time() - 7200
    for name in ("a", "b", "c"):
        Unheard(tmp_path, clock=lambda: long_ago).note(name, "Q4", "it fizzes")
    shown = bot("unheard")
    assert shown.returncode == 0
    assert "3  it fizzes" in shown.stdout
    assert "3  Q4: Is there any numb" in shown.stdout
    data = json.loads(bot("unheard", "--json").stdout)
    assert data["phrases"] == [{"phrase": "it fizzes", "questions": ["Q4"], "conversations": 3}]
    assert data["left_at"] == [{"question": "Q4", "conversations": 3}]
