#!/usr/bin/env python3
"""Run the core's tests on Python 3.12 or newer with current spaCy: the core must outlive Rasa, which ends at 3.10.

    python3 scripts/core_tests.py [pytest options]

Makes `.venv-core` from requirements/core.lock with the newest interpreter found. Where there is none, it says so and
ends well: set-up does not fetch a second Python.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Optional

import interpreters
import setup_environment
from progress import ROOT, Failure, main_guard, say, step, venv_python

VENV = ROOT / ".venv-core"
LOCK = setup_environment.REQUIREMENTS / "core.lock"
VERSIONS = ((3, 14), (3, 13), (3, 12))

# The core: what may be imported without Rasa (tests/test_architecture.py keeps it so).
FOLDERS = ("extraction", "findings", "triage", "replies", "knowledge", "properties")


def main() -> int:
    python = ready_python()
    return 0 if python is None else subprocess.call(command(python, sys.argv[1:]), cwd=str(ROOT), env=environment())


def command(python: Path, options: List[str]) -> List[str]:
    """The pytest command for the core's folders."""
    folders = [str(folder) for name in FOLDERS for folder in [ROOT / "tests" / name] if folder.is_dir()]
    if not folders:
        raise Failure(f"none of tests/{{{','.join(FOLDERS)}}} exists, so there is nothing to run on a newer Python.")
    return [str(python), "-m", "pytest", "-m", "not rasa and not browser", "-p", "no:cacheprovider", *options, *folders]


def environment() -> Dict[str, str]:
    """The environment for the tests: ours without what points at another interpreter."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")}


def ready_python() -> Optional[Path]:
    """The interpreter of a sound `.venv-core`, or None where no Python 3.12 or newer is found (said aloud)."""
    digest = hashlib.sha256(str(VENV).encode() + LOCK.read_bytes()).hexdigest()
    stamp = VENV / ".rootline-setup.json"
    python = venv_python(VENV)
    if stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")).get("locks") == digest:
        interpreter, _ = interpreters.probe(str(python))
        if interpreter:
            say(f"==> .venv-core is ready (Python {interpreter.version})")
            return python
    found_any = False
    for version in VERSIONS:
        interpreter, _ = interpreters.find(version)
        if interpreter is None:
            continue
        found_any = True
        if VENV.exists():
            shutil.rmtree(VENV)
        try:
            with step(f"creating .venv-core with {interpreter.path} ({interpreter.version}) and current spaCy"):
                setup_environment.create_venv(interpreter, VENV)
                setup_environment.install_locked(VENV, [LOCK], VENV / "setup.log")
        except Failure as failure:
            say(f"    not with {interpreter.version}: {failure.sentence}")
            continue
        stamp.write_text(json.dumps({"locks": digest, "python": interpreter.version}), encoding="utf-8")
        return python
    if found_any:
        raise Failure("Python 3.12 or newer is here, but requirements/core.lock could not be installed: see the lines above.")
    say("==> SKIPPED: the core's tests on a newer Python, because no Python 3.12 or newer was found on this machine")
    return None


if __name__ == "__main__":
    main_guard(main)
