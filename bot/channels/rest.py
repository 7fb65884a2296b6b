"""The REST channel: conversations that only their own token opens.

In: HTTP requests. Out: JSON (`bot.channels.rendering`), the result card, problems. Registered by `bot.runtime.server`.

    POST   /api/conversations                          {locale?}            -> 201 {conversation, token, reply}
    POST   /api/conversations/{id}/messages            {id, text | options} -> 200 {id, reply, token?, deleted?}
    GET    /api/conversations/{id}/messages?after=n                         -> 200 {messages, last}
    GET    /api/conversations/{id}/card.txt|html|pdf                        -> the result card
    DELETE /api/conversations/{id}                                          -> 204

Unlike Rasa's own `rest` channel it never takes a sender id from the caller, keeps the history on the server, answers a
message sent twice once, and logs no message text. All but the first request need `Authorization: Bearer <token>`.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json, raw

from bot.channels.incoming import whole
from bot.channels.problem import Problem
from bot.channels.rendering import to_json
from bot.findings.case import Case
from bot.replies.card import make_card
from bot.replies.reply import Block
from bot.replies.words import Words
from bot.runtime.messages import MAX_CHARACTERS
from bot.runtime.tokens import Ticket, TokenRefused
from bot.turn import assess_case, last_resort

MAX_ID = 200
MAX_OPTIONS = 60

rest = Blueprint("rest", url_prefix="/api")


@rest.post("/conversations")
async def begin(request: Request) -> HTTPResponse:
    """Open a conversation; the greeting is its first entry."""
    body = _body(request, empty_allowed=True)
    conversation = secrets.token_urlsafe(24)
    reply = await request.app.ctx.service.greet(conversation, locale=_text(body, "locale", required=False))
    token = request.app.ctx.tokens.issue(conversation)
    data = {"conversation": conversation, "token": token, "reply": to_json(reply)}
    return json(data, status=201, headers={"Cache-Control": "no-store"})


@rest.post("/conversations/<conversation:str>/messages")
async def say(request: Request, conversation: str) -> HTTPResponse:
    """Answer one message. The same `id` is answered once, with the same reply."""
    ticket = _ticket(request, conversation)
    body = _body(request)
    message_id = _text(body, "id", required=False) or secrets.token_hex(8)
    if len(message_id) > MAX_ID:
        raise Problem(400, "INP030", f"'id' may have up to {MAX_ID} characters.")
    options = _options(body)
    text = _text(body, "text", required=options is None)
    if text is not None and len(text) > MAX_CHARACTERS:
        detail = (
            f"'text' has {len(text):,} characters; up to {MAX_CHARACTERS:,} are taken. Nothing of it was read. "
            "Send the main points in a few lines. 'reply' holds when to get emergency help now."
        )
        raise Problem(413, "INP043", detail, more=advice_unread(request.app.ctx.service.knowledge))
    reply = await request.app.ctx.service.handle(
        conversation,
        text or "",
        message_id=message_id,
        option_values=options,
        question=_text(body, "question", required=False),
    )
    data: dict[str, Any] = {"id": message_id, "reply": to_json(reply)}
    fresh = request.app.ctx.tokens.renew(ticket)
    if fresh is not None:
        data["token"] = fresh
    elif request.app.ctx.tokens.is_revoked(ticket):
        # This message asked for it, or another tab did while it waited: then its own words must not stay behind.
        await request.app.ctx.service.erase(conversation)
        data["deleted"] = True
    return json(data, headers={"Cache-Control": "no-store"})


@rest.get("/conversations/<conversation:str>/messages")
async def history(request: Request, conversation: str) -> HTTPResponse:
    """What both sides said, from entry `after` on."""
    _ticket(request, conversation)
    after = request.args.get("after", "0")
    if not after.isdigit():
        raise Problem(400, "INP031", "'after' must be the number of the last entry you have, from 0.")
    entries = await request.app.ctx.service.history(conversation, int(after))
    last = entries[-1]["n"] if entries else int(after)
    return json({"messages": entries, "last": last}, headers={"Cache-Control": "no-store"})


@rest.delete("/conversations/<conversation:str>")
async def erase(request: Request, conversation: str) -> HTTPResponse:
    """Delete the conversation and revoke every token to it."""
    _ticket(request, conversation)
    await request.app.ctx.service.erase(conversation)  # which revokes its tokens, too
    return empty()


@rest.get("/conversations/<conversation:str>/<name:str>")
async def card(request: Request, conversation: str, name: str) -> HTTPResponse:
    """The result card of the case as it stands: card.txt, card.html or card.pdf."""
    _ticket(request, conversation)
    stem, _, form = name.partition(".")
    if stem != "card" or form not in ("txt", "html", "pdf"):
        raise Problem(404, "INP038", "There is nothing at this address.")
    service = request.app.ctx.service
    case = await service.case(conversation)
    if case is None or not case.turns:
        raise Problem(404, "INP032", "There is no result yet. Tell the chat what is wrong first.")
    now = datetime.now()
    made = make_card(assess_case(case, service.knowledge), case, service.knowledge, made=f"{now.day} {now:%B %Y, %H:%M}")
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if form == "pdf":
        headers["Content-Disposition"] = 'attachment; filename="rootline-advice.pdf"'
        return raw(made.pdf, content_type="application/pdf", headers=headers)
    if form == "html":
        headers["Content-Security-Policy"] = CARD_POLICY
        return raw(made.html.encode(), content_type="text/html; charset=utf-8", headers=headers)
    return raw(made.text.encode(), content_type="text/plain; charset=utf-8", headers=headers)


#: The card is one self-contained page: its own style and drawing, nothing from elsewhere, no script.
CARD_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def advice_unread(knowledge: Any) -> dict[str, Any]:
    """What a person is told whose message was too large to be read: the emergency signs and the numbers all the same."""
    fixed = last_resort(knowledge)
    first = Block("notice", Words(knowledge, Case().locale).text("act.too_long"))
    return {"reply": to_json(replace(fixed, blocks=(first, *fixed.blocks[1:])))}


def _ticket(request: Request, conversation: str) -> Ticket:
    """The caller's right to this conversation. A wrong id reads like a wrong token: nobody learns which ids exist."""
    header = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "INP033", "Send the conversation's token as 'Authorization: Bearer <token>'.")
    try:
        ticket: Ticket = request.app.ctx.tokens.check(token.strip())
    except TokenRefused as error:
        raise Problem(401, "INP034", error.reason) from None
    if ticket.conversation != conversation:
        raise Problem(401, "INP034", "This conversation key is not valid. Start a new conversation.")
    return ticket


def _body(request: Request, *, empty_allowed: bool = False) -> dict[str, Any]:
    if empty_allowed and not request.body:
        return {}
    try:
        body = whole(request.json)
    except Exception:  # Sanic wraps whatever its JSON library raises
        body = None
    if not isinstance(body, dict):
        raise Problem(400, "INP035", "The body must be a JSON object.")
    return body


def _text(body: dict[str, Any], key: str, *, required: bool) -> str | None:
    value = body.get(key)
    if value is None and not required:
        return None
    if not isinstance(value, str):
        raise Problem(400, "INP036", f"'{key}' must be a string.")
    return value


def _options(body: dict[str, Any]) -> list[str] | None:
    values = body.get("options")
    if values is None:
        return None
    if not isinstance(values, list) or not 0 < len(values) <= MAX_OPTIONS or not all(isinstance(v, str) for v in values):
        raise Problem(400, "INP037", "'options' must be a list of the values of chosen options.")
    return values
