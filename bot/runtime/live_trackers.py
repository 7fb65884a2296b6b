"""Rasa's SQL tracker store with the trackers of running conversations kept in memory.

In: as `SQLTrackerStore`. Out: the same trackers and the same rows. Used by `bot.runtime.storage`.

Rasa reads a conversation from its first event and plays it back on every message, and counts it again when it saves:
a turn gets slower as the conversation gets longer. Here a tracker stays in the worker that last handled it. Each time it
is checked against the table by the number and the last id of its rows, so another worker's writes, an erasure or a turn
that broke off before saving are always noticed: then it is read anew.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa  # type: ignore[import-untyped]
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY

#: Events kept in memory over all conversations, about 1 kB to 20 kB each.
KEEP_EVENTS = 20_000


@dataclass
class _Live:
    tracker: DialogueStateTracker
    rows: int
    last_id: int


class LiveTrackerStore(SQLTrackerStore):
    """See the module. One thread, one event loop: the caller holds the conversation's lock."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._live: OrderedDict[str, _Live] = OrderedDict()
        super().__init__(*arguments, **options)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The live tracker while it agrees with the table, else a fresh one (see parent class)."""
        rows, last_id = self._stored(sender_id)
        live = self._live.get(sender_id)
        if live is not None and (live.rows, live.last_id) == (rows, last_id) and len(live.tracker.events) == rows:
            self._live.move_to_end(sender_id)
            return live.tracker
        self._live.pop(sender_id, None)
        if not rows:
            return None
        # The whole conversation, not the part since the last session start: `save` counts whole conversations.
        tracker = await self.retrieve_full_tracker(sender_id)
        if tracker is not None and len(tracker.events) == rows:
            self._keep(sender_id, _Live(tracker, rows, last_id))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the new events (see parent class)."""
        await self.stream_events(tracker)
        rows, last_id = self._stored(tracker.sender_id)
        new = [_row(tracker.sender_id, event) for event in list(tracker.events)[rows:]]
        if new:
            with self.session_scope() as session:
                session.execute(sa.insert(self.SQLEvent.__table__), new)
                session.commit()
            rows, last_id = self._stored(tracker.sender_id)
        if len(tracker.events) == rows:
            self._keep(tracker.sender_id, _Live(tracker, rows, last_id))
        else:
            self._live.pop(tracker.sender_id, None)

    def forget(self, sender_id: str) -> None:
        """Drop a conversation from memory."""
        self._live.pop(sender_id, None)

    def _stored(self, sender_id: str) -> tuple[int, int]:
        """Number and last id of the rows of a conversation."""
        table = self.SQLEvent.__table__
        query = sa.select([sa.func.count(table.c.id), sa.func.max(table.c.id)]).where(table.c.sender_id == sender_id)
        with self.engine.connect() as connection:
            count, last_id = connection.execute(query).one()
        return int(count), int(last_id or 0)

    def _keep(self, sender_id: str, live: _Live) -> None:
        self._live[sender_id] = live
        self._live.move_to_end(sender_id)
        total = sum(other.rows for other in self._live.values())
        while total > KEEP_EVENTS and len(self._live) > 1:
            _, oldest = self._live.popitem(last=False)
            total -= oldest.rows


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get(INTENT_NAME_KEY),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
