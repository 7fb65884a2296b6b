"""The desk inside a page of the operator's CRM: messages both ways, and only with pages on the list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.desk.access import Access, Person
from tests.browser.browser_kit import ForeignSite, Rootline

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><title>CRM</title><h1>Contact 4711</h1>
<iframe id="desk" title="Rootline desk" src="{url}/agent/" width="1200" height="800"></iframe>
<script>
window.heard = [];
addEventListener('message', event => heard.push({{origin: event.origin, data: event.data}}));
window.tell = data => document.getElementById('desk').contentWindow.postMessage(data, '{url}');
</script></html>"""


@pytest.fixture
def stranger() -> Iterator[ForeignSite]:
    """A site that is not on the list."""
    site = ForeignSite()
    yield site
    site.close()


@pytest.fixture
def crm(browser: Any, rootline: Rootline, foreign_site: ForeignSite) -> Iterator[Any]:
    foreign_site.pages["/crm"] = (PAGE.format(url=rootline.url), {})
    context = browser.new_context(viewport={"width": 1300, "height": 950}, locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(foreign_site.url + "/crm")
    yield page
    context.close()


def waits(page: Any, kind: str, **values: Any) -> dict[str, Any]:
    """The newest message of this kind with these values."""
    test = "w => heard.filter(m => m.data.type === w.kind && Object.entries(w.values).every(([k, v]) => m.data[k] === v)).at(-1)"
    return dict(page.wait_for_function(test, arg={"kind": f"rootline.desk.{kind}", "values": values}).json_value())


def test_a_crm_page_logs_in_opens_a_call_and_follows_it(crm: Any, rootline: Rootline, access: Access) -> None:
    waits(crm, "login")
    crm.evaluate("tell({type: 'rootline.desk.open', key: 'early'})")
    assert "Log in" in waits(crm, "problem")["data"]["detail"]
    token = access.issue(Person("alex", "agent", "north"))
    crm.evaluate("token => tell({type: 'rootline.desk.token', token})", token)
    assert waits(crm, "ready")["data"]["role"] == "agent"
    crm.evaluate("tell({type: 'rootline.desk.open', key: 'acd-4711', reference: 'line 3'})")
    desk = crm.frame_locator("#desk")
    desk.locator("#line").filter(has_text="line 3").wait_for()
    desk.locator("#words").fill("a zebra kicked me and I can't feel it when I wipe")
    desk.locator("#words").press("Enter")
    told = waits(crm, "state", emergency=True, level="emergency_now")
    assert told["origin"] == rootline.url
    assert set(told["data"]) == {"type", "call", "level", "emergency", "open", "status"}
    assert "zebra" not in json.dumps(crm.evaluate("heard"))
    crm.evaluate("tell({type: 'rootline.desk.open', key: 'acd-4711'})")  # the same key is the same call
    desk.locator(".turn").first.wait_for()
    crm.evaluate("tell({type: 'rootline.desk.open', key: 'not / allowed'})")
    waits(crm, "problem", about="rootline.desk.open")
    assert token not in crm.url + "".join(frame.url for frame in crm.frames)


def test_a_page_that_is_not_on_the_list_gets_no_desk(browser: Any, rootline: Rootline, stranger: ForeignSite) -> None:
    stranger.pages["/crm"] = (PAGE.format(url=rootline.url), {})
    page = browser.new_page()
    page.goto(stranger.url + "/crm")
    page.wait_for_timeout(1000)
    assert page.evaluate("heard") == []
    assert all(frame.locator("#login").count() == 0 for frame in page.frames[1:])
    page.close()


def test_only_listed_parents_are_heard_even_without_the_policy(
    browser: Any, rootline: Rootline, stranger: ForeignSite, access: Access
) -> None:
    """The list holds in the page itself, for browsers or proxies that drop the frame policy."""
    stranger.pages["/crm"] = (PAGE.format(url=rootline.url), {})
    page = browser.new_page()

    def without_policy(route: Any) -> None:
        answer = route.fetch()
        headers = {k: v for k, v in answer.headers.items() if k not in ("content-security-policy", "x-frame-options")}
        route.fulfill(response=answer, headers=headers)

    page.route(f"{rootline.url}/agent/", without_policy)
    page.goto(stranger.url + "/crm")
    page.frame_locator("#desk").locator("#login").wait_for()
    token = access.issue(Person("alex", "agent", "north"))
    page.evaluate("token => tell({type: 'rootline.desk.token', token})", token)
    page.wait_for_timeout(1000)
    assert page.evaluate("heard") == []
    assert page.frame_locator("#desk").locator("#login").is_visible()
    page.close()
