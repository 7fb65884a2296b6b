"""The page at `/`, the privacy notice, their files, the drawings, and `/health`.

In: HTTP requests. Out: HTML, files, JSON. Registered by `bot.runtime.server`. Nothing is loaded from elsewhere: the
content policy allows this origin alone, and scripts and styles only with the nonce of this very response. The pages are
built from web/src/site; the warning signs and numbers on them come from the knowledge, so they are never told twice.
"""

from __future__ import annotations

import gzip
import json as json_library
import mimetypes
import secrets
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from bot.channels.problem import Problem
from bot.replies.picture import named_picture, picture_png, picture_svg
from bot.replies.words import Words

STATIC = Path(__file__).parent / "static"
PICTURE_SECONDS = 86400
#: Most pixels of a side that may be asked for; a platform that shows no larger picture names one of them.
PICTURE_SIDES = ("512", "1024", "2048")
#: Files that carry their version in the address may be kept for a year.
VERSIONED_SECONDS = 31_536_000
DEFAULT_LOCALE = "en-GB"
#: The nerve path that the page at `/` shows.
HOME_PICTURE = "knee"
PACKED = (".js", ".css", ".svg", ".json")

#: Methods of whatever is only read: monitors and link checkers ask for the headers alone.
READ = ("GET", "HEAD")

pages = Blueprint("pages")


def policy(nonce: str) -> str:
    """Content-Security-Policy of a page."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self'; frame-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def static_version() -> str:
    """Short digest of the built files, for their addresses."""
    built = json_library.loads((STATIC / "build.json").read_text(encoding="utf-8"))
    return str(built["sources"])[:12]


def fill(name: str, *, raw_html: dict[str, str] | None = None, boot: str = "", **gaps: str) -> str:
    """A page with its {{gaps}} filled. Values are escaped; `raw_html` holds what is HTML already, `boot` is JSON."""
    html = (STATIC / name).read_text(encoding="utf-8")
    filled = {**{key: escape(value) for key, value in gaps.items()}, **(raw_html or {}), "boot": boot}
    for key, value in filled.items():
        html = html.replace("{{" + key + "}}", value)
    return html


def _page(request: Request, name: str) -> HTTPResponse:
    nonce = secrets.token_urlsafe(16)
    html = fill(
        name, nonce=nonce, locale=DEFAULT_LOCALE, version=static_version(), raw_html=_told(request.app.ctx.service.knowledge)
    )
    headers = {**SECURITY_HEADERS, "Content-Security-Policy": policy(nonce), "Cache-Control": "no-store"}
    return raw(html.encode(), content_type="text/html; charset=utf-8", headers=headers)


def _told(knowledge: Any) -> dict[str, str]:
    """What the pages take from the knowledge: the warning signs and whom to call, as the safety net words them; a drawing."""
    words = Words(knowledge, DEFAULT_LOCALE)
    lines = [line for line in words.country.lines if "failure" in line.uses]
    calls = [f'<a href="{escape(line.href)}">{escape(words.fill(line.label))}</a>' for line in lines]
    signs = [words.fill(sign.text) for sign in knowledge.safety_net.signs]
    paths = knowledge.explanations.paths
    drawing = named_picture(paths.get(HOME_PICTURE, next(iter(paths.values()))), "left", words)
    return {
        "signs_title": escape(words.text("result.net")),
        "signs": "\n".join(f"<li>{escape(sign)}</li>" for sign in signs),
        "signs_end": escape(words.text("result.net_end")),
        "calls": " ".join(calls[:1]),
        "emergency": calls[0],
        "picture": drawing.key,
        "picture_alt": escape(drawing.alt),
    }


@pages.route("/", methods=READ)
async def home(request: Request) -> HTTPResponse:
    """The demo page, with the chat embedded as on any other site."""
    return _page(request, "index.html")


@pages.route("/privacy", methods=READ)
async def privacy(request: Request) -> HTTPResponse:
    """The privacy notice."""
    return _page(request, "privacy.html")


@pages.route("/static/<name:path>", methods=READ)
async def static_file(request: Request, name: str) -> HTTPResponse:
    """One file of the pages; nothing outside the folder."""
    file = (STATIC / name).resolve()
    if STATIC.resolve() not in file.parents or not file.is_file() or file.suffix == ".html":  # pages have their own addresses
        raise Problem(404, "INP038", "There is no such file.")
    kept = f"public, max-age={VERSIONED_SECONDS}, immutable" if request.args.get("v") else "no-cache"
    return send_file(request, file, {**SECURITY_HEADERS, "Cache-Control": kept, "Cross-Origin-Resource-Policy": "same-origin"})


def send_file(request: Request, file: Path, headers: dict[str, str]) -> HTTPResponse:
    """A built file, packed for browsers that take it packed: a third of the bytes on a phone's line."""
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if kind in ("text/javascript", "application/javascript"):
        kind = "text/javascript; charset=utf-8"
    headers = {**headers, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", "") and file.suffix in PACKED:
        return raw(_packed(file, file.stat().st_mtime_ns), content_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    return raw(file.read_bytes(), content_type=kind, headers=headers)


@lru_cache(maxsize=64)
def _packed(file: Path, changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)


@pages.route("/pictures/<name:str>", methods=READ)
async def picture(request: Request, name: str) -> HTTPResponse:
    """A drawing by its key, as .svg or .png (`side`: most pixels of a side). It shows a nerve path, never a person."""
    key, _, form = name.rpartition(".")
    if form not in ("svg", "png"):
        raise Problem(404, "INP039", "There is no such picture.")
    locale = request.args.get("locale", "en-GB")
    side = int(request.args.get("side", "0")) if request.args.get("side", "0") in PICTURE_SIDES else 0
    try:
        content = _drawing(request.app.ctx.service.knowledge.digest, key, form, locale, side, request.app)
    except ValueError:
        raise Problem(404, "INP039", "There is no such picture.") from None
    kind = "image/svg+xml" if form == "svg" else "image/png"
    headers = {
        **SECURITY_HEADERS,
        "Cache-Control": f"public, max-age={PICTURE_SECONDS}",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return raw(content, content_type=kind, headers=headers)


@lru_cache(maxsize=256)
def _drawing(digest: str, key: str, form: str, locale: str, side: int, app: object) -> bytes:
    knowledge = app.ctx.service.knowledge  # type: ignore[attr-defined]
    svg = picture_svg(key, knowledge, Words(knowledge, locale if locale in knowledge.services else "en-GB"))
    return picture_png(svg, side=side) if form == "png" else svg.encode()


@pages.route("/health", methods=READ)
async def health(request: Request) -> HTTPResponse:
    """Whether the bot answers, and what it was made of."""
    service = getattr(request.app.ctx, "service", None)
    if service is None:
        return json({"ready": False}, status=503, headers={"Cache-Control": "no-store"})
    state = await service.health()
    return json(state, status=200 if state["ready"] else 503, headers={"Cache-Control": "no-store"})
