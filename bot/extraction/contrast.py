"""What the second half of a sentence does to the first: elided halves, denials taken back, a fact after a question.

In: a `Reading` and one claim. Out: the presence that the later words give it, and where a denial ends. Called by
`bot.extraction.assertion`, `bot.extraction.denial` and, once a message, by the pipeline.

"I can feel one side but not the other", "he says I'm not numb. But I am", "can you go numb from sitting? mine is": the
word that carries the claim is left out the second time, so no frame of the lexicon finds it (clinical reference 9).
"""

from __future__ import annotations

import re
from bisect import bisect_left

from bot.extraction.lexicon import Frame
from bot.extraction.nearby import sentence_around
from bot.extraction.reading import Hit, Reading, Sketch, start_of

_NOT = (
    r"(?:can't|cant|cannot|couldn't|doesn't|doesnt|don't|dont|didn't|isn't|isnt|ain't|aren't|hasn't|"
    r"hasnt|haven't|havent|won't|not|nothing|numb|dead)"
)
_PART = r"(?:other|left|right|front|back|rest|inside|outside|middle|far|near)"
_LIMB = r"(?:leg|foot|knee|thigh|arm|hand|calf|hip|ankle|toe|day|night|week|month|time|thing|pain|ache)s?"
_PIECE = r"(?:side|half|cheek|bit|part|one|ones|bits|parts|of it)"
#: "but not the other", "not on the right"
_BUT_NOT = re.compile(
    rf"(?:\bbut|\band|,|-|;|\.) {_NOT} (?:\w+ )?(?:on |in |at |with |from |round |around )?(?:the |"
    rf"my |its )?{_PART}\b(?! (?:{_PIECE} )?{_LIMB}\b)"
)
#: "the other doesn't", "half can't", "right side I can't"
_HALF_NOT = re.compile(
    rf"\b(?:the )?(?:other|rest|half|some|left|right|front|back)(?: (?:other )?{_PIECE})?(?: (?:i|"
    rf"it|she|he|feels?|is|just))* {_NOT}\b(?! (?:bad|worse|painful|sore))"
)
#: "only on one side", "the right side only"
_ONLY = re.compile(
    rf"\b(?:only|just) (?:on |in |at )?(?:the |my )?(?:(?:one|left|right|front|back) (?:{_PIECE})|"
    rf"half|the one)\b|\b(?:one|left|right|front|back) (?:side|half|cheek|part) only\b"
)
_PARTS_NAMED = re.compile(r"\b(?:one|half|some|left|right|front|back|part|side|cheek)\b")

_WHO = r"(?:i|it|they|there|she|he|we|mine|you)"
_TERMINAL = r"(?= [.,!;-]| though| tho| too| since| in fact| because| cos| and| but| all the same| actually|$)"
_VERB = r"(?: do| does| am| is| are| have| has|'m|'s|'re|'ve)"
#: "But I do", "it is though", "I do have it"
_DOES = re.compile(
    rf"(?:^|[.,;!-] |\bbut |\bthough |\bwell |\bactually )(?:but |well |actually |and |yet |in fact )*{_WHO}{_VERB}(?: have|"
    rf" definitely| really| though)*(?: it| that| some| this| them)?{_TERMINAL}"
)
_WRONG = re.compile(
    r"\b(?:that's|thats|that is|this is|it's|its|they're|they are|he's|she's|he is|she is|which is) (?:just |"
    r"simply |all |completely |totally )?(?:wrong|untrue|not true|not right|not correct|incorrect|"
    r"rubbish|nonsense|a mistake)\b"
)
_REPORT = re.compile(
    r"\b(?:said|says|say|told|tells|tell|wrote|writes|written|reckons?|reckoned|according|letter|"
    r"notes?|thinks?|thought|insists?|documented|record|recorded|report|put down|claims?|claimed)\b"
)
_FACT = re.compile(
    rf"(?:^|[?.,;!-] |\bbecause |\bcos |\bas |\bbut )(?:(?:because|cos|as|well|but|and|so) )*(?:mine(?:'s|"
    rf" is| are| has| have| does| do| did| went| feels?| goes)|(?:i|he|she|they)(?:'ve| have| has|"
    rf" am|'m| is| do| does)(?: got| had)?(?: it| that| one| them| this| both)?{_TERMINAL}|it (?:has|"
    rf"does|is|did)(?: with| to| for)? (?:me|mine|him|her)|that's (?:what|how) (?:i|he|she|it|mine)\b|"
    rf"(?:it's |is )?happening to (?:me|him|her)|happened to (?:me|him|her)|same (?:here|with me))"
)
_TOLD = re.compile(
    r"\b(?:if|suppose|supposing|imagine|say) (?:i|we) (?:told|tell|said|say|were to tell|were to say|mentioned|mention)\b"
)
_DENIES = re.compile(rf"\b{_NOT}\b|\bno\b|\bnever\b")

