"""GELU against sampling, and how Mish bends beside SiLU."""

import math
import re

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.other_activations.gelu import LIMIT, GeluSampling, run_gelu
from dlbasic.claims.other_activations.mish import MishCurvature, run_mish, second_derivative
from dlbasic.params import declared
from dlbasic.text import LANGUAGES


def binomial(n, p):
    """All probabilities of a binomial law."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    k = np.arange(n + 1)
    return np.exp(logs[n] - logs - logs[::-1] + k * math.log(p) + (n - k) * math.log1p(-p))


@pytest.mark.parametrize("draws", [500, 1000, 5000])
def test_false_alarms_are_rare(draws):
    n = 20 * draws
    total = 0.0
    for x in np.linspace(-3, 3, 61):
        p = math.erfc(-x / math.sqrt(2)) / 2
        far = np.abs(np.arange(n + 1) - n * p) >= LIMIT * math.sqrt(n * p * (1 - p))
        total += binomial(n, p)[far].sum()
    assert 1e-8 < total < 2e-6


@pytest.mark.parametrize("seed", range(30))
def test_gelu_holds_for_any_seed(seed):
    outcome = run_gelu(GeluSampling(draws=500, seed=seed))
    assert outcome.verdict is Verdict.HOLDS
    assert 0.5 < outcome.measured["deviation"] < 4.5


@pytest.mark.parametrize("draws", [500, 20_000])
def test_only_gelu_is_gelu(draws):
    outcomes = {f: run_gelu(GeluSampling(f, draws)) for f in ACTIVATIONS}
    held = {f for f, outcome in outcomes.items() if outcome.verdict is Verdict.HOLDS}
    assert held == {"gelu"}
    assert min(o.measured["deviation"] for f, o in outcomes.items() if f != "gelu") > 2 * LIMIT


def test_forms_differ_by_the_known_gap():
    measured = run_gelu(GeluSampling()).measured
    assert measured["form_gap"] == pytest.approx(4.732e-4, abs=1e-7)
    assert measured["form_gap_at"] == pytest.approx(2.699, abs=2e-3)


def test_sampling_is_pooled_over_twenty_seeds():
    outcome = run_gelu(GeluSampling())
    sampled = outcome.frame[outcome.frame["series"] == "sampling"]
    x = sampled["x"].to_numpy()
    phi = np.array([math.erfc(-place / math.sqrt(2)) / 2 for place in x])
    assert sampled["value"].to_numpy() == pytest.approx(x * phi, abs=0.02)
    # The range of 20 seeds is about 3.7 standard deviations of one seed wide.
    deviations = (sampled["high"] - sampled["low"]).to_numpy() / np.sqrt(phi * (1 - phi) / 1000)
    middle = np.abs(x) > 0.5
    assert 3 < np.mean(deviations[middle] / np.abs(x[middle])) < 4.5
    assert outcome.measured["draws"] == 20_000
    assert outcome.measured["seed_low"] < outcome.measured["seed_high"]


def test_more_draws_bring_the_mean_nearer():
    few = run_gelu(GeluSampling("silu", 500)).measured["deviation"]
    many = run_gelu(GeluSampling("silu", 20_000)).measured["deviation"]
    assert many / few == pytest.approx(math.sqrt(40), rel=0.1)


def test_second_derivative_of_known_functions():
    x = np.linspace(-6, -0.01, 100)
    assert second_derivative(np.exp, x) == pytest.approx(np.exp(x), rel=1e-9)
    elu = second_derivative(ACTIVATIONS["elu"]().grad, x)
    assert elu == pytest.approx(np.exp(x), rel=1e-8)


def test_mish_bends_more_than_silu():
    measured = run_mish(MishCurvature()).measured
    assert measured["largest"] == pytest.approx(0.6442, abs=5e-5)
    assert measured["rival_largest"] == pytest.approx(0.5, abs=1e-5)  # SiLU's, at 0
    # The mean of |f''| is the way that the slope goes up and down, over the length.
    assert measured["mean"] == pytest.approx(way_of_slope("mish") / 6, abs=1e-6)
    assert measured["rival_mean"] == pytest.approx(way_of_slope("silu") / 6, abs=1e-6)
    assert (round(measured["mean"], 3), round(measured["rival_mean"], 3)) == (0.135, 0.115)


def test_why_mish_bends_more():
    """From published formulas alone: slopes at 0 are the gates there, minima by bisection."""
    measured = run_mish(MishCurvature()).measured
    assert measured["mish_slope"] == pytest.approx(math.tanh(math.log(2.0))) == pytest.approx(0.6)
    assert measured["silu_slope"] == 0.5

    def mish(x):
        return x * math.tanh(math.log1p(math.exp(x)))

    def silu(x):
        return x / (1.0 + math.exp(-x))

    for key, f, published in (("mish", mish, -0.30884), ("silu", silu, -0.27846)):
        left, right = -3.0, 0.0
        while right - left > 1e-7:
            a, b = left + (right - left) / 3, right - (right - left) / 3
            left, right = (left, b) if f(a) < f(b) else (a, right)
        assert measured[f"{key}_lowest"] == pytest.approx(f(left), abs=1e-6)
        assert measured[f"{key}_lowest"] == pytest.approx(published, abs=1e-5)
    # To a slope of x·g(x) at 0 the gate g gives its value, to its bend twice its own slope.
    gate, step = math.tanh(math.log(2.0)), 1e-6
    slope = (math.tanh(math.log1p(math.exp(step))) - math.tanh(math.log1p(math.exp(-step)))) / (
        2 * step
    )
    assert gate > 0.5 and 2 * slope == pytest.approx(0.64, abs=1e-6)
    assert 2 * slope < measured["largest"] < 2.02 * slope


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_why_of_mish_gives_a_reason_and_no_number_of_the_measurement_again(language):
    claim = CLAIMS["mish"]
    slots = claim.slots(claim.defaults, run_mish(claim.defaults), language)
    told = claim.why[Verdict.CONTRADICTED].fill(language, slots)
    assert all(number in told for number in ("0.6", "0.5", "−0.309"))
    assert not any(number in told for number in ("0.644", "0.135", "0.115"))


def test_curvature_proper_says_the_same():
    """|f″|/(1 + f′²)^1.5, the curvature of geometry, and by its own mean."""
    x = np.linspace(-6.0, 0.0, 6001)
    bends = {}
    for key in ("mish", "silu"):
        grad = ACTIVATIONS[key]().grad
        bends[key] = np.abs(second_derivative(grad, x)) / (1 + grad(x) ** 2) ** 1.5
    assert bends["mish"].max() > 1.1 * bends["silu"].max()
    assert bends["mish"].mean() > 1.1 * bends["silu"].mean()


def way_of_slope(f):
    return np.abs(np.diff(ACTIVATIONS[f]().grad(np.linspace(-6, 0, 100_001)))).sum()


def test_no_interval_that_ends_at_zero_changes_the_verdict():
    for low in np.arange(-10, 0, 0.5):
        outcome = run_mish(MishCurvature(window=(float(low), 0.0)))
        assert outcome.verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    ("window", "verdict"),
    [
        ((-2.0, -1.5), Verdict.HOLDS),
        ((-6.0, -1.5), Verdict.CONDITIONAL),
        ((-6.0, -2.5), Verdict.CONTRADICTED),
    ],
)
def test_intervals_that_the_suggestion_names(window, verdict):
    assert run_mish(MishCurvature(window=window)).verdict is verdict


@pytest.mark.parametrize("f", ["elu", "gelu", "silu", "mish"])
def test_a_function_is_neither_gentler_than_itself_nor_said_to_bend_more(f):
    settings = MishCurvature(f, f)
    found = run_mish(settings)
    assert found.verdict is Verdict.CONTRADICTED
    said = {language: CLAIMS["mish"].slots(settings, found, language) for language in LANGUAGES}
    assert all(slots["function"] == slots["rival"] for slots in said.values())
    assert found.measured["mean"] == found.measured["rival_mean"]
    told = {language: CLAIMS["mish"].why[found.verdict].fill(language, slots)
            for language, slots in said.items()}  # fmt: skip
    assert not re.search(r"(?<!no )\b(smaller|larger) than", told["en"])
    assert not re.search(r"보다 (큽|작습)", told["ko"])


def test_intervals_lie_on_the_negative_side():
    assert declared(MishCurvature)["window"].ticks[-1] == 0


def test_roles_swap():
    one = run_mish(MishCurvature()).measured
    other = run_mish(MishCurvature("silu", "mish")).measured
    assert (one["largest"], one["mean"]) == (other["rival_largest"], other["rival_mean"])
