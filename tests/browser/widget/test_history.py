"""What lasts: reload, another tab, a restarted server, a new day, deletion. And what must not be left anywhere."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.browser_kit import Rootline
from tests.browser.widget.conftest import EMERGENCY, STIFF_BACK, Chat

pytestmark = pytest.mark.browser

#: All that a page can leave behind. A frame from another site may be refused its storage; then nothing is in it.
EVERYTHING_KEPT = """async () => {
  const ask = async what => { try { return await what(); } catch { return 'refused'; } };
  return [await ask(() => ({...localStorage})), await ask(() => ({...sessionStorage})), await ask(() => document.cookie),
    location.href, document.title, history.state,
    await ask(async () => (await indexedDB.databases()).map(d => d.name)), await ask(() => caches.keys())]; }"""


def test_reload_in_the_middle_brings_everything_back(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.say(STIFF_BACK)
    chat.choose("None of these")
    before = chat.frame.locator(".log .message p, .log .choice, .log .tick").all_inner_texts()
    chat.page.reload()
    chat.ready()
    chat.wait_for_replies(3)
    after = chat.frame.locator(".log .message p, .log .choice, .log .tick").all_inner_texts()
    assert [line for line in after if ":" not in line] == [line for line in before if ":" not in line]
    ticked = chat.frame.locator(".message--theirs").nth(1).locator("input:checked")
    assert [box.get_attribute("data-value") for box in ticked.all()] == ["none"], "what was chosen is still to be seen"
    assert chat.frame.locator(".message--theirs").last.locator("[data-value][tabindex='0']").count() > 0, (
        "the question is still open"
    )
    chat.choose("Yes, go on")
    assert chat.errors == []


def test_a_standing_emergency_is_there_after_reload_without_shouting_again(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.say(EMERGENCY)
    chat.page.reload()
    chat.ready()
    assert chat.frame.locator(".emergency-bar").is_visible()
    assert chat.frame.locator(".emergency").is_visible()
    assert chat.frame.locator("[role=alert]").count() == 0
    chat.frame.locator("#announce-status p").wait_for(state="attached")
    assert "emergency" in chat.frame.locator("#announce-status").text_content()


def test_exactly_one_greeting_however_often_and_fast_it_is_opened(
    demo: Callable[..., Chat], context_of: Callable[..., Any], embed: Callable[..., str], rootline: Rootline
) -> None:
    context = context_of()
    begun: list[str] = []
    context.on("request", lambda r: begun.append(r.url) if r.method == "POST" and r.url.endswith("/conversations") else None)
    address = embed("/twin", attributes="data-open")
    tabs = [context.new_page() for _ in range(3)]
    for tab in tabs:
        tab.goto(address, wait_until="commit")
    chats = [Chat(tab, rootline).ready() for tab in tabs]
    assert len(begun) == 1, "three tabs opened at once share one conversation"
    for chat in chats:
        assert chat.replies() == 1
        for _ in range(3):
            chat.page.evaluate("Rootline.toggle()")
        chat.page.evaluate("Rootline.open()")
        assert chat.replies() == 1
    chats[0].page.reload()
    assert chats[0].ready().replies() == 1
    assert len(begun) == 1


def test_two_tabs_show_one_conversation_in_one_order(demo: Callable[..., Chat], context_of: Callable[..., Any]) -> None:
    context = context_of()
    first = demo(context).open()
    first.say(STIFF_BACK)
    second = demo(context).open()
    second.wait_for_replies(2)
    assert second.own_messages() == [STIFF_BACK]
    second.say("none of these")
    first.wait_for_replies(3)
    first.say("yes, go on")
    second.wait_for_replies(4)
    assert first.own_messages() == second.own_messages() == [STIFF_BACK, "none of these", "yes, go on"]
    assert first.replies() == second.replies() == 4
    first.field.fill("from the first")
    second.field.fill("from the second")
    first.page.keyboard.press("Enter")
    second.field.press("Enter")
    first.wait_for_replies(6)
    second.wait_for_replies(6)
    assert sorted(first.own_messages()[3:]) == ["from the first", "from the second"]
    assert first.own_messages() == second.own_messages()


def test_a_tab_that_was_busy_catches_up_straight_afterwards(demo: Callable[..., Chat], context_of: Callable[..., Any]) -> None:
    context = context_of()
    busy = demo(context).open()
    busy.say(STIFF_BACK)
    other = demo(context).open()
    other.wait_for_replies(2)
    held: list[Any] = []
    busy.page.route("**/messages", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    busy.say("from the busy one", wait=False)
    busy.frame.locator(".typing").wait_for()
    other.say("none of these")
    busy.page.wait_for_timeout(300)
    assert busy.own_messages() == [STIFF_BACK, "from the busy one"], "nothing moves while a message is on its way"
    held.pop().continue_()
    # Well before the next look that would come by itself (TIMING.syncMs).
    busy.wait_for_replies(4, timeout=6_000)
    assert busy.own_messages() == [STIFF_BACK, "none of these", "from the busy one"], "in the server's order"
    other.wait_for_replies(4)
    assert other.own_messages() == busy.own_messages()


def test_what_was_chosen_is_shown_as_chosen_after_reload_and_in_another_tab(
    demo: Callable[..., Chat], context_of: Callable[..., Any]
) -> None:
    context = context_of()
    chat = demo(context).open()
    chat.choose("Back pain", "Pain down a leg")
    while not chat.frame.locator(".message--theirs").last.locator(".choice").count():
        chat.choose("None of these")
    answered = chat.replies() - 1
    chat.frame.locator(".message--theirs").last.locator(".choice").first.click()
    chat.wait_for_replies(answered + 2)
    label = chat.frame.locator(".choice--picked").last.inner_text().split(",")[0]
    chat.page.reload()
    for back in (chat, demo(context).open()):
        back.wait_for_replies(answered + 2)
        messages = back.frame.locator(".message--theirs")
        ticks = messages.first.locator("input:checked")
        assert [box.get_attribute("data-value") for box in ticks.all()] == ["back", "leg"]
        assert messages.nth(answered).locator(".choice--picked").inner_text().startswith(label)


def test_a_late_tap_is_shown_under_its_own_card_after_reload(demo: Callable[..., Chat], context_of: Callable[..., Any]) -> None:
    """Words from another tab came first; what was tapped here belongs to the card it was tapped on."""
    context = context_of()
    late = demo(context).open()
    late.say(STIFF_BACK)
    card = late.frame.locator(".message--theirs").nth(1)
    late.page.route("**/messages?after=*", lambda route: route.abort())
    other = demo(context).open()
    other.wait_for_replies(2)
    other.say("none of these")
    card.get_by_role("checkbox", name="None of these").check()
    card.get_by_role("button", name="Send my answer").click()
    late.wait_for_replies(3)
    late.page.unroute("**/messages?after=*")
    late.page.reload()
    late.wait_for_replies(4)
    ticked = late.frame.locator(".message--theirs").nth(1).locator("input:checked")
    assert [box.get_attribute("data-value") for box in ticked.all()] == ["none"]
    assert late.own_messages() == [STIFF_BACK, "none of these", "None of these"]


def test_a_restarted_server_knows_the_conversation(demo: Callable[..., Chat], rootline: Rootline) -> None:
    chat = demo().open()
    chat.say(STIFF_BACK)
    rootline.stop()
    chat.say("none of these", wait=False)
    trouble = chat.frame.locator(".line-trouble")
    trouble.wait_for()
    assert trouble.locator("a[href='tel:999']").count() == 1, "whom to call if it cannot wait"
    rootline.start()
    chat.frame.get_by_role("button", name="Try now").click()
    chat.wait_for_replies(3)
    assert chat.own_messages() == [STIFF_BACK, "none of these"], "sent once"
    assert not trouble.is_visible()
    chat.page.reload()
    chat.ready()
    chat.wait_for_replies(3)
    assert chat.own_messages() == [STIFF_BACK, "none of these"]


def test_delete_my_conversation(demo: Callable[..., Chat], context_of: Callable[..., Any], rootline: Rootline) -> None:
    context = context_of()
    other = demo(context).open()
    chat = demo(context).open()
    chat.say(EMERGENCY)
    other.wait_for_replies(2)
    key = chat.page.evaluate("Object.entries(localStorage)")
    ticket = json.loads(key[0][1])
    chat.menu("Delete my conversation")
    dialog = chat.frame.get_by_role("dialog", name="Delete your conversation?")
    dialog.get_by_role("button", name="Keep it").click()
    assert chat.replies() == 2
    chat.menu("Delete my conversation")
    chat.frame.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    chat.frame.get_by_text("Your conversation is deleted").wait_for()
    other.frame.get_by_text("Your conversation is deleted").wait_for()
    assert chat.page.evaluate("Object.keys(localStorage)") == []
    answer = context.request.get(
        f"{rootline.url}/api/conversations/{ticket['conversation']}/messages",
        headers={"Authorization": f"Bearer {ticket['token']}"},
    )
    assert answer.status == 401
    assert EMERGENCY not in chat.page.content() + chat.frame.content()
    chat.frame.get_by_role("button", name="Start a new conversation").click()
    chat.ready()
    assert chat.replies() == 1
    assert chat.own_messages() == []


def test_deleting_in_words_does_all_that_the_menu_does(
    demo: Callable[..., Chat], context_of: Callable[..., Any], rootline: Rootline
) -> None:
    context = context_of()
    other = demo(context).open()
    chat = demo(context).open()
    chat.say(STIFF_BACK)
    chat.say("delete my conversation")
    ticket = json.loads(chat.page.evaluate("Object.values(localStorage)[0]"))
    chat.say("yes", wait=False)
    for tab in (chat, other):
        tab.frame.get_by_text("Your conversation is deleted").wait_for(timeout=6_000)
    assert chat.page.evaluate("Object.keys(localStorage)") == []
    answer = context.request.get(
        f"{rootline.url}/api/conversations/{ticket['conversation']}/messages",
        headers={"Authorization": f"Bearer {ticket['token']}"},
    )
    assert answer.status == 401
    assert "deleted" in answer.json()["detail"]
    chat.frame.get_by_role("button", name="Start a new conversation").click()
    assert chat.ready().own_messages() == []


def test_deleting_without_a_line_says_that_it_is_not_done(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.say(STIFF_BACK)
    chat.page.route("**/api/**", lambda route: route.abort())
    chat.menu("Delete my conversation")
    chat.frame.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    chat.frame.get_by_text("It is not deleted yet").wait_for()
    chat.page.unroute("**/api/**")
    chat.frame.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    chat.frame.get_by_text("Your conversation is deleted").wait_for()


def test_an_expired_key_starts_anew_and_loses_no_words(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.say(STIFF_BACK)
    refused = {
        "status": 401,
        "content_type": "application/problem+json",
        "body": '{"detail": "This conversation key has run out. Start a new conversation."}',
    }
    chat.page.route(
        "**/api/conversations/*/messages",
        lambda route: route.fulfill(**refused) if route.request.method == "POST" else route.continue_(),
        times=1,
    )
    chat.field.fill("my knee gave way")
    chat.page.keyboard.press("Enter")
    chat.frame.get_by_text("Your earlier conversation has ended").wait_for()
    chat.wait_for_replies(2)
    assert chat.own_messages() == ["my knee gave way"]


def test_no_word_of_it_in_storage_addresses_titles_or_logs(
    abroad: Callable[..., Chat], context_of: Callable[..., Any], rootline: Rootline
) -> None:
    context = context_of()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(urllib.parse.unquote(request.url) + str(request.headers.get("referer"))))
    chat = abroad("/private", context).open()
    chat.say("numb when I wipe zebrafish")
    chat.frame.get_by_role("button", name="Save as PDF").click()
    chat.page.wait_for_timeout(500)
    kept = [json.dumps(place.evaluate(EVERYTHING_KEPT)) for place in (chat.page, chat.frame)]
    for word in ("zebrafish", "wipe", "numb"):
        assert not [place for place in (*kept, *asked, rootline.log.read_text(errors="replace")) if word in place]
    token = json.loads(chat.page.evaluate("Object.values(localStorage)[0]"))["token"]
    assert not [url for url in asked if token in url]


@pytest.mark.parametrize(("remember", "kept"), [("device", True), ("tab", False), ("never", False)])
def test_pages_choose_how_long_the_key_is_kept(
    abroad: Callable[..., Chat], context_of: Callable[..., Any], remember: str, kept: bool
) -> None:
    context = context_of()
    chat = abroad("/remember", context, attributes=f'data-remember="{remember}"').open()
    chat.say(STIFF_BACK)
    assert bool(chat.page.evaluate("Object.keys(localStorage)")) is kept
    other = abroad("/remember", context, attributes=f'data-remember="{remember}"').open()
    assert other.own_messages() == ([STIFF_BACK] if kept else [])
    chat.page.reload()
    chat.page.evaluate("Rootline.open()")
    chat.ready()
    assert chat.own_messages() == ([] if remember == "never" else [STIFF_BACK])
