"""What a caller's answer means once the form of the handler's question is in view.

In: the question, the words of the answer, its reading so far. Out: the reading, with answers and the signs that a bare yes or
no speaks of. Called by `bot.desk.listening`. Pure.

A wrong "no" is the worst that can happen here, so whatever is unclear clears nothing.
"""

# ruff: noqa: E501
from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.desk.numbers import read_years
from bot.extraction.answers import read_answer
from bot.extraction.mention import Answer, Extraction, Mention
from bot.extraction.remainder import remainder

if TYPE_CHECKING:
    from bot.desk.asking import Question

_AGREES = re.compile(
    r"^\W*(?:(?:oh|um|er|well|yes|yeah|yep)\W+)*(?:no\b|nope|nothing|none|correct|exactly|that(?:'s| is) (?:right|correct)|right\b)",
    re.IGNORECASE,
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
    r"(?:\b(?:but|so)\W+no\b\W*(?:it'?s )?(?:mostly |mainly |really )?(?:just|only)\b|n't\b[^.!?]*\bno\W*$|\bnot\b[^.!?]*\bno\W*$|\b(?:but|and)\W+(?:me|myself|for me|with me)\W+no\W*$"
    r"|\bi(?:'ve| have)? (?:never|not) (?:had|got|done) (?:it|that|one|any|either)(?: myself)?\W*$|\bi have(?: not|n't)(?: \w+)? myself\W*$)",
    re.IGNORECASE,
)
_ONE_LEG = re.compile(r"\b(?:just|only)\b.{0,12}\b(?:one|left|right)\b", re.IGNORECASE)
_NO_BUT = re.compile(
    r"^\W*(?:(?:um|uh|er|erm|well|oh)\W+)*(?:no|nope|not? at all)\b[\s,.;]*(?:but|though|although)\b", re.IGNORECASE
)
_ONLY_THERE = re.compile(r"\b(?:only|just)\b[^.!?]{0,12}\b(?:there|in|here)\b", re.IGNORECASE)
#: "Do you still get that, or has it gone?" - "that's completely gone".
_GONE_NOW = re.compile(
    r"^\W*(?:(?:no|um|uh|er|oh|well|yeah|yes)\W+)*(?:that|it|they)(?:'s|'ve| has| have|'re| is| are)? ?(?:all|completely|totally|fully)? ?(?:been )?gone\b(?! (?:numb|weak|dead|to|down|worse))",
    re.IGNORECASE,
)
#: A fall or an accident told as it happened, after a question about one.
_CAME_DOWN = re.compile(
    r"\b(?:came off|come off|went over|fell|fallen|tripped|slipped|tumbled|crashed|landed on|knocked (?:down|over|off)|hit by|rear-?ended|thrown)\b",
    re.IGNORECASE,
)
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


def settle(question: Question, text: str, extraction: Extraction, turn: int, knowledge: Any) -> Extraction:
    """The reading of an answer with the form of the question in view."""
    words = re.findall(r"[a-z]+(?:[-'][a-z]+)*", text.lower().replace("’", "'"))
    if words and all(word in _NODDING for word in words):
        return replace(extraction, answers=())
    if question.put is not None:
        return _placed(question, extraction)  # read as the chat reads an answer to it
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
    extraction = _settled_by_topic(question, text, _placed(question, extraction), knowledge)
    if question.form == "sign" and not any(
        m.presence == "present" and m.experiencer == "self" and m.concept in question.signs for m in extraction.mentions
    ):
        extraction, idle = _last_word(question, text, extraction, turn, knowledge, idle)
    act = extraction.dialogue_act
    answers = extraction.answers
    items = question.asked.items if question.asked is not None else ()
    if act == "skip" and len(items) == 1:
        answers = (Answer(items[0], "skipped", turn, 0, len(text)),)
    if "both_legs" in items and not answers and question.form != "statement" and _ONE_LEG.search(text):
        answers = (Answer("both_legs", "no", turn, 0, len(text)),)
    if answers and all(answer.state == "unsure" for answer in answers) and _told_besides(items, text, extraction, knowledge):
        answers = tuple(replace(answer, state="no") for answer in answers)
    answers = tuple(answer for answer in answers if answer.state != "no" or answer.item not in question.partly)
    if "trauma" in items and not answers and act != "no" and _CAME_DOWN.search(text):
        answers = (Answer("trauma", "yes", turn, 0, len(text)),)
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
    extraction = replace(
        extraction, answers=answers, mentions=(*extraction.mentions, *_only_there(question, text, extraction, turn))
    )
    told = {mention.concept for mention in extraction.mentions}
    if not items and not told & set(question.signs) and question.form == "sign" and _GONE_NOW.match(text.replace("’", "'")):
        return replace(extraction, mentions=(*extraction.mentions, *_named(question, "no", text, turn, answers)))
    if not idle or act not in ("yes", "no"):
        return extraction
    return replace(extraction, mentions=(*extraction.mentions, *_named(question, act, text, turn, answers)))


