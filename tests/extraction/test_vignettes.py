"""The 30 vignettes of the clinical reference, read from their words alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.extraction import extract
from bot.findings.case import Case
from bot.findings.rest_normal import rest_normal
from bot.findings.update import update
from bot.triage.assess import assess

from .conftest import TODAY

VIGNETTES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "vignettes.yml").read_text())["vignettes"]


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: v["id"])
def test_vignette_gets_its_level(vignette: dict[str, Any], knowledge: Any) -> None:
    """Emergencies on the message alone; the others once every open question is answered no."""
    case = update(Case(), extract(vignette["text"], knowledge, today=TODAY), knowledge)
    if vignette["expected"] != "emergency_now":
        case = rest_normal(case, knowledge)
    assert assess(case, knowledge).disposition == vignette["expected"]


def test_there_are_thirty() -> None:
    assert len(VIGNETTES) == 30
