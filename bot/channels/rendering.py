"""A `Reply` as JSON for the wire and the tracker, and back; a `Reply` as plain text with numbered answers.

In: `Reply`. Out: JSON or text. Called by the actions (into the tracker), the REST channel (out of it) and the terminal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.replies.reply import Block, Link, Reply
from bot.triage.assessment import Option


def to_json(reply: Reply) -> dict[str, Any]:
    """Plain data; `from_json` gives an equal reply back."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(reply)))
    return data


def from_json(data: Mapping[str, Any]) -> Reply:
    """Read what `to_json` wrote; keys of newer releases are left out.

    Raises:
        KeyError, TypeError: When it is something else.
    """
    blocks = tuple(
        Block(
            kind=block["kind"],
            text=block["text"],
            items=tuple(block["items"]),
            links=tuple(Link(link["label"], link["href"]) for link in block["links"]),
            picture=block["picture"],
        )
        for block in data["blocks"]
    )
    return Reply(
        blocks=blocks,
        options=tuple(Option(option["value"], option["label"]) for option in data["options"]),
        multiple=data["multiple"],
        question=data["question"],
        urgency=data["urgency"],
        card=data["card"],
    )


def to_terminal(reply: Reply) -> str:
    """The reply as text, its answers numbered; several may be chosen on a tick card."""
    lines = [reply.plain_text()]
    if reply.options:
        lines.append("")
        lines += [f"  {number}. {option.label}" for number, option in enumerate(reply.options, start=1)]
        if reply.multiple:
            lines.append("  (several: 1,3)")
    return "\n".join(lines)


def chosen_by_number(text: str, reply: Reply) -> list[str] | None:
    """Option values for "2" or "1, 3", or None when the text is something else."""
    numbers = text.replace(",", " ").split()
    if not reply.options or not numbers or not all(number.isdigit() for number in numbers):
        return None
    indexes = [int(number) for number in numbers]
    if any(not 1 <= index <= len(reply.options) for index in indexes):
        return None
    if len(indexes) > 1 and not reply.multiple:
        return None
    return [reply.options[index - 1].value for index in indexes]
