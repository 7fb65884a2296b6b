"""Is it only imagined? Doubt, worry, questions, stories and "if".

In: a `Reading` and one claim. Out: doubtful or not; hypothetical or a worry about now. Called by
`bot.extraction.assertion`. A worry about a sign that may be there is doubt, not imagination.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.extraction.nearby import FINITE, only_its_own, sentence_around, turns_at
from bot.extraction.reading import Hit, Reading, Sketch

_DOUBTS = frozenset({"cue_maybe", "cue_maybe_after", "cue_unsure", "cue_as_far"})


def is_doubted(reading: Reading, sketch: Sketch, head: int) -> bool:
    for hit in reading.cues_from(_DOUBTS, head - 59, head + 60):
        if hit.term == "cue_maybe" and hit.b <= head and _clear_path(reading, hit.b, sketch.a, 8):
            return True
        if hit.term == "cue_as_far" and sketch.says == "absent" and hit.a >= sketch.b and _near_after(reading, sketch, hit):
            return True  # "peeing fine as far as I know"
        if hit.term in ("cue_maybe_after", "cue_unsure") and hit.a >= sketch.b and _near_after(reading, sketch, hit):
            return True
        if hit.term == "cue_unsure" and hit.b <= head and _clear_path(reading, hit.b, sketch.a, 9, subjects=True):
            return True
        if hit.term == "cue_unsure" and sketch.says == "absent" and hit.a <= head < hit.b:
            return True  # "how do I know if I have ...": asked, no ability told
    return _asked_of_oneself(reading, sketch)


def _asked_of_oneself(reading: Reading, sketch: Sketch) -> bool:
    """ "is my leg weak?": the claim is what is asked."""
    start, end = sentence_around(reading, sketch.a)
    while start < sketch.a and reading.low(start) in ("and", "but", "so", "or"):
        start += 1
    return (
        reading.low(end) == "?"
        and sketch.b >= end - 1
        and reading.low(start) in ("is", "are", "am")
        and reading.low(start + 1) in ("my", "i", "his", "her", "he", "she", "it")
        and not _blames(reading, start)
        and not any(low in ("because", "cos", "from", "due") for low in (reading.low(i) for i in range(start, sketch.b)))
    )


def _near_after(reading: Reading, sketch: Sketch, hit: Hit) -> bool:
    """A doubt that follows counts in the same sentence, or as the next short sentence of its own."""
    steps = 0
    stops = 0
    for index in range(sketch.b, hit.a):
        word = reading.words[index]
        if hit.term == "cue_maybe_after" and word.low in ("so", "and", "but", "because", "cos", "since", "after", "from"):
            return False  # "for my sciatica, so maybe that": another matter
        if word.mark:
            stops += word.low[:1] in ".!?;"
        elif not (word.skip or word.soft):
            steps += 1
            if stops:
                return False  # "My leg hurts. Could be the codeine, I suppose": the doubt has a claim of its own
        if steps > 5 or stops > 1 or any(h.kind == "state" for h in reading.hits_at(index)):
            return False
    if not reading.words[hit.a].mark and _doubt_has_object(reading, hit):
        return False
    return steps <= 5 and stops <= 1


def _doubt_has_object(reading: Reading, hit: Hit) -> bool:
    """ "not sure what to do", "i think it's the disc" doubt something else."""
    following = reading.low(hit.b)
    return following in (
        "what",
        "why",
        "how",
        "who",
        "when",
        "where",
        "its",
        "it's",
        "i",
        "ive",
        "i've",
        "the",
        "my",
        "about",
        "of",
    )


def _clear_path(reading: Reading, a: int, b: int, reach: int, *, subjects: bool = True) -> bool:
    steps = 0
    for index in range(a, b):
        word = reading.words[index]
        if word.gap_before and index > a:
            return False
        if word.mark and word.low[:1] in ".!?;,":
            return False
        if turns_at(reading, index):
            return False
        if word.low in FINITE and steps > 3:
            return False
        if not (word.skip or word.soft):
            steps += 1
            if steps > reach:
                return False
    return True


class Imagined(NamedTuple):
    """Only imagined; a worry about something that may be there now; asked or told of nobody in particular."""

    hypothetical: bool
    worried: bool = False
    nobody: bool = False


def is_imagined(reading: Reading, sketch: Sketch, head: int) -> Imagined:
    """What questions, fears, conditions and stories around one claim make of it."""
    start, end = sentence_around(reading, sketch.a)
    mine = reading.has(_MINE, start, end)
    if mine and reading.cues_from(_STUDY, start, end) and not _speaks_of_self(reading, start, end):
        mine = False  # "I'm a nursing student: what causes retention?"
    worried = False
    if _owned_background(reading, sketch):
        return Imagined(False)
    for hit in reading.cues_from(_FICTION, start, min(end, head)):
        told = _told_in(reading, hit, sketch) and not reading.has(_MINE, start, hit.a)  # "dad collapsed in the play" is dad's
        if hit.b <= head and (hit.term == "cue_fiction" or told):
            return Imagined(True, nobody=True)  # "a story where a man can't feel his legs", whoever writes it
    for hit in _weighing(reading, sketch, start, end):
        if hit.term == "cue_future" and hit.b <= head + 1 and _within(reading, hit, sketch, 8):
            if not _points_ahead(reading, hit.b - 1) and reading.low(hit.b - 1) in ("might", "may", "could"):
                continue  # "I might have leaked": not sure of what was
            if _day_by_day(reading, hit):
                continue  # "one day it's my left leg, the next day my right"
            if only_its_own(reading, hit, sketch):
                continue
            return Imagined(True)
        if hit.term == "cue_ask_normal" and hit.b <= head and not mine and _within(reading, hit, sketch, 8):
            worried = True  # "is it normal to have no feeling down there": hardly anybody asks that for fun
            continue
        if hit.term == "cue_sign" and 0 <= hit.a - sketch.b <= 5 and _says_of(reading, sketch, hit):
            return Imagined(True, nobody=True)  # "numbness in the saddle area is a red flag"
        if hit.term == "cue_general" and hit.b <= head and _within(reading, hit, sketch, 10):
            if reading.low(hit.a) == "explain" and reading.has(_LATELY, hit.b, min(sketch.b + 8, len(reading.words))):
                continue  # "what would explain a bottom that feels nothing, as of last night": it is so, its cause is asked
            if reading.low(hit.a) in _OF_OTHERS:
                mine = _owned(reading, hit.b, sketch.b)  # "my physio says sciatica can cause numb legs"
            return Imagined(not mine, nobody=not mine)
        if hit.term == "cue_if" and hit.b <= head and _within(reading, hit, sketch, 9):
            if reading.low(hit.a - 1) == "as" or _each_time(reading, hit, sketch, start, end):
                continue
            marker = bool(reading.cues_from(_AHEAD, hit.a, min(sketch.b + 5, end)))
            asking = mine and bool(reading.cues_from(_MEANING, start, end))
            if asking and not marker:
                worried = True
                continue
            return Imagined(True, nobody=not mine and _generic(reading, start, end))
        if hit.term == "cue_meaning" and hit.b <= head and reading.low(hit.b) == "about" and _within(reading, hit, sketch, 5):
            worried = worried or reading.low(hit.b + 1) not in _MINE  # "should I worry about numb feet?"
        if hit.term == "cue_worry" and hit.b <= head and _within(reading, hit, sketch, 8):
            if _another_statement(reading, hit.b, sketch.a):
                continue
            if any(_points_ahead(reading, i) for i in range(hit.b, sketch.b)) or reading.cues_from(
                _FUTURE_CUES, hit.b, min(sketch.b + 1, end)
            ):
                return Imagined(True)
            if _names_a_fact(reading, hit) or _complains(reading, hit):
                continue
            worried = True
        reach = _LISTED if hit.term == "cue_dread" and _a_list(reading, hit, sketch) else 6
        if hit.term == "cue_dread" and hit.b <= head and _within(reading, hit, sketch, reach) and not _names_a_fact(reading, hit):
            if reading.low(hit.a - 1) in ("no", "nil", "without"):
                continue  # "no red flags: no retention"
            if reading.low(hit.b - 1) == "that" and _owned(reading, hit.b, sketch.b):
                continue  # "I read that and now I'm numb myself"
            return Imagined(True, nobody=not mine)
    first = reading.low(start)
    if (
        first in ("will", "would")
        and any(reading.low(i) == "?" for i in range(end, min(end + 1, len(reading.words))))
        and not reading.cues_from(_NOW, start, end)
    ):
        return Imagined(True, nobody=not mine)  # "will sitting make my legs go numb?"
    if first == "should" and reading.low(start + 1) in ("my", "it", "he", "she", "the", "his", "her") and sketch.a - start <= 6:
        return Imagined(True)  # "should my foot go numb, what do I do?"
    nobodys = not worried and _of_nobody(reading, start, end, mine)
    return Imagined(nobodys, worried, nobodys)


#: A list of signs to look out for may be so many words long.
_LISTED = 14


def _a_list(reading: Reading, hit: Hit, sketch: Sketch) -> bool:
    """ "look out for loss of bowel control, leg weakness and numb genitals": commas, no verb of anybody's between."""
    between = range(hit.b, sketch.a)
    return any(reading.low(i) == "," for i in between) and not any(
        reading.low(i) in _MINE or reading.low(i) in FINITE or reading.low(i) in ("now", "today", "yesterday") for i in between
    )


