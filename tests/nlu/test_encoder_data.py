"""The encoder's messages lie in Rasa's format, but the intent classifier does not learn from them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.rasa

ROOT = Path(__file__).resolve().parents[2]
ENCODER_FILES = sorted((ROOT / "data" / "nlu" / "second_look").glob("*.yml"))


@pytest.mark.usefixtures("rasa_ready")
def test_the_importer_leaves_the_encoders_messages_out() -> None:
    from bot.nlu.importer import KnowledgeImporter

    importer = KnowledgeImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])
    intents = importer.get_nlu_data().intents
    assert {"report_symptom", "ask_faq", "greet"} <= intents
    texts = {example.get("text") for example in importer.get_nlu_data().training_examples}
    first = yaml.safe_load(ENCODER_FILES[0].read_text())["nlu"][0]["examples"][0]["text"]
    assert first not in texts


@pytest.mark.usefixtures("rasa_ready")
def test_rasa_reads_the_encoders_messages_with_their_labels() -> None:
    from rasa.shared.nlu.training_data.loading import load_data

    data = load_data(str(ENCODER_FILES[0]))
    assert data.training_examples
    assert all("block" in example.get("metadata")["example"] for example in data.training_examples)


@pytest.mark.usefixtures("rasa_ready")
def test_the_encoders_messages_use_intents_of_the_domain() -> None:
    domain = set(yaml.safe_load((ROOT / "domain.yml").read_text())["intents"])
    used = {entry["intent"] for path in ENCODER_FILES for entry in yaml.load(path.read_text(), Loader=yaml.CSafeLoader)["nlu"]}
    assert used <= domain
