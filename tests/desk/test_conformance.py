"""The API keeps its own OpenAPI document: whatever is sent, the status is documented, the answer fits its schema, nothing fails inside.

schemathesis makes the requests from the document, fitting ones and spoilt ones, and checks the answers of the running server.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.desk.openapi import SCHEMAS, check, document
from tests.desk.conftest import DeskServer

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
]
ROLES = ("agent", "supervisor", "auditor")
REQUESTS = 24
#: Answers that end only when the other side hangs up; tests/desk/test_stream.py reads them.
ENDLESS = {"streamCall"}
#: Need something to be there before, or another set-up; tests/desk/test_calls_api.py and tests/browser/desk have them succeed.
NEEDS_MORE = {"login", "untickItem", "undoOverride", "correctFinding"}
OPERATIONS = [found.ok() for found in schemathesis.openapi.from_dict(document()).get_all_operations()]


def name_of(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


def cases_of(operation: Any) -> Any:
    """Requests that fit the document and, where there is anything to spoil, requests that do not."""
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not operation.body and not any(parameter.location == "query" for parameter in operation.iter_parameters()):
        return fitting
    return st.one_of(fitting, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))


def usual_role(operation: Any) -> str:
    path = operation.path
    return "auditor" if path.startswith("/audit") else "supervisor" if path == "/figures" else "agent"


@pytest.fixture
def call(desk_server: DeskServer) -> str:
    return desk_server.person(site="fuzz").call("A: Any numbness?", "C: my leg is numb")


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if name_of(op) not in ENDLESS], ids=name_of)
def test_operation_keeps_the_document(operation: Any, desk_server: DeskServer, call: str) -> None:
    tokens = {role: desk_server.token(role=role, site="fuzz") for role in ROLES} | {"forged": "no.such.token"}
    there = {"call": call, "item": "leaks", "turn": "t1", "record": "sbar.txt"}
    usual = usual_role(operation)
    seen: set[int] = set()

    @settings(
        max_examples=REQUESTS, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        case=cases_of(operation), role=st.sampled_from([usual, usual, usual, *tokens]), real=st.sampled_from([True, True, False])
    )
    def ask(case: Any, role: str, real: bool) -> None:
        for name in case.path_parameters if real else ():
            case.path_parameters[name] = there.get(name, case.path_parameters[name])
        if any(unquote(str(value)).strip("/.") == "" or "/" in unquote(str(value)) for value in case.path_parameters.values()):
            return  # another path, of which the document says nothing here
        if name_of(operation) == "watchCall":
            case.query = {**(case.query if isinstance(case.query, dict) else {}), "once": "1"}
        answer = case.call(
            base_url=f"{desk_server.url}/agent/api", headers={"Authorization": f"Bearer {tokens[role]}"}, timeout=30
        )
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
    found = any(status < 300 for status in seen)
    assert found or name_of(operation) in NEEDS_MORE or operation.path.startswith("/queue/"), f"never succeeded: {seen}"


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
