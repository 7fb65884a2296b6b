"""Seeded random cases for the properties: cheap to make, wide, and the same on every machine."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case, GivenAnswer
from bot.findings.view import subject
from bot.knowledge.load import Knowledge
from tests.triage.story import mention

_VALUES: dict[str, tuple[Any, ...]] = {
    "laterality": ("left", "right", "both", "one_side", "alternating", "spreading_to_other_side"),
    "onset": ("sudden", "subacute", "gradual"),
    "onset_days": (0.5, 2.0, 3.0, 5.0, 13.0, 14.0, 15.0, 30.0, 42.0, 43.0, 90.0, 400.0),
    "new": (True, False),
    "unchanged": (True, False),
    "course": ("improving", "stable", "worsening", "rapidly_worsening", "fluctuating"),
    "severity": ("mild", "moderate", "severe"),
    "cause": ("my age",),
    "known_cause": (True, False),
    "assessed": (True, False),
    "scanned": (True, False),
    "plan": (True, False),
    "due_to_pain": (True, False),
    "first_episode": (True, False),
}
_OWN: dict[str, dict[str, tuple[Any, ...]]] = {
    "knee_giving_way": {
        "frequency": ("single", "repeated", "continuous"),
        "count": (1, 2, 5),
        "last_event_days": (0.5, 14.0, 15.0, 60.0, 92.0, 200.0),
        "near_miss": (True,),
        "recovery": ("instant", "minutes", "still_weak"),
        "caused_fall": (True, False),
    },
    "saddle_numbness": {"positional": (True,)},
    "night_pain": {"easing_position": (True, False)},
    "medication_excess": {"deliberate": (True, False), "substance": ("paracetamol", "opioid", "other")},
    "sudden_tearing_pain": {"quality": ("tearing", "thunderclap"), "site": ("tummy", "back")},
    "hot_red_knee": {"implant": (True,), "cannot_bear_weight": (True,)},
    "falls": {"head_injury": (True,), "possible_fracture": (True,), "cannot_bear_weight": (True,)},
    "minor_trauma": {"injury_link": ("fall", "lifting")},
}
_PRESENCES = ("present",) * 6 + ("absent",) * 3 + ("uncertain",)
_TIMES = ("current",) * 8 + ("recent_resolved", "past_resolved", "hypothetical")


def random_attributes(random: Random, concept: str) -> dict[str, Any]:
    """Up to four attributes, those of the concept's own kind more often."""
    own = _OWN.get(concept, {})
    names = random.sample(sorted(_VALUES), random.choice((0, 0, 1, 2, 3)))
    names += [name for name in own if random.random() < 0.4]
    return {name: random.choice(own.get(name) or _VALUES[name]) for name in names}


def random_mention(random: Random, concept: str, turn: int = 0) -> Mention:
    """One mention of a concept, present more often than not."""
    return replace(
        mention(concept, random.choice(_PRESENCES), turn, **random_attributes(random, concept)),
        temporality=random.choice(_TIMES),
        experiencer=random.choice(("self",) * 9 + ("other",)),
    )


def random_case(random: Random, knowledge: Knowledge) -> Case:
    """One to six mentions over one to three messages, and often answers to many items."""
    concepts = random.sample(sorted(knowledge.concepts), random.choice((1, 1, 2, 2, 3, 4, 6)))
    turns = random.choice((1, 1, 2, 3))
    mentions = tuple(random_mention(random, concept, random.randrange(turns)) for concept in concepts)
    share = random.choice((0.0, 0.5, 1.0, 1.0))
    states = random.choice((("no",), ("no",), ("no", "no", "no", "no", "unsure", "skipped", "yes")))
    answers = tuple(
        GivenAnswer(item, random.choice(states), turns - 1, None, "Q") for item in knowledge.items if random.random() < share
    )
    profile = random.choice(({}, {"age_years": float(random.choice((12, 30, 49, 50, 55, 64, 65, 80)))}))
    case = Case(turns=turns, mentions=mentions, answers=answers, profile=profile, times=(None,) * turns)
    # `update` settles whom the case is about with the first answer or age
    return replace(case, profile={**profile, "subject": subject(case)}) if answers or profile else case
