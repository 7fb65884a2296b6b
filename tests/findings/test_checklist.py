"""States of the checklist: what clears an item, and what never does."""

from __future__ import annotations

import pytest

from bot.findings.view import checklist, open_items
from bot.knowledge.load import load
from tests.triage.story import Story, answered, said

KNOWLEDGE = load()


def _states(story: Story, **changes: object) -> dict[str, str]:
    return checklist(story.case(**changes), KNOWLEDGE)


def test_silence_answers_nothing() -> None:
    states = _states(Story())
    assert set(states.values()) == {"not_asked"}
    assert len(open_items(states, KNOWLEDGE)) == sum(item.minimal_set for item in KNOWLEDGE.items.values())


@pytest.mark.parametrize(
    ("story", "item", "state"),
    [
        (said(saddle_numbness={}), "saddle_feeling", "yes"),
        (said(buttock_numbness={}), "saddle_feeling", "yes"),
        (said(recent={"saddle_numbness": {}}), "saddle_feeling", "yes"),
        (said(absent=("saddle_numbness",)), "saddle_feeling", "no"),
        (said(absent=("buttock_numbness",)), "saddle_feeling", "not_asked"),
        (said(absent=("leg_numbness",)), "saddle_feeling", "not_asked"),
        (said(uncertain={"genital_numbness": {}}), "saddle_feeling", "unsure"),
        (said(past=("saddle_numbness",)), "saddle_feeling", "not_asked"),
        (said(hypothetical=("saddle_numbness",)), "saddle_feeling", "not_asked"),
        (said(person="other", saddle_numbness={}), "saddle_feeling", "yes"),
        (answered(saddle_feeling="skipped"), "saddle_feeling", "skipped"),
        (said(stress_leak_longstanding={"unchanged": True}), "leaks", "not_asked"),
        (said(urinary_incontinence_new={"new": False, "unchanged": True, "known_cause": True}), "leaks", "no"),
        (said(urinary_incontinence_new={"new": False, "unchanged": True}), "leaks", "yes"),
        (said(profile={"age_years": 44.0}), "age", "no"),
        (said(profile={"age_band": "<16"}), "age", "yes"),
    ],
)
def test_state(story: Story, item: str, state: str) -> None:
    assert _states(story)[item] == state


FUNCTION = ("urinary_retention", "urinary_hesitancy_poor_emptying", "urinary_incontinence_new", "faecal_incontinence")


def test_function_is_not_feeling() -> None:
    """ "Bladder and bowels fine" clears starting, emptying, leaks and control, never the feeling items (9.6)."""
    states = _states(said(absent=(*FUNCTION, "constipation_new")))
    for item in ("bladder_start", "bladder_empty", "leaks", "bowel_control", "bowel_change"):
        assert states[item] == "no"
    for item in ("saddle_feeling", "bladder_full_feeling", "bladder_flow_feeling", "bowel_feeling"):
        assert states[item] == "not_asked"


def test_a_no_clears_only_its_own_item() -> None:
    states = _states(answered(leaks="no"))
    assert [item for item, state in states.items() if state != "not_asked"] == ["leaks"]


@pytest.mark.parametrize(("hours", "state"), [(24.0, "no"), (24.5, "not_asked")])
def test_a_no_is_good_for_24_hours(hours: float, state: str) -> None:
    story = Story(answers=tuple(_at(answer, 100.0) for answer in answered(leaks="no").answers))
    assert _states(story, now_hours=100.0 + hours)["leaks"] == state


@pytest.mark.parametrize(("hours", "state"), [(24.0, "no"), (24.5, "not_asked")])
def test_a_no_in_words_is_good_for_24_hours(hours: float, state: str) -> None:
    states = _states(said(absent=("urinary_incontinence_new",)), times=(100.0,), now_hours=100.0 + hours)
    assert states["leaks"] == state


def test_yes_and_not_sure_do_not_expire() -> None:
    story = answered(leaks="yes", saddle_feeling="unsure")
    story = Story(answers=tuple(_at(answer, 0.0) for answer in story.answers))
    states = _states(story, now_hours=1000.0)
    assert states["leaks"] == "yes"
    assert states["saddle_feeling"] == "unsure"


def test_lasting_facts_do_not_expire() -> None:
    story = Story(answers=tuple(_at(answer, 0.0) for answer in answered(cancer_history="no").answers))
    assert _states(story, now_hours=1000.0)["cancer_history"] == "no"


def _at(answer: object, hours: float) -> object:
    from dataclasses import replace

    return replace(answer, at_hours=hours)  # type: ignore[type-var]
