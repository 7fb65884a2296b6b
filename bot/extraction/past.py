"""When was it: still so, just over, or long past (clinical reference 2).

In: a `Reading`, its sketches, where their sentences and times are. Out: current, recent_resolved or past_resolved a sketch.
Called by `bot.extraction.attributes`. What is only imagined is judged in `bot.extraction.imagination`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.extraction.nearby import FINITE, turns_at
from bot.extraction.reading import Hit, Reading, Sketch

#: What is over for longer than this is past, not just resolved.
PAST_AFTER_DAYS = 14.0
#: An event longer ago than this is past even when nobody says that it is over.
EVENT_MEMORY_DAYS = 92.0


#: What is gone when these are gone is the ability: that is the sign itself.
_ABILITIES = frozenset({"sensation", "feeling", "strength", "power", "control", "movement", "urge", "awareness", "balance"})


_STILL = frozenset({"still", "ongoing", "continues", "persists", "persisting"})


class Past:
    """Judges the time of each claim of one message.

    Args:
        reading: Words, hits, segments and sketches.
        sentence_of: Number of the sentence of each word.
        home: Sentence -> the sentence whose claims it speaks about.
        events, history: Concepts that happen at a moment; concepts that are a history by their nature.
    """

    def __init__(
        self,
        reading: Reading,
        sentence_of: Sequence[int],
        home: Mapping[int, int],
        events: frozenset[str],
        history: frozenset[str],
    ) -> None:
        self.reading = reading
        self.sentence_of = sentence_of
        self.home = home
        self.events = events
        self.history = history
        self.cues = [h for h in reading.hits if h.kind == "cue"]

    def of(self, sketch: Sketch, concept: str, attributes: dict[str, Any], resolved: bool) -> str:
        """current, recent_resolved or past_resolved (hypothetical is judged elsewhere)."""
        ago = attributes.pop("_ago", False)
        ongoing = attributes.pop("_ongoing", False)
        sentence = self.sentence_of[sketch.a]
        days = attributes.get("onset_days")
        cues = {h.term for h in self.cues if self.sentence_of[h.a] == sentence and self._near_time(h, sketch)}
        told = self._told_as_history(sketch, sentence)
        past = "cue_past" in cues or told
        segment = self.reading.segments[sketch.segment]
        now = (
            "cue_now" in cues
            or ongoing
            or any(self.reading.low(i) in ("now", "still", "today") for i in range(segment.a, segment.b))
        )
        over = resolved or self._over(sketch, sentence)
        if attributes.get("positional") and (attributes.get("new") is False or attributes.get("frequency") == "repeated"):
            over = False  # comes with every ride and goes again: a standing pattern, not an episode that ended
        if concept in self.history:
            return "current"
        if over:
            long_ago = (days is not None and days > PAST_AFTER_DAYS and not ongoing) or past
            return "past_resolved" if long_ago else "recent_resolved"
        if told and not ongoing and not any(self.reading.low(i) in _STILL for i in range(segment.a, segment.b)):
            return "past_resolved"  # "a history of hypertension and presents today with ...": "today" is of what follows
        if now:
            return "current"
        if past:
            return "past_resolved"
        if ago and days is not None and days > PAST_AFTER_DAYS and self.past_tense(sketch):
            return "past_resolved"
        if concept in self.events and days is not None and attributes.get("last_event_days") == days and days > EVENT_MEMORY_DAYS:
            return "past_resolved"
        return "current"

    def _near_time(self, hit: Hit, sketch: Sketch) -> bool:
        gap = abs(self.reading.segment_of[hit.a] - sketch.segment)
        if hit.term == "cue_now":
            return gap == 0
        if gap and hit.term == "cue_past" and self._tells_the_present(sketch):
            return False  # "my brother had it years back, I just have a sore back"
        return (
            gap == 0 or (hit.a < sketch.a and gap <= 1) or (gap <= 2 and self.reading.segments[sketch.segment].link in ("join",))
        )

    def _tells_the_present(self, sketch: Sketch) -> bool:
        segment = self.reading.segments[sketch.segment]
        return any(self.reading.low(i) in self.reading.word_set("present_verbs") for i in range(segment.a, segment.b))

    def _told_as_history(self, sketch: Sketch, sentence: int) -> bool:
        """ "history of gout and asthma": reaches forward along the list, until a new statement takes over."""
        tellers = self.reading.word_set("tellers")
        for hit in self.cues:
            if hit.term != "cue_history" or hit.b > sketch.a or self.sentence_of[hit.a] != sentence:
                continue
            if self.reading.low(hit.a) == "old" and (hit.b < sketch.a or self._an_age(hit)):
                continue  # "65 years old with back pain"
            if self.reading.low(hit.a - 1) == "family":
                continue
            between = [self.reading.low(i) for i in range(hit.b, sketch.a)]
            if between[:1] in (["well"], ["fit"], ["healthy"]):
                continue  # "previously well, now ..."
            if any(low in FINITE or low in tellers for low in between):
                continue
            if any(low in ("i", "i'm", "im", "he", "she", "they", "my") for low in between[1:]):
                continue
            if not any(turns_at(self.reading, i) for i in range(hit.b, sketch.a)):
                return True
        return False

    def _an_age(self, hit: Hit) -> bool:
        return self.reading.low(hit.a - 1).startswith(("year", "yr", "month", "week"))

    def _over(self, sketch: Sketch, sentence: int) -> bool:
        for hit in self.cues:
            if hit.a < sketch.a or not self._ends(hit, sketch) or self._not_yet(hit):
                continue
            number = self.sentence_of[hit.a]
            if number == sentence:
                later = [s for s in self.reading.sketches if sketch.b <= s.a < hit.a and s.segment != sketch.segment]
                if not later and hit.a - sketch.b <= 12:
                    return True
            elif (
                self.home[number] == sentence and number - sentence <= 2 and self.reading.segment_of[hit.a] - sketch.segment <= 4
            ):
                last = max(s.a for s in self.reading.sketches if self.sentence_of[s.a] == sentence)
                if last == sketch.a or sketch.segment == max(
                    s.segment for s in self.reading.sketches if self.sentence_of[s.a] == sentence
                ):
                    return True
        return False

    def _not_yet(self, hit: Hit) -> bool:
        """ "won't go away", "hasn't really settled"."""
        negators = self.reading.word_set("negators")
        for index in (hit.a - 1, hit.a - 2):
            if not self.reading.low(index) or self.reading.words[index].mark:
                return False
            if self.reading.low(index) in negators:
                return True
        return False

    def _ends(self, hit: Hit, sketch: Sketch) -> bool:
        """Whether the cue can say that this claim is over."""
        if hit.term == "cue_resolved":
            return True
        if hit.term == "cue_gone":
            # a noun that has gone is over; "my leg has gone numb" is not, nor has what "has gone up my leg"
            return (
                sketch.noun
                and hit.a >= sketch.b
                and hit.a - sketch.b <= 8
                and not any(self.reading.low(i) in _ABILITIES for i in range(sketch.a, sketch.b))
                and self.reading.low(hit.b) not in self.reading.word_set("goes_on")
            )
        # a lost feeling that "came back" is over; a pain that came back is there again
        return hit.term == "cue_back" and sketch.denial_inside and hit.a >= sketch.b

    def past_tense(self, sketch: Sketch) -> bool:
        past_verbs = self.reading.word_set("past_verbs")
        segment = self.reading.segments[sketch.segment]
        lows = [self.reading.low(i) for i in range(segment.a, segment.b)]
        if any(low in ("started", "began", "came", "start", "noticed", "since", "still", "now") for low in lows):
            return False
        return any(low in past_verbs or low.endswith("ed") for low in lows)
