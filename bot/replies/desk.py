"""What to say at the desk or on the phone: one or two sentences in the person's own mouth.

In: `Heard`, the emergency rules, their text family and action. Out: a finished sentence. Called by `emergency` and `card`.

Words for the desk matter: people with the right signs were sent to the waiting room because they did not name them
(clinical.md 8, HULL case).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.replies.heard import Heard, concepts_of, is_present, side_of, since
from bot.replies.words import SIDES
from bot.triage.assessment import FiredRule
from bot.triage.phrasing import relation

#: Background that the sentence about the worry names already, or that is nobody's business at a desk.
_NOT_A_COMPLAINT = frozenset({
    "cancer_history", "iv_drug_use", "known_knee_problem", "opioid_or_bladder_drug", "prostate_problem", "medication_excess",
    "mental_health_crisis",
})  # fmt: skip
#: What staff must know besides, at most two sentences (desk.fact.* of the wording), most weighty first.
_FACTS = (
    "anticoagulant", "previous_ces_or_deficit", "recent_spinal_procedure", "pregnant_or_postpartum", "immunosuppressed",
    "steroid_use", "osteoporosis", "diabetes",
)  # fmt: skip
_BACK_OR_LEG = (
    "low_back_pain", "sciatica_one_side", "sciatica_both_sides", "leg_numbness", "leg_pins_needles", "front_thigh_pain",
)  # fmt: skip
_MOST = 3


def desk_sentence(heard: Heard, rules: Sequence[FiredRule], family: str) -> str:
    """The sentence for the desk, with their sign and its time.

    Args:
        heard: What the person told us.
        rules: Emergency rules that fired, most telling first.
        family: Text family of the first of them.
    """
    words = heard.words
    named = concepts_of(heard, rules)
    concepts = [c for c in named if c not in _NOT_A_COMPLAINT and c not in _FACTS and words.has(f"sign.{c}")]
    parts = []
    if heard.helper:
        name = words.text(words.first(f"relation.{relation(heard.case)}", "relation.other"))
        parts.append(words.text("desk.with_relation", relation=name))
    parts += _complaint(heard, concepts, family)
    if family == "cauda_equina":
        unsure = [i for rule in rules for i in rule.items if heard.assessment.checklist.get(i) in ("unsure", "skipped")]
        if unsure and not concepts:
            parts.append(words.text("desk.not_sure", items=_items(heard, unsure)))
    facts = [fact for fact in _FACTS if fact in named or heard.has(fact)]
    parts += [words.text(f"desk.fact.{fact}") for fact in facts[:2]]
    parts.append(words.text(words.first(f"desk.concern.{family}", "desk.concern.other")))
    return " ".join(part for part in parts if part)


def booking_sentence(heard: Heard, rules: Sequence[FiredRule], level: str) -> str:
    """The sentence for whoever takes the call or books the visit; "" where the level asks for none or nothing can be named.

    Args:
        heard: What the person told us.
        rules: Rules of the level, most telling first.
        level: The level of the result.
    """
    words = heard.words
    concepts = [c for c in (*concepts_of(heard, rules), *heard.present()) if words.has(f"sign.{c}")]
    concepts = [
        c for c in dict.fromkeys(concepts) if c not in _NOT_A_COMPLAINT and c not in _FACTS and is_present(heard.findings.get(c))
    ]
    if not words.has(f"desk.ask.{level}") or not concepts:
        return ""
    parts = []
    if heard.helper:
        name = words.text(words.first(f"relation.{relation(heard.case)}", "relation.other"))
        parts.append(words.text("desk.calling_for", relation=name))
    parts += _complaint(heard, concepts, "weakness")
    parts += [words.text(f"desk.fact.{fact}") for fact in _FACTS if heard.has(fact)][:2]
    return " ".join([*parts, words.text(f"desk.ask.{level}")])


def _complaint(heard: Heard, concepts: list[str], family: str) -> list[str]:
    words = heard.words
    if family == "buckling" and heard.has("knee_giving_way"):
        others = [c for c in concepts if c != "knee_giving_way"]
        parts = [_buckling(heard)]
        if others:
            parts.append(words.text("desk.also_signs", signs=_names(heard, others)))
        return parts
    if not concepts:
        return []
    signs = _names(heard, concepts, timed=True)
    if family == "cauda_equina" and not set(concepts) & set(_BACK_OR_LEG) and heard.has(*_BACK_OR_LEG):
        signs = words.text("desk.back_or_leg", signs=signs)
    return [words.text("desk.has_had" if any(since(heard, [c]) for c in concepts[:_MOST]) else "desk.has", signs=signs)]


def _buckling(heard: Heard) -> str:
    words, attributes = heard.words, heard.findings["knee_giving_way"].attributes
    side = SIDES.get(side_of(attributes), "")
    when = since(heard, ["knee_giving_way"])
    count = attributes.get("count")
    if isinstance(count, int) and count >= 1:
        named = {1: "once", 2: "twice"}.get(count, "many")
        text = words.text("desk.buckled_count", side=side, times=words.text(f"desk.times.{named}", n=str(count)), since=when)
    elif attributes.get("frequency") in ("repeated", "continuous"):
        text = words.text("desk.buckled", side=side, since=when)
    else:
        text = words.text("desk.buckled_unsure", side=side)
    return text.replace(" .", ".")


def _names(heard: Heard, concepts: list[str], *, timed: bool = False) -> str:
    """Up to three names; with `timed` each one says since when, where they told us."""
    names, times = [], []
    for concept in concepts[:_MOST]:
        finding = heard.findings.get(concept)
        names.append(heard.words.sign(concept, side_of(finding.attributes) if finding else "", desk=True))
        times.append(since(heard, [concept]) if timed else "")
    if len(set(times)) == 1:
        return f"{heard.words.join(names)} {times[0]}".strip()
    return heard.words.join([f"{name} {when}".strip() for name, when in zip(names, times, strict=True)])


def _items(heard: Heard, items: list[str]) -> str:
    """Names of checklist items in the mouth of whoever speaks at the desk."""
    mine = {} if heard.helper else {"your": "my", "you": "I", "are": "am"}
    names = []
    for item in dict.fromkeys(items):
        key = f"item.{item}"
        names.append(heard.words.text(key, **mine) if heard.words.has(key) else heard.words.item(item))
    return heard.words.join(names[:_MOST])
