"""Who has it: the writer, someone else, or nobody in particular.

In: a `Reading`. Out: for each word the person who is being spoken of. Called by the pipeline and `context`.

A little machine walks the message: a relation as subject ("my mum ...", "patient") makes the following words
about that person until "I", "my" (without a relation behind it) or another person takes over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.extraction.reading import Reading

_SELF = frozenset({"i", "i'm", "im", "i've", "ive", "i'd", "i'll", "me", "mine", "mine's", "myself", "meself"})
_THIRD = frozenset(
    {
        "he",
        "she",
        "he's",
        "she's",
        "hes",
        "shes",
        "his",
        "her",
        "him",
        "himself",
        "herself",
        "they",
        "they're",
        "their",
        "them",
        "he'd",
        "she'd",
        "hers",
    }
)
_REPORT = frozenset(
    {
        "said",
        "says",
        "say",
        "thinks",
        "think",
        "thought",
        "reckons",
        "told",
        "tells",
        "noticed",
        "notices",
        "noticing",
        "made",
        "makes",
        "drove",
        "asked",
        "keeps",
        "wants",
        "is",
        "was",
        "laughed",
        "laughs",
        "found",
        "finds",
        "saw",
        "reminded",
        "insisted",
        "pointed",
        "worries",
        "worried",
        "joked",
        "jokes",
        "had",
        "has",
    }
)


@dataclass(frozen=True)
class Person:
    """Who: `experiencer` is self, other or nobody; `relation` names the other one when known; `animal`: somebody's dog."""

    experiencer: str
    relation: str | None = None
    animal: bool = False


SELF = Person("self")
NOBODY = Person("nobody")
_ANIMAL = Person("nobody", animal=True)
_PATIENT = Person("other", "patient")

_I = frozenset({"i", "i'm", "im", "i've", "ive", "i'd", "i'll"})
_FIRST_PERSON = _I | {"my", "me", "mine", "myself"}
_ONE_OF_THEM = frozenset({"he", "she", "he's", "she's", "hes", "shes", "his", "him", "her", "he'd", "she'd"})
_OWNERS = frozenset({"my", "our", "me", "his", "her", "their", "the", "a", "this", "that", "another", "your"})
#: Words of address as well as persons: "cheers mate", "my mate".
_ADDRESSES = frozenset({"ex", "mate", "pal", "fella", "lad", "lass", "boss", "bro", "sis"})
#: What of somebody else's is no part of a body: "her list", "his advice".
_NO_BODY = frozenset({"list", "advice", "idea", "letter", "opinion", "house", "car", "place", "words", "question", "questions"})
_AFTER_AN_AGE = frozenset(
    {"has", "is", "had", "was", "can't", "cant", "keeps", "says", "woke", "won't", "who", "with", "got", "fell", "hurt", ","}
)
_VETS = frozenset({"vet", "vets", "vet's"})


