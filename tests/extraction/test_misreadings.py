"""Sentences that were once misread: elided halves, denials that end or are taken back, disguised letters, a closed past."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.extraction.disguise import plain
from bot.extraction.mention import Extraction

from .conftest import cases

Read = Callable[..., Extraction]


@pytest.mark.parametrize("case", cases("misreadings"), ids=lambda c: ascii(c["text"])[:70])
def test_what_was_misread_before(case: dict[str, Any], read: Read) -> None:
    text = case["text"]
    mentions = read(text).mentions
    found = {(m.concept, m.presence, m.temporality) for m in mentions}
    for presence in ("present", "absent", "uncertain"):
        for concept in case.get(presence, []):
            live = {t for c, p, t in found if (c, p) == (concept, presence)}
            assert live & {"current", "recent_resolved"}, f"{concept} is not {presence}: {found}"
    for concept in [*case.get("never", []), *case.get("absent", [])]:
        assert (concept, "present", "current") not in found
    if "alert" in case:
        assert any(c in case["alert"] and p != "absent" and t == "current" for c, p, t in found), found
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("n\u200bumb", "numb"),
        ("numb\u200bfoot", "numb foot"),
        ("\U0001d5fb\U0001d602\U0001d5fa\U0001d5ef", "numb"),
        ("\uff4c\uff45\uff47", "leg"),
        ("w e t myself", "wet myself"),
        ("c-a-n-t pee", "cant pee"),
        ("n0 f33ling", "no feeling"),
        ("my L5 and S1 discs", "my L5 and S1 discs"),
        ("level C5, T10, 5mg, 3rd, A4", "level C5, T10, 5mg, 3rd, A4"),
        ("caf\u00e9 na\u00efve \U0001f642", "caf\u00e9 na\u00efve \U0001f642"),
        ("a b c d x", "a b c d x"),
    ],
)
def test_a_disguise_is_taken_off_and_nothing_else(text: str, bare: str) -> None:
    assert plain(text).text == bare


def test_a_disguised_sign_is_quoted_as_it_was_written(read: Read) -> None:
    text = "hello, \U0001d427\U0001d42e\U0001d426\U0001d41b b e t w e e n my le\u200bgs since friday"
    found = [m for m in read(text).mentions if m.concept == "saddle_numbness" and m.presence == "present"]
    assert found
    assert text[found[0].start : found[0].end] == found[0].text
    assert found[0].text.startswith("\U0001d427")
    assert "le\u200bgs" in found[0].text
