#!/usr/bin/env python3
"""Everything behind `make test`, in order, with one table at the end.

    python3 scripts/run_tests.py [pytest options]

Set-up, locks, ruff, mypy, pytest (browser tests with a Chromium that is found or installed), and the core's tests on
Python 3.12 or newer. Later steps run even if an earlier one failed, so that one run tells all. With pytest options
only pytest runs. ROOTLINE_TEST_JOBS=2 spreads pytest over two processes.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

import core_tests
import lock
import setup_environment
from progress import ROOT, Failure, main_guard, run_quietly, say, step, tail, took, venv_python

PYTHON = venv_python(ROOT / ".venv")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
CHROMIUM_PATHS = (
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Outcome(NamedTuple):
    """How one step ended; `skipped` says why it did not run."""

    title: str
    ok: bool
    seconds: float
    closing_line: str = ""
    skipped: str = ""


def main() -> int:
    return run_all(sys.argv[1:])


def run_all(pytest_options: List[str]) -> int:
    """Run the steps; return 0 if none failed."""
    os.chdir(ROOT)
    started = time.monotonic()
    setup_environment.make_environment("dev")
    outcomes: List[Outcome] = []
    if not pytest_options:
        outcomes.append(_locks())
        outcomes.append(_run("ruff", [str(PYTHON), "-m", "ruff", "check", "--output-format=concise", "."]))
        outcomes.append(_run("mypy", [str(PYTHON), "-m", "mypy"]))
    chromium = ensure_chromium()
    ensure_node_packages()
    outcomes.append(_run("pytest", _pytest_command(pytest_options), env=_test_environment(chromium)))
    if not pytest_options:
        outcomes.append(_core())
    return _report(outcomes, chromium, time.monotonic() - started)


def _pytest_command(options: List[str]) -> List[str]:
    jobs = os.environ.get("ROOTLINE_TEST_JOBS", "1")
    spread = ["-n", jobs, "--dist", "loadfile"] if jobs != "1" else []
    return [str(PYTHON), "-m", "pytest", "--durations=8", *spread, *(options or ["tests"])]


def _test_environment(chromium: Optional[str]) -> Dict[str, str]:
    env = core_tests.environment()
    env.pop("ROOTLINE_CHROMIUM", None)
    if chromium:
        env["ROOTLINE_CHROMIUM"] = chromium
    return env


def _locks() -> Outcome:
    started = time.monotonic()
    try:
        lock.check()
    except Failure as failure:
        say(f"{failure.details}\nerror: {failure.sentence}")
        return Outcome("locks", False, time.monotonic() - started)
    return Outcome("locks", True, time.monotonic() - started)


def _core() -> Outcome:
    started = time.monotonic()
    title = "core on newer Python"
    try:
        python = core_tests.ready_python()
        if python is None:
            return Outcome(title, True, time.monotonic() - started, skipped="no Python 3.12 or newer found")
        command = core_tests.command(python, [])
    except Failure as failure:
        say(f"{failure.details}\nerror: {failure.sentence}".strip())
        return Outcome(title, False, time.monotonic() - started)
    return _run(title, command, env=core_tests.environment(), started=started)


def _run(title: str, command: List[str], env: Optional[Dict[str, str]] = None, started: Optional[float] = None) -> Outcome:
    """Run a step with its output passed through; keep pytest's closing line for the table."""
    started = time.monotonic() if started is None else started
    say(f"==> {title}")
    closing_line = ""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, text=True, errors="replace", bufsize=1
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if re.search(r"\b\d+ (passed|failed|errors?|skipped|deselected)\b.* in [\d.]+s|no tests ran", line):
                closing_line = line.strip().strip("= ")
    seconds = time.monotonic() - started
    say(f"    {'done' if child.returncode == 0 else 'FAILED'} in {took(seconds)}")
    return Outcome(title, child.returncode == 0, seconds, closing_line)


