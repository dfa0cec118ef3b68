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
    return experiment.run(replace(experiment.defaults, **{"seeds": 5, **changes}))


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


def test_leaky_cures_dying_at_every_slope_and_start_but_does_not_always_lower_the_loss():
    """The article speaks of dying alone: the loss is told as the limit."""
    for changes in ({}, {"bias": 0.0}, {"lr": 0.001}, {"lr": 3.0}, {"bias": -10.0}):
        outcome = run(CLAIMS["leaky-relu"], **changes)
        assert outcome.verdict is Verdict.HOLDS and outcome.limited, changes
    outcome = CLAIMS["leaky-relu"].run(CLAIMS["leaky-relu"].defaults)
    loss = outcome.frame[outcome.frame["series"] == "loss"].set_index("alpha")["value"]
    assert outcome.limited and outcome.measured["worst"] == loss.idxmax() == SLOPES[0]
    assert outcome.measured["worst_wins"] < 0.1 and outcome.measured["worst_ratio"] > 0.9
    assert not run(CLAIMS["leaky-relu"], smallest=0.2).limited


def test_leaky_without_a_slope_is_relu():
    flat = run(CLAIMS["leaky-relu"], function="relu")
    assert flat.verdict is Verdict.CONTRADICTED and not flat.limited
    assert flat.measured["slopes"] == 1.0 and flat.measured["best"] == 0.0
    # From other seeds: a measurement of its own, and near ReLU's.
    assert 0.0 < abs(flat.measured["dead"] - flat.measured["relu_dead"]) < 0.1
    assert flat.measured["best_ratio"] != 1.0


def test_where_relu_dies_of_a_large_rate_leaky_networks_diverge():
    measured = run(CLAIMS["leaky-relu"], bias=0.0, lr=3.0).measured
    assert measured["relu_dead"] > 0.3 and measured["diverged"] > 0.5
    # All of them: what is told of dead units is of what there was before.
    gone = run(CLAIMS["leaky-relu"], bias=0.0, lr=3.0, smallest=0.2)
    assert gone.measured["diverged"] == 1.0 and gone.measured["dead"] == 0.0
    assert "best_ratio" not in gone.measured


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


def test_elu_holds_down_to_a_bias_that_a_slider_crosses():
    outcome = run(CLAIMS["elu"])
    assert outcome.verdict is Verdict.HOLDS and outcome.limited
    assert outcome.measured["first_left"] < outcome.measured["deepest"] < 0
    assert outcome.measured["starts"] == len(BIASES) - 1
    mild = run(CLAIMS["elu"], lowest=-5.0)
    assert mild.verdict is Verdict.HOLDS and not mild.limited
    leaky = run(CLAIMS["elu"], function="leaky_relu")
    assert leaky.verdict is Verdict.CONTRADICTED and not leaky.limited
    assert leaky.measured["dead"] == 0.0 and leaky.measured["first_left_ratio"] != 1.0


def test_elus_hints_come_out_as_told():
    claim = CLAIMS["elu"]
    mild, long = (claim.run(replace(claim.defaults, **change))
                  for change in ({"lowest": -5.0}, {"epochs": 200}))  # fmt: skip
    assert mild.measured["eased"] == mild.measured["starts"] == 4 and not mild.limited
    assert (long.measured["deepest"], long.measured["first_left"]) == (-7.0, -10.0)


def test_the_jump_at_0():
    measured = run(CLAIMS["elu"], epochs=20, lowest=-1.0).measured
    assert measured["jump"] == 0.0 and measured["jump_half"] == 0.5


def test_slopes_are_those_of_the_lowest_start_and_mean_outputs_of_bias_0():
    measured = run(CLAIMS["elu"]).measured
    # About exp(-15): half the units' largest sum is a few above the bias.
    assert np.exp(-15.0) < measured["slope"] < np.exp(-10.0) and measured["relu_slope"] == 0.0
    assert measured["mean"] < measured["relu_mean"]


def test_dead_units_are_told_of_the_start_with_most():
    outcome = run(CLAIMS["elu"])
    dead = {bias: [] for bias in BIASES}
    for bias in BIASES:
        starts = [Start(ReLU(), 0.3, s, bias) for s in seeds_from(0, 5)]
        *_, history = train(starts, *circle(0), epochs=60, seed=0)
        dead[bias] = history.dead_share[-1].mean()
    assert outcome.measured["relu_dead"] == pytest.approx(max(dead.values())) and dead[-5.0] > 0.5
    assert outcome.measured["dead"] == 0.0
