"""Answers questions: about the topic, about this person's own findings, about the question just put."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.session import respond


class ActionAnswerFaq(Action):
    """Answers one of the FAQ topics, then returns to the pending question."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_answer_faq"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker)


class ActionExplainFindings(Action):
    """Explains what may be going on, from what the person said."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_explain_findings"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker, act="tell_more")


class ActionExplainQuestion(Action):
    """Says why the question was asked."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_explain_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker, act="why")


class ActionRephraseQuestion(Action):
    """Puts the question in other words."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_rephrase_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker, act="rephrase")
