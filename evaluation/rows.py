"""Labelled messages: the files in, `Row`s out.

In: a .jsonl path. Out: `Row`s, whatever of the three label formats the file uses. Called by `evaluation.__main__`,
`evaluation.run` and the tests.

    ours       {"id","text","kind","expected","rules","mentions":[{"concept","presence",...,"evidence"}],"voice"}
    coarse     {"id","text","voice","red_flag","mentions":[{"concept","polarity",...,"evidence"}]}, see `evaluation.coarse`
    short      {"text","present":[...],"absent":[...],"uncertain":[...],"person","time"}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.coarse import concepts_of, temporalities_of

DATA = Path(__file__).resolve().parent / "data"
DEVELOPMENT = Path(__file__).resolve().parent / "development"
KINDS = ("emergency", "negative", "other")
VOICES = ("plain", "indirect", "oblique")


class DataError(Exception):
    """A file cannot be measured on; the text says where and what is wrong."""


@dataclass(frozen=True)
class Label:
    """One thing a message says, as a person labelled it.

    Attributes:
        concepts: Ids that count as right; more than one where the label is coarser than ours.
        presence: present, absent or uncertain.
        experiencer: self, other or nobody.
        temporalities: Values that count as right.
        start, end: Where the evidence stands in the text; None when it is not given.
    """

    concepts: tuple[str, ...]
    presence: str
    experiencer: str
    temporalities: tuple[str, ...]
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Row:
    """One message with its labels.

    Attributes:
        kind: emergency, negative, other, or "real" for a coarse file, "short" for a short one.
        expected: Disposition the message alone must lead to, "not_emergency", or None when it is not labelled.
        rules: Rules expected among those that fire.
        voice: plain, indirect, oblique; or who speaks, in a coarse file.
        red_flag: Coarse files: nerve red flag, none, or None = not scored.
    """

    id: str
    text: str
    kind: str
    labels: tuple[Label, ...]
    expected: str | None = None
    rules: tuple[str, ...] = ()
    voice: str = ""
    red_flag: bool | None = None


def own_rows() -> list[Row]:
    """The test set of evaluation/data: nobody who changes the reading looks at it."""
    return [row for path in sorted(DATA.glob("*.jsonl")) for row in read_rows(path)]


def development_rows() -> list[Row]:
    """The set whose errors one works on."""
    return [row for path in sorted(DEVELOPMENT.glob("*.jsonl")) for row in read_rows(path)]


def read_rows(path: Path) -> list[Row]:
    """All rows of one file.

    Raises:
        DataError: With the first line that is not of a known form.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error.__class__.__name__}).") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line), number))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(f"{path}:{number}: {_reason(error)} The forms are in evaluation/data/README.md.") from error
    if not rows:
        raise DataError(f"{path} holds no line.")
    return rows


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "not JSON."
    if isinstance(error, KeyError):
        return f"{error} is missing."
    return f"{error}"


def _row(data: Mapping[str, Any], number: int) -> Row:
    if not isinstance(data, Mapping):
        raise ValueError("not a JSON object.")
    text = data["text"]
    if not isinstance(text, str):
        raise ValueError("'text' is not a string.")
    identity = str(data.get("id", number))
    if "kind" in data:
        return _ours(data, identity, text)
    if "red_flag" in data:
        return _coarse(data, identity, text)
    if "present" in data:
        return _short(data, identity, text)
    raise ValueError("it has none of 'kind', 'red_flag', 'present', so the labels are of no known form.")


def _ours(data: Mapping[str, Any], identity: str, text: str) -> Row:
    if data["kind"] not in KINDS:
        raise ValueError(f"kind '{data['kind']}' is not one of {', '.join(KINDS)}.")
    labels = tuple(
        Label((m["concept"],), m["presence"], m["experiencer"], (m["temporality"],), *_place(text, m.get("evidence")))
        for m in data["mentions"]
    )
    return Row(identity, text, data["kind"], labels, data["expected"], tuple(data["rules"]), data.get("voice", ""))


def _coarse(data: Mapping[str, Any], identity: str, text: str) -> Row:
    labels = tuple(
        Label(concepts, m["polarity"], m["experiencer"], temporalities_of(m["temporality"]), *_place(text, m.get("evidence")))
        for m in data["mentions"]
        if (concepts := concepts_of(m["concept"]))
    )
    return Row(identity, text, "real", labels, voice=data.get("voice", ""), red_flag=data["red_flag"])


def _short(data: Mapping[str, Any], identity: str, text: str) -> Row:
    person, time = data.get("person", "self"), data.get("time", "current")
    times = ("recent_resolved", "past_resolved") if time == "past" else (time,)
    labels = [
        Label((concept,), presence, person if presence == "present" else "self", times if presence == "present" else ("current",))
        for presence in ("present", "absent", "uncertain")
        for concept in _strings(data.get(presence, []), presence)
    ]
    return Row(identity, text, "short", tuple(labels))


def _strings(values: Iterable[Any], name: str) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"'{name}' is not a list of concept ids.")
    return values


def _place(text: str, evidence: str | None) -> tuple[int | None, int | None]:
    """Where the evidence stands; the first place if it stands in several."""
    if not evidence:
        return None, None
    start = text.find(evidence)
    if start < 0:
        raise ValueError("an 'evidence' is not a piece of its 'text'.")
    return start, start + len(evidence)
