"""The run that is watched: its epochs are numbered and never change, whatever is asked first."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, PReLU
from dlbasic.datasets import MAP, grid
from dlbasic.figures.training.live.measure import FromZero, Live, LiveRun
from dlbasic.measures import replay
from dlbasic.network import Member, Stack
from dlbasic.text import LANGUAGES
from dlbasic.training import Training
from tests.pages.shown import foreign

pytestmark = pytest.mark.filterwarnings("error")

DIVERGES = Live(data="plane", function="relu", lr=10.0)
# Diverges in the middle of an epoch: some steps of it go well.
MIDWAY = Live(data="circle", function="leaky_relu", lr=3.0, batch=1.0)
# An epoch ends with weights that are finite, and outputs that are not.
OVERFLOWS = Live(data="plane", function="prelu", layers=(32, 32), lr=0.3, batch=200.0)


def seen(run):
    """All that is shown of an epoch."""
    epoch = run.epoch
    numbers = [epoch.train_loss, epoch.test_loss, epoch.train_accuracy, epoch.test_accuracy]
    return (epoch.number, *(None if n is None else n.tobytes() for n in numbers),
            run.state().tobytes())  # fmt: skip


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
        assert run.epoch.number == number
        assert [epoch.number for epoch in run.epochs] == list(range(10)), "what passed is known"


def test_another_seed_is_another_run():
    runs = [at(Live(seed=seed), 2) for seed in (0, 1, 0)]
    assert seen(runs[0]) == seen(runs[2]) != seen(runs[1])


def test_the_run_is_plain_training_of_one_network():
    """Written out with the engine's own parts."""
    settings = Live(data="moons", function="silu", layers=(5, 5), lr=0.1, batch=20.0, seed=11)
    run = at(settings, 6)
    stack = Stack((2, 5, 5, 1), [Member(run.activations, seed=11)])
    training = Training(stack, run.train, run.test, settings.measured, lr=0.1, batch_size=20,
                        seed=11)  # fmt: skip
    *_, last = training.epochs(6)
    assert last.test_loss[0] == run.epoch.test_loss[0]
    assert run.epochs[0].test_loss[0] > run.epoch.test_loss[0]


def test_a_functions_own_parameter_changes_the_run():
    settings = Live(function="prelu")
    runs = [LiveRun(settings, f and {"prelu": f}) for f in (None, PReLU(), PReLU(-0.5))]
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
    assert np.isfinite(run.training.stack.outputs(run.test.inputs)).all()
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


# Other depths, initial weights and optimizers


def test_the_settings_of_old_links_are_still_the_defaults():
    """Two hidden layers, Xavier's normal law, SGD: what every run had before it could be chosen."""
    settings = Live()
    assert (settings.layers, settings.initializer, settings.optimizer) == (
        (8, 8),
        "xavier_normal",
        "sgd",
    )


@pytest.mark.parametrize("data", ["xor", "spiral3", "plane"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_without_a_hidden_layer_the_outputs_are_linear_in_the_inputs(data, optimizer):
    run = at(Live(data=data, layers=(), optimizer=optimizer, lr=0.1), 8)
    outputs = run.training.stack.outputs(grid(MAP))[0].reshape(-1, MAP, MAP)
    for axis in (1, 2):
        bend = np.diff(outputs, 2, axis=axis)
        assert np.abs(bend).max() < 1e-12 * max(1.0, np.abs(outputs).max())
    assert np.ptp(outputs) > 0.01


def test_without_a_hidden_layer_it_is_logistic_regression_by_gradient_descent():
    """Written out: w ← w − η·mean((σ(w·x + b) − y)·x), the whole training data a batch."""
    run = at(
        Live(data="gaussians", noise=0.3, layers=(), lr=0.3, batch=200.0, initializer="zeros"), 25
    )
    x, y = run.train.inputs, run.train.targets
    w, b = np.zeros(2), 0.0
    for _ in range(25):
        error = 1 / (1 + np.exp(-(x @ w + b))) - y
        w, b = w - 0.3 * (error @ x) / len(x), b - 0.3 * error.mean()
    assert run.training.stack.parameters == pytest.approx([*w, b], rel=1e-9)
    assert run.notes[-1].size == 0, "without units nothing is alike"


def test_adams_first_step_is_as_large_as_the_learning_rate():
    run = LiveRun(Live(optimizer="adam", lr=0.01, batch=200.0))
    stack = run.training.stack
    gradient = stack.backpropagate(run.train, run.settings.measured).gradient.copy()
    before = stack.parameters.copy()
    run.seek(1)
    moved = stack.parameters - before
    counts = np.abs(gradient) > 1e-4
    assert counts.sum() > len(before) / 2
    assert moved[counts] == pytest.approx(-0.01 * np.sign(gradient[counts]), rel=1e-3)


@pytest.mark.parametrize(("rule", "variance"), [("xavier_normal", 2 / 512), ("he_normal", 2 / 256)])
def test_initial_weights_have_the_rules_variance(rule, variance):
    run = LiveRun(Live(layers=(256, 256), initializer=rule))
    weights = run.training.stack.weights[1][0, :, :-1]
    assert weights.var() == pytest.approx(variance, rel=0.03) and abs(weights.mean()) < 0.001


@pytest.mark.parametrize("hidden", [1, 2, 3])
@pytest.mark.parametrize("key", ACTIVATIONS)
def test_from_zeros_the_units_of_a_layer_stay_alike(key, hidden):
    """Where f(0) = 0 no weight ever changes; elsewhere all units of a layer change together."""
    run = at(
        Live(function=key, layers=(8,) * hidden, lr=0.1, optimizer="adam", initializer="zeros"),
        20,
    )
    stack, zeros = run.training.stack, [FromZero(*note.tolist()) for note in run.notes]
    assert len(zeros) == 21
    centred = ACTIVATIONS[key]()(0.0) == 0.0
    assert centred == (key not in ("sigmoid", "softplus"))
    assert all(zero.stuck == centred for zero in zeros)
    weights = [w[0, :, :-1] for w in stack.weights]
    if centred:
        assert not np.any(np.concatenate([w.ravel() for w in weights]))
        assert not np.any(np.concatenate([w[0, :, -1] for w in stack.weights[:-1]]))
        assert stack.weights[-1][0, 0, -1] != 0.0, "the output's bias learns"
        assert np.ptp(stack.outputs(grid(MAP))) == 0.0, "the same output everywhere"
    else:
        assert zeros[-1].weight > 0.1
        for w in weights[:-1]:
            assert np.abs(w - w[0]).max() <= 1e-9
        for w in weights[1:]:
            assert np.abs(w - w[:, :1]).max() <= 1e-9
    assert zeros[-1].weight == max(np.abs(w).max() for w in weights)
    assert all(zero.difference <= 1e-9 for zero in zeros)


def test_what_is_told_of_zeros_is_not_told_of_random_weights():
    assert at(Live(function="sigmoid"), 2).notes[-1].size == 0
    run = LiveRun(Live(function="sigmoid", initializer="zeros"))
    run.training.stack.weights[0][0, 0, 0] = 0.5
    assert FromZero(*run.note().tolist()).difference == 0.5
