"""The article's red flags one by one: present fires, every other form stays silent or speaks of someone else."""

from __future__ import annotations

from typing import Any

import pytest

from bot.extraction import extract
from bot.findings.case import Case
from bot.findings.update import update
from bot.triage.assess import assess

from .conftest import TODAY, cases

FLAGS = cases("seed_red_flags", "flags")


def fired(text: str, knowledge: Any) -> tuple[set[str], str]:
    """Rule ids and level of one message."""
    case = update(Case(), extract(text, knowledge, today=TODAY), knowledge)
    assessment = assess(case, knowledge)
    return {rule.id for rule in assessment.fired}, assessment.disposition


@pytest.mark.parametrize("flag", FLAGS, ids=lambda f: f["name"])
def test_present_is_an_emergency(flag: dict[str, Any], knowledge: Any) -> None:
    rules, level = fired(flag["present"], knowledge)
    assert level == "emergency_now"
    assert flag["rule"] in rules


@pytest.mark.parametrize("form", ["negated", "historical", "hypothetical"])
@pytest.mark.parametrize("flag", FLAGS, ids=lambda f: f["name"])
def test_other_forms_do_not_fire_the_flag(flag: dict[str, Any], form: str, knowledge: Any) -> None:
    rules, level = fired(flag[form], knowledge)
    assert flag["rule"] not in rules
    assert level != "emergency_now", f"{flag[form]!r} fired {rules}"


@pytest.mark.parametrize("flag", FLAGS, ids=lambda f: f["name"])
def test_someone_else_is_taken_as_seriously(flag: dict[str, Any], knowledge: Any) -> None:
    rules, level = fired(flag["other"], knowledge)
    assert level == "emergency_now"
    assert flag["rule"] in rules
