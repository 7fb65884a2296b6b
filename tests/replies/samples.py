"""Hand-made cases and assessments, and every text a person can read, for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case, GivenAnswer
from bot.knowledge.load import Knowledge
from bot.knowledge.load import load as load_knowledge
from bot.replies.words import Words
from bot.triage.assessment import Assessment, FiredRule, NextQuestion, Option


@lru_cache(maxsize=1)
def load() -> Knowledge:
    """The knowledge, read once per run: while people edit it, one test must not see two versions."""
    return load_knowledge()


LOCALES = ("en-GB", "en-US", "fr-FR")
PEOPLE: dict[str | None, dict[str, Any]] = {
    None: {},
    "she": {"subject": "other", "relation": "mother"},
    "he": {"subject": "other", "relation": "husband"},
    "they": {"subject": "other", "relation": "patient"},
}
QUESTION = NextQuestion(
    id="Q4",
    item="saddle_feeling",
    text="Is anything numb between the legs?",
    options=(Option("yes", "Yes"), Option("no", "No"), Option("unsure", "Not sure")),
    why="The same nerves run the bladder.",
    rephrase="Does wiping feel normal?",
    remaining=2,
)
#: Fills the gaps that only a case fills, so that every template can be read aloud by a test.
GAPS = {
    "side": "left ",
    "signs": "numbness between the legs",
    "items": "leaking pee",
    "item": "leaking pee",
    "relation": "my mother",
    "times": "twice",
    "since": "since today",
    "n": "3",
    "contact": "Call 111.",
    "title": "The path",
    "name": "L4",
    "what": "It is here.",
    "label": "None of these",
    "number": "2",
    "alt": "A line down the leg.",
    "when": "today",
    "quote": "“since Monday”",
}


def case(text: str, *mentions: tuple[str, str, dict[str, Any]], person: str | None = None, **changes: Any) -> Case:
    """A case of one message. A mention is (concept, exact words, attributes), all present and current."""
    said = []
    for concept, words, attributes in mentions:
        start = text.index(words)
        experiencer = "other" if person else "self"
        said.append(Mention(concept, "present", experiencer, "current", 0, start, start + len(words), words, attributes))
    return Case(**{"turns": 1, "mentions": tuple(said), "profile": PEOPLE[person], **changes})


def rule(rule_id: str, *mentions: int, items: tuple[str, ...] = ()) -> FiredRule:
    """A rule of the real knowledge, fired on these mentions or items."""
    known = load().red_flags[rule_id]
    return FiredRule(
        rule_id, known.disposition, known.reason, "; ".join(known.sources), mentions, items, known.action, known.wording
    )


def emergency(*rules: FiredRule, **changes: Any) -> Assessment:
    """An emergency decided by these rules."""
    return Assessment(**{"disposition": "emergency_now", "complete": True, "fired": rules, **changes})


def all_no() -> dict[str, str]:
    """Every checklist item answered "no"."""
    return dict.fromkeys(load().items, "no")


def finished(level: str, *rules: FiredRule, checklist: dict[str, str] | None = None, **changes: Any) -> Assessment:
    """A finished interview."""
    states = all_no() if checklist is None else checklist
    return Assessment(**{"disposition": level, "complete": True, "fired": rules, "checklist": states, **changes})


def asking(level: str = "incomplete", *rules: FiredRule, question: NextQuestion = QUESTION, **changes: Any) -> Assessment:
    """In the middle of an interview."""
    return Assessment(
        **{"disposition": level, "complete": False, "fired": rules, "next_question": question, "floor": bool(rules), **changes}
    )


def answered(state: str, item: str = "saddle_feeling", turn: int = 1) -> Case:
    """A case whose last message answered one item."""
    return Case(turns=turn + 1, answers=(GivenAnswer(item, state, turn),))


def every_text(locale: str, pronoun: str | None) -> Iterator[tuple[str, str]]:
    """(where it stands, finished text) for every text of wording, services, FAQ, explanations and safety net."""
    known = load()
    words = Words(known, locale, pronoun=pronoun)
    for key in words.all_keys():
        for line in words.lines(key, **GAPS):
            yield f"wording {key}", line
    for level, text in {**words.country.contacts, **words.country.leads}.items():
        yield f"services {level}", words.fill(text)
    yield "services interpreter", words.fill(words.country.interpreter)
    for line in words.country.lines:
        yield f"services {line.id}", words.fill(line.label)
    for topic in known.faq.values():
        yield f"faq {topic.id} title", words.fill(topic.title)
        for lines in (topic.answer, topic.more, *(row for here in topic.locales.values() for row in here.values())):
            for line in lines:
                yield f"faq {topic.id}", words.fill(line)
    for path in known.explanations.paths.values():
        for text in (path.title, path.root, path.nerve, path.muscle, path.skin, path.says):
            yield f"path {path.id}", words.fill(text)
    for entry in known.explanations.findings.values():
        for text in (entry.short, *entry.typical, *entry.worrying):
            yield f"finding {entry.id}", words.fill(text)
    for name, block in known.explanations.blocks.items():
        for text in block:
            yield f"block {name}", words.fill(text)
    for name, text in known.explanations.moments.items():
        yield f"moment {name}", words.fill(text)
    for sign in known.safety_net.signs:
        yield f"net {sign.id}", words.fill(sign.text)
        yield f"net {sign.id} already", words.fill(sign.already)
    for row in known.safety_net.personal:
        yield f"personal {row.concepts[0]}", words.fill(row.text)
