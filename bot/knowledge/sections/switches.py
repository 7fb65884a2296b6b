"""Named switches for the narrow exceptions: switches.yml -> `Switches`.

In: switches.yml. Out: `Knowledge.switches`. Called by `bot.knowledge.load`; read by `bot.triage` when rules are
evaluated. Source: clinical.md 9.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.knowledge.problem import Problem, unknown

READS = ("red_flags",)

_TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "review", "active", "switches", "profiles"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "review": _TEXT,
        "active": _TEXT,
        "switches": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "title", "default", "when_off", "status"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[A-Z][0-9]+[a-z]?$"},
                    "title": _TEXT,
                    "default": {"enum": ["on", "off"]},
                    "when_off": _TEXT,
                    "status": _TEXT,
                    "decision": {"type": "string", "pattern": "^D[0-9]+$"},
                },
            },
        },
        "profiles": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["title"],
                "properties": {
                    "title": _TEXT,
                    "all": {"enum": ["off"]},
                    "on": {"type": "array", "items": _TEXT},
                    "off": {"type": "array", "items": _TEXT},
                },
            },
        },
    },
}


@dataclass(frozen=True)
class Switch:
    """One exception that can be switched off. `when_off` says which stricter rule then applies."""

    id: str
    title: str
    default: str
    when_off: str
    status: str
    decision: str | None = None


@dataclass(frozen=True)
class Switches:
    """All switches and which are on.

    Attributes:
        known: Switch id -> Switch.
        profiles: Profile name -> ids that are on in it.
        profile: Name of the profile in force.
        on: Ids that are on.
    """

    known: Mapping[str, Switch] = field(default_factory=dict)
    profiles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    profile: str = ""
    on: frozenset[str] = frozenset()

    def under(self, profile: str) -> Switches:
        """The same switches with another profile in force. Raises KeyError when there is none of that name."""
        return replace(self, profile=profile, on=self.profiles[profile])

    def with_states(self, **states: bool) -> Switches:
        """Single switches turned by hand, e.g. `with_states(K6=True)`, for tests and reports."""
        on = set(self.on)
        for name, state in states.items():
            if name not in self.known:
                raise KeyError(name)
            (on.add if state else on.discard)(name)
        return replace(self, profile=f"{self.profile}, changed", on=frozenset(on))


def build(raw: Mapping[str, Any]) -> Switches:
    """Defaults first, then what the profile says."""
    for data in raw.values():
        known = {entry["id"]: Switch(**entry) for entry in data["switches"]}
        defaults = {name for name, switch in known.items() if switch.default == "on"}
        profiles = {}
        for name, profile in data["profiles"].items():
            on = set() if profile.get("all") == "off" else set(defaults)
            profiles[name] = frozenset((on | set(profile.get("on", ()))) - set(profile.get("off", ())))
        active = data["active"]
        return Switches(known, profiles, active, profiles.get(active, frozenset()))
    return Switches()


def cross_check(knowledge: Any) -> list[Problem]:
    """Profiles and rules that exist, each switchable rule with its switch."""
    problems: list[Problem] = []
    file = "switches.yml"
    data = knowledge.raw.get(file)
    if data is None:
        return problems
    switches = knowledge.switches
    if data["active"] not in switches.profiles:
        problems.append(unknown("KNW014", file, ("active",), "profile", data["active"], switches.profiles, file))
    for name, profile in data["profiles"].items():
        for key in ("on", "off"):
            for entry in profile.get(key, ()):
                if entry not in switches.known:
                    problems.append(unknown("KNW014", file, ("profiles", name, key), "switch", entry, switches.known, file))
    for index, entry in enumerate(data["switches"]):
        rule = knowledge.red_flags.get(entry["id"])
        if rule is None:
            text = f"switch '{entry['id']}' belongs to no rule of that id. Remove it or add the rule."
            problems.append(Problem("KNW023", file, text, ("switches", index, "id")))
        elif rule.switch != entry["id"]:
            text = f"rule {entry['id']} does not name this switch. Add `switch: {entry['id']}` to the rule."
            problems.append(Problem("KNW023", file, text, ("switches", index, "id")))
    return problems
