"""Signs of gradients: against finite differences, in known cases; where the verdicts turn."""

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import Sigmoid
from dlbasic.datasets import Points
from dlbasic.experiments import Verdict, relu_zigzag
from dlbasic.experiments.directions import (
    ALMOST_ALL,
    CHANCE,
    SECOND,
    SIGMOID_ONE_DIRECTION,
    WIDTH,
    DirectionSettings,
    agreement,
    first_outputs,
    fit_output_bias,
    judge,
    measure_directions,
    points_for,
    stack_of,
)
from dlbasic.experiments.relu_zigzag import RELU_ZIG_ZAG
from dlbasic.experiments.two_weights import ZIGZAG
from dlbasic.experiments.zero_centred import MIXED, OFF_CENTRE, TANH_ZERO_CENTRED
from dlbasic.experiments.zigzag import ZIG_ZAG
from dlbasic.losses import BCE
from tests.experiments.runs import outcome

pytestmark = pytest.mark.filterwarnings("error")

HOLDS, DEPENDS, NOT = Verdict.HOLDS, Verdict.CONDITIONAL, Verdict.CONTRADICTED
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


def test_the_verdict_follows_its_three_shares():
    high, low = ALMOST_ALL, ALMOST_ALL - 0.01
    assert judge({"single": high, "before": high, "after": high}) is HOLDS
    assert judge({"single": high, "before": low, "after": high}) is DEPENDS
    assert judge({"single": high, "before": high, "after": low}) is DEPENDS
    assert judge({"single": low, "before": high, "after": high}) is NOT


def verdict(experiment, **settings):
    return experiment.run(replace(experiment.defaults, seeds=5, **settings)).verdict


def test_the_batch_size_and_the_function_turn_the_verdict():
    assert verdict(SIGMOID_ONE_DIRECTION, batch=1.0) is HOLDS
    assert verdict(SIGMOID_ONE_DIRECTION, batch=2.0) is DEPENDS
    assert verdict(SIGMOID_ONE_DIRECTION, function="tanh", batch=1.0) is NOT
    assert verdict(SIGMOID_ONE_DIRECTION, data="gaussians") is DEPENDS


def test_a_zigzag_takes_one_sign_and_a_long_path_whatever_the_card():
    """ReLU's signs agree one sample at a time, but its path is not as long as a zig-zag's."""
    assert verdict(RELU_ZIG_ZAG) is verdict(RELU_ZIG_ZAG, batch=32.0) is DEPENDS
    assert verdict(RELU_ZIG_ZAG, function="sigmoid") is HOLDS
    assert verdict(RELU_ZIG_ZAG, function="sigmoid", batch=32.0) is DEPENDS
    assert verdict(RELU_ZIG_ZAG, function="leaky_relu") is NOT
    cards = (ZIG_ZAG, TANH_ZERO_CENTRED, RELU_ZIG_ZAG)
    assert {outcome(card.key, card.defaults).measured["zigzag"] for card in cards} == {ZIGZAG}


@pytest.mark.parametrize(
    ("changed", "found"),
    [({}, HOLDS), ({"after": 0.8}, DEPENDS), ({"detour_batch": 0.5}, DEPENDS),
     ({"single": 0.8}, DEPENDS), ({"single": 0.8, "detour": 0.5, "detour_batch": 0.5}, NOT)],
)  # fmt: skip
def test_what_relus_card_makes_of_its_numbers(changed, found):
    numbers = {"single": 0.95, "before": 0.95, "after": 0.95, "detour": 0.9, "detour_batch": 0.9}
    assert relu_zigzag.judge(numbers | changed) is found


def test_without_the_fit_more_units_agree():
    measured = SIGMOID_ONE_DIRECTION.run(SIGMOID_ONE_DIRECTION.defaults).measured
    assert measured["before"] > measured["after"] + 0.2 > CHANCE + 0.2
    assert measured["after_tanh"] < 0.05


def test_relus_zeros_make_its_path_shorter_than_sigmoids():
    measured = RELU_ZIG_ZAG.run(replace(RELU_ZIG_ZAG.defaults, batch=32.0)).measured
    assert measured["detour_tanh"] < measured["detour"] / 2
    assert 2 * measured["detour_batch"] < measured["detour"] < measured["detour_sigmoid"] / 2
    # Of 4 samples of 2 ReLU outputs 1 has no 0, of the 3 that move a weight at all.
    assert measured["together"] == pytest.approx(1 / 3, abs=0.05)
    assert measured["zeros"] == pytest.approx(0.5, abs=0.05)


def test_a_large_bias_makes_tanh_one_sided():
    verdicts = [verdict(TANH_ZERO_CENTRED, bias=bias) for bias in (0.0, 1.0, 3.0, 4.0)]
    assert verdicts == [HOLDS, DEPENDS, NOT, NOT]
    assert verdict(TANH_ZERO_CENTRED, function="sigmoid") is NOT
    frame = TANH_ZERO_CENTRED.run(TANH_ZERO_CENTRED.defaults).frame
    shares = frame[frame["series"] == "tanh"].sort_values("bias")["share"]
    assert (shares.diff().dropna() > 0).all()
    assert (frame[frame["series"] == "sigmoid"]["share"] == 1.0).all()


def test_tanhs_numbers_keep_their_distance_from_the_limits():
    measured = TANH_ZERO_CENTRED.run(TANH_ZERO_CENTRED.defaults).measured
    assert measured["off_centre"] < OFF_CENTRE / 4 and measured["one_sided"] < MIXED / 4
    assert measured["sigmoid_off_centre"] > 2 * OFF_CENTRE
    assert abs(measured["mean"]) < 0.05 and measured["sigmoid_mean"] == pytest.approx(0.5, abs=0.05)


def test_sigmoid_beside_itself_has_one_set_of_numbers():
    measured = TANH_ZERO_CENTRED.run(TANH_ZERO_CENTRED.control).measured
    for name in ("mean", "off_centre", "one_sided", "detour"):
        assert measured[name] == measured[f"sigmoid_{name}"]


def test_leaky_relus_mixed_signs_hardly_shorten_the_path():
    relu, leaky = (RELU_ZIG_ZAG.run(replace(RELU_ZIG_ZAG.defaults, function=f)).measured
                   for f in ("relu", "leaky_relu"))  # fmt: skip
    assert leaky["single"] < 0.1 < relu["single"]
    assert leaky["detour"] > 0.8 * relu["detour"]
