#!/usr/bin/env python3
"""Make `.venv`: find or get CPython 3.10, install the locked packages, let Rasa start without TensorFlow.

    python3 scripts/setup_environment.py              what the bot needs to run
    python3 scripts/setup_environment.py --dev        also what `make test` needs
    python3 scripts/setup_environment.py --all-rasa   everything, with TensorFlow (for DIET and TED)

A second run with nothing changed takes a tenth of a second. Standard library only; runs on any Python from 3.8 on.

Source: docs/adr/0003-locks-and-setup.md
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, Iterator, List, Optional

import interpreters
from progress import ROOT, Failure, main_guard, run_quietly, say, step, tail, took, venv_python

PYTHON_VERSION = (3, 10)  # Rasa 3.6 ends there
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements"
FREE_MB_NEEDED = {"runtime": 1800, "dev": 2300, "all-rasa": 5500}

# Each set contains the one before it.
LOCKS: Dict[str, List[Path]] = {
    "runtime": [REQUIREMENTS / "runtime.lock"],
    "dev": [REQUIREMENTS / "runtime.lock", REQUIREMENTS / "dev.lock"],
    "all-rasa": [REQUIREMENTS / "all-rasa.lock"],
}

STARTUP_SOURCE = ROOT / "bot" / "runtime" / "without_tensorflow.py"
STARTUP_MODULE = "rootline_without_tensorflow"

# Sources that nothing here imports, or that are compiled C: leaving them out halves the time.
_NOT_COMPILED = r"/(tests?|sympy|mypyc?|pip|STU3|twilio/rest/\w+|spacy/lang/(?!en/)[a-z]+)/"


def main() -> int:
    if os.name == "nt":
        raise Failure("Rasa's locked packages do not exist for Windows: run the same command in WSL (Ubuntu, for example).")
    parser = argparse.ArgumentParser(description="Make .venv, ready to run Rootline.")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--dev", action="store_true", help="also install what `make test` needs")
    chosen.add_argument("--all-rasa", action="store_true", help="also install TensorFlow and all of Rasa's components")
    parser.add_argument("--quiet-if-ready", action="store_true", help="print nothing when there is nothing to do")
    options = parser.parse_args()
    wanted = "all-rasa" if options.all_rasa else "dev" if options.dev else "runtime"
    ready = make_environment(wanted, quiet_if_ready=options.quiet_if_ready)
    if not ready:
        say("    next: make run (chat at http://localhost:5005), make chat (in this terminal), make test")
    return 0


def make_environment(wanted: str, quiet_if_ready: bool = False) -> bool:
    """Bring `.venv` to the wanted set; return True if it already was.

    A larger set that stands already is kept: `make run` does not undo `make setup`.
    """
    started = time.monotonic()
    stamp = _read_stamp()
    names = list(LOCKS)
    if stamp.get("set") in names and names.index(stamp["set"]) > names.index(wanted):
        wanted = stamp["set"]
    digest = _digest(LOCKS[wanted])
    if stamp.get("set") == wanted and stamp.get("locks") == digest and _runs(venv_python(VENV)):
        _install_startup()
        if not quiet_if_ready:
            say(f"==> .venv is ready ({wanted}, Python {stamp.get('python')}); checked in {took(time.monotonic() - started)}")
        return True

    with _one_at_a_time():
        if _read_stamp().get("locks") == digest:  # another set-up did it while we waited
            return True
        say(f"Setting up Rootline in {VENV} ({wanted} set)")
        _check_disk(wanted)
        with contextlib.suppress(FileNotFoundError):
            _stamp_file().unlink()
        version = _create_venv()
        log = VENV / "setup.log"
        _install(LOCKS[wanted], log)
        with step("compiling, so that the first start is as fast as the second"):
            compile_sources(VENV, log)
        _install_startup()
        with step("checking that Rasa starts"):
            _check_rasa(log)
        _stamp_file().write_text(json.dumps({"set": wanted, "locks": digest, "python": version}), encoding="utf-8")
    say(f"==> set-up finished in {took(time.monotonic() - started)}: .venv, {_size_mb(VENV)} MB")
    return False


# --- the interpreter ---------------------------------------------------------------------------------------------


def find_or_get_python() -> interpreters.Interpreter:
    """CPython 3.10: found on this machine, else fetched by uv, else a Failure that says what to do."""
    found, unfit = interpreters.find(PYTHON_VERSION)
    if found:
        return found
    say("    no CPython 3.10 found on PATH, in version managers' folders or in /usr/local; asking uv for one")
    with tempfile.TemporaryDirectory(prefix="rootline-uv-") as folder:
        uv = shutil.which("uv") or _uv_from_registry(Path(folder))
        if uv:
            log = Path(folder) / "uv.log"
            if run_quietly([uv, "python", "install", "3.10"], log):
                done = subprocess.run([uv, "python", "find", "3.10"], stdout=subprocess.PIPE, check=False)
                interpreter, _ = interpreters.probe(done.stdout.decode().strip())
                if interpreter and interpreter.major_minor == PYTHON_VERSION:
                    return interpreter
            say(tail(log, 3))
    details = "".join(f"    | {reason}\n" for reason in unfit).rstrip()
    raise Failure(
        "CPython 3.10 was not found and could not be fetched: install it (for example `pyenv install 3.10`, "
        "`conda create -n py310 python=3.10` or your system's python3.10 with venv), "
        "or set ROOTLINE_PYTHON to its path, then run the same command again.",
        details,
    )


def _uv_from_registry(folder: Path) -> Optional[str]:
    """Install uv into a throw-away environment with the Python that runs this script."""
    log = folder / "pip.log"
    scratch = folder / "venv"
    python = venv_python(scratch)
    if not run_quietly([sys.executable, "-m", "venv", str(scratch)], log):
        return None
    if not run_quietly(_pip(python) + ["-r", str(REQUIREMENTS / "tools.lock")], log):
        return None
    return str(python.with_name("uv"))


def _create_venv() -> str:
    """Make `.venv` unless a sound one stands; return its Python version."""
    python = venv_python(VENV)
    if VENV.exists():
        interpreter, _ = interpreters.probe(str(python))
        if interpreter and interpreter.major_minor == PYTHON_VERSION and _runs(python, "-m", "pip", "--version"):
            say(f"==> using the .venv that is there (Python {interpreter.version})")
            return interpreter.version
        if not (VENV / "pyvenv.cfg").exists() and any(VENV.iterdir()):
            raise Failure(f"{VENV} exists, but is not a virtual environment: move it away and run the same command again.")
        say("==> the .venv that is there does not run on Python 3.10; making a new one")
        shutil.rmtree(VENV)
    with step("looking for CPython 3.10"):
        interpreter = find_or_get_python()
        say(f"    {interpreter.path} ({interpreter.version})")
    with step("creating .venv"):
        create_venv(interpreter, VENV)
    return interpreter.version


def create_venv(interpreter: interpreters.Interpreter, folder: Path) -> None:
    """Create a virtual environment with pip in it."""
    with tempfile.TemporaryDirectory(prefix="rootline-venv-") as scratch:
        log = Path(scratch) / "venv.log"
        if not run_quietly([interpreter.path, "-m", "venv", str(folder)], log):
            raise Failure(
                f"{folder} could not be created with {interpreter.path}: see the lines above, "
                "or set ROOTLINE_PYTHON to another CPython 3.10.",
                tail(log),
            )


# --- the packages ------------------------------------------------------------------------------------------------


def _install(locks: List[Path], log: Path) -> None:
    count = sum(len(re.findall(r"(?m)^[a-z0-9]", lock.read_text(encoding="utf-8"))) for lock in locks)
    with step(f"installing {count} locked packages (hashes checked)"):
        install_locked(VENV, locks, log)


def install_locked(venv: Path, locks: List[Path], log: Path) -> None:
    """Install exactly the locked files: with uv, which is ten times as fast, else with pip."""
    python = venv_python(venv)
    files = [part for lock in locks for part in ("-r", str(lock))]
    uv = python.with_name("uv")
    if not run_quietly(_pip(python) + ["-r", str(REQUIREMENTS / "tools.lock")], log):
        say("    the installer uv could not be fetched; pip will do the work, more slowly")
    else:
        command = [str(uv), "pip", "sync", "--require-hashes", "--python", str(python)]
        command += ["--build-constraints", str(REQUIREMENTS / "build.lock")]
        if run_quietly(command + [str(lock) for lock in locks], log, env=_uv_environment(python)):
            return
        say("    uv could not install the set; trying pip, which is slower")
    if not run_quietly(_pip(python) + ["--no-compile"] + files, log):
        raise Failure(
            f"the locked packages could not be installed: check the connection to your package index "
            f"(pip and uv use the one configured on this machine) and run the same command again; log: {log}",
            tail(log),
        )


def _pip(python: Path) -> List[str]:
    return [
        str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes",
    ]  # fmt: skip


def _uv_environment(python: Path) -> Dict[str, str]:
    """Give uv the index and certificates that pip is configured with, unless uv has its own."""
    env = dict(os.environ)
    env.pop("VIRTUAL_ENV", None)
    if any(name in env for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        return env
    done = subprocess.run(
        [str(python), "-m", "pip", "config", "list"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    settings = dict(re.findall(r"(?m)^[\w:]+\.([\w-]+)='(.*)'$", done.stdout.decode(errors="replace")))
    if settings.get("index-url"):
        env["UV_DEFAULT_INDEX"] = settings["index-url"]
    if settings.get("cert"):
        env.setdefault("SSL_CERT_FILE", settings["cert"])
    return env


def compile_sources(venv: Path, log: Path) -> None:
    """Compile what the bot imports. Without this the first start takes twice as long."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    site = str(_site_packages(venv))
    run_quietly([str(venv_python(venv)), "-m", "compileall", "-q", "-j", "0", "-x", _NOT_COMPILED, site], log, env=env)


