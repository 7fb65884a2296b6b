"""Rasa graph component: a message in, its symptoms out.

In: Rasa messages and the tracker. Out: the same messages with `symptom` entities and the whole reading as JSON
(`bot.nlu.carry`). Called by Rasa's graph. All the work is done by `bot.extraction`; this file only fetches what a
reading needs to know: what had just been asked, and what was said before.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.findings.case import Case
from bot.knowledge.load import load
from bot.nlu.carry import READING, pack, to_entities, unpack
from bot.nlu.fingerprint import fingerprint
from bot.turn import day_of, read_message

logger = logging.getLogger(__name__)

#: Messages just before this one that a sentence may go on from.
PREVIOUS_MESSAGES = 2
_FILE = "trained_under.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SymptomExtractor(GraphComponent, EntityExtractorMixin):
    """Reads each message once, with the question it answers in view."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """No settings: everything it knows is in bot/knowledge."""
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SymptomExtractor:
        """Creates an untrained component (see parent class)."""
        return cls(model_storage, resource)

    def __init__(self, model_storage: ModelStorage, resource: Resource) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._knowledge = load()

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Knowledge and core digest, so that a changed red flag is never served from Rasa's cache."""
        return fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        """Write down under which knowledge the model was made (nothing is learnt here)."""
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps({"fingerprint": fingerprint()}), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SymptomExtractor:
        """Loads the component; says so when the model was made under other knowledge (see parent class)."""
        with model_storage.read_from(resource) as folder:
            trained_under = json.loads((folder / _FILE).read_text(encoding="utf-8"))["fingerprint"]
        if trained_under != fingerprint():
            logger.warning("The model was trained under other knowledge. Run: make train")
        return cls(model_storage, resource)

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Adds symptom entities and the packed reading; a message without symptoms gets none."""
        for message in messages:
            self._read(message, tracker)
        return messages

    def _read(self, message: Message, tracker: Optional[DialogueStateTracker]) -> None:
        stored = tracker.get_slot("case") if tracker is not None else None
        case = Case.from_json(stored) if stored else Case()
        put = tracker.get_slot("put") if tracker is not None else None
        metadata = message.get("metadata") or {}
        prepared = metadata.pop("reading", None)  # a long message, read outside the event loop
        extraction = (
            unpack(prepared)
            if prepared
            else read_message(
                case,
                message.get(TEXT) or "",
                self._knowledge,
                put=metadata.get("question") or (put["question"] if put else None),
                options=metadata.get("options"),
                previous=_previous_texts(tracker),
                today=day_of(metadata.get("now_hours")),
            )
        )
        found = message.get(ENTITIES, []) + to_entities(extraction, self.__class__.__name__)
        message.set(ENTITIES, found, add_to_output=True)
        message.set(READING, pack(extraction), add_to_output=True)


def _previous_texts(tracker: Optional[DialogueStateTracker]) -> List[Text]:
    """The last messages of this person, oldest first, without the one being read."""
    if tracker is None:
        return []
    texts: List[Text] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) and event.text:
            texts.insert(0, event.text)
            if len(texts) == PREVIOUS_MESSAGES:
                break
    return texts
