"""The bench starts, weighs, talks to and stops a bot; a small server of our own stands in for both bots."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

import bench.__main__ as command
from bench.commands import COMMANDS
from bench.server import BenchError, free_port, running
from bench.talk import SCRIPT, one_long_conversation, timed_turns, with_rootline, with_stock_rasa
from evaluation.document import blocks
from evaluation.peers.environment import Unavailable

STAND_IN = """
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Bot(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, status, data):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        self.answer(200 if self.path in ("/health", "/") else 404, {})
    def do_POST(self):
        data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/conversations":
            self.answer(201, {"conversation": "c", "token": "t", "reply": {"text": "hello"}})
        elif self.path == "/webhooks/rest/webhook":
            self.answer(200, [])
        elif self.headers.get("Authorization") == "Bearer t" and data["text"] and data["id"]:
            self.answer(200, {"id": data["id"], "reply": {"text": "yes"}})
        else:
            self.answer(401, {"code": "INP034"})
    def log_message(self, *_):
        pass

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Bot).serve_forever()
"""


@pytest.fixture
def stand_in(tmp_path):
    """(function that starts the stand-in on a port, the path of its log)."""
    path = tmp_path / "bot.py"
    path.write_text(STAND_IN, encoding="utf-8")

    def start(port: int, var: Path):
        return [sys.executable, "-S", str(path), str(port)], "/health", tmp_path, {}

    return start


def test_a_bot_is_started_weighed_talked_to_and_stopped(stand_in, tmp_path):
    port = free_port()
    line, path, folder, env = stand_in(port, tmp_path)
    with running(line, path, port, tmp_path / "log", folder=folder, env=env) as server:
        assert 0 < server.ready_s < 30
        assert 3 < server.memory_mb() < 500
        times = timed_turns(lambda: with_rootline(port), len(SCRIPT) + 3)
        assert len(times) == len(SCRIPT) + 3
        assert min(times) > 0
        assert len(one_long_conversation(lambda: with_stock_rasa(port), 5)) == 5
        with pytest.raises(BenchError, match="answered 401"):
            with_rootline(port)("")
    time.sleep(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


def test_a_bot_that_ends_is_named_with_its_log(tmp_path):
    command_line = [sys.executable, "-S", "-c", "import sys; print('no'); sys.exit(4)"]
    with (
        pytest.raises(BenchError, match=r"exit code 4; log: .*log"),
        running(command_line, "/", free_port(), tmp_path / "log", folder=tmp_path, env={}),
    ):
        pass


def test_the_whole_bench_prints_one_table(stand_in, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "_our_bot", stand_in)
    monkeypatch.setattr(command, "OUT", tmp_path / "out")
    monkeypatch.setattr(command.subprocess, "run", lambda *_, **__: None)
    monkeypatch.setattr(command, "command_times", lambda repeats: {"import spacy": [1.0] * repeats, "analyse": [1.2] * repeats})

    def no_stock(say):
        raise Unavailable("there is no room")

    monkeypatch.setattr(command, "stock_bot", no_stock)
    monkeypatch.setattr("bench.server.Server.memory_mb", lambda server: 100.0)
    assert command.main(["--starts", "1", "--turns", "3", "--long", "20"]) == 0
    printed = capsys.readouterr().out
    assert "| memory after 23 turns, MB" in printed
    assert "left out" in printed
    assert "Stock Rasa: there is no room." in printed
    assert "1.20 times (median of 1)" in printed
    assert (tmp_path / "out" / "bench.json").exists()


def test_the_script_is_nobody_elses_and_the_document_has_a_place():
    assert len(set(SCRIPT)) == len(SCRIPT)
    assert set(COMMANDS) == {"import spacy", "analyse"}
    assert "bench" in blocks((command.ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8"))
