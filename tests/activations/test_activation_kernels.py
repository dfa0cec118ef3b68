"""The in-place kernels that networks train with, held to the exact pair that charts show."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from dlbasic.activations import PReLU, Sigmoid, SiLU, Tanh
from dlbasic.activations.base import Activation
from tests.activations.every_activation import width

DTYPES = (np.float32, np.float64)
SMALLEST_NORMAL = 2.0**-1022


def run(f, x, alpha=None):
    value, slope = np.full_like(x, 77.0), np.full_like(x, 77.0)
    more = {} if alpha is None else {"alpha": alpha}
    with np.errstate(all="ignore"):
        f.kernel(x, value, slope, **more)
    return value, slope


def points(f, largest: float = 1e308) -> np.ndarray:
    """Tails, the turns and what is around them, huge and tiny numbers."""
    rng = np.random.default_rng(7)
    around = np.concatenate([np.geomspace(1e-16, 1.0, 17), -np.geomspace(1e-16, 1.0, 17)])
    huge = np.geomspace(50.0, largest, 400)
    near = np.concatenate(
        [
            np.linspace(-50.0, 50.0, 4001),
            np.linspace(-760.0, 760.0, 4001),
            np.linspace(-716.0, -708.0, 801),
            rng.normal(0.0, 4.0, 4000),
        ]
    )
    tiny = np.array([0.0, 5e-324, 1e-310, 2.3e-308, 1e-45, 1e-20])
    scaled = near * width(f)
    turns = [turn + max(1.0, abs(turn)) * around for turn in f.turning_points if abs(turn) < 1e9]
    every = np.concatenate([near, scaled, huge, -huge, tiny, -tiny, *turns])
    return every[np.abs(every) <= largest]


def beside_a_zero(f, x: np.ndarray) -> np.ndarray:
    """Whether the slope passes through 0 near each ``x``, where it has only an absolute error."""
    turns = np.array([turn for turn in f.turning_points if turn not in f.kinks])
    below, above = f.grad(turns * (1.0 - 1e-6)), f.grad(turns * (1.0 + 1e-6))
    crossings = turns[below * above < 0.0]
    return (np.abs(x[:, None] - crossings) < 0.05 * np.abs(crossings)).any(axis=1)


def test_float64_is_the_exact_pair_with_its_tails(any_activation):
    f = any_activation
    x = points(f)
    beside_zero = beside_a_zero(f, x)
    for got, true, absolute in zip(run(f, x), (f(x), f.grad(x)), (False, beside_zero), strict=True):
        scale = np.where(absolute, 1.0, np.abs(true))
        normal = np.isfinite(true) & (scale >= SMALLEST_NORMAL)
        error = np.abs(got[normal] - true[normal]) / scale[normal]
        assert error.max() <= 1e-12, (x[normal][error.argmax()], error.max())
        infinite = np.isinf(true)
        np.testing.assert_array_equal(got[infinite], true[infinite])
        below = scale < SMALLEST_NORMAL
        assert (np.abs(got[below]) <= 1.5 * SMALLEST_NORMAL).all()


def test_float32_is_right_to_a_millionth(activation):
    x = points(activation, 1e37).astype(np.float32)
    double = x.astype(np.float64)
    exact = activation(double), activation.grad(double)
    for got, true in zip(run(activation, x), exact, strict=True):
        assert got.dtype == np.float32
        inside = np.abs(true) < 1e38
        error = np.abs(got - true)[inside] / np.maximum(1.0, np.abs(true[inside]))
        assert error.max() <= 1e-6, (x[inside][error.argmax()], error.max())


@pytest.mark.parametrize(
    ("f", "x", "value", "slope"),
    [
        # mpmath at 60 digits
        (Sigmoid(), 40.0, 1.0, 4.248354255291589e-18),
        (Sigmoid(), -700.0, 9.859676543759771e-305, 9.859676543759771e-305),
        (Tanh(), 30.0, 1.0, 3.502604305078608e-26),
        (Tanh(), -1.0, -0.7615941559557649, 0.41997434161402607),
        # e^-712 is subnormal, its product with 712 is not.
        (SiLU(), -712.0, -4.313292185103229e-307, -4.307234190461230e-307),
    ],
)
def test_known_values(f, x, value, slope):
    got_value, got_slope = run(f, np.array([x]))
    assert got_value[0] == pytest.approx(value, rel=1e-12, abs=0)
    assert got_slope[0] == pytest.approx(slope, rel=1e-12, abs=0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [3, 5000])
def test_nan_stays_and_comes_from_nothing_else(activation, dtype, size):
    x = np.linspace(-9.0, 9.0, size, dtype=dtype)
    x[size // 3] = np.nan
    extreme = np.array([np.inf, -np.inf, np.finfo(dtype).max, np.finfo(dtype).min], dtype)
    x = np.concatenate([x, extreme])
    for got in run(activation, x):
        np.testing.assert_array_equal(np.isnan(got), np.isnan(x))


@pytest.mark.parametrize("x", [math.inf, -math.inf])
def test_at_infinity_it_is_the_limit_or_the_largest_number(activation, x):
    value, slope = run(activation, np.array([x]))
    limit = activation(np.array([x]))[0]
    if math.isinf(limit):
        # A gate or a line may be multiplied with the largest number in place of infinity.
        assert math.copysign(1, value[0]) == math.copysign(1, limit) and abs(value[0]) > 1e305
    else:
        assert value[0] == pytest.approx(limit, rel=1e-12, abs=1e-307)
    assert slope[0] == pytest.approx(activation.grad(np.array([x]))[0], abs=1e-307)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("repeats", [1, 500])
def test_at_a_kink_it_takes_the_slope_from_the_left(activation, dtype, repeats):
    tiny = np.finfo(dtype).smallest_subnormal
    kinks = np.array(activation.kinks, dtype)
    left, right = np.nextafter(kinks, dtype(-np.inf)), np.nextafter(kinks, dtype(np.inf))
    near = np.concatenate([np.array([-tiny, -0.0, 0.0, tiny], dtype), left, kinks, right])
    assert near.dtype == dtype
    x = np.tile(near, repeats)
    slope = run(activation, x)[1]
    rtol = 1e-6 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(slope, activation.grad(x), rtol=rtol)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(0,), (5,), (2, 3, 4), (4, 9, 60)])
def test_views_with_gaps_are_filled_and_nothing_else(activation, dtype, shape):
    rng = np.random.default_rng(3)
    x = rng.normal(0.0, 3.0, shape).astype(dtype)
    before = x.copy()
    expected = run(activation, x)
    np.testing.assert_array_equal(x, before)
    blocks = [np.full((*shape, 2), 7.0, dtype) for _ in range(3)]
    blocks[0][..., 0] = x
    with np.errstate(all="ignore"):
        activation.kernel(*(block[..., 0] for block in blocks))
    for block, wanted in zip(blocks, (before, *expected), strict=True):
        # The last bits may differ: NumPy has other loops for arrays with gaps.
        rtol, atol = (1e-6, 1e-7) if dtype == np.float32 else (1e-13, 1e-15)
        np.testing.assert_allclose(block[..., 0], wanted, rtol=rtol, atol=atol)
        np.testing.assert_array_equal(block[..., 1], 7.0)


@pytest.mark.parametrize("samples", [10, 500])
def test_a_layer_within_a_block_keeps_its_row_of_ones(activation, samples):
    x = np.random.default_rng(4).normal(0.0, 3.0, (7, 8, samples))
    block, slope = np.ones((7, 9, samples)), np.empty_like(x)
    with np.errstate(all="ignore"):
        activation.kernel(x, block[:, :-1], slope)
    value, expected = run(activation, x)
    np.testing.assert_allclose(block[:, :-1], value, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(slope, expected, rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(block[:, -1], 1.0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("units", [3, 200])
def test_each_network_has_its_own_learned_slope(dtype, units):
    alphas = [-2.0, -0.25, 0.0, 0.25, 1.0, 3.0]
    x = np.random.default_rng(5).normal(0.0, 3.0, (len(alphas), units, 10)).astype(dtype)
    x[:, 0, :3] = [0.0, -np.inf, np.nan]
    value, slope = run(PReLU(), x, np.array(alphas, dtype).reshape(-1, 1, 1))
    for k, alpha in enumerate(alphas):
        one_value, one_slope = run(PReLU(alpha), x[k])
        np.testing.assert_array_equal(value[k], one_value)
        np.testing.assert_array_equal(slope[k], one_slope)


def test_a_function_without_a_kernel_of_its_own_uses_its_exact_pair():
    @dataclass(frozen=True)
    class Plain(Sigmoid):
        _fill = Activation._fill

    x = np.random.default_rng(6).normal(0.0, 3.0, (2, 5)).astype(np.float32)
    value, slope = run(Plain(), x)
    np.testing.assert_array_equal(value, Sigmoid()(x))
    np.testing.assert_array_equal(slope, Sigmoid().grad(x))
