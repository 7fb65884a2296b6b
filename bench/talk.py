"""Conversations over HTTP, each turn timed.

In: a port. Out: milliseconds a turn. Called by `bench.__main__`. Two ways to talk: our REST channel, and Rasa's.
"""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from bench.server import BenchError

#: What a person might say on the way to an answer. Each message is one turn; small talk and symptoms in turn.
SCRIPT = (
    "hello there",
    "my lower back has been sore since I moved a wardrobe",
    "it goes down the side of my right leg as far as the knee",
    "about a week and a half",
    "no",
    "why do you ask?",
    "I can walk all right, it just hurts",
    "no numbness anywhere",
    "the loo is fine, same as ever",
    "I'm 46",
    "not sure",
    "thank you",
)


class Client:
    """One connection that stays open, as a browser's does."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        """The decoded answer.

        Raises:
            BenchError: Not a 2xx answer.
        """
        self._connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})
        response = self._connection.getresponse()
        content = response.read()
        if not 200 <= response.status < 300:
            raise BenchError(f"{path} answered {response.status}: {content[:200].decode(errors='replace')}")
        return json.loads(content)


Say = Callable[[str], Any]


def with_rootline(port: int) -> Say:
    """A new conversation with our bot; the function takes a message and gives the reply."""
    client = Client(port)
    opened = client.post("/api/conversations", {})
    path = f"/api/conversations/{opened['conversation']}/messages"
    headers = {"Authorization": f"Bearer {opened['token']}"}

    def say(text: str) -> Any:
        return client.post(path, {"id": secrets.token_hex(8), "text": text}, headers)["reply"]

    return say


def with_stock_rasa(port: int) -> Say:
    """A new conversation with a bot on Rasa's own REST channel; the starter bot may have nothing to say, which is an answer."""
    client, sender = Client(port), secrets.token_hex(8)
    return lambda text: {"messages": client.post("/webhooks/rest/webhook", {"sender": sender, "message": text})}


def timed_turns(open_conversation: Callable[[], Say], turns: int, *, script: tuple[str, ...] = SCRIPT) -> list[float]:
    """Milliseconds of each turn: as many conversations after the script as it takes.

    Raises:
        BenchError: A turn without an answer.
    """
    times: list[float] = []
    while len(times) < turns:
        say = open_conversation()
        for text in script[: turns - len(times)]:
            times.append(timed(say, text))
    return times


def one_long_conversation(open_conversation: Callable[[], Say], turns: int) -> list[float]:
    """Milliseconds of each turn of one conversation that goes on and on."""
    say = open_conversation()
    return [timed(say, SCRIPT[number % len(SCRIPT)]) for number in range(turns)]


def timed(say: Say, text: str) -> float:
    """Milliseconds of one turn."""
    before = time.perf_counter()
    reply = say(text)
    took = (time.perf_counter() - before) * 1000
    if not reply:
        raise BenchError("a turn was not answered")
    return took
