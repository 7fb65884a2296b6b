"""Tracker slots <-> `Case`, in one place; and how a reply leaves an action.

In: a rasa_sdk tracker and dispatcher. Out: slot events, one utterance. Called by every action. No clinical condition stands
here or in any other action.

Slots: `case` (everything told), `disposition`, `alarm` (message that raised an emergency), `put` (question just put).
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.channels.rendering import to_json
from bot.extraction.mention import Extraction
from bot.findings.case import Case
from bot.knowledge.load import Knowledge, load
from bot.nlu.carry import READING, TOPIC_ENTITY, unpack
from bot.replies.compose import compose
from bot.replies.reply import Reply
from bot.runtime.logging import get_logger
from bot.triage.assessment import Assessment
from bot.turn import ERASE_QUESTION, act_in_chat, assess_case, day_of, last_resort, read_message, safe_turn, take_in_chat

log = get_logger(__name__)

Events = list[dict[str, Any]]


@cache
def known() -> Knowledge:
    """The knowledge of this process, read and checked once."""
    return load()


@dataclass(frozen=True)
class Session:
    """One message with everything that is decided about it.

    Attributes:
        message_id, text, intent: Of the message.
        reading: What it says.
        put: Id of the question the last reply ended with, or None.
        previous: Decision before this message; None on the first one.
        case, assessment: With this message in.
        topic: FAQ topic asked about, or None.
    """

    message_id: str
    text: str
    intent: str
    reading: Extraction
    put: str | None
    previous: Assessment | None
    case: Case
    assessment: Assessment
    topic: str | None

    @property
    def alarm(self) -> bool:
        """Whether this very message raised an emergency, or a further reason for one."""
        known = {rule.id for rule in self.previous.fired} if self.previous is not None else set()
        return self.assessment.disposition == "emergency_now" and any(
            rule.disposition == "emergency_now" and rule.id not in known for rule in self.assessment.fired
        )

    def slots(self) -> Events:
        """What the tracker must remember of the decision."""
        return [
            SlotSet("case", self.case.to_json()),
            SlotSet("disposition", self.assessment.disposition),
            SlotSet("alarm", self.message_id if self.alarm else None),
        ]


def read_session(tracker: Tracker) -> Session:
    """Decide on the latest message: once per message, however often it is asked for.

    Raises:
        LookupError: When the latest event is no message with words or chosen options.
    """
    knowledge = known()
    message = tracker.latest_message or {}
    text = message.get("text")
    if text is None:
        raise LookupError("no message to read")
    message_id = str(message.get("message_id") or secrets.token_hex(8))
    metadata = message.get("metadata") or {}
    before = case_before(tracker, locale=metadata.get("locale"))
    last_put = (tracker.get_slot("put") or {}).get("question")
    put = metadata.get("question") or last_put
    intent = str((message.get("intent") or {}).get("name") or "")
    reading = _reading(message, before, text, put, metadata, knowledge)
    now_hours = metadata.get("now_hours") or time.time() / 3600
    topic = next((e["value"] for e in message.get("entities", []) if e.get("entity") == TOPIC_ENTITY), None)
    reading, after = take_in_chat(
        before, reading, text, knowledge, intent=intent, topic=topic, put=put, message_id=message_id, now_hours=now_hours
    )
    return Session(
        message_id=message_id,
        text=text,
        intent=intent,
        reading=reading,
        put=last_put,
        previous=assess_case(before, knowledge) if before.turns or last_put else None,
        case=after,
        assessment=assess_case(after, knowledge),
        topic=topic,
    )


def _reading(
    message: dict[str, Any], before: Case, text: str, put: str | None, metadata: dict[str, Any], knowledge: Any
) -> Extraction:
    try:
        return unpack(message[READING])
    except (KeyError, TypeError):  # an external event, or a model without our component
        today = day_of(metadata.get("now_hours"))
        return read_message(before, text, knowledge, put=put, options=metadata.get("options"), today=today)


def case_before(tracker: Tracker, *, locale: str | None = None) -> Case:
    """The case as it was when the latest message came in."""
    seen_message = False
    for event in reversed(tracker.events):
        if event.get("event") == "user" and not seen_message:
            seen_message = True
        elif seen_message and event.get("event") == "slot" and event.get("name") == "case":
            return Case.from_json(event["value"]) if event.get("value") else _fresh(locale)
    return _fresh(locale)


def _fresh(locale: str | None) -> Case:
    return Case(locale=locale) if locale is not None and locale in known().services else Case()


def respond(dispatcher: CollectingDispatcher, tracker: Tracker, act: str | None = None) -> Events:
    """Answer the latest message, whatever happens.

    Args:
        dispatcher, tracker: As Rasa gives them.
        act: What the message did besides telling symptoms, where the action knows it; worked out otherwise.

    Returns:
        Slot events with the decision and the question put. If anything fails the person gets safe advice.
    """
    try:
        session = read_session(tracker)
        chosen = act or act_in_chat(
            session.reading,
            session.case,
            session.assessment,
            session.previous,
            text=session.text,
            intent=session.intent,
            topic=session.topic,
            put=session.put,
        )
        reply = compose(
            session.assessment,
            session.case,
            known(),
            act=chosen,
            previous=session.previous,
            faq=session.topic if chosen is None else None,
        )
        utter(dispatcher, reply, session.message_id, erase=chosen == "deleted")
        if chosen == "deleted":
            return [SlotSet(name, None) for name in ("case", "disposition", "alarm", "put")]
        decided = [] if _is_decided(tracker, session) else session.slots()
        return [*decided, SlotSet("put", _put(reply, chosen))]
    except Exception as error:  # the person gets an answer, the operator a place to look at
        return _respond_safely(dispatcher, tracker, error)


def _is_decided(tracker: Tracker, session: Session) -> bool:
    """Whether the decision on this message already stands in the tracker. If it failed there, it is made up for here."""
    return session.message_id in (tracker.get_slot("case") or {}).get("seen", ())


def _put(reply: Reply, act: str | None) -> dict[str, str] | None:
    if act == "delete" and reply.urgency != "emergency_now":
        return {"question": ERASE_QUESTION}
    return {"question": reply.question} if reply.question else None


def _respond_safely(dispatcher: CollectingDispatcher, tracker: Tracker, error: Exception) -> Events:
    log.error("action.failed", error_id=secrets.token_hex(4), action="respond", exc_info=error)
    message = tracker.latest_message or {}
    message_id = str(message.get("message_id") or "")
    try:
        turn = safe_turn(str(message.get("text") or ""), known(), case=case_before(tracker), message_id=message_id or None)
    except Exception as again:
        log.error("action.core.failed", action="respond", exc_info=again)
        utter(dispatcher, last_resort(), None)
        return []
    utter(dispatcher, turn.reply, message_id)
    return [
        SlotSet("case", turn.case.to_json()),
        SlotSet("disposition", turn.assessment.disposition),
        SlotSet("put", _put(turn.reply, None)),
    ]


def utter(dispatcher: CollectingDispatcher, reply: Reply, message_id: str | None, *, erase: bool = False) -> None:
    """Send a reply: plain text and buttons for stock channels, the whole reply as metadata for ours.

    Args:
        reply: What to say.
        message_id: The message it was decided on; None when no decision could be made.
        erase: The conversation is to be deleted once this is said.
    """
    dispatcher.utter_message(
        text=reply.plain_text(),
        buttons=[{"title": option.label, "payload": option.label} for option in reply.options],
        reply=to_json(reply),
        reply_to=message_id,
        assessed=message_id,
        erase=erase,
    )
