"""`python -m bot replay CASE.json`: a recorded case under today's knowledge, and what that changes.

In: a file with a case as `Case.to_json` wrote it, alone or under the key "case", there with the "assessment" of its day.
Out: what is decided now, and which rules came or went. Called by `bot.__main__`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.errors import InputError
from bot.findings.case import Case
from bot.knowledge.load import load
from bot.turn import assess_case


def replay(file: str, *, as_json: bool = False) -> int:
    """Re-assess a recorded case.

    Returns:
        0 when the decision is the same or none was recorded, 1 when it differs.

    Raises:
        InputError: INP006 when the file cannot be read, INP010 or INP011 when it holds no case.
    """
    case, recorded = _read(file)
    knowledge = load()
    now = assess_case(case, knowledge)
    rules = {rule.id: rule for rule in now.fired}
    before = None if recorded is None else {rule["id"] for rule in recorded.get("rules", [])}
    outcome = {
        "knowledge": {"then": (recorded or {}).get("knowledge"), "now": knowledge.digest},
        "disposition": {"then": (recorded or {}).get("disposition"), "now": now.disposition},
        "rules": sorted(rules),
        "added": sorted(set(rules) - before) if before is not None else [],
        "gone": sorted(before - set(rules)) if before is not None else [],
        "reasons": {rule.id: rule.reason for rule in now.fired},
    }
    changed = recorded is not None and (
        recorded.get("disposition") != now.disposition or bool(outcome["added"]) or bool(outcome["gone"])
    )
    print(json.dumps(outcome, ensure_ascii=False, indent=2) if as_json else _told(outcome, changed, recorded is not None))
    return int(changed)


def _read(file: str) -> tuple[Case, dict[str, Any] | None]:
    try:
        data = json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        text = f"{file} cannot be read ({type(error).__name__}). Give a JSON file with a recorded case."
        raise InputError("INP006", text) from error
    if not isinstance(data, dict):
        raise InputError("INP006", f"{file} holds a JSON {type(data).__name__}, not a recorded case.")
    if "case" not in data:
        return Case.from_json(data), None
    recorded = data.get("assessment")
    if isinstance(recorded, dict) and "knowledge" not in recorded:
        recorded = {**recorded, "knowledge": data.get("knowledge")}
    return Case.from_json(data["case"]), recorded if isinstance(recorded, dict) else None


def _told(outcome: dict[str, Any], changed: bool, has_record: bool) -> str:
    lines = [f"now:   {outcome['disposition']['now']}  (knowledge {outcome['knowledge']['now']})"]
    if has_record:
        lines.insert(0, f"then:  {outcome['disposition']['then']}  (knowledge {outcome['knowledge']['then'] or 'not recorded'})")
        lines.append("the decision changes" if changed else "nothing changes")
    for rule in outcome["rules"]:
        mark = "+" if rule in outcome["added"] else " "
        lines.append(f"{mark} {rule}: {outcome['reasons'][rule]}")
    lines += [f"- {rule}: no longer fires" for rule in outcome["gone"]]
    return "\n".join(lines)
