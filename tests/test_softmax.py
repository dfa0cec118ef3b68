"""Softmax, its logarithm and its vector-Jacobian product, against the decimal module's exp."""

from __future__ import annotations

import math
import warnings
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from dlbasic.softmax import log_softmax, softmax, softmax_vjp

STRICT = {"over": "raise", "divide": "raise", "invalid": "raise"}
HOSTILE = [
    [1e308, -1e308, 0.0],
    [1e308, 1e308, 1e308],
    [-1e308, -1e308],
    [1.7976931348623157e308, -1.7976931348623157e308],
    [1000.0, 1001.0, 1002.0],
    [-1000.0, -2000.0],
    [0.0, 5e-324],
    [7.0],
]
TEMPERATURES = [5e-324, 1e-300, 0.1, 1.0, 10.0, 1e300, 1.7976931348623157e308]


def exact(z, temperature: float) -> tuple[list[Decimal], list[Decimal]]:
    """Shares and their logarithms from the definition, with 1000 digits."""
    with localcontext() as context:
        context.prec = 1000
        context.Emin, context.Emax = -(10**17), 10**17
        logits = [(Decimal(s) - Decimal(max(z))) / Decimal(temperature) for s in z]
        logits = [max(s, Decimal(-2000)) for s in logits]
        weights = [s.exp() for s in logits]
        total = sum(weights)
        context.prec = 700
        return [w / total for w in weights], [s - total.ln() for s in logits]


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("z", HOSTILE, ids=str)
def test_hostile_scores_give_shares_that_sum_to_1(z, temperature):
    with np.errstate(**STRICT), warnings.catch_warnings():
        warnings.simplefilter("error")
        p, logs = softmax(z, temperature=temperature), log_softmax(z, temperature=temperature)
        g = softmax_vjp(p, np.full(len(z), 1e308), temperature=temperature)
    assert (p >= 0).all() and p.sum() == pytest.approx(1.0, abs=1e-15)
    assert (logs <= 0).all() and not np.isnan(logs).any() and not np.isnan(g).any()
    shares, _ = exact(z, temperature)
    np.testing.assert_allclose(p, [float(s) for s in shares], rtol=3e-13, atol=1e-300)


@pytest.mark.parametrize("temperature", [0.25, 0.7, 1.0, 3.0])
@pytest.mark.parametrize("spread", [1.0, 30.0, 300.0])
def test_values_are_right_in_the_tails_too(temperature, spread):
    rng = np.random.default_rng(3)
    for _ in range(3):
        z = rng.uniform(-spread, spread, 5) * min(temperature, 1.0)
        shares, logs = exact(z.tolist(), temperature)
        # A score near 700 is rounded to within 6e-14, and so is its exponential.
        np.testing.assert_allclose(
            softmax(z, temperature=temperature), [float(s) for s in shares], rtol=3e-13, atol=5e-324
        )
        np.testing.assert_allclose(
            log_softmax(z, temperature=temperature),
            [float(s) for s in logs],
            rtol=3e-13,
            atol=1e-300,
        )


def test_the_logarithm_of_a_dominating_share_is_not_lost():
    for gap in (20.0, 40.0, 100.0, 700.0):
        assert float(log_softmax([gap, 0.0])[0]) == pytest.approx(-math.exp(-gap), rel=1e-14)
    assert float(log_softmax([1000.0, 0.0])[1]) == -1000.0


def test_shares_do_not_change_when_all_scores_do():
    z = np.array([0.5, -1.0, 2.0])
    np.testing.assert_allclose(softmax(z + 1024.0), softmax(z), rtol=1e-15)
    np.testing.assert_array_equal(np.exp(log_softmax(z)).round(14), softmax(z).round(14))


def test_temperature_divides_the_scores():
    z = np.array([0.5, -1.0, 2.0])
    np.testing.assert_allclose(softmax(z, temperature=0.25), softmax(z * 4), rtol=1e-15)
    np.testing.assert_allclose(log_softmax(z, temperature=2), log_softmax(z / 2), rtol=1e-15)
    np.testing.assert_array_equal(softmax(z, temperature=1e-300), [0.0, 0.0, 1.0])
    np.testing.assert_allclose(softmax(z, temperature=1e300), [1 / 3] * 3, rtol=1e-15)


def test_two_scores_give_the_sigmoid_of_their_difference():
    x = np.linspace(-30.0, 30.0, 61)
    z = np.stack([x, np.zeros_like(x)], axis=-1)
    np.testing.assert_allclose(softmax(z)[:, 0], 1 / (1 + np.exp(-x)), rtol=1e-15)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
