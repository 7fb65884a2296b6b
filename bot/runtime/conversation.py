"""One conversation, one message at a time, through the real Rasa agent, with a guard around every step.

In: conversation id, text or chosen options. Out: a `Reply`, always. Called by every channel (REST, terminal, messaging)
and by the tests that hold whole conversations.

Rasa swallows failures: a broken action gives an empty answer and loses the message. So after each turn this module
checks that the reply says it was made from an assessment of this very message. If it was not, or anything raised or
took too long, the core reads the message once more without Rasa, and the person gets safe advice: never silence, never
reassurance. What failed is logged by place and error id, never with what was written.

Source: docs/adr/0009-one-turn-inside-rasa.md
"""

from __future__ import annotations

import asyncio
import gc
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.rendering import from_json, to_json
from bot.desk.callback import part_number
from bot.errors import ModelError
from bot.findings.case import Case
from bot.knowledge.load import Knowledge, load
from bot.nlu.carry import pack
from bot.nlu.topics import find_topic
from bot.replies.compose import compose
from bot.replies.reply import Block, Reply
from bot.replies.words import Words
from bot.runtime.actions_in_process import InProcessActions, make_turns_quick
from bot.runtime.alone import part_read, read_alone
from bot.runtime.history import entries_of
from bot.runtime.logging import get_logger
from bot.runtime.messages import LONG_CHARACTERS, MAX_CHARACTERS, clean
from bot.runtime.storage import erase as erase_records
from bot.runtime.storage import open_lock_store, open_tracker_store
from bot.runtime.unheard import forget_everywhere, note_turn, open_unheard
from bot.turn import Turn, assess_case, day_of, last_resort, read_message, safe_turn

log = get_logger(__name__)

#: A turn takes milliseconds; whatever takes this long is broken.
TURN_SECONDS = 20.0
#: Replies kept in memory, so that a message sent twice costs nothing.
REMEMBERED_REPLIES = 1000


