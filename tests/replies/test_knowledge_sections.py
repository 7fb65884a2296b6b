"""Broken wording, services, FAQ, explanations and safety nets are refused with a sentence that helps."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.knowledge.load import HERE, find_problems
from tests.replies.samples import load

SECTIONS = ("wording", "services", "faq", "explanations")


@pytest.fixture(scope="module")
def knowledge_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("knowledge")
    shutil.copytree(HERE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".cache"))
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "says"),
    [
        ("wording/en-US.yml", "poison_line_now:", "poison_line_knows:", "KNW062", "overrides nothing in en.yml"),
        (
            "wording/en-US.yml",
            "Keep the bottles or packs.",
            "Keep the {bottles}.",
            "KNW063",
            "gaps that en.yml does not fill: bottles",
        ),
        ("wording/en.names.yml", "  item:\n", "  because:\n    unsure: again\n  item:\n", "KNW060", "is also in wording/en"),
        ("wording/en.yml", "texts:\n", "texts:\n  Bad Key: x\n", "KNW007", "texts"),
        ("services/en-GB.yml", "  kerb: kerb\n", "", "KNW066", "terms lacks 'kerb'"),
        (
            "services/en-GB.yml",
            "Call 999 now, or call",
            "Call {number} now, or call",
            "KNW066",
            "'number' is not one of the terms",
        ),
        ("services/en-GB.yml", "locale: en-GB", "locale: en-XX", "KNW065", "must be the name of the file"),
        ("services/en-GB.yml", "href: tel:116123", "href: javascript:alert(1)", "KNW007", "lines[1].href"),
        ("services/en-GB.yml", "verify every number", "all numbers are fine", "KNW007", "review"),
        (
            "services/international.yml",
            "crisis_line_now, poison_line_now, incomplete",
            "crisis_line_now, incomplete",
            "KNW067",
            "no line is for 'poison_line_now'",
        ),
        (
            "safety_net.yml",
            "concepts: [knee_giving_way]",
            "concepts: [knee_giving_way, knee_fun]",
            "KNW014",
            "unknown concept 'knee_fun'",
        ),
        ("safety_net.yml", "items: [leaks]", "items: [leak]", "KNW014", "Did you mean 'leaks'?"),
        ("safety_net.yml", "limit: 3", "limit: many", "KNW007", "limit"),
        ("faq/danger.yml", "id: F8", "id: F7", "KNW069", "'F7' is also in"),
        ("faq/danger.yml", "what is foot drop", "What is sciatica anyway?", "KNW070", "One question, one topic"),
        ("faq/danger.yml", "picture: L5", "picture: L55", "KNW014", "Did you mean 'L5'?"),
        ("faq/understanding.yml", "explain: knee", "explain: kneee", "KNW014", "Did you mean 'knee'?"),
        ("faq/medicines.yml", "      en-US:", "      en-ZZ:", "KNW014", "unknown locale 'en-ZZ'"),
        ("faq/course.yml", "    source: JENSEN; GK\n", "    sauce: JENSEN\n    source: GK\n", "KNW004", "unknown key 'sauce'"),
        ("explanations/paths.yml", "nerves: [pudendal]", "nerves: [pudendl]", "KNW014", "Did you mean 'pudendal'?"),
        (
            "explanations/paths.yml",
            "- concept: outer_thigh_numbness",
            "- concept: outer_thigh",
            "KNW014",
            "unknown concept 'outer_thigh'",
        ),
        (
            "explanations/findings.yml",
            "concepts: [leg_symptoms_on_walking]",
            "concepts: [walking]",
            "KNW014",
            "unknown concept 'walking'",
        ),
        ("explanations/findings.yml", "- id: knee\n", "- id: foot\n", "KNW069", "'foot' is written twice"),
        ("explanations/blocks.yml", "  stairs_down:", "  stairs_dwn:", "KNW014", "Did you mean 'stairs_down'?"),
        ("explanations/blocks.yml", "  teams:", "  team:", "KNW004", "unknown key 'team'"),
    ],
)
def test_a_slip_is_found_and_explained(file: str, old: str, new: str, code: str, says: str, knowledge_copy: Path) -> None:
    target = knowledge_copy / file
    before = target.read_text(encoding="utf-8")
    assert old in before
    target.write_text(before.replace(old, new, 1), encoding="utf-8")
    try:
        problems = [str(problem) for problem in find_problems(knowledge_copy)]
    finally:
        target.write_text(before, encoding="utf-8")
    assert any(code in problem and says in problem and "docs/errors.md" in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("file", "code"),
    [("safety_net.yml", "KNW068"), ("explanations/blocks.yml", "KNW071"), ("services/international.yml", "KNW064")],
)
def test_a_missing_file_is_found(file: str, code: str, knowledge_copy: Path) -> None:
    target = knowledge_copy / file
    before = target.read_text(encoding="utf-8")
    target.unlink()
    try:
        problems = [problem.code for problem in find_problems(knowledge_copy)]
    finally:
        target.write_text(before, encoding="utf-8")
    assert code in problems


def test_every_file_says_that_it_is_a_draft() -> None:
    for file, data in load().raw.items():
        if file.split("/")[0] in SECTIONS or file == "safety_net.yml":
            assert "draft" in data["review"], file


def test_services_say_that_numbers_must_be_verified() -> None:
    assert all("verify" in country.review and "before release" in country.review for country in load().services.values())


def test_every_concept_the_rules_speak_of_can_be_explained_or_is_background() -> None:
    """A symptom of legs, feeling, bladder, bowel or sex always has an explanation."""
    explained = {concept for entry in load().explanations.findings.values() for concept in entry.concepts}
    symptoms = {concept.id for concept in load().concepts.values() if concept.group in ("A", "B", "C")}
    assert not symptoms - explained
