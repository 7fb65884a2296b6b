"""JSON from outside, made safe for databases and hashes before anything reads it.

In: what a JSON library read. Out: the same, with every half character (a lone surrogate such as "\\ud800", which no
database, hash or socket can write) replaced by U+FFFD. Called by every channel that takes JSON.
"""

from __future__ import annotations

import re
from typing import Any

_HALF = re.compile(r"[\ud800-\udfff]")


def whole(value: Any) -> Any:
    """The value without half characters, in keys too.

    Raises:
        RecursionError: It is nested deeper than anything we take; callers answer as to any other unreadable body.
    """
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [whole(entry) for entry in value]
    if isinstance(value, dict):
        return {whole(key): whole(entry) for key, entry in value.items()}
    return value
