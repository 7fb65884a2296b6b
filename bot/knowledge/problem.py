"""One thing that is wrong in the knowledge, said so that its author can mend it.

In: nothing. Out: `Problem`, `did_you_mean`, `unknown`. Used by `schema`, `load` and every section's `cross_check`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One problem.

    Attributes:
        code: KNWnnn, explained in docs/errors.md.
        file: Path inside the knowledge folder, with forward slashes.
        text: What was found, what is allowed, what to do.
        path: Keys and list indexes that lead to the place in the file, e.g. ("red_flags", 3, "when");
            the loader turns it into a line number.
        line: Line from 1, or 0 when not known.
    """

    code: str
    file: str
    text: str
    path: tuple[str | int, ...] = ()
    line: int = 0

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{self.code} {where} {self.text} See docs/errors.md#{self.code.lower()}"


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """A hint such as "Did you mean 'chest_pain'?", or an empty string when nothing is near."""
    import difflib  # only a broken file pays for it

    near = difflib.get_close_matches(str(word), list(allowed), n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else ""


def unknown(
    code: str, file: str, path: tuple[str | int, ...], kind: str, word: str, allowed: Iterable[str], home: str
) -> Problem:
    """The usual "unknown name" problem.

    Args:
        code: KNWnnn.
        file, path: Where the name stands.
        kind: What the name should be ("concept", "checklist item", "switch").
        word: What was found.
        allowed: All names that exist.
        home: Where such names live ("concepts/").
    """
    hint = did_you_mean(word, allowed)
    text = f"unknown {kind} '{word}'. {hint} {kind.capitalize()}s live in {home}.".replace("  ", " ")
    return Problem(code, file, text, path)
