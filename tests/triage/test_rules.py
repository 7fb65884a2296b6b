"""Every rule on findings alone: fires, near misses, boundaries (tests/cases/rule_cases.yml), and what each must carry."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.findings.case import Case
from bot.findings.rest_normal import rest_normal
from bot.knowledge.load import HERE, Knowledge, load
from bot.triage.assess import decide
from tests.triage.story import answered, read_cases, said

KNOWLEDGE = load()
TABLE: dict[str, Any] = {entry["rule"]: entry for entry in read_cases("rule_cases.yml")["cases"]}


def build(spec: dict[str, Any]) -> tuple[Case, Knowledge]:
    """A case from one line of the table, and the knowledge with its switches turned."""
    story = said(
        person=spec.get("person", "self"),
        absent=tuple(spec.get("absent", ())),
        uncertain=spec.get("uncertain"),
        past=tuple(spec.get("past", ())),
        recent=spec.get("recent"),
        hypothetical=tuple(spec.get("hypothetical", ())),
        profile=spec.get("profile"),
        **spec.get("present", {}),
    )
    for item, states in spec.get("answers", {}).items():
        for turn, state in enumerate([states] if isinstance(states, str) else states):
            story += answered(turn, spec.get("question", "Q"), **{item: state})
    case = story.case(stopped=spec.get("stopped", False), misunderstood=spec.get("misunderstood", 0))
    knowledge = KNOWLEDGE
    if "switches" in spec:
        turned = {name: state == "on" for name, state in spec["switches"].items()}
        knowledge = replace(knowledge, switches=knowledge.switches.with_states(**turned))
    return (rest_normal(case, knowledge) if spec.get("normal") else case), knowledge


def _fired(spec: dict[str, Any]) -> set[str]:
    case, knowledge = build(spec)
    return {rule.id for rule in decide(case, knowledge).fired}


def _params(kind: str) -> list[Any]:
    return [
        pytest.param(rule, spec, id=f"{rule}-{index}-{json.dumps(spec)[:60]}")
        for rule, entry in TABLE.items()
        for index, spec in enumerate(entry[kind])
    ]


@pytest.mark.parametrize(("rule", "spec"), _params("fires"))
def test_rule_fires(rule: str, spec: dict[str, Any]) -> None:
    assert rule in _fired(spec)


@pytest.mark.parametrize(("rule", "spec"), _params("silent"))
def test_rule_stays_silent(rule: str, spec: dict[str, Any]) -> None:
    assert rule not in _fired(spec)


def test_every_rule_with_a_condition_has_its_line() -> None:
    engine_only = {"M1", "M4", "M5", "M6", "M7", "M9", "M10", "M11"}
    assert set(TABLE) == set(KNOWLEDGE.red_flags) - engine_only


def _told(spec: dict[str, Any]) -> bool:
    """Fires on words, not on answers."""
    return bool(spec.get("present")) and all(state == "no" for state in spec.get("answers", {}).values())


def _not_only_background(rule: str, spec: dict[str, Any]) -> bool:
    """Background stays true however long ago it was, and N7 speaks of nothing else."""
    return rule != "N7" and bool(set(spec["present"]) - KNOWLEDGE.groups.history)


TOLD = [param for param in _params("fires") if _told(param.values[1])]


@pytest.mark.parametrize(("rule", "spec"), TOLD)
def test_the_same_words_negated_fire_nothing(rule: str, spec: dict[str, Any]) -> None:
    """Everything said to be there is now said not to be there: the rule must be silent."""
    negated = {key: value for key, value in spec.items() if key not in ("present", "recent", "uncertain", "past")}
    negated["absent"] = [*spec["present"], *spec.get("recent", {}), *spec.get("past", ())]
    assert rule not in _fired(negated)


@pytest.mark.parametrize("temporality", ["past", "hypothetical"])
@pytest.mark.parametrize(("rule", "spec"), [param for param in TOLD if _not_only_background(*param.values)])
def test_past_or_hypothetical_words_fire_nothing(rule: str, spec: dict[str, Any], temporality: str) -> None:
    other = {key: value for key, value in spec.items() if key not in ("present", "recent", "uncertain")}
    other["present"] = {c: v for c, v in spec["present"].items() if c in KNOWLEDGE.groups.history}
    other[temporality] = [c for c in spec["present"] if c not in KNOWLEDGE.groups.history]
    assert rule not in _fired(other)


def test_all_rules_of_the_pack_are_there() -> None:
    counted = dict.fromkeys("LCWKSNM", 0)
    for rule in KNOWLEDGE.red_flags.values():
        counted[rule.group] += 1
    # clinical.json: L 10, C 30, W 14, K 12, S 28 and S8b, S9b, N 7, M 11; section 9 and own: L11, L12, C14b, W10b, W14, S29, N8
    assert counted == {"L": 12, "C": 31, "W": 16, "K": 12, "S": 31, "N": 8, "M": 11}


def test_where_a_rule_is_kept_exists() -> None:
    for rule in KNOWLEDGE.red_flags.values():
        for file in re.findall(r"[a-z_]+/[\w/]+\.(?:py|yml)", rule.handled_by or ""):
            assert (HERE.parent.parent / file).is_file(), (rule.id, file)


def test_every_rule_has_examples_or_says_why_not() -> None:
    for rule in KNOWLEDGE.red_flags.values():
        examples = rule.examples
        if rule.handled_by is None:
            assert examples.fires, rule.id
            assert examples.silent, rule.id
            assert examples.negated, rule.id


#: clinical.md 9.1.
SWITCHES = {
    "C8b", "C10b", "C10c", "C12", "C15b", "C22", "C23", "C24", "K4", "K6", "K7", "K12", "S8b", "S9b", "W4", "W4b", "W6",
}  # fmt: skip


def test_switchable_rules_are_those_of_the_corrections() -> None:
    switches = KNOWLEDGE.switches
    assert set(switches.known) == SWITCHES
    assert switches.on == SWITCHES - {"K6"}
    assert switches.under("cautious").on == frozenset()
    assert {rule.switch for rule in KNOWLEDGE.red_flags.values() if rule.switch} == SWITCHES


ACTIONS = {
    "ambulance": {"L1", "L2", "L4", "L5", "L6", "L7", "L11", "S12", "S29", "W10b"},
    "crisis_line_now": {"L8"},
    "poison_line_now": {"L9"},
}


def test_emergencies_say_how_to_act() -> None:
    for rule in KNOWLEDGE.red_flags.values():
        if rule.disposition == "emergency_now":
            expected = next((a for a, rules in ACTIONS.items() if rule.id in rules), "go_to_emergency_department")
            assert rule.action == expected, rule.id


def test_cauda_equina_words_belong_to_that_group_only() -> None:
    for rule in KNOWLEDGE.red_flags.values():
        if rule.wording == "cauda_equina":
            assert rule.group == "C", rule.id
    for rule in ("K1", "K8", "W1", "W5", "C11"):
        assert KNOWLEDGE.red_flags[rule].wording in ("buckling", "weakness")


JARGON = (
    "incontinence", "saddle anaesthesia", "perineum", "bilateral", "acute", "triage", "oncology", "perianal",
    "you do not have", "nothing serious", "you are safe", "as soon as you can", " mg",
)  # fmt: skip


@pytest.mark.parametrize("rule", list(KNOWLEDGE.red_flags))
def test_reasons_are_plain(rule: str) -> None:
    reason = KNOWLEDGE.red_flags[rule].reason
    assert not [word for word in JARGON if word in reason.lower()]
    sentences = [part for part in reason.replace("?", ".").split(".") if part.strip()]
    assert len(sentences) <= 3
    assert max(len(part.split()) for part in sentences) <= 32
    assert "—" not in reason
