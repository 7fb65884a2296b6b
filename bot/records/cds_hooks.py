"""CDS Hooks: what there is, and cards for one text or call.

In: an `Analysis` in the contract's form. Out: JSON-ready dicts. Called by the desk's routes. Pure.
Source: cds-hooks.hl7.org, version 2.0.
"""

# ruff: noqa: E501
from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.records.record import DRAFT

SERVICE = "rootline-triage"
_INDICATOR = {"emergency_now": "critical", "urgent_same_day": "warning"}
_TITLE = {
    "emergency_now": "Emergency help now", "urgent_same_day": "To be seen today", "soon": "To be seen within days", "routine": "Routine appointment",
    "self_care": "Self-care with safety net", "info_only": "Information only", "incomplete": "Not decided: questions are open",
}  # fmt: skip


def services() -> dict[str, Any]:
    """The discovery answer."""
    return {
        "services": [
            {
                "hook": "patient-view", "id": SERVICE, "title": "Rootline: nerve red flags in the caller's words",
                "description": f"Send context.text or context.turns; get the level, the rules with the words, and what was not asked. {DRAFT}",
                "prefetch": {},
            }
        ]
    }  # fmt: skip


def cards(analysis: Mapping[str, Any], labels: Mapping[str, str], open_items: list[str]) -> dict[str, Any]:
    """Cards: the level with its rules, then what was not asked.

    Args:
        analysis: rootline.analysis/1.
        labels: Item id -> label.
        open_items: Items of the minimal set, in danger order.
    """
    decision = analysis["assessment"]
    level = decision["disposition"]
    source = {"label": "Rootline (draft, not clinically reviewed)"}
    lines = [f"- **{rule['id']}** {rule['reason']} {_words(rule, analysis)}".rstrip() for rule in decision["rules"]]
    found = [
        {
            "uuid": str(uuid5(NAMESPACE_URL, f"rootline/{analysis['knowledge']}/{level}/{[r['id'] for r in decision['rules']]}")),
            "summary": f"{_TITLE[level]}"[:139], "indicator": _INDICATOR.get(level, "info"), "source": source,
            "detail": "\n".join([*lines, "", DRAFT]).strip(),
        }
    ]  # fmt: skip
    missing = [item for item in open_items if decision["checklist"].get(item, "not_asked") not in ("yes", "no")]
    if missing and level != "emergency_now":
        question = decision["next_question"]
        detail = "\n".join(f"- {labels.get(item, item)}" for item in missing)
        ask = f"Ask next: {question['text']}\n\n" if question else ""
        found.append({
            "uuid": str(uuid5(NAMESPACE_URL, f"rootline/{analysis['knowledge']}/open/{missing}")),
            "summary": f"{len(missing)} red-flag items are still open", "indicator": "warning" if level == "incomplete" else "info", "source": source,
            "detail": ask + detail,
        })  # fmt: skip
    return {"cards": found}


def _words(rule: Mapping[str, Any], analysis: Mapping[str, Any]) -> str:
    words = [analysis["mentions"][index]["text"] for index in rule["mentions"] if analysis["mentions"][index]["text"]]
    return "(" + ", ".join(f"\u201c{word}\u201d" for word in words) + ")" if words else ""
