"""What identifies a person is in no stored turn, highlight, note or export, and every highlighted place is still right."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.desk.redaction import CARD, EMAIL, IDENTIFIER, NHS, POSTCODE, redact
from bot.extraction import extract
from bot.knowledge.load import load
from tests.desk.conftest import Client, DeskServer

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "identifiers.yml").read_text(encoding="utf-8"))
SECRETS = ("07700 900123", "900123", "sam.lee@example.org", "943 476 5919", "LS1 4AP", "4111 1111")


@pytest.mark.parametrize("case", CASES["hidden"], ids=lambda case: case["text"])
def test_an_identifier_is_taken_out_of_the_words(case: dict[str, str]) -> None:
    assert redact(case["text"]) == case["kept"]
    assert redact(case["kept"]) == case["kept"]


@pytest.mark.parametrize("text", CASES["stays"])
def test_dates_doses_levels_and_counts_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("sign", [EMAIL, NHS, CARD, POSTCODE, IDENTIFIER])
def test_a_sign_says_nothing_of_its_own(sign: str) -> None:
    assert extract(sign, load()).mentions == ()
    plain, marked = (f"my bottom has gone numb {end}" for end in ("", sign))
    assert [m.concept for m in extract(marked, load()).mentions] == [m.concept for m in extract(plain, load()).mentions]


def test_no_identifier_is_stored_shown_or_exported_and_the_marks_fit(desk_server: DeskServer, alex: Client) -> None:
    call = alex.call(
        "A: Can I take a number in case we get cut off?",
        "C: 07700 900123, and I can't feel my bottom when I wipe, email sam.lee@example.org",
        "A: And the NHS number and post code?",
        "C: 943 476 5919, it's LS1 4AP, card 4111 1111 1111 1111, and I wet myself last night.",
    )
    state = alex.ok("GET", f"/calls/{call}")
    texts = {turn["id"]: turn["text"] for turn in state["turns"]}
    marks = [(turn["text"][mark["start"] : mark["end"]], mark["concept"]) for turn in state["turns"] for mark in turn["marks"]]
    assert any("bottom" in words and concept.endswith("numbness") for words, concept in marks)
    assert any("wet myself" in words for words, _ in marks)
    for rule in state["decision"]["rules"]:
        for quote in rule["words"]:
            assert quote["text"] in texts[quote["turn"]]
    alex.ok("PUT", f"/calls/{call}/override", {"disposition": "emergency_now", "reason": "Rang back on 07700 900123, worse."})
    alex.ok("POST", f"/calls/{call}/close", {"outcome": "sent_to_emergency", "note": "Mobile 07700 900123, lives at LS1 4AP."})
    records = [
        alex.ask("GET", f"/calls/{call}{name}").text
        for name in ("", *(f"/records/{record}" for record in ("sbar.txt", "patient.txt", "fhir.json", "call.json", "call.csv")))
    ]
    assert all(len(record) > 100 for record in records)
    assert any("[phone]" in record for record in records)
    stored = b"".join(path.read_bytes() for path in desk_server.folder.rglob("*") if path.is_file())
    for secret in SECRETS:
        assert not any(secret.lower() in record.lower() for record in records)
        assert secret.encode() not in stored


def test_a_partial_result_is_redacted_too_and_the_same_words_change_nothing(alex: Client) -> None:
    call = alex.call()
    said = {"id": "p1", "speaker": "caller", "text": "ring me on 07700 900", "final": False}
    assert alex.ok("POST", f"/calls/{call}/turns", {"turns": [said]})["turns"][0]["text"] == "ring me on [phone]"
    whole = {**said, "text": "ring me on 07700 900123", "final": True}
    first = alex.ok("POST", f"/calls/{call}/turns", {"turns": [whole]})
    again = alex.ok("POST", f"/calls/{call}/turns", {"turns": [whole]})
    assert first["turns"] == again["turns"]
    assert first["version"] == again["version"]
