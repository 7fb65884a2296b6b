"""Words that name no sign and speak of one told before: "it went again this morning", "it's back", "now the other one too".

In: a message, the case, a reader of text. Out: mentions of the sign that the words go back to. Called when a message is read
(`bot.answer`), in chats and in calls. Pure.

A buckle told with "it" is read anew as if the knee had been named, so that denial, fear, near-misses, times and counts mean what
they mean everywhere else. Only what is there, or may be there, is taken over: a vague word never clears a sign.
"""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.extraction.mention import Asked, Mention
from bot.findings.case import Case
from bot.findings.finding import Presence
from bot.findings.view import findings, standing_mentions, subject
from bot.knowledge.load import Knowledge

BUCKLE = "knee_giving_way"
#: Longer messages tell a story of their own, whose "it" may be anything.
_LONGEST = 400

_CLAUSE = r"(?:^|[.,;:!?\n]\s*|\b(?:and|but|then|yes|yeah|yep|no|oh|sorry|actually|well|so|also|that|because|cos|as|when|after|think|thought|sure)\s+)"
_BETWEEN = (
    r"(?:(?:'s|s|is|has|had|have|hasn't|hadn't|didn't|did|does|doesn't|not|never|just|only|actually|really|also|even|now|then|still|since|already|"
    r"nearly|almost|might|may|could|would|will|can|'ll|'d|be|been|being|keeps|kept|keep|to|gonna|did in fact|then just|both|sort of|kind of)\s+){0,4}"
)
_SUBJECT = (
    r"(?:it|this|the same (?:thing|one|knee|leg)|same (?:thing|one|knee|leg)|(?:the|that) (?:bad|bad old|sore|dodgy|left|right|other|good) one|"
    r"(?:the )?(?:left|right) one|that one|he|she|they)(?=['’\s])"
)
_STRONG = r"(?:g[ai]v(?:e|es|en|ing) (?:way|out)|gave again|buckl(?:e|es|ed|ing)|fold(?:s|ed|ing)?|crumpl(?:e|es|ed|ing)|cav(?:e|es|ed|ing) in|collaps(?:e|es|ed|ing)|let me down|let go)"
_WEAK = r"(?:went|gone|goes|go|going|gave|did it|done it|do it|does it|doing it|did that|done that|doing that|did the same|done the same|happen(?:s|ed|ing)?)"
_TALLY = (
    r"(?:again|once more|twice|thrice|another time|(?:a |for (?:a|the) )?(?:second|third|fourth|fifth) time|"
    r"(?:\d+|two|three|four|five|six|seven|several|a few|a couple of|couple of|many|loads of) (?:more )?times|every (?:day|time|few)|daily|all the time)"
)
_SOON = r"(?:\s+(?:on|me|under|beneath|from|then|too|as well|over|just|now|there|to|me,|the|this|same|way|it|like that|today|yesterday|last night|this morning|this afternoon|this evening|tonight)){0,4}\s+"
_KEEPS = r"keep(?:s)?|kept"
#: What the words do -> how they are said of the knee. Groups: lead, subject, between, verb.
_STRONG_EVENT = re.compile(
    rf"(?P<lead>{_CLAUSE}|\b)(?:(?P<subject>{_SUBJECT})\s*)?(?P<between>{_BETWEEN})(?P<verb>{_STRONG})\b", re.I
)
_WEAK_EVENT = re.compile(
    rf"(?P<lead>{_CLAUSE}|\b)(?:(?P<subject>{_SUBJECT})\s*)?(?P<between>{_BETWEEN})(?P<verb>{_WEAK})(?=(?:{_SOON}|\s+){_TALLY}\b)",
    re.I,
)
_KEEPS_EVENT = re.compile(
    rf"(?P<lead>{_CLAUSE}|\b)(?P<subject>{_SUBJECT})\s*(?P<between>(?:just |still )?(?:{_KEEPS})(?: on)? )(?P<verb>{_WEAK})(?= |$|[.,!])(?! (?:numb|cold|stiff|dead|red|blue|white|to sleep|away))",
    re.I,
)
_EVENTS = (_STRONG_EVENT, _WEAK_EVENT, _KEEPS_EVENT)
#: "Three times now", "and again this morning": only a count, of what was told last.
_BARE = re.compile(
    rf"^\W*(?:(?:and|oh|yes|yeah|well|sorry|oops|correction|actually|so|but|no|then|just|wait|hang on|hold on|once(?=\W+(?:no|sorry|wait|hang|hold|actually|well|oops)\b))\b[\s,.:;-]*)*(?:(?:that'?s|that is|that makes (?:it )?|make that|it'?s|it was|it is|now)\s*)?(?:now )?(?P<count>{_TALLY})\b"
    r"(?P<rest>[\s,]*(?:(?:actually|now|today|yesterday|just now|already|in fact|this|last|morning|afternoon|evening|night|tonight|week|on the|the|way|to|stairs|loo|toilet|kitchen|and|since|then|in|total|so far|sorry|ago|an|hour|minutes?|a|few|it|was|not|once|just)\b[\s,]*)*)\W*$",
    re.I,
)
#: Something else is what gave way: "I sat on a garden chair and it gave way".
_OTHER_THING = re.compile(
    r"\b(?:sat|sitting|sit|leant|leaned|leaning|stood on|standing on|climbed|climbing|hold\w*|held)\b[^.?!]{0,30}\b(?:chair|stool|ladder|bench|branch|rail|"
    r"railing|banister|shelf|fence|sunbed|bed|table|sofa|frame|stick|crutch|steps)\b[^.?!]*$"
    r"|\b(?:ankle|wrist|elbow|shoulder|car|engine|boiler|phone|alarm|power|line)\b[^.?!]*$",
    re.I,
)
_OTHER_BODY = re.compile(r"\b(?:back|neck|hip|heart|bladder|bowels?|stomach|tummy|pain|headache)\b[^.?!]*$", re.I)

