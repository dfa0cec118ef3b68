"""One batch through deep networks: what is measured of it, by hand and by finite differences."""

import math

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.diagnostics import expectation
from dlbasic.losses import BCE
from dlbasic.measures.deep_networks import (
    DeepSettings,
    build,
    layer_profile,
    one_pass,
    products_from_last,
    rescale,
    send,
)
from dlbasic.measures.settings import seeds_from
from dlbasic.params import declared

SMALL = DeepSettings(depth=4, width=5, batch=1)


def loss_of(stack, settings):
    """The mean loss of the batch that ``send`` takes, network by network."""
    trace = send(stack, settings)
    rng = np.random.default_rng([settings.seed, 3])
    rng.standard_normal((settings.batch, settings.width))
    labels = rng.permutation(np.arange(settings.batch) % 2)
    return BCE()(trace.z[-1][:, 0], np.broadcast_to(labels, trace.z[-1][:, 0].shape)).mean(axis=1)


def nudged(stack, settings, layer, unit, column, h=1e-5):
    """The central difference of the loss in one weight of all networks."""
    values = []
    for way in (h, -h):
        stack.weights[layer][:, unit, column] += way
        values.append(loss_of(stack, settings))
        stack.weights[layer][:, unit, column] -= way
    return (values[0] - values[1]) / (2 * h)


@pytest.mark.parametrize("f", ["sigmoid", "tanh", "silu"])
def test_norms_are_those_of_finite_differences(f):
    stack = build(SMALL, [f], [1, 2])
    profile = layer_profile(send(stack, SMALL))
    for layer in range(SMALL.depth + 1):
        units = stack.sizes[layer + 1]
        # Of one sample the gradient at a bias is that at the weighted sum.
        deltas = [nudged(stack, SMALL, layer, unit, -1) for unit in range(units)]
        weights = [
            nudged(stack, SMALL, layer, unit, column)
            for unit in range(units)
            for column in range(stack.sizes[layer])
        ]
        np.testing.assert_allclose(profile.delta[layer], np.linalg.norm(deltas, axis=0), rtol=1e-5)
        np.testing.assert_allclose(
            profile.weight[layer], np.linalg.norm(weights, axis=0), rtol=1e-5
        )


def test_of_one_sample_the_weight_norm_is_the_delta_norm_times_the_inputs():
    stack = build(SMALL, ["tanh"], [1, 2, 3])
    trace = send(stack, SMALL)
    profile = layer_profile(trace)
    for layer in range(1, SMALL.depth + 1):
        inputs = np.linalg.norm(trace.a[layer - 1], axis=(1, 2))
        np.testing.assert_allclose(profile.weight[layer], profile.delta[layer] * inputs, rtol=1e-12)


def test_products_multiply_to_the_ratio_of_the_first_to_the_last_hidden_layer():
    trace, _ = one_pass(DeepSettings(depth=12, width=16), ["sigmoid", "gelu"], [1, 2])
    profile = layer_profile(trace)
    whole = products_from_last(profile.slope_factor) * products_from_last(profile.weight_factor)
    np.testing.assert_allclose(whole, profile.delta[:-1] / profile.delta[-2], rtol=1e-12)
    assert (
        products_from_last(profile.slope_factor)[:, :2] <= 0.25 ** np.arange(11, -1, -1)[:, None]
    ).all()


def test_identity_passes_through_the_product_of_its_matrices():
    settings = DeepSettings(depth=6, width=8, scale=1.5)
    trace, _ = one_pass(settings, ["identity"], [9])
    profile, (*_, last) = layer_profile(trace), trace.deltas
    for layer in reversed(range(settings.depth)):
        last = np.swapaxes(trace.stack.weights[layer + 1][..., :-1], 1, 2) @ last
        assert profile.delta[layer, 0] == pytest.approx(np.linalg.norm(last), rel=1e-12)
    assert (profile.slope_factor == 1.0).all() and (profile.saturated == 0.0).all()


def spread_of_sums(f, scale):
    """The standard deviation at which weighted sums settle, layer after layer, in theory."""
    q = 1.0
    for _ in range(200):
        q = scale**2 * float(expectation(lambda z: f(z) ** 2, 0.0, math.sqrt(q)))
    return math.sqrt(q)


