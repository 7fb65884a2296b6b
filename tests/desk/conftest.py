"""A desk over a real socket, without Rasa: routes, store, access and audit as they run in the server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from bot.desk.access import Person
from tests.serving import serving


class DeskServer:
    """A running server, its folder, and people who can talk to it."""

    def __init__(self, app: Any, url: str, folder: Path) -> None:
        self.app, self.url, self.folder = app, url, folder

    def token(self, name: str = "alex", role: str = "agent", site: str = "north") -> str:
        return self.app.ctx.access.issue(Person(name, role, site))

    def person(self, name: str = "alex", role: str = "agent", site: str = "north") -> Client:
        return Client(self.url + "/agent/api", self.token(name, role, site))


class Client:
    """The API as one person uses it."""

    def __init__(self, base: str, token: str) -> None:
        self.base, self.token = base, token

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(method, self.base + path, json=body, headers=headers, timeout=30, **more)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        found = self.ask(method, path, body)
        assert found.status_code < 300, found.text
        return found.json()

    def call(self, *lines: str) -> str:
        name = self.ok("POST", "/calls", {})["call"]["id"]
        if lines:
            self.say(name, *lines)
        return name

    def say(self, call: str, *lines: str, prefix: str = "t") -> Any:
        turns = []
        for number, line in enumerate(lines):
            who, _, text = line.partition(": ")
            turns.append({"id": f"{prefix}{number}", "speaker": {"A": "agent", "C": "caller"}[who], "text": text})
        return self.ok("POST", f"/calls/{call}/turns", {"turns": turns})


@pytest.fixture(scope="package")
def desk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    from bot.knowledge.load import load
    from bot.runtime.server import build_app, listen

    folder = tmp_path_factory.mktemp("desk-var")
    before = os.environ.get("ROOTLINE_VAR")
    os.environ["ROOTLINE_VAR"] = str(folder)
    listening = listen("127.0.0.1", 0)
    app = build_app(Path("none"), service=SimpleNamespace(knowledge=load()))
    app.ctx.access.demo_allowed = True
    with serving(app, listening) as address:
        if before is None:
            del os.environ["ROOTLINE_VAR"]
        else:
            os.environ["ROOTLINE_VAR"] = before
        yield DeskServer(app, address, folder)


@pytest.fixture
def alex(desk_server: DeskServer) -> Client:
    return desk_server.person()
