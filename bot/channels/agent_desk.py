"""The agent desk over HTTP: API under /agent/api (OpenAPI document at /agent/api/openapi.json).

In: HTTP requests with a desk token. Out: JSON, server-sent events, records, problems. Registered by `bot.runtime.server`.

Every route names the right it needs (bot.desk.access.MAY); every read and change of a call is written into the audit log
before the answer leaves. Request bodies are checked against the schemas of the OpenAPI document itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from bot.channels.incoming import whole
from bot.channels.problem import Problem
from bot.desk.access import Access, Person, Refused
from bot.desk.attempts import Attempts
from bot.desk.audit import AuditLog
from bot.desk.calls import Desk, NotPossible
from bot.desk.handover import Handovers
from bot.desk.marks import changes, state_text
from bot.desk.openapi import check, document
from bot.desk.transcript import read_transcript

NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
#: A sign of life on a quiet stream, so that proxies keep it open.
HEARTBEAT_SECONDS = 15.0
#: Calls for CDS Hooks and /analyse longer than this are read outside the event loop as all others.
Handler = Callable[..., Awaitable[Any]]

desk_api = Blueprint("desk_api", url_prefix="/agent/api")


def install(app: Any, folder: Path, knowledge: Any) -> None:
    """Put the desk into an application."""
    app.ctx.access = Access(folder)
    app.ctx.attempts = Attempts()
    app.ctx.audit = AuditLog(folder)
    app.ctx.desk = Desk(folder, knowledge)
    app.ctx.handovers = Handovers(app.ctx.desk, folder)
    from bot.channels.agent_chats import desk_chats
    from bot.channels.agent_records import desk_page, desk_records
    from bot.channels.agent_stream import desk_stream

    app.blueprint(desk_api)
    app.blueprint(desk_records)
    app.blueprint(desk_stream)
    app.blueprint(desk_chats)
    app.blueprint(desk_page)

    @app.after_server_stop
    async def close(app: Any, loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.desk.close()
        app.ctx.audit.close()


def needs(right: str) -> Callable[[Handler], Handler]:
    """Only people with this right come in; the handler gets the person."""

    def around(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request, **path: Any) -> Any:
            person = who(request)
            if not person.may(right):
                request.app.ctx.audit.write(person.name, person.role, person.site, "refused", request.path[:200], right=right)
                raise Problem(403, "INP072", f"The role '{person.role}' may not do this.")
            try:
                return await handler(request, person, **path)
            except NotPossible as error:
                raise Problem(error.status, error.code, error.detail) from None

        return guarded

    return around


def who(request: Request) -> Person:
    """The person of the request's token.

    Raises:
        Problem: 401 when there is none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "INP071", "Send your desk token as 'Authorization: Bearer <token>'.")
    try:
        person: Person = request.app.ctx.access.check(token.strip())
    except Refused as error:
        raise Problem(401, "INP071", error.reason) from None
    return person


def body_of(request: Request, schema: str) -> dict[str, Any]:
    """The body, checked against its schema.

    Raises:
        Problem: 400 with what is wrong.
    """
    try:
        found = whole(request.json)
    except Exception:  # Sanic wraps whatever its JSON library raises
        raise Problem(400, "INP035", "The body must be JSON.") from None
    wrong = check(schema, found)
    if wrong is not None:
        raise Problem(400, "INP060", wrong)
    return dict(found)


