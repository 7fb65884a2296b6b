"""Is it denied? "no numbness", "not weak", "never ... till now", "weakness: none".

In: a `Reading` and one claim. Out: which kind of denial reaches it, if any. Called by `bot.extraction.assertion`.
After ConText (Harkema 2009) with the changes that lay speech needs: "no" before a statement is an answer, a
denied ability is a present sign, a new subject ends a denial even without a comma (clinical reference 2 and 9).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.extraction.contrast import ends_denial
from bot.extraction.nearby import FINITE, SUBJECTS, sentence_around, turns_at
from bot.extraction.reading import Hit, Reading, Sketch

_SUBJECTS = SUBJECTS | {"that's", "thats"}
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


#: Cues that can deny what follows them, at most so many words away.
_DENYING = frozenset({"cue_no", "cue_denies", "cue_not", "cue_never", "cue_doubt", "cue_no_longer", "cue_no_problem"})
_FAR = 60
_AFTER = frozenset({"cue_after_no", "cue_no"})


def denial_of(reading: Reading, head: int, sketch: Sketch, noun: bool) -> str:
    """ "", "no", "never", "doubt" or "over": the nearest denying cue that reaches `head`."""
    last = max(head, max(sketch.parts)[0]) if sketch.parts else head
    cues = reading.cues_from(_DENYING, head - _FAR, last)
    if cues:
        open_cues = [hit for hit in cues if not _inside(hit, sketch)]
        if any(_between_parts(hit, sketch) and not _spent(reading, hit, sketch) for hit in open_cues):
            return "no"  # "the pain is low down, nothing in the upper back"
        for hit in reversed(open_cues):  # the nearest that reaches counts
            if hit.a >= head or _between_parts(hit, sketch):
                continue
            if sketch.says == "absent" and not _close(reading, hit, sketch):
                continue
            if _reaches(reading, hit, head, noun, sketch) and not _spent(reading, hit, sketch):
                return {"cue_never": "never", "cue_doubt": "doubt", "cue_no_longer": "over"}.get(hit.term, "no")
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
        other is not sketch and _inside(hit, other) and other.concepts != sketch.concepts for other in _denying_at(reading, hit.a)
    )


def _denying_at(reading: Reading, index: int) -> Sequence[Sketch]:
    """The sketches that hold a denial of their own, by the words of their parts."""
    key, found = reading.known.get("denying", (None, {}))
    if key is not reading.sketches:
        found = {}
        for sketch in reading.sketches:
            if sketch.denial_inside and sketch.says == "present" and not sketch.inherited:
                for a, b in sketch.parts or ((sketch.a, sketch.b),):
                    for at in range(a, b):
                        found.setdefault(at, []).append(sketch)
        reading.known["denying"] = (reading.sketches, found)
    rows: Sequence[Sketch] = found.get(index, ())
    return rows


def _close(reading: Reading, hit: Hit, sketch: Sketch) -> bool:
    """ "not fine": a denial of normality stands right before it."""
    between = range(hit.b, sketch.head)
    return all(reading.words[i].skip or reading.words[i].soft for i in between)


def _denied_after(reading: Reading, sketch: Sketch) -> str:
    """ "numbness: none", "weakness - no", "tingling is absent"."""
    end = sketch.b
    if _not_perceived(reading, end):
        return "no"
    for hit in reading.cues_from(_AFTER, end, end + 13):
        gap = [reading.low(i) for i in range(end, hit.a)]
        if (
            hit.term == "cue_after_no"
            and len([g for g in gap if g not in (":", "-", "=")]) <= 4
            and not any(g in (".", ";", ",") or g in _CLAUSES for g in gap)
        ):
            return "no"
        if hit.term == "cue_no" and gap == [","] and reading.low(hit.b) in ("", ".", ";") and _ticked_off(reading, sketch):
            return "no"  # "numb underneath, no. Trouble weeing, no."
        if hit.term == "cue_no" and not gap and reading.low(hit.b) in ("", ",", ".", ";", "-"):
            return "no"  # "leaking no, numb yes"
        if hit.term == "cue_no" and gap and len(gap) <= 2 and gap[-1] in (":", "-", "=", "?"):
            following = reading.low(hit.b)
            if following in ("", ",", ".", ";", "\n"):
                return "no"
    return ""


def _ticked_off(reading: Reading, sketch: Sketch) -> bool:
    """The claim is an entry of a list, no sentence of anybody's: "my leg is numb, no" says it again instead."""
    segment = reading.segments[sketch.segment]
    told = reading.has(SUBJECTS, segment.a, segment.b) or reading.has(_OWNERS, segment.a, segment.b)
    held = sketch.says != "present" or sketch.denial_inside  # "dry as a bone, no"
    return not (held or told or reading.has(FINITE, segment.a, segment.b))


