"""One run: every system over every set, on the same knowledge and the same machine.

In: options. Out: a `Result`. Called by `evaluation.__main__`; nothing is printed here but progress.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.extraction import read_context
from bot.extraction.second_look import SecondLook
from bot.knowledge.load import Knowledge, load
from evaluation import calls as call_files
from evaluation import context_set
from evaluation.metrics import Counts
from evaluation.peers.run import PeerResult, Speed, ask, own_speed
from evaluation.rows import Row, development_rows, own_rows, read_rows
from evaluation.systems import Reading, read_as, read_ourselves

#: Column titles of our own system with and without the model.
OURS, RULES = "Rootline", "rules alone"


@dataclass(frozen=True)
class TestSet:
    """Rows, and what each system made of them: {column title: one reading a row}."""

    name: str
    rows: tuple[Row, ...]
    readings: dict[str, list[Reading]]


@dataclass(frozen=True)
class ContextSet:
    """A set of given spans: {column title: {sign: counts}}."""

    name: str
    spans: int
    counts: dict[str, dict[str, Counts]]


@dataclass(frozen=True)
class Speeds:
    """Speed on one core over the own set. `sentences` is the number of sentences in `messages`, the same for all."""

    messages: int
    sentences: int
    reading: dict[str, Speed | None]
    deciding: dict[str, Speed | None]


@dataclass(frozen=True)
class Result:
    """All that one run found.

    Attributes:
        second_look: Whether the model was there; without it, `OURS` is the rules alone.
        peers: As asked, with the reason where one was left out.
    """

    knowledge: Knowledge
    second_look: bool
    own: TestSet
    development: TestSet
    given: TestSet | None = None
    context: ContextSet | None = None
    speeds: Speeds | None = None
    peers: tuple[PeerResult, ...] = ()
    notes: tuple[str, ...] = field(default=())
    calls: tuple[call_files.CallSet, ...] = ()


def run(
    *,
    data: Path | None,
    context: Path | None,
    calls: Path | None,
    peers: Sequence[str],
    passes: int,
    say: Callable[[str], None],
) -> Result:
    """Measure.

    Args:
        data: A further labelled file, or None.
        context: A file of given spans, or None.
        calls: A file of calls beside our own, or None.
        peers: Names of peers to measure beside us.
        passes: Passes for the speed figures; 0 leaves them out.
        say: Takes lines about progress.

    Raises:
        DataError: A given file is not of a known form.
        KnowledgeError: The knowledge is broken.
    """
    own = own_rows()
    given = read_rows(data) if data else []
    items = context_set.read_items(context) if context else []
    knowledge = load()
    model = SecondLook.load()
    texts = [row.text for row in (*own, *given)]

    say(f"==> Rootline, second look {'on' if model.ready else 'off (no model)'}")
    readings = _ourselves(texts, knowledge, model)
    development = development_rows()
    apart = TestSet("development", tuple(development), _ourselves([row.text for row in development], knowledge, model))
    spans = [{"text": item.text, "spans": [list(span) for span in item.spans]} for item in items]
    asked = tuple(ask(name, texts, knowledge, say, spans=spans, timed=len(own), passes=max(passes, 1)) for name in peers)
    for peer in asked:
        if peer.missing is None:
            readings[peer.title] = read_as(peer.mentions, knowledge)
    return Result(
        knowledge,
        model.ready,
        TestSet("own", tuple(own), {title: found[: len(own)] for title, found in readings.items()}),
        apart,
        TestSet(data.name, tuple(given), {title: found[len(own) :] for title, found in readings.items()}) if data else None,
        _context(context.name, items, asked, knowledge) if context else None,
        _speeds([row.text for row in own], asked, model.ready, passes, say) if passes else None,
        asked,
        calls=call_files.measure_all(calls, knowledge),
    )


def _ourselves(texts: Sequence[str], knowledge: Knowledge, model: SecondLook) -> dict[str, list[Reading]]:
    """Our two columns, or one where there is no model."""
    if not model.ready:
        return {OURS: read_ourselves(texts, knowledge, None)}
    return {OURS: read_ourselves(texts, knowledge, model), RULES: read_ourselves(texts, knowledge, None)}


def _context(name: str, items: Sequence[context_set.Item], peers: Sequence[PeerResult], knowledge: Knowledge) -> ContextSet:
    counts = {OURS: context_set.measure(items, [read_context(item.text, list(item.spans), knowledge) for item in items])}
    for peer in peers:
        if peer.spans:
            counts[peer.title] = context_set.measure(items, peer.spans)
    return ContextSet(name, sum(len(item.spans) for item in items), counts)


def _speeds(texts: Sequence[str], peers: Sequence[PeerResult], model: bool, passes: int, say: Callable[[str], None]) -> Speeds:
    say("==> speed, one core, one thread")
    reading: dict[str, Speed | None] = {RULES: own_speed(texts, passes=passes, second_look=False)}
    deciding: dict[str, Speed | None] = {RULES: own_speed(texts, passes=1, second_look=False, decide=True)}
    if model:
        reading[OURS] = own_speed(texts, passes=1, second_look=True)
        deciding[OURS] = own_speed(texts, passes=1, second_look=True, decide=True)
    reading |= {peer.title: peer.speed for peer in peers if peer.speed is not None}
    return Speeds(len(texts), sum(sentences(text) for text in texts), reading, deciding)


def sentences(text: str) -> int:
    """Sentences of a message by its marks and line breaks; at least one. The same count serves every system."""
    pieces = text.replace("!", ".").replace("?", ".").replace("\n", ".").split(".")
    return max(1, sum(any(character.isalpha() for character in piece) for piece in pieces))
