"""Without its model the second look is silent, and everything else works."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.extraction import extract
from bot.extraction.second_look import SecondLook


def test_a_missing_model_suggests_nothing_and_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        second_look = SecondLook.load(tmp_path / "nowhere")
        assert list(second_look.suggest("my bits might as well be somebody else's")) == []
        assert list(second_look.suggest("again")) == []
    told = [record for record in caplog.records if "MOD010" in record.getMessage()]
    assert len(told) == 1
    assert "bits" not in caplog.text


def test_extraction_reads_on_without_it(tmp_path: Path, knowledge: Any) -> None:
    second_look = SecondLook.load(tmp_path / "nowhere")
    extraction = extract("can't feel when I wipe", knowledge, second_look=second_look)
    assert [m.concept for m in extraction.mentions] == ["saddle_numbness"]
    assert extraction.suggestions == ()
