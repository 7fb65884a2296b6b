"""Habits and limits of each platform, read from platforms.yml and checked.

In: the file. Out: `Platform` by name. Called by whatever renders, sends or joins messages.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, Extra, Field

FILE = Path(__file__).with_name("platforms.yml")


class Platform(BaseModel):
    """One platform; the keys are explained at the head of platforms.yml."""

    title: str
    text: int = Field(ge=200)
    buttons: Literal["inline", "none"]
    button_count: int = 0
    button_label: int = 0
    picture: Literal["upload", "url", "none"]
    picture_text: int = 0
    picture_side: int = 0
    document: Literal["pdf", "text", "none"]
    keywords: bool = False
    plain_ascii: bool = False
    drop: str = ""
    window_hours: float = 0
    burst_seconds: float = Field(ge=0, le=10)
    per_second: float = Field(gt=0)

    class Config:
        """Frozen; a misspelt key is an error."""

        extra = Extra.forbid
        frozen = True


@cache
def platforms() -> dict[str, Platform]:
    """Every platform by name, in the order of the file.

    Raises:
        pydantic.ValidationError: When the file is broken; a test reads it, so a release never is.
    """
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: Platform(**entry) for name, entry in data["platforms"].items()}
