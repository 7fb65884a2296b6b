"""What was measured, as Markdown: the tables of docs/second-look.md and the model card.

In: truth, scores and thresholds of held-out messages. Out: text. Called by `run`. The tables stand between two marks
in the page, so that the prose around them is written by people.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.calibrate import hard_negatives, suggested
from training.concepts import CAUDA_EQUINA, OTHER, TIERS
from training.measure import Ranking, auc, calibration_error, ranking, recall_at, reliability, wilson
from training.messages import PRESENT, ROOT, UNCERTAIN

PAGE = ROOT / "docs" / "second-look.md"
BEGIN, END = "<!-- figures: begin (written by make train-encoder) -->", "<!-- figures: end -->"
_EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def comparison(states: np.ndarray, rows: dict[str, np.ndarray], tier_of: list[str]) -> str:
    """Each way of scoring, side by side, on the same held-out messages."""
    ce = [i for i, tier in enumerate(tier_of) if tier == CAUDA_EQUINA]
    danger = [i for i, tier in enumerate(tier_of) if tier != OTHER]
    lines = [
        "| on held-out messages | CE pairs: AUC | recall at 0.92 | any CE sign in the message: AUC | recall at 0.92 "
        "| any danger sign: AUC | recall at 0.92 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, scores in rows.items():
        of_ce, of_danger = ranking(states, scores, ce), ranking(states, scores, danger)
        lines.append(f"| {name} | {_cells(of_ce)} | {of_danger.messages_auc:.3f} | {of_danger.messages_recall:.3f} |")
    return "\n".join(lines)


def _cells(found: Ranking) -> str:
    values = (found.pairs_auc, found.pairs_recall, found.messages_auc, found.messages_recall)
    return " | ".join(f"{value:.3f}" for value in values)


def at_thresholds(states: np.ndarray, scores: np.ndarray, thresholds: np.ndarray, tier_of: list[str]) -> str:
    """What the bot would do with the two best suggestions."""
    found = suggested(scores, thresholds, tier_of)
    urgent = {i for i, tier in enumerate(tier_of) if tier != OTHER}
    ce = [i for i, tier in enumerate(tier_of) if tier == CAUDA_EQUINA]
    truth = states == PRESENT
    lines = ["| held-out messages | suggestion | share (95 % interval) |", "|---|---|---|"]

    def add(title: str, chosen: np.ndarray, outcome: str, hit: list[bool]) -> None:
        hits, total = sum(h for h, c in zip(hit, chosen, strict=True) if c), int(chosen.sum())
        low, high = wilson(hits, total)
        lines.append(f"| {title} ({total}) | {outcome} | {hits / max(total, 1):.3f} ({low:.3f} to {high:.3f}) |")

    right = [any(truth[n, i] for i in row if i in urgent) for n, row in enumerate(found)]
    some = [any(i in urgent for i in row) for row in found]
    related = [any(i in ce for i in row) for row in found]
    add("with a cauda equina sign", truth[:, ce].any(1), "a sign that is there", right)
    add("with a cauda equina sign", truth[:, ce].any(1), "any cauda equina sign", related)
    add("with any danger sign", truth[:, sorted(urgent)].any(1), "a sign that is there", right)
    add("with any danger sign", truth[:, sorted(urgent)].any(1), "any danger sign", some)
    add("hard negatives: no danger sign", hard_negatives(states, sorted(urgent)), "a danger sign (needless)", some)
    nothing = ~np.isin(states, (PRESENT, UNCERTAIN)).any(1)
    add("nothing of ours at all", nothing, "anything (needless)", [bool(row) for row in found])
    limits = ", ".join(f"{tier} {thresholds[tier_of.index(tier)]:.2f}" for tier in TIERS)
    return "\n".join(lines) + f"\n\nThresholds on the calibrated probability: {limits}."


def reliability_table(states: np.ndarray, scores: np.ndarray, tier_of: list[str]) -> str:
    """Said probability against what came true, over all pairs of message and urgent concept."""
    urgent = [i for i, tier in enumerate(tier_of) if tier != OTHER]
    known = states[:, urgent] != UNCERTAIN
    truth, said = (states[:, urgent] == PRESENT)[known], scores[:, urgent][known]
    lines = ["| probability said | pairs | mean said | share that was there |", "|---|---|---|---|"]
    for low, high, count, mean, share in reliability(truth, said, _EDGES):
        lines.append(f"| {low:.2f} to {min(high, 1.0):.2f} | {count} | {mean:.3f} | {share:.3f} |")
    return "\n".join(lines) + f"\n\nExpected calibration error over 15 equal bins: {calibration_error(truth, said):.4f}."


def per_concept(states: np.ndarray, scores: np.ndarray, thresholds: np.ndarray, concepts: list[str], tier_of: list[str]) -> str:
    """One row per concept: how many messages, ranking, what passes the threshold, calibration."""
    lines = [
        "| concept | tier | there | denied or elsewhere | AUC | recall at 0.92 | recall at limit | precision | said / there |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for i in sorted(range(len(concepts)), key=lambda i: (TIERS.index(tier_of[i]), i)):
        known = states[:, i] != UNCERTAIN
        truth, said = states[known, i] == PRESENT, scores[known, i]
        if not truth.any():
            continue
        passed = said >= thresholds[i]
        precision = f"{truth[passed].mean():.2f}" if passed.any() else "none pass"
        lines.append(
            f"| {concepts[i]} | {tier_of[i]} | {truth.sum()} | {np.isin(states[:, i], (2, 3)).sum()} | {auc(truth, said):.3f} "
            f"| {recall_at(truth, said):.2f} | {passed[truth].mean():.2f} | {precision} | {said.mean() / truth.mean():.2f} |"
        )
    return "\n".join(lines)


def put_into_page(figures: str, page: Path = PAGE) -> None:
    """Replace what stands between the two marks.

    Raises:
        ValueError: When the page lacks the marks.
    """
    text = page.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{page.name} lacks the two marks for the figures")
    head, rest = text.split(BEGIN)
    page.write_text(f"{head}{BEGIN}\n\n{figures}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")
