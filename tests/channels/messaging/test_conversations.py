"""Every platform, through the real server: whole interviews, emergencies, answers, duplicates, bursts, what cannot be read."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qsl

import pytest

from bot.channels.messaging.platforms import platforms
from tests.channels.messaging.kit import PAYLOADS, words_of

pytestmark = pytest.mark.rasa

RED_FLAG = "my left leg is weak and it feels numb when I wipe"
EMERGENCY = "Go to A&E now or call 999. Do not drive yourself."
MOST_QUESTIONS = 40


#: What a platform does not have; the payloads of everything else are there.
LACKS = {
    "media": set(),
    "location": {"slack", "teams"},
    "edit": {"sms", "whatsapp"},
    "removed": {"sms", "telegram", "whatsapp"},
    "group": {"messenger", "sms", "whatsapp"},
    "opening": {"slack", "sms", "teams", "whatsapp"},
}


def has(name):
    """Marks a test for the platforms that have it."""
    return pytest.mark.where(lambda platform: name in PAYLOADS[platform])


@pytest.mark.parametrize("name", LACKS)
def test_only_what_a_platform_lacks_has_no_payload(name):
    lacking = {platform for platform, payloads in PAYLOADS.items() if name not in payloads}
    assert lacking - {"generic", "voice"} == LACKS[name]


async def told_within(chat, seconds):
    """What the person received within this time."""
    for _ in range(int(seconds / 0.02)):
        await asyncio.sleep(0.02)
        if chat.world.stand_in.to(str(chat.user)):
            break
    return chat.news()


async def test_the_first_answer_says_what_this_is_what_is_kept_and_how_to_delete(chat):
    told = words_of(await chat.say("my lower back is stiff since I did the garden"))
    assert "computer program" in told
    assert "I keep what you write" in told
    assert "DELETE" in told
    assert "DELETE" not in words_of(await chat.say("nothing else"))


async def test_a_whole_interview_ends_with_advice_and_a_card(chat):
    await chat.say("my lower back is stiff since I did the garden")
    asked = []
    reply = await chat.last_reply()
    while reply.question:
        asked.append(reply.question)
        assert len(asked) <= MOST_QUESTIONS, asked
        question, _ = chat.world.post.knowledge.questions.resolve(reply.question)
        offered = [option.value for option in reply.options]
        harmless = (question.normal, "age_18_49", "none", "no", "nothing", "skip")
        assert await chat.choose([next(value for value in harmless if value in offered)], reply)
        reply = await chat.last_reply()
    assert reply.urgency == "self_care"
    assert reply.card
    card = await chat.say("CARD")
    if platforms()[chat.platform].document == "pdf":
        assert [one.kind for one in card] == ["document"]
    else:
        assert "Rootline" in words_of(card)


async def test_an_emergency_is_answered_first_and_whole(chat):
    sent = await chat.say(RED_FLAG)
    assert sent[0].text.startswith(EMERGENCY)
    assert not any(one.buttons for one in sent)
    assert "I keep what you write" in words_of(sent)


async def test_numbers_words_and_free_text_all_answer(chat):
    await chat.say("my lower back is stiff since I did the garden")
    reply = await chat.last_reply()
    assert reply.multiple
    for number, answer in enumerate((str(len(reply.options) - 1), "none of these", "no, none of that")):
        other = type(chat)(chat.world, chat.http, chat.platform)
        await other.say("my lower back is stiff since I did the garden")
        await other.say(answer)
        after = await other.last_reply()
        assert after.question != reply.question, (number, answer)
        case = await other.world.post.service.case(other.conversation)
        assert any(given.item == "immediate_danger" and given.state == "no" for given in case.answers), answer


async def test_a_delivery_that_comes_again_is_answered_once(chat):
    delivery = chat.request("text", text="my lower back is stiff")
    again = chat.encode  # a retry is signed anew where the signature holds time or nonce
    form = PAYLOADS[chat.platform]["encoding"] == "form"
    payload = dict(parse_qsl(delivery[0].decode())) if form else json.loads(delivery[0])
    await asyncio.gather(chat.post(*delivery), chat.post(*again(payload)), chat.post(*again(payload)))
    await chat.world.settled()
    first = len(chat.news())
    await chat.post(*again(payload))
    await chat.world.settled()
    assert first >= 1
    assert chat.news() == []
    history = await chat.world.post.service.history(chat.conversation)
    assert [entry["role"] for entry in history] == ["bot", "user", "bot"]


async def test_a_burst_is_answered_once_and_read_as_one(chat):
    chat.world.post.pause = 0.4
    for text in ("hi", "my left leg", "is weak"):
        await chat.deliver("text", text=text)
    await chat.world.settled()
    history = await chat.world.post.service.history(chat.conversation)
    assert [entry["role"] for entry in history] == ["bot", "user", "bot"]
    assert history[1]["text"] == "hi my left leg is weak"
    case = await chat.world.post.service.case(chat.conversation)
    assert "leg_weakness" in {mention.concept for mention in case.mentions}


async def test_an_emergency_never_waits_for_the_burst_to_end(chat):
    chat.world.post.pause = 8.0
    await chat.deliver("text", text="hi")
    await chat.deliver("text", text="my leg")
    await chat.deliver("text", text="it feels numb when I wipe")
    sent = await told_within(chat, 4.0)
    assert sent, "the answer waited for the burst to end"
    assert sent[0].text.startswith(EMERGENCY)


async def test_a_burst_that_is_an_emergency_only_together_does_not_wait_either(chat):
    chat.world.post.pause = 8.0
    await chat.deliver("text", text="it feels numb")
    await chat.deliver("text", text="when I wipe")
    sent = await told_within(chat, 4.0)
    assert sent
    assert sent[0].text.startswith(EMERGENCY)


async def kindly_refused(chat, kind):
    told = words_of(await chat.send(kind))
    assert "in words" in told
    assert "between your legs" in told
    assert "999" in told


@has("media")
async def test_a_picture_or_voice_note_gets_a_kind_answer_and_the_warning_signs(chat):
    await kindly_refused(chat, "media")


@has("location")
async def test_a_place_gets_a_kind_answer_and_the_warning_signs(chat):
    await kindly_refused(chat, "location")


@has("media_with_words")
async def test_words_that_come_with_a_picture_are_read(chat):
    sent = await chat.send("media_with_words", text=RED_FLAG)
    assert sent[0].text.startswith(EMERGENCY)
    assert "I cannot look at what you sent" in words_of(sent)


@has("edit")
async def test_an_edited_message_is_read_again(chat):
    await chat.say("my left leg is weak")
    sent = await chat.send("edit", text=RED_FLAG)
    assert sent[0].text.startswith(EMERGENCY)
    assert "You changed a message" in words_of(sent)


@has("removed")
async def test_a_removed_message_still_counts_and_the_person_is_told(chat):
    await chat.say(RED_FLAG)
    assert "still counts" in words_of(await chat.send("removed"))
    assert (await chat.world.post.service.case(chat.conversation)).turns == 1


@has("group")
async def test_health_is_never_discussed_in_a_group(chat):
    before = len(chat.world.stand_in.sent)
    await chat.deliver("group", text=RED_FLAG)
    await chat.world.settled()
    sent = chat.world.stand_in.sent[before:]
    assert [one.text for one in sent] == [
        "I cannot talk about health in a group. Please send me a private message. In an emergency call 999 now."
    ]
    assert chat.world.query("SELECT COUNT(*) FROM people WHERE conversation = ?", chat.conversation) == [(0,)]
    await chat.deliver("group", text="it feels numb when I wipe")
    await chat.world.settled()
    assert len(chat.world.stand_in.sent) == before + 1, "a group is told once in an hour"


@has("opening")
async def test_the_start_button_greets(chat):
    told = words_of(await chat.send("opening"))
    assert "Hello, I am Rootline" in told
    assert "DELETE" in told


async def test_delete_leaves_nothing_and_says_the_emergency_once_more(chat):
    await chat.say(RED_FLAG)
    sent = await chat.say("DELETE")
    assert sent[0].text.startswith(EMERGENCY)
    assert "deleted" in words_of(sent)
    assert await chat.world.post.service.case(chat.conversation) is None
    for table in ("people", "inbox", "outbox"):
        assert chat.world.query(f"SELECT COUNT(*) FROM {table} WHERE conversation = ?", chat.conversation) == [(0,)]
    assert "I keep what you write" in words_of(await chat.say("my back hurts")), "a new beginning"


async def test_deleting_through_the_conversation_leaves_no_address(chat):
    await chat.say("my back hurts")
    await chat.say("please delete my chat")
    assert "deleted" in words_of(await chat.say("yes"))
    assert chat.world.query("SELECT COUNT(*) FROM people WHERE conversation = ?", chat.conversation) == [(0,)]


async def test_an_agents_words_reach_the_person(chat):
    await chat.say("my back hurts")
    service = chat.world.post.service
    loop = chat.world.loop
    future = asyncio.run_coroutine_threadsafe(
        service.say_as_person(chat.conversation, "Hello, this is Mo.", message_id="h/1"), loop
    )
    await asyncio.wrap_future(future)
    await chat.world.settled()
    assert [one.text for one in chat.news()] == ["Hello, this is Mo."]


async def test_every_message_stays_within_the_limits_without_markup(chat):
    sent = await chat.say("**my** left leg is <b>weak</b> and _it_ feels numb when I wipe ```x``` <!channel> @everyone")
    sent += await chat.say("CARD")
    for one in sent:
        assert len(one.text) <= platforms()[chat.platform].text
        for sign in platforms()[chat.platform].drop:
            assert sign not in one.text
