"""Tables of lay language: what one message says. The rows live in tests/cases/extraction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.extraction.mention import Asked, Extraction

from .conftest import cases

Read = Callable[..., Extraction]


_PRESENCE = [row for name in ("negation", "happenings", "private_words", "shown_signs") for row in cases(name)]


@pytest.mark.parametrize("case", _PRESENCE, ids=lambda c: c["name"])
def test_presence(case: dict[str, Any], read: Read) -> None:
    mentions = read(case["text"]).mentions
    found = {(m.concept, m.presence) for m in mentions}
    for presence in ("present", "absent", "uncertain"):
        for concept in case.get(presence, []):
            assert (concept, presence) in found, f"{concept} is not {presence}: {found}"
    for concept in case.get("absent", []):
        assert (concept, "present") not in found
    for concept in case.get("never", []):
        live = {(c, p) for c, p in found if c == concept and p == "present"}
        assert not live, f"{concept} must not be present: {found}"
    for concept in case.get("silent", []):
        assert all(c != concept for c, _ in found), f"{concept} must not be spoken of: {found}"


@pytest.mark.parametrize("case", cases("person_and_time"), ids=lambda c: c["text"][:60])
def test_person_and_time(case: dict[str, Any], read: Read) -> None:
    found = [m for m in read(case["text"]).mentions if m.concept == case["concept"]]
    if case.get("experiencer") == "nobody" and not found:
        return  # silence about nobody is as good
    assert found, "the concept was not found"
    for key in ("experiencer", "temporality", "presence"):
        if key in case:
            assert case[key] in {getattr(m, key) for m in found}, list(found)


@pytest.mark.parametrize("case", cases("attributes"), ids=lambda c: c["text"][:60])
def test_attributes(case: dict[str, Any], read: Read) -> None:
    found = [m for m in read(case["text"]).mentions if m.concept == case["concept"]]
    assert found, [m.concept for m in read(case["text"]).mentions]
    merged: dict[str, Any] = {}
    for mention in found:
        merged.update(mention.attributes)
    for name, value in case["attributes"].items():
        assert merged.get(name) == value, f"{name}: {merged}"


@pytest.mark.parametrize("case", cases("answers"), ids=lambda c: f"{c['text']} to {'+'.join(c['items'])}")
def test_short_answers(case: dict[str, Any], read: Read) -> None:
    asked = Asked(tuple(case["items"]), case.get("yes_means", "danger"))
    extraction = read(case["text"], asked=asked)
    assert {a.item: a.state for a in extraction.answers} == case["answer"]
    if "act" in case:
        assert extraction.dialogue_act == case["act"]
    for concept, presence in case.get("mention", {}).items():
        assert (concept, presence) in {(m.concept, m.presence) for m in extraction.mentions}
    for answer in extraction.answers:
        assert 0 <= answer.start < answer.end <= len(case["text"])


def test_messages_that_go_on_where_the_last_one_stopped(read: Read) -> None:
    """ "my leg" / "is numb": one sign in two messages, with the words of both."""
    extraction = read("is numb", previous=("my leg",))
    found = [m for m in extraction.mentions if m.concept == "leg_numbness" and m.presence == "present"]
    assert found
    assert {p.turn for p in found[0].pieces} == {0, 1}


def test_a_huge_message_is_read_to_its_end(read: Read) -> None:
    text = "blah blah " * 9000 + "and I can't feel when I wipe"
    mentions = read(text).mentions
    assert [m.concept for m in mentions if m.presence == "present"] == ["saddle_numbness"]
    assert text[mentions[-1].start : mentions[-1].end] == mentions[-1].text


@pytest.mark.parametrize("text", ["", "   ", "\n\n\t", "🙂🙂", "\x00\x07", "x" * 100_000, "…", "-" * 3000])
def test_texts_without_words_say_nothing(text: str, read: Read) -> None:
    assert read(text).mentions == ()


@pytest.mark.parametrize(
    "text", ["Ich kann meine Beine nicht mehr spüren", "je ne sens plus mes jambes", "não sinto as pernas, tenho dor"]
)
def test_a_foreign_language_is_not_guessed(text: str, read: Read) -> None:
    extraction = read(text)
    assert not extraction.understood
    assert extraction.language == "unknown"
