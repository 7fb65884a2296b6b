"""Trains the Rasa model when, and only when, something it is made of has changed.

In: config.yml, domain.yml, data/, bot/knowledge, the core's source. Out: models/rootline-<digest>.tar.gz. Called by
`python -m bot train` (make train) and by the server, which trains by itself when there is no fitting model.

The digest in the file name says what the model was made of, so a stale model is never loaded by accident.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from bot.errors import ModelError
from bot.nlu.fingerprint import fingerprint
from bot.runtime.folders import ROOT, models_folder, var_folder, writable_models_folder

_PACKAGES = ("rasa", "spacy", "scikit-learn", "numpy")
KEEP = 2


def model_digest(root: Path = ROOT) -> str:
    """First 12 hex digits over everything the model is made of."""
    total = sha256(fingerprint().encode())
    for package in _PACKAGES:
        total.update(f"{package}={version(package)}\0".encode())
    for file in [root / "config.yml", root / "domain.yml", *sorted((root / "data").rglob("*.yml"))]:
        total.update(f"{file.relative_to(root).as_posix()}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()[:12]


def model_path(root: Path = ROOT) -> Path:
    """Where the model for the files as they are now belongs."""
    return models_folder() / f"rootline-{model_digest(root)}.tar.gz"


def is_whole(model: Path) -> bool:
    """Whether the archive can be read to its end and holds a model (a cut or damaged file is not)."""
    try:
        with tarfile.open(model) as archive:
            names = archive.getnames()
            for member in archive:
                content = archive.extractfile(member)
                while content is not None and content.read(1 << 20):
                    pass
    except (OSError, EOFError, tarfile.TarError, ValueError):
        return False
    except Exception:  # zlib.error and lzma errors share no base class with the above
        return False
    return any(name.endswith("metadata.json") for name in names)


def ensure_model(say: Callable[[str], None], *, force: bool = False, root: Path = ROOT) -> Path:
    """The model for the files as they are now, trained first if it is missing or damaged.

    Args:
        say: Takes one line about what is being done and how long it took.
        force: Train even if a fitting model is there.
        root: Checkout to train.

    Returns:
        Path of the model archive.

    Raises:
        KnowledgeError: When the knowledge is broken.
        ModelError: MOD001 when training fails.
        StartError: RUN003 when the model cannot be written.
    """
    model = model_path(root)
    if model.is_file() and not force:
        if is_whole(model):
            return model
        say(f"the model {model.name} is damaged; training it again")
    started = time.monotonic()
    say("training the model (about 20 seconds) ...")
    writable_models_folder()
    _train(model, root, force)
    _forget_old(model)
    say(f"trained {model.name} in {time.monotonic() - started:.1f} s")
    return model


def _train(model: Path, root: Path, force: bool) -> None:
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(var_folder() / "training-cache"))
    import rasa.model_training

    log = var_folder() / "training.log"
    with tempfile.TemporaryDirectory(dir=model.parent, prefix=".training-") as folder:
        try:
            with _output_to(log):
                result = rasa.model_training.train(
                    domain=str(root / "domain.yml"),
                    config=str(root / "config.yml"),
                    training_files=[str(root / "data")],
                    output=folder,
                    fixed_model_name=model.name.removesuffix(".tar.gz"),
                    force_training=force,
                )
        except SystemExit as error:
            raise ModelError("MOD001", f"the model could not be trained; see {log}. Run: .venv/bin/rasa data validate") from error
        except Exception as error:
            raise ModelError("MOD001", f"the model could not be trained ({type(error).__name__}: {error}); see {log}.") from error
        if result.code != 0 or not result.model:
            raise ModelError("MOD001", f"the model could not be trained (Rasa's code {result.code}); see {log}.")
        os.replace(result.model, model)  # whole or not at all


@contextlib.contextmanager
def _output_to(log: Path) -> Iterator[None]:
    """Send what Rasa and its child processes print (progress, colours, git's complaints) to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    with log.open("w", encoding="utf-8") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, descriptor in enumerate(kept, start=1):
                os.dup2(descriptor, number)
                os.close(descriptor)


def _forget_old(newest: Path) -> None:
    """Keep the newest models only; a model is 1 MB and made in seconds."""
    old = sorted(newest.parent.glob("rootline-*.tar.gz"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in [file for file in old if file != newest][KEEP - 1 :]:
        file.unlink(missing_ok=True)
