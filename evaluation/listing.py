"""Every error, one by one, for a person to go through: evaluation/out/errors.md (never committed: it holds messages).

In: rows and readings of Rootline, one to one. Out: markdown. Called by `evaluation.__main__`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.extraction.mention import Mention
from bot.knowledge.load import Knowledge
from evaluation import safety
from evaluation.rows import DATA, Label, Row
from evaluation.systems import Reading
from evaluation.understanding import loose, strict

JUDGEMENTS = DATA / "judgements.yml"
#: Who is right, in the judgement file.
SIDES = ("us", "label", "both", "neither", "open")


@dataclass(frozen=True)
class Judgement:
    """Who is right where reading and label differ, and why; by id only, the message is not repeated."""

    right: str
    why: str


def judgements(path: Path = JUDGEMENTS) -> dict[str, Judgement]:
    """Row id -> judgement; empty without the file.

    Raises:
        ValueError: A side that is not known.
    """
    if not path.exists():
        return {}
    data: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    found = {str(name): Judgement(str(entry["right"]), str(entry["why"])) for name, entry in data.items()}
    for name, judgement in found.items():
        if judgement.right not in SIDES:
            raise ValueError(f"{path.name}: {name}: '{judgement.right}' is not one of {', '.join(SIDES)}")
    return found


def errors(rows: Sequence[Row], readings: Sequence[Reading], knowledge: Knowledge, title: str) -> str:
    """The listing of one set."""
    caught = safety.catcher(knowledge)
    judged = judgements()
    pairs = list(zip(rows, readings, strict=True))
    parts = [
        _section("Emergencies that nothing caught", pairs, "emergency", lambda row, r: not caught(row, r)),
        _section(
            "Emergencies caught by the question only",
            pairs,
            "emergency",
            lambda row, r: caught(row, r) and not safety.rule_fires(row, r),
        ),
        _section("False alarms", pairs, "negative", safety.rule_fires),
        _section("Needless questions", pairs, "negative", safety.asks_needlessly),
        _section("Another level than labelled", pairs, "other", lambda row, r: r.rest_disposition != row.expected),
        _section(
            "Nerve red flag: labelled, not found",
            pairs,
            "real",
            lambda row, r: row.red_flag is True and not safety.nerve_flag(row, r),
            judged,
        ),
        _section(
            "Nerve red flag: found, labelled as none",
            pairs,
            "real",
            lambda row, r: row.red_flag is False and safety.nerve_flag(row, r),
            judged,
        ),
        "\n".join(_mention_errors(pairs)),
    ]
    return f"# {title}\n\n" + "\n".join(part for part in parts if part)


def _section(
    title: str,
    pairs: Sequence[tuple[Row, Reading]],
    kind: str,
    wrong: Callable[[Row, Reading], bool],
    judged: Mapping[str, Judgement] | None = None,
) -> str:
    of_kind = [pair for pair in pairs if pair[0].kind == kind]
    found = [pair for pair in of_kind if wrong(*pair)]
    if not of_kind:
        return ""
    lines = [f"## {title}: {len(found)} of {len(of_kind)}", ""]
    for row, reading in found:
        lines += _entry(row, reading)
        if judged is not None:
            said = judged.get(row.id)
            lines.append(f"  - judgement: {f'{said.right}. {said.why}' if said else 'not judged yet'}")
    return "\n".join([*lines, ""])


def _entry(row: Row, reading: Reading) -> Iterator[str]:
    wanted = " ".join(filter(None, [row.expected, *row.rules]))
    yield f"- **{row.id}** ({row.voice}) {row.text}"
    yield (
        f"  - {f'wanted {wanted}; ' if wanted else ''}came out {reading.disposition}"
        f" [{', '.join(rule for rule, _ in reading.rules)}], with the rest normal {reading.rest_disposition};"
        f" next question {reading.question or 'none'}"
    )
    yield f"  - read: {'; '.join(_read(mention) for mention in reading.mentions) or 'nothing'}"
    if reading.suggestions:
        yield f"  - suggested: {', '.join(f'{s.concept} {s.score:.2f}' for s in reading.suggestions)}"


def _mention_errors(pairs: Sequence[tuple[Row, Reading]]) -> Iterator[str]:
    """Missed and extra mentions, and attributes that differ, message by message."""
    yield "## Mentions"
    yield ""
    for row, reading in pairs:
        if not row.labels and row.kind != "negative":
            continue
        matching = strict(row, reading)
        lines = [f"  - missed: {_labelled(row, label)}" for label in matching.missed]
        lines += [f"  - extra: {_read(mention)}" for mention in matching.extra]
        lines += [
            f"  - differs: {_labelled(row, label)} / read {_read(mention)}"
            for label, mention in loose(row, reading).pairs
            if _differs(label, mention)
        ]
        if lines:
            yield f"- **{row.id}** {row.text}"
            yield from lines


def _differs(label: Label, mention: Mention) -> bool:
    return label.experiencer != mention.experiencer or mention.temporality not in label.temporalities


def _labelled(row: Row, label: Label) -> str:
    words = f' "{row.text[label.start : label.end]}"' if label.start is not None else ""
    return f"{' or '.join(label.concepts)} {label.presence} {label.experiencer} {' or '.join(label.temporalities)}{words}"


def _read(mention: Mention) -> str:
    attributes = ", ".join(f"{name}={value}" for name, value in mention.attributes.items())
    return f'{mention.concept} {mention.presence} {mention.experiencer} {mention.temporality} "{mention.text}"' + (
        f" ({attributes})" if attributes else ""
    )
