"""The report of one run: its tables in reading order, and whether each peer was beaten.

In: a `Result`. Out: `Section`s of markdown. Called by `evaluation.__main__`, which prints them, writes them to evaluation/out/
and, when asked, into docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evaluation import calls, report_more, report_reading, safety
from evaluation.run import OURS, RULES, Result
from evaluation.targets import Target, targets
from evaluation.understanding import Understanding, measure


@dataclass(frozen=True)
class Section:
    """One block of the report; docs/evaluation.md holds it between marks that carry the id."""

    id: str
    title: str
    text: str


def sections(result: Result) -> list[Section]:
    """All blocks, in reading order."""
    own = result.own
    understood = {title: measure(own.rows, readings) for title, readings in own.readings.items()}
    wanted = {target.name: target for target in targets(result, understood)}
    reading = report_reading
    return [
        Section("emergencies", "Emergencies and hard negatives, test set", reading.emergencies(own, result.knowledge, wanted)),
        Section("voices", "Emergencies and hard negatives by voice", reading.voices(own, result.knowledge)),
        Section("rules", "Emergencies by rule", reading.rules(own, result.knowledge)),
        Section("levels", "Levels below emergency, every open question answered as normal", reading.levels(own)),
        Section("understanding", "Mentions, presence, person, time, test set", reading.understanding(understood, wanted)),
        Section("classes", "Recall by labelled value", reading.classes(understood)),
        Section("concepts", "By concept", reading.concepts(understood[OURS])),
        *_optional(result, wanted),
        Section("peers", "The others", f"{report_more.peers(result.peers)}\n\n{against_peers(result, understood)}"),
        Section(
            "development",
            "Development set, whose errors were worked on",
            reading.emergencies(result.development, result.knowledge, {}),
        ),
    ]


def _optional(result: Result, wanted: dict[str, Target]) -> Iterator[Section]:
    if result.given:
        text = report_more.given(result.given, result.knowledge, wanted)
        yield Section("given", f"Given file: {result.given.name}, {len(result.given.rows)} messages", text)
    if result.context:
        title = f"Given spans: {result.context.name}, {result.context.spans} spans"
        yield Section("context", title, report_more.context(result.context, wanted))
    if result.calls:
        yield Section("calls", "Checklist from whole calls", calls.report(result.calls))
    if result.speeds:
        yield Section("speed", "Speed", report_more.speed(result.speeds, wanted))


def against_peers(result: Result, understood: dict[str, Understanding]) -> str:
    """Where a peer is better than Rootline on a headline figure; a peer that hears nothing never gives a false alarm."""
    figures = list(_headline(result, understood))
    titles = [title for title in result.own.readings if title not in (OURS, RULES)]
    if not titles:
        return "No peer to compare with."
    better = [
        f"{name}: {title} {values[title]:.3f}, Rootline {values[OURS]:.3f}"
        for name, values, more_is_better in figures
        for title in titles
        if title in values and (values[title] > values[OURS] if more_is_better else values[title] < values[OURS])
    ]
    if better:
        return f"A peer is better on {len(better)} of {len(figures) * len(titles)} comparisons: {'; '.join(better)}."
    return f"Rootline is at least as good as each peer on all {len(figures)} headline figures."


def _headline(result: Result, understood: dict[str, Understanding]) -> Iterator[tuple[str, dict[str, float], bool]]:
    """(figure, value by column, whether more is better)."""
    own = result.own
    caught = {title: safety.emergencies(own.rows, readings, result.knowledge) for title, readings in own.readings.items()}
    quiet = {title: safety.negatives(own.rows, readings) for title, readings in own.readings.items()}
    yield "caught", {title: each.caught.value for title, each in caught.items()}, True
    yield "by rule alone", {title: each.by_rule_alone.value for title, each in caught.items()}, True
    yield "false alarms", {title: each.false_alarms.value for title, each in quiet.items()}, False
    youden = {title: caught[title].by_rule_alone.value - quiet[title].false_alarms.value for title in own.readings}
    yield "emergencies by rule minus false alarms", youden, True
    yield "mention F1", {title: each.mentions.f1 for title, each in understood.items()}, True
    for name in ("presence", "experiencer", "temporality"):
        values = {title: each.whole[name].balanced for title, each in understood.items()}
        yield f"{name}, balanced, unread counts as wrong", values, True
    if result.given and any(row.red_flag is not None for row in result.given.rows):
        given = result.given
        flags = {title: safety.nerve_red_flags(given.rows, readings) for title, readings in given.readings.items()}
        yield f"{given.name}: nerve red flags found", {title: each.sensitivity.value for title, each in flags.items()}, True
        both = {title: each.sensitivity.value + each.specificity.value - 1 for title, each in flags.items()}
        yield f"{given.name}: found minus false", both, True
