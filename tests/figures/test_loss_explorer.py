"""The losses over a residual, a score and a probability: to the last digits, ends included."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from dlbasic.figures.losses.explorer.measure import (
    OF_PROBABILITY,
    REGRESSION,
    TWO_CLASSES,
    Explorer,
    curve,
    frame,
    score_slopes,
)
from dlbasic.losses import LOSSES
from dlbasic.params import declared

pytestmark = pytest.mark.filterwarnings("error")

SETTINGS = Explorer()
BY_P = replace(SETTINGS, against="probability")
PLACES = [1e-300, 1e-20, 1e-9, 0.01, 0.2, 0.26, 0.5, 0.6, 0.74, 0.8, 0.99, 1 - 1e-9, 1 - 2**-53]
two_classes = pytest.mark.parametrize(
    ("key", "label"), list(itertools.product(TWO_CLASSES, ["0", "1"]))
)


def test_every_loss_of_one_output_is_shown_on_one_side():
    assert {*REGRESSION, *TWO_CLASSES} == {*LOSSES} - {"cross_entropy"}
    assert set(OF_PROBABILITY) == set(TWO_CLASSES)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
@two_classes
def test_a_probability_loses_no_digits(key, label, gamma):
    """Against 700 digits, from the definition by the probability that the label is given."""
    mp = pytest.importorskip("mpmath", reason="exact references need mpmath")
    with mp.workdps(700):
        for p in PLACES:
            given = mp.mpf(p) if label == "1" else 1 - mp.mpf(p)

            def value(right):
                margin = mp.log(right / (1 - right))
                return {
                    "bce": -mp.log(right),
                    "sigmoid_mse": (1 - right) ** 2,
                    "hinge": max(mp.mpf(0), 1 - margin),
                    "focal": -((1 - right) ** gamma) * mp.log(right),
                }[key]

            step = given * (1 - given) * mp.mpf("1e-20")
            slope = (value(given + step) - value(given - step)) / (2 * step)
            found = curve(replace(BY_P, label=label, gamma=gamma), key, p)
            signed = float(slope) * (1.0 if label == "1" else -1.0)
            assert float(found[0]) == pytest.approx(float(value(given)), rel=1e-14, abs=1e-307), p
            assert float(found[1]) == pytest.approx(signed, rel=1e-14, abs=1e-307), p


@two_classes
def test_by_the_score_and_by_the_probability_it_is_one_loss(key, label):
    z = np.linspace(-12.0, 12.0, 97)
    z = z[np.abs(np.abs(z) - 1.0) > 1e-9]  # there hinge has a kink, and rounding decides
    p = 1.0 / (1.0 + np.exp(-z))
    by_score = curve(replace(SETTINGS, against="score", label=label), key, z)
    by_p = curve(replace(BY_P, label=label), key, p)
    # At p next to 1 the rounding of p itself is what is left.
    np.testing.assert_allclose(by_p[0], by_score[0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(by_p[1] * p * (1 - p), by_score[1], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        score_slopes(replace(BY_P, label=label), key, p), by_score[1], rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("label", ["0", "1"])
def test_the_ends_of_a_probability_are_the_limits(label, gamma):
    settings, inf = replace(BY_P, label=label, gamma=gamma), math.inf
    # By hand, where the label is given the probability 0, and where it is given 1.
    limits = {
        "bce": ([inf, 0.0], [-inf, -1.0], [-1.0, 0.0]),
        "sigmoid_mse": ([1.0, 0.0], [-2.0, 0.0], [0.0, 0.0]),
        "hinge": ([inf, 0.0], [-inf, 0.0], [-1.0, 0.0]),
        # Without a discount as bce; any discount is 0 at 1.
        "focal": ([inf, 0.0], [-inf, 0.0 if gamma else -1.0], [-1.0, 0.0]),
    }
    ends, sign = ([0.0, 1.0], 1.0) if label == "1" else ([1.0, 0.0], -1.0)
    for key in TWO_CLASSES:
        value, slope = curve(settings, key, ends)
        found = value.tolist(), (sign * slope).tolist()
        assert (*found, (sign * score_slopes(settings, key, ends)).tolist()) == limits[key], key


@two_classes
def test_the_other_label_is_the_mirror_image(key, label):
    p = np.array([0.0, 0.125, 0.25, 0.5, 0.75, 0.875, 1.0])
    value, slope = curve(replace(BY_P, label=label), key, p)
    mirrored = curve(replace(BY_P, label="1" if label == "0" else "0"), key, 1.0 - p)
    np.testing.assert_array_equal(value, mirrored[0])
    np.testing.assert_array_equal(slope, -mirrored[1])


def test_focal_loss_without_discount_is_cross_entropy():
    p = np.array([0.0, *PLACES, 1.0])
    np.testing.assert_array_equal(
        curve(replace(BY_P, gamma=0.0), "focal", p), curve(BY_P, "bce", p)
    )


def test_a_residual_is_the_prediction_less_the_target():
    r = np.array([-3.0, -0.5, 0.0, 0.25, 7.0])
    for key in REGRESSION:
        loss = LOSSES[key]()
        value, slope = curve(SETTINGS, key, r)
        np.testing.assert_array_equal(value, loss(r + 2.0, np.full(5, 2.0)))
        np.testing.assert_array_equal(slope, loss.grad(r + 2.0, np.full(5, 2.0)))


def test_every_parameter_of_a_loss_is_a_setting_and_reaches_it():
    moved = replace(SETTINGS, delta=0.5, gamma=1.0)
    assert moved.loss("huber") == LOSSES["huber"](delta=0.5)
    assert moved.loss("focal") == LOSSES["focal"](gamma=1.0)
    for kind in LOSSES.values():
        for name, param in declared(kind).items():
            assert declared(SETTINGS)[name] == param
    assert float(curve(moved, "huber", 3.0)[1]) == 0.5


@pytest.mark.parametrize("reach", declared(SETTINGS)["reach"].ticks)
@pytest.mark.parametrize("against", ["residual", "score", "probability"])
def test_rows_are_few_and_finite_and_hold_the_kinks(against, reach):
    settings = replace(SETTINGS, against=against, reach=reach, delta=0.7)
    rows = frame(settings)
    assert 150 < len(rows) < 600 and (rows["x"].diff()[1:] > 0).all()
    assert np.isfinite(rows).all(axis=None)
    assert set(rows) == {"x"} | {f"{key}{of}" for key in settings.chosen for of in ("", "_slope")}
    kinks = {
        "residual": {-0.7, 0.0, 0.7},
        "score": {-1.0, 1.0},  # with reach 1 the ends themselves
        "probability": {1 / (1 + math.e), math.e / (1 + math.e)},
    }[against]
    assert all(np.isclose(rows["x"], kink, rtol=1e-14, atol=0).any() for kink in kinks)
