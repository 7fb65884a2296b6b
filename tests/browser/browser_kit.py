"""What browser tests share: a running Rootline, a foreign site that embeds it, Chromium, axe.

In: ROOTLINE_CHROMIUM (scripts/run_tests.py finds or installs one). Out: helpers. Called by the conftest of each room.

axe.min.js beside this file is axe-core 4.14.1, Mozilla Public License 2.0, as published.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).with_name("axe.min.js")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
START_SECONDS = 180  # training the model included


def chromium_path() -> str | None:
    """The browser to use, or None when there is none."""
    named = os.environ.get("ROOTLINE_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Rootline:
    """`python -m bot serve` in its own process, on its own port, with its own records; can be stopped and started again."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = folder / "serve.log"
        self._environment = {**os.environ, "ROOTLINE_VAR": str(folder / "var"), **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve", "--port", str(self.port)],
                cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.2)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text(errors='replace')[-3000:]}")

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(5)


class ForeignSite:
    """A site of somebody else: another origin, its own pages, its own content policy. Pages are set by tests."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, headers = site.pages.get(self.path.split("?")[0], ("<title>none</title>", {}))
                body = html.encode()
                self.send_response(200)
                kind = (
                    "text/css" if self.path.endswith(".css") else "text/javascript" if self.path.endswith(".js") else "text/html"
                )
                for name, value in {
                    "Content-Type": f"{kind}; charset=utf-8",
                    "Content-Length": str(len(body)),
                    **headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def axe_violations(place: Any) -> list[str]:
    """What axe-core finds in a page (its frames included) or in a frame, one line each; empty is what we want."""
    for frame in getattr(place, "frames", [place]):
        if not frame.evaluate("typeof axe === 'object'"):
            frame.evaluate(f"{AXE.read_text(encoding='utf-8')};0")
    found = place.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
    return [
        f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]} {v['nodes'][0]['failureSummary'][:200]}"
        for v in found["violations"]
    ]


@contextlib.contextmanager
def launched(playwright: Any) -> Iterator[Any]:
    """Chromium, started as the tests need it."""
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
    try:
        yield browser
    finally:
        browser.close()
