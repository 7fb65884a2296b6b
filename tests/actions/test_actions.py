"""The actions: tracker and dispatcher in, slot events and one utterance out. What is decided is the core's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.rasa

FOLDER = Path(__file__).parents[2] / "actions"


@pytest.fixture
def executor(rasa_ready):
    from rasa_sdk.executor import ActionExecutor

    made = ActionExecutor()
    made.register_package("actions")
    return made


def _call(action, text, *, message_id="m1", intent="report_symptom", case=None, put=None, metadata=None, entities=()):
    """What Rasa sends: the tracker after the message, without a decision on it."""
    from bot.nlu.carry import pack
    from bot.turn import read_message

    before = case
    message = {
        "text": text,
        "message_id": message_id,
        "intent": {"name": intent},
        "entities": list(entities),
        "metadata": metadata or {},
    }
    from bot.findings.case import Case
    from bot.knowledge.load import load

    message["reading"] = pack(read_message(before or Case(), text, load(), put=put))
    slots = {
        "case": before.to_json() if before else None,
        "disposition": None,
        "alarm": None,
        "put": {"question": put} if put else None,
    }
    events = [{"event": "slot", "name": "case", "value": slots["case"]}, {"event": "user", "text": text, "parse_data": message}]
    tracker = {"sender_id": "t", "slots": slots, "latest_message": message, "events": events, "paused": False}
    return {"next_action": action, "sender_id": "t", "tracker": tracker}


def _slots(result):
    return {event["name"]: event["value"] for event in result["events"] if event["event"] == "slot"}


async def test_the_decision_stands_in_the_slots(executor):
    text = "my left knee keeps giving way and it feels numb when I wipe"
    result = await executor.run(_call("action_validate_slot_mappings", text))
    slots = _slots(result)
    assert slots["disposition"] == "emergency_now"
    assert slots["alarm"] == "m1"
    assert slots["case"]["seen"] == ["m1"]
    assert result["responses"] == []  # it says nothing itself


async def test_without_an_emergency_there_is_no_alarm(executor):
    slots = _slots(await executor.run(_call("action_validate_slot_mappings", "my back is a bit stiff")))
    assert slots["alarm"] is None


async def test_an_emergency_that_stands_raises_no_second_alarm(executor):
    from bot.findings.case import Case

    first = _slots(await executor.run(_call("action_validate_slot_mappings", "it feels numb when I wipe")))
    case = Case.from_json(first["case"])
    again = _slots(await executor.run(_call("action_validate_slot_mappings", "ok", message_id="m2", case=case)))
    assert again["disposition"] == "emergency_now"
    assert again["alarm"] is None
    more = _slots(await executor.run(_call("action_validate_slot_mappings", "and my chest hurts", message_id="m3", case=case)))
    assert more["alarm"] == "m3"


async def test_the_same_message_twice_changes_nothing(executor):
    from bot.findings.case import Case

    first = _slots(await executor.run(_call("action_validate_slot_mappings", "my left leg is weak")))
    case = Case.from_json(first["case"])
    again = _slots(await executor.run(_call("action_validate_slot_mappings", "my left leg is weak", case=case)))
    assert again["case"] == first["case"]


async def test_an_answering_action_decides_when_nobody_has(executor):
    """Rasa goes on as if nothing had happened when the assessment fails; the answer must not."""
    result = await executor.run(_call("action_make_small_talk", "thanks, it feels numb when I wipe", intent="thank"))
    assert _slots(result)["disposition"] == "emergency_now"
    (said,) = result["responses"]
    assert said["reply"]["urgency"] == "emergency_now"
    assert said["assessed"] == "m1"


async def test_stock_channels_get_text_and_buttons(executor):
    result = await executor.run(_call("action_continue_interview", "my back hurts"))
    (said,) = result["responses"]
    assert said["text"]
    assert [button["title"] for button in said["buttons"]] == [option["label"] for option in said["reply"]["options"]]
    assert all(not button["payload"].startswith("/") for button in said["buttons"])


async def test_the_question_put_is_remembered(executor):
    result = await executor.run(_call("action_continue_interview", "my back hurts"))
    assert _slots(result)["put"] == {"question": result["responses"][0]["reply"]["question"]}


async def test_a_failing_core_gets_safe_words_and_no_decision_is_claimed(executor, monkeypatch):
    import actions.session

    def broken(*args, **kwargs):
        raise RuntimeError("boom")

    monkeypatch.setattr(actions.session, "read_session", broken)
    monkeypatch.setattr(actions.session, "safe_turn", broken)
    result = await executor.run(_call("action_continue_interview", "my back hurts"))
    (said,) = result["responses"]
    assert said["assessed"] is None
    assert "999" in said["text"]
    assert result["events"] == []


async def test_an_event_without_a_message_is_left_alone(executor):
    call = _call("action_validate_slot_mappings", "x")
    call["tracker"]["latest_message"] = {"text": None, "intent": {}, "entities": []}
    assert (await executor.run(call))["events"] == []


async def test_a_message_without_a_reading_is_read_by_the_action(executor):
    call = _call("action_validate_slot_mappings", "it feels numb when I wipe")
    del call["tracker"]["latest_message"]["reading"]
    assert _slots(await executor.run(call))["disposition"] == "emergency_now"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_actions_know_no_medicine(file):
    """No concept, item, rule or disposition is named in a condition of an action, save the emergency itself."""
    from bot.knowledge.load import load

    knowledge = load()
    names = {*knowledge.concepts, *knowledge.items, "urgent_same_day", "soon", "routine", "self_care", "info_only"}
    words = {node.value for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)}
    assert names & words == set()


def test_actions_are_flat_and_short():
    assert not [path for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"]
    for file in FOLDER.glob("*.py"):
        limit = 260 if file.name == "session.py" else 120
        assert len(file.read_text(encoding="utf-8").splitlines()) <= limit, file.name
