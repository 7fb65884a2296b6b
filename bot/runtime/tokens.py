"""Signed tickets to one conversation: who holds the token may read and write it, nobody else.

In: a conversation id. Out: a JWT; or from a JWT the conversation id. Called by the REST channel. Rasa's own channels
take the sender from the caller; ours only ever take it from a token that this server signed.

The signing keys stand in var/keys.json (mode 0600). A new key is made every `KEY_DAYS`; the old one still checks
tokens it signed until those have run out. Erasing a conversation revokes every token to it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from bot.errors import StartError

ALGORITHM = "HS256"
AUDIENCE = "rootline.conversation"
#: A token lives this long; each use after `RENEW_HOURS` hands out a fresh one.
TOKEN_HOURS = 24.0
RENEW_HOURS = 1.0
KEY_DAYS = 30.0


@dataclass(frozen=True)
class Ticket:
    """What a valid token says. `issued` is in seconds since the epoch."""

    conversation: str
    issued: float


class TokenRefused(Exception):
    """The token is missing, forged, too old or revoked. `reason` is safe to show."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Tokens:
    """Issues and checks tokens; keeps its keys and the list of revoked conversations in `folder`."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._file = folder / "keys.json"
        self._revoked = folder / "revoked.db"
        self._keys = self._read_keys()
        with closing(self._open()) as database:
            database.execute("CREATE TABLE IF NOT EXISTS revoked (conversation TEXT PRIMARY KEY, at REAL, until REAL)")
            database.commit()
        _private(self._revoked)

    def issue(self, conversation: str) -> str:
        """A fresh token for this conversation."""
        now = self._clock()
        key_id = self._current_key()
        claims = {
            "sub": conversation,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + TOKEN_HOURS * 3600,
            "jti": secrets.token_urlsafe(8),
        }
        return jwt.encode(claims, self._keys[key_id]["key"], algorithm=ALGORITHM, headers={"kid": key_id})

    def check(self, token: str) -> Ticket:
        """The conversation a token opens.

        Raises:
            TokenRefused: With a reason that may be shown.
        """
        try:
            key_id = jwt.get_unverified_header(token).get("kid", "")
            key = self._key(str(key_id))
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["sub", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )
        except (jwt.InvalidTokenError, KeyError):
            raise TokenRefused("This conversation key is not valid. Start a new conversation.") from None
        now = self._clock()
        if now >= float(claims["exp"]):
            raise TokenRefused("This conversation key has run out. Start a new conversation.")
        ticket = Ticket(str(claims["sub"]), float(claims["iat"]))
        if self.is_revoked(ticket):
            raise TokenRefused("This conversation was deleted.")
        return ticket

    def renew(self, ticket: Ticket) -> str | None:
        """A fresh token when the one shown is older than `RENEW_HOURS` and its conversation still stands, else None."""
        if self._clock() - ticket.issued <= RENEW_HOURS * 3600 or self.is_revoked(ticket):
            return None
        return self.issue(ticket.conversation)

    def revoke(self, conversation: str) -> None:
        """No token issued so far opens this conversation any more."""
        now = self._clock()
        with closing(self._open()) as database:
            database.execute("DELETE FROM revoked WHERE until < ?", (now,))
            database.execute(
                "INSERT OR REPLACE INTO revoked VALUES (?, ?, ?)", (_digest(conversation), now, now + TOKEN_HOURS * 3600)
            )
            database.commit()

    def is_revoked(self, ticket: Ticket) -> bool:
        """Whether the conversation was deleted after this ticket was made out."""
        with closing(self._open()) as database:
            # Earlier releases wrote the id itself.
            names = (_digest(ticket.conversation), ticket.conversation)
            row = database.execute("SELECT at FROM revoked WHERE conversation IN (?, ?)", names).fetchone()
        return row is not None and ticket.issued <= row[0]

    def _open(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(self._revoked, timeout=5)
        except sqlite3.Error as error:
            raise StartError("RUN004", f"{self._revoked} cannot be used ({error}). Make var/ writable.") from error

    def _current_key(self) -> str:
        newest = max(self._keys, key=lambda key_id: self._keys[key_id]["made"])
        if self._clock() - self._keys[newest]["made"] < KEY_DAYS * 86400:
            return newest
        self._add_key()
        return max(self._keys, key=lambda key_id: self._keys[key_id]["made"])

    def _key(self, key_id: str) -> str:
        if key_id not in self._keys:  # another worker may have made it
            self._keys = self._read_keys()
        return str(self._keys[key_id]["key"])

    def _read_keys(self) -> dict[str, dict[str, Any]]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            if isinstance(found, dict) and found and all("key" in entry and "made" in entry for entry in found.values()):
                _private(self._file)
                return found
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            raise StartError(
                "RUN007",
                f"{self._file} cannot be read ({type(error).__name__}). Delete it: new keys are made, and open chats "
                "start again.",
            ) from error
        self._keys = {}
        self._add_key()
        return self._keys

    def _add_key(self) -> None:
        now = self._clock()
        oldest = now - (KEY_DAYS * 86400 + TOKEN_HOURS * 3600)
        kept = {key_id: entry for key_id, entry in self._keys.items() if entry["made"] >= oldest}
        kept[secrets.token_hex(4)] = {"key": secrets.token_urlsafe(48), "made": now}
        temporary = self._file.with_suffix(f".{os.getpid()}.part")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(kept, stream)
        os.replace(temporary, self._file)
        self._keys = kept


def _digest(conversation: str) -> str:
    """What stands in the list of closed conversations: enough to know the id again, and not the id of what was deleted."""
    return hashlib.sha256(conversation.encode()).hexdigest()


def _private(file: Path) -> None:
    if os.name == "posix" and file.exists():
        file.chmod(0o600)
