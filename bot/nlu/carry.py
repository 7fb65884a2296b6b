"""How one reading of a message travels through Rasa: as plain JSON beside the entities.

In: an `Extraction`. Out: JSON (`pack`), entities for the tracker (`to_entities`), and back (`unpack`). Called by the
graph component that reads a message and by the actions that act on the reading, so that a message is read once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.extraction.mention import Answer, Extraction, Mention, Piece, Suggestion

#: Key of the message data that holds the packed extraction.
READING = "reading"
#: Entity names in domain.yml.
SYMPTOM_ENTITY = "symptom"
TOPIC_ENTITY = "topic"


def pack(extraction: Extraction) -> dict[str, Any]:
    """Plain data that JSON takes; `unpack` gives an equal extraction back."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(extraction)))
    return data


def unpack(data: Mapping[str, Any]) -> Extraction:
    """Read what `pack` wrote.

    Raises:
        KeyError, TypeError: When it is something else; the caller then reads the text itself.
    """
    return Extraction(
        turn=data["turn"],
        mentions=tuple(
            Mention(**{**entry, "pieces": tuple(Piece(**piece) for piece in entry["pieces"])}) for entry in data["mentions"]
        ),
        answers=tuple(Answer(**entry) for entry in data["answers"]),
        profile=data["profile"],
        dialogue_act=data["dialogue_act"],
        suggestions=tuple(Suggestion(**entry) for entry in data["suggestions"]),
        understood=data["understood"],
        language=data["language"],
    )


def to_entities(extraction: Extraction, extractor: str) -> list[dict[str, Any]]:
    """One entity per mention, with its context, in text order."""
    return [
        {
            "entity": SYMPTOM_ENTITY,
            "value": mention.concept,
            "start": mention.start,
            "end": mention.end,
            "extractor": extractor,
            "presence": mention.presence,
            "experiencer": mention.experiencer,
            "temporality": mention.temporality,
            "attributes": dict(mention.attributes),
        }
        for mention in extraction.mentions
    ]
