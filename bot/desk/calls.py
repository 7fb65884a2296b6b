"""The calls of all sites: stored, kept warm in memory, announced to everybody who watches.

In: what agents and telephony systems send. Out: the state of a call as JSON (bot.desk.view). Called by the desk's routes
through `Desk.run`, which keeps all work in one thread: the event loop never waits for a reading, and two agents on one
call cannot cross.
"""

# ruff: noqa: E501
from __future__ import annotations

import asyncio
import base64
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.desk.judgement import lay_over
from bot.desk.listening import Listener
from bot.desk.live import Live, decisions_of
from bot.desk.marks import changes
from bot.desk.redaction import redact
from bot.desk.store import Store
from bot.desk.view import TITLES, show_checklist, show_decision, show_item, show_next, unknowns
from bot.triage.assess import assess
from bot.triage.assessment import DISPOSITIONS

#: Calls kept warm; others are read again from the store when somebody opens them.
WARM_CALLS = 200
MAX_TURNS = 2000
_T = TypeVar("_T")


class NotPossible(Exception):
    """A request that cannot be done now; becomes a problem. `status` is the HTTP status."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail


class Desk:
    """Everything that is kept about calls."""

    def __init__(self, folder: Path, knowledge: Any, *, clock: Callable[[], float] = time.time) -> None:
        self.knowledge = knowledge
        self.store = Store(folder)
        self.clock = clock
        self._warm: OrderedDict[str, Live] = OrderedDict()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, work: Callable[..., _T], *args: Any, **more: Any) -> _T:
        """Do it in the desk's thread."""
        self._loop = asyncio.get_running_loop()
        return await self._loop.run_in_executor(self._worker, partial(work, *args, **more))

    def close(self) -> None:
        """End the thread and close the store."""
        self._worker.shutdown(wait=True)
        self.store.close()

    # --- calls -------------------------------------------------------------------------------------------------------

    def open(
        self, site: str, agent: str, *, key: str | None = None, locale: str = "en-GB", reference: str | None = None,
        conversation: str | None = None,
    ) -> tuple[dict[str, Any], bool]:  # fmt: skip
        """A new call, or the one this key already opened; and whether it is new."""
        if key is not None:
            known = self.store.row("SELECT id FROM calls WHERE site = ? AND key = ?", site, key)
            if known is not None:
                return self.state(known["id"], site), False
        now = self.clock()
        row = {
            "id": secrets.token_hex(8), "site": site, "agent": agent, "key": key, "status": "open", "locale": locale,
            "reference": reference, "conversation": conversation, "created": now, "updated": now, "closed": None,
            "today": date.fromtimestamp(now).isoformat(), "machine": "incomplete", "desk": "incomplete", "override": None,
            "wrap_up": None, "open_items": "[]", "turns": 0, "milliseconds": 0.0,
        }  # fmt: skip
        self.store.insert("calls", row)
        live = Live(row, self._listener(row), [], [], int(now))
        self._keep(live)
        self._refresh(live)
        return live.state, True

    def state(self, call: str, site: str) -> dict[str, Any]:
        """The whole state of a call."""
        return self._live(call, site).state

    def listed(self, site: str, *, status: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
        """One page of the site's calls, newest first; no patient text."""
        before = _read_cursor(cursor)
        found = list(self.store.calls(site, status=status, before=before, limit=limit + 1))
        more = len(found) > limit
        rows = found[:limit]
        last = rows[-1] if rows and more else None
        return {
            "calls": [_listed(row) for row in rows],
            "next": _cursor(last["created"], last["id"]) if last is not None else None,
        }

    def add_turns(self, call: str, site: str, turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Append turns. The same id with the same words changes nothing; a partial one is replaced by what comes after it.

        Raises:
            NotPossible: 404, 409 (closed call, final turn with other words), 413 (too many turns).
        """
        live = self._live(call, site, writable=True)
        started = time.perf_counter()
        known = {row["id"]: row for row in live.stored}
        changed: dict[str, dict[str, Any]] = {}
        fresh: list[dict[str, Any]] = []
        for turn in turns:
            old = known.get(turn["id"])
            new = {
                "call": call, "id": turn["id"], "place": old["place"] if old else len(live.stored) + len(fresh), "speaker": turn["speaker"],
                "text": redact(_readable(turn["text"])), "at": turn.get("at", self.clock() if old is None else old["at"]),
                "final": int(turn.get("final", True)), "withdrawn": 0,
            }  # fmt: skip
            if old is not None:
                if (
                    old["text"] == new["text"]
                    and old["speaker"] == new["speaker"]
                    and old["final"] >= new["final"]
                    and not old["withdrawn"]
                ):
                    continue
                if old["final"] and not turn.get("correct", False):
                    raise NotPossible(
                        409, "INP064", f"Turn '{turn['id']}' is final and says something else. Send it with \"correct\": true."
                    )
            else:
                fresh.append(new)
            known[new["id"]] = changed[new["id"]] = new
        if not changed:
            return live.state
        if len(live.stored) + len(fresh) > MAX_TURNS:
            raise NotPossible(413, "INP065", f"A call may have up to {MAX_TURNS} turns.")
        at_first = len(live.stored)
        now = [*live.stored, *fresh]
        with self.store.together():
            for row in changed.values():
                now[row["place"]] = row
                if row["place"] >= at_first:
                    self.store.insert("turns", row)
                else:
                    values = {name: row[name] for name in ("speaker", "text", "at", "final", "withdrawn")}
                    self.store.update("turns", values, call=call, id=row["id"])
            live.stored = now
            self._refresh(live, started=started)
        return live.state

    def change_turn(self, call: str, site: str, turn: str, **values: Any) -> dict[str, Any]:
        """Withdraw a turn, or give it another speaker."""
        live = self._live(call, site, writable=True)
        place = next((n for n, row in enumerate(live.stored) if row["id"] == turn and not row["withdrawn"]), None)
        if place is None:
            raise NotPossible(404, "INP066", "There is no such turn in this call.")
        with self.store.together():
            self.store.update("turns", values, call=call, id=turn)
            live.change(place, **values)
            self._refresh(live)
        return live.state

    def swap(self, call: str, site: str) -> dict[str, Any]:
        """The labels were the wrong way round: caller and handler change places in every turn."""
        live = self._live(call, site, writable=True)
        other = {"caller": "agent", "agent": "caller", "patient": "clinician", "clinician": "patient"}
        with self.store.together():
            for place, row in enumerate(live.stored):
                live.change(place, speaker=other[row["speaker"]])
                self.store.update("turns", {"speaker": other[row["speaker"]]}, call=call, id=row["id"])
            self._refresh(live)
        return live.state

    # --- decisions of the desk ---------------------------------------------------------------------------------------

    def decide(self, call: str, site: str, who: str, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Take down a decision: kind is tick, correct or override."""
        live = self._live(call, site, writable=True)
        if kind == "tick" and data["item"] not in self.knowledge.items:
            raise NotPossible(404, "INP067", "There is no such checklist item.")
        if (
            kind == "tick"
            and data.get("concept") is not None
            and data["concept"] not in self.knowledge.items[data["item"]].yes_concepts
        ):
            raise NotPossible(400, "INP068", "This sign does not belong to the item.")
        if kind == "correct":
            self._check_mention(live, data)
        data = {name: redact(value) if name == "reason" else value for name, value in data.items()}
        row = {
            "call": call, "n": len(live.decisions), "kind": kind, "data": data, "upto": len(live.stored), "who": who,
            "at": self.clock(), "undone": 0,
        }  # fmt: skip
        with self.store.together():
            self._undo_same(live, kind, data)
            self.store.insert("decisions", {**row, "data": json.dumps(row["data"])})
            live.decisions.append(row)
            self._refresh(live)
        return live.state

    def undo(self, call: str, site: str, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Take a decision back; it stays in the record as undone."""
        live = self._live(call, site, writable=True)
        with self.store.together():
            if not self._undo_same(live, kind, data):
                raise NotPossible(404, "INP069", "There is no such decision to take back.")
            self._refresh(live)
        return live.state

    def finish(self, call: str, site: str, who: str, wrap_up: Mapping[str, Any]) -> dict[str, Any]:
        """Close the call. Closing it again with the same wrap-up changes nothing."""
        live = self._live(call, site)
        given = {**{name: redact(value) for name, value in wrap_up.items()}, "by": who}
        if live.row["status"] == "closed":
            if json.loads(live.row["wrap_up"]) == given:
                return live.state
            raise NotPossible(409, "INP063", "This call is closed.")
        now = self.clock()
        with self.store.together():
            live.row.update(status="closed", closed=now, wrap_up=json.dumps(given))
            self.store.update("calls", {"status": "closed", "closed": now, "wrap_up": live.row["wrap_up"]}, id=call)
            self._refresh(live)
        return live.state

    def item(self, call: str, site: str, item: str) -> dict[str, Any]:
        """Wordings of one checklist item for this caller."""
        live = self._live(call, site)
        if item not in self.knowledge.items:
            raise NotPossible(404, "INP067", "There is no such checklist item.")
        return show_item(item, live.human, self.knowledge)

    def material(self, call: str, site: str) -> Live:
        """What the records are made of."""
        return self._live(call, site)

    # --- watching ----------------------------------------------------------------------------------------------------

    def watch(self, call: str, site: str) -> tuple[asyncio.Queue[dict[str, Any]], dict[str, Any]]:
        """A queue that gets every change, and the state now."""
        live = self._live(call, site)
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        live.watchers.add(queue)
        return queue, live.state

    def unwatch(self, call: str, queue: asyncio.Queue[dict[str, Any]]) -> None:
        """Stop watching."""
        live = self._warm.get(call)
        if live is not None:
            live.watchers.discard(queue)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _listener(self, row: Mapping[str, Any]) -> Listener:
        return Listener(self.knowledge, locale=row["locale"], today=date.fromisoformat(row["today"]))

    def _live(self, call: str, site: str, *, writable: bool = False) -> Live:
        live = self._warm.get(call)
        if live is None:
            row = self.store.call(call, site)
            if row is None:
                raise NotPossible(404, "INP062", "There is no such call.")
            live = Live(row, self._listener(row), self.store.turns(call), self.store.decisions(call), int(self.clock()))
            self._refresh(live, save=False)
            self._keep(live)
        elif live.row["site"] != site:
            raise NotPossible(404, "INP062", "There is no such call.")
        self._warm.move_to_end(call)
        if writable and live.row["status"] == "closed":
            raise NotPossible(409, "INP063", "This call is closed.")
        return live

    def _keep(self, live: Live) -> None:
        self._warm[live.row["id"]] = live
        if len(self._warm) > WARM_CALLS:
            idle = next((name for name, entry in self._warm.items() if not entry.watchers and entry is not live), None)
            if idle is not None:
                del self._warm[idle]

    def _undo_same(self, live: Live, kind: str, data: Mapping[str, Any]) -> bool:
        done = False
        for row in live.decisions:
            if row["undone"] or row["kind"] != kind or not _same_target(kind, row["data"], data):
                continue
            row["undone"] = 1
            self.store.update("decisions", {"undone": 1}, call=live.row["id"], n=row["n"])
            done = True
        return done

    def _check_mention(self, live: Live, data: Mapping[str, Any]) -> None:
        numbers = {turn.id: number for number, turn in enumerate(live.listener.turns)}
        place = (numbers.get(data["turn"]), data["start"], data["end"], data["concept"])
        if not any((m.turn, m.start, m.end, m.concept) == place for m in live.listener.heard.case.mentions):
            raise NotPossible(404, "INP070", "There is no such finding in this call.")

    def _refresh(self, live: Live, *, save: bool = True, started: float | None = None) -> None:
        """Hear, lay the desk's decisions over it, decide, show, tell the watchers."""
        started = time.perf_counter() if started is None else started
        row, knowledge = live.row, self.knowledge
        spoken = [live.spoken(turn) for turn in live.stored if not turn["withdrawn"]]
        live.listener.set_turns(spoken)
        heard = live.listener.heard
        live.machine = machine = assess(heard.case, knowledge)
        standing = [d for d in live.decisions if not d["undone"]]
        decisions = decisions_of(standing, live.stored, spoken)
        live.human = lay_over(heard.case, decisions, knowledge) if decisions else heard.case
        live.assessment = assess(live.human, knowledge) if decisions else machine
        override = next((d for d in reversed(standing) if d["kind"] == "override"), None)
        ticked = {d["data"]["item"]: d["data"]["state"] for d in standing if d["kind"] == "tick"}
        shown = live.views.show(spoken, heard.case, live.human, live.assessment, knowledge, live.version + 1)
        decision = show_decision(live.assessment, live.human, spoken)
        row["machine"], row["turns"] = machine.disposition, len(spoken)
        row["desk"] = override["data"]["disposition"] if override else live.assessment.disposition
        row["override"] = json.dumps({**override["data"], "by": override["who"], "at": override["at"]}) if override else None
        missing = unknowns(live.assessment, knowledge)
        row["open_items"] = json.dumps([entry["item"] for entry in missing])
        emergency = "emergency_now" in (machine.disposition, live.assessment.disposition, row["desk"])
        live.version += 1
        if save:
            row["updated"] = self.clock()
        milliseconds = round((time.perf_counter() - started) * 1000, 2)
        row["milliseconds"] = milliseconds
        live.state = {
            "call": _listed(row),
            "version": live.version,
            "turns": shown,
            "decision": {
                **decision, "level": row["desk"], "level_title": TITLES[row["desk"]], "emergency": emergency,
                "override": json.loads(row["override"]) if row["override"] else None,
                "machine": {"disposition": machine.disposition, "rules": [rule.id for rule in machine.fired]},
            },
            "unknown": missing,
            "checklist": show_checklist(live.human, live.assessment, machine, spoken, ticked, heard.questions or {}, knowledge),
            "next": show_next(live.assessment, live.human, knowledge),
            "knowledge": machine.knowledge,
            "status": "draft, not clinically reviewed",
            "milliseconds": milliseconds,
        }  # fmt: skip
        if save:
            kept = ("updated", "machine", "desk", "override", "open_items", "turns", "milliseconds")
            self.store.update("calls", {name: row[name] for name in kept}, id=row["id"])
        self._tell(live, live.version - 1)

    def _tell(self, live: Live, before: int) -> None:
        if live.watchers and self._loop is not None:
            event = changes(live.state, before)
            for queue in list(live.watchers):
                self._loop.call_soon_threadsafe(queue.put_nowait, event)


def _same_target(kind: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    keys = {"tick": ("item",), "correct": ("turn", "start", "end", "concept"), "override": ()}[kind]
    return all(one[key] == other[key] for key in keys)


def _readable(text: str) -> str:
    """Without half characters, which stop every text library."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def _listed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"], "site": row["site"], "agent": row["agent"], "status": row["status"], "locale": row["locale"],
        "reference": row["reference"], "from_chat": row["conversation"] is not None, "created": row["created"],
        "updated": row["updated"], "closed": row["closed"], "turns": row["turns"], "machine": row["machine"], "level": row["desk"],
        "overridden": row["override"] is not None, "open_items": len(json.loads(row["open_items"])),
    }  # fmt: skip


def _cursor(at: float, name: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at, name]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> tuple[float, str] | None:
    if cursor is None:
        return None
    try:
        at, name = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return float(at), str(name)
    except (ValueError, TypeError):
        raise NotPossible(400, "INP061", "'cursor' must be the value of 'next' of the page before.") from None


def most_urgent(*levels: str) -> str:
    """The most urgent of some levels."""
    return min(levels, key=DISPOSITIONS.index)
