"""Negation, person and time of given spans in clinical notes' sentences."""

from __future__ import annotations

from typing import Any

import pytest

from bot.extraction import read_context

from .conftest import cases


@pytest.mark.parametrize("case", cases("context"), ids=lambda c: f"{c['target']}: {c['text'][:50]}")
def test_context_of_a_span(case: dict[str, Any], knowledge: Any) -> None:
    start = case["text"].index(case["target"])
    (found,) = read_context(case["text"], [(start, start + len(case["target"]))], knowledge)
    for key in ("presence", "experiencer", "temporality"):
        if key in case:
            assert found[key] == case[key]


def test_spans_outside_the_text_and_empty_texts_get_the_default(knowledge: Any) -> None:
    assert read_context("", [(0, 3)], knowledge) == [{"presence": "present", "experiencer": "self", "temporality": "current"}]
    assert len(read_context("no numbness", [(3, 11), (50, 60)], knowledge)) == 2