#: Denials of perceiving: what was not noticed is an event, not the next sign in the list.
_PERCEIVE = frozenset(
    [
        "feel",
        "felt",
        "feeling",
        "notice",
        "noticed",
        "noticing",
        "know",
        "knew",
        "known",
        "knowing",
        "realise",
        "realised",
        "realising",
        "realize",
        "realized",
        "realizing",
    ]
)
_MORE = frozenset({"more", "rather", "just", "only", "but", "though", "it's", "its", "as"})
#: Without one of these nothing is taken back.
_TAKES_BACK = frozenset(
    ["but", "though", "tho", "wrong", "untrue", "true", "do", "does", "am", "is", "are", "have", "has", "rubbish"]
)
#: Words of a long sentence that are looked at on each side of a claim.
_REACH = 40
_LIST_WORDS = frozenset({"or", "nor", "and/or", "/"})


def taken_back(reading: Reading, sketch: Sketch, presence: str, hypothetical: bool) -> str:
    """The presence that later words give a claim, or "" when they leave it alone."""
    if hypothetical:
        return "uncertain" if _fact_follows(reading, sketch) else ""
    if presence != "absent":
        return ""
    if sketch.says == "absent" and _half_only(reading, sketch):
        return "present"
    if sketch.says == "absent" and not _DENIES.search(_words(reading, sketch.a, sketch.b)):
        return ""
    return "present" if _denial_contradicted(reading, sketch) >= 0 else ""


def _half_only(reading: Reading, sketch: Sketch) -> bool:
    """ "I can feel one side but not the other": the half left out is the sign."""
    if not set(sketch.concepts) <= reading.word_set("feelings"):
        return False
    start, end = _sentence(reading, sketch)
    if end - start < 6 or (reading.low(end) in (".", ";") and end - sketch.b <= 1):
        end = min(len(reading.words), sentence_around(reading, min(end + 1, len(reading.words) - 1))[1])
    whole = _words(reading, start, end)
    after = _words(reading, sketch.a, end)
    if _BUT_NOT.search(after) or _ONLY.search(after):
        return True
    found = _HALF_NOT.search(after)
    return found is not None and len(_PARTS_NAMED.findall(whole)) >= 2 - ("other" in found.group() or "rest" in found.group())


def _denial_contradicted(reading: Reading, sketch: Sketch) -> int:
    """ "the nurse wrote no numbness. But I do": the word index where the contradiction ends, or -1."""
    start, end = _sentence(reading, sketch)
    last = min(len(reading.words), sketch.b + 30)
    if end + 1 < last:
        last = min(sentence_around(reading, end + 1)[1], end + _REACH)
    after = " " + _words(reading, sketch.b, last)
    found = _DOES.search(after.strip()) or _WRONG.search(after)
    if found is None:
        return -1
    reported = _REPORT.search(_words(reading, start, sketch.a))
    turned = "but" in found.group() or "though" in after
    if not reported and not (turned and end >= len(reading.words) - 1):
        return -1
    return sketch.b + len(after.strip()[: found.end()].split())


def _fact_follows(reading: Reading, sketch: Sketch) -> bool:
    """ "is it possible to be numb there from sitting? mine is", "what if I told you my bits are numb"."""
    start, end = _sentence(reading, sketch)
    if _TOLD.search(_words(reading, start, sketch.a)):
        return True
    last = min(sentence_around(reading, end + 1)[1], end + _REACH) if end + 1 < len(reading.words) else end
    found = _FACT.search(_words(reading, sketch.b, last))
    return found is not None


