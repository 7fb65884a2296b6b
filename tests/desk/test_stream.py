"""The stream of a call with a real WebSocket client: partial results, corrections, withdrawals, logins, other people's changes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import requests
import websockets
from jsonschema import Draft202012Validator

from bot.channels import agent_stream
from bot.desk.access import Person
from bot.desk.openapi import SCHEMAS, STREAM_PROTOCOL
from tests.desk.conftest import Client, DeskServer

OUT = Draft202012Validator({"$ref": "#/components/schemas/StreamOut", "components": {"schemas": SCHEMAS}})
WAIT = 15


class Stream:
    """One client of the stream; holds the turns as a page would."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.turns: dict[str, dict[str, Any]] = {}
        self.state: dict[str, Any] = {}

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def next(self, kind: str) -> dict[str, Any]:
        """The next message of this kind; states on the way are taken."""
        while True:
            found: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), WAIT))
            assert [error.message[:200] for error in OUT.iter_errors(found)] == []
            if found["type"] == "state":
                self.state = found["state"]
                self.turns |= {turn["id"]: turn for turn in self.state["turns"]}
                self.turns = {name: self.turns[name] for name in self.state["order"]}
            if found["type"] == kind:
                return found

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await self.next("state")

    def item(self, item: str) -> str:
        return next((entry["state"] for entry in self.state["checklist"] if entry["item"] == item), "not_asked")


def streamed(server: DeskServer, call: str, talk: Callable[[Stream], Awaitable[None]], token: str | None = None) -> int | None:
    """Run a talk; returns the code with which the server closed, if it did."""

    async def run() -> int | None:
        address = server.url.replace("http", "ws") + f"/agent/api/calls/{call}/stream"
        async with websockets.connect(address, subprotocols=[STREAM_PROTOCOL]) as socket:  # type: ignore[attr-defined]
            stream = Stream(socket)
            try:
                if token is not None:
                    await stream.send(type="login", token=token)
                await talk(stream)
            except websockets.exceptions.ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else -1
        return None

    return asyncio.run(run())


def partial(text: str, *, final: bool = False, **more: Any) -> dict[str, Any]:
    return {"id": "p1", "speaker": "caller", "text": text, "final": final, **more}


