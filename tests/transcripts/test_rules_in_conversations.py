"""Every rule with a condition of its own fires in some golden conversation, and in some other one of its group it stays silent."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.knowledge.load import load

FOLDER = Path(__file__).parent
#: Rules that no chat can reach, with the reason; their cases are in tests/cases/rule_cases.yml.
NOT_IN_A_CHAT = {
    "C15b": "the sign itself is an emergency on the turn it is told, and an emergency asks nothing more",
    "K6": "ships switched off (D2)",
}


def _fired() -> dict[str, set[str]]:
    """Rule -> conversations in which it fires."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, set[str]] = {}
    for file in FOLDER.glob("*.yml"):
        for turn in yaml.load(file.read_bytes(), Loader=loader)["turns"]:
            for rule in turn["then"].get("rules", ()):
                found.setdefault(rule, set()).add(file.stem)
    return found


def test_every_rule_fires_in_a_golden_conversation() -> None:
    fired = _fired()
    conditions = {rule.id for rule in load().red_flags.values() if not rule.handled_by}
    assert conditions - set(fired) - set(NOT_IN_A_CHAT) == set()
    assert not set(NOT_IN_A_CHAT) & set(fired), "reachable after all: take it off the list"


def test_every_line_of_the_must_never_list_has_a_golden_conversation() -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    about = [yaml.load(file.read_bytes(), Loader=loader)["about"] for file in FOLDER.glob("*.yml")]
    named = {
        int(number)
        for text in about
        for run in re.findall(r"must never ((?:\d+[, and]*)+)", text)
        for number in re.findall(r"\d+", run)
    }
    lines = re.findall(r"^(\d+)\. ", (FOLDER.parents[1] / "docs" / "clinicians.md").read_text(encoding="utf-8"), re.M)
    assert len(lines) == 18
    assert {int(line) for line in lines} <= named
