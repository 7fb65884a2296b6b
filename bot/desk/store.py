"""Where calls are kept: one SQLite file in the private folder.

In: plain values. Out: rows as dicts. Called by `bot.desk.calls` and `bot.desk.handover`, always from the desk's one worker
thread. Every query about a call names its site: nobody reaches another site's calls by knowing an id.
"""

# ruff: noqa: E501
from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.errors import StartError

#: 2: call-back numbers have a table of their own.
SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (id TEXT PRIMARY KEY, site TEXT NOT NULL, agent TEXT NOT NULL, key TEXT, status TEXT NOT NULL,
    locale TEXT NOT NULL, reference TEXT, conversation TEXT, created REAL NOT NULL, updated REAL NOT NULL, closed REAL, today TEXT NOT NULL,
    machine TEXT NOT NULL, desk TEXT NOT NULL, override TEXT, wrap_up TEXT, open_items TEXT NOT NULL, turns INTEGER NOT NULL,
    milliseconds REAL NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX IF NOT EXISTS calls_key ON calls (site, key);
CREATE INDEX IF NOT EXISTS calls_order ON calls (site, created, id);
CREATE TABLE IF NOT EXISTS turns (call TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL, speaker TEXT NOT NULL, text TEXT NOT NULL,
    at REAL, final INTEGER NOT NULL, withdrawn INTEGER NOT NULL, PRIMARY KEY (call, id));
CREATE TABLE IF NOT EXISTS decisions (call TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL, upto INTEGER NOT NULL,
    who TEXT NOT NULL, at REAL NOT NULL, undone INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (call, n));
CREATE TABLE IF NOT EXISTS handovers (id TEXT PRIMARY KEY, conversation TEXT NOT NULL, site TEXT NOT NULL, status TEXT NOT NULL,
    reason TEXT NOT NULL, disposition TEXT NOT NULL, requested REAL NOT NULL, taken REAL, ended REAL, agent TEXT);
CREATE TABLE IF NOT EXISTS numbers (conversation TEXT PRIMARY KEY, number BLOB NOT NULL, until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS handovers_conversation ON handovers (conversation, requested);
"""


class Store:
    """The file `desk.db` in `folder`."""

    def __init__(self, folder: Path) -> None:
        file = folder / "desk.db"
        try:
            self.database = sqlite3.connect(file, timeout=5, check_same_thread=False, isolation_level=None)
            self.database.row_factory = sqlite3.Row
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
                self.database.execute(f"PRAGMA {pragma}")
            version = self.database.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise StartError("RUN004", f"{file} was written by a newer release. Update Rootline.")
            if version == 1:  # numbers live for a day at most: none is carried over
                for column in ("number", "number_until"):
                    self.database.execute(f"ALTER TABLE handovers DROP COLUMN {column}")
            self.database.executescript(_SCHEMA)
            self.database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        except sqlite3.Error as error:
            raise StartError("RUN004", f"the database {file} cannot be used ({error}). Make it writable.") from error
        if os.name == "posix":
            file.chmod(0o600)

    @contextmanager
    def together(self) -> Iterator[None]:
        """All changes inside, or none."""
        if self.database.in_transaction:
            yield
            return
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.database.execute("COMMIT")
        except BaseException:
            self.database.execute("ROLLBACK")
            raise

    def insert(self, table: str, values: Mapping[str, Any]) -> None:
        """One new row."""
        names = ", ".join(values)
        self.database.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))

    def update(self, table: str, values: Mapping[str, Any], **where: Any) -> int:
        """Change rows; returns how many."""
        sets = ", ".join(f"{name} = ?" for name in values)
        condition = " AND ".join(f"{name} = ?" for name in where)
        return self.database.execute(f"UPDATE {table} SET {sets} WHERE {condition}", (*values.values(), *where.values())).rowcount

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What a query finds."""
        return [dict(row) for row in self.database.execute(query, values)]

    def row(self, query: str, *values: Any) -> dict[str, Any] | None:
        """The first row a query finds."""
        found = self.database.execute(query, values).fetchone()
        return dict(found) if found is not None else None

    def call(self, call: str, site: str) -> dict[str, Any] | None:
        """One call of one site."""
        return self.row("SELECT * FROM calls WHERE id = ? AND site = ?", call, site)

    def turns(self, call: str) -> list[dict[str, Any]]:
        """Every turn in order, the withdrawn ones too."""
        return self.rows("SELECT * FROM turns WHERE call = ? ORDER BY place", call)

    def decisions(self, call: str) -> list[dict[str, Any]]:
        """Every decision of the desk in order, with its data."""
        found = self.rows("SELECT * FROM decisions WHERE call = ? ORDER BY n", call)
        return [{**row, "data": json.loads(row["data"])} for row in found]

    def calls(self, site: str, *, status: str | None, before: tuple[float, str] | None, limit: int) -> Sequence[dict[str, Any]]:
        """Calls of a site, newest first, after the one named by `before` (time, id)."""
        query, values = "SELECT * FROM calls WHERE site = ?", [site]
        if status is not None:
            query, values = query + " AND status = ?", [*values, status]
        if before is not None:
            query, values = query + " AND (created, id) < (?, ?)", [*values, *before]  # type: ignore[list-item]
        return self.rows(query + " ORDER BY created DESC, id DESC LIMIT ?", *values, limit)

    def truncate(self) -> None:
        """Empty the write-ahead log: what was deleted would otherwise stay readable in `desk.db-wal`.

        A reader in another process may hold it back; then the log is emptied by the next deletion or checkpoint.
        """
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Close the file."""
        self.database.close()
