"""From the trained network to the folder the bot opens.

In: a `Reader`, a `Calibration`, thresholds. Out: model.onnx (int8), tokenizer.json, labels.json, MODEL_CARD.md, SHA256SUMS.
Called by `run`. The heads and the calibration become one matrix, applied to every token and then averaged.
"""

from __future__ import annotations

import json
import shutil
import warnings
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.calibrate import FEATURES, Calibration
from training.concepts import TIERS
from training.encoder import ANY_CE, ANY_DANGER, MAX_TOKENS, OUTCOMES, WIDTH, Encoder, Reader, base_folder
from training.messages import PERSONS, ROOT, TIMES

FOLDER = ROOT / "bot" / "extraction" / "models" / "second_look"
SCHEMA = "rootline.second_look/1"
#: Old enough for the onnxruntime that runs on Python 3.10.
OPSET, IR_VERSION = 17, 8


class Exported(nn.Module):
    """What the bot runs: (1, concepts) calibrated logits and (1, tokens, concepts) evidence per token."""

    def __init__(self, encoder: Encoder, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(WIDTH, len(bias), bias=False)
        self.head.weight.data.copy_(weight)
        self.bias = nn.Parameter(bias)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        real = mask.to(torch.float32)
        evidence = self.head(self.encoder(ids, real))
        return (evidence * real[..., None]).sum(1) / real.sum(1, keepdim=True) + self.bias, evidence


def folded(reader: Reader, calibration: Calibration, tier_of: list[str]) -> tuple[Tensor, Tensor]:
    """The heads and the calibration as one matrix (concepts, width) and one bias."""
    by_tier = torch.tensor(calibration.weights[[TIERS.index(tier) for tier in tier_of]], dtype=torch.float32)
    with torch.no_grad():
        outcome_w = reader.concepts.weight.view(len(tier_of), len(OUTCOMES), WIDTH)
        outcome_b = reader.concepts.bias.view(len(tier_of), len(OUTCOMES))
        rows = [*_whole(reader, "weight")]
        biases = [*_whole(reader, "bias")]
        weight = torch.einsum("cf,cfw->cw", by_tier[:, : len(OUTCOMES)], outcome_w)
        weight = weight + by_tier[:, len(OUTCOMES) :] @ torch.stack(rows)
        bias = (by_tier[:, : len(OUTCOMES)] * outcome_b).sum(1) + by_tier[:, len(OUTCOMES) :] @ torch.stack(biases)
        return weight, bias + torch.tensor(calibration.bias, dtype=torch.float32)


def _whole(reader: Reader, part: str) -> tuple[Tensor, ...]:
    """The message-level features of `calibrate.features`, as rows of weights or as biases."""
    person, time, message = (getattr(head, part) for head in (reader.person, reader.time, reader.message))
    live = (time[TIMES.index("current")] + time[TIMES.index("recent_resolved")]) / 2
    gone = (time[TIMES.index("past")] + time[TIMES.index("hypothetical")]) / 2
    nobody = person[PERSONS.index("nobody")] - person[PERSONS.index("self")]
    return message[ANY_CE], message[ANY_DANGER], nobody, gone - live


def write_model(reader: Reader, calibration: Calibration, tier_of: list[str], folder: Path = FOLDER) -> None:
    """Write model.onnx, weights rounded to int8 per channel; the full-precision graph is not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    exported = Exported(reader.encoder, *folded(reader, calibration, tier_of)).eval()
    full = folder / "full.onnx"
    example = torch.ones(1, 12, dtype=torch.long)
    axes = {"input_ids": {0: "batch", 1: "tokens"}, "attention_mask": {0: "batch", 1: "tokens"},
            "logits": {0: "batch"}, "evidence": {0: "batch", 1: "tokens"}}  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            exported, (example, example), str(full), input_names=["input_ids", "attention_mask"],
            output_names=["logits", "evidence"], dynamic_axes=axes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
    quantize_dynamic(str(full), str(folder / "model.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()
    model = onnx.load(str(folder / "model.onnx"))
    model.ir_version = min(model.ir_version, IR_VERSION)
    onnx.save(model, str(folder / "model.onnx"))


def write_labels(
    concepts: list[str], tier_of: list[str], thresholds: np.ndarray, about: dict[str, Any], folder: Path = FOLDER
) -> None:
    """Write labels.json (order of the model's outputs, tiers, thresholds, how it was calibrated) and tokenizer.json."""
    labels = [
        {"concept": concept, "tier": tier, "threshold": round(float(threshold), 4)}
        for concept, tier, threshold in zip(concepts, tier_of, thresholds, strict=True)
    ]
    data = {"schema": SCHEMA, "max_tokens": MAX_TOKENS, "labels": labels, **about}
    (folder / "labels.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    shutil.copyfile(base_folder() / "tokenizer.json", folder / "tokenizer.json")


def calibration_record(calibration: Calibration) -> dict[str, Any]:
    """The calibration as it was folded in, for the reader of labels.json."""
    return {
        "calibration": {
            tier: dict(zip(FEATURES, (round(float(value), 4) for value in calibration.weights[number]), strict=True))
            for number, tier in enumerate(TIERS)
        }
    }


def seal(folder: Path = FOLDER) -> None:
    """Write SHA256SUMS over everything else in the folder; the bot refuses what does not fit."""
    lines = [
        f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != "SHA256SUMS" and not path.name.startswith(".")
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
