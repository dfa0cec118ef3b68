"""Norms, factors, signals, dead units, signs and ratios of a pass, by hand and by their meaning."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from dlbasic.activations import Identity, PReLU, ReLU, Sigmoid, Tanh
from dlbasic.datasets import Points
from dlbasic.diagnostics import (
    chance_of_agreement,
    delta_factors,
    delta_norms,
    gradient_norms,
    sign_agreement,
    signals,
    update_ratios,
    weight_norms,
    zero_slope_shares,
)
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import LOSSES
from dlbasic.network import Member, Stack, Trace
from dlbasic.training import Training


def passed(stack, inputs, targets, loss="mse"):
    rows = stack.with_ones(inputs)
    trace = Trace(stack, len(rows))
    trace.forward(rows.T)
    prepared = LOSSES[loss]().prepare(targets, stack.sizes[-1], stack.dtype)
    trace.backward(rows, LOSSES[loss](), prepared, np.asarray(1.0 / len(rows), stack.dtype))
    return trace


def deep(f, depth, dtype=np.float64, networks=3, scale=1.0):
    members = [
        Member(f, INITIALIZERS["lecun_normal"](scale=scale), seed=k) for k in range(networks)
    ]
    stack = Stack((4, *(6,) * depth, 1), members, dtype)
    rng = np.random.default_rng(0)
    return passed(stack, rng.normal(size=(20, 4)), rng.normal(size=20))


def by_hand():
    """Two inputs, two ReLU units of which one is dead, one output; two samples."""
    stack = Stack((2, 2, 1), [Member(ReLU())])
    stack.weights[0][0] = [[1.0, 1.0, 0.0], [-1.0, -1.0, -1.0]]
    stack.weights[1][0] = [[3.0, 4.0, 0.0]]
    return passed(stack, [[1.0, 2.0], [3.0, 1.0]], [0.0, 0.0])


def test_norms_and_factors_by_hand():
    trace = by_hand()
    # Outputs 9 and 12; mean of squares: delta = 2·output/2.
    np.testing.assert_allclose(trace.deltas[1][0], [[9.0, 12.0]])
    np.testing.assert_allclose(delta_norms(trace), [[3 * 15.0], [15.0]])
    factors = delta_factors(trace)
    assert factors.weights[0, 0] == pytest.approx(5.0)  # the norm of (3, 4)
    assert factors.slopes[0, 0] == pytest.approx(3.0 / 5.0)  # what is left of it
    # dW of the first unit: 3·(9·(1, 2, 1) + 12·(3, 1, 1)); nothing for the dead one.
    first = 3 * np.array([9 + 36, 18 + 12, 9 + 12])
    last = np.array([9 * 3 + 12 * 4, 0, 9 + 12])
    np.testing.assert_allclose(
        gradient_norms(trace)[:, 0], [np.linalg.norm(first), np.linalg.norm(last)]
    )


@pytest.mark.parametrize("size", [1.0, 1e-200, 1e200])
def test_weight_norms_by_hand(size):
    """Without the bias's column; squares neither vanish nor overflow."""
    one = np.array([[[3.0, 0.0, 99.0], [0.0, -4.0, 99.0]], np.zeros((2, 3))]) * size
    trace = SimpleNamespace(weight_gradients=[one, one[:, :1] * 2.0])
    np.testing.assert_allclose(
        weight_norms(trace), np.array([[5.0, 0.0], [6.0, 0.0]]) * size, rtol=1e-14
    )
    assert weight_norms(trace, [1]).tolist() == weight_norms(trace)[1:].tolist()
    assert one.max() == 99.0 * size, "left as it was"


def test_signals_and_dead_units_by_hand():
    trace = by_hand()
    assert zero_slope_shares(trace)[0].tolist() == [[0.0, 1.0]]
    measured = signals(trace)
    assert measured.mean[0, 0] == (3 + 4 + 0 + 0) / 4
    assert measured.std[0, 0] == np.std([3, 4, 0, 0])
    assert measured.saturated[0, 0] == 0.5


def test_a_sparse_unit_is_not_dead():
    stack = Stack((1, 1, 1), [Member(ReLU())])
    stack.weights[0][0] = [[1.0, 0.0]]
    inputs = np.array([[-1.0]] * 9 + [[1.0]])
    assert zero_slope_shares(passed(stack, inputs, np.zeros(10)))[0].item() == 0.9


