"""The end of an interview that is no emergency: honest, personal, and never more reassuring than the answers allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.replies.compose import compose
from bot.replies.forbidden import forbidden_in_reply
from bot.replies.reply import Reply
from bot.triage.assessment import Assessment
from tests.replies.samples import LOCALES, PEOPLE, all_no, asking, case, finished, load, rule

LEVELS = {"urgent_same_day": "K2", "soon": "N2", "routine": "K4", "self_care": "N4"}
FULL = "From your answers I did not find a red flag today."
PARTLY = "I found no red flag in the answers you gave."
TOLD = case("my lower back aches since sunday", ("low_back_pain", "lower back aches", {}))
MINIMAL = [item.id for item in load().items.values() if item.minimal_set]


def listed(reply: Reply) -> list[str]:
    return [item for block in reply.blocks if block.kind == "list" for item in block.items]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_level(level: str, locale: str, person: str | None, knowledge: Knowledge) -> None:
    told = case("my lower back aches since sunday", ("low_back_pain", "lower back aches", {}), person=person)
    reply = compose(finished(level, rule(LEVELS[level], 0)), told, knowledge, locale=locale)
    assert not forbidden_in_reply(reply)
    assert reply.urgency == level
    assert reply.card
    assert "“lower back aches”" in reply.plain_text()
    assert knowledge.red_flags[LEVELS[level]].reason in reply.plain_text()
    assert len(listed(reply)) >= len(knowledge.safety_net.signs)
    assert "not a diagnosis" in reply.plain_text()
    assert not reply.options


@pytest.mark.parametrize(
    ("locale", "level", "words"),
    [
        ("en-GB", "urgent_same_day", "Call 111 or your GP today"),
        ("en-US", "urgent_same_day", "Call your doctor or an urgent care clinic today"),
        ("fr-FR", "urgent_same_day", "your local health line today"),
        ("en-GB", "soon", "GP or a physio this week"),
        ("en-US", "soon", "primary care doctor or a physical therapist this week"),
        ("en-GB", "self_care", "A pharmacist can help"),
    ],
)
def test_whom_to_contact_by_country(locale: str, level: str, words: str, knowledge: Knowledge) -> None:
    assert words in compose(finished(level, rule(LEVELS[level], 0)), TOLD, knowledge, locale=locale).plain_text()


@pytest.mark.parametrize("level", ["soon", "routine", "self_care"])
def test_allowed_sentence_when_everything_was_answered(level: str, knowledge: Knowledge) -> None:
    assert FULL in compose(finished(level, rule(LEVELS[level], 0)), TOLD, knowledge).plain_text()


@pytest.mark.parametrize("state", ["skipped", "unsure", "not_asked", "yes"])
@pytest.mark.parametrize("item", MINIMAL)
def test_no_allowed_sentence_with_one_answer_missing(item: str, state: str, knowledge: Knowledge) -> None:
    decision = finished("soon", rule("N2", 0), checklist={**all_no(), item: state})
    text = compose(decision, TOLD, knowledge).plain_text()
    assert FULL not in text
    assert PARTLY not in text


@pytest.mark.parametrize(("state", "sentence"), [("no", FULL), ("skipped", PARTLY), ("not_asked", PARTLY)])
def test_sex_may_be_left_out_with_a_weaker_sentence(state: str, sentence: str, knowledge: Knowledge) -> None:
    decision = finished("soon", rule("N2", 0), checklist={**all_no(), "sexual_change": state})
    text = compose(decision, TOLD, knowledge).plain_text()
    assert sentence in text
    assert (FULL in text) == (sentence == FULL)


@pytest.mark.parametrize(
    "decision",
    [
        finished("urgent_same_day", rule("K2", 0)),
        finished("soon", rule("N2", 0), rule("S7", 0)),
        replace(finished("soon", rule("N2", 0)), complete=False),
        replace(finished("soon", rule("N2", 0)), floor=True),
        finished("soon", rule("N2", 0), checklist={}),
        finished("soon", rule("N2", 0), checklist={**all_no(), "sexual_change": "yes"}),
    ],
)
def test_no_allowed_sentence(decision: Assessment, knowledge: Knowledge) -> None:
    text = compose(decision, TOLD, knowledge).plain_text()
    assert FULL not in text
    assert PARTLY not in text


def test_left_out_questions_are_named_and_their_signs_come_first(knowledge: Knowledge) -> None:
    states = {**all_no(), "leaks": "skipped", "private_consent": "skipped", "with_patient": "unsure"}
    decision = finished("urgent_same_day", rule("C17", items=("leaks",)), checklist=states, skipped=("leaks", "private_consent"))
    reply = compose(decision, TOLD, knowledge)
    blocks = {block.text: block.items for block in reply.blocks if block.kind == "list"}
    assert blocks["Questions you left out, so I cannot rule these parts out:"] == ("leaking pee",)
    net = blocks["Go to A&E straight away, day or night, if any one of these happens:"]
    assert net[0] == "you leak pee, or cannot feel it coming out"


def test_unsure_answers_are_named_once(knowledge: Knowledge) -> None:
    states = {**all_no(), "fever": "unsure"}
    by_rule = finished("soon", rule("N2", 0), checklist=states)
    assert "You were not sure about:" in compose(by_rule, TOLD, knowledge).plain_text()
    named = finished("urgent_same_day", rule("C13b", items=("fever",)), checklist=states)
    assert "You were not sure about:" not in compose(named, TOLD, knowledge).plain_text()


@pytest.mark.parametrize(
    ("concept", "words"),
    [
        ("knee_giving_way", "your knee gives way again"),
        ("leg_numbness", "creeps up towards your bottom or groin"),
        ("sciatica_one_side", "moves to the other leg"),
        ("foot_drop", "do less with the weak leg or foot"),
        ("calf_swelling", "short of breath"),
        ("cancer_history", "weak, numb or unsteady"),
        ("pregnant_or_postpartum", "even if it seems due to the baby"),
        ("stress_leak_longstanding", "the old bladder trouble changes"),
    ],
)
def test_personal_safety_net(concept: str, words: str, knowledge: Knowledge) -> None:
    told = case("it is like this", (concept, "like this", {}))
    assert words in compose(finished("soon", rule("N2", 0)), told, knowledge).plain_text()


def test_personal_safety_net_is_short(knowledge: Knowledge) -> None:
    concepts = ("knee_giving_way", "leg_numbness", "sciatica_one_side", "foot_drop", "calf_swelling", "cancer_history")
    told = case("all of it", *((concept, "all of it", {}) for concept in concepts))
    reply = compose(finished("urgent_same_day", rule("K2", 0)), told, knowledge)
    (personal,) = [block for block in reply.blocks if block.text == "For you, this would make it more urgent:"]
    assert 1 <= len(personal.items) <= knowledge.safety_net.limit


def test_a_sign_they_already_have_is_worded_as_a_change(knowledge: Knowledge) -> None:
    told = case("a new leak", ("urinary_incontinence_new", "new leak", {}))
    decision = finished("urgent_same_day", rule("C22", 0), checklist={**all_no(), "leaks": "yes"})
    signs = listed(compose(decision, told, knowledge))
    assert "you leak more than before, or cannot feel the pee coming out" in signs
    assert "you leak pee, or cannot feel it coming out" not in signs


@pytest.mark.parametrize("concept", [c for row in load().safety_net.signs for c in row.concepts])
def test_every_sign_has_its_changed_wording(concept: str, knowledge: Knowledge) -> None:
    told = case("it is like this", (concept, "like this", {}))
    plain = [s.text for s in knowledge.safety_net.signs if concept in s.concepts]
    text = compose(finished("urgent_same_day", rule("K2", 0)), told, knowledge)
    assert not set(listed(text)) & set(plain)


def test_stopping_early_reassures_nobody(knowledge: Knowledge) -> None:
    decision = Assessment("incomplete", False)
    reply = compose(decision, replace(TOLD, stopped=True), knowledge)
    assert reply.urgency == "incomplete"
    text = reply.plain_text()
    assert "You stopped before I could ask everything" in text
    assert "go to A&E now" in text
    assert "speak to a doctor or nurse today" in text
    assert FULL not in text
    assert len(listed(reply)) >= len(knowledge.safety_net.signs)
    assert not forbidden_in_reply(reply)


def test_stopping_keeps_a_level_that_was_reached(knowledge: Knowledge) -> None:
    decision = Assessment("urgent_same_day", False, fired=(rule("K2", 0),), floor=True)
    reply = compose(decision, replace(TOLD, stopped=True), knowledge)
    assert reply.urgency == "urgent_same_day"
    assert "it may be more urgent than I know" in reply.plain_text()


def test_stopping_never_gives_a_level_below_same_day(knowledge: Knowledge) -> None:
    decision = Assessment("soon", False, fired=(rule("N2", 0),), floor=True)
    reply = compose(decision, replace(TOLD, stopped=True), knowledge)
    assert reply.urgency == "incomplete"
    assert "this week" not in reply.plain_text()


def test_information_only_shows_the_list_and_says_nothing_about_them(knowledge: Knowledge) -> None:
    reply = compose(Assessment("info_only", False), Case(turns=1), knowledge)
    assert reply.urgency == "info_only"
    assert FULL not in reply.plain_text()
    assert len(listed(reply)) >= len(knowledge.safety_net.signs)


def test_rules_about_combining_are_no_reasons(knowledge: Knowledge) -> None:
    text = compose(
        finished("urgent_same_day", rule("K2", 0), replace(rule("M3", 0), disposition="urgent_same_day")), TOLD, knowledge
    )
    assert knowledge.red_flags["M3"].reason not in text.plain_text()


def test_new_question_after_a_result_goes_on_asking(knowledge: Knowledge) -> None:
    reply = compose(asking("soon", rule("N2", 0)), TOLD, knowledge, previous=finished("self_care", rule("N4", 0)))
    assert reply.question == "Q4"
    assert "you need an appointment this week" in reply.plain_text()
