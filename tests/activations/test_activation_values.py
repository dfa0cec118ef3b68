"""Values, slopes and types of every activation, with NumPy and the standard library alone."""

from __future__ import annotations

import math
import sys
import warnings

import numpy as np
import pytest

from dlbasic.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    Mish,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from tests.activations.every_activation import overflows

EXTREMES = np.array([0.0, 5e-324, 1e-310, 2.3e-308, 1e-30, 1.0, 19.1, 40.0, 709.8, 745.2, 1e5])
EXTREMES = np.append(EXTREMES, [1e154, 1e300, sys.float_info.max, math.inf])
EXTREMES = np.concatenate([-EXTREMES, EXTREMES])
STRICT = {"over": "raise", "divide": "raise", "invalid": "raise"}


def test_the_keys_stand_in_the_articles_order():
    article = ["sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "gelu", "silu", "mish"]
    assert list(ACTIVATIONS)[: len(article)] == article
    assert all(key == make.key == make().key for key, make in ACTIVATIONS.items())


@pytest.mark.parametrize(
    ("f", "x", "value", "slope"),
    [
        (Sigmoid(), 40.0, 1.0, 4.248354255291589e-18),
        (Sigmoid(), -40.0, 4.248354255291589e-18, 4.248354255291589e-18),
        (Tanh(), 20.0, 1.0, 1.6993417021166355e-17),
        (ReLU(), -3.0, 0.0, 0.0),
        (ReLU(), 0.0, 0.0, 0.0),
        (LeakyReLU(0.1), -2.0, -0.2, 0.1),
        (LeakyReLU(0.1), 0.0, 0.0, 0.1),
        (PReLU(-0.5), -2.0, 1.0, -0.5),
        (PReLU(-0.5), 2.0, 2.0, 1.0),
        (ELU(2.0), -1.0, -1.2642411176571153, 0.7357588823428847),
        (ELU(2.0), 0.0, 0.0, 2.0),
        (GELU(), -30.0, -1.472014178144456e-196, -4.416031690708495e-195),
        (GELU(), 0.0, 0.0, 0.5),
        (SiLU(), -1.2784645427610738, -0.2784645427610738, 0.0),
        (Softplus(), 0.0, math.log(2.0), 0.5),
        (Softplus(), -40.0, 4.248354255291589e-18, 4.248354255291589e-18),
        (Identity(), -7.0, -7.0, 1.0),
    ],
    ids=str,
)
def test_known_values(f, x, value, slope):
    assert float(f(x)) == pytest.approx(value, rel=1e-14, abs=1e-16 if value == 0 else 0)
    assert float(f.grad(x)) == pytest.approx(slope, rel=1e-13, abs=3e-16 if slope == 0 else 0)


@pytest.mark.parametrize(
    ("f", "minimum"), [(GELU(), -0.16997), (SiLU(), -0.27846), (Mish(), -0.30884)], ids=str
)
def test_published_minima(f, minimum):
    x = np.linspace(-3.0, 0.0, 30001)
    assert f(x).min() == pytest.approx(minimum, abs=5e-6)


def test_gelu_forms_are_apart_by_the_published_gap():
    x = np.linspace(-8.0, 8.0, 16001)
    assert np.abs(GELU()(x) - GELU("tanh")(x)).max() == pytest.approx(4.73e-4, abs=1e-6)


def test_gelu_agrees_with_the_standard_librarys_erfc():
    x = np.linspace(-5.0, 8.0, 1001)
    expected = [0.5 * t * math.erfc(-t / math.sqrt(2.0)) for t in x]
    np.testing.assert_allclose(GELU()(x), expected, rtol=2e-14, atol=0)


def test_the_slope_is_the_limit_of_finite_differences(activation):
    # Differences of the fourth order, which a curve as steep as SiLU(100) needs.
    h, x = 1e-4, np.linspace(-8.0, 8.0, 401) + 0.007
    for kink in activation.kinks:
        x = x[np.abs(x - kink) > 2 * h]
    near, far = (activation(x + step) - activation(x - step) for step in (h, 2 * h))
    scale = max(1.0, *np.abs(activation.grad(x)))
    np.testing.assert_allclose(
        activation.grad(x), (8 * near - far) / (12 * h), rtol=0, atol=scale * 1e-9
    )


def test_at_a_kink_the_slope_is_that_from_the_left(activation):
    for at in {0.0, *activation.kinks}:
        left, own = activation.grad([np.nextafter(at, -np.inf), at])
        assert own == pytest.approx(left, rel=1e-15, abs=1e-300)


def test_prelus_gradient_with_respect_to_alpha():
    x = np.array([-np.inf, -3.0, -1e-320, 0.0, 2.0, np.inf, np.nan])
    np.testing.assert_array_equal(
        PReLU().grad_alpha(x), [-np.inf, -3.0, -1e-320, 0.0, 0.0, 0.0, np.nan]
    )
    h, at = 1e-6, np.array([-5.0, -0.1, 0.3])
    difference = (PReLU(0.25 + h)(at) - PReLU(0.25 - h)(at)) / (2 * h)
    np.testing.assert_allclose(PReLU(0.25).grad_alpha(at), difference, atol=1e-9)
    assert PReLU().grad_alpha(np.float32([-1.5])).dtype == np.float32


def test_extreme_input_neither_warns_nor_gives_nan(any_activation):
    with np.errstate(**STRICT), warnings.catch_warnings():
        warnings.simplefilter("error")
        for dtype in (np.float64, np.float32, np.float16):
            with np.errstate(over="ignore"):
                x = EXTREMES.astype(dtype)
            assert not np.isnan(any_activation(x)).any()
            assert not np.isnan(any_activation.grad(x)).any()
    finite = EXTREMES[np.isfinite(EXTREMES)]
    assert np.isfinite(any_activation.grad(finite)).all()
    assert np.isfinite(any_activation(finite[~overflows(any_activation, finite)])).all()


def test_the_mathematics_itself_raises_no_flag(any_activation):
    # The public calls ignore the flags of true overflow; here nothing is ignored.
    x = EXTREMES[~overflows(any_activation, EXTREMES)]
    with np.errstate(**STRICT):
        any_activation._value(x.copy())
        any_activation._slope(x.copy())


def test_infinities_give_the_limits(activation):
    slopes = activation.grad([-np.inf, np.inf])
    np.testing.assert_array_equal(slopes, activation.grad([-1e300, 1e300]))
    low, high = activation([-np.inf, np.inf])
    for limit, far in ((low, -1e300), (high, 1e300)):
        if math.isfinite(limit):
            assert limit == activation(far)
        else:
            assert math.copysign(1e200, limit) * float(activation(far)) > 0


@pytest.mark.parametrize("beta", [5e-324, 1e-310, 1e-300])
def test_the_limits_of_silu_hold_for_the_smallest_beta(beta):
    np.testing.assert_array_equal(SiLU(beta)([-np.inf, np.inf]), [0.0, np.inf])
    np.testing.assert_array_equal(SiLU(beta).grad([-np.inf, np.inf]), [0.0, 1.0])


def test_nan_stays_nan(any_activation):
    signalling = np.array([0x7FF0000000000001], dtype=np.uint64).view(np.float64)
    for nan in (np.array([np.nan]), signalling, np.float32([np.nan]), np.float16([np.nan])):
        with np.errstate(**STRICT):
            assert np.isnan(any_activation(nan)).all()
            assert np.isnan(any_activation.grad(nan)).all()
    x = np.array([-1.0, np.nan, 1.0])
    np.testing.assert_array_equal(np.isnan(any_activation(x)), [False, True, False])
    np.testing.assert_array_equal(np.isnan(any_activation.grad(x)), [False, True, False])


@pytest.mark.parametrize("dtype", [np.float32, np.float16, ">f4"])
def test_narrow_floats_give_the_float64_result_rounded_once(activation, dtype):
    narrow = np.dtype(dtype).newbyteorder("=")
    x = np.linspace(-60.0, 60.0, 2401).astype(dtype)
    for map_ in (activation, activation.grad):
        with np.errstate(over="ignore", under="ignore"):
            expected = map_(x.astype(np.float64)).astype(narrow)
        got = map_(x)
        assert got.dtype == narrow
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64, bool, np.longdouble])
def test_all_other_real_numbers_become_float64(activation, dtype):
    x = np.array([0, 1, 1, 0], dtype=dtype)
    for map_ in (activation, activation.grad):
        assert map_(x).dtype == np.float64
        np.testing.assert_array_equal(map_(x), map_(np.array([0.0, 1.0, 1.0, 0.0])))


