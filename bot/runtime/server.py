"""The server: one process, one port, chat page at `/`, REST under `/api`, messaging under `/webhooks`, state at
`/health`.

In: host, port, environment. Out: a running Sanic application. Called by `python -m bot serve` (`make run`).

Rasa's own application owns `/` and trusts the caller's sender id, so this one is ours; Rasa's agent, trackers, locks and
brokers are used as they are (docs/adr/0009-one-turn-inside-rasa.md).
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.errors import StartError

HOST = "127.0.0.1"
PORT = 5005
#: 100,000 characters, each as a twelve-letter JSON escape, and some room.
MAX_BODY = 2_000_000

Say = Callable[[str], None]


def run(*, host: str | None, port: int | None, say: Say) -> None:
    """Start the server and stay until it is stopped.

    Args:
        host, port: Where to listen; ROOTLINE_HOST, ROOTLINE_PORT or 127.0.0.1:5005 when None.
        say: Takes lines about what is going on.

    Raises:
        KnowledgeError, ModelError, StartError: With a sentence that says what to do.
    """
    started = time.monotonic()
    listening = listen(host or os.environ.get("ROOTLINE_HOST") or HOST, chosen_port(port))
    address = f"http://{_shown(listening)}"
    say(f"starting on {address} ...")
    from bot.knowledge.load import load

    load()  # before Rasa: broken knowledge is said at once
    from bot.runtime.training import ensure_model

    model = ensure_model(say)
    from bot.desk.access import allow_demo

    app = build_app(model, on_ready=lambda: say(f"ready in {time.monotonic() - started:.1f} s: {address}  (Ctrl-C stops it)"))
    allow_demo(app.ctx.access, listening.getsockname()[0])
    try:
        app.run(sock=listening, access_log=False, motd=False, debug=False, workers=1)
    finally:
        listening.close()


def chosen_port(port: int | None) -> int:
    """The port of the option or of ROOTLINE_PORT.

    Raises:
        StartError: RUN002 when it is no port.
    """
    value: Any = port if port is not None else os.environ.get("ROOTLINE_PORT") or PORT
    try:
        number = int(value)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise StartError("RUN002", f"'{value}' is not a port. Use a number from 1 to 65535, for example ROOTLINE_PORT=8080.")
    return number


def listen(host: str, port: int) -> socket.socket:
    """A socket bound before anything slow begins, so that a taken port is said at once.

    Raises:
        StartError: RUN001 when the port is taken, RUN002 when the address cannot be used.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        text = f"'{host}' is not an address of this machine ({error.strerror}). Use 127.0.0.1 or 0.0.0.0."
        raise StartError("RUN002", text) from None
    listening = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if isinstance(error, PermissionError):
            text = f"port {port} needs more rights than you have. Use one from 1024 on: --port 5005."
            raise StartError("RUN002", text) from None
        if error.errno in (98, 48, 10048):  # address in use on Linux, macOS, Windows
            text = f"port {port} on {host} is taken. Stop what runs there, or use another one: ROOTLINE_PORT={port + 1} make run."
            raise StartError("RUN001", text) from None
        raise StartError("RUN002", f"{host}:{port} cannot be used ({error.strerror}). Use 127.0.0.1 or 0.0.0.0.") from None
    return listening


def _shown(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::', '::1') else host}:{port}"


def build_app(model: Path, *, on_ready: Callable[[], None] | None = None, service: Any = None) -> Any:
    """The application.

    Args:
        model: Model archive, loaded when the server starts.
        on_ready: Called once it answers.
        service: A ready `ConversationService` (tests); made from the model and the environment when None.
    """
    from sanic import Sanic
    from sanic.exceptions import SanicException

    from bot.channels.agent_desk import install as install_desk
    from bot.channels.messaging.install import install as install_messaging
    from bot.channels.pages import pages
    from bot.channels.problem import Problem, problem_response
    from bot.channels.rest import advice_unread, rest
    from bot.channels.web_widget import embed_origins, widget
    from bot.knowledge.load import load
    from bot.runtime.conversation import ConversationService
    from bot.runtime.folders import var_folder
    from bot.runtime.logging import get_logger
    from bot.runtime.storage import open_event_broker
    from bot.runtime.tokens import Tokens

    log = get_logger(__name__)
    app = Sanic(f"rootline-{secrets.token_hex(4)}", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.RESPONSE_TIMEOUT = 60
    app.ctx.tokens = Tokens(var_folder())
    app.ctx.service = service
    app.blueprint(rest)
    app.blueprint(pages)
    app.blueprint(widget)
    app.ctx.knowledge = load()
    install_desk(app, var_folder(), app.ctx.knowledge)
    install_messaging(app, var_folder())
    embed_origins()  # a wrong one is said at once

    @app.before_server_start
    async def load_model(app: Any, loop: asyncio.AbstractEventLoop) -> None:
        if app.ctx.service is None:
            broker = await open_event_broker()
            app.ctx.service = ConversationService.start(model, broker=broker)
        app.ctx.service.handovers = app.ctx.handovers
        app.ctx.service.on_erased = app.ctx.tokens.revoke

    @app.after_server_start
    async def tell(app: Any, loop: asyncio.AbstractEventLoop) -> None:
        if on_ready is not None:
            on_ready()

    @app.exception(Exception)
    async def as_problem(request: Any, error: Exception) -> Any:
        if isinstance(error, Problem):
            return error.response()
        if isinstance(error, SanicException):
            status = getattr(error, "status_code", 500)
            code = {404: "INP038", 405: "INP040", 413: "INP041"}.get(status, "INP042")
            more = advice_unread(app.ctx.knowledge) if status == 413 else None
            return problem_response(status, code, _HTTP_DETAIL.get(status, "The request cannot be answered."), more=more)
        error_id = secrets.token_hex(4)
        log.error("http.failed", error_id=error_id, method=request.method if request else "", exc_info=error)
        detail = f"The server failed on this request (error {error_id}). In an emergency call your emergency number."
        return problem_response(500, "RUN010", detail)

    return app


_HTTP_DETAIL = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: (
        f"The body may have up to {MAX_BODY} bytes. Nothing of it was read. Send the main points in a few lines; in an emergency "
        "call your emergency number."
    ),
}
