"""The gatekeeper of the interview: what is wrong in concepts, items or questions is said, all of it, at load."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from bot.knowledge import load as loader
from bot.knowledge.load import load
from bot.knowledge.schema import check_schema
from bot.knowledge.sections import concepts, items, questions

KNOWLEDGE = load()


def _names(text: str) -> list[str]:
    return text.split()


CONTRACT_ITEMS = _names("""
immediate_danger saddle_feeling bladder_start bladder_empty bladder_full_feeling bladder_flow_feeling leaks bowel_feeling
bowel_control bowel_change sexual_change both_legs weakness knee_buckling knee_joint fever cancer_history weight_loss trauma
spinal_procedure pregnancy age steroids immunity injecting thin_bones blood_thinners diabetes night_pain upper_back
calf_swelling tummy_pulse weakness_course onset buckling_count buckling_detail assessed_already coping anything_else newness
""")
CONTRACT_QUESTIONS = _names("Q0 Q1 Q2 Q3 Q4 Q5a Q5b Q6a Q6b Q7 Q8a Q8b Q9 Q10 Q11 Q12 Q14 Q15 Q16 Q17 Q18 Q19 Q20 Q21 Q22 Q23")

Change = Callable[[dict[str, Any]], None]


def find(raw: dict[str, Any], file: str, entry_id: str) -> dict[str, Any]:
    """One entry of one knowledge file, to be broken."""
    section = file.split("/")[0].removesuffix(".yml")
    return next(entry for entry in raw[file][section] if entry["id"] == entry_id)


def problems_after(change: Change) -> list[str]:
    """Messages of schema and cross checks after a change of the real knowledge."""
    raw = copy.deepcopy(dict(KNOWLEDGE.raw))
    change(raw)
    found = []
    for section, module in (("concepts", concepts), ("items", items), ("questions", questions)):
        for file in (name for name in raw if loader._section_of(name) == section):
            found += check_schema(raw[file], loader._schema_for(module, file), file)
    if not found:
        broken = loader._build(raw, "test")
        for module in (concepts, items, questions):
            found += module.cross_check(broken)
    return [str(problem) for problem in found]


def _set(file: str, entry: str, key: str, value: Any) -> Change:
    return lambda raw: find(raw, file, entry).__setitem__(key, value)


def _option(file: str, entry: str, index: int, key: str, value: Any) -> Change:
    return lambda raw: find(raw, file, entry)["options"][index].__setitem__(key, value)


def _drop(file: str, entry: str, key: str) -> Change:
    return lambda raw: find(raw, file, entry).pop(key)


def _twice(file: str, entry: str) -> Change:
    return lambda raw: raw[file][file.split("/")[0].removesuffix(".yml")].append(copy.deepcopy(find(raw, file, entry)))


SADDLE = "saddle_numbness"
PRIVATE, LEGS, OPENING = "questions/private.yml", "questions/legs.yml", "questions/opening.yml"
BROKEN: list[tuple[str, Change, str]] = [
    ("unknown predicate", _set(PRIVATE, "Q4", "ask_when", ["has_storry"]), "Did you mean 'has_story'"),
    ("unknown item", _set(PRIVATE, "Q4", "items", ["saddle_feelin"]), "Did you mean 'saddle_feeling'"),
    ("unknown key", _set(PRIVATE, "Q4", "askwhen", ["has_story"]), "unknown key 'askwhen'"),
    ("no reason", _drop(PRIVATE, "Q4", "why"), "lacks the key 'why'"),
    ("no helper wording", _set(PRIVATE, "Q4", "text", {"self": "x"}), "lacks the key 'helper'"),
    ("normal is no option", _set(PRIVATE, "Q4", "normal", "fine"), "normal 'fine' is not one of its options"),
    ("same place", _set(PRIVATE, "Q4", "place", 220), "stands at the same place"),
    ("step without place", _drop(PRIVATE, "Q4", "place"), "is a step without `place`"),
    ("question twice", _twice(PRIVATE, "Q4"), "question 'Q4' is also in"),
    ("unknown placeholder", _set(PRIVATE, "Q4", "why", "Ask {thier} doctor."), "unknown placeholder 'thier'"),
    ("placeholder in a button", _option(PRIVATE, "Q4", 0, "label", "Yes {mum}"), "unknown placeholder 'mum'"),
    ("unknown concept", _option(PRIVATE, "Q4", 0, "sets", {"present": {"sadle_numbness": {}}}), "Did you mean 'saddle_numb"),
    ("unknown attribute", _option(PRIVATE, "Q4", 0, "sets", {"present": {SADDLE: {"nwe": True}}}), "Did you mean 'new'"),
    ("bad state", _option(PRIVATE, "Q4", 0, "sets", {"answers": {"saddle_feeling": "maybe"}}), "Allowed: yes, no, unsure"),
    ("same value", _option(PRIVATE, "Q4", 0, "value", "normal"), "has two options 'normal'"),
    ("clears outside a card", _option(PRIVATE, "Q4", 0, "clears", ["saddle_numbness"]), "`clears` is for tick cards only"),
    ("card without none", _option(LEGS, "Q12", 8, "alone", False), "is a tick card without 'none of these'"),
    ("card to skip", _set(LEGS, "Q12", "extras", ["unsure", "skip"]), "leave out skip and cannot_ask"),
    ("unknown card", _set(OPENING, "PROBE_Q1", "card", "Q1x"), "unknown question 'Q1x'"),
    ("item without question", _set("items.yml", "leaks", "question", "Q77"), "unknown question 'Q77'"),
    ("item with unknown concept", _set("items.yml", "leaks", "cleared_by", ["leaking"]), "unknown concept 'leaking'"),
    ("default not among yes", _set("items.yml", "leaks", "default_concept", "dysuria"), "is not one of its yes_concepts"),
    ("item twice", _twice("items.yml", "leaks"), "item 'leaks' is there twice"),
    ("concept twice", _twice("concepts/pain.yml", "low_back_pain"), "concept 'low_back_pain' is also in"),
    ("unknown family", _set("concepts/pain.yml", "night_pain", "family", "back"), "unknown concept 'back'"),
    ("phrase with capitals", _set("concepts/pain.yml", "night_pain", "phrases", ["Worse at night"]), "must be lower case"),
    ("unverified code as number", _set("concepts/pain.yml", "night_pain", "snomed", {"code": "12", "verified": False}), "code"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_broken_knowledge_is_named(change: Change, said: str) -> None:
    found = problems_after(change)
    assert any(said in problem for problem in found), found


def test_knowledge_as_shipped_is_sound() -> None:
    assert problems_after(lambda raw: None) == []


def test_all_problems_come_at_once() -> None:
    def change(raw: dict[str, Any]) -> None:
        for name, key in (("Q4", "ask_when"), ("Q6a", "ask_when"), ("Q7", "ask_when")):
            find(raw, PRIVATE, name)[key] = ["nonsense"]

    assert len(problems_after(change)) == 3


def test_contract_ids_exist() -> None:
    assert len(KNOWLEDGE.concepts) == 86
    assert set(CONTRACT_ITEMS) <= set(KNOWLEDGE.items)
    assert set(CONTRACT_QUESTIONS) <= set(KNOWLEDGE.questions)


def test_every_item_is_asked_by_a_question_that_names_it() -> None:
    for item in KNOWLEDGE.items.values():
        assert item.id in KNOWLEDGE.questions[item.question].items, item.id
        assert item.probe is None or item.id in KNOWLEDGE.questions[item.probe].items, item.id


def test_every_question_is_reachable() -> None:
    """In the plan, a probe of some item, or put by its kind."""
    probes = {item.probe for item in KNOWLEDGE.items.values()}
    for question in KNOWLEDGE.questions.values():
        by_kind = question.kind in ("ambiguity", "confirm", "newness")
        assert question.place is not None or question.id in probes or by_kind, question.id


def test_minimal_set_is_that_of_the_clinical_text() -> None:
    minimal = {item.id for item in KNOWLEDGE.items.values() if item.minimal_set}
    assert minimal == set(CONTRACT_ITEMS) - {
        "sexual_change", "diabetes", "weakness_course", "onset", "buckling_count", "buckling_detail", "assessed_already",
        "coping", "anything_else", "newness",
    }  # fmt: skip


def test_function_words_never_clear_a_feeling() -> None:
    """ "Bladder fine", "no toilet problems" and "no numbness" leave every feeling question open (clinical.md 9.6)."""
    function = {"urinary_retention", "urinary_hesitancy_poor_emptying", "urinary_incontinence_new", "faecal_incontinence",
                "constipation_new", "leg_numbness", "bilateral_leg_numbness", "leg_pins_needles"}  # fmt: skip
    cleared = {item.id for item in KNOWLEDGE.items.values() if item.cleared_by and set(item.cleared_by) <= function}
    assert cleared == {"bladder_start", "bladder_empty", "leaks", "bowel_control", "bowel_change"}


def test_danger_order_of_items() -> None:
    order = list(KNOWLEDGE.items)
    assert order[0] == "immediate_danger"
    assert order.index("saddle_feeling") < order.index("both_legs") < order.index("knee_buckling") < order.index("fever")


def test_snomed_codes_are_never_called_verified() -> None:
    assert not [concept.id for concept in KNOWLEDGE.concepts.values() if concept.snomed_verified]


def test_conditional_codes_stay_out_of_the_plain_list() -> None:
    assert KNOWLEDGE.concepts["saddle_numbness"].icd10 == ("R20.0", "R20.2")
    assert KNOWLEDGE.concepts["recent_infection"].icd10 == ()
    assert "if sepsis" in KNOWLEDGE.concepts["recent_infection"].icd10_note


def test_phrases_belong_to_one_concept_or_to_kin() -> None:
    """The same words under two concepts must be meant: signs that come in one sentence."""
    owners: dict[str, list[str]] = {}
    for concept in KNOWLEDGE.concepts.values():
        for phrase in concept.phrases:
            owners.setdefault(phrase, []).append(concept.id)
    shared = Counter(tuple(sorted(ids)) for ids in owners.values() if len(ids) > 1)
    assert set(shared) <= {("genital_numbness", "sexual_sensation_change")}, shared


def test_both_sides_and_family_lead_somewhere_else() -> None:
    for concept in KNOWLEDGE.concepts.values():
        assert concept.both_sides != concept.id
        assert KNOWLEDGE.concepts[concept.family].family == concept.family, concept.id


def test_ambiguities_carry_phrases_and_a_default() -> None:
    doubtful = [q for q in KNOWLEDGE.questions.values() if q.kind == "ambiguity"]
    assert len(doubtful) >= 15
    for question in doubtful:
        assert question.phrases
        assert all(phrase == phrase.lower() for phrase in question.phrases)
        unsure = question.option("unsure")
        assert unsure is not None
        assert unsure.effect.answers
        assert re.fullmatch(r"AMB_[a-z_]+", question.id)
