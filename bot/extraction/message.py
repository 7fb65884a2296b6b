"""`extract(text, knowledge) -> Extraction`: all that one message says.

In: raw text, what had just been asked, what was said before, today's date. Out: `Extraction`. Called by the
analysis of a text, by the Rasa component and by the agent desk. Pure: no I/O, no clock.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.extraction.answers import read_answer
from bot.extraction.assertion import Verdict, judge
from bot.extraction.attributes import Attributes
from bot.extraction.denial import feels_as
from bot.extraction.disguise import as_written, plain
from bot.extraction.mention import Asked, Extraction, Mention, Piece
from bot.extraction.nearby import sentence_around
from bot.extraction.past import PAST_AFTER_DAYS
from bot.extraction.person import NOBODY, SELF, Person, noted, people
from bot.extraction.pipeline import reader_for
from bot.extraction.profile import read_profile
from bot.extraction.reading import Reading, Sketch
from bot.extraction.suggesting import with_suggestions
from bot.extraction.timing import find_times
from bot.extraction.tokens import lower

#: Longest text read in full; the rest of a longer one is read in pieces of this size.
PIECE_CHARACTERS = 3_000


def extract(
    text: str,
    knowledge: Any,
    *,
    turn: int = 0,
    asked: Asked | None = None,
    previous: Sequence[str] = (),
    subject: str | None = None,
    today: date | None = None,
    second_look: Any = None,
) -> Extraction:
    """Read one message.

    Args:
        text: What the person wrote or said, as it came.
        knowledge: Loaded and checked knowledge.
        turn: Number of this message in the conversation.
        asked: The question just put, so that "nope" can be read.
        previous: The messages just before by the same person, oldest first; a message may go on where the
            last one stopped ("my leg" / "is numb").
        subject: Relation of the person the conversation is about ("mother"), None = the writer.
        today: Date for "since Sunday"; None leaves weekdays vague.
        second_look: Trained second look (bot.extraction.second_look), or None.

    Returns:
        Mentions in text order with exact character offsets, short answers, profile facts and suggestions.
    """
    vocabulary = reader_for(knowledge).lexicon.vocabulary
    bare = plain(text, vocabulary)
    if bare.at:
        read = as_written(
            extract(bare.text, knowledge, turn=turn, asked=asked, previous=previous, subject=subject, today=today), bare, text
        )
        return with_suggestions(read, text, knowledge, second_look) if second_look is not None else read
    mentions: list[Mention] = []
    for offset, piece in _pieces(text):
        mentions.extend(_read_piece(piece, offset, text, knowledge, turn, previous, subject, today))
    profile = read_profile(text, knowledge, asked, today)
    answers, act, extra = read_answer(text, knowledge, asked, mentions, turn)
    mentions = sorted([*mentions, *extra], key=lambda m: (m.start, m.end, m.concept))
    language, understood = _language(text, knowledge, mentions, answers, act)
    if not understood:
        answers, act = [], None
    read = Extraction(turn, tuple(mentions), tuple(answers), profile, act, (), understood, language)
    return with_suggestions(read, text, knowledge, second_look) if second_look is not None else read


def _pieces(text: str) -> list[tuple[int, str]]:
    """A huge text in pieces, cut at the end of a sentence or at least at white space, so that no word is lost."""
    if len(text) <= PIECE_CHARACTERS:
        return [(0, text)]
    out: list[tuple[int, str]] = []
    start = 0
    while start < len(text):
        end = min(len(text), start + PIECE_CHARACTERS)
        if end < len(text):
            late = start + PIECE_CHARACTERS // 2
            cut = max(text.rfind(mark, late, end) for mark in (". ", "? ", "! ", "\n"))
            cut = cut + 1 if cut > 0 and text[cut] != "\n" else cut
            if cut <= start:
                cut = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            if cut > start:
                end = cut + 1
        out.append((start, text[start:end]))
        start = end
    return out


def _read_piece(
    piece: str,
    offset: int,
    whole: str,
    knowledge: Any,
    turn: int,
    previous: Sequence[str],
    subject: str | None,
    today: date | None,
) -> list[Mention]:
    reader = reader_for(knowledge)
    reading = reader.read(piece)
    out = _mentions(reading, offset, whole, turn, subject, today)
    if previous and offset == 0 and len(piece) <= 300:
        out = _continue(reader, reading, out, previous, whole, turn, subject, today)
    return out


def _mentions(reading: Reading, offset: int, whole: str, turn: int, subject: str | None, today: date | None) -> list[Mention]:
    reading.sketches = [sketch for sketch in reading.sketches if not feels_as(reading, sketch)]
    if not reading.sketches:
        return []
    times = find_times(lower(reading.text), today)
    verdicts = [judge(reading, sketch) for sketch in reading.sketches]
    live = [s for s, v in zip(reading.sketches, verdicts, strict=True) if v.presence != "absent"]
    attributes = Attributes(reading, times, live)
    persons = people(reading, subject=Person("other", subject) if subject else noted(reading))
    own = any(_person_of(sketch, persons) == SELF for sketch in live)
    out: list[Mention] = []
    for sketch, verdict in zip(reading.sketches, verdicts, strict=True):
        person = _person_of(sketch, persons)
        for concept in sketch.concepts:
            mention = _mention(reading, sketch, concept, verdict, person, attributes, offset, whole, turn, own)
            if mention is not None:
                out.append(mention)
    return _compose(_settle(out, reading), reading, offset, whole, turn)


def _compose(mentions: list[Mention], reading: Reading, offset: int, whole: str, turn: int) -> list[Mention]:
    """Signs that only two statements make together ("the pain stopped" + "my foot flops")."""
    mentions = _on_walking([*mentions, *_unfelt(mentions, reading, offset, whole)], reading)
    for concept, spec in reading.lexicon.settings["composites"].items():
        if any(m.concept == concept for m in mentions):
            continue
        parts = [m for m in mentions if m.concept in spec["with"] and m.presence == "present" and m.temporality == "current"]
        for hit in reading.hits if parts else ():
            if hit.term not in spec["cue"]:
                continue
            start = reading.words[hit.a].start + offset
            for mention in parts:
                if -120 <= mention.start - start <= 200:
                    a, b = min(start, mention.start), max(mention.end, reading.words[hit.b - 1].end + offset)
                    return [*mentions, replace(mention, concept=concept, start=a, end=b, text=whole[a:b], turn=turn)]
    return mentions


def _person_of(sketch: Sketch, persons: list[Person]) -> Person:
    seen = [persons[i] for i in range(sketch.a, sketch.b)]
    for person in seen:
        if person.experiencer == "other":
            return person
    return seen[-1] if seen else SELF


def _mention(
    reading: Reading,
    sketch: Sketch,
    concept: str,
    verdict: Verdict,
    person: Person,
    attributes: Attributes,
    offset: int,
    whole: str,
    turn: int,
    own: bool,
) -> Mention | None:
    values = attributes.of(sketch, concept)
    temporality = attributes.temporality(sketch, concept, values, verdict.resolved)
    experiencer = "self" if verdict.own and person.experiencer == "nobody" else person.experiencer
    if verdict.nobody:
        experiencer, person = "nobody", NOBODY
    presence = verdict.presence
    if verdict.hypothetical:
        temporality = "hypothetical"
    if verdict.hypothetical and sketch.says == "absent":
        return None
    if presence == "absent" and temporality in ("past_resolved", "recent_resolved"):
        temporality = "current"
    if verdict.new:
        values["new"] = True
        temporality = "current"
    if experiencer == "nobody" and not person.animal:
        temporality = "hypothetical" if temporality == "current" else temporality
    if experiencer == "other" and temporality == "current" and _same_story(reading, sketch, values, own):
        temporality = "past_resolved"
    if person.relation:
        values["relation"] = person.relation
    concept = _derive(concept, values, presence, attributes)
    values.pop("_ago", None)
    values.pop("_ongoing", None)
    start = reading.words[sketch.a].start + offset
    end = reading.words[sketch.b - 1].end + offset
    return Mention(concept, presence, experiencer, temporality, turn, start, end, whole[start:end], values)


def _same_story(reading: Reading, sketch: Sketch, values: dict[str, Any], own: bool) -> bool:
    """ "my gran had this and couldn't walk for a month": what once befell somebody else. `own`: the writer has a complaint."""
    if values.get("onset_days", PAST_AFTER_DAYS + 1) <= PAST_AFTER_DAYS:
        return False
    if reading.has(reading.word_set("present_verbs"), reading.segments[sketch.segment].a, sketch.b):
        return False
    start, end = sentence_around(reading, sketch.a)
    told = reading.cues_from(_STORY_PERHAPS if own else _SAME_STORY, start, end)
    return bool(told) and not reading.cues_from(_NOW, start, end)


_SAME_STORY = frozenset({"cue_same_story"})
_STORY_PERHAPS = _SAME_STORY | {"cue_same_story_maybe"}
_NOW = frozenset({"cue_now"})


def _derive(concept: str, values: dict[str, Any], presence: str, attributes: Attributes) -> str:
    """Both sides and old patterns have concept ids of their own."""
    if values.get("laterality") in ("both", "alternating", "spreading_to_other_side") and presence != "absent":
        concept = attributes.both_sides.get(concept, concept)
    if values.get("new") is False and values.get("course") not in ("worsening", "rapidly_worsening") and presence == "present":
        concept = attributes.longstanding.get(concept, concept)
    if values.get("course") in ("worsening", "rapidly_worsening") and presence == "present":
        for fresh, old in attributes.longstanding.items():
            if concept == old:
                # "leaked a drop since my first baby, but this week far more": the old pattern has changed.
                values["new"] = True
                values.pop("unchanged", None)
                return fresh
    return concept


def _settle(mentions: list[Mention], reading: Reading) -> list[Mention]:
    """Drop exact repeats, and vaguer claims over the same words (`settings.yields_to`)."""
    yields: dict[str, list[str]] = reading.lexicon.settings["yields_to"]
    out: list[Mention] = []
    table = _Table(mentions)
    kept = _Table(())
    for mention in mentions:
        stronger = yields.get(mention.concept, ()) if mention.presence != "absent" else ()
        if mention.presence == "uncertain" and table.cleared.get((mention.concept, mention.experiencer), -1) > mention.end:
            continue  # "wet myself laughing ... no toilet problems": the later clear word answers the earlier doubt
        if any(_outweighs(other, mention) for other in table.over(mention.concept, mention) if other is not mention):
            continue
        if any(
            other is not mention and other.presence != "absent" for concept in stronger for other in table.over(concept, mention)
        ):
            continue
        if any(
            other.presence == mention.presence
            and other.temporality == mention.temporality
            and other.experiencer == mention.experiencer
            for other in kept.over(mention.concept, mention)
        ):
            continue
        out.append(mention)
        kept.add(mention)
    return out


class _Table:
    """Mentions by concept and place."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self.by_concept: dict[str, list[Mention]] = {}
        #: Where the last mention that denies a concept of a person starts.
        self.cleared: dict[tuple[str, str], int] = {}
        self.longest = 0
        for mention in mentions:
            self.add(mention)

    def add(self, mention: Mention) -> None:
        insort(self.by_concept.setdefault(mention.concept, []), mention, key=_start)
        self.longest = max(self.longest, mention.end - mention.start)
        if mention.presence == "absent":
            key = (mention.concept, mention.experiencer)
            self.cleared[key] = max(mention.start, self.cleared.get(key, -1))

    def over(self, concept: str, mention: Mention) -> list[Mention]:
        """The mentions of a concept that share characters with this one."""
        rows = self.by_concept.get(concept)
        if rows is None:
            return []
        near = rows[bisect_left(rows, mention.start - self.longest, key=_start) : bisect_left(rows, mention.end, key=_start)]
        return [other for other in near if mention.start < other.end]


