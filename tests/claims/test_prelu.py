"""PReLU's slope: that it is the loss that moves it, how far, and what is said of that."""

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import LeakyReLU, PReLU
from dlbasic.claims import CLAIMS
from dlbasic.claims.base import Verdict
from dlbasic.claims.leaky_relu.prelu import DRAWN, STARTS, slopes
from dlbasic.datasets import Points
from dlbasic.measures.dead_units import Start, circle, train
from dlbasic.measures.settings import seeds_from

pytestmark = pytest.mark.filterwarnings("error")


def run(**changes):
    return CLAIMS["prelu"].run(replace(CLAIMS["prelu"].defaults, **{"seeds": 5, **changes}))


def test_slopes_go_down_the_losses_gradient():
    # Four units a layer, a whole batch, one small step: the change over the rate is minus the slope
    # of the mean loss, here by central differences of the network as it was before.
    points, test = circle(0)
    few = Points(points.inputs[:20], points.targets[:20])
    lr, h = 1e-4, 1e-6
    run_on = train([Start(PReLU(0.25), lr, 1)], few, test, epochs=1, seed=0, width=4)
    history = next(run_on)
    at_start = history.stack.parameters.copy()

    def loss(alphas):
        a = few.inputs.T
        for layer, alpha in enumerate(alphas):
            w = history.stack.weights[layer][0]
            z = w[:, :-1] @ a + w[:, -1:]
            a = np.where(z > 0, z, alpha * z)
        w = history.stack.weights[2][0]
        logits = (w[:, :-1] @ a + w[:, -1:])[0]
        return np.mean(np.logaddexp(0.0, logits) - few.targets * logits)

    expected = []
    for layer in range(2):
        up, down = [0.25, 0.25], [0.25, 0.25]
        up[layer] += h
        down[layer] -= h
        expected.append((loss(up) - loss(down)) / (2 * h))
    next(run_on)
    moved = (np.array(history.stack.alphas(0)) - 0.25) / lr
    assert not np.array_equal(at_start, history.stack.parameters)
    np.testing.assert_allclose(-moved, expected, rtol=1e-6)
    assert min(np.abs(expected)) > 1e-3


def test_slopes_are_the_stacks_own_and_fixed_ones_of_leaky_networks():
    starts = [
        Start(f(alpha), 0.1, s) for f in (PReLU, LeakyReLU) for alpha in STARTS for s in (1, 2)
    ]
    for history in train(starts, *circle(0), epochs=2, seed=0):
        found = slopes(history, (8, 2, 2))
    fixed = np.broadcast_to(np.array(STARTS)[:, None, None], (4, 2, 2))
    np.testing.assert_array_equal(found[4:], fixed)
    assert found[2, 1].tolist() == history.stack.alphas(5) and (found[:4] != fixed).all()


def test_a_diverged_networks_slopes_are_void():
    for history in train([Start(PReLU(0.5), 100.0, 1), Start(PReLU(0.5), 0.1, 1)], *circle(0),
                      epochs=20, seed=0):  # fmt: skip
        found = slopes(history, (1, 2, 2))
    assert np.isnan(found[0, 0]).all() and np.isfinite(found[0, 1]).all()


def test_the_chart_begins_at_the_starts_and_ends_at_the_medians():
    outcome = run(epochs=20)
    first = outcome.frame[outcome.frame["epoch"] == 0.0].set_index("series")
    for layer in (1, 2):
        for start in DRAWN:
            assert first.loc[f"layer_{layer}_{start:g}", "value"] == start
    starts = [Start(PReLU(1.0), 0.1, s) for s in seeds_from(0, 5)]
    *_, history = train(starts, *circle(0), epochs=20, seed=0)
    end = np.median([history.stack.alphas(k) for k in range(5)], axis=0)
    last = outcome.frame[outcome.frame["epoch"] == 20.0].set_index("series")
    assert [last.loc[f"layer_{layer}_1", "value"] for layer in (1, 2)] == pytest.approx(end)


def test_starts_draw_together_but_not_to_one_value():
    measured = CLAIMS["prelu"].run(CLAIMS["prelu"].defaults).measured
    assert measured["starts_spread"] < measured["start_spread"] / 1.5
    assert measured["starts_spread"] > 0.03 and measured["seeds_spread"] > 0.05
    assert measured["high"] - measured["low"] > 0.5


def test_the_verdict_turns_with_the_rate_and_the_function():
    assert run().verdict is Verdict.HOLDS
    moved = []
    for lr in (0.001, 0.0003, 0.0001):
        outcome = run(lr=lr)
        assert outcome.verdict is Verdict.CONDITIONAL
        moved.append(outcome.measured["moved"])
    assert moved == sorted(moved, reverse=True) and moved[-1] < moved[0]
    assert run(lr=1e-6).verdict is Verdict.CONTRADICTED
    leaky = run(function="leaky_relu")
    assert leaky.verdict is Verdict.CONTRADICTED and leaky.measured["moved"] == 0.0
    assert leaky.measured["starts_spread"] == pytest.approx(leaky.measured["start_spread"])
    assert leaky.measured["one_ratio"] == 1.0


def test_losses_are_drawn_learned_and_fixed():
    outcome = run(epochs=20)
    last = outcome.frame[outcome.frame["epoch"] == 20.0].set_index("series")["value"]
    for series, f in (("learned_loss", PReLU(0.25)), ("fixed_loss", LeakyReLU(0.25))):
        starts = [Start(f, 0.1, s) for s in seeds_from(0, 5)]
        *_, history = train(starts, *circle(0), epochs=20, seed=0)
        assert last[series] == pytest.approx(np.median(history.test_loss[-1]))


def test_final_slopes_of_diverged_networks_are_the_last_they_had():
    outcome = run(lr=1.0, epochs=6, seeds=4, seed=123456)
    assert outcome.measured["diverged"] > 0.5
    assert np.isfinite(list(outcome.measured.values())).all()
    drawn = outcome.frame[outcome.frame["series"] == "layer_1_0"]
    assert drawn["epoch"].max() < 6