class _Collector(OutputChannel):
    """Output channel that keeps what the actions say."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Rasa wants a name (see parent class)."""
        return "rootline"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep the message (see parent class)."""
        self.said.append(message)


class ConversationService:
    """The bot as every channel sees it."""

    def __init__(
        self,
        agent: Agent,
        knowledge: Knowledge,
        *,
        seconds: float = TURN_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.agent = agent
        self.knowledge = knowledge
        self._seconds = seconds
        self._clock = clock
        self._locks: dict[str, asyncio.Lock] = {}
        self._replies: OrderedDict[tuple[str, str], Reply] = OrderedDict()
        #: The agent desk (bot.desk.handover), set by the server; None where there is none.
        self.handovers: Any = None
        #: Told of each conversation that was deleted, in words or otherwise; set by the server, which shuts its tokens.
        self.on_erased: Callable[[str], None] | None = None
        #: Takes (conversation, text) when an agent writes; set by messaging, which has to carry it to the visitor.
        self.on_person_words: Callable[[str, str], Awaitable[None]] | None = None
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="long-message")
        self._unheard = open_unheard(clock)

    @classmethod
    def start(
        cls,
        model: Path,
        *,
        tracker_store: TrackerStore | None = None,
        lock_store: LockStore | None = None,
        broker: EventBroker | None = None,
        seconds: float = TURN_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> ConversationService:
        """Load the model and put the actions into this process.

        Args:
            model: Archive made by `bot.runtime.training`.
            tracker_store, lock_store, broker: Those of the environment when None.
            seconds: Longest time one turn may take.
            clock: Seconds since the epoch; tests bring their own.

        Raises:
            KnowledgeError: When the knowledge is broken.
            ModelError: MOD002 when the model cannot be loaded.
            StartError: When the storage cannot be used.
        """
        knowledge = load()
        make_turns_quick()
        try:
            agent = Agent.load(model, action_endpoint=InProcessActions(), lock_store=lock_store or open_lock_store())
        except Exception as error:  # Rasa wraps nothing: a bad archive raises whatever its reader raises
            raise ModelError("MOD002", f"the model {model.name} cannot be loaded. Run: make train") from error
        store = tracker_store or open_tracker_store(agent.domain, broker)
        store.domain = agent.domain
        # Not Rasa's FailSafeTrackerStore: it would go on with an empty memory and forget a red flag.
        agent.tracker_store = store
        agent.processor.tracker_store = store
        service = cls(agent, knowledge, seconds=seconds, clock=clock)
        service._warm_up()
        return service

    def _warm_up(self) -> None:
        """Build what is built on first use (lexicon, tokenizer), so that the first person does not wait for it."""
        turn = safe_turn("my knee keeps giving way, what is that?", self.knowledge)
        find_topic("what is that?", self.knowledge)
        log.info("conversation.warm", disposition=turn.assessment.disposition)
        gc.collect()
        gc.freeze()  # lexicon and model stay for good: no need to look through them for garbage again and again

    async def greet(self, conversation: str, *, locale: str | None = None, channel: str = "web") -> Reply:
        """Open a conversation: the first words, written into its history."""
        case = Case(locale=_known_locale(locale, self.knowledge))
        assessment = assess_case(case, self.knowledge)
        reply = compose(assessment, case, self.knowledge, act="greet")
        async with self._locked(conversation):
            tracker = await self.agent.processor.fetch_tracker_with_initial_session(conversation, _Collector())
            if not any(isinstance(event, UserUttered) for event in tracker.events):
                events = _reply_events(Turn(case, assessment, reply), reply_to=None, channel=channel)
                await self._record(tracker, events)
        return reply

    async def handle(
        self,
        conversation: str,
        text: str,
        *,
        message_id: str | None = None,
        option_values: Sequence[str] | None = None,
        question: str | None = None,
        locale: str | None = None,
        channel: str = "web",
    ) -> Reply:
        """Answer one message.

        Args:
            conversation: Id of the conversation, chosen by the server.
            text: What was written; for chosen options their labels (may be empty).
            message_id: The sender's id for this message; the same id is answered once.
            option_values: Values of chosen buttons or ticks of the question just put.
            question: Id of the question they belong to, as the reply named it; the last one put when None.
            locale: en-GB or en-US; kept from the greeting when None.
            channel: Name of the channel, for the record.

        Returns:
            The reply. This never raises and is never empty.
        """
        message_id = message_id or secrets.token_hex(8)
        started = time.monotonic()
        async with self._locked(conversation):
            known = await self._already_answered(conversation, message_id)
            if known is not None:
                return known
            cleaned = clean(text if text.strip() or not option_values else " ".join(option_values))
            cleaned, number = part_number(cleaned)  # from here on the number is in no record but its own
            readable, whole, failed = cleaned[:MAX_CHARACTERS], len(cleaned) <= MAX_CHARACTERS, False
            try:
                reply = await asyncio.wait_for(
                    self._through_rasa(conversation, readable, message_id, option_values, question, locale, channel),
                    self._seconds,
                )
            except Exception as error:  # whatever went wrong, the person gets an answer
                reply = await self._safe(conversation, readable, message_id, option_values, channel, error)
                failed, whole = True, part_read(cleaned) == cleaned
            reply = self._with_notes(reply, cleaned, whole)
            if self.handovers is not None:
                reply = await self._at_the_desk(conversation, number, message_id, reply, channel, failed)
            self._remember(conversation, message_id, reply)
            await note_turn(self._unheard, self.case, conversation, None if option_values else readable, reply.question)
        took = round((time.monotonic() - started) * 1000, 1)
        short = conversation[:8]
        log.info("conversation.turn.done", conversation=short, channel=channel, disposition=reply.urgency, milliseconds=took)
        return reply

    async def history(self, conversation: str, after: int = 0) -> list[dict[str, Any]]:
        """What both sides said, from entry `after` on; see `bot.runtime.history`."""
        tracker = await self.agent.tracker_store.retrieve(conversation)
        desk = self.handovers
        kept_back = partial(desk.is_silenced, conversation) if desk is not None else lambda _: False
        return entries_of(tracker.events if tracker is not None else (), kept_back)[after:]

    async def case(self, conversation: str) -> Case | None:
        """The case as it stands, or None when there is no such conversation."""
        tracker = await self.agent.tracker_store.retrieve(conversation)
        stored = tracker.get_slot("case") if tracker is not None else None
        return Case.from_json(stored) if stored else None

    async def health(self) -> dict[str, Any]:
        """Ready or not, model, knowledge digest, store; read by `/health`."""
        store = self.agent.tracker_store
        try:
            await store.retrieve("health")
            stored = True
        except Exception as error:
            log.error("health.store.failed", exc_info=error)
            stored = False
        return {
            "ready": stored and self.agent.is_ready(),
            "model": self.agent.processor.model_filename,
            "knowledge": self.knowledge.digest,
            "store": type(store).__name__,
            "store_answers": stored,
        }

    async def erase(self, conversation: str) -> int:
        """Delete a conversation from the tracker store and from memory; returns the number of records."""
        async with self._locked(conversation):
            return await self._forget(conversation)

    async def _forget(self, conversation: str) -> int:
        """All that deleting means, whether a button or words asked for it. The records go first: they are the words."""
        count = erase_records(self.agent.tracker_store, conversation)
        forget_everywhere(conversation)
        for key in [key for key in self._replies if key[0] == conversation]:
            del self._replies[key]
        if self.handovers is not None:
            await self.handovers.run(self.handovers.forget, conversation)
        if self.on_erased is not None:
            self.on_erased(conversation)
        return count

    async def say_as_person(self, conversation: str, text: str, *, message_id: str) -> None:
        """Words of an agent into the visitor's chat; the same id is written once."""
        async with self._locked(conversation):
            tracker = await self.agent.processor.fetch_tracker_with_initial_session(conversation, _Collector())
            if any(isinstance(event, BotUttered) and event.metadata.get("person") == message_id for event in tracker.events):
                return
            await self._record(tracker, [BotUttered(text, metadata={"person": message_id})])
            if self.on_person_words is not None:
                await self.on_person_words(conversation, text)

    async def _at_the_desk(
        self, conversation: str, number: str | None, message_id: str, reply: Reply, channel: str, failed: bool
    ) -> Reply:
        """The reply as it goes out when a person has the chat, or is asked for. The desk's failure never costs the reply."""
        try:
            tracker = await self.agent.tracker_store.retrieve(conversation)
            if tracker is None:
                return reply  # just deleted: nothing of it goes to the desk
            latest = tracker.latest_message
            wants = latest is not None and (latest.intent or {}).get("name") == "ask_for_human"
            case = await self.case(conversation) or Case()
            assessment = assess_case(case, self.knowledge)
            alarms = [rule.id for rule in assessment.fired if rule.disposition == "emergency_now"]
            alarms += [f"failed {message_id}"] if failed else []  # safe advice is never kept back either
            outcome = await self.handovers.run(
                self.handovers.heard, conversation, message_id, reply.urgency, wants, number, alarms
            )
            if outcome == "say":
                return reply
            if outcome == "silent":
                notice = (Block("notice", Words(self.knowledge, case.locale).text("desk.person_reads")),)
                return replace(reply, blocks=notice, options=(), multiple=False, question=None, card=False)
            asked = compose(assessment, case, self.knowledge, act="human")
            await self.handovers.run(self.handovers.silence, conversation, message_id)
            data = {"reply": to_json(asked), "reply_to": message_id, "channel": channel, "desk": True}
            await self._record(tracker, [BotUttered(asked.plain_text(), metadata=data)])
            return asked
        except Exception as error:
            log.error("desk.handover.failed", conversation=conversation[:8], exc_info=error)
            return reply

    async def _through_rasa(
        self,
        conversation: str,
        text: str,
        message_id: str,
        options: Sequence[str] | None,
        question: str | None,
        locale: str | None,
        channel: str,
    ) -> Reply:
        collector = _Collector()
        metadata: dict[str, Any] = {
            "options": list(options) if options else None,
            "question": question if options else None,
            "locale": locale,
            "now_hours": self._clock() / 3600,
        }
        if len(text) > LONG_CHARACTERS:
            metadata["reading"] = await self._read_aside(conversation, text, metadata)
        await self.agent.processor.handle_message(
            UserMessage(text, collector, conversation, input_channel=channel, message_id=message_id, metadata=metadata)
        )
        for said in collector.said:
            if said.get("reply") and said.get("assessed") == message_id:
                if said.get("erase"):
                    await self._forget(conversation)
                return from_json(said["reply"])
        raise RuntimeError("no reply was made from an assessment of this message")

    async def _read_aside(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Read a long message outside the event loop, so that nobody else waits for it."""
        tracker = await self.agent.tracker_store.retrieve(conversation)
        stored = tracker.get_slot("case") if tracker is not None else None
        put = (tracker.get_slot("put") or {}).get("question") if tracker is not None else None
        read = partial(
            read_message,
            Case.from_json(stored) if stored else Case(),
            text,
            self.knowledge,
            put=metadata["question"] or put,
            options=metadata["options"],
            today=day_of(metadata["now_hours"]),
        )
        return pack(await asyncio.get_running_loop().run_in_executor(self._aside, read))

    async def _safe(
        self,
        conversation: str,
        text: str,
        message_id: str,
        options: Sequence[str] | None,
        channel: str,
        error: BaseException,
    ) -> Reply:
        """Advice without Rasa: from the stored case if it can be read, else from the text alone, else the fixed words."""
        error_id = secrets.token_hex(4)
        log.error("conversation.turn.failed", error_id=error_id, conversation=conversation[:8], exc_info=error)
        tracker: DialogueStateTracker | None = None
        case: Case | None = None
        put: str | None = None
        try:
            tracker = await self.agent.tracker_store.retrieve(conversation)
            stored = tracker.get_slot("case") if tracker is not None else None
            case = Case.from_json(stored) if stored else None
            put = (tracker.get_slot("put") or {}).get("question") if tracker is not None else None
        except Exception as again:  # the store may be what failed
            log.error("conversation.case.unreadable", error_id=error_id, exc_info=again)
        try:
            hours = self._clock() / 3600
            turn = await read_alone(
                text, self.knowledge, case=case, put=put, options=options, message_id=message_id, now_hours=hours
            )
        except Exception as again:  # the core itself failed
            log.error("conversation.core.failed", error_id=error_id, exc_info=again)
            return last_resort(self.knowledge)
        try:
            if tracker is None:
                tracker = await self.agent.processor.fetch_tracker_with_initial_session(conversation, _Collector())
            events = _reply_events(turn, reply_to=message_id, channel=channel)
            if not any(isinstance(event, UserUttered) and event.message_id == message_id for event in tracker.events):
                user = UserUttered(text, {"name": "report_symptom"}, message_id=message_id, input_channel=channel)
                events = [user, *events]
            await self._record(tracker, events)
        except Exception as again:
            log.error("conversation.record.failed", error_id=error_id, exc_info=again)
        return turn.reply

    async def _record(self, tracker: DialogueStateTracker, events: Sequence[Event]) -> None:
        tracker.update_with_events(list(events), self.agent.domain)
        await self.agent.tracker_store.save(tracker)

    async def _already_answered(self, conversation: str, message_id: str) -> Reply | None:
        """The reply given to this message before, from memory or, after a restart, from the tracker."""
        known = self._replies.get((conversation, message_id))
        if known is not None:
            return known
        if any(key[0] == conversation for key in self._replies):
            return None  # this process has seen the conversation's last messages
        try:
            tracker = await self.agent.tracker_store.retrieve(conversation)
        except Exception as error:
            log.error("conversation.history.unreadable", exc_info=error)
            return None
        for event in reversed(tracker.events) if tracker is not None else ():  # the desk's word comes after the bot's
            if isinstance(event, BotUttered) and event.metadata.get("reply_to") == message_id:
                return from_json(event.metadata["reply"])
        return None

    def _remember(self, conversation: str, message_id: str, reply: Reply) -> None:
        self._replies[(conversation, message_id)] = reply
        while len(self._replies) > REMEMBERED_REPLIES:
            self._replies.popitem(last=False)

    def _with_notes(self, reply: Reply, text: str, whole: bool) -> Reply:
        """A kind word about a very long message, after what matters; `whole`: all of it was read."""
        if whole and len(text) <= LONG_CHARACTERS:
            return reply
        key = "act.long_message" if whole else "act.too_long"
        note = Block("notice", Words(self.knowledge, Case().locale).text(key))
        return replace(reply, blocks=(*reply.blocks, note))

    @asynccontextmanager
    async def _locked(self, conversation: str) -> AsyncIterator[None]:
        """One message of a conversation at a time, in this process and (through Rasa's lock store) in the others."""
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        async with lock, self.agent.lock_store.lock(conversation):
            yield
        if not lock.locked() and not getattr(lock, "_waiters", None):
            self._locks.pop(conversation, None)


def _reply_events(turn: Turn, *, reply_to: str | None, channel: str) -> list[Event]:
    data = {"reply": to_json(turn.reply), "reply_to": reply_to, "assessed": reply_to, "channel": channel}
    put = {"question": turn.reply.question, "confirms": None} if turn.reply.question else None
    return [
        SlotSet("case", turn.case.to_json()),
        SlotSet("disposition", turn.assessment.disposition),
        SlotSet("put", put),
        BotUttered(turn.reply.plain_text(), metadata=data),
    ]


def _known_locale(locale: str | None, knowledge: Knowledge) -> str:
    return locale if locale is not None and locale in knowledge.services else Case().locale