def _owned_background(reading: Reading, sketch: Sketch) -> bool:
    """ "if I take it with my blood thinner": the condition is about something else; the medicine is theirs."""
    return reading.low(sketch.a - 1) == "my" and reading.history.issuperset(sketch.concepts)


def _told_in(reading: Reading, hit: Hit, sketch: Sketch) -> bool:
    """ "in the film the soldier can't feel his legs"; not "in the film last night my foot went dead", nor "like in a film"."""
    own = reading.has(_FIRST_PERSON, hit.b, sketch.b) or any(
        reading.low(i) in _FIRST_PERSON for i in (sketch.a - 1, sketch.a - 2)
    )
    return not own and reading.low(hit.a - 1) not in ("like", "as", "than")


_FIRST_PERSON = frozenset({"my", "me", "i", "i'm", "im", "i've", "ive", "mine", "our", "we"})
_FICTION = frozenset({"cue_fiction", "cue_setting"})
_AHEAD = frozenset({"cue_ever", "cue_future"})
_FUTURE_CUES = frozenset({"cue_future"})
_MEANING = frozenset({"cue_meaning"})
_NOW = frozenset({"cue_now"})
_STUDY = frozenset({"cue_study"})
_WEIGHING = frozenset(
    ["cue_future", "cue_ask_normal", "cue_sign", "cue_general", "cue_if", "cue_meaning", "cue_worry", "cue_dread"]
)
#: More meaningful words than any of these cues reaches over.
_REACH = 12