@pytest.mark.parametrize(
    ("f", "scale"), [("sigmoid", 1.0), ("sigmoid", 4.0), ("tanh", 1.5), ("tanh", 3.0)]
)
def test_a_wide_network_follows_the_mean_field_theory(f, scale):
    """Each layer multiplies the squared norm by scale²·E[f′(z)²] (Schoenholz et al., 2017)."""
    function = ACTIVATIONS[f]()
    std = spread_of_sums(function, scale)
    step = scale * math.sqrt(expectation(lambda z: function.grad(z) ** 2, 0.0, std))
    settings = DeepSettings(depth=12, width=128, scale=scale)
    profile = layer_profile(one_pass(settings, [f], seeds_from(0, 8))[0])
    measured = np.median((profile.delta[2] / profile.delta[9]) ** (1 / 7))
    assert measured == pytest.approx(step, rel=0.03)


def test_a_relu_that_is_smaller_by_half_in_every_layer_keeps_its_weight_gradients():
    """Its deltas shrink on the way back as its outputs did on the way there."""
    profiles = {}
    for scale in (1.0, 0.5):
        # Of one sample the error at the output, which differs, cancels.
        settings = DeepSettings(depth=10, width=16, rule="he_normal", scale=scale, batch=1)
        profiles[scale] = layer_profile(one_pass(settings, ["relu"], [1, 2, 3])[0])
    whole, half = (profiles[scale] for scale in (1.0, 0.5))
    fall = half.delta[0] / half.delta[9] / (whole.delta[0] / whole.delta[9])
    np.testing.assert_allclose(fall, 0.5**9, rtol=1e-12)
    kept = half.weight[0] / half.weight[9] / (whole.weight[0] / whole.weight[9])
    np.testing.assert_allclose(kept, 1.0, rtol=1e-12)


def test_rescaling_is_starting_from_the_larger_spread():
    settings = DeepSettings(depth=5, width=6)
    stack = build(settings, ["prelu", "tanh"], [1, 2])
    rescale(stack, 3.0)
    larger = build(DeepSettings(depth=5, width=6, scale=3.0), ["prelu", "tanh"], [1, 2])
    np.testing.assert_allclose(stack.parameters, larger.parameters, rtol=1e-15)
    assert stack.alphas(0) == [0.25] * 5
    assert stack.weights[2][:, :, :-1].std() > 1.0 and not stack.weights[2][:, :, -1].any()


def test_networks_are_functions_by_seeds_and_do_not_mind_their_neighbours():
    settings = DeepSettings(depth=3, width=6, seed=5)
    trace, networks = one_pass(settings, ["tanh", "relu"], [3, 4])
    assert networks == [("tanh", 3), ("tanh", 4), ("relu", 3), ("relu", 4)]
    assert (trace.stack.weights[1][:2] == trace.stack.weights[1][2:]).all()
    alone, _ = one_pass(settings, ["relu"], [4])
    np.testing.assert_allclose(
        layer_profile(trace).delta[:, 3], layer_profile(alone).delta[:, 0], rtol=1e-12
    )


def test_the_batch_is_standard_normal_with_even_labels_and_follows_the_seed():
    stack = build(DeepSettings(depth=1, width=64), ["identity"], [1])
    stack.weights[0][0] = np.eye(64, 65)  # shows the inputs
    sums = send(stack, DeepSettings(depth=1, width=64, batch=128)).z[0].copy()
    assert abs(sums.mean()) < 0.05 and sums.std() == pytest.approx(1.0, abs=0.05)
    assert (send(stack, DeepSettings(depth=1, width=64, batch=128)).z[0] == sums).all()
    assert (send(stack, DeepSettings(depth=1, width=64, batch=128, seed=1)).z[0] != sums).all()
    stack.weights[1][:] = 0.0  # then all predictions are one half
    deltas = send(stack, DeepSettings(depth=1, width=64, batch=32)).deltas[1]
    assert sorted(set(deltas.ravel())) == [-0.5 / 32, 0.5 / 32] and deltas.sum() == 0.0


def test_seeds_differ_and_follow_from_the_one():
    assert len(set(seeds_from(2**70, 40))) == 40
    assert seeds_from(7, 20)[:5] == seeds_from(7, 5) != seeds_from(8, 5)


def test_every_corner_is_finite_in_both_types():
    params = declared(DeepSettings)
    for dtype in ("float64", "float32"):
        for rule in params["rule"].options:
            for scale in (params["scale"].ticks[0], params["scale"].ticks[-1]):
                settings = DeepSettings(depth=50, width=2, rule=rule, scale=scale, dtype=dtype)
                profile = layer_profile(one_pass(settings, ["tanh", "relu"], [1])[0])
                assert np.isfinite(profile.delta).all() and np.isfinite(profile.weight).all()
                assert profile.zero_slope.shape == profile.saturated.shape == (50, 2)
    assert "zeros" not in params["rule"].options
