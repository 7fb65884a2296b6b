"""Sends what waits, in order, for as long as it takes: a platform that is down delays an answer and never loses it.

In: rows of the store. Out: calls of `Connector.send`. Started by `post`.

One task a person: nothing of theirs overtakes, nobody waits for somebody else. A refused message is kept under its reason for a
week and counted by `python -m bot channels`.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from bot.channels.messaging.connector import Connector, Later, Refused
from bot.channels.messaging.keyring import Keyring
from bot.channels.messaging.parts import Part
from bot.channels.messaging.store import Store, Waiting
from bot.runtime.logging import get_logger

log = get_logger(__name__)

#: Pauses double from one to the other; an emergency is tried again sooner.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, LONGEST_URGENT_SECONDS = 1.0, 300.0, 30.0
#: An answer this old would confuse more than help.
STALE_SECONDS = 2 * 86400.0

File = Callable[[str, Part], Awaitable["bytes | None"]]


class Outbox:
    """The sending side of messaging."""

    def __init__(
        self, store: Store, keyring: Keyring, connectors: Mapping[str, Connector], file: File, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._connectors = connectors
        self._file = file
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._urgent: dict[str, asyncio.Event] = {}
        #: Shortens every pause; tests do not wait for minutes.
        self.pause_factor = 1.0

    def seal(self, address: dict[str, Any], part: Part) -> bytes:
        """A message as it waits in the store; its id stays the same however often it is tried."""
        told = {**address, "message": secrets.token_hex(12)}
        return self._keyring.seal(json.dumps({"address": told, "part": part.to_json()}, ensure_ascii=False))

    def wake(self, conversation: str, *, urgent: bool = False) -> None:
        """Something new waits for this person; an emergency ends the pause after a failure."""
        if urgent:
            self._urgent.setdefault(conversation, asyncio.Event()).set()
        task = self._tasks.get(conversation)
        if task is None or task.done():
            self._tasks[conversation] = asyncio.create_task(self._drain(conversation))

    def wake_all(self) -> None:
        """After a start: whatever an earlier run left."""
        for conversation in self._store.waiting_for():
            self.wake(conversation)

    def stop(self) -> None:
        """Stop sending; what waits stays in the store."""
        for task in self._tasks.values():
            task.cancel()

    async def _drain(self, conversation: str) -> None:
        urgent = self._urgent.setdefault(conversation, asyncio.Event())
        while (waiting := self._store.next_out(conversation)) is not None:
            pause = waiting.next_at - self._clock()
            if pause > 0:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(urgent.wait(), pause * self.pause_factor)
                now_waiting = self._store.next_out(conversation)
                if now_waiting is None or now_waiting.n != waiting.n:
                    continue  # deleted while we waited
            urgent.clear()
            await self._try(waiting)
        self._tasks.pop(conversation, None)
        self._urgent.pop(conversation, None)

    async def _try(self, waiting: Waiting) -> None:
        now = self._clock()
        connector = self._connectors.get(waiting.platform)
        try:
            if connector is None:
                raise Refused("switched off")
            if now - waiting.at > STALE_SECONDS:
                raise Refused("too old")
            self._check_window(connector, waiting, now)
            data = json.loads(self._keyring.unseal(waiting.sealed))
            part = Part.from_json(data["part"])

            async def file() -> bytes | None:
                return await self._file(waiting.conversation, part)

            await connector.send(data["address"], part, file)
        except Later as error:
            self._log("messaging.send.later", waiting, error.reason)
            self._store.try_later(waiting.n, now + self._pause(waiting, error.seconds))
        except Refused as error:
            self._log("messaging.send.refused", waiting, error.reason)
            if error.reason == "stopped":
                self._store.set_stopped(waiting.conversation, True, now)
            self._store.hold(waiting.n, error.reason[:60] or "refused")
        except Exception as error:  # a bug of ours must not stop the queue, nor lose the message
            log.error("messaging.send.failed", conversation=waiting.conversation[:16], channel=waiting.platform, exc_info=error)
            self._store.try_later(waiting.n, now + self._pause(waiting, None))
        else:
            self._store.sent(waiting.n)
            await asyncio.sleep(self.pause_factor / connector.platform.per_second)

    def _check_window(self, connector: Connector, waiting: Waiting, now: float) -> None:
        hours = connector.platform.window_hours
        person = self._store.person(waiting.conversation) if hours else None
        if person is not None and now - person.last_in > hours * 3600:
            raise Refused("window")  # sent when they write again, which opens the window

    def _pause(self, waiting: Waiting, told: float | None) -> float:
        longest = LONGEST_URGENT_SECONDS if waiting.urgent else LONGEST_PAUSE_SECONDS
        own = min(FIRST_PAUSE_SECONDS * 2 ** min(waiting.attempts, 12), longest) * random.uniform(0.8, 1.2)
        return max(own, told) if told is not None else own

    def _log(self, event: str, waiting: Waiting, reason: str) -> None:
        log.warning(
            event,
            conversation=waiting.conversation[:16],
            channel=waiting.platform,
            reason=reason[:60],
            attempt=waiting.attempts + 1,
        )
