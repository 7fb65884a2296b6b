"""The OpenAPI 3.1 document of the desk's API. The schemas in it are the ones that requests are checked against.

In: nothing. Out: a dict; `check` for one request body. Called by the desk's routes and by its tests.
"""

# ruff: noqa: E501
from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from bot.triage.assessment import DISPOSITIONS

API = "/agent/api"
MAX_TEXT = 8000
#: Ids that a client chooses.
NAME = r"^[A-Za-z0-9._:\-]{1,64}$"
#: Subprotocol of the stream; its name grows when its messages change.
STREAM_PROTOCOL = "rootline.desk.1"
SPEAKERS = ["caller", "agent", "patient", "clinician"]
LOCALES = ["en-GB", "en-US"]


def _object(properties: dict[str, Any], required: list[str], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False, **more}


def _open(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_TEXT = {"type": "string", "maxLength": MAX_TEXT}
_NAME = {"type": "string", "pattern": NAME}
_REF = {**_NAME, "description": "Comes back with the answer to this message."}
_LEVEL = {"type": "string", "enum": list(DISPOSITIONS)}
_NULL_NUMBER = {"type": ["number", "null"]}
_TURN = _object(
    {
        "id": {**_NAME, "description": "Chosen by you; sending the same turn again changes nothing."},
        "speaker": {"type": "string", "enum": SPEAKERS},
        "text": _TEXT,
        "at": {
            "type": "number",
            "minimum": 0,
            "maximum": 1e11,
            "description": "Seconds since the epoch; the time it arrives when left out.",
        },
        "final": {"type": "boolean", "description": "False: a partial result that the same id will replace."},
        "correct": {"type": "boolean", "description": "True: replace a final turn."},
    },
    ["id", "speaker", "text"],
)

#: Name -> schema of a request body or answer.
SCHEMAS: dict[str, dict[str, Any]] = {
    "Problem": _open({
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"},
        "detail": {"type": "string"},
    }),
    "Login": _object({"name": {"type": "string", "maxLength": 100}, "password": {"type": "string", "maxLength": 200}}, ["name", "password"]),
    "Token": _open({"token": {"type": "string"}, "person": {"$ref": "#/components/schemas/Person"}}),
    "Person": _open({"name": {"type": "string"}, "role": {"type": "string"}, "site": {"type": "string"}}),
    "Analyse": _object(
        {
            "id": {"type": "string", "maxLength": 200},
            "text": _TEXT,
            "turns": {
                "type": "array", "maxItems": 500,
                "items": _object({"speaker": {"type": "string", "enum": SPEAKERS}, "text": _TEXT}, ["speaker", "text"]),
            },
            "rest_normal": {"type": "boolean"},
        },
        [], oneOf=[{"required": ["text"]}, {"required": ["turns"]}],
    ),
    "Analysis": {
        "type": "object", "required": ["schema", "id", "knowledge", "mentions", "suggestions", "assessment", "reply"],
        "properties": {
            "schema": {"const": "rootline.analysis/1"}, "id": {"type": ["string", "null"]}, "knowledge": {"type": "string"},
            "mentions": {"type": "array"}, "suggestions": {"type": "array"}, "reply": {"type": "string"},
            "assessment": {
                "type": "object", "required": ["disposition", "complete", "rules", "checklist", "next_question"],
                "properties": {"disposition": _LEVEL, "complete": {"type": "boolean"}, "checklist": {"type": "object"}},
            },
        },
    },
    "NewCall": _object(
        {
            "key": {**_NAME, "description": "Your id for the call: opening it again gives the same call."},
            "locale": {"type": "string", "enum": LOCALES},
            "reference": {"type": "string", "maxLength": 100, "description": "Shown in lists; no patient data, please."},
        },
        [],
    ),
    "CallSummary": _open({
        "id": {"type": "string"}, "site": {"type": "string"}, "agent": {"type": "string"}, "status": {"enum": ["open", "closed"]},
        "locale": {"type": "string"}, "reference": {"type": ["string", "null"]}, "from_chat": {"type": "boolean"}, "created": {"type": "number"},
        "updated": {"type": "number"}, "closed": _NULL_NUMBER, "turns": {"type": "integer"}, "machine": _LEVEL, "level": _LEVEL,
        "overridden": {"type": "boolean"}, "open_items": {"type": "integer"},
    }),
    "CallPage": _open({
        "calls": {"type": "array", "items": {"$ref": "#/components/schemas/CallSummary"}}, "next": {"type": ["string", "null"]},
    }),
    "Call": _open({
        "call": {"$ref": "#/components/schemas/CallSummary"}, "version": {"type": "integer"},
        "turns": {"type": "array", "items": _open({
            "id": {"type": "string"}, "n": {"type": "integer"}, "speaker": {"enum": SPEAKERS}, "side": {"enum": ["caller", "agent"]},
            "text": {"type": "string"}, "at": _NULL_NUMBER, "final": {"type": "boolean"},
            "marks": {"type": "array", "items": _open({
                "start": {"type": "integer"}, "end": {"type": "integer"}, "concept": {"type": "string"}, "label": {"type": "string"},
                "kind": {"enum": ["present", "absent", "uncertain", "other", "background"]}, "rules": {"type": "array"}, "withdrawn": {"type": "boolean"},
            })},
        })},
        "decision": _open({
            "disposition": _LEVEL, "level": _LEVEL, "level_title": {"type": "string"}, "emergency": {"type": "boolean"},
            "rules": {"type": "array"}, "override": {"type": ["object", "null"]}, "machine": {"type": "object"},
        }),
        "unknown": {"type": "array"}, "checklist": {"type": "array"}, "next": {"type": ["object", "null"]}, "knowledge": {"type": "string"},
        "status": {"type": "string"}, "milliseconds": {"type": "number"},
    }),
    "Turn": _TURN,
    "Turns": _object({"turns": {"type": "array", "minItems": 1, "maxItems": 500, "items": {"$ref": "#/components/schemas/Turn"}}}, ["turns"]),
    "StreamIn": {
        "description": "A message to the stream. The first one is the login.",
        "type": "object", "required": ["type"],
        "oneOf": [
            _object({"type": {"const": "login"}, "token": {"type": "string", "minLength": 1, "maxLength": 8000}}, ["type", "token"]),
            _object({"type": {"const": "turns"}, "ref": _REF, "turns": {
                "type": "array", "minItems": 1, "maxItems": 500, "items": {"$ref": "#/components/schemas/Turn"},
            }}, ["type", "turns"]),
            _object({"type": {"const": "withdraw"}, "ref": _REF, "turn": _NAME}, ["type", "turn"]),
        ],
    },
    "StreamOut": {
        "description": "A message from the stream.",
        "type": "object", "required": ["type"],
        "oneOf": [
            _object({"type": {"const": "state"}, "state": {"$ref": "#/components/schemas/Call"}}, ["type", "state"]),
            _object({"type": {"const": "done"}, "ref": {"type": ["string", "null"]}, "version": {"type": "integer"}}, ["type", "ref", "version"]),
            _object({
                "type": {"const": "problem"}, "status": {"type": "integer"}, "code": {"type": "string"}, "detail": {"type": "string"},
                "ref": {"type": ["string", "null"]},
            }, ["type", "status", "code", "detail", "ref"]),
        ],
    },
    "Transcript": _object({
        "text": {"type": "string", "minLength": 1, "maxLength": 400_000, "description": "Lines such as 'Caller: ...' and 'Agent: ...'."},
        "prefix": {**_NAME, "maxLength": 40, "description": "Begins the ids of the turns; the same prefix is read once."},
    }, ["text"]),
    "Speaker": _object({"speaker": {"type": "string", "enum": SPEAKERS}}, ["speaker"]),
    "Tick": _object({
        "state": {"type": "string", "enum": ["yes", "no", "unsure", "skipped"]},
        "concept": {"type": "string", "maxLength": 80, "description": "The sign that is there, where an item has several."},
    }, ["state"]),
    "Item": _open({
        "item": {"type": "string"}, "label": {"type": "string"}, "clinical": {"type": "string"}, "text": {"type": "string"}, "why": {"type": "string"},
        "rephrasings": {"type": "array", "items": {"type": "string"}}, "options": {"type": "array"}, "concepts": {"type": "array"},
        "needs_concept": {"type": "boolean"},
    }),
    "Finding": _object({
        "turn": _NAME, "start": {"type": "integer", "minimum": 0, "maximum": MAX_TEXT}, "end": {"type": "integer", "minimum": 0, "maximum": MAX_TEXT},
        "concept": {"type": "string", "maxLength": 80}, "presence": {"type": "string", "enum": ["present", "absent", "uncertain"]},
        "experiencer": {"type": "string", "enum": ["self", "other", "nobody"]},
        "temporality": {"type": "string", "enum": ["current", "recent_resolved", "past_resolved", "hypothetical"]},
        "remove": {"type": "boolean", "description": "The words do not mean this at all."},
        "undo": {"type": "boolean", "description": "Take the earlier correction back."},
    }, ["turn", "start", "end", "concept"]),
    "Override": _object({
        "disposition": {"type": "string", "enum": [level for level in DISPOSITIONS if level != "incomplete"]},
        "reason": {"type": "string", "minLength": 5, "maxLength": 1000, "pattern": r"\S"},
    }, ["disposition", "reason"]),
    "WrapUp": _object({
        "outcome": {"type": "string", "enum": ["sent_to_emergency", "same_day", "appointment", "self_care", "information", "passed_on", "cut_off", "other"]},
        "note": {"type": "string", "maxLength": 4000},
    }, ["outcome"]),
    "AuditPage": _open({"entries": {"type": "array"}, "next": {"type": ["integer", "null"]}}),
    "AuditState": _open({"intact": {"type": "boolean"}, "problems": {"type": "array", "items": {"type": "string"}}}),
    "Handover": _open({
        "id": {"type": "string"}, "status": {"enum": ["waiting", "taken", "handed_back", "closed"]}, "reason": {"type": "string"},
        "disposition": _LEVEL, "requested": {"type": "number"}, "taken": _NULL_NUMBER, "ended": _NULL_NUMBER, "agent": {"type": ["string", "null"]},
        "has_number": {"type": "boolean"},
    }),
    "Queue": _open({"waiting": {"type": "array", "items": {"$ref": "#/components/schemas/Handover"}}, "present": {"type": "array", "items": {"type": "string"}}}),
    "Chat": _open({
        "handover": {"$ref": "#/components/schemas/Handover"}, "messages": {"type": "array"}, "summary": {"type": "object"},
        "number": {"type": ["string", "null"]}, "last": {"type": "integer"},
    }),
    "Words": _object({"id": _NAME, "text": {"type": "string", "minLength": 1, "maxLength": 4000, "pattern": r"\S"}}, ["id", "text"]),
    "Presence": _object({"here": {"type": "boolean"}}, ["here"]),
    "Figures": _open({
        "site": {"type": "string"}, "calls": {"type": "object"}, "levels": {"type": "array"}, "overrides": {"type": "array"},
        "missed": {"type": "array"}, "queue": {"type": "object"}, "response": {"type": "object"},
    }),
    "CdsServices": _open({"services": {"type": "array"}}),
    "CdsRequest": {
        "type": "object", "required": ["hook", "hookInstance", "context"],
        "properties": {
            "hook": {"type": "string", "maxLength": 100}, "hookInstance": {"type": "string", "maxLength": 200},
            "context": {"type": "object", "properties": {"text": _TEXT, "turns": {"type": "array", "maxItems": 500}}}, "prefetch": {"type": "object"},
        },
    },
    "CdsCards": _open({"cards": {"type": "array"}}),
}  # fmt: skip

_ID = {"name": "call", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
_LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _operation(
    name: str, summary: str, *, body: str | None = None, answer: str | None = None, status: int = 200, media: str = "application/json",
    parameters: list[dict[str, Any]] | None = None, also: tuple[int, ...] = (), free: bool = False, description: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    answers: dict[str, Any] = {str(status): {"description": "Done."}}
    if answer is not None or media != "application/json":
        schema = {"$ref": f"#/components/schemas/{answer}"} if answer else {"type": "string"}
        answers[str(status)]["content"] = {media: {"schema": schema}}
    problems = {*also, *(() if free else (401, 403)), *((400, 413) if body else ()), *((400,) if parameters else ())}
    for code in sorted(problems):
        answers[str(code)] = {
            "description": _WHY[code],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    operation: dict[str, Any] = {"operationId": name, "summary": summary, "responses": answers}
    if description:
        operation["description"] = description
    if parameters:
        operation["parameters"] = parameters
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{body}"}}},
        }
    operation["security"] = [] if free else [{"bearer": []}]
    return operation


_WHY = {
    200: "It was there already.", 400: "The request cannot be read.", 401: "No valid login.", 403: "The role may not do this.",
    404: "There is no such thing on this site.", 409: "It cannot be done in this state.", 426: "This address is a WebSocket.", 413: "Too large.",
    429: "Too many wrong logins in a row; Retry-After says how long to wait.", 503: "Not ready.",
}  # fmt: skip


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole document."""
    op = _operation
    call = [_ID]
    paths = {
        "/openapi.json": {"get": op("openapi", "This document", free=True, answer=None, media="application/json")},
        "/login": {"post": op("login", "Log in as a demo person (local development)", body="Login", answer="Token", free=True, also=(401, 429))},
        "/me": {"get": op("me", "Who you are", answer="Person")},
        "/analyse": {"post": op("analyse", "Analyse one text or one call, keeping nothing", body="Analyse", answer="Analysis")},
        "/calls": {
            "get": op("listCalls", "Calls of your site, newest first", answer="CallPage", parameters=[
                {"name": "status", "in": "query", "schema": {"type": "string", "enum": ["open", "closed"]}}, _LIMIT,
                {"name": "cursor", "in": "query", "schema": {"type": "string", "minLength": 1}, "description": "`next` of the page before."},
            ]),
            "post": _with_200(op("openCall", "Open a call", body="NewCall", answer="Call", status=201), "Call"),
        },
        "/calls/{call}": {"get": op("readCall", "The whole state of a call", answer="Call", parameters=call, also=(404,))},
        "/calls/{call}/events": {"get": op(
            "watchCall", "The state of a call, live", parameters=[*call, {
                "name": "once", "in": "query", "schema": {"type": "string", "enum": ["1"]}, "description": "Send the state once and end.",
            }], media="text/event-stream", also=(404,),
            description="Server-sent events named `state`. The first holds every turn; later ones hold the changed turns, and `order` with the ids of all.",
        )},
        "/calls/{call}/stream": {"get": _stream()},
        "/calls/{call}/turns": {"post": op(
            "addTurns", "Append turns", body="Turns", answer="Call", also=(404, 409), parameters=[*call, {
                "name": "since", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 2**53},
                "description": "The version you have: the answer holds only turns that changed after it, and `order` with the ids of all.",
            }],
            description="Idempotent by turn id. A turn with final: false is replaced by the next one with its id.",
        )},
        "/calls/{call}/transcript": {"post": op("addTranscript", "Append a whole transcript", body="Transcript", answer="Call", parameters=call, also=(404, 409))},
        "/calls/{call}/turns/{turn}": {
            "patch": op("relabelTurn", "Give one turn another speaker", body="Speaker", answer="Call", parameters=[_ID, _path("turn")], also=(404, 409)),
            "delete": op("withdrawTurn", "Withdraw a turn", answer="Call", parameters=[_ID, _path("turn")], also=(404, 409)),
        },
        "/calls/{call}/swap": {"post": op("swapSpeakers", "Caller and handler change places", answer="Call", parameters=call, also=(404, 409))},
        "/calls/{call}/items/{item}": {
            "get": op("readItem", "Wordings of one checklist item", answer="Item", parameters=[_ID, _path("item")], also=(404,)),
            "put": op("tickItem", "Answer or override one checklist item", body="Tick", answer="Call", parameters=[_ID, _path("item")], also=(404, 409)),
            "delete": op("untickItem", "Take your answer back", answer="Call", parameters=[_ID, _path("item")], also=(404, 409)),
        },
        "/calls/{call}/findings": {"post": op("correctFinding", "Correct a finding", body="Finding", answer="Call", parameters=call, also=(404, 409))},
        "/calls/{call}/override": {
            "put": op("override", "Decide otherwise, with a reason", body="Override", answer="Call", parameters=call, also=(404, 409)),
            "delete": op("undoOverride", "Take the override back", answer="Call", parameters=call, also=(404, 409)),
        },
        "/calls/{call}/close": {"post": op("closeCall", "Close the call", body="WrapUp", answer="Call", parameters=call, also=(404, 409))},
        "/calls/{call}/records/{record}": {"get": {
            **op("readRecord", "A record of the call", media="text/plain", parameters=[_ID, {
                "name": "record", "in": "path", "required": True,
                "schema": {"type": "string", "enum": ["sbar.txt", "patient.txt", "fhir.json", "call.json", "call.csv"]},
            }], also=(404,)),
        }},
        "/queue": {"get": op("readQueue", "Chats that want a person", answer="Queue")},
        "/presence": {"post": op("setPresence", "Say that you are there for chats, or not", body="Presence", answer="Queue")},
        "/queue/{handover}": {"get": op("readChat", "A chat with its summary", answer="Chat", parameters=[_path("handover")], also=(404,))},
        "/queue/{handover}/take": {"post": op("takeChat", "Take over", answer="Chat", parameters=[_path("handover")], also=(404, 409))},
        "/queue/{handover}/messages": {"post": op("writeChat", "Write to the visitor", body="Words", answer="Chat", parameters=[_path("handover")], also=(404, 409))},
        "/queue/{handover}/back": {"post": op("handBack", "Hand back to the bot", answer="Chat", parameters=[_path("handover")], also=(404, 409))},
        "/figures": {"get": op("figures", "Figures of your site, without patient text", answer="Figures", parameters=[
            {"name": "days", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 90, "default": 14}}])},
        "/audit": {"get": op("readAudit", "The audit log of your site", answer="AuditPage", parameters=[
            {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 2**53}}, _LIMIT])},
        "/audit/verify": {"get": op("verifyAudit", "Whether the audit log is as it was written", answer="AuditState")},
        "/cds-services": {"get": op("cdsServices", "CDS Hooks: what there is", answer="CdsServices", free=True)},
        "/cds-services/rootline-triage": {"post": op("cdsTriage", "CDS Hooks: cards for one text or call", body="CdsRequest", answer="CdsCards")},
    }  # fmt: skip
    paths["/calls/{call}/events"]["get"]["responses"]["200"]["content"] = {"text/event-stream": {"schema": {
        "description": "One event.", "type": "object", "required": ["event", "id", "data"], "properties": {
            "event": {"const": "state"}, "id": {"type": "string", "description": "Version of the state."},
            "data": {
                "type": "string", "contentMediaType": "application/json", "contentSchema": {"$ref": "#/components/schemas/Call"},
            },
        },
    }}}  # fmt: skip
    paths["/calls/{call}/records/{record}"]["get"]["responses"]["200"]["content"] = {
        "text/plain": {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}},
        "application/json": {"schema": {"type": "object"}}, "application/fhir+json": {"schema": {"type": "object"}},
    }  # fmt: skip
    paths["/openapi.json"]["get"]["responses"]["200"]["content"] = {"application/json": {"schema": {"type": "object"}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rootline agent desk", "version": "1.0.0", "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "Live triage support for call handlers. Draft, not clinically reviewed; not a medical device.",
        },
        "servers": [{"url": API}],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}},
    }  # fmt: skip


def _stream() -> dict[str, Any]:
    """OpenAPI has no words for a WebSocket: the handshake stands in it, the messages are named beside it."""
    return {
        **_operation(
            "streamCall", "Turns in, states out, over a WebSocket", status=101, free=True, also=(426,), parameters=[_ID],
            description=(
                f"A WebSocket with the subprotocol {STREAM_PROTOCOL}. Every message is one JSON text: StreamIn from you, StreamOut to you. "
                "The first message is your login within 10 seconds; the token never stands in the address. Then comes the whole state, and after every change "
                "a state with the changed turns and `order`. The server closes with 4401 (no valid login), 4403 (the role may not), 4404 (no such call), "
                "1009 (message too large), 1008 (states not read)."
            ),
        ),
        "x-websocket": {
            "subprotocol": STREAM_PROTOCOL, "receives": {"$ref": "#/components/schemas/StreamIn"}, "sends": {"$ref": "#/components/schemas/StreamOut"},
        },
    }  # fmt: skip


def _with_200(operation: dict[str, Any], answer: str) -> dict[str, Any]:
    operation["responses"]["200"] = {
        "description": _WHY[200], "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}},
    }  # fmt: skip
    return operation


@lru_cache(maxsize=64)
def _validator(name: str) -> Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    return Draft202012Validator(schema)


def check(name: str, body: Any) -> str | None:
    """What is wrong with a body, in one sentence without its content, or None."""
    for error in sorted(_validator(name).iter_errors(body), key=lambda found: list(map(str, found.path))):
        place = "/".join(str(part) for part in error.path) or "the body"
        rule = {
            "required": "a required field is missing", "additionalProperties": "there is an unknown field", "type": f"it must be {error.validator_value}",
            "enum": "it is not one of the allowed values", "pattern": "it has characters that are not allowed", "maxLength": f"it may have up to {error.validator_value} characters",
            "oneOf": "exactly one of text and turns is needed" if name == "Analyse" else "it is none of the allowed messages",
        }.get(str(error.validator), f"it breaks the rule '{error.validator}'")  # fmt: skip
        return f"{place}: {rule}."
    return None
