"""What this person told us, ready to be said back: their exact words, names of their symptoms, since when.

In: case, assessment, knowledge. Out: `Heard`. Built once per reply by `compose`; read by every part of it.

Quotes are the person's own characters, only shortened and freed of line breaks. They are data, never wording: channels
and cards escape them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case
from bot.findings.finding import Finding, Presence
from bot.findings.view import findings, subject
from bot.replies.words import Words
from bot.triage.assessment import Assessment, FiredRule
from bot.triage.phrasing import voice

#: Longer quotes are cut: the card must stay readable at the desk.
QUOTE_LENGTH = 140
#: Answers that say nothing on their own; the question they answered is named instead.
_BARE = re.compile(r"[\W\d_]*(yes|yeah|yep|yup|no|nope|not sure|unsure|dunno|maybe|ok|okay|a bit|i think so)?[\W\d_]*", re.I)
#: Control and direction-changing characters would let a quote rearrange the page around it.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True)
class Heard:
    """The person and their findings.

    Attributes:
        case, assessment: As given.
        words: Texts for this reader.
        findings: Concept -> finding of the person the case is about.
        helper: Someone writes for another person.
    """

    case: Case
    assessment: Assessment
    words: Words
    findings: Mapping[str, Finding]
    helper: bool

    def has(self, *concepts: str) -> bool:
        """Whether any of them is present now."""
        return any(is_present(self.findings.get(concept)) for concept in concepts)

    @property
    def told_now(self) -> bool:
        """Whether the last message told or answered something."""
        last = self.case.turns - 1
        return any(mention.turn == last for mention in self.case.mentions) or any(a.turn == last for a in self.case.answers)

    def present(self) -> list[str]:
        """Concepts present now, in the order they were first said."""
        there = [(f.mentions[0] if f.mentions else 10**6, c) for c, f in self.findings.items() if is_present(f)]
        return [concept for _, concept in sorted(there)]


def hear(assessment: Assessment, case: Case, knowledge: Any, locale: str) -> Heard:
    """Gather what the reply needs."""
    helper = subject(case) == "other"
    words = Words(knowledge, locale, pronoun=pronoun(case, knowledge) if helper else None)
    return Heard(case, assessment, words, findings(case, knowledge), helper)


def pronoun(case: Case, knowledge: Any) -> str:
    """she, he or they: the same word the questions use for this person."""
    return voice(case, knowledge).words["they"]


def is_present(finding: Finding | None) -> bool:
    """Present and of today."""
    return finding is not None and finding.presence is Presence.PRESENT and finding.temporality == "current"


def clean(text: str, limit: int = QUOTE_LENGTH) -> str:
    """Someone's words on one line, without unseen characters, cut at a word when too long."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def quote(mention: Mention) -> str:
    """The exact words in quotation marks, or "" when they say nothing on their own ("yes")."""
    line = clean(mention.text)
    return "" if _BARE.fullmatch(line) else f"“{line}”"


def because(heard: Heard, rules: Iterable[FiredRule], limit: int = 5) -> tuple[str, ...]:
    """What the fired rules stand on: quotes first, then answers given with a button."""
    lines: list[str] = []
    rules = list(rules)
    mentions = [heard.case.mentions[i] for rule in rules for i in rule.mentions if 0 <= i < len(heard.case.mentions)]
    quoted = {m.concept for m in mentions if m.by != "answer" and quote(m)}
    for rule in rules:
        for index in rule.mentions:
            if 0 <= index < len(heard.case.mentions):
                mention = heard.case.mentions[index]
                name = heard.words.sign(mention.concept, side_of(mention.attributes))
                if mention.by != "answer" or mention.concept not in quoted:  # their own words say more than a button
                    lines.append(_line(heard, mention, name))
        for item in rule.items:
            state = heard.assessment.checklist.get(item, "")
            if state == "unsure":
                lines.append(heard.words.text("because.unsure", item=heard.words.item(item)))
            elif state == "yes" and not rule.mentions:
                lines.append(heard.words.text("because.answered_yes", item=heard.words.item(item)))
    return _without_repeats(lines)[:limit]


def _line(heard: Heard, mention: Mention, name: str) -> str:
    """Free words are quoted as they are; a button's label only makes sense beside the name of what was asked."""
    if mention.attributes.get("correction") and mention.text.lower() in ("left", "right", "both"):
        return name  # only the side was put right: "left" alone says nothing
    said = quote(mention)
    if not said:
        return heard.words.text("because.answered_yes", item=name) if name else ""
    if mention.by == "answer" and name:
        return heard.words.text("because.chosen", item=name, quote=said)
    return said


def _without_repeats(lines: Iterable[str]) -> tuple[str, ...]:
    """Each line once; a quote inside a longer quote is left out."""
    kept: list[str] = []
    for line in lines:
        bare = line.strip("“”").lower()
        if not bare or any(bare in other.strip("“”").lower() for other in kept):
            continue
        kept = [other for other in kept if other.strip("“”").lower() not in bare] + [line]
    return tuple(kept)


def concepts_of(heard: Heard, rules: Iterable[FiredRule]) -> list[str]:
    """Concepts the rules fired on, in order, each once."""
    found: list[str] = []
    for rule in rules:
        for index in rule.mentions:
            if 0 <= index < len(heard.case.mentions):
                concept = heard.case.mentions[index].concept
                if concept not in found:
                    found.append(concept)
    return found


def reasons(rules: Iterable[FiredRule]) -> tuple[str, ...]:
    """Why, in the rules' own plain words, each once. Group M says how rules combine and explains nothing to a patient."""
    return tuple(dict.fromkeys(rule.reason for rule in rules if not rule.id.startswith("M")))


def side_of(attributes: Mapping[str, Any]) -> str:
    """left, right, both or "" (not known)."""
    side = attributes.get("laterality")
    if side in ("both", "alternating", "spreading_to_other_side"):
        return "both"
    return side if side in ("left", "right") else ""


def since(heard: Heard, concepts: Iterable[str]) -> str:
    """When the newest of these began ("since yesterday", "for 3 weeks"), or "" when nobody said."""
    known = [heard.findings[c].attributes for c in concepts if c in heard.findings]
    days = [float(a["onset_days"]) for a in known if isinstance(a.get("onset_days"), (int, float))]
    if not days:
        return ""
    newest = min(days)
    if newest < 0.8:
        return heard.words.text("desk.since.today")
    if newest < 1.6:
        return heard.words.text("desk.since.yesterday")
    if newest < 14:
        return heard.words.text("desk.since.days", n=str(round(newest)))
    if newest < 70:
        return heard.words.text("desk.since.weeks", n=str(round(newest / 7)))
    if newest < 730:
        return heard.words.text("desk.since.months", n=str(round(newest / 30.4)))
    return heard.words.text("desk.since.years")
