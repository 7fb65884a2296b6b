"""Knowledge and small helpers for the tests of the extraction room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.extraction import extract
from bot.extraction.mention import Asked, Extraction
from bot.knowledge.load import load

TODAY = date(2026, 11, 22)
CASES = Path(__file__).parent.parent / "cases" / "extraction"


def cases(name: str, key: str = "cases") -> list[dict[str, Any]]:
    """The rows of one case file."""
    rows: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yml").read_text())[key]
    return rows


@pytest.fixture(scope="session")
def knowledge() -> Any:
    return load()


@pytest.fixture(scope="session")
def read(knowledge: Any) -> Callable[..., Extraction]:
    """`read(text, asked=..., previous=...)` with a fixed date."""

    def run(text: str, *, asked: Asked | None = None, previous: tuple[str, ...] = ()) -> Extraction:
        return extract(text, knowledge, turn=len(previous), asked=asked, previous=previous, today=TODAY)

    return run