def number_of(request: Request, name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number of the query.

    Raises:
        Problem: 400 when it is none or out of range.
    """
    given = request.args.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) <= 16 and lowest <= int(given) <= highest):
        raise Problem(400, "INP061", f"'{name}' must be a whole number from {lowest} to {highest}.")
    return int(given)


def note(request: Request, person: Person, action: str, what: str, **detail: Any) -> None:
    """One entry in the audit log."""
    audit(request.app, person, action, what, **detail)


def audit(app: Any, person: Person, action: str, what: str, **detail: Any) -> None:
    """One entry in the audit log, where there is no request."""
    app.ctx.audit.write(person.name, person.role, person.site, action, what, **detail)


def answer(data: Any, status: int = 200) -> HTTPResponse:
    """JSON that nobody keeps."""
    return json(data, status=status, headers=NO_STORE)


def answer_state(state: dict[str, Any], status: int = 200) -> HTTPResponse:
    """The state of a call; turns written before are not written again."""
    return raw(state_text(state).encode(), status=status, content_type="application/json", headers=NO_STORE)


# --- everybody ------------------------------------------------------------------------------------------------------------


@desk_api.get("/openapi.json")
async def openapi(request: Request) -> HTTPResponse:
    """The OpenAPI document."""
    return json(document())


@desk_api.post("/login")
async def login(request: Request) -> HTTPResponse:
    """A token for a demo person."""
    body = body_of(request, "Login")
    access: Access = request.app.ctx.access
    attempts: Attempts = request.app.ctx.attempts
    wait = attempts.begin(body["name"], request.ip)
    if wait:
        request.app.ctx.audit.write("unknown", "none", "none", "login.locked", "login")
        text = f"Too many wrong logins in a row. Try again in {wait} seconds."
        raise Problem(429, "INP078", text, headers={"Retry-After": str(wait)})
    try:
        token = await asyncio.get_running_loop().run_in_executor(None, access.demo_login, body["name"], body["password"])
        person = access.check(token)
    except Refused as error:
        request.app.ctx.audit.write("unknown", "none", "none", "login.refused", "login")
        raise Problem(401, "INP071", error.reason) from None
    attempts.succeeded(body["name"], request.ip)
    note(request, person, "login", "login")
    return answer({"token": token, "person": _person(person)})


@desk_api.get("/me")
@needs("me")
async def me(request: Request, person: Person) -> HTTPResponse:
    """Who you are."""
    return answer(_person(person))


def _person(person: Person) -> dict[str, str]:
    return {"name": person.name, "role": person.role, "site": person.site}


@desk_api.post("/analyse")
@needs("analyse")
async def analyse_once(request: Request, person: Person) -> HTTPResponse:
    """One text or call, nothing kept; the same object as `bot.analysis`."""
    body = body_of(request, "Analyse")
    note(request, person, "analyse", "analyse")
    return answer(
        await analysed(request, body.get("turns") or body.get("text", []), body.get("id"), body.get("rest_normal", False))
    )


async def analysed(request: Request, what: Any, name: str | None = None, rest_normal: bool = False) -> dict[str, Any]:
    from bot.analysis import analyse

    desk: Desk = request.app.ctx.desk
    found: dict[str, Any] = await desk.run(analyse, what, desk.knowledge, id=name, rest_normal=rest_normal)
    return found


# --- calls ----------------------------------------------------------------------------------------------------------------


@desk_api.get("/calls")
@needs("call.read")
async def list_calls(request: Request, person: Person) -> HTTPResponse:
    """A page of the site's calls."""
    status = request.args.get("status")
    if status not in (None, "open", "closed"):
        raise Problem(400, "INP061", "'status' must be open or closed.")
    limit = number_of(request, "limit", 20, 1, 100)
    desk: Desk = request.app.ctx.desk
    page = await desk.run(desk.listed, person.site, status=status, cursor=request.args.get("cursor"), limit=limit)
    note(request, person, "call.list", "calls", count=len(page["calls"]))
    return answer(page)


@desk_api.post("/calls")
@needs("call.write")
async def open_call(request: Request, person: Person) -> HTTPResponse:
    """Open a call; the same key opens it once."""
    body = body_of(request, "NewCall")
    desk: Desk = request.app.ctx.desk
    state, fresh = await desk.run(desk.open, person.site, person.name, **body)
    note(request, person, "call.open" if fresh else "call.read", state["call"]["id"])
    return answer_state(state, 201 if fresh else 200)


@desk_api.get("/calls/<call:str>")
@needs("call.read")
async def read_call(request: Request, person: Person, call: str) -> HTTPResponse:
    """The whole state."""
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.state, call, person.site)
    note(request, person, "call.read", call)
    return answer_state(state)


@desk_api.get("/calls/<call:str>/events")
@needs("call.read")
async def watch_call(request: Request, person: Person, call: str) -> None:
    """Server-sent events: the whole state first, then every change."""
    if request.args.get("once") not in (None, "1"):
        raise Problem(400, "INP061", "'once' must be 1.")
    desk: Desk = request.app.ctx.desk
    queue, state = await desk.run(desk.watch, call, person.site)
    note(request, person, "call.watch", call)
    try:
        stream = await request.respond(content_type="text/event-stream", headers={**NO_STORE, "X-Accel-Buffering": "no"})
        await stream.send(_event(changes(state, -1)))
        while not request.args.get("once"):
            try:
                state = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
                await stream.send(_event(state))
            except asyncio.TimeoutError:
                await stream.send(": still here\n\n")
        await stream.eof()
    finally:
        desk.unwatch(call, queue)


def _event(state: dict[str, Any]) -> str:
    return f"id: {state['version']}\nevent: state\ndata: {state_text(state)}\n\n"


@desk_api.post("/calls/<call:str>/turns")
@needs("call.write")
async def add_turns(request: Request, person: Person, call: str) -> HTTPResponse:
    """Append turns."""
    body = body_of(request, "Turns")
    since = number_of(request, "since", -1, 0, 2**53)
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.add_turns, call, person.site, body["turns"])
    note(
        request,
        person,
        "call.turns.add",
        call,
        count=len(body["turns"]),
        version=state["version"],
        level=state["decision"]["level"],
    )
    return answer_state(state if since < 0 else changes(state, since))


