"""Where conversations are kept: kept over a restart, erased for good, said clearly when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import stat

import pytest

from bot.errors import StartError

pytestmark = pytest.mark.rasa


@pytest.fixture
def var(tmp_path, monkeypatch):
    monkeypatch.setenv("ROOTLINE_VAR", str(tmp_path / "var"))
    for name in ("ROOTLINE_DATABASE_URL", "ROOTLINE_REDIS_URL", "ROOTLINE_EVENTS_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "var"


@pytest.fixture
def start(model, var):
    """A service of its own on the database of this test."""
    from bot.runtime.conversation import ConversationService

    return lambda: ConversationService.start(model)


async def test_a_conversation_survives_a_restart(start):
    await start().handle("c", "my left leg is weak since yesterday")
    after = start()
    assert [mention.concept for mention in (await after.case("c")).mentions] == ["leg_weakness"]
    reply = await after.handle("c", "and it feels numb when I wipe")
    assert reply.urgency == "emergency_now"
    assert len(await after.history("c")) == 4


async def test_erasing_leaves_nothing_in_the_database(start, var):
    service = start()
    await service.handle("c", "zebramarmalade in my left leg")
    await service.handle("other", "my back hurts")
    assert await service.erase("c") > 0
    assert await service.case("c") is None
    assert await service.case("other") is not None
    for file in var.glob("rootline.db*"):
        assert b"zebramarmalade" not in file.read_bytes(), file.name
    connection = sqlite3.connect(var / "rootline.db")
    assert connection.execute("SELECT count(*) FROM events WHERE sender_id = 'c'").fetchone() == (0,)
    connection.close()


async def test_two_workers_on_one_database_see_each_other(start):
    first, second = start(), start()
    await first.handle("c", "my left leg is weak", message_id="m1")
    await second.handle("c", "I am 44", message_id="m2")
    await first.handle("c", "not sure", message_id="m3")
    assert (await second.case("c")).seen == ("m1", "m2", "m3")
    await second.erase("c")
    assert await first.case("c") is None


async def test_a_conversation_read_back_from_the_table_loses_no_event(start, var):
    service = start()
    for number in range(4):
        await service.handle("c", "not sure" if number else "my left leg is weak", message_id=f"m{number}")
        service.agent.tracker_store.forget("c")
    rows = sqlite3.connect(var / "rootline.db").execute("SELECT type_name FROM events WHERE type_name = 'user'").fetchall()
    assert len(rows) == 4
    assert (await service.case("c")).seen == ("m0", "m1", "m2", "m3")


async def test_a_turn_that_broke_off_leaves_no_trace_in_memory(start):
    service = start()
    await service.handle("c", "my left leg is weak")
    tracker = await service.agent.tracker_store.retrieve("c")
    events = len(tracker.events)
    tracker.events.pop()
    tracker.events.extend([tracker.events[-1]] * 3)  # as a turn leaves it that never came to save
    assert len((await service.agent.tracker_store.retrieve("c")).events) == events


async def test_running_conversations_are_not_read_again(start, monkeypatch):
    from rasa.core.tracker_store import SQLTrackerStore

    service = start()
    await service.handle("c", "my left leg is weak")

    async def read(*args, **kwargs):
        raise AssertionError("the tracker was read and replayed although it is live")

    monkeypatch.setattr(SQLTrackerStore, "_retrieve", read)
    assert (await service.handle("c", "it feels numb when I wipe")).urgency == "emergency_now"


@pytest.mark.skipif(os.name != "posix", reason="file modes")
async def test_the_database_is_private(start, var):
    await start().handle("c", "my back hurts")
    assert stat.S_IMODE((var / "rootline.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


def _open(rasa_ready):
    from rasa.shared.core.domain import Domain

    from bot.runtime.storage import open_tracker_store

    return open_tracker_store(Domain.empty())


def test_a_damaged_database_says_what_to_do(var, rasa_ready):
    var.mkdir()
    (var / "rootline.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StartError, match=r"RUN004.*move it away"):
        _open(rasa_ready)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ROOTLINE_DATABASE_URL", "somewhere"), ("ROOTLINE_REDIS_URL", "http://x"), ("ROOTLINE_EVENTS_URL", "ftp://x")],
)
async def test_an_address_nobody_understands_says_what_is_allowed(var, rasa_ready, monkeypatch, name, value):
    from bot.runtime.storage import open_event_broker, open_lock_store

    monkeypatch.setenv(name, value)

    async def use():
        if name == "ROOTLINE_DATABASE_URL":
            return _open(rasa_ready)
        return open_lock_store() if name == "ROOTLINE_REDIS_URL" else await open_event_broker()

    with pytest.raises(StartError, match=rf"RUN005.*{name}"):
        await use()


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path, monkeypatch):
    from bot.runtime.folders import var_folder

    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("ROOTLINE_VAR", str(blocked / "var"))
    with pytest.raises(StartError, match=r"RUN003.*ROOTLINE_VAR"):
        var_folder()
