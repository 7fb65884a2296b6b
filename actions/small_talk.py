"""Greets, thanks, takes insults, calms: short, kind, and back to the matter."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.session import respond


class ActionMakeSmallTalk(Action):
    """One or two lines, then the pending question."""

    def name(self) -> str:
        """Name in domain.yml (see parent class)."""
        return "action_make_small_talk"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer (see parent class)."""
        return respond(dispatcher, tracker)
