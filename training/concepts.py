"""The concepts the encoder learns, and how urgent each one is.

In: bot/knowledge/concepts and groups.yml, read as plain YAML (the bot's own packages are not installed here). Out: ids
in file order and their tier. Called by the other modules of this package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from training.messages import ROOT

KNOWLEDGE = ROOT / "bot" / "knowledge"

CAUDA_EQUINA, DANGER, OTHER = TIERS = ("cauda_equina", "danger", "other")

#: Groups of bot/knowledge/groups.yml whose concepts can be an emergency on their own.
_TIER_GROUPS = {CAUDA_EQUINA: ("ce_group",), DANGER: ("immediate", "motor")}
_MORE_DANGER = ("knee_giving_way", "pain_gone_but_numb_or_weak", "unsteady_or_clumsy")
#: Told in plain words, or never an emergency alone: a question at once would be asked too often.
_LESS_DANGER = ("major_trauma", "hip_sway_weakness", "urinary_urgency_frequency")


def concept_ids(knowledge: Path = KNOWLEDGE) -> list[str]:
    """Every concept id, files in name order, ids in file order."""
    return [entry["id"] for path in sorted((knowledge / "concepts").glob("*.yml")) for entry in _read(path)["concepts"]]


def short_labels(knowledge: Path = KNOWLEDGE) -> list[str]:
    """The plain label of every concept, in the order of `concept_ids`."""
    return [entry["label"] for path in sorted((knowledge / "concepts").glob("*.yml")) for entry in _read(path)["concepts"]]


def tiers(knowledge: Path = KNOWLEDGE) -> dict[str, str]:
    """Concept id -> cauda_equina, danger or other."""
    groups = {group["id"]: group for group in _read(knowledge / "groups.yml")["groups"]}
    found = dict.fromkeys(concept_ids(knowledge), OTHER)
    found.update(dict.fromkeys(_MORE_DANGER, DANGER))
    for tier in (DANGER, CAUDA_EQUINA):
        for name in _TIER_GROUPS[tier]:
            found.update(dict.fromkeys(_members(name, groups), tier))
    found.update(dict.fromkeys(_LESS_DANGER, OTHER))
    return found


def _members(name: str, groups: dict[str, Any]) -> set[str]:
    group = groups[name]
    return set(group["concepts"]).union(*(_members(other, groups) for other in group.get("also", ())))


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
