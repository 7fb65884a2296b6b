"""Wrong logins in a row are slowed down, then locked for a while, per name and per address."""

from __future__ import annotations

import pytest
import requests

from bot.desk.access import DEMO_FILE, make_demo
from bot.desk.attempts import FIRST_SECONDS, FREE_FOR_ADDRESS, FREE_FOR_NAME, KEPT, LONGEST_SECONDS, Attempts
from tests.desk.conftest import DeskServer


class Row:
    """Tries of one test, on its own clock."""

    def __init__(self) -> None:
        self.now = 100.0
        self.attempts = Attempts(lambda: self.now)

    def wrong(self, name: str = "alex", address: str = "10.0.0.1", times: int = 1) -> int:
        return [self.attempts.begin(name, address) for _ in range(times)][-1]


def test_a_few_wrong_ones_cost_nothing_then_the_wait_doubles_up_to_the_longest() -> None:
    row, waits = Row(), []
    assert row.wrong(times=FREE_FOR_NAME) == 0
    for _ in range(12):
        waits.append(row.wrong())
        row.now += waits[-1]
        assert row.wrong() == 0, "after the wait one more is checked"
    assert waits[:3] == [FIRST_SECONDS, 2 * FIRST_SECONDS, 4 * FIRST_SECONDS]
    assert waits[-1] == LONGEST_SECONDS


def test_a_try_during_the_wait_makes_it_no_longer() -> None:
    row = Row()
    row.wrong(times=FREE_FOR_NAME)
    first = row.wrong()
    assert row.wrong(times=50) == first


def test_another_name_and_another_address_are_free() -> None:
    row = Row()
    row.wrong(times=FREE_FOR_NAME + 1)
    assert row.wrong() > 0
    assert row.wrong("sam") == 0
    assert row.wrong(address="10.0.0.2") == 0


def test_one_address_with_ever_new_names_is_stopped_too() -> None:
    row = Row()
    assert all(row.wrong(f"name{n}") == 0 for n in range(FREE_FOR_ADDRESS))
    assert row.wrong("one more") > 0
    assert row.wrong("one more", "10.0.0.2") == 0


def test_a_right_login_begins_afresh_and_old_wrong_ones_are_forgotten() -> None:
    row = Row()
    row.wrong(times=FREE_FOR_NAME)
    row.attempts.succeeded("alex", "10.0.0.1")
    assert row.wrong(times=FREE_FOR_NAME) == 0
    row.now += LONGEST_SECONDS + 1
    assert row.wrong(times=FREE_FOR_NAME) == 0
    for n in range(FREE_FOR_ADDRESS * 2):
        assert row.wrong(f"right{n}", "10.0.0.9") == 0
        row.attempts.succeeded(f"right{n}", "10.0.0.9")


def test_memory_is_bounded() -> None:
    row = Row()
    for n in range(KEPT):
        row.wrong("x" * 500, f"10.0.{n // 250}.{n % 250}")
    assert len(row.attempts._wrong) <= KEPT


def test_the_door_says_when_to_come_back(desk_server: DeskServer, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row()
    monkeypatch.setattr(desk_server.app.ctx, "attempts", row.attempts)
    (name, password, *_), *_ = make_demo(desk_server.folder, "127.0.0.1")

    def login(word: str) -> requests.Response:
        return requests.post(desk_server.url + "/agent/api/login", json={"name": name, "password": word}, timeout=10)

    assert [login("wrong").status_code for _ in range(FREE_FOR_NAME)] == [401] * FREE_FOR_NAME
    locked = login(password)
    assert locked.status_code == 429, "not even the right one is checked while it is locked"
    assert locked.headers["Retry-After"] == str(int(FIRST_SECONDS))
    assert locked.json()["code"] == "INP078"
    assert "5 seconds" in locked.json()["detail"]
    row.now += FIRST_SECONDS
    assert login(password).status_code == 200
    (desk_server.folder / DEMO_FILE).unlink()
