"""How, since when, which side, how often: the attributes of each mention, and its place in time.

In: a `Reading`, its sketches, the time expressions. Out: attribute dicts and a temporality per sketch.
Called by the pipeline. Values are those of `bot.extraction.mention.ATTRIBUTES`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.extraction.daylist import days_listed
from bot.extraction.nearby import of_another_thing
from bot.extraction.past import PAST_AFTER_DAYS, Past
from bot.extraction.reading import Hit, Reading, Sketch
from bot.extraction.timing import When

#: Attributes that a "not" just before them takes back.
_DENIABLE = frozenset(
    {
        "head_injury",
        "possible_fracture",
        "deformity",
        "implant",
        "caused_fall",
        "deliberate",
        "very_unwell",
        "cannot_bear_weight",
        "reassured",
        "scanned",
        "assessed",
    }
)
_HABIT_VERBS = frozenset(
    {
        "gives",
        "buckles",
        "goes",
        "folds",
        "collapses",
        "lets",
        "fails",
        "crumples",
        "quits",
        "caves",
        "drops",
        "packs",
        "bends",
        "bukles",
        "disappears",
        "vanishes",
    }
)
#: What an event led to is told in the next clause, which may make a claim of its own.
_CONSEQUENCES = frozenset({"attr:caused_fall=true", "attr:recovery=still_weak"})
_OPENS_NOW = frozenset({"now"})
_SIDES = frozenset({"laterality"})
_LOCAL = frozenset({"count", "frequency", "trigger", "caused_fall", "recovery", "near_miss", "severity"})
_NEWS = frozenset({"new", "recent", "newly"})
_DENIALS = frozenset({"cue_no", "cue_not", "cue_never", "cue_denies"})
_NOTS = frozenset({"cue_no", "cue_not", "cue_never"})
#: A sentence of no more words may only set the scene: "Both legs. Numb since Friday."
_SHORT = 5
#: No cue is longer than this with the gap that a denial may leave.
_REACH = 32
#: More cues than this in one sentence are told over and over.
_MANY = 24


@dataclass(frozen=True)
class Sentence:
    """Words [a, b) between two full stops."""

    a: int
    b: int


def sentences(reading: Reading) -> list[Sentence]:
    """Cut at . ! ? ; and line breaks."""
    out: list[Sentence] = []
    start = 0
    for index, word in enumerate(reading.words):
        if index > start and (
            word.gap_before or (reading.words[index - 1].mark and reading.words[index - 1].low[:1] in ".!?;" and not word.mark)
        ):
            out.append(Sentence(start, index))
            start = index
    if start < len(reading.words):
        out.append(Sentence(start, len(reading.words)))
    return out


def _holds(numbers: list[int], number: int) -> bool:
    """Whether a number is in a sorted list."""
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


class Attributes:
    """Assigns attribute cues and times of one message to its sketches."""

    def __init__(self, reading: Reading, times: list[When], live: list[Sketch] | None = None) -> None:
        self.reading = reading
        #: Sketches that are not denied: a loose "for years" speaks of them, not of what is absent.
        self.live = reading.sketches if live is None else live
        self.sentences = sentences(reading)
        self.sentence_of = [0] * max(1, len(reading.words))
        for number, sentence in enumerate(self.sentences):
            for index in range(sentence.a, sentence.b):
                self.sentence_of[index] = number
        self.cues = [h for h in reading.hits if h.kind == "attribute"]
        self.times = [(when, self._word_at(when.start)) for when in times]
        self.time_segment = {id(when): self._segment_of_time(when, word) for when, word in self.times}
        settings = reading.lexicon.settings
        self.events = frozenset(settings["events"])
        self.history = frozenset(settings["history"])
        self.both_sides: dict[str, str] = settings["both_sides"]
        self.longstanding: dict[str, str] = settings["longstanding"]
        self.limbs = frozenset(settings["limbs"])
        self._assign()
        #: Cues and times that speak about the sketches of a sentence.
        self.cues_for: dict[int, list[Hit]] = {}
        for cue in self.cues:
            self.cues_for.setdefault(self.home[self.sentence_of[cue.a]], []).append(cue)
        self.times_for: dict[int, list[tuple[When, int]]] = {}
        for when, word in self.times:
            if not (when.kind in ("every", "until") or (when.kind == "span" and when.days < 0.04)):
                self.times_for.setdefault(self.home[self.sentence_of[word]], []).append((when, word))
        self.long_ago = frozenset(
            self.time_segment[id(when)] for when, _ in self.times if when.kind == "ago" and when.days > PAST_AFTER_DAYS
        )
        self._few: dict[tuple[int, int, bool], list[Hit]] = {}
        self._sides_for: dict[int, list[Hit]] = {}
        self._segments: dict[int, list[int]] | None = None
        self._limbs_in: dict[int, list[Sketch]] | None = None
        self.past = Past(reading, self.sentence_of, self.home, self.events, self.history, self.times)

    def _word_at(self, offset: int) -> int:
        words = self.reading.words
        low, high = 0, len(words)
        while low < high:
            middle = (low + high) // 2
            if words[middle].end <= offset:
                low = middle + 1
            else:
                high = middle
        return min(low, max(0, len(words) - 1))

    def _segment_of_time(self, when: When, word: int) -> int:
        """ "..., and in 2009 | I once ...": a time that ends its segment after a join opens the next one."""
        number = self.reading.segment_of[word] if self.reading.words else 0
        if number + 1 >= len(self.reading.segments):
            return number
        segment = self.reading.segments[number]
        if word < segment.b and self.reading.words[segment.b - 1].start >= when.end:
            return number
        step = word - 1
        while step >= segment.a and self.reading.low(step) in ("back", "in", "on", "since", "about", "around", "once", "then"):
            step -= 1
        opens = step < segment.a or self.reading.low(step) in ("and", "but", ",", "so", "then")
        return number + 1 if opens and self.reading.segments[number + 1].link in ("run", "join") else number

    def _assign(self) -> None:
        """Sentences without a sketch of their own speak about the sketches just before (else just after)."""
        with_sketch = sorted({self.sentence_of[s.a] for s in (self.live or self.reading.sketches)})
        self.home: dict[int, int] = {}
        for number in range(len(self.sentences)):
            if number in with_sketch or not with_sketch:
                self.home[number] = number
                continue
            at = bisect_left(with_sketch, number)
            self.home[number] = with_sketch[at - 1] if at else with_sketch[0]

    def of(self, sketch: Sketch, concept: str) -> dict[str, Any]:
        """Attributes of one concept of a sketch."""
        out: dict[str, Any] = dict(sketch.attributes)
        sentence = self.sentence_of[sketch.a]
        for cue in self._cues_of(sentence, sketch, concept):
            name, _, value = cue.term.removeprefix("attr:").partition("=")
            if name in _SIDES:
                if self.reading.low(cue.a - 1) in ("never", "not", "than"):
                    continue  # "only one leg, never both"
                if concept in self.limbs and self._side_belongs(cue, sketch):
                    self._set_side(out, value)
                continue
            if name in _DENIABLE and self._denied(cue):
                continue
            if name == "new" and value == "true" and self._new_of_another(cue, sketch):
                continue
            if name == "new" and value == "false" and of_another_thing(self.reading, cue, sketch):
                continue
            if not self._reaches(cue, sketch, name, concept):
                continue
            self._set(out, name, value)
        if concept == "knee_giving_way" and self._present_tense(sketch):
            out["_habit"] = True
        self._set_times(out, sketch, sentence, concept)
        if concept in self.events:
            words = self.reading.words
            days = days_listed(self.reading.text, words[sketch.a].start, words[sketch.b - 1].end)
            if days > out.get("count", 0):
                out["count"] = days
        self._imply(out, concept)
        return out

    def _cues_of(self, sentence: int, sketch: Sketch, concept: str) -> Sequence[Hit]:
        """The cues of a sentence; of very many the first and the last of each kind that reach, for the rest says the same."""
        cues = self.cues_for.get(sentence, ())
        if len(cues) <= _MANY:
            return cues
        position = self.reading.position
        sides = self._sides_for.get(sentence)
        if sides is None:
            sides = self._sides_for[sentence] = [cue for cue in cues if cue.term.startswith("attr:laterality=")]
        low = bisect_left(sides, position[sketch.a] - _REACH - 8, key=lambda cue: position[cue.a])
        high = bisect_left(sides, position[sketch.b - 1] + 9, key=lambda cue: position[cue.a])
        key = (self.sentence_of[sketch.a], sketch.segment, concept in self.events)
        few = self._few.get(key)
        if few is None:
            ends: dict[str, list[int]] = {}
            kept: set[int] = set()
            for order, cue in enumerate(cues):
                name = cue.term.removeprefix("attr:").partition("=")[0]
                if name in _SIDES:
                    continue
                if self.reading.low(cue.a) in _NEWS:
                    kept.add(order)
                elif not (name in _DENIABLE and self._denied(cue)) and self._reaches(cue, sketch, name, concept):
                    ends.setdefault(cue.term, []).append(order)
            for orders in ends.values():
                kept.update((orders[0], orders[-1]))
            few = self._few[key] = [cues[order] for order in sorted(kept)]
        return [*few, *sides[low:high]]

    # --- which cue belongs to which sketch -------------------------------------------------------------------

    def _denied(self, cue: Hit) -> bool:
        """ "didn't hit my head", "nothing looks broken"."""
        return any(
            h.b <= cue.a and cue.a - h.b <= 4 and self.reading.segment_of[h.a] == self.reading.segment_of[cue.a]
            for h in self.reading.cues_from(_DENIALS, cue.a - _REACH, cue.a)
        )

    def _new_of_another(self, cue: Hit, sketch: Sketch) -> bool:
        """ "no new pain", "new shoes": the word stands right before something else."""
        if self.reading.low(cue.a) not in _NEWS:
            return False
        if self.reading.low(cue.a - 1) in ("no", "any", "nothing", "not", "a", "the"):
            return not (sketch.a <= cue.b <= sketch.b)
        return False

    def _side_belongs(self, cue: Hit, sketch: Sketch) -> bool:
        distance = self._distance(cue, sketch)
        if distance > 7:
            return False
        own = self.sentence_of[cue.a]
        if cue.b <= sketch.a and own != self.sentence_of[sketch.a] and self.sentences[own].b - self.sentences[own].a > _SHORT:
            return False  # "ten raises on either side. A pain in the right thigh": said of something else
        if cue.a >= sketch.b and any(h.term == "normal" for step in range(3) for h in self.reading.hits_at(cue.b + step)):
            return False  # "left leg numb right leg ok"
        if self.reading.cues_from(_NOTS, min(cue.a, sketch.b), max(cue.a, sketch.a)):
            return False  # "right leg sciatica, nothing on the left"
        if cue.term in ("attr:laterality=both", "attr:laterality=spreading_to_other_side", "attr:laterality=alternating"):
            same = self.reading.segment_of[cue.a] == sketch.segment or abs(self.reading.segment_of[cue.a] - sketch.segment) == 1
            return same and distance <= 7 and self._nearest(cue, sketch)
        return distance <= 5 and self._nearest(cue, sketch)

    def _distance(self, cue: Hit, sketch: Sketch) -> int:
        position = self.reading.position
        if cue.a >= sketch.b:
            return position[cue.a] - position[sketch.b - 1] - 1
        if cue.b <= sketch.a:
            return position[sketch.a] - position[cue.b - 1] - 1
        return 0

    def _nearest(self, cue: Hit, sketch: Sketch) -> bool:
        """No other limb sketch lies nearer to the side word, but joined ones share it."""
        mine = self._distance(cue, sketch)
        segment = self.reading.segment_of[cue.a]
        if segment == sketch.segment:
            return True
        if self._limbs_in is None:
            self._limbs_in = {}
            for other in self.reading.sketches:
                if not self.limbs.isdisjoint(other.concepts):
                    self._limbs_in.setdefault(other.segment, []).append(other)
        return not any(other is not sketch and self._distance(cue, other) < mine for other in self._limbs_in.get(segment, ()))

    def _reaches(self, cue: Hit, sketch: Sketch, name: str, concept: str) -> bool:
        same_segment = self.reading.segment_of[cue.a] == sketch.segment
        if same_segment or name == "cannot_bear_weight":
            return True
        others = self._segments_of(self.sentence_of[sketch.a])
        cue_segment = self.reading.segment_of[cue.a]
        if concept in self.events and cue.term in _CONSEQUENCES:
            return 0 <= cue_segment - sketch.segment <= 2  # "it buckled and I ended up on the floor"
        if name in _LOCAL:
            if concept not in self.events and name in ("count", "frequency"):
                return False
            return not _holds(others, cue_segment) and abs(cue_segment - sketch.segment) <= 3
        return not _holds(others, cue_segment) or abs(cue_segment - sketch.segment) <= 1

    def _segments_of(self, sentence: int) -> list[int]:
        """The segments that hold a live sketch of a sentence, in order."""
        if self._segments is None:
            found: dict[int, set[int]] = {}
            for sketch in self.live or self.reading.sketches:
                found.setdefault(self.sentence_of[sketch.a], set()).add(sketch.segment)
            self._segments = {number: sorted(segments) for number, segments in found.items()}
        return self._segments.get(sentence, [])

    # --- setting values --------------------------------------------------------------------------------------

    @staticmethod
    def _set_side(out: dict[str, Any], value: str) -> None:
        known = out.get("laterality")
        if known in ("both", "alternating", "spreading_to_other_side"):
            return
        if known in ("left", "right") and value in ("left", "right") and known != value:
            value = "both"
        if value == "one_side" and known:
            return
        out["laterality"] = value

    @staticmethod
    def _set(out: dict[str, Any], name: str, value: str) -> None:
        parsed: Any = {"true": True, "false": False}.get(value, value)
        if name == "visits":
            out["visits"] = max(int(value), int(out.get("visits", 0)))
            return
        if name == "count":
            parsed = int(value)
            out["count"] = max(parsed, int(out.get("count", 0)))
            return
        if name == "trigger":
            known = list(out.get("trigger", []))
            if value not in known:
                known.append(value)
            out["trigger"] = known
            return
        if name == "course":
            order = ("improving", "stable", "fluctuating", "worsening", "rapidly_worsening")
            if name in out and order.index(out[name]) >= order.index(value):
                return
        if name == "frequency":
            often = ("single", "repeated", "continuous")
            if name in out and often.index(out[name]) >= often.index(value):
                return
        out[name] = parsed

    def _set_times(self, out: dict[str, Any], sketch: Sketch, sentence: int, concept: str) -> None:
        near = self.times_for.get(sentence)
        when = self._nearest_time(near, sketch) if near else None
        if when is None:
            return
        if concept in self.events and when.kind == "ago":
            out.setdefault("last_event_days", round(when.days, 2))
            out.setdefault("onset_days", round(when.days, 2))
        else:
            out.setdefault("onset_days", round(when.days, 2))
        if when.kind == "ago" and concept not in self.events:
            out.setdefault("_ago", True)
        if when.kind in ("since", "span"):
            out.setdefault("_ongoing", True)

    def _nearest_time(self, times: list[tuple[When, int]], sketch: Sketch) -> When | None:
        position, at = self.reading.position, self.reading.position[sketch.a]
        gaps = [abs(self.time_segment[id(when)] - sketch.segment) for when, _ in times]
        far = [abs(position[word] - at) + 6 * gap for (_, word), gap in zip(times, gaps, strict=True)]
        for order in sorted(range(len(times)), key=far.__getitem__) if len(times) > 1 else (0,):
            when = times[order][0]
            if when.kind == "span" and not gaps[order] and self._dated_long_ago(sketch):
                continue
            if gaps[order] and when.days > PAST_AFTER_DAYS and self._begins_now(sketch):
                continue  # "joint pain since 2011, now my legs are numb"
            if when.kind == "ago" and self.past.of_another_matter(when, times[order][1], sketch):
                continue
            if gaps[order] and self._someone_nearer(self.time_segment[id(when)], sketch):
                continue
            return when
        return None

    def _begins_now(self, sketch: Sketch) -> bool:
        """ "now" opens the clause of the claim."""
        first = self.reading.segments[sketch.segment].a
        return self.reading.has(_OPENS_NOW, first - 1, min(first + 2, sketch.a))

    def _dated_long_ago(self, sketch: Sketch) -> bool:
        """ "two years ago I couldn't walk for a week": the span tells how long it lasted, not since when it is there."""
        return sketch.segment in self.long_ago and self.past.past_tense(sketch)

    def _someone_nearer(self, segment: int, sketch: Sketch) -> bool:
        mine = abs(segment - sketch.segment)
        others = self._segments_of(self.sentence_of[sketch.a])
        at = bisect_left(others, segment - mine + 1)
        if at < len(others) and others[at] < segment + mine:
            return True
        return segment > sketch.segment and _holds(others, segment + mine)

    def _imply(self, out: dict[str, Any], concept: str) -> None:
        days = out.get("onset_days")
        if days is not None and days <= 3 and out.get("onset") is None and out.get("new") is not False:
            out["onset"] = "sudden"
        if days is not None and "onset" not in out and days > 90 and out.get("course") not in ("worsening", "rapidly_worsening"):
            out["onset"] = "gradual"
        if (
            days is not None
            and days >= 90
            and out.get("_ongoing")
            and out.get("course") not in ("worsening", "rapidly_worsening")
        ):
            out["new"] = False
        if days is not None and days <= PAST_AFTER_DAYS and "new" not in out:
            out["new"] = True
        if (
            concept == "knee_giving_way"
            and "frequency" not in out
            and out.pop("_habit", False)
            and not out.get("near_miss")
            and "last_event_days" not in out
        ):
            out["frequency"] = "repeated"  # "it just goes", "gives way on stairs": the present tense of a habit
        out.pop("_habit", None)
        if out.get("count", 0) >= 2:
            out["frequency"] = "repeated"
        elif out.get("count") == 1 and "frequency" not in out:
            out["frequency"] = "single"
        if out.get("frequency") == "single" and concept in self.events:
            out.setdefault("count", 1)

    def _present_tense(self, sketch: Sketch) -> bool:
        """The verb stands in the present: gives, buckles, goes, lets; not gave, buckled, giving."""
        return any(self.reading.low(i) in _HABIT_VERBS for i in range(sketch.a, sketch.b))

    def temporality(self, sketch: Sketch, concept: str, attributes: dict[str, Any], resolved: bool) -> str:
        """current, recent_resolved or past_resolved (hypothetical is judged elsewhere)."""
        return self.past.of(sketch, concept, attributes, resolved)