_HAPPENED = re.compile(r"\b(?:went|gone|gave|goes)\b", re.I)
_RETURNED = re.compile(
    r"(?:^|[.,;:!?\n]\s*|\b(?:and|but|now|then|oh|yes|yeah|no|sorry|actually|well|so|think|unfortunately)\s+)"
    r"(?P<words>(?:it|that|this|they|the (?:numb\w*|feeling|tingl\w*|weakness|leak\w*|problem|symptoms?|same (?:thing|feeling)))"
    r"(?:['’]s|['’]re|['’]ve| is| are| has| have)?(?: (?:now|just|all|both|already|really|actually|well and truly))*"
    r" (?:back(?! to (?:normal|usual)| on track| pain| ache)|come back|came back|returned|start(?:ed|ing)(?: up)? again|happening again|happened again|there again|the same again))\b"
    r"(?! (?:to normal|to usual|hurt|ach|pain))",
    re.I,
)  # fmt: skip
_UNREAL_BEFORE = re.compile(
    r"\b(?:if|when|whether|unless|until|in case|scared|afraid|worried|hope|hoping|might|could|would|does|did|what)\b[^.!?]*$",
    re.I,
)

_OTHER_ONE = re.compile(
    r"\b(?P<words>(?:the )?other (?:one|side|leg|knee|foot)\b[^.,;!?]{0,25}?\b(?:too|as well|also|now)\b"
    r"|now (?:it'?s |it is )?(?:in |on |down )?(?:the )?other (?:one|side)\b|(?:also|too)[, ]+(?:in |on )?the other (?:one|side)\b"
    r"|(?:it|that|this|they)(?:['’]s| is| has|['’]re)? (?:now |gone |going |spread |moved |got |gotten |in |into |on |to |down )+(?:both|the other (?:one|side))\b(?: of them| now| too| legs?| sides?)*"
    r"|both(?: of them)? now\b|now (?:it'?s |it is )?(?:in |on )?both\b(?: of them)?)",
    re.I,
)
_NOT_IT = re.compile(
    r"\b(?:not|no|never|isn'?t|hasn'?t|aren'?t|fine|ok|okay|normal|good|better|unlike|without|nothing)\b|n['’]t\b", re.I
)

#: Questions besides those about happenings that a number may answer: how often one goes, was seen, fell.
_COUNTED_ITEMS = frozenset({"bowel_change", "bowel_detail", "fall_detail", "assessed_already", "age", "duration", "onset"})
#: "The other one is fine", read together with the message before, is no second side.
_OTHER_IS_FINE = re.compile(
    r"^\W*(?:and |but |no,? |the |my )*other (?:one|side|leg|knee|foot)(?: is|'s|’s| feels?| seems?)?(?: (?:totally|completely|perfectly|all|still|just))* "
    r"(?:fine|ok|okay|normal|good|alright|all right)\W*$",
    re.I,
)

Read = Callable[[str], Sequence[Mention]]


