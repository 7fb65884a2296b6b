"""The API keeps its own OpenAPI document: whatever is sent, the status is documented, the answer fits its schema, nothing fails inside."""

from __future__ import annotations

import random
import re
from typing import Any
from urllib.parse import quote

import pytest
import requests
from jsonschema import Draft202012Validator

from bot.desk.openapi import SCHEMAS, check, document
from tests.desk.conftest import Client, DeskServer

#: Values that break careless code.
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**20, "", " ", "a" * 9000, "\u0000", "\U0001F600", "null", "../..", "'; DROP TABLE calls;--", "{{7*7}}", [], [None], {}, {"a": {"b": []}},
)  # fmt: skip
ROLES = ("agent", "supervisor", "auditor")
TRIES = 12
#: Need something to be there before; tests/desk/test_calls_api.py has them succeed.
NEEDS_MORE = {"streamCall", "login", "untickItem", "undoOverride", "correctFinding"}


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    return SCHEMAS[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def example(schema: dict[str, Any], rand: random.Random) -> Any:
    """Something that fits the schema, most of the time."""
    schema = resolve(schema)
    if "enum" in schema:
        return rand.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        names = list(schema.get("properties", {}))
        if "oneOf" in schema:
            wanted = rand.choice(schema["oneOf"])["required"]
        else:
            wanted = [name for name in names if name in schema.get("required", ()) or rand.random() < 0.4]
        return {name: example(schema["properties"][name], rand) for name in wanted}
    if kind == "array":
        return [example(schema.get("items", {"type": "string"}), rand) for _ in range(rand.randint(1, 3))]
    if kind == "integer":
        return rand.randint(schema.get("minimum", 0), min(schema.get("maximum", 50), 50))
    if kind == "number":
        return rand.random() * 1e9
    if kind == "boolean":
        return rand.random() < 0.5
    words = ["my leg is numb", "yes", "no", "t0", "leaks", "Any numbness between your legs?", "café 😀"]
    return (
        rand.choice(["t0", "a.b:c-1"])
        if "pattern" in schema and schema["pattern"].startswith("^[A")
        else rand.choice(words) + " x" * 3
    )


def spoilt(body: Any, rand: random.Random) -> Any:
    """The same with one thing wrong or odd."""
    if isinstance(body, dict) and body and rand.random() < 0.8:
        out = dict(body)
        key = rand.choice(list(out))
        out[rand.choice([key, "unknown"])] = rand.choice(ODD) if rand.random() < 0.7 else spoilt(out[key], rand)
        if rand.random() < 0.2:
            out.pop(key)
        return out
    return rand.choice(ODD)


OPERATIONS = [(path, method, op) for path, methods in document()["paths"].items() for method, op in methods.items()]


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=[op["operationId"] for _, _, op in OPERATIONS])
def test_operation_keeps_the_document(path: str, method: str, operation: dict[str, Any], desk_server: DeskServer) -> None:
    rand = random.Random(operation["operationId"])
    seen: set[int] = set()
    for number in range(TRIES):
        usual = "auditor" if path.startswith("/audit") else "supervisor" if path == "/figures" else "agent"
        role = usual if number % 4 or number == 0 else rand.choice(ROLES)
        person = (
            desk_server.person(role=role, site="fuzz") if number != 3 else Client(desk_server.url + "/agent/api", "bad.token")
        )
        call = desk_server.person(site="fuzz").call("C: my leg is numb") if "{call}" in path else ""
        place = path.replace("{call}", call if rand.random() < 0.8 else quote(str(rand.choice(ODD)) or "x", safe="")[:300])
        for name, good in (("item", "leaks"), ("turn", "t0"), ("record", "sbar.txt"), ("handover", "nothing")):
            place = place.replace(
                "{" + name + "}", good if rand.random() < 0.7 else quote(str(rand.choice(ODD)) or "x", safe="")[:300]
            )
        query = {
            p["name"]: "1" if p["name"] == "once" or (number % 2 == 0 and p["schema"]["type"] == "integer")
            else rand.choice(["1", "x", "-1", "99999999999999999999", "open", "50"])
            for p in operation.get("parameters", ()) if p["in"] == "query" and (rand.random() < 0.5 or p["name"] == "once")
        }  # fmt: skip
        body = None
        if "requestBody" in operation:
            body = example(operation["requestBody"]["content"]["application/json"]["schema"], rand)
            body = spoilt(body, rand) if number % 2 else body
        found = person.ask(method.upper(), place, body, params=query, stream=False)
        seen.add(found.status_code)
        if found.status_code in (404, 405) and "404" not in operation["responses"]:
            continue  # the odd value made another path of it
        assert str(found.status_code) in operation["responses"], (place, query, body, found.text[:300])
        content = operation["responses"][str(found.status_code)].get("content")
        if not content:
            continue
        kind = found.headers["content-type"].partition(";")[0]
        assert kind in content, (kind, content)
        if "json" in kind:
            schema = {**content[kind]["schema"], "components": {"schemas": SCHEMAS}}
            errors = [error.message[:200] for error in Draft202012Validator(schema).iter_errors(found.json())]
            assert errors == [], (place, body)
    assert any(status < 300 for status in seen) or operation["operationId"] in NEEDS_MORE or path.startswith("/queue/"), (
        f"never succeeded: {seen}"
    )


def test_the_document_is_whole(desk_server: DeskServer) -> None:
    served = requests.get(desk_server.url + "/agent/api/openapi.json", timeout=10).json()
    assert served["openapi"].startswith("3.1")
    text = str(served)
    for name in re.findall(r"#/components/schemas/(\w+)", text):
        assert name in served["components"]["schemas"]
    documented = {
        (method.upper(), re.sub(r"{\w+}", "{}", "/agent/api" + path)) for path, ops in served["paths"].items() for method in ops
    }
    routes = {
        (method, "/" + re.sub(r"<[^>]+>", "{}", route.path))
        for route in desk_server.app.router.routes
        for method in route.methods
        if route.path.startswith("agent/api") and method not in ("OPTIONS", "HEAD")
    }
    assert documented == routes
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


def test_a_check_never_repeats_what_was_sent() -> None:
    assert "zebra" not in str(check("Turns", {"turns": [{"id": "zebra zebra", "speaker": "zebra", "text": "zebra" * 5000}]}))
