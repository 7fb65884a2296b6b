"""The longest things we say, in every locale, on every platform: within the limits, whole, in order, without markup."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.messaging.answers import chosen_by_words
from bot.channels.messaging.parts import Part, parts_of
from bot.channels.messaging.platforms import platforms
from bot.channels.messaging.split import split
from bot.knowledge.load import load
from bot.replies.reply import Block, Reply
from bot.replies.words import Words
from bot.triage.assessment import Option
from bot.turn import last_resort, safe_turn

KNOWLEDGE = load()
LOCALES = sorted(KNOWLEDGE.services)
#: One message that raises as many different emergencies as we know words for: the longest emergency message.
EVERYTHING = (
    "my legs are both weak, it feels numb when I wipe, I can't pee at all, I wet myself, my knee keeps giving way, I have chest pain, "
    "my face is drooping, I fell off a ladder, I took too many tablets and I want to die, I have a fever and cancer, foot drop too"
)


def case_of(text, locale):
    from bot.findings.case import Case

    return safe_turn(text, KNOWLEDGE, case=Case(locale=locale))


def longest(locale):
    """Replies of every kind at their longest."""
    emergency = case_of(EVERYTHING, locale)
    quote = "numb when I wipe " + "and I can't feel my leg " * 30
    yield emergency.reply
    yield case_of(quote, locale).reply
    yield last_resort(KNOWLEDGE)
    words = Words(KNOWLEDGE, locale)
    everything = tuple(Block("text", line) for key in words.all_keys() for line in _lines(words, key))
    yield Reply(everything)
    question = max(KNOWLEDGE.questions.values(), key=lambda entry: sum(len(option.label) for option in entry.options))
    options = tuple(Option(option.value, option.label) for option in question.options)
    for multiple in (False, True):
        yield Reply((Block("text", "Which of these?"),), options=options, question=question.id, multiple=multiple)


def _lines(words, key):
    try:
        return words.lines(key)
    except KeyError:
        return ()  # a text with a gap that a reply fills


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", sorted(platforms()))
def test_the_longest_messages_fit_and_lose_nothing(name, locale):
    platform, words = platforms()[name], Words(KNOWLEDGE, locale)
    about = [words.text("messaging.what"), *words.lines("messaging.kept")]
    for reply in longest(locale):
        parts = parts_of(reply, platform, words, first=about, last=about)
        assert all(0 < len(part.text) <= platform.text for part in parts)
        told = " ".join(" ".join(part.text for part in parts).split())
        for block in reply.blocks:
            for line in (block.text, *block.items):
                plain = parts_of(Reply((Block("text", line),)), platform, words)
                assert not line or " ".join(" ".join(part.text for part in plain).split()) in told
        if reply.blocks[0].kind == "emergency":
            lead = parts_of(Reply((reply.blocks[0],)), platform, words)
            assert len(lead) == 1
            assert parts[0].text.startswith(lead[0].text), "the emergency line comes first and whole"
            assert not any(part.buttons for part in parts)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", sorted(platforms()))
def test_the_longest_card_fits(name, locale):
    from bot.replies.card import make_card

    turn = case_of(EVERYTHING, locale)
    card = make_card(turn.assessment, turn.case, KNOWLEDGE)
    for text in split(card.text.split("\n\n"), platforms()[name].text):
        assert 0 < len(text) <= platforms()[name].text


@pytest.mark.parametrize("name", sorted(platforms()))
def test_every_question_has_buttons_that_fit_or_numbers_that_answer(name):
    platform = platforms()[name]
    words = Words(KNOWLEDGE, "en-GB")
    for entry in KNOWLEDGE.questions.values():
        options = tuple(Option(option.value, option.label) for option in entry.options)
        if not options:
            continue
        reply = Reply((Block("text", "?"),), options=options, question=entry.id)
        parts = parts_of(reply, platform, words)
        buttons = parts[-1].buttons
        if buttons:
            assert len(buttons) <= platform.button_count
            assert all(0 < len(button.label) <= platform.button_label for button in buttons)
            assert all(len(button.payload.encode()) <= 64 for button in buttons), "the shortest limit there is, Telegram's"
        else:
            numbers = re.findall(r"^(\d+)\. ", "\n".join(part.text for part in parts), re.M)
            assert numbers == [str(number) for number in range(1, len(options) + 1)]
            for number, option in enumerate(options, start=1):
                assert chosen_by_words(str(number), reply) == [option.value]


@pytest.mark.parametrize("name", sorted(platforms()))
def test_no_wording_of_ours_holds_what_a_platform_reads_as_markup(name):
    words = Words(KNOWLEDGE, "en-GB")
    for key in words.all_keys():
        for line in _lines(words, key):
            assert not re.search(r"\*\*|__|<[a-z/]|```|\]\(", line), key


@pytest.mark.parametrize("name", sorted(platforms()))
def test_markup_in_a_persons_words_is_only_text(name):
    platform = platforms()[name]
    quote = Block("quote", "Because you said:", items=("**numb** _when_ <b>I</b> `wipe`",))
    [part] = parts_of(Reply((quote,)), platform, Words(KNOWLEDGE, "en-GB"))
    assert not set(platform.drop) & set(part.text)
    assert "numb" in part.text


def test_a_part_survives_the_outbox():
    reply = Reply((Block("text", "?"),), options=(Option("a", "A"), Option("b", "B")), question="Q1")
    [part] = parts_of(reply, platforms()["slack"], Words(KNOWLEDGE, "en-GB"))
    assert part.buttons
    assert Part.from_json(part.to_json()) == part


def test_a_picture_is_sent_or_described():
    reply = Reply((Block("picture", "The nerve path", picture="L4-left"), Block("text", "after")))
    words = Words(KNOWLEDGE, "en-GB")
    assert [part.picture for part in parts_of(reply, platforms()["telegram"], words)] == ["L4-left", ""]
    assert [part.text for part in parts_of(reply, platforms()["sms"], words)] == ["Picture: The nerve path\n\nafter"]


# --- numbers -----------------------------------------------------------------------------------------------------

FIVE = Reply((Block("text", "?"),), options=tuple(Option(f"v{n}", f"l{n}") for n in range(1, 6)), question="Q")


@pytest.mark.parametrize(
    ("text", "one", "several"),
    [
        ("2", ["v2"], ["v2"]),
        ("two", ["v2"], ["v2"]),
        ("Two.", ["v2"], ["v2"]),
        ("the second one", ["v2"], ["v2"]),
        ("number 2 please", ["v2"], ["v2"]),
        ("#2", ["v2"], ["v2"]),
        ("2)", ["v2"], ["v2"]),
        ("3rd", ["v3"], ["v3"]),
        ("one", ["v1"], ["v1"]),
        ("2\ufe0f\u20e3", ["v2"], ["v2"]),
        ("1 and 3", None, ["v1", "v3"]),
        ("1,3", None, ["v1", "v3"]),
        ("first & third", None, ["v1", "v3"]),
        ("1-3", None, None),
        ("2 to 4", None, None),
        ("6", None, None),
        ("0", None, None),
        ("2 weeks", None, None),
        ("no", None, None),
        ("it gave way 2 times", None, None),
        ("", None, None),
        ("the", None, None),
    ],
)
def test_numbers_answer_and_everything_else_is_words(text, one, several):
    assert chosen_by_words(text, FIVE) == one
    assert chosen_by_words(text, replace(FIVE, multiple=True)) == several


# --- splitting ---------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="ab .!?\n", max_size=300), max_size=6), st.integers(20, 200))
def test_splitting_keeps_every_word_in_order_and_the_limit(paragraphs, limit):
    texts = split(paragraphs, limit)
    assert all(0 < len(text) <= limit for text in texts)
    assert "".join("".join(texts).split()) == "".join("".join(paragraphs).split())


def test_it_cuts_at_a_sentence_where_it_can():
    assert split(["One is here. Two is here. Three is here."], 26) == ["One is here. Two is here.", "Three is here."]
