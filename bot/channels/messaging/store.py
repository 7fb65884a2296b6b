"""What messaging keeps: who may be written to, what came in and is not answered, what must go out. SQLite in var/.

In: pseudonyms, sealed text. Out: rows. Called by `post` (in), `outbox` (out) and the command `channels`. Nothing here can be read
without the keyring: people stand under their pseudonym, texts and addresses are sealed, ids of platforms are digests. What is
answered or delivered is wiped at once.

A message is written down before the platform is told that we have it, and its answer is written down in the same step that
ticks it off: a crash between any two lines loses nothing and answers nothing twice.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.runtime.folders import unusable

FILE = "messaging.db"
#: A delivery is known again for this long; platforms retry for at most a day or two.
KNOWN_DAYS = 7.0
DAY = 86400.0

_TABLES = """
CREATE TABLE IF NOT EXISTS people (
    conversation TEXT PRIMARY KEY, platform TEXT NOT NULL, address BLOB NOT NULL, locale TEXT NOT NULL,
    last_in REAL NOT NULL, stopped INTEGER NOT NULL DEFAULT 0, told_at REAL NOT NULL DEFAULT 0, greeted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS inbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, at REAL NOT NULL, sealed BLOB
);
CREATE INDEX IF NOT EXISTS inbox_open ON inbox (conversation) WHERE sealed IS NOT NULL;
CREATE TABLE IF NOT EXISTS outbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL, platform TEXT NOT NULL, sealed BLOB NOT NULL,
    at REAL NOT NULL, next_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, urgent INTEGER NOT NULL DEFAULT 0,
    failed TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS groups (group_key TEXT PRIMARY KEY, at REAL NOT NULL);
