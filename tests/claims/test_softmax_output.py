"""Softmax at the output and inside: the written-out networks, p - y, and the verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.softmax.softmax_output import COSTLY, TOLERANCE, SoftmaxOutput, chain
from dlbasic.datasets import DATASETS, split
from dlbasic.losses import CrossEntropy
from dlbasic.measures.hidden_softmax import SOFTMAX, Networks, layer_softmax, through_softmax, train
from dlbasic.network import Member, Stack, Trace
from dlbasic.softmax import softmax, softmax_vjp
from tests.claims.runs import further, outcome, run

pytestmark = pytest.mark.filterwarnings("error")

FUNCTIONS = (SOFTMAX, "sigmoid", "relu", "tanh")
SIZES = (2, 5, 4, 3)
RNG = np.random.default_rng(5)
COLUMNS, LABELS = RNG.normal(size=(2, 7)), RNG.integers(3, size=7)
ONE_HOT = np.eye(3)[LABELS].T


def test_the_layers_softmax_and_its_way_back_are_the_librarys():
    z, v = RNG.normal(size=(2, 3, 4, 6)) * 5
    a, delta = np.empty_like(z), v.copy()
    layer_softmax(z, a)
    np.testing.assert_allclose(a, softmax(z, axis=1), rtol=1e-14)
    through_softmax(a, delta)
    np.testing.assert_allclose(delta, softmax_vjp(a, v, axis=1), atol=1e-15)


def mean_loss(networks):
    logits = networks.forward(COLUMNS)
    return CrossEntropy()(np.moveaxis(logits, 1, 2), np.tile(LABELS, (len(logits), 1))).mean(axis=1)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_gradient_is_the_finite_difference(function):
    networks = Networks(SIZES, function, seeds=[3, 4], dtype=np.float64)
    networks.parameters += 0.1 * RNG.normal(size=networks.parameters.size)  # biases, too
    networks.learn(COLUMNS, ONE_HOT)
    gradient, step = networks.gradient.copy(), 1e-6
    for place in RNG.choice(gradient.size, 25, replace=False):
        sides = []
        for sign in (1, -1):
            networks.parameters[place] += sign * step
            sides.append(mean_loss(networks).sum())
            networks.parameters[place] -= sign * step
        assert gradient[place] == pytest.approx((sides[0] - sides[1]) / (2 * step), abs=1e-8)


@pytest.mark.parametrize("function", FUNCTIONS[1:])
def test_without_softmax_it_is_the_engine(function):
    networks = Networks(SIZES, function, seeds=[3, 4], dtype=np.float64)
    stack = Stack(SIZES, [Member(ACTIVATIONS[function](), seed=seed) for seed in (3, 4)])
    trace, loss, rows = Trace(stack, 7), CrossEntropy(), stack.with_ones(COLUMNS.T)
    trace.forward(rows.T)
    trace.backward(rows, loss, loss.prepare(LABELS, 3, np.float64), np.asarray(1 / 7))
    deltas = networks.learn(COLUMNS, ONE_HOT)
    for layer in range(3):
        np.testing.assert_allclose(networks.weights[layer], stack.weights[layer], rtol=0)
        np.testing.assert_allclose(deltas[layer], trace.deltas[layer], rtol=1e-12, atol=1e-16)
        np.testing.assert_allclose(
            networks.gradients[layer], trace.weight_gradients[layer], rtol=1e-12, atol=1e-16
        )


def test_rates_and_seeds_are_networks_of_their_own():
    """And each seed meets its own points."""
    points = [split(DATASETS["blobs5"]().sample(100, seed=seed), 0.5, seed=seed) for seed in (0, 1)]
    how = (3, 10, 0)
    together, shrinking = train((2, 4, 4, 5), SOFTMAX, (0.01, 0.1), (7, 8), points, *how)
    assert together.shape == shrinking.shape == (2, 2)
    for r, lr in enumerate((0.01, 0.1)):
        for s, seed in enumerate((7, 8)):
            alone, alone_shrinking = train(
                (2, 4, 4, 5), SOFTMAX, [lr], [seed], points[s : s + 1], *how
            )
            assert alone[0, 0] == pytest.approx(together[r, s], abs=0.021)  # a point, in float32
            assert alone_shrinking[0, 0] == pytest.approx(shrinking[r, s], rel=1e-4)
    assert len(set(shrinking[0])) == 2 and (shrinking[0] == shrinking[1]).all()
    (other, _), _ = (train((2, 4, 4, 5), SOFTMAX, [0.1], (7, 8), part, *how)
                     for part in (points[::-1], points))  # fmt: skip
    assert (other[0] != together[1]).any()


def test_the_chain_rule_gives_p_minus_y():
    logits, labels = RNG.uniform(-5, 5, (200, 10)), RNG.integers(10, size=200)
    through, short = chain(logits, labels)
    assert 0 < np.abs(through - short).max() <= TOLERANCE
    np.testing.assert_allclose(short, CrossEntropy().grad(logits, labels), atol=1e-15)
    wrong, _ = chain(logits, (labels + 1) % 10)
    assert np.abs(wrong - short).max() > 0.1


@pytest.mark.parametrize("seed", [2, *further(3)])
def test_verdicts_over_seeds(seed):
    """It holds; one layer is its limit, and with many there is none."""
    few = SoftmaxOutput(epochs=40, seeds=10, seed=seed)
    found = run(CLAIMS["softmax-output"], few)
    assert found.verdict is Verdict.HOLDS and found.limited
    assert found.measured["least_cost"] < COSTLY
    assert found.measured["most_at"] == 5 and found.measured["most_cost"] > 3 * COSTLY
    assert found.measured["shrink"] < 0.01 < found.measured["rival_shrink"]
    deep = run(CLAIMS["softmax-output"], replace(few, depths="many"))
    assert deep.verdict is Verdict.HOLDS and not deep.limited


@pytest.mark.xdist_group("softmax-output")
def test_the_hints_come_out_as_told():
    claim = CLAIMS["softmax-output"]
    costs = {depths: outcome(claim.key, replace(claim.defaults, depths=depths)).measured["cost"]
             for depths in ("few", "all", "many")}  # fmt: skip
    assert costs["few"] < costs["all"] < costs["many"]
    relu = outcome(claim.key, claim.control).frame.set_index(["series", "depth"])["accuracy"]
    assert relu["function", 5] >= relu["rival", 5]


def test_the_means_are_those_of_the_chart():
    found = CLAIMS["softmax-output"].run(
        SoftmaxOutput(function="relu", depths="few", epochs=20, seeds=5)
    )
    accuracy = found.frame.groupby("series")["accuracy"].mean()
    assert found.measured["mean"] == pytest.approx(accuracy["function"])
    assert found.measured["rival_mean"] == pytest.approx(accuracy["rival"])
    assert found.measured["cost"] == pytest.approx(accuracy["rival"] - accuracy["function"])
    assert found.measured["error"] > 0 and found.verdict is Verdict.CONTRADICTED
