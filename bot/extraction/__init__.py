"""Text -> mentions. spaCy allowed here, Rasa not.

`extract` reads one message; `read_question` what a handler asks; `read_context` judges given spans.
"""

from __future__ import annotations

from typing import Any

__all__ = ["extract", "read_context", "read_question"]


def __getattr__(name: str) -> Any:
    """Load the room on first use: `import bot` must not cost the price of spaCy."""
    if name == "extract":
        from bot.extraction.message import extract

        return extract
    if name == "read_context":
        from bot.extraction.context import read_context

        return read_context
    if name == "read_question":
        from bot.extraction.question import read_question

        return read_question
    raise AttributeError(name)
