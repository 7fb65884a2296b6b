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

from bot.desk.numbers import read_years
from bot.desk.summary import to_first_person
from bot.extraction import extract, read_question
from bot.extraction.answers import read_answer
from bot.extraction.mention import Answer, Asked, Extraction, Mention
from bot.extraction.remainder import remainder

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
    r"\b(?:can|could|are|is|do|does|did|have|how)\b.*\b(?:feel|tell|able|normal\w*|okay|ok|fine|all ?right|working|manag\w+|control|know when|same as)\b",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"^\W*(?:(?:oh|um|er|well|yes|yeah|yep)\W+)*(?:no\b|nope|nothing|none|correct|exactly|that(?:'s| is) (?:right|correct)|right\b)",
    re.IGNORECASE,
)
#: "Numbness anywhere else?", "any pain apart from the leg?": a "no" says nothing about the sign where it was told.
_ELSEWHERE = re.compile(
    r"\b(?:anywhere else|elsewhere|any other (?:\w+ )?(?:numb\w*|weak\w*|tingl\w*|pain\w*)|other than|apart from|besides|except(?:ing)?(?: for)?|aside from)\b",
    re.IGNORECASE,
)
#: "Apart from the back, any numbness below?" asks for the numbness all the same.
_BESIDES_THAT = re.compile(r"^\W*(?:(?:and|so|okay|ok)\W+)*(?:apart from|aside from|besides|other than)\b[^,?]*,", re.IGNORECASE)
#: "Able to climb the stairs", "any trouble getting into the car?": says little about strength; a "yes" does not clear weakness.
_STRENGTH = re.compile(
    r"\b(?:weak\w*|strong|strength|power|lift|push|pull|normal\w*|heavy|drag\w*|floppy|flop\w*)\b", re.IGNORECASE
)
#: "Symptoms like pain or tingling" names them; "like" makes no comparison here.
_SUCH_AS = re.compile(
    r"\b(?P<what>symptoms?|anything|things?|problems?|issues?|trouble|something|with) like(?= \w)", re.IGNORECASE
)
#: "Only when I carry something": neither yes nor no.
_LIMITED_YES = re.compile(
    r"^\W*(?:(?:um|uh|er|erm|well|oh|yeah|yes)\W+)*(?:only|just) (?:if|when|while|after|on|at|in|with)\b", re.IGNORECASE
)
#: "No, nothing significant": something may be there.
_HEDGED_NO = re.compile(
    r"\b(?:nothing|not|none|no)\b(?: \w+)? (?:significant|major|serious|dramatic|too bad|to worry about|to speak of|out of the ordinary|worth mentioning)\b",
    re.IGNORECASE,
)
#: "... no mostly just pain", "I wouldn't say I have any weakness, no": the last word settles it.
_LAST_NO = re.compile(
    r"(?:\b(?:but|so)\W+no\b\W*(?:it'?s )?(?:mostly |mainly |really )?(?:just|only)\b|n't\b[^.!?]*\bno\W*$|\bnot\b[^.!?]*\bno\W*$)",
    re.IGNORECASE,
)
#: "I'm going to ask about the toilet, is that all right?" asks for leave, not for a sign.
_LEAVE = re.compile(
    r"\b(?:ask|questions?|talk|go through|private|personal)\b.*\b(?:is|are|would) (?:that|you|it) (?:be )?(?:ok|okay|alright|all right|fine|happy)",
    re.IGNORECASE,
)
_INJURY = re.compile(r"\b(?:fall|fallen|fell|accidents?|injur\w*|hurt yourself|knock\w*|bump\w*|crash)\b", re.IGNORECASE)
_TOILET = re.compile(r"\b(?:toilet|wee\w*|pee\w*|urin\w*|wet\w*|bladder|bowels?|poo\w*|leak\w*|soil\w*)\b", re.IGNORECASE)
_ONE_LEG = re.compile(r"\b(?:just|only)\b.{0,12}\b(?:one|left|right)\b", re.IGNORECASE)
_BOTH = re.compile(
    r"\bbladder\b[\w\s,]{0,12}\b(?:or|and)\b(?: your| the| with your)?\s+bowels?\b|\bbowels?\b[\w\s,]{0,12}\b(?:or|and)\b(?: your| the| with your)?\s+bladder\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\bin (?:my|the|either|both|one)\s+(?:left |right )?(?:legs?|foot|feet|knees?|back|toes)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s+or\s+|,\s*(?:or\s+)?", re.IGNORECASE)
