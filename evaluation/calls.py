"""The checklist that whole calls leave behind, against what a person labelled.

In: a file of calls, ours or somebody else's. Out: `Outcome`s, a table, a listing of every difference. Called by
`evaluation.run` for `make evaluate CALLS=path`, and alone, in seconds: `python -m evaluation.calls [path]`.

    ours      YAML, {"dialogues": [{"id", "kind", "turns": ["A: ...", "C: ..."], "expected": {item: state}, "may": [item],
              "findings": {concept: present | absent | uncertain | unknown}}]}
    coarse    .jsonl, {"id", "turns": [{"speaker", "text"}], "expected": [{"concept", "polarity"}]}, labels for the whole call

A coarse label is held against the finding of the concepts it covers, and where none was made, against the item whose danger
signs they are. Such a file does not say what was not asked, so each "no" without a label is listed for a person to judge.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.desk.listening import SPEAKERS, Listener, Spoken
from bot.findings.case import Case
from bot.findings.finding import Finding, Presence
from bot.findings.view import findings
from bot.knowledge.load import Knowledge, load
from bot.triage.assess import assess
from evaluation.coarse import concepts_of
from evaluation.document import fill
from evaluation.metrics import Share
from evaluation.rows import DATA, DataError
from evaluation.tables import must, table, with_interval

OWN = Path(__file__).resolve().parent.parent / "tests" / "cases" / "dialogues"
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "evaluation.md"
JUDGEMENTS = DATA / "judgements_calls.yml"
#: Share of answered items that must come out right, with no "no" for what nobody cleared.
MUST_REACH = 0.95
_WHO = {"A": "agent", "C": "caller"}
_AS_PRESENCE = {"yes": "present", "no": "absent", "unsure": "uncertain", "skipped": "uncertain", "not_asked": "unknown"}
#: Of somebody else's labels, the one that speaks of a course and not of a sign.
_COURSE_LABEL = "progressive_weakness"
#: Cleared by an answer about age or place, not by a danger sign that was denied.
_NO_SIGN = ("age", "with_patient", "private_consent")


@dataclass(frozen=True)
class Call:
    """One call with its labels.

    Attributes:
        expected: Item or coarse concept -> state (own: yes, no, unsure, skipped; coarse: present, absent, uncertain).
        findings: Concept -> presence, for what no item shows by itself; own calls only.
        may: Items of an own call that may come out as "no" besides.
        coarse: The labels are coarse concepts.
    """

    id: str
    turns: tuple[Spoken, ...]
    expected: Mapping[str, str]
    findings: Mapping[str, str] = field(default_factory=dict)
    may: tuple[str, ...] = ()
    coarse: bool = False


@dataclass(frozen=True)
class Judgement:
    """Who is right where a reading and a label differ: "us", "label" or "open", about this very reading."""

    right: str
    read: str
    why: str


@dataclass(frozen=True)
class Outcome:
    """One label and what was read; `wanted` is None for a "no" that no label speaks of."""

    call: str
    name: str
    wanted: str | None
    read: str
    judgement: Judgement | None = None

    @property
    def right(self) -> bool:
        """As labelled."""
        return self.wanted == self.read

    @property
    def right_as_judged(self) -> bool:
        """As labelled, or a person found the reading right."""
        return self.right or (self.judgement is not None and self.judgement.right == "us")


def read_calls(path: Path) -> list[Call]:
    """The calls of a file or of a folder of YAML files.

    Raises:
        DataError: It cannot be read, or is of no known form.
    """
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    calls: list[Call] = []
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
            if file.suffix in (".yml", ".yaml"):
                calls += [_own(entry) for entry in yaml.safe_load(text)["dialogues"]]
            else:
                calls += [_coarse(json.loads(line)) for line in text.splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{file} cannot be read ({error.__class__.__name__}).") from error
        except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else error.__class__.__name__
            raise DataError(f"{file} holds no calls of a known form ({what}). The forms are in evaluation/calls.py.") from error
    if not calls:
        raise DataError(f"{path} holds no call.")
    return calls


def _own(entry: Mapping[str, Any]) -> Call:
    turns = []
    for number, line in enumerate(entry["turns"]):
        who, _, text = line.partition(": ")
        turns.append(Spoken(f"t{number}", _WHO[who], text))
    return Call(str(entry["id"]), tuple(turns), dict(entry["expected"]), entry.get("findings", {}), tuple(entry.get("may", ())))


def _coarse(entry: Mapping[str, Any]) -> Call:
    turns = tuple(Spoken(f"t{number}", turn["speaker"], turn["text"]) for number, turn in enumerate(entry["turns"]))
    if any(turn.speaker not in SPEAKERS for turn in turns):
        raise ValueError("speaker")
    labels = {str(label["concept"]): str(label["polarity"]) for label in entry["expected"]}
    return Call(str(entry["id"]), turns, {name: value for name, value in labels.items() if concepts_of(name)}, coarse=True)


def listen(call: Call, knowledge: Knowledge) -> Case:
    """The case after the last turn."""
    listener = Listener(knowledge)
    for turn in call.turns:
        listener.put(turn)
    return listener.heard.case


def outcomes(call: Call, knowledge: Knowledge, judged: Mapping[str, Judgement] | None = None) -> list[Outcome]:
    """Every label of a call and every "no" that no label speaks of."""
    case = listen(call, knowledge)
    states = assess(case, knowledge).checklist
    read = {name: _presence(name, case, states, knowledge) if call.coarse else states[name] for name in call.expected}
    found = [(name, wanted, read[name]) for name, wanted in call.expected.items()]
    held = findings(case, knowledge)
    found += [(name, wanted, held[name].presence.value if name in held else "unknown") for name, wanted in call.findings.items()]
    found += [(item, None, "no") for item in _unlabelled(call, states, knowledge)]
    judged = judged or {}
    return [Outcome(call.id, name, wanted, got, _judgement(judged, call.id, name, got)) for name, wanted, got in found]


def _judgement(judged: Mapping[str, Judgement], call: str, name: str, read: str) -> Judgement | None:
    known = judged.get(f"{call}/{name}")
    return known if known is not None and known.read == read else None


def _presence(name: str, case: Case, states: Mapping[str, str], knowledge: Knowledge) -> str:
    covered = concepts_of(name)
    held = findings(case, knowledge)
    if name == _COURSE_LABEL:
        return _progress(held, covered)
    found = {held[concept].presence for concept in covered if concept in held}
    for presence in (Presence.PRESENT, Presence.UNCERTAIN, Presence.ABSENT):
        if presence in found:
            return presence.value
    items = [item.id for item in knowledge.items.values() if item.default_concept in covered]
    known = {_AS_PRESENCE[states[item]] for item in items}
    return next((value for value in ("present", "uncertain", "absent") if value in known), "unknown")


def _progress(held: Mapping[str, Finding], covered: Sequence[str]) -> str:
    """A label for a course: weakness that grows. Weakness whose course was told otherwise is not growing."""
    weak = [held[concept] for concept in covered if concept in held and held[concept].presence is Presence.PRESENT]
    courses = {finding.attributes.get("course") for finding in weak}
    if "worsening" in courses or any(finding.concept == "rapidly_progressing_weakness" for finding in weak):
        return "present"
    return "absent" if courses & {"stable", "improving"} else "unknown"


def _unlabelled(call: Call, states: Mapping[str, str], knowledge: Knowledge) -> Iterator[str]:
    """Items that came out as "no" although no label says so."""
    if not call.coarse:
        allowed = {item for item, state in call.expected.items() if state == "no"} | set(call.may)
    else:
        absent = {concept for name, value in call.expected.items() if value == "absent" for concept in concepts_of(name)}
        allowed = {item.id for item in knowledge.items.values() if item.cleared_by and set(item.cleared_by) <= absent}
        allowed |= set(_NO_SIGN)
    for item, state in states.items():
        if state == "no" and item not in allowed and (call.coarse or item not in call.expected):
            yield item


def judgements(path: Path = JUDGEMENTS) -> dict[str, Judgement]:
    """ "call/name" -> judgement; empty without the file.

    Raises:
        ValueError: A side that is not known.
    """
    if not path.exists():
        return {}
    data: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    found = {str(name): Judgement(str(e["right"]), str(e["read"]), str(e["why"])) for name, e in data.items()}
    for name, judgement in found.items():
        if judgement.right not in ("us", "label", "open"):
            raise ValueError(f"{path.name}: {name}: '{judgement.right}' is not one of us, label, open")
    return found


@dataclass(frozen=True)
class CallSet:
    """The outcomes of one file."""

    name: str
    calls: int
    outcomes: tuple[Outcome, ...]

    @property
    def answered(self) -> Share:
        """Answered items that came out as labelled."""
        labelled = [each for each in self.outcomes if each.wanted is not None]
        return Share(sum(each.right for each in labelled), len(labelled))

    @property
    def as_judged(self) -> Share:
        """The same where a person has judged the differences; what stayed open is not counted."""
        still_open = [each for each in self.outcomes if each.judgement is not None and each.judgement.right == "open"]
        labelled = [each for each in self.outcomes if each.wanted is not None and each not in still_open]
        return Share(sum(each.right_as_judged for each in labelled), len(labelled))

    @property
    def unlabelled(self) -> list[Outcome]:
        """ "No" without a label."""
        return [each for each in self.outcomes if each.wanted is None]

    @property
    def false_no(self) -> list[Outcome]:
        """A "no" against the label, or one without a label that nobody has judged right."""
        against = [each for each in self.outcomes if each.wanted is not None and each.read in ("no", "absent")]
        return [each for each in (*against, *self.unlabelled) if not each.right_as_judged]


def measure(path: Path, name: str, knowledge: Knowledge) -> CallSet:
    """All calls of a file or folder."""
    calls, judged = read_calls(path), judgements()
    return CallSet(name, len(calls), tuple(each for call in calls for each in outcomes(call, knowledge, judged)))


def measure_all(path: Path | None, knowledge: Knowledge) -> tuple[CallSet, ...]:
    """Our own calls and, if a path is given, that file or folder."""
    given = (measure(path, path.name, knowledge),) if path is not None else ()
    return (measure(OWN, "own", knowledge), *given)


def report(sets: Sequence[CallSet]) -> str:
    """The table."""
    rows = [
        ["calls", "", *[str(each.calls) for each in sets]],
        [
            "answered items right, as labelled",
            f">= {MUST_REACH:g}",
            *[f"{with_interval(each.answered)} {must(each.answered.value, MUST_REACH).split()[-1]}" for each in sets],
        ],
        ["the same, differences judged", "", *[with_interval(each.as_judged) for each in sets]],
        ['"no" without a label', "", *[str(len(each.unlabelled)) for each in sets]],
        ['of these, and of "no" against a label: not judged right', "<= 0", *[str(len(each.false_no)) for each in sets]],
    ]
    return table(["checklist from calls", "must", *[each.name for each in sets]], rows)


def listing(sets: Sequence[CallSet]) -> str:
    """Every difference by id: what was wanted, what was read, who is right."""
    lines = []
    for each in (outcome for one in sets for outcome in one.outcomes if not outcome.right):
        judged = f"; {each.judgement.right}: {each.judgement.why}" if each.judgement else ""
        lines.append(f"{each.call}/{each.name}: {each.read}, labelled {each.wanted or 'nothing'}{judged}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Measure our own calls and, if a path is given, that file."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.calls", description="Measure the checklist from whole calls.")
    parser.add_argument("path", nargs="?", type=Path, help="a further file of calls")
    parser.add_argument("--docs", action="store_true", help="put the figures into docs/evaluation.md")
    options = parser.parse_args(arguments)
    try:
        sets = measure_all(options.path, load())
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.docs:
        fill(DOCUMENT, {"calls": report(sets)})
    print(f"{report(sets)}\n\n{listing(sets)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
