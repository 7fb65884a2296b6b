"""The baseline to beat: the encoder as published, frozen, with one logistic head per concept.

In: examples and their folds. Out: scores of held-out messages, comparable with those of the fine-tuned network.
Called by `run`.
"""

from __future__ import annotations

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from training.encoder import WIDTH, pool, pretrained, to_batch
from training.fit import plain
from training.messages import PRESENT, UNCERTAIN, Example

#: Sentence vectors have length 1; the head learns faster on larger numbers.
_SCALE = 20.0
_DECAY = 1e-5
_LARGEST_WEIGHT = 30.0


def held_out_scores(examples: list[Example], folds: np.ndarray, tokenizer: Tokenizer) -> np.ndarray:
    """(messages, concepts): each fold is scored by a head trained on the others."""
    torch.manual_seed(0)
    vectors = _embed(examples, tokenizer) * _SCALE
    states = np.stack([example.states for example in examples])
    scores = np.zeros(states.shape)
    for fold in np.unique(folds):
        seen = folds != fold
        head = _fit_head(vectors[seen], states[seen])
        with torch.no_grad():
            scores[~seen] = torch.sigmoid(head(vectors[~seen])).numpy()
    return scores


@torch.no_grad()
def _embed(examples: list[Example], tokenizer: Tokenizer) -> torch.Tensor:
    encoder = pretrained().eval()
    rows = []
    for start in range(0, len(examples), 32):
        ids, mask = to_batch([tokenizer.encode(plain(e.text)).ids for e in examples[start : start + 32]])
        rows.append(nn.functional.normalize(pool(encoder(ids, mask), mask), dim=-1))
    return torch.cat(rows)


def _fit_head(vectors: torch.Tensor, states: np.ndarray) -> nn.Linear:
    head = nn.Linear(WIDTH, states.shape[1])
    target = torch.tensor(states == PRESENT).float()
    known = torch.tensor(states != UNCERTAIN).float()
    share = target.mean(0).clamp(min=1e-3)
    positive = ((1 - share) / share).clamp(max=_LARGEST_WEIGHT)  # class-balanced
    optimizer = torch.optim.LBFGS(head.parameters(), max_iter=300, history_size=20)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        entropy = nn.functional.binary_cross_entropy_with_logits(
            head(vectors), target, reduction="none", pos_weight=positive
        )
        loss = (entropy * known).mean() + _DECAY * head.weight.pow(2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return head
