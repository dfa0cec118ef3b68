"""Cures: who has learned, and what has a place on a logarithmic axis."""

import numpy as np
import pytest

from dlbasic.activations import Tanh
from dlbasic.datasets import DATASETS, split
from dlbasic.figures.gradient_flow.cures.measure import STARTS, Comparison, Cures, compare
from dlbasic.initializers import INITIALIZERS, Normal
from dlbasic.losses import BCE
from dlbasic.measures.settings import seeds_from
from dlbasic.network import Member, Stack


def test_cures_count_those_below_and_keep_zeros_and_diverged_off_the_axis():
    settings = Cures(("tanh", "relu"), epochs=20, seeds=3)
    loss = np.full((21, len(STARTS), 2, 3), 0.5)
    gradient = np.full_like(loss, 1e-3)
    loss[7, 0, 0, 2] = 0.1  # for one epoch, one seed of tanh from the first start
    loss[9:, 0, 1, 0] = np.nan  # diverged
    gradient[9:, 0, 1, 0] = np.nan
    gradient[:, 1, 1, :2] = 0.0  # the median is a gradient of 0
    gradient[:, 2, 1, 0] = 0.0  # that of one seed is
    cures = Comparison(settings, loss, gradient)
    naive, xavier, he = STARTS
    assert [cures.learned(naive, key, 0.2) for key in settings.functions] == [1, 0]
    rows = cures.rows[naive]
    relu = rows[rows["function"] == "relu"]
    assert (relu[["loss", "loss_low", "loss_high"]] == 0.5).all(axis=None), "two of three go on"
    one_dead = cures.rows[he][["gradient", "gradient_low", "gradient_high"]]
    assert (one_dead == 1e-3).all(axis=None)
    dead = cures.rows[xavier].query("function == 'relu'")
    assert dead["gradient"].isna().all() and (dead["loss"] == 0.5).all()


def test_cures_start_as_the_rules_say_and_train():
    *_, done = compare(Cures(("tanh",), depth=3, epochs=20, seeds=3))
    assert np.isfinite(done.loss).all() and done.share_done == 1.0
    points, _ = split(DATASETS["circle"]().sample(400, seed=0), 0.5, seed=0)
    rules = {"naive": Normal(scale=0.1), "xavier": INITIALIZERS["xavier_normal"](),
             "he": INITIALIZERS["he_normal"]()}  # fmt: skip
    for place, start in enumerate(STARTS):
        members = [Member(Tanh(), rules[start], seed) for seed in seeds_from(0, 3)]
        stack = Stack((2, 16, 16, 16, 1), members)
        losses = BCE().mean(stack.outputs(points.inputs), points.targets[None])
        assert done.loss[0, place, 0] == pytest.approx(losses, rel=1e-6)  # in float32
    he = list(STARTS).index("he")
    assert (done.loss[-1, he] < done.loss[0, he] / 2).all()
