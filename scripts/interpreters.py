"""Find a CPython that really runs: a name on PATH may be a shim of a version manager that points nowhere.

Standard library only, Python 3.8 or newer. Used by set-up (3.10, for Rasa) and by the core tests (3.12 or newer).
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Set, Tuple

Version = Tuple[int, int]

_PROBE = (
    "import sys, json, platform\n"
    "try:\n    import ensurepip, venv, ssl; whole = True\n"
    "except ImportError:\n    whole = False\n"
    "print(json.dumps([getattr(sys, '_base_executable', None) or sys.executable, platform.python_version(),"
    " list(sys.version_info[:2]), platform.python_implementation(), whole, sys.maxsize > 2**32]))"
)

# Where version managers and installers put interpreters, under the home folder and elsewhere. {v} is "3.10".
_HOME_PATTERNS = (
    ".pyenv/versions/{v}*/bin/python{v}",
    ".asdf/installs/python/{v}*/bin/python{v}",
    ".local/share/mise/installs/python/{v}*/bin/python{v}",
    ".local/share/rtx/installs/python/{v}*/bin/python{v}",
    ".local/share/uv/python/cpython-{v}*/bin/python{v}",
    ".local/share/hatch/pythons/{v}*/**/bin/python{v}",
    ".rye/py/cpython@{v}*/bin/python{v}",
    ".local/bin/python{v}",
    "*conda*/bin/python{v}",
    "*conda*/envs/*/bin/python{v}",
    "*mamba*/bin/python{v}",
    "*mamba*/envs/*/bin/python{v}",
    "miniforge*/bin/python{v}",
    "miniforge*/envs/*/bin/python{v}",
    ".conda/envs/*/bin/python{v}",
)
_ROOT_PATTERNS = (
    "usr/local/bin/python{v}",
    "usr/bin/python{v}",
    "opt/python*{v}*/bin/python{v}",
    "opt/python/cp{c}-cp{c}/bin/python{v}",
    "opt/homebrew/opt/python@{v}/bin/python{v}",
    "usr/local/opt/python@{v}/bin/python{v}",
    "home/linuxbrew/.linuxbrew/opt/python@{v}/bin/python{v}",
    "Library/Frameworks/Python.framework/Versions/{v}/bin/python{v}",
    "opt/*conda*/bin/python{v}",
    "opt/*conda*/envs/*/bin/python{v}",
)


class Interpreter(NamedTuple):
    """A CPython that was run and answered."""

    path: str
    version: str
    major_minor: Version


def probe(path: str) -> Tuple[Optional[Interpreter], str]:
    """Run one candidate.

    Returns:
        The interpreter, or None and the reason why it will not do (empty if it does not run at all).
    """
    try:
        done = subprocess.run(
            [path, "-I", "-c", _PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, check=False
        )
        base, version, major_minor, implementation, whole, is_64_bit = json.loads(done.stdout.decode() or "null")
    except (OSError, ValueError, TypeError, subprocess.TimeoutExpired):
        return None, ""
    if implementation != "CPython" or not is_64_bit:
        return None, f"{path} is not a 64-bit CPython"
    if not whole:
        return None, f"{path} lacks venv, ensurepip or ssl (on Debian and Ubuntu: install python{version[:4]}-venv)"
    return Interpreter(base, version, (major_minor[0], major_minor[1])), ""


def candidates(version: Version) -> Iterator[str]:
    """Every place worth a try, the likeliest first. The same file may come twice."""
    dotted, compact = f"{version[0]}.{version[1]}", f"{version[0]}{version[1]}"
    if os.environ.get("ROOTLINE_PYTHON"):
        yield os.environ["ROOTLINE_PYTHON"]
    if sys.version_info[:2] == version:
        yield sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, f"python{dotted}")
        if folder and os.access(path, os.X_OK):
            yield path
    home = Path.home()
    managers = [Path(os.environ[name]) for name in ("PYENV_ROOT", "CONDA_PREFIX", "CONDA_ROOT") if name in os.environ]
    for manager in managers:
        for pattern in (f"versions/{dotted}*/bin/python{dotted}", f"bin/python{dotted}", f"envs/*/bin/python{dotted}"):
            yield from _newest_first(manager, pattern)
    for pattern in _HOME_PATTERNS:
        yield from _newest_first(home, pattern.format(v=dotted, c=compact))
    root = Path(os.path.abspath(os.sep))
    for pattern in _ROOT_PATTERNS:
        yield from _newest_first(root, pattern.format(v=dotted, c=compact))
    for name in ("python3", "python"):
        found = shutil.which(name)
        if found:
            yield found


def _newest_first(folder: Path, pattern: str) -> List[str]:
    try:
        return sorted((str(path) for path in folder.glob(pattern)), key=_numbers, reverse=True)
    except OSError:
        return []


def _numbers(path: str) -> List[int]:
    return [int(part) for part in "".join(c if c.isdigit() else " " for c in path).split()]


def find(version: Version) -> Tuple[Optional[Interpreter], List[str]]:
    """Find a CPython of this version.

    Returns:
        The first that runs (or None), and what was found but will not do.
    """
    seen: Set[str] = set()
    unfit: List[str] = []
    for path in candidates(version):
        if path in seen:
            continue
        seen.add(path)
        interpreter, reason = probe(path)
        if interpreter and interpreter.major_minor == version:
            return interpreter, unfit
        if reason:
            unfit.append(reason)
    return None, unfit
