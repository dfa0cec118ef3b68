"""Properties that hold for any float, searched for counterexamples by hypothesis."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from dlbasic.activations import ELU, GELU, LeakyReLU, PReLU, Sigmoid, SiLU, Softplus, Tanh

pytest.importorskip("hypothesis", reason="the search for counterexamples needs hypothesis")
from hypothesis import given, settings
from hypothesis import strategies as st

EPSILON = 2.0**-52
STRICT = {"over": "raise", "divide": "raise", "invalid": "raise"}

any_float = st.floats(allow_nan=False, allow_infinity=True)
moderate = st.floats(-800.0, 800.0)
many = st.lists(any_float | moderate, min_size=1, max_size=20)
thorough = settings(max_examples=100, deadline=None, derandomize=True, database=None)


def check_anywhere(f, x: np.ndarray) -> None:
    with np.errstate(**STRICT), warnings.catch_warnings():
        warnings.simplefilter("error")
        value, slope = f(x), f.grad(x)
    assert value.dtype == slope.dtype == x.dtype and value.shape == slope.shape == x.shape
    assert not np.isnan(value).any() and not np.isnan(slope).any()
    # An open end is reached in floats: sigmoid(40) is 1.
    slack = 4 * EPSILON if x.dtype == np.float64 else 1e-7
    for said, got in ((f.range(), value), (f.slope_range(), slope)):
        low = said.low - slack * abs(said.low) if math.isfinite(said.low) else said.low
        high = said.high + slack * abs(said.high) if math.isfinite(said.high) else said.high
        assert (got >= low).all() and (got <= high).all()


@thorough
@given(many)
def test_any_float64_is_safe(any_activation, x):
    check_anywhere(any_activation, np.array(x))


@thorough
@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=True), min_size=1))
def test_any_float32_is_safe(activation, x):
    check_anywhere(activation, np.array(x, dtype=np.float32))


@thorough
@given(many, st.floats(0.0, 100.0))
def test_silu_is_safe_with_any_beta(x, beta):
    check_anywhere(SiLU(beta), np.array(x))


@thorough
@given(many, st.floats(0.0, 1000.0))
def test_elu_is_safe_with_any_alpha(x, alpha):
    check_anywhere(ELU(alpha), np.array(x))


@thorough
@given(many, st.floats(allow_nan=False, allow_infinity=False), st.floats(0.0, 1.0))
def test_prelu_and_leaky_relu_are_safe_with_any_alpha(x, alpha, small):
    check_anywhere(PReLU(alpha), np.array(x))
    check_anywhere(LeakyReLU(small), np.array(x))


@thorough
@given(st.lists(any_float | moderate, min_size=2, max_size=20))
def test_monotone_functions_never_fall(activation, x):
    if activation.monotone:
        value = activation(np.sort(x))
        # Neighbouring floats may come out two units of the last place the wrong way round.
        with np.errstate(over="ignore"):
            allowed = np.nextafter(np.nextafter(value[:-1], -np.inf), -np.inf)
        assert (value[1:] >= allowed).all()


@thorough
@given(many)
def test_symmetries(x):
    x = np.array(x)
    np.testing.assert_array_equal(Tanh()(-x), -Tanh()(x))
    np.testing.assert_array_equal(Tanh().grad(-x), Tanh().grad(x))
    np.testing.assert_array_equal(Sigmoid().grad(-x), Sigmoid().grad(x))
    np.testing.assert_allclose(Sigmoid()(-x) + Sigmoid()(x), 1.0, rtol=2 * EPSILON)
    np.testing.assert_array_equal(Softplus().grad(x), Sigmoid()(x))
    for f in (GELU(), GELU("tanh"), SiLU(), SiLU(1.7)):
        np.testing.assert_allclose(f.grad(-x) + f.grad(x), 1.0, rtol=4 * EPSILON)
        finite = x[np.isfinite(x)]
        np.testing.assert_allclose(f(finite) - f(-finite), finite, rtol=4 * EPSILON, atol=1e-323)


@thorough
@given(st.lists(moderate, min_size=1))
def test_silu_only_scales_with_beta(x):
    x = np.array(x)
    np.testing.assert_allclose(SiLU(2.0)(x) * 2.0, SiLU()(2.0 * x), rtol=1e-14, atol=1e-320)
    np.testing.assert_allclose(SiLU(2.0).grad(x), SiLU().grad(2.0 * x), rtol=1e-13, atol=1e-16)
