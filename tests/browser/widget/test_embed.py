"""One tag on anybody's page: strict policy, hostile styles, several pages, single-page apps, attributes, JavaScript calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.browser_kit import ForeignSite, Rootline, axe_violations
from tests.browser.widget.conftest import PHONE, Chat

pytestmark = pytest.mark.browser

HOSTILE = (
    "* { display: none !important; color: red !important; font-size: 60px !important; } "
    "html, body, main, h1 { display: block !important; } iframe { width: 1px !important; }"
)


def test_launcher_is_small_and_the_chat_loads_on_first_open(
    demo: Callable[..., Chat], context_of: Callable[..., Any], rootline: Rootline
) -> None:
    context = context_of()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    chat = demo(context)
    chat.launcher.wait_for()
    script = context.request.get(f"{rootline.url}/widget.js").body()
    assert len(script) < 30_000
    assert not [url for url in asked if "/chat" in url or "/api/" in url]
    chat.open()
    assert [url for url in asked if "/static/chat.js" in url]


def test_works_on_a_foreign_page_with_a_strict_policy(abroad: Callable[..., Chat]) -> None:
    chat = abroad("/strict").open()
    chat.say("my back is stiff")
    assert chat.own_messages() == ["my back is stiff"]
    assert chat.errors == [], "the page's content policy or the chat's own refused something"


def test_page_styles_do_not_reach_the_widget(abroad: Callable[..., Chat], foreign_site: Any) -> None:
    foreign_site.pages["/hostile.css"] = (HOSTILE, {})
    chat = abroad("/hostile", head='<link rel="stylesheet" href="/hostile.css">')
    # The page may hide the outermost element, as it may hide anything of its own; what is in it stays as it is.
    chat.page.evaluate("document.querySelector('rootline-chat').style.setProperty('display', 'block', 'important')")
    assert chat.launcher.evaluate("e => getComputedStyle(e).fontSize") == "16px"
    chat.open()
    box = chat.page.locator("rootline-chat iframe").bounding_box()
    assert box["width"] > 300
    assert box["height"] > 400


def test_conversation_and_open_panel_survive_a_change_of_page(
    abroad: Callable[..., Chat], embed: Callable[..., str], context_of: Callable[..., Any]
) -> None:
    context = context_of()
    chat = abroad("/one", context, body='<h1>One</h1><a href="/two">Two</a>').open()
    chat.say("my back is stiff")
    embed("/two", body="<h1>Two</h1>")
    chat.page.get_by_role("link", name="Two").click()
    chat.page.wait_for_url("**/two")
    chat.ready()
    assert chat.own_messages() == ["my back is stiff"]
    assert chat.page.evaluate("document.activeElement === document.body"), "the focus belongs to the new page"
    chat.page.go_back()
    chat.page.wait_for_url("**/one")
    chat.ready()
    assert chat.own_messages() == ["my back is stiff"]
    chat.page.evaluate("Rootline.close()")
    chat.page.reload()
    assert not chat.page.evaluate("Rootline.isOpen"), "closed stays closed"


def test_single_page_apps_may_swap_the_body_and_run_the_tag_again(
    abroad: Callable[..., Chat], foreign_site: Any, rootline: Rootline
) -> None:
    foreign_site.pages["/swap.js"] = (
        f"window.swap = () => {{ history.pushState({{}}, '', '/spa-two'); const body = document.createElement('body'); "
        f"body.append(Object.assign(document.createElement('h1'), {{textContent: 'Two'}})); "
        f"document.documentElement.replaceChild(body, document.body); "
        f"const again = document.createElement('script'); again.src = '{rootline.url}/widget.js'; body.append(again); }};",
        {},
    )
    policy = "default-src 'none'; script-src 'self' {rootline}; style-src 'self'; frame-src {rootline}"
    chat = abroad("/spa", head='<script src="/swap.js"></script>', policy=policy).open()
    chat.say("my back is stiff")
    with chat.page.expect_event("framedetached"):
        chat.page.evaluate("swap()")
    chat.page.locator("h1", has_text="Two").wait_for()
    chat.ready()
    chat.frame.locator(".message--own").wait_for()
    assert chat.page.locator("rootline-chat").count() == 1
    assert chat.own_messages() == ["my back is stiff"]
    assert chat.page.evaluate("Rootline.isOpen")


def test_javascript_calls_and_events(abroad: Callable[..., Chat]) -> None:
    chat = abroad("/api", body="<h1>Clinic</h1><button data-rootline-open>Check</button>", attributes="data-hidden")
    assert not chat.launcher.is_visible(), "data-hidden: the page brings its own button"
    chat.page.evaluate(
        "window.seen = []; ['ready','open','close','reply','deleted'].forEach(n => Rootline.on(n, d => seen.push([n, d])))"
    )
    chat.page.get_by_role("button", name="Check", exact=True).click()
    chat.ready()
    chat.say("it feels numb when I wipe")
    chat.page.evaluate("Rootline.close()")
    assert not chat.page.evaluate("Rootline.isOpen")
    seen = chat.page.evaluate("seen")
    assert [name for name, _ in seen] == ["open", "ready", "reply", "close"]
    assert all(detail == {} for _, detail in seen), "events say that something happened, never what"
    chat.page.evaluate("Rootline.toggle()")
    assert chat.page.evaluate("Rootline.isOpen")
    with pytest.raises(Exception, match="no event"):
        chat.page.evaluate("Rootline.on('nonsense', () => 0)")
    ended = chat.page.evaluate(
        "() => { let n = 0; const end = Rootline.on('close', () => n++); end(); Rootline.close(); return n; }"
    )
    assert ended == 0


def test_attributes_set_language_title_colour_side_and_a_draft(abroad: Callable[..., Chat]) -> None:
    attributes = (
        'data-locale="en-US" data-title="Knee check" data-label="Ask us" data-accent="#6a1b5d" data-position="start" '
        'data-theme="dark" data-start-message="I came from the knee page" data-open'
    )
    chat = abroad("/attributes", attributes=attributes).ready()
    assert chat.frame.locator("h1").inner_text() == "Knee check"
    assert chat.frame.locator("html").get_attribute("lang") == "en-US"
    assert chat.frame.locator(".footer a").inner_text() == "Call 911"
    assert chat.frame.locator(".header").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(106, 27, 93)"
    assert chat.field.input_value() == "I came from the knee page", "a draft to change, never sent by itself"
    assert chat.own_messages() == []
    assert chat.page.locator("rootline-chat dialog").bounding_box()["x"] < 100
    assert chat.page.evaluate("document.activeElement === document.body"), "opening by itself must not take the focus"
    assert axe_violations(chat.frame) == []


def test_unreadable_accent_is_refused(abroad: Callable[..., Chat]) -> None:
    chat = abroad("/accent", attributes='data-accent="#ffee00"')
    assert chat.launcher.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(11, 92, 122)"


def test_right_to_left_mirrors_the_layout(abroad: Callable[..., Chat]) -> None:
    chat = abroad("/rtl", attributes='data-dir="rtl"').open()
    chat.say("my back is stiff")
    own = chat.frame.locator(".message--own .bubble").bounding_box()
    theirs = chat.frame.locator(".message--theirs .bubble").first.bounding_box()
    assert own["x"] < theirs["x"] + 20, "own messages stand on the left in a right-to-left layout"
    assert own["x"] + own["width"] < theirs["x"] + theirs["width"] - 20
    assert chat.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe_violations(chat.frame) == []


def test_on_a_phone_the_chat_fills_the_screen_and_nothing_behind_it_can_be_reached(abroad: Callable[..., Chat]) -> None:
    chat = abroad(
        "/phone",
        body='<h1>Clinic</h1><a href="/x">Behind</a>',
        settings={"viewport": PHONE, "has_touch": True, "is_mobile": True},
    ).open()
    box = chat.page.locator("rootline-chat dialog").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert chat.page.locator("rootline-chat dialog").evaluate("e => e.matches(':modal')")
    chat.frame.get_by_role("button", name="Close the chat").click()
    assert not chat.page.evaluate("Rootline.isOpen")


def test_a_site_that_is_not_allowed_gets_no_chat_but_a_way_out(rootline: Rootline, context_of: Callable[..., Any]) -> None:
    stranger = ForeignSite()
    try:
        stranger.pages["/"] = (
            f'<!doctype html><title>x</title><body><h1>x</h1><script src="{rootline.url}/widget.js"></script></body>',
            {},
        )
        page = context_of().new_page()
        page.clock.install()
        page.goto(stranger.url)
        page.locator("rootline-chat button").click()
        page.wait_for_timeout(500)
        page.clock.run_for(16_000)
        way_out = page.locator("rootline-chat .trouble a")
        way_out.wait_for()
        assert way_out.get_attribute("href").startswith(rootline.url)
        with page.expect_popup() as window:
            way_out.click()
        alone = window.value
        alone.locator(".message--theirs").wait_for()
        alone.locator("#message").fill("my back is stiff")
        alone.keyboard.press("Enter")
        alone.locator(".message--theirs").nth(1).wait_for()
        alone.reload()
        alone.locator(".message--own").wait_for()
    finally:
        stranger.close()
