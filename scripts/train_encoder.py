"""Fine-tune the sentence encoder of the second look: make `.venv-encoder` with PyTorch, then run `python -m training` there.

Comes in through `make train-encoder`; goes out as bot/extraction/models/second_look and the figures in
docs/second-look.md. Options are passed on to `python -m training` (see `make train-encoder ARGS=--help`).
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import List

import interpreters
from progress import ROOT, Failure, main_guard, run_quietly, say, step, tail, venv_python
from setup_environment import REQUIREMENTS, create_venv

VENV = ROOT / ".venv-encoder"
LOCKS: List[Path] = [REQUIREMENTS / "encoder.lock", REQUIREMENTS / "encoder-extra.lock"]
#: PyTorch's CPU build is locked for the first of these on Linux.
VERSIONS = ((3, 11), (3, 12), (3, 13))


def main() -> int:
    _make_environment()
    python = venv_python(VENV)
    # One thread per worker process: faster here than threads in one process, and the same sums on every run.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return subprocess.call([str(python), "-m", "training", *sys.argv[1:]], cwd=str(ROOT), env={**os.environ, **threads})


def _make_environment() -> None:
    stamp = VENV / "installed"
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in LOCKS)).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    with step("making .venv-encoder (PyTorch on the CPU, about 1 GB)"):
        create_venv(_interpreter(), VENV)
        log = VENV / "setup.log"
        command = [str(venv_python(VENV)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        command += ["--no-deps", "--require-hashes", *(part for lock in LOCKS for part in ("-r", str(lock)))]
        if not run_quietly(command, log):
            raise Failure(
                "the packages for training could not be installed: pip must be able to see PyTorch's CPU build "
                "(set PIP_FIND_LINKS or PIP_EXTRA_INDEX_URL), on Linux for Python 3.11.",
                tail(log),
            )
        stamp.write_text(digest, encoding="utf-8")


def _interpreter() -> interpreters.Interpreter:
    for version in VERSIONS:
        found, _ = interpreters.find(version)
        if found:
            say(f"    {found.path} ({found.version})")
            return found
    raise Failure("no CPython from 3.11 on was found: install Python 3.11 (for example `pyenv install 3.11`).")


if __name__ == "__main__":
    main_guard(main)
