"""Initializers: the stated spread, the drawn one, bounds, common draws and errors."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.initializers import INITIALIZERS, suited
from dlbasic.params import declared
from dlbasic.text import LANGUAGES

KEYS = list(INITIALIZERS)
DRAWN = [key for key in KEYS if key != "zeros"]
NORMAL = [key for key in DRAWN if key.endswith("normal")]
UNIFORM = [key for key in DRAWN if key.endswith("uniform")]
FANS = [(1, 1), (2, 8), (300, 100), (100, 300)]

# By hand: Xavier's √(2/(in + out)), He's √(2/in), LeCun's √(1/in).
STATED = {
    "zeros": [0.0, 0.0, 0.0, 0.0],
    "uniform": [0.28867513459481287] * 4,
    "normal": [0.5] * 4,
    "xavier": [1.0, 0.4472135954999579, 0.07071067811865475, 0.07071067811865475],
    "he": [1.4142135623730951, 1.0, 0.08164965809277261, 0.1414213562373095],
    "lecun": [1.0, 0.7071067811865476, 0.05773502691896258, 0.1],
}


@pytest.mark.parametrize("key", KEYS)
def test_facts_are_stated(key):
    initializer = INITIALIZERS[key]
    assert initializer.key == key and initializer.tex and initializer.paper.url
    assert list(declared(initializer)) == ([] if key == "zeros" else ["scale"])
    assert all(initializer.name[language] for language in LANGUAGES)


def test_names_and_formulas_tell_the_rules_apart():
    for facts in (
        [r.name.ko for r in INITIALIZERS.values()],
        [r.tex for r in INITIALIZERS.values()],
    ):
        assert len(set(facts)) == len(INITIALIZERS)


@pytest.mark.parametrize("key", KEYS)
def test_the_standard_deviation_is_the_hand_computed_one(key):
    expected = STATED[key] if key in STATED else STATED[key.partition("_")[0]]
    found = [INITIALIZERS[key]().std(*fans) for fans in FANS]
    assert found == pytest.approx(expected, rel=1e-15)
    assert all(type(std) is float for std in found)


@pytest.mark.parametrize("key", DRAWN)
@pytest.mark.parametrize("scale", [0.0, 0.3, 2.0, 50.0])
def test_the_scale_multiplies(key, scale):
    make = INITIALIZERS[key]
    assert make(scale).std(5, 7) == pytest.approx(scale * make(1.0).std(5, 7), rel=1e-15)
    weights, unit = (make(s).draw(np.random.default_rng(1), 5, 7) for s in (scale, 1.0))
    np.testing.assert_allclose(weights, scale * unit, rtol=1e-14)


@pytest.mark.parametrize("fans", [(1, 1), (2, 8), (30, 10)])
@pytest.mark.parametrize("key", KEYS)
def test_draws_have_the_shape_of_the_weights(key, fans):
    weights = INITIALIZERS[key]().draw(np.random.default_rng(0), *fans)
    assert weights.shape == fans[::-1] and weights.dtype == np.float64


@pytest.mark.parametrize("fans", [(500, 200), (200, 500)])
@pytest.mark.parametrize("key", DRAWN)
def test_draws_vary_as_stated_within_the_sampling_error(key, fans):
    initializer = INITIALIZERS[key]()
    weights = initializer.draw(np.random.default_rng(2), *fans)
    std, n = initializer.std(*fans), weights.size
    assert abs(weights.mean()) < 4.0 * std / math.sqrt(n)
    # The relative standard error of a variance is √((kurtosis - 1)/n): 3 normal, 9/5 uniform.
    kurtosis = 3.0 if key in NORMAL else 1.8
    assert weights.var() == pytest.approx(std**2, rel=4.0 * math.sqrt((kurtosis - 1.0) / n))
    found = float(((weights / std) ** 4).mean())
    # √(105 - 9) and √(9 - 3.24) are the standard deviations of the fourth powers.
    error = math.sqrt(96.0 if key in NORMAL else 5.76) / math.sqrt(n)
    assert found == pytest.approx(kurtosis, abs=4.0 * error)


@pytest.mark.parametrize("key", UNIFORM)
def test_uniform_draws_fill_their_bounds(key):
    initializer = INITIALIZERS[key]()
    bound = {
        "uniform": 0.5,
        "xavier_uniform": 0.1,  # √(6/600)
        "he_uniform": 0.12247448713915890,  # √(6/400)
        "lecun_uniform": 0.08660254037844387,  # √(3/400)
    }[key]
    weights = initializer.draw(np.random.default_rng(3), 400, 200)
    assert -bound <= weights.min() < -0.999 * bound and 0.999 * bound < weights.max() <= bound


@pytest.mark.parametrize("keys", [NORMAL, UNIFORM], ids=["normal", "uniform"])
def test_rules_of_one_distribution_draw_the_same_numbers_up_to_scale(keys):
    fans = (6, 4)
    draws = []
    for key in keys:
        initializer, rng = INITIALIZERS[key](), np.random.default_rng(4)
        draws.append([initializer.draw(rng, *fans) / initializer.std(*fans) for _ in range(2)])
    for draw in draws[1:]:
        np.testing.assert_allclose(draw, draws[0], rtol=1e-14)
    assert not np.allclose(draws[0][0], draws[0][1])  # the second layer's weights are new


@pytest.mark.parametrize("key", DRAWN)
def test_the_generator_decides_every_bit(key):
    first, same, other = (
        INITIALIZERS[key]().draw(np.random.default_rng(seed), 8, 8).tobytes() for seed in (1, 1, 2)
    )
    assert first == same != other


def test_zeros_are_positive_zeros():
    weights = INITIALIZERS["zeros"]().draw(np.random.default_rng(0), 20, 20)
    assert not weights.any() and not np.signbit(weights).any()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("fans", "message"),
    [((0, 3), "fan_in must be at least 1, not 0"), ((3, -1), "fan_out must be at least 1, not -1")],
)
def test_a_layer_without_units_is_refused(key, fans, message):
    initializer = INITIALIZERS[key]()
    for ask in (initializer.std, lambda *fans: initializer.draw(np.random.default_rng(0), *fans)):
        with pytest.raises(ValueError, match=re.escape(message)):
            ask(*fans)


@pytest.mark.parametrize("key", DRAWN)
@pytest.mark.parametrize("scale", [-0.1, math.inf, math.nan])
def test_a_scale_is_finite_and_not_negative(key, scale):
    with pytest.raises(ValueError, match="scale must be a finite number of at least 0"):
        INITIALIZERS[key](scale)


def test_each_function_has_the_rule_that_textbooks_give_it():
    """He for ReLU and its kin, the variance 1/n else (Géron, Hands-on Machine Learning, table 11-1;
    softplus is a smooth ReLU)."""
    he = {"relu", "leaky_relu", "prelu", "elu", "gelu", "silu", "mish", "softplus"}
    found = {key: suited(function()).key for key, function in ACTIVATIONS.items()}
    assert found == {key: "he_normal" if key in he else "lecun_normal" for key in ACTIVATIONS}


def test_the_rule_follows_a_functions_slopes():
    leaky = ACTIVATIONS["leaky_relu"]
    assert suited(leaky(0.3)).key == "he_normal" and suited(leaky(0.9)).key == "lecun_normal"
