"""What a neuron makes of normally distributed sums, against closed forms."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from dlbasic.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softplus,
    Tanh,
)
from dlbasic.diagnostics import LAYERS, SUMS, histogram, neuron_response, normal_quantiles

NORMAL = NormalDist()
SLICE = 1 / SUMS  # the share that one of the sums stands for


def beyond(bound: float, mean: float = 0.0, std: float = 1.0) -> float:
    """The share of a normal distribution outside -bound to bound."""
    return 1.0 - NORMAL.cdf((bound - mean) / std) + NORMAL.cdf((-bound - mean) / std)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 101, 2000])
def test_quantiles_are_symmetric_and_rise(count):
    z = normal_quantiles(count)
    assert z.shape == (count,)
    np.testing.assert_array_equal(z, -z[::-1])
    assert (np.diff(z) > 0).all()
    assert z.mean() == pytest.approx(0.0, abs=1e-12)


def test_quantiles_have_the_moments_of_the_normal_distribution():
    z = normal_quantiles()
    assert len(z) == SUMS
    assert np.mean(z**2) == pytest.approx(1.0, abs=2e-3)
    assert np.mean(np.abs(z)) == pytest.approx(math.sqrt(2 / math.pi), abs=2e-3)
    assert np.mean(z**4) == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("bound", [0.1, 0.5, 1.0, 2.0, 3.0])
def test_quantiles_are_equally_likely(bound):
    inside = np.mean(np.abs(normal_quantiles()) < bound)
    assert inside == pytest.approx(math.erf(bound / math.sqrt(2)), abs=2 * SLICE)


def test_quantiles_cannot_be_changed_by_a_caller():
    with pytest.raises(ValueError, match="read-only"):
        normal_quantiles()[0] = 0.0


@pytest.mark.parametrize(
    ("f", "mean_output", "mean_slope"),
    [
        (ReLU(), 1 / math.sqrt(2 * math.pi), 0.5),
        (LeakyReLU(0.1), 0.9 / math.sqrt(2 * math.pi), 0.55),
        (Identity(), 0.0, 1.0),
        # The logistic function is odd about (0, ½); its mean slope and softplus's mean output
        # are integrals over the normal density, by mpmath's quad at 30 digits.
        (Sigmoid(), 0.5, 0.2066209641419070),
        (Softplus(), 0.8060591833474398, 0.5),
        (Tanh(), 0.0, 0.6057055096021588),
        # E[x·Φ(x)] = E[φ(x)] = 1/(2√π), and by Stein's lemma E[f'(x)] = E[x·f(x)] = ½.
        (GELU(), 1 / (2 * math.sqrt(math.pi)), 0.5),
        # ∫ over x < 0 of eˣ dΦ = e^½·Φ(-1).
        (
            ELU(1.0),
            1 / math.sqrt(2 * math.pi) + math.exp(0.5) * NORMAL.cdf(-1.0) - 0.5,
            0.5 + math.exp(0.5) * NORMAL.cdf(-1.0),
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, float) else None,
)
def test_means_under_the_standard_normal(f, mean_output, mean_slope):
    response = neuron_response(f)
    assert response.mean_output == pytest.approx(mean_output, abs=SLICE)
    assert response.mean_slope == pytest.approx(mean_slope, abs=SLICE)
    assert response.after_layers == pytest.approx(response.mean_slope**10, rel=1e-12)
    assert LAYERS == 10


@pytest.mark.parametrize("mean", [-3.0, -0.5, 0.0, 2.0])
@pytest.mark.parametrize("std", [0.1, 1.0, 4.0])
def test_mean_and_spread_reach_the_neuron(mean, std):
    """For ReLU: E[max(0, z)] = μΦ(μ/σ) + σφ(μ/σ), and the share above 0 is Φ(μ/σ)."""
    response = neuron_response(ReLU(), mean, std)
    ratio = mean / std
    expected = mean * NORMAL.cdf(ratio) + std * NORMAL.pdf(ratio)
    assert response.mean_output == pytest.approx(expected, abs=std * SLICE)
    assert response.mean_slope == pytest.approx(NORMAL.cdf(ratio), abs=SLICE)
    assert response.zero_slope == pytest.approx(1 - NORMAL.cdf(ratio), abs=SLICE)


@pytest.mark.parametrize("threshold", [0.005, 0.05, 0.1, 0.2])
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (0.0, 5.0), (2.0, 3.0)])
def test_saturated_share_of_the_sigmoid(threshold, mean, std):
    """σ'(z) = 1/(4·cosh²(z/2)) is below t where |z| > 2·arcosh(1/(2√t))."""
    bound = 2 * math.acosh(1 / (2 * math.sqrt(threshold)))
    response = neuron_response(Sigmoid(), mean, std, threshold)
    assert response.saturated == pytest.approx(beyond(bound, mean, std), abs=2 * SLICE)


@pytest.mark.parametrize("threshold", [0.005, 0.05, 0.5])
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (0.0, 5.0), (-2.0, 3.0)])
def test_saturated_share_of_tanh(threshold, mean, std):
    """tanh'(z) = 1/cosh²(z) is below t where |z| > arcosh(1/√t)."""
    bound = math.acosh(1 / math.sqrt(threshold))
    response = neuron_response(Tanh(), mean, std, threshold)
    assert response.saturated == pytest.approx(beyond(bound, mean, std), abs=2 * SLICE)


def test_a_negative_slope_counts_by_its_size():
    """Mish, SiLU and GELU fall on part of the negative side: that is not saturation."""
    response = neuron_response(LeakyReLU(0.04), threshold=0.05)
    assert response.saturated == 0.5
    assert response.zero_slope == 0.0
    falling = neuron_response(GELU(), mean=-1.4, std=0.05, threshold=0.1)
    assert falling.mean_slope < -0.12
    assert falling.saturated == 0.0


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_rows_and_numbers_belong_together(key):
    f = ACTIVATIONS[key]()
    response = neuron_response(f, 0.3, 2.0)
    np.testing.assert_array_equal(response.y, f(response.z))
    np.testing.assert_array_equal(response.slope, f.grad(response.z))
    assert response.z.mean() == pytest.approx(0.3)
    assert response.z.std() == pytest.approx(2.0, rel=2e-3)


@pytest.mark.parametrize("bins", [1, 7, 40])
def test_histogram_accounts_for_every_value_once(bins):
    values = normal_quantiles(1000)
    groups = np.where(np.abs(values) < 1.0, "near", "far")
    rows = histogram(values, groups, bins)
    assert math.fsum(row["share"] for row in rows) == pytest.approx(1.0)
    near = math.fsum(row["share"] for row in rows if row["group"] == "near")
    assert near == pytest.approx(np.mean(np.abs(values) < 1.0))
    assert min(row["low"] for row in rows) == values[0]
    assert max(row["high"] for row in rows) == pytest.approx(values[-1])
    assert all(row["share"] > 0 and row["low"] < row["high"] for row in rows)


def test_histogram_of_equal_values_is_one_bar():
    rows = histogram(np.zeros(5), np.full(5, "all"))
    assert [row["share"] for row in rows] == [1.0]
    assert rows[0]["low"] <= 0.0 < rows[0]["high"]
