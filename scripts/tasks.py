#!/usr/bin/env python3
"""What each `make` target does. Prints it, times it, and says in one sentence what to do when it fails.

Standard library only, Python 3.8 or newer; the work itself runs in `.venv`.
"""

import os
import shlex
import shutil
import subprocess
import sys
import time
from typing import Callable, Dict, List, NoReturn

import lock
import setup_environment
from progress import ROOT, Failure, main_guard, say, step, took, venv_python

PYTHON = venv_python(ROOT / ".venv")


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        raise Failure(f"usage: tasks.py <{'|'.join(TASKS)}> [options]")
    os.chdir(ROOT)
    return TASKS[sys.argv[1]](sys.argv[2:])


def setup(options: List[str]) -> int:
    extras = [value for value in options if not value.startswith("--")]
    if extras not in ([], ["all-rasa"]):
        raise Failure(f"EXTRAS={' '.join(extras)} is not known: leave it out, or use EXTRAS=all-rasa.")
    setup_environment.make_environment("all-rasa" if extras else "dev")
    return 0


def run(options: List[str]) -> NoReturn:
    _ready("runtime")  # the server trains by itself when something changed, and says so
    _become("starting the server (Ctrl-C stops it)", ["-m", "bot", "serve", *options])


def chat(options: List[str]) -> NoReturn:
    _ready("runtime")
    _become("starting the chat (Ctrl-D ends it)", ["-m", "bot", "chat", *options])


def check(options: List[str]) -> int:
    _ready("runtime")
    return _do("checking the clinical knowledge", ["-m", "bot", "check", *options])


def train(options: List[str]) -> int:
    _ready("runtime")
    return _do("training the Rasa model if something changed", ["-m", "bot", "train", *options])


def test(options: List[str]) -> int:
    import run_tests

    return run_tests.run_all(options)


def lint(options: List[str]) -> int:
    _ready("dev")
    lock.check()
    return _do("ruff", ["-m", "ruff", "check", "--output-format=concise", *(options or ["."])])


def types(options: List[str]) -> int:
    _ready("dev")
    return _do("mypy", ["-m", "mypy", *options])


def format_code(options: List[str]) -> int:
    _ready("dev")
    _do("ruff: order of imports and small repairs", ["-m", "ruff", "check", "--fix", "--quiet", *(options or ["."])])
    return _do("ruff: layout", ["-m", "ruff", "format", *(options or ["."])])


def write_locks(options: List[str]) -> int:
    return subprocess.call([sys.executable, str(ROOT / "scripts" / "lock.py"), *options])


def evaluate(options: List[str]) -> int:
    return _part("evaluation", "measuring understanding and triage", options)


def bench(options: List[str]) -> int:
    return _part("bench", "measuring start, turns and memory", options)


def train_encoder(options: List[str]) -> int:
    script = ROOT / "scripts" / "train_encoder.py"
    if not script.exists():
        raise Failure("scripts/train_encoder.py is not in this version: the bot runs without the second look.")
    _ready("dev")
    return _do("training the sentence encoder", [str(script), *options])


def clean(options: List[str]) -> int:
    names = [".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".rasa", "models", "build", "rootline.egg-info"]
    if "--all" in options:
        names += [".venv", ".venv-core", ".venv-encoder"]
    with step("removing caches and trained models" + (" and the environments" if "--all" in options else "")):
        for name in names:
            if (ROOT / name).exists():
                shutil.rmtree(ROOT / name)
                say(f"    {name}")
        for folder in ("actions", "bench", "bot", "evaluation", "scripts", "tests", "training"):
            for path in list((ROOT / folder).glob("**/__pycache__")):
                shutil.rmtree(path)
    return 0


TASKS: Dict[str, Callable[[List[str]], int]] = {
    "setup": setup,
    "run": run,
    "chat": chat,
    "check": check,
    "train": train,
    "test": test,
    "lint": lint,
    "types": types,
    "format": format_code,
    "lock": write_locks,
    "evaluate": evaluate,
    "bench": bench,
    "train-encoder": train_encoder,
    "clean": clean,
}


def _ready(wanted: str) -> None:
    setup_environment.make_environment(wanted, quiet_if_ready=True)


def _part(package: str, title: str, options: List[str]) -> int:
    if not (ROOT / package / "__main__.py").exists():
        raise Failure(f"{package}/ is not in this version, so there is nothing to measure with.")
    _ready("dev")
    return _do(title, ["-m", package, *options])


def _do(title: str, arguments: List[str]) -> int:
    """Run something in `.venv`, with its own output; say how it ended and how long it took."""
    say(f"==> {title}: python {' '.join(shlex.quote(argument) for argument in arguments)}")
    started = time.monotonic()
    code = subprocess.call([str(PYTHON), *arguments])
    say(f"    {'done' if code == 0 else f'failed (exit code {code})'} in {took(time.monotonic() - started)}")
    return code


def _become(title: str, arguments: List[str]) -> NoReturn:
    """Hand this process over, so that Ctrl-C and the exit code belong to what was started."""
    say(f"==> {title}")
    os.execv(str(PYTHON), [str(PYTHON), *arguments])


if __name__ == "__main__":
    main_guard(main)
