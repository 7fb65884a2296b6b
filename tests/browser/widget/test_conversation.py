"""Talking: a whole interview by keyboard, emergencies, answers that stay, long messages, the card, the menu."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.widget.conftest import EMERGENCY, HARMLESS, STIFF_BACK, WATCH_LIVE, Chat

pytestmark = pytest.mark.browser


def answer_by_keyboard(chat: Chat) -> None:
    """Tab to the harmless answer of the open question and give it."""
    last = chat.frame.locator(".message--theirs").last
    offered = last.locator("[data-value]").evaluate_all("all => all.map(e => e.dataset.value)")
    wanted = next(value for value in (*HARMLESS, *offered) if value in offered)
    ticks = last.locator(".ticks").count() > 0
    replies = chat.replies()
    focused = (
        "document.activeElement.closest('.message') === [...document.querySelectorAll('.message--theirs')].pop() "
        "&& document.activeElement.dataset.value"
    )
    backwards = chat.frame.evaluate("document.activeElement.id === 'message'")
    for _ in range(40):
        chat.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if chat.frame.evaluate(focused) == wanted:
            break
    else:
        raise AssertionError(f"{wanted} cannot be reached by Tab; the focus is on {chat.focused()}")
    chat.page.keyboard.press("Space")
    if ticks:
        for _ in range(10):
            chat.page.keyboard.press("Tab")
            if chat.frame.evaluate("document.activeElement.classList.contains('tick-send')"):
                break
        chat.page.keyboard.press("Enter")
    chat.wait_for_replies(replies + 1)


def test_whole_interview_by_keyboard_alone(abroad: Callable[..., Chat]) -> None:
    chat = abroad("/keyboard", body='<h1>Clinic</h1><a href="#x">A link</a>')
    keys = chat.page.keyboard
    for _ in range(3):
        keys.press("Tab")
        if chat.page.evaluate("document.activeElement.tagName") == "ROOTLINE-CHAT":
            break
    keys.press("Enter")
    chat.ready()
    chat.frame.wait_for_function("() => document.activeElement.id === 'message'")
    keys.type(STIFF_BACK)
    keys.press("Enter")
    chat.wait_for_replies(2)
    assert chat.field.input_value() == ""
    assert chat.frame.evaluate("document.activeElement.id") == "message", "sending must not take the focus away"
    for _ in range(45):
        if chat.frame.locator(".message--theirs").last.locator("[data-value]").count() == 0:
            break
        answer_by_keyboard(chat)
    card = chat.frame.locator(".message--card").last
    card.wait_for()
    assert card.locator("h3").first.inner_text()
    assert "numb" in card.inner_text(), "the safety net stands in the result"
    reached = []
    while "Copy" not in reached and len(reached) < 20:
        keys.press("Tab")
        reached.append(chat.focused())
    assert {"Print", "Save as PDF", "Copy"} <= set(reached)
    keys.press("Escape")
    chat.page.wait_for_function("() => !Rootline.isOpen")
    assert chat.page.evaluate("document.activeElement.tagName") == "ROOTLINE-CHAT", "closing gives the focus back to the button"


def test_emergency_cannot_be_missed(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.say(EMERGENCY)
    alert = chat.frame.locator("[role=alert].emergency")
    assert alert.count() == 1
    assert alert.is_visible()
    words = alert.inner_text()
    assert words.startswith("Emergency")
    assert "A&E" in words
    assert "999" in words
    assert alert.locator("svg").count() >= 1, "a sign, not colour alone"
    box, frame = alert.bounding_box(), chat.page.locator("rootline-chat iframe").bounding_box()
    assert box["y"] >= frame["y"], "the top of the alert is in sight"
    calls = alert.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert calls[0] == "tel:999"
    assert "sms:999" in calls, "for people who cannot phone"
    assert any(href == "tel:18000" for href in calls), "text relay"
    whole = chat.frame.locator(".message--emergency").last.inner_text()
    assert "interpreter" in whole
    assert "numb when I wipe" in whole
    assert chat.frame.locator(".message--emergency [data-value]").count() == 0, "an emergency asks nothing"
    assert chat.frame.evaluate("document.activeElement.closest('.message')") is None, "the focus is not taken"
    chat.say("thank you")
    bar = chat.frame.locator(".emergency-bar")
    assert bar.is_visible()
    assert bar.locator("a").get_attribute("href") == "tel:999"
    assert chat.frame.locator("[role=alert]").count() <= 2


def test_on_a_small_phone_the_number_to_tap_is_in_sight_and_what_to_do_comes_before_why(demo: Callable[..., Chat]) -> None:
    chat = demo(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True).open()
    chat.say(EMERGENCY)
    call = chat.frame.locator(".emergency a[href='tel:999']")
    box, field = call.bounding_box(), chat.frame.locator(".composer").bounding_box()
    assert box["y"] + box["height"] <= field["y"], "no scrolling to reach it"
    words = chat.frame.locator(".message--emergency").last.inner_text()
    places = [words.index(part) for part in ("Call 999", "Because you said", "Do not wait for a call back", "Say this", "nerves")]
    assert places == sorted(places)


def test_on_paper_only_the_card_is_left_and_nothing_to_press(demo: Callable[..., Chat]) -> None:
    chat = demo(path="/chat").ready()
    chat.say(STIFF_BACK)
    chat.say(EMERGENCY)
    chat.page.evaluate("() => { window.print = () => undefined; }")
    chat.frame.locator(".message--emergency").last.get_by_role("button", name="Print").click()
    chat.page.emulate_media(media="print")
    assert chat.frame.locator(".message:visible").count() == 1
    assert chat.frame.locator("button:visible, textarea:visible").count() == 0
    assert re.search(r"\d{4}, \d", chat.frame.locator(".printing time").inner_text()), "the whole date"
    colour = "getComputedStyle(document.querySelector('.printing .emergency')).backgroundColor"
    assert chat.frame.evaluate(colour) == "rgb(255, 255, 255)", "no ink is wasted, and black on white is read everywhere"


def test_emergency_reaches_someone_who_has_just_closed_the_chat(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    gate: list[Any] = []
    chat.page.route("**/messages", lambda route: gate.append(route) if route.request.method == "POST" else route.continue_())
    chat.say(EMERGENCY, wait=False)
    chat.page.wait_for_timeout(200)
    chat.page.evaluate("Rootline.close()")
    chat.page.evaluate("document.querySelector('.start').focus()")
    gate[0].continue_()
    chat.page.wait_for_function("() => Rootline.isOpen")
    assert chat.page.evaluate("document.activeElement.className") == "start", "shown, but nobody's focus is taken"


def test_answers_in_american_english_call_911(abroad: Callable[..., Chat]) -> None:
    chat = abroad("/us", attributes='data-locale="en-US"').open()
    chat.say(EMERGENCY)
    hrefs = chat.frame.locator(".emergency a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert hrefs[0] == "tel:911"
    assert "tel:999" not in hrefs


def test_elsewhere_the_number_is_112(abroad: Callable[..., Chat]) -> None:
    chat = abroad("/elsewhere", attributes='data-locale="international"').open()
    assert chat.frame.locator(".footer a").get_attribute("href") == "tel:112"
    chat.say(EMERGENCY)
    assert chat.frame.locator(".emergency a").first.get_attribute("href") == "tel:112"
    assert chat.frame.locator("html").get_attribute("lang") == "en-GB"


def test_chosen_answers_stay_visible_and_the_focus_moves_on(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.choose("A knee gives way", "Back pain")
    first = chat.frame.locator(".message--theirs").first
    boxes = first.get_by_role("checkbox")
    assert boxes.count() >= 5, "what was not chosen stays to be read"
    assert [box.get_attribute("data-value") for box in boxes.all() if box.is_checked()] == ["knee", "back"]
    boxes.nth(2).click(force=True)
    assert not boxes.nth(2).is_checked(), "an answer that was sent cannot be changed by a slip"
    for _ in range(25):
        question = chat.frame.locator(".message--theirs").last
        if question.locator(".choice").count():
            break
        chat.choose(question.locator("[data-value=none]").locator("xpath=..").inner_text())
    question = chat.frame.locator(".message--theirs").last
    count, button = question.locator(".choice").count(), question.locator(".choice").first
    label = button.inner_text()
    replies = chat.replies()
    button.focus()
    chat.page.keyboard.press("Enter")
    chat.wait_for_replies(replies + 1)
    answered = chat.frame.locator(".message--theirs").nth(replies - 1)
    assert answered.locator(".choice").count() == count
    picked = answered.locator(".choice--picked")
    assert picked.inner_text().startswith(label)
    assert "your answer" in picked.text_content(), "told in words as well"
    assert picked.evaluate("e => e === document.activeElement"), "the pressed button keeps the focus"
    chat.page.keyboard.press("Tab")
    assert chat.frame.evaluate(
        "document.activeElement.closest('.message') !== null && !document.activeElement.matches('[tabindex=\"-1\"]')"
    )
    picked.click(force=True)
    chat.page.wait_for_timeout(300)
    assert chat.replies() == replies + 1, "pressing an old answer again sends nothing"


def test_tick_card_wants_a_tick_and_none_stands_alone(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.say(STIFF_BACK)
    card = chat.frame.locator(".message--theirs").last
    assert card.locator(".ticks").get_attribute("role") == "group"
    before = chat.replies()
    card.get_by_role("button", name="Send my answer").click()
    problem = card.locator(".problem")
    problem.wait_for()
    assert "None of these" in problem.inner_text()
    assert chat.replies() == before, "nothing ticked is not the same as none"
    card.get_by_role("checkbox").first.check()
    card.get_by_role("checkbox", name="None of these").check()
    assert not card.get_by_role("checkbox").first.is_checked()
    card.get_by_role("checkbox").first.check()
    assert not card.get_by_role("checkbox", name="None of these").is_checked()
    assert not problem.is_visible()


def test_free_text_is_always_allowed_beside_buttons(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.say(STIFF_BACK)
    chat.say("none of these")
    assert chat.own_messages()[-1] == "none of these"
    chat.frame.get_by_role("button", name="Why do you ask?").click()
    chat.wait_for_replies(4)
    assert chat.own_messages()[-1] == "Why do you ask?"
    assert chat.frame.locator(".message--theirs").last.locator("[data-value]").count() > 0, "the question comes back"


def test_long_lines_long_messages_and_markup_are_shown_as_written(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    text = "<b>bold</b> <img src=x onerror=alert(1)> " + "x" * 400 + "\nsecond line " + "my back hurts " * 300
    chat.field.fill(text)
    assert "getting long" in chat.frame.locator("#message-hint").inner_text()
    chat.page.keyboard.press("Enter")
    chat.wait_for_replies(2)
    assert chat.frame.locator(".message--own b, .message--own img").count() == 0
    assert chat.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    fold = chat.frame.get_by_role("button", name="Show the whole message")
    assert fold.get_attribute("aria-expanded") == "false"
    fold.click()
    assert chat.own_messages()[0] == text.strip()


def test_enter_sends_shift_enter_does_not_and_empty_is_told(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    keys = chat.page.keyboard
    chat.field.focus()
    keys.press("Enter")
    assert "Write something first" in chat.frame.locator("#message-hint").inner_text()
    keys.type("one")
    keys.press("Shift+Enter")
    keys.type("two")
    assert chat.field.input_value() == "one\ntwo"
    chat.field.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert chat.own_messages() == [], "Enter that picks a character of an input method sends nothing"
    keys.press("Enter")
    chat.wait_for_replies(2)
    assert chat.own_messages() == ["one\ntwo"]


def test_result_card_prints_saves_and_copies(demo: Callable[..., Chat], context_of: Callable[..., Any]) -> None:
    context = context_of(permissions=["clipboard-read", "clipboard-write"])
    chat = demo(context).open()
    chat.say(EMERGENCY)
    chat.frame.evaluate(
        """() => { window.printed = []; window.print = () => {
        window.printed.push(document.querySelectorAll('.printing').length); dispatchEvent(new Event('afterprint')); }; }"""
    )
    card = chat.frame.locator(".message--emergency").last
    card.get_by_role("button", name="Print").click()
    assert chat.frame.evaluate("printed") == [1], "this card alone"
    assert chat.frame.locator(".printing").count() == 0
    card.get_by_role("button", name="Copy").click()
    card.get_by_text("Copied.").wait_for()
    copied = chat.frame.evaluate("navigator.clipboard.readText()")
    assert "Go to A&E now" in copied
    assert "numb when I wipe" in copied
    with chat.page.expect_download() as saving:
        card.get_by_role("button", name="Save as PDF").click()
    assert saving.value.suggested_filename == "rootline-advice.pdf"
    assert open(saving.value.path(), "rb").read(5) == b"%PDF-"  # noqa: SIM115


def test_picture_of_the_nerve_is_shown_with_its_words(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.say("why does my knee buckle?")
    picture = chat.frame.locator(".block-picture img").first
    picture.wait_for()
    assert len(picture.get_attribute("alt")) > 40
    chat.frame.wait_for_function("() => document.querySelector('.block-picture img').naturalWidth > 100")
    reserved, real = picture.evaluate(
        "e => [e.getAttribute('height') / e.getAttribute('width'), e.naturalHeight / e.naturalWidth]"
    )
    assert abs(reserved - real) < 0.1 * real, "its place is kept while it loads, so that nothing jumps"


def test_menu_talks_to_a_person_and_starts_again(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.menu("Talk to a person")
    chat.wait_for_replies(2)
    assert chat.own_messages() == ["I want to talk to a person"]
    chat.menu("Start again")
    dialog = chat.frame.get_by_role("dialog", name="Start again?")
    dialog.get_by_role("button", name="Cancel").click()
    assert chat.own_messages() == ["I want to talk to a person"]
    chat.wait_for_focus("More choices")
    chat.menu("Start again")
    chat.frame.get_by_role("dialog").get_by_role("button", name="Start again").click()
    chat.wait_for_replies(3)
    assert chat.own_messages()[-1] == "Start again"


def test_what_a_member_of_staff_writes_is_shown_and_announced_as_theirs(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    chat.say(STIFF_BACK)

    def with_a_person(route: Any) -> None:
        if route.request.method != "GET":
            route.continue_()
            return
        answer = route.fetch()
        entries = answer.json()["messages"]
        entries.append({"n": len(entries) + 1, "role": "agent", "at": entries[-1]["at"] + 1, "text": "I am <b>Ann</b>, a nurse."})
        route.fulfill(response=answer, json={"messages": entries, "last": len(entries)})

    chat.page.route("**/messages?after=*", with_a_person)
    chat.frame.evaluate(WATCH_LIVE)
    chat.frame.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    said = chat.frame.locator(".message--theirs").last
    said.get_by_text("I am <b>Ann</b>, a nurse.").wait_for()
    assert "Member of staff" in said.inner_text()
    chat.page.wait_for_timeout(300)
    assert chat.frame.evaluate("heard") == ["Member of staff said: I am <b>Ann</b>, a nurse."]


def test_read_aloud_uses_device_voices_only(demo: Callable[..., Chat]) -> None:
    chat = demo()
    chat.page.add_init_script(
        """window.spoken = [];
        const voice = (name, localService) => ({name, localService, lang: 'en-GB', default: false, voiceURI: name});
        Object.defineProperty(window, 'speechSynthesis', {value: Object.assign(new EventTarget(), {
          getVoices: () => window.voices ?? [voice('Far', false)],
          speak: u => window.spoken.push([u.voice.name, u.text]), cancel() {}})});
        window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } }; window.makeVoice = voice;"""
    )
    chat.page.reload()
    chat.open()
    assert chat.frame.get_by_role("button", name="Read aloud").count() == 0, "a voice of a far-away service is not used"
    chat.frame.evaluate(
        """() => { window.voices = [makeVoice('Far', false), makeVoice('Near', true)];
        speechSynthesis.dispatchEvent(new Event('voiceschanged')); }"""
    )
    chat.frame.get_by_role("button", name="Read aloud").first.click()
    spoken = chat.frame.evaluate("spoken")
    assert {voice for voice, _ in spoken} == {"Near"}
    assert "Hello" in spoken[0][1]
    chat.menu("Read new messages aloud")
    chat.page.keyboard.press("Escape")
    chat.frame.evaluate("() => { window.spoken = []; }")
    chat.say(STIFF_BACK)
    assert chat.frame.evaluate("spoken.length") > 0


def test_voice_input_is_off_and_asks_before_it_listens(abroad: Callable[..., Chat]) -> None:
    fake = """window.started = 0; window.SpeechRecognition = window.webkitSpeechRecognition = class extends EventTarget {
      start() { window.started++; setTimeout(() => {
        this.onresult({results: [[{transcript: 'my back is stiff'}]]}); this.onend(); }, 50); } stop() {} };"""
    chat = abroad("/novoice")
    chat.page.add_init_script(fake)
    chat.page.reload()
    chat.open()
    assert chat.frame.locator(".dictate").count() == 0, "off unless the page asks for it"
    chat = abroad("/voice", attributes="data-voice")
    chat.page.add_init_script(fake)
    chat.page.reload()
    chat.open()
    chat.frame.get_by_role("button", name="Speak instead of typing").click()
    dialog = chat.frame.get_by_role("dialog", name="Use your voice?")
    assert "company that makes it" in dialog.inner_text()
    dialog.get_by_role("button", name="Keep typing").click()
    assert chat.frame.evaluate("started") == 0
    chat.frame.get_by_role("button", name="Speak instead of typing").click()
    chat.frame.get_by_role("dialog").get_by_role("button", name="Use my voice").click()
    chat.frame.wait_for_function("() => document.querySelector('#message').value === 'my back is stiff'")
    assert chat.own_messages() == [], "the words wait to be read and sent"


def test_every_message_has_its_time(demo: Callable[..., Chat]) -> None:
    chat = demo(locale="de-DE", timezone_id="Europe/Berlin").open()
    chat.say(STIFF_BACK)
    times = chat.frame.locator(".message time").all()
    assert len(times) == chat.frame.locator(".message").count()
    assert all(re.fullmatch(r"\d{2}:\d{2}", time.inner_text()) for time in times)
    assert all(time.get_attribute("datetime").endswith("Z") for time in times)


def test_a_german_browser_gets_whole_english_and_british_numbers(demo: Callable[..., Chat]) -> None:
    chat = demo(locale="de-DE", timezone_id="Europe/Berlin").open()
    assert chat.frame.locator("html").get_attribute("lang") == "en-GB", "screen readers must take an English voice"
    chat.say("mein Knie knickt weg")
    text = chat.frame.locator("body").inner_text()
    assert "undefined" not in text
    assert "999" in text
    assert chat.errors == []