def test_partial_results_are_replaced_and_withdrawn(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call("A: What has happened?")

    async def talk(stream: Stream) -> None:
        await stream.next("state")
        assert list(stream.turns) == ["t0"]
        for text in ("I", "I wet", "I wet myself"):
            await stream.send(type="turns", turns=[partial(text)])
        await stream.until(lambda: bool(stream.turns.get("p1", {}).get("text") == "I wet myself"))
        assert stream.item("leaks") == "yes"
        assert not stream.turns["p1"]["final"]
        await stream.send(type="turns", ref="last", turns=[partial("I wet my hair and my back hurts", final=True)])
        while (await stream.next("done"))["ref"] != "last":
            pass
        await stream.until(lambda: bool(stream.turns["p1"]["final"]))
        assert stream.item("leaks") == "not_asked"
        assert stream.state["decision"]["level"] != "emergency_now"
        await stream.send(type="turns", ref="late", turns=[partial("something else", final=True)])
        assert (await stream.next("problem"))["code"] == "INP064"
        await stream.send(type="turns", turns=[partial("I wet myself twice", final=True, correct=True)])
        await stream.until(lambda: stream.item("leaks") == "yes")
        await stream.send(type="withdraw", turn="p1")
        await stream.until(lambda: list(stream.turns) == ["t0"])
        assert stream.item("leaks") == "not_asked"

    assert streamed(desk_server, call, talk, alex.token) is None
    fresh = alex.ok("GET", f"/calls/{call}")
    assert [turn["id"] for turn in fresh["turns"]] == ["t0"]


def test_a_stream_sees_what_others_change_and_equals_the_call(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call()
    sam = desk_server.person("sam")

    async def talk(stream: Stream) -> None:
        await stream.next("state")
        await stream.send(type="turns", turns=[{"id": "a", "speaker": "agent", "text": "Any numbness between your legs?"}])
        await stream.until(lambda: "a" in stream.turns)
        await asyncio.get_running_loop().run_in_executor(None, lambda: sam.say(call, "C: Yes, since Sunday.", prefix="s"))
        await stream.until(lambda: stream.item("saddle_feeling") == "yes")
        whole = await asyncio.get_running_loop().run_in_executor(None, lambda: sam.ok("GET", f"/calls/{call}"))
        assert list(stream.turns.values()) == whole["turns"]
        assert {k: stream.state[k] for k in ("decision", "checklist")} == {k: whole[k] for k in ("decision", "checklist")}

    assert streamed(desk_server, call, talk, alex.token) is None


async def _listens(stream: Stream) -> None:
    while True:
        await stream.next("state")


def test_only_a_valid_login_of_the_site_opens_a_stream(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call("C: My back hurts.")
    ran_out = desk_server.app.ctx.access.issue(Person("alex", "agent", "north"), hours=-1)
    for token, code in (
        ("x.y.z", 4401), (ran_out, 4401), (desk_server.token("kim", site="south"), 4404), (desk_server.token("robin", "supervisor"), 4403),
    ):  # fmt: skip
        assert streamed(desk_server, call, _listens, token) == code

    async def talk_first(stream: Stream) -> None:
        await stream.send(type="turns", turns=[partial("hello")])
        await stream.next("state")

    assert streamed(desk_server, call, talk_first) == 4401
    assert len(alex.ok("GET", f"/calls/{call}")["turns"]) == 1


def test_who_does_not_log_in_is_sent_away(alex: Client, desk_server: DeskServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_stream, "LOGIN_SECONDS", 0.2)
    assert streamed(desk_server, alex.call(), _listens) == 4401


def test_an_auditor_may_listen_and_not_speak(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call("C: My back hurts.")

    async def talk(stream: Stream) -> None:
        await stream.next("state")
        await stream.send(type="turns", turns=[partial("hello")])
        await stream.next("done")

    assert streamed(desk_server, call, talk, desk_server.token("jo", "auditor")) == 4403
    assert len(alex.ok("GET", f"/calls/{call}")["turns"]) == 1


def test_a_stream_ends_with_its_login(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call()
    token = desk_server.app.ctx.access.issue(Person("alex", "agent", "north"), hours=2.2 / 3600)

    async def talk(stream: Stream) -> None:
        await stream.next("state")
        await asyncio.sleep(max(0.0, 2.5 - time.time() % 1))
        await stream.send(type="turns", turns=[partial("hello")])
        await stream.next("done")

    assert streamed(desk_server, call, talk, token) == 4401


def test_odd_messages_are_answered_and_change_nothing(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call("C: My back hurts.")

    async def talk(stream: Stream) -> None:
        await stream.next("state")
        for odd in ("", "no json", "[]", "null", "7", '{"type":"turns"}', '{"type":"fly"}', '{"type":"withdraw","turn":"t9"}',
                    '{"type":"turns","turns":[{"id":"zebra zebra","speaker":"zebra","text":"zebra"}]}', '{"type":"login","token":"x"}'):  # fmt: skip
            await stream.socket.send(odd)
            found = await stream.next("problem")
            assert found["status"] in (400, 404)
            assert "zebra" not in found["detail"]

    assert streamed(desk_server, call, talk, alex.token) is None
    assert alex.ok("GET", f"/calls/{call}")["version"] > 0
    assert len(alex.ok("GET", f"/calls/{call}")["turns"]) == 1


@pytest.mark.parametrize("protocols", [[], ["other"]])
def test_an_ordinary_request_or_another_protocol_is_refused(protocols: list[str], alex: Client, desk_server: DeskServer) -> None:
    call = alex.call()
    assert alex.ask("GET", f"/calls/{call}/stream").status_code == 426
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "A" * 22 + "==",
    }
    if protocols:
        headers["Sec-WebSocket-Protocol"] = ", ".join(protocols)
    found = requests.get(f"{desk_server.url}/agent/api/calls/{call}/stream", headers=headers, timeout=10)
    assert (found.status_code, found.json()["code"]) == (426, "INP077")
    headers["Sec-WebSocket-Key"] = "broken"
    assert requests.get(f"{desk_server.url}/agent/api/calls/{call}/stream", headers=headers, timeout=10).status_code == 426