_IT_IS = re.compile(r"\bit(?:'s| is)\s", re.IGNORECASE)
_SEX = re.compile(r"\b(?:sex|sexual\w*|erections?|orgasm\w*)\b", re.IGNORECASE)
#: Items that share a sign -> the words that a question must hold to be about this one rather than the others.
_OWN_WORDS = (
    (frozenset({"bladder_start", "bladder_empty", "leaks"}), {
        "bladder_start": r"start|get(?:ting)? going|begin|hold on and wait|wait ages",
        "bladder_empty": r"empty|finish|left over|still some|all out",
        "leaks": r"leak|wet|hold(?:ing)? (?:it|on)|control|accident|in time",
    }),
    (frozenset({"bladder_full_feeling", "bladder_flow_feeling"}), {
        "bladder_full_feeling": r"need|full|urge|want to go|have to go",
        "bladder_flow_feeling": r"while|as (?:it|you)|flow|coming out|comes? out|passing",
    }),
    (frozenset({"trauma", "buckling_detail"}), {"trauma": r"fall|fell|accident|injur|hurt", "buckling_detail": r"knee (?:gave|gives|giving)|when it (?:gave|gives|goes)"}),
    (frozenset({"both_legs"}), {"both_legs": r"both|either|each|two|other leg|other side"}),
    (frozenset({"pregnancy"}), {"pregnancy": r"pregnan|baby|birth|expecting|due"}),
    (frozenset({"knee_joint"}), {"knee_joint": r"lock|swell|swollen|twist|pop|stuck|bend|knee"}),
)  # fmt: skip
_AGE = re.compile(r"\b(?:how old|(?:your|her|his|their) age)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your|yourself)\b", re.IGNORECASE)
_THEM = re.compile(r"\b(?:she|he|her|his|him|they|their|them)\b", re.IGNORECASE)
#: Said to show that one listens; they answer nothing.
_NODDING = frozenset(
    [
        "ok",
        "okay",
        "alright",
        "right",
        "mm",
        "mmm",
        "mhm",
        "hm",
        "uh",
        "huh",
        "sure",
        "thanks",
        "thank",
        "you",
        "lovely",
        "good",
        "great",
        "bye",
        "mm-hmm",
        "mm-hm",
        "uh-huh",
    ]
)


@dataclass(frozen=True)
class Question:
    """What was asked.

    Attributes:
        asked: Items, and which way a "yes" points, for reading the answer.
        form: sign | normal | negative | statement.
        signs: Concepts the words name, for a bare yes or no.
        to_caller: The handler spoke to the caller about the caller ("have you ...").
    """

    asked: Asked | None
    form: str
    signs: tuple[str, ...] = ()
    to_caller: bool = False


def read_asking(text: str, knowledge: Any, *, it: str | None = None) -> Question | None:
    """What a handler's turn asks about; None when it names no sign.

    Args:
        text: The handler's words.
        knowledge: Loaded knowledge.
        it: What "it" stands for, "knee" or "leg", where the talk is about one of them.
    """
    part, is_question = asking_part(text.replace("’", "'"))
    part = _SUCH_AS.sub(r"\g<what>     ", part) if is_question else part
    if _LEAVE.search(part):
        return None
    if _AGE.search(part):
        return Question(Asked(("age",)), "sign")
    asked = _items(part, knowledge)
    signs = _signs(part, knowledge)
    if asked is None and not signs and it is not None:
        named = _IT_IS.sub(f"my {it} is ", part.replace("gon na", "going to"))
        signs = _signs(named, knowledge)
    if asked is None and not signs:
        return None
    form = _form(part, asked, is_question)
    if _ELSEWHERE.search(_BESIDES_THAT.sub("", part)):
        form = "statement"
    if asked is not None and form == "normal":
        unsaid = set() if _STRENGTH.search(part) else {"weakness"}
        if not re.search(r"\b(?:hold|steady|stable|trust)", part, re.IGNORECASE):
            unsaid |= {"knee_buckling", "knee_joint"}
        asked = replace(asked, items=tuple(item for item in asked.items if item not in unsaid))
        asked = asked if asked.items else None
    if asked is not None:
        asked = replace(asked, yes_means="normal" if form == "normal" else "danger")
    to_caller = bool(_YOU.search(part)) and not _THEM.search(part)
    return Question(
        asked, form, () if form == "normal" else signs if form == "statement" else _narrow(signs, asked, knowledge), to_caller
    )


