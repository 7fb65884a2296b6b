"""How attributes of one concept said several times are put together: the most urgent reading wins.

In: attribute mappings of mentions of one concept. Out: one mapping. Called by `bot.findings.view`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: Attribute -> values from most to least urgent. A value not listed ranks last.
_RANKED: Mapping[str, tuple[Any, ...]] = {
    "laterality": ("both", "alternating", "spreading_to_other_side", "left", "right", "one_side"),
    "onset": ("sudden", "subacute", "gradual"),
    "course": ("rapidly_worsening", "worsening", "fluctuating", "stable", "improving"),
    "frequency": ("repeated", "continuous", "single"),
    "recovery": ("still_weak", "minutes", "instant"),
    "severity": ("severe", "moderate", "mild"),
    "quality": ("tearing", "thunderclap"),
    "substance": ("opioid", "paracetamol", "other"),
}
#: The smaller number is the more urgent one.
_SMALLEST = frozenset({"onset_days", "last_event_days"})
_LARGEST = frozenset({"count", "visits"})
#: One True is enough.
_ANY_TRUE = frozenset(
    {
        "new", "caused_fall", "tearing", "deliberate", "implant", "deformity", "cannot_bear_weight", "head_injury",
        "possible_fracture", "very_unwell", "main_pain", "first_episode", "joint_injection", "wound_problem",
        "severe_headache", "reassured",
    }
)  # fmt: skip
#: Reassuring: one False undoes it.
_ANY_FALSE = frozenset({"unchanged", "due_to_pain", "assessed", "scanned", "plan", "known_cause", "easing_position"})
_TALLY = ("count", "frequency")
#: Reassuring only if every mention says so: a buckle told without "nearly" really happened.
_EVERY_TRUE = frozenset({"near_miss", "positional", "worry", "ambiguous"})


#: Details that can only make things worse; they count even when told of the same thing "lately" or "not sure".
_DANGER = _ANY_TRUE - {"new", "main_pain", "first_episode"} | {"quality", "substance", "site"}


def danger_details(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Of these mappings only the details that cannot reassure."""
    found = merge_attributes(parts)
    return {name: value for name, value in found.items() if name in _DANGER and value}


def merge_attributes(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """One mapping out of several; `left` and `right` together mean `both`."""
    listed = list(parts)
    if len(listed) == 1:
        return dict(listed[0])
    if 0 < sum(bool(part.get("near_miss")) for part in listed) < len(listed):
        # "nearly went twice, then really gave way": the twice belongs to the near-misses only
        listed = [{k: v for k, v in p.items() if not (p.get("near_miss") and k in _TALLY)} for p in listed]
    merged: dict[str, Any] = {}
    names = dict.fromkeys(name for part in listed for name in part)
    for name in names:
        values = [part[name] for part in listed if part.get(name) is not None]
        if values:
            merged[name] = _merge(name, values, len(listed))
    return {name: value for name, value in merged.items() if value is not None}


def _merge(name: str, values: list[Any], mentions: int) -> Any:
    if name == "laterality" and {"left", "right"} <= set(values):
        return "both"
    if name in _RANKED:
        order = _RANKED[name]
        return min(values, key=lambda value: order.index(value) if value in order else len(order))
    if name in _SMALLEST:
        return min(values)
    if name in _LARGEST:
        return max(values)
    if name in _ANY_TRUE:
        return any(values)
    if name in _ANY_FALSE:
        return all(values)
    if name in _EVERY_TRUE:
        if all(values) and len(values) == mentions:
            return values[0]
        return False if name == "near_miss" else None  # False: it nearly went, and it really went
    if name == "trigger":
        return list(dict.fromkeys(part for value in values for part in value))
    return values[0]


def merge_derived(own: Mapping[str, Any], derived: Mapping[str, Any]) -> dict[str, Any]:
    """A finding in its own words and the same one derived from others: what reassures must be said of both."""
    merged = merge_attributes([own, derived])
    for name in (*_ANY_FALSE, "new"):
        if merged.get(name) is (name != "new") and not (name in own and name in derived):
            del merged[name]
    return merged
