"""Checklists from whole calls: what was answered comes out as it was answered, and nothing else comes out as "no"."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.desk.listening import Listener, Spoken
from bot.knowledge.load import load
from bot.triage.assess import assess

FOLDER = Path(__file__).parents[1] / "cases" / "dialogues"
DIALOGUES = [
    entry for file in sorted(FOLDER.glob("*.yml")) for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["dialogues"]
]
WHO = {"A": "agent", "C": "caller"}
#: Share of answered items that must come out right.
MUST_REACH = 0.95


def checklist_of(dialogue: Mapping[str, Any]) -> Mapping[str, str]:
    listener = Listener(load())
    for number, line in enumerate(dialogue["turns"]):
        who, _, text = line.partition(": ")
        listener.put(Spoken(f"t{number}", WHO[who], text))
    return assess(listener.heard.case, load()).checklist


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Mapping[str, str]]:
    return {dialogue["id"]: checklist_of(dialogue) for dialogue in DIALOGUES}


def test_there_are_enough_dialogues_of_every_kind() -> None:
    assert len(DIALOGUES) >= 40
    assert len({dialogue["id"] for dialogue in DIALOGUES}) == len(DIALOGUES)
    wanted = {"rambling", "interrupting", "compound", "recognition", "no_punctuation", "summary", "negative", "statement"}
    assert wanted <= {dialogue["kind"] for dialogue in DIALOGUES}


def test_answered_items_come_out_right(outcomes: dict[str, Mapping[str, str]]) -> None:
    wrong = [
        f"{dialogue['id']} {item}: {outcomes[dialogue['id']][item]}, expected {state}"
        for dialogue in DIALOGUES
        for item, state in dialogue["expected"].items()
        if outcomes[dialogue["id"]][item] != state
    ]
    answered = sum(len(dialogue["expected"]) for dialogue in DIALOGUES)
    assert 1 - len(wrong) / answered >= MUST_REACH, "\n".join(wrong)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue["id"])
def test_never_no_for_an_item_that_was_not_cleared(dialogue: Mapping[str, Any], outcomes: dict[str, Mapping[str, str]]) -> None:
    allowed = {item for item, state in dialogue["expected"].items() if state == "no"} | set(dialogue.get("may", ()))
    assert {item for item, state in outcomes[dialogue["id"]].items() if state == "no"} <= allowed