def _start(mention: Mention) -> int:
    return mention.start


def _on_walking(mentions: list[Mention], reading: Reading) -> list[Mention]:
    """Both legs for months, only on walking, gone on sitting down: a pattern with a concept of its own."""
    pattern = reading.lexicon.settings["on_walking"]
    if not any(hit.term == "walk_sit_ease" for hit in reading.hits):
        return mentions
    return [
        replace(m, concept=pattern["concept"])
        if m.concept in pattern["instead_of"] and m.presence == "present" and m.attributes.get("onset_days", 0) >= 60
        else m
        for m in mentions
    ]


def _unfelt(mentions: list[Mention], reading: Reading, offset: int, whole: str) -> list[Mention]:
    """ "it just comes out and I don't feel it": the loss of feeling is a sign of its own."""
    out = []
    hits = [h for h in reading.hits if h.term in ("cannot_feel", "cannot_tell")]
    told = {m.concept for m in mentions} if hits else set()
    for mention in mentions if hits else ():
        concept = reading.lexicon.settings["unfelt"].get(mention.concept)
        if concept is None or mention.presence != "present" or concept in told:
            continue
        for hit in hits:
            start = reading.words[hit.a].start + offset
            if not 0 <= start - mention.end <= 40:
                continue
            segment = reading.segments[reading.segment_of[hit.a]]
            if any(h.kind == "site" for h in segment.hits):
                continue
            end = reading.words[hit.b - 1].end + offset
            out.append(replace(mention, concept=concept, start=mention.start, end=end, text=whole[mention.start : end]))
            break
    return out


