"""Records of a call, the audit log, CDS Hooks, and the desk page itself.

In: HTTP requests with a desk token. Out: SBAR, patient text, FHIR, CSV, JSON; audit entries; cards; the page's files. Part of
the blueprints of `bot.channels.agent_desk`.
"""

# ruff: noqa: E501
from __future__ import annotations

import asyncio
import json as json_library
import mimetypes
from html import escape

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from bot.channels.agent_desk import NO_STORE, analysed, answer, body_of, needs, note, number_of
from bot.channels.pages import READ, SECURITY_HEADERS, STATIC
from bot.channels.problem import Problem
from bot.channels.web_widget import embed_origins
from bot.desk.access import Person
from bot.desk.calls import Desk
from bot.desk.live import Live
from bot.desk.openapi import check
from bot.records.cds_hooks import SERVICE, cards, services
from bot.records.export import as_csv, as_json, for_patient
from bot.records.fhir import bundle
from bot.records.record import Record
from bot.records.sbar import sbar

desk_records = Blueprint("desk_records", url_prefix="/agent/api")
desk_page = Blueprint("desk_page", url_prefix="/agent")


@desk_records.get("/calls/<call:str>/records/<name:str>")
@needs("call.read")
async def read_record(request: Request, person: Person, call: str, name: str) -> HTTPResponse:
    """SBAR, patient text, FHIR, JSON or CSV."""
    desk: Desk = request.app.ctx.desk
    if name not in ("sbar.txt", "patient.txt", "fhir.json", "call.json", "call.csv"):
        raise Problem(404, "INP073", "There is no such record.")
    made = await desk.run(_made, desk, call, person.site, name)
    note(request, person, "call.record.read", call, record=name)
    kind = {"fhir.json": "application/fhir+json", "call.json": "application/json", "call.csv": "text/csv; charset=utf-8"}.get(
        name
    )
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{call}-{name}"'}
    return raw(made.encode(), content_type=kind or "text/plain; charset=utf-8", headers=headers)


def _made(desk: Desk, call: str, site: str, name: str) -> str:
    live: Live = desk.material(call, site)
    assert live.assessment is not None
    wrap_up = json_library.loads(live.row["wrap_up"]) if live.row["wrap_up"] else None
    record = Record(live.state, live.human, live.assessment, live.decisions, wrap_up, desk.clock())
    if name == "sbar.txt":
        return sbar(record, desk.knowledge)
    if name == "patient.txt":
        return for_patient(record, desk.knowledge)
    if name == "call.csv":
        return as_csv(record)
    return json_library.dumps(
        bundle(record, desk.knowledge) if name == "fhir.json" else as_json(record), ensure_ascii=False, indent=1
    )


# --- audit, CDS Hooks -----------------------------------------------------------------------------------------------------


@desk_records.get("/audit")
@needs("audit")
async def read_audit(request: Request, person: Person) -> HTTPResponse:
    """Entries of the person's site."""
    after, limit = number_of(request, "after", 0, 0, 2**53), number_of(request, "limit", 20, 1, 100)
    entries = request.app.ctx.audit.read(after=after, limit=limit, site=person.site)
    note(request, person, "audit.read", "audit", after=after, count=len(entries))
    return answer({"entries": entries, "next": entries[-1]["n"] if len(entries) == limit else None})


@desk_records.get("/audit/verify")
@needs("audit")
async def verify_audit(request: Request, person: Person) -> HTTPResponse:
    """Whether the chain holds."""
    problems = await asyncio.get_running_loop().run_in_executor(None, request.app.ctx.audit.verify)
    note(request, person, "audit.verify", "audit", problems=len(problems))
    return answer({"intact": not problems, "problems": problems})


@desk_records.get("/cds-services")
async def cds_services(request: Request) -> HTTPResponse:
    """What there is."""
    return json(services())


@desk_records.post(f"/cds-services/{SERVICE}")
@needs("analyse")
async def cds_triage(request: Request, person: Person) -> HTTPResponse:
    """Cards for one text or call."""
    body = body_of(request, "CdsRequest")
    context = body["context"]
    what = context.get("turns") or context.get("text")
    wrong = check("Analyse", {"turns": what} if isinstance(what, list) else {"text": what})
    if wrong is not None:
        raise Problem(400, "INP060", f"context: {wrong}")
    note(request, person, "cds.cards", body["hook"][:80])
    analysis = await analysed(request, what)
    items = request.app.ctx.desk.knowledge.items
    return answer(cards(analysis, {i.id: i.label for i in items.values()}, [i.id for i in items.values() if i.minimal_set]))


# --- page -----------------------------------------------------------------------------------------------------------------


def policy() -> str:
    """Content-Security-Policy of the desk page: its own files, nothing inline, framed only by named sites."""
    ancestors = " ".join(("'self'", *embed_origins()))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {ancestors}; require-trusted-types-for 'script'; trusted-types 'none'"
    )


@desk_page.route("/", methods=READ)
async def page(request: Request) -> HTTPResponse:
    """The desk."""
    headers = {**SECURITY_HEADERS, "Content-Security-Policy": policy(), "Cache-Control": "no-store"}
    origin = f"{request.scheme}://{request.host}"
    html = (
        (STATIC / "agent" / "index.html")
        .read_text(encoding="utf-8")
        .replace("{parents}", escape(" ".join((origin, *embed_origins()))))
    )
    return raw(html.encode(), content_type="text/html; charset=utf-8", headers=headers)


@desk_page.route("/static/<name:str>", methods=READ)
async def page_file(request: Request, name: str) -> HTTPResponse:
    """One file of the page."""
    file = (STATIC / "agent" / name).resolve()
    if file.parent != (STATIC / "agent").resolve() or not file.is_file() or file.suffix == ".html":
        raise Problem(404, "INP038", "There is no such file.")
    kind = (
        "text/javascript; charset=utf-8"
        if file.suffix == ".js"
        else mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    )
    return raw(file.read_bytes(), content_type=kind, headers={**SECURITY_HEADERS, "Cache-Control": "no-cache"})
