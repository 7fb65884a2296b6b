"""One message into a case: idempotent, corrections, confirmations, and when earlier answers end."""

from __future__ import annotations

from typing import Any

import pytest

from bot.extraction.mention import Answer, Asked, Extraction, Mention, Suggestion
from bot.findings.case import Case
from bot.findings.finding import Presence
from bot.findings.update import update
from bot.findings.view import checklist, findings, people, subject
from bot.knowledge.load import load
from bot.triage.assess import decide
from tests.triage.story import mention

KNOWLEDGE = load()


def read(case: Case, *mentions: Mention, answers: dict[str, str] | None = None, **values: Any) -> Case:
    """Read one message that says these things."""
    options = {key: values.pop(key) for key in ("asked", "message_id", "now_hours") if key in values}
    turn = case.turns
    given = tuple(Answer(item, state, turn, 0, 1) for item, state in (answers or {}).items())
    return update(case, Extraction(turn, tuple(mentions), given, **values), KNOWLEDGE, **options)


def present(case: Case, concept: str, **attributes: Any) -> Mention:
    """A mention in the next message."""
    return mention(concept, turn=case.turns, **attributes)


ALL_NO = {item: "no" for item in KNOWLEDGE.items if item != "age"}


def test_a_message_read_twice_changes_nothing() -> None:
    case = read(Case(), mention("low_back_pain"), message_id="m1")
    assert read(case, mention("saddle_numbness"), message_id="m1") is case


def test_turns_and_times_are_counted() -> None:
    case = read(read(Case(), now_hours=5.0), now_hours=6.0)
    assert case.turns == 2
    assert case.times == (5.0, 6.0)
    assert case.now_hours == 6.0


def test_profile_is_merged_and_the_latest_value_holds() -> None:
    case = read(Case(), profile={"age_years": 44.0, "sex": "f"})
    case = read(case, profile={"age_years": 45.0, "sex": None})
    assert case.profile["age_years"] == 45.0
    assert case.profile["sex"] == "f"


def test_a_correction_takes_the_earlier_words_back_and_keeps_the_details() -> None:
    case = read(Case(), mention("leg_numbness", laterality="left", onset_days=3.0))
    case = read(case, present(case, "leg_numbness", laterality="right", correction=True))
    held = findings(case, KNOWLEDGE)
    assert held["leg_numbness"].attributes["laterality"] == "right"
    assert held["leg_numbness"].attributes["onset_days"] == 3.0
    assert "bilateral_leg_numbness" not in held
    assert case.withdrawn_mentions == (0,)


def test_an_explicit_taking_back_clears_a_present_sign() -> None:
    case = read(Case(), mention("saddle_numbness"))
    case = read(case, mention("saddle_numbness", "absent", 1, correction=True))
    assert findings(case, KNOWLEDGE)["saddle_numbness"].presence is Presence.ABSENT


def test_back_takes_the_last_answer_away() -> None:
    case = read(Case(), answers={"leaks": "no"}, asked=Asked(("leaks",), question="Q7"))
    case = read(case, answers={"bowel_feeling": "yes"}, asked=Asked(("bowel_feeling",), question="Q8a"))
    case = read(case, dialogue_act="back")
    states = checklist(case, KNOWLEDGE)
    assert states["leaks"] == "no"
    assert states["bowel_feeling"] == "not_asked"
    assert [question.question for question in case.asked] == ["Q7"]


def test_stop_holds_until_something_is_said() -> None:
    case = read(Case(), dialogue_act="stop")
    assert case.stopped
    assert read(case).stopped
    assert not read(case, present(case, "low_back_pain")).stopped


def test_the_question_is_noted_with_the_reply() -> None:
    case = read(Case(), answers={"leaks": "no"}, asked=Asked(("leaks",), question="Q7"))
    assert case.asked[0].question == "Q7"
    assert case.answers[0].question == "Q7"
    volunteered = read(Case(), answers={"leaks": "no"}, asked=Asked(("fever",), question="Q17"))
    assert volunteered.answers[0].question is None


@pytest.mark.parametrize(
    ("act", "yes_means", "presence"),
    [
        ("yes", "danger", Presence.PRESENT),
        ("no", "danger", Presence.ABSENT),
        ("yes", "normal", Presence.ABSENT),
        ("no", "normal", Presence.PRESENT),
        ("unsure", "danger", Presence.UNCERTAIN),
    ],
)
def test_a_suggestion_is_confirmed_cleared_or_left_unsure(act: str, yes_means: str, presence: Presence) -> None:
    case = read(Case(), suggestions=(Suggestion("reduced_flow_sensation", 0.8, 0, 0, 4),))
    assert findings(case, KNOWLEDGE) == {}
    asked = Asked(("bladder_flow_feeling",), yes_means, "CONFIRM", "reduced_flow_sensation")
    case = read(case, asked=asked, dialogue_act=act)
    assert findings(case, KNOWLEDGE)["reduced_flow_sensation"].presence is presence
    assert case.suggestions == ()


