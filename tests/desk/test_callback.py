"""A call-back number: out of the words before they are stored, into the encrypted field, gone after its time."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.desk.callback import SIGN, part_number
from bot.desk.calls import Desk
from bot.desk.handover import NUMBER_HOURS, Handovers
from bot.extraction import extract
from bot.knowledge.load import load

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "callback_numbers.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["numbers"], ids=lambda case: case["text"])
def test_a_number_is_taken_out_of_the_words(case: dict[str, str]) -> None:
    assert part_number(case["text"]) == (case["kept"], case["number"])


@pytest.mark.parametrize("text", CASES["none"])
def test_days_doses_and_counts_stay(text: str) -> None:
    assert part_number(text) == (text, None)


def test_the_sign_says_nothing_of_its_own() -> None:
    plain, marked = (f"I can't feel it when I wipe, {end}" for end in ("", SIGN))
    assert [m.concept for m in extract(marked, load()).mentions] == [m.concept for m in extract(plain, load()).mentions]
    assert extract(SIGN, load()).mentions == ()


def test_the_number_is_kept_encrypted_until_its_time_is_over(tmp_path: Path) -> None:
    now = [1_000_000.0]
    desk = Desk(tmp_path, load(), clock=lambda: now[0])
    queue = Handovers(desk, tmp_path, clock=lambda: now[0])
    queue.set_here("north", "alex", True)
    queue.heard("chat", "m1", "routine", False, "07700 900123")  # said before anybody was asked for
    queue.heard("chat", "m2", "routine", True, None)
    entry = queue.queue("north")["waiting"][0]
    assert entry["has_number"]
    assert queue.number(queue.entry(entry["id"], "north")) == "07700 900123"
    desk.store.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in tmp_path.glob("desk.db*"):
        assert b"900123" not in file.read_bytes(), file.name
    now[0] += NUMBER_HOURS * 3600 + 1
    assert not queue.queue("north")["waiting"][0]["has_number"]
    assert queue.number(queue.entry(entry["id"], "north")) is None
    assert desk.store.rows("SELECT * FROM numbers") == []
    queue.heard("chat", "m3", "routine", False, "07700 900456")
    queue.forget("chat")
    assert desk.store.rows("SELECT * FROM numbers") == desk.store.rows("SELECT * FROM handovers") == []
    desk.close()
