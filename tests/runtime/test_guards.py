"""Each failure that Rasa swallows, made to happen: the person always gets advice, and the message is never lost."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

pytestmark = pytest.mark.rasa

RED_FLAG = "my left knee keeps giving way on the stairs and it feels numb when I wipe"
HARMLESS = "my back is a bit stiff"


@pytest.fixture
def endpoint(service):
    return service.agent.action_endpoint


def _is_safe(reply) -> bool:
    """An honest word, the whole list, numbers; no question, no reassurance."""
    kinds = [block.kind for block in reply.blocks]
    lists = [block for block in reply.blocks if block.kind == "list"]
    return kinds[0] == "notice" and any(len(block.items) >= 5 for block in lists) and "links" in kinds and not reply.options


async def _recorded(talk) -> list[str]:
    return [entry["text"] for entry in await talk.service.history(talk.id) if entry["role"] == "user"]


def _failing(error: BaseException, only: str | None = None, real=None):
    async def request(*args, **kwargs):
        if only is None or kwargs["json"]["next_action"] == only:
            raise error
        return await real(*args, **kwargs)

    return request


ERRORS = [RuntimeError("boom"), aiohttp.ClientConnectionError("refused"), KeyError("x"), asyncio.TimeoutError()]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_all_actions_failing_still_gives_emergency_advice(talk, endpoint, monkeypatch, error):
    await talk.greet()
    monkeypatch.setattr(endpoint, "request", _failing(error))
    reply = await talk.say(RED_FLAG)
    assert reply.urgency == "emergency_now"
    assert reply.blocks[0].kind == "emergency"


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_all_actions_failing_gives_safe_advice_and_keeps_the_message(talk, endpoint, monkeypatch, error):
    await talk.greet()
    with monkeypatch.context() as broken:
        broken.setattr(endpoint, "request", _failing(error))
        reply = await talk.say(HARMLESS)
    assert _is_safe(reply)
    assert await _recorded(talk) == [HARMLESS]
    assert [mention.concept for mention in (await talk.case()).mentions] == ["low_back_pain"]
    assert (await talk.say("none of these")).blocks  # and the conversation goes on
    assert (await talk.case()).turns == 2


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_a_failing_assessment_is_made_up_for_by_the_action_that_answers(talk, endpoint, monkeypatch, error):
    """Rasa goes on with its normal reply when `action_validate_slot_mappings` fails: the red flag would be missed."""
    await talk.greet()
    monkeypatch.setattr(endpoint, "request", _failing(error, "action_validate_slot_mappings", endpoint.request))
    reply = await talk.say(RED_FLAG)
    assert reply.urgency == "emergency_now"
    assert {"knee_giving_way", "saddle_numbness"} <= {mention.concept for mention in (await talk.case()).mentions}


async def test_a_failing_assessment_inside_the_action_is_made_up_for(talk, monkeypatch):
    import actions.assess

    monkeypatch.setattr(actions.assess, "read_session", _raise)
    reply = await talk.say(RED_FLAG)
    assert reply.urgency == "emergency_now"


@pytest.mark.parametrize("action", ["action_give_emergency_advice", "action_continue_interview"])
async def test_a_failing_answer_is_replaced(talk, endpoint, monkeypatch, action):
    await talk.greet()
    monkeypatch.setattr(endpoint, "request", _failing(RuntimeError("boom"), action, endpoint.request))
    text = RED_FLAG if action == "action_give_emergency_advice" else HARMLESS
    reply = await talk.say(text)
    assert reply.urgency == "emergency_now" if text == RED_FLAG else _is_safe(reply)
    assert await _recorded(talk) == [text]


async def test_an_answer_that_says_nothing_is_replaced(talk, endpoint, monkeypatch):
    real = endpoint.request

    async def silent(*args, **kwargs):
        result = await real(*args, **kwargs)
        return {**result, "responses": []}

    monkeypatch.setattr(endpoint, "request", silent)
    assert (await talk.say(RED_FLAG)).urgency == "emergency_now"
    assert _is_safe(await talk.service.handle(f"{talk.id}-2", HARMLESS))


async def test_an_answer_to_another_message_is_not_believed(talk, endpoint, monkeypatch):
    real = endpoint.request

    async def stale(*args, **kwargs):
        result = await real(*args, **kwargs)
        for response in result["responses"]:
            response["assessed"] = "some earlier message"
        return result

    monkeypatch.setattr(endpoint, "request", stale)
    assert _is_safe(await talk.say(HARMLESS))


async def test_an_action_result_of_the_wrong_shape_is_an_error(talk, endpoint, monkeypatch):
    async def wrong(*args, **kwargs):
        return {"events": [{"event": "no_such_event"}], "responses": []}

    monkeypatch.setattr(endpoint, "request", wrong)
    assert _is_safe(await talk.say(HARMLESS))


async def test_a_turn_that_takes_too_long_ends_in_safe_advice(talk, service, endpoint, monkeypatch):
    async def slow(*args, **kwargs):
        await asyncio.sleep(30)

    monkeypatch.setattr(service, "_seconds", 0.2)
    monkeypatch.setattr(endpoint, "request", slow)
    assert (await talk.say(RED_FLAG)).urgency == "emergency_now"
    assert _is_safe(await talk.say("ok")) or talk.reply.urgency == "emergency_now"


async def test_a_failing_language_component_is_made_up_for(talk, service, monkeypatch):
    monkeypatch.setattr(service.agent.processor, "parse_message", _raise_async)
    assert (await talk.say(RED_FLAG)).urgency == "emergency_now"


async def test_a_failing_policy_is_made_up_for(talk, service, monkeypatch):
    monkeypatch.setattr(service.agent.processor, "predict_next_with_tracker_if_should", _raise)
    assert (await talk.say(RED_FLAG)).urgency == "emergency_now"
    assert await _recorded(talk) == [RED_FLAG]


async def test_a_database_that_fails_does_not_silence_the_bot(talk, service, monkeypatch):
    for name in ("retrieve", "save"):
        monkeypatch.setattr(service.agent.tracker_store, name, _raise_async)
    assert (await talk.say(RED_FLAG)).urgency == "emergency_now"
    assert _is_safe(await talk.say(HARMLESS))


async def test_when_the_core_itself_fails_the_fixed_words_are_left(talk, service, monkeypatch):
    import actions.session
    import bot.runtime.conversation

    for module in (actions.session, bot.runtime.conversation):
        monkeypatch.setattr(module, "safe_turn", _raise)
    monkeypatch.setattr(actions.session, "read_session", _raise)
    reply = await talk.say(HARMLESS)
    assert "999" in reply.plain_text()
    assert "not sure" in reply.plain_text()
    assert reply.urgency == "urgent_same_day"


async def test_an_unreadable_case_does_not_silence_the_bot(talk, service):
    from rasa.shared.core.events import SlotSet

    await talk.say(HARMLESS)
    tracker = await service.agent.tracker_store.retrieve(talk.id)
    tracker.update(SlotSet("case", {"schema": 999}))
    await service.agent.tracker_store.save(tracker)
    assert (await talk.say(RED_FLAG)).urgency == "emergency_now"


async def test_the_emergency_turn_is_not_taken_back_by_rasa(talk, service):
    """Without `action_listen` after the emergency action Rasa reverts the turn and the finding is erased."""
    await talk.say(RED_FLAG)
    tracker = await service.agent.tracker_store.retrieve(talk.id)
    names = [event.action_name for event in tracker.events if type(event).__name__ == "ActionExecuted"]
    assert names[-2:] == ["action_give_emergency_advice", "action_listen"]
    assert not [event for event in tracker.events if type(event).__name__ == "UserUtteranceReverted"]
    assert tracker.get_slot("disposition") == "emergency_now"


async def test_an_old_alarm_does_not_take_a_later_turn(talk, service):
    await talk.say(RED_FLAG)
    await talk.say("start again")
    tracker = await service.agent.tracker_store.retrieve(talk.id)
    names = [event.action_name for event in tracker.events if type(event).__name__ == "ActionExecuted"]
    assert names[-2:] == ["action_restart_conversation", "action_listen"]


def _raise(*args, **kwargs):
    raise RuntimeError("boom")


async def _raise_async(*args, **kwargs):
    raise RuntimeError("boom")
