"""The arithmetic of the evaluation against values worked out elsewhere."""

from __future__ import annotations

import math

import pytest

from evaluation.metrics import Agreement, Counts, Share, percentile, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),  # Newcombe 1998, table of the score method
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_published_bounds(hits, n, low, high):
    assert wilson(hits, n) == pytest.approx((low, high), abs=6e-5)


def test_wilson_of_nothing_is_everything():
    assert wilson(0, 0) == (0.0, 1.0)
    assert math.isnan(Share(0, 0).value)


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5)])
def test_wilson_refuses_what_is_no_share(hits, n):
    with pytest.raises(ValueError, match="no share"):
        wilson(hits, n)


def test_counts_give_precision_recall_and_f1():
    counts = Counts(right=6, extra=2, missed=4)
    assert counts.precision == 0.75
    assert counts.recall == 0.6
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert (counts + Counts(missed=2)).recall == 0.5


def test_counts_of_nothing_are_not_a_number():
    assert math.isnan(Counts().f1)
    assert Counts(missed=3).f1 == 0


def test_a_constant_answer_is_plain_but_not_balanced():
    always_self = Agreement.of([(("self",), "self")] * 95 + [(("other",), "self")] * 4 + [(("nobody",), "self")])
    assert always_self.plain.value == 0.95
    assert always_self.balanced == pytest.approx(1 / 3)
    assert always_self.by_class["other"] == Share(0, 4)


def test_a_label_may_accept_several_values():
    past = ("past_resolved", "recent_resolved")
    found = Agreement.of([(past, "recent_resolved"), (past, "past_resolved"), (past, "current")])
    assert found.plain == Share(2, 3)
    assert found.by_class == {"past_resolved": Share(1, 2), "recent_resolved": Share(1, 1)}


@pytest.mark.parametrize(("share", "value"), [(0.5, 3), (0.95, 5), (0.0, 1), (1.0, 5)])
def test_percentile_is_a_value_of_the_list(share, value):
    assert percentile([5, 1, 4, 2, 3], share) == value
    assert math.isnan(percentile([], share))
