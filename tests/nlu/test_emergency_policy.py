"""The emergency takes the turn that raised it, and only that one."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.rasa

EMERGENCY = "action_give_emergency_advice"


@pytest.fixture
def policy(rasa_ready, tmp_path):
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource

    from bot.policies.emergency_policy import EmergencyPolicy

    config = {**EmergencyPolicy.get_default_config()}
    context = ExecutionContext(GraphSchema({}))
    return EmergencyPolicy.create(config, LocalModelStorage.create(tmp_path), Resource("emergency"), context)


@pytest.fixture
def domain(rasa_ready):
    from rasa.shared.core.domain import Domain

    from bot.runtime.folders import ROOT

    return Domain.load(str(ROOT / "domain.yml"))


def _predict(policy, domain, events):
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = DialogueStateTracker.from_events("t", events, slots=domain.slots, domain=domain)
    prediction = policy.predict_action_probabilities(tracker, domain)
    best = max(prediction.probabilities)
    return (domain.action_names_or_texts[prediction.probabilities.index(best)] if best else None), prediction


def _message(message_id):
    from rasa.shared.core.events import ActionExecuted, UserUttered

    return [ActionExecuted("action_listen"), UserUttered("x", {"name": "greet"}, message_id=message_id)]


def test_the_turn_that_raised_the_alarm_is_taken(policy, domain):
    from rasa.shared.core.events import SlotSet

    action, prediction = _predict(policy, domain, [*_message("m1"), SlotSet("alarm", "m1")])
    assert action == EMERGENCY
    assert prediction.policy_priority == 100
    assert prediction.is_no_user_prediction  # otherwise a form keeps the turn


def test_an_active_form_does_not_keep_the_turn(policy, domain):
    from rasa.shared.core.events import ActiveLoop, SlotSet

    action, _ = _predict(policy, domain, [ActiveLoop("some_form"), *_message("m1"), SlotSet("alarm", "m1")])
    assert action == EMERGENCY


def test_after_the_emergency_the_bot_listens(policy, domain):
    from rasa.shared.core.events import ActionExecuted, SlotSet

    action, _ = _predict(policy, domain, [*_message("m1"), SlotSet("alarm", "m1"), ActionExecuted(EMERGENCY)])
    assert action == "action_listen"


def test_an_alarm_of_an_earlier_message_is_over(policy, domain):
    from rasa.shared.core.events import ActionExecuted, SlotSet

    events = [*_message("m1"), SlotSet("alarm", "m1"), ActionExecuted(EMERGENCY), *_message("m2")]
    assert _predict(policy, domain, events)[0] is None


def test_without_an_alarm_the_others_decide(policy, domain):
    assert _predict(policy, domain, _message("m1"))[0] is None


def test_only_the_first_action_of_a_turn_is_chosen(policy, domain):
    from rasa.shared.core.events import ActionExecuted, SlotSet

    events = [*_message("m1"), SlotSet("alarm", "m1"), ActionExecuted("action_continue_interview")]
    assert _predict(policy, domain, events)[0] is None
