"""Figures for the supervisor: counts and times, never what anybody said.

In: the desk's store. Out: JSON-ready dict. Called by the desk's routes.
"""

# ruff: noqa: E501
from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from statistics import median
from typing import Any

from bot.desk.calls import Desk
from bot.desk.handover import Handovers
from bot.triage.assessment import DISPOSITIONS

MOST_MISSED = 10


def figures(desk: Desk, handovers: Handovers, site: str, days: int) -> dict[str, Any]:
    """The last `days` days of one site."""
    now = desk.clock()
    today = date.fromtimestamp(now)
    first = today - timedelta(days=days - 1)
    names = [(first + timedelta(days=n)).isoformat() for n in range(days)]
    columns = "status, created, closed, machine, desk, override, open_items, turns, milliseconds"
    rows = desk.store.rows(f"SELECT {columns} FROM calls WHERE site = ? AND created >= ? AND turns > 0", site, now - days * 86400)
    levels = {name: Counter[str]() for name in names}
    overrides = {name: Counter[str]() for name in names}
    missed: Counter[str] = Counter()
    for row in rows:
        day = date.fromtimestamp(row["created"]).isoformat()
        if day not in levels:
            continue
        levels[day][row["desk"]] += 1
        if row["override"]:
            rank = DISPOSITIONS.index
            more = rank(row["desk"]) < rank(row["machine"])
            overrides[day]["more_urgent" if more else "less_urgent"] += row["desk"] != row["machine"]
        if row["status"] == "closed":
            missed.update(json.loads(row["open_items"]))
    closed = [row for row in rows if row["status"] == "closed"]
    waits = desk.store.rows(
        "SELECT requested, taken, status FROM handovers WHERE site = ? AND requested >= ?", site, now - days * 86400
    )
    waited = [row["taken"] - row["requested"] for row in waits if row["taken"] is not None]
    lengths = [row["closed"] - row["created"] for row in closed if row["closed"] is not None]
    read = [row["milliseconds"] for row in rows if row["milliseconds"]]
    items = desk.knowledge.items
    return {
        "site": site,
        "calls": {"open": len(rows) - len(closed), "closed": len(closed)},
        "levels": [{"day": name, **levels[name]} for name in names],
        "overrides": [{"day": name, **overrides[name]} for name in names],
        "missed": [{"item": item, "label": items[item].label, "count": count, "of": len(closed)} for item, count in missed.most_common(MOST_MISSED) if item in items],
        "queue": {
            "waiting": sum(row["status"] == "waiting" for row in waits), "taken": sum(row["status"] == "taken" for row in waits),
            "present": len(handovers.present(site)),
        },
        "response": {
            "wait_median": median(waited) if waited else None, "call_median": median(lengths) if lengths else None,
            "turn_ms": round(median(read), 1) if read else None,
        },
    }  # fmt: skip
