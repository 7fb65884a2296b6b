"""`python -m bot report`: the clinical content as pages that a clinician can review without code.

In: the knowledge, docs/clinical/hazards.yml and decisions.yml, the case tables under tests/. Out: markdown files in
docs/clinical. Called by `bot.__main__`; tests/test_docs.py keeps the pages up to date. No Rasa, no clock: the same
content gives the same pages.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.cli.condition_words import condition_lines
from bot.errors import InputError
from bot.extraction.mention import ATTRIBUTES
from bot.knowledge.load import Knowledge, load
from bot.knowledge.sections.red_flags import GROUP_ORDER, SAME_AS_FINDING, RedFlag
from bot.triage.predicates import PREDICATES

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "docs" / "clinical"
MADE = "<!-- Written by `python -m bot report`. Change bot/knowledge or the .yml files of this folder instead. -->"
STATUS = "> **Draft, not clinically reviewed.** For review by clinicians; not for use with patients without it."
#: Keys of one entry in hazards.yml and decisions.yml; all must be there.
HAZARD_KEYS = ("id", "hazard", "cause", "effect", "control", "rules", "must_never", "tests")
PROMISE_KEYS = ("id", "promise", "tests")
DECISION_KEYS = ("id", "difference", "follows", "to_decide")


def report(folder: str | None = None, *, check: bool = False) -> int:
    """Write the pages, or only say whether they are up to date.

    Args:
        folder: Where to; docs/clinical when None.
        check: Write nothing.

    Returns:
        0, or 1 when `check` found a page that is not up to date.

    Raises:
        InputError: INP007 when hazards.yml or decisions.yml is broken or names what does not exist.
        KnowledgeError: When the knowledge is broken.
    """
    target = Path(folder) if folder is not None else FOLDER
    made = pages(load())
    stale = [name for name, text in made.items() if not (target / name).is_file() or (target / name).read_text("utf-8") != text]
    if check:
        print("\n".join(f"{name} is not up to date" for name in stale) or "the clinical pages are up to date")
        if stale:
            print("Run: python -m bot report")
        return int(bool(stale))
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (target / name).write_text(made[name], encoding="utf-8")
    except OSError as error:
        raise InputError("INP007", f"{target} cannot be written to ({error.strerror}). Give another one with --out.") from None
    print(f"{len(made)} pages in {target}, {len(stale)} of them changed")
    return 0


def pages(knowledge: Knowledge) -> dict[str, str]:
    """Every page by file name.

    Raises:
        InputError: INP007, with every problem found.
    """
    hazards = read_entries("hazards.yml", "hazards", HAZARD_KEYS)
    decisions = read_entries("decisions.yml", "decisions", DECISION_KEYS)
    promises = read_entries("promises.yml", "promises", PROMISE_KEYS)
    problems = [*hazard_problems(hazards, knowledge), *promise_problems(promises), *decision_problems(decisions, knowledge)]
    if problems:
        raise InputError("INP007", f"{len(problems)} problem(s) in docs/clinical:\n" + "\n".join(problems))
    tried = _tried()
    groups = _groups(knowledge)
    made = {_page(group, title): _rules(group, title, knowledge, tried) for group, title in groups}
    made["switches.md"] = _switches(knowledge)
    made["decisions.md"] = _decisions(decisions, knowledge)
    made["hazards.md"] = _hazards(hazards)
    made["promises.md"] = _promises(promises)
    made["words.md"] = _words(knowledge)
    made["README.md"] = _index(knowledge, groups)
    return {name: f"{MADE}\n\n{text.rstrip()}\n" for name, text in made.items()}


def read_entries(name: str, key: str, keys: Sequence[str]) -> list[dict[str, Any]]:
    """The entries of one data file beside the pages.

    Raises:
        InputError: INP007 when it cannot be read or an entry has other keys than `keys`.
    """
    import yaml

    file = FOLDER / name
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))[key]
        wrong = [str(entry.get("id", entry)) for entry in entries if set(entry) != set(keys)]
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        text = f"docs/clinical/{name} cannot be read ({type(error).__name__}). It holds a list under '{key}'."
        raise InputError("INP007", text) from error
    if wrong:
        raise InputError("INP007", f"docs/clinical/{name}: {', '.join(wrong)}: the keys are {', '.join(keys)}, all of them.")
    return list(entries)


def hazard_problems(hazards: Sequence[Mapping[str, Any]], knowledge: Knowledge) -> list[str]:
    """Hazards that name a rule or a test that is not there, and ids used twice."""
    problems = _twice("hazards.yml", hazards)
    for hazard in hazards:
        where = f"hazards.yml {hazard['id']}"
        problems += [f"{where}: there is no rule '{rule}'." for rule in hazard["rules"] if rule not in knowledge.red_flags]
        problems += _test_problems(where, hazard["tests"], "the control works")
    return problems


def promise_problems(promises: Sequence[Mapping[str, Any]]) -> list[str]:
    """Promises that name no test, or one that is not there, and ids used twice."""
    problems = _twice("promises.yml", promises)
    for promise in promises:
        problems += _test_problems(f"promises.yml {promise['id']}", promise["tests"], "it holds")
    return problems


def _test_problems(where: str, tests: Sequence[str], shown: str) -> list[str]:
    missing = [f"{where}: there is no test '{test}'." for test in tests if not names_a_test(test)]
    return missing if tests else [f"{where}: no test shows that {shown}. Name one."]


def decision_problems(decisions: Sequence[Mapping[str, Any]], knowledge: Knowledge) -> list[str]:
    """Decisions that the rules and switches name but that are not written down, and ids used twice."""
    known = {decision["id"] for decision in decisions}
    named = {name: f"rule {rule.id}" for rule in knowledge.red_flags.values() for name in rule.decisions}
    named.update({s.decision: f"switch {s.id}" for s in knowledge.switches.known.values() if s.decision})
    missing = [f"decisions.yml: '{name}' is missing; {where} names it." for name, where in named.items() if name not in known]
    return _twice("decisions.yml", decisions) + missing


def names_a_test(name: str) -> bool:
    """Whether "tests/x/test_y.py::test_z" names a test function of this checkout."""
    file, _, function = name.partition("::")
    path = ROOT / file
    if not path.is_file() or not function.startswith("test_"):
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == function for node in ast.walk(tree))


def _twice(file: str, entries: Sequence[Mapping[str, Any]]) -> list[str]:
    ids = [entry["id"] for entry in entries]
    return [f"{file}: '{name}' is there twice. Keep one." for name in sorted({i for i in ids if ids.count(i) > 1})]


def _groups(knowledge: Knowledge) -> list[tuple[str, str]]:
    """Letter and title of each group of rules, in the order of evaluation."""
    found: dict[str, str] = {}
    for name, data in knowledge.raw.items():
        if name.startswith("red_flags/"):
            found.setdefault(data["group"], data["title"])
    return sorted(found.items(), key=lambda pair: GROUP_ORDER.index(pair[0]))


def _page(group: str, title: str) -> str:
    return f"rules-{group.lower()}-{re.sub(r'[^a-z]+', '-', title.lower()).strip('-')}.md"


def _tried() -> dict[str, tuple[int, int, list[str]]]:
    """Rule -> number of cases that must fire it, that must not, and vignettes that name it, from the case tables."""
    import yaml

    tried: dict[str, tuple[int, int, list[str]]] = {}
    table = ROOT / "tests" / "cases" / "rule_cases.yml"
    if table.is_file():
        for entry in yaml.safe_load(table.read_text(encoding="utf-8"))["cases"]:
            tried[entry["rule"]] = (len(entry.get("fires", ())), len(entry.get("silent", ())), [])
    stories = ROOT / "tests" / "cases" / "vignettes.yml"
    if stories.is_file():
        for entry in yaml.safe_load(stories.read_text(encoding="utf-8"))["vignettes"]:
            for rule in entry.get("rules", ()):
                tried.setdefault(rule, (0, 0, []))[2].append(entry["id"])
    return tried


def _rules(group: str, title: str, knowledge: Knowledge, tried: Mapping[str, tuple[int, int, list[str]]]) -> str:
    rules = [rule for rule in knowledge.red_flags.values() if rule.group == group]
    lines = [f"# Rules {group}: {title}", "", STATUS, ""]
    lines += ["| Rule | Title | Level |", "|---|---|---|"]
    lines += [f"| [{rule.id}](#{_anchor(rule)}) | {rule.title} | {_level(rule, knowledge)} |" for rule in rules]
    for rule in rules:
        lines += ["", *_rule(rule, knowledge, tried.get(rule.id, (0, 0, [])))]
    return "\n".join(lines)


def _anchor(rule: RedFlag) -> str:
    """How markdown viewers name the heading of a rule."""
    return re.sub(r"[^\w\- ]", "", f"{rule.id} {rule.title}".lower()).replace(" ", "-")


def _level(rule: RedFlag, knowledge: Knowledge) -> str:
    if rule.disposition == SAME_AS_FINDING:
        return f"that of {', '.join(rule.follows)}" if rule.follows else "that of what was found"
    level = knowledge.dispositions[rule.disposition].title
    return f"{level} ({rule.action.replace('_', ' ')})" if rule.action else level


def _rule(rule: RedFlag, knowledge: Knowledge, tried: tuple[int, int, list[str]]) -> Iterator[str]:
    yield f"## {rule.id} {rule.title}"
    yield ""
    yield f"- **Level**: {_level(rule, knowledge)} (`{rule.disposition}`). Version {rule.version}. {rule.review.capitalize()}."
    if rule.switch:
        switch = knowledge.switches.known[rule.switch]
        yield f"- **Switch** `{switch.id}`: ships {switch.default}, {switch.status}. When off: {switch.when_off}."
    yield f"- **What the person reads**: {rule.reason}"
    yield f"- **Sources**: {', '.join(f'{key} ({knowledge.sources[key].seen})' for key in rule.sources)}"
    if rule.decisions:
        yield f"- **To decide**: {', '.join(f'[{name}](decisions.md#{name.lower()})' for name in rule.decisions)}"
    if rule.handled_by:
        yield f"- **Kept by**: {rule.handled_by}"
    for remark in rule.remarks:
        yield f"- **Remark**: {remark}"
    yield f"- **Tried in tests**: {_tried_words(tried)}"
    if rule.when is not None:
        yield ""
        yield "Fires when:"
        yield ""
        yield from condition_lines(rule.when, knowledge)
    for title, sentences in (
        ("Must fire it", rule.examples.fires),
        ("Must not", rule.examples.silent),
        ("Said not to be there, must not", rule.examples.negated),
    ):
        if sentences:
            yield ""
            yield f"{title}:"
            yield ""
            yield from (f"- “{sentence}”" for sentence in sentences)


def _tried_words(tried: tuple[int, int, list[str]]) -> str:
    fires, silent, vignettes = tried
    parts = [f"{fires} cases must fire it, {silent} must not"] if fires or silent else []
    parts += [f"fires in {', '.join(vignettes)}"] if vignettes else []
    return "; ".join(parts) or "see “Kept by”"


def _switches(knowledge: Knowledge) -> str:
    switches = knowledge.switches
    lines = ["# Switches", "", STATUS, ""]
    lines += [f"Narrow exceptions that lower a rule. In force: profile `{switches.profile}`.", ""]
    lines += ["| Switch | Exception | Ships | When off | Decision | Status |", "|---|---|---|---|---|---|"]
    for switch in switches.known.values():
        decision = f"[{switch.decision}](decisions.md#{switch.decision.lower()})" if switch.decision else ""
        lines.append(f"| {switch.id} | {switch.title} | {switch.default} | {switch.when_off} | {decision} | {switch.status} |")
    lines += ["", "Profiles:", ""]
    for name, on in switches.profiles.items():
        lines.append(f"- `{name}`: on are {', '.join(sorted(on)) or 'none'}")
    return "\n".join(lines)


def _decisions(decisions: Sequence[Mapping[str, Any]], knowledge: Knowledge) -> str:
    lines = ["# Decisions for a clinician", "", STATUS, ""]
    lines.append("Where sources differ the more urgent one is followed. Each of these waits for a clinician's word.")
    for decision in decisions:
        name = decision["id"]
        rules = [rule.id for rule in knowledge.red_flags.values() if name in rule.decisions]
        switches = [switch.id for switch in knowledge.switches.known.values() if switch.decision == name]
        lines += ["", f"## {name}", "", decision["difference"], ""]
        lines.append(f"- **Followed here**: {decision['follows']}")
        lines.append(f"- **To decide**: {decision['to_decide']}")
        lines.append(f"- **Rules**: {', '.join(rules) or 'none'}. **Switches**: {', '.join(switches) or 'none'}.")
    return "\n".join(lines)


def _hazards(hazards: Sequence[Mapping[str, Any]]) -> str:
    lines = ["# Hazard log", "", STATUS, ""]
    lines.append("What can go wrong, what keeps it from happening, and the tests that show it. Data: [hazards.yml](hazards.yml).")
    lines += ["", "Severity and likelihood are for the clinical safety officer of a deployment to judge; none is claimed here."]
    for hazard in hazards:
        lines += ["", f"## {hazard['id']} {hazard['hazard']}", ""]
        lines += [f"- **{key.capitalize()}**: {hazard[key]}" for key in ("cause", "effect", "control")]
        if hazard["rules"]:
            lines.append(f"- **Rules**: {', '.join(hazard['rules'])}")
        lines += ["- **Shown by**:", *(f"  - `{test}`" for test in hazard["tests"])]
    return "\n".join(lines)


def _promises(promises: Sequence[Mapping[str, Any]]) -> str:
    lines = ["# What is promised, and the tests that fail when it is broken", "", STATUS, ""]
    lines += ["Data: [promises.yml](promises.yml). What can go wrong stands in the [hazard log](hazards.md).", ""]
    lines += ["| | Promise | Tests |", "|---|---|---|"]
    for promise in promises:
        lines.append(f"| {promise['id']} | {promise['promise']} | {'<br>'.join(f'`{test}`' for test in promise['tests'])} |")
    return "\n".join(lines)


def _words(knowledge: Knowledge) -> str:
    lines = ["# Words used in the rules", "", STATUS, "", "## Named tests", ""]
    lines += [f"- `{name}`: {predicate.meaning}" for name, predicate in sorted(PREDICATES.items())]
    lines += ["", "## Groups of concepts", ""]
    for name, concepts in knowledge.groups.members.items():
        labels = ", ".join(knowledge.concepts[concept].label for concept in concepts)
        lines.append(f"- `{name}` ({knowledge.groups.titles[name]}): {labels}")
    lines += ["", "## Details of a finding", ""]
    lines += [f"- {name.replace('_', ' ')}: {meaning}" for name, meaning in ATTRIBUTES.items()]
    lines += ["", "## Levels of care", ""]
    lines += [f"- `{level.id}` ({level.title}): {level.meaning}" for level in knowledge.dispositions.values()]
    lines += ["", "## Sources", ""]
    lines += [f"- {source.key}: {source.title}. Read: {source.seen}." for source in knowledge.sources.values()]
    return "\n".join(lines)


def _index(knowledge: Knowledge, groups: Sequence[tuple[str, str]]) -> str:
    lines = ["# Clinical content, for review", "", STATUS, ""]
    counts = (len(knowledge.red_flags), len(knowledge.switches.known), len(knowledge.concepts))
    lines.append("{} rules, {} switches, {} concepts.".format(*counts))
    lines += ["How to read and change them: [for clinicians](../clinicians.md).", ""]
    for group, title in groups:
        count = sum(rule.group == group for rule in knowledge.red_flags.values())
        lines.append(f"- [Rules {group}: {title}]({_page(group, title)}) ({count})")
    lines.append("- [Switches](switches.md): the narrow exceptions")
    lines.append("- [Decisions](decisions.md): where sources differ")
    lines.append("- [Hazard log](hazards.md)")
    lines.append("- [What is promised](promises.md), each with the tests that fail when it is broken")
    lines.append("- [Words used in the rules](words.md): named tests, groups, details, levels, sources")
    return "\n".join(lines)
