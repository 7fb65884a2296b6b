"""The graph component: entities with exact places, the question in view, kept through save and load."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.rasa


@pytest.fixture
def component(rasa_ready, tmp_path):
    """Trained, saved and loaded again, as a running bot has it."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from bot.nlu.symptom_extractor import SymptomExtractor

    storage, resource, context = LocalModelStorage.create(tmp_path), Resource("symptoms"), ExecutionContext(GraphSchema({}))
    SymptomExtractor.create({}, storage, resource, context).train(TrainingData())
    return SymptomExtractor.load({}, storage, resource, context)


@pytest.fixture
def tracker(rasa_ready):
    """A tracker with our slots."""
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker

    from bot.runtime.folders import ROOT

    return DialogueStateTracker("t", Domain.load(str(ROOT / "domain.yml")).slots)


def _read(component, text, tracker=None):
    from rasa.shared.nlu.training_data.message import Message

    message = Message(data={"text": text})
    component.process([message], tracker)
    return message


TABLE = [
    ("my left knee keeps giving way", [("knee_giving_way", "present")]),
    ("no numbness between my legs", [("saddle_numbness", "absent")]),
    ("", []),
    ("hello there", []),
    ("\u200b🙂", []),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_entities_after_save_and_load(component, text, expected):
    message = _read(component, text)
    entities = message.get("entities")
    assert [(entity["value"], entity["presence"]) for entity in entities] == expected
    for entity in entities:
        assert entity["entity"] == "symptom"
        assert text[entity["start"] : entity["end"]]


def test_the_reading_travels_whole(component):
    from bot.extraction import extract
    from bot.knowledge.load import load
    from bot.nlu.carry import READING, pack, unpack

    text = "my left knee keeps giving way and my mum's foot drops, I am 44"
    reading = unpack(_read(component, text).get(READING))
    assert reading == unpack(pack(extract(text, load())))
    assert reading.mentions


def test_entities_of_others_are_kept(component):
    from rasa.shared.nlu.training_data.message import Message

    other = {"entity": "x", "value": "y", "start": 0, "end": 1}
    message = Message(data={"text": "my left leg is weak", "entities": [other]})
    component.process([message])
    assert message.get("entities")[0] == other
    assert len(message.get("entities")) == 2


def test_a_short_answer_is_read_with_its_question(component, tracker):
    from rasa.shared.core.events import SlotSet

    from bot.nlu.carry import READING

    assert _read(component, "nope").get(READING)["answers"] == []
    tracker.update(SlotSet("put", {"question": "Q4"}))
    answers = _read(component, "nope", tracker).get(READING)["answers"]
    assert [(answer["item"], answer["state"]) for answer in answers] == [("saddle_feeling", "no")]


def test_the_fingerprint_changes_with_the_knowledge_and_with_the_core(component, monkeypatch, tmp_path):
    import bot.nlu.fingerprint as module
    from bot.nlu.symptom_extractor import SymptomExtractor

    before = SymptomExtractor.fingerprint_addon({})
    assert SymptomExtractor.fingerprint_addon({}) == before
    room = tmp_path / "triage"
    room.mkdir()
    (room / "assess.py").write_text("a = 1\n")
    first = module.core_digest(tmp_path)
    (room / "assess.py").write_text("a = 2\n")
    assert module.core_digest(tmp_path) != first
    changed = type("K", (), {"digest": "ffffffffffff"})
    monkeypatch.setattr(module, "load", lambda: changed)
    assert SymptomExtractor.fingerprint_addon({}) != before


def test_a_model_made_under_other_knowledge_says_so(component, rasa_ready, tmp_path, monkeypatch, caplog):
    import bot.nlu.symptom_extractor as module

    monkeypatch.setattr(module, "fingerprint", lambda: "other")
    module.SymptomExtractor.load({}, component._model_storage, component._resource, None)
    assert "make train" in caplog.text


def test_rasa_trains_again_when_the_knowledge_changes(component, model, monkeypatch):
    """The trap this guards: a thin component looks the same to Rasa's cache whatever its knowledge says."""
    from rasa.engine.training.fingerprinting import calculate_fingerprint_key

    import bot.nlu.symptom_extractor as module

    def key():
        return calculate_fingerprint_key(module.SymptomExtractor, {}, {})

    before = key()
    assert key() == before
    monkeypatch.setattr(module, "fingerprint", lambda: "other knowledge")
    assert key() != before