def test_a_suggestion_left_open_stays_and_escalates() -> None:
    case = read(Case(), mention("low_back_pain"), suggestions=(Suggestion("saddle_numbness", 0.8, 0, 0, 4),))
    assert decide(case, KNOWLEDGE).disposition == "incomplete"
    asked = Asked(("saddle_feeling",), "danger", "CONFIRM", "saddle_numbness")
    case = read(case, asked=asked)
    assert [s.concept for s in case.suggestions] == ["saddle_numbness"]
    assert [rule.id for rule in decide(case, KNOWLEDGE).fired] == ["C13"]


def test_a_suggestion_goes_when_the_words_settle_it() -> None:
    case = read(Case(), suggestions=(Suggestion("foot_drop", 0.7, 0, 0, 4), Suggestion("falls", 0.6, 0, 0, 4)))
    case = read(case, mention("foot_drop", "absent", 1))
    assert [s.concept for s in case.suggestions] == ["falls"]
    assert read(case, answers={"buckling_detail": "no"}).suggestions == ()


def _after_a_result() -> Case:
    case = read(Case(), mention("low_back_pain"), profile={"age_years": 40.0}, now_hours=0.0)
    return read(case, answers=ALL_NO, now_hours=0.2)


def test_a_new_symptom_after_a_result_ends_the_earlier_no() -> None:
    case = _after_a_result()
    assert decide(case, KNOWLEDGE).complete
    case = read(case, present(case, "leg_pins_needles"), now_hours=0.3)
    states = checklist(case, KNOWLEDGE)
    assert states["saddle_feeling"] == states["leaks"] == "not_asked"
    assert states["cancer_history"] == "no"
    assert decide(case, KNOWLEDGE).disposition == "incomplete"


def test_more_about_a_known_symptom_ends_nothing() -> None:
    case = _after_a_result()
    case = read(case, present(case, "low_back_pain", severity="moderate"), now_hours=0.3)
    assert checklist(case, KNOWLEDGE)["saddle_feeling"] == "no"


def test_within_the_first_interview_nothing_is_asked_again() -> None:
    case = read(Case(), mention("low_back_pain"), now_hours=0.0)
    case = read(case, answers={"saddle_feeling": "no"}, now_hours=0.1)
    case = read(case, present(case, "leg_pins_needles"), now_hours=0.2)
    assert checklist(case, KNOWLEDGE)["saddle_feeling"] == "no"


@pytest.mark.parametrize(("later", "state"), [(1.0, "no"), (1.2, "not_asked")])
def test_much_later_in_one_conversation_it_is(later: float, state: str) -> None:
    case = read(Case(), mention("low_back_pain"), now_hours=0.0)
    case = read(case, answers={"saddle_feeling": "no"}, now_hours=0.1)
    case = read(case, present(case, "leg_pins_needles"), now_hours=0.1 + later)
    assert checklist(case, KNOWLEDGE)["saddle_feeling"] == state


def test_a_symptom_that_has_just_begun_ends_the_earlier_no() -> None:
    case = read(Case(), mention("low_back_pain"))
    case = read(case, answers={"saddle_feeling": "no"})
    case = read(case, present(case, "leg_numbness", onset_days=0.01))
    assert checklist(case, KNOWLEDGE)["saddle_feeling"] == "not_asked"


def test_the_case_stays_about_the_person_the_answers_were_about() -> None:
    case = read(Case(), mention("low_back_pain", experiencer="other", relation="mother"))
    case = read(case, answers=ALL_NO, profile={"age_years": 70.0})
    assert subject(case) == "other"
    case = read(case, present(case, "knee_giving_way", count=1))
    assert subject(case) == "other"
    assert people(case) == ("other", "self")


def test_an_age_told_before_any_symptom_settles_nothing() -> None:
    case = read(Case(), profile={"age_years": 40.0})
    case = read(case, present(case, "low_back_pain", experiencer="other", relation="mother"))
    assert subject(case) == "other"


def test_answers_without_a_story_are_about_the_writer() -> None:
    case = read(Case(), answers=ALL_NO)
    case = read(case, present(case, "low_back_pain", experiencer="other", relation="mother"))
    assert subject(case) == "self"
    assert decide(case, KNOWLEDGE).disposition != "self_care"


def test_answers_end_when_the_case_turns_out_to_be_about_someone_else() -> None:
    case = read(Case(), mention("low_back_pain"))
    case = read(case, answers=ALL_NO)
    case = read(case, profile={"subject": "other", "relation": "husband"})
    assert checklist(case, KNOWLEDGE)["saddle_feeling"] == "not_asked"


def test_messages_in_a_row_nobody_understood_are_counted() -> None:
    case = read(read(Case(), understood=False), understood=False)
    assert case.misunderstood == 2
    assert read(case, mention("low_back_pain", turn=2)).misunderstood == 0
