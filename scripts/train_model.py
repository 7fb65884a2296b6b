"""Train the Rasa model, unless nothing that it is made from has changed.

Rasa looks at its own inputs only: this adds the knowledge and the core, whose words end up in the model's features.
Comes in through `make train`, `make run` and `make chat`; goes out as models/rootline.tar.gz.
"""

import hashlib
import json
import os
import re
import time
from pathlib import Path
from typing import Iterator

from progress import ROOT, Failure, run_quietly, say, tail, took

MODELS = ROOT / "models"
MODEL = MODELS / "rootline.tar.gz"
STAMP = MODELS / "rootline.json"

_INPUTS = ("config.yml", "domain.yml", "domain", "data", "requirements/runtime.lock")
_CODE = ("bot/extraction", "bot/findings", "bot/knowledge", "bot/nlu", "bot/policies", "bot/triage")
_SUFFIXES = {".py", ".yml", ".yaml", ".json", ".lock", ".onnx", ".txt"}


def train(python: Path, force: bool = False) -> int:
    """Bring the model up to date; say in one line what was done."""
    digest = inputs_digest()
    if not force and MODEL.exists() and _stamped_digest() == digest:
        say("==> the model is up to date")
        return 0
    if not (ROOT / "config.yml").exists() or not (ROOT / "domain.yml").exists():
        raise Failure("config.yml and domain.yml are not here, so there is nothing to train: restore them from version control.")
    say("==> training the Rasa model")
    started = time.monotonic()
    MODELS.mkdir(exist_ok=True)
    log = MODELS / "training.log"
    log.write_text("", encoding="utf-8")
    command = [str(python.with_name("rasa")), "train", "--fixed-model-name", "rootline", "--out", str(MODELS)]
    if not run_quietly(command + (["--force"] if force else []), log, env={**os.environ, "PYTHONUNBUFFERED": "1"}):
        text = log.read_text(encoding="utf-8", errors="replace")
        needs_tensorflow = re.search(r"TensorFlowMissing: (.+)", text)
        if needs_tensorflow:
            raise Failure(needs_tensorflow.group(1))
        reasons = re.findall(r"(?m)^(?:[\w.]+(?:Error|Exception|Exit)|Failed|ERROR)\b.*", text)
        raise Failure(
            "the model could not be trained: run `make check`, then `.venv/bin/rasa data validate`, "
            f"mend what they name and run the same command again; log: {log}",
            "\n".join(f"    | {reason[:300]}" for reason in reasons[:1]) or tail(log, 3),
        )
    STAMP.write_text(json.dumps({"inputs": digest}), encoding="utf-8")
    say(f"    done in {took(time.monotonic() - started)}: models/{MODEL.name}, {MODEL.stat().st_size // 1024} kB")
    return 0


def inputs_digest() -> str:
    """One digest over every file that the model is made from."""
    digest = hashlib.sha256()
    for path in sorted(_input_files()):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _input_files() -> Iterator[Path]:
    for name in _INPUTS + _CODE:
        path = ROOT / name
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from (found for found in path.rglob("*") if found.suffix in _SUFFIXES and not _is_hidden(found))
    yield from (ROOT / "bot").glob("*.py")


def _is_hidden(path: Path) -> bool:
    return not path.is_file() or any(part.startswith(".") for part in path.relative_to(ROOT).parts)


def _stamped_digest() -> str:
    try:
        return str(json.loads(STAMP.read_text(encoding="utf-8"))["inputs"])
    except (OSError, ValueError, KeyError):
        return ""
