"""The emergency message: the action, whole and plain, and the numbers; their own words; what to do and say; why. No question.

In: `Heard`. Out: `Reply`, or the parts of it for the card. Called by `compose` and `card`.

The action belongs to the rule (clinical.md 9.2): an ambulance, the emergency department, a crisis or a poison line. The
words belong to its family (9.3): a buckling knee must not be told a story about the bladder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.replies.desk import desk_sentence
from bot.replies.heard import Heard, because, reasons
from bot.replies.reply import Block, Reply
from bot.replies.safety import link_block
from bot.triage.assessment import FiredRule

#: Who is called first when several emergencies come together: what can kill within minutes stands first.
ACTION_ORDER = ("ambulance", "poison_line_now", "crisis_line_now", "go_to_emergency_department")
FAMILY_ORDER = (
    "heart_lung", "stroke", "artery", "limb", "spine_injury", "poison", "crisis", "cauda_equina", "cancer", "infection",
    "weakness", "buckling", "joint", "hip", "other",
)  # fmt: skip
#: Families whose action has its own first sentence and its own list.
_OWN_LEAD: Mapping[tuple[str, str], str] = {
    ("ambulance", "spine_injury"): "ambulance_spine_injury",
    ("ambulance", "hip"): "ambulance_hip",
}
#: A crisis message gives numbers and kind words only: no quote of the darkest sentence, nothing to recite.
_NO_QUOTE = ("crisis",)


@dataclass(frozen=True)
class Emergency:
    """The parts of an emergency message, in reading order.

    Attributes:
        action, family: Of the first rule.
        lead: What to do, whole.
        also: Other emergencies told in the same breath.
        quotes: Their words.
        worry, reasons: Why, in plain language.
        desk_title, desk: What to say, "" for a crisis.
        meanwhile: What to do until help is there.
        sent_home: What to do if they are sent home, "" where it does not fit.
    """

    action: str
    family: str
    lead: str
    also: tuple[str, ...]
    quotes: tuple[str, ...]
    worry: str
    reasons: tuple[str, ...]
    desk_title: str
    desk: str
    meanwhile: tuple[str, ...]
    sent_home: str


def emergency_rules(fired: tuple[FiredRule, ...]) -> list[FiredRule]:
    """Emergency rules, the one that decides the message first."""
    rules = [rule for rule in fired if rule.disposition == "emergency_now"]
    return sorted(rules, key=lambda rule: (ACTION_ORDER.index(action_of(rule)), FAMILY_ORDER.index(family_of(rule))))


def action_of(rule: FiredRule) -> str:
    """How to act; the emergency department when a rule does not say."""
    return rule.action if rule.action in ACTION_ORDER else "go_to_emergency_department"


def family_of(rule: FiredRule) -> str:
    """Text family; "other" when a rule does not say."""
    return rule.wording if rule.wording in FAMILY_ORDER else "other"


def plan(heard: Heard) -> Emergency:
    """All parts of the message for this person.

    A crisis takes the first place and its kind words; what else they told still gets its reason and its desk sentence.
    """
    words = heard.words
    rules = emergency_rules(heard.assessment.fired)
    action = action_of(rules[0]) if rules else "go_to_emergency_department"
    family = family_of(rules[0]) if rules else "other"
    spoken = [rule for rule in rules if family_of(rule) not in _NO_QUOTE]
    topic = family_of(spoken[0]) if spoken else family
    how = action_of(spoken[0]) if spoken else action
    quiet = topic in _NO_QUOTE
    own = _OWN_LEAD.get((action, family), action)
    listed = words.first(f"emergency.list.{own}", f"emergency.list.{action}")
    return Emergency(
        action=action,
        family=family,
        lead=_lead(heard, action, own),
        also=_also(heard, rules, action, family),
        quotes=() if quiet else because(heard, spoken),
        worry=words.text(f"emergency.worry.{family}"),
        reasons=() if quiet else reasons([rule for rule in spoken if family_of(rule) == topic]),
        desk_title="" if quiet else words.text(words.first(f"desk.title.{how}", "desk.title.other")),
        desk="" if quiet else desk_sentence(heard, spoken, topic),
        meanwhile=words.lines(listed),
        sent_home=words.text("emergency.sent_home") if action in ("go_to_emergency_department", "ambulance") else "",
    )


def _lead(heard: Heard, action: str, own: str) -> str:
    words = heard.words
    if action in words.country.leads:
        return words.fill(words.country.leads[action])
    return words.text(words.first(f"emergency.lead.{own}", f"emergency.lead.{action}"))


def _also(heard: Heard, rules: list[FiredRule], action: str, family: str) -> tuple[str, ...]:
    """One line for each other kind of emergency, with its own action where that differs."""
    words, lines = heard.words, []
    others = list(dict.fromkeys(family_of(rule) for rule in rules if family_of(rule) != family))
    for other in others:
        if other in ("crisis", "poison"):
            lines.append(words.text(f"emergency.also.{other}"))
            if other == "crisis":
                lines.append(words.fill(words.country.leads["crisis_line_now"]))
    if action == "crisis_line_now" and any(action_of(rule) == "go_to_emergency_department" for rule in rules):
        lines.append(words.text("emergency.lead.go_to_emergency_department"))
    elif len([other for other in others if other not in ("crisis", "poison")]) > 0 and not lines:
        lines.append(words.text("emergency.also.other"))
    return tuple(lines)


def emergency_reply(heard: Heard) -> Reply:
    """The full message."""
    part, words = plan(heard), heard.words
    kind = [Block("text", part.worry)] if part.family == "crisis" else []
    blocks = [Block("emergency", part.lead), *_numbers(heard, part), *kind, *(Block("text", line) for line in part.also)]
    if part.quotes:
        blocks.append(Block("quote", words.text("emergency.because"), items=part.quotes))
    blocks.append(Block("list", words.text(f"emergency.meanwhile.{part.action}"), items=part.meanwhile))
    if part.desk:
        blocks.append(Block("desk", part.desk_title, items=(f"“{part.desk}”",)))
    why = [] if kind else [part.worry]
    why += part.reasons[:1]  # one is enough here; the card has them all
    blocks += [Block("text", line) for line in (*why, part.sent_home) if line]
    blocks.append(Block("text", words.fill(words.country.interpreter)))
    return Reply(tuple(blocks), urgency="emergency_now", card=True)


def again(heard: Heard, *, first: tuple[str, ...] = (), later: bool = False, answer: tuple[Block, ...] = ()) -> Reply:
    """The same advice, short, when something is said after it. It never grows softer and never asks anything.

    Args:
        heard: What the person told us.
        first: Lines that belong right after the action ("You are welcome.").
        later: They want to wait (M10): say plainly why not, and who could take them.
        answer: Blocks that answer what they asked, after the advice.
    """
    part, words = plan(heard), heard.words
    blocks = [Block("emergency", part.lead), *_numbers(heard, part)]
    blocks += [Block("text", line) for line in (*first, *part.also)]
    if later:
        blocks += [Block("text", words.text("emergency.later")), Block("text", words.text("emergency.later_who"))]
    else:
        blocks.append(Block("text", words.text("emergency.again")))
    blocks += answer
    if part.desk:
        blocks.append(Block("desk", part.desk_title, items=(f"“{part.desk}”",)))
    blocks.append(Block("text", words.fill(words.country.interpreter)))
    return Reply(tuple(blocks), urgency="emergency_now", card=True)


def _numbers(heard: Heard, part: Emergency) -> list[Block]:
    uses = {part.action} | {action_of(rule) for rule in emergency_rules(heard.assessment.fired)}
    return link_block(heard, *uses)
