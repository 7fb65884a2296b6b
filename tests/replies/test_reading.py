"""Everything people read is for a reading age of 11 to 12: grade 7 at most, sentences of at most 20 words."""

from __future__ import annotations

import re

import pytest

from bot.replies.compose import compose
from tests.replies.reading import grade, longest_sentence, sentences, syllables, words
from tests.replies.samples import LOCALES, PEOPLE, case, emergency, every_text, rule

#: Names people know or must say at the desk. They have no simpler word, so they count as two plain syllables.
NAMES = re.compile(
    r"cauda equina syndrome|cauda equina|emergency (?:room|department)|emergency number|physical therap(?:ist|y)|Poison Control|"
    r"Samaritans|pharmacist|interpreter|sciatica|MRI scan|MRI",
    re.I,
)
#: Too short for a formula that was made for paragraphs; long words are caught by `test_short_texts_use_short_words`.
SHORT = 10


def plain(text: str) -> str:
    return NAMES.sub("doctor", text)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("knee", 1),
        ("leg", 1),
        ("numbness", 2),
        ("bladder", 2),
        ("doctor", 2),
        ("emergency", 4),
        ("sudden", 2),
        ("muscle", 2),
        ("people", 2),
        ("squeezed", 1),
        ("tested", 2),
        ("operation", 4),
        ("appointment", 3),
        ("temperature", 4),
        ("examine", 3),
    ],
)
def test_counter_knows_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_counter_tells_hard_from_easy() -> None:
    hard = (
        "Immediate radiological investigation of compressive neurological deterioration is recommended, "
        "notwithstanding earlier reassurance."
    )
    assert grade(hard) > 12
    assert grade("Your leg is weak. Go to the hospital now. Do not drive.") < 4
    assert longest_sentence("One two three. One two three four five.") == 5


@pytest.mark.parametrize("pronoun", PEOPLE)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_reads_at_age_eleven_to_twelve(locale: str, pronoun: str | None) -> None:
    wrong = []
    for where, text in every_text(locale, pronoun):
        if where.startswith("wording languages"):
            continue
        hard = len(words(plain(text))) >= SHORT and grade(plain(text)) > 7
        long = longest_sentence(text) > 20
        if hard or long:
            wrong.append(f"{where}: grade {grade(plain(text)):.1f}, longest {longest_sentence(text)}: {text}")
    assert not wrong, "\n".join(wrong)


def test_short_texts_use_short_words() -> None:
    allowed = {
        "constipation",
        "diabetes",
        "emergency",
        "emergencies",
        "everything",
        "operation",
        "recovery",
        "samaritans",
        "sciatica",
        "temperature",
    }
    wrong = {
        (where, word)
        for where, text in every_text("en-GB", None)
        if len(words(text)) < SHORT and not where.startswith("wording languages") and not where.endswith("title")
        for word in words(text)
        if syllables(word) >= 4 and word.lower() not in allowed
    }
    assert not wrong


@pytest.mark.parametrize("locale", LOCALES)
def test_faq_answers_have_two_to_five_sentences(locale: str, knowledge: object) -> None:
    for topic in knowledge.faq.values():  # type: ignore[attr-defined]
        for answer in (topic.answer, *(row["answer"] for row in topic.locales.values() if "answer" in row)):
            count = sum(len(sentences(line)) for line in answer)
            assert 2 <= count <= 5, (topic.id, count)


@pytest.mark.parametrize("locale", LOCALES)
def test_whole_emergency_messages_read_easily(locale: str, knowledge: object) -> None:
    """The reasons come from the rules, so the message is measured as it is sent."""
    for rule_id, known in knowledge.red_flags.items():  # type: ignore[attr-defined]
        if known.disposition != "emergency_now":
            continue
        told = case("my leg went", ("leg_weakness", "my leg went", {}))
        reply = compose(emergency(rule(rule_id, 0)), told, knowledge, locale=locale)
        text = "\n".join(plain(block.text) for block in reply.blocks if block.kind == "text")
        assert grade(text) <= 7, (rule_id, round(grade(text), 1))
