"""Golden conversations without Rasa: what each turn would be decided as under any knowledge, and how two of them differ.

In: conversations as the files of tests/transcripts hold them, the `Knowledge`. Out: `Outcome` per turn, `Effect` per
difference. Called by `python -m bot replay --golden` and by the test that keeps this path equal to the real agent. Pure:
no I/O, no clock, no Rasa.

The words and taps of a conversation stay as they were recorded, and so does the question each of them answered: another
knowledge might have asked another question, and a "no" must never land on one that nobody put. Where the classifier had a
say that the words alone do not give, the file names the intent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from bot.findings.case import Case
from bot.findings.finding import Presence
from bot.findings.view import findings
from bot.nlu.settling import settled
from bot.nlu.topics import find_topic
from bot.replies.compose import compose
from bot.runtime.messages import clean
from bot.triage.assessment import Assessment
from bot.turn import OPENING_QUESTION, act_in_chat, assess_case, day_of, read_message, take_in_chat

#: Most careful first. `incomplete` promises nothing and sends people to a clinician the same day if they stop.
CARE = ("emergency_now", "urgent_same_day", "soon", "incomplete", "routine", "self_care", "info_only")
#: Seconds between two messages where the file says nothing, and the time the first comes after.
BETWEEN_SECONDS = 20
BEGINS_SECONDS = 1_700_000_000
#: Messages just before that a sentence may go on from, as in the component.
PREVIOUS = 2


@dataclass(frozen=True)
class Outcome:
    """What one turn is decided as.

    Attributes:
        disposition, action: The level, and how an emergency is to be acted on.
        rules: Rule ids, sorted.
        held: Concept -> present | uncertain.
        lost: Recorded taps that the question no longer offers.
    """

    disposition: str
    action: str | None = None
    rules: tuple[str, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    @property
    def care(self) -> tuple[int, bool]:
        """The smaller, the more careful. An ambulance turned into another way to go is less careful too."""
        return CARE.index(self.disposition), self.disposition == "emergency_now" and self.action != "ambulance"


@dataclass(frozen=True)
class Effect:
    """Turns in a row of one conversation that come out alike before, and alike but differently after.

    Attributes:
        conversation: File without its ending.
        turns: First and last turn, from 0.
        said: What was said or tapped at the first of them.
        before, after: The two outcomes of that turn.
    """

    conversation: str
    turns: tuple[int, int]
    said: str
    before: Outcome
    after: Outcome

    @property
    def direction(self) -> str:
        """What becomes of the urgency: one of DIRECTIONS."""
        if self.after.care == self.before.care:
            return "other"
        return "lowered" if self.after.care > self.before.care else "raised"


#: Order in which effects are shown.
DIRECTIONS = ("lowered", "raised", "other")


def replayed(conversation: Mapping[str, Any], knowledge: Any) -> list[Outcome | None]:
    """Every turn of a conversation as this knowledge decides it; None where the conversation was deleted."""
    fresh = Case(locale=conversation.get("locale") or Case().locale)
    case, seconds = fresh, float(BEGINS_SECONDS)
    put: str | None = OPENING_QUESTION
    previous: list[str] = []
    found: list[Outcome | None] = []
    for turn in conversation["turns"]:
        seconds += BETWEEN_SECONDS + 3600 * turn.get("hours_later", 0)
        taps = turn.get("choose", ())
        labels, lost = _offered(put, taps, case, knowledge)
        text = clean(turn["say"] if "say" in turn else "; ".join(labels.values()))
        before = assess_case(case, knowledge)
        urgency = before.disposition
        if labels or not taps:
            hours = seconds / 3600
            case, urgency = _taken(case, before, text, knowledge, turn.get("intent"), put, list(labels), previous, hours)
        then = turn["then"]
        if then.get("erased"):
            found.append(None)
            case, put, previous = Case(), None, []
            continue
        found.append(outcome_of(case, urgency, knowledge, lost))
        put, previous = then["question"], [*previous, text][-PREVIOUS:]
    return found


def _taken(
    case: Case,
    before: Assessment,
    text: str,
    knowledge: Any,
    intent: str | None,
    put: str | None,
    options: Sequence[str],
    previous: Sequence[str],
    now_hours: float,
) -> tuple[Case, str]:
    """The case with one message in it, and the urgency of the reply to it."""
    reading = read_message(case, text, knowledge, put=put, options=options, previous=previous, today=day_of(now_hours))
    wants = settled(reading, text, knowledge, put=put)
    if intent is None:
        intent, topic = wants.intent, wants.topic
    else:
        topic = find_topic(text, knowledge) if intent == "ask_faq" else None
    about: dict[str, Any] = {"intent": intent, "topic": topic, "put": put}
    reading, after = take_in_chat(
        case, wants.reading, text, knowledge, message_id=str(len(case.seen)), now_hours=now_hours, **about
    )
    assessment = assess_case(after, knowledge)
    last = before if case.turns or put else None
    act = act_in_chat(reading, after, assessment, last, text=text, **about)
    return after, compose(assessment, after, knowledge, act=act, previous=last, faq=topic).urgency


def outcome_of(case: Case, urgency: str, knowledge: Any, lost: Sequence[str] = ()) -> Outcome:
    """What is shown of one turn; the reply may be more urgent than the decision (another language)."""
    assessment, held = assess_case(case, knowledge), findings(case, knowledge)
    return Outcome(
        urgency,
        assessment.fired[0].action if assessment.fired else None,
        tuple(sorted(rule.id for rule in assessment.fired)),
        {c: f.presence.value for c, f in sorted(held.items()) if f.presence in (Presence.PRESENT, Presence.UNCERTAIN)},
        tuple(lost),
    )


def recorded(conversation: Mapping[str, Any]) -> list[Outcome | None]:
    """Every turn as the file holds it. How to act is not in the file."""
    return [
        None if then.get("erased") else Outcome(then["disposition"], None, tuple(sorted(then["rules"])), then["findings"])
        for then in (turn["then"] for turn in conversation["turns"])
    ]


def without_action(outcomes: Sequence[Outcome | None]) -> list[Outcome | None]:
    """The outcomes as far as a file holds them, to be compared with `recorded`."""
    return [None if outcome is None else replace(outcome, action=None) for outcome in outcomes]


def effects(
    name: str,
    conversation: Mapping[str, Any],
    before: Sequence[Outcome | None],
    after: Sequence[Outcome | None],
) -> list[Effect]:
    """Where two replays of one conversation differ, neighbours alike told once."""
    return [
        Effect(name, (turns[0], turns[-1]), _said(conversation["turns"][turns[0]]), old, new)
        for turns, old, new in _differing(before, after)
    ]


def _differing(before: Sequence[Outcome | None], after: Sequence[Outcome | None]) -> Iterator[tuple[list[int], Outcome, Outcome]]:
    pairs = list(enumerate(zip(before, after, strict=True)))
    for (old, new), run in groupby(pairs, key=lambda pair: pair[1]):
        if old is not None and new is not None and old != new:
            yield [number for number, _ in run], old, new


def sorted_effects(found: Sequence[Effect]) -> list[Effect]:
    """Lowered urgency first, the steepest fall at the top."""

    def key(effect: Effect) -> tuple[int, int, str, tuple[int, int]]:
        fall = effect.after.care[0] - effect.before.care[0]
        return DIRECTIONS.index(effect.direction), -abs(fall), effect.conversation, effect.turns

    return sorted(found, key=key)


def _said(turn: Mapping[str, Any]) -> str:
    return str(turn["say"]) if "say" in turn else "[" + ", ".join(turn["choose"]) + "]"


def _offered(put: str | None, taps: Sequence[str], case: Case, knowledge: Any) -> tuple[dict[str, str], tuple[str, ...]]:
    """Recorded taps that this knowledge offers, with their labels; and those it does not."""
    try:
        question = knowledge.questions.resolve(put)[0] if taps else None
    except KeyError:
        return {}, tuple(taps)
    asked = assess_case(case, knowledge).next_question if taps else None
    shown = {option.value: option.label for option in asked.options} if asked is not None and asked.id == put else {}
    kept = {tap: shown.get(tap, tap) for tap in taps if question is not None and question.option(tap) is not None}
    return kept, tuple(tap for tap in taps if tap not in kept)
