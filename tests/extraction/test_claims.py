"""Whole messages in people's own words: presence, person and time of every claim. The rows live in tests/cases/extraction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.extraction.mention import Extraction

from .conftest import cases

Read = Callable[..., Extraction]


@pytest.mark.parametrize("case", cases("claims"), ids=lambda c: c["text"][:60])
def test_each_claim_is_so_theirs_and_then(case: dict[str, Any], read: Read) -> None:
    mentions = read(case["text"]).mentions
    for claim in case.get("claims", ()):
        found = [m for m in mentions if m.concept == claim["concept"]]
        assert found, f"{claim['concept']} was not read: {mentions}"
        time = claim.get("temporality", "current")
        if time == "hypothetical":
            assert {m.temporality for m in found} == {"hypothetical"}
            continue
        assert {m.presence for m in found} == {claim["presence"]}, found
        assert claim.get("experiencer", "self") in {m.experiencer for m in found}
        assert time in {m.temporality for m in found}
    for concept in case.get("never", ()):
        live = [m for m in mentions if m.concept == concept and m.presence == "present" and m.experiencer != "nobody"]
        assert all(m.temporality in ("past_resolved", "hypothetical") for m in live), live
