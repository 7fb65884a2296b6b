"""Rasa graph component with the last word on the intent: what was read outranks what the classifier guesses.

In: messages with a reading (`bot.nlu.carry`) and the classifier's ranking. Out: the same messages, intent settled, FAQ
topic as an entity. Called by Rasa's graph. `settle` is the whole policy, as one plain function with a test table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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

from bot.extraction.mention import Extraction
from bot.extraction.remainder import is_number, names_matter
from bot.knowledge.load import load
from bot.nlu.carry import READING, TOPIC_ENTITY, pack, unpack
from bot.nlu.topics import find_topic, is_question
from bot.runtime.messages import SLASH
from bot.turn import ERASE_QUESTION

#: What a short answer does -> intent. These come from the reader, which knows the question.
_ACTS: Mapping[str, str] = {
    "why": "ask_why",
    "rephrase": "rephrase_question",
    "back": "go_back",
    "skip": "skip_question",
    "stop": "stop_questions",
    "restart": "restart_conversation",
    "human": "ask_for_human",
    "yes": "answer_question",
    "no": "answer_question",
    "unsure": "answer_question",
}
#: A feeling beside a symptom gets its kind word when the classifier is this sure.
SURE_FEELING = 0.5
_FEELINGS = frozenset({"express_embarrassment", "express_worry"})
#: Small talk never stands against a symptom in the same message.
_SMALL_TALK = frozenset(
    {
        "greet", "thank", "say_goodbye", "challenge_bot", "express_frustration", "make_small_talk", "ask_out_of_scope",
        "answer_question", "report_worsening",
    }
)  # fmt: skip
#: Acts the classifier alone may not set off when the message also tells a symptom.
_NEED_BARE_MESSAGE = frozenset(
    {"go_back", "skip_question", "stop_questions", "restart_conversation", "erase_conversation", "confirm_erase"}
)
_ERASE = ("erase_conversation", "confirm_erase")
FALLBACK = "nlu_fallback"
#: What a message about the open question may still do besides: be ashamed, afraid, or ask for a person or to stop.
_NOT_IN_PLACE_OF_AN_ANSWER = frozenset({*_FEELINGS, *_NEED_BARE_MESSAGE, "ask_for_human", "ask_why", "rephrase_question"})
#: "It tells or answers something" is no news where the reader found nothing: better to say that it was not understood.
_EMPTY_GUESSES = frozenset({"report_symptom", "answer_question"})
#: Confidence from which the classifier alone may stop, restart, skip or go back.
SURE_ACT = 0.5
#: Requests that come as a question; as an answer to ours ("I can hold it") they are rather a misreading.
_QUESTIONS = frozenset({"ask_dose", "ask_privacy", "ask_about_scan", "ask_for_certainty"})
SURE_WITHOUT_QUESTION = 0.85
#: Confidence from which the classifier is believed about words the reader does not know at all.
SURE = 0.6


def settle(
    reading: Extraction,
    guess: str,
    confidence: float,
    *,
    topic: str | None = None,
    asks: bool = False,
    command: bool = False,
    put: str | None = None,
    threshold: float = 0.3,
    about_question: bool = False,
) -> str:
    """The intent of one message.

    Args:
        reading: What the message says.
        guess, confidence: The classifier's first choice.
        topic: FAQ topic the words fit, or None.
        asks: Whether the message is put as a question.
        command: Whether it was typed as a command ("/stop"); such a text never steers.
        put: Id of the question the last reply ended with, or None.
        threshold: Below it the classifier is not believed.
        about_question: It is a bare number, or names the body or a sensation while a private question is open, and asks
            nothing: no small talk, no FAQ, no goodbye.
    """
    told = bool(reading.mentions or reading.profile)
    hinted = told or bool(reading.suggestions)
    if confidence < threshold or (not reading.understood and confidence < SURE):
        guess = ""
    if put == ERASE_QUESTION and not told:
        if reading.dialogue_act == "no":
            return "answer_question"
        if reading.dialogue_act == "yes" or guess in _ERASE:
            return "confirm_erase"
    if guess in _ERASE:
        guess = "erase_conversation"  # nothing is erased that was not asked about first
    if reading.answers:
        return "answer_question"
    if reading.dialogue_act == "stop" and guess == "say_goodbye":
        return guess  # "bye" ends the questions too, with a kinder word
    if reading.dialogue_act is not None and reading.dialogue_act in _ACTS:
        return _ACTS[reading.dialogue_act]
    if (guess == "ask_faq" and topic is None) or guess in _EMPTY_GUESSES:
        guess = ""
    if about_question and guess not in _NOT_IN_PLACE_OF_AN_ANSWER:
        guess = ""
    if guess in _NEED_BARE_MESSAGE and (confidence < SURE_ACT or command):
        guess = ""
    if put is not None and guess in _QUESTIONS and not asks and confidence < SURE_WITHOUT_QUESTION:
        guess = ""
    # What the second look merely suggests stands against an unsure guess, not against plain words such as "delete my data".
    known = told or (hinted and confidence < SURE)
    if known and guess in _FEELINGS and confidence < SURE_FEELING:
        return "report_symptom"
    if known and (guess in _SMALL_TALK or guess in _NEED_BARE_MESSAGE):
        return "report_symptom"
    if guess:
        return guess
    if asks and topic is not None:
        return "ask_faq"
    return "report_symptom" if hinted else FALLBACK


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

    def _about_question(self, text: Text, put: Optional[Text]) -> bool:
        if put is None or put == ERASE_QUESTION or is_question(text):
            return False
        try:
            private = self._knowledge.questions.resolve(put)[0].private
        except KeyError:  # put by an older release
            return False
        return is_number(text) or (private and names_matter(text, self._knowledge.language["answers"]))

    def _settle(self, message: Message, put: Optional[Text]) -> None:
        guess = message.get(INTENT) or {}
        text = message.get(TEXT) or ""
        topic = find_topic(text, self._knowledge)
        reading = unpack(message.get(READING))
        name = settle(
            reading,
            str(guess.get(INTENT_NAME_KEY) or ""),
            float(guess.get(PREDICTED_CONFIDENCE_KEY) or 0.0),
            topic=topic,
            asks=is_question(text),
            command=text.startswith(SLASH),
            put=put,
            threshold=self._threshold,
            about_question=self._about_question(text, put),
        )
        if name in _NEED_BARE_MESSAGE and reading.suggestions:
            # The message steers and tells nothing: what it might mean besides is not asked about.
            message.set(READING, pack(replace(reading, suggestions=())), add_to_output=True)
        settled = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: float(guess.get(PREDICTED_CONFIDENCE_KEY) or 0.0)}
        message.set(INTENT, settled, add_to_output=True)
        message.set(INTENT_RANKING_KEY, message.get(INTENT_RANKING_KEY) or [], add_to_output=True)
        if name == "ask_faq" and topic is not None:
            entity = {"entity": TOPIC_ENTITY, "value": topic, "extractor": self.__class__.__name__}
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
