"""Signs of gradients: against finite differences, and in known cases."""

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import Sigmoid
from dlbasic.datasets import Points
from dlbasic.losses import BCE
from dlbasic.measures.gradient_signs import (
    CHANCE,
    SECOND,
    WIDTH,
    DirectionSettings,
    agreement,
    first_outputs,
    fit_output_bias,
    measure_directions,
    points_for,
    stack_of,
)

pytestmark = pytest.mark.filterwarnings("error")

XOR = points_for("xor", 0)


def some(count, labels=None):
    return Points(XOR.inputs[:count], XOR.targets[:count] if labels is None else labels)


def slopes_by_differences(stack, points):
    """The mean loss's slope at each weight of the second hidden layer: ``(networks, 8, 8)``."""
    targets = BCE().prepare(points.targets, 1, np.float64)
    weights, h = stack.weights[SECOND], 1e-5
    slopes = np.empty((len(stack), WIDTH, WIDTH))
    for unit in range(WIDTH):
        for place in range(WIDTH):
            losses = []
            for move in (h, -2 * h):
                weights[:, unit, place] += move
                losses.append(BCE().mean(stack.outputs(points.inputs), targets))
            weights[:, unit, place] += h
            slopes[:, unit, place] = (losses[0] - losses[1]) / (2 * h)
    return slopes


@pytest.mark.parametrize("function", ["sigmoid", "softplus", "gelu"])
def test_shares_are_those_of_finite_differences(function):
    points = some(8)
    stack = stack_of([function], [1, 2, 3])
    slopes = slopes_by_differences(stack, points)
    assert np.abs(slopes).min() > 1e-9  # so that no sign is an error of rounding
    alike = (slopes > 0).all(axis=2) | (slopes < 0).all(axis=2)
    found = agreement(stack, points, 8)
    np.testing.assert_allclose(found.units, alike.mean(axis=1))
    np.testing.assert_array_equal(found.counted, 1.0)
    halves = [agreement(stack, Points(points.inputs[part], points.targets[part]), 4).units
              for part in (slice(0, 4), slice(4, 8))]  # fmt: skip
    np.testing.assert_allclose(agreement(stack, points, 4).units, np.mean(halves, axis=0))


def test_a_last_batch_may_be_short():
    stack = stack_of(["sigmoid"], [1, 2])
    parts = [agreement(stack, Points(XOR.inputs[p], XOR.targets[p]), 4).units
             for p in (slice(0, 4), slice(4, 6))]  # fmt: skip
    np.testing.assert_allclose(agreement(stack, some(6), 4).units, np.mean(parts, axis=0))


def test_errors_of_one_sign_make_every_unit_agree_over_any_batch():
    points = some(64, np.ones(64, np.int64))
    for batch in (1, 8, 64):
        assert (agreement(stack_of(["sigmoid"], [1, 2]), points, batch).units == 1.0).all()


def test_on_one_sample_units_behind_positive_outputs_agree_and_layers_need_more():
    stack = stack_of(["sigmoid"], [1, 2])
    found = agreement(stack, some(64), 1)
    assert (found.units == 1.0).all() and (found.layers == 0.0).all()
    # With output weights of one sign all units' error signals have one sign, too.
    stack.weights[-1][..., :-1] = np.abs(stack.weights[-1][..., :-1])
    assert (agreement(stack, some(64), 1).layers == 1.0).all()


def test_relu_units_agree_on_one_sample_once_zeros_are_left_out():
    stack = stack_of(["relu"], [1, 2, 3])
    found = agreement(stack, some(64), 1)
    assert (found.units == 1.0).all() and (found.counted < 0.8).all()
    outputs = first_outputs(stack, some(64))
    assert outputs.shape == (3, WIDTH, 64) and outputs.min() == 0 and (outputs == 0).mean() > 0.3


def test_a_unit_that_nothing_moves_is_not_counted():
    stack = stack_of(["relu"], [1])
    stack.weights[SECOND][..., :-1] = 0.0
    stack.weights[SECOND][..., -1] = -1.0  # every sum is -1: all units silent
    found = agreement(stack, some(8), 2)
    assert np.isnan(found.units[0]) and found.counted[0] == 0 and found.layers[0] == 0


def test_chance():
    assert CHANCE == 2 / 2**8


@pytest.mark.parametrize("ones", [1, 64, 128, 200])
def test_the_fit_makes_errors_add_up_to_0_and_changes_the_last_bias_alone(ones):
    labels = (np.arange(len(XOR)) < ones).astype(np.int64)
    points = Points(XOR.inputs, labels)
    stack = stack_of(["sigmoid", "relu"], [1, 2])
    before = [w.copy() for w in stack.weights]
    fit_output_bias(stack, points)
    errors = Sigmoid()(stack.outputs(points.inputs)[:, 0]) - labels
    np.testing.assert_allclose(errors.mean(axis=1), 0.0, atol=1e-12)
    before[-1][:, 0, -1] = stack.weights[-1][:, 0, -1]
    for one, other in zip(before, stack.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_functions_beside_it_do_not_change_a_functions_numbers():
    settings = DirectionSettings(seeds=3)
    alone, beside = (measure_directions(settings, others) for others in ([], ["tanh", "relu"]))
    np.testing.assert_array_equal(alone.after[:, 0], beside.after[:, 0])
    assert beside.functions == ["sigmoid", "tanh", "relu"]
    assert measure_directions(replace(settings, function="tanh"), ["tanh"]).functions == ["tanh"]
