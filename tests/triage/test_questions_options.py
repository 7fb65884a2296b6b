"""What every button and tick means, and that the case stays valid whatever is chosen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import InputError
from bot.extraction.mention import ANSWER_STATES, ATTRIBUTES, EXPERIENCERS, PRESENCES, TEMPORALITIES
from bot.findings.case import Case
from bot.findings.finding import Presence
from bot.findings.view import checklist, findings
from bot.knowledge.load import load
from bot.triage.assess import assess
from bot.triage.assessment import DISPOSITIONS
from bot.triage.questions import (
    asked_for,
    bare_option,
    concepts_asked,
    interpret_option,
    profile_of_option,
    questions_for_item,
)
from tests.triage.interview import answer, begin, normal, talk

KNOWLEDGE = load()
#: What must be there for a question to make sense; back pain otherwise.
STORIES: dict[str, dict[str, Any]] = {
    "Q11": {"sciatica_one_side": {}, "leg_numbness": {}},
    "Q13_onset": {"tiptoe_weakness": {}},
    "Q13_course": {"tiptoe_weakness": {}},
    "PROBE_weakness_course": {"tiptoe_weakness": {}},
    "Q13_pain": {"knee_extension_weakness": {}, "low_back_pain": {}},
    "Q14_count": {"knee_giving_way": {}},
    "Q14_last": {"knee_giving_way": {"count": 3}},
    "Q15": {"knee_giving_way": {"count": 1}},
    "Q16": {"knee_pain": {}},
    "Q16_hot": {"hot_red_knee": {}},
    "Q19_fall": {"falls": {}},
    "Q13_unsteady": {"unsteady_or_clumsy": {}},
    "Q9_detail": {"constipation_new": {}},
}


def _story(question: Any, concept: str | None = None) -> Case:
    present = STORIES.get(question.id, {"low_back_pain": {}})
    uncertain = {}
    if question.kind == "ambiguity":
        doubtful = [name for option in question.options for name in option.effect.retract]
        doubtful += [entry[0] for option in question.options for entry in option.effect.mentions if entry[1] == "present"]
        uncertain = {concept or doubtful[0]: {"ambiguous": question.id}}
    elif concept is not None and question.kind == "newness":
        present = {concept: {}}
    return begin(KNOWLEDGE, {"present": present, "uncertain": uncertain})


def _every_option() -> list[tuple[str, str, str | None]]:
    found = []
    for question in KNOWLEDGE.questions.values():
        card = KNOWLEDGE.questions[question.card] if question.card else None
        options = (*question.options, *(o for o in card.options if not o.alone)) if card else question.options
        concept = "urinary_incontinence_new" if question.per_concept else None
        found += [(question.id, option.value, concept) for option in options]
    return found


@pytest.mark.parametrize(("question_id", "value", "concept"), _every_option())
def test_every_option_leads_to_a_valid_state(question_id: str, value: str, concept: str | None) -> None:
    question = KNOWLEDGE.questions[question_id]
    case = _story(question, concept)
    put = f"{question_id}_{concept}" if concept else question_id
    answers, mentions = interpret_option(put, [value], KNOWLEDGE, case, text="the button")
    assert answers or mentions or profile_of_option(put, [value], KNOWLEDGE), "the option means nothing"
    for given in answers:
        assert given.item in KNOWLEDGE.items
        assert given.state in ANSWER_STATES
        assert (given.turn, given.start, given.end) == (case.turns, 0, len("the button"))
    for mention in mentions:
        assert mention.concept in KNOWLEDGE.concepts
        assert mention.presence in PRESENCES
        assert mention.temporality in TEMPORALITIES
        assert mention.experiencer in EXPERIENCERS
        assert set(mention.attributes) <= set(ATTRIBUTES)
        assert mention.by == "answer"
        assert mention.text == "the button"[mention.start : mention.end]
    after = answer(case, KNOWLEDGE, put, [value])
    assert assess(after, KNOWLEDGE).disposition in DISPOSITIONS
    assert Case.from_json(after.to_json()) == after


def _answers_its_item() -> list[tuple[str, str]]:
    plain = [q for q in KNOWLEDGE.questions.values() if q.kind in ("step", "probe") and q.id not in ("Q0", "Q3_again")]
    return [(q.id, option.value) for q in plain for option in q.options if not q.multiple]


@pytest.mark.parametrize(("question_id", "value"), _answers_its_item())
def test_every_option_answers_its_question(question_id: str, value: str) -> None:
    """After any answer the item is no longer open, so the question cannot come again by itself."""
    question = KNOWLEDGE.questions[question_id]
    after = answer(_story(question), KNOWLEDGE, question_id, [value])
    assert checklist(after, KNOWLEDGE)[question.items[0]] != "not_asked"


CORE_OPTIONS = [
    (item.id, question.id, option.value)
    for item in KNOWLEDGE.items.values()
    if item.core_ce
    for question in (KNOWLEDGE.questions[item.question], KNOWLEDGE.questions[item.probe])
    for option in question.options
    if dict(option.effect.answers).get(item.id) == "yes" and option.value not in ("tablets",)
]


@pytest.mark.parametrize(("item", "question_id", "value"), CORE_OPTIONS)
def test_every_danger_answer_to_a_private_question_is_an_emergency(item: str, question_id: str, value: str) -> None:
    after = answer(begin(KNOWLEDGE, {"present": {"sciatica_one_side": {}}}), KNOWLEDGE, question_id, [value])
    found = assess(after, KNOWLEDGE)
    assert found.checklist[item] == "yes"
    assert found.disposition == "emergency_now"


@pytest.mark.parametrize("item", [i for i in KNOWLEDGE.items.values() if i.core_ce], ids=lambda item: item.id)
def test_normal_answer_clears_only_its_own_item(item: Any) -> None:
    question = KNOWLEDGE.questions[item.question]
    before = checklist(begin(KNOWLEDGE, {"present": {"low_back_pain": {}}}), KNOWLEDGE)
    case = answer(begin(KNOWLEDGE, {"present": {"low_back_pain": {}}}), KNOWLEDGE, question.id, [question.normal])
    after = checklist(case, KNOWLEDGE)
    changed = {name for name, state in after.items() if state != before[name]}
    assert changed == {item.id}
    assert after[item.id] == "no"


CARDS = [q for q in KNOWLEDGE.questions.values() if q.multiple and q.kind == "step" and q.id != "Q0"]


@pytest.mark.parametrize("card", CARDS, ids=lambda q: q.id)
def test_none_of_these_clears_every_line(card: Any) -> None:
    case = answer(_story(card), KNOWLEDGE, card.id, ["none"])
    states, held = checklist(case, KNOWLEDGE), findings(case, KNOWLEDGE)
    for option in card.options:
        for concept in option.clears:
            told = concept in STORIES.get(card.id, {"low_back_pain": {}})
            hidden = option.value in ("infection", "knee")
            assert told or hidden or held[concept].presence is Presence.ABSENT, concept
    for item in card.items:
        assert states[item] == "no" or item in ("infection", "buckling_detail"), item


@pytest.mark.parametrize("card", CARDS, ids=lambda q: q.id)
def test_one_tick_means_yes_and_the_rest_no(card: Any) -> None:
    ticks = [o for o in card.options if any(state == "yes" for _, state in o.effect.answers) and not o.show_when]
    for tick in ticks:
        states = checklist(answer(_story(card), KNOWLEDGE, card.id, [tick.value]), KNOWLEDGE)
        yes = {item for item, state in tick.effect.answers if state == "yes"}
        assert all(states[item] == "yes" for item in yes), tick.value
        rest = [item for item in card.items if item not in yes and item not in ("infection", "immediate_danger")]
        assert all(states[item] == "no" for item in rest), tick.value


def test_none_beside_a_tick_is_ignored() -> None:
    """A careless "1 and none" on a text message keeps the danger sign."""
    case = begin(KNOWLEDGE, {"present": {"low_back_pain": {}}})
    assert assess(answer(case, KNOWLEDGE, "Q1", ["chest", "none"]), KNOWLEDGE).disposition == "emergency_now"
    buckled = begin(KNOWLEDGE, {"present": {"knee_giving_way": {"count": 1}}})
    _, mentions = interpret_option("Q15", ["fell", "none"], KNOWLEDGE, buckled)
    assert not any("recovery" in mention.attributes for mention in mentions)


def test_unsure_on_a_card_leaves_the_rest_unsure_until_asked_which() -> None:
    case = answer(begin(KNOWLEDGE, {"present": {"low_back_pain": {}}}), KNOWLEDGE, "Q18", ["diabetes", "unsure"])
    states = checklist(case, KNOWLEDGE)
    assert states["diabetes"] == "yes"
    assert states["cancer_history"] == states["steroids"] == "unsure"
    case = answer(case, KNOWLEDGE, "PROBE_Q18", ["cancer"])
    states = checklist(case, KNOWLEDGE)
    assert states["cancer_history"] == "unsure"
    assert states["steroids"] == "no"


def test_card_shows_only_open_lines() -> None:
    start = {"present": {"low_back_pain": {}}, "absent": ["fever_unwell", "night_pain"]}
    shown = questions_for_item("upper_back", KNOWLEDGE, begin(KNOWLEDGE, start))[0]
    asked = asked_for("Q20", begin(KNOWLEDGE, start), KNOWLEDGE)
    assert "fever" not in asked.items
    assert {"tummy_pulse", "upper_back"} <= set(asked.items)
    assert shown.id == "Q20"


def test_hidden_lines_are_not_answered() -> None:
    """Infection is asked only with a fever, and the knee only where the knee question itself does not come."""
    plain = begin(KNOWLEDGE, {"present": {"low_back_pain": {}}})
    feverish = begin(KNOWLEDGE, {"present": {"low_back_pain": {}, "fever_unwell": {}}})
    knee = begin(KNOWLEDGE, {"present": {"knee_pain": {}}})
    assert "infection" not in asked_for("Q19", plain, KNOWLEDGE).items
    assert "infection" in asked_for("Q19", feverish, KNOWLEDGE).items
    assert "knee_joint" in asked_for("Q20", plain, KNOWLEDGE).items
    assert "knee_joint" not in asked_for("Q20", knee, KNOWLEDGE).items
    for value in ("none", "unsure"):
        assert checklist(answer(plain, KNOWLEDGE, "Q19", [value]), KNOWLEDGE)["infection"] == "not_asked"


@pytest.mark.parametrize(
    ("profile", "offered"),
    [
        ({"sex": "male"}, False),
        ({"sex": "female", "age_years": 30.0}, True),
        ({"age_years": 70.0}, False),
        ({}, True),
        ({"subject": "other", "relation": "father"}, False),
    ],
)
def test_pregnancy_is_asked_only_where_it_can_be(profile: dict[str, Any], offered: bool) -> None:
    """Left out of sight it still counts as answered, so that nobody is stuck with an open item."""
    start = {"present": {"low_back_pain": {}}, "profile": profile, "person": profile.get("subject", "self")}
    done = talk(begin(KNOWLEDGE, start), KNOWLEDGE, normal(KNOWLEDGE))
    card = next(question for question in done.questions if question.id == "Q19")
    assert ("pregnant" in [option.value for option in card.options]) is offered
    assert done.result.checklist["pregnancy"] == "no"


def test_only_a_helper_can_say_that_they_cannot_ask() -> None:
    for start, offered in (({"low_back_pain": {}}, False), ({"low_back_pain": {}}, True)):
        person = {"person": "other", "profile": {"subject": "other"}} if offered else {}
        case = begin(KNOWLEDGE, {"present": start, **person})
        values = [option.value for option in questions_for_item("bladder_flow_feeling", KNOWLEDGE, case)[0].options]
        assert ("cannot_ask" in values) is offered
    case = answer(case, KNOWLEDGE, "Q6b", ["cannot_ask"])
    assert checklist(case, KNOWLEDGE)["bladder_flow_feeling"] == "skipped", "not answered is not no"


def test_mentions_are_about_the_person_with_the_symptoms() -> None:
    case = begin(KNOWLEDGE, {"present": {"low_back_pain": {}}, "person": "other", "profile": {"subject": "other"}})
    _, mentions = interpret_option("Q4", ["changed"], KNOWLEDGE, case)
    assert [(m.concept, m.experiencer) for m in mentions] == [("saddle_numbness", "other")]
    assert mentions[0].text == "Yes, something is numb or odd"


def test_gone_again_is_told_as_recent_not_as_absent() -> None:
    answers, mentions = interpret_option("Q4", ["gone"], KNOWLEDGE, begin(KNOWLEDGE, {"present": {"low_back_pain": {}}}))
    assert [(given.item, given.state) for given in answers] == [("saddle_feeling", "yes")]
    assert [(m.concept, m.presence, m.temporality) for m in mentions] == [("saddle_numbness", "present", "recent_resolved")]


def test_detail_keeps_what_was_said_of_the_symptom() -> None:
    """A follow-up about the whole story does not undo "only on the bike" or "my doctor has seen it"."""
    start = {
        "present": {
            "saddle_numbness": {"positional": True, "new": False, "unchanged": True},
            "leg_numbness": {"assessed": True},
        }
    }
    _, mentions = interpret_option("Q21", ["not_yet"], KNOWLEDGE, begin(KNOWLEDGE, start))
    told = {mention.concept: mention.attributes for mention in mentions}
    assert told["saddle_numbness"] == {"positional": True, "assessed": False}
    assert told["leg_numbness"] == {}


def test_both_legs_speaks_of_what_was_told() -> None:
    case = begin(KNOWLEDGE, {"present": {"leg_numbness": {}}})
    _, mentions = interpret_option("Q11", ["both"], KNOWLEDGE, case)
    assert [mention.concept for mention in mentions] == ["bilateral_leg_numbness"]


def test_retract_spares_what_was_said_in_clear_words() -> None:
    both = {
        "present": {"urinary_incontinence_new": {}},
        "uncertain": {"urinary_incontinence_new": {"ambiguous": "AMB_wet_laughing"}},
    }
    _, mentions = interpret_option("AMB_wet_laughing", ["saying"], KNOWLEDGE, begin(KNOWLEDGE, both))
    assert not mentions


@pytest.mark.parametrize(
    ("question", "act", "value"),
    [
        ("Q4", "yes", "changed"), ("Q4", "no", "normal"), ("Q4", "unsure", "unsure"), ("Q4", "skip", "skip"),
        ("Q5a", "yes", "normal"), ("Q5a", "no", "hard"), ("Q6b", "no", "less"), ("Q6b", "yes", "normal"),
        ("Q8b", "no", "lost"), ("Q7", "yes", "new"), ("Q3", "no", "decline"), ("Q3", "yes", "ok"),
        ("Q1", "no", "none"), ("Q1", "yes", None), ("Q11", "yes", None), ("Q11", "no", None), ("Q14", "yes", None),
        ("Q14", "no", "never"), ("Q13_onset", "no", None), ("Q23", "no", "nothing"), ("Q9_detail", "yes", "tablets"),
        ("CONFIRM_saddle_numbness", "yes", "yes"), ("CONFIRM_saddle_numbness", "no", "no"), ("Q4", "why", None),
    ],
)  # fmt: skip
def test_bare_answer(question: str, act: str, value: str | None) -> None:
    assert bare_option(question, act, KNOWLEDGE) == value


def test_asked_for_tells_extraction_what_was_asked() -> None:
    case = begin(KNOWLEDGE, {"present": {"low_back_pain": {}}})
    saddle = asked_for("Q4", case, KNOWLEDGE)
    assert (saddle.items, saddle.yes_means, saddle.question, saddle.confirms) == (
        ("saddle_feeling",),
        "danger",
        "Q4",
        None,
    )
    assert asked_for("Q6a", case, KNOWLEDGE).yes_means == "normal"
    confirm = asked_for("CONFIRM_reduced_flow_sensation", case, KNOWLEDGE)
    assert (confirm.items, confirm.confirms) == (("bladder_flow_feeling",), "reduced_flow_sensation")
    assert asked_for("CONFIRM_genital_numbness", case, KNOWLEDGE).items == (), "a no to one part clears no item"


@pytest.mark.parametrize(
    ("question", "present", "concepts"),
    [
        ("Q13_duration", {"low_back_pain": {}, "knee_pain": {}}, ("low_back_pain",)),
        ("Q13_onset", {"foot_drop": {}, "low_back_pain": {}}, ("foot_drop",)),
        ("Q14_count", {"knee_giving_way": {}}, ("knee_giving_way",)),
        ("Q4", {"low_back_pain": {}}, ()),
        ("NEW_urinary_incontinence_new", {"urinary_incontinence_new": {}}, ("urinary_incontinence_new",)),
    ],
)
def test_concepts_asked_lets_bare_details_find_their_symptom(question: str, present: Any, concepts: Any) -> None:
    assert concepts_asked(question, KNOWLEDGE, begin(KNOWLEDGE, {"present": present})) == concepts


def test_profile_comes_from_buttons_too() -> None:
    assert profile_of_option("Q2", ["age_65_plus"], KNOWLEDGE) == {"age_band": "65+"}
    assert profile_of_option("Q0", ["someone_else"], KNOWLEDGE) == {"subject": "other"}
    assert profile_of_option("Q4", ["normal"], KNOWLEDGE) == {}


@pytest.mark.parametrize(
    ("question", "values"),
    [("Q4", ["maybe"]), ("Q4", []), ("Q4", ["normal", "changed"]), ("Q99", ["yes"]), ("Q18", [])],
)
def test_what_cannot_be_read_is_refused(question: str, values: list[str]) -> None:
    with pytest.raises(InputError) as error:
        interpret_option(question, values, KNOWLEDGE, Case())
    assert error.value.code == "INP020"


def test_case_with_buttons_only_survives_the_whole_age_card() -> None:
    for value, state in (("under_16", "yes"), ("age_16_17", "no"), ("age_65_plus", "no")):
        after = answer(begin(KNOWLEDGE, {"present": {"low_back_pain": {}}}), KNOWLEDGE, "Q2", [value])
        assert checklist(after, KNOWLEDGE)["age"] == state
