"""What a message wants, settled: what was read outranks what the classifier guesses. Plain Python, no Rasa.

In: a reading and the classifier's first guess. Out: an intent and the FAQ topic. `settle` is the whole policy, as one
plain function with a test table. Called by the Rasa component (`bot.nlu.intent_settler`) and, without any guess, by the
replay of the golden conversations (`bot.golden`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.extraction.mention import Extraction
from bot.extraction.remainder import is_number, names_matter
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


@dataclass(frozen=True)
class Settled:
    """What one message wants: `reading` without what the intent rules out, `topic` only where the message asks for it."""

    reading: Extraction
    intent: str
    topic: str | None


def settled(
    reading: Extraction,
    text: str,
    knowledge: Any,
    *,
    put: str | None,
    guess: str = "",
    confidence: float = 0.0,
    threshold: float = 0.3,
) -> Settled:
    """Intent and FAQ topic of a message, from its reading, its words and what the classifier guesses, if there is one."""
    topic = find_topic(text, knowledge)
    intent = settle(
        reading,
        guess,
        confidence,
        topic=topic,
        asks=is_question(text),
        command=text.startswith(SLASH),
        put=put,
        threshold=threshold,
        about_question=_about_question(text, put, knowledge),
    )
    if intent in _NEED_BARE_MESSAGE and reading.suggestions:
        # The message steers and tells nothing: what it might mean besides is not asked about.
        reading = replace(reading, suggestions=())
    return Settled(reading, intent, topic if intent == "ask_faq" else None)


def _about_question(text: str, put: str | None, knowledge: Any) -> bool:
    if put is None or put == ERASE_QUESTION or is_question(text):
        return False
    try:
        private = knowledge.questions.resolve(put)[0].private
    except KeyError:  # put by an older release
        return False
    return is_number(text) or (private and names_matter(text, knowledge.language["answers"]))
