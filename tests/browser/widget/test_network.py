"""Bad lines: slow, gone, cut in the middle, a server that fails. Nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.browser_kit import Rootline
from tests.browser.widget.conftest import STIFF_BACK, WATCH_LIVE, Chat

pytestmark = pytest.mark.browser


def server_history(chat: Chat) -> list[str]:
    """What the server has of the person's messages."""
    ticket = json.loads(chat.page.evaluate("Object.values(localStorage)[0]"))
    answer = chat.page.request.get(
        f"{chat.rootline.url}/api/conversations/{ticket['conversation']}/messages",
        headers={"Authorization": f"Bearer {ticket['token']}"},
    )
    return [entry["text"] for entry in answer.json()["messages"] if entry["role"] == "user"]


def test_offline_keeps_what_is_written_and_sends_it_once(demo: Callable[..., Chat], context_of: Callable[..., Any]) -> None:
    context = context_of()
    chat = demo(context).open()
    chat.frame.evaluate(WATCH_LIVE)
    context.set_offline(True)
    trouble = chat.frame.locator(".line-trouble")
    trouble.wait_for()
    assert "offline" in trouble.inner_text()
    assert trouble.locator("a[href^='tel:']").count() >= 1
    chat.say("first while away", wait=False)
    chat.say("second while away", wait=False)
    assert chat.frame.get_by_text("Not sent yet").count() >= 1
    assert chat.own_messages() == ["first while away", "second while away"]
    context.set_offline(False)
    chat.wait_for_replies(3)
    assert not trouble.is_visible()
    assert server_history(chat) == ["first while away", "second while away"]
    heard = chat.frame.evaluate("heard")
    assert len([line for line in heard if "You are offline" in line]) == 1
    assert len([line for line in heard if "connected again" in line]) == 1


def test_an_answer_lost_on_the_way_is_not_sent_twice(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    ids: list[str] = []

    def lose_the_answer(route: Any) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        ids.append(route.request.post_data_json["id"])
        if len(ids) <= 2:
            route.fetch()  # the server gets it, the person does not get the answer
            route.abort()
        else:
            route.continue_()

    chat.page.route("**/messages", lose_the_answer)
    chat.say(STIFF_BACK)
    assert len(ids) == 3
    assert len(set(ids)) == 1, "the same id every time"
    assert chat.own_messages() == [STIFF_BACK]
    assert chat.replies() == 2
    assert server_history(chat) == [STIFF_BACK]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_server_that_fails_is_tried_again(demo: Callable[..., Chat], status: int) -> None:
    chat = demo().open()
    chat.page.route(
        "**/messages",
        lambda route: (
            route.fulfill(status=status, body="<h1>Bad gateway</h1>") if route.request.method == "POST" else route.continue_()
        ),
        times=2,
    )
    chat.say(STIFF_BACK)
    assert server_history(chat) == [STIFF_BACK]
    assert "Bad gateway" not in chat.log.inner_text()


def test_an_answer_that_is_no_answer_is_tried_again(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.page.route(
        "**/messages",
        lambda route: (
            route.fulfill(status=200, content_type="text/html", body="<h1>Sign in to this wifi</h1>")
            if route.request.method == "POST"
            else route.continue_()
        ),
        times=1,
    )
    chat.say(STIFF_BACK)
    assert chat.replies() == 2
    assert server_history(chat) == [STIFF_BACK]


def test_a_refused_message_is_shown_as_not_sent_and_can_be_sent_again(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.page.route(
        "**/messages",
        lambda route: route.fulfill(status=400, body="{}") if route.request.method == "POST" else route.continue_(),
        times=1,
    )
    chat.say(STIFF_BACK, wait=False)
    chat.frame.get_by_text("This message could not be sent.").wait_for()
    chat.say("my knee gave way")
    chat.frame.get_by_role("button", name="Send again").click()
    chat.wait_for_replies(3)
    assert sorted(server_history(chat)) == sorted([STIFF_BACK, "my knee gave way"])


def test_a_slow_line_shows_work_then_says_that_it_is_slow(demo: Callable[..., Chat]) -> None:
    chat = demo()
    chat.page.clock.install()
    chat.open()
    held: list[Any] = []
    chat.page.route("**/messages", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    chat.frame.evaluate(WATCH_LIVE)
    chat.say(STIFF_BACK, wait=False)
    chat.frame.locator(".typing").wait_for()
    assert "longer than usual" not in chat.log.inner_text()
    chat.page.clock.run_for(6500)
    chat.frame.get_by_text("longer than usual").first.wait_for()
    chat.field.fill("and one more thing")
    chat.page.keyboard.press("Enter")
    assert chat.own_messages() == [STIFF_BACK, "and one more thing"], "one may go on writing"
    assert len(held) == 1, "in order, one after the other"
    held.pop().continue_()
    chat.page.unroute("**/messages")
    chat.wait_for_replies(3)
    chat.page.clock.run_for(1000)
    assert server_history(chat) == [STIFF_BACK, "and one more thing"]
    assert len([line for line in chat.frame.evaluate("heard") if "longer than usual" in line]) == 1


def test_works_on_a_real_slow_line(demo: Callable[..., Chat], context_of: Callable[..., Any]) -> None:
    """A mid-range phone on a slow mobile line: 400 ms there and back, 400 kbit/s, four times slower processor."""
    context = context_of()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    chat = Chat(page, demo(context).rootline)
    page.goto(chat.rootline.url)
    chat.open()
    chat.say(STIFF_BACK)
    assert chat.own_messages() == [STIFF_BACK]


def test_opening_while_the_server_is_down_shows_numbers_and_then_starts(demo: Callable[..., Chat]) -> None:
    chat = demo()
    chat.page.route("**/api/**", lambda route: route.abort())
    chat.launcher.click()
    trouble = chat.frame.locator(".line-trouble")
    trouble.wait_for()
    assert trouble.locator("a[href='tel:999']").is_visible()
    chat.page.unroute("**/api/**")
    chat.frame.get_by_role("button", name="Try now").click()
    chat.ready()
    assert chat.replies() == 1


def test_slow_reply_time_from_send_to_shown_is_short(demo: Callable[..., Chat], rootline: Rootline) -> None:
    chat = demo().open()
    chat.say(STIFF_BACK)
    took = chat.frame.evaluate(
        """async () => { const replies = () => document.querySelectorAll('.message--theirs').length; const before = replies();
        document.querySelector('#message').focus(); document.execCommand('insertText', false, 'none of these');
        await new Promise(requestAnimationFrame); const started = performance.now();
        document.querySelector('.composer').requestSubmit();
        while (replies() === before) await new Promise(requestAnimationFrame);
        return performance.now() - started; }"""
    )
    assert took < 1500, f"{took:.0f} ms from sending to the reply on the screen"