def _weighing(reading: Reading, sketch: Sketch, start: int, end: int) -> list[Hit]:
    """The cues of a sentence that stand near enough to a claim to make it imagined."""
    cues = reading.cues_from(_WEIGHING, start, min(end, sketch.b + 6))
    if len(cues) <= _REACH:
        return cues
    near = reading.position[sketch.a] - _REACH
    return [hit for hit in cues if reading.position[hit.b - 1] >= near]


def _of_nobody(reading: Reading, start: int, end: int, mine: bool) -> bool:
    """A sentence that asks in general, or retells a study, without anybody's own body in it."""
    key = ("of nobody", start, end)
    found: bool | None = reading.known.get(key)
    if found is None:
        found = (not mine and (_general_question(reading, start, end) or _generic(reading, start, end))) or (
            bool(reading.cues_from(_STUDY, start, end)) and not _speaks_of_self(reading, start, end)
        )
        reading.known[key] = found
    return found


def _names_a_fact(reading: Reading, hit: Hit) -> bool:
    """ "worried about my numb foot": the foot is numb."""
    return reading.low(hit.b) in ("my", "this", "these", "his", "her", "the", "their")


def _says_of(reading: Reading, sketch: Sketch, hit: Hit) -> bool:
    """The words between are one statement about the sign itself, and nobody's own."""
    return not any(reading.words[i].mark or reading.low(i) in _MINE for i in range(sketch.a, hit.a))


def _another_statement(reading: Reading, a: int, b: int) -> bool:
    """ "I'm scared, I can't feel it": the fear stands alone, and a statement follows."""
    return any(
        reading.low(i) in (",", "-", "and", "because", "cos", "as", "...") and reading.low(i + 1) in _MINE for i in range(a, b)
    )


#: A general cue that begins so tells of others, whoever reports it.
_OF_OTHERS = frozenset(["can", "could", "would", "people", "some", "someone", "anyone", "those", "patients"])


def _complains(reading: Reading, hit: Hit) -> bool:
    """ "worried that I can't feel my bum": the fear is about what it means, not whether it is so."""
    index = hit.b + (reading.low(hit.b) in ("that", "because", "cos", "as"))
    said = reading.low(index - 1) in ("that", "because", "cos", "as")
    return (
        said
        and reading.low(index) in ("i", "he", "she")
        and reading.low(index + 1) in ("can't", "cant", "cannot", "keep", "keeps")
    )


def _each_time(reading: Reading, hit: Hit, sketch: Sketch, start: int, end: int) -> bool:
    """ "if I laugh I wet myself": a habit told, as "when" would; the claim is what follows, not the condition."""
    if reading.low(hit.a) != "if" or hit.b - hit.a > 1:
        return False
    if reading.low(hit.a - 1) in ("what", "as", "even", "ask", "asked", "know"):
        return False
    ahead, takers = reading.word_set("ahead"), reading.word_set("takers")
    if reading.has(ahead, start, end + 1) or reading.has(_EVER, start, end + 1):
        return False
    content = 0
    for index in range(hit.b, sketch.a + 1):
        word = reading.words[index]
        opens = word.low in ("i", "it", "my", "he", "she", "the", "i'm", ",")
        joined = reading.low(index - 1) in ("and", "or", "if", "that", "when")
        if opens and content and index > hit.b and not joined and reading.low(index - 1) not in takers:
            return True
        content += not (word.mark or word.skip or word.soft)
    return False


