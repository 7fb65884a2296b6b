"""Says honestly what this bot cannot do, and where to go instead."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.session import respond


class ActionDeclineRequest(Action):
    """Other health matters, doses, scans, certainty, putting help off."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_decline_request"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker)
