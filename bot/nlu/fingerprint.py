"""A digest that changes whenever the knowledge or the core's source does.

In: nothing but the files of this checkout. Out: a short hex string. Called by the graph components
(`fingerprint_addon`) and by training, because Rasa's cache looks at a component's class alone: without it, a
changed red flag trains to "nothing to do".
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from bot.knowledge.load import load

BOT = Path(__file__).resolve().parent.parent
#: Rooms whose source decides what a message means and what follows from it.
ROOMS = ("extraction", "findings", "triage", "replies", "knowledge", "nlu", "policies")


def core_digest(root: Path = BOT) -> str:
    """First 12 hex digits of the sha256 of the core's Python files."""
    total = sha256()
    for room in ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            total.update(f"{file.relative_to(root).as_posix()}\0".encode())
            total.update(file.read_bytes())
    return total.hexdigest()[:12]


def fingerprint() -> str:
    """Knowledge digest and core digest in one string."""
    return f"{load().digest}-{core_digest()}"
