"""All problems of a knowledge folder at once, for `python -m bot check` and the tests.

In: a folder. Out: one line per problem. Called by `bot.__main__` and tests/knowledge.
"""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.load import find_problems


def check(path: str | Path | None = None) -> list[str]:
    """Every problem as one line `CODE file:line what. What to do. See docs/errors.md#code`; empty when all is well."""
    return [str(problem) for problem in find_problems(path)]
