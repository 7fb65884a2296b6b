"""Tables about a given file, given spans, speed and the peers.

In: parts of a `Result`. Out: markdown. Called by `evaluation.report`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.knowledge.load import Knowledge
from evaluation import safety
from evaluation.metrics import Counts, Share
from evaluation.peers.run import PeerResult, Speed
from evaluation.report_reading import Line, precision_recall, side_by_side
from evaluation.run import OURS, RULES, ContextSet, Speeds, TestSet
from evaluation.tables import number, table
from evaluation.targets import Target
from evaluation.understanding import measure


def given(data: TestSet, knowledge: Knowledge, wanted: dict[str, Target]) -> str:
    """A given file: what its labels allow."""
    lines = [*_nerve_red_flags(data), *_own_kinds(data, knowledge)]
    parts = [side_by_side(data, lines, wanted)] if lines else []
    if any(row.labels for row in data.rows):
        parts.append(_mentions(data))
    return "\n\n".join(parts)


def _nerve_red_flags(data: TestSet) -> Iterator[Line]:
    if all(row.red_flag is None for row in data.rows):
        return
    others = tuple(sorted({row.voice for row in data.rows} - set(safety.PATIENTS)))
    for name, voices in (("all voices", None), ("patients' own words", safety.PATIENTS), ("role play and prompts", others)):
        flags = {title: safety.nerve_red_flags(data.rows, readings, voices) for title, readings in data.readings.items()}
        found = {title: each.sensitivity for title, each in flags.items()}
        wrong = {title: Share(each.specificity.n - each.specificity.hits, each.specificity.n) for title, each in flags.items()}
        if found[OURS].n or wrong[OURS].n:
            yield f"{name}: C, W or K rule on the true ones", "nerve red flags found" if voices is None else None, found
            yield f"{name}: on the false ones", "nerve red flags where there are none" if voices is None else None, wrong


def _own_kinds(data: TestSet, knowledge: Knowledge) -> Iterator[Line]:
    kinds = {row.kind for row in data.rows}
    if "emergency" in kinds:
        caught = {title: safety.emergencies(data.rows, r, knowledge) for title, r in data.readings.items()}
        yield "caught", None, {title: each.caught for title, each in caught.items()}
        yield "by rule alone", None, {title: each.by_rule_alone for title, each in caught.items()}
    if "negative" in kinds:
        quiet = {title: safety.negatives(data.rows, r) for title, r in data.readings.items()}
        yield "false alarms", None, {title: each.false_alarms for title, each in quiet.items()}
        yield "needless questions", None, {title: each.needless for title, each in quiet.items()}


def _mentions(data: TestSet) -> str:
    understood = {title: measure(data.rows, readings) for title, readings in data.readings.items()}
    rows = [
        ["mention F1 (concept and presence)", *[number(each.mentions.f1) for each in understood.values()]],
        ["mention precision / recall", *[precision_recall(each.mentions) for each in understood.values()]],
        ["labels matched by concept", *[f"{each.presence.n}/{each.labels}" for each in understood.values()]],
    ]
    for name in ("presence", "experiencer", "temporality"):
        found = [getattr(each, name) for each in understood.values()]
        rows.append([f"{name}, balanced / plain", *[f"{number(each.balanced)} / {number(each.plain.value)}" for each in found]])
    return table(["", *understood], rows)


def context(data: ContextSet, wanted: dict[str, Target]) -> str:
    """Given spans: F1 of each sign the file labels."""
    rows = []
    for sign, counts in data.counts[OURS].items():
        target = wanted.get(f"{sign} F1")
        each = [_f1_of(data.counts[title][sign]) for title in data.counts]
        rows.append([f"{sign} ({counts.right + counts.missed})", target.shown if target else "", *each])
    return table(["F1 (precision / recall)", "must", *data.counts], rows)


def speed(speeds: Speeds, wanted: dict[str, Target]) -> str:
    """Sentences a second, milliseconds a message, cold start."""
    names = {RULES: "Rootline, second look off", OURS: "Rootline, second look on"}

    def line(name: str, each: Speed) -> list[str]:
        rates = [number(speeds.sentences / seconds, 0) for seconds in (each.cpu_s, each.wall_s)]
        return [name, *rates, number(each.median_ms, 1), number(each.p95_ms, 1), number(each.cold_s, 1)]

    rows = [line(f"{names.get(title, title)}: reading", each) for title, each in speeds.reading.items() if each]
    rows += [
        line(f"{names[title]}: reading, case, rules, next question", each) for title, each in speeds.deciding.items() if each
    ]
    text = table(["one core", "sentences / CPU s", "sentences / s", "median ms", "p95 ms", "cold start s"], rows)
    text += f"\n\n{speeds.messages} messages, {speeds.sentences} sentences; best pass; milliseconds a message are wall time."
    for name, words in (
        ("times medspaCy", "Sentences per CPU second against medspaCy"),
        ("median ms with second look", "Median milliseconds with the second look"),
    ):
        if name in wanted:
            text += f" {words}: {wanted[name].value:.1f} ({wanted[name].shown})."
    return text


def peers(asked: tuple[PeerResult, ...]) -> str:
    """What ran, in which version, or why it did not."""
    rows = [[peer.title, f"left out: {peer.missing}" if peer.missing else peer.about] for peer in asked]
    return table(["peer", "what ran"], rows) if rows else "No peer was asked for."


def _f1_of(counts: Counts) -> str:
    return f"{number(counts.f1)} ({precision_recall(counts)})"
