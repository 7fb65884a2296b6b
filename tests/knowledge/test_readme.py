"""The room's README is true: its example loads, its table lists the whole rule language."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bot.knowledge.check import check
from bot.knowledge.load import HERE, SECTIONS
from bot.triage.conditions import CONDITION_KEYS

README = (HERE / "README.md").read_text(encoding="utf-8")


def test_the_example_of_step_two_is_a_sound_rule(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".cache", "sections"))
    example = re.search(r"```yaml\n(.*?)```", README, re.S)
    assert example is not None
    rule = "\n".join(line[3:] for line in example[1].splitlines())
    file = folder / "red_flags" / "other_causes.yml"
    file.write_text(file.read_text(encoding="utf-8") + "\n" + rule + "\n", encoding="utf-8")
    assert check(folder) == []


def test_the_table_lists_the_whole_rule_language() -> None:
    assert [key for key in CONDITION_KEYS if f"{{{key}:" not in README] == []


def test_the_first_table_names_every_section() -> None:
    assert [section for section in SECTIONS if f"`{section}" not in README] == []
