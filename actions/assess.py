"""Runs on every user turn, whatever the intent: reads the message into the case and decides.

In: the tracker with the new message. Out: the slots `case`, `disposition` and `alarm`, which the policies see in the same
turn. Called by Rasa's `action_extract_slots`; it says nothing itself.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.session import read_session
from bot.runtime.logging import get_logger

log = get_logger(__name__)


class ActionValidateSlotMappings(Action):
    """The one place where a message changes the case. A failure here is made up for by the action that answers."""

    def name(self) -> str:
        """Rasa calls this name on every user turn (see parent class)."""
        return "action_validate_slot_mappings"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Decide on the message (see parent class)."""
        try:
            return read_session(tracker).slots()
        except LookupError:
            return []
        except Exception as error:
            log.error("action.failed", action=self.name(), exc_info=error)
            return []
