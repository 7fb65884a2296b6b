"""Every error Rootline raises on purpose, with its code. Codes are explained in docs/errors.md.

A message says where, what was found, what is allowed and what to do. It never holds message text.

RootlineError
├── InputError       INP…  what came in cannot be read
├── KnowledgeError   KNW…  bot/knowledge is broken; carries every problem found
├── ModelError       MOD…  a model file is missing or damaged
└── StartError       RUN…  the server cannot start (port taken, folder not writable, half-set channel)
"""

from __future__ import annotations


class RootlineError(Exception):
    """Base of all; `code` is stable, `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class InputError(RootlineError):
    """What came in cannot be read."""


class KnowledgeError(RootlineError):
    """The knowledge is broken. `problems` holds one line per problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("KNW000", f"{len(problems)} problem(s) in the knowledge:\n" + "\n".join(problems))
        self.problems = problems


class ModelError(RootlineError):
    """A model file is missing or damaged."""


class StartError(RootlineError):
    """The server cannot start."""