def ends_denial(reading: Reading, cue: Hit, head: int) -> bool:
    """Where a denial is full before it comes to `head`.

    "never felt a thing, and shooting pains": what was not felt is named, the pains are a statement of their own.
    "not numb, more tingling": a feeling put in the place of the one denied.
    """
    low, words = reading.low, reading.words
    first = cue.b
    while first < head and (words[first].soft or low(first) in ("me", "him", "her", "i", "my", "really", "even", "ever", "")):
        first += 1
    bare = reading.lexicon.settings["bare"]
    states = [h for h in _near(reading, cue.a, head) if h.kind == "state" and h.b > cue.b and h.b <= head]
    if any(h.b <= i < head and low(i) in _MORE for h in states for i in range(h.b, min(h.b + 4, head))):
        return True
    perceives = low(first) in _PERCEIVE or low(cue.b - 1) in _PERCEIVE
    if not perceives:
        return False
    for index in range(max(first, cue.b), head):
        if low(index) in (",", "and", "plus", "&", "-", "+") and index > cue.b:
            between = {low(i) for i in range(cue.b, index)}
            named = any(h.b <= index and h.a >= cue.b and h.term in bare for h in states) or any(
                s.head != head for s in _sketches(reading, cue.b, index)
            )
            listed = any(low(i) in _LIST_WORDS for i in range(index, min(head + 6, len(words))))
            nouns = between & set(reading.lexicon.settings["nouns"]) - _PERCEIVE
            return not (named or nouns or (listed and between <= {"", "any"}))
    return False


def set_against(reading: Reading) -> None:
    """Once a message: a denied feeling gives its place to the one set against it, and a denial taken back gets its part."""
    _instead(reading)
    _said_again(reading)


def _instead(reading: Reading) -> None:
    """ "not numb, just prickly between the legs": the part belongs to the prickling, not to the denial."""
    denials = [h for h in reading.hits if h.term in ("deny_numb", "deny_weak")]
    if not denials:
        return
    ends = {(h.a, h.b): h.b for h in denials}
    reading.sketches = [sketch for sketch in reading.sketches if not _replaced(reading, sketch, ends)]


def _replaced(reading: Reading, sketch: Sketch, ends: dict[tuple[int, int], int]) -> bool:
    end = next((ends[part] for part in sketch.parts if part in ends), None)
    if end is None:
        return False
    return any(
        h.kind == "state" and h.term not in ("deny_numb", "deny_weak") and h.b <= sketch.b and reading.has(_MORE, end, h.a)
        for h in _near(reading, end + 1, sketch.b)
    )


def _said_again(reading: Reading) -> None:
    """ "you do not have numbness. But I do, between my legs": the part comes with the contradiction."""
    if not reading.has(_TAKES_BACK, 0, len(reading.words)):
        return
    for sketch in list(reading.sketches):
        if sketch.says != "present" or sketch.sites:
            continue
        at = _denial_contradicted(reading, sketch)
        if at < 0:
            continue
        states = [h for h in _near(reading, sketch.a, sketch.b) if h.kind == "state" and h.b <= sketch.b]
        found = [
            (site, frame)
            for site in _near(reading, sketch.b, at + 9)
            if site.kind == "site"
            for state in states
            for frame in reading.lexicon.frames_by_term.get(state.term, ())
            if frame.says == "present" and len(frame.slots) == 2 and site.term in frame.slots[1].names
        ]
        if not found:
            continue
        reading.sketches.remove(sketch)
        longest = max(site.b - site.a for site, _ in found)
        reading.sketches.extend(_claim(reading, site, frame) for site, frame in found if site.b - site.a == longest)
        reading.sketches.sort(key=lambda s: (s.a, s.b))


def _claim(reading: Reading, site: Hit, frame: Frame) -> Sketch:
    return Sketch(
        concepts=frame.concepts,
        says="present",
        head=site.a,
        a=site.a,
        b=site.b,
        segment=reading.segment_of[site.a],
        attributes=dict(frame.attributes),
        noun=True,
        sites=(site,),
        parts=((site.a, site.b),),
        affirmed=True,
    )


def _near(reading: Reading, a: int, b: int) -> list[Hit]:
    """The hits that begin in words[a:b]."""
    hits = reading.hits
    return hits[bisect_left(hits, a, key=start_of) : bisect_left(hits, b, key=start_of)]


def _sketches(reading: Reading, a: int, b: int) -> list[Sketch]:
    return reading.sketches[bisect_left(reading.sketches, a, key=_begin) : bisect_left(reading.sketches, b, key=_begin)]


def _begin(sketch: Sketch) -> int:
    return sketch.a


def _sentence(reading: Reading, sketch: Sketch) -> tuple[int, int]:
    start, end = sentence_around(reading, sketch.a)
    return max(start, sketch.a - _REACH), min(end, sketch.b + _REACH)


def _words(reading: Reading, a: int, b: int) -> str:
    return " ".join(low for low in (reading.low(i) for i in range(a, b)) if low)
