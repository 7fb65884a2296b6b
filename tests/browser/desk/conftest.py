"""The desk page in a real browser, against the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.desk.access import Access, Person
from tests.browser.browser_kit import Rootline

DESKTOP = {"width": 1440, "height": 900}


class Page:
    """One agent's tab."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda line: self.errors.append(line.text) if line.type == "error" and "status of" not in line.text else None,
        )

    @property
    def call(self) -> str:
        self.page.wait_for_function("() => /^#[0-9a-f]{16}$/.test(location.hash)")
        return str(self.page.evaluate("location.hash.slice(1)"))

    def say(self, who: str, text: str) -> None:
        count = self.page.locator(".turn:not(.partial)").count()
        self.page.locator(f"#speaker-{who}").check()
        self.page.locator("#words").fill(text)
        self.page.locator("#words").press("Enter")
        self.page.wait_for_function("n => document.querySelectorAll('.turn:not(.partial)').length > n", arg=count)

    def state(self, item: str) -> str:
        return str(self.page.locator(f"[data-item={item}] .state").inner_text())

    def level(self) -> str:
        return str(self.page.locator("#decision .level strong").inner_text())


@pytest.fixture(scope="session")
def access(rootline: Rootline) -> Access:
    return Access(Path(rootline._environment["ROOTLINE_VAR"]))


@pytest.fixture
def agent(browser: Any, rootline: Rootline, access: Access) -> Iterator[Callable[..., Page]]:
    """Opens the desk as somebody, in a browser context of their own."""
    made: list[Any] = []

    def open_as(name: str = "alex", role: str = "agent", site: str = "north", path: str = "/agent/") -> Page:
        context = browser.new_context(viewport=DESKTOP, locale="en-GB")
        context.set_default_timeout(15_000)
        made.append(context)
        token = access.issue(Person(name, role, site))
        context.add_init_script(f"sessionStorage.getItem('rootline.desk') ?? sessionStorage.setItem('rootline.desk', '{token}')")
        page = Page(context.new_page(), rootline.url)
        page.page.goto(rootline.url + path)
        return page

    yield open_as
    for context in made:
        context.close()
