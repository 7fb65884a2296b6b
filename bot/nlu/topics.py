"""Which of the FAQ topics a message asks about, if any.

In: text, the knowledge. Out: topic id or None. Called by the intent settler and by the analysis of a single text, so
that the command line and the chat answer alike. Plain Python, no model: words and pieces of words of the message are
compared with the example questions beside each answer (bot/knowledge/faq), rare words counting more; the words that name a
topic ("amitriptyline") speak for it besides.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

#: Score below which no topic is named. Set on tests/cases/topics.yml.
THRESHOLD = 0.5
#: The same for a message that is not put as a question: to name sciatica is not to ask what it is.
STATED = 0.65
#: What a word that names a topic adds to its cosine, and what each further one adds.
NAMED = 0.3
NAMED_AGAIN = 0.1
#: Longer messages tell a story; only the last sentences can be the question.
LONGEST_QUESTION = 240

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
#: Words that say little about the topic.
_EMPTY = frozenset(
    re.findall(
        r"\S+",
        "a an and any are as at be been but by can could did do does for from get got had has have how i if in is it its "
        "just me my of on or please really should so some tell that the their them then there these they this to was we "
        "what what's when where which who will with would you your",
    )
)


class TopicIndex:
    """Example questions as weighted bags of words and word pieces."""

    def __init__(self, questions: Iterable[tuple[str, str]], names: Iterable[tuple[str, str]] = ()) -> None:
        self._names: dict[tuple[str, ...], set[str]] = {}
        for topic, words in names:
            self._names.setdefault(tuple(_words(words)), set()).add(topic)
        self._longest = max(map(len, self._names), default=0)
        bags = [(topic, _features(question)) for topic, question in questions]
        seen: Counter[str] = Counter()
        for _, bag in bags:
            seen.update(bag.keys())
        total = max(len(bags), 1)
        self._weights = {feature: math.log(1 + total / count) for feature, count in seen.items()}
        self._unknown = 0.6 * math.log(1 + total)  # a word no example has says less than a rare one they share
        self._postings: dict[str, list[tuple[int, float]]] = {}
        self._topics = [topic for topic, _ in bags]
        for number, (_, bag) in enumerate(bags):
            weighted = self._weigh(bag)
            for feature, weight in weighted.items():
                self._postings.setdefault(feature, []).append((number, weight))

    def best(self, text: str) -> tuple[str | None, float]:
        """The nearest topic and how near it is: cosine (0 to 1) with its nearest question, more if it is named."""
        scores: dict[int, float] = {}
        for feature, weight in self._weigh(_features(text)).items():
            for number, other in self._postings.get(feature, ()):
                scores[number] = scores.get(number, 0.0) + weight * other
        nearest: dict[str, float] = {}
        for number, score in scores.items():
            topic = self._topics[number]
            nearest[topic] = max(score, nearest.get(topic, 0.0))
        for topic, times in self._named(text).items():
            nearest[topic] = nearest.get(topic, 0.0) + NAMED + NAMED_AGAIN * (times - 1)
        if not nearest:
            return None, 0.0
        # of equal ones the first, so that the order in the files decides and not chance
        return max(nearest.items(), key=lambda pair: pair[1])

    def _named(self, text: str) -> Counter[str]:
        """How many different words that name it the text holds, by topic."""
        words = _words(text)
        found: Counter[str] = Counter()
        seen = set()
        for start in range(len(words)):
            for end in range(start + 1, min(start + self._longest, len(words)) + 1):
                part = tuple(words[start:end])
                if part in self._names and part not in seen:
                    seen.add(part)
                    found.update(self._names[part])
        return found

    def _weigh(self, bag: Mapping[str, float]) -> dict[str, float]:
        weighted = {feature: count * self._weights.get(feature, self._unknown) for feature, count in bag.items()}
        length = math.sqrt(sum(weight * weight for weight in weighted.values())) or 1.0
        return {feature: weight / length for feature, weight in weighted.items()}


def find_topic(text: str, knowledge: Any) -> str | None:
    """The FAQ topic a message asks about, or None.

    A long message is looked at sentence by sentence, because the question is often its last one.
    """
    threshold = THRESHOLD if is_question(text) else STATED
    index = _index_of(knowledge)
    candidates = [text] if len(text) <= LONGEST_QUESTION else []
    sentences = [match.group(0).strip() for match in _SENTENCE.finditer(text[-2000:])]
    candidates += [sentence for sentence in sentences[-6:] if 3 < len(sentence) <= LONGEST_QUESTION]
    best, score = None, 0.0
    for candidate in candidates:
        topic, found = index.best(candidate)
        if found > score:
            best, score = topic, found
    return best if score >= threshold else None


_ASKS = re.compile(
    r"^(?:(?:so|and|but|ok|okay|hi|hello|please|sorry|well)[, ]+)*"
    r"(?:(?:what|how|where|who|when)(?:'?s)?|why|which|is|am i|are|can|could|should|shall|ought|do|does|did|will|would|"
    r"may|might|any (?:idea|chance|advice|tips)|tell me|explain)\b",
    re.I,
)


def is_question(text: str) -> bool:
    """Whether the message, or its last sentence, asks something."""
    sentences = [match.group(0).strip() for match in _SENTENCE.finditer(text[-2000:]) if match.group(0).strip()]
    return bool(sentences) and (sentences[-1].endswith("?") or any(_ASKS.match(sentence) for sentence in sentences))


_INDEXES: dict[str, TopicIndex] = {}


def _index_of(knowledge: Any) -> TopicIndex:
    if knowledge.digest not in _INDEXES:
        _INDEXES.clear()
        questions = [(topic.id, question) for topic in knowledge.faq.values() for question in (topic.title, *topic.questions)]
        names = [(topic.id, words) for topic in knowledge.faq.values() for words in topic.words]
        _INDEXES[knowledge.digest] = TopicIndex(questions, names)
    return _INDEXES[knowledge.digest]


def _features(text: str) -> dict[str, float]:
    """Words, neighbours and pieces of four letters, so that misspellings still count; small words count little."""
    words = _words(text)
    bag: dict[str, float] = {}
    for word in words:
        if word in _EMPTY:
            bag[f"w:{word}"] = 0.3
            continue
        bag[f"w:{word}"] = 1.0
        padded = f"^{word}$"
        for start in range(max(1, len(padded) - 3)):
            bag.setdefault(f"p:{padded[start : start + 4]}", 0.25)
    for first, second in itertools.pairwise(words):
        bag[f"b:{first} {second}"] = 0.3 if first in _EMPTY or second in _EMPTY else 0.7
    return bag


def _words(text: str) -> list[str]:
    """The words without their endings."""
    return [_stem(word) for word in _WORD.findall(text.lower().replace("’", "'").replace("a&e", "a and e"))]


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    """Plural and verb endings off; enough to match "discs" with "disc"."""
    for ending in ("'s", "ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= (3 if "s" in ending else 4):
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word
