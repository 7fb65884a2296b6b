"""The emergency advice, on the very turn that raised it. Predicted by `bot.policies.emergency_policy`."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.session import respond


class ActionGiveEmergencyAdvice(Action):
    """Says what to do now; after it the bot listens."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_give_emergency_advice"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker)
