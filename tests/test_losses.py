"""Losses: facts, values by hand, published conventions, slopes."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from dlbasic.losses import (
    BCE,
    LOSSES,
    MAE,
    MSE,
    CrossEntropy,
    Focal,
    Hinge,
    Huber,
    LogCosh,
    SigmoidMSE,
)
from dlbasic.params import declared
from dlbasic.text import LANGUAGES
from tests.every_loss import elementwise, every_loss

INF, NAN = math.inf, math.nan


# Facts


def test_the_losses_stand_in_their_order():
    regressions, binary = ["mse", "mae", "huber", "log_cosh"], ["bce", "sigmoid_mse"]
    assert list(LOSSES) == [*regressions, *binary, "hinge", "focal", "cross_entropy"]
    assert [make.key for make in LOSSES.values()] == list(LOSSES)


@every_loss
def test_facts_are_stated(loss):
    for text in (loss.name, loss.note):
        assert all(text[language].strip() for language in LANGUAGES)
        assert re.search("[가-힣]", text["ko"]) and not re.search("[가-힣]", text["en"])
    assert loss.value_tex and loss.slope_tex and r"\partial" in loss.slope_tex
    assert loss.paper.url.startswith("https://") and str(loss.paper.year) in type(loss).__doc__
    assert loss.head in ("identity", "sigmoid", "softmax")
    assert (loss.keras is None) == (loss == SigmoidMSE())
    assert (loss.pytorch is None) == (loss in (SigmoidMSE(), LogCosh(), Hinge()))


def test_names_and_formulas_tell_the_losses_apart():
    makes = LOSSES.values()
    for facts in ([m.name.ko for m in makes], [m.name.en for m in makes],
                  [m.value_tex for m in makes], [m.slope_tex for m in makes]):  # fmt: skip
        assert len(set(facts)) == len(LOSSES)


def test_losses_are_values():
    assert hash(Huber(0.5)) == hash(Huber(0.5)) and Huber(0.5) == Huber(0.5) != Huber(0.6)
    assert MSE() == MSE() != MAE()
    assert list(declared(Huber)) == ["delta"] and Huber() == Huber(1)
    for delta in (0.0, -1.0, 1e-7, 1e7, NAN, INF, "1", True):
        with pytest.raises(ValueError, match="delta must be a finite number from"):
            Huber(delta)
    assert list(declared(Focal)) == ["gamma"] and Focal() == Focal(2) != Focal(0)
    for gamma in (-1e-300, -1.0, 10.5, NAN, INF, "1", True):
        with pytest.raises(ValueError, match="gamma must be a finite number from 0 to 10"):
            Focal(gamma)


# Numbers by hand and published conventions


@pytest.mark.parametrize(
    ("loss", "output", "target", "value", "slope"),
    [
        (MSE(), 3.0, 1.0, 4.0, 4.0),  # no half
        (MSE(), -0.5, 0.0, 0.25, -1.0),
        (MAE(), 3.0, 1.0, 2.0, 1.0),
        (MAE(), -3.0, 1.0, 4.0, -1.0),
        (MAE(), 1.0, 1.0, 0.0, 0.0),
        (Huber(), 0.5, 0.0, 0.125, 0.5),
        (Huber(), 1.0, 0.0, 0.5, 1.0),
        (Huber(), -3.0, 0.0, 2.5, -1.0),
        (Huber(2.0), 5.0, 0.0, 8.0, 2.0),
        (Huber(2.0), 0.0, 1.0, 0.5, -1.0),
        (LogCosh(), math.log(2), 0.0, math.log(1.25), 0.6),
        (LogCosh(), 0.0, math.log(3), math.log(5 / 3), -0.8),
        (LogCosh(), 1e-150, 0.0, 5e-301, 1e-150),
        (LogCosh(), -1e300, 0.0, 1e300, -1.0),
        (BCE(), 0.0, 0, math.log(2), 0.5),
        (BCE(), 0.0, 1, math.log(2), -0.5),
        (BCE(), math.log(3), 1, math.log(4 / 3), -0.25),
        (BCE(), math.log(3), 0.25, 0.75 * math.log(4) + 0.25 * math.log(4 / 3), 0.5),
        (BCE(), 800.0, 0, 800.0, 1.0),
        (BCE(), -1e300, 1, 1e300, -1.0),
        (SigmoidMSE(), 0.0, 1, 0.25, -0.25),
        (SigmoidMSE(), math.log(3), 0, 0.5625, 0.28125),
        (SigmoidMSE(), 800.0, 0, 1.0, 0.0),
        (Hinge(), 0.25, 1, 0.75, -1.0),
        (Hinge(), 0.25, 0, 1.25, 1.0),
        (Hinge(), 3.0, 1, 0.0, 0.0),
        (Hinge(), 1.0, 1, 0.0, 0.0),  # at the kink as beyond it
        (Hinge(), -1.0, 0, 0.0, 0.0),
        (Hinge(), 0.5, 0.75, 0.75, -0.5),  # three quarters of 0.5, one of 1.5
        (Hinge(), -1e300, 1, 1e300, -1.0),
        (Focal(), 0.0, 1, math.log(2) / 4, -(0.5 + math.log(2)) / 4),
        (Focal(), math.log(3), 0, 9 / 16 * math.log(4), 9 / 16 * (0.75 + 0.5 * math.log(4))),
        (Focal(1.0), math.log(3), 1, math.log(4 / 3) / 4, -(0.25 + 0.75 * math.log(4 / 3)) / 4),
        (Focal(5.0), -1e300, 1, 1e300, -1.0),
        (Focal(), 1e300, 1, 0.0, 0.0),
    ],
)
def test_values_by_hand(loss, output, target, value, slope):
    assert float(loss(output, target)) == pytest.approx(value, rel=1e-15, abs=0.0)
    assert float(loss.grad(output, target)) == pytest.approx(slope, rel=3e-15, abs=0.0)


def test_cross_entropy_by_hand():
    z = np.log([0.5, 0.25, 0.25])
    for label, p in enumerate([0.5, 0.25, 0.25]):
        assert float(CrossEntropy()(z, label)) == pytest.approx(-math.log(p), rel=1e-15)
    np.testing.assert_allclose(CrossEntropy().grad(z, 0), [-0.5, 0.25, 0.25], rtol=1e-15)
    # Of a distribution with itself: its entropy, here 1.5 bits.
    assert float(CrossEntropy()(z, [0.5, 0.25, 0.25])) == pytest.approx(1.5 * math.log(2))
    np.testing.assert_allclose(CrossEntropy().grad(z, [0.5, 0.25, 0.25]), 0.0, atol=1e-16)
    assert float(CrossEntropy()([3.0], 0)) == 0.0 and CrossEntropy().grad([3.0], 0) == [0.0]


def test_a_mean_of_losses_is_the_textbook_mean_squared_error():
    y, predictions = [3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]
    # The examples of scikit-learn's mean_squared_error and mean_absolute_error.
    assert MSE()(predictions, y).mean() == 0.375
    assert MAE()(predictions, y).mean() == 0.5


def test_means_are_those_of_the_examples_of_keras():
    """Of the reference of LogCosh, Hinge and BinaryFocalCrossentropy, to the digits shown there."""
    assert LogCosh()([1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]).mean() == pytest.approx(
        0.108, abs=5e-4
    )
    assert Hinge()([0.6, 0.4, 0.4, 0.6], [0, 1, 0, 0]).mean() == pytest.approx(1.3, rel=1e-15)
    logits = [-18.6, 0.51, 2.94, -12.8]
    assert Focal()(logits, [0, 1, 0, 0]).mean() == pytest.approx(0.691, abs=5e-4)


def test_focal_loss_discounts_what_is_easy_as_its_paper_says():
    """Section 3.2: with γ = 2 a hundredfold at pₜ = 0.9, about a thousandfold at 0.968."""
    for p, times, close in ((0.9, 100.0, 1e-12), (0.968, 1000.0, 0.03)):
        z = math.log(p / (1 - p))
        assert float(BCE()(z, 1) / Focal()(z, 1)) == pytest.approx(times, rel=close)


def test_the_tails_are_not_lost():
    e = math.exp
    for z in (20.0, 40.0, 300.0, 700.0):
        assert float(BCE()(z, 1)) == pytest.approx(math.log1p(e(-z)), rel=1e-15, abs=0.0)
        assert float(BCE().grad(z, 1)) == pytest.approx(-e(-z) / (1 + e(-z)), rel=1e-15, abs=0.0)
        assert float(BCE().grad(-z, 0)) == -float(BCE().grad(z, 1))
        assert float(CrossEntropy()([z, 0], 0)) == pytest.approx(
            math.log1p(e(-z)), rel=1e-15, abs=0.0
        )
        assert float(CrossEntropy().grad([z, 0], 0)[0]) == -float(CrossEntropy().grad([z, 0], 0)[1])
    assert float(SigmoidMSE()(40.0, 1)) == pytest.approx(e(-80), rel=1e-14, abs=0.0)
    assert float(SigmoidMSE().grad(-40.0, 1)) == pytest.approx(-2 * e(-40), rel=1e-14, abs=0.0)
    for z, gamma in ((40.0, 2.0), (200.0, 2.5), (200.0, 0.25), (500.0, 0.375)):
        tail = e(-z * (1 + gamma))
        assert float(Focal(gamma)(z, 1)) == pytest.approx(tail, rel=1e-14, abs=0.0)
        slope = float(Focal(gamma).grad(-z, 0))
        assert slope == pytest.approx((1 + gamma) * tail, rel=1e-14, abs=0.0)


# Slopes are those of the values


@elementwise
def test_slopes_are_the_differences_of_values(loss):
    rng = np.random.default_rng(10)
    o, t = rng.normal(size=200) * 3, rng.random(200)
    h = 1e-5
    o = o[np.abs(np.abs(o - t) - getattr(loss, "delta", 0.0)) > 2 * h]
    t = t[: len(o)]
    slopes = (loss(o + h, t) - loss(o - h, t)) / (2 * h)
    kinks = np.abs(o - t) < 2 * h if loss.head == "identity" else np.zeros(len(o), bool)
    assert kinks.sum() < 5
    scale = max(1.0, float(np.abs(loss(o, t)).max()))
    np.testing.assert_allclose(loss.grad(o, t)[~kinks], slopes[~kinks], rtol=0, atol=1e-9 * scale)


@pytest.mark.parametrize("soft", [False, True])
def test_cross_entropy_slopes_are_the_differences_of_values(soft):
    rng, loss = np.random.default_rng(12), CrossEntropy()
    z = rng.normal(size=(4, 5)) * 2
    y = rng.dirichlet(np.ones(5), 4) if soft else rng.integers(5, size=4)
    gradient, h = loss.grad(z, y), 1e-5
    for k in range(5):
        step = np.zeros(5)
        step[k] = h
        slopes = (loss(z + step, y) - loss(z - step, y)) / (2 * h)
        np.testing.assert_allclose(gradient[:, k], slopes, rtol=0, atol=1e-9)
    np.testing.assert_allclose(gradient.sum(axis=-1), 0.0, atol=1e-15)