@pytest.mark.parametrize("f", [Sigmoid(), Tanh(), ReLU(), PReLU()])
def test_the_factors_multiply_to_the_gradient(f):
    trace = deep(f, 12)
    factors, norms = delta_factors(trace), delta_norms(trace)
    assert factors.weights.shape == factors.slopes.shape == (12, 3)
    product = norms[-1] * np.cumprod((factors.weights * factors.slopes)[::-1], axis=0)[::-1]
    np.testing.assert_allclose(product, norms[:-1], rtol=1e-12)
    low, high = f.slope_range().low, f.slope_range().high
    assert (factors.slopes >= max(low, 0) - 1e-15).all() and (factors.slopes <= high + 1e-15).all()


def test_the_factors_of_a_step_are_those_of_the_weights_it_met():
    """A training step has moved the stack's weights by the time its trace is seen."""
    points = Points(np.random.default_rng(0).normal(size=(8, 3)), np.arange(8.0))
    stack = Stack((3, 4, 4, 1), [Member(Identity())])
    run = Training(stack, points, points, LOSSES["mse"](), lr=1.0, batch_size=8)
    before = [w.copy() for w in stack.weights]
    trace = next(run.steps())
    np.testing.assert_allclose(delta_factors(trace, before).slopes, 1.0, rtol=1e-12)
    assert np.abs(delta_factors(trace).slopes - 1.0).max() > 0.01


def test_sigmoid_vanishes_under_its_guide_line():
    """No layer lets through more than a quarter of what its weights deliver."""
    norms = delta_norms(deep(Sigmoid(), 20))
    assert (norms[0] / norms[-1] < 1e-9).all() and (norms[0] > 0).all()


def test_tiny_float32_gradients_do_not_vanish_when_squared():
    trace = deep(Sigmoid(), 40, np.float32)
    smallest = delta_norms(trace)[0]
    assert (smallest > 0).all() and (smallest < 1e-20).all()  # its square is below float32's range
    double = delta_norms(deep(Sigmoid(), 40))[0]
    np.testing.assert_allclose(smallest, double, rtol=1e-3)


def test_a_gradient_of_zero_has_norm_zero_and_no_factor():
    stack = Stack((2, 3, 1), [Member(ReLU(), bias=-100.0)])
    trace = passed(stack, np.ones((4, 2)), np.zeros(4))
    assert delta_norms(trace)[0, 0] == 0.0 and delta_factors(trace).slopes[0, 0] == 0.0
    stack.weights[1][:] = 0.0
    assert np.isnan(delta_factors(passed(stack, np.ones((4, 2)), np.zeros(4))).slopes[0, 0])


def test_positive_inputs_give_every_unit_one_sign_on_a_single_sample():
    trace = by_hand()
    single = passed(trace.stack, [[1.0, 2.0]], [0.0])
    first, last = sign_agreement(single)
    assert first.tolist() == [[True, False]]  # the dead unit has no gradient to agree
    assert last.tolist() == [[False]]  # one of its two inputs is 0
    mixed = passed(trace.stack, [[1.0, -0.5]], [0.0])
    assert sign_agreement(mixed)[0].tolist() == [[False, False]]


def test_sigmoid_units_agree_on_one_sample_and_tanh_units_by_chance():
    def share(f):
        members = [Member(f, seed=k) for k in range(200)]
        stack = Stack((3, 8, 8, 1), members)
        trace = passed(stack, np.random.default_rng(1).normal(size=(1, 3)), [0.3])
        return sign_agreement(trace)[1].mean()

    assert share(Sigmoid()) == 1.0
    assert share(Tanh()) < 3 * chance_of_agreement(8) + 0.02
    assert chance_of_agreement(1) == 1.0


def test_update_ratios():
    before = [np.full((2, 1, 4), 2.0), np.ones((2, 3, 2))]
    after = [before[0] + [[[0.1]], [[0.2]]], before[1]]
    np.testing.assert_allclose(update_ratios(before, after), [[0.05, 0.1], [0.0, 0.0]])


def test_no_hidden_layer():
    stack = Stack((2, 1), [Member(Tanh())])
    trace = passed(stack, np.ones((3, 2)), np.zeros(3))
    assert delta_norms(trace).shape == (1, 1)
    assert delta_factors(trace).weights.shape == signals(trace).mean.shape == (0, 1)
    assert zero_slope_shares(trace) == []
