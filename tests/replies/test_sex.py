"""She, he or they: the word for the patient decides, never what the writer lets slip about themselves."""

from __future__ import annotations

import re

import pytest

from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.replies.card import make_card
from bot.triage.phrasing import sex
from bot.turn import safe_turn
from tests.replies.samples import load

HE = {"father", "husband", "son", "brother", "grandfather", "uncle"}
SHE = {"mother", "wife", "daughter", "sister", "grandmother", "aunt"}
WRONG = {
    "he": r"\b(?:she|her|hers|herself)\b",
    "she": r"\b(?:he|him|his|himself)\b",
    "they": r"\b(?:she|her|hers|herself|he|him|his|himself)\b",
}
WORDS = sorted(load().language["settings"]["relations"].items())
#: What the writer tells of themselves on the way.
WRITERS = ("", "I'm a woman. ", "I'm a man. ", "I'm pregnant. ", "I'm her mum. ")


def expected(relation: str) -> str:
    return "he" if relation in HE else "she" if relation in SHE else "they"


def told(text: str, locale: str, knowledge: Knowledge) -> str:
    """All that is said of one message: the reply with its desk sentence, and the card."""
    turn = safe_turn(text, knowledge, case=Case(locale=locale))
    assert turn.assessment.disposition == "emergency_now", text
    card = make_card(turn.assessment, turn.case, knowledge, made="today")
    words = f"{turn.reply.plain_text()}\n{card.text}"
    return re.sub("“[^”]*”", "", words) + "\n".join(i for b in turn.reply.blocks if b.kind == "desk" for i in b.items)


@pytest.mark.parametrize("locale", ["en-GB", "en-US"])
@pytest.mark.parametrize(("word", "relation"), WORDS, ids=[word for word, _ in WORDS])
def test_the_patient_is_spoken_of_as_the_word_for_them_says(word: str, relation: str, locale: str, knowledge: Knowledge) -> None:
    words = told(f"my {word} is numb between the legs", locale, knowledge)
    assert re.findall(WRONG[expected(relation)], words, re.I) == []


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("relation", ["husband", "wife", "partner", "child", "friend", "son", "mum"])
def test_the_writers_sex_is_not_the_patients(relation: str, writer: str, knowledge: Knowledge) -> None:
    told_of = load().language["settings"]["relations"][relation]
    words = told(f"{writer}my {relation} is numb between the legs", "en-GB", knowledge)
    assert re.findall(WRONG[expected(told_of)], words, re.I) == []


@pytest.mark.parametrize(
    ("profile", "found"),
    [
        ({"subject": "other", "relation": "partner", "writer_sex": "female"}, None),
        ({"subject": "other", "relation": "partner", "sex": "male"}, "male"),
        ({"subject": "other", "relation": "wife", "sex": "male"}, "female"),
        ({"subject": "other", "relation": "husband", "writer_sex": "female"}, "male"),
        ({"subject": "self", "writer_sex": "female"}, "female"),
        ({"subject": "self"}, None),
    ],
)
def test_whose_sex_it_is(profile: dict[str, str], found: str | None, knowledge: Knowledge) -> None:
    assert sex(Case(profile=profile), knowledge) == found


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("my wife has a sore back", {}),
        ("my husband has a sore back", {}),
        ("I'm a man with a sore back", {"writer_sex": "male"}),
        ("I'm 30 weeks pregnant and my back is sore", {"writer_sex": "female"}),
        ("female, 45, sore back", {"sex": "female"}),
    ],
)
def test_what_tells_a_sex(text: str, profile: dict[str, str], knowledge: Knowledge) -> None:
    read = safe_turn(text, knowledge).case.profile
    assert {key: read[key] for key in ("sex", "writer_sex") if key in read} == profile