"""


@dataclass(frozen=True)
class Person:
    """Somebody on a platform, under a pseudonym. `told_at`: when they were last told that they are stopped.

    `greeted`: they were told what this is and what is kept.
    """

    conversation: str
    platform: str
    address: bytes
    locale: str
    last_in: float
    stopped: bool = False
    told_at: float = 0.0
    greeted: bool = False


@dataclass(frozen=True)
class Waiting:
    """Something in the outbox. `urgent`: this, or something behind it for the same person, is an emergency."""

    n: int
    conversation: str
    platform: str
    sealed: bytes
    at: float
    next_at: float
    attempts: int
    urgent: bool


class Store:
    """The four tables. Calls take well under a millisecond, so they run in the event loop."""

    def __init__(self, folder: Path) -> None:
        file = folder / FILE
        try:
            self._db = sqlite3.connect(file, timeout=5, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_TABLES)
            if os.name == "posix":
                file.chmod(0o600)
        except (OSError, sqlite3.Error) as error:
            raise unusable(file, error) from None

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._db.close()

    # --- people -------------------------------------------------------------------------------------------------

    def person(self, conversation: str) -> Person | None:
        """Somebody known, or None."""
        row: tuple[Any, ...] | None = self._db.execute("SELECT * FROM people WHERE conversation = ?", (conversation,)).fetchone()
        return Person(row[0], row[1], row[2], row[3], row[4], bool(row[5]), row[6], bool(row[7])) if row else None

    def set_stopped(self, conversation: str, stopped: bool, now: float) -> None:
        """They want no more messages, or want them again."""
        self._db.execute("UPDATE people SET stopped = ?, told_at = ? WHERE conversation = ?", (int(stopped), now, conversation))

    def set_greeted(self, conversation: str) -> None:
        """They were told what this is and what is kept."""
        self._db.execute("UPDATE people SET greeted = 1 WHERE conversation = ?", (conversation,))

    def forget_person(self, conversation: str) -> None:
        """How to reach them; what is on its way to them still goes out."""
        self._db.execute("DELETE FROM people WHERE conversation = ?", (conversation,))

    def forget(self, conversation: str, *, upto: int | None = None) -> int:
        """Everything of one person, what waits to be read or sent included. Digests of deliveries stay: they name nobody.

        Args:
            conversation: Whose.
            upto: The delivery that asked for it; it and what came after it still get their answer.

        Returns:
            How many records were deleted.
        """
        self._db.execute("BEGIN IMMEDIATE")
        count = 0
        for table in ("people", "outbox"):
            count += self._db.execute(f"DELETE FROM {table} WHERE conversation = ?", (conversation,)).rowcount
        found = self._db.execute("SELECT n FROM inbox WHERE conversation = ?", (conversation,)).fetchall()
        count += self._tick_off(n for (n,) in found if upto is None or n < upto)
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # the log would still hold what was deleted
        return count

    # --- what came in -------------------------------------------------------------------------------------------

    def take_in(self, key: str, sealed: bytes, person: Person) -> int | None:
        """Write down a delivery, who wrote and how to answer them; None when it came before.

        What waited for them to write again (a platform's window) may go out now.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            cursor = self._db.execute(
                "INSERT OR IGNORE INTO inbox (key, conversation, at, sealed) VALUES (?, ?, ?, ?)",
                (key, person.conversation, person.last_in, sealed),
            )
            if cursor.rowcount != 1:
                return None
            self._db.execute(
                "INSERT INTO people (conversation, platform, address, locale, last_in) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (conversation) DO UPDATE SET address = excluded.address, last_in = excluded.last_in",
                (person.conversation, person.platform, person.address, person.locale, person.last_in),
            )
            self._db.execute(
                "UPDATE outbox SET next_at = ?, failed = '' WHERE conversation = ? AND failed = 'window'",
                (person.last_in, person.conversation),
            )
            return cursor.lastrowid
        finally:
            self._db.execute("COMMIT")

    def unanswered(self) -> list[tuple[int, str, bytes]]:
        """Deliveries of an earlier run that were not answered: number, conversation, sealed text; oldest first."""
        return list(self._db.execute("SELECT n, conversation, sealed FROM inbox WHERE sealed IS NOT NULL ORDER BY n"))

    def answer(
        self, numbers: Iterable[int], conversation: str, platform: str, out: Iterable[tuple[bytes, bool]], now: float
    ) -> None:
        """Tick off deliveries and put their answer into the outbox, both or neither.

        Deliveries that were all ticked off before have their answer already: nothing is added.
        """
        wanted = list(numbers)
        self._db.execute("BEGIN IMMEDIATE")
        if not wanted or self._tick_off(wanted):
            self._db.executemany(
                "INSERT INTO outbox (conversation, platform, sealed, at, next_at, urgent) VALUES (?, ?, ?, ?, ?, ?)",
                [(conversation, platform, sealed, now, now, int(urgent)) for sealed, urgent in out],
            )
        self._db.execute("COMMIT")

    def _tick_off(self, numbers: Iterable[int]) -> int:
        wanted = [(n,) for n in numbers]
        statement = "UPDATE inbox SET sealed = NULL, conversation = '' WHERE n = ? AND sealed IS NOT NULL"
        return self._db.executemany(statement, wanted).rowcount if wanted else 0

    # --- what must go out ---------------------------------------------------------------------------------------

    def next_out(self, conversation: str) -> Waiting | None:
        """The oldest thing that waits for one person: nothing overtakes."""
        row: tuple[Any, ...] | None = self._db.execute(
            "SELECT n, conversation, platform, sealed, at, next_at, attempts, "
            "(SELECT MAX(urgent) FROM outbox WHERE conversation = ? AND failed = '') FROM outbox "
            "WHERE conversation = ? AND failed = '' ORDER BY n LIMIT 1",
            (conversation, conversation),
        ).fetchone()
        return Waiting(row[0], row[1], row[2], row[3], row[4], row[5], row[6], bool(row[7])) if row else None

    def waiting_for(self) -> list[str]:
        """People for whom something waits."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT conversation FROM outbox WHERE failed = ''")]

    def sent(self, n: int) -> None:
        """Delivered: wiped."""
        self._db.execute("DELETE FROM outbox WHERE n = ?", (n,))

    def try_later(self, n: int, at: float) -> None:
        """Not delivered yet."""
        self._db.execute("UPDATE outbox SET attempts = attempts + 1, next_at = ? WHERE n = ?", (at, n))

    def hold(self, n: int, reason: str) -> None:
        """Cannot be delivered as things are; kept under its reason."""
        self._db.execute("UPDATE outbox SET failed = ? WHERE n = ?", (reason, n))

    def counts(self) -> dict[str, tuple[int, int]]:
        """Platform -> how many messages wait, how many were refused."""
        rows = self._db.execute("SELECT platform, SUM(failed = ''), SUM(failed != '') FROM outbox GROUP BY platform")
        return {row[0]: (row[1], row[2]) for row in rows}

    # --- replay and groups --------------------------------------------------------------------------------------

    def use_nonce(self, nonce: str, now: float, seconds: float) -> bool:
        """True the first time within `seconds`."""
        self._db.execute("DELETE FROM nonces WHERE at < ?", (now - seconds,))
        return self._db.execute("INSERT OR IGNORE INTO nonces VALUES (?, ?)", (nonce, now)).rowcount == 1

    def answer_group(self, group: str, now: float, seconds: float) -> bool:
        """True when this group was not answered within `seconds`."""
        self._db.execute("DELETE FROM groups WHERE at < ?", (now - seconds,))
        return self._db.execute("INSERT OR IGNORE INTO groups VALUES (?, ?)", (group, now)).rowcount == 1

    def tidy(self, now: float) -> None:
        """Forget deliveries that no platform sends again, and refused messages of a week ago."""
        self._db.execute("DELETE FROM inbox WHERE sealed IS NULL AND at < ?", (now - KNOWN_DAYS * DAY,))
        self._db.execute("DELETE FROM outbox WHERE failed != '' AND at < ?", (now - KNOWN_DAYS * DAY,))
