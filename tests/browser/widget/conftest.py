"""The widget as a person meets it: open a page, open the chat, say something, read what comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.browser_kit import ForeignSite, Rootline

DESKTOP = {"width": 1200, "height": 860}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
EMERGENCY = "my left knee keeps giving way on the stairs and it feels numb when I wipe"
STIFF_BACK = "my lower back is stiff since gardening on Sunday"


class Chat:
    """One page with the widget on it."""

    def __init__(self, page: Any, rootline: Rootline) -> None:
        self.page = page
        self.rootline = rootline
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    @property
    def launcher(self) -> Any:
        return self.page.locator("rootline-chat button")

    @property
    def frame(self) -> Any:
        """The chat's own document; waits until it is there."""
        for _ in range(200):
            found = [frame for frame in self.page.frames if frame.url.split("?")[0].endswith("/chat")]
            if found:
                return found[0]
            self.page.wait_for_timeout(25)
        raise AssertionError("the chat frame did not come")

    @property
    def log(self) -> Any:
        return self.frame.locator(".log")

    @property
    def field(self) -> Any:
        return self.frame.locator("#message")

    def open(self) -> Chat:
        self.launcher.click()
        self.ready()
        return self

    def ready(self) -> Chat:
        self.frame.locator(".message--theirs").first.wait_for()
        return self

    def say(self, text: str, *, wait: bool = True) -> None:
        replies = self.frame.locator(".message--theirs").count()
        self.field.fill(text)
        self.frame.get_by_role("button", name="Send", exact=True).click()
        if wait:
            self.wait_for_replies(replies + 1)

    def wait_for_replies(self, count: int, timeout: float = 15_000) -> None:
        self.frame.wait_for_function(
            "n => document.querySelectorAll('.message--theirs').length >= n && !document.querySelector('.typing')",
            arg=count,
            timeout=timeout,
        )

    def choose(self, *labels: str) -> None:
        """Tap the answer, or tick the answers and send them."""
        last = self.frame.locator(".message--theirs").last
        replies = self.frame.locator(".message--theirs").count()
        if last.locator(".ticks").count():
            for label in labels:
                last.get_by_role("checkbox", name=label, exact=True).check()
            last.get_by_role("button", name="Send my answer").click()
        else:
            last.get_by_role("button", name=labels[0], exact=True).click()
        self.wait_for_replies(replies + 1)

    def menu(self, item: str) -> None:
        self.frame.get_by_role("button", name="More choices").click()
        self.frame.locator("#menu").get_by_role("button", name=item).click()

    def own_messages(self) -> list[str]:
        return list(self.frame.locator(".message--own .own-words").all_inner_texts())

    def replies(self) -> int:
        return int(self.frame.locator(".message--theirs").count())

    def wait_for_focus(self, name: str) -> None:
        """Wait until `name` has the focus: the browser gives it back in a task of its own after a dialog has closed."""
        deadline = time.monotonic() + 5
        while (found := self.focused()) != name:
            assert time.monotonic() < deadline, f"the focus is on {found!r}, not on {name!r}"
            self.page.wait_for_timeout(20)

    def focused(self) -> str:
        """What has the focus inside the chat, in words."""
        return str(
            self.frame.evaluate(
                "() => { const e = document.activeElement; return !e || e === document.body ? 'nothing' : "
                "(e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || e.id || e.tagName).trim(); }"
            )
        )


@pytest.fixture
def context_of(browser: Any) -> Iterator[Callable[..., Any]]:
    """Makes browser contexts (each with its own storage) that are closed after the test."""
    made: list[Any] = []

    def make(**settings: Any) -> Any:
        context = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", "accept_downloads": True, **settings})
        context.set_default_timeout(15_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def demo(browser: Any, rootline: Rootline, context_of: Callable[..., Any]) -> Callable[..., Chat]:
    """The demo page in a fresh context (or in the context given)."""

    def visit(context: Any = None, path: str = "/", **settings: Any) -> Chat:
        page = (context or context_of(**settings)).new_page()
        chat = Chat(page, rootline)
        page.goto(rootline.url + path)
        return chat

    return visit


#: As strict as a hospital's policy gets: no inline script, no inline style, no eval, Trusted Types.
STRICT = (
    "default-src 'none'; script-src 'self' {rootline}; style-src 'self'; img-src 'self'; frame-src {rootline}; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@pytest.fixture
def embed(foreign_site: ForeignSite, rootline: Rootline) -> Callable[..., str]:
    """Put a page with the widget's tag on the foreign site; returns its address."""

    def make(
        path: str,
        attributes: str = 'data-locale="en-GB"',
        body: str = "<h1>Our clinic</h1>",
        head: str = "",
        policy: str = STRICT,
    ) -> str:
        html = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>Clinic</title>{head}</head><body><main>{body}</main>"
            f'<script src="{rootline.url}/widget.js" {attributes}></script></body></html>'
        )
        foreign_site.pages[path] = (html, {"Content-Security-Policy": policy.format(rootline=rootline.url)})
        return foreign_site.url + path

    return make


@pytest.fixture
def abroad(embed: Callable[..., str], rootline: Rootline, context_of: Callable[..., Any]) -> Callable[..., Chat]:
    """A page of the foreign site, opened."""

    def visit(path: str = "/page", context: Any = None, settings: dict[str, Any] | None = None, **page: Any) -> Chat:
        address = embed(path, **page)
        tab = (context or context_of(**(settings or {}))).new_page()
        chat = Chat(tab, rootline)
        tab.goto(address)
        return chat

    return visit


#: What someone with a harmless stiff back answers, whatever is asked: the first of these values that is offered.
HARMLESS = (
    "none", "ok", "normal", "no_leaks", "no_change", "never", "better", "age_18_49", "managing", "nothing", "no", "same", "one",
)  # fmt: skip
#: Collects every text that enters a live region of the chat.
WATCH_LIVE = """() => {
  const isLive = node => { const e = node.closest('[aria-live],[role=alert],[role=status],[role=log]'); if (!e) return false;
    const live = e.getAttribute('aria-live'); return live ? live !== 'off' : true; };
  window.heard = [];
  new MutationObserver(all => all.forEach(change => change.addedNodes.forEach(node => {
    const e = node.nodeType === 1 ? node : node.parentElement;
    if (!e) return;
    if (isLive(e)) window.heard.push(e.textContent);
    else if (e.querySelectorAll) e.querySelectorAll('[role=alert]').forEach(a => window.heard.push(a.textContent));
  }))).observe(document, {childList: true, subtree: true}); }"""
