"""The website chat: the one script that pages embed, and the page that stands in their frame.

In: HTTP requests. Out: widget.js, the chat page with its own content policy. Registered by `bot.runtime.server`.

Only sites named in ROOTLINE_EMBED_ORIGINS may put the chat into a frame; without it only this server's own pages may. The
sources stand in web/; docs/widget.md is the integrator's guide.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.channels.pages import DEFAULT_LOCALE, READ, SECURITY_HEADERS, STATIC, fill, send_file, static_version
from bot.errors import StartError
from bot.knowledge.sections.services import FALLBACK, country_for
from bot.replies.words import Words

EMBED_ORIGINS = "ROOTLINE_EMBED_ORIGINS"
#: The launcher is small and changes with a release: pages take a new one within five minutes.
LAUNCHER_SECONDS = 300
_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")

widget = Blueprint("widget")


def embed_origins(value: str | None = None) -> tuple[str, ...]:
    """Sites that may embed the chat, from ROOTLINE_EMBED_ORIGINS (blanks or commas between them).

    Raises:
        StartError: RUN011 when one of them is no origin.
    """
    given = value if value is not None else os.environ.get(EMBED_ORIGINS, "")
    origins = tuple(origin.rstrip("/") for origin in re.split(r"[\s,]+", given) if origin)
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise StartError(
                "RUN011",
                f"{EMBED_ORIGINS}: '{origin}' is not an origin. Write scheme and host, for example https://www.hospital.example.",
            )
    return origins


def chat_policy(nonce: str, origins: tuple[str, ...]) -> str:
    """Content-Security-Policy of the chat page: our own script and style by nonce, our own server, nothing else."""
    ancestors = " ".join(("'self'", *origins))
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


@widget.route("/widget.js", methods=READ)
async def launcher(request: Request) -> HTTPResponse:
    """The script that pages embed. Any site may load it; the frame it opens is what is guarded."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": f"public, max-age={LAUNCHER_SECONDS}",
    }
    return send_file(request, STATIC / "widget.js", headers)


@widget.route("/chat", methods=READ)
async def chat(request: Request) -> HTTPResponse:
    """The chat itself, for a frame or a window of its own."""
    nonce = secrets.token_urlsafe(16)
    data = boot(request.app.ctx.service.knowledge, request.args.get("locale", ""))
    html = fill(
        "chat.html",
        nonce=nonce,
        locale=DEFAULT_LOCALE if data["locale"] == FALLBACK else data["locale"],
        version=static_version(),
        boot=json.dumps(data, ensure_ascii=True).replace("<", "\\u003c"),
        emergency=data["emergency"]["label"],
    )
    headers = {
        **SECURITY_HEADERS,
        # The frame stands on other sites, so it must not ask for a browsing context of its own; voice is asked for there.
        "Permissions-Policy": "camera=(), geolocation=()",
        "Content-Security-Policy": chat_policy(nonce, embed_origins()),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "no-store",
    }
    return raw(html.encode(), content_type="text/html; charset=utf-8", headers=headers)


def boot(knowledge: Any, locale: str) -> dict[str, Any]:
    """What the chat must know before it has reached the API: language, and the country's numbers for when it cannot."""
    known = next((name for name in knowledge.services if name.lower() == locale.lower()), DEFAULT_LOCALE)
    country = country_for(knowledge.services, known)
    words = Words(knowledge, known)
    links = [{"label": words.fill(line.label), "href": line.href} for line in country.lines if "failure" in line.uses]
    return {"locale": known, "emergency": links[0], "failureLinks": links}
