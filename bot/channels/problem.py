"""Errors of the HTTP interface, in the one shape of RFC 9457 (application/problem+json).

In: status, code, a sentence. Out: a Sanic response. Called by every channel that speaks HTTP. A problem never holds what a
person wrote and never a stack trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanic.response import HTTPResponse, json

TITLES = {
    400: "The request cannot be read",
    401: "This conversation is not open to you",
    403: "You may not do this",
    404: "There is no such thing here",
    405: "That cannot be done here",
    409: "It cannot be done in this state",
    413: "The request is too large",
    426: "Another protocol is needed",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "The bot is not ready",
}


class Problem(Exception):
    """Raised by a handler; becomes the response."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers or {}
        self.more = more or {}

    def response(self) -> HTTPResponse:
        """As it goes out."""
        return problem_response(self.status, self.code, self.detail, headers=self.headers, more=self.more)


def problem_response(
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> HTTPResponse:
    """The response.

    Args:
        status, code, detail: `code` is stable and stands in docs/errors.md.
        headers: Further headers, such as Retry-After.
        more: Further members of the object (RFC 9457, section 3.2), such as `reply`: advice in place of an answer.
    """
    body = {
        "type": f"about:blank#{code.lower()}",
        "title": TITLES.get(status, "The request failed"),
        "status": status,
        "code": code,
        "detail": detail,
        **(more or {}),
    }
    sent = {**({"WWW-Authenticate": "Bearer"} if status == 401 else {}), **(headers or {})}
    return json(body, status=status, headers=sent, content_type="application/problem+json")
