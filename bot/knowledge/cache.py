"""Keeps the parsed knowledge as JSON, so that a cold start need not parse YAML.

In: a folder, a key (sha256 of content and code), plain data. Out: the same data, or None. Called by
`bot.knowledge.load` only. A cache that cannot be read, written or trusted is ignored, never an error.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

#: Older compiled files kept beside the newest one (several checkouts may share the user's folder).
KEEP = 8


def read(folder: Path, key: str) -> dict[str, Any] | None:
    """The data stored under `key`, or None when there is none or it is damaged."""
    for home in _homes(folder):
        try:
            checksum, _, payload = (home / f"{key}.cache").read_bytes().partition(b"\n")
        except OSError:
            continue
        if checksum.decode("ascii", "replace") != sha256(payload).hexdigest():
            continue
        try:
            data = json.loads(payload)
        except ValueError:
            continue
        if isinstance(data, dict):
            return data
    return None


def write(folder: Path, key: str, data: Mapping[str, Any]) -> None:
    """Store `data` beside the knowledge if that folder is writable, else in the user's cache folder, else nowhere."""
    import tempfile  # slow to import, and most starts only read

    payload = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    content = sha256(payload).hexdigest().encode() + b"\n" + payload
    for home in _homes(folder):
        try:
            home.mkdir(parents=True, exist_ok=True)
            (home / ".gitignore").write_text("*\n", encoding="utf-8")
            handle, temporary = tempfile.mkstemp(dir=home, suffix=".part")
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            os.replace(temporary, home / f"{key}.cache")  # whole or not at all: several processes may start at once
        except OSError:
            continue
        _forget_old(home)
        return


def _homes(folder: Path) -> list[Path]:
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    homes = [folder / ".cache"]
    with suppress(RuntimeError):  # no home folder at all (a container with an unknown user)
        homes.append((Path(base) if base else Path.home() / ".cache") / "rootline" / "knowledge")
    return homes


def _forget_old(home: Path) -> None:
    try:
        old = sorted(home.glob("*.cache"), key=lambda file: file.stat().st_mtime, reverse=True)[KEEP:]
        for file in old:
            file.unlink()
    except OSError:
        return