@desk_api.post("/calls/<call:str>/transcript")
@needs("call.write")
async def add_transcript(request: Request, person: Person, call: str) -> HTTPResponse:
    """Append a whole transcript."""
    body = body_of(request, "Transcript")
    prefix = body.get("prefix", f"p{time.time_ns():x}"[-12:])
    turns = [
        {"id": f"{prefix}.{n}", "speaker": speaker, "text": text}
        for n, (speaker, text) in enumerate(read_transcript(body["text"]))
    ]
    if not turns:
        raise Problem(400, "INP060", "text: there are no words in it.")
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.add_turns, call, person.site, turns)
    note(request, person, "call.turns.add", call, count=len(turns), version=state["version"], level=state["decision"]["level"])
    return answer_state(state)


@desk_api.patch("/calls/<call:str>/turns/<turn:str>")
@needs("call.write")
async def relabel_turn(request: Request, person: Person, call: str, turn: str) -> HTTPResponse:
    """Give one turn another speaker."""
    body = body_of(request, "Speaker")
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.change_turn, call, person.site, turn, speaker=body["speaker"])
    note(request, person, "call.turn.relabel", call, turn=turn[:64], speaker=body["speaker"])
    return answer_state(state)


@desk_api.delete("/calls/<call:str>/turns/<turn:str>")
@needs("call.write")
async def withdraw_turn(request: Request, person: Person, call: str, turn: str) -> HTTPResponse:
    """Withdraw a turn."""
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.change_turn, call, person.site, turn, withdrawn=1)
    note(request, person, "call.turn.withdraw", call, turn=turn[:64])
    return answer_state(state)


@desk_api.post("/calls/<call:str>/swap")
@needs("call.write")
async def swap(request: Request, person: Person, call: str) -> HTTPResponse:
    """Caller and handler change places."""
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.swap, call, person.site)
    note(request, person, "call.swap", call)
    return answer_state(state)


@desk_api.get("/calls/<call:str>/items/<item:str>")
@needs("call.read")
async def read_item(request: Request, person: Person, call: str, item: str) -> HTTPResponse:
    """Wordings of one item."""
    desk: Desk = request.app.ctx.desk
    found = await desk.run(desk.item, call, person.site, item)
    note(request, person, "call.item.read", call, item=item)
    return answer(found)


@desk_api.put("/calls/<call:str>/items/<item:str>")
@needs("call.write")
async def tick(request: Request, person: Person, call: str, item: str) -> HTTPResponse:
    """Answer or override one item."""
    body = body_of(request, "Tick")
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.decide, call, person.site, person.name, "tick", {"item": item, **body})
    note(request, person, "call.item.tick", call, item=item, state=body["state"], level=state["decision"]["level"])
    return answer_state(state)


@desk_api.delete("/calls/<call:str>/items/<item:str>")
@needs("call.write")
async def untick(request: Request, person: Person, call: str, item: str) -> HTTPResponse:
    """Take the answer back."""
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.undo, call, person.site, "tick", {"item": item})
    note(request, person, "call.item.untick", call, item=item[:80], level=state["decision"]["level"])
    return answer_state(state)


@desk_api.post("/calls/<call:str>/findings")
@needs("call.write")
async def correct(request: Request, person: Person, call: str) -> HTTPResponse:
    """Correct a finding, or take the correction back."""
    body = body_of(request, "Finding")
    desk: Desk = request.app.ctx.desk
    undo = body.pop("undo", False)
    if undo:
        state = await desk.run(desk.undo, call, person.site, "correct", body)
    else:
        state = await desk.run(desk.decide, call, person.site, person.name, "correct", body)
    note(
        request,
        person,
        "call.finding.correct",
        call,
        concept=body["concept"],
        turn=body["turn"],
        undo=undo,
        level=state["decision"]["level"],
    )
    return answer_state(state)


@desk_api.put("/calls/<call:str>/override")
@needs("call.write")
async def override(request: Request, person: Person, call: str) -> HTTPResponse:
    """Decide otherwise."""
    body = body_of(request, "Override")
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.decide, call, person.site, person.name, "override", body)
    note(request, person, "call.override", call, level=body["disposition"], machine=state["decision"]["disposition"])
    return answer_state(state)


@desk_api.delete("/calls/<call:str>/override")
@needs("call.write")
async def undo_override(request: Request, person: Person, call: str) -> HTTPResponse:
    """Take the override back."""
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.undo, call, person.site, "override", {})
    note(request, person, "call.override.undo", call, level=state["decision"]["level"])
    return answer_state(state)


@desk_api.post("/calls/<call:str>/close")
@needs("call.write")
async def close_call(request: Request, person: Person, call: str) -> HTTPResponse:
    """Close the call."""
    body = body_of(request, "WrapUp")
    desk: Desk = request.app.ctx.desk
    state = await desk.run(desk.finish, call, person.site, person.name, body)
    note(request, person, "call.close", call, outcome=body["outcome"], level=state["decision"]["level"])
    return answer_state(state)
