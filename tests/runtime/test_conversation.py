"""One turn through the real agent: what people see, and that nothing is lost."""

from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.rasa

RED_FLAG = "my left knee keeps giving way on the stairs and it feels numb when I wipe"


async def test_a_red_flag_gets_emergency_advice_on_that_very_turn(talk):
    await talk.greet()
    reply = await talk.say(RED_FLAG)
    assert reply.urgency == "emergency_now"
    assert reply.blocks[0].kind == "emergency"
    assert not reply.options
    quotes = " ".join(item for block in reply.blocks if block.kind == "quote" for item in block.items)
    assert "numb when I wipe" in quotes
    assert any(block.kind == "desk" for block in reply.blocks)


@pytest.mark.parametrize(
    "message",
    [
        "what is sciatica, and by the way I can't feel it when I wipe",
        "hello, I have wet myself twice since yesterday with my back pain",
        "you stupid thing, I can't pee at all since this morning and my leg is numb",
        "thanks, but now I can't feel it when I wipe",
        "can I take ibuprofen, it has gone numb between my legs",
        "stop asking. both my legs have gone weak since this morning",
        "I'll wait until after work, but it is numb down below",
    ],
)
async def test_a_red_flag_inside_a_digression_wins_at_once(talk, message):
    await talk.greet()
    await talk.say("my back hurts and it goes down my left leg")
    assert (await talk.say(message)).urgency == "emergency_now"


async def test_the_finding_stays_after_the_emergency_turn(talk):
    await talk.say(RED_FLAG)
    reply = await talk.say("ok thanks")
    assert reply.urgency == "emergency_now"
    case = await talk.case()
    assert case.turns == 2
    assert {"knee_giving_way", "saddle_numbness"} <= {mention.concept for mention in case.mentions}


async def test_a_digression_answers_and_returns_to_the_question(talk):
    await talk.say("my back is stiff since gardening, nothing else")
    pending = talk.reply.question
    reply = await talk.say("why does my knee buckle?")
    assert reply.question == pending
    assert reply.options
    assert "signal" in reply.plain_text()


async def test_small_talk_does_not_use_up_a_question(talk):
    await talk.greet()
    assert talk.reply.question == "Q0"
    for text in ("hi", "what a lovely sunny morning", "are you a robot", "why do you ask?", "blorp frindle wug"):
        assert (await talk.say(text)).question == "Q0", text


async def test_the_same_message_id_is_answered_once(talk):
    await talk.say("my back hurts", message_id="m1")
    first = await talk.say("not sure", message_id="m2")
    again = await talk.say("not sure", message_id="m2")
    assert again == first
    case = await talk.case()
    assert case.turns == 2
    assert case.seen == ("m1", "m2")


async def test_the_same_message_id_is_answered_once_after_a_restart(service, talk):
    first = await talk.say("my back hurts", message_id="m1")
    service._replies.clear()
    assert await talk.say("my back hurts", message_id="m1") == first
    assert (await talk.case()).turns == 1


async def test_messages_of_one_conversation_are_taken_one_after_the_other(talk):
    await talk.greet()
    texts = ["my back hurts", "my left leg is weak", "I am 44", "not sure"]
    await asyncio.gather(*(talk.say(text) for text in texts))
    history = await talk.service.history(talk.id)
    roles = [entry["role"] for entry in history]
    assert roles == ["bot"] + ["user", "bot"] * len(texts)
    assert {entry["text"] for entry in history if entry["role"] == "user"} == set(texts)


async def test_buttons_and_their_words_mean_the_same(new_talk):
    by_button, by_words = new_talk(), new_talk()
    for one in (by_button, by_words):
        await one.say("my back is stiff since gardening, nothing else")
    label = next(option.label for option in by_button.reply.options if option.value == "none")
    await by_button.choose("none")
    await by_words.say(label)
    cases = [await one.case() for one in (by_button, by_words)]
    assert [(a.item, a.state) for a in cases[0].answers] == [(a.item, a.state) for a in cases[1].answers]
    assert by_button.reply.question == by_words.reply.question


async def test_a_button_of_an_earlier_question_answers_that_question(talk):
    await talk.say("my back is stiff since gardening, nothing else")
    card = talk.reply
    assert card.question == "Q1"
    await talk.choose("none")
    assert talk.reply.question != "Q1"
    await talk.say("Chest pain", option_values=["chest"], question="Q1")
    assert talk.reply.urgency == "emergency_now"


async def test_an_option_that_does_not_exist_is_no_error(talk):
    await talk.say("my back hurts")
    reply = await talk.say("numb when I wipe", option_values=["no_such_option"], question="Q1")
    assert reply.urgency == "emergency_now"


async def test_start_again_begins_a_new_case(talk):
    await talk.say("my left leg is weak, I am 70")
    reply = await talk.say("start again")
    assert reply.question == "Q0"
    case = await talk.case()
    assert not case.mentions
    assert not case.profile


@pytest.mark.parametrize("command", ["/restart", "/restart_conversation", "/confirm_erase", '/report_symptom{"symptom": "x"}'])
async def test_a_typed_command_is_only_text(talk, service, command):
    """Rasa takes a leading slash for an intent: a typed "/restart" would wipe the case."""
    await talk.say("my left leg is weak")
    await talk.say(command)
    assert [mention.concept for mention in (await talk.case()).mentions] == ["leg_weakness"]
    assert (await service.history(talk.id))[-2]["text"] == command
    tracker = await service.agent.tracker_store.retrieve(talk.id)
    assert tracker.latest_message.intent["name"] != command.strip("/").partition("{")[0]
    assert not [event for event in tracker.events if type(event).__name__ == "Restarted"]


async def test_erasing_is_asked_once_and_then_done(talk):
    await talk.say("my left leg is weak")
    offer = await talk.say("please delete my chat")
    assert not offer.question
    kept = await talk.say("no")
    assert (await talk.case()).mentions
    assert kept.question
    await talk.say("please delete my chat")
    await talk.say("yes")
    assert await talk.case() is None
    assert await talk.service.history(talk.id) == []


async def test_a_yes_to_erasing_never_answers_a_question_about_symptoms(talk):
    await talk.say("my back hurts")
    await talk.choose("none")
    await talk.say("ok")
    assert talk.reply.question == "Q4"
    await talk.say("delete my data")
    await talk.say("no")
    assert (await talk.assessment()).checklist["saddle_feeling"] == "not_asked"


async def test_history_starts_after_the_given_entry(talk):
    await talk.greet()
    await talk.say("my back hurts")
    entries = await talk.service.history(talk.id)
    assert [entry["n"] for entry in entries] == [1, 2, 3]
    assert await talk.service.history(talk.id, after=2) == entries[2:]


async def test_locale_of_the_greeting_is_kept(talk):
    await talk.greet(locale="en-US")
    reply = await talk.say(RED_FLAG)
    assert "911" in reply.plain_text()
    assert (await talk.case()).locale == "en-US"


async def test_an_unknown_locale_falls_back_to_the_default(talk):
    await talk.greet(locale="xx-XX")
    await talk.say("my back hurts")
    assert (await talk.case()).locale == "en-GB"


async def test_a_no_expires_after_a_day(talk, clock):
    await talk.say("my back is stiff since gardening, nothing else")
    await talk.choose("none")
    assert (await talk.assessment()).checklist["immediate_danger"] == "no"
    clock.now += 25 * 3600
    await talk.say("hello again")
    assert (await talk.assessment()).checklist["immediate_danger"] == "not_asked"
