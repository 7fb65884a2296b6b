"""Environments for the peers: .cache/peers/<name>, made from a lock by the command that needs them.

In: a peer's name. Out: its interpreter, or `Unavailable` with the reason. Called by `evaluation.peers.run` and by bench.
Never the product's `.venv`: a peer brings other versions of the same packages.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".cache" / "peers"
_SCRIPTS = ROOT / "scripts"

#: Peer -> its lock, the room it needs on disk in MB, and a line of Python that proves it works.
PEERS = {
    "medspacy": ("peers-medspacy.lock", 1200, "import medspacy"),
    "rasa": ("all-rasa.lock", 5500, "import rasa"),
}


class Unavailable(Exception):
    """The peer cannot run on this machine; the text says why, for the table."""


def ready_python(peer: str, say: Callable[[str], None]) -> Path:
    """The interpreter of a peer's environment, made first if it is missing or its lock has changed.

    Args:
        peer: A key of `PEERS`.
        say: Takes a line about what is being done.

    Raises:
        Unavailable: No Python 3.10, no package index, not enough disk, or a platform its packages do not exist for.
    """
    lock_name, room, proof = PEERS[peer]
    lock = ROOT / "requirements" / lock_name
    venv = FOLDER / peer
    python = venv / "bin" / "python"
    stamp = venv / ".ready.json"
    digest = hashlib.sha256(f"{venv}{lock.read_text(encoding='utf-8')}".encode()).hexdigest()
    if stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")).get("digest") == digest and _runs(python, "pass"):
        return python
    if peer == "rasa" and (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Unavailable("its TensorFlow packages are locked for Linux on x86_64 only")
    _make(venv, lock, room, say)
    if not _runs(python, proof):
        raise Unavailable(f"it was installed in {venv.relative_to(ROOT)}, but `{proof}` fails there")
    stamp.write_text(json.dumps({"digest": digest}), encoding="utf-8")
    return python


def _make(venv: Path, lock: Path, room: int, say: Callable[[str], None]) -> None:
    setup = _setup_module()
    FOLDER.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(FOLDER).free // 2**20
    if free < room:
        raise Unavailable(f"it needs about {room} MB on disk and {free} MB are free")
    say(f"    making {venv.relative_to(ROOT)} from requirements/{lock.name} (once)")
    if venv.exists():
        shutil.rmtree(venv)
    try:
        setup.create_venv(setup.find_or_get_python(), venv)
        setup.install_locked(venv, [lock], venv / "setup.log")
    except setup.Failure as failure:
        raise Unavailable(failure.sentence.split(":")[0]) from failure


def _setup_module() -> Any:
    """scripts/setup_environment.py, which set-up itself uses; scripts/ is no package."""
    if str(_SCRIPTS) not in sys.path:
        sys.path.append(str(_SCRIPTS))
    import setup_environment

    return setup_environment


def _runs(python: Path, code: str) -> bool:
    try:
        command = [str(python), "-c", code]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
