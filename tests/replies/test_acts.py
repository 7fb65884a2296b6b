"""Everything people do besides telling symptoms gets its answer, and the interview goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.replies.acts import ACTS
from bot.replies.compose import compose
from bot.replies.forbidden import forbidden_in_reply
from bot.triage.assessment import Assessment
from tests.replies.samples import LOCALES, PEOPLE, QUESTION, asking, case, finished, rule

KNEE = case("my knee folded once", ("knee_giving_way", "knee folded once", {"count": 1}), turns=4)
#: Acts after which the pending question is not put again: something else is to be done first.
ENDS = {"stop", "goodbye", "delete", "deleted", "other_language", "failure", "child", "worse"}
LIST = "Go to A&E straight away"


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("act", ACTS)
def test_every_act_mid_interview(act: str, locale: str, person: str | None, knowledge: Knowledge) -> None:
    told = case("my knee folded once", ("knee_giving_way", "knee folded once", {"count": 1}), person=person, turns=4)
    reply = compose(asking("urgent_same_day", rule("K2", 0)), told, knowledge, act=act, locale=locale)
    assert not forbidden_in_reply(reply)
    assert reply.plain_text()
    assert (reply.question is None) == (act in ENDS)
    if act not in ENDS:
        assert reply.options == QUESTION.options
        assert reply.blocks[-1].text in (QUESTION.text, QUESTION.rephrase)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("level", ["urgent_same_day", "soon", "self_care"])
def test_every_act_after_the_result(act: str, level: str, knowledge: Knowledge) -> None:
    reply = compose(finished(level, rule("K2", 0)), KNEE, knowledge, act=act)
    assert not forbidden_in_reply(reply)
    assert reply.plain_text()


@pytest.mark.parametrize("act", ACTS)
def test_every_act_as_the_very_first_message(act: str, knowledge: Knowledge) -> None:
    reply = compose(Assessment("incomplete", False), Case(), knowledge, act=act)
    assert not forbidden_in_reply(reply)
    assert reply.plain_text()


def test_unknown_acts_and_topics_are_errors_that_say_what_exists(knowledge: Knowledge) -> None:
    with pytest.raises(ValueError, match=r"no such act: 'sing'\. Allowed: thanks"):
        compose(asking(), KNEE, knowledge, act="sing")
    with pytest.raises(KeyError):
        compose(asking(), KNEE, knowledge, faq="F99")


def test_greeting_says_what_it_is_and_the_emergency_number(knowledge: Knowledge) -> None:
    text = compose(Assessment("incomplete", False), Case(), knowledge, act="greet").plain_text()
    assert "not a doctor or nurse" in text
    assert "call 999 now" in text
    assert text.endswith("Is this about you or someone else?")


def test_why_gives_the_reason_of_the_question(knowledge: Knowledge) -> None:
    assert QUESTION.why in compose(asking(), KNEE, knowledge, act="why").plain_text()
    reasons = compose(finished("urgent_same_day", rule("K2", 0)), KNEE, knowledge, act="why").plain_text()
    assert knowledge.red_flags["K2"].reason in reasons


def test_rephrase_uses_other_words(knowledge: Knowledge) -> None:
    text = compose(asking(), KNEE, knowledge, act="rephrase").plain_text()
    assert QUESTION.rephrase in text
    assert QUESTION.text not in text


def test_stop_gives_the_incomplete_form(knowledge: Knowledge) -> None:
    reply = compose(asking(), KNEE, knowledge, act="stop")
    assert reply.urgency == "incomplete"
    assert "You stopped before I could ask everything" in reply.plain_text()
    assert LIST in reply.plain_text()


@pytest.mark.parametrize("act", ["not_understood_twice", "failure", "other_language", "child"])
def test_when_we_may_miss_something_the_floor_is_same_day(act: str, knowledge: Knowledge) -> None:
    reply = compose(asking(), KNEE, knowledge, act=act)
    assert reply.urgency == "urgent_same_day"
    assert LIST in reply.plain_text()
    assert any(block.kind == "links" for block in reply.blocks)


def test_failure_never_lowers_what_is_known(knowledge: Knowledge) -> None:
    reply = compose(asking("emergency_now", rule("C1", 0), question=None), KNEE, knowledge, act="failure")  # type: ignore[arg-type]
    assert reply.urgency == "emergency_now"
    assert reply.blocks[0].kind == "emergency"


def test_not_understood_once_only_asks_for_other_words(knowledge: Knowledge) -> None:
    reply = compose(asking(), KNEE, knowledge, act="not_understood")
    assert LIST not in reply.plain_text()
    assert "in a few plain words" in reply.plain_text()


def test_other_languages_get_the_number_and_no_guess(knowledge: Knowledge) -> None:
    text = compose(asking(), KNEE, knowledge, act="other_language", locale="en-US").plain_text()
    assert "¿Emergencia? Llame al 911." in text
    assert "I only understand English" in text


def test_out_of_scope_is_honest_and_says_where_to_go(knowledge: Knowledge) -> None:
    text = compose(asking(), KNEE, knowledge, act="out_of_scope").plain_text()
    assert "I cannot judge other problems, such as a headache or a cough" in text
    assert "ask a pharmacist or call 111 or your GP" in text


def test_medicine_questions_go_to_a_pharmacist(knowledge: Knowledge) -> None:
    text = compose(asking(), KNEE, knowledge, act="medication").plain_text()
    assert "A pharmacist can" in text


@pytest.mark.parametrize("decision", [asking(), finished("self_care", rule("N4", 0))])
def test_definitely_not_never_says_no(decision: Assessment, knowledge: Knowledge) -> None:
    text = compose(decision, KNEE, knowledge, act="definitely_not_ces").plain_text()
    assert "I cannot rule out cauda equina syndrome." in text
    assert "Only an examination, and often a scan, can tell." in text


def test_waiting_with_a_same_day_level_is_answered_plainly(knowledge: Knowledge) -> None:
    text = compose(asking("urgent_same_day", rule("K2", 0)), KNEE, knowledge, act="wait_until_later").plain_text()
    assert "Please do not leave this until another day." in text
    assert "do not leave" not in compose(asking(), KNEE, knowledge, act="wait_until_later").plain_text()


def test_deleting_is_confirmed_first(knowledge: Knowledge) -> None:
    assert "yes or no" in compose(asking(), KNEE, knowledge, act="delete").plain_text()
    assert compose(asking(), KNEE, knowledge, act="deleted").plain_text().startswith("Done.")


def test_a_helper_who_cannot_ask_has_not_said_no(knowledge: Knowledge) -> None:
    assert "That is not the same as no." in compose(asking(), KNEE, knowledge, act="cannot_ask").plain_text()


def test_human_promises_no_time_and_shows_the_list(knowledge: Knowledge) -> None:
    for act in ("human", "human_unavailable"):
        text = compose(asking(), KNEE, knowledge, act=act).plain_text()
        assert LIST in text
        assert "Do not wait for a reply" in text
    assert "Call 111" in compose(asking(), KNEE, knowledge, act="human_unavailable").plain_text()


def test_after_the_result_thanks_do_not_change_the_advice(knowledge: Knowledge) -> None:
    text = compose(finished("soon", rule("N2", 0)), KNEE, knowledge, act="thanks").plain_text()
    assert "come back at any time" in text
    assert compose(finished("soon", rule("N2", 0)), KNEE, knowledge, act="thanks").urgency == "soon"


def test_it_got_worse_goes_straight_to_the_change(knowledge: Knowledge) -> None:
    reply = compose(asking(), KNEE, knowledge, act="worse")
    assert reply.question is None
    assert "what has changed and since when" in reply.plain_text()
    assert "Go to A&E now:" in reply.plain_text()


def test_explanation_on_request_leads_back(knowledge: Knowledge) -> None:
    short = compose(asking(), KNEE, knowledge, act="explain")
    assert any(block.kind == "details" for block in short.blocks)
    assert short.blocks[-1].text == QUESTION.text
    opened = compose(asking(), KNEE, knowledge, act="tell_more")
    assert not any(block.kind == "details" for block in opened.blocks)


def test_variants_differ_between_turns(knowledge: Knowledge) -> None:
    said = {compose(asking(), replace(KNEE, turns=turn), knowledge, act="thanks").blocks[0].text for turn in range(3)}
    assert len(said) == 3
