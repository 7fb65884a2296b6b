"""A call at the desk, from the first word to the wrap-up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.browser_kit import axe_violations
from tests.browser.desk.conftest import Page

pytestmark = pytest.mark.browser


def test_a_call_from_first_word_to_wrap_up_by_keyboard(agent: Callable[..., Page]) -> None:
    desk = agent()
    page, keys = desk.page, desk.page.keyboard
    assert desk.call
    page.wait_for_function("() => document.activeElement.id === 'words'")
    keys.type("my left leg has gone weak since Sunday")
    page.locator(".turn.partial button.mark.present").first.wait_for()  # read while it is typed
    keys.press("Enter")
    page.locator(".turn:not(.partial) button.mark.present").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "words"
    assert not page.locator("#alarm").inner_text()
    desk.say("agent", "Any numbness between your legs?")
    desk.say("caller", "Yes, it's all numb there.")
    page.locator("#alarm strong").wait_for()
    assert "EMERGENCY" in page.locator("#alarm").inner_text()
    assert desk.state("saddle_feeling") == "YES, there"
    assert desk.state("fever") == "Not asked"
    assert axe_violations(page) == []
    keys.press("F8")
    page.locator("#dialog pre").filter(has_text="SITUATION").wait_for()
    note = page.locator("#dialog pre").inner_text()
    assert "PRESENT. Words: \u201cnumb\u201d" in note
    assert "NOT ASKED" in note
    assert axe_violations(page) == []
    page.get_by_role("button", name="FHIR").click()
    page.locator("#dialog pre").filter(has_text='"resourceType": "Bundle"').wait_for()
    outcome, close = page.get_by_label("Outcome"), page.get_by_role("button", name="Close the call")
    assert outcome.input_value() == "", "no outcome is chosen for the agent"
    close.click()
    page.locator("#dialog [role=alert]").filter(has_text="Choose the outcome").wait_for()
    assert page.evaluate("document.activeElement.id") == "outcome"
    assert outcome.get_attribute("aria-invalid") == "true"
    assert axe_violations(page) == []
    outcome.select_option("sent_to_emergency")
    assert not page.locator("#dialog [role=alert]").inner_text()
    close.click()
    page.locator("#line").filter(has_text="closed").wait_for()
    assert page.locator("#typing").is_hidden()
    assert desk.errors == []


def test_streamed_corrections_and_withdrawal(agent: Callable[..., Page]) -> None:
    desk = agent()
    page = desk.page
    assert desk.call
    page.locator("#words").type("I wet myself")
    page.locator(".turn.partial button.mark").first.wait_for()
    page.locator("[data-item=leaks] .state.yes").wait_for()
    page.locator("#words").fill("I wet my hair")
    page.wait_for_function("() => !document.querySelector('button.mark')")
    page.locator("[data-item=leaks] .state.not_asked").wait_for()
    page.locator("#words").fill("")
    page.wait_for_function("() => !document.querySelector('.turn')")


def test_ticks_corrections_swap_and_override(agent: Callable[..., Page]) -> None:
    desk = agent()
    page = desk.page
    assert desk.call
    desk.say("agent", "I can't feel it when I wipe.")
    assert page.locator("button.mark").count() == 0, "a handler's words make no finding"
    page.get_by_text("Paste or upload a transcript").click()
    page.get_by_role("button", name="Swap speakers").click()
    page.locator("button.mark.present").first.wait_for()
    page.locator("button.mark.present").first.focus()
    assert page.locator("#tip").is_visible()
    assert axe_violations(page) == []
    page.keyboard.press("Enter")
    page.get_by_role("button", name="It is not there").first.click()
    page.locator("button.mark.absent").first.wait_for()
    assert page.locator("#alarm strong").count() == 1, "the machine still says emergency"
    page.get_by_role("button", name="Decide otherwise").click()
    page.get_by_label("Your decision").select_option("soon")
    page.get_by_label("Reason").fill("Numb leg only, examined today.")
    page.get_by_role("button", name="Decide", exact=True).click()
    page.locator("#decision .level").filter(has_text="examined today").wait_for()
    page.locator("[data-item=leaks]").get_by_role("button", name="No", exact=True).click()
    page.locator("[data-item=leaks] .state.no").wait_for()
    page.locator("[data-item=leaks]").get_by_role("button", name="How to ask").click()
    page.get_by_role("button", name="Back to the suggested one").wait_for()
    assert page.locator(".ask li").count() >= 1
    assert desk.errors == []


def test_two_agents_see_one_call_and_reconnect(agent: Callable[..., Page]) -> None:
    alex = agent("alex")
    call = alex.call
    alex.say("caller", "My back hurts.")
    sam = agent("sam", path=f"/agent/#{call}")
    sam.page.locator(".turn").first.wait_for()
    sam.say("caller", "And I keep wetting myself.")
    alex.page.locator("#alarm strong").wait_for()
    assert alex.page.locator(".turn").count() == 2
    alex.page.context.set_offline(True)
    sam.say("caller", "My legs are weak too.")
    alex.page.wait_for_timeout(300)
    alex.page.context.set_offline(False)
    alex.page.reload()
    alex.page.wait_for_function("() => document.querySelectorAll('.turn').length === 3")


def test_an_auditor_sees_and_cannot_type(agent: Callable[..., Page]) -> None:
    alex = agent()
    call = alex.call
    alex.say("caller", "My back hurts.")
    jo = agent("jo", "auditor", path=f"/agent/#{call}")
    jo.page.locator(".turn").first.wait_for()
    assert jo.page.locator("#words").count() == 0
    assert jo.page.get_by_role("button", name="Decide otherwise").count() == 0
    jo.page.get_by_role("button", name="Audit log").click()
    jo.page.get_by_text("The log is as it was written.").wait_for()
    assert axe_violations(jo.page) == []


def test_narrow_window_has_no_sideways_scroll(agent: Callable[..., Page]) -> None:
    desk = agent()
    assert desk.call
    desk.page.set_viewport_size({"width": 320, "height": 700})
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe_violations(desk.page) == []


def test_a_question_read_aloud_and_a_plain_answer_tick_its_item(agent: Callable[..., Page]) -> None:
    desk = agent()
    assert desk.call
    desk.say("caller", "My lower back has been bad since Sunday.")
    asked = desk.page.locator("#checklist .say")
    asked.filter(has_text="Chest pain; trouble breathing").wait_for()  # the lines of the card are part of what is said
    assert "tick" not in asked.inner_text().lower()
    desk.page.keyboard.press("F4")
    desk.page.locator(".turn.agent").filter(has_text="Chest pain; trouble breathing").wait_for()
    desk.say("caller", "No, none of those.")
    desk.page.locator("[data-item=immediate_danger] .state.no").wait_for()
    desk.say("agent", "Any swelling of the knee?")
    desk.say("caller", "No.")
    desk.page.locator("[data-item=knee_joint]").get_by_text("Still open").wait_for()
    assert desk.errors == []


def test_in_the_dark_and_on_a_small_screen_the_newest_words_stay_in_sight(agent: Callable[..., Page]) -> None:
    desk = agent()
    page = desk.page
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1280, "height": 720})
    assert desk.call
    for number in range(5):
        desk.say("agent", "Any fever?")
        desk.say("caller", f"No, and I took it {number} times.")
    desk.say("caller", "I can't feel it when I wipe.")
    page.locator("#alarm strong").wait_for()
    newest = page.locator(".turn").last
    page.wait_for_function(
        "node => node.getBoundingClientRect().bottom <= document.getElementById('typing').getBoundingClientRect().top + 4",
        arg=newest.element_handle(),
    )
    wrap = page.get_by_role("button", name="Wrap up").bounding_box()
    assert wrap is not None
    assert wrap["y"] + wrap["height"] <= 720, "the way out is in sight"
    assert axe_violations(page) == []
    page.keyboard.press("F8")
    page.locator("#dialog pre").filter(has_text="SITUATION").wait_for()
    close = page.get_by_role("button", name="Close the call").bounding_box()
    assert close is not None
    assert close["y"] + close["height"] <= 720
    assert axe_violations(page) == []
