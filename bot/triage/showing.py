"""Which items of a question are open and which of its options are shown, at one moment of a case.

In: a `Question`, a `Situation`. Out: item ids, options. Called by `bot.triage.questions` (to put a question) and
`bot.triage.answering` (to know what the person saw), so that both always agree.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge.sections.questions import Question, QuestionOption
from bot.triage.relevance import Situation, holds, times_skipped


def is_open(item: str, s: Situation) -> bool:
    """Not asked yet, or declined once and offered again (clinical.md 4.4: never more than twice)."""
    state = s.states.get(item)
    if state == "not_asked":
        return True
    return (state == "skipped" and _offered_again(item, s)) or (state == "no" and _only_follows(item, s))


def _only_follows(item: str, s: Situation) -> bool:
    """Counted as "no" only because an old pattern was named when another question was asked.

    "Slow to start for years" says nothing about emptying, which may be new.
    """
    entry = s.knowledge.items[item]
    if not entry.core_ce or item in s.facts.answers:
        return False
    told = [mention for f in s.told(*entry.yes_concepts) for mention in f.mentions]
    return bool(told) and all(s.case.mentions[index].by == "answer" for index in told)


def _offered_again(item: str, s: Situation) -> bool:
    entry = s.knowledge.items[item]
    if not entry.core_ce or entry.may_skip:
        return False
    offers = [asked.turn for asked in s.case.asked if asked.question == "Q3_again"]
    consent = s.facts.answers.get("private_consent")
    agreed = consent is not None and consent.state == "no" and consent.turn in offers
    declined = s.facts.answers.get(item)
    before = declined is not None and bool(offers) and declined.turn < offers[-1]
    return agreed and before and times_skipped(s.case, item) == 1


def open_shown_items(question: Question, s: Situation) -> tuple[str, ...]:
    """Items this question would fill now, in the order of its words."""
    if question.card is not None:
        return tuple(item for item in question.items if s.states.get(item) == "unsure")
    return tuple(item for item in question.items if is_open(item, s) and _can_be_answered(item, question, s))


def _can_be_answered(item: str, question: Question, s: Situation) -> bool:
    """A card answers an item only with a tick for it in sight (or one left out because it cannot apply)."""
    if not question.multiple:
        return True
    ticks = [o for o in question.options if is_tick(o) and item in items_of(o)]
    return not ticks or any(o.hidden_means_no or holds(o.show_when, s) for o in ticks)


def items_of(option: QuestionOption) -> tuple[str, ...]:
    """Items a tick speaks of."""
    return tuple(item for item, _ in option.effect.answers) + option.opens


def is_tick(option: QuestionOption) -> bool:
    """A line of a card, not "none of these", "not sure" or "rather not say"."""
    return not option.alone and option.value != "unsure"


def shown_options(question: Question, s: Situation, items: Sequence[str]) -> tuple[QuestionOption, ...]:
    """Options in order. A card shows ticks for open items and for details; a probe of a card those left unsure."""
    if question.card is not None:
        card = s.knowledge.questions[question.card]
        ticks = [o for o in card.options if not (o.alone or o.value == "unsure") and set(items_of(o)) & set(items)]
        return (*ticks, *question.options)
    shown = [option for option in question.options if holds(option.show_when, s)]
    if not question.multiple:
        return tuple(shown)
    card_now = tuple(o for o in shown if not is_tick(o) or not items_of(o) or set(items_of(o)) & set(items))
    if any(is_tick(option) for option in card_now):
        return card_now
    # only a line that cannot apply is left: better an odd question than an item nobody can answer
    last = tuple(o for o in question.options if o.hidden_means_no and set(items_of(o)) & set(items))
    return (*last, *card_now)
