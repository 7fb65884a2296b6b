"""Pseudonyms of people, and the seal on what must be kept until it is sent.

In: what a platform calls a person; bytes to seal. Out: a pseudonym that only this server can make; sealed bytes. Called by
`post` and `people`. The keys stand in var/messaging.json (mode 0600): who has the database but not this file can tell neither who
wrote nor what waits to be sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from bot.errors import StartError

FILE = "messaging.json"


class Keyring:
    """Two keys: one makes pseudonyms, one seals."""

    def __init__(self, folder: Path) -> None:
        file = folder / FILE
        try:
            if not file.exists():
                _make(file)
            found = json.loads(file.read_text(encoding="utf-8"))
            self._pseudonyms = bytes.fromhex(found["pseudonyms"])
            self._seal = Fernet(found["seal"].encode())
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StartError(
                "RUN022",
                f"{file} cannot be read ({type(error).__name__}). Restore it from your backup. Without it nobody's earlier "
                "conversation is found again: if it is lost, move it and messaging.db away, and people begin anew.",
            ) from None

    def pseudonym(self, platform: str, user: str) -> str:
        """Conversation id of a person on a platform; the same every time, and not to be turned back."""
        digest = hmac.new(self._pseudonyms, f"{platform}\x00{user}".encode("utf-8", "replace"), hashlib.sha256).digest()
        return f"{platform}-{base64.b32encode(digest).decode().rstrip('=').lower()[:40]}"

    def fingerprint(self, *parts: str) -> str:
        """Digest of ids that themselves tell who wrote (some platforms put the person into a message id)."""
        return hmac.new(self._pseudonyms, "\x00".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def seal(self, text: str) -> bytes:
        """Encrypted and signed."""
        return self._seal.encrypt(text.encode("utf-8", "replace"))

    def unseal(self, sealed: bytes) -> str:
        """What was sealed.

        Raises:
            ValueError: Sealed with another key, or damaged.
        """
        try:
            return self._seal.decrypt(sealed).decode("utf-8")
        except InvalidToken:
            raise ValueError("sealed with another key, or damaged") from None


def _make(file: Path) -> None:
    keys = {"pseudonyms": secrets.token_hex(32), "seal": Fernet.generate_key().decode()}
    temporary = file.with_suffix(f".{os.getpid()}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(keys, stream)
    os.replace(temporary, file)