def people(reading: Reading, *, subject: Person | None = None) -> list[Person]:
    """The person spoken of at each word.

    Args:
        reading: Words with hits.
        subject: Whom the conversation is about so far; None = the writer.
    """
    relations: dict[str, str] = reading.lexicon.settings["relations"]
    nobodies = reading.word_set("nobodies")
    animals = reading.word_set("animals")
    current = subject or SELF
    other = subject if subject is not None and subject.experiencer == "other" else None
    sites = _in_sites(reading)
    at_the_vet = reading.has(_VETS, 0, len(reading.words))
    out: list[Person] = []
    words = reading.words
    for index, word in enumerate(words):
        low = word.low
        base = _base(reading, index, relations)
        if low == "ma" and index + 1 in sites:
            current = SELF  # "ma bum": how Scots write "my"
        elif index in sites and base in relations:
            pass  # "lady garden"
        elif low in ("fh", "fhx") or (low == "family" and reading.low(index + 1) in ("history", "hx")):
            current = Person("other", "relative")
        elif base == "patient" and _i_am_one(reading, index):
            current = SELF
        elif base in relations and not _only_told(reading, index):
            current = other = Person("other", relations[base])
        elif low == "old" and _an_age(reading, index):
            current = other = Person("other", "child")
        elif low in _SELF and not (
            low == "me"
            and reading.low(index - 1) in reading.word_set("to_me")
            and (current.experiencer != "self" and index + 1 not in sites)
        ):
            if not (low in _I and _thinks(reading, index)):
                current = SELF
        elif low == "my" and not _relation_follows(reading, index, relations):
            if reading.low(index - 1) not in ("of", "to", "with", "for") or current.experiencer == "self":
                current = SELF if other is None or _clearly_mine(reading, index) else current
        elif low in _THIRD:
            if current.experiencer == "nobody":
                pass  # "the film had a man who couldn't feel his legs"
            elif current.experiencer == "self" and (reading.low(index + 1) in _NO_BODY or _object_of_mine(reading, index)):
                pass  # "I went through her list", "I was going off him"
            elif index - 1 in sites and low in ("he", "she"):
                pass  # "the knee he goes away": a language that gives knees a gender
            elif other is not None:
                current = other
            elif low in _ONE_OF_THEM:
                current = other = Person("other", None)
        elif base in animals and _is_subject(reading, index):
            current = _ANIMAL
            other = _ANIMAL if at_the_vet else other
        elif base in nobodies and _is_subject(reading, index):
            current = NOBODY
        elif (
            word.gap_before or (index and words[index - 1].mark and words[index - 1].low[:1] in ".!?")
        ) and current.experiencer == "nobody":
            current = other or subject or SELF
        out.append(current)
    _named_after(reading, out, relations)
    return out


def _named_after(reading: Reading, out: list[Person], relations: dict[str, str]) -> None:
    """ "a new hip and a numb leg, that's my husband": the name comes after what is told of the person."""
    for index in range(2, len(out)):
        if reading.low(index) != "my" or _base(reading, index + 1, relations) not in relations:
            continue
        lead = index - 1 if reading.low(index - 1) in ("that's", "thats") else index - 2
        if lead == index - 2 and (reading.low(lead) != "that" or reading.low(index - 1) != "is"):
            continue
        first = lead
        while first and not reading.words[first].gap_before and reading.words[first - 1].low[:1] not in (".", "!", "?"):
            first -= 1
        if not any(reading.low(i) in _FIRST_PERSON for i in range(first, lead)):
            out[first:lead] = [Person("other", relations[_base(reading, index + 1, relations)])] * (lead - first)


def noted(reading: Reading) -> Person | None:
    """The patient of a clinician's note: "45M, 2/52 LBP, SLR 50, power 5/5"; None when nothing says that it is one."""
    first = reading.word_set("first_person")
    if reading.has(first, 0, len(reading.words)):
        return None
    marks = {word.low for word in reading.words if word.low in reading.word_set("notes")}
    marks |= {match.group() for match in _NOTED.finditer(reading.text)}
    return _PATIENT if len(marks) >= 2 else None


#: "45M", "F38", "5/5", "3/52", "O/E", "c/o", "L5 radic": what only a note writes.
_NOTED = re.compile(
    r"\b(?:\d{2}\s?[MF]|[MF]\s?\d{2}|\d\s?/\s?(?:5|7|52|12)|[OoCc]/[EeOo]|[Bb]/[BbLl]|[Nn]il|NAD|SLR|PVR|LBP|EHL|TA|OPD|PMH|r/v)\b"
)


def _in_sites(reading: Reading) -> frozenset[int]:
    """The words inside a body part: "lady garden", "family jewels" are no persons."""
    return frozenset(i for h in reading.hits if h.kind == "site" for i in range(h.a, h.b))


def _base(reading: Reading, index: int, relations: dict[str, str]) -> str:
    """The word without a possessive, with or without its apostrophe ("my mums leg"); "" where it only addresses someone."""
    low = reading.low(index)
    base = low[:-2] if low.endswith("'s") and low != "it's" else low
    owned = reading.low(index - 1) in _OWNERS or reading.low(index - 2) in _OWNERS
    if base not in relations and low.endswith("s") and low[:-1] in relations and reading.low(index - 1) in _OWNERS:
        base = low[:-1]
    return "" if base in _ADDRESSES and not owned else base


