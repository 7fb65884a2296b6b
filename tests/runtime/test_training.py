"""A model is trained when, and only when, something it is made of has changed; a damaged one is never used."""

from __future__ import annotations

import shutil

import pytest

from bot.errors import ModelError, StartError

pytestmark = pytest.mark.rasa


@pytest.fixture
def checkout(tmp_path, monkeypatch, rasa_ready):
    """The files a model is made of, in a folder of this test."""
    from bot.runtime.folders import ROOT

    root = tmp_path / "checkout"
    root.mkdir()
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / "data", root / "data")
    monkeypatch.setenv("ROOTLINE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ROOTLINE_VAR", str(tmp_path / "var"))
    return root


@pytest.fixture
def trainings(monkeypatch, model):
    """Stands in for Rasa's training: copies the real model, and counts."""
    import bot.runtime.training as training

    done = []

    def train(target, root, force):
        done.append(target.name)
        shutil.copy(model, target)

    monkeypatch.setattr(training, "_train", train)
    return done


def _ensure(checkout, **options):
    from bot.runtime.training import ensure_model

    said = []
    return ensure_model(said.append, root=checkout, **options), said


def test_nothing_is_trained_when_nothing_has_changed(checkout, trainings):
    first, said = _ensure(checkout)
    assert any("trained" in line and " s" in line for line in said)
    again, said = _ensure(checkout)
    assert again == first
    assert said == []
    assert len(trainings) == 1


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data/dialogue/rules.yml", "data/nlu/acts.yml"])
def test_a_changed_file_is_trained(checkout, trainings, name):
    before, _ = _ensure(checkout)
    (checkout / name).write_text((checkout / name).read_text() + "\n# changed\n")
    after, _ = _ensure(checkout)
    assert after.name != before.name
    assert len(trainings) == 2


def test_changed_knowledge_or_core_is_trained(checkout, trainings, monkeypatch):
    import bot.runtime.training as training

    _ensure(checkout)
    monkeypatch.setattr(training, "fingerprint", lambda: "other knowledge")
    _ensure(checkout)
    assert len(trainings) == 2


def test_training_can_be_asked_for(checkout, trainings):
    _ensure(checkout)
    _ensure(checkout, force=True)
    assert len(trainings) == 2


@pytest.mark.parametrize("damage", ["cut", "empty", "text"])
def test_a_damaged_model_is_trained_again(checkout, trainings, damage):
    from bot.runtime.training import is_whole

    path, _ = _ensure(checkout)
    content = path.read_bytes()
    path.write_bytes({"cut": content[: len(content) // 2], "empty": b"", "text": b"no archive"}[damage])
    assert not is_whole(path)
    again, said = _ensure(checkout)
    assert is_whole(again)
    assert "damaged" in said[0]
    assert len(trainings) == 2


def test_old_models_are_removed(checkout, trainings):
    for number in range(4):
        (checkout / "data" / "nlu" / "acts.yml").write_text(f'version: "3.1"\n# {number}\n')
        path, _ = _ensure(checkout)
    assert len(list(path.parent.glob("rootline-*.tar.gz"))) == 2
    assert path.exists()


def test_a_failing_training_says_what_to_do(checkout):
    (checkout / "domain.yml").write_text("version: '3.1'\nintents: [greet]\nslots: {x: {type: nonsense}}\n")
    with pytest.raises(ModelError, match="MOD001"):
        _ensure(checkout)


def test_a_models_folder_that_cannot_be_written_says_what_to_do(checkout, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ROOTLINE_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(StartError, match=r"RUN003.*ROOTLINE_MODELS"):
        _ensure(checkout)


def test_a_model_that_cannot_be_loaded_says_what_to_do(tmp_path, rasa_ready):
    from bot.runtime.conversation import ConversationService

    broken = tmp_path / "rootline-x.tar.gz"
    broken.write_bytes(b"no archive")
    for path in (broken, tmp_path / "missing.tar.gz"):
        with pytest.raises(ModelError, match=r"MOD002.*make train"):
            ConversationService.start(path)
