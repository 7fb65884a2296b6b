"""What no reply may ever say. A net under the wording, used by tests, by the knowledge check and by the reply guard.

In: text or a `Reply`. Out: the forbidden pieces found. Source: clinical.md 4.4, 4.5 and 8 (must-never list).

The person's own quoted words are not ours and are skipped.
"""

from __future__ import annotations

import re

from bot.replies.reply import Reply

_NEVER: dict[str, tuple[str, ...]] = {
    "reassures": (
        r"you (?:do not|don['’]t|cannot|can['’]t) have",
        r"nothing (?:serious|to worry)|all clear|just sciatica",
        r"you(?:['’]re| are)(?: perfectly| completely)? safe",
        r"you(?:['’]re| are) (?:fine|okay|all right)\b",
        r"(?:it is|it['’]s) (?:safe|just|only) (?:sciatica|a|your)",
        r"(?:is not|isn['’]t|no) cauda equina",
        r"(?:do not|don['’]t|no need to) worry",
        r"(?:this|that|we can|i can) rules? (?:this |that |it )?out",
    ),
    "dose": (
        r"\d+\s*(?:mg|mcg|ml|milligrams?|grams?|tablets?|pills?|capsules?)\b",
        r"(?:one|two|three|four) (?:tablets|pills)|times a day|every \d+ hours",
    ),
    "jargon": (
        r"\b(?:incontinen\w*|saddle ana?esthesia|perine\w+|bilateral\w*|unilateral\w*|acute\w*|triage\w*)\b",
        r"\b(?:paraesthesia|dysfunction)\b",
    ),
    "time window": (r"(?:you have|within|up to) \d+ (?:hours|hrs)",),
    "vague": (r"as soon as (?:you can|possible)|when you get a chance|keep an eye on|monitor your",),
    "promise": (
        r"ambulance is (?:coming|on its way)|will (?:definitely|certainly|surely)",
        r"i (?:have|will) (?:call|send|order)(?:ed)? (?:an |the )?ambulance",
    ),
    "tells to stop": (r"stop (?:taking|your) (?:\w+ )?(?:medicine|tablets|medication)",),
    "insert": (r"\binsert\w*\b",),
    "markup": (r"\*\*|__|^#|</?\w+>|—",),
}
FORBIDDEN = {name: re.compile("|".join(patterns), re.I | re.M) for name, patterns in _NEVER.items()}
#: Only in a message about an emergency that is already there (must-never 7).
_IF_WORSE = re.compile(r"if (?:it|this|that) gets worse", re.I)


def forbidden_in(text: str) -> list[str]:
    """Every forbidden piece of a text, as "kind: piece"."""
    return [f"{name}: {match.group(0)}" for name, pattern in FORBIDDEN.items() for match in pattern.finditer(text)]


def forbidden_in_reply(reply: Reply) -> list[str]:
    """Every forbidden piece of a reply; quotes are the person's own words and are skipped.

    An emergency reply must also ask nothing, offer no buttons and never say "if it gets worse".
    """
    found: list[str] = []
    for block in reply.blocks:
        texts = [block.text, *(link.label for link in block.links)]
        texts += [] if block.kind == "quote" else list(block.items)
        for text in texts:
            found += forbidden_in(text)
            if reply.urgency == "emergency_now" and block.kind != "details":
                found += [f"too late to say: {m.group(0)}" for m in _IF_WORSE.finditer(text)]
                found += [f"asks: {text}"] if "?" in text and block.kind != "desk" else []
    if reply.urgency == "emergency_now":
        found += ["asks with buttons"] if reply.options or reply.question else []
        if not reply.blocks or reply.blocks[0].kind != "emergency":
            found.append("the action does not come first")
    return found