def _outweighs(other: Mention, mention: Mention) -> bool:
    """Of two readings of the same words the wider clear one holds, an ambiguous one before a plain present."""
    if other.concept != mention.concept or other.presence == mention.presence:
        return False
    if other.start >= mention.end or mention.start >= other.end:
        return False
    wider = other.start <= mention.start and other.end >= mention.end and other.end - other.start > mention.end - mention.start
    same = (other.start, other.end) == (mention.start, mention.end)
    if other.presence == "absent":
        return wider
    if other.presence == "uncertain":
        return mention.presence == "present" and (same or wider)
    return mention.presence == "absent" and not (mention.start <= other.start and mention.end >= other.end)


def _continue(
    reader: Any,
    reading: Reading,
    own: list[Mention],
    previous: Sequence[str],
    whole: str,
    turn: int,
    subject: str | None,
    today: date | None,
) -> list[Mention]:
    """Read the last messages and this one as one text; keep what only the joint reading shows."""
    tail = [text for text in previous[-2:] if len(text) <= 300]
    if not tail:
        return own
    head = " ".join(tail) + " "
    joint = reader.read(head + whole)
    border = len(head)
    known = {m.concept for m in own if m.attributes.get("site") != "unlocated"}
    alone = {(s.concepts, s.says) for s in reader.read(head).sketches}
    starts: list[tuple[int, int, int]] = []
    position = 0
    for number, text in enumerate(tail):
        starts.append((turn - len(tail) + number, position, position + len(text)))
        position += len(text) + 1
    out = list(own)
    for mention in _mentions(joint, 0, head + whole, turn, subject, today):
        crosses = mention.start < border < mention.end
        lent = mention.start >= border and mention.concept not in known
        if not (crosses or lent) or mention.concept in known:
            continue
        if any(mention.concept in concepts for concepts, _ in alone) and not crosses:
            continue
        pieces = [
            Piece(number, max(mention.start, a) - a, min(mention.end, b) - a)
            for number, a, b in starts
            if mention.start < b and mention.end > a
        ]
        start, end = max(0, mention.start - border), mention.end - border
        pieces.append(Piece(turn, start, end))
        out.append(
            Mention(
                mention.concept,
                mention.presence,
                mention.experiencer,
                mention.temporality,
                turn,
                start,
                end,
                whole[start:end],
                mention.attributes,
                "rule",
                tuple(pieces) if len(pieces) > 1 else (),
            )
        )
    placed = {m.concept for m in out if m.attributes.get("site") != "unlocated"}
    return [m for m in out if not (m.attributes.get("site") == "unlocated" and m.concept in placed)]


def _language(text: str, knowledge: Any, mentions: list[Mention], answers: Any, act: str | None) -> tuple[str, bool]:
    """ "en" when enough words are English; nothing understood when there are no words at all."""
    if mentions:
        return "en", True
    settings = knowledge.language["settings"]
    words = [w.strip(".,!?'\"()¿¡") for w in lower(text[:2000]).split()]
    words = [w for w in words if any(ch.isalpha() for ch in w)]
    common = set(settings["english"])
    foreign = set(settings["foreign"])
    if answers or act:
        # "no entiendo" is no "no": a particle that several languages share says nothing among foreign words
        rest = [w for w in words if w not in ("no", "si", "ok")]
        strange = any(w in foreign for w in rest) and not any(w in common for w in rest)
        return ("unknown", False) if strange else ("en", True)
    if not words:
        return "unknown", False
    english = sum(w in common for w in words)
    other = sum(w in foreign for w in words)
    script = sum(1 for w in words if any(ord(ch) > 0x24F and ch.isalpha() for ch in w))
    if script * 2 > len(words) or other > english or (len(words) >= 4 and english == 0):
        return "unknown", False
    return "en", True
