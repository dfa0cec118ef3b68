"""Steps to a target, and what is best."""

import math

import numpy as np

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import DATASETS
from dlbasic.initializers import HeNormal
from dlbasic.losses import BCE
from dlbasic.measures.steps_to_target import (
    BATCH,
    EVERY,
    WIDTH,
    grid,
    middle,
    own_best,
    share_there,
    steps_to_target,
)
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
                       lr=runner.lr, batch_size=BATCH, seed=4)  # fmt: skip
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
