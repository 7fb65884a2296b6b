"""What a handler's turn asks: which items and signs, and what "yes" and "no" to it mean.

In: the words of one handler's turn. Out: `Question`, or None. Called by `bot.desk.listening`. Pure.

People who ask aloud mix long talk with short questions, so only the asking part of a turn counts. Its form decides:

    sign       "any numbness down there?"         no clears, yes is the danger sign
    normal     "can you feel it when you wipe?"   yes clears, no is the danger sign
    negative   "so no numbness at all?"           no clears, "that's right" clears, a bare yes is unclear
    statement  "it looks a bit swollen here"      nothing is cleared; a yes can only add a sign

A wrong "no" is the worst that can happen here, so whatever is unclear clears nothing.
"""

# ruff: noqa: E501
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.desk.aloud import read_own
from bot.desk.summary import to_first_person, without_opening
from bot.extraction import extract, read_question
from bot.extraction.mention import Asked
from bot.findings.case import Case
from bot.triage.questions import asked_for

#: Words before the question in an unpunctuated turn that still belong to it.
_TAIL_WORDS = 40
#: A question asked aloud is no longer than this.
_QUESTION_WORDS = 26
#: Words before a question in one breath that can still be its matter: "your legs, are they weak?"
_AHEAD_WORDS = 12
#: Begins the reason for a question, which names no sign of this caller.
_EXPLAINS = re.compile(
    r"\b(?:just so|so (?:that|i|we)|because|'?cause|in terms of|just wondering|i (?:only )?ask)\b", re.IGNORECASE
)
#: In talk without punctuation a question as short as this goes with the one before it.
_SHORT_QUESTION = 6
_OPENER = re.compile(
    r"\b(?:any|do you|don'?t you|does (?:it|your|that)|did you|did it|have you|has (?:it|your|that|there)|had you|haven'?t you|are you|aren'?t you|"
    r"is (?:it|your|that|there|the|one)|are (?:the|your)|was (?:it|there)|were you|can you|could you|can'?t you|how(?:'s| is| are| about)|what about|no (?:problems?|trouble|"
    r"numbness|weakness|tingling|loss|fever|changes?|issues?|difficulty)|tell me|noticed)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"^\W*(?:(?:ok|okay|right|alright|and|so|but|well|then|er|um|just|i take it|i assume)\W+)*(?:there(?:'s| is| are|'re)? |you(?:'ve| have)?(?: got| had)? |"
    r"you'?re (?:getting |having )?)?(?:no|not|never|nothing|without|haven'?t|don'?t|didn'?t|isn'?t|aren'?t)\b",
    re.IGNORECASE,
)
_SIGN_WORDS = re.compile(
    r"\b(?:numb\w*|tingl\w*|weak\w*|trouble\w*|problems?|difficult\w*|loss|lost|los(?:e|ing)|leak\w*|chang\w*|issues?|accidents?|unable|can'?t|cannot|pain\w*|"
    r"pins|any|wet|soil\w*|odd|strange|unusual|different|worse|gone|giv\w+|buckl\w*|fever\w*|constipat\w*)\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"\b(?:can|could|are|is|do|does|did|have|how)\b.*\b(?:feel(?= (?:it|them|that|this|the|your|my|when|where|if|me|anything|everything|both|each|any|\w+ing)\b|\W*$)|"
    r"tell|able|normal\w*|okay|ok|fine|all ?right|working|manag\w+|control|know when|same|regular\w*|as usual)\b"
    r"|\b(?:can|could|able to)\b.*\b(?:hold|keep|stop|lift|push|stand|walk|bend|straighten|start|empty|finish|squeeze)\b",
    re.IGNORECASE,
)
#: "More often than usual?", "different from normal?": a "yes" is no all-clear.
_COMPARED = re.compile(
    r"\b(?:than|from|to) (?:usual|normal|before|you used to|it used to|it was|it should)\b|\b(?:more|less) (?:often|frequent\w*)\b",
    re.IGNORECASE,
)
_OFTEN = re.compile(r"\b(?:often|frequent\w*|how many times|at night|in the night|overnight)\b", re.IGNORECASE)
_LOST_FEELING = re.compile(r"\b(?:feeling|sensation)\b", re.IGNORECASE)
#: "Numbness anywhere else?", "any pain apart from the leg?": a "no" says nothing about the sign where it was told.
_ELSEWHERE = re.compile(
    r"\b(?:anywhere else|elsewhere|any other (?:\w+ )?(?:numb\w*|weak\w*|tingl\w*|pain\w*)|other than|apart from|besides|except(?:ing)?(?: for)?|aside from)\b",
    re.IGNORECASE,
)
#: "Apart from the back, any numbness below?" asks for the numbness all the same.
_BESIDES_THAT = re.compile(r"^\W*(?:(?:and|so|okay|ok)\W+)*(?:apart from|aside from|besides|other than)\b[^,?]*,", re.IGNORECASE)
#: "Able to climb the stairs", "any trouble getting into the car?": says little about strength; a "yes" does not clear weakness.
_STRENGTH = re.compile(r"\b(?:weak\w*|strong|strength|power|lift|push|pull|heavy|drag\w*|floppy|flop\w*)\b", re.IGNORECASE)
#: "Symptoms like pain or tingling" names them; "like" makes no comparison here.
_SUCH_AS = re.compile(
    r"\b(?P<what>symptoms?|anything|things?|problems?|issues?|trouble|something|with) like(?= \w)", re.IGNORECASE
)
#: "I'm going to ask about the toilet, is that all right?" asks for leave, not for a sign.
_LEAVE = re.compile(
    r"\b(?:ask|questions?|talk|go through|private|personal)\b.*\b(?:is|are|would) (?:that|you|it) (?:be )?(?:ok|okay|alright|all right|fine|happy)",
    re.IGNORECASE,
)
_INJURY = re.compile(r"\b(?:fall|fallen|fell|accidents?|injur\w*|hurt yourself|knock\w*|bump\w*|crash)\b", re.IGNORECASE)
_TOILET = re.compile(r"\b(?:toilet|wee\w*|pee\w*|urin\w*|wet\w*|bladder|bowels?|poo\w*|leak\w*|soil\w*)\b", re.IGNORECASE)
_BOTH = re.compile(
    r"\bbladder\b[\w\s,]{0,12}\b(?:or|and)\b(?: your| the| with your)?\s+bowels?\b|\bbowels?\b[\w\s,]{0,12}\b(?:or|and)\b(?: your| the| with your)?\s+bladder\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|into|down|along|to) (?:my|the|either|both|one)\s+(?:left |right )?(?:legs?|foot|feet|knees?|back|toes)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s+or\s+|,\s*(?:or\s+)?", re.IGNORECASE)
_IT_IS = re.compile(r"\bit(?:'s| is)\s", re.IGNORECASE)
_SEX = re.compile(r"\b(?:sex|sexual\w*|erections?|orgasm\w*)\b", re.IGNORECASE)
#: Items that share a sign -> the words that a question must hold to be about this one rather than the others.
_OWN_WORDS = (
    (frozenset({"bladder_start", "bladder_empty", "leaks"}), {
        "bladder_start": r"start|get(?:ting)? going|begin|hold on and wait|wait ages",
        "bladder_empty": r"empty|finish|left over|still some|all out",
        "leaks": r"leak|wet|hold(?:ing)? (?:it|on|in|your|the|my)|control|accident|in time",
    }),
    (frozenset({"bladder_full_feeling", "bladder_flow_feeling"}), {
        "bladder_full_feeling": r"need|full|urge|want to go|have to go",
        "bladder_flow_feeling": r"while|as (?:it|you)|flow|coming out|comes? out|passing",
    }),
    (frozenset({"bowel_change", "bowel_control"}), {
        "bowel_change": r"constipat|regular|open|mov(?:ed|ing) your|chang|habit|stuck|blocked|bunged",
        "bowel_control": r"control|accident|hold(?:ing)? (?:it|on|in|your|the)|soil|leak|continen|in time|mess|wind",
    }),
    (frozenset({"trauma", "buckling_detail"}), {"trauma": r"fall|fell|accident|injur|hurt", "buckling_detail": r"knee (?:gave|gives|giving)|when it (?:gave|gives|goes)"}),
    (frozenset({"both_legs"}), {"both_legs": r"both|either|each|two|other leg|other side"}),
    (frozenset({"pregnancy"}), {"pregnancy": r"pregnan|baby|birth|expecting|due"}),
    (frozenset({"knee_joint"}), {"knee_joint": r"lock|swell|swollen|twist|pop|stuck|bend|knee"}),
)  # fmt: skip
_TOILET_ITEMS = frozenset({"bladder_start", "bladder_empty", "leaks", "bowel_change", "bowel_control"})
#: Items that bundle signs of different kinds: a "no" to one of them leaves the others open.
_BUNDLES = frozenset({"immediate_danger", "knee_joint"})
_BLADDER = re.compile(r"\b(?:bladder|urin\w*|wet\w*|leak\w*|wee\w*|pee\w*|water\w*)\b", re.IGNORECASE)
_BOWEL = re.compile(r"\b(?:bowels?|poo\w*|stools?|motions?|back passage)\b", re.IGNORECASE)
_TOLD_SIGN = r"(?:\w+\s+){0,2}?(?:pains?|ache|numbness|weakness|tingling|pins and needles|stiffness|symptoms?)\b"
#: "Any fever with that pain?", "did anything set the numbness off?": the pain is taken as known and not asked for.
_TAKEN_AS_KNOWN = re.compile(
    rf"\b(?:with|from|besides|because of|in addition to|(?:set|sets|caus\w+|brought|brings?|trigger\w*|explain\w*|eas\w+|help\w*)(?: off| on)?)"
    rf"\s+(?:your|the|this|that|these|those)\s+{_TOLD_SIGN}",
    re.IGNORECASE,
)
#: "Any change in the colour or temperature of the leg?" asks for no fever.
_SKIN = re.compile(
    r"\b(?:temperature|colou?r)\b[^.?!]{0,25}\b(?:of|in) (?:your|the|that|either|both) (?:\w+ )?(?:legs?|foot|feet|knees?|calf|calves|skin|toes?)\b",
    re.IGNORECASE,
)
#: "Loss of bowel or bladder function" is loss of control.
_FUNCTION = re.compile(r"(?<=bladder )functions?\b|(?<=bowel )functions?\b|(?<=bowels )functions?\b", re.IGNORECASE)
#: A turn that goes on with the question of the turn before: "any numbness" - "around your back passage?"
_GOES_ON = re.compile(
    r"^\W*(?:(?:um|uh|er|erm|sorry)\W+)*(?:around|round|between|in|into|down|near|at|like|or|and|when|while|with|of|to|on|from)\b",
    re.IGNORECASE,
)
#: Lost feeling named without a place asks about the legs, unless another part is named.
_FEELING = re.compile(r"\b(?:numb\w*|tingl\w*|pins and needles)\b", re.IGNORECASE)
_OTHER_PART = re.compile(
    r"\b(?:between|bottom|bum|genital\w*|rect\w*|saddle|private\w*|down there|down below|below|passage|groin|buttocks?|wip\w+|arms?|hands?|fingers?|"
    r"face|neck|shoulders?|lips?|sex\w*)\b",
    re.IGNORECASE,
)
_AGE = re.compile(r"\b(?:how old|(?:your|her|his|their) age)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your|yourself)\b", re.IGNORECASE)
_THEM = re.compile(r"\b(?:she|he|her|his|him|they|their|them)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """What was asked.

    Attributes:
        asked: Items, and which way a "yes" points, for reading the answer.
        form: sign | normal | negative | statement.
        signs: Concepts the words name, for a bare yes or no.
        to_caller: The handler spoke to the caller about the caller ("have you ...").
        elsewhere: Asked was only what is beyond the place already told ("anywhere else?").
        put: Id of the interview question that was read aloud as it stands, or None.
        partly: Items of which only a part was asked: a "no" does not clear them.
    """

    asked: Asked | None
    form: str
    signs: tuple[str, ...] = ()
    to_caller: bool = False
    partly: frozenset[str] = frozenset()
    elsewhere: bool = False
    put: str | None = None


def read_asking(text: str, knowledge: Any, *, it: str | None = None) -> Question | None:
    """What a handler's turn asks about; None when it names no sign.

    Args:
        text: The handler's words.
        knowledge: Loaded knowledge.
        it: What "it" stands for, "knee" or "leg", where the talk is about one of them.
    """
    part, is_question = asking_part(without_opening(text.replace("’", "'")))
    part = _SUCH_AS.sub(r"\g<what>     ", part) if is_question else part
    if _LEAVE.search(part):
        return None
    if _AGE.search(part):
        return Question(Asked(("age",)), "sign")
    elsewhere = bool(_ELSEWHERE.search(_BESIDES_THAT.sub("", part)))
    asked_for = _FUNCTION.sub("control", _SKIN.sub(" ", part if elsewhere else _TAKEN_AS_KNOWN.sub(" ", part)))
    asked = _items(asked_for, knowledge)
    signs = _signs(asked_for, knowledge)
    if _OFTEN.search(part) or _LOST_FEELING.search(part):
        left = _TOILET_ITEMS - set(asked.items if asked is not None else ())
        signs = tuple(sign for sign in signs if not any(sign in knowledge.items[item].yes_concepts for item in left))
    if asked is None and not signs and it is not None:
        named = _IT_IS.sub(f"my {it} is ", part.replace("gon na", "going to"))
        signs = _signs(named, knowledge)
    if asked is None and not signs:
        return None
    form = _form(part, asked, is_question)
    form = "statement" if elsewhere else form
    if asked is not None and form == "normal":
        unsaid = set() if _STRENGTH.search(part) else {"weakness"}
        if not re.search(r"\b(?:hold|steady|stable|trust)", part, re.IGNORECASE):
            unsaid |= {"knee_buckling", "knee_joint"}
        asked = replace(asked, items=tuple(item for item in asked.items if item not in unsaid))
        asked = asked if asked.items else None
    if asked is not None:
        asked = replace(asked, yes_means="normal" if form == "normal" else "danger")
    partly = _partly(part, asked, signs, knowledge)
    if "weakness" in partly:  # "any problems walking?": nothing of strength was asked
        signs = tuple(sign for sign in signs if sign not in knowledge.items["weakness"].yes_concepts)
    to_caller = bool(_YOU.search(part)) and not _THEM.search(part)
    return Question(
        asked,
        form,
        () if form == "normal" else signs if form == "statement" else _narrow(signs, asked, knowledge),
        to_caller,
        partly,
        elsewhere,
    )


def own_question(text: str, case: Case, knowledge: Any) -> Question | None:
    """The interview question a handler read aloud; its answer is read as in the chat."""
    put = read_own(text, case, knowledge)
    return Question(asked_for(put, case, knowledge), "own", to_caller=True, put=put) if put is not None else None


def goes_on(before: str, text: str) -> bool:
    """Whether a handler's turn only ends the question that the turn before began."""
    return not re.search(r"[.?!]\W*$", before) and bool(_GOES_ON.match(text))


def _partly(part: str, asked: Asked | None, signs: tuple[str, ...], knowledge: Any) -> frozenset[str]:
    """Items of which the words name too little for a "no" to clear them."""
    items = asked.items if asked is not None else ()
    partly = {item for item in items if item in _BUNDLES and not set(knowledge.items[item].cleared_by) <= set(signs)}
    if "weakness" in items and not _STRENGTH.search(part):
        partly.add("weakness")
    return frozenset(partly)


def _items(part: str, knowledge: Any) -> Asked | None:
    """The items the words ask about, the ones that merely share a sign with them left out."""
    asked = read_question(part, knowledge)
    apart = [_named_items(one, read_question(one, knowledge), knowledge) for one in _alternatives(part)]
    if len(apart) > 1 and all(apart):  # each names its own: what they would mean run together does not count
        items = list(dict.fromkeys(item for found in apart for item in found))
    else:
        items = _named_items(part, asked, knowledge)
    if "leaks" in items and _BOWEL.search(part) and not _BLADDER.search(part):
        items.remove("leaks")  # "accidents with your bowels", "lose control of your bowels or not make it to the toilet"
    if not items:
        return None
    return Asked(tuple(items), asked.yes_means if asked is not None else "danger")


def _alternatives(part: str) -> list[str]:
    """ "Any leaking of urine, or numbness between the legs?": what is asked one by one."""
    return [one for one in _LISTED.split(part) if one.strip(" ?.,")]


def _named_items(part: str, asked: Asked | None, knowledge: Any) -> list[str]:
    readings = [asked]
    for sentence in re.findall(r"[^?]+\??", part):
        if part.count("?") > 1:
            readings.append(read_question(sentence, knowledge))
        if _BOTH.search(sentence):  # "control of your bladder or your bowels": each of the two
            readings += [read_question(_BOTH.sub(one, sentence), knowledge) for one in ("bladder", "bowel", "bowels")]
    items = list(dict.fromkeys(item for reading in readings if reading is not None for item in reading.items))
    if "trauma" not in items and _INJURY.search(part) and not _TOILET.search(part) and "trauma" in knowledge.items:
        items.append("trauma")
    if "sexual_change" not in items and _SEX.search(part):
        items.append("sexual_change")
    low = part.lower()
    for together, words in _OWN_WORDS:
        named = {item for item, pattern in words.items() if re.search(rf"\b(?:{pattern})", low)}
        if (named or len(together) == 1) and any(item in together for item in items):
            items = [item for item in items if item not in together or item in named]
    if _OFTEN.search(part) or _LOST_FEELING.search(part):
        # how often one goes, or what one feels there, says nothing of starting, emptying or holding
        kept = {item for _, words in _OWN_WORDS for item, pattern in words.items() if re.search(rf"\b(?:{pattern})", low)}
        kept -= {"bowel_change"} if _LOST_FEELING.search(part) else set()
        kept |= {"bowel_change"} if _BOWEL.search(part) and _OFTEN.search(part) else set()
        items = [item for item in items if item not in _TOILET_ITEMS or item in kept]
    if "leaks" in items and "trauma" in items and not _TOILET.search(part):
        items.remove("leaks")  # "a fall or an accident"
    return items


def _narrow(signs: tuple[str, ...], asked: Asked | None, knowledge: Any) -> tuple[str, ...]:
    """Signs whose absence clears nothing but what was asked."""
    items = asked.items if asked is not None else ()
    others = [set(item.cleared_by) for item in knowledge.items.values() if item.id not in items and item.cleared_by]
    clears = set().union(*(needed for needed in others if needed <= set(signs)))
    return tuple(sign for sign in signs if sign not in clears)


def _goes_with_the_one_before(part: str) -> bool:
    """ "Any back pain? Swelling of the hands or feet? Fever?": a list of short questions gets one answer."""
    words = len(part.split())
    return words <= 4 or (
        words <= 10 and not re.search(r"\b(?:do|does|did|have|has|are|is|was|were|can|could|will|would)\b", part, re.IGNORECASE)
    )


def asking_part(text: str) -> tuple[str, bool]:
    """The part of a turn that asks, and whether it is a question at all."""
    if "?" in text:
        parts = re.findall(r"[^.!?]*[.!?]+|[^.!?]+$", text)
        last = max(number for number, part in enumerate(parts) if "?" in part)
        first = last
        while first > 0 and "?" in parts[first - 1] and _goes_with_the_one_before(parts[first]):
            first -= 1
        return " ".join(part.strip() for part in parts[first : last + 1]), True
    words = list(re.finditer(r"\S+", text))
    start = words[-_TAIL_WORDS].start() if len(words) > _TAIL_WORDS else 0
    tail = text[start:]
    openers = list(_OPENER.finditer(tail))
    while len(openers) > 1 and len(tail[openers[-1].start() :].split()) <= _SHORT_QUESTION:
        openers.pop()  # "any numbness any tingling is it new": all of it asks
    opener = openers[-1] if openers else None
    if opener is None:
        return tail, bool(_NEGATIVE.match(tail)) and len(words) <= 14
    sentence = tail.rfind(".", 0, opener.start()) + 1
    start = opener.start() if _NEGATIVE.match(tail[opener.start() :]) else sentence
    # what goes before in the same breath may name the matter; what explains the question afterwards does not
    ahead = list(re.finditer(r"\S+", tail[start : opener.start()]))
    start += ahead[-_AHEAD_WORDS].start() if len(ahead) > _AHEAD_WORDS else 0
    rest = _EXPLAINS.split(tail[opener.start() :], maxsplit=1)[0]
    words_after = [word.end() for word in re.finditer(r"\S+", rest)] or [len(rest)]
    end = opener.start() + words_after[min(len(words_after), _QUESTION_WORDS) - 1]
    return tail[start:end], True


def _signs(part: str, knowledge: Any) -> tuple[str, ...]:
    mine = to_first_person(part)
    both = re.search(r"\bboth\b", part, re.IGNORECASE) is not None  # "no" to "in both legs?" denies nothing of one
    apart = [extract(one, knowledge).mentions for one in _alternatives(mine)]
    mentions = [m for found in apart for m in found] if all(apart) else list(extract(mine, knowledge).mentions)
    if (place := _PLACE.search(mine)) is not None:  # "pain in your legs, or tingling": the tingling is in the legs too
        for sign in _LISTED.split(mine):
            if sign.strip() and not _PLACE.search(sign):
                mentions += extract(f"{sign.strip(' ?.,')} {place.group()}", knowledge).mentions
        if re.search(r"\bpains?\b.*\blegs?\b", mine, re.IGNORECASE) and not both:
            mentions += extract("pain in my leg", knowledge).mentions
    if _INJURY.search(mine) and re.search(r"\bknee\b", mine, re.IGNORECASE):
        mentions += extract("injured my knee", knowledge).mentions
    if not _OTHER_PART.search(mine):
        for feeling in () if both else _FEELING.findall(mine):
            mentions += extract(feeling, knowledge).mentions
    found = dict.fromkeys(m.concept for m in mentions if m.by == "rule" and "ambiguous" not in m.attributes)
    if both:
        return tuple(name for name in found if name in knowledge.concepts)
    # "any numbness in your legs?" asks for one leg as well as for both
    single = {sign: sign.replace("bilateral_", "", 1) for sign in found}
    return tuple(dict.fromkeys(name for sign in found for name in (sign, single[sign]) if name in knowledge.concepts))


def _form(part: str, asked: Asked | None, is_question: bool) -> str:
    if not is_question:
        return "statement"
    if _NEGATIVE.match(part):
        return "negative"
    if _SIGN_WORDS.search(part) or _COMPARED.search(part):
        return "sign"
    if _NORMAL.search(part) or (asked is not None and asked.yes_means == "normal"):
        return "normal"
    return "sign"
