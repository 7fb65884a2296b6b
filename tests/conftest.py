"""Fixtures of every test that runs the real Rasa agent: one model, one agent for the whole run, fresh conversations."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the golden conversations give now into their files")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's own event loop keeps running, and no other test may start one beside it."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def rasa_ready() -> None:
    """What every entry point does before Rasa is imported."""
    from bot.runtime.logging import configure
    from bot.runtime.without_tensorflow import install

    install()
    configure()


@pytest.fixture(scope="session")
def model(rasa_ready: None) -> Path:
    """The model for the files as they are, trained if need be."""
    from bot.runtime.training import ensure_model

    return ensure_model(print)


class Clock:
    """Seconds since the epoch that only pass when a test says so."""

    def __init__(self) -> None:
        self.now = self.start = 1_700_000_000.0

    def start_a_week(self) -> None:
        """On to the next weekday and hour like the first ("since Sunday"), whichever tests ran before; never back."""
        self.now += (self.start - self.now) % (7 * 24 * 3600)

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def service(model: Path, clock: Clock) -> Any:
    """The conversation service with trackers in memory; conversations are told apart by their id."""
    from rasa.core.tracker_store import InMemoryTrackerStore
    from rasa.shared.core.domain import Domain

    from bot.runtime.conversation import ConversationService

    return ConversationService.start(model, tracker_store=InMemoryTrackerStore(Domain.empty()), clock=clock)


class Talk:
    """One conversation; `say` sends a text, `choose` presses buttons of the last reply."""

    def __init__(self, service: Any) -> None:
        self.service = service
        self.id = f"test-{secrets.token_hex(6)}"
        self.reply: Any = None
        self.replies: list[Any] = []

    async def greet(self, locale: str | None = None) -> Any:
        return self._keep(await self.service.greet(self.id, locale=locale))

    async def say(self, text: str, **options: Any) -> Any:
        return self._keep(await self.service.handle(self.id, text, **options))

    async def choose(self, *values: str, **options: Any) -> Any:
        labels = "; ".join(option.label for option in self.reply.options if option.value in values)
        sent = {"option_values": list(values), "question": self.reply.question, **options}
        return self._keep(await self.service.handle(self.id, labels, **sent))

    async def case(self) -> Any:
        return await self.service.case(self.id)

    async def assessment(self) -> Any:
        from bot.turn import assess_case

        return assess_case(await self.case(), self.service.knowledge)

    def _keep(self, reply: Any) -> Any:
        self.reply = reply
        self.replies.append(reply)
        return reply


@pytest.fixture
def talk(service: Any) -> Talk:
    """A fresh conversation."""
    return Talk(service)


@pytest.fixture
def new_talk(service: Any) -> Callable[[], Talk]:
    """Makes fresh conversations."""
    return lambda: Talk(service)
