"""Who has it: the writer, someone else, or nobody in particular.

In: a `Reading`. Out: for each word the person who is being spoken of. Called by the pipeline and `context`.

A little machine walks the message: a relation as subject ("my mum ...", "patient") makes the following words
about that person until "I", "my" (without a relation behind it) or another person takes over.
"""

from __future__ import annotations

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
    """Who: `experiencer` is self, other or nobody; `relation` names the other one when known."""

    experiencer: str
    relation: str | None = None


SELF = Person("self")


def people(reading: Reading, *, subject: Person | None = None) -> list[Person]:
    """The person spoken of at each word.

    Args:
        reading: Words with hits.
        subject: Whom the conversation is about so far; None = the writer.
    """
    relations: dict[str, str] = reading.lexicon.settings["relations"]
    nobodies = reading.lexicon.settings["nobodies"]
    current = subject or SELF
    other = subject if subject is not None and subject.experiencer == "other" else None
    out: list[Person] = []
    words = reading.words
    for index, word in enumerate(words):
        low = word.low
        base = low[:-2] if low.endswith("'s") and low not in ("it's",) else low
        if low in ("fh", "fhx") or (low == "family" and reading.low(index + 1) in ("history", "hx")):
            current = Person("other", "relative")
        elif base in relations and not _only_told(reading, index, relations):
            current = other = Person("other", relations[base])
        elif low in _SELF and not (
            low == "me"
            and reading.low(index - 1)
            in ("tell", "to", "told", "help", "for", "give", "asked", "with", "tells", "let", "between")
        ):
            if not (low in ("i", "i'm", "im", "i've", "ive", "i'd", "i'll") and _thinks(reading, index)):
                current = SELF
        elif low == "my" and not _relation_follows(reading, index, relations):
            if reading.low(index - 1) not in ("of", "to", "with", "for") or current.experiencer == "self":
                current = SELF if other is None or _clearly_mine(reading, index) else current
        elif low in _THIRD:
            if current.experiencer == "nobody":
                pass  # "the film had a man who couldn't feel his legs"
            elif other is not None:
                current = other
            elif low in ("he", "she", "he's", "she's", "hes", "shes", "his", "him", "her", "he'd", "she'd"):
                current = other = Person("other", None)
        elif base in nobodies and _is_subject(reading, index):
            current = Person("nobody")
        elif (
            word.gap_before or (index and words[index - 1].mark and words[index - 1].low[:1] in ".!?")
        ) and current.experiencer == "nobody":
            current = other or subject or SELF
        out.append(current)
    return out


def _is_subject(reading: Reading, index: int) -> bool:
    """ "tripped over the dog" is not about the dog."""
    step = index - 1
    before = {reading.low(step), reading.low(step - 1)}
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


def _thinks(reading: Reading, index: int) -> bool:
    """ "I think", "I'm worried", "I noticed" about someone else keeps that someone."""
    return reading.low(index + 1) in (
        "think",
        "thought",
        "noticed",
        "notice",
        "suspect",
        "believe",
        "guess",
        "know",
        "reckon",
        "asked",
        "wonder",
        "saw",
        "care",
        "look",
        "look",
        "live",
        "found",
        "help",
        "have to help",
    ) or reading.low(index + 1) in ("worried", "asking", "calling", "writing", "ringing", "concerned", "caring")


def _only_told(reading: Reading, index: int, relations: dict[str, str]) -> bool:
    """ "my wife says I ...": the wife reports, the writer has it. "since my kids", "after my son": a time, not a person."""
    before = [reading.low(i) for i in range(max(0, index - 3), index)]
    if any(
        b
        in (
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
        )
        for b in before[-2:]
    ):
        if "for" not in before and "with" not in before[-1:]:
            return True
    if reading.low(index + 1) in _REPORT:
        for step in range(index + 1, min(index + 6, len(reading.words))):
            low = reading.low(step)
            if low in ("i", "i'm", "im", "my", "me", "i've", "ive"):
                return True
            if reading.words[step].mark:
                return False
    return False
