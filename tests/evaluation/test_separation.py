"""The test set is worth nothing once a sentence of it is in what was written or trained for the bot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from evaluation.rows import development_rows, own_rows

ROOT = Path(__file__).resolve().parents[2]
#: Where words were written for the bot: training data, knowledge (concept phrases, rule examples, lexicon), test tables.
SOURCES = ("data", "bot/knowledge", "tests/cases", "tests/transcripts")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast
#: Shorter sentences ("I'm 67.", "I want to die.") are nobody's property; whole messages count at any length.
FEWEST_WORDS = 5


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", "", text.lower().replace("’", "'")).split())


def sentences(text: str) -> Iterator[str]:
    yield plain(text)
    for piece in re.split(r"[.!?\n]+", text):
        sentence = plain(piece)
        if len(sentence.split()) >= FEWEST_WORDS:
            yield sentence


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.splitlines()
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def written_for_the_bot() -> dict[str, str]:
    """Sentence -> the file it stands in."""
    found: dict[str, str] = {}
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.yml")):
            for text in strings(yaml.load(path.read_text(encoding="utf-8"), LOADER)):
                for sentence in sentences(re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text.strip().removeprefix("- "))):
                    found.setdefault(sentence, str(path.relative_to(ROOT)))
        for path in sorted((ROOT / folder).rglob("*.jsonl")):
            for sentence in (part for line in path.read_text(encoding="utf-8").splitlines() for part in sentences(line)):
                found.setdefault(sentence, str(path.relative_to(ROOT)))
    return found


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return written_for_the_bot()


def test_the_comparison_sees_the_sources(written):
    files = set(written.values())
    assert any(name.startswith("bot/knowledge/concepts/") for name in files)
    assert any(name.startswith("bot/knowledge/red_flags/") for name in files)
    assert any(name.startswith("data/nlu/") for name in files)
    assert any(name.startswith("tests/cases/") for name in files)
    assert len(written) > 1000


def test_no_sentence_of_the_test_set_is_written_anywhere_else(written):
    shared = [
        f"{row.id}: '{sentence}' in {written[sentence]}"
        for row in own_rows()
        for sentence in sentences(row.text)
        if sentence in written
    ]
    assert not shared, "change the other file, not the test set:\n" + "\n".join(shared)


def test_no_message_of_the_test_set_is_in_the_development_set():
    seen = {sentence for row in development_rows() for sentence in sentences(row.text)}
    shared = [f"{row.id}: '{sentence}'" for row in own_rows() for sentence in sentences(row.text) if sentence in seen]
    assert not shared


def test_no_sentence_is_in_the_test_set_twice():
    seen: dict[str, str] = {}
    twice = [f"{row.id} and {seen[whole]}" for row in own_rows() if seen.setdefault(whole := plain(row.text), row.id) != row.id]
    assert not twice
