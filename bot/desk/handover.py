"""Chats that want a person: queue, take-over, the silent bot that keeps watching, hand-back.

In: what happened in a chat, what an agent does. Out: queue entries, the reply the visitor gets. Called by
`bot.runtime.conversation` after every message (`after`) and by the desk's routes.

While a person has the chat the bot says nothing, but every message still goes through the whole engine: the advice of every
emergency that is new goes to the visitor at once, however urgent the chat was before, and the agent sees it.

    ROOTLINE_DESK_CHAT_SITE   site whose agents see the website's chats (default: north, the site of the demo logins)
"""

# ruff: noqa: E501
from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from bot.desk.calls import Desk, NotPossible

CHAT_SITE = "ROOTLINE_DESK_CHAT_SITE"
#: An agent whose page was not heard of for this long is not there.
HERE_SECONDS = 20.0
NUMBER_HOURS = 24.0
#: A number belongs to the chat: it may be given before anybody is asked for.
_WITH_NUMBER = "SELECT handovers.*, numbers.number FROM handovers LEFT JOIN numbers USING (conversation)"


class Handovers:
    """The queue of one server."""

    def __init__(self, desk: Desk, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._desk = desk
        self.run = desk.run
        self._clock = clock
        self._here: dict[str, dict[str, float]] = {}
        self._cipher = Fernet(_key(folder / "desk-number.key"))
        self._silenced: set[tuple[str, str]] = set()
        with desk.store.together():
            for table, column in (("silenced", "message"), ("alarms", "alarm")):
                desk.store.database.execute(
                    f"CREATE TABLE IF NOT EXISTS {table} (conversation TEXT, {column} TEXT, PRIMARY KEY (conversation, {column}))"
                )
        self._silenced = {(row["conversation"], row["message"]) for row in desk.store.rows("SELECT * FROM silenced")}

    # --- who is there ------------------------------------------------------------------------------------------------

    def set_here(self, site: str, name: str, here: bool) -> None:
        """An agent says that they are there for chats, or not."""
        people = self._here.setdefault(site, {})
        if here:
            people[name] = self._clock()
        else:
            people.pop(name, None)

    def present(self, site: str) -> list[str]:
        """Agents who are there now."""
        now = self._clock()
        return sorted(name for name, seen in self._here.get(site, {}).items() if now - seen < HERE_SECONDS)

    # --- after every message of a visitor ----------------------------------------------------------------------------

    def heard(
        self,
        conversation: str,
        message: str,
        urgency: str,
        wants_person: bool,
        number: str | None,
        alarms: Collection[str] = (),
    ) -> str:
        """Take note of a visitor's message that the bot has answered.

        Args:
            conversation, message: Ids.
            urgency: Level of the bot's answer.
            wants_person: The visitor asked for a person.
            number: A call-back number that stood in the message, or None.
            alarms: Every emergency the bot sees now (ids of rules), those of earlier messages too; a failed turn is one of its own.

        Returns:
            "say" when the bot's answer goes out: always when an emergency is new. "silent" when a person has the chat, "asked" when the visitor wants a
            person and somebody is there.
        """
        entry = self._standing(conversation)
        if number is not None:
            self._keep_number(conversation, number)
        emergency = urgency == "emergency_now"
        new = self._new_alarms(conversation, alarms)
        if entry is None:
            if not emergency and not wants_person:
                return "say"
            entry = {
                "id": secrets.token_hex(8), "conversation": conversation, "site": chat_site(), "status": "waiting",
                "reason": "asked_for_person" if wants_person else "emergency", "disposition": urgency, "requested": self._clock(), "taken": None,
                "ended": None, "agent": None,
            }  # fmt: skip
            self._desk.store.insert("handovers", entry)
            return "asked" if wants_person and not emergency and self.present(entry["site"]) else "say"
        rose = new or (emergency and entry["disposition"] != "emergency_now")
        self._desk.store.update("handovers", {"disposition": urgency}, id=entry["id"])
        if entry["status"] == "waiting":
            return "asked" if wants_person and not emergency and self.present(entry["site"]) else "say"
        if rose:
            return "say"
        self.silence(conversation, message)
        return "silent"

    def silence(self, conversation: str, message: str) -> None:
        """The bot's answer to this message is not part of what the visitor reads."""
        self._silenced.add((conversation, message))
        self._desk.store.database.execute("INSERT OR IGNORE INTO silenced VALUES (?, ?)", (conversation, message))

    def is_silenced(self, conversation: str, message: str | None) -> bool:
        """Whether the bot's answer to this message was kept back."""
        return message is not None and (conversation, message) in self._silenced

    def forget(self, conversation: str) -> None:
        """The chat was deleted: nothing of it stays."""
        self._silenced = {entry for entry in self._silenced if entry[0] != conversation}
        for table in ("silenced", "alarms", "numbers", "handovers"):
            self._desk.store.database.execute(f"DELETE FROM {table} WHERE conversation = ?", (conversation,))
        self._desk.store.truncate()

    # --- what agents do ----------------------------------------------------------------------------------------------

    def queue(self, site: str) -> dict[str, Any]:
        """Open entries, emergencies first, then by waiting time; and who is there."""
        self._expire()
        rows = self._desk.store.rows(f"{_WITH_NUMBER} WHERE site = ? AND status IN ('waiting', 'taken')", site)
        rows.sort(key=lambda row: (row["disposition"] != "emergency_now", row["requested"]))
        return {"waiting": [_shown(row) for row in rows], "present": self.present(site)}

    def entry(self, name: str, site: str) -> dict[str, Any]:
        """One entry of the site, the call-back number decrypted.

        Raises:
            NotPossible: 404.
        """
        self._expire()
        row = self._desk.store.row(f"{_WITH_NUMBER} WHERE id = ? AND site = ?", name, site)
        if row is None:
            raise NotPossible(404, "INP074", "There is no such chat in the queue.")
        return row

    def number(self, row: dict[str, Any]) -> str | None:
        """The call-back number, or None when there is none or it has expired."""
        if row["number"] is None:
            return None
        try:
            return self._cipher.decrypt(row["number"]).decode()
        except InvalidToken:
            return None

    def take(self, name: str, site: str, agent: str) -> dict[str, Any]:
        """Take over. Taking one's own chat again changes nothing.

        Raises:
            NotPossible: 404, or 409 when somebody else has it or it is over.
        """
        row = self.entry(name, site)
        if row["status"] == "taken" and row["agent"] == agent:
            return row
        changed = self._desk.store.database.execute(
            "UPDATE handovers SET status = 'taken', agent = ?, taken = ? WHERE id = ? AND status = 'waiting'",
            (agent, self._clock(), name),
        ).rowcount
        if not changed:
            raise NotPossible(409, "INP075", "Somebody else has this chat, or it is over.")
        return self.entry(name, site)

    def taken_by(self, name: str, site: str, agent: str) -> dict[str, Any]:
        """The entry, if this agent has it.

        Raises:
            NotPossible: 404, or 409 when the agent does not have it.
        """
        row = self.entry(name, site)
        if row["status"] != "taken" or row["agent"] != agent:
            raise NotPossible(409, "INP076", "You do not have this chat. Take it over first.")
        return row

    def back(self, name: str, site: str, agent: str) -> dict[str, Any]:
        """Hand back to the bot.

        Raises:
            NotPossible: As for `taken_by`.
        """
        row = self.taken_by(name, site, agent)
        self._desk.store.update("handovers", {"status": "handed_back", "ended": self._clock()}, id=row["id"])
        return self.entry(name, site)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _standing(self, conversation: str) -> dict[str, Any] | None:
        query = (
            "SELECT * FROM handovers WHERE conversation = ? AND status IN ('waiting', 'taken') ORDER BY requested DESC LIMIT 1"
        )
        return self._desk.store.row(query, conversation)

    def _new_alarms(self, conversation: str, alarms: Collection[str]) -> bool:
        """Whether one of them did not stand after the message before; one that was taken back is new when told again."""
        store = self._desk.store
        known = {row["alarm"] for row in store.rows("SELECT alarm FROM alarms WHERE conversation = ?", conversation)}
        if known != set(alarms):
            with store.together():
                store.database.execute("DELETE FROM alarms WHERE conversation = ?", (conversation,))
                rows = [(conversation, alarm) for alarm in sorted(set(alarms))]
                store.database.executemany("INSERT INTO alarms VALUES (?, ?)", rows)
        return not known.issuperset(alarms)

    def _keep_number(self, conversation: str, number: str) -> None:
        row = (conversation, self._cipher.encrypt(number.encode()), self._clock() + NUMBER_HOURS * 3600)
        self._desk.store.database.execute("INSERT OR REPLACE INTO numbers VALUES (?, ?, ?)", row)

    def _expire(self) -> None:
        self._desk.store.database.execute("DELETE FROM numbers WHERE until < ?", (self._clock(),))


def chat_site() -> str:
    """The site whose agents see the website's chats."""
    return os.environ.get(CHAT_SITE) or "north"


def show_entry(row: dict[str, Any]) -> dict[str, Any]:
    """An entry without its conversation id and number."""
    return _shown(row)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    keys = ("id", "status", "reason", "disposition", "requested", "taken", "ended", "agent")
    return {**{key: row[key] for key in keys}, "has_number": row["number"] is not None}


def _key(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        key = Fernet.generate_key()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(key)
        return key
