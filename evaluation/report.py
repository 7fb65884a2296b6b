"""The tables of one run.

In: a `Result`. Out: `Section`s of markdown, and the targets that were missed. Called by `evaluation.__main__`, which prints
them, writes them to evaluation/out/ and, when asked, into docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluation import safety
from evaluation.metrics import Agreement, Counts, Share
from evaluation.peers.run import Speed
from evaluation.rows import VOICES
from evaluation.run import OURS, RULES, Result, TestSet
from evaluation.tables import must, number, table, with_interval
from evaluation.understanding import Understanding, measure


@dataclass(frozen=True)
class Section:
    """One block of the report; docs/evaluation.md holds it between marks that carry the id."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Target:
    """What must be reached, and what was."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def shown(self) -> str:
        """Bound and verdict."""
        return must(self.value, self.least, self.most)

    @property
    def missed(self) -> bool:
        """Measured, and not reached."""
        return self.shown.endswith("NO")


def sections(result: Result) -> list[Section]:
    """All blocks, in reading order."""
    understood = {title: measure(result.own.rows, readings) for title, readings in result.own.readings.items()}
    wanted = {target.name: target for target in targets(result, understood)}
    return [
        Section("emergencies", "Emergencies and hard negatives, our own set", _emergencies(result.own, result, wanted)),
        Section("voices", "Emergencies and hard negatives by voice", _voices(result)),
        Section("rules", "Emergencies by rule", _rules(result)),
        Section("levels", "Levels below emergency, every open question answered as normal", _levels(result)),
        Section("understanding", "Mentions, presence, person, time, our own set", _understanding(understood, wanted)),
        Section("classes", "Recall by labelled value", _classes(understood)),
        Section("concepts", "By concept", _concepts(understood[OURS])),
        Section("development", "The development set, whose errors were worked on", _emergencies(result.development, result, {})),
        *_given(result, wanted),
        *_context(result, wanted),
        *_speeds(result, wanted),
        Section("peers", "The others", _peers(result)),
    ]


def targets(result: Result, understood: dict[str, Understanding] | None = None) -> list[Target]:
    """Every bound of the project that this run can judge."""
    own, ours = result.own, result.own.readings[OURS]
    caught = safety.emergencies(own.rows, ours, result.knowledge)
    quiet = safety.negatives(own.rows, ours)
    read = (understood or {OURS: measure(own.rows, ours)})[OURS]
    found = [
        Target("emergencies in the set", caught.caught.n, least=300),
        Target("hard negatives in the set", quiet.false_alarms.n, least=250),
        Target("caught", caught.caught.value, least=0.98),
        Target("by rule alone", caught.by_rule_alone.value, least=0.85),
        Target("false alarms", quiet.false_alarms.value, most=0.05),
        Target("needless questions", quiet.needless.value, most=0.20),
        Target("mention F1", read.mentions.f1, least=0.90),
        Target("presence, balanced", read.presence.balanced, least=0.95),
        Target("experiencer, balanced", read.experiencer.balanced, least=0.95),
        Target("temporality, balanced", read.temporality.balanced, least=0.95),
    ]
    if result.given and any(row.red_flag is not None for row in result.given.rows):
        flags = safety.nerve_red_flags(result.given.rows, result.given.readings[OURS])
        found.append(Target("nerve red flags found", flags.sensitivity.value, least=0.90))
        found.append(Target("nerve red flags where there are none", 1 - flags.specificity.value, most=0.08))
    if result.context:
        theirs = {title: counts for title, counts in result.context.counts.items() if title != OURS and "negated" in counts}
        for counts in theirs.values():
            found.append(Target("negated F1", result.context.counts[OURS]["negated"].f1, least=round(counts["negated"].f1, 3)))
    if result.speeds:
        ratio = _ratio(result)
        if ratio is not None:
            found.append(Target("times medspaCy", ratio, least=5))
        with_model = result.speeds.reading.get(OURS)
        if with_model is not None:
            found.append(Target("median ms with second look", with_model.median_ms, most=15))
    return found


def _emergencies(own: TestSet, result: Result, wanted: dict[str, Target]) -> str:
    k = result.knowledge
    caught = {title: safety.emergencies(own.rows, readings, k) for title, readings in own.readings.items()}
    quiet = {title: safety.negatives(own.rows, readings) for title, readings in own.readings.items()}
    flags = {title: safety.own_red_flags(own.rows, readings) for title, readings in own.readings.items()}
    return _side_by_side(
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


def _side_by_side(data: TestSet, lines: Sequence[tuple[str, str | None, dict[str, Share]]], wanted: dict[str, Target]) -> str:
    titles = list(data.readings)
    return table(
        ["share (95 % interval) count", "must", *titles],
        [[name, wanted[key].shown if key in wanted else "", *[with_interval(shares[title]) for title in titles]] for name, key, shares in lines],
    )


def _voices(result: Result) -> str:
    own, k = result.own, result.knowledge
    titles = list(own.readings)
    rows = []
    for voice in VOICES:
        caught = [safety.emergencies(own.rows, own.readings[t], k).by_voice.get(voice) for t in titles]
        if any(caught):
            rows.append([f"{voice}: caught", *[with_interval(each[0]) if each else "n/a" for each in caught]])
            rows.append([f"{voice}: by rule alone", *[with_interval(each[1]) if each else "n/a" for each in caught]])
        quiet = [safety.negatives(own.rows, own.readings[t]).by_voice.get(voice) for t in titles]
        if any(quiet):
            rows.append([f"{voice}: false alarms", *[with_interval(each[0]) if each else "n/a" for each in quiet]])
            rows.append([f"{voice}: needless questions", *[with_interval(each[1]) if each else "n/a" for each in quiet]])
    return table(["voice", *titles], rows)


def _rules(result: Result) -> str:
    own = result.own
    by_rule = safety.emergencies(own.rows, own.readings[OURS], result.knowledge).by_rule
    return table(
        ["labelled rule", "messages", "caught", "by an emergency rule"],
        [[rule, str(caught.n), with_interval(caught), with_interval(alone)] for rule, (caught, alone) in by_rule.items()],
    )


def _levels(result: Result) -> str:
    own = result.own
    found = {title: safety.levels(own.rows, readings) for title, readings in own.readings.items()}
    lines: list[tuple[str, str | None, dict[str, Share]]] = [
        ("exactly the labelled level", None, {t: each.exact for t, each in found.items()}),
        ("less urgent than labelled", None, {t: each.too_low for t, each in found.items()}),
        ("more urgent than labelled", None, {t: each.too_high for t, each in found.items()}),
        ("emergency on the message alone", None, {t: each.false_alarms for t, each in found.items()}),
        ("one of the labelled rules among those that fire", None, {t: each.expected_rule for t, each in found.items()}),
    ]
    return _side_by_side(own, lines, {})


def _understanding(understood: dict[str, Understanding], wanted: dict[str, Target]) -> str:
    titles = list(understood)

    def line(name: str, key: str | None, value) -> list[str]:  # type: ignore[no-untyped-def]
        return [name, wanted[key].shown if key else "", *[value(understood[title]) for title in titles]]

    rows = [
        line("mention F1 (concept and presence)", "mention F1", lambda u: number(u.mentions.f1)),
        line("mention precision / recall", None, lambda u: _precision_recall(u.mentions)),
        line("mention F1, four saddle concepts as one", None, lambda u: number(u.grouped.f1)),
        line("macro F1 over concepts", None, lambda u: number(_macro(u.concepts))),
        line("labels matched by concept", None, lambda u: f"{u.presence.n}/{u.labels}"),
    ]
    for name in ("presence", "experiencer", "temporality"):
        rows.append(line(f"{name}, balanced", f"{name}, balanced", lambda u, n=name: number(getattr(u, n).balanced)))
        rows.append(line(f"{name}, plain", None, lambda u, n=name: with_interval(getattr(u, n).plain)))
    return table(["", "must", *titles], rows)


def _classes(understood: dict[str, Understanding]) -> str:
    titles = list(understood)
    rows = []
    for name in ("presence", "experiencer", "temporality"):
        tables: dict[str, Agreement] = {title: getattr(u, name) for title, u in understood.items()}
        for value in sorted({value for each in tables.values() for value in each.by_class}):
            shares = [tables[title].by_class.get(value) for title in titles]
            rows.append([f"{name}: {value}", *[with_interval(each) if each else "n/a" for each in shares]])
    return table(["labelled value", *titles], rows)


def _concepts(read: Understanding) -> str:
    def line(name: str, counts: Counts) -> list[str]:
        return [name, str(counts.right + counts.missed), number(counts.precision, 2), number(counts.recall, 2), number(counts.f1, 2)]

    rows = [line(name, counts) for name, counts in read.concepts.items()]
    rows += [line(name, counts) for name, counts in read.concepts_grouped.items() if name not in read.concepts]
    return table(["concept (with presence)", "labels", "precision", "recall", "F1"], rows)


def _given(result: Result, wanted: dict[str, Target]) -> Iterator[Section]:
    given = result.given
    if given is None:
        return
    title = f"Given file: {given.name}"
    parts = []
    if any(row.red_flag is not None for row in given.rows):
        lines: list[tuple[str, str | None, dict[str, Share]]] = []
        others = tuple(sorted({row.voice for row in given.rows} - set(safety.PATIENTS)))
        for name, voices in (("all voices", None), ("patients' own words", safety.PATIENTS), ("role play and prompts", others)):
            flags = {t: safety.nerve_red_flags(given.rows, readings, voices) for t, readings in given.readings.items()}
            if not voices and voices is not None:
                continue
            alone = voices is None
            lines.append((f"{name}: C, W or K rule on the true ones", "nerve red flags found" if alone else None, {t: f.sensitivity for t, f in flags.items()}))
            wrong = {t: Share(f.specificity.n - f.specificity.hits, f.specificity.n) for t, f in flags.items()}
            lines.append((f"{name}: on the false ones", "nerve red flags where there are none" if alone else None, wrong))
        parts.append(_side_by_side(given, lines, wanted))
    if any(row.kind == "emergency" for row in given.rows):
        caught = {t: safety.emergencies(given.rows, r, result.knowledge) for t, r in given.readings.items()}
        parts.append(_side_by_side(given, [("caught", None, {t: e.caught for t, e in caught.items()}), ("by rule alone", None, {t: e.by_rule_alone for t, e in caught.items()})], {}))
    if any(row.kind == "negative" for row in given.rows):
        quiet = {t: safety.negatives(given.rows, r) for t, r in given.readings.items()}
        parts.append(_side_by_side(given, [("false alarms", None, {t: q.false_alarms for t, q in quiet.items()}), ("needless questions", None, {t: q.needless for t, q in quiet.items()})], {}))
    if any(row.labels for row in given.rows):
        understood = {t: measure(given.rows, readings) for t, readings in given.readings.items()}
        rows = [
            ["mention F1 (concept and presence)", *[number(u.mentions.f1) for u in understood.values()]],
            ["mention precision / recall", *[_precision_recall(u.mentions) for u in understood.values()]],
        ]
        for name in ("presence", "experiencer", "temporality"):
            rows.append([f"{name}, balanced / plain", *[f"{number(getattr(u, name).balanced)} / {number(getattr(u, name).plain.value)}" for u in understood.values()]])
        parts.append(table(["", *understood], rows))
    yield Section("given", title, "\n\n".join(parts))


def _context(result: Result, wanted: dict[str, Target]) -> Iterator[Section]:
    context = result.context
    if context is None:
        return
    titles = list(context.counts)
    rows = []
    for sign in context.counts[OURS]:
        counts = context.counts[OURS][sign]
        key = wanted.get(f"{sign} F1")
        rows.append([f"{sign} ({counts.right + counts.missed})", key.shown if key else "", *[_prf(context.counts[title][sign]) for title in titles]])
    yield Section("context", f"Given spans: {context.name}, {context.spans} spans", table(["F1 (precision / recall)", "must", *titles], rows))


def _speeds(result: Result, wanted: dict[str, Target]) -> Iterator[Section]:
    speeds = result.speeds
    if speeds is None:
        return

    def line(name: str, speed: Speed) -> list[str]:
        return [
            name,
            number(speeds.sentences / speed.cpu_s, 0),
            number(speeds.sentences / speed.wall_s, 0),
            number(speed.median_ms, 1),
            number(speed.p95_ms, 1),
            number(speed.cold_s, 1),
        ]

    names = {RULES: "Rootline, second look off", OURS: "Rootline, second look on"}
    rows = [line(f"{names.get(title, title)}: reading", speed) for title, speed in speeds.reading.items() if speed]
    rows += [line(f"{names[title]}: reading, case, rules, next question", speed) for title, speed in speeds.deciding.items() if speed]
    head = ["one core, one thread", "sentences / CPU s", "sentences / s", "median ms", "p95 ms", "cold start s"]
    text = table(head, rows)
    text += f"\n\n{speeds.messages} messages, {speeds.sentences} sentences; best pass; milliseconds a message, wall time."
    for key, words in (("times medspaCy", "Sentences per CPU second against medspaCy"), ("median ms with second look", "Median milliseconds with the second look")):
        if key in wanted:
            text += f" {words}: {wanted[key].value:.1f} ({wanted[key].shown})."
    yield Section("speed", "Speed", text)


def _ratio(result: Result) -> float | None:
    assert result.speeds is not None
    ours, theirs = result.speeds.reading.get(RULES), result.speeds.reading.get("medspaCy")
    return theirs.cpu_s / ours.cpu_s if ours and theirs else None


def _peers(result: Result) -> str:
    rows = [[peer.title, f"left out: {peer.missing}" if peer.missing else peer.about] for peer in result.peers]
    return table(["peer", "what ran"], rows) if rows else "No peer was asked for."


def _macro(concepts: dict[str, Counts]) -> float:
    """Mean F1 over concepts that the labels name at all."""
    named = [counts for counts in concepts.values() if counts.right + counts.missed]
    return sum(counts.f1 for counts in named) / len(named) if named else float("nan")


def _precision_recall(counts: Counts) -> str:
    return f"{number(counts.precision)} / {number(counts.recall)}"


def _prf(counts: Counts) -> str:
    return f"{number(counts.f1)} ({number(counts.precision)} / {number(counts.recall)})"
