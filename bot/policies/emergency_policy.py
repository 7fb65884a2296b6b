"""Rasa policy: an emergency found in this very message takes the turn, whatever else was going on.

In: the tracker after `action_validate_slot_mappings` has run. Out: a prediction. Called by Rasa's graph.

The slot `alarm` holds the id of the message that raised the alarm, so an old alarm can never take a later turn and
a failed assessment cannot leave one behind. The prediction is marked `is_no_user_prediction`, which lets it win even
inside an active form; after the emergency action the policy itself predicts `action_listen`, because otherwise Rasa
takes the turn back and the finding is erased.

Source: docs/adr/0009-one-turn-inside-rasa.md
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

EMERGENCY_ACTION = "action_give_emergency_advice"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class EmergencyPolicy(Policy):
    """Predicts the emergency action on the turn that raised the alarm, then listens."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Stands above every other policy (see parent class)."""
        return {"priority": 100}

    @staticmethod
    def supported_data() -> SupportedData:
        """Learns from nothing, so accepts everything (see parent class)."""
        return SupportedData.ML_AND_RULE_DATA

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing to learn (see parent class)."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[Text, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The emergency action, `action_listen` right after it, or nothing (see parent class)."""
        chosen = self._choose(tracker)
        probabilities = self._default_predictions(domain)
        if chosen is None:
            return self._prediction(probabilities)
        probabilities[domain.index_for_action(chosen)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=True)

    @staticmethod
    def _choose(tracker: DialogueStateTracker) -> Optional[Text]:
        if tracker.latest_action_name == EMERGENCY_ACTION:
            return ACTION_LISTEN_NAME
        latest = tracker.latest_message
        if tracker.latest_action_name != ACTION_LISTEN_NAME or latest is None or not latest.message_id:
            return None
        return EMERGENCY_ACTION if tracker.get_slot("alarm") == latest.message_id else None