@pytest.mark.parametrize("x", [10**30, [10**30, -(10**30)], [[2**64], [-3]], [10**30, 0.5], 2**65])
def test_python_integers_of_any_size_are_real_numbers(activation, x):
    for map_ in (activation, activation.grad):
        got = map_(x)
        assert got.dtype == np.float64 and got.shape == np.shape(x)
        np.testing.assert_array_equal(got, map_(np.array(x, dtype=np.float64)))
        # Beyond the largest float64 they count as infinite, as the text 1e400 does.
        np.testing.assert_array_equal(map_([10**400, -(10**400)]), map_([np.inf, -np.inf]))


@pytest.mark.parametrize(
    "x",
    [
        [1j],
        ["1"],
        [None],
        np.array(["2020-01-01"], dtype="M8[D]"),
        [10**30, None],
        [10**30, "1"],
        [10**30, 1j],
        [10**30, True],
        np.array(["1"], dtype=object),
        object(),
    ],
)
def test_what_is_not_a_real_number_is_refused(x):
    for map_ in (Sigmoid(), Sigmoid().grad, PReLU().grad_alpha):
        with pytest.raises(TypeError, match="expected real numbers, not an array of type"):
            map_(x)


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 0, 2), (2, 3), (2, 1, 3, 2)])
def test_the_shape_is_kept(activation, shape):
    x = np.linspace(-1.0, 1.0, math.prod(shape)).reshape(shape)
    for map_ in (activation, activation.grad):
        assert map_(x).shape == shape
        np.testing.assert_array_equal(map_(x).ravel(), map_(x.ravel()))


def test_scalars_give_arrays_without_axes(activation):
    for x in (0.5, np.float64(0.5)):
        assert activation(x).shape == activation.grad(x).shape == ()
        assert float(activation(x)) == float(activation([x])[0])
    assert activation(1).dtype == np.float64
    assert activation(np.float32(0.5)).dtype == np.float32


def test_strided_input_gives_what_a_copy_gives(activation):
    x = np.linspace(-4.0, 4.0, 60).reshape(6, 10)
    for view in (x[::2, ::-3], x.T, np.broadcast_to(x[0], (3, 10)), np.asfortranarray(x)):
        for map_ in (activation, activation.grad):
            np.testing.assert_array_equal(map_(view), map_(view.copy()))


def test_the_input_is_neither_changed_nor_returned(activation):
    x = np.linspace(-4.0, 4.0, 9)
    before = x.copy()
    for map_ in (activation, activation.grad):
        assert not np.shares_memory(map_(x), x)
        np.testing.assert_array_equal(x, before)
    x.flags.writeable = False
    activation(x)
    activation.grad(x)