def _items(part: str, knowledge: Any) -> Asked | None:
    """The items the words ask about, the ones that merely share a sign with them left out."""
    asked = read_question(part, knowledge)
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
    if not items:
        return None
    return Asked(tuple(items), asked.yes_means if asked is not None else "danger")


def _narrow(signs: tuple[str, ...], asked: Asked | None, knowledge: Any) -> tuple[str, ...]:
    """Signs whose absence clears nothing but what was asked."""
    items = asked.items if asked is not None else ()
    return tuple(
        sign
        for sign in signs
        if not any(item.id not in items and sign in (*item.cleared_by, *item.yes_concepts) for item in knowledge.items.values())
    )


def asking_part(text: str) -> tuple[str, bool]:
    """The part of a turn that asks, and whether it is a question at all."""
    if "?" in text:
        parts = re.findall(r"[^.!?]*[.!?]+|[^.!?]+$", text)
        last = max(number for number, part in enumerate(parts) if "?" in part)
        first = last
        while first > 0 and "?" in parts[first - 1] and len(parts[first].split()) <= 4:
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


def settle(question: Question, text: str, extraction: Extraction, turn: int, knowledge: Any) -> Extraction:
    """The reading of an answer with the form of the question in view."""
    words = re.findall(r"[a-z]+(?:[-'][a-z]+)*", text.lower().replace("’", "'"))
    if words and all(word in _NODDING for word in words):
        return replace(extraction, answers=())
    if question.asked is not None and question.asked.items == ("age",):
        years = read_years(text)
        known = (
            {**extraction.profile, "age_years": years}
            if years is not None and "age_years" not in extraction.profile
            else extraction.profile
        )
        return replace(extraction, profile=known, answers=())
    idle = all(m.presence == "absent" or m.experiencer != "self" for m in extraction.mentions)
    if extraction.dialogue_act is None and idle and not extraction.answers:
        extraction = _last_words(question, text, extraction, turn, knowledge)
    extraction = _placed(question, extraction)
    if question.form == "sign" and not any(m.presence == "present" and m.concept in question.signs for m in extraction.mentions):
        extraction, idle = _last_word(question, text, extraction, turn, knowledge, idle)
    act = extraction.dialogue_act
    answers = extraction.answers
    items = question.asked.items if question.asked is not None else ()
    if act == "skip" and len(items) == 1:
        answers = (Answer(items[0], "skipped", turn, 0, len(text)),)
    if "both_legs" in items and not answers and question.form != "statement" and _ONE_LEG.search(text):
        answers = (Answer("both_legs", "no", turn, 0, len(text)),)
    if question.form == "statement":
        answers = tuple(answer for answer in answers if answer.state in ("yes", "unsure"))
    elif (act == "no" and _HEDGED_NO.search(text)) or (question.form == "sign" and idle and _LIMITED_YES.match(text)):
        answers = answers or tuple(Answer(item, "unsure", turn, 0, len(text)) for item in items)
        answers = tuple(replace(answer, state="unsure") for answer in answers)
        act = act if act == "no" else "unsure"
    elif question.form == "negative" and _CONTRADICTS.match(text.replace("’", "'")):
        act, answers = "yes", tuple(Answer(item, "yes", turn, 0, len(text)) for item in items)
    elif question.form == "negative" and act == "yes":
        state = "no" if _AGREES.match(text.replace("’", "'")) else "unsure"
        answers = tuple(replace(answer, state=state) for answer in answers)
    extraction = replace(extraction, answers=answers)
    if not idle or act not in ("yes", "no"):
        return extraction
    return replace(extraction, mentions=(*extraction.mentions, *_named(question, act, text, turn, answers)))


def _placed(question: Question, extraction: Extraction) -> Extraction:
    """ "It's a bit numb there": the place is the one the question named."""
    if question.asked is None or "saddle_feeling" not in question.asked.items:
        return extraction
    mentions = tuple(
        replace(m, concept="saddle_numbness", attributes={k: v for k, v in m.attributes.items() if k != "site"})
        if m.concept == "leg_numbness" and m.attributes.get("site") == "unlocated" and m.presence != "absent"
        else m
        for m in extraction.mentions
    )
    return replace(extraction, mentions=mentions)


