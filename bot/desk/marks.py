"""The transcript as the desk page shows it: every turn with the marks of its words, and the JSON of a whole state.

In: turns, the machine's case, the desk's, the decision. Out: JSON-ready dicts; JSON text. Called by `bot.desk.calls` and
the desk's routes. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from bot.desk.judgement import BY
from bot.desk.listening import CALLER_SIDE, Spoken
from bot.extraction.mention import Mention
from bot.findings.case import Case
from bot.findings.view import subject
from bot.triage.assessment import Assessment

#: How a mark is shown. "other": another person; "background": past, feared or supposed.
MARKS = ("present", "absent", "uncertain", "other", "background")


def kind_of(mention: Mention, about: str) -> str:
    """How the words of a mention are marked."""
    if mention.by != "answer" and mention.experiencer not in (about, "nobody"):
        return "other"
    if mention.experiencer == "nobody" or mention.temporality in ("hypothetical", "past_resolved"):
        return "background"
    return mention.presence


class ShownTurn(dict[str, Any]):
    """A turn as the page gets it; its JSON is written once, however often the turn is sent.

    Attributes:
        version: Version of the state in which it last changed.
    """

    version: int = 0

    @cached_property
    def text(self) -> str:
        """This turn as JSON."""
        return _json(self)


class TurnViews:
    """The shown turns of one call. A turn whose words and marks are as before is the same object as before.

    A long call has hundreds of turns, and one more turn changes few of them: only those are put together anew.
    """

    def __init__(self) -> None:
        self._marks: dict[int, tuple[tuple[Any, ...], list[tuple[int, dict[str, Any]]]]] = {}
        self._turns: dict[int, tuple[Spoken, tuple[int, ...], list[dict[str, Any]], ShownTurn]] = {}

    def show(
        self, turns: Sequence[Spoken], case: Case, human: Case, assessment: Assessment, knowledge: Any, version: int
    ) -> list[ShownTurn]:
        """Every turn with the marks of its words; those that changed bear `version`."""
        marks: dict[int, list[dict[str, Any]]] = {}
        for turn, mark in self._all_marks(case, human, assessment, knowledge):
            marks.setdefault(turn, []).append(mark)
        return [self._turn(number, turn, marks.get(number, []), version) for number, turn in enumerate(turns)]

    def _turn(self, number: int, turn: Spoken, marks: list[dict[str, Any]], version: int) -> ShownTurn:
        known = self._turns.get(number)
        key = tuple(map(id, marks))
        if known is not None and (known[0] is turn or known[0] == turn) and known[1] == key:
            return known[3]
        shown = ShownTurn({
            "id": turn.id, "n": number, "speaker": turn.speaker, "side": "caller" if turn.speaker in CALLER_SIDE else "agent",
            "text": turn.text, "at": turn.at, "final": turn.final,
            "marks": sorted(marks, key=lambda mark: (mark["start"], mark["end"], mark["concept"])),
        })  # fmt: skip
        shown.version = version
        self._turns[number] = (turn, key, marks, shown)  # the marks are kept so that their identities stay theirs
        return shown

    def _all_marks(self, case: Case, human: Case, assessment: Assessment, knowledge: Any) -> Iterator[tuple[int, dict[str, Any]]]:
        about = subject(human)
        rules: dict[int, tuple[str, ...]] = {}
        for rule in assessment.fired:
            for index in rule.mentions:
                rules[index] = (*rules.get(index, ()), rule.id)
        machine_gone, human_gone = set(case.withdrawn_mentions), set(human.withdrawn_mentions)
        corrected = {
            (m.turn, m.start, m.end, m.concept): m for m in human.mentions[len(case.mentions) :] if m.by == BY and m.end > 0
        }
        for index, mention in enumerate(case.mentions):
            desk = corrected.get((mention.turn, mention.start, mention.end, mention.concept)) if corrected else None
            gone = index in human_gone and desk is None
            key = (mention, desk, gone, index in machine_gone, about, rules.get(index, ()))
            known = self._marks.get(index)
            if known is None or known[0] != key:
                known = self._marks[index] = (key, list(_marks(*key, knowledge)))
            yield from known[1]


def _marks(
    mention: Mention, desk: Mention | None, gone: bool, machine_gone: bool, about: str, rules: tuple[str, ...], knowledge: Any
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The marks of one mention, each with the number of its turn."""
    shown = desk or mention
    for turn, start, end in [(p.turn, p.start, p.end) for p in mention.pieces] or [(mention.turn, mention.start, mention.end)]:
        if end <= start:
            continue
        yield turn, {
            "start": start,
            "end": end,
            "concept": mention.concept,
            "label": knowledge.concepts[mention.concept].label if mention.concept in knowledge.concepts else mention.concept,
            "kind": kind_of(shown, about),
            "presence": shown.presence,
            "experiencer": shown.experiencer,
            "temporality": shown.temporality,
            "attributes": dict(mention.attributes),
            "rules": list(rules),
            "withdrawn": machine_gone or gone,
            "by": shown.by,
            "machine": None if desk is None and not (gone and not machine_gone) else {
                "presence": mention.presence, "experiencer": mention.experiencer, "temporality": mention.temporality,
            },
        }  # fmt: skip


def changes(state: Mapping[str, Any], since: int) -> dict[str, Any]:
    """The state with only the turns that changed after version `since`, and the ids of all in order."""
    turns = state["turns"]
    return {**state, "turns": [turn for turn in turns if turn.version > since], "order": [turn["id"] for turn in turns]}


def state_text(state: Mapping[str, Any]) -> str:
    """The JSON of a state; turns that were written before are not written again."""
    turns = ",".join(turn.text if isinstance(turn, ShownTurn) else _json(turn) for turn in state["turns"])
    rest = _json({key: value for key, value in state.items() if key != "turns"})
    return f'{{"turns":[{turns}],{rest[1:]}'


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
