#!/usr/bin/env python3
"""Write `requirements/*.lock` from `requirements/*.in`.

    python3 scripts/lock.py              keep every version that still fits, add or drop what changed
    python3 scripts/lock.py --upgrade    take the newest versions that fit
    python3 scripts/lock.py --check      no network: do the locks belong to the .in files, and name no host?

All of the bot's packages are resolved in one go, because Rasa and spaCy only fit together when chosen together.
The locks hold hashes and markers for Linux, macOS and Windows, and no address of any package index.

Source: docs/adr/0003-locks-and-setup.md
"""

import argparse
import hashlib
import re
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, NamedTuple

from progress import Failure, main_guard, run_quietly, say, step, tail, venv_python
from setup_environment import REQUIREMENTS, find_or_get_python

WITHOUT_TENSORFLOW = REQUIREMENTS / "without-tensorflow.txt"


# Where the locks for 3.10 are used: CPython on Linux and macOS (Windows: through WSL).
_WHERE = [
    "python_full_version < '3.11'",
    "implementation_name == 'cpython'",
    "platform_python_implementation == 'CPython'",
    "sys_platform != 'emscripten'",
    "sys_platform != 'win32'",
    "sys_platform != 'Windows'",  # no Python says so, but Rasa pins an old numpy for it
]
_WHERE_PEERS = [*_WHERE]  # a list of its own: nothing is left out of a peer's demands
_WHERE_TENSORFLOW = [*_WHERE, "platform_machine == 'x86_64'", "sys_platform == 'linux'"]


class Lock(NamedTuple):
    """One lock file: what it is made of, for which Python and platforms, and what it is for."""

    purpose: str
    inputs: List[str]
    python: str
    where: List[str]  # markers; empty: anywhere
    on_top_of: str = ""

    @property
    def overrides(self) -> List[Path]:
        """What replaces the packages' own demands."""
        return [WITHOUT_TENSORFLOW] if self.where is _WHERE else []


_EVERYTHING = ["core", "runtime", "test", "dev"]

