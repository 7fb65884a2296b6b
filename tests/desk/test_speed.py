"""A call stays quick however long it gets, and what makes it quick never changes what comes out."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.desk.calls import Desk
from bot.desk.marks import ShownTurn, changes, state_text
from bot.findings.case import Case
from bot.findings.view import findings
from bot.knowledge.load import load

ROUNDS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "long_call.yml").read_text(encoding="utf-8")
)["rounds"]
#: Milliseconds from a turn to the updated desk, and how much slower a late turn may be than an early one.
QUICK, FLAT = 50.0, 1.5
EARLY, LATE = range(5, 15), range(195, 205)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, load(), clock=lambda: 1_700_000_000.0)
    yield desk
    desk.close()


def turn(lines: list[str], number: int) -> dict[str, Any]:
    who, _, text = lines[number % len(lines)].partition(": ")
    return {"id": f"n{number}", "speaker": {"A": "agent", "C": "caller"}[who], "text": text}


def timed_call(desk: Desk, lines: list[str], ticked: bool) -> list[float]:
    """Processor time of every turn: hearing, deciding, storing, and writing the answer that leaves. Milliseconds."""
    state, _ = desk.open("north", "alex")
    call, taken = state["call"]["id"], []
    for number in range(max(LATE) + 1):
        if ticked and number == 3:
            state = desk.decide(call, "north", "alex", "tick", {"item": "leaks", "state": "no"})
        started = time.thread_time()
        before = state["version"]
        state = desk.add_turns(call, "north", [turn(lines, number)])
        state_text(changes(state, before))
        taken.append((time.thread_time() - started) * 1000)
    return taken


@pytest.mark.slow
@pytest.mark.parametrize("ticked", [False, True], ids=["heard", "ticked"])
@pytest.mark.parametrize("name", list(ROUNDS))
def test_a_long_call_stays_quick_and_flat(name: str, ticked: bool, desk: Desk) -> None:
    assert 190 % len(ROUNDS[name]) == 0
    timed_call(desk, ROUNDS[name][:1], False)  # warm
    calls = [timed_call(desk, ROUNDS[name], ticked) for _ in range(4)]
    # other work on the machine only ever adds time: the quickest of the calls counts, turn by turn
    best = [min(taken) for taken in zip(*calls, strict=True)]
    early, late = (statistics.median(best[n] for n in turns) for turns in (EARLY, LATE))
    assert late <= QUICK
    assert late <= FLAT * early, f"{early:.2f} ms early, {late:.2f} ms late"


@pytest.mark.parametrize("name", list(ROUNDS))
def test_what_is_kept_from_turn_to_turn_is_what_would_be_worked_out_anew(name: str, desk: Desk) -> None:
    state, _ = desk.open("north", "alex")
    call = state["call"]["id"]
    page: dict[str, Any] = {}
    for number in range(2 * len(ROUNDS[name]) + 3):
        before = state["version"]
        state = desk.add_turns(call, "north", [turn(ROUNDS[name], number)])
        if number % 7 == 3:
            state = desk.decide(call, "north", "alex", "tick", {"item": "leaks", "state": ("yes", "no", "unsure")[number % 3]})
        if number % 9 == 8:
            state = desk.change_turn(call, "north", f"n{number - 4}", withdrawn=1)
        live = desk.material(call, "north")
        for case in (live.listener.heard.case, live.human):
            fresh: Case = replace(case)
            assert findings(case, desk.knowledge) == findings(fresh, desk.knowledge)
        sent = changes(state, before)
        page |= {shown["id"]: dict(shown) for shown in sent["turns"]}
        assert [page[name] for name in sent["order"]] == [dict(shown) for shown in state["turns"]]
    desk._warm.clear()
    again = desk.state(call, "north")
    for key in ("turns", "decision", "checklist", "unknown", "next"):
        assert again[key] == state[key]
    assert all(shown.text == ShownTurn(shown).text for shown in state["turns"])
