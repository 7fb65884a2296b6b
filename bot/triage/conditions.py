"""The tiny condition language of the rules, compiled once into plain functions.

In: the `when` of a rule (plain data). Out: a `Node`: Facts -> Evidence, or None when it does not hold. Called by
`bot.triage.red_flags` (to compile) and `bot.knowledge.sections.red_flags` (to check). Anything harder than this is a
named predicate in `bot.triage.predicates`; the language does not grow.

    {all: [...]}  {any: [...]}  {none: [...]}
    {present: X}      there now                      {recent: X}     was there within 14 days, gone now
    {lately: X}       either of the two              {new: X}        there now, and not an old unchanged pattern
    {uncertain: X}    "not sure"                     {absent: X}     explicitly not there (each of X)
    X is a concept, a group of groups.yml, or a list of them. The first five take `where`:
        {present: foot_drop, where: {onset_days: {max: 3}, course: [stable, improving], due_to_pain: {not: true}}}
        An attribute nobody spoke of fulfils only `not`.
    {item: fever, is: [no]}       state in the checklist
    {bare_yes: both_legs}         the item was answered "yes" and nothing more exact was said
    {age: {min: 50, max: 64}}     known to be in that range      {age: {may_be_min: 55}}  that, or not known
    {holds: C8b}      that rule holds and its switch is on
    {switch_off: C12}
    active_nerve      a named predicate
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.findings.finding import Finding
from bot.findings.newness import baseline_ok, is_new
from bot.triage.facts import Evidence, Facts
from bot.triage.predicates import PREDICATES

Node = Callable[[Facts], "Evidence | None"]
#: Rule id -> its compiled condition, for `holds`; filled while compiling.
Holds = Mapping[str, Node]

FINDING_KEYS = ("present", "recent", "lately", "new", "uncertain")
CONDITION_KEYS = (
    "all", "any", "none", *FINDING_KEYS, "absent", "item", "bare_yes", "age", "holds", "switch_off",
)  # fmt: skip


def names(value: Any) -> tuple[str, ...]:
    """One name or a list of names as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


def compile_condition(when: Any, groups: Any, holds: Holds) -> Node:
    """Compile one condition.

    Args:
        when: Checked against the schema (see `bot.knowledge.sections.red_flags`).
        groups: `Knowledge.groups`.
        holds: Compiled conditions of other rules; looked up when the condition runs.
    """
    if isinstance(when, str):
        return PREDICATES[when].run
    if "all" in when:
        return _all([compile_condition(part, groups, holds) for part in when["all"]])
    if "any" in when:
        return _any([compile_condition(part, groups, holds) for part in when["any"]])
    if "none" in when:
        return _none([compile_condition(part, groups, holds) for part in when["none"]])
    for key in FINDING_KEYS:
        if key in when:
            tests = [_compile_where(name, spec) for name, spec in when.get("where", {}).items()]
            return _finding(key, groups.expand(names(when[key])), tests)
    if "absent" in when:
        return _absent(groups.expand(names(when["absent"])))
    if "item" in when:
        return _item(when["item"], names(when["is"]))
    if "bare_yes" in when:
        return _bare_yes(when["bare_yes"])
    if "age" in when:
        return _age(when["age"])
    if "holds" in when:
        return _holds(when["holds"], holds)
    return _switch_off(when["switch_off"])


def _all(nodes: list[Node]) -> Node:
    def run(facts: Facts) -> Evidence | None:
        evidence: Evidence = ()
        for node in nodes:
            found = node(facts)
            if found is None:
                return None
            evidence += found
        return evidence

    return run


def _any(nodes: list[Node]) -> Node:
    def run(facts: Facts) -> Evidence | None:
        evidence: Evidence | None = None
        for node in nodes:  # no short cut: every reason belongs to the evidence
            found = node(facts)
            if found is not None:
                evidence = found if evidence is None else evidence + found
        return evidence

    return run


def _none(nodes: list[Node]) -> Node:
    def run(facts: Facts) -> Evidence | None:
        return None if any(node(facts) is not None for node in nodes) else ()

    return run