def _report(outcomes: List[Outcome], chromium: Optional[str], seconds: float) -> int:
    say("\n" + "=" * 79)
    for outcome in outcomes:
        word = "skipped" if outcome.skipped else "ok" if outcome.ok else "FAILED"
        say(f"{outcome.title:22} {word:8} {took(outcome.seconds):>12}   {outcome.skipped or outcome.closing_line}".rstrip())
    if chromium is None and _has_browser_tests():
        say("browser tests          skipped                no Chromium (see above)")
    failed = [outcome.title for outcome in outcomes if not outcome.ok]
    say("=" * 79)
    say(f"{'FAILED: ' + ', '.join(failed) if failed else 'all green'} in {took(seconds)}")
    return 1 if failed else 0


# --- the widget's own packages -----------------------------------------------------------------------------------


def ensure_node_packages() -> None:
    """Install what the widget is built and tested with, where Node.js is; `make run` needs none of it.

    Without them the tests that build the widget again and run its TypeScript tests are skipped, and this says why.
    """
    web = ROOT / "web"
    lock_file, installed = web / "package-lock.json", web / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock_file.stat().st_mtime:
        return
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        say("==> SKIPPED: the widget is not built again, because there is no Node.js with npm")
        return
    say("==> installing the widget's packages (npm ci)")
    started = time.monotonic()
    log = ROOT / ".cache" / "npm.log"
    log.parent.mkdir(exist_ok=True)
    if run_quietly([npm, "ci", "--no-audit", "--no-fund", "--prefix", str(web)], log):
        say(f"    done in {took(time.monotonic() - started)}")
    else:
        say(f"{tail(log)}\n==> SKIPPED: the widget is not built again, because its packages could not be installed")


# --- a browser ---------------------------------------------------------------------------------------------------


def ensure_chromium() -> Optional[str]:
    """Find a Chromium, or install Debian's as root; say what is done, and why it is left out when it is.

    Returns:
        The path of the browser, or None: then the browser tests are skipped.
    """
    if not _has_browser_tests():
        return None
    found = _find_chromium()
    if found:
        say(f"==> browser tests use {found}")
        return found
    problem = _install_chromium()
    found = _find_chromium()
    if found:
        say(f"    browser tests use {found}")
        return found
    say(
        f"==> SKIPPED: browser tests, because there is no Chromium and {problem}; "
        "install one, or set ROOTLINE_CHROMIUM to its path"
    )
    return None


def _find_chromium() -> Optional[str]:
    places = [os.environ.get("ROOTLINE_CHROMIUM", "")]
    places += [shutil.which(name) or "" for name in CHROMIUM_NAMES]
    places += CHROMIUM_PATHS
    for path in places:
        if path and os.access(path, os.X_OK) and _answers(path):
            return path
    return None


def _answers(path: str) -> bool:
    """A Chromium on PATH may be a stub that only tells to install a snap."""
    try:
        null = subprocess.DEVNULL
        return subprocess.run([path, "--version"], stdout=null, stderr=null, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install_chromium() -> str:
    """Install Debian's Chromium; return why it could not be done, or an empty string."""
    apt = shutil.which("apt-get")
    if not apt:
        return "this system has no apt-get to install one with"
    if os.geteuid() != 0:
        return "only root may install one"
    log = ROOT / ".venv" / "chromium.log"
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "-q", "--no-install-recommends", "chromium"]
    with step("installing Chromium for the browser tests (apt-get install chromium)"):
        if run_quietly(install, log, env) or (run_quietly([apt, "update", "-q"], log, env) and run_quietly(install, log, env)):
            return ""
    say(tail(log, 3))
    return "apt-get could not install it"


def _has_browser_tests() -> bool:
    """Whether any test asks for a browser; without one, nothing is installed."""
    wanted = re.compile(r"mark\.browser\b|ROOTLINE_CHROMIUM")
    return any(wanted.search(path.read_text(encoding="utf-8", errors="replace")) for path in _test_files())


def _test_files() -> List[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


if __name__ == "__main__":
    main_guard(main)
