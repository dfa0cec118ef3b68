"""What a neuron makes of normally distributed sums, against high-precision quadrature."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, ELU, GELU, LeakyReLU, PReLU, ReLU, Sigmoid, SiLU, Tanh
from dlbasic.diagnostics import LAYERS, expectation, neuron_response, share_above
from dlbasic.text import number, percent
from tests.activations.every_activation import DEFAULTS

mpmath = pytest.importorskip("mpmath", reason="the reference values need mpmath")
mp = mpmath.mp

FUNCTIONS = [*DEFAULTS, GELU("tanh"), SiLU(10.0), ELU(0.3), PReLU(-0.5)]
LAWS = [(-4.0, 1.0), (-0.75, 0.1), (0.0, 1.0), (0.3, 2.0), (2.5, 10.0), (10.0, 10.0)]
# High precision is slow: each function in the far tail, and at two more laws, all in turn.
CASES = [
    (f, law)
    for place, f in enumerate(FUNCTIONS)
    for law in ((-10.0, 0.1), LAWS[place % 6], LAWS[(place + 3) % 6])
]


def law_name(law):
    return f"{law[0]:g},{law[1]:g}"


def quadrature(f, mean, std):
    """The expectations of value and slope by mpmath, to some 12 digits."""
    from tests.activations.test_activation_accuracy import REFERENCES

    @cache
    def weighted(x):
        """Value and slope times the density: both integrals meet the same places."""
        t = (x - mean) / mp.mpf(std)
        density = mp.exp(-t * t / 2)
        return [density * exact for exact in REFERENCES[type(f)](f, x)]

    near = [0.0, *f.kinks]
    marks = {mean + std * k for k in (-36, -16, -8, -5, -3, -1, 0, 1, 3, 5, 8, 16, 36)}
    # From a kink far out in the tail on, a density falls off within a part of its spread.
    steps = (0.005, 0.01, 0.02, 0.04, 0.08, 0.2, 0.5, 2)
    marks |= {kink + sign * std * step for kink in near for sign in (-1, 1) for step in steps}
    marks |= {*near, -3.0, -1.0, 1.0, 3.0}
    ends = [mp.mpf(mark) for mark in sorted(marks)]

    def integral(place):
        # mpmath goes on until it is right to so many places after the point.
        size = max(abs(weighted(end)[place]) for end in ends) or 1
        return size * mp.quad(lambda x: weighted(x)[place] / size, ends, maxdegree=7)

    with mp.workdps(60 if f == GELU("tanh") else 30):  # this form cancels
        root = mp.sqrt(2 * mp.pi)
        return [Decimal(mp.nstr(integral(place) / (root * std), 20)) for place in (0, 1)]


def same(found, expected, size=0):
    """As the digits that are shown, and some more; what cancels is 0."""
    return abs(found - expected) <= Decimal("1e-9") * abs(expected) + Decimal("1e-13") * size


@pytest.mark.parametrize(("f", "law"), CASES, ids=str)
def test_means_are_those_of_the_normal_law(f, law):
    response = neuron_response(f, *law)
    size = Decimal(abs(law[0]) + law[1])
    mean_output, mean_slope = quadrature(f, *law)
    assert same(response.mean_output, mean_output, size if f.range().low < 0 else 0)
    assert same(response.mean_slope, mean_slope)
    assert response.after_layers == response.mean_slope**LAYERS


def test_numbers_that_floats_or_slices_would_round_to_nothing():
    """ReLU far on its dead side: what the page said was 0, all outputs equal, 100 %, 0."""
    four, three = neuron_response(ReLU(), -4.0), neuron_response(ReLU(), -3.0)
    assert number(four.mean_output) == "7.15·10⁻⁶"
    assert percent(four.zero_slope) == "99.9968%"
    assert number(four.after_layers) == "1.02·10⁻⁴⁵" and number(three.after_layers) == "2.01·10⁻²⁹"
    assert number(three.mean_output) == "3.82·10⁻⁴"
    far = neuron_response(ReLU(), -10.0, 0.1)
    assert percent(far.zero_slope) == ">99.9999%" and number(far.mean_slope) == "1.34·10⁻²¹⁷⁴"


@pytest.mark.parametrize("t", [0.0, 0.5, 6.0, 36.9, 37.1, 60.0, 140.0])
def test_the_share_above_a_place_is_right_however_far_out(t):
    with mp.workdps(40):
        expected = Decimal(mp.nstr(mp.erfc(mp.mpf(t) / mp.sqrt(2)) / 2, 20))
    assert same(share_above(t), expected)


def beyond(bound, mean=0.0, std=1.0):
    """The share of a normal law outside -bound to bound."""
    with mp.workdps(40):
        high, low = ((mp.mpf(sign * bound) - mean) / std for sign in (1, -1))
        return Decimal(mp.nstr((mp.erfc(high / mp.sqrt(2)) + mp.erfc(-low / mp.sqrt(2))) / 2, 25))


@pytest.mark.parametrize("threshold", [0.005, 0.05, 0.2])
@pytest.mark.parametrize("law", [(0.0, 1.0), (0.0, 0.8), (-2.0, 3.0), (0.5, 0.1)], ids=law_name)
def test_a_slope_is_small_beyond_where_its_formula_says(threshold, law):
    """σ′(z) = 1/(4·cosh²(z/2)), tanh′(z) = 1/cosh²(z)."""
    of_sigmoid = 2 * math.acosh(1 / (2 * math.sqrt(threshold)))
    of_tanh = math.acosh(1 / math.sqrt(threshold))
    for f, bound in ((Sigmoid(), of_sigmoid), (Tanh(), of_tanh)):
        response = neuron_response(f, *law, threshold)
        assert same(response.small_slope, beyond(bound, *law)), f
        assert response.zero_slope == 0, "however small it is in floats"


def test_a_slope_counts_by_its_size():
    """Small is not flat: Leaky ReLU has no flat side, GELU's slope crosses 0 at its minimum."""
    leaky = neuron_response(LeakyReLU(0.04), threshold=0.05)
    assert (leaky.small_slope, leaky.zero_slope) == (Decimal("0.5"), 0)
    falling = neuron_response(GELU(), mean=-1.4, std=0.05, threshold=0.1)
    assert falling.mean_slope < Decimal("-0.12") and falling.small_slope < Decimal("1e-6")
    assert number(float(neuron_response(GELU()).small_slope)) == "0.08"
    assert neuron_response(LeakyReLU(1.0), threshold=0.5).small_slope == 0
    assert neuron_response(PReLU(0.0)).zero_slope == Decimal("0.5")
    assert neuron_response(PReLU(0.0), mean=2.0, std=10.0, threshold=2.0).small_slope == 1


