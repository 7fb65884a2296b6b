"""Days listed for a knee that gave way count as often."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.extraction import extract
from bot.knowledge.load import load

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "day_lists.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_days_are_counted(case: dict[str, Any]) -> None:
    found = [m for m in extract(case["text"], load()).mentions if m.concept == "knee_giving_way"]
    assert [(m.presence, m.attributes.get("count")) for m in found] == [("present", case["count"])]
