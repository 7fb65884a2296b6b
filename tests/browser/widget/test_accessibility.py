"""WCAG 2.2 AA in every state: axe, what screen readers hear and find, keyboard, size, zoom, colours, motion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.browser_kit import axe_violations
from tests.browser.widget.conftest import EMERGENCY, HARMLESS, NARROW, STIFF_BACK, WATCH_LIVE, Chat

pytestmark = pytest.mark.browser

#: 400 % zoom of a 1280 x 1024 screen.
ZOOMED = {"width": 320, "height": 256}


def finish_interview(chat: Chat) -> None:
    """Answer everything harmlessly until the result stands."""
    for _ in range(45):
        last = chat.frame.locator(".message--theirs").last
        offered = last.locator("[data-value]").evaluate_all("all => all.map(e => e.dataset.value)")
        if not offered:
            return
        wanted = next(value for value in (*HARMLESS, *offered) if value in offered)
        replies = chat.replies()
        last.locator(f"[data-value={wanted}]").click()
        if last.locator(".ticks").count():
            last.locator(".tick-send").click()
        chat.wait_for_replies(replies + 1)
    raise AssertionError("the interview did not end")


def open_state(chat: Chat, state: str) -> None:
    """Bring the chat into a state."""
    if state == "closed":
        return
    if state == "cannot start":
        chat.page.route("**/api/**", lambda route: route.abort())
        chat.launcher.click()
        chat.frame.locator(".line-trouble").wait_for()
        return
    chat.open()
    if state == "typing":
        chat.page.route("**/messages", lambda route: None if route.request.method == "POST" else route.continue_())
        chat.say(STIFF_BACK, wait=False)
        chat.frame.locator(".typing").wait_for()
    if state in (
        "question",
        "tick problem",
        "menu",
        "dialog delete",
        "dialog privacy",
        "chosen",
        "offline",
        "refused",
        "result",
        "deleted",
    ):
        chat.say(STIFF_BACK)
    if state == "tick problem":
        chat.frame.get_by_role("button", name="Send my answer").click()
        chat.frame.locator(".problem").wait_for()
    elif state == "chosen":
        chat.choose("None of these")
        chat.choose("Yes, go on")
    elif state == "emergency":
        chat.say(EMERGENCY)
    elif state == "menu":
        chat.frame.get_by_role("button", name="More choices").click()
    elif state.startswith("dialog"):
        chat.menu({"dialog delete": "Delete my conversation", "dialog privacy": "Privacy"}[state])
    elif state == "offline":
        chat.page.context.set_offline(True)
        chat.frame.locator(".line-trouble").wait_for()
        chat.say("while away", wait=False)
    elif state == "refused":
        chat.page.route(
            "**/messages",
            lambda route: route.fulfill(status=400, body="{}") if route.request.method == "POST" else route.continue_(),
        )
        chat.say("no", wait=False)
        chat.frame.locator(".refused").wait_for()
    elif state == "result":
        finish_interview(chat)
    elif state == "deleted":
        chat.menu("Delete my conversation")
        chat.frame.get_by_role("dialog").get_by_role("button", name="Delete it").click()
        chat.frame.locator(".deleted").wait_for()


STATES = (
    "closed", "open", "typing", "question", "tick problem", "chosen", "emergency", "result", "menu", "dialog delete", "dialog privacy",
    "offline",
    "refused", "cannot start", "deleted",
)  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible(demo: Callable[..., Chat], state: str) -> None:
    """axe in light and dark; targets large enough; nothing lost at 320 px and at 400 % zoom."""
    chat = demo()
    chat.launcher.wait_for()
    open_state(chat, state)
    for scheme in ("light", "dark"):
        chat.page.emulate_media(color_scheme=scheme)
        assert axe_violations(chat.page) == [], f"{state}, {scheme}"
    assert [target for place in places_of(chat, state) for target in place.evaluate(SMALL_TARGETS)] == [], "targets under 24 px"
    for size in (NARROW, ZOOMED):
        chat.page.set_viewport_size(size)
        chat.page.wait_for_timeout(150)
        assert [cut for place in places_of(chat, state) for cut in place.evaluate(CUT_OFF)] == [], (
            f"{state} at {size['width']} x {size['height']}"
        )
        if state in ("closed", "menu", "dialog delete", "dialog privacy", "deleted"):
            continue
        chat.field.scroll_into_view_if_needed()
        box, frame = chat.field.bounding_box(), chat.page.locator("rootline-chat iframe").bounding_box()
        assert box["y"] >= frame["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 1, "one can get to the message field"


def places_of(chat: Chat, state: str) -> list[Any]:
    return [chat.page] if state == "closed" else [chat.page, chat.frame]


#: Everything to click or tap that is smaller than WCAG 2.2 (2.5.8) allows; links inside a sentence are exempt.
SMALL_TARGETS = """() => [...document.querySelectorAll('button, a, input, summary, textarea')]
  .filter(e => e.offsetParent && !e.closest('.vh') && !(e.matches('a') && e.closest('p') && e.closest('p').innerText !== e.innerText && !e.closest('.calls')))
  .map(e => { const box = (e.closest('label.tick') ?? e).getBoundingClientRect();
    return [e.outerHTML.slice(0, 80), Math.round(box.width), Math.round(box.height)]; })
  .filter(([, width, height]) => width < 24 || height < 24)"""
#: Everything that reaches over the side of the window, and whether one would have to scroll sideways.
CUT_OFF = """() => [...(document.documentElement.scrollWidth > innerWidth ? ['scrolls sideways'] : []),
  ...[...document.querySelectorAll('body *')].filter(e => e.offsetParent && !e.closest('.vh, .skip') &&
    (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)).map(e => e.outerHTML.slice(0, 80))]"""


def test_axe_finds_nothing_on_the_privacy_page_and_without_the_launcher_page(demo: Callable[..., Chat]) -> None:
    chat = demo(path="/privacy")
    assert axe_violations(chat.page) == []
    alone = demo(path="/chat?locale=en-GB").ready()
    assert axe_violations(alone.page) == []


def test_axe_looks_into_the_frame_as_well(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.frame.evaluate("document.querySelector('label[for=message]').remove()")
    assert [problem for problem in axe_violations(chat.page) if problem.startswith("label ")]


def test_each_new_message_is_announced_once(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.frame.evaluate(WATCH_LIVE)
    chat.say(STIFF_BACK)
    chat.choose("None of these")
    chat.page.wait_for_timeout(400)
    heard = chat.frame.evaluate("heard")
    for number in (1, 2):
        said = chat.frame.locator(".message--theirs").nth(number).locator(".bubble > p").last.inner_text()
        assert len([line for line in heard if said in line]) == 1, (said, heard)
    assert all(line.startswith("Rootline said: ") for line in heard)
    assert "Choose an answer: Yes, go on" in heard[-1], "the answers are told with the question"
    assert not [line for line in heard if STIFF_BACK in line], "one's own words are not read back"
    assert chat.log.get_attribute("aria-live") == "off"


def test_an_emergency_is_announced_at_once_and_once(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.frame.evaluate(WATCH_LIVE)
    chat.say(EMERGENCY)
    chat.page.wait_for_timeout(2000)
    heard = chat.frame.evaluate("heard")
    assert "Go to A&E now" in heard[0], "the action first, as an alert"
    assert len([line for line in heard if "Do not drive yourself." in line]) == 1
    assert len([line for line in heard if "numb when I wipe" in line]) == 1
    assert len(heard) == 2
    chat.page.wait_for_timeout(7500)
    assert chat.frame.locator("#announce-log p").count() == 0, "what was said is taken away again, so nobody meets it twice"


def test_history_is_not_announced_again(demo: Callable[..., Chat]) -> None:
    chat = demo()
    chat.page.add_init_script(f"addEventListener('DOMContentLoaded', {WATCH_LIVE})")
    chat.page.reload()
    chat.open()
    chat.say(STIFF_BACK)
    chat.page.reload()
    chat.wait_for_replies(2)
    chat.page.wait_for_timeout(500)
    assert chat.frame.evaluate("heard") == ["Your conversation is back."]


def tree_text(chat: Chat) -> list[str]:
    """Role and name of everything in the browser's own accessibility tree, in order."""
    session = chat.page.context.new_cdp_session(chat.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    lines: list[str] = []

    def walk(node: dict[str, Any]) -> None:
        role, name = node.get("role", {}).get("value", ""), node.get("name", {}).get("value", "")
        if not node.get("ignored") and name and role not in ("InlineTextBox", "LineBreak"):
            states = [
                p["name"]
                for p in node.get("properties", ())
                if p["name"] in ("checked", "disabled", "pressed", "expanded") and p["value"]["value"] in (True, "true")
            ]
            lines.append(" ".join([role, name, *states]))
        for child in node.get("childIds", ()):
            if child in by_id:
                walk(by_id[child])

    walk(nodes[0])
    return lines


def test_screen_readers_find_the_conversation_in_order(demo: Callable[..., Chat]) -> None:
    chat = demo(path="/chat").ready()
    chat.say(STIFF_BACK)
    chat.choose("None of these")
    tree = tree_text(chat)
    text = "\n".join(tree)
    assert "heading Symptom check" in tree
    assert "log Conversation" in tree
    order = [
        "Hello, I am Rootline",
        "heading You said",
        f"StaticText {STIFF_BACK}",
        "Before anything else",
        "checkbox Chest pain",
        "checkbox None of these",
        "button Yes, go on",
        "textbox Write here",
    ]
    places = [text.index(line) for line in order]
    assert places == sorted(places)
    assert any(line.startswith("checkbox None of these") and "checked" in line and "disabled" in line for line in tree), (
        "the given answer is told as given"
    )
    assert any(line.startswith("group") and "Before anything else" in line for line in tree), (
        "answers are grouped under their question"
    )
    assert tree.count("heading Rootline said") == 3
    assert any(line.startswith("button More choices") for line in tree)
    buttons = [line for line in tree if line.split()[0] in ("button", "link", "checkbox", "textbox")]
    assert all(len(line.split(" ", 1)[1].strip()) > 1 for line in buttons), "everything that can be used has a name"


def test_focus_is_always_to_be_seen_and_never_under_something(demo: Callable[..., Chat]) -> None:
    chat = demo(path="/chat").ready()
    chat.say(EMERGENCY)
    chat.frame.locator(".log").focus()
    chat.page.evaluate("document.activeElement.blur()")
    seen = 0
    for _ in range(40):
        chat.page.keyboard.press("Tab")
        state = chat.page.evaluate(
            """() => { const e = document.activeElement; if (!e || e === document.body) return null;
            const box = e.getBoundingClientRect(), rings = [getComputedStyle(e), getComputedStyle(e.closest('.tick') ?? e)];
            const at = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
            return {what: e.outerHTML.slice(0, 90),
              outline: rings.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2),
              inside: box.top >= -1 && box.left >= -1 && box.top < innerHeight && box.right <= innerWidth + 1,
              free: !!at && (e.contains(at) || at.contains(e) || at.closest('label') === e.closest('label'))}; }"""
        )
        if state is None:
            break
        seen += 1
        assert state["outline"], state["what"]
        assert state["inside"], state["what"]
        assert state["free"], state["what"]
    assert seen >= 8


def test_twice_the_text_size_and_wide_spacing_lose_nothing(demo: Callable[..., Chat]) -> None:
    chat = demo(path="/chat", viewport={"width": 420, "height": 700}).ready()
    chat.page.evaluate(
        """() => { document.documentElement.style.fontSize = '200%'; const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; } ' +
          '* { word-spacing: .16em !important; } p { margin-bottom: 2em !important; }');
        document.adoptedStyleSheets = [sheet]; }"""
    )
    chat.say(EMERGENCY)
    assert chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = chat.page.evaluate(
        """() => [...document.querySelectorAll('button, a, p, h1')].filter(e => e.offsetParent && !e.closest('.vh') &&
        e.scrollWidth > e.clientWidth + 2 && getComputedStyle(e).overflow !== 'visible').length"""
    )
    assert cut == 0
    assert chat.field.is_visible()


def test_larger_text_is_one_choice_away_and_remembered(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    before = chat.frame.evaluate("parseFloat(getComputedStyle(document.querySelector('.message p')).fontSize)")
    chat.menu("Larger text")
    toggle = chat.frame.locator("#menu").get_by_role("button", name="Larger text")
    assert toggle.get_attribute("aria-pressed") == "true"
    assert chat.frame.evaluate("parseFloat(getComputedStyle(document.querySelector('.message p')).fontSize)") == before * 1.25
    chat.page.reload()
    chat.ready()
    assert chat.frame.evaluate("parseFloat(getComputedStyle(document.querySelector('.message p')).fontSize)") == before * 1.25


def test_reduced_motion_moves_nothing(demo: Callable[..., Chat]) -> None:
    chat = demo(reduced_motion="reduce").open()
    chat.page.route("**/messages", lambda route: None if route.request.method == "POST" else route.continue_())
    chat.say(STIFF_BACK, wait=False)
    chat.frame.locator(".typing").wait_for()
    assert chat.frame.evaluate("document.getAnimations().length") == 0
    assert chat.page.evaluate("document.getAnimations().length") == 0


def test_high_contrast_keeps_every_border_and_axe_finds_nothing(demo: Callable[..., Chat]) -> None:
    chat = demo(forced_colors="active").open()
    chat.say(EMERGENCY)
    assert chat.frame.evaluate("getComputedStyle(document.querySelector('.emergency')).borderStyle") == "solid"
    assert axe_violations(chat.frame) == []


def test_dark_is_dark(demo: Callable[..., Chat]) -> None:
    chat = demo(color_scheme="dark").open()
    red, green, blue = chat.frame.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(red, green, blue) < 60


def test_escape_closes_the_menu_before_the_chat(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.frame.get_by_role("button", name="More choices").click()
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.press("Escape")
    assert chat.frame.locator("#menu").count() == 0
    assert chat.focused() == "More choices"
    assert chat.page.evaluate("Rootline.isOpen")
    chat.page.keyboard.press("Escape")
    chat.page.wait_for_function("() => !Rootline.isOpen")
    chat.page.evaluate("Rootline.open()")
    assert chat.replies() == 1


def test_someone_reading_above_is_told_of_news_and_not_moved(demo: Callable[..., Chat], context_of: Callable[..., Any]) -> None:
    context = context_of()
    chat = demo(context).open()
    chat.say(STIFF_BACK)
    chat.choose("None of these")
    other = demo(context).open()
    other.wait_for_replies(3)
    chat.log.evaluate("e => { e.scrollTop = 0; }")
    chat.page.wait_for_timeout(200)
    other.say("yes, go on")
    news = chat.frame.get_by_role("button", name="New message below")
    news.wait_for()
    assert chat.log.evaluate("e => e.scrollTop") == 0
    news.click()
    assert chat.log.evaluate("e => e.scrollTop") > 100
    assert not news.is_visible()
