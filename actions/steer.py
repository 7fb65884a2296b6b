"""Lets the person steer: back, skip, stop, start again, a human."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.session import respond


class ActionGoBack(Action):
    """Takes the last answer back and asks again."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_go_back"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker, act="back")


class ActionSkipQuestion(Action):
    """Leaves a question out and says what that means."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_skip_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker, act="skip")


class ActionStopQuestions(Action):
    """Ends the questions with the safety list."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_stop_questions"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker, act="stop")


class ActionRestartConversation(Action):
    """Begins a new case."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_restart_conversation"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker, act="restart")


class ActionHandOver(Action):
    """Says how to reach a person."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_hand_over"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker)
