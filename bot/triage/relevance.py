"""Which questions can still change the outcome: named tests that question files use in `ask_when` and `show_when`.

In: `Situation` (the facts of one case and the level reached so far). Out: `PREDICATES`, name -> test. Called by
`bot.triage.questions`; the gatekeeper checks that every name used in YAML is here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.extraction.mention import Mention
from bot.findings.case import Case
from bot.findings.finding import Finding
from bot.findings.newness import SIX_WEEKS, days, is_worsening
from bot.findings.view import declined_twice, subject
from bot.knowledge.load import Knowledge
from bot.triage.assessment import DISPOSITIONS, FiredRule
from bot.triage.facts import Facts
from bot.triage.phrasing import sex

_LEVELS = DISPOSITIONS[:5]
#: How often the open question is put before the interview goes on without a story.
OPENINGS = 2
#: Above this age nobody is asked about pregnancy.
_PAST_CHILDBEARING = 60
_PAIN = ("low_back_pain", "thoracic_pain", "sciatica_one_side", "sciatica_both_sides", "front_thigh_pain",
         "night_pain", "pain_on_cough_strain", "leg_symptoms_on_walking")  # fmt: skip
_PAIN_CAN_WEAKEN = ("leg_weakness", "hip_flexion_weakness", "knee_extension_weakness", "knee_flexion_weakness",
                    "tiptoe_weakness")  # fmt: skip
_INFECTION_RISK = (
    "iv_drug_use",
    "immunosuppressed",
    "recent_spinal_procedure",
    "recent_infection",
    "hot_red_knee",
)


@dataclass(frozen=True)
class Situation:
    """What is known when the next question is chosen.

    Attributes:
        case, knowledge: As everywhere.
        facts: Findings of the case's subject.
        states: Checklist item -> state.
        fired: Rules that fired.
    """

    case: Case
    knowledge: Knowledge
    facts: Facts
    states: Mapping[str, str]
    fired: tuple[FiredRule, ...] = ()

    def told(self, *names: str) -> tuple[Finding, ...]:
        """Findings there now or lately, by concept or group name."""
        return self.facts.any_lately(self.knowledge.groups.expand(names))

    def known(self, attribute: str, findings: Sequence[Finding]) -> bool:
        """Whether any of the findings has this attribute."""
        return any(finding.attributes.get(attribute) is not None for finding in findings)

    @property
    def level(self) -> str | None:
        """Most urgent level of the rules that fired, None when none did."""
        levels = [rule.disposition for rule in self.fired if rule.disposition in _LEVELS]
        return min(levels, key=_LEVELS.index, default=None)

    def at_least(self, level: str) -> bool:
        """Whether the level reached so far is this urgent."""
        return self.level is not None and _LEVELS.index(self.level) <= _LEVELS.index(level)


def look(case: Case, knowledge: Knowledge, fired: Sequence[FiredRule], checklist: Mapping[str, str] | None = None) -> Situation:
    """The situation of a case. `checklist` is worked out when it is not given."""
    facts = Facts(case, knowledge)
    return Situation(case, knowledge, facts, facts.states if checklist is None else checklist, tuple(fired))


def holds(names: Sequence[str], situation: Situation) -> bool:
    """Whether all named tests hold."""
    return all(PREDICATES[name](situation) for name in names)


def standing_ambiguities(case: Case) -> list[Mention]:
    """Words with two meanings that were not taken back."""
    gone = set(case.withdrawn_mentions)
    return [
        mention
        for index, mention in enumerate(case.mentions)
        if index not in gone and mention.attributes.get("ambiguous") and mention.experiencer != "nobody"
    ]


def times_skipped(case: Case, item: str) -> int:
    """In how many different messages the person chose not to answer this item."""
    return len({a.turn for a in case.answers if a.item == item and a.state == "skipped" and not a.withdrawn})


def was_asked(case: Case, question: str) -> int:
    """How many times this question was put."""
    return sum(asked.question == question for asked in case.asked)


def has_story(s: Situation) -> bool:
    """Somebody has symptoms, or we asked twice what is wrong and got words we could not place."""
    context = set(s.knowledge.groups["context"])
    symptoms = (set(s.facts.present) | set(s.facts.recent) | set(s.facts.uncertain)) - context
    answered = any(state in ("yes", "unsure") for item, state in s.states.items() if item != "age")
    return bool(symptoms) or answered or was_asked(s.case, "Q0") >= OPENINGS


def _may_be_pain(s: Situation) -> bool:
    """Pain can make these muscles give in; a dropping foot or two weak legs are never put down to pain."""
    told = s.told("motor")
    return all(f.concept in _PAIN_CAN_WEAKEN for f in told) and not s.known("due_to_pain", told)


def _buckled(s: Situation) -> bool:
    return any(not f.attributes.get("near_miss") for f in s.told("knee_giving_way"))


def _buckled_repeatedly(s: Situation) -> bool:
    return _buckled(s) and any(
        (f.attributes.get("count") or 0) > 1 or f.attributes.get("frequency") in ("repeated", "continuous")
        for f in s.told("knee_giving_way")
    )


def _private_open(s: Situation) -> bool:
    private = {item for q in s.knowledge.questions.plan if q.private and q.place < 300 for item in q.items}
    return any(s.states.get(item) == "not_asked" for item in private)


def _declined_once(s: Situation) -> bool:
    return any(
        s.states.get(item.id) == "skipped" and times_skipped(s.case, item.id) == 1
        for item in s.knowledge.items.values()
        if item.core_ce and not item.may_skip
    )


def _fever_alone(s: Situation) -> bool:
    others = [item for item in s.knowledge.questions["Q20"].items if item not in ("fever", "knee_joint")]
    return bool(s.told(*_INFECTION_RISK)) or all(s.states.get(item) != "not_asked" for item in others)


def _assessed_matters(s: Situation) -> bool:
    told = s.told("nerve_symptoms", "ce_group", "baseline_patterns", "muscle_wasting")
    if not told or s.known("assessed", told):
        return False
    if PREDICATES["pain_story"](s) and PREDICATES["duration_unknown"](s) and s.states.get("duration") == "not_asked":
        return True  # not known yet; the answer to that question comes first and decides
    lasting = any((days(f) or 0) >= SIX_WEEKS or f.attributes.get("new") is False for f in told)
    return lasting or any(is_worsening(f) for f in told) or bool(s.told("motor", "both_sides"))


def _fell(s: Situation) -> bool:
    """A fall or knock, not a strain; in the old and those with thin bones any injury that may have been one."""
    told = s.told("injury")
    if any(f.concept != "minor_trauma" or f.attributes.get("injury_link") in ("fall", "blow", "crash") for f in told):
        return True
    frail = bool(s.told("osteoporosis")) or (s.facts.age is not None and s.facts.age[0] >= 65)
    return frail and any(f.attributes.get("injury_link") is None for f in told)


def _may_be_pregnant(s: Situation) -> bool:
    male = sex(s.case, s.knowledge) == "male"
    age = s.facts.age
    return not male and (age is None or age[0] < _PAST_CHILDBEARING)


def _pain(s: Situation) -> tuple[Finding, ...]:
    return s.told(*_PAIN)


PREDICATES: Mapping[str, Callable[[Situation], bool]] = {
    "has_story": has_story,
    "no_story": lambda s: not has_story(s),
    "for_other": lambda s: subject(s.case) == "other",
    "nerve_story": lambda s: bool(s.told("nerve_symptoms", "ce_group")),
    "pain_story": lambda s: bool(_pain(s)),
    "leg_story": lambda s: bool(s.told("one_sided", "both_sides", "leg_numb", "motor", "leg_symptoms_on_walking")),
    "private_items_open": _private_open,
    "private_declined_once": _declined_once,
    "old_nerve_damage": lambda s: s.facts.survivor,
    "bowel_changed": lambda s: any(f.attributes.get("known_cause") is None for f in s.told("constipation_new")),
    "weakness_found": lambda s: bool(s.told("motor")),
    "weakness_onset_unknown": lambda s: not (s.known("onset", s.told("motor")) or s.known("onset_days", s.told("motor"))),
    "weakness_course_unknown": lambda s: not s.known("course", s.told("motor")),
    "weakness_cause_unknown": _may_be_pain,
    "not_only_from_pain": lambda s: not all(f.attributes.get("due_to_pain") is True for f in s.told("motor")),
    "unsteady_found": lambda s: bool(s.told("unsteady_or_clumsy")),
    "unsteady_onset_unknown": lambda s: (
        not any(s.known(name, s.told("unsteady_or_clumsy")) for name in ("onset", "onset_days", "course"))
    ),
    "buckled": _buckled,
    "buckled_repeatedly": _buckled_repeatedly,
    "buckling_count_unknown": lambda s: (
        not (s.known("count", s.told("knee_giving_way")) or s.known("frequency", s.told("knee_giving_way")))
    ),
    "buckling_last_unknown": lambda s: not s.known("last_event_days", s.told("knee_giving_way")),
    "knee_trouble": lambda s: bool(s.told("knee_trouble")) or s.states.get("knee_buckling") in ("yes", "unsure"),
    "no_knee_trouble": lambda s: not PREDICATES["knee_trouble"](s),
    "hot_knee": lambda s: bool(s.told("hot_red_knee")),
    "fever_on_its_own": _fever_alone,
    "fever_found": lambda s: bool(s.told("fever_unwell")),
    "fall_found": _fell,
    "not_injured": lambda s: not s.told("injury"),
    "may_be_pregnant": _may_be_pregnant,
    "may_be_50": lambda s: s.facts.age is None or s.facts.age[1] >= 50,
    "first_episode_unknown": lambda s: not s.known("first_episode", _pain(s)),
    "duration_known": lambda s: s.known("onset_days", _pain(s)) or any(f.attributes.get("new") is False for f in _pain(s)),
    "duration_unknown": lambda s: not PREDICATES["duration_known"](s),
    "course_unknown": lambda s: not (s.known("course", _pain(s)) or s.known("unchanged", _pain(s))),
    "assessed_matters": _assessed_matters,
    "below_urgent": lambda s: not s.at_least("urgent_same_day"),
}


def declined_for_good(case: Case) -> frozenset[str]:
    """Items declined twice: never asked again (C17)."""
    return frozenset(declined_twice(case))
