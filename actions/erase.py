"""Deletes a conversation on request: asks once, then it is gone."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.session import respond


class ActionOfferErase(Action):
    """Asks whether to delete everything."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_offer_erase"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker, act="delete")


class ActionEraseConversation(Action):
    """Says that it is deleted; the conversation service then deletes it."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_erase_conversation"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker, act="deleted")
