"""Turns of a call over a WebSocket, for speech recognition that corrects itself many times a second.

In: messages of a client (the schema `StreamIn` of bot.desk.openapi). Out: messages `StreamOut`. Installed by
`bot.channels.agent_desk`.

The first message is the login: a token never stands in an address, where logs and histories keep it, and a page of another
origin cannot use a login it does not hold. The login is checked again with every message, so a stream ends with its token.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import logging
from typing import Any

from sanic import Blueprint
from sanic.exceptions import SanicException
from sanic.request import Request
from websockets.exceptions import ConnectionClosed

from bot.channels.agent_desk import audit
from bot.channels.incoming import whole
from bot.channels.problem import Problem
from bot.desk.access import Access, Person, Refused
from bot.desk.calls import Desk, NotPossible
from bot.desk.marks import changes, state_text
from bot.desk.openapi import STREAM_PROTOCOL, check

#: Who has opened a stream must log in within this time (seconds).
LOGIN_SECONDS = 10.0
#: A state that nobody has taken away after this time is given up with its client (seconds).
SEND_SECONDS = 20.0
#: Reasons for closing (RFC 6455, 7.4.2: 4000 to 4999 are ours).
NOT_LOGGED_IN, NOT_ALLOWED, NO_SUCH_CALL = 4401, 4403, 4404
MAX_MESSAGE = 500_000

log = logging.getLogger(__name__)
desk_stream = Blueprint("desk_stream", url_prefix="/agent/api")


class _Ended(Exception):
    """The stream is over; `code` and `reason` are told to the client."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@desk_stream.on_request
async def only_websockets(request: Request) -> None:
    """A request that is no handshake is an ordinary mistake, not a failure of the server."""
    headers = request.headers
    try:
        key = base64.b64decode(headers.get("sec-websocket-key", ""), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    asks = headers.get("upgrade", "").lower() == "websocket" and "upgrade" in headers.get("connection", "").lower()
    if not asks or len(key) != 16 or headers.get("sec-websocket-version") != "13":
        raise Problem(426, "INP077", f"Open this address as a WebSocket with the subprotocol {STREAM_PROTOCOL}.")
    offered = [name.strip() for name in headers.get("sec-websocket-protocol", "").split(",")]
    if STREAM_PROTOCOL not in offered:
        raise Problem(426, "INP077", f"Offer the subprotocol {STREAM_PROTOCOL}.")


@desk_stream.websocket("/calls/<call:str>/stream", subprotocols=[STREAM_PROTOCOL])
async def stream(request: Request, socket: Any, call: str) -> None:
    """One client's stream."""
    talk = _Talk(request, socket, call)
    try:
        await talk.run()
    except _Ended as end:
        await socket.close(end.code, end.reason)
    except (ConnectionClosed, SanicException, asyncio.CancelledError):
        pass  # the client is gone
    except Exception as error:  # never with what was said
        log.error("a desk stream failed (%s)", type(error).__name__)
        await socket.close(1011, "The server failed on this stream. Open it again.")


class _Talk:
    """What goes back and forth on one stream."""

    def __init__(self, request: Request, socket: Any, call: str) -> None:
        self._app, self._socket, self._call = request.app, socket, call
        self._desk: Desk = request.app.ctx.desk
        self._access: Access = request.app.ctx.access
        self._token = ""

    async def run(self) -> None:
        person = await self._login()
        try:
            queue, state = await self._desk.run(self._desk.watch, self._call, person.site)
        except NotPossible as error:
            raise _Ended(NO_SUCH_CALL, error.detail) from None
        audit(self._app, person, "call.stream", self._call)
        await self._send_state(changes(state, -1))
        pushing = asyncio.ensure_future(self._push(queue))
        try:
            while True:
                await self._take(await self._read())
        finally:
            pushing.cancel()
            self._desk.unwatch(self._call, queue)

    async def _login(self) -> Person:
        try:
            found = await asyncio.wait_for(self._read(), LOGIN_SECONDS)
        except asyncio.TimeoutError:
            raise _Ended(NOT_LOGGED_IN, "Log in with the first message.") from None
        if not isinstance(found, dict) or found.get("type") != "login" or check("StreamIn", found) is not None:
            raise _Ended(NOT_LOGGED_IN, "The first message must be a login.")
        self._token = found["token"]
        return self._person("call.read")

    def _person(self, right: str) -> Person:
        """Who holds the login, as long as it is valid and allows this."""
        try:
            person = self._access.check(self._token)
        except Refused as error:
            raise _Ended(NOT_LOGGED_IN, error.reason) from None
        if not person.may(right):
            audit(self._app, person, "refused", self._call, right=right)
            raise _Ended(NOT_ALLOWED, f"The role '{person.role}' may not do this.")
        return person

    async def _read(self) -> Any:
        text = await self._socket.recv()
        if text is None:
            raise _Ended(1000, "")
        if len(text) > MAX_MESSAGE:
            raise _Ended(1009, "The message is too large.")
        try:
            return whole(json.loads(text))
        except (ValueError, RecursionError):
            return None

    async def _take(self, found: Any) -> None:
        person = self._person("call.write")
        ref = found.get("ref") if isinstance(found, dict) and isinstance(found.get("ref"), str) else None
        wrong = check("StreamIn", found) if isinstance(found, dict) else "the message: it must be a JSON object."
        if wrong is not None or found["type"] == "login":
            await self._problem(400, "INP060", wrong or "type: you are logged in already.", ref)
            return
        try:
            if found["type"] == "turns":
                state = await self._desk.run(self._desk.add_turns, self._call, person.site, found["turns"])
                detail = {"count": len(found["turns"]), "level": state["decision"]["level"], "version": state["version"]}
                audit(self._app, person, "call.turns.add", self._call, **detail)
            else:
                turn = found["turn"]
                state = await self._desk.run(self._desk.change_turn, self._call, person.site, turn, withdrawn=1)
                audit(self._app, person, "call.turn.withdraw", self._call, turn=turn[:64])
        except NotPossible as error:
            await self._problem(error.status, error.code, error.detail, ref)
            return
        await self._send(json.dumps({"type": "done", "ref": ref, "version": state["version"]}))

    async def _push(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        """Every change of the call, whoever made it. A client that takes nothing away is dropped."""
        try:
            while True:
                await self._send_state(await queue.get())
        except (ConnectionClosed, SanicException):
            pass
        except asyncio.TimeoutError:
            await self._socket.close(1008, "The states were not read.")

    async def _send_state(self, state: dict[str, Any]) -> None:
        await self._send(f'{{"type":"state","state":{state_text(state)}}}')

    async def _problem(self, status: int, code: str, detail: str, ref: str | None) -> None:
        data = {"type": "problem", "status": status, "code": code, "detail": detail, "ref": ref}
        await self._send(json.dumps(data))

    async def _send(self, text: str) -> None:
        await asyncio.wait_for(self._socket.send(text), SEND_SECONDS)