def _an_age(reading: Reading, index: int) -> bool:
    """ "my 12 year old has ..."."""
    if reading.low(index - 1) not in ("year", "yr") or reading.low(index + 1) not in _AFTER_AN_AGE:
        return False
    before = index - 2 - (not reading.low(index - 2) or reading.words[index - 2].mark)
    return (
        before > 0
        and (reading.low(before).isdigit() or reading.low(before) in reading.word_set("ages"))
        and reading.low(before - 1) in ("my", "our")
    )


def _object_of_mine(reading: Reading, index: int) -> bool:
    """ "I was going off him": done or felt by the writer."""
    return reading.low(index) in ("him", "them") and any(reading.low(i) in _I for i in range(index - 4, index))


def _is_subject(reading: Reading, index: int) -> bool:
    """ "tripped over the dog" is not about the dog."""
    step = index - 1
    before = {reading.low(i) for i in range(step - 3, step + 1)}
    if before & {"like", "than"} or (reading.low(step) in ("if", "though") and reading.low(step - 1) == "as"):
        return False  # "feels like someone packed it with cotton wool": a comparison
    while step >= 0 and reading.low(step) in ("the", "a", "my", "our", "his", "her", "another", "that"):
        step -= 1
    leads = reading.low(step)
    return (
        leads not in reading.lexicon.settings["prepositions"]
        and not leads.endswith(("ing", "ed"))
        and leads not in ("hit", "walk", "lift")
    )


def _relation_follows(reading: Reading, index: int, relations: dict[str, str]) -> bool:
    for step in range(index + 1, min(index + 4, len(reading.words))):
        low = reading.low(step)
        base = low[:-2] if low.endswith("'s") else low
        if base in relations:
            return True
        if reading.words[step].mark or low in ("is", "was", "has"):
            return False
    return False


def _clearly_mine(reading: Reading, index: int) -> bool:
    following = reading.low(index + 1)
    return following not in ("patient", "client", "resident")


_KIND_OF_PATIENT = frozenset(
    [
        "a",
        "an",
        "the",
        "old",
        "ex",
        "former",
        "previous",
        "known",
        "ce",
        "ces",
        "cauda",
        "equina",
        "back",
        "spinal",
        "disc",
        "disk",
        "pain",
        "stenosis",
        "am",
    ]
)


def _i_am_one(reading: Reading, index: int) -> bool:
    """ "I'm an old cauda equina patient": the patient is the writer."""
    step = index - 1
    while reading.low(step) in _KIND_OF_PATIENT:
        step -= 1
    return step < index - 1 and reading.low(step) in ("i'm", "im", "i")


def _thinks(reading: Reading, index: int) -> bool:
    """ "I think", "I'm worried", "I noticed" about someone else keeps that someone."""
    return reading.low(index + 1) in reading.word_set("thinking")


_TIMES = frozenset(
    {
        "since",
        "after",
        "having",
        "had",
        "with",
        "from",
        "to",
        "by",
        "lifting",
        "carrying",
        "holding",
        "like",
        "than",
        "took",
        "told",
        "at",
    }
)
_WHEN = frozenset({"when", "while", "as", "since", "before", "after", "because", "cos", "but", "so"})
#: What tells nothing of who reports whom: "Dad had it when I was little".
_BEING = frozenset({"is", "was", "had", "has"})


def _only_told(reading: Reading, index: int) -> bool:
    """ "my wife says I ...": the wife reports, the writer has it. "since my kids", "after my son": a time, not a person."""
    step = index - 1
    while step > index - 4 and reading.low(step) in reading.word_set("of_a_person"):
        step -= 1
    led = {reading.low(step), reading.low(step - 1)} if step == index - 1 else {reading.low(step)}
    if led & _TIMES and reading.low(step) not in ("for", "with") and "for" not in led:
        return True
    if reading.low(index + 1) in _REPORT:
        for at in range(index + 1, min(index + 6, len(reading.words))):
            low = reading.low(at)
            if low in _WHEN and reading.low(index + 1) in _BEING:
                return False
            if low in ("i", "i'm", "im", "my", "me", "i've", "ive"):
                return True
            if reading.words[at].mark:
                return False
    return False
