"""When was it: still so, just over, or long past (clinical reference 2).

In: a `Reading`, its sketches, where their sentences and times are. Out: current, recent_resolved or past_resolved a sketch.
Called by `bot.extraction.attributes`. What is only imagined is judged in `bot.extraction.imagination`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.extraction.nearby import FINITE, turns_at
from bot.extraction.no_end import WELL, said_of_the_rest, wished
from bot.extraction.reading import Hit, Reading, Sketch
from bot.extraction.timing import When

#: What is over for longer than this is past, not just resolved.
PAST_AFTER_DAYS = 14.0
#: An event longer ago than this is past even when nobody says that it is over.
EVENT_MEMORY_DAYS = 92.0


#: What is gone when these are gone is the ability: that is the sign itself.
_ABILITIES = frozenset({"sensation", "feeling", "strength", "power", "control", "movement", "urge", "awareness", "balance"})


_NOW = frozenset({"cue_now"})
_PAST = frozenset({"cue_past"})
_HISTORY = frozenset({"cue_history"})
_ENDERS = frozenset({"cue_resolved", "cue_gone", "cue_back"})
_IN_THE_PRESENT = frozenset(["can't", "cant", "cannot", "don't", "dont", "doesn't", "isn't", "won't", "is", "are", "am", "i'm"])
_BACK = frozenset({"cue_back"})
_CLOSED = frozenset({"cue_closed"})
_NOW_WORDS = frozenset({"now", "still", "today"})
_NAMED = frozenset({"i", "i'm", "im", "he", "she", "they", "my"})
#: A "back" after these may open a time ("it was back in May"); after others it is the body's: "pain in my back when I cough".
_BEFORE_BACK = frozenset(
    {"way", "was", "it", "and", "that", "this", "but", "happened", "once", "had", "so", "then", "me", "him", "her"}
)
_EVER_SINCE = frozenset({"cue_ever_since"})
#: What happened lately is a history no longer when it was long ago.
_BRIEF = frozenset({"recent_spinal_procedure", "recent_infection"})
_MY_OLD = frozenset({"the", "my", "his", "her", "this", "that", "same", "good", "me"})
_REASONS = frozenset({"because", "cos", "coz", "which", "who"})
_NOTHING = frozenset({"nothing", "none", "not", "never", "nowt"})
_TO_A_SPAN = frozenset(
    {"for", "in", "the", "been", "about", "over", "now", "last", "past", "almost", "nearly", "", "a", "of", "it", "that"}
)
#: Fewer days of "nothing" may be what does not come out, not what has stopped.
_NO_MESSAGE_DAYS = 20.0
#: Months that a thing goes on by itself after the day it is dated to.
_LASTS = {"pregnant_or_postpartum": 280.0}
_ARRIVED = frozenset({"came", "flowed", "out"})
_AFTER_ARRIVING = frozenset({"", ".", ",", "!", ";", "and", "but", "eventually", "finally", "naturally", "thank", "thankfully"})
_THEN = frozenset({"cue_back_then"})
_NOT_OF_THEN = frozenset({"and", "since", "until", "till", "til", "by", "from", "before", "but", "now"})
#: A dated sentence with one of these may date what the next one tells.
_OF_WHAT_FOLLOWS = frozenset({"it", "this", "that", "started", "began", "start", "happened", "all", "since"})
_OF_THEM = frozenset({"he", "she", "they"})
#: So long ago that "he" of the next sentence is still in that story.
_YEARS_BACK = 1000.0
_STILL = frozenset({"still", "ongoing", "continues", "persists", "persisting"})


class Past:
    """Judges the time of each claim of one message.

    Args:
        reading: Words, hits, segments and sketches.
        sentence_of: Number of the sentence of each word.
        home: Sentence -> the sentence whose claims it speaks about.
        times: Time expressions with the word that each begins at.
        events, history: Concepts that happen at a moment; concepts that are a history by their nature.
    """

    def __init__(
        self,
        reading: Reading,
        sentence_of: Sequence[int],
        home: Mapping[int, int],
        events: frozenset[str],
        history: frozenset[str],
        times: Sequence[tuple[When, int]] = (),
    ) -> None:
        self.reading = reading
        self.sentence_of = sentence_of
        self.home = home
        self.events = events
        self.history = history
        #: (sentence, segment) of the words for now, and of those for the past with the first word of the first.
        self.nows = {(sentence_of[h.a], reading.segment_of[h.a]) for h in reading.cues(_NOW)}
        #: "..., now my knee gives way": where a word for now leads into a statement.
        self.leads = {h.b for h in reading.cues(_NOW)}
        self.pasts: dict[tuple[int, int], int] = {}
        #: Words at which a sentence goes back to long ago: a cue, or a date.
        self.back_at: dict[int, list[int]] = {}
        for hit in reading.cues(_PAST):
            if reading.low(hit.a) == "back" and not self._opens(hit.a):
                continue  # "a stiff back in the mornings"
            if self._since_before(hit.a):
                continue  # "every day since my operation last year"
            self.pasts.setdefault((sentence_of[hit.a], reading.segment_of[hit.a]), hit.a)
            self.back_at.setdefault(sentence_of[hit.a], []).append(hit.a)
        for when, word in times:
            if when.kind == "ago" and when.days > EVENT_MEMORY_DAYS and not self._since_before(word):
                self.back_at.setdefault(sentence_of[word], []).append(word)
        #: Sentence -> its times.
        self.times_in: dict[int, list[tuple[When, int]]] = {}
        for when, word in times:
            self.times_in.setdefault(sentence_of[word], []).append((when, word))
        self.now_sentences = {sentence for sentence, _ in self.nows}
        #: Sentences that tell of long ago, and of nothing nearer.
        self.dated = {sentence_of[word] for when, word in times if when.kind == "ago" and when.days > EVENT_MEMORY_DAYS}
        self.dated |= {sentence for sentence, _ in self.pasts}
        self.dated -= {
            sentence_of[word] for when, word in times if when.kind in ("ago", "since") and when.days <= EVENT_MEMORY_DAYS
        }
        self.tenses: dict[int, bool] = {}
        self.lasts: dict[int, tuple[int, int]] | None = None
        self.starts: list[tuple[int, int]] | None = None

    def _opens(self, index: int) -> bool:
        """ "back in the day" at the head of a clause; "my back in the morning" is the body's."""
        low = self.reading.low(index - 1)
        return not low or self.reading.words[index - 1].mark or low in _BEFORE_BACK

    def _since_before(self, index: int) -> bool:
        """ "since the operation last year": told as a start, it goes on."""
        for at in range(index - 1, max(-1, index - 7), -1):
            if self.reading.words[at].mark:
                return False
            if self.reading.low(at) == "since":
                return True
        return False

    def of(self, sketch: Sketch, concept: str, attributes: dict[str, Any], resolved: bool) -> str:
        """current, recent_resolved or past_resolved (hypothetical is judged elsewhere)."""
        ago = attributes.pop("_ago", False)
        ongoing = attributes.pop("_ongoing", False)
        sentence = self.sentence_of[sketch.a]
        days = attributes.get("onset_days")
        told = self._told_as_history(sketch, sentence)
        over = resolved or self._over(sketch, sentence)
        carried = self._carried(sketch, sentence)
        ended = over or self._closed(sketch)
        then = self._then(sketch, sentence) or (carried and (ended or self._says_then(sketch, sentence)))
        past = told or then or self._in_the_past(sketch, sentence)
        segment = self.reading.segments[sketch.segment]
        now = (
            (sentence, sketch.segment) in self.nows
            or segment.a in self.leads
            or ongoing
            or self.reading.has(_NOW_WORDS, segment.a, segment.b)
        )
        quiet = self._quiet_for(sketch, sentence)
        if attributes.get("positional") and (attributes.get("new") is False or attributes.get("frequency") == "repeated"):
            over = False  # comes with every ride and goes again: a standing pattern, not an episode that ended
        if concept in self.history:
            brief = concept in _BRIEF and days is not None and days > EVENT_MEMORY_DAYS and past
            return "past_resolved" if brief else "current"
        if days is not None and days <= _LASTS.get(concept, 0.0) and not over:
            return "current"  # "fell pregnant in June"
        if quiet:
            return "past_resolved" if quiet > PAST_AFTER_DAYS else "recent_resolved"
        if sketch.denial_inside and any(self._not_yet(hit) for hit in self.reading.cues_from(_BACK, sketch.b, sketch.b + 10)):
            return "current"  # "lost the feeling in 2019 and it never came back"
        if (sentence in self.dated or carried) and ended and not self.reading.has(_NOW_WORDS, segment.a, sketch.b):
            return "past_resolved"
        if over:
            long_ago = (days is not None and days > PAST_AFTER_DAYS and not ongoing) or past
            return "past_resolved" if long_ago else "recent_resolved"
        if told and not ongoing and not self.reading.has(_STILL, segment.a, segment.b):
            return "past_resolved"  # "a history of hypertension and presents today with ...": "today" is of what follows
        if concept in self.events and days is not None and attributes.get("last_event_days") == days and days > EVENT_MEMORY_DAYS:
            return "past_resolved"
        goes_on = self._goes_on(sketch, sentence)
        if then and not goes_on:
            return "past_resolved"  # "in '76 I couldn't pee for a night": a span tells how long, not since when
        if now or goes_on:
            return "current"
        if past:
            return "past_resolved"
        if ago and days is not None and days > PAST_AFTER_DAYS and self.past_tense(sketch):
            return "past_resolved"
        return "current"

    def _then(self, sketch: Sketch, sentence: int) -> bool:
        """Told in the past tense of a time long ago: named before it, or said of it ("that was 2015")."""
        if not any(number in self.back_at for number in (sentence, sentence + 1)):
            return False
        if self._tells_the_present(sketch) or not self.past_tense(sketch):
            return False
        for word in self.back_at.get(sentence, ()):
            if word < sketch.a and not self._turned(word, sketch.a):
                return True
            if word >= sketch.b and self._that_was(word) and not self._turned(sketch.b, word):
                return True
        following = self.back_at.get(sentence + 1, ())
        return any(self._that_was(word) and word - sketch.b < 12 for word in following)

    def of_another_matter(self, when: When, word: int, sketch: Sketch) -> bool:
        """ "I had a hernia op 5 years ago. Couldn't pee": the date is of the operation, in a sentence of its own."""
        number = self.sentence_of[word]
        if when.days <= EVENT_MEMORY_DAYS or number >= self.sentence_of[sketch.a]:
            return False
        first, end = (bisect_left(self.sentence_of, at) for at in (number, number + 1))
        lows = {self.reading.low(i) for i in range(first, end)}
        return not lows & _OF_WHAT_FOLLOWS and self._of_then(lows) and not self._says_then(sketch, self.sentence_of[sketch.a])

    def _carried(self, sketch: Sketch, sentence: int) -> bool:
        """The sentence before told of long ago, and this one may go on with it: alone that ends nothing.

        "I had sciatica last year. Went numb underneath": the old trouble is background as often as it is the story.
        """
        before = sentence - 1
        return (
            before in self.back_at
            and not self._tells_the_present(sketch)
            and self.past_tense(sketch)
            and not {sentence, before} & self.now_sentences
            and not any(
                when.kind != "span" and self.reading.segment_of[word] <= sketch.segment
                for when, word in self.times_in.get(sentence, ())
            )
        )

    def _says_then(self, sketch: Sketch, sentence: int) -> bool:
        """ "I couldn't walk then", or "In 2009 my brother fell. He couldn't walk": he of that sentence, years back."""
        hits = self.reading.cues_from(_THEN, max(0, sketch.a - 12), sketch.b + 12)
        if any(self.sentence_of[hit.a] == sentence for hit in hits):
            return True
        first = bisect_left(self.sentence_of, sentence)
        after = bisect_left(self.sentence_of, sentence + 1)
        while after > first and self.reading.words[after - 1].mark:
            after -= 1
        if self.reading.low(after - 1) == "then" and self.reading.low(after - 2) not in _NOT_OF_THEN:
            return True
        opening = bisect_left(self.sentence_of, sentence - 1)
        return self.reading.low(first) in _OF_THEM and any(
            when.kind == "ago" and when.days > _YEARS_BACK and word <= opening + 1
            for when, word in self.times_in.get(sentence - 1, ())
        )

    def _that_was(self, word: int) -> bool:
        """ "..., that was 2015", "2015, that was": a date said of what came before."""
        before = {self.reading.low(i) for i in range(max(0, word - 4), word + 4)}
        return "was" in before and bool(before & {"that", "it", "this", "which", "all"})

    def _turned(self, a: int, b: int) -> bool:
        """Between two words the telling comes to now, or another statement about now begins."""
        if any(turns_at(self.reading, i) and self.reading.low(i) not in _REASONS for i in range(a, b)):
            return True
        nearer = self.times_in.get(self.sentence_of[a], ())
        if any(a < word < b and when.kind == "ago" and when.days <= EVENT_MEMORY_DAYS for when, word in nearer):
            return True  # "20 years ago I had surgery, yesterday I couldn't pee"
        return bool(self.reading.cues_from(_NOW, a, b)) or self.reading.has(self.reading.word_set("present_verbs"), a, b)

    def _goes_on(self, sketch: Sketch, sentence: int) -> bool:
        """ "left with a numb patch", "weak ever since": what began then is still there."""
        segment = self.reading.segments[sketch.segment]
        return self.reading.low(segment.a) == "left" or any(
            self.sentence_of[h.a] == sentence for h in self.reading.cues_from(_EVER_SINCE, sketch.a, sketch.b + 16)
        )

    def _quiet_for(self, sketch: Sketch, sentence: int) -> float:
        """ "nothing for twenty years", "been fine for 3 weeks": days since it was last there; 0 when nobody says so."""
        if sentence not in self.times_in and sentence + 1 not in self.times_in:
            return 0.0
        first = self.reading.segments[sketch.segment].a
        said = {self.reading.low(i) for i in range(first, sketch.b)}
        if said & self.reading.word_set("present_verbs") or not self._of_then(said):
            return 0.0
        for when, word in (*self.times_in.get(sentence, ()), *self.times_in.get(sentence + 1, ())):
            number = self.sentence_of[word]
            if when.kind not in ("span", "since", "every") or word < sketch.b:
                continue
            if number == sentence or self.home[number] == sentence:
                how = self._quiet_before(word)
                if how and said_of_the_rest(self.reading, sketch, word):
                    continue
                if how == "well" or (how == "nothing" and when.days >= _NO_MESSAGE_DAYS):
                    return float(when.days)
        return 0.0

    def _quiet_before(self, word: int) -> str:
        """ "nothing" or "well" when that is what the words before a span say."""
        step = word
        while step > word - 4 and (self.reading.low(step) in _TO_A_SPAN or step == word):
            if self.reading.low(step) in _NOTHING:
                return "nothing"
            step -= 1
        low = self.reading.low(step)
        if low in _NOTHING:
            return "nothing"
        negators = self.reading.word_set("negators")
        well = low in WELL and not any(self.reading.low(i) in negators for i in range(step - 3, step))
        return "well" if well else ""

    def _closed(self, sketch: Sketch) -> bool:
        """ "couldn't pee for a day in 2015, never since": an end that closes only what is long ago."""
        if self.reading.has(_IN_THE_PRESENT, self.reading.segments[sketch.segment].a, sketch.b):
            return False
        found = self.reading.cues_from(_CLOSED, sketch.b, sketch.b + 24)
        return any(
            self.sentence_of[hit.a] - self.sentence_of[sketch.a] <= 1
            and not self.reading.has(WELL, hit.a, hit.b)  # "never been well since" closes nothing
            for hit in found
        )

    def _in_the_past(self, sketch: Sketch, sentence: int) -> bool:
        """A word of the past stands near enough in the same sentence."""
        if not self.pasts:
            return False
        number = sketch.segment
        here = self.pasts.get((sentence, number))
        if here is not None:  # not so in "cancer eight years ago, has a mild ache now"
            return here > sketch.a or not self._turned(here, sketch.a)
        joined = self.reading.segments[number].link == "join"
        near = [
            self.pasts[sentence, other]
            for other in ((number - 1, number + 1, number - 2, number + 2) if joined else (number - 1, number + 1))
            if (sentence, other) in self.pasts
        ]
        # not so in "my brother had it years back, I just have a sore back"
        return any(joined or first < sketch.a for first in near) and not self._tells_the_present(sketch)

    def _tells_the_present(self, sketch: Sketch) -> bool:
        segment = self.reading.segments[sketch.segment]
        return self.reading.has(self.reading.word_set("present_verbs"), segment.a, segment.b)

    def _told_as_history(self, sketch: Sketch, sentence: int) -> bool:
        """ "history of gout and asthma": reaches forward along the list, until a new statement takes over."""
        hits = self.reading.cues_from(_HISTORY, 0, sketch.a)
        if not hits:
            return False
        # the last word before the claim that begins a new statement, or names a person
        told = max(self.reading.last(FINITE, sketch.a), self.reading.last(self.reading.word_set("tellers"), sketch.a))
        named = self.reading.last(_NAMED, sketch.a)
        for hit in reversed(hits):
            if self.sentence_of[hit.a] < sentence:
                break
            if hit.b > sketch.a or self.sentence_of[hit.a] != sentence or told >= hit.b or named > hit.b:
                continue
            if self.reading.low(hit.a) == "old" and (
                hit.b < sketch.a or self._an_age(hit) or self.reading.low(hit.a - 1) in _MY_OLD
            ):
                continue  # "65 years old with back pain", "the old back is grumbling"
            if self.reading.low(hit.a - 1) == "family":
                continue
            if hit.b < sketch.a and self.reading.low(hit.b) in ("well", "fit", "healthy"):
                continue  # "previously well, now ..."
            if not any(turns_at(self.reading, i) for i in range(hit.b, sketch.a)):
                return True
        return False

    def _an_age(self, hit: Hit) -> bool:
        return self.reading.low(hit.a - 1).startswith(("year", "yr", "month", "week"))

    def _over(self, sketch: Sketch, sentence: int) -> bool:
        for hit in self.reading.cues_from(_ENDERS, sketch.a, len(self.reading.words)):
            number = self.sentence_of[hit.a]
            if number > sentence + 2:
                break
            if number == sentence:
                if hit.a - sketch.b > 12:
                    continue
            elif self.home[number] != sentence or self.reading.segment_of[hit.a] - sketch.segment > 4:
                continue
            if not self._ends(hit, sketch) or self._not_yet(hit) or wished(self.reading, hit):
                continue
            if number == sentence:
                if not self._claim_between(sketch, hit):
                    return True
            elif sketch.a == self._last_in(sentence)[0] or sketch.segment == self._last_in(sentence)[1]:
                return True
        return False

    def _last_in(self, sentence: int) -> tuple[int, int]:
        """The last word at which a claim of a sentence begins, and the last segment with one."""
        if self.lasts is None:
            self.lasts = {}
            for sketch in self.reading.sketches:
                number = self.sentence_of[sketch.a]
                word, segment = self.lasts.get(number, (0, 0))
                self.lasts[number] = (max(word, sketch.a), max(segment, sketch.segment))
        return self.lasts[sentence]

    def _claim_between(self, sketch: Sketch, hit: Hit) -> bool:
        """Another segment's claim stands between a claim and what may end it."""
        if self.starts is None:
            self.starts = sorted((s.a, s.segment) for s in self.reading.sketches)
        low = bisect_left(self.starts, (sketch.b, -1))
        high = bisect_left(self.starts, (hit.a, -1))
        return any(segment != sketch.segment for _, segment in self.starts[low:high])

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
            # what would not come has come; a pain that "came on" or "came back" has not ended
            came = self.reading.low(hit.b - 1) in _ARRIVED
            return not came or (sketch.denial_inside and self.reading.low(hit.b) in _AFTER_ARRIVING)
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
        """The words around a claim tell of then."""
        found = self.tenses.get(sketch.segment)
        if found is None:
            found = self.tenses[sketch.segment] = self._past_tense(sketch)
        return found

    def _past_tense(self, sketch: Sketch) -> bool:
        segment = self.reading.segments[sketch.segment]
        lows = [self.reading.low(i) for i in range(segment.a, segment.b)]
        if any(low in ("started", "began", "came", "start", "noticed", "since", "still", "now") for low in lows):
            return False
        return self._of_then(lows)

    def _of_then(self, lows: Iterable[str]) -> bool:
        """One of the words is a verb of the past."""
        past_verbs = self.reading.word_set("past_verbs")
        return any(low in past_verbs or low.endswith("ed") for low in lows)