_BE_NOT = frozenset({"isn't", "wasn't", "aren't", "weren't", "haven't", "hasn't"})


def _not_perceived(reading: Reading, end: int) -> bool:
    """ "fever was not documented", "gallops are not appreciated"."""
    index = end
    while index < end + 4 and reading.low(index) in ("is", "are", "was", "were", "has", "have", "had", "been", "be", ""):
        index += 1
    low = reading.low(index)
    if low not in ("not", *_BE_NOT):
        return False
    step = index + 1
    while step < index + 4 and (reading.low(step) in ("", "been", "clearly", "definitely", "specifically", "well")):
        step += 1
    return reading.low(step) in reading.word_set("perceived") and reading.low(step + 1) not in ("to", "by", "because")


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
    if cue.term != "cue_denies" and ends_denial(reading, cue, head):
        return False
    commas = 0
    that = False
    affirmed = (
        reading.low(sketch.b) in ("only", "alone")
        or reading.low(sketch.a - 1)
        in (
            "just",
            "only",
            "some",
            "mild",
            "slight",
        )
        or reading.low(sketch.a) in ("some", "mild", "slight", "moderate", "severe")
        or _affirmed_after(reading, sketch)
    )
    repeated = {reading.low(i) for i in range(sketch.a, sketch.b)} - {"of", "the", "a", "and", "in"}
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
        if (
            low in repeated
            and noun
            and not sketch.inherited
            and _comma_before(reading, index, head)
            and not _or_follows(reading, sketch.b)
        ):
            return False  # "no pain on the left, pain on the right": said again, so it is another claim
        if low == "that":
            that = True
        if low in ("less", "fewer"):
            return False  # "isn't getting any less numb"
        if turns_at(reading, index):
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
        if low in FINITE and index > cue.b and not that and cue.term in ("cue_no", "cue_denies"):
            return False
        if low in ("and", "but") and index > cue.b and not noun:
            return False
    if commas and not noun:
        return False
    return not (commas and cue.term in ("cue_not", "cue_never", "cue_doubt") and not _list_goes_on(reading, cue, head))


def _affirmed_after(reading: Reading, sketch: Sketch) -> bool:
    """ "no weakness, reflexes symmetric": a statement of its own."""
    return reading.low(sketch.b) in ("symmetric", "symmetrical", "intact", "normal", "equal", "brisk", "present", "yes") or (
        reading.low(sketch.b) in ("is", "are") and reading.low(sketch.b + 1) in ("present", "noted", "intact", "normal")
    )


def _or_follows(reading: Reading, index: int) -> bool:
    """ "no back pain, leg pain, or numbness": a list that is denied to its end."""
    return "or" in (reading.low(index), reading.low(index + 1)) or "nor" in (reading.low(index), reading.low(index + 1))