def told_again(
    text: str, turn: int, case: Case, knowledge: Knowledge, told: Sequence[Mention], read: Read, asked: Asked | None = None
) -> tuple[Mention, ...] | None:
    """All mentions of the message, those of signs told before added; None when it goes back to none.

    Args:
        text: The message.
        turn: Its number.
        case: The story so far.
        knowledge: Loaded knowledge.
        told: What the message says by itself.
        read: Reads a text in the same place of the conversation.
        asked: The question just put.
    """
    if len(text) > _LONGEST or not (case.mentions or case.answers):
        return None
    more = [*_buckles(text, case, knowledge, told, read, asked), *_returned(text, turn, case, knowledge, told)]
    more += _other_side(text, turn, case, knowledge)
    if not more and _OTHER_IS_FINE.match(text):
        return tuple(mention for mention in told if not mention.pieces)
    if not more:
        return None
    concepts = {mention.concept for mention in more}
    kept = [mention for mention in told if mention.concept not in concepts and not _only_a_word_of(mention, more)]
    return tuple(sorted((*kept, *more), key=lambda mention: (mention.start, mention.end, mention.concept)))


def _only_a_word_of(mention: Mention, more: Sequence[Mention]) -> bool:
    """ "it's back" is no back pain, "it gave way" no doubt any more: these words are read as what they go back to."""
    return mention.concept == "low_back_pain" and any(m.start <= mention.start and mention.end <= m.end for m in more)


def _buckles(
    text: str, case: Case, knowledge: Knowledge, told: Sequence[Mention], read: Read, asked: Asked | None
) -> tuple[Mention, ...]:
    held = findings(case, knowledge).get(BUCKLE)
    if held is None or held.presence not in (Presence.PRESENT, Presence.UNCERTAIN):
        return ()
    if any(m.concept == BUCKLE and not m.attributes.get("ambiguous") for m in told):
        return ()  # the knee is named in the message itself
    named, places = _with_the_knee(text, case, knowledge, asked)
    if named is None:
        return ()
    found = [m for m in read(named) if m.concept == BUCKLE and m.presence != "absent" and m.temporality != "hypothetical"]
    about = subject(case)
    out = []
    for mention in found:
        start, end = _back(mention.start, places, last=False), _back(mention.end, places, last=True)
        start, end = max(0, min(start, len(text) - 1)), min(max(end, start + 1), len(text))
        out.append(replace(mention, experiencer=about, start=start, end=end, text=text[start:end], pieces=()))
    return tuple(out)


#: (start, end) in the text as written, (start, end) in the text with the knee named.
_Place = tuple[int, int, int, int]


def _with_the_knee(text: str, case: Case, knowledge: Knowledge, asked: Asked | None) -> tuple[str | None, list[_Place]]:
    """The text with the knee in the place of "it", and where it was changed."""
    plain = text.replace("’", "'")
    changes: list[tuple[int, int, str]] = []
    knee_is_last = _told_last(case, knowledge)
    for pattern in _EVENTS:
        for found in pattern.finditer(plain):
            opened = found["lead"] != "" or found.start() == 0
            if found["subject"] is None and not opened:
                continue  # "the chair gave way": somebody else's verb
            strong = pattern is _STRONG_EVENT
            before = plain[: found.start("subject") if found["subject"] else found.start("verb")]
            if not _fits_what_was_asked(found, plain, asked, knowledge):
                continue
            if _OTHER_THING.search(before) or (not strong and (_OTHER_BODY.search(before) or not knee_is_last)):
                continue
            start = found.start("subject") if found["subject"] else found.start("between")
            if any(start < end and found.end() > begin for begin, end, _ in changes):
                continue
            changes.append((start, found.end(), _said_of_the_knee(found)))
    if not changes and knee_is_last and (bare := _BARE.match(plain)) and _may_count(bare["count"], asked, knowledge):
        changes.append((bare.start("count"), bare.start("count"), "the knee gave way "))
    if not changes:
        return None, []
    out, places, position = "", [], 0
    for start, end, words in sorted(changes):
        out += plain[position:start]
        places.append((start, end, len(out), len(out) + len(words)))
        out += words
        position = end
    return out + plain[position:], places


def _said_of_the_knee(found: re.Match[str]) -> str:
    between, verb = found["between"].strip(), found["verb"].lower()
    between = re.sub(r"^'?s\b", "has", between)
    if re.match(_WEAK + r"$", verb, re.I) or verb in ("gave again", "let go"):
        if verb.startswith(("gone", "done")):
            verb = "given way"
        elif verb.split()[0].endswith("ing"):
            verb = "giving way"
        elif verb in ("go", "do it", "happen"):
            verb = "give way"
        elif verb in ("goes", "does it", "happens"):
            verb = "gives way"
        elif verb == "gave again":
            verb = "gave way again"
        else:
            verb = "gave way"
    more = " again" if re.search(r"\balso\b", found["between"], re.I) else ""
    return " ".join(part for part in ("the knee", between, verb) if part) + more


def _fits_what_was_asked(found: re.Match[str], plain: str, asked: Asked | None, knowledge: Knowledge) -> bool:
    """ "It's happened twice", said to "have you leaked?", counts the leaks."""
    if asked is None or not re.match(r"d|happen", found["verb"], re.I):
        return True
    return _may_count(plain[found.end() :], asked, knowledge)


