"""Steps to a target, what is best, and the two claims that rest on them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import DATASETS
from dlbasic.experiments.base import Verdict
from dlbasic.experiments.relu_fast import (
    DEEP,
    RELU_FAST,
    ReluFast,
    at_own_best,
    kept_gradients,
    slower,
)
from dlbasic.experiments.silu import SILU, DeepRace, depths_of, interval
from dlbasic.experiments.speed import (
    BATCH,
    EVERY,
    WIDTH,
    grid,
    middle,
    own_best,
    share_there,
    steps_to_target,
)
from dlbasic.initializers import HeNormal
from dlbasic.losses import BCE
from dlbasic.network import Member, Stack
from dlbasic.optimizers import SGD, Adam
from dlbasic.training import Training

INF = math.inf
CIRCLE = DATASETS["circle"](noise=0.0).sample(60, seed=0)


def finished(run):
    shares = []
    while True:
        try:
            shares.append(next(run))
        except StopIteration as end:
            assert shares == sorted(shares) and all(0 <= share < 1 for share in shares)
            return end.value


def test_steps_are_those_of_a_network_trained_alone():
    runners = grid(["relu", "silu"], [1.0, 0.8], [0.1, 0.3], [3])
    together = finished(steps_to_target(runners, CIRCLE, 2, SGD(), 150, target=0.3, seed=4))
    for runner, steps in zip(runners, together, strict=True):
        member = Member(ACTIVATIONS[runner.function](), HeNormal(runner.scale), 3)
        run = Training(Stack((2, WIDTH, WIDTH, 1), [member], np.float32), CIRCLE, CIRCLE, BCE(),
                       rate=runner.rate, batch_size=BATCH, seed=4)  # fmt: skip
        losses = [float(run.measure().train_loss[0])]
        for _ in range(150 // EVERY):
            run.advance(EVERY)
            losses.append(float(run.measure().train_loss[0]))
        there = [EVERY * k for k, loss in enumerate(losses) if loss <= 0.3]
        assert steps == (there[0] if there else INF)
    assert np.isfinite(together).any() and len(set(together)) > 3


def test_a_target_above_the_start_takes_no_step_and_one_below_0_is_never_reached():
    runners = grid(["tanh"], [1.0], [0.1], [1, 2])
    assert finished(steps_to_target(runners, CIRCLE, 1, SGD(), 40, target=100.0)).tolist() == [0, 0]
    never = finished(steps_to_target(runners, CIRCLE, 1, Adam(), 45, target=-1.0))
    assert never.tolist() == [INF, INF]


def test_a_network_that_diverges_does_not_get_there_and_does_not_hold_up_the_rest():
    runners = grid(["identity", "elu"], [1.0], [1e30], [1]) + grid(["elu"], [1.0], [0.1], [1])
    steps = finished(steps_to_target(runners, CIRCLE, 2, SGD(), 200, target=0.3))
    assert steps[0] == steps[1] == INF and 0 < steps[2] < 200


def test_the_best_is_where_most_get_there_then_soonest():
    steps = np.array([[10, INF, 10], [50, 60, 70], [50, 60, 60], [60, 60, 50], [INF] * 3])
    assert own_best(steps) == 2
    assert own_best(np.full((3, 2), INF)) == 0
    assert share_there(steps).tolist() == [2 / 3, 1, 1, 1, 0]
    assert middle(steps).tolist() == [10, 60, 60, 60, INF]
    assert middle(np.array([1.0, 2.0, INF, INF])) == INF  # half of them is too few


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
    assert ratios["half"] / ratios["he"] == pytest.approx(0.5 ** (DEEP - 1), rel=2.0)
    assert ratios["double"] / ratios["he"] == pytest.approx(2.0 ** (DEEP - 1), rel=2.0)


def test_wilsons_interval():
    assert interval(0.5, 20) == pytest.approx((0.2993, 0.7007), abs=1e-4)
    low, high = interval(1.0, 5)
    assert low == pytest.approx(0.5655, abs=1e-4) and high == 1.0
    assert interval(0.0, 5) == pytest.approx((0.0, 1 - low))


def test_depths():
    assert depths_of(DeepRace()) == [4, 32]
    assert depths_of(DeepRace(depths="all", deepest=16.0)) == [4, 8, 16]
    assert depths_of(DeepRace(depths="all", deepest=20.0)) == [4, 8, 16, 20]


def test_silu_is_stable_while_it_is_not_deep():
    assert SILU.run(DeepRace(deepest=8.0)).verdict is Verdict.HOLDS


def test_relu_is_faster_than_the_saturating_ones_on_the_circle():
    assert RELU_FAST.run(ReluFast(reading="saturating")).verdict is Verdict.HOLDS


def test_what_relu_is_compared_with_is_counted_from_its_frame():
    outcome = RELU_FAST.run(replace(ReluFast(), rate=0.3))
    frame = outcome.frame.set_index(["series", "rate"])["steps"]
    own, rivals = frame["relu", 0.3], ["sigmoid", "tanh", *ACTIVATIONS]
    others = [key for key in dict.fromkeys(rivals) if key not in ("relu", "identity")]
    # A row that is missing has too few seeds there for its quartile, and its median may be either.
    sure = sum((key, 0.3) in frame and frame[key, 0.3] >= 1.1 * own for key in others)
    missing = sum((key, 0.3) not in frame for key in others)
    assert sure <= outcome.measured["beaten_common"] <= sure + missing
    assert outcome.measured["fastest_common"] <= min(frame.get((key, 0.3), INF) for key in others)
