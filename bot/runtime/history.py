"""A conversation as both sides see it, read from the tracker's events.

In: events of a tracker. Out: numbered entries, as the REST channel hands them to a page that comes back. Called by
`bot.runtime.conversation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rasa.shared.core.events import BotUttered, Event, UserUttered

from bot.runtime.messages import shown


def entries_of(events: Iterable[Event], kept_back: Callable[[str | None], bool]) -> list[dict[str, Any]]:
    """n, role, at (seconds), and id with text (and what was chosen, and where), or a reply.

    Args:
        events: Of one tracker, in order.
        kept_back: Whether the bot's own reply to this message was not sent out, because a person has the chat.
    """
    entries: list[dict[str, Any]] = []
    for event in events:
        if isinstance(event, UserUttered) and event.text:
            said = {"role": "user", "at": event.timestamp, "id": event.message_id, "text": shown(event.text)}
            entries.append({**said, **_chosen(event)})
        elif isinstance(event, BotUttered) and event.metadata.get("person"):
            entries.append({"role": "agent", "at": event.timestamp, "text": event.text})
        elif isinstance(event, BotUttered) and event.metadata.get("reply"):
            if event.metadata.get("desk") or not kept_back(event.metadata.get("reply_to")):
                entries.append({"role": "bot", "at": event.timestamp, "reply": event.metadata["reply"]})
    return [{"n": number, **entry} for number, entry in enumerate(entries, start=1)]


def _chosen(event: UserUttered) -> dict[str, Any]:
    """Values of the buttons or ticks, and the question they belong to: labels alone may fit two questions."""
    given = event.metadata or {}
    return {key: given[key] for key in ("options", "question") if given.get("options") and given.get(key)}
