"""FAQ: the 45 topics people ask about. YAML of bot/knowledge/faq -> {topic id: Topic}.

In: faq/*.yml. Out: `Knowledge.faq`, in order of topic number. Called by `bot.knowledge.load`; `questions` also train the intents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.problem import Problem, unknown


@dataclass(frozen=True)
class Topic:
    """One question people ask.

    Attributes:
        id: F1 .. F45.
        title: The question in one line.
        questions: How people put it (training examples).
        words: Words that name what it is about ("amitriptyline"); a question with one of them is rather about this topic.
        answer: 2 to 5 short sentences.
        more: What "tell me more" adds.
        source: Where the facts come from.
        explain: Concept whose mechanism answers better, personally (see bot.replies.explain), or None.
        picture: Path of explanations/paths.yml whose drawing helps, or None.
        in_emergency: The answer may stand below emergency advice: it says nothing that could hold somebody back.
        movement: It is about exercise, sport or hands-on treatment: not for who has a weakness, or a private question open.
        locales: Locale -> {"answer": ..., "more": ...} where a country differs.
    """

    id: str
    title: str
    questions: tuple[str, ...]
    words: tuple[str, ...]
    answer: tuple[str, ...]
    more: tuple[str, ...]
    source: str
    explain: str | None = None
    picture: str | None = None
    in_emergency: bool = False
    movement: bool = False
    locales: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


_TEXT = {"type": "string", "minLength": 1}
_LINES = {"type": "array", "minItems": 1, "items": _TEXT}
_ANSWER = {"type": "array", "minItems": 2, "maxItems": 5, "items": _TEXT}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "topics"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": _TEXT,
        "topics": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "title", "questions", "words", "answer", "more", "source"],
                "properties": {
                    "id": {"type": "string", "pattern": "^F[1-9][0-9]?$"},
                    "title": _TEXT,
                    "questions": {"type": "array", "minItems": 3, "maxItems": 30, "items": _TEXT, "uniqueItems": True},
                    "words": {"type": "array", "minItems": 1, "maxItems": 40, "items": _TEXT, "uniqueItems": True},
                    "answer": _ANSWER,
                    "more": _LINES,
                    "source": _TEXT,
                    "explain": _TEXT,
                    "picture": _TEXT,
                    "in_emergency": {"type": "boolean"},
                    "movement": {"type": "boolean"},
                    "locales": {
                        "type": "object",
                        "additionalProperties": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"answer": _ANSWER, "more": _LINES},
                        },
                    },
                },
            },
        },
    },
}
READS = ("concepts", "explanations", "services")


def build(raw: Mapping[str, Any]) -> dict[str, Topic]:
    """{topic id: Topic} in order of number."""
    rows = [row for data in raw.values() for row in data["topics"]]
    return {row["id"]: _topic(row) for row in sorted(rows, key=lambda row: int(row["id"][1:]))}


def _topic(row: Mapping[str, Any]) -> Topic:
    return Topic(
        id=row["id"],
        title=row["title"],
        questions=tuple(row["questions"]),
        words=tuple(row["words"]),
        answer=tuple(row["answer"]),
        more=tuple(row["more"]),
        source=row["source"],
        explain=row.get("explain"),
        picture=row.get("picture"),
        in_emergency=row.get("in_emergency", False),
        movement=row.get("movement", False),
        locales={locale: {key: tuple(lines) for key, lines in texts.items()} for locale, texts in row.get("locales", {}).items()},
    )


def cross_check(knowledge: Any) -> list[Problem]:
    """Ids once, no question in two topics, names that exist."""
    problems: list[Problem] = []
    home: dict[str, str] = {}
    asked: dict[str, str] = {}
    for file, data in knowledge.raw.items():
        if not file.startswith("faq/"):
            continue
        for index, row in enumerate(data["topics"]):
            place: tuple[str | int, ...] = ("topics", index)
            if row["id"] in home:
                problems.append(Problem("KNW069", file, f"'{row['id']}' is also in {home[row['id']]}. Keep one.", (*place, "id")))
            home.setdefault(row["id"], file)
            for number, question in enumerate(row["questions"]):
                plain = " ".join(question.lower().split()).rstrip("?!. ")
                if plain in asked:
                    text = f"'{question}' also stands in {asked[plain]}. One question, one topic."
                    problems.append(Problem("KNW070", file, text, (*place, "questions", number)))
                asked.setdefault(plain, row["id"])
            if row.get("explain") is not None and row["explain"] not in knowledge.explanations.findings:
                problems.append(
                    unknown(
                        "KNW014",
                        file,
                        (*place, "explain"),
                        "explanation",
                        row["explain"],
                        knowledge.explanations.findings,
                        "explanations/findings.yml",
                    )
                )
            if row.get("picture") is not None and row["picture"] not in knowledge.explanations.paths:
                problems.append(
                    unknown(
                        "KNW014",
                        file,
                        (*place, "picture"),
                        "path",
                        row["picture"],
                        knowledge.explanations.paths,
                        "explanations/paths.yml",
                    )
                )
            for locale in row.get("locales", {}):
                if locale not in knowledge.services:
                    problems.append(
                        unknown("KNW014", file, (*place, "locales", locale), "locale", locale, knowledge.services, "services/")
                    )
    return problems