def _only_there(question: Question, text: str, extraction: Extraction, turn: int) -> tuple[Mention, ...]:
    """ "Any weakness anywhere else but the legs?" - "no, only there": whatever was taken as known may be there, and is to be asked."""
    if question.form != "statement" or not question.elsewhere or not _ONLY_THERE.search(text):
        return ()
    spoken = {mention.concept for mention in extraction.mentions}
    return tuple(
        Mention(sign, "uncertain", "self", "current", turn, 0, len(text), text, by="answer")
        for sign in question.signs
        if sign not in spoken
    )


def _told_besides(items: tuple[str, ...], text: str, extraction: Extraction, knowledge: Any) -> bool:
    """ "No, but I have to strain": a clear no to what was asked, and a sign of another kind."""
    told = {mention.concept for mention in extraction.mentions if mention.presence == "present"}
    return bool(_NO_BUT.match(text)) and bool(told) and not any(told & set(knowledge.items[item].yes_concepts) for item in items)


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


_IN_DOUBT = re.compile(r"\b(?:maybe|might|perhaps|possibly|not sure|unsure|don'?t know|think|guess|suppose)\b", re.IGNORECASE)


def _settled_by_topic(question: Question, text: str, extraction: Extraction, knowledge: Any) -> Extraction:
    """ "I just can't go" has two meanings; after a question about passing urine it has one."""
    items = question.asked.items if question.asked is not None and question.form in ("sign", "normal", "negative") else ()
    asked = {concept for item in items for concept in knowledge.items[item].yes_concepts}
    if not asked or _IN_DOUBT.search(text):
        return extraction
    mentions = tuple(
        replace(m, presence="present", attributes={k: v for k, v in m.attributes.items() if k != "ambiguous"})
        if m.presence == "uncertain" and "ambiguous" in m.attributes and m.concept in asked
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
    told = {m.concept for m in extraction.mentions if m.presence == "present" and m.experiencer == "self"}
    items = tuple(item for item in items if not told & set(knowledge.items[item].yes_concepts))
    doubted = {concept for item in items for concept in knowledge.items[item].yes_concepts} | set(question.signs)
    mentions = tuple(
        replace(m, presence="absent") if m.presence == "uncertain" and m.concept in doubted else m for m in extraction.mentions
    )
    answers = tuple(Answer(item, "no", turn, 0, len(text)) for item in items)
    if question.to_caller and re.search(r"\b(?:me|myself)\W+(?:no\W*)?$", text, re.IGNORECASE):
        extraction = replace(extraction, profile={"subject": "self", **extraction.profile})  # "my dad had it, not me"
    return replace(extraction, mentions=mentions, answers=answers, dialogue_act="no"), not told & set(question.signs)


def _named(question: Question, act: str, text: str, turn: int, answers: tuple[Answer, ...]) -> tuple[Mention, ...]:
    """A bare yes or no speaks of the very signs that were named."""
    end = len(text)
    if act == "no" and question.form in ("sign", "negative"):
        return tuple(Mention(c, "absent", "self", "current", turn, 0, end, text, by="answer") for c in question.signs)
    if act == "yes" and question.form in ("sign", "statement") and len(question.signs) == 1:
        return (Mention(question.signs[0], "present", "self", "current", turn, 0, end, text, by="answer"),)
    return ()