LOCKS: Dict[str, Lock] = {
    "tools": Lock("the installer that set-up uses", ["tools"], "3.8", []),
    "build": Lock("what builds packages that exist as source only", ["build"], "3.10", []),
    "runtime": Lock("what the bot needs to run", ["core", "runtime"], "3.10", _WHERE),
    "dev": Lock("what `make test` needs", _EVERYTHING, "3.10", _WHERE, on_top_of="runtime"),
    "all-rasa": Lock("everything, with TensorFlow, on Linux x86_64", _EVERYTHING, "3.10", _WHERE_TENSORFLOW),
    "core": Lock("the core and its tests on Python 3.12 and newer", ["core", "test"], "3.12", []),
    "encoder": Lock("what `make train-encoder` needs beside encoder-extra.lock", ["encoder"], "3.11", []),
    "peers-medspacy": Lock("medspaCy, which `make evaluate` measures beside us", ["peers-medspacy"], "3.10", _WHERE_PEERS),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Write requirements/*.lock from requirements/*.in.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    parser.add_argument("--check", action="store_true", help="only check that the locks belong to the .in files")
    options = parser.parse_args()
    if options.check:
        return check()
    with tempfile.TemporaryDirectory(prefix="rootline-lock-") as name:
        folder = Path(name)
        with step("fetching the resolver"):
            uv = _resolver(folder)
        for lock_name in LOCKS:
            with step(f"resolving {lock_name}.lock ({LOCKS[lock_name].purpose})"):
                _write(lock_name, uv, folder, options.upgrade)
    return check()


def check() -> int:
    """Compare each lock's recorded inputs with the files there are, without touching the network."""
    problems = []
    for name in LOCKS:
        path = _path(name)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if f"# inputs: {_input_digest(name)}\n" not in text:
            problems.append(f"requirements/{name}.lock does not belong to its .in files: run `make lock`")
        if "://" in text or "--index" in text:
            problems.append(f"requirements/{name}.lock names an address: remove it, and run `make lock`")
        unhashed = [line for line in _entries(text) if "--hash=" not in _entries(text)[line]]
        if unhashed:
            problems.append(f"requirements/{name}.lock has no hash for {', '.join(unhashed)}: run `make lock`")
    if problems:
        raise Failure(f"{len(problems)} lock files are not as they should be.", "\n".join(problems))
    say(f"==> {len(LOCKS)} lock files belong to their .in files, every package has hashes, no index is named")
    return 0


def _write(name: str, uv: str, folder: Path, upgrade: bool) -> None:
    lock = LOCKS[name]
    base = _entries(_path(lock.on_top_of).read_text(encoding="utf-8")) if lock.on_top_of else {}
    out = folder / f"{name}.txt"
    if not upgrade:  # the resolver keeps the versions it finds in its output file
        kept = dict(base)
        if _path(name).exists():
            kept.update(_entries(_path(name).read_text(encoding="utf-8")))
        out.write_text("".join(kept[key] for key in sorted(kept)), encoding="utf-8")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-annotate", "--no-header"]
    command += ["--no-emit-index-url", "--python-version", lock.python, "--output-file", str(out)]
    if lock.where:
        project = folder / "only-3.10"
        project.mkdir(exist_ok=True)
        environments = f'[tool.uv]\nenvironments = ["{" and ".join(lock.where)}"]\n'
        (project / "pyproject.toml").write_text(environments, encoding="utf-8")
        command += ["--python", find_or_get_python().path, "--project", str(project)]
    for path in lock.overrides:
        command += ["--override", str(path)]
    if base:
        pins = folder / "pins.txt"
        pins.write_text("".join(f"{key}\n" for key in base), encoding="utf-8")
        command += ["--constraint", str(pins)]
    log = folder / "uv.log"
    if not run_quietly(command + [str(REQUIREMENTS / f"{part}.in") for part in lock.inputs], log):
        raise Failure(f"requirements/{name}.lock could not be resolved: change requirements/*.in and try again.", tail(log, 12))
    text = out.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(\S+==\S+) ; (.*) \\$", lambda found: _shortened(found, lock.where), text)
    entries = _entries(text)
    pinned = {_pin(key) for key in entries}
    missing = [key for key in base if _pin(key) not in pinned]
    if missing:
        raise Failure(f"{name}.lock would not contain {', '.join(missing)} of {lock.on_top_of}.lock; run with --upgrade.")
    head = f"# Written by `make lock`: {lock.purpose}"
    head += f", on top of {lock.on_top_of}.lock.\n" if lock.on_top_of else ".\n"
    head += f"# inputs: {_input_digest(name)}\n"
    own = [entries[key] for key in sorted(entries) if key not in base]  # a wider marker is written again
    _path(name).write_text(head + "".join(own), encoding="utf-8")
    say(f"    {len(own)} packages")


def _entries(text: str) -> Dict[str, str]:
    """Split a lock into its packages: `name==version ; marker` -> the whole entry with its hashes."""
    entries: Dict[str, str] = {}
    for entry in re.findall(r"(?m)^[A-Za-z0-9][^\n]*\n(?:[ ]+[^\n]*\n)*", text):
        entries[entry.split("\n", 1)[0].rstrip("\\").strip()] = entry
    return entries


def _shortened(found: "re.Match[str]", where: List[str]) -> str:
    """Leave out of a marker what is true wherever the lock is used."""
    left = [part for part in found.group(2).split(" and ") if part not in where]
    return found.group(1) + (" ; " + " and ".join(left) if left else "") + " \\"


def _pin(key: str) -> str:
    return key.split(";")[0].strip()


def _input_digest(name: str) -> str:
    lock = LOCKS[name]
    digest = hashlib.sha256(lock.python.encode())
    for path in [*(REQUIREMENTS / f"{part}.in" for part in lock.inputs), *lock.overrides]:
        lines = path.read_text(encoding="utf-8").splitlines()
        digest.update("\n".join(line.strip() for line in lines if line.strip() and not line.startswith("#")).encode())
    return digest.hexdigest()


def _path(name: str) -> Path:
    return REQUIREMENTS / f"{name}.lock"


def _resolver(folder: Path) -> str:
    """The locked uv in a throw-away environment; without a lock (the very first time) the newest."""
    python, log = venv_python(folder / "venv"), folder / "pip.log"
    what = ["--require-hashes", "-r", str(_path("tools"))] if _path("tools").exists() else ["uv"]
    made = run_quietly([sys.executable, "-m", "venv", str(folder / "venv")], log)
    if not made or not run_quietly([str(python), "-m", "pip", "install", "--quiet", *what], log):
        raise Failure("the resolver uv could not be installed: check the connection to your package index.", tail(log))
    return str(python.with_name("uv"))


if __name__ == "__main__":
    main_guard(main)
