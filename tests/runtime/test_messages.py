"""Any text at all: it is survived, nothing is lost, and the person gets an honest answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.messages import LONG_CHARACTERS, MAX_CHARACTERS, SLASH, clean, shown


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=300))
def test_cleaning_moves_no_character(text):
    assert clean(text) == (SLASH + text[1:] if text.startswith("/") else text)


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet=st.characters(categories=("Cc", "Cs", "Lu", "Zs")), max_size=50))
def test_cleaned_text_goes_into_any_database(text):
    assert "\x00" not in clean(text)
    clean(text).encode("utf-8")


def test_a_leading_slash_is_no_command_and_comes_back_as_typed():
    assert not clean("  /restart").startswith("/")
    assert shown(clean("/restart")) == "/restart"
    assert clean("and/or") == "and/or"


@pytest.mark.rasa
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "did not get any words"),
        ("   \n\t ", "did not get any words"),
        ("😀😀", "did not get any words"),
        ("???", "did not get any words"),
        ("\x00\x07\x1b", "did not get any words"),
        ("Hola, me duele mucho la espalda y no puedo caminar", "only understand English"),
        ("私の足がしびれています", "only understand English"),
        ("blorp frindle wug", "not"),
    ],
)
async def test_words_nobody_understands_get_an_honest_answer(talk, text, says):
    await talk.greet()
    reply = await talk.say(text)
    assert says in reply.plain_text()
    assert reply.urgency != "self_care"


@pytest.mark.rasa
async def test_other_languages_get_the_emergency_list_and_numbers(talk):
    reply = await talk.say("mein Bein ist taub und ich kann nicht mehr laufen")
    assert reply.urgency == "urgent_same_day"
    assert any(link.href == "tel:999" for block in reply.blocks for link in block.links)
    assert any(block.kind == "list" and len(block.items) > 5 for block in reply.blocks)


@pytest.mark.rasa
@pytest.mark.parametrize("length", [LONG_CHARACTERS + 1, 60_000, MAX_CHARACTERS])
async def test_a_red_flag_at_the_end_of_a_long_message_is_read(talk, length):
    ending = " and now it feels numb when I wipe"
    filler = ("my back is sore in the morning. " * (length // 32 + 1))[: length - len(ending)]
    reply = await talk.say(filler + ending)
    assert reply.urgency == "emergency_now"
    assert reply.blocks[0].kind == "emergency"
    assert "long message" in reply.blocks[-1].text


@pytest.mark.rasa
async def test_what_is_beyond_the_limit_is_said_not_to_be_read(talk):
    reply = await talk.say("x " * MAX_CHARACTERS)
    assert "too long" in reply.blocks[-1].text


@pytest.mark.rasa
async def test_half_characters_and_control_characters_are_survived(talk):
    reply = await talk.say("\ud83d my left leg\x00 is weak \udc00")
    assert reply.urgency != "incomplete"
    assert (await talk.case()).mentions[0].concept == "leg_weakness"
