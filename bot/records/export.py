"""CSV and JSON of a call, and the text for the patient.

In: a `Record`, the knowledge. Out: text, dicts. Called by the desk's routes. Pure.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from bot.records.record import DRAFT, Record, iso
from bot.replies.card import make_card

COLUMNS = ("call", "item", "label", "state", "machine", "by", "asked_in_turn", "words", "status")


def as_json(record: Record) -> dict[str, Any]:
    """Everything the desk knows about the call; with the case and its decision, so that `replay` reads it."""
    return {
        "schema": "rootline.call/1", "status": DRAFT, "made": iso(record.made), **{key: record.state[key] for key in (
            "call", "turns", "decision", "checklist", "unknown", "knowledge")},
        "decisions": [dict(row) for row in record.decisions], "wrap_up": record.wrap_up, "case": record.case.to_json(),
        "assessment": {
            "disposition": record.assessment.disposition,
            "rules": [{"id": rule.id} for rule in record.assessment.fired],
        },
    }  # fmt: skip


def as_csv(record: Record) -> str:
    """The checklist, one row an item. Cells that a spreadsheet would take for a formula are quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in record.state["checklist"]:
        words = " | ".join(word["text"] for word in item["words"])
        asked = "" if item["asked_at"] is None else item["asked_at"] + 1
        row = (
            record.state["call"]["id"],
            item["item"],
            item["label"],
            item["state"],
            item["machine"],
            item["by"] or "",
            asked,
            words,
            "draft",
        )
        writer.writerow([_safe(str(cell)) for cell in row])
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def for_patient(record: Record, knowledge: Any) -> str:
    """The text to read out or send. After an override it says what the desk decided, without the machine's reasons."""
    override = record.state["decision"]["override"]
    card = make_card(record.assessment, record.case, knowledge)
    if override is None or override["disposition"] == record.assessment.disposition:
        return card.text
    from bot.replies.words import Words

    words = Words(knowledge, record.case.locale)
    level = override["disposition"]
    net = [words.fill(sign.text) for sign in knowledge.safety_net.signs]
    lines = [
        words.text(f"level.title.{level}") + ".",
        words.text(f"level.how_soon.{level}"),
        words.fill(words.country.contacts[level]),
        "",
        words.text("result.net"),
    ]
    lines += [f"- {sign}" for sign in net]
    return "\n".join([*lines, words.text("result.net_end"), "", card.status, card.privacy]) + "\n"
