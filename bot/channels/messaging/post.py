"""The post office: takes in what the connectors read, keeps it until it is answered, and hands answers to the outbox.

In: `Inbound` from the connectors. Out: one `Line` a person; parts in the outbox; the words of a human agent. Started by
`install`.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.channels.messaging.connector import Connector
from bot.channels.messaging.inbound import Inbound
from bot.channels.messaging.keyring import Keyring
from bot.channels.messaging.line import Item, Line
from bot.channels.messaging.notices import card_of, plain
from bot.channels.messaging.outbox import Outbox
from bot.channels.messaging.parts import Part, parts_of
from bot.channels.messaging.platforms import Platform
from bot.channels.messaging.settings import default_locale
from bot.channels.messaging.store import Person, Store
from bot.channels.rendering import from_json
from bot.replies.picture import picture_png, picture_svg
from bot.replies.reply import Block, Reply
from bot.replies.words import Words
from bot.runtime.logging import get_logger

log = get_logger(__name__)

#: A group is told once in this time that health is not talked about there.
GROUP_SECONDS = 3600.0
TIDY_SECONDS = 3600.0
#: Answers to calls kept for a platform that asks again.
REMEMBERED = 500


class Post:
    """Messaging of one server."""

    def __init__(self, folder: Path, connectors: Mapping[str, Connector], clock: Callable[[], float]) -> None:
        self.clock = clock
        self.connectors = connectors
        self.keyring = Keyring(folder)
        self.store = Store(folder)
        self.outbox = Outbox(self.store, self.keyring, connectors, self._file, clock)
        #: Seconds a burst may pause on every platform; None takes each platform's own.
        self.pause: float | None = None
        self.service: Any = None
        self._lines: dict[str, Line] = {}
        self._asked: dict[str, asyncio.Future[list[Part]]] = {}
        self._answered: OrderedDict[str, list[Part]] = OrderedDict()
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="burst")
        self._tidied = 0.0

    @property
    def knowledge(self) -> Any:
        """Of the running bot."""
        return self.service.knowledge

    def start(self, service: Any) -> None:
        """Begin: what an earlier run left unanswered or unsent comes first."""
        self.service = service
        service.on_person_words = self.person_wrote
        for n, conversation, sealed in self.store.unanswered():
            try:
                inbound = Inbound.from_json(self.keyring.unseal(sealed))
            except (ValueError, TypeError) as error:
                log.error("messaging.inbox.unreadable", exc_info=error)
                continue
            if inbound.platform in self.connectors:
                self._line(conversation, inbound.platform).put(Item(n, inbound))
        self.outbox.wake_all()
        for connector in self.connectors.values():
            connector.post = self.take

    def stop(self) -> None:
        """Stop; whatever is open waits in the store for the next start."""
        for line in self._lines.values():
            if line.task is not None:
                line.task.cancel()
        self.outbox.stop()
        self._aside.shutdown(wait=False)
        self.store.close()

    # --- coming in ----------------------------------------------------------------------------------------------

    async def take(self, found: list[Inbound]) -> None:
        """Write everything down, then begin to answer."""
        now = self.clock()
        if now - self._tidied > TIDY_SECONDS:
            self._tidied = now
            self.store.tidy(now)
        for inbound in found:
            if inbound.kind == "group":
                self._answer_group(inbound, now)
            else:
                self._take_one(inbound, now)

    def _take_one(self, inbound: Inbound, now: float) -> str | None:
        """Conversation of a new delivery; None when it came before."""
        conversation = self.keyring.pseudonym(inbound.platform, inbound.user)
        key = self.keyring.fingerprint(inbound.platform, inbound.key)
        address = self.keyring.seal(json.dumps(inbound.address))
        person = Person(conversation, inbound.platform, address, self.locale(inbound), now)
        n = self.store.take_in(key, self.keyring.seal(inbound.to_json()), person)
        if n is None:
            return None
        self.outbox.wake(conversation)
        self._line(conversation, inbound.platform).put(Item(n, inbound))
        return conversation

    async def ask(self, inbound: Inbound) -> list[Part]:
        """Take in one thing and wait for its answer (phone calls: the answer goes back in the same request)."""
        conversation = self.keyring.pseudonym(inbound.platform, inbound.user)
        key = self.keyring.fingerprint(inbound.platform, inbound.key)
        if key in self._answered:
            return self._answered[key]
        standing = self._asked.get(conversation)
        if standing is not None and not standing.done():
            return await asyncio.shield(standing)  # the platform asks again while we think
        future: asyncio.Future[list[Part]] = asyncio.get_running_loop().create_future()
        self._asked[conversation] = future
        if self._take_one(inbound, self.clock()) is None:
            del self._asked[conversation]
            return []
        try:
            parts = await future
        finally:
            self._asked.pop(conversation, None)
        self._answered[key] = parts
        while len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return parts

    async def last_spoken(self, platform: str, user: str) -> list[str]:
        """What was said last, for a caller who said nothing: the question alone, or the emergency again."""
        history = await self.service.history(self.keyring.pseudonym(platform, user))
        last = next((from_json(entry["reply"]) for entry in reversed(history) if entry["role"] == "bot"), None)
        if last is None:
            return []
        asked = replace(last, blocks=last.blocks[-1:] if last.question else last.blocks)
        limits = self.connectors[platform].platform
        return [part.text for part in parts_of(asked, limits, Words(self.knowledge, default_locale()))]

    def _answer_group(self, inbound: Inbound, now: float) -> None:
        """In a group nothing is read, kept or discussed; it is told once an hour to write privately."""
        group = self.keyring.pseudonym(f"{inbound.platform}-group", inbound.user)
        if not self.store.answer_group(group, now, GROUP_SECONDS):
            return
        words = Words(self.knowledge, self.locale(inbound))
        platform = self.connectors[inbound.platform].platform
        parts = parts_of(plain(words, "messaging.private"), platform, words)
        self.store.answer((), group, inbound.platform, [(self.outbox.seal(inbound.address, part), False) for part in parts], now)
        self.outbox.wake(group)

    # --- going out ----------------------------------------------------------------------------------------------

    def answer(self, conversation: str, items: list[Item], parts: list[Part], *, urgent: bool = False) -> None:
        """The answer to some deliveries: ticked off and handed to the outbox in one step."""
        inbound = items[-1].inbound
        asked = self._asked.get(conversation)
        direct = asked is not None and not asked.done()
        sealed = [] if direct else [(self.outbox.seal(inbound.address, part), urgent) for part in parts]
        self.store.answer([item.n for item in items], conversation, inbound.platform, sealed, self.clock())
        if direct and asked is not None:
            asked.set_result(parts)
        elif sealed:
            self.outbox.wake(conversation, urgent=urgent)

    async def person_wrote(self, conversation: str, text: str) -> None:
        """An agent at the desk wrote into this chat; it reaches the visitor where they write."""
        person = self.store.person(conversation)
        connector = self.connectors.get(person.platform) if person is not None else None
        if person is None or connector is None:
            return
        words = Words(self.knowledge, person.locale)
        parts = parts_of(Reply((Block("text", text),)), connector.platform, words)
        address = json.loads(self.keyring.unseal(person.address))
        sealed = [(self.outbox.seal(address, part), False) for part in parts]
        self.store.answer((), conversation, person.platform, sealed, self.clock())
        self.outbox.wake(conversation)

    async def _file(self, conversation: str, part: Part) -> bytes | None:
        """The drawing or the card of a part, made when it is sent: neither is ever stored."""
        if part.picture:
            words = Words(self.knowledge, part.locale)
            return await self.aside(_drawing, part.picture, self.knowledge, words)
        if part.document:
            card = card_of(await self.service.case(conversation), self.knowledge)
            return card.pdf if card is not None else None
        return None

    # --- what lines ask for -------------------------------------------------------------------------------------

    async def aside(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Outside the event loop, so that nobody else waits."""
        return await asyncio.get_running_loop().run_in_executor(self._aside, partial(work, *arguments))

    def burst_seconds(self, platform: Platform) -> float:
        """How long a message of this platform waits for the next."""
        return platform.burst_seconds if self.pause is None else self.pause

    def platform_of(self, conversation: str) -> str:
        """Name of the platform, for the record."""
        return conversation.partition("-")[0]

    def locale(self, inbound: Inbound) -> str:
        """Locale of a person: what the platform tells, else the one set for this server."""
        wanted = inbound.locale or default_locale()
        return wanted if wanted in self.knowledge.services else default_locale()

    def _line(self, conversation: str, platform: str) -> Line:
        line = self._lines.get(conversation)
        if line is None:
            for idle in [name for name, one in self._lines.items() if one.task is not None and one.task.done()]:
                del self._lines[idle]
            line = self._lines[conversation] = Line(self, conversation, self.connectors[platform].platform)
        return line


def _drawing(key: str, knowledge: Any, words: Words) -> bytes:
    return picture_png(picture_svg(key, knowledge, words))
