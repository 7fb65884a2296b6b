"""Records of calls: FHIR that validates, notes that leave nothing out, exports that are safe to open."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.desk.calls import Desk
from bot.knowledge.load import load
from bot.records.cds_hooks import cards, services
from bot.records.export import as_csv, as_json, for_patient
from bot.records.fhir import bundle
from bot.records.record import DRAFT, Record
from bot.records.sbar import sbar

FOLDER = Path(__file__).parents[1] / "cases" / "dialogues"
DIALOGUES = [
    entry for file in sorted(FOLDER.glob("*.yml")) for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["dialogues"]
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("records"), load())


def record_of(
    desk: Desk, lines: list[str], *decisions: tuple[str, dict[str, Any]], wrap_up: dict[str, Any] | None = None
) -> Record:
    state, _ = desk.open("north", "alex")
    call = state["call"]["id"]
    turns = [
        {"id": f"t{n}", "speaker": "agent" if line[0] == "A" else "caller", "text": line[3:]} for n, line in enumerate(lines)
    ]
    desk.add_turns(call, "north", turns)
    for kind, data in decisions:
        desk.decide(call, "north", "alex", kind, data)
    if wrap_up:
        desk.finish(call, "north", "alex", wrap_up)
    live = desk.material(call, "north")
    return Record(
        live.state, live.human, live.assessment, live.decisions, {**wrap_up, "by": "alex"} if wrap_up else None, desk.clock()
    )


def resources(record: Record, kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle(record, load())["entry"] if entry["resource"]["resourceType"] == kind]


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue["id"])
def test_bundles_validate(dialogue: dict[str, Any], desk: Desk) -> None:
    from fhir.resources.R4B.bundle import Bundle

    made = bundle(record_of(desk, dialogue["turns"]), load())
    Bundle.parse_raw(json.dumps(made))
    full = {entry["fullUrl"] for entry in made["entry"]}
    referred = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("reference"), str):
                referred.add(value["reference"])
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(made)
    assert referred <= full
    assert len(full) == len(made["entry"])


def test_absent_is_said_and_not_asked_is_left_out(desk: Desk) -> None:
    record = record_of(desk, ["C: My back hurts.", "A: Any numbness between your legs?", "C: No."])
    found = {
        o["code"]["coding"][0]["code"]: o["valueCodeableConcept"]["coding"][0]["code"] for o in resources(record, "Observation")
    }
    assert found["low_back_pain"] == "present"
    assert "faecal_incontinence" not in found
    items = {item["linkId"]: item for item in resources(record, "QuestionnaireResponse")[0]["item"]}
    assert items["saddle_feeling"]["answer"][0]["valueCoding"]["code"] == "no"
    assert "answer" not in items["leaks"]
    assert all(o["status"] == "preliminary" for o in resources(record, "Observation"))


def test_no_unverified_snomed_code_leaves(desk: Desk) -> None:
    record = record_of(desk, ["C: My leg is numb and weak and I can't feel it when I wipe and I wet myself."])
    assert resources(record, "Observation")
    unverified = {c.snomed for c in load().concepts.values() if c.snomed and not c.snomed_verified}
    text = json.dumps(bundle(record, load()))
    assert "snomed.info" not in text or not any(f'"code": "{code}"' in text for code in unverified)


def test_the_note_says_what_was_asked_what_not_and_what_was_overridden(desk: Desk) -> None:
    record = record_of(
        desk, ["A: Any numbness between your legs?", "C: It's a bit numb there."],
        ("override", {"disposition": "urgent_same_day", "reason": "Examined this morning."}), ("tick", {"item": "fever", "state": "no"}),
        wrap_up={"outcome": "same_day", "note": "Duty doctor will ring."},
    )  # fmt: skip
    note = sbar(record, load())
    for part in (
        "SITUATION",
        "BACKGROUND",
        "ASSESSMENT",
        "RECOMMENDATION",
        DRAFT,
        "\u201cnumb\u201d",
        "NOT ASKED",
        "Examined this morning.",
        "ticked at the desk",
        "Duty doctor will ring.",
        "Machine alone",
    ):
        assert part in note, part
    assert resources(record, "RiskAssessment")[0]["prediction"][0]["outcome"]["coding"][0]["code"] == "urgent_same_day"


def test_the_note_tells_what_is_known_of_a_sign_in_words(desk: Desk) -> None:
    note = sbar(
        record_of(desk, ["C: My left foot has been slapping since yesterday.", "C: My knee gave way three days ago."]), load()
    )
    assert "left; new;" in note
    assert "began 1 day ago" in note
    assert "last time 3 days ago" in note
    assert "True" not in note
    assert "onset days" not in note


def test_patient_text_after_an_override_follows_the_person(desk: Desk) -> None:
    record = record_of(
        desk, ["C: My back hurts."], ("override", {"disposition": "emergency_now", "reason": "Sounds very unwell."})
    )
    text = for_patient(record, load())
    assert text.startswith("Get emergency help now")
    assert "Sounds very unwell" not in text


def test_csv_cells_are_no_formulas(desk: Desk) -> None:
    record = record_of(desk, ['C: =HYPERLINK("x") my leg is numb between my legs', "A: Any leaking?", "C: @yes I wet myself"])
    rows = list(csv.DictReader(io.StringIO(as_csv(record))))
    assert len(rows) >= 25
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values() if cell)
    empty = [row for row in rows if row["state"] == "not_asked" and not row["words"]]
    assert empty
    assert {row["asked_in_turn"] for row in empty} == {""}, "an empty cell stays empty"
    assert "'" not in {cell for row in rows for cell in row.values()}
    assert as_json(record)["status"] == DRAFT


def test_cds_cards(desk: Desk) -> None:
    from bot.analysis import analyse

    items = load().items
    labels, minimal = {i.id: i.label for i in items.values()}, [i.id for i in items.values() if i.minimal_set]
    urgent = cards(analyse("I can't feel it when I wipe since yesterday"), labels, minimal)["cards"]
    assert urgent[0]["indicator"] == "critical"
    calm = cards(analyse("my back hurts a bit"), labels, minimal)["cards"]
    assert any("still open" in card["summary"] for card in calm)
    for card in (*urgent, *calm):
        assert len(card["summary"]) < 140
        assert {"summary", "indicator", "source"} <= set(card)
        assert card["indicator"] in ("info", "warning", "critical")
    assert services()["services"][0]["id"] == "rootline-triage"
