"""Leaky ReLU and ELU from bad starts: what is compared with what, and where the verdicts turn."""

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import ELU, LeakyReLU, ReLU
from dlbasic.claims import CLAIMS
from dlbasic.claims.base import Verdict
from dlbasic.claims.leaky_relu.leaky_relu import SLOPES
from dlbasic.claims.other_activations.elu import BIASES
from dlbasic.measures.dead_units import Start, circle, train
from dlbasic.measures.settings import seeds_from

pytestmark = pytest.mark.filterwarnings("error")


def run(experiment, **changes):
    return experiment.run(replace(experiment.quick, **{"seeds": 5, **changes}))


def final_losses(f, lr, bias, epochs, seed=0, seeds=5):
    starts = [Start(f, lr, s, bias) for s in seeds_from(seed, seeds)]
    *_, history = train(starts, *circle(seed), epochs=epochs, seed=seed)
    return history.test_loss[-1]


def test_leaky_losses_are_those_of_networks_trained_by_themselves():
    outcome = run(CLAIMS["leaky-relu"], epochs=20, smallest=0.2)
    relu, leaky = (final_losses(f, 0.3, -5.0, 20) for f in (ReLU(), LeakyReLU(0.3)))
    assert outcome.measured["relu_loss"] == pytest.approx(np.median(relu))
    assert outcome.measured["best"] == 0.3
    assert outcome.measured["best_ratio"] == pytest.approx(np.median(leaky / relu))
    assert outcome.measured["best_wins"] == np.mean(leaky <= relu / 2)
    frame = outcome.frame
    drawn = frame[(frame["series"] == "loss") & (frame["alpha"] == 0.3)]["value"]
    assert drawn.item() == pytest.approx(np.median(leaky))


def test_no_slope_above_0_leaves_a_unit_dead():
    outcome = run(CLAIMS["leaky-relu"])
    dead = outcome.frame[outcome.frame["series"] == "dead"]
    assert dead["alpha"].tolist() == [*SLOPES]
    assert (dead["high"] == 0.0).all() and outcome.measured["dead"] == 0.0
    assert outcome.measured["relu_dead"] > 0.5


def test_leaky_turns_with_the_smallest_slope_and_the_function():
    assert run(CLAIMS["leaky-relu"]).verdict is Verdict.CONDITIONAL
    assert run(CLAIMS["leaky-relu"], smallest=0.2).verdict is Verdict.HOLDS
    flat = run(CLAIMS["leaky-relu"], function="relu")
    assert flat.verdict is Verdict.CONTRADICTED
    assert flat.measured["slopes"] == 1.0 and flat.measured["best"] == 0.0
    # From other seeds: a measurement of its own, and near ReLU's.
    assert 0.0 < abs(flat.measured["dead"] - flat.measured["relu_dead"]) < 0.1
    assert flat.measured["best_ratio"] != 1.0


def test_where_relu_dies_of_a_large_rate_leaky_networks_diverge():
    measured = run(CLAIMS["leaky-relu"], bias=0.0, lr=3.0).measured
    assert measured["relu_dead"] > 0.3 and measured["diverged"] > 0.5


def test_elu_losses_are_those_of_networks_trained_by_themselves():
    outcome = run(CLAIMS["elu"], epochs=20, lowest=-1.0)
    relu, elu = (final_losses(f, 0.3, -1.0, 20) for f in (ReLU(), ELU()))
    assert outcome.measured["deepest_ratio"] == pytest.approx(np.median(elu / relu))
    assert outcome.measured["starts"] == 1.0
    for series, losses in (("relu", relu), ("elu", elu)):
        drawn = outcome.frame[(outcome.frame["series"] == series) & (outcome.frame["bias"] == -1)]
        assert drawn["value"].item() == pytest.approx(np.median(losses))


def test_elus_steepest_slope_at_a_bad_start_is_its_exponential():
    # With inputs within 10 and He's weights no sum is above 0 at bias -60: exp of the largest sum.
    start = Start(ELU(), 0.1, 0, -60.0)
    points, test = circle(0)
    history = next(train([start], points, test, epochs=1, seed=0))
    w = history.stack.weights[0][0]
    largest = (w[:, :-1] @ points.inputs.T + w[:, -1:]).max(axis=1)
    assert (largest < 0).all()
    np.testing.assert_allclose(history.steepest[0, 0, 0], np.exp(largest), rtol=1e-12)


def test_elu_turns_with_the_lowest_bias_and_the_function():
    outcome = run(CLAIMS["elu"])
    assert outcome.verdict is Verdict.CONDITIONAL
    assert outcome.measured["first_left"] < outcome.measured["deepest"] < 0
    assert outcome.measured["starts"] == len(BIASES) - 1
    assert run(CLAIMS["elu"], lowest=-5.0).verdict is Verdict.HOLDS
    leaky = run(CLAIMS["elu"], function="leaky_relu")
    assert leaky.verdict is Verdict.CONTRADICTED
    assert leaky.measured["dead"] == 0.0 and leaky.measured["first_left_ratio"] != 1.0


def test_the_jump_at_0():
    measured = run(CLAIMS["elu"], epochs=20, lowest=-1.0).measured
    assert measured["jump"] == 0.0 and measured["jump_half"] == 0.5


def test_slopes_and_mean_outputs_are_those_of_the_lowest_start():
    measured = run(CLAIMS["elu"]).measured
    # About exp(-15): half the units' largest sum is a few above the bias.
    assert np.exp(-15.0) < measured["slope"] < np.exp(-10.0) and measured["relu_slope"] == 0.0
    assert measured["lowest_relu_mean"] == pytest.approx(0.0, abs=0.01)
    assert -1.0 < measured["lowest_mean"] < -0.99
    assert measured["mean"] < measured["relu_mean"]
