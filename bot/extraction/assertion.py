"""Is it so? Presence of what was found: present, absent or uncertain; and whether it is only imagined.

In: a `Reading` and the place of one claim. Out: presence and "hypothetical". Called by the pipeline for each
sketch, and by `context` for given spans. After ConText (Harkema 2009) with the changes that lay speech
needs: "no" before a statement is an answer, not a denial; "can't feel" is a present sign; "never ... till now"
is new; doubt is kept as doubt (clinical.md 2 and 9).
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.extraction.reading import Hit, Reading, Sketch

_FINITE = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "has",
        "had",
        "feels",
        "felt",
        "keeps",
        "kept",
        "can",
        "can't",
        "cant",
        "cannot",
        "reports",
        "reported",
        "complains",
        "states",
        "showed",
        "shows",
        "revealed",
        "reveals",
        "developed",
        "got",
        "gets",
        "goes",
        "went",
        "hurts",
        "does",
        "did",
        "will",
        "won't",
        "presents",
        "presented",
        "admits",
    }
)
_SUBJECTS = frozenset(
    {
        "i",
        "i'm",
        "im",
        "i've",
        "ive",
        "he",
        "she",
        "they",
        "it",
        "it's",
        "its",
        "he's",
        "she's",
        "we",
        "there's",
        "that's",
        "thats",
    }
)
_OWNERS = frozenset({"my", "his", "her", "their", "the", "both"})
_CLAUSES = frozenset(
    {
        "when",
        "if",
        "after",
        "before",
        "while",
        "because",
        "cos",
        "coz",
        "since",
        "until",
        "till",
        "whenever",
        "as",
        "though",
        "which",
        "who",
        "where",
        "so",
        "then",
        "just",
        "only",
        "instead",
        "due",
    }
)
_LIST = frozenset({"or", "and", "nor", ",", "/", "&", "and/or", "+"})


@dataclass(frozen=True)
class Verdict:
    """What the words around a claim do to it.

    Attributes:
        presence: present, absent or uncertain.
        hypothetical: Only imagined, feared for the future, or asked about in general.
        new: True when the words themselves say it is new ("never ... till now").
        resolved: "no longer", "not any more".
    """

    presence: str
    hypothetical: bool = False
    new: bool = False
    resolved: bool = False


def judge(reading: Reading, sketch: Sketch) -> Verdict:
    """Weigh denial, doubt and imagination around one sketch."""
    head = sketch.head if sketch.scope_head is None or not sketch.inherited else sketch.scope_head
    if sketch.fresh:
        denied_before = _denied(reading, sketch.head, sketch, True)
        presence = "present" if denied_before else "absent"
        return Verdict(presence if sketch.says == "present" else sketch.says)
    return weigh(reading, sketch, head)


def weigh(reading: Reading, sketch: Sketch, head: int) -> Verdict:
    """Verdict of the cues that reach the word at `head`."""
    head = sketch.head if sketch.inherited else head
    denied = _denied(reading, head, sketch, sketch.noun)
    hypothetical, worried = _imagined(reading, sketch, head)
    doubtful = _doubted(reading, sketch, head) or worried
    new = resolved = False
    presence = sketch.says
    if denied == "never" or denied == "no":
        if denied == "never" and _until_now(reading, sketch):
            presence, new, denied = "present", True, ""
        elif denied == "never" and _like_this(reading, sketch):
            presence, new, denied = "present", True, ""
        elif denied == "never" and _before(reading, sketch):
            presence = "uncertain"  # "she's never leaked before": before today
        elif sketch.says == "absent":
            presence = "uncertain"
        elif sketch.denial_inside and denied:
            presence = "uncertain"
        else:
            presence = "absent"
    elif denied == "doubt":
        presence = "uncertain"
    elif denied == "over":
        resolved = True
    if doubtful and presence != "absent":
        presence = "uncertain"
    elif doubtful and presence == "absent" and sketch.says == "present" and denied:
        presence = "uncertain" if _doubted(reading, sketch, head) else "absent"
    elif doubtful and sketch.says == "absent":
        presence = "uncertain"
    return Verdict(presence, hypothetical, new, resolved)


# --- denial ---------------------------------------------------------------------------------------------------


def _denied(reading: Reading, head: int, sketch: Sketch, noun: bool) -> str:
    """ "", "no", "never", "doubt" or "over": the nearest denying cue that reaches `head`."""
    best: tuple[int, str] | None = None
    for hit in reading.hits:
        if hit.kind != "cue" or _inside(hit, sketch) or (hit.a >= head and not _between_parts(hit, sketch)):
            continue
        kind = hit.term
        if kind not in ("cue_no", "cue_denies", "cue_not", "cue_never", "cue_doubt", "cue_no_longer", "cue_no_problem"):
            continue
        if _spent(reading, hit, sketch):
            continue
        if _between_parts(hit, sketch):
            return "no"  # "the pain is low down, nothing in the upper back"
        if sketch.says == "absent" and not _close(reading, hit, sketch):
            continue
        if _reaches(reading, hit, head, noun, sketch):
            name = {"cue_never": "never", "cue_doubt": "doubt", "cue_no_longer": "over"}.get(kind, "no")
            if best is None or hit.a >= best[0]:
                best = (hit.a, name)
    if best is not None:
        return best[1]
    if _asked_and_denied(reading, sketch):
        return "no"
    return _denied_after(reading, sketch)


def _inside(hit: Hit, sketch: Sketch) -> bool:
    """The cue is one of the words that make the claim itself ("no feeling")."""
    if sketch.inherited:
        return False
    parts = sketch.parts or ((sketch.a, sketch.b),)
    return any(hit.a >= a and hit.b <= b for a, b in parts)


def _between_parts(hit: Hit, sketch: Sketch) -> bool:
    """A denial between the state and the part that follows it."""
    if sketch.inherited or len(sketch.parts) < 2 or hit.term not in ("cue_no", "cue_not", "cue_never"):
        return False
    first, last = min(sketch.parts), max(sketch.parts)
    return first[1] <= hit.a and hit.b <= last[0] and hit.a >= sketch.head


def _spent(reading: Reading, hit: Hit, sketch: Sketch) -> bool:
    """The cue already makes another sign ("no feeling in my foot and pain")."""
    return any(
        other is not sketch
        and other.denial_inside
        and other.says == "present"
        and _inside(hit, other)
        and other.concepts != sketch.concepts
        for other in reading.sketches
    )


def _close(reading: Reading, hit: Hit, sketch: Sketch) -> bool:
    """ "not fine": a denial of normality stands right before it."""
    between = range(hit.b, sketch.head)
    return all(reading.words[i].skip or reading.words[i].soft for i in between)


def _denied_after(reading: Reading, sketch: Sketch) -> str:
    """ "numbness: none", "weakness - no", "tingling is absent"."""
    end = sketch.b
    for hit in reading.hits:
        if hit.a < end or hit.kind != "cue":
            continue
        gap = [reading.low(i) for i in range(end, hit.a)]
        if (
            hit.term == "cue_after_no"
            and len([g for g in gap if g not in (":", "-", "=")]) <= 4
            and not any(g in (".", ";", ",") or g in _CLAUSES for g in gap)
        ):
            return "no"
        if hit.term == "cue_no" and not gap and reading.low(hit.b) in ("", ",", ".", ";", "-"):
            return "no"  # "leaking no, numb yes"
        if hit.term == "cue_no" and gap and len(gap) <= 2 and gap[-1] in (":", "-", "=", "?"):
            following = reading.low(hit.b)
            if following in ("", ",", ".", ";", "\n"):
                return "no"
    return ""


def _reaches(reading: Reading, cue: Hit, head: int, noun: bool, sketch: Sketch) -> bool:
    words = reading.words
    limit = 24 if cue.term == "cue_denies" else 14
    if reading.position[head] - reading.position[cue.b - 1] - 1 > limit:
        return False
    if cue.term == "cue_no" and not noun:
        # "no numb bits" denies; "no my foot is numb", "no can't feel it" answer and go on.
        if sketch.denial_inside:
            return False
        return all(
            (words[i].skip or words[i].soft) and words[i].low not in _SUBJECTS and words[i].low not in _OWNERS
            for i in range(cue.b, head)
        )
    if cue.term == "cue_no" and _is_particle(reading, cue):
        return False
    commas = 0
    that = False
    affirmed = reading.low(sketch.b) in ("only", "alone") or reading.low(sketch.a - 1) in (
        "just",
        "only",
        "some",
        "mild",
        "slight",
    )
    for index in range(cue.b, head):
        word = words[index]
        low = word.low
        if word.gap_before and index > cue.b:
            return False
        if word.mark:
            if low[:1] in ".!?;":
                return False
            if low[:1] == ":" and cue.term != "cue_denies":
                return False
            if low == ",":
                commas += 1
                if affirmed:
                    return False
            continue
        if low == "that":
            that = True
        if _turns(reading, index):
            return False
        if low in _CLAUSES and not (low in ("as", "since", "so") and index + 1 == head):
            return False
        if low in _SUBJECTS and low not in ("it", "its") and index > cue.b:
            if not that and not _relative(reading, index, cue):
                return False
        if low in _OWNERS and index > cue.b and commas and _verb_follows(reading, index, head):
            return False
        if low in _OWNERS and index > cue.b and not commas and not _led(reading, index) and _verb_follows(reading, index, head):
            return False
        if low in _FINITE and index > cue.b and not that and cue.term in ("cue_no", "cue_denies"):
            return False
        if low in ("and", "but") and index > cue.b and not noun:
            return False
    if commas and not noun:
        return False
    return not (commas and cue.term in ("cue_not", "cue_never", "cue_doubt") and not _list_goes_on(reading, cue, head))


def _is_particle(reading: Reading, cue: Hit) -> bool:
    """An answering "no" that opens a statement: followed by a comma, a subject or an ability."""
    if reading.low(cue.a) not in ("no", "nope", "nah", "naw"):
        return False
    following = reading.low(cue.b)
    if (
        following in (",", ".", "-", "!")
        or following in _SUBJECTS
        or following in ("can't", "cant", "not", "don't", "dont", "never", "just", "but", "because")
    ):
        return True
    return following in _OWNERS and _verb_follows(reading, cue.b, min(cue.b + 8, len(reading.words)))


def _turns(reading: Reading, index: int) -> bool:
    return any(h.a <= index < h.b and h.term in ("cue_turn", "cue_except", "cue_stop") for h in _cues_at(reading, index))


def _cues_at(reading: Reading, index: int) -> list[Hit]:
    return [h for h in reading.hits if h.kind == "cue" and h.a <= index < h.b]


def _led(reading: Reading, index: int) -> bool:
    """ "in my", "of my": the owner belongs to what came before."""
    previous = reading.low(index - 1)
    return previous in reading.lexicon.settings["prepositions"] or previous in (
        "have",
        "had",
        "feel",
        "lost",
        "wet",
        "move",
        "lift",
        "notice",
        "noticed",
        "lose",
        "all",
        "both",
        "that",
        "with",
        "had",
    )


def _relative(reading: Reading, index: int, cue: Hit) -> bool:
    return (
        reading.low(index - 1) in ("that", "say", "think", "feel", "when", "said", "told", "tell", "been", "thought")
        or index == cue.b
    )


def _verb_follows(reading: Reading, index: int, head: int) -> bool:
    limit = min(index + 6, len(reading.words))
    for step in range(index + 1, limit):
        low = reading.low(step)
        if reading.words[step].mark:
            return False
        if low in _FINITE or low in (
            "keeps",
            "feels",
            "drags",
            "gives",
            "gave",
            "buckles",
            "buckled",
            "has",
            "won't",
            "wont",
            "slaps",
            "drops",
            "flops",
            "goes",
            "just",
        ):
            return True
        if step == head:
            # the claim itself may be the verb
            return low.endswith(("s", "ed")) and not low.endswith(("ness", "ss"))
    return False


def _list_goes_on(reading: Reading, cue: Hit, head: int) -> bool:
    """ "haven't had any pain, numbness or weakness": only list words and things between the commas."""
    return all(reading.low(i) not in _FINITE or i == cue.b for i in range(cue.b, head))


def _asked_and_denied(reading: Reading, sketch: Sketch) -> bool:
    """ "She asks do my legs give way. No.": a question retold, and its answer."""
    start, end = _sentence(reading, sketch.a)
    if end + 1 >= len(reading.words) or reading.low(end + 1) not in ("no", "nope", "none", "never", "nah"):
        return False
    if reading.low(end + 2) not in ("", ".", ",", "!"):
        return False
    lows = {reading.low(i) for i in range(start, sketch.a + 1)}
    return reading.low(end)[:1] == "?" or bool(lows & {"asks", "asked", "do", "does", "any", "ask"})


def _until_now(reading: Reading, sketch: Sketch) -> bool:
    return _later_cue(reading, sketch, "cue_until_now", 8)


def _like_this(reading: Reading, sketch: Sketch) -> bool:
    return _later_cue(reading, sketch, "cue_like_this", 4)


def _before(reading: Reading, sketch: Sketch) -> bool:
    return any(
        reading.low(i) == "before" and reading.low(i + 1) in ("", ".", ",", "!", "?", "but", "so", "and")
        for i in range(sketch.b, sketch.b + 3)
    )


def _later_cue(reading: Reading, sketch: Sketch, term: str, reach: int) -> bool:
    for hit in reading.hits:
        if hit.term == term and hit.a >= sketch.a and hit.a - sketch.b <= reach:
            between = range(sketch.b, hit.a)
            if not any(reading.words[i].low[:1] in ".!?;" for i in between if reading.words[i].mark):
                return True
    return False


# --- doubt ----------------------------------------------------------------------------------------------------


def _doubted(reading: Reading, sketch: Sketch, head: int) -> bool:
    for hit in reading.hits:
        if hit.kind != "cue":
            continue
        if hit.term == "cue_maybe" and hit.b <= head and _clear_path(reading, hit.b, sketch.a, 8):
            return True
        if hit.term in ("cue_maybe_after", "cue_unsure") and hit.a >= sketch.b and _near_after(reading, sketch, hit):
            return True
        if hit.term == "cue_unsure" and hit.b <= head and _clear_path(reading, hit.b, sketch.a, 9, subjects=True):
            return True
    return False


def _near_after(reading: Reading, sketch: Sketch, hit: Hit) -> bool:
    """A doubt that follows counts in the same sentence, or as the next short sentence of its own."""
    steps = 0
    stops = 0
    for index in range(sketch.b, hit.a):
        word = reading.words[index]
        if hit.term == "cue_maybe_after" and word.low in ("so", "and", "but", "because", "cos"):
            return False  # "for my sciatica, so maybe that": another matter
        if word.mark:
            stops += word.low[:1] in ".!?;"
        elif not (word.skip or word.soft):
            steps += 1
        if any(h.kind == "state" and h.a == index for h in reading.hits):
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
        if _turns(reading, index):
            return False
        if word.low in _FINITE and steps > 3:
            return False
        if not (word.skip or word.soft):
            steps += 1
    return steps <= reach


# --- imagination ----------------------------------------------------------------------------------------------


def _imagined(reading: Reading, sketch: Sketch, head: int) -> tuple[bool, bool]:
    """(hypothetical, worry about something that may be there now)."""
    start, end = _sentence(reading, sketch.a)
    cues = [h for h in reading.hits if h.kind == "cue" and start <= h.a < end]
    mine = _owned(reading, start, end)
    worried = False
    for hit in cues:
        if hit.term == "cue_future" and hit.b <= head + 1 and _within(reading, hit, sketch, 8):
            return True, False
        if hit.term == "cue_general" and hit.b <= head and _within(reading, hit, sketch, 10):
            return not mine, False
        if hit.term == "cue_if" and hit.b <= head and _within(reading, hit, sketch, 9):
            marker = any(h.term in ("cue_ever", "cue_future") and hit.a <= h.a <= sketch.b + 4 for h in cues)
            asking = any(h.term == "cue_meaning" for h in cues) and mine
            if asking and not marker:
                worried = True
                continue
            return True, False
        if hit.term == "cue_worry" and hit.b <= head and _within(reading, hit, sketch, 8):
            if any(reading.low(i) in _FUTURE for i in range(hit.b, sketch.b)) or any(
                h.term == "cue_future" and hit.b <= h.a <= sketch.b for h in cues
            ):
                return True, False
            if _names_a_fact(reading, hit):
                continue
            worried = True
        if hit.term == "cue_dread" and hit.b <= head and _within(reading, hit, sketch, 6) and not _names_a_fact(reading, hit):
            return True, False
    first = reading.low(start)
    if (
        first in ("will", "would")
        and any(reading.low(i) == "?" for i in range(end, min(end + 1, len(reading.words))))
        and not any(h.term == "cue_now" for h in cues)
    ):
        return True, False  # "will sitting make my legs go numb?"
    if not worried and not mine and (_general_question(reading, start, end) or _generic(reading, start, end)):
        return True, False
    if not worried and any(h.term == "cue_study" for h in cues) and not _speaks_of_self(reading, start, end):
        return True, False
    return False, worried


def _names_a_fact(reading: Reading, hit: Hit) -> bool:
    """ "worried about my numb foot": the foot is numb."""
    return reading.low(hit.b) in ("my", "this", "these", "his", "her", "the", "their")


def _within(reading: Reading, hit: Hit, sketch: Sketch, reach: int) -> bool:
    if hit.a >= sketch.b:
        return False
    between = range(hit.b, sketch.a)
    if any(_turns(reading, i) for i in between):
        return False
    return sum(1 for i in between if not (reading.words[i].skip or reading.words[i].soft)) <= reach


def _sentence(reading: Reading, index: int) -> tuple[int, int]:
    start = index
    while start > 0:
        word = reading.words[start]
        previous = reading.words[start - 1]
        if word.gap_before or (previous.mark and previous.low[:1] in ".!?;"):
            break
        start -= 1
    end = index
    while end < len(reading.words):
        word = reading.words[end]
        if (word.mark and word.low[:1] in ".!?;") or (word.gap_before and end > index):
            break
        end += 1
    return start, end


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
    return any(reading.low(i) in _MINE for i in range(start, end))


_STATEMENT_AFTER_CAN = frozenset(
    {
        "no",
        "not",
        "never",
        "hardly",
        "barely",
        "scarcely",
        "still",
        "only",
        "just",
        "also",
        "feel",
        "walk",
        "stand",
        "move",
        "pee",
        "wee",
        "poo",
        "go",
        "get",
        "lift",
        "sleep",
        "happening",
        "getting",
        "there",
    }
)
_ASKERS = frozenset(
    {
        "what",
        "whats",
        "what's",
        "is",
        "are",
        "can",
        "could",
        "does",
        "do",
        "will",
        "would",
        "how",
        "why",
        "which",
        "should",
        "when",
    }
)


def _generic(reading: Reading, start: int, end: int) -> bool:
    """ "how long can a person go without peeing", "when you can't feel your legs": nobody in particular."""
    lows = [reading.low(i) for i in range(start, end)]
    if any(low in ("someone", "somebody", "anyone", "people", "patients", "folk", "person", "persons") for low in lows):
        return True
    return "your" in lows or (
        "you" in lows and any(low in ("when", "if", "how", "why", "what", "can", "do", "does") for low in lows[:3])
    )


def _speaks_of_self(reading: Reading, start: int, end: int) -> bool:
    """A study or a story is named, but the words are about the writer's own body."""
    for index in range(start, end):
        low = reading.low(index)
        if low in ("i've", "ive", "me", "i'm", "im"):
            return True
        if low == "my" and not any(h.term == "cue_study" and h.a <= index + 1 < h.b for h in reading.hits):
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
    if reading.low(first) not in _ASKERS:
        return False
    if reading.low(first + 1) in _STATEMENT_AFTER_CAN:
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
