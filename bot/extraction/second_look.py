"""The trained second look: which concepts a message may mean although no rule found them.

In: raw text. Out: at most two `(concept, score, start, end)`, danger signs first. Called by `extract`. It only
suggests: a suggestion becomes a question, never a finding (docs/second-look.md).

A small sentence encoder (onnxruntime, no PyTorch) reads the whole message. Its folder is optional: when it is missing
or damaged there is one warning and there are no suggestions; everything else works as before.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.errors import ModelError

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "models" / "second_look"
SCHEMA = "rootline.second_look/1"
#: Environment variable that switches the second look off ("off", "0", "no", "false").
SWITCH = "ROOTLINE_SECOND_LOOK"

#: A message gets this many suggestions; more questions would tire people out.
MOST_SUGGESTIONS = 2
#: Urgency of a concept, most urgent first; suggestions come in this order.
TIERS = ("cauda_equina", "danger", "other")
#: Pieces of a long text that are read, about 90 words each.
MOST_WINDOWS = 16

CLAUSE = re.compile(r"[^.!?;:,\n]+(?:[.!?;:,\n]+|$)")
#: Half of a character outside the basic plane, as broken clients send it; the tokenizer takes whole ones only.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

_shared: dict[Path, SecondLook] = {}
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Label:
    """One concept the model knows: its urgency, and the score from which it is suggested."""

    concept: str
    tier: str
    threshold: float


def shared(folder: Path = FOLDER) -> SecondLook | None:
    """The one of this process, or None when it is switched off (`ROOTLINE_SECOND_LOOK=off`)."""
    if os.environ.get(SWITCH, "").strip().lower() in ("off", "0", "no", "false"):
        return None
    with _LOCK:
        return _shared.setdefault(folder, SecondLook(folder))


class SecondLook:
    """The model of one folder, opened when it is first asked. Safe to share between threads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._model: _Model | None = None
        self._tried = False

    @classmethod
    def load(cls, path: str | Path | None = None) -> SecondLook:
        """Open the model at once, so that the first message need not wait; a broken one is only warned about."""
        second_look = cls(Path(path) if path is not None else FOLDER)
        second_look._ready()
        return second_look

    @property
    def ready(self) -> bool:
        """Whether there is a model that can be asked."""
        return self._ready() is not None

    def suggest(self, text: str, without: Collection[str] = ()) -> list[tuple[str, float, int, int]]:
        """What the text may mean.

        Args:
            text: The message as it came.
            without: Concepts not to suggest, because the rules already spoke of them.

        Returns:
            At most two of (concept, score, start, end): the most urgent tier first, then the best score. The score is
            a calibrated probability; start and end are offsets of the clause that speaks for it most.
        """
        model = self._ready()
        return model.suggest(text, without) if model is not None and text.strip() else []

    def scores(self, text: str) -> dict[str, float]:
        """The calibrated probability of every concept; empty without a model. For evaluation."""
        model = self._ready()
        if model is None or not text.strip():
            return {}
        read = model.read(text)
        return {label.concept: float(read.scores[index]) for index, label in enumerate(model.labels)}

    def _ready(self) -> _Model | None:
        if not self._tried:
            with self._lock:
                if not self._tried:
                    try:
                        self._model = _Model(self.folder)
                    except ModelError as error:
                        logger.warning("%s Messages are read by the rules alone.", error)
                    self._tried = True
        return self._model


@dataclass(frozen=True)
class _Read:
    """One text after the model: a score per concept, how much each token speaks for each concept, and the tokens (first,
    one past the last) of the window that scored best for each."""

    scores: Any
    evidence: Any
    offsets: list[tuple[int, int]]
    windows: list[tuple[int, int]]


