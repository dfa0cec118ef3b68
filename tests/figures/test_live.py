"""The run that is watched: its epochs are numbered and never change, whatever is asked first."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlbasic.activations import PReLU, Tanh
from dlbasic.datasets import MAP
from dlbasic.figures.training.live.measure import Live, LiveRun
from dlbasic.measures import replay
from dlbasic.measures.tasks import PLANE_DATA, loss_for
from dlbasic.network import Member, Stack
from dlbasic.text import LANGUAGES
from dlbasic.training import Training
from tests.pages.shown import foreign

pytestmark = pytest.mark.filterwarnings("error")

DIVERGES = Live(data="plane", function="relu", lr=10.0)
# Diverges in the middle of an epoch: some steps of it go well.
MIDWAY = Live(data="circle", function="leaky_relu", lr=3.0, batch=1.0)
# An epoch ends with weights that are finite, and outputs that are not.
OVERFLOWS = Live(data="plane", function="prelu", width=32, lr=0.3, batch=200.0)


def seen(run):
    """All that is shown of an epoch."""
    epoch = run.epoch
    numbers = [epoch.train_loss, epoch.test_loss, epoch.train_accuracy, epoch.test_accuracy]
    return (epoch.number, *(None if n is None else n.tobytes() for n in numbers),
            run.outputs().tobytes())  # fmt: skip


def at(settings, number):
    run = LiveRun(settings)
    run.seek(number)
    return run


@pytest.mark.parametrize("data", ["circle", "spiral5", "plane"])
def test_an_epoch_is_the_same_however_it_is_reached(data):
    settings = Live(data=data, noise=0.2, batch=7.0, seed=3)
    fresh = {number: seen(at(settings, number)) for number in (0, 1, 4, 9)}
    assert len({outputs for *_, outputs in fresh.values()}) == 4
    run = LiveRun(settings)
    for number in (9, 1, 4, 0, 9, 9, 4, 1):
        run.seek(number)
        assert seen(run) == fresh[number]
        assert [epoch.number for epoch in run.epochs] == list(range(number + 1))


def test_another_seed_is_another_run():
    runs = [at(Live(seed=seed), 2) for seed in (0, 1, 0)]
    assert seen(runs[0]) == seen(runs[2]) != seen(runs[1])


def test_the_run_is_plain_training_of_one_network():
    """Written out with the engine's own parts."""
    settings = Live(data="moons", function="silu", width=5, lr=0.1, batch=20.0, seed=11)
    run = at(settings, 6)
    stack = Stack((2, 5, 5, 1), [Member(run.activation, seed=11)])
    training = Training(stack, run.train, run.test, loss_for("moons"), lr=0.1, batch_size=20,
                        seed=11)  # fmt: skip
    *_, last = training.epochs(6)
    assert last.test_loss[0] == run.epoch.test_loss[0]
    assert run.epochs[0].test_loss[0] > run.epoch.test_loss[0]


def test_a_functions_own_parameter_changes_the_run():
    settings = Live(function="prelu")
    runs = [LiveRun(settings, f) for f in (None, PReLU(), PReLU(-0.5))]
    for run in runs:
        run.seek(2)
    assert seen(runs[0]) == seen(runs[1]) != seen(runs[2])


@pytest.mark.parametrize("settings", [DIVERGES, MIDWAY, OVERFLOWS], ids=lambda s: s.function)
def test_beyond_a_divergence_stands_the_last_epoch_before_it(settings):
    run = at(settings, 10**6)
    last = run.epoch.number
    assert run.ended and run.divergence is not None
    assert last < run.divergence.epoch <= last + 2
    assert not np.isnan([epoch.test_loss for epoch in run.epochs]).any()
    assert np.isfinite(run.outputs()).all()
    # It is the epoch itself, not what is left in the middle of the next one.
    assert seen(run) == seen(at(settings, last))
    run.seek(last)
    assert seen(run) == seen(at(settings, last)) and run.ended
    # Back, and forward into it again.
    first, divergence = seen(at(settings, 0)), run.divergence
    run.seek(0)
    assert seen(run) == first
    assert run.ended == (last == 0)
    run.seek(last + 5)
    assert (run.epoch.number, run.divergence) == (last, divergence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_happened_is_said_in_the_language_with_its_epoch_and_step(language):
    found = at(DIVERGES, 100).divergence
    said = found.message[language]
    assert not foreign(said, language)
    assert {str(found.epoch), str(found.step)} <= set(re.findall(r"\d+", said))


def test_the_run_ends_at_the_last_epoch(monkeypatch):
    monkeypatch.setattr(replay, "MAX_EPOCHS", 5)
    run = at(Live(), 4)
    assert not run.ended
    run.seek(10**9)
    assert run.epoch.number == 5 and run.ended and run.divergence is None
    run.seek(2)
    assert run.epoch.number == 2 and not run.ended


@pytest.mark.parametrize("data", PLANE_DATA)
def test_outputs_cover_the_plane_from_the_top_row_down(data):
    run = LiveRun(Live(data=data), Tanh())
    outputs = run.outputs().reshape(-1, MAP, MAP)
    assert outputs.shape[0] == run.training.stack.sizes[-1]
    corner = 6.0 * (MAP - 1) / MAP
    for row, column, x1, x2 in [(0, 0, -1, 1), (0, -1, 1, 1), (-1, 0, -1, -1), (-1, -1, 1, -1)]:
        alone = run.training.stack.outputs([[x1 * corner, x2 * corner]])[0, :, 0]
        assert outputs[:, row, column] == pytest.approx(alone, rel=1e-12)


def test_points_are_all_points_the_tests_last():
    run = LiveRun(Live(data="blobs3"))
    points, test = run.points()
    assert len(points) == len(test) == len(run.train) + len(run.test) == 400
    assert (points.inputs[test] == run.test.inputs).all()
    assert (points.targets[~test] == run.train.targets).all()
