"""Lone surrogates are valid JSON and no valid text: whatever field they stand in, the answer is clear and never a failure inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from bot.desk.attempts import Attempts
from bot.desk.openapi import SCHEMAS, document
from tests.desk.conftest import DeskServer

HALVES = ("\ud800", "my leg is numb \udfff", "\udc00\ud800")
OPERATIONS = [
    (path, method, op) for path, methods in document()["paths"].items() for method, op in methods.items() if "requestBody" in op
]


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    return SCHEMAS[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def bodies(schema: dict[str, Any], half: str) -> Iterator[Any]:
    """One body for each string field with the half character there, everything else as it should be."""
    schema = resolve(schema)
    kind = schema.get("type")
    if kind == "object":
        wanted = set(schema.get("required", ())) | set(schema.get("oneOf", [{}])[0].get("required", ()))
        rest = {name: good(field) for name, field in schema.get("properties", {}).items() if name in wanted}
        yield {**rest, half: 1}
        for name, field in schema.get("properties", {}).items():
            for value in bodies(field, half):
                yield {**rest, name: value}
    elif kind == "array":
        for value in bodies(schema.get("items", {"type": "string"}), half):
            yield [value]
    elif kind == "string" or "enum" in schema:
        yield half


def good(schema: dict[str, Any]) -> Any:
    schema = resolve(schema)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {name: good(field) for name, field in schema.get("properties", {}).items() if name in schema.get("required", ())}
    if kind == "array":
        return [good(schema["items"])]
    return {"integer": schema.get("minimum", 0), "number": 0, "boolean": True}.get(
        str(kind), "t0 t0"[: schema.get("maxLength", 5)] if "pattern" not in schema else "t0t0t"
    )


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=[op["operationId"] for _, _, op in OPERATIONS])
def test_no_field_fails_on_them(
    path: str, method: str, operation: dict[str, Any], desk_server: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_server.app.ctx, "attempts", Attempts())
    alex = desk_server.person(site="halves")
    place = path.replace("{item}", "leaks").replace("{turn}", "t0").replace("{handover}", "nothing")
    place = place.replace("{call}", alex.call("C: my leg is numb")) if "{call}" in place else place
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    for half in HALVES:
        for body in bodies(schema, half):
            found = alex.ask(method.upper(), place, body)
            assert found.status_code < 500, (body, found.text[:300])
            assert str(found.status_code) in operation["responses"], (body, found.text[:300])


def test_what_is_kept_can_be_read_again(desk_server: DeskServer) -> None:
    alex = desk_server.person(site="halves")
    state = alex.ok("POST", "/calls", {"reference": "desk \ud800 3"})
    assert state["call"]["reference"] == "desk \ufffd 3"
    read = alex.say(state["call"]["id"], "C: my leg \ud800 is numb")
    assert read["turns"][0]["text"] == "my leg \ufffd is numb"


@pytest.mark.parametrize(
    "raw", [b'{"name": "\xed\xa0\x80", "password": "x"}', b'{"name": "a", "password": "\\uDFFF"}', b"[" * 50_000]
)
def test_raw_bytes_of_them_are_refused_clearly(raw: bytes, desk_server: DeskServer) -> None:
    found = requests.post(desk_server.url + "/agent/api/login", data=raw, timeout=10)
    assert found.status_code in (400, 401)
    assert found.headers["content-type"] == "application/problem+json"
