"""Only the token that the server signed opens a conversation, and only that one. Also: what a hostile page or reply gets."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.browser_kit import ForeignSite, Rootline
from tests.browser.widget.conftest import STIFF_BACK, Chat

SECRET = "numb when I wipe marmalade"


def call(url: str, method: str = "GET", token: str | None = None, body: Any = None) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token is not None else {})}
    request = urllib.request.Request(
        url, method=method, headers=headers, data=None if body is None else json.dumps(body).encode()
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


@pytest.fixture(scope="module")
def victim(rootline: Rootline) -> dict[str, str]:
    """Somebody's conversation with something private in it."""
    _, begun = call(f"{rootline.url}/api/conversations", "POST", body={})
    address = f"{rootline.url}/api/conversations/{begun['conversation']}"
    call(f"{address}/messages", "POST", begun["token"], {"id": "1", "text": SECRET})
    return {"address": address, "token": begun["token"], "conversation": begun["conversation"]}


def pad(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def joined(head: dict[str, Any], claims: dict[str, Any], signature: str) -> str:
    return f"{pad(json.dumps(head).encode())}.{pad(json.dumps(claims).encode())}.{signature}"


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    head, claims, signature = token.split(".")
    read = lambda text: json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))  # noqa: E731
    return read(head), read(claims), signature


def signed(head: dict[str, Any], claims: dict[str, Any], key: bytes) -> str:
    text = f"{pad(json.dumps(head).encode())}.{pad(json.dumps(claims).encode())}"
    return f"{text}.{pad(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def attempts(victim: dict[str, str], own: dict[str, Any]) -> dict[str, str | None]:
    """Tokens somebody else might try on the victim's conversation."""
    head, claims, signature = parts(own["token"])
    theirs = {**claims, "sub": victim["conversation"]}
    _, _, victims_signature = parts(victim["token"])
    return {
        "none at all": None,
        "empty": "",
        "nonsense": "abc",
        "random": secrets.token_urlsafe(60),
        "own token for another conversation": own["token"],
        "own signature under their name": joined(head, theirs, signature),
        "their signature under own claims": joined(head, claims, victims_signature),
        "algorithm none": joined({**head, "alg": "none"}, theirs, ""),
        "signed with an empty key": signed(head, theirs, b""),
        "signed with a guessed key": signed(head, theirs, b"secret"),
        "signed with the key's name": signed(head, theirs, str(head["kid"]).encode()),
        "key from a file": signed({**head, "kid": "../../../../dev/null"}, theirs, b""),
        "no key name": signed({k: v for k, v in head.items() if k != "kid"}, theirs, b""),
        "another audience": signed(head, {**theirs, "aud": "rootline.agent"}, b"x"),
        "far in the future": signed(head, {**theirs, "exp": 9e12}, b"x"),
        "very long": "a" * 7000,
    }


def test_nobody_elses_token_opens_a_conversation(rootline: Rootline, victim: dict[str, str]) -> None:
    _, own = call(f"{rootline.url}/api/conversations", "POST", body={})
    for name, token in attempts(victim, own).items():
        for method, path, body in (
            ("GET", "/messages", None),
            ("POST", "/messages", {"id": "2", "text": "hello"}),
            ("GET", "/card.txt", None),
            ("GET", "/card.pdf", None),
            ("DELETE", "", None),
        ):
            status, answer = call(victim["address"] + path, method, token, body)
            assert status == 401, (name, method, path)
            assert "marmalade" not in json.dumps(answer)
            assert victim["conversation"] not in json.dumps(answer)
    status, history = call(f"{victim['address']}/messages", token=victim["token"])
    assert status == 200
    assert [entry["text"] for entry in history["messages"] if entry["role"] == "user"] == [SECRET], "untouched by all that"


def test_the_token_of_one_conversation_does_not_open_another_either_way(rootline: Rootline, victim: dict[str, str]) -> None:
    _, own = call(f"{rootline.url}/api/conversations", "POST", body={})
    swapped = f"{rootline.url}/api/conversations/{own['conversation']}/messages"
    assert call(swapped, token=victim["token"])[0] == 401
    assert call(f"{victim['address']}/messages", token=own["token"])[0] == 401


