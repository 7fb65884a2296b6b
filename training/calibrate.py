"""From logits to probabilities, and from probabilities to thresholds.

In: logits of messages the network had not seen (each fold is read by the network trained on the others). Out: one
weighting of the heads per tier, one bias per concept, one threshold per concept. Called by `run`.

A concept's own logit is not all the network knows: whether the message holds any danger sign, whether the concept is
denied or long over, whether anybody is meant. A logistic regression per tier weighs them. It is linear in the
pooled vector, so `export` folds it into one matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from training.concepts import CAUDA_EQUINA, DANGER, OTHER, TIERS
from training.encoder import ANY_CE, ANY_DANGER
from training.messages import PERSONS, PRESENT, TIMES, UNCERTAIN

#: What is weighed, in this order. `live` is current or recently resolved.
FEATURES = ("present", "absent", "elsewhere", "any_cauda_equina", "any_danger", "nobody", "not_live")

#: Share of hard negatives (no danger sign, present or in doubt) for which the network alone may suggest one; about half of these
#: never become a question, because the rules have read the words.
FALSE_SUGGESTIONS = 0.15
#: Missing a cauda equina sign counts this many times a missed other danger sign.
CAUDA_EQUINA_COUNTS = 2.0
#: A suggestion of any other concept must be right this often.
OTHER_PRECISION = 0.85
MOST_SUGGESTIONS = 2


@dataclass(frozen=True)
class Calibration:
    """Weights (tiers, features) and bias (concepts); the probability is their logistic sum."""

    weights: np.ndarray
    bias: np.ndarray

    def probabilities(self, logits: dict[str, np.ndarray], tier_of: list[str]) -> np.ndarray:
        """(messages, concepts)."""
        rows = features(logits)
        weights = self.weights[[TIERS.index(tier) for tier in tier_of]]
        return 1.0 / (1.0 + np.exp(-((rows * weights[None]).sum(2) + self.bias)))


def features(logits: dict[str, np.ndarray]) -> np.ndarray:
    """(messages, concepts, features); every one linear in the pooled vector."""
    concepts = logits["concepts"]
    person, time, message = logits["person"], logits["time"], logits["message"]
    nobody = person[:, PERSONS.index("nobody")] - person[:, PERSONS.index("self")]
    live = (time[:, TIMES.index("current")] + time[:, TIMES.index("recent_resolved")]) / 2
    gone = (time[:, TIMES.index("past")] + time[:, TIMES.index("hypothetical")]) / 2
    whole = np.stack([message[:, ANY_CE], message[:, ANY_DANGER], nobody, gone - live], axis=1)
    return np.concatenate([concepts, np.repeat(whole[:, None], concepts.shape[1], axis=1)], axis=2)


def fit(logits: dict[str, np.ndarray], states: np.ndarray, tier_of: list[str]) -> Calibration:
    """Logistic regression per tier: shared weights, and a bias per concept that is held near the shared one."""
    rows = torch.tensor(features(logits), dtype=torch.float64)
    weights, bias = np.zeros((len(TIERS), len(FEATURES))), np.zeros(len(tier_of))
    for number, tier in enumerate(TIERS):
        columns = [i for i, name in enumerate(tier_of) if name == tier]
        target = torch.tensor((states[:, columns] == PRESENT).astype(np.float64))
        known = torch.tensor((states[:, columns] != UNCERTAIN).astype(np.float64))
        weights[number], bias[columns] = _fit_tier(rows[:, columns], target, known)
    return Calibration(weights, bias)


def _fit_tier(rows: torch.Tensor, target: torch.Tensor, known: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    shared = torch.zeros(len(FEATURES) + 1, dtype=torch.float64)
    shared[0] = 1.0
    own = torch.zeros(rows.shape[1], dtype=torch.float64)
    for parameter in (shared, own):
        parameter.requires_grad_(True)
    optimizer = torch.optim.LBFGS([shared, own], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        found = (rows * shared[:-1]).sum(2) + shared[-1] + own
        entropy = nn.functional.binary_cross_entropy_with_logits(found, target, reduction="none")
        loss = (entropy * known).sum() + own.pow(2).sum() + 0.5 * shared[1:-1].pow(2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return shared[:-1].detach().numpy(), (shared[-1] + own).detach().numpy()


def cross_fitted(logits: dict[str, np.ndarray], states: np.ndarray, tier_of: list[str], folds: np.ndarray) -> np.ndarray:
    """Probabilities for honest figures: the calibration of a fold has not seen the fold."""
    out = np.zeros(states.shape)
    for fold in np.unique(folds):
        seen = folds != fold
        calibration = fit({name: rows[seen] for name, rows in logits.items()}, states[seen], tier_of)
        unseen = {name: rows[~seen] for name, rows in logits.items()}
        out[~seen] = calibration.probabilities(unseen, tier_of)
    return out


def suggested(scores: np.ndarray, thresholds: np.ndarray, tier_of: list[str]) -> list[list[int]]:
    """What the bot would suggest per message: most urgent tier first, then the best score, two at most."""
    place = [TIERS.index(tier) for tier in tier_of]
    out = []
    for row in scores:
        chosen = [(place[i], -row[i], i) for i in np.flatnonzero(row >= thresholds)]
        out.append([i for _, _, i in sorted(chosen)[:MOST_SUGGESTIONS]])
    return out


def hard_negatives(states: np.ndarray, columns: list[int]) -> np.ndarray:
    """Messages in which none of these concepts is there or in doubt."""
    return ~np.isin(states[:, columns], (PRESENT, UNCERTAIN)).any(1)


def choose_thresholds(scores: np.ndarray, states: np.ndarray, tier_of: list[str]) -> np.ndarray:
    """One threshold per tier, given to each of its concepts.

    The probabilities are calibrated, so the same threshold is the same bargain for every concept of a tier; a threshold
    fitted to the twenty messages of one concept would be noise. Of the pairs for cauda equina and danger that keep
    false suggestions within FALSE_SUGGESTIONS, the one with the best recall is taken.
    """
    tier = np.array(tier_of)
    ce, danger = (np.flatnonzero(tier == name) for name in (CAUDA_EQUINA, DANGER))
    negative = hard_negatives(states, [*ce, *danger])
    grid = np.concatenate([np.arange(0.02, 0.3, 0.01), np.arange(0.3, 0.9, 0.02)])
    truth = states == PRESENT
    best, best_gain = (0.5, 0.5), -1.0
    top_ce, top_danger = scores[:, ce].max(1), scores[:, danger].max(1)
    has_ce, has_danger = truth[:, ce].any(1), truth[:, danger].any(1)
    hit_ce = np.where(truth[:, ce], scores[:, ce], 0.0).max(1)
    hit_danger = np.where(truth[:, danger], scores[:, danger], 0.0).max(1)
    for a in grid:
        for b in grid:
            wrong = ((top_ce >= a) | (top_danger >= b))[negative].mean()
            if wrong > FALSE_SUGGESTIONS:
                continue
            gain = CAUDA_EQUINA_COUNTS * (hit_ce[has_ce] >= a).mean() + (hit_danger[has_danger] >= b).mean()
            if gain > best_gain:
                best, best_gain = (float(a), float(b)), gain
    thresholds = np.zeros(len(tier_of))
    thresholds[ce], thresholds[danger] = best
    thresholds[tier == OTHER] = _threshold_for_precision(scores[:, tier == OTHER], truth[:, tier == OTHER])
    return thresholds


def _threshold_for_precision(scores: np.ndarray, truth: np.ndarray) -> float:
    for limit in np.arange(0.3, 0.96, 0.01):
        chosen = scores >= limit
        if chosen.any() and truth[chosen].mean() >= OTHER_PRECISION:
            return float(limit)
    return 0.95
