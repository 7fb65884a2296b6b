"""What a message is taken for: the table goes through the trained model, the policy itself is a plain function."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.extraction.mention import Answer, Extraction, Mention

pytestmark = pytest.mark.rasa
CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "intents.yml").read_text(encoding="utf-8"))["cases"]

SYMPTOM = Mention("low_back_pain", "present", "self", "current", 0, 0, 4, "back")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
async def test_intent_of_a_message_never_trained_on(service, case):
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.events import SlotSet

    tracker = service.agent.tracker_store.init_tracker("intents")
    if case.get("put"):
        tracker.update(SlotSet("put", {"question": case["put"]}))
    parsed = await service.agent.processor.parse_message(UserMessage(case["text"]), tracker)
    assert parsed["intent"]["name"] == case["intent"]


@pytest.mark.parametrize(
    ("reading", "guess", "confidence", "more", "intent"),
    [
        (Extraction(0, dialogue_act="why"), "greet", 0.99, {}, "ask_why"),
        (Extraction(0, answers=(Answer("fever", "no", 0, 0, 2),)), "restart_conversation", 0.99, {}, "answer_question"),
        (Extraction(0, mentions=(SYMPTOM,)), "greet", 0.99, {}, "report_symptom"),
        (Extraction(0, mentions=(SYMPTOM,)), "stop_questions", 0.99, {}, "report_symptom"),
        (Extraction(0, mentions=(SYMPTOM,)), "ask_faq", 0.9, {"topic": "F1"}, "ask_faq"),
        (Extraction(0), "ask_faq", 0.9, {"topic": None}, "nlu_fallback"),
        (Extraction(0), "thank", 0.2, {}, "nlu_fallback"),
        (Extraction(0), "thank", 0.2, {"topic": "F3", "asks": True}, "ask_faq"),
        (Extraction(0), "restart_conversation", 0.4, {}, "nlu_fallback"),
        (Extraction(0), "restart_conversation", 0.9, {}, "restart_conversation"),
        (Extraction(0, understood=False, language="unknown"), "thank", 0.5, {}, "nlu_fallback"),
        (Extraction(0), "confirm_erase", 0.99, {}, "erase_conversation"),
        (Extraction(0, dialogue_act="yes"), "confirm_erase", 0.99, {"put": "ERASE"}, "confirm_erase"),
        (Extraction(0, dialogue_act="yes", mentions=(SYMPTOM,)), "confirm_erase", 0.99, {"put": "ERASE"}, "answer_question"),
        (Extraction(0, dialogue_act="no"), "confirm_erase", 0.99, {"put": "ERASE"}, "answer_question"),
        (Extraction(0), "report_symptom", 0.99, {}, "nlu_fallback"),
        (Extraction(0), "say_goodbye", 0.9, {"put": "Q4", "about_question": True}, "nlu_fallback"),
        (Extraction(0), "ask_faq", 0.9, {"put": "Q4", "topic": "F3", "about_question": True}, "nlu_fallback"),
        (Extraction(0), "challenge_bot", 0.9, {"put": "Q6b", "about_question": True}, "nlu_fallback"),
        (Extraction(0), "express_embarrassment", 0.9, {"put": "Q4", "about_question": True}, "express_embarrassment"),
        (Extraction(0), "ask_for_human", 0.9, {"put": "Q4", "about_question": True}, "ask_for_human"),
    ],
)
def test_what_was_read_outranks_what_the_classifier_guesses(reading, guess, confidence, more, intent):
    from bot.nlu.settling import settle

    assert settle(reading, guess, confidence, **more) == intent
