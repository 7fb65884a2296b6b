"""A chat goes from the bot to a person and back, with the widget open in another tab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.desk.access import Access, Person
from tests.browser.browser_kit import Rootline, axe_violations
from tests.browser.desk.conftest import Page
from tests.browser.widget.conftest import Chat

pytestmark = pytest.mark.browser


def say(tab: Any, text: str) -> None:
    tab.locator("#message").fill(text)
    tab.get_by_role("button", name="Send", exact=True).click()
    tab.locator(".message--own").filter(has_text=text).wait_for()


@pytest.fixture(params=["chat page", "widget"])
def visitor(browser: Any, rootline: Rootline, request: pytest.FixtureRequest) -> Any:
    """The visitor's chat: a page of its own, or the widget open on a website."""
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(20_000)
    page = context.new_page()
    if request.param == "widget":
        page.goto(rootline.url + "/")
        Chat(page, rootline).open().ready()
        chat = next(frame for frame in page.frames if "/chat" in frame.url)
    else:
        page.goto(rootline.url + "/chat")
        chat = page.main_frame
    chat.locator(".message--theirs").first.wait_for()
    yield chat
    context.close()


def test_take_over_write_watch_and_hand_back(agent: Callable[..., Page], visitor: Any, rootline: Rootline) -> None:
    desk = agent()
    desk.page.get_by_role("button", name="Chats").click()
    desk.page.locator("#here[aria-pressed=true]").wait_for()
    say(visitor, "my lower back is stiff since gardening")
    say(visitor, "I want to talk to a person please")
    visitor.get_by_text("I will ask for a person to join this chat").first.wait_for()
    desk.page.get_by_role("button", name="Take over").first.click()
    desk.page.get_by_text("stiff since gardening").wait_for()
    assert axe_violations(desk.page) == []
    desk.page.get_by_label("Write to the visitor").fill("Hello, this is Alex, a nurse. What worries you most?")
    desk.page.get_by_role("button", name="Send").click()
    desk.page.locator(".turn.agent").filter(has_text="this is Alex").wait_for()
    visitor.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    visitor.get_by_text("this is Alex").first.wait_for()
    say(visitor, "it is worse at night")
    visitor.get_by_text("A person has this chat now").first.wait_for()
    desk.page.locator(".turn.caller").filter(has_text="worse at night").wait_for()
    say(visitor, "and since this morning I cannot feel it when I wipe")
    visitor.locator(".emergency, [role=alert]").first.wait_for()
    desk.page.locator(".alarm").filter(has_text="EMERGENCY in this chat").wait_for()
    say(visitor, "please ring me on 07700 900987")
    desk.page.get_by_text("07700 900987").wait_for()
    desk.page.locator(".turn.caller").filter(has_text="ring me on [phone]").wait_for()
    desk.page.get_by_role("button", name="Hand back to the bot").click()
    desk.page.get_by_role("button", name="Hand back to the bot").wait_for(state="detached")
    assert desk.errors == []
    for file in Path(rootline._environment["ROOTLINE_VAR"]).rglob("*"):
        assert not file.is_file() or b"900987" not in file.read_bytes(), f"the number stands readable in {file.name}"


def test_nobody_there_is_said_at_once(visitor: Any, rootline: Rootline, access: Access) -> None:
    headers = {"Authorization": f"Bearer {access.issue(Person('alex', 'agent', 'north'))}"}
    requests.post(rootline.url + "/agent/api/presence", json={"here": False}, headers=headers, timeout=10).raise_for_status()
    say(visitor, "I want to talk to a person please")
    visitor.get_by_text("There is nobody here to take over this chat right now").first.wait_for()


def test_the_supervisor_sees_figures_and_no_patient_text(agent: Callable[..., Page]) -> None:
    alex = agent()
    assert alex.call
    alex.say("caller", "a zebra kicked my back and my leg is numb")
    robin = agent("robin", "supervisor")
    robin.page.locator("figure svg").first.wait_for()
    assert "zebra" not in robin.page.content()
    assert robin.page.locator("figure").count() == 3
    assert axe_violations(robin.page) == []