def _comma_before(reading: Reading, index: int, head: int) -> bool:
    return any(reading.low(i) == "," for i in range(index, head))


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
        if low in FINITE or low in (
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
    return all(reading.low(i) not in FINITE or i == cue.b for i in range(cue.b, head))


def asked_and_denied(reading: Reading, sketch: Sketch) -> bool:
    """ "She asks do my legs give way. No.", "asked if I had numbness and I said no": a question retold, and its answer."""
    start, end = sentence_around(reading, sketch.a)
    if reading.has(_EXAMINED, start, sketch.a + 1) and any(
        reading.low(i + 1) in ("none", "nothing", "no") for i in reading.places(_FOUND, sketch.b, end)
    ):
        return True
    if reading.has(_ASKING, start, sketch.a + 1):
        for index in reading.places(_SAID, sketch.b, end):
            said = {reading.low(i) for i in range(index + 1, min(index + 3 + 2 * (reading.low(index) in _TELLING), end))}
            if said & {"no", "nope", "none", "nah"} or (reading.low(index) in _TELLING and said & {"not", "never"}):
                return True
        if any(
            reading.low(i) in ("none", "neither") and reading.low(i + 1) in ("of", "apply", "applied")
            for i in range(sketch.b, end)
        ):
            return True
    answer = end + 1 + (reading.low(end + 1) in ("also", "again", "still", "and"))  # "leaking? also no."
    if answer >= len(reading.words) or reading.low(answer) not in ("no", "nope", "none", "never", "nah"):
        return False
    if reading.low(answer + 1) not in ("", ".", ",", "!"):
        return False
    return reading.low(end)[:1] == "?" or reading.has(_ASKS, start, sketch.a + 1)


_EXAMINED = frozenset(["checked", "tested", "looked", "examined"])
_FOUND = frozenset(["found"])
_ASKING = frozenset(["asked", "asks", "asking"])
_SAID = frozenset(["said", "say", "told", "answered", "replied", "telling", "tell"])
_NONE = frozenset(["none", "neither"])
_TELLING = frozenset(["telling", "tell", "told"])
_ASKS = frozenset(["asks", "asked", "do", "does", "any", "ask"])
_SINCE_THEN = frozenset(["now", "today", "but", "since", "nowadays", "lately", "then"])
_THEN = frozenset(["then", "when", "time"])


def was_so(reading: Reading, sketch: Sketch) -> str:
    """An ability of the past: present when lost ("used to feel it, now I can't"), else uncertain; "" when not so told."""
    if sketch.says != "absent":
        return ""
    before = {reading.low(i) for i in range(max(0, sketch.a - 5), sketch.b)}
    if not before & {"used", "could"}:
        return ""
    _, end = sentence_around(reading, sketch.a)
    negators = reading.word_set("negators")
    for index in reading.places(_SINCE_THEN, sketch.b, end):
        if any(reading.low(i) in negators for i in range(index - 1, min(index + 5, end))):  # "..., not now"
            return "present" if len(sketch.concepts) == 1 else "uncertain"
    return "uncertain" if "used" in before else ""


def told_of_then(reading: Reading, sketch: Sketch) -> bool:
    """ "when they asked me then whether I was numb I said no": true then, not told of now."""
    start, end = sentence_around(reading, sketch.a)
    return reading.has(_THEN, start, end)


_LOSSES = frozenset({"lost", "lose", "loses", "losing", "loss", "fail", "struggle", "stopped"})


def only_lost(reading: Reading, sketch: Sketch) -> bool:
    """ "haven't lost any feeling": the claim's own denial is a loss, which a "not" plainly takes back."""
    denials = reading.lexicon.settings["denials"]
    parts = sketch.parts or ((sketch.a, sketch.b),)
    inside = {reading.low(i) for a, b in parts for i in range(a, b)} & set(denials)
    return bool(inside) and inside <= _LOSSES


def feels_as(reading: Reading, sketch: Sketch) -> bool:
    """ "doesn't feel weak or numb": no lost feeling, "feel" only leads to the adjective that is denied."""
    if not sketch.denial_inside or sketch.inherited:
        return False
    for a, b in sketch.parts or ((sketch.a, sketch.b),):
        if reading.low(b - 1) not in ("feel", "feels", "felt") or reading.low(a) not in _NOT:
            continue
        following = b
        while following < len(reading.words) and (reading.words[following].skip or reading.words[following].soft):
            following += 1
        if reading.low(following) in _ADJECTIVE_FORMS and any(
            h.kind == "state" and h.term in _ADJECTIVES for h in reading.hits_at(following)
        ):
            return True
    return False


_NOT = frozenset(["don't", "dont", "doesn't", "doesnt", "didn't", "didnt", "not"])
_ADJECTIVES = frozenset({"numb", "weak", "tingling"})
_ADJECTIVE_FORMS = frozenset(["numb", "weak", "tingly", "dead", "floppy", "heavy"])
