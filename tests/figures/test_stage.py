"""The first thing to see: what is kept is what measuring gives, and what it says of seeds holds."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures.overview.stage import measure
from dlbasic.figures.overview.stage.measure import (
    EPOCHS,
    FUNCTIONS,
    LEVELS,
    SIZE,
    TARGET,
    TASK,
    epochs_to_target,
    learn,
    watch,
)
from dlbasic.figures.training.live.measure import Live, LiveRun
from dlbasic.losses import LOSSES
from dlbasic.measures.settings import SEEDS
from dlbasic.measures.tasks import begin
from dlbasic.results import load, machine, made_with, path_of

FILE = path_of(learn, TASK)


@pytest.fixture(scope="module")
def kept():
    return load(FILE)[1]


@pytest.fixture(scope="module")
def watched():
    return watch(TASK)


def test_the_kept_run_is_what_watching_anew_gives(kept, watched):
    again = watch(TASK)
    for name, new, other in zip(("losses", "accuracies", "maps"), watched, again, strict=True):
        old = getattr(kept, name)
        assert new.tobytes() == other.tobytes(), "the same seed gives the same bits"
        assert (old.shape, old.dtype) == (new.shape, new.dtype)
        if machine().items() <= made_with(FILE).items():  # last bits differ from one to another
            assert np.array_equal(old, new), name


def test_another_seed_is_another_run(watched):
    other = watch(measure.Task(**{**TASK.__dict__, "seed": 1}))
    assert not any(np.array_equal(a, b) for a, b in zip(watched, other, strict=True))


def test_the_kept_run_is_small():
    assert FILE.stat().st_size < 100 * 1024


@pytest.mark.parametrize("key", FUNCTIONS)
def test_each_network_is_the_one_that_the_page_training_trains(watched, key):
    losses, accuracies, maps = watched
    k = FUNCTIONS.index(key)
    run = LiveRun(Live(**{**TASK.__dict__, "function": key}))
    for epoch in (0, 1, 10):
        run.seek(epoch)
        assert losses[epoch, k] == pytest.approx(run.epoch.train_loss[0], rel=1e-6)
        assert accuracies[epoch, k] == run.epoch.test_accuracy[0]
        outputs = run.training.stack.outputs(measure.grid(SIZE))[0, 0]
        seen = maps[epoch, k] / LEVELS
        assert np.abs(seen - LOSSES["bce"]().predictions(outputs)).max() <= 0.5 / LEVELS + 1e-6


def test_only_the_function_differs():
    training = begin(TASK, [(ACTIVATIONS[key](), TASK.seed) for key in FUNCTIONS])
    first, *others = [training.parameters(k) for k in range(len(FUNCTIONS))]
    assert np.ptp(first) > 0 and all(np.array_equal(first, other) for other in others)


@cache
def accuracies(key):
    """On the test points after each epoch, from each seed: (epochs, seeds)."""
    training = begin(TASK, [(ACTIVATIONS[key](), seed) for seed in range(SEEDS)])
    return np.array([epoch.test_accuracy for epoch in training.epochs(EPOCHS)])


@pytest.mark.xdist_group("stage")
def test_from_whichever_seed_relu_is_far_ahead_of_sigmoid():
    assert accuracies("sigmoid")[-1].max() < 0.7 and accuracies("relu")[-1].min() > 0.9


@pytest.mark.xdist_group("stage")
def test_the_median_to_the_target_is_counted_over_the_seeds(kept):
    there = accuracies("relu") >= TARGET
    median = np.median(np.where(there.any(axis=0), there.argmax(axis=0) + 1, np.inf))
    assert epochs_to_target(TASK, "relu") == median
    assert kept.reached[FUNCTIONS.index("relu")] == pytest.approx(median, abs=3)


def test_who_does_not_get_there_takes_for_ever(monkeypatch):
    monkeypatch.setattr(measure, "LONGEST", 3)
    assert epochs_to_target(TASK, "sigmoid") == np.inf
