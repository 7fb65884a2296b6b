"""Tables about our own sets: what was caught, at which level, and what was understood.

In: a `TestSet` or measures. Out: markdown. Called by `evaluation.report`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge.load import Knowledge
from evaluation import safety
from evaluation.metrics import Agreement, Counts, Share
from evaluation.rows import VOICES
from evaluation.run import OURS, TestSet
from evaluation.tables import number, table, with_interval
from evaluation.targets import Target
from evaluation.understanding import Understanding

#: (name, target it is judged by, share by column).
Line = tuple[str, "str | None", dict[str, Share]]


def emergencies(own: TestSet, knowledge: Knowledge, wanted: dict[str, Target]) -> str:
    """What was caught, and what was not left in peace."""
    caught = {title: safety.emergencies(own.rows, readings, knowledge) for title, readings in own.readings.items()}
    quiet = {title: safety.negatives(own.rows, readings) for title, readings in own.readings.items()}
    flags = {title: safety.own_red_flags(own.rows, readings) for title, readings in own.readings.items()}
    return side_by_side(
        own,
        [
            ("caught: rule, or the very next question", "caught", {t: e.caught for t, e in caught.items()}),
            ("by rule alone, at emergency_now", "by rule alone", {t: e.by_rule_alone for t, e in caught.items()}),
            ("by one of the labelled rules", None, {t: e.expected_rule for t, e in caught.items()}),
            ("of those caught by the question: about the right sign", None, {t: e.right_question for t, e in caught.items()}),
            ("hard negatives: false alarms by rule", "false alarms", {t: q.false_alarms for t, q in quiet.items()}),
            ("hard negatives: needless clarifying question", "needless questions", {t: q.needless for t, q in quiet.items()}),
            ("of these, to check a suggestion", None, {t: q.confirming for t, q in quiet.items()}),
            ("sensitivity of the emergency rules", None, {t: f.sensitivity for t, f in flags.items()}),
            ("specificity (hard negatives and lower levels)", None, {t: f.specificity for t, f in flags.items()}),
        ],
        wanted,
    )


def voices(own: TestSet, knowledge: Knowledge) -> str:
    """The same by how the message is told."""
    titles = list(own.readings)
    rows = []
    for voice in VOICES:
        caught = [safety.emergencies(own.rows, own.readings[t], knowledge).by_voice.get(voice) for t in titles]
        if any(caught):
            rows.append([f"{voice}: caught", *[with_interval(each[0]) if each else "n/a" for each in caught]])
            rows.append([f"{voice}: by rule alone", *[with_interval(each[1]) if each else "n/a" for each in caught]])
        quiet = [safety.negatives(own.rows, own.readings[t]).by_voice.get(voice) for t in titles]
        if any(quiet):
            rows.append([f"{voice}: false alarms", *[with_interval(each[0]) if each else "n/a" for each in quiet]])
            rows.append([f"{voice}: needless questions", *[with_interval(each[1]) if each else "n/a" for each in quiet]])
    return table(["voice", *titles], rows)


def rules(own: TestSet, knowledge: Knowledge) -> str:
    """Rootline alone, by labelled rule."""
    by_rule = safety.emergencies(own.rows, own.readings[OURS], knowledge).by_rule
    return table(
        ["labelled rule", "messages", "caught", "by an emergency rule"],
        [[rule, str(caught.n), with_interval(caught), with_interval(alone)] for rule, (caught, alone) in by_rule.items()],
    )


def levels(own: TestSet) -> str:
    """Levels below emergency."""
    found = {title: safety.levels(own.rows, readings) for title, readings in own.readings.items()}
    lines: list[Line] = [
        ("exactly the labelled level", None, {t: each.exact for t, each in found.items()}),
        ("less urgent than labelled", None, {t: each.too_low for t, each in found.items()}),
        ("more urgent than labelled", None, {t: each.too_high for t, each in found.items()}),
        ("emergency on the message alone", None, {t: each.false_alarms for t, each in found.items()}),
        ("one of the labelled rules among those that fire", None, {t: each.expected_rule for t, each in found.items()}),
    ]
    return side_by_side(own, lines, {})


def understanding(understood: dict[str, Understanding], wanted: dict[str, Target]) -> str:
    """Mentions and attributes."""
    titles = list(understood)

    def line(name: str, key: str | None, value) -> list[str]:  # type: ignore[no-untyped-def]
        return [name, wanted[key].shown if key else "", *[value(understood[title]) for title in titles]]

    rows = [
        line("mention F1 (concept and presence)", "mention F1", lambda u: number(u.mentions.f1)),
        line("mention precision / recall", None, lambda u: precision_recall(u.mentions)),
        line("mention F1, four saddle concepts as one", None, lambda u: number(u.grouped.f1)),
        line("macro F1 over concepts", None, lambda u: number(_macro(u.concepts))),
        line("labels matched by concept", None, lambda u: f"{u.presence.n}/{u.labels}"),
    ]
    for name in ("presence", "experiencer", "temporality"):
        rows.append(line(f"{name}, balanced", f"{name}, balanced", lambda u, n=name: number(getattr(u, n).balanced)))
        rows.append(line(f"{name}, balanced, unread counts as wrong", None, lambda u, n=name: number(u.whole[n].balanced)))
        rows.append(line(f"{name}, plain", None, lambda u, n=name: with_interval(getattr(u, n).plain)))
    return table(["", "must", *titles], rows)


def classes(understood: dict[str, Understanding]) -> str:
    """Recall of each labelled value, which the balanced figures are the mean of."""
    titles = list(understood)
    rows = []
    for name in ("presence", "experiencer", "temporality"):
        tables: dict[str, Agreement] = {title: getattr(u, name) for title, u in understood.items()}
        for value in sorted({value for each in tables.values() for value in each.by_class}):
            shares = [tables[title].by_class.get(value) for title in titles]
            rows.append([f"{name}: {value}", *[with_interval(each) if each else "n/a" for each in shares]])
    return table(["labelled value", *titles], rows)


def concepts(read: Understanding) -> str:
    """Precision, recall and F1 of each concept."""

    def line(name: str, counts: Counts) -> list[str]:
        return [
            name,
            str(counts.right + counts.missed),
            number(counts.precision, 2),
            number(counts.recall, 2),
            number(counts.f1, 2),
        ]

    rows = [line(name, counts) for name, counts in read.concepts.items()]
    rows += [line(name, counts) for name, counts in read.concepts_grouped.items() if name not in read.concepts]
    return table(["concept (with presence)", "labels", "precision", "recall", "F1"], rows)


def side_by_side(data: TestSet, lines: Sequence[Line], wanted: dict[str, Target]) -> str:
    """One line a figure, one column a system."""
    titles = list(data.readings)
    return table(
        ["share (95 % interval) count", "must", *titles],
        [
            [name, wanted[key].shown if key in wanted else "", *[with_interval(shares[title]) for title in titles]]
            for name, key, shares in lines
        ],
    )


def _macro(concepts: dict[str, Counts]) -> float:
    """Mean F1 over concepts that the labels name at all."""
    named = [counts for counts in concepts.values() if counts.right + counts.missed]
    return sum(counts.f1 for counts in named) / len(named) if named else float("nan")


def precision_recall(counts: Counts) -> str:
    """Both in one cell."""
    return f"{number(counts.precision)} / {number(counts.recall)}"
