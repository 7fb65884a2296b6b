"""What one message says to the question just put: a tapped option, a phrase people use for one, or free words.

In: a text, the case so far, the `Knowledge`, the question put. Out: an `Extraction`. Called by `bot.turn` and, through
it, by the Rasa component, the actions, the channels and the command line. Pure: no I/O, no clock, no Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.errors import InputError
from bot.extraction import extract
from bot.extraction.details import read_details
from bot.extraction.mention import Answer, Asked, Extraction, Mention
from bot.extraction.remainder import LONGEST, is_number, names_matter, remainder
from bot.extraction.second_look import shared
from bot.extraction.suggesting import all_read, with_suggestions
from bot.findings.again import told_again
from bot.findings.case import Case
from bot.findings.correction import corrected_side, is_side_correction, side_added
from bot.findings.update import update
from bot.findings.view import subject
from bot.triage.assess import assess
from bot.triage.phrasing import relation
from bot.triage.spoken import spoken_option

#: Question put by the reply that asked whether to delete the chat. It is no interview question.
ERASE_QUESTION = "ERASE"

#: "One leg or both?": an answer to it may name the side.
SIDE_ITEM = "both_legs"
#: "Left", "it's the right one" may come without a question; longer messages say something else with that word.
SHORT = 30


def day_of(now_hours: float | None) -> date | None:
    """The day (UTC) of a clock in hours since 1970, for "since Sunday"; None without a clock."""
    return None if now_hours is None else date(1970, 1, 1) + timedelta(hours=now_hours)


def read_message(
    case: Case,
    text: str,
    knowledge: Any,
    *,
    put: str | None = None,
    options: Sequence[str] | None = None,
    previous: Sequence[str] = (),
    today: date | None = None,
    asked: Asked | None = None,
    turn: int | None = None,
) -> Extraction:
    """What one message says, with the question it answers in view.

    Args:
        case: The story so far.
        text: What was written.
        knowledge: Loaded knowledge.
        put: Id of the question just put, or None.
        options: Values of chosen buttons or ticks of that question; values that do not belong to it are ignored and
            the text is read instead.
        previous: Messages just before by the same person, oldest first.
        today: For "since Sunday".
        asked: What a person had asked in their own words, where no interview question was put.
        turn: Number of the message; the next one of the case when None.
    """
    number = case.turns if turn is None else turn
    if put is not None:
        asked = question_asked(put, case, knowledge)
    extraction = _read(case, text, knowledge, put, options, previous, today, asked, number)
    return extraction if asked is None or options else _in_doubt(extraction, text, case, knowledge, put, asked)


def _looked_at_again(
    case: Case, extraction: Extraction, text: str, knowledge: Any, second_look: Any, asked: Asked | None
) -> Extraction:
    """The reading with what the second look suggests. Where the rules alone make it an emergency no question follows: then only
    signs that need other help still count (a crisis, poison, a stroke), and only if the rules left words unread."""
    now = assess(update(case, extraction, knowledge, asked=asked), knowledge).disposition
    if now != "emergency_now":
        return with_suggestions(extraction, text, knowledge, second_look)
    if all_read(text, extraction.mentions):
        return extraction
    others = knowledge.concepts.keys() - knowledge.groups["immediate"]
    return with_suggestions(extraction, text, knowledge, second_look, leave_out=others)


def _read(
    case: Case,
    text: str,
    knowledge: Any,
    put: str | None,
    options: Sequence[str] | None,
    previous: Sequence[str],
    today: date | None,
    asked: Asked | None,
    number: int,
) -> Extraction:
    spoken = None
    if asked is not None and put is not None:
        chosen = list(options or _options_named(text, put, case, knowledge))
        spoken = None if chosen else spoken_option(put, text, case, knowledge)
        if spoken is not None and spoken.whole:
            chosen = [spoken.value]
        if chosen:
            try:
                return _chosen(chosen, put, text, case, knowledge)
            except InputError:
                pass  # an old button, or a channel's mistake: the words still count
    about = relation(case) if subject(case) == "other" else None
    extraction = extract(
        text,
        knowledge,
        turn=number,
        asked=asked,
        previous=list(previous)[-number:] if number else (),
        subject=about,
        today=today,
    )
    second_look = shared()
    if second_look is not None:
        extraction = _looked_at_again(case, extraction, text, knowledge, second_look, asked)

    def read(named: str) -> Sequence[Mention]:
        return extract(named, knowledge, turn=number, subject=about, today=today).mentions

    again = told_again(text, number, case, knowledge, extraction.mentions, read, asked)
    if again is not None:
        extraction = replace(extraction, mentions=again, understood=True, language="en")
    if put is not None or case.turns:
        if _TAKES_BACK.search(text) and not any(m.presence != "absent" for m in extraction.mentions):
            # the earlier answer is unsaid and its question comes again; what else stands here is then asked
            return Extraction(number, dialogue_act="back")
    if not any(letter.isalnum() for letter in text) and not tells(extraction):
        return replace(extraction, understood=True, language="en")  # no words at all: nothing was misunderstood
    if not extraction.mentions and is_side_correction(text):
        corrected = corrected_side(text, number, case)
        return replace(extraction, mentions=corrected, answers=(), dialogue_act=None, understood=True)
    if asked is None or put is None:
        told = side_added(text, number, case, knowledge.groups["one_sided"]) if not tells(extraction) else ()
        return replace(extraction, mentions=told, understood=True) if told and len(text) <= SHORT else extraction
    # "No" put together from two messages is too weak to clear a sign; its own question asks for it.
    extraction = replace(extraction, mentions=tuple(m for m in extraction.mentions if m.presence != "absent" or not m.pieces))
    if spoken is not None and not _signs_told(extraction, case):
        return _with_spoken(extraction, spoken.value, put, text, case, knowledge)
    if extraction.profile.get("cannot_ask") and not extraction.mentions:
        return _left_to_ask(extraction, put, text, case, knowledge)
    extraction = _with_details(extraction, put, asked, text, case, knowledge, today)
    return _with_bare_answer(extraction, put, text, case, knowledge)


def _with_details(
    extraction: Extraction, put: str, asked: Asked, text: str, case: Case, knowledge: Any, today: date | None
) -> Extraction:
    """A reply that only tells since when or which way speaks of what the question asks about."""
    if any(m.presence != "absent" for m in extraction.mentions) or extraction.dialogue_act in ("back", "skip"):
        return extraction
    from bot.triage.questions import concepts_asked

    concepts = concepts_asked(put, knowledge, case)
    mentions, answers = read_details(
        text, knowledge, concepts, asked, turn=extraction.turn, experiencer=subject(case), today=today
    )
    if not mentions:
        return extraction
    settled = {answer.item for answer in answers}
    kept = tuple(answer for answer in extraction.answers if answer.item not in settled)
    return replace(
        extraction,
        mentions=(*extraction.mentions, *mentions),
        answers=(*kept, *answers),
        dialogue_act=None if settled else extraction.dialogue_act,
        understood=True,
        language="en",
    )


def _signs_told(extraction: Extraction, case: Case) -> bool:
    """Whether it tells a sign of the person this is about, now or in doubt; a short answer beside it then decides nothing."""
    if extraction.suggestions or extraction.dialogue_act not in (None, "yes", "no"):
        return True
    return any(
        mention.presence != "absent" and mention.experiencer == subject(case) and mention.temporality != "past_resolved"
        for mention in extraction.mentions
    )


def _left_to_ask(extraction: Extraction, put: str, text: str, case: Case, knowledge: Any) -> Extraction:
    """ "I can't ask him that" counts as its button does, or as leaving the question out: not answered, never no."""
    from bot.triage.questions import bare_option

    question = knowledge.questions.resolve(put)[0]
    value = "cannot_ask" if question.option("cannot_ask") is not None else bare_option(put, "skip", knowledge)
    if value is None:
        return extraction
    chosen = _chosen([value], put, text, case, knowledge)
    return replace(chosen, profile={**chosen.profile, **extraction.profile})


def _with_spoken(extraction: Extraction, value: str, put: str, text: str, case: Case, knowledge: Any) -> Extraction:
    """One part of the message is an answer in the words of `said.yml`; the rest stays as it was read."""
    try:
        chosen = _chosen([value], put, text, case, knowledge)
    except InputError:
        return extraction
    kept = _besides(extraction.mentions, chosen.mentions)
    return replace(chosen, mentions=(*kept, *chosen.mentions), profile={**extraction.profile, **chosen.profile})


def question_asked(put: str | None, case: Case, knowledge: Any) -> Asked | None:
    """What the question just put had asked, or None when it was no interview question."""
    if put is None or put == ERASE_QUESTION:
        return None
    from bot.triage.questions import asked_for

    try:
        return asked_for(put, case, knowledge)
    except KeyError:  # put by an older release
        return None


def _options_named(text: str, put: str, case: Case, knowledge: Any) -> list[str]:
    """The option whose label was typed word for word, or tapped in a channel that sends labels."""
    question = assess(case, knowledge).next_question
    if question is None or question.id != put:
        return []
    labels = {_plain(option.label): option.value for option in question.options}
    whole = labels.get(_plain(text))
    if whole is not None:
        return [whole]
    parts = [labels.get(_plain(part)) for part in text.split(";")]
    return [value for value in parts if value] if question.multiple and len(parts) > 1 and all(parts) else []


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").strip(" .!?").split())


def _chosen(values: Sequence[str], put: str, text: str, case: Case, knowledge: Any) -> Extraction:
    from bot.triage.questions import interpret_option, profile_of_option

    answers, mentions = interpret_option(put, values, knowledge, case, text=text, turn=case.turns)
    profile = profile_of_option(put, values, knowledge)
    if SIDE_ITEM in {answer.item for answer in answers}:
        mentions = (*mentions, *side_added(text, case.turns, case, knowledge.groups["one_sided"]))
    return Extraction(case.turns, mentions, answers, profile)


#: "Sorry, I misread that": the person unsays the last answer.
_TAKES_BACK = re.compile(
    r"\b(?:mis-?read|read (?:that|it) wrong(?:ly)?|misunderstood (?:that|the question|you|your question)|"
    r"(?:pressed|tapped|clicked|hit|chose|picked|ticked) the wrong|"
    r"(?:tapped|clicked|ticked|pressed) (?:that|it) by (?:mistake|accident))\b",
    re.I,
)
#: "No, but ...", "no, except ...": what follows may take the "no" back.
_HEDGED = re.compile(r"\b(?:but|except|apart from|although|though|unless|until)\b(?! (?:thanks|thank you)\b)", re.I)


def _with_bare_answer(extraction: Extraction, put: str, text: str, case: Case, knowledge: Any) -> Extraction:
    """A bare "no" means what the button for it means, which may be more than the item alone.

    A "no" with a "but" behind it that nobody could read is not sure, never no.
    """
    from bot.triage.questions import bare_option

    if extraction.profile or extraction.dialogue_act not in ("yes", "no", "unsure", "skip"):
        return extraction
    denied = all(mention.presence == "absent" and mention.by == "rule" for mention in extraction.mentions)
    value = bare_option(put, extraction.dialogue_act, knowledge)
    if value is None or not denied or (extraction.mentions and not _is_normal(value, put, knowledge)):
        return extraction
    if _is_normal(value, put, knowledge) and _HEDGED.search(text) and bare_option(put, "unsure", knowledge):
        if extraction.mentions:
            return extraction  # what was denied in words stands; the rest is asked
        value = "unsure"
    try:
        chosen = _chosen([value], put, text, case, knowledge)
    except InputError:
        return extraction
    act = None if extraction.dialogue_act == "skip" else "unsure" if value == "unsure" else extraction.dialogue_act
    kept = _besides(extraction.mentions, chosen.mentions)
    return replace(
        extraction, mentions=(*kept, *chosen.mentions), answers=chosen.answers, profile=chosen.profile, dialogue_act=act
    )


#: Words that would be another sign elsewhere, and describe this one while it is asked about.
_SAME_WORD = {"collapse_faint": re.compile(r"faint(?!ed|ing)"), "minor_trauma": re.compile(r"slip")}
_TOLD_FAINT = re.compile(r"\b(?:feel|felt|feeling|i'm|went|going|nearly|almost) (?:\w+ )?faint\b(?! down| there)", re.I)
#: A request to explain; it is answered, never taken for an answer.
_ASKS = re.compile(r"\?|^\W*(?:what|why|how|when|where|who|is it|are you|can you|could you|do you|does it mean|should i)\b", re.I)


def _in_doubt(extraction: Extraction, text: str, case: Case, knowledge: Any, put: str | None, asked: Asked) -> Extraction:
    """Whether what stands beside a yes or no takes it back; then the sign is told, or not sure and asked again, never cleared."""
    items = [knowledge.items[item] for item in asked.items if item in knowledge.items]
    signs = {concept for item in items for concept in item.yes_concepts}
    private = any(knowledge.questions.resolve(item.question)[0].private for item in items)
    question = knowledge.questions.resolve(put)[0] if put is not None else None
    if not signs or (question is not None and question.option("unsure") is None):
        return extraction
    if not tells(extraction) and _COMES_BACK.match(text):
        return extraction
    if put is not None and is_number(text) and not tells(extraction):
        return replace(extraction, understood=True, language="en")
    if _label_or_phrase(text, put, case, knowledge):
        return extraction
    if question is not None and question.multiple and extraction.dialogue_act == "yes" and not extraction.mentions:
        return _with_answer(extraction, "unsure", text, case, knowledge, put, asked, signs)  # "yes": which of them?
    words = knowledge.language["answers"]
    if put is not None and private and not tells(extraction) and names_matter(text, words):
        extraction = replace(extraction, language="en")  # odd words about the body are no foreign tongue
    single = question is None or not question.multiple
    states = {answer.state for answer in extraction.answers if answer.item in asked.items}
    denied = any(m.presence == "absent" and m.concept in signs for m in extraction.mentions)
    described = private and asked.yes_means == "danger" and "no" in states
    left = remainder(text, words, private=private, counts=single, described=described)
    if left is None:
        return extraction
    extraction = _without_same_word(extraction, text) if private and left != "fine" else extraction
    told = [m for m in extraction.mentions if m.presence != "absent" and m.by != "answer" and m.experiencer == subject(case)]
    if left == "fine" and (misread := [m for m in told if m.concept in signs and _FEELS_FINE.match(m.text)]):
        extraction = replace(extraction, mentions=tuple(m for m in extraction.mentions if m not in misread))
        return _with_answer(extraction, "unsure", text, case, knowledge, put, asked, signs)
    if any(m.concept in signs for m in told):
        return _without_contrary(extraction, told, knowledge)
    if (told and (not private or len(asked.items) > 1)) or extraction.dialogue_act in _OTHER_ACTS:
        return extraction
    if left == "fine":
        # "Yes, normal" to "is anything numb?" may be either
        contradicts = asked.yes_means == "danger" and bool(states) and bool(_YES_FIRST.match(text))
        return _with_answer(extraction, "unsure", text, case, knowledge, put, asked, signs) if contradicts else extraction
    if states & {"yes", "unsure", "skipped"}:
        return extraction
    if not states and not denied:
        if put is None or not private or len(text) > LONGEST or _ASKS.search(text) or extraction.dialogue_act is not None:
            return extraction
        if told and not _tells_only_misplaced(told):
            return extraction
    state = "yes" if left == "sign" and private else "unsure"
    return _with_answer(extraction, state, text, case, knowledge, put, asked, signs)


def _without_contrary(extraction: Extraction, told: Sequence[Mention], knowledge: Any) -> Extraction:
    """No item is cleared by the particle of a message that tells its sign ("yes, if I force it")."""
    new = {m.concept for m in told if m.presence == "present" and m.attributes.get("new") is not False}
    answers = tuple(
        replace(answer, state="yes") if answer.state == "no" and new & set(knowledge.items[answer.item].yes_concepts) else answer
        for answer in extraction.answers
    )
    return extraction if answers == extraction.answers else replace(extraction, answers=answers)


#: "Hi, it's me from yesterday": whoever comes back has not answered yet.
_COMES_BACK = re.compile(
    r"\W*(?:(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening))\b.{0,12}\b(?:me|back)\b"
    r"|(?:it'?s )?me again\b|i'?m back\b)",
    re.I,
)
_YES_FIRST = re.compile(r"\W*(?:yes|yeah|yep|yup|aye)\b", re.I)
#: "No I feel fine down there": the "no" answers, it does not deny the feeling.
_FEELS_FINE = re.compile(r"no\W+(?:i|it|that|everything)\b.*\b(?:fine|normal|good|okay)\b", re.I)
_OTHER_ACTS = ("skip", "why", "rephrase", "back", "stop", "restart", "human")


def _tells_only_misplaced(told: Sequence[Mention]) -> bool:
    """ "It tingles" without a place was read as the leg."""
    return all(m.concept in ("leg_pins_needles", "leg_numbness") and m.attributes.get("laterality") is None for m in told)


def _label_or_phrase(text: str, put: str | None, case: Case, knowledge: Any) -> bool:
    """Whether the whole message is an option's label or a phrase that stands for one."""
    if put is None:
        return False
    if _options_named(text, put, case, knowledge):
        return True
    spoken = spoken_option(put, text, case, knowledge)
    return spoken is not None and spoken.whole


