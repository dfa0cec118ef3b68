"""Claims that rest on steps to a target: ReLU's speed, and deep networks of SiLU."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims import CLAIMS
from dlbasic.claims.base import Verdict
from dlbasic.claims.other_activations.silu import DeepRace, depths_of, interval
from dlbasic.claims.relu.relu_fast import DEEP, ReluFast, at_own_best, kept_gradients, slower

INF = math.inf


def test_own_best_is_reported_on_seeds_that_did_not_choose_it():
    # Seeds 0 and 2 choose the first rate; 1 and 3, which report, would have chosen the second.
    assert at_own_best(np.array([[10.0, 90.0, 10.0, 90.0], [50.0] * 4])) == (0, 90.0)


def test_who_counts_as_slower():
    assert slower(100.0, [100.0, 109.0, 110.5, INF]) == 2
    assert slower(INF, [INF, 10.0]) == 0


def test_a_relu_gradient_falls_by_the_scale_in_every_layer():
    ratios = kept_gradients("relu", ReluFast(), [1])
    # The error at the output differs from start to start, but in the last ratio it cancels
    # only for one sample: over a batch the powers hold roughly.
    for start, power in (("half", -1.0), ("double", 1.0)):
        per_layer = math.log2(ratios[start] / ratios["he"]) / (DEEP - 1)
        assert per_layer == pytest.approx(power, abs=0.05)


def test_wilsons_interval():
    assert interval(0.5, 20) == pytest.approx((0.2993, 0.7007), abs=1e-4)
    low, high = interval(1.0, 5)
    assert low == pytest.approx(0.5655, abs=1e-4) and high == 1.0
    assert interval(0.0, 5) == pytest.approx((0.0, 1 - low))
    for count in range(2, 80):
        for share in (0.0, 1 / count, 1.0):
            low, high = interval(share, count)
            assert 0.0 <= low <= share <= high <= 1.0, "the bar of a point goes through it"


def test_depths():
    assert depths_of(DeepRace()) == [4, 32]
    assert depths_of(DeepRace(depths="all", deepest=16.0)) == [4, 8, 16]
    assert depths_of(DeepRace(depths="all", deepest=20.0)) == [4, 8, 16, 20]


def test_silu_is_stable_while_it_is_not_deep():
    assert CLAIMS["silu"].run(DeepRace(deepest=8.0)).verdict is Verdict.HOLDS


def test_relu_is_faster_than_the_saturating_ones_on_the_circle():
    assert CLAIMS["relu-fast"].run(ReluFast(reading="saturating")).verdict is Verdict.HOLDS


def test_what_relu_is_compared_with_is_counted_from_its_frame():
    outcome = CLAIMS["relu-fast"].run(replace(ReluFast(), lr=0.3))
    frame = outcome.frame.set_index(["series", "lr"])["steps"]
    own, rivals = frame["relu", 0.3], ["sigmoid", "tanh", *ACTIVATIONS]
    others = [key for key in dict.fromkeys(rivals) if key not in ("relu", "identity")]
    # A row that is missing has too few seeds there for its quartile, and its median may be either.
    sure = sum((key, 0.3) in frame and frame[key, 0.3] >= 1.1 * own for key in others)
    missing = sum((key, 0.3) not in frame for key in others)
    assert sure <= outcome.measured["beaten_common"] <= sure + missing
    assert outcome.measured["fastest_common"] <= min(frame.get((key, 0.3), INF) for key in others)