# --- what runs at every start ------------------------------------------------------------------------------------


def _install_startup() -> None:
    """Put the TensorFlow stand-in and the project's folder on `.venv`'s path, if they are not there as they should be."""
    site = _site_packages(VENV)
    wanted = {
        site / f"{STARTUP_MODULE}.py": STARTUP_SOURCE.read_bytes(),
        site / "rootline.pth": f"{ROOT}\nimport {STARTUP_MODULE}; {STARTUP_MODULE}.install()\n".encode(),
    }
    for path, content in wanted.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            if path.suffix == ".py":
                command = [str(venv_python(VENV)), "-S", "-m", "compileall", "-q", str(path)]
                subprocess.run(command, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""}, check=False)


def _check_rasa(log: Path) -> None:
    command = [str(venv_python(VENV).with_name("rasa")), "--version"]
    if not run_quietly(command, log):
        raise Failure(f"the packages are installed, but `rasa --version` fails; log: {log}", tail(log))


# --- small things ------------------------------------------------------------------------------------------------


def _site_packages(venv: Path) -> Path:
    return next((venv / "lib").glob("python3.*/site-packages"))


def _stamp_file() -> Path:
    return VENV / ".rootline-setup.json"


def _read_stamp() -> Dict[str, str]:
    try:
        return dict(json.loads(_stamp_file().read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _digest(locks: List[Path]) -> str:
    digest = hashlib.sha256(str(VENV).encode())  # a moved project has a broken .venv
    for lock in locks:
        try:
            digest.update(lock.read_bytes())
        except FileNotFoundError:
            raise Failure(f"{lock} is missing: restore it from version control, or run `make lock`.") from None
    return digest.hexdigest()


def _runs(python: Path, *arguments: str) -> bool:
    try:
        command = [str(python), *(arguments or ("-S", "-c", ""))]
        null = subprocess.DEVNULL
        return subprocess.run(command, stdout=null, stderr=null, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _check_disk(wanted: str) -> None:
    free = shutil.disk_usage(ROOT).free // 2**20
    needed = FREE_MB_NEEDED[wanted]
    if free < needed and not VENV.exists():
        raise Failure(
            f"set-up needs about {needed} MB and {free} MB are free on this disk: free some and run the same command again."
        )
    if not os.access(ROOT, os.W_OK):
        raise Failure(f"{ROOT} may not be written: copy the project to a folder of your own and run the same command there.")


def _size_mb(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(path, name)).st_blocks * 512
    return total // 2**20


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let two set-ups of the same folder take turns (a developer's and CI's, say)."""
    import fcntl  # not on Windows, which `main` has turned away

    with (ROOT / ".venv.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("==> another set-up is at work here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main_guard(main)
