"""Adds one message to a case: the only place that merges.

In: a `Case`, the `Extraction` of one message, the `Knowledge`, what had just been asked. Out: a new `Case`. Called
once per message by `analyse`, the Rasa action and the agent desk. It stores what was said; what follows from it
is worked out by `bot.findings.view` and `bot.triage`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.extraction.mention import Answer, Asked, Extraction, Mention, Suggestion
from bot.findings.case import AskedQuestion, Case, GivenAnswer
from bot.findings.finding import Finding, Presence
from bot.findings.memory import hand_on
from bot.findings.view import checklist, findings, latest_answers, open_items, standing_mentions, subject
from bot.knowledge.load import Knowledge

#: A new symptom told this long after an answer ends that answer even within one conversation.
LATER_HOURS = 1.0
#: "It has just begun": younger than about an hour, so earlier answers may no longer be true.
JUST_NOW_DAYS = 0.05


def update(
    case: Case,
    extraction: Extraction,
    knowledge: Knowledge,
    *,
    asked: Asked | None = None,
    message_id: str | None = None,
    now_hours: float | None = None,
) -> Case:
    """Read one message into the case.

    Args:
        case: The story so far.
        extraction: What the message says.
        knowledge: Loaded knowledge.
        asked: What had been asked just before, if anything.
        message_id: Id of the message; one that was already read changes nothing.
        now_hours: The caller's clock in hours; None without a clock (answers then expire by events only).

    Returns:
        A new case. Nothing said before is dropped; what a correction takes back is marked as withdrawn.
    """
    if message_id is not None and message_id in case.seen:
        return case
    turn = extraction.turn
    before = case
    case = replace(
        case,
        turns=max(case.turns, turn + 1),
        times=case.times + (None,) * (turn - len(case.times)) + ((now_hours,) if turn >= len(case.times) else ()),
        now_hours=now_hours if now_hours is not None else case.now_hours,
        seen=case.seen if message_id is None else (*case.seen, message_id),
        profile={**case.profile, **{key: value for key, value in extraction.profile.items() if value is not None}},
        stopped=_stopped(case, extraction),
        misunderstood=case.misunderstood + 1 if _not_understood(extraction) else 0,
    )
    if asked is not None and asked.question is not None:
        case = replace(case, asked=(*case.asked, AskedQuestion(asked.question, turn, asked.confirms)))
    if extraction.dialogue_act == "back":
        case = _take_back_last(case, turn)
    confirmed = _confirmation(extraction, asked)
    mentions = list(extraction.mentions)
    if confirmed is not None and not any(m.concept == confirmed.concept for m in mentions):
        mentions.append(confirmed)
    case = _correct(case, mentions)
    case = replace(case, mentions=case.mentions + tuple(_inherit(before, mention) for mention in mentions))
    given = tuple(_given(answer, asked, now_hours) for answer in extraction.answers)
    case = replace(case, answers=case.answers + given)
    if _has_new_symptom(before, mentions, knowledge, now_hours) or _is_about_someone_else(before, case):
        case = replace(case, reopened_turn=turn)
    if "subject" not in case.profile and _settles_the_subject(case, extraction):
        case = replace(case, profile={**case.profile, "subject": subject(case)})
    case = hand_on(before, case)
    return hand_on(case, replace(case, suggestions=_pending(case, extraction, confirmed, knowledge)), same_words=True)


def _settles_the_subject(case: Case, extraction: Extraction) -> bool:
    """Answers, and the age told with symptoms, are about this person, whoever else comes up later."""
    told = any(m.presence != "absent" and m.experiencer != "nobody" for m in standing_mentions(case).values())
    return bool(case.answers) or (told and bool(extraction.profile))


def _stopped(case: Case, extraction: Extraction) -> bool:
    if extraction.dialogue_act == "stop":
        return True
    return case.stopped and not extraction.mentions and not extraction.answers


def _not_understood(extraction: Extraction) -> bool:
    said = extraction.mentions or extraction.answers or extraction.suggestions or extraction.dialogue_act
    return not extraction.understood and not said


def _given(answer: Answer, asked: Asked | None, now_hours: float | None) -> GivenAnswer:
    question = asked.question if asked is not None and answer.item in asked.items else None
    return GivenAnswer(answer.item, answer.state, answer.turn, now_hours, question)


def _take_back_last(case: Case, turn: int) -> Case:
    """ "Back": the last message that answered something is unsaid; its question comes again."""
    answered = {a.turn for a in case.answers if not a.withdrawn and a.turn < turn}
    answered |= {
        m.turn
        for index, m in enumerate(case.mentions)
        if m.by == "answer" and m.turn < turn and index not in case.withdrawn_mentions
    }
    if not answered:
        return case
    last = max(answered)
    gone = tuple(i for i, m in enumerate(case.mentions) if m.by == "answer" and m.turn == last)
    return replace(
        case,
        answers=tuple(replace(a, withdrawn=True) if a.turn == last else a for a in case.answers),
        withdrawn_mentions=tuple(dict.fromkeys((*case.withdrawn_mentions, *gone))),
        asked=tuple(question for question in case.asked if question.turn != last),
    )


def _confirmation(extraction: Extraction, asked: Asked | None) -> Mention | None:
    """The reply to "do you mean ...?" as a mention of the concept it checks."""
    if asked is None or asked.confirms is None:
        return None
    states = [answer.state for answer in extraction.answers if answer.item in asked.items]
    act = extraction.dialogue_act
    if not states and act in ("yes", "no"):
        states = ["yes" if (act == "yes") == (asked.yes_means == "danger") else "no"]
    if not states and act == "unsure":
        states = ["unsure"]
    presence = {"yes": "present", "no": "absent", "unsure": "uncertain"}.get(states[0] if states else "")
    if presence is None:
        return None
    place = extraction.answers[0] if extraction.answers else Answer("", "", extraction.turn, 0, 0)
    return Mention(asked.confirms, presence, "self", "current", extraction.turn, place.start, place.end, "", by="answer")


def _correct(case: Case, mentions: list[Mention]) -> Case:
    """ "No, I meant the right one", "sorry, that was wrong": earlier mentions of that concept are taken back."""
    corrected = {mention.concept for mention in mentions if mention.attributes.get("correction")}
    if not corrected:
        return case
    gone = tuple(index for index, mention in enumerate(case.mentions) if mention.concept in corrected)
    return replace(case, withdrawn_mentions=tuple(dict.fromkeys((*case.withdrawn_mentions, *gone))))


def _inherit(before: Case, mention: Mention) -> Mention:
    """A corrected detail keeps the other details: "the right leg" is still numb since Sunday."""
    if not mention.attributes.get("correction") or mention.presence != "present":
        return mention
    earlier: dict[str, Any] = {}
    for index, old in enumerate(before.mentions):
        if old.concept == mention.concept and old.presence == "present" and index not in before.withdrawn_mentions:
            earlier |= old.attributes
    return replace(mention, attributes={**earlier, **mention.attributes}) if earlier else mention


def _has_new_symptom(
    before: Case,
    mentions: list[Mention],
    knowledge: Knowledge,
    now_hours: float | None,
) -> bool:
    """Whether earlier "no" answers end, because a symptom came up that was not there when they were given.

    Within the first interview a symptom told late was there all along, and asking twelve questions again would
    drive people away. So earlier answers end when a result had already been reached, when much time has
    passed, or when the words say that it has just begun (clinical.md 4.5).
    """
    if not before.answers:
        return False
    held = findings(before, knowledge)
    fresh = [m for m in mentions if m.by != "answer" and _is_new_symptom(m, held, knowledge)]
    if not fresh:
        return False
    states = checklist(before, knowledge, held)
    if not open_items(states, knowledge):
        return True
    if any(m.attributes.get("onset_days", 1.0) <= JUST_NOW_DAYS for m in fresh):
        return True
    times = [a.at_hours for a in before.answers if a.at_hours is not None and a.state == "no"]
    return now_hours is not None and bool(times) and now_hours - max(times) > LATER_HOURS


def _is_about_someone_else(before: Case, after: Case) -> bool:
    """The person said that the case is about somebody else than we took it to be: a "no" was not about that one."""
    return bool(before.answers) and subject(before) != subject(after)


def _is_new_symptom(mention: Mention, held: dict[str, Finding], knowledge: Knowledge) -> bool:
    if mention.presence == "absent" or mention.temporality != "current" or mention.experiencer == "nobody":
        return False
    if mention.concept in knowledge.groups["context"]:
        return False
    known = held.get(mention.concept)
    return known is None or known.presence in (Presence.ABSENT, Presence.UNKNOWN)


def _pending(case: Case, extraction: Extraction, confirmed: Mention | None, knowledge: Knowledge) -> tuple[Suggestion, ...]:
    """Suggestions still to be checked: not spoken of in words, not answered, each concept once."""
    held = findings(case, knowledge)
    spoken = {concept for concept, finding in held.items() if finding.presence is not Presence.UNKNOWN}
    spoken |= {m.concept for index, m in enumerate(case.mentions) if index not in case.withdrawn_mentions}
    if confirmed is not None:
        spoken.add(confirmed.concept)
    no = {
        concept
        for answer in latest_answers(case, knowledge).values()
        if answer.state == "no"
        for concept in knowledge.items[answer.item].yes_concepts
    }
    pending: dict[str, Suggestion] = {}
    for suggestion in (*case.suggestions, *extraction.suggestions):
        if suggestion.concept not in spoken | no:
            best = pending.get(suggestion.concept)
            if best is None or suggestion.score > best.score:
                pending[suggestion.concept] = suggestion
    return tuple(pending.values())