def test_any_axis(axis):
    rng = np.random.default_rng(5)
    z, v = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3, 4, 5))
    moved = [np.moveaxis(a, axis, -1) for a in (z, v)]
    for got, expected in (
        (softmax(z, axis), softmax(moved[0])),
        (log_softmax(z, axis), log_softmax(moved[0])),
        (softmax_vjp(softmax(z, axis), v, axis), softmax_vjp(softmax(moved[0]), moved[1])),
    ):
        np.testing.assert_allclose(np.moveaxis(got, axis, -1), expected, rtol=1e-13)
    np.testing.assert_allclose(softmax(z, axis).sum(axis), 1.0, rtol=1e-15)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_product_is_that_with_the_jacobian(temperature):
    rng = np.random.default_rng(7)
    z, v = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    p = softmax(z, temperature=temperature)
    got = softmax_vjp(p, v, temperature=temperature)
    for row in range(4):
        jacobian = (np.diag(p[row]) - np.outer(p[row], p[row])) / temperature
        np.testing.assert_allclose(got[row], v[row] @ jacobian, rtol=0, atol=1e-15)
    h = 1e-5
    for at in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[at] = h
        up = softmax(z + step, temperature=temperature)
        down = softmax(z - step, temperature=temperature)
        assert got[at] == pytest.approx(float(((up - down) * v).sum() / (2 * h)), abs=1e-9)
    np.testing.assert_allclose(got.sum(axis=-1), 0.0, atol=1e-15)


def test_the_product_does_not_overflow_on_the_way():
    p = np.array([0.5, 0.5])
    with np.errstate(**STRICT):
        np.testing.assert_array_equal(softmax_vjp(p, [1e308, -1e308]), [5e307, -5e307])
        got = softmax_vjp([0.999, 0.001], [1.7e308, -1.7e308])
    np.testing.assert_allclose(got, [3.3966e305, -3.3966e305], rtol=1e-12)


def test_the_product_keeps_the_tails_when_one_share_dominates():
    for gap in (10.0, 30.0, 40.0, 300.0, 700.0):
        z = [gap, 0.0, 0.0]
        (p, q, _), _ = exact(z, 1.0)
        for v, true in (
            ([1.0, 0.0, 0.0], [2 * p * q, -p * q, -p * q]),
            ([1.0, 1.0, 0.0], [p * q, q * q, -q * (p + q)]),
            ([3e15, -1.0, 2.0], [p * q * (Decimal("6e15") - 1)]),
        ):
            got = softmax_vjp(softmax(z), v)[: len(true)]
            np.testing.assert_allclose(got, [float(g) for g in true], rtol=1e-13, atol=1e-320)
    assert float(softmax_vjp(softmax([40, 0, 0]), [1, 0, 0])[0]) == pytest.approx(8.5e-18, rel=1e-3)


@pytest.mark.parametrize("spread", [1.0, 40.0, 300.0])
@pytest.mark.parametrize("size", [1.0, 1e-200, 1e200, 1.7e308])
def test_the_product_is_that_of_exact_arithmetic(spread, size):
    rng = np.random.default_rng(11)
    for count in (2, 3, 10, 200):
        p = softmax(rng.uniform(-spread, spread, count))
        v = rng.uniform(-1.0, 1.0, count) * size
        with np.errstate(**STRICT):
            got = softmax_vjp(p, v, temperature=2.0)
        # In rising order of v the terms q·(v - w) are positive up to v's own place, then negative.
        order = np.argsort(v)
        shares, gradient, found = ([Fraction(x) for x in of[order].tolist()] for of in (p, v, got))
        products = [q * w for q, w in zip(shares, gradient, strict=True)]
        whole, mean, largest = sum(shares), sum(products), max(shares)
        below = below_mean = Fraction(0)
        for q, w, product, g in zip(shares, gradient, products, found, strict=True):
            below, below_mean = below + q, below_mean + product
            true = q * (w * whole - mean) / 2
            # Terms of both signs may cancel, so the error is held against the sum of their sizes.
            sizes = q * (w * (2 * below - whole) - (2 * below_mean - mean)) / 2
            allowed = Fraction(2e-15) / largest * sizes
            assert abs(g - true) <= allowed + Fraction(1e-320)


@pytest.mark.parametrize("map_", [softmax, log_softmax, lambda z: softmax_vjp(z, z)])
def test_types_follow_the_rule_of_the_activations(map_):
    z = np.linspace(-3.0, 3.0, 12).reshape(3, 4)
    for dtype in (np.float32, np.float16):
        narrow = z.astype(dtype)
        assert map_(narrow).dtype == dtype
        expected = map_(narrow.astype(np.float64)).astype(dtype)
        np.testing.assert_array_equal(map_(narrow), expected)
    for dtype in (np.int64, np.uint8, bool):
        assert map_(np.eye(3, dtype=dtype)).dtype == np.float64
        np.testing.assert_array_equal(map_(np.eye(3, dtype=dtype)), map_(np.eye(3)))
    for wrong in ([1j, 0], ["a"], [None]):
        with pytest.raises(TypeError, match="real numbers"):
            map_(wrong)