def _without_same_word(extraction: Extraction, text: str) -> Extraction:
    """ "There's feeling but it's faint" is no fainting, "farts slip out" no slip."""
    kept = tuple(
        m
        for m in extraction.mentions
        if not (
            m.concept in _SAME_WORD
            and m.presence != "absent"
            and _SAME_WORD[m.concept].search(m.text.lower())
            and not (m.concept == "collapse_faint" and _TOLD_FAINT.search(text))
        )
    )
    return extraction if len(kept) == len(extraction.mentions) else replace(extraction, mentions=kept)


def _with_answer(
    extraction: Extraction, state: str, text: str, case: Case, knowledge: Any, put: str | None, asked: Asked, signs: set[str]
) -> Extraction:
    """The reading with this answer to the question instead of what cleared its signs."""
    from bot.triage.questions import bare_option

    kept = tuple(m for m in extraction.mentions if m.presence != "absent" or m.concept not in signs)
    kept = tuple(m for m in kept if m.by != "answer" or m.concept not in signs)
    act = "unsure" if state == "unsure" else "yes" if asked.yes_means == "danger" else "no"
    answers: tuple[Answer, ...] = tuple(Answer(item, state, extraction.turn, 0, max(len(text), 1)) for item in asked.items)
    value = bare_option(put, act, knowledge) if put is not None else None
    if put is not None and value is not None:
        chosen = _chosen([value], put, text, case, knowledge)
        answers, kept = chosen.answers, (*kept, *chosen.mentions)
    return replace(extraction, mentions=kept, answers=answers, dialogue_act=act, understood=True, language="en", suggestions=())