def _points_ahead(reading: Reading, index: int) -> bool:
    """ "might go", "will lose"; but "might be going", "could be" speak of now."""
    low = reading.low(index)
    return low in _FUTURE and not (low in ("might", "may", "could") and reading.low(index + 1) in ("be", "have", "already"))


def _day_by_day(reading: Reading, hit: Hit) -> bool:
    """ "one day ..., next day ...": days told in turn, none of them to come."""
    return (reading.low(hit.a), reading.low(hit.b - 1)) == ("one", "day") and reading.has(
        _NEXT, hit.b, min(hit.b + 12, len(reading.words))
    )


_NEXT = frozenset({"next", "another", "other"})


def _within(reading: Reading, hit: Hit, sketch: Sketch, reach: int) -> bool:
    if hit.a >= sketch.b:
        return False
    words = 0
    for index in range(hit.b, sketch.a):
        if not (reading.words[index].skip or reading.words[index].soft):
            words += 1
        if words > reach or turns_at(reading, index):
            return False
    return True


_EVER = frozenset({"ever", "?"})
#: Asked of what is there: only the cause is in question.
_EXPLAINS = frozenset({"explain", "explains", "behind", "accounts", "account"})
_LATELY = frozenset({"since", "yesterday", "today", "tonight", "night", "morning", "week", "weekend"})


_FUTURE = frozenset({"ever", "might", "may", "could", "will", "i'll", "it'll", "would", "one"})
_MINE = frozenset(
    {
        "my",
        "i",
        "i'm",
        "im",
        "i've",
        "ive",
        "me",
        "mine",
        "his",
        "her",
        "he",
        "she",
        "he's",
        "she's",
        "our",
        "we",
        "i'd",
        "us",
        "mum",
        "mom",
        "dad",
        "husband",
        "wife",
        "patient",
        "pt",
        "now",
        "today",
        "yesterday",
        "since",
    }
)


def _owned(reading: Reading, start: int, end: int) -> bool:
    return reading.has(_MINE, start, end)


_WH_WORDS = frozenset({"what", "which", "how", "why", "whether", "whose", "what's"})
_YOUR = frozenset({"your"})
_YOU = frozenset({"you"})
_COMPARES = frozenset({"like", "than"})
_ANYBODY = frozenset({"someone", "somebody", "anyone", "people", "patients", "folk", "person", "persons"})


def _generic(reading: Reading, start: int, end: int) -> bool:
    """ "how long can a person go without peeing", "when you can't feel your legs": nobody in particular."""
    for at in reading.places(_ANYBODY, start, end):
        if reading.low(at + 1) in ("else", "else's") or reading.has(_COMPARES, max(start, at - 4), at):
            continue  # "like somebody else's skin"
        return True
    lows = [reading.low(i) for i in range(start, min(start + 3, end))]
    return reading.has(_YOUR, start, end) or (
        reading.has(_YOU, start, end) and any(low in ("when", "if", "how", "why", "what", "can", "do", "does") for low in lows)
    )


def _blames(reading: Reading, first: int) -> bool:
    """ "is it the codeine?": what is blamed is there, whether it is the cause or not."""
    return (
        reading.low(first + 1) in ("it", "that", "this")
        and {reading.low(first + 2), reading.low(first + 3)} & {"the", "my"} != set()
    )


def _speaks_of_self(reading: Reading, start: int, end: int) -> bool:
    """A study or a story is named, but the words are about the writer's own body."""
    for index in range(start, end):
        low = reading.low(index)
        if low not in ("i've", "ive", "me", "i'm", "im", "my"):
            continue
        # "my anatomy homework", "I'm a student nurse: which drugs ...": who studies, not whose body
        studies = reading.cues_from(_STUDY, index, index + 4) and (low == "my" or reading.has(_WH_WORDS, index, end))
        if low in ("i've", "ive", "me") or not studies:
            return True
    return False


def _general_question(reading: Reading, start: int, end: int) -> bool:
    first = start
    while first < end and (
        reading.words[first].mark
        or reading.low(first)
        in ("hi", "hello", "hey", "question", "ok", "so", "and", "just", "wondering", "please", "but", "um", "er", "well", "also")
    ):
        first += 1
    if reading.low(first) not in reading.word_set("askers") or _blames(reading, first):
        return False
    if reading.has(_EXPLAINS, first, min(first + 4, end)) and reading.has(_LATELY, first, end + 8):
        return False
    if reading.low(first + 1) in reading.word_set("told_after_can"):
        return False  # "can no longer walk" tells, it does not ask
    if reading.low(first) in (
        "can",
        "could",
        "do",
        "does",
        "is",
        "are",
        "will",
        "would",
        "should",
        "what",
        "whats",
        "what's",
        "how",
        "why",
        "which",
    ):
        return True
    return end < len(reading.words) and reading.low(end)[:1] == "?"
