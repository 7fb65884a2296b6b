"""Chats and figures at the desk: queue, take-over, words to the visitor, hand-back, the supervisor's view.

In: HTTP requests with a desk token. Out: JSON. Part of the blueprint of `bot.channels.agent_desk`.
"""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.agent_desk import answer, body_of, needs, note, number_of
from bot.desk.access import Person
from bot.desk.figures import figures
from bot.desk.handover import Handovers, show_entry
from bot.desk.listening import Spoken
from bot.desk.view import show_decision, unknowns
from bot.findings.case import Case
from bot.turn import assess_case

desk_chats = Blueprint("desk_chats", url_prefix="/agent/api")


@desk_chats.get("/queue")
@needs("queue")
async def read_queue(request: Request, person: Person) -> HTTPResponse:
    """Chats that want a person."""
    return answer(await _queue(request, person))


@desk_chats.post("/presence")
@needs("queue")
async def set_presence(request: Request, person: Person) -> HTTPResponse:
    """There for chats, or not."""
    body = body_of(request, "Presence")
    _handovers(request).set_here(person.site, person.name, body["here"])
    return answer(await _queue(request, person))


@desk_chats.get("/queue/<handover:str>")
@needs("queue")
async def read_chat(request: Request, person: Person, handover: str) -> HTTPResponse:
    """A chat with its summary."""
    desk = request.app.ctx.desk
    row = await desk.run(_handovers(request).entry, handover, person.site)
    note(request, person, "chat.read", handover)
    return answer(await _chat(request, row))


@desk_chats.post("/queue/<handover:str>/take")
@needs("queue")
async def take_chat(request: Request, person: Person, handover: str) -> HTTPResponse:
    """Take over."""
    desk = request.app.ctx.desk
    row = await desk.run(_handovers(request).take, handover, person.site, person.name)
    note(request, person, "chat.take", handover)
    return answer(await _chat(request, row))


@desk_chats.post("/queue/<handover:str>/messages")
@needs("queue")
async def write_chat(request: Request, person: Person, handover: str) -> HTTPResponse:
    """Write to the visitor; the same id is written once."""
    body = body_of(request, "Words")
    desk = request.app.ctx.desk
    row = await desk.run(_handovers(request).taken_by, handover, person.site, person.name)
    await request.app.ctx.service.say_as_person(row["conversation"], body["text"], message_id=f"{handover}/{body['id']}")
    note(request, person, "chat.write", handover)
    return answer(await _chat(request, row))


@desk_chats.post("/queue/<handover:str>/back")
@needs("queue")
async def hand_back(request: Request, person: Person, handover: str) -> HTTPResponse:
    """Hand back to the bot."""
    desk = request.app.ctx.desk
    row = await desk.run(_handovers(request).back, handover, person.site, person.name)
    note(request, person, "chat.back", handover)
    return answer(await _chat(request, row))


@desk_chats.get("/figures")
@needs("figures")
async def read_figures(request: Request, person: Person) -> HTTPResponse:
    """Counts and times of the site."""
    days = number_of(request, "days", 14, 1, 90)
    desk = request.app.ctx.desk
    found = await desk.run(figures, desk, _handovers(request), person.site, days)
    note(request, person, "figures.read", "figures", days=days)
    return answer(found)


def _handovers(request: Request) -> Handovers:
    found: Handovers = request.app.ctx.handovers
    return found


async def _queue(request: Request, person: Person) -> dict[str, Any]:
    found: dict[str, Any] = await request.app.ctx.desk.run(_handovers(request).queue, person.site)
    return found


async def _chat(request: Request, row: dict[str, Any]) -> dict[str, Any]:
    """The chat as the agent reads it: both sides, the decision with the visitor's words, what was not asked."""
    service, knowledge = request.app.ctx.service, request.app.ctx.desk.knowledge
    history = await service.history(row["conversation"])
    case = await service.case(row["conversation"]) or Case()
    said = [
        Spoken(str(entry["n"]), "caller", entry.get("text") or "", entry["at"]) for entry in history if entry["role"] == "user"
    ]
    assessment = assess_case(case, knowledge)
    messages = [
        {"n": entry["n"], "role": entry["role"], "at": entry["at"], "text": entry.get("text") or _words(entry.get("reply"))}
        for entry in history
    ]
    return {
        "handover": show_entry(row), "messages": messages, "last": messages[-1]["n"] if messages else 0,
        "summary": {"decision": show_decision(assessment, case, said), "unknown": unknowns(assessment, knowledge)},
        "number": _handovers(request).number(row),
    }  # fmt: skip


def _words(reply: dict[str, Any] | None) -> str:
    from bot.channels.rendering import from_json

    return from_json(reply).plain_text() if reply else ""
