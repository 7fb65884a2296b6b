"""The 45 topics: there, short, in the right country's words, and followed by the interview."""

from __future__ import annotations

import re

import pytest

from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.replies.compose import compose
from bot.replies.forbidden import forbidden_in_reply
from bot.triage.assessment import Assessment
from tests.replies.samples import LOCALES, QUESTION, all_no, asking, case, finished, load

START = Assessment("incomplete", False)


def test_all_topics_are_there_in_order(knowledge: Knowledge) -> None:
    assert list(knowledge.faq) == [f"F{number}" for number in range(1, 46)]


def test_questions_are_many_and_never_in_two_topics(knowledge: Knowledge) -> None:
    asked = [re.sub(r"\W+", " ", q.lower()).strip() for topic in knowledge.faq.values() for q in topic.questions]
    assert len(asked) == len(set(asked))
    assert all(3 <= len(topic.questions) <= 30 for topic in knowledge.faq.values())


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("topic", load().faq)
def test_answer_then_back_to_the_question(topic: str, locale: str, knowledge: Knowledge) -> None:
    told = case("my back", ("low_back_pain", "my back", {}))
    reply = compose(asking(), told, knowledge, faq=topic, locale=locale)
    assert not forbidden_in_reply(reply)
    assert reply.blocks[0].kind == "text"
    assert any(block.kind == "details" for block in reply.blocks)
    assert reply.blocks[-1].text == QUESTION.text
    assert reply.options == QUESTION.options


@pytest.mark.parametrize("topic", load().faq)
def test_without_an_interview_it_offers_to_check_symptoms(topic: str, knowledge: Knowledge) -> None:
    reply = compose(START, Case(), knowledge, faq=topic)
    assert reply.blocks[-1].text.startswith("Do you have any of these symptoms now?")


MOVEMENT = [topic.id for topic in load().faq.values() if topic.movement]


def test_the_topics_about_exercise_and_hands_on_treatment_are_known() -> None:
    assert {"F22", "F29", "F36"} <= set(MOVEMENT)


@pytest.mark.parametrize("topic", MOVEMENT)
@pytest.mark.parametrize("concept", ["leg_weakness", "foot_drop", "knee_giving_way", "bilateral_leg_weakness"])
def test_no_exercise_is_named_to_who_told_of_a_weak_leg(topic: str, concept: str, knowledge: Knowledge) -> None:
    told = case("my leg is weak", (concept, "leg is weak", {"laterality": "left"}))
    text = compose(finished("urgent_same_day"), told, knowledge, faq=topic).plain_text()
    assert "Please wait with exercise" in text
    for line in knowledge.faq[topic].answer:
        assert line.format_map({"physio": "physio", "doctor": "GP"}) not in text


@pytest.mark.parametrize("topic", MOVEMENT)
def test_no_exercise_is_named_while_a_private_question_is_open(topic: str, knowledge: Knowledge) -> None:
    told = case("my back hurts", ("low_back_pain", "back hurts", {}))
    for state in ("not_asked", "unsure", "skipped"):
        decision = finished("soon", checklist={**all_no(), "saddle_feeling": state})
        assert "cannot tell you about exercise yet" in compose(decision, told, knowledge, faq=topic).plain_text()
    cleared = compose(finished("self_care"), told, knowledge, faq=topic).plain_text()
    assert "exercise yet" not in cleared
    assert "exercise yet" not in compose(START, Case(), knowledge, faq=topic).plain_text()  # nobody has symptoms


def test_why_does_my_knee_buckle_teaches_the_whole_chain(knowledge: Knowledge) -> None:
    text = compose(START, Case(), knowledge, faq="F4").plain_text()
    for word in ("root", "nerve", "muscle", "tairs down", "kerbs", "amstrings", "uadriceps", "femoral", "sciatic", "ligament"):
        assert word in text, word
    assert "curbs" in compose(START, Case(), knowledge, faq="F4", locale="en-US").plain_text()


def test_country_differences(knowledge: Knowledge) -> None:
    assert "paracetamol" in compose(START, Case(), knowledge, faq="F19", locale="en-GB").plain_text()
    american = compose(START, Case(), knowledge, faq="F19", locale="en-US").plain_text()
    assert "acetaminophen" in american
    assert "paracetamol" not in american
    assert "DVLA" in compose(START, Case(), knowledge, faq="F31", locale="en-GB").plain_text()
    assert "DVLA" not in compose(START, Case(), knowledge, faq="F31", locale="en-US").plain_text()
    assert "999" not in compose(START, Case(), knowledge, faq="F31", locale="en-US").plain_text()


def test_tell_more_opens_the_second_layer(knowledge: Knowledge) -> None:
    topic = knowledge.faq["F2"]
    folded = compose(START, Case(), knowledge, faq="F2")
    (details,) = [block for block in folded.blocks if block.kind == "details"]
    opened = compose(START, Case(), knowledge, faq="F2", act="tell_more")
    assert details.items == topic.more
    assert not any(block.kind == "details" for block in opened.blocks)
    assert topic.more[0] in opened.plain_text()


def test_pictures_of_topics_exist(knowledge: Knowledge) -> None:
    shown = [
        block.picture for topic in knowledge.faq for block in compose(START, Case(), knowledge, faq=topic).blocks if block.picture
    ]
    assert len(shown) >= 8


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("F9", "1 to 3 people in 100,000"),
        ("F12", "7 in 10"),
        ("F26", "not been shown to bring back strength"),
        ("F24", "numb skin"),
        ("F20", "do not stop it suddenly"),
        ("F17", "harmless changes"),
        ("F7", "usually not|mostly not"),
        ("F28", "exact hours"),
        ("F29", "weak or numb"),
        ("F31", "Never drive yourself"),
        ("F38", "never blame the baby"),
        ("F45", "cannot examine you"),
    ],
)
def test_key_facts(topic: str, words: str, knowledge: Knowledge) -> None:
    assert re.search(words, compose(START, Case(), knowledge, faq=topic).plain_text())