class _Model:
    """An opened folder; every file of it is checked against SHA256SUMS first."""

    def __init__(self, folder: Path) -> None:
        _check(folder)
        try:
            import numpy
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelError("MOD012", f"the second look needs {error.name}. Run: make setup") from error
        try:
            about = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
            if about["schema"] != SCHEMA:
                raise ValueError(f"schema {about['schema']!r}, expected {SCHEMA!r}")
            self.labels = [Label(**entry) for entry in about["labels"]]
            self._window = int(about["max_tokens"]) - 2
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.no_truncation()
            self._tokenizer.no_padding()
            self._first, self._last = (self._tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))
            options = onnxruntime.SessionOptions()
            # One message keeps one core busy: the server answers several people at once.
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
            if self._session.get_outputs()[0].shape[-1] != len(self.labels):
                raise ValueError("labels.json and model.onnx do not belong together")
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own
            raise ModelError("MOD012", f"the second look in {folder.name} cannot be opened ({error}).") from error
        self._np = numpy
        self._place = {tier: number for number, tier in enumerate(TIERS)}

    def suggest(self, text: str, without: Collection[str]) -> list[tuple[str, float, int, int]]:
        read = self.read(text)
        chosen = [
            (self._place[label.tier], -float(read.scores[index]), index)
            for index, label in enumerate(self.labels)
            if read.scores[index] >= label.threshold and label.concept not in without
        ]
        out = []
        for _, minus_score, index in sorted(chosen)[:MOST_SUGGESTIONS]:
            first, last = read.windows[index]
            start, end = _best_clause(text, read.offsets[first:last], read.evidence[first:last, index])
            out.append((self.labels[index].concept, round(-minus_score, 4), start, end))
        return out

    def read(self, text: str) -> _Read:
        """Score a text; of a long one each window is read, and the best window counts."""
        np = self._np
        encoding = self._tokenizer.encode(normalise(text), add_special_tokens=False)
        ids, offsets = encoding.ids, encoding.offsets
        if not ids:
            width = len(self.labels)
            return _Read(np.zeros(width), np.zeros((0, width)), [], [(0, 0)] * width)
        step = self._window - self._window // 4
        starts = [0] if len(ids) <= self._window else list(range(0, len(ids) - self._window // 4, step))[:MOST_WINDOWS]
        logits, evidence = [], []
        for start in starts:
            part = np.array([[self._first, *ids[start : start + self._window], self._last]], dtype=np.int64)
            found, tokens = self._session.run(None, {"input_ids": part, "attention_mask": np.ones_like(part)})
            logits.append(found[0])
            evidence.append(tokens[0, 1:-1] if start == 0 else tokens[0, 1 + self._window - step : -1])
        stacked = np.stack(logits)
        rows = np.concatenate(evidence)
        # What speaks for a concept is looked for in the window that scored best: another window's words are weighed against
        # their own neighbours only, and small talk elsewhere could seem to say more.
        windows = [(starts[w], min(starts[w] + self._window, len(rows))) for w in stacked.argmax(axis=0)]
        scores = 1.0 / (1.0 + np.exp(-stacked.max(axis=0).astype(np.float64)))
        return _Read(scores, rows, list(offsets[: len(rows)]), windows)


def normalise(text: str) -> str:
    """The same text in the characters the model was trained on; every offset stays."""
    return _HALF_CHARACTER.sub(" ", text.replace("’", "'").replace("‘", "'").replace("`", "'"))


def _best_clause(text: str, offsets: list[tuple[int, int]], evidence: Any) -> tuple[int, int]:
    """The clause whose words speak for the concept most, on average; its outer spaces and marks are cut off."""
    best, best_score = (0, len(text)), None
    for match in CLAUSE.finditer(text):
        inside = [float(evidence[i]) for i, (a, _) in enumerate(offsets) if match.start() <= a < match.end()]
        if not any(character.isalnum() for character in match.group()) or not inside:
            continue
        # The strongest three words: a long clause is not better for being long, a one-word clause not for being short.
        score = sum(sorted(inside, reverse=True)[:3])
        if best_score is None or score > best_score:
            best, best_score = match.span(), score
    start, end = best
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return (start, end) if end > start else (0, len(text))


def _check(folder: Path) -> None:
    """Refuse a folder that is not exactly what was trained.

    Raises:
        ModelError: MOD010 when files are missing, MOD011 when one is damaged.
    """
    sums = folder / "SHA256SUMS"
    try:
        lines = [line.split(maxsplit=1) for line in sums.read_text(encoding="utf-8").splitlines() if line.strip()]
        files = {name.strip(): (folder / name.strip()).read_bytes() for _, name in lines}
    except (OSError, ValueError) as error:
        raise ModelError("MOD010", f"the second look is not there ({folder.name}: {type(error).__name__}).") from error
    if not {"model.onnx", "tokenizer.json", "labels.json"} <= set(files):
        raise ModelError("MOD010", f"SHA256SUMS of {folder.name} does not name model.onnx, tokenizer.json and labels.json.")
    for digest, name in lines:
        if sha256(files[name.strip()]).hexdigest() != digest:
            raise ModelError("MOD011", f"{name.strip()} of the second look is damaged: its sha256 is not the recorded one.")