def _finding(key: str, concepts: tuple[str, ...], tests: list[Callable[[Finding], bool]]) -> Node:
    def pool(facts: Facts) -> Iterable[Finding]:
        if key == "lately":
            return facts.any_lately(concepts)
        if key == "recent":
            return [facts.recent[c] for c in concepts if c in facts.recent]
        if key == "uncertain":
            return [facts.uncertain[c] for c in concepts if c in facts.uncertain]
        found = facts.any_present(concepts)
        if key == "new" and found:
            survivor = facts.survivor
            return [f for f in found if is_new(f) and not baseline_ok(f, survivor)]
        return found

    def run(facts: Facts) -> Evidence | None:
        hits = tuple(f for f in pool(facts) if all(test(f) for test in tests))
        return hits or None

    return run


def _compile_where(name: str, spec: Any) -> Callable[[Finding], bool]:
    if isinstance(spec, Mapping):
        low, high = spec.get("min"), spec.get("max")
        if "not" in spec:
            refused = spec["not"] if isinstance(spec["not"], list) else [spec["not"]]
            return lambda f: f.attributes.get(name) not in refused
        return lambda f: (
            (value := f.attributes.get(name)) is not None and (low is None or value >= low) and (high is None or value <= high)
        )
    allowed = spec if isinstance(spec, list) else [spec]

    def test(finding: Finding) -> bool:
        value = finding.attributes.get(name)
        if isinstance(value, (list, tuple)):
            return any(part in allowed for part in value)
        return value is not None and value in allowed

    return test


def _absent(concepts: tuple[str, ...]) -> Node:
    return lambda facts: () if all(concept in facts.absent for concept in concepts) else None


def _item(item: str, states: tuple[str, ...]) -> Node:
    return lambda facts: (item,) if facts.states.get(item) in states else None


def _bare_yes(item: str) -> Node:
    def run(facts: Facts) -> Evidence | None:
        answer = facts.answers.get(item)
        if answer is None or answer.state != "yes":
            return None
        told = facts.any_lately(facts.knowledge.items[item].yes_concepts)
        return None if told else (item,)

    return run


def _age(spec: Mapping[str, float]) -> Node:
    low, high, may_be = spec.get("min"), spec.get("max"), spec.get("may_be_min")

    def run(facts: Facts) -> Evidence | None:
        age = facts.age
        if may_be is not None:
            return () if age is None or age[1] >= may_be else None
        if age is None or (low is not None and age[0] < low) or (high is not None and age[1] > high):
            return None
        return ("age",)

    return run


def _holds(rule: str, holds: Holds) -> Node:
    return lambda facts: holds[rule](facts)


def _switch_off(switch: str) -> Node:
    return lambda facts: None if switch in facts.on else ()


def needed(when: Any, groups: Any, rules: Mapping[str, Any]) -> frozenset[str] | None:
    """Concepts, or items answered "yes" (as "?item"), of which one must have been told for the condition to hold.

    Lets `bot.triage.red_flags` skip most rules: a message speaks of three concepts, not of eighty. None when there
    is no such set and the rule has to be tried every time.
    """
    if isinstance(when, str):
        needs = PREDICATES[when].needs
        return None if needs is None else frozenset(groups.expand(needs))
    if "all" in when:
        sets = [found for part in when["all"] if (found := needed(part, groups, rules)) is not None]
        return min(sets, key=len, default=None)
    if "any" in when:
        parts = [needed(part, groups, rules) for part in when["any"]]
        return None if None in parts else frozenset().union(*(part for part in parts if part is not None))
    for key in FINDING_KEYS:
        if key in when:
            return frozenset(groups.expand(names(when[key])))
    if "bare_yes" in when:
        return frozenset({f"?{when['bare_yes']}"})
    if "holds" in when and rules[when["holds"]].when is not None:
        return needed(rules[when["holds"]].when, groups, rules)
    return None


def concepts_read(when: Any, groups: Any, rules: Mapping[str, Any] | None = None) -> set[str]:
    """Every concept a condition looks at, through groups, predicates and `holds` too; for reports and checks."""
    if isinstance(when, str):
        return set(groups.expand(PREDICATES[when].reads))
    found: set[str] = set()
    for key, value in when.items():
        if key in ("all", "any", "none"):
            for part in value:
                found |= concepts_read(part, groups, rules)
        elif key in FINDING_KEYS or key == "absent":
            found |= set(groups.expand(names(value)))
        elif key == "holds" and rules is not None and value in rules:
            found |= concepts_read(rules[value].when, groups, rules)
    return found