def test_the_wider_of_two_types_is_kept():
    assert softmax_vjp(np.float32([1.0]), np.float64([1.0])).dtype == np.float64
    assert softmax_vjp(np.float32([1.0]), np.float16([1.0])).dtype == np.float32
    assert softmax_vjp(np.float32([1.0]), [1]).dtype == np.float64


@pytest.mark.parametrize("map_", [softmax, log_softmax])
def test_nan_spoils_its_own_vector_only(map_):
    with np.errstate(**STRICT), warnings.catch_warnings():
        warnings.simplefilter("error")
        got = map_([[0.0, np.nan, np.inf], [1.0, 2.0, 3.0]])
    assert np.isnan(got[0]).all() and np.isfinite(got[1]).all()
    assert np.isnan(softmax_vjp([0.5, 0.5], [np.nan, 1.0])).all()


def test_infinite_scores_give_the_limit():
    inf = math.inf
    with np.errstate(**STRICT):
        np.testing.assert_array_equal(softmax([-inf, 0.0, 0.0]), [0.0, 0.5, 0.5])
        np.testing.assert_array_equal(softmax([inf, 0.0, -inf, inf]), [0.5, 0.0, 0.0, 0.5])
        np.testing.assert_array_equal(softmax([-inf, -inf]), [0.5, 0.5])
        np.testing.assert_array_equal(log_softmax([-inf, 0.0]), [-inf, 0.0])


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3), (1,), (2, 3, 4)])
def test_the_shape_is_kept_and_the_input_is_not_changed(shape):
    z = np.linspace(-1.0, 1.0, math.prod(shape)).reshape(shape)
    z.flags.writeable = False
    assert softmax(z).shape == log_softmax(z).shape == softmax_vjp(z, z).shape == shape
    assert not np.shares_memory(log_softmax(z), z)


every_map = pytest.mark.parametrize(
    "map_", [softmax, log_softmax, lambda z, *rest, **named: softmax_vjp(z, z, *rest, **named)]
)


@every_map
def test_a_single_number_is_one_score(map_):
    for one in (3.0, np.float64(3.0), 10**30, np.array(-1e308)):
        for axis in (-1, 0, np.int64(0)):
            got = map_(one, axis)
            assert got.shape == () and got == map_([one])[0]
        with pytest.raises(np.exceptions.AxisError):
            map_(one, 1)
    assert (softmax(3.0), log_softmax(3.0), softmax_vjp(1.0, 3.0)) == (1.0, 0.0, 0.0)


@every_map
@pytest.mark.parametrize("axis", [None, (0,), (0, 1), 1.0, "0", True])
def test_an_axis_that_is_not_one_whole_number_is_refused(map_, axis):
    for z in (np.eye(3), 3.0, np.zeros((0, 3))):
        with pytest.raises(TypeError, match="axis must be one whole number, not"):
            map_(z, axis)


@every_map
@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_that_the_array_does_not_have_is_refused(map_, axis):
    for z in (np.eye(3), np.zeros((0, 3)), np.zeros((3, 0))):
        with pytest.raises(np.exceptions.AxisError, match=f"axis {axis} is out of bounds"):
            map_(z, axis)


@every_map
def test_python_integers_of_any_size_are_scores(map_):
    np.testing.assert_array_equal(map_([10**30, 1]), map_([1e30, 1.0]))
    np.testing.assert_array_equal(map_([2**64, 2**64]), map_([2.0**64, 2.0**64]))
    with pytest.raises(TypeError, match="real numbers"):
        map_([10**30, "1"])


@every_map
@pytest.mark.parametrize("two", [np.int64(2), np.float32(2.0), Fraction(2), 2])
def test_any_real_number_is_a_temperature(map_, two):
    z = [0.5, -1.0, 2.0]
    np.testing.assert_array_equal(map_(z, temperature=two), map_(z, temperature=2.0))


@pytest.mark.parametrize(
    "temperature", [0.0, -1.0, math.inf, math.nan, "1", None, True, 10**400, -(10**400)]
)
def test_a_wrong_temperature_is_refused(temperature):
    z = [0.0, 1.0]
    for call in (
        lambda: softmax(z, temperature=temperature),
        lambda: log_softmax(z, temperature=temperature),
        lambda: softmax_vjp(z, z, temperature=temperature),
    ):
        with pytest.raises(ValueError, match="temperature must be a finite number above 0"):
            call()


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match=r"one shape, not \(2,\) and \(3,\)"):
        softmax_vjp([0.5, 0.5], [1.0, 2.0, 3.0])
