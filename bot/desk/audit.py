"""The audit log: who read or changed what and when; append-only, hash-chained, without any message text.

In: events of the desk. Out: entries, and what `verify` finds wrong. Called by the desk's routes and by
`python -m bot audit verify`.

Every entry carries a keyed hash (HMAC-SHA256) over its own fields and the hash of the one before, so an entry that is
changed, taken out, put in or moved breaks the chain; the number and hash of the newest entry stand in a file of their
own, so cutting off the end is seen as well. SQLite refuses UPDATE and DELETE. Whoever holds the key file can forge a chain:
keep a copy of `audit.head` elsewhere if that matters (docs/agent-desk.md).
"""

# ruff: noqa: E501
from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.errors import StartError

#: Hash before the first entry.
GENESIS = "0" * 64
FIELDS = ("n", "at", "who", "role", "site", "action", "object", "detail", "previous")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (n INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, role TEXT NOT NULL, site TEXT NOT NULL,
    action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
"""


class AuditLog:
    """The log in `folder`: audit.db, audit.key, audit.head."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._head = folder / "audit.head"
        self._lock = threading.Lock()
        self._key = _read_key(folder / "audit.key")
        try:
            self._database = sqlite3.connect(folder / "audit.db", timeout=5, check_same_thread=False, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise StartError("RUN004", f"{folder / 'audit.db'} cannot be used ({error}). Make var/ writable.") from error
        if os.name == "posix":
            (folder / "audit.db").chmod(0o600)

    def write(self, who: str, role: str, site: str, action: str, object: str, **detail: Any) -> None:
        """Add one entry.

        Args:
            who, role, site: Of the person who acts.
            action: For example call.read, call.turn.add, call.override.
            object: Id of what it was done to.
            detail: Ids, levels and counts; never what anybody said.
        """
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                last = self._database.execute("SELECT n, hash FROM entries ORDER BY n DESC LIMIT 1").fetchone()
                number, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
                text = json.dumps(detail, sort_keys=True, separators=(",", ":"), default=str)
                entry = (number, round(self._clock(), 3), who, role, site, action, object, text, previous)
                digest = self._digest(entry)
                self._database.execute("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?,?,?)", (*entry, digest))
                self._write_head(number, digest)
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    def read(self, *, after: int = 0, limit: int = 100, site: str | None = None) -> list[dict[str, Any]]:
        """Entries with a number above `after`, of one site or of all, oldest first."""
        query = "SELECT * FROM entries WHERE n > ? " + ("AND site = ? " if site is not None else "") + "ORDER BY n LIMIT ?"
        found = self._database.execute(query, (after, site, limit) if site is not None else (after, limit)).fetchall()
        return [{**dict(zip((*FIELDS, "hash"), row, strict=True)), "detail": json.loads(row[7])} for row in found]

    def verify(self) -> list[str]:
        """What is wrong with the log, one line each; empty when every entry stands as it was written."""
        problems: list[str] = []
        previous, number = GENESIS, 0
        for row in self._database.execute("SELECT * FROM entries ORDER BY n"):
            *entry, digest = row
            if entry[0] != number + 1:
                problems.append(f"entry {number + 1}: missing (the next one is {entry[0]})")
            if entry[8] != previous:
                problems.append(f"entry {entry[0]}: does not follow the one before it")
            if not hmac.compare_digest(self._digest(tuple(entry)), str(digest)):
                problems.append(f"entry {entry[0]}: was changed after it was written")
            previous, number = str(digest), entry[0]
        head = self._read_head()
        if head is None:
            if number:
                problems.append("audit.head is missing or was changed: entries may have been cut off at the end")
        elif head != (number, previous):
            problems.append(f"the log ends at entry {number}, audit.head says {head[0]}: entries were cut off or added")
        return problems

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _digest(self, entry: tuple[Any, ...]) -> str:
        text = json.dumps(entry, ensure_ascii=True, separators=(",", ":"))
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def _write_head(self, number: int, digest: str) -> None:
        seal = hmac.new(self._key, f"head {number} {digest}".encode(), hashlib.sha256).hexdigest()
        temporary = self._head.with_suffix(".part")
        temporary.write_text(f"{number} {digest} {seal}\n", encoding="ascii")
        os.replace(temporary, self._head)

    def _read_head(self) -> tuple[int, str] | None:
        try:
            number, digest, seal = self._head.read_text(encoding="ascii").split()
            expected = hmac.new(self._key, f"head {number} {digest}".encode(), hashlib.sha256).hexdigest()
            return (int(number), digest) if hmac.compare_digest(seal, expected) else None
        except (OSError, ValueError):
            return None


def _read_key(file: Path) -> bytes:
    try:
        return bytes.fromhex(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        key = secrets.token_bytes(32)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(key.hex())
        return key
    except (OSError, ValueError) as error:
        raise StartError(
            "RUN007", f"{file} cannot be read ({type(error).__name__}). Put back the key file of this log."
        ) from error
