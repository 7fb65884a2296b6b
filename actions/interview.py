"""Goes on with the conversation: what was told is acknowledged, then the next question, or the result."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.session import respond


class ActionContinueInterview(Action):
    """The usual turn, and the one for words nobody understood."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_continue_interview"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker)


class ActionGiveResult(Action):
    """Says again what to do; during the interview it goes on asking."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_give_result"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker)
