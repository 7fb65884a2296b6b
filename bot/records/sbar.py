"""The SBAR note: situation, background, assessment, recommendation, with the caller's own words for every red-flag item.

In: a `Record`, the knowledge. Out: plain text. Called by the desk's routes and for the hand-over summary. Pure.
"""

# ruff: noqa: E501
from __future__ import annotations

from typing import Any

from bot.findings.finding import Presence
from bot.findings.view import findings, subject
from bot.records.record import DRAFT, Record, clock, iso
from bot.triage.phrasing import sex

_STATE = {"yes": "PRESENT", "no": "denied", "unsure": "NOT SURE", "skipped": "declined to say", "not_asked": "NOT ASKED"}


def sbar(record: Record, knowledge: Any) -> str:
    """The whole note."""
    state, case = record.state, record.case
    call, decision = state["call"], state["decision"]
    held = findings(case, knowledge)
    lines = [
        DRAFT,
        "",
        f"SBAR note, call {call['id']}, site {call['site']}, handler {call['agent']}",
        f"Opened {iso(call['created'])}",
    ]
    lines += [f"Closed {iso(call['closed'])}"] if call["closed"] else ["Call still open"]
    lines += [f"Times below in UTC. Knowledge {state['knowledge']}.", "", "SITUATION"]
    lines.append(f"Level: {decision['level_title']}")
    if decision["override"]:
        given = decision["override"]
        lines.append(
            f"Overridden by {given['by']} at {clock(given['at'])}: from '{decision['disposition']}' to '{given['disposition']}'. Reason: {given['reason']}"
        )
    lines.append(
        f"Machine alone: {decision['machine']['disposition']} (rules {', '.join(decision['machine']['rules']) or 'none'})"
    )
    lines.append(
        "About: "
        + ("the caller" if subject(case) == "self" else f"another person ({case.profile.get('relation', 'relation not said')})")
    )
    lines += ["", "BACKGROUND", *_profile(record, knowledge)]
    present = [f for f in held.values() if f.presence is Presence.PRESENT]
    lines += ["Told:"] if present else ["Nothing told yet."]
    lines += [
        f"- {knowledge.concepts[f.concept].clinical}{_details(f.attributes)} [{f.temporality}]"
        for f in present
        if f.concept in knowledge.concepts
    ]
    denied = [
        knowledge.concepts[f.concept].clinical
        for f in held.values()
        if f.presence is Presence.ABSENT and f.concept in knowledge.concepts
    ]
    lines += [f"Denied: {'; '.join(denied)}"] if denied else []
    lines += ["", "ASSESSMENT", "Red-flag items, most dangerous first:"]
    for item in state["checklist"]:
        if not item["minimal"] and item["state"] == "not_asked":
            continue
        words = "; ".join(
            f"\u201c{word['text'].strip()}\u201d ({clock(word['at'])}, turn {word['n'] + 1})" for word in item["words"]
        )
        by = ", ticked at the desk" if item["by"] == "desk" else ""
        unlike = f", machine: {_STATE[item['machine']]}" if item["machine"] != item["state"] else ""
        lines.append(f"- {item['clinical']}: {_STATE[item['state']]}{by}{unlike}{'. Words: ' + words if words else ''}")
    asked = [item["label"] for item in state["checklist"] if item["state"] == "not_asked"]
    lines.append(
        f"Not asked: {len(asked)} of {sum(1 for item in state['checklist'] if item['minimal'])} items of the minimal set"
    )
    lines.append("Rules that fired:" if decision["rules"] else "No rule has fired.")
    lines += [f"- {rule['id']} ({rule['disposition']}): {rule['reason']} [{rule['source']}]" for rule in decision["rules"]]
    lines += _corrections(record)
    lines += ["", "RECOMMENDATION", decision["level_title"]]
    if decision["emergency"]:
        lines.append(
            "Emergency: arrange help now. Ask for bladder, bowel and saddle signs to be examined where a nerve red flag is named above."
        )
    if record.wrap_up is not None:
        lines.append(f"Outcome: {record.wrap_up['outcome'].replace('_', ' ')} ({record.wrap_up['by']})")
        lines += [f"Note: {record.wrap_up['note']}"] if record.wrap_up.get("note") else []
    if state["unknown"]:
        lines.append("Still unknown: " + "; ".join(entry["label"] for entry in state["unknown"]))
    return "\n".join(lines) + "\n"


def _profile(record: Record, knowledge: Any) -> list[str]:
    profile = {**record.case.profile, "sex": sex(record.case, knowledge)}
    known = {"age_years": "Age", "age_band": "Age band", "sex": "Sex", "pregnancy_weeks": "Weeks of pregnancy"}
    found = [
        f"{label}: {profile[key]:g}" if isinstance(profile[key], float) else f"{label}: {profile[key]}"
        for key, label in known.items()
        if profile.get(key) is not None
    ]
    return found or ["Age and sex not said."]


def _details(attributes: Any) -> str:
    """What a handler says of a sign when handing over: "left; new; onset sudden; began 2 days ago"."""
    parts = [_detail(key, value) for key, value in sorted(attributes.items()) if key not in ("ambiguous", "correction", "worry")]
    return f" ({'; '.join(parts)})" if parts else ""


def _detail(key: str, value: Any) -> str:
    name = key.replace("_", " ")
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if key in _AGO:
        return f"{_AGO[key]} {_days(float(value))} ago"
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return f"{'' if key == 'laterality' else name + ' '}{str(value).replace('_', ' ')}"


_AGO = {"onset_days": "began", "last_event_days": "last time"}


def _days(days: float) -> str:
    if days < 1:
        return "less than a day"
    return f"{round(days)} day{'' if round(days) == 1 else 's'}"


def _corrections(record: Record) -> list[str]:
    rows = [row for row in record.decisions if row["kind"] == "correct" and not row["undone"]]
    if not rows:
        return []
    out = ["Findings corrected at the desk:"]
    for row in rows:
        data = row["data"]
        change = (
            "taken out"
            if data.get("remove")
            else ", ".join(f"{key} -> {data[key]}" for key in ("presence", "experiencer", "temporality") if data.get(key))
        )
        out.append(f"- {data['concept']} in turn {data['turn']}: {change} ({row['who']}, {clock(row['at'])})")
    return out
