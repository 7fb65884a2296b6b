"""What nobody understood, and where people leave: kept only when the operator asks for it, and as little as can be.

In: short phrases, the question they stood under, the last question of a conversation. Out: two counts for the command
`unheard`. Called by `bot.runtime.conversation` after each turn and by `bot.cli.unheard`.

    ROOTLINE_KEEP_UNHEARD=yes    switches it on; nothing is written otherwise

A phrase is the only patient text in here. It is kept without the conversation around it, in small letters, without
anything that looks like a name, number, address or link, only when it is short, at most a few per conversation, for 90
days, and it is shown only when several conversations said the same. A conversation stands here as a keyless digest of
its random id, so that erasing the conversation erases its rows too.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StartError
from bot.findings.case import Case
from bot.runtime.folders import var_folder
from bot.runtime.logging import get_logger

log = get_logger(__name__)

VARIABLE = "ROOTLINE_KEEP_UNHEARD"
FILE = "unheard.db"
#: Longer messages tell a story; a story can say who somebody is.
LONGEST_WORDS = 10
LONGEST_CHARACTERS = 70
PER_CONVERSATION = 5
KEPT_DAYS = 90
#: A phrase is shown when this many conversations said it; fewer than two is never allowed.
SHOWN_FROM = 3
FEWEST = 2
#: A conversation that has been silent for this long, with a question open, was left.
LEFT_AFTER_MINUTES = 60

_SCHEMA = """
CREATE TABLE IF NOT EXISTS phrases (conversation TEXT NOT NULL, phrase TEXT NOT NULL, question TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (conversation, phrase));
CREATE TABLE IF NOT EXISTS last_questions (conversation TEXT PRIMARY KEY, question TEXT, at REAL NOT NULL);
"""
_GAP = "…"
_PRIVATE = re.compile(r"\S*(?:@|://|www\.|\d)\S*", re.I)
_NAMED = re.compile(
    r"\b((?i:name(?:'s| is)|named|called|mr|mrs|ms|miss|dr|doctor|nurse)\.?\s+)[^\W\d_][\w'’-]*(?:\s+[A-Z][\w'’-]*)*"
)
_WORD = re.compile(r"…|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER_WORDS = frozenset(
    ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "double", "hundred"]
)


@dataclass(frozen=True)
class Counted:
    """A phrase or a question, and how many conversations it stands for."""

    what: str
    question: str
    conversations: int


def bare_phrase(text: str) -> str | None:
    """A message as it may be kept, or None when it may not.

    Names are known by their capital letter inside a sentence, by a title or by "my name is"; what slips through (a name
    written small) is never shown unless several conversations said the very same.
    """
    if len(text) > LONGEST_CHARACTERS:
        return None
    words = _WORD.findall(_NAMED.sub(rf"\1{_GAP}", _PRIVATE.sub(_GAP, text)))
    if not 0 < len(words) <= LONGEST_WORDS:
        return None
    shouted = not any(letter.islower() for letter in text)
    kept: list[str] = []
    for place, word in enumerate(words):
        name = place > 0 and word[0].isupper() and not shouted and word not in ("I", "OK") and not word.startswith(("I'", "I’"))
        plain = _GAP if name or word.lower() in _NUMBER_WORDS else word.lower().replace("’", "'")
        if plain != _GAP or not kept or kept[-1] != _GAP:
            kept.append(plain)
    return " ".join(kept) if any(word != _GAP for word in kept) else None


class Unheard:
    """The file `unheard.db` in the private folder."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._file = folder / FILE
        self._clock = clock
        try:
            with self._open() as database:
                database.executescript(_SCHEMA)
            if os.name == "posix":
                self._file.chmod(0o600)
        except (OSError, sqlite3.Error) as error:
            raise StartError("RUN004", f"the database {self._file} cannot be used ({error}). Make it writable.") from error

    def note(self, conversation: str, question: str | None, phrase: str | None = None) -> None:
        """One turn is over.

        Args:
            conversation: Its id.
            question: The question that is open now, or None when nothing is asked any more.
            phrase: What was written, when nobody understood it.
        """
        who, now = _digest(conversation), self._clock()
        bare = bare_phrase(phrase) if phrase is not None else None
        with self._open() as database:
            database.execute("INSERT OR REPLACE INTO last_questions VALUES (?, ?, ?)", (who, question, now))
            if bare is not None:
                many = database.execute("SELECT count(*) FROM phrases WHERE conversation = ?", (who,)).fetchone()[0]
                if many < PER_CONVERSATION:
                    database.execute("INSERT OR IGNORE INTO phrases VALUES (?, ?, ?, ?)", (who, bare, question or "-", now))
            for table in ("phrases", "last_questions"):
                database.execute(f"DELETE FROM {table} WHERE at < ?", (now - KEPT_DAYS * 86400,))

    def forget(self, conversation: str) -> None:
        """The conversation was erased: its rows go too."""
        with self._open() as database:
            for table in ("phrases", "last_questions"):
                database.execute(f"DELETE FROM {table} WHERE conversation = ?", (_digest(conversation),))
            database.commit()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def phrases(self, at_least: int = SHOWN_FROM) -> list[Counted]:
        """Phrases nobody understood, the most frequent first; never one that fewer than two conversations said."""
        with self._open() as database:
            rows = database.execute(
                "SELECT phrase, group_concat(DISTINCT question), count(*) AS n FROM phrases GROUP BY phrase HAVING n >= ? "
                "ORDER BY n DESC, phrase",
                (max(at_least, FEWEST),),
            ).fetchall()
        return [Counted(phrase, ", ".join(sorted(questions.split(","))), n) for phrase, questions, n in rows]

    def leaving(self) -> tuple[list[Counted], int]:
        """Questions that were the last word of a conversation, the most frequent first; and the number of conversations."""
        with self._open() as database:
            total = database.execute("SELECT count(*) FROM last_questions").fetchone()[0]
            rows = database.execute(
                "SELECT question, count(*) AS n FROM last_questions WHERE question IS NOT NULL AND at < ? GROUP BY question "
                "ORDER BY n DESC, question",
                (self._clock() - LEFT_AFTER_MINUTES * 60,),
            ).fetchall()
        return [Counted(question, question, n) for question, n in rows], int(total)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own each time: several workers may share the file, and nobody waits long for it."""
        database = sqlite3.connect(self._file, timeout=1)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
                database.execute(f"PRAGMA {pragma}")
            with database:
                yield database
        finally:
            database.close()


def switched_on() -> bool:
    """Whether the operator asked for it.

    Raises:
        StartError: RUN014 for a value that is neither yes nor no.
    """
    value = os.environ.get(VARIABLE, "").strip().lower()
    if value in ("", "no", "off", "0", "false"):
        return False
    if value in ("yes", "on", "1", "true"):
        return True
    raise StartError("RUN014", f"{VARIABLE} must be yes or no; found '{value[:20]}'. Write yes, or leave it out.")


def open_unheard(clock: Callable[[], float] = time.time) -> Unheard | None:
    """The file if it is switched on, else None."""
    return Unheard(var_folder(), clock=clock) if switched_on() else None


async def note_turn(
    unheard: Unheard | None,
    case_of: Callable[[str], Awaitable[Case | None]],
    conversation: str,
    text: str | None,
    question: str | None,
) -> None:
    """Keep what one turn shows, if it is switched on. A failure costs nobody their reply.

    Args:
        unheard: The file, or None when it is switched off.
        case_of: Gives the case of a conversation after the turn.
        conversation: Its id.
        text: What was typed; None for a tapped answer.
        question: The question open now, or None.
    """
    if unheard is None:
        return
    try:
        case = await case_of(conversation)
        if case is not None:  # None after "delete my chat"
            unheard.note(conversation, question, text if case.misunderstood else None)
    except Exception as error:
        log.error("unheard.note.failed", exc_info=error)


def forget_everywhere(conversation: str) -> None:
    """Erase a conversation's rows also when it is switched off by now but a file of earlier days is there."""
    folder = var_folder()
    if (folder / FILE).exists():
        Unheard(folder).forget(conversation)


def _digest(conversation: str) -> str:
    return hashlib.sha256(conversation.encode()).hexdigest()[:32]
