"""What the desk offers to read aloud can be read aloud, and a plain answer to it ticks its item."""

from __future__ import annotations

import pytest

from bot.desk.aloud import aloud, read_own
from bot.desk.listening import Listener, Spoken
from bot.desk.view import show_item, show_next
from bot.findings.case import Case
from bot.knowledge.load import load
from bot.triage.assess import assess
from bot.triage.assessment import Option

MINIMAL = [item.id for item in load().items.values() if item.minimal_set and item.id != "age"]


def plain_answer(name: str) -> str:
    """The words of the option that says "nothing wrong"."""
    question, _ = load().questions.resolve(name)
    return next(option.label for option in question.options if option.value == question.normal)


def call(*turns: tuple[str, str]) -> Listener:
    listener = Listener(load())
    for number, (who, text) in enumerate(turns):
        listener.put(Spoken(f"t{number}", who, text))
    return listener


@pytest.mark.parametrize("item", MINIMAL)
def test_nothing_speaks_of_a_screen(item: str) -> None:
    shown = show_item(item, Case(), load())
    for text in (shown["text"], *shown["rephrasings"]):
        assert "tick" not in text.lower()
        assert "line" not in text.lower()
        assert "button" not in text.lower()
    assert shown["text"]


def test_a_whole_interview_read_aloud_ticks_every_item() -> None:
    listener = call(("caller", "My lower back has hurt since Sunday and my left knee aches."))
    put = []
    for number in range(40):
        assessment = assess(listener.heard.case, load())
        question = assessment.next_question
        if question is None:
            break
        put.append(question.id)
        words = show_next(assessment, listener.heard.case, load())
        assert words is not None
        assert words["text"]
        assert not {"tick", "button", "buttons", "them"} & set(words["text"].lower().replace("?", " ").split()[:4])
        known, _ = load().questions.resolve(question.id)
        answer = plain_answer(question.id) if known.normal else "Fifty-two." if question.item == "age" else "I don't know."
        listener.put(Spoken(f"a{number}", "agent", words["text"]))
        listener.put(Spoken(f"c{number}", "caller", answer))
    states = assess(listener.heard.case, load()).checklist
    assert {item: states[item] for item in MINIMAL if states[item] != "no"} == {}, put


def test_a_card_of_which_one_line_was_read_clears_that_line_only() -> None:
    listener = call(
        ("caller", "My back hurts."), ("agent", show_item("cancer_history", Case(), load())["text"]), ("caller", "No, none.")
    )
    states = assess(listener.heard.case, load()).checklist
    assert states["cancer_history"] == "no"
    assert {item for item, state in states.items() if state == "no"} == {"cancer_history"}


def test_a_question_is_known_again_without_marks_and_after_other_words() -> None:
    assert read_own("okay thank you when you last had a pee did it start the way it normally does", Case(), load()) is None
    said = "right then can you feel it when your bladder is full and you need a pee"
    assert read_own(said, Case(), load()) == "Q6a"
    assert read_own("can you feel it", Case(), load()) is None


def test_answers_are_read_as_in_the_chat() -> None:
    question = show_item("bladder_start", Case(), load())["text"]
    for answer, state in (("yes it did, no problem", "no"), ("no it did not", "yes"), ("mm, okay", "not_asked")):
        listener = call(("caller", "My back hurts."), ("agent", question), ("caller", answer))
        assert assess(listener.heard.case, load()).checklist["bladder_start"] == state, answer


def test_a_card_is_said_with_its_lines() -> None:
    options = (Option("chest", "Chest pain"), Option("breath", "Trouble breathing"), Option("none", "None of these"))
    words = aloud("Do you have any of these? Tick all that fit.", options, multiple=True)
    assert words == "Do you have any of these? Chest pain; or trouble breathing?"


def test_a_place_in_the_answer_is_the_one_the_question_named() -> None:
    question = show_item("saddle_feeling", Case(), load())["text"]
    listener = call(("caller", "My back hurts."), ("agent", question), ("caller", "It's a bit numb on the left."))
    assert assess(listener.heard.case, load()).checklist["saddle_feeling"] == "yes"
