"""Set-up finds a Python that really runs, is quick when there is nothing to do, and fails with a sentence."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import interpreters
import lock
import progress
import pytest
import setup_environment

ROOT = Path(__file__).resolve().parents[2]


def shim(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_locks_belong_to_requirements_and_name_no_index():
    assert lock.check() == 0


def test_lock_check_notices_a_changed_requirement(tmp_path, monkeypatch):
    for path in setup_environment.REQUIREMENTS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "core.in").write_text("spacy>=3.7,<3.9\nleft-pad\n")
    monkeypatch.setattr(lock, "REQUIREMENTS", tmp_path)
    with pytest.raises(progress.Failure, match="lock files") as failure:
        lock.check()
    assert "runtime.lock does not belong to its .in files" in failure.value.details


def test_probe_refuses_a_shim_that_points_nowhere(tmp_path):
    broken = shim(tmp_path / "python3.10", "echo 'version not installed' >&2; exit 127")
    assert interpreters.probe(str(broken)) == (None, "")


def test_probe_refuses_a_python_without_venv(tmp_path):
    partial = shim(tmp_path / "python3.10", """echo '["/x", "3.10.1", [3, 10], "CPython", false, true]'""")
    interpreter, reason = interpreters.probe(str(partial))
    assert interpreter is None
    assert "lacks venv" in reason


def test_find_skips_a_broken_shim_on_path(tmp_path, monkeypatch):
    version = sys.version_info[:2]
    shim(tmp_path / f"python{version[0]}.{version[1]}", "exit 127")
    monkeypatch.setattr(
        interpreters, "candidates", lambda wanted: iter([str(tmp_path / "python{}.{}".format(*wanted)), sys.executable])
    )
    interpreter, _ = interpreters.find(version)
    assert interpreter is not None
    assert interpreter.major_minor == version


def test_no_python_and_no_uv_ends_with_one_sentence(monkeypatch):
    monkeypatch.setattr(interpreters, "find", lambda version: (None, ["/usr/bin/python3.10 lacks venv"]))
    monkeypatch.setattr(setup_environment.shutil, "which", lambda name: None)
    monkeypatch.setattr(setup_environment, "_uv_from_registry", lambda folder: None)
    with pytest.raises(progress.Failure, match="ROOTLINE_PYTHON") as failure:
        setup_environment.find_or_get_python()
    assert "lacks venv" in failure.value.details


@pytest.mark.rasa
def test_second_setup_has_nothing_to_do():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "setup_environment.py", "--dev"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "is ready" in done.stdout
    assert "installing" not in done.stdout


def test_failure_is_one_sentence_without_a_stack_trace(capsys):
    def main():
        raise progress.Failure("this went wrong: do that.", "    | a detail")

    with pytest.raises(SystemExit) as ended:
        progress.main_guard(main)
    assert ended.value.code == 1
    assert capsys.readouterr().err == "    | a detail\nerror: this went wrong: do that.\n"


def test_folder_that_may_not_be_written_is_named(capsys):
    def main():
        raise PermissionError(13, "Permission denied", "/somewhere/.venv.lock")

    with pytest.raises(SystemExit):
        progress.main_guard(main)
    assert "/somewhere/.venv.lock may not be written" in capsys.readouterr().err


def test_ci_entry_is_executable_and_calls_make_test():
    entry = ROOT / ".ci" / "run"
    assert os.access(entry, os.X_OK)
    assert "make --no-print-directory test" in entry.read_text()
