"""The REST channel over a real socket: tokens, history, the same answer once, clear errors."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from tests.serving import serving

pytestmark = pytest.mark.rasa

RED_FLAG = "my left knee keeps giving way on the stairs and it feels numb when I wipe"


@pytest.fixture(scope="module")
def server(service, tmp_path_factory):
    """Address of a running server that shares the agent of the test run."""
    import os

    from bot.runtime.server import build_app, listen

    os.environ["ROOTLINE_VAR"] = str(tmp_path_factory.mktemp("var"))
    listening = listen("127.0.0.1", 0)
    with serving(build_app(None, service=service), listening) as address:
        yield address
    service.handovers = service.on_erased = None  # the agent outlives this server
    del os.environ["ROOTLINE_VAR"]


@pytest.fixture
async def web(server):
    async with aiohttp.ClientSession(base_url=server) as session:
        yield session


class Chat:
    """One conversation as a web page has it."""

    def __init__(self, web, opened):
        self.web = web
        self.id, self.token, self.greeting = opened["conversation"], opened["token"], opened["reply"]
        self.path = f"/api/conversations/{self.id}"
        self.headers = {"Authorization": f"Bearer {self.token}"}

    async def say(self, text, **more):
        async with self.web.post(f"{self.path}/messages", json={"text": text, **more}, headers=self.headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def history(self, after=0):
        async with self.web.get(f"{self.path}/messages?after={after}", headers=self.headers) as answer:
            return await answer.json()


@pytest.fixture
async def chat(web):
    async with web.post("/api/conversations", json={"locale": "en-GB"}) as answer:
        assert answer.status == 201
        return Chat(web, await answer.json())


async def test_a_conversation_from_greeting_to_emergency(chat):
    assert chat.greeting["question"] == "Q0"
    answer = await chat.say(RED_FLAG, id="m1")
    assert answer["id"] == "m1"
    assert answer["reply"]["urgency"] == "emergency_now"
    assert answer["reply"]["blocks"][0]["kind"] == "emergency"


async def test_every_conversation_has_an_id_nobody_can_guess(web):
    ids = set()
    for _ in range(3):
        async with web.post("/api/conversations") as answer:
            ids.add((await answer.json())["conversation"])
    assert len(ids) == 3
    assert all(len(one) >= 32 for one in ids)


async def test_history_is_kept_on_the_server(chat):
    await chat.say("my back hurts", id="m1")
    whole = await chat.history()
    assert [entry["role"] for entry in whole["messages"]] == ["bot", "user", "bot"]
    assert whole["messages"][0]["reply"] == chat.greeting
    assert whole["messages"][1]["text"] == "my back hurts"
    assert whole["last"] == 3
    assert (await chat.history(after=3)) == {"messages": [], "last": 3}


async def test_a_message_sent_twice_is_answered_once(chat):
    first = await chat.say("my back hurts", id="m1")
    assert await chat.say("my back hurts", id="m1") == first
    assert len((await chat.history())["messages"]) == 3


async def test_buttons_by_value(chat):
    answer = await chat.say("my back is stiff since gardening, nothing else")
    question = answer["reply"]["question"]
    async with chat.web.post(
        f"{chat.path}/messages", json={"id": "b", "options": ["none"], "question": question}, headers=chat.headers
    ) as pressed:
        assert (await pressed.json())["reply"]["question"] != question


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer x", "Basic abc", "Bearer eyJhbGciOiJub25lIn0.e30."])
async def test_nothing_is_open_without_the_token(chat, token):
    headers = {"Authorization": token} if token is not None else {}
    for method, path in (("GET", "/messages"), ("POST", "/messages"), ("DELETE", ""), ("GET", "/card.pdf")):
        async with chat.web.request(method, chat.path + path, headers=headers, json={"text": "x"}) as answer:
            assert answer.status == 401
            assert answer.content_type == "application/problem+json"
            assert "WWW-Authenticate" in answer.headers


async def test_a_token_opens_no_other_conversation(chat, web):
    async with web.post("/api/conversations") as answer:
        other = Chat(web, await answer.json())
    await other.say("my left leg is weak")
    for method, path in (("GET", "/messages"), ("POST", "/messages"), ("DELETE", ""), ("GET", "/card.txt")):
        async with web.request(method, other.path + path, headers=chat.headers, json={"text": "x"}) as answer:
            assert answer.status == 401
    assert len((await other.history())["messages"]) == 3


async def test_a_callers_sender_id_is_never_taken(chat, web):
    await chat.say("my left leg is weak")
    async with web.post("/api/conversations", json={"conversation": chat.id, "sender": chat.id, "sender_id": chat.id}) as answer:
        assert (await answer.json())["conversation"] != chat.id


async def test_deleting_leaves_nothing_and_closes_the_conversation(chat):
    await chat.say("my left leg is weak")
    async with chat.web.delete(chat.path, headers=chat.headers) as answer:
        assert answer.status == 204
    async with chat.web.get(f"{chat.path}/messages", headers=chat.headers) as answer:
        assert answer.status == 401
        assert "deleted" in (await answer.json())["detail"]


@pytest.mark.parametrize("hours", [1.0, -1.0], ids=["young token", "token to be renewed"])
async def test_deleting_in_words_closes_the_conversation_too(chat, monkeypatch, hours):
    import bot.runtime.tokens

    monkeypatch.setattr(bot.runtime.tokens, "RENEW_HOURS", hours)
    for words in ("my left leg is weak", "please delete my chat"):
        answer = await chat.say(words)
        assert "deleted" not in answer
        chat.headers = {"Authorization": f"Bearer {answer.get('token', chat.token)}"}
    answer = await chat.say("yes")
    assert answer["deleted"] is True
    assert "token" not in answer, "no new key to what is gone"
    for path in ("/messages", "/card.txt"):
        async with chat.web.get(chat.path + path, headers=chat.headers) as refused:
            assert refused.status == 401
            assert "deleted" in (await refused.json())["detail"]


async def test_a_message_that_waited_while_it_was_deleted_leaves_nothing_behind(chat, service):
    await chat.say("my left leg is weak")
    lock = service._locked(chat.id)
    await lock.__aenter__()
    waiting = asyncio.create_task(chat.say("and numb when I wipe"))
    await asyncio.sleep(0.3)
    service.on_erased(chat.id)  # what deleting in another tab does while it holds the lock
    await lock.__aexit__(None, None, None)
    assert (await waiting)["deleted"] is True
    assert await service.history(chat.id) == []


async def test_what_was_chosen_comes_back_with_the_history(chat):
    await chat.say("my back hurts")
    card = (await chat.history())["messages"][-1]["reply"]
    await chat.say("Chest pain, Trouble breathing", options=["chest", "breath"], question=card["question"])
    await chat.say("none of these")
    users = [entry for entry in (await chat.history())["messages"] if entry["role"] == "user"]
    assert [entry.get("options") for entry in users] == [None, ["chest", "breath"], None]
    assert [entry.get("question") for entry in users] == [None, card["question"], None]


async def test_a_fresh_token_comes_with_a_reply_when_the_old_one_ages(chat, monkeypatch):
    import bot.runtime.tokens

    monkeypatch.setattr(bot.runtime.tokens, "RENEW_HOURS", -1.0)
    answer = await chat.say("my back hurts")
    chat.headers = {"Authorization": f"Bearer {answer['token']}"}
    assert (await chat.history())["messages"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "INP035"),
        (b"{broken", 400, "INP035"),
        (b"[1, 2]", 400, "INP035"),
        (b'"text"', 400, "INP035"),
        (b"{}", 400, "INP036"),
        (b'{"text": 7}', 400, "INP036"),
        (b'{"text": "x", "id": "%s"}' % (b"i" * 300), 400, "INP030"),
        (b'{"options": []}', 400, "INP037"),
        (b'{"options": "none"}', 400, "INP037"),
        (b'{"options": [1]}', 400, "INP037"),
        (b"\xff\xfe", 400, "INP035"),
    ],
)
async def test_a_request_that_cannot_be_read_says_why(chat, body, status, code):
    async with chat.web.post(f"{chat.path}/messages", data=body, headers=chat.headers) as answer:
        assert answer.status == status
        assert answer.content_type == "application/problem+json"
        problem = await answer.json()
    assert problem["code"] == code
    assert set(problem) == {"type", "title", "status", "code", "detail"}
    assert "Traceback" not in json.dumps(problem)


async def test_a_text_beyond_the_limit_is_refused_with_the_signs_and_the_numbers(chat):
    body = {"text": "numb between my legs " * 50_000}
    async with chat.web.post(f"{chat.path}/messages", json=body, headers=chat.headers) as answer:
        assert answer.status == 413
        assert answer.content_type == "application/problem+json"
        problem = await answer.json()
    assert problem["code"] == "INP043"
    assert "1,050,000 characters; up to 100,000" in problem["detail"]
    blocks = problem["reply"]["blocks"]
    assert any(block["kind"] == "list" and "between your legs" in str(block["items"]) for block in blocks)
    assert any(link["href"] == "tel:999" for block in blocks for link in block["links"])
    assert (await chat.history())["last"] == 1, "nothing of it is kept"


@pytest.mark.parametrize("half", ["\ud800", "my back \udfff hurts"])
@pytest.mark.parametrize("field", ["text", "id", "options", "question", "locale"])
async def test_half_characters_are_replaced_wherever_they_stand(chat, field, half):
    body = {"text": "my back hurts", field: [half] if field == "options" else half}
    for path in (f"{chat.path}/messages", "/api/conversations"):
        async with chat.web.post(path, data=json.dumps(body), headers=chat.headers) as answer:
            assert answer.status < 300, await answer.text()
    assert (await chat.history())["messages"]


async def test_deleting_leaves_no_byte_of_the_conversation_in_the_private_folder(chat):
    import os
    from pathlib import Path

    folder = Path(os.environ["ROOTLINE_VAR"])
    await chat.say("my left knee keeps giving way and it feels numb when I wipe")  # the desk's queue knows it now
    assert any(chat.id.encode() in file.read_bytes() for file in folder.glob("desk.db*"))
    async with chat.web.delete(chat.path, headers=chat.headers) as answer:
        assert answer.status == 204
    assert [file.name for file in folder.glob("*.db*") if chat.id.encode() in file.read_bytes()] == []


async def test_a_text_of_one_endless_word_is_quick(chat):
    import time

    begun = time.process_time()
    await chat.say("a" * 50_000)
    assert time.process_time() - begun < 1.5


async def test_a_text_of_the_greatest_length_is_read(chat):
    answer = await chat.say("ä" * 99_960 + " and it feels numb when I wipe")
    assert answer["reply"]["urgency"] == "emergency_now"


async def test_a_body_beyond_all_measure_is_refused_before_it_is_read(chat, server):
    host, _, port = server.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {chat.path}/messages HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {chat.token}\r\n"
    writer.write(f"{head}Content-Length: 3000000\r\n\r\n".encode())
    answer = (await asyncio.wait_for(reader.read(), 10)).decode()
    writer.close()
    assert answer.startswith("HTTP/1.1 413")
    assert '"code":"INP041"' in answer
    assert "tel:999" in answer


@pytest.mark.parametrize(("after", "status"), [("0", 200), ("99", 200), ("-1", 400), ("x", 400)])
async def test_after_must_be_a_number(chat, after, status):
    async with chat.web.get(f"{chat.path}/messages?after={after}", headers=chat.headers) as answer:
        assert answer.status == status


async def test_the_card_in_every_form(chat):
    async with chat.web.get(f"{chat.path}/card.pdf", headers=chat.headers) as answer:
        assert answer.status == 404
    await chat.say(RED_FLAG)
    forms = (("pdf", b"%PDF", "application/pdf"), ("html", b"<!doctype", "text/html"), ("txt", b"", "text/plain"))
    for form, start, kind in forms:
        async with chat.web.get(f"{chat.path}/card.{form}", headers=chat.headers) as answer:
            assert answer.status == 200
            assert answer.content_type == kind
            assert answer.headers["Cache-Control"] == "no-store"
            assert (await answer.read()).lower().startswith(start.lower())
    async with chat.web.get(f"{chat.path}/card.exe", headers=chat.headers) as answer:
        assert answer.status == 404


async def test_pictures(web):
    async with web.get("/pictures/L4-left.svg") as answer:
        assert answer.status == 200
        assert answer.content_type == "image/svg+xml"
    async with web.get("/pictures/L4-left.png") as answer:
        assert (await answer.read()).startswith(b"\x89PNG")
    for name in ("nothing-left.svg", "L4-up.svg", "L4-left.exe", "..%2f..%2fsecret.svg"):
        async with web.get(f"/pictures/{name}") as answer:
            assert answer.status == 404


async def test_health_says_what_runs(web, service):
    async with web.get("/health") as answer:
        assert answer.status == 200
        state = await answer.json()
    assert state["ready"] is True
    assert state["knowledge"] == service.knowledge.digest
    assert state["model"].endswith(".tar.gz")


async def test_health_fails_when_the_store_does(web, service, monkeypatch):
    async def failing(*args):
        raise OSError("disk gone")

    monkeypatch.setattr(service.agent.tracker_store, "retrieve", failing)
    async with web.get("/health") as answer:
        assert answer.status == 503
        assert (await answer.json())["store_answers"] is False


async def test_a_failure_of_the_server_shows_no_trace(chat, service, monkeypatch):
    async def failing(*args, **kwargs):
        raise RuntimeError("zebramarmalade")

    monkeypatch.setattr(service, "history", failing)
    async with chat.web.get(f"{chat.path}/messages", headers=chat.headers) as answer:
        assert answer.status == 500
        text = await answer.text()
    assert "zebramarmalade" not in text
    assert json.loads(text)["code"] == "RUN010"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nope", 404), ("PUT", "/api/conversations", 405)])
async def test_wrong_addresses_and_methods(web, method, path, status):
    async with web.request(method, path) as answer:
        assert answer.status == status
        assert answer.content_type == "application/problem+json"


async def test_no_file_outside_the_folder_is_served(web):
    for path in ("/static/../rest.py", "/static/..%2frest.py", "/static/%2e%2e/rest.py", "/static//etc/passwd"):
        async with web.get(path) as answer:
            assert answer.status == 404, path
