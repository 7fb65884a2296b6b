"""A turn in the middle: a short word on what was said, the level when it rises, then the question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.extraction.mention import Mention
from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.replies.compose import compose
from bot.triage.assessment import NextQuestion
from tests.replies.samples import QUESTION, answered, asking, case, rule


def first(reply: object) -> str:
    return reply.blocks[0].text  # type: ignore[attr-defined]


def test_names_what_was_understood_in_our_words(knowledge: Knowledge) -> None:
    told = case("lol my left leg is a wet noodle", ("leg_weakness", "left leg is a wet noodle", {"laterality": "left"}))
    text = first(compose(asking(), told, knowledge))
    assert "a weak left leg" in text
    assert "noodle" not in text


def test_private_answers_are_thanked_for_and_not_repeated(knowledge: Knowledge) -> None:
    told = case("sex is odd lately", ("sexual_sensation_change", "sex is odd", {}))
    text = first(compose(asking(), told, knowledge))
    assert "thank you" in text.lower()
    assert "sex" not in text


def test_pain_gets_a_kind_word(knowledge: Knowledge) -> None:
    told = case("pain down my leg", ("sciatica_one_side", "pain down my leg", {}))
    assert first(compose(asking(), told, knowledge)) == "I am sorry it hurts. I have noted pain down your leg."


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("unsure", ("hard to tell", "hard to judge")),
        ("skipped", ("cannot rule that part out",)),
        ("yes", ("not easy", "being open")),
    ],
)
def test_answers_are_acknowledged(state: str, words: tuple[str, ...], knowledge: Knowledge) -> None:
    text = first(compose(asking(), answered(state), knowledge))
    assert any(word in text for word in words)


def test_an_unsure_answer_before_its_probe_is_not_commented_twice(knowledge: Knowledge) -> None:
    probe = replace(QUESTION, id="PROBE_saddle_feeling", text="Compare it with your tummy.", remaining=None)
    reply = compose(asking(question=probe), answered("unsure"), knowledge)
    assert [block.text for block in reply.blocks] == ["Compare it with your tummy."]


def test_plain_answers_are_not_nodded_at_every_time(knowledge: Knowledge) -> None:
    said = [compose(asking(), answered("no", "fever", turn), knowledge).blocks[0].text for turn in range(1, 9)]
    nods = [text for text in said if text != QUESTION.text and "left" not in text]
    assert 3 <= len(nods) <= 5
    assert len(set(nods)) >= 3


def test_something_that_came_and_went_is_noted_as_such(knowledge: Knowledge) -> None:
    words = "was numb this morning"
    gone = Mention("leg_numbness", "present", "self", "recent_resolved", 0, 0, len(words), words)
    assert "came and went" in first(compose(asking(), Case(turns=1, mentions=(gone,)), knowledge))


@pytest.mark.parametrize(("level", "words"), [("urgent_same_day", "doctor or nurse today"), ("soon", "an appointment this week")])
def test_level_is_told_when_it_rises_and_not_again(level: str, words: str, knowledge: Knowledge) -> None:
    told = case("my leg", ("leg_pins_needles", "my leg", {}), turns=4)
    now = asking(level, rule("K2", 0), question=replace(QUESTION, remaining=11))
    rises = compose(now, told, knowledge, previous=asking())
    assert any(block.kind == "notice" and words in block.text for block in rises.blocks)
    stays = compose(now, told, knowledge, previous=now)
    assert not any(block.kind == "notice" for block in stays.blocks)


def test_no_level_is_told_while_nothing_is_known(knowledge: Knowledge) -> None:
    reply = compose(asking("incomplete"), answered("no", "fever"), knowledge)
    assert not any(block.kind == "notice" for block in reply.blocks)


@pytest.mark.parametrize(
    ("remaining", "turn", "words"),
    [
        (0, 9, "This is the last question."),
        (2, 9, "3 short questions left."),
        (5, 0, "6 short questions left."),
        (9, 9, "About 10 short questions left."),
        (17, 0, "A little over 15 short questions left."),
        (22, 0, "A little over 20 short questions left."),
        (19, 0, "About 20 short questions left."),
        (10, 9, None),
        (None, 9, None),
    ],
)
def test_progress(remaining: int | None, turn: int, words: str | None, knowledge: Knowledge) -> None:
    reply = compose(asking(question=replace(QUESTION, remaining=remaining)), answered("no", "fever", turn), knowledge)
    shown = [block.text for block in reply.blocks if block.kind == "progress"]
    assert (not shown) if words is None else (len(shown) == 1 and words in shown[0])


def test_private_block_is_introduced(knowledge: Knowledge) -> None:
    question = replace(QUESTION, intro="intro.private")
    assert "private" in compose(asking(question=question), answered("no", "fever"), knowledge).plain_text()
    assert "private" not in compose(asking(), answered("no", "fever"), knowledge).plain_text()


def test_helpers_are_told_to_ask_in_private(knowledge: Knowledge) -> None:
    told = case("mum is weak", ("leg_weakness", "weak", {}), person="she")
    text = compose(asking(question=replace(QUESTION, intro="intro.private")), told, knowledge).plain_text()
    assert "mark it as not answered" in text


def test_every_intro_of_the_questions_exists(knowledge: Knowledge) -> None:
    files = [data for file, data in knowledge.raw.items() if file.startswith("questions/")]
    keys = {question["intro"] for data in files for question in data.get("questions", ()) if "intro" in question}
    assert "intro.private" in keys
    assert keys <= set(knowledge.wording["en"])


def test_question_comes_last_with_its_buttons(knowledge: Knowledge) -> None:
    card = NextQuestion("Q18", "cancer_history", "Tick all that fit.", QUESTION.options, multiple=True)
    reply = compose(asking(question=card), answered("no", "fever"), knowledge)
    assert reply.blocks[-1].text == "Tick all that fit."
    assert reply.options == QUESTION.options
    assert reply.multiple
    assert reply.question == "Q18"


def test_a_correction_says_honestly_whether_the_advice_changes(knowledge: Knowledge) -> None:
    before, after = asking(), asking("urgent_same_day", rule("K2", 0))
    told = case("i meant the left one", ("knee_giving_way", "the left one", {}))
    assert "That changes my advice." in first(compose(after, told, knowledge, act="correction", previous=before))
    assert "My advice stays the same." in first(compose(after, told, knowledge, act="correction", previous=after))
