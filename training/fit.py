"""Fine-tuning: one worker, one thread, one seed, one set of weights.

In: token ids and labels. Out: a trained `Reader`, and the logits of messages it has not seen. Called by `run`, in
several processes at once. A worker uses one thread, so that sums are added in the same order on every run.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.encoder import OUTCOMES, Logits, Reader, pool, to_batch
from training.messages import ABSENT, ELSEWHERE, PRESENT, UNCERTAIN, Example


@dataclass(frozen=True)
class Settings:
    """What was found best on one held-out fold (docs/second-look.md)."""

    epochs: int = 6
    batch: int = 16
    rate: float = 2e-4
    #: The word table and this many layers above it stay as they are; each other layer learns this much slower than the next.
    still_layers: int = 2
    rate_decay: float = 0.9
    head_rate: float = 2e-3
    weight_decay: float = 0.01
    warm_up: float = 0.1
    dropout: float = 0.1
    head_dropout: float = 0.15
    #: A missed "present" costs this many times a false one.
    present_weight: float = 3.0
    #: Weight of "absent" and "elsewhere", of person and time, of the message-level outputs.
    other_outcomes: float = 0.5
    person_time: float = 0.2
    message: float = 2.0
    #: What is left open is nearer to there than to not there.
    uncertain_target: float = 0.7
    uncertain_weight: float = 0.5
    #: Share of messages that lose punctuation and gain typos.
    noise: float = 0.1
    seed: int = 20


@dataclass(frozen=True)
class Shape:
    """Which concepts there are: how many, and which columns are cauda equina and danger signs."""

    concepts: int
    cauda_equina: tuple[int, ...]
    danger: tuple[int, ...]
    #: Plain label per concept; the head starts at its meaning instead of at random.
    labels: tuple[str, ...]


def train(
    examples: list[Example],
    shape: Shape,
    tokenizer: Tokenizer,
    settings: Settings,
    say: Callable[[str], None] = lambda line: None,
    checkpoint: Path | None = None,
) -> Reader:
    """Fine-tune the pretrained encoder on these messages.

    Args:
        examples: What to learn.
        shape: The concepts.
        tokenizer: Of the base model.
        settings: How to learn.
        say: Takes one line per epoch.
        checkpoint: Where to note the state after each epoch; if it is there, training goes on from it, to the same end.
    """
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    chance = random.Random(settings.seed)
    reader = Reader(shape.concepts, settings.dropout, settings.head_dropout)
    _start_head(reader, shape, tokenizer, np.stack([_targets(e, settings)[0] for e in examples]))
    reader.encoder.hold_still(settings.still_layers)
    groups = _groups(reader, settings)
    optimizer = torch.optim.AdamW(groups)
    batches_per_epoch = math.ceil(len(examples) / settings.batch)
    total, step, first = batches_per_epoch * settings.epochs, 0, 0
    if checkpoint is not None and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        reader.load_state_dict(state["reader"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["torch"])
        chance.setstate(state["chance"])
        step, first = state["step"], state["epoch"]
        groups = optimizer.param_groups
    for epoch in range(first, settings.epochs):
        reader.train()
        losses = 0.0
        for batch in _batches(examples, settings.batch, chance):
            ids, mask = to_batch([_encode(tokenizer, e.text, chance, settings.noise) for e in batch])
            loss = _loss(reader(ids, mask), batch, shape, settings)
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 5.0)
            step += 1
            for group in groups:
                group["lr"] = group["base"] * _schedule(step / total, settings.warm_up)
            optimizer.step()
            optimizer.zero_grad()
            losses += loss.item()
        say(f"epoch {epoch + 1} of {settings.epochs}: loss {losses / batches_per_epoch:.2f}")
        if checkpoint is not None:
            state = {"reader": reader.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "epoch": epoch + 1}
            part = checkpoint.with_suffix(".part")
            torch.save({**state, "torch": torch.get_rng_state(), "chance": chance.getstate()}, part)
            part.replace(checkpoint)
    return reader.eval()


@torch.no_grad()
def predict(reader: Reader, examples: list[Example], tokenizer: Tokenizer) -> dict[str, np.ndarray]:
    """Logits of every head, in the order of the examples."""
    reader.eval()
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].text))
    parts: dict[str, list[np.ndarray]] = {"concepts": [], "person": [], "time": [], "message": []}
    for start in range(0, len(order), 64):
        found = reader(*to_batch([tokenizer.encode(plain(examples[i].text)).ids for i in order[start : start + 64]]))
        for name, rows in parts.items():
            rows.append(getattr(found, name).numpy())
    back = np.argsort(order)
    return {name: np.concatenate(rows)[back] for name, rows in parts.items()}


def plain(text: str) -> str:
    """The characters the bot shows the model (bot.extraction.second_look.normalise)."""
    return text.replace("’", "'").replace("‘", "'").replace("`", "'")


def _targets(example: Example, settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """Target and weight per concept and outcome."""
    states = example.states
    target = np.stack([states == PRESENT, states == ABSENT, states == ELSEWHERE], axis=1).astype(np.float32)
    weight = np.ones_like(target)
    weight[:, 1:] = settings.other_outcomes
    target[states == UNCERTAIN, 0] = settings.uncertain_target
    weight[states == UNCERTAIN, 0] = settings.uncertain_weight
    return target, weight


def _loss(logits: Logits, batch: list[Example], shape: Shape, settings: Settings) -> Tensor:
    rows = [_targets(example, settings) for example in batch]
    target, weight = (torch.tensor(np.stack([row[i] for row in rows])) for i in (0, 1))
    positive = torch.tensor([settings.present_weight, *[1.0] * (len(OUTCOMES) - 1)])
    entropy = nn.functional.binary_cross_entropy_with_logits(
        logits.concepts, target, reduction="none", pos_weight=positive
    )
    any_sign = torch.stack([target[:, list(c), 0].amax(1) for c in (shape.cauda_equina, shape.danger)], dim=1)
    message = nn.functional.binary_cross_entropy_with_logits(logits.message, any_sign)
    person = nn.functional.cross_entropy(logits.person, torch.tensor([e.person for e in batch]))
    time = nn.functional.cross_entropy(logits.time, torch.tensor([e.time for e in batch]))
    of_concepts = (entropy * weight).sum() / len(batch)
    return of_concepts + settings.message * message + settings.person_time * (person + time)


@torch.no_grad()
def _start_head(reader: Reader, shape: Shape, tokenizer: Tokenizer, targets: np.ndarray) -> None:
    """Start each concept at the vector of its label, and every bias at how often the outcome occurs."""
    reader.eval()
    ids, mask = to_batch([tokenizer.encode(label).ids for label in shape.labels])
    vectors = pool(reader.encoder(ids, mask), mask)
    vectors = nn.functional.normalize(vectors - vectors.mean(0), dim=-1)
    nn.init.normal_(reader.concepts.weight, std=0.02)
    reader.concepts.weight.view(shape.concepts, len(OUTCOMES), -1)[:, 0] = 0.3 * vectors
    share = torch.tensor(targets.mean(0)).clamp(min=2e-3)
    reader.concepts.bias.copy_((share / (1 - share)).log().reshape(-1))


def _groups(reader: Reader, settings: Settings) -> list[dict]:
    """Parameters with their learning rate; norms and biases do not decay."""
    levels: list[tuple[list[nn.Parameter], float]] = []
    encoder = reader.encoder
    for number, layer in enumerate(encoder.layers):
        if number < settings.still_layers:
            continue
        levels.append((list(layer.parameters()), settings.rate * settings.rate_decay ** (len(encoder.layers) - 1 - number)))
    heads = (reader.concepts, reader.person, reader.time, reader.message)
    levels.append(([p for head in heads for p in head.parameters()], settings.head_rate))
    groups = []
    for parameters, rate in levels:
        for decays in (True, False):
            chosen = [p for p in parameters if (p.ndim > 1) == decays]
            if chosen:
                decay = settings.weight_decay if decays else 0.0
                groups.append({"params": chosen, "lr": rate, "base": rate, "weight_decay": decay})
    return groups


def _schedule(done: float, warm_up: float) -> float:
    """Linear up, then a half cosine down to a fiftieth."""
    if done < warm_up:
        return done / warm_up
    return max(0.02, 0.5 * (1 + math.cos(math.pi * (done - warm_up) / (1 - warm_up))))


def _batches(examples: list[Example], size: int, chance: random.Random) -> list[list[Example]]:
    """Shuffled; messages of like length together, so that little is padding."""
    order = list(range(len(examples)))
    chance.shuffle(order)
    batches = []
    for start in range(0, len(order), size * 16):
        chunk = sorted(order[start : start + size * 16], key=lambda i: len(examples[i].text))
        batches += [[examples[i] for i in chunk[a : a + size]] for a in range(0, len(chunk), size)]
    chance.shuffle(batches)
    return batches


def _encode(tokenizer: Tokenizer, text: str, chance: random.Random, noise: float) -> list[int]:
    text = plain(text)
    return tokenizer.encode(_garble(text, chance) if chance.random() < noise else text).ids


def _garble(text: str, chance: random.Random) -> str:
    """As typed in a hurry: commas gone, apostrophes gone, a letter lost, doubled or swapped in one or two words."""
    if chance.random() < 0.5:
        text = re.sub(r"[.,;:!?]", "", text)
    if chance.random() < 0.5:
        text = text.replace("'", "")
    words = text.split(" ")
    for _ in range(chance.randint(0, 2)):
        place = chance.randrange(len(words))
        word = words[place]
        if len(word) > 4:
            at = chance.randrange(1, len(word) - 1)
            words[place] = chance.choice(
                [word[:at] + word[at + 1 :], word[: at + 1] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :]]
            )
    return " ".join(words)