@pytest.mark.parametrize("law", [(0.0, 1.0), (-10.0, 1.0), (2.5, 10.0)], ids=law_name)
@pytest.mark.parametrize("f", FUNCTIONS, ids=repr)
def test_histograms_have_the_shares_of_their_bins(f, law):
    """Against how many of very many equally likely sums fall into each bin."""
    mean, std = law
    response = neuron_response(f, mean, std)
    t = np.linspace(-3.3, 3.3, 400_001)
    density = np.exp(-(t**2) / 2) / math.sqrt(2 * math.pi) * (t[1] - t[0])
    density[[0, -1]] /= 2
    z = mean + std * t
    small = np.abs(f.grad(z)) < 0.05
    for rows, values in ((response.before, z), (response.after, f(z))):
        assert sum(row["share"] for row in rows) == pytest.approx(0.999033, abs=1e-6)
        for row in rows:
            inside = (row["low"] <= values) & (values <= row["high"])
            group = small if row["group"] == "small" else ~small
            assert row["share"] == pytest.approx(density[inside & group].sum(), abs=2e-5)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_an_expectation_adds_up(key):
    """E[a·f + b] = a·E[f] + b: one rule for what is large and what is small."""
    f = ACTIVATIONS[key]()
    plain = expectation(f, 0.3, 2.0, f.kinks)
    moved = expectation(lambda z: 3.0 * f(z) + 5.0, 0.3, 2.0, f.kinks)
    assert same(moved, 3 * plain + 5)