def _may_count(count: str, asked: Asked | None, knowledge: Knowledge) -> bool:
    """A bare number counts what was just asked about when that is something one counts; "again" does not."""
    if asked is None or "again" in count.lower() or any("buckling" in item for item in asked.items):
        return True
    events = knowledge.language["settings"]["events"]
    defaults = (knowledge.items[item].default_concept for item in asked.items if item in knowledge.items)
    return not any(concept in events for concept in defaults) and not _COUNTED_ITEMS & set(asked.items)


def _told_last(case: Case, knowledge: Knowledge) -> bool:
    """Whether nothing else that happens at a moment was told after the knee."""
    events: Collection[str] = knowledge.language["settings"]["events"]
    last_knee, last_other = -1, -1
    for mention in standing_mentions(case).values():
        if mention.presence == "absent" or mention.temporality == "hypothetical":
            continue
        if mention.concept == BUCKLE:
            last_knee = max(last_knee, mention.turn)
        elif (
            mention.concept in events or re.search(r"\b(?:went|gone|gave|goes)\b", mention.text)
        ) and mention.concept != "falls":
            last_other = max(last_other, mention.turn)
    last_knee = max([last_knee, *(a.turn for a in case.answers if a.item == "knee_buckling" and a.state == "yes")])
    return last_other <= last_knee


def _back(position: int, places: Sequence[_Place], *, last: bool) -> int:
    """A place in the text with the knee named, as a place in the text as written."""
    moved = 0
    for start, end, new_start, new_end in places:
        if position < new_start:
            break
        if position <= new_end:
            return end if last else start
        moved = end - new_end
    return position + moved


def _returned(text: str, turn: int, case: Case, knowledge: Knowledge, told: Sequence[Mention]) -> list[Mention]:
    """ "It's back", "it's numb again": what was there lately and had gone, told last, is there again."""
    wanted: Collection[str] | None = None
    span = _span_of_return(text)
    if span is None:
        numb = next((m for m in told if m.attributes.get("site") == "unlocated" and m.attributes.get("frequency")), None)
        if numb is None or numb.presence == "absent" or numb.temporality != "current":
            return []
        span, wanted = (numb.start, numb.end), {*knowledge.groups["saddle"], *knowledge.groups["leg_numb"]}
    held = findings(case, knowledge)
    context = set(knowledge.groups["context"])
    gone: dict[str, int] = {}
    for mention in standing_mentions(case).values():
        finding = held.get(mention.concept)
        if finding is None or finding.presence is not Presence.PRESENT or mention.concept in context:
            continue
        if finding.temporality in ("recent_resolved", "past_resolved") and (wanted is None or mention.concept in wanted):
            gone[mention.concept] = max(gone.get(mention.concept, -1), mention.turn)
    last = max(gone.values(), default=-1)
    start, end = span
    again = {"frequency": "repeated", "new": True}
    return [
        Mention(concept, "present", subject(case), "current", turn, start, end, text[start:end], again)
        for concept, when in gone.items()
        if when == last
    ]


def _span_of_return(text: str) -> tuple[int, int] | None:
    found = _RETURNED.search(text.replace("’", "'"))
    if found is None or _UNREAL_BEFORE.search(text[: found.start("words")]) or text.rstrip().endswith("?"):
        return None
    return found.span("words")


def _other_side(text: str, turn: int, case: Case, knowledge: Knowledge) -> list[Mention]:
    """ "Now the other one too": what was told of one leg last is now in both."""
    found = _OTHER_ONE.search(text)
    if found is None or text.rstrip().endswith("?"):
        return []
    sentence = re.split(r"[.!?;]", text[found.start() :])[0]
    before = re.split(r"[.!?;,]", text[: found.start()])[-1]
    if _NOT_IT.search(sentence) or _NOT_IT.search(before) or _UNREAL_BEFORE.search(before):
        return []
    sided = {*knowledge.groups["one_sided"], BUCKLE}
    told: dict[str, Mention] = {}
    for mention in standing_mentions(case).values():
        if mention.concept in sided and mention.presence == "present" and mention.temporality == "current":
            told[mention.concept] = mention
    last = max((mention.turn for mention in told.values()), default=-1)
    start, end = found.span("words")
    return [
        Mention(
            mention.concept, "present", subject(case), "current", turn, start, end, text[start:end],
            {"laterality": "both", "frequency": "repeated"} if mention.concept == BUCKLE else {"laterality": "spreading_to_other_side"},
        )
        for mention in told.values()
        if mention.turn == last
    ]  # fmt: skip
