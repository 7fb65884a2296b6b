"""One person's line: what came in, in order; bursts joined; each answered once.

In: `Inbound`, numbered by the inbox. Out: parts in the outbox. Made by `post`, one for each person who is writing. Knows no
platform.

A message is looked at the moment it arrives. If it, or the burst so far, is an emergency, the answer goes out at once.
Otherwise it waits a moment for the rest of what the person is typing, and the whole is answered once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.channels.messaging.answers import chosen_by_words
from bot.channels.messaging.burst import Story, cannot_wait, is_new_emergency, look, texts_to_read
from bot.channels.messaging.inbound import Inbound, read_payload
from bot.channels.messaging.notices import again, card_of, command_of, goodbye, plain, with_list
from bot.channels.messaging.parts import Part, has_buttons, parts_of
from bot.channels.messaging.platforms import Platform
from bot.channels.rendering import from_json
from bot.findings.case import Case
from bot.replies.reply import Block, Reply
from bot.replies.words import Words
from bot.runtime.logging import get_logger
from bot.turn import OPENING_QUESTION, last_resort

if TYPE_CHECKING:
    from bot.channels.messaging.post import Post

log = get_logger(__name__)

#: What cannot be read, and the kind word for it.
_UNREAD = {"media": "messaging.media", "location": "messaging.location"}
#: A burst ends at the latest after this many pauses, so that nobody waits for ever.
MOST_PAUSES = 4
#: A person who stopped is told so once a day.
TOLD_SECONDS = 86400.0


@dataclass
class Item:
    """Something that came in: its number in the inbox, and what it is."""

    n: int
    inbound: Inbound


class Line:
    """The line of one person."""

    def __init__(self, post: Post, conversation: str, platform: Platform) -> None:
        self._post = post
        self._conversation = conversation
        self._platform = platform
        self._queue: deque[Item] = deque()
        self._arrived = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def put(self, item: Item) -> None:
        """Take something in."""
        self._queue.append(item)
        self._arrived.set()
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        burst: list[Item] = []
        pause = self._post.burst_seconds(self._platform)
        ends = 0.0
        loop = asyncio.get_running_loop()
        while self._queue or burst:
            if not self._queue:
                self._arrived.clear()
                try:
                    await asyncio.wait_for(self._arrived.wait(), max(min(pause, ends - loop.time()), 0.001))
                except asyncio.TimeoutError:
                    await self._safely(self._answer_burst, burst)
                    burst = []
                continue
            item = self._queue.popleft()
            if not await self._waits(item):
                if burst:
                    await self._safely(self._answer_burst, burst)
                    burst = []
                await self._safely(self._answer_single, [item])
                continue
            if not burst:
                ends = loop.time() + pause * MOST_PAUSES
            burst.append(item)
            if pause == 0 or await self._cannot_wait(burst):
                await self._safely(self._answer_burst, burst)
                burst = []

    async def _safely(self, answer: Any, items: list[Item]) -> None:
        """Whatever fails here, the person gets the fixed safe words, once."""
        try:
            await answer(items)
        except Exception as error:
            log.error("messaging.turn.failed", conversation=self._conversation[:16], exc_info=error)
            words = Words(self._post.knowledge, self._post.locale(items[-1].inbound))
            self._send(items, last_resort(self._post.knowledge), words)

    # --- what waits ---------------------------------------------------------------------------------------------

    async def _waits(self, item: Item) -> bool:
        """Words and pictures wait for the rest; taps, numbers and commands are whole by themselves."""
        inbound = item.inbound
        if inbound.kind not in ("text", "edit", *_UNREAD):
            return False
        if self._command(inbound):
            return False
        return await self._numbers(inbound.text) is None

    async def _cannot_wait(self, burst: list[Item]) -> bool:
        texts = [item.inbound.text for item in burst if item.inbound.text.strip()]
        if not texts or not burst[-1].inbound.text.strip():
            return False
        story = await self._story()
        return await self._post.aside(cannot_wait, texts, story, self._post.knowledge)

    def _command(self, inbound: Inbound) -> str:
        person = self._post.store.person(self._conversation)
        return command_of(inbound.text, self._platform.keywords, stopped=person is not None and person.stopped)

    async def _numbers(self, text: str) -> list[str] | None:
        last = await self._last_reply()
        return chosen_by_words(text, last) if last is not None and not has_buttons(last, self._platform) else None

    # --- answers ------------------------------------------------------------------------------------------------

    async def _answer_burst(self, burst: list[Item]) -> None:
        burst = sorted(burst, key=lambda item: item.inbound.order)
        inbound = burst[-1].inbound
        words = await self._words(inbound)
        texts = [item.inbound.text for item in burst if item.inbound.text.strip()]
        unread = [item.inbound for item in burst if item.inbound.kind in _UNREAD]
        if not texts:
            kinds = list(dict.fromkeys(_UNREAD[one.kind] for one in unread)) or ["act.empty"]
            await self._note(burst, words, *kinds, signs=True)
            return
        story = await self._story()
        person = self._post.store.person(self._conversation)
        if person is not None and person.stopped:
            turn = await self._post.aside(look, " ".join(texts), story, self._post.knowledge)
            if not is_new_emergency(turn):
                self._still_stopped(burst, person.told_at, words)
                return
        first = [words.text("messaging.media_besides")] if unread else []
        if any(item.inbound.kind == "edit" for item in burst):
            first.append(words.text("messaging.edited"))
        readings = await self._post.aside(texts_to_read, texts, story, self._post.knowledge)
        key = self._post.keyring.fingerprint(self._conversation, *(item.inbound.key for item in burst))
        replies = [await self._say(text, f"{key[:24]}-{number}") for number, text in enumerate(readings)]
        reply = next((reply for reply in replies if reply.urgency == "emergency_now"), replies[-1])
        await self._answer(burst, reply, words, first=first)

    async def _answer_single(self, items: list[Item]) -> None:
        inbound = items[0].inbound
        words = await self._words(inbound)
        command = self._command(inbound) if inbound.kind in ("text", "edit") else ""
        if command == "delete":
            await self._delete(items, words)
        elif command == "stop":
            self._post.store.set_stopped(self._conversation, True, self._post.clock())
            self._send(items, plain(words, "messaging.stopped"), words)
        elif command == "start" or (inbound.kind == "opening" or command == "opening"):
            self._post.store.set_stopped(self._conversation, False, self._post.clock())
            await self._open(items, words)
        elif command == "help":
            commands = "messaging.commands_stop" if self._platform.keywords else "messaging.commands"
            await self._note(items, words, "messaging.help", commands, signs=True)
        elif command == "card":
            await self._card(items, words)
        elif inbound.kind == "removed":
            await self._note(items, words, "messaging.removed")
        else:
            await self._option(items, words)

    async def _option(self, items: list[Item], words: Words) -> None:
        """A tapped button, or a number."""
        inbound = items[0].inbound
        last = await self._last_reply()
        if inbound.kind == "option":
            question, value = read_payload(inbound.option)
            asked = last if last is not None and last.question == question else await self._last_reply(question)
            values = [value]
        else:
            asked, values = last, await self._numbers(inbound.text) or []
        labels = [option.label for option in (asked.options if asked else ()) if option.value in values]
        text = "; ".join(labels) or inbound.text
        person = self._post.store.person(self._conversation)
        if not labels and not text.strip():
            if person is not None and person.stopped:
                self._still_stopped(items, person.told_at, words)
            else:
                await self._note(items, words, "act.empty")
            return
        if person is not None and person.stopped:
            story = await self._story()
            if labels and asked is not None:
                story = replace(story, put=asked.question)
            turn = await self._post.aside(look, text, story, self._post.knowledge, values if labels else None)
            if not is_new_emergency(turn):
                self._still_stopped(items, person.told_at, words)
                return
        reply = await self._say(
            text, self._post.keyring.fingerprint(self._conversation, inbound.key)[:26],
            option_values=values if labels else None, question=asked.question if asked and labels else None,
        )  # fmt: skip
        by_number = labels and inbound.kind != "option" and reply.urgency != "emergency_now"
        first = [words.text("messaging.chosen", label="; ".join(labels))] if by_number else []
        await self._answer(items, reply, words, first=first)

    async def _say(self, text: str, key: str, **options: Any) -> Reply:
        """Hand one text to the bot."""
        reply: Reply = await self._post.service.handle(
            self._conversation, text, message_id=key, channel=self._post.platform_of(self._conversation), **options
        )
        return reply

    async def _answer(self, items: list[Item], reply: Reply, words: Words, *, first: list[str]) -> None:
        """Send the bot's reply; to somebody new with a word on what this is and what is kept."""
        person = self._post.store.person(self._conversation)
        new = person is None or not person.greeted
        last: list[str] = []
        if reply.card and self._platform.document != "none" and not new:
            last.append(words.text("messaging.card"))
        if new:
            about = [words.text("messaging.what"), *words.lines("messaging.kept")]
            if reply.question == OPENING_QUESTION:
                greeting = await self._last_reply(first=True)
                reply, last = greeting or reply, list(words.lines("messaging.kept"))
            elif reply.urgency == "emergency_now":
                last = [*last, *words.lines("messaging.kept")]
            else:
                first = [*first, *about]
        self._send(items, reply, words, first=first, last=last)
        if new:
            self._post.store.set_greeted(self._conversation)
        if await self._post.service.case(self._conversation) is None:
            self._post.store.forget_person(self._conversation)  # they asked the bot itself to delete the chat

    async def _open(self, items: list[Item], words: Words) -> None:
        """They pressed the platform's start button, or want messages again."""
        greeting = await self._last_reply(first=True)
        last = await self._last_reply()
        person = self._post.store.person(self._conversation)
        if greeting is not None and (person is None or not person.greeted):
            self._send(items, greeting, words, last=list(words.lines("messaging.kept")))
            self._post.store.set_greeted(self._conversation)
            return
        # What they were told while a carrier let nothing through never reached them: an emergency is told once more.
        await self._note(items, words, "messaging.started", signs=last is not None and last.urgency == "emergency_now")

    async def _note(self, items: list[Item], words: Words, *keys: str, signs: bool = False) -> None:
        """A kind word, the list of warning signs where it belongs, and the question that is still open."""
        case = await self._post.service.case(self._conversation) or Case(locale=words.locale)
        lines = tuple(line for key in keys for line in words.lines(key))
        note = with_list(case, self._post.knowledge, lines) if signs else plain(words, *keys)
        self._send(items, again(await self._last_reply(), note), words)

    async def _card(self, items: list[Item], words: Words) -> None:
        card = card_of(await self._post.service.case(self._conversation), self._post.knowledge)
        if card is None or self._platform.document == "none":
            await self._note(items, words, "messaging.no_card")
        elif self._platform.document == "pdf":
            self._post.answer(self._conversation, items, [Part(card.title, document=True)])
        else:
            blocks = tuple(Block("text", paragraph) for paragraph in card.text.split("\n\n") if paragraph.strip())
            self._send(items, Reply(blocks, urgency=card.urgency), words)

    async def _delete(self, items: list[Item], words: Words) -> None:
        case = await self._post.service.case(self._conversation) or Case(locale=words.locale)
        reply = goodbye(case, self._post.knowledge)
        parts = parts_of(reply, self._platform, words)
        await self._post.service.erase(self._conversation)
        self._post.store.forget(self._conversation, upto=items[0].n)
        self._post.answer(self._conversation, items, parts)

    def _still_stopped(self, items: list[Item], told_at: float, words: Words) -> None:
        now = self._post.clock()
        if now - told_at < TOLD_SECONDS:
            self._post.answer(self._conversation, items, [])
            return
        self._post.store.set_stopped(self._conversation, True, now)
        self._send(items, plain(words, "messaging.still_stopped"), words)

    def _send(self, items: list[Item], reply: Reply, words: Words, **around: Any) -> None:
        parts = parts_of(reply, self._platform, words, **around)
        self._post.answer(self._conversation, items, parts, urgent=reply.urgency == "emergency_now")

    # --- the story so far ---------------------------------------------------------------------------------------

    async def _words(self, inbound: Inbound) -> Words:
        """Texts of the person's country; the conversation is opened when it is their first message."""
        case = await self._post.service.case(self._conversation)
        if case is None:
            locale = self._post.locale(inbound)
            await self._post.service.greet(self._conversation, locale=locale, channel=inbound.platform)
            return Words(self._post.knowledge, locale)
        return Words(self._post.knowledge, case.locale)

    async def _story(self) -> Story:
        tracker = await self._post.service.agent.tracker_store.retrieve(self._conversation)
        stored = tracker.get_slot("case") if tracker is not None else None
        put = (tracker.get_slot("put") or {}).get("question") if tracker is not None else None
        return Story(Case.from_json(stored) if stored else Case(), put)

    async def _last_reply(self, question: str | None = None, *, first: bool = False) -> Reply | None:
        """The bot's last reply; the last one that put `question`; or the very first, the greeting."""
        history = await self._post.service.history(self._conversation)
        replies = [from_json(entry["reply"]) for entry in history if entry["role"] == "bot"]
        if question is not None:
            replies = [reply for reply in replies if reply.question == question]
        return (replies[0] if first else replies[-1]) if replies else None