def test_ids_cannot_be_guessed_and_wrong_ones_read_like_wrong_tokens(rootline: Rootline, victim: dict[str, str]) -> None:
    _, one = call(f"{rootline.url}/api/conversations", "POST", body={})
    _, two = call(f"{rootline.url}/api/conversations", "POST", body={})
    assert len(one["conversation"]) >= 22, "at least 128 random bits"
    assert one["conversation"][:6] != two["conversation"][:6]
    existing = call(f"{victim['address']}/messages", token=one["token"])
    missing = call(f"{rootline.url}/api/conversations/{'x' * 32}/messages", token=one["token"])
    assert existing == missing, "nobody learns which conversations exist"


def test_a_deleted_conversation_stays_shut(rootline: Rootline) -> None:
    _, begun = call(f"{rootline.url}/api/conversations", "POST", body={})
    address = f"{rootline.url}/api/conversations/{begun['conversation']}"
    call(f"{address}/messages", "POST", begun["token"], {"id": "1", "text": SECRET})
    assert call(address, "DELETE", begun["token"])[0] in (200, 204)
    for method, path, body in (
        ("GET", "/messages", None),
        ("POST", "/messages", {"id": "1", "text": SECRET}),
        ("GET", "/card.txt", None),
    ):
        status, answer = call(address + path, method, begun["token"], body)
        assert status == 401
        assert "marmalade" not in json.dumps(answer)


def test_the_chat_page_may_only_stand_in_frames_of_allowed_sites(rootline: Rootline, foreign_site: ForeignSite) -> None:
    with urllib.request.urlopen(f"{rootline.url}/chat") as answer:
        policy = answer.headers["Content-Security-Policy"]
        html = answer.read().decode()
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if " " in rule.strip())
    assert rules["frame-ancestors"] == f"'self' {foreign_site.url}"
    assert rules["default-src"] == "'none'"
    nonce = rules["script-src"].removeprefix("'nonce-").removesuffix("'")
    assert len(nonce) >= 16
    assert html.count(f'nonce="{nonce}"') == 3
    assert "unsafe" not in policy
    with urllib.request.urlopen(f"{rootline.url}/chat") as answer:
        assert nonce not in answer.headers["Content-Security-Policy"], "a fresh nonce every time"


@pytest.mark.browser
def test_a_reply_cannot_run_script_or_lead_astray(demo: Callable[..., Chat]) -> None:
    chat = demo().open()
    evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    block = {"kind": "text", "text": evil, "items": [], "links": [], "picture": None}
    links = [{"label": "bad", "href": "javascript:window.hacked=1"}, {"label": "data", "href": "data:text/html,x"}]
    reply = {
        "blocks": [block, {**block, "kind": "heading"}, {**block, "kind": "list", "items": [evil]},
                   {**block, "kind": "picture", "picture": "../../evil"}, {**block, "kind": "links", "links": links},
                   {**block, "kind": "unknown-kind", "text": "a kind of the future"}],
        "options": [{"value": evil, "label": evil}], "multiple": False, "question": "Q1", "urgency": "soon", "card": False,
    }  # fmt: skip
    chat.page.route(
        "**/messages",
        lambda route: route.fulfill(json={"id": "x", "reply": reply}) if route.request.method == "POST" else route.continue_(),
    )
    chat.say(STIFF_BACK)
    chat.page.wait_for_timeout(300)
    assert chat.frame.evaluate("window.hacked") is None
    assert chat.frame.locator(".message--theirs a[href^='javascript'], .message--theirs a[href^='data']").count() == 0
    assert chat.frame.get_by_text("a kind of the future").first.is_visible(), "what is new is still shown as text"


@pytest.mark.browser
def test_only_the_embedding_page_can_hand_over_a_port_and_only_once(abroad: Callable[..., Chat]) -> None:
    chat = abroad("/ports").open()
    chat.say(STIFF_BACK)
    heard = chat.page.evaluate(
        """async () => { const frame = document.querySelector('rootline-chat').shadowRoot.querySelector('iframe');
        const channel = new MessageChannel(), heard = []; channel.port1.onmessage = e => heard.push(e.data);
        frame.contentWindow.postMessage('rootline:hello', '*', [channel.port2]);
        channel.port1.postMessage({type: 'ticket', ticket: {conversation: 'x', token: 'y'}});
        await new Promise(done => setTimeout(done, 300)); return heard; }"""
    )
    assert heard == [], "a second port is not listened to"
    assert chat.own_messages() == [STIFF_BACK]
