"""What no reply may ever say, and that the net that looks for it has no holes."""

from __future__ import annotations

import pytest

from bot.replies.forbidden import forbidden_in, forbidden_in_reply
from bot.replies.reply import Block, Reply
from bot.triage.assessment import Option
from tests.replies.samples import LOCALES, PEOPLE, every_text


@pytest.mark.parametrize(
    "text",
    [
        "You do not have cauda equina syndrome.",
        "you don’t have anything to fear",
        "It is nothing serious.",
        "You are safe.",
        "You're completely safe to stay at home.",
        "It's just sciatica.",
        "It is not cauda equina." + " So it is just a sprain.",
        "This rules out anything bad.",
        "Do not worry.",
        "Take 400 mg of ibuprofen.",
        "Take two tablets three times a day.",
        "Any incontinence?",
        "Do you have saddle anaesthesia or bilateral symptoms?",
        "Numb in the perineum?",
        "Acute pain needs triage.",
        "You have 48 hours.",
        "Go as soon as you can.",
        "An ambulance is on its way.",
        "Stop taking your tablets.",
        "Insert a finger to test it.",
        "**Go now**",
        "Go now — it matters.",
    ],
)
def test_catches(text: str) -> None:
    assert forbidden_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "You do not need to have them all.",
        "I cannot rule out cauda equina syndrome.",
        "From your answers I did not find a red flag today.",
        "Do not stop a medicine you were given without asking.",
        "If you took too many tablets, call now.",
        "You have told me about 3 falls in 2 weeks.",
    ],
)
def test_leaves_alone(text: str) -> None:
    assert not forbidden_in(text)


@pytest.mark.parametrize("pronoun", PEOPLE)
@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_says_it(locale: str, pronoun: str | None) -> None:
    wrong = [(where, found) for where, text in every_text(locale, pronoun) if (found := forbidden_in(text))]
    assert not wrong


def test_no_reason_of_a_rule_says_it(knowledge: object) -> None:
    found = {rule.id: forbidden_in(rule.reason) for rule in knowledge.red_flags.values()}  # type: ignore[attr-defined]
    assert not {key: value for key, value in found.items() if value}


def test_no_mechanism_says_it(knowledge: object) -> None:
    found = {c.id: forbidden_in(c.mechanism) for c in knowledge.concepts.values()}  # type: ignore[attr-defined]
    assert not {key: value for key, value in found.items() if value}


def test_quotes_are_the_persons_own_and_are_skipped() -> None:
    reply = Reply((Block("quote", "Because you said:", items=("“doctor says you do not have CES”",)),))
    assert not forbidden_in_reply(reply)


@pytest.mark.parametrize(
    "reply",
    [
        Reply((Block("text", "Hello"), Block("emergency", "Go now.")), urgency="emergency_now"),
        Reply((Block("emergency", "Go now."), Block("text", "Is it numb?")), urgency="emergency_now"),
        Reply((Block("emergency", "Go now."),), options=(Option("a", "A"),), urgency="emergency_now"),
        Reply((Block("emergency", "Go now."),), question="Q4", urgency="emergency_now"),
        Reply((Block("emergency", "Go now."), Block("text", "Come back if it gets worse.")), urgency="emergency_now"),
        Reply((), urgency="emergency_now"),
    ],
)
def test_an_emergency_asks_nothing_and_acts_first(reply: Reply) -> None:
    assert forbidden_in_reply(reply)