def _is_normal(value: str, put: str, knowledge: Any) -> bool:
    return bool(knowledge.questions.resolve(put)[0].normal == value)


def _besides(told: Sequence[Mention], chosen: Sequence[Mention]) -> tuple[Mention, ...]:
    """What was told besides what the chosen option says already."""
    return tuple(m for m in told if m.concept not in {new.concept for new in chosen})


def with_intent(extraction: Extraction, intent: str, put: str | None, text: str, case: Case, knowledge: Any) -> Extraction:
    """The reading with what the classifier adds: "go back", "stop" and "skip" in words the reader did not know.

    Where neither of them found anything the message counts as not understood.
    """
    if intent == "nlu_fallback" and not tells(extraction) and any(letter.isalnum() for letter in text):
        return replace(extraction, understood=False)
    act = {"go_back": "back", "stop_questions": "stop", "skip_question": "skip"}.get(intent)
    if act is None or extraction.dialogue_act is not None or extraction.answers:
        return extraction
    extraction = replace(extraction, dialogue_act=act)
    return _with_bare_answer(extraction, put, text, case, knowledge) if put and put != ERASE_QUESTION else extraction


def tells(extraction: Extraction) -> bool:
    """Whether it says anything about a person's health."""
    return bool(extraction.mentions or extraction.answers or extraction.profile)
