"""The emergency message: action first and whole, right words for the right danger, nothing asked after it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.extraction.mention import Mention
from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.replies.acts import ACTS
from bot.replies.compose import compose
from bot.replies.emergency import ACTION_ORDER, FAMILY_ORDER, action_of, family_of
from bot.replies.forbidden import forbidden_in_reply
from bot.replies.reply import Reply
from bot.triage.assessment import ACTIONS, FiredRule
from tests.replies.samples import LOCALES, PEOPLE, asking, case, emergency, load, rule

RULES = [known.id for known in load().red_flags.values() if known.disposition == "emergency_now"]
NUMBER = {"en-GB": "999", "en-US": "911", "fr-FR": "112"}
STORY = "my left knee keeps giving way on the stairs and it feels numb when I wipe"
TOLD = case(
    STORY,
    ("knee_giving_way", "left knee keeps giving way on the stairs", {"laterality": "left", "frequency": "repeated"}),
    ("saddle_numbness", "it feels numb when I wipe", {"onset_days": 1.0}),
)


def text_of(reply: Reply, *kinds: str) -> str:
    return "\n".join(block.plain_text() for block in reply.blocks if not kinds or block.kind in kinds)


def made_up(action: str, family: str) -> FiredRule:
    return FiredRule("X1", "emergency_now", "This needs care now.", "test", (0,), (), action, family)


def test_the_sentence_of_the_first_issue() -> None:
    reply = compose(emergency(rule("C1", 1), rule("K1", 0)), TOLD, load())
    assert reply.blocks[0].text == "Go to A&E now or call 999. Do not drive yourself."
    quotes = next(block for block in reply.blocks if block.kind == "quote")
    assert quotes.items == ("“it feels numb when I wipe”", "“left knee keeps giving way on the stairs”")
    desk = text_of(reply, "desk")
    assert "numbness or odd feeling between my legs since yesterday" in desk
    assert "a left knee that gives way" in desk
    assert "cauda equina syndrome" in desk
    assert "between your legs also run the bladder" in text_of(reply, "text")
    assert reply.urgency == "emergency_now"
    assert reply.card


@pytest.mark.parametrize("rule_id", RULES)
def test_what_to_do_stands_before_why(rule_id: str, knowledge: Knowledge) -> None:
    fired = rule(rule_id, 0)
    blocks = compose(emergency(fired), TOLD, knowledge).blocks
    assert [block.kind for block in blocks[:2]] == ["emergency", "links"], "the action, then the numbers to tap"
    if fired.wording != "crisis":
        why = next(n for n, block in enumerate(blocks) if block.text == fired.reason)
        assert all(n < why for n, block in enumerate(blocks) if block.kind in ("list", "desk"))


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("rule_id", RULES)
def test_every_emergency_rule(rule_id: str, locale: str, person: str | None, knowledge: Knowledge) -> None:
    told = case("something happened", ("leg_weakness", "something happened", {"onset_days": 0.2}), person=person)
    fired = rule(rule_id, 0)
    reply = compose(emergency(fired), told, knowledge, locale=locale)
    assert not forbidden_in_reply(reply)
    assert NUMBER[locale] in reply.plain_text()
    lead = reply.blocks[0].text
    if fired.action == "go_to_emergency_department":
        assert lead.startswith("Take" if person else "Go to")
    if fired.action == "ambulance":
        assert lead.startswith(f"Call {NUMBER[locale]} now and ask for an ambulance.")
    if fired.wording != "cauda_equina":
        assert "cauda equina" not in reply.plain_text().lower()
    if fired.wording != "crisis":
        assert fired.reason in text_of(reply, "text")
        assert "“something happened”" in text_of(reply, "quote")
        assert any(block.kind == "desk" for block in reply.blocks)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("family", FAMILY_ORDER)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_with_every_family(action: str, family: str, locale: str, knowledge: Knowledge) -> None:
    """Rules may combine them in ways nobody has thought of yet; the message must still stand."""
    told = case("it happened", ("leg_weakness", "it happened", {}))
    reply = compose(emergency(made_up(action, family)), told, knowledge, locale=locale)
    assert not forbidden_in_reply(reply)
    assert NUMBER[locale] in reply.plain_text()
    assert any(block.kind == "links" for block in reply.blocks)


def test_families_and_actions_of_the_knowledge_are_known(knowledge: Knowledge) -> None:
    for rule_id in RULES:
        assert knowledge.red_flags[rule_id].wording in FAMILY_ORDER, rule_id
        assert knowledge.red_flags[rule_id].action in ACTION_ORDER, rule_id


def test_an_unknown_family_or_action_is_still_an_emergency(knowledge: Knowledge) -> None:
    odd = FiredRule("X1", "emergency_now", "Why.", "test", (0,), (), None, None)
    assert (action_of(odd), family_of(odd)) == ("go_to_emergency_department", "other")
    reply = compose(emergency(odd), TOLD, knowledge)
    assert reply.blocks[0].text.startswith("Go to A&E now")


def test_an_emergency_without_any_rule_still_sends_them(knowledge: Knowledge) -> None:
    reply = compose(emergency(), Case(turns=1), knowledge)
    assert reply.blocks[0].text.startswith("Go to A&E now")
    assert not forbidden_in_reply(reply)


@pytest.mark.parametrize("family", ["weakness", "buckling"])
def test_weakness_and_buckling_have_their_own_words(family: str, knowledge: Knowledge) -> None:
    reply = compose(emergency(made_up("go_to_emergency_department", family)), TOLD, knowledge)
    worry = load().wording["en"][f"emergency.worry.{family}"]
    assert str(worry).split(".")[0].split("{")[0] in reply.plain_text()
    assert "bladder" not in text_of(reply, "text")


def test_spine_injury_keeps_still(knowledge: Knowledge) -> None:
    reply = compose(emergency(rule("L6", 0)), TOLD, knowledge)
    assert "Keep still." in reply.blocks[0].text
    assert "let no one move you" in reply.blocks[0].text


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({"count": 4, "onset_days": 3.0}, "My knee has given way 4 times for 3 days."),
        ({"count": 2, "laterality": "right", "onset_days": 0.3}, "My right knee has given way twice since today."),
        ({"count": 3}, "My knee has given way 3 times."),
        ({"frequency": "repeated", "laterality": "left"}, "My left knee has given way again and again."),
        ({}, "My knee gives way, and I cannot say how many times."),
    ],
)
def test_desk_sentence_for_buckling(attributes: dict[str, object], sentence: str, knowledge: Knowledge) -> None:
    told = case("my knee buckles", ("knee_giving_way", "knee buckles", attributes))
    desk = text_of(compose(emergency(rule("K1", 0)), told, knowledge), "desk")
    assert sentence in desk
    assert "I am worried that a nerve is being squeezed." in desk


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0.1, "since today"),
        (1.0, "since yesterday"),
        (5.0, "for 5 days"),
        (21.0, "for 3 weeks"),
        (120.0, "for 4 months"),
        (3000.0, "for years"),
    ],
)
def test_desk_sentence_says_since_when(days: float, words: str, knowledge: Knowledge) -> None:
    told = case("numb down there", ("saddle_numbness", "numb down there", {"onset_days": days}))
    assert words in text_of(compose(emergency(rule("C1", 0)), told, knowledge), "desk")


def test_desk_sentence_of_a_helper(knowledge: Knowledge) -> None:
    told = case("mum is numb down there", ("saddle_numbness", "numb down there", {"onset_days": 1.0}), person="she")
    desk = text_of(compose(emergency(rule("C1", 0)), told, knowledge), "desk")
    assert "I am with my mother. She has had numbness or odd feeling between her legs since yesterday." in desk
    assert "She is worried about cauda equina syndrome." in desk


def test_desk_sentence_names_what_staff_must_know(knowledge: Knowledge) -> None:
    told = case(
        "on warfarin, thigh went dead", ("anticoagulant", "on warfarin", {}), ("knee_extension_weakness", "thigh went dead", {})
    )
    desk = text_of(compose(emergency(rule("W7", 1, 0)), told, knowledge), "desk")
    assert "I take blood thinners." in desk
    assert "I have a weak knee that will not straighten." in desk


def test_unsure_answer_alone_names_what_they_were_unsure_about(knowledge: Knowledge) -> None:
    decision = emergency(rule("C13", items=("saddle_feeling",)), checklist={"saddle_feeling": "unsure"})
    reply = compose(decision, Case(turns=3), knowledge)
    assert "not sure, about the feeling between your legs" in text_of(reply, "quote")
    assert "I am not sure about the feeling between my legs." in text_of(reply, "desk")


def test_bare_yes_is_named_and_not_quoted(knowledge: Knowledge) -> None:
    said = Mention("saddle_numbness", "present", "self", "current", 0, 0, 3, "Yes", {}, by="answer")
    reply = compose(emergency(rule("C1", 0)), Case(turns=1, mentions=(said,)), knowledge)
    quotes = text_of(reply, "quote")
    assert "yes, about numbness or odd feeling between your legs" in quotes
    assert "“Yes”" not in quotes


def test_a_button_is_named_with_what_it_answered(knowledge: Knowledge) -> None:
    label = "No, or less than I used to"
    said = Mention("reduced_bladder_awareness", "present", "self", "current", 0, 0, len(label), label, {}, by="answer")
    quotes = text_of(compose(emergency(rule("C4", 0)), Case(turns=1, mentions=(said,)), knowledge), "quote")
    assert f"no feeling of a full bladder: “{label}”" in quotes


def test_crisis_gives_numbers_first_then_kind_words_and_no_quote(knowledge: Knowledge) -> None:
    told = case("i want to end it", ("mental_health_crisis", "i want to end it", {}))
    for locale, first in (("en-GB", "116 123"), ("en-US", "988"), ("fr-FR", "112")):
        reply = compose(emergency(rule("L8", 0)), told, knowledge, locale=locale)
        assert first in reply.blocks[0].text
        assert reply.blocks[1].kind == "links"
        assert "not alone" in reply.plain_text()
        assert "end it" not in reply.plain_text()
        assert not any(block.kind in ("quote", "desk") for block in reply.blocks)


def test_crisis_beside_a_squeezed_nerve_gives_both(knowledge: Knowledge) -> None:
    told = case(
        "can't feel my bits, i want to end it",
        ("genital_numbness", "can't feel my bits", {}),
        ("mental_health_crisis", "i want to end it", {}),
    )
    reply = compose(emergency(rule("C1", 0), rule("L8", 1)), told, knowledge)
    assert "116 123" in reply.blocks[0].text
    assert "Go to A&E now" in reply.plain_text()
    assert "cauda equina" in text_of(reply, "desk")
    assert "want to end it" not in reply.plain_text()


def test_ambulance_stands_before_the_emergency_department(knowledge: Knowledge) -> None:
    told = case("chest pain and numb down there", ("saddle_numbness", "numb down there", {}), ("chest_pain", "chest pain", {}))
    reply = compose(emergency(rule("C1", 0), rule("L1", 1)), told, knowledge)
    assert reply.blocks[0].text.startswith("Call 999 now and ask for an ambulance")
    assert "more than one reason" in reply.plain_text()


def test_poison_gives_the_poison_line_by_country(knowledge: Knowledge) -> None:
    told = case("took too many", ("medication_excess", "took too many", {}))
    assert "111" in compose(emergency(rule("L9", 0)), told, knowledge, locale="en-GB").blocks[0].text
    assert "1-800-222-1222" in compose(emergency(rule("L9", 0)), told, knowledge, locale="en-US").blocks[0].text


@pytest.mark.parametrize(
    ("locale", "hrefs"),
    [("en-GB", {"tel:999", "sms:999", "tel:18000"}), ("en-US", {"tel:911", "sms:911", "tel:711"}), ("fr-FR", {"tel:112"})],
)
def test_numbers_for_people_who_cannot_phone(locale: str, hrefs: set[str], knowledge: Knowledge) -> None:
    reply = compose(emergency(rule("C1", 1)), TOLD, knowledge, locale=locale)
    links = next(block.links for block in reply.blocks if block.kind == "links")
    assert hrefs <= {link.href for link in links}
    assert "interpreter" in reply.plain_text()


# --- after it ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("act", [act for act in ACTS if act != "deleted"])
def test_nothing_said_later_softens_it(act: str, locale: str, knowledge: Knowledge) -> None:
    decision = emergency(rule("C1", 1))
    reply = compose(decision, TOLD, knowledge, act=act, previous=decision, locale=locale)
    assert reply.urgency == "emergency_now"
    assert reply.blocks[0] == compose(decision, TOLD, knowledge, locale=locale).blocks[0]
    assert not forbidden_in_reply(reply)
    assert any(block.kind == "desk" for block in reply.blocks)


@pytest.mark.parametrize("topic", load().faq)
def test_a_question_that_carries_a_red_flag_gets_the_emergency_first(topic: str, knowledge: Knowledge) -> None:
    reply = compose(emergency(rule("C1", 1)), TOLD, knowledge, faq=topic, previous=asking())
    assert reply.blocks[0].kind == "emergency"
    assert not forbidden_in_reply(reply)
    assert load().faq[topic].answer[0] not in reply.plain_text()


def test_a_question_after_it_is_answered_below_the_advice(knowledge: Knowledge) -> None:
    decision = emergency(rule("C1", 1))
    reply = compose(decision, TOLD, knowledge, faq="F13", previous=decision)
    assert reply.blocks[0].kind == "emergency"
    assert "strength, reflexes" in reply.plain_text()
    assert not forbidden_in_reply(reply)


def test_waiting_is_answered_plainly(knowledge: Knowledge) -> None:
    decision = emergency(rule("C1", 1))
    for previous in (None, decision):
        text = compose(decision, TOLD, knowledge, act="wait_until_later", previous=previous).plain_text()
        assert "Please do not wait until later." in text
        assert "family, a friend or a taxi" in text
        assert not re.search(r"\d+ hours", text)
        assert "cauda equina syndrome" in text


def test_a_new_reason_after_it_is_told_in_full(knowledge: Knowledge) -> None:
    before, now = emergency(rule("K1", 0)), emergency(rule("C1", 1), rule("K1", 0))
    text = compose(now, TOLD, knowledge, previous=before).plain_text()
    assert "even more important" in text
    assert "“it feels numb when I wipe”" in text


def test_the_same_again_is_short(knowledge: Knowledge) -> None:
    decision = emergency(rule("C1", 1))
    first, again = compose(decision, TOLD, knowledge), compose(decision, TOLD, knowledge, previous=decision)
    assert len(again.plain_text()) < 0.7 * len(first.plain_text())
    assert "My advice is still the same." in again.plain_text()


def test_a_correction_that_makes_it_an_emergency_says_so(knowledge: Knowledge) -> None:
    reply = compose(emergency(rule("C1", 1)), TOLD, knowledge, act="correction", previous=asking())
    assert reply.blocks[0].kind == "emergency"
    assert "That changes my advice." in reply.blocks[1].text


def test_hostile_quote_stays_one_line_of_data(knowledge: Knowledge) -> None:
    words = "numb\n\n**GO HOME** {ed} \u202e\x00 " + "x" * 300
    said = Mention("saddle_numbness", "present", "self", "current", 0, 0, len(words), words)
    reply = compose(emergency(rule("C1", 0)), replace(TOLD, mentions=(said,)), knowledge)
    (line,) = next(block.items for block in reply.blocks if block.kind == "quote")
    assert "\n" not in line
    assert "\u202e" not in line
    assert "{ed}" in line
    assert len(line) <= 142