#: "So no numbness?" - "no, there is".
_CONTRADICTS = re.compile(
    r"\W*(?:no|nope|well|oh)\W+(?:actually\W+)?(?:there (?:is|are)|i (?:do|have)|it (?:is|does|has)|yes)(?=\W*$|\s*[,.;!])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_YEH = re.compile(r"\b(?:yeh|yah|yea)\b", re.IGNORECASE)
_LEAD = re.compile(
    r"^\W*(?:(?:but|and|me|myself|anyway|so|well|not me|for me|as for me|with me|er|erm|um|umm|uh|oh|h+m+|m+|ah)\W+)+",
    re.IGNORECASE,
)


def _last_words(question: Question, text: str, extraction: Extraction, turn: int, knowledge: Any) -> Extraction:
    """After a long story the answer stands in the last sentence: "... But me, no." """
    sentences = [match for match in _SENTENCE.finditer(text) if match.group().strip()]
    if (question.asked is None and not question.signs) or not sentences:
        return extraction
    last = sentences[-1]
    lead = _LEAD.match(last.group())
    start = last.start() + (lead.end() if lead else 0)
    heard = _YEH.sub("yes", text)
    if (start == 0 and heard == text) or not text[start:].strip():
        return extraction
    answers, act, _ = read_answer(heard[start:], knowledge, question.asked, (), turn)
    if act == "no" and remainder(text[start:], knowledge.language["answers"], private=False) in ("sign", "doubt"):
        act, answers = "unsure", [replace(answer, state="unsure") for answer in answers]  # "once. no, three times"
    moved = tuple(replace(answer, start=answer.start + start, end=answer.end + start) for answer in answers)
    return replace(extraction, answers=moved, dialogue_act=act)


def _last_word(
    question: Question, text: str, extraction: Extraction, turn: int, knowledge: Any, idle: bool
) -> tuple[Extraction, bool]:
    """A clear "no" at the end answers what was asked and is not told otherwise in the same breath."""
    if extraction.dialogue_act is not None or not _LAST_NO.search(text.replace("’", "'").replace(" n't", "n't")):
        return extraction, idle
    items = question.asked.items if question.asked is not None else ()
    told = {m.concept for m in extraction.mentions if m.presence == "present"}
    items = tuple(item for item in items if not told & set(knowledge.items[item].yes_concepts))
    doubted = {concept for item in items for concept in knowledge.items[item].yes_concepts} | set(question.signs)
    mentions = tuple(
        replace(m, presence="absent") if m.presence == "uncertain" and m.concept in doubted else m for m in extraction.mentions
    )
    answers = tuple(Answer(item, "no", turn, 0, len(text)) for item in items)
    return replace(extraction, mentions=mentions, answers=answers, dialogue_act="no"), not told & set(question.signs)


def _named(question: Question, act: str, text: str, turn: int, answers: tuple[Answer, ...]) -> tuple[Mention, ...]:
    """A bare yes or no speaks of the very signs that were named."""
    end = len(text)
    if act == "no" and question.form in ("sign", "negative"):
        return tuple(Mention(c, "absent", "self", "current", turn, 0, end, text, by="answer") for c in question.signs)
    if act == "yes" and question.form in ("sign", "statement") and len(question.signs) == 1:
        return (Mention(question.signs[0], "present", "self", "current", turn, 0, end, text, by="answer"),)
    return ()


def _signs(part: str, knowledge: Any) -> tuple[str, ...]:
    mine = to_first_person(part)
    mentions = list(extract(mine, knowledge).mentions)
    if (place := _PLACE.search(mine)) is not None:  # "pain in your legs, or tingling": the tingling is in the legs too
        for sign in _LISTED.split(mine):
            if sign.strip() and not _PLACE.search(sign):
                mentions += extract(f"{sign.strip(' ?.,')} {place.group()}", knowledge).mentions
    found = dict.fromkeys(m.concept for m in mentions if m.by == "rule" and "ambiguous" not in m.attributes)
    # "any numbness in your legs?" asks for one leg as well as for both
    single = {sign: sign.replace("bilateral_", "", 1) for sign in found}
    return tuple(dict.fromkeys(name for sign in found for name in (sign, single[sign]) if name in knowledge.concepts))


def _form(part: str, asked: Asked | None, is_question: bool) -> str:
    if not is_question:
        return "statement"
    if _NEGATIVE.match(part):
        return "negative"
    if _SIGN_WORDS.search(part):
        return "sign"
    if _NORMAL.search(part) or (asked is not None and asked.yes_means == "normal"):
        return "normal"
    return "sign"
