"""Rasa graph component with the last word on the intent: what was read outranks what the classifier guesses.

In: messages with a reading (`bot.nlu.carry`) and the classifier's ranking. Out: the same messages, intent settled, FAQ
topic as an entity. Called by Rasa's graph. The policy is in `bot.nlu.settling`.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.knowledge.load import load
from bot.nlu.carry import READING, TOPIC_ENTITY, pack, unpack
from bot.nlu.settling import settled


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class IntentSettler(GraphComponent, IntentClassifier):
    """Settles the intent after reader and classifier have spoken."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """See config.yml."""
        return {
            # Confidence below which the classifier is not believed.
            "threshold": 0.3
        }

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentSettler:
        """Creates the component (see parent class)."""
        return cls(config)

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._threshold = float(config["threshold"])
        self._knowledge = load()

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Sets the intent; a message without a reading (an external event) is left alone."""
        put = tracker.get_slot("put") if tracker is not None else None
        for message in messages:
            if message.get(READING):
                self._settle(message, put["question"] if put else None)
        return messages

    def _settle(self, message: Message, put: Optional[Text]) -> None:
        guess = message.get(INTENT) or {}
        confidence = float(guess.get(PREDICTED_CONFIDENCE_KEY) or 0.0)
        reading = unpack(message.get(READING))
        found = settled(
            reading,
            message.get(TEXT) or "",
            self._knowledge,
            put=put,
            guess=str(guess.get(INTENT_NAME_KEY) or ""),
            confidence=confidence,
            threshold=self._threshold,
        )
        if found.reading is not reading:
            message.set(READING, pack(found.reading), add_to_output=True)
        message.set(INTENT, {INTENT_NAME_KEY: found.intent, PREDICTED_CONFIDENCE_KEY: confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, message.get(INTENT_RANKING_KEY) or [], add_to_output=True)
        if found.topic is not None:
            entity = {"entity": TOPIC_ENTITY, "value": found.topic, "extractor": self.__class__.__name__}
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
