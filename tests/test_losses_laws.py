"""Losses: what holds between them, and for each whatever the numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dlbasic.losses import BCE, MAE, MSE, CrossEntropy, Focal, Hinge, Huber, LogCosh, SigmoidMSE
from tests.every_loss import SCORES, every_loss, regression, two_classes

INF = math.inf


def bits(array) -> list[int]:
    return np.ascontiguousarray(array, np.float64).view(np.int64).ravel().tolist()


def test_class_numbers_and_one_hot_vectors_agree_to_the_last_bit():
    rng, loss = np.random.default_rng(14), CrossEntropy()
    for spread in (1e-300, 1.0, 50.0, 700.0, 1e4, 1e308):
        for classes in (1, 2, 3, 10, 1000):
            z = rng.uniform(-1.0, 1.0, (20, classes)) * spread
            labels = rng.integers(classes, size=20)
            for one_hot in (np.eye(classes)[labels], np.eye(classes, dtype=int)[labels]):
                assert bits(loss(z, labels)) == bits(loss(z, one_hot))
                assert bits(loss.grad(z, labels)) == bits(loss.grad(z, one_hot))
            assert bits(loss(z, labels)) == bits(loss(z, labels.astype(float)))
    for z in ([INF, 0.0, INF], [-INF, 0.0, 1.0], [-INF, -INF, -INF]):
        for k in range(3):
            assert bits(loss(z, k)) == bits(loss(z, np.eye(3)[k]))
            assert bits(loss.grad(z, k)) == bits(loss.grad(z, np.eye(3)[k]))


def test_cross_entropy_does_not_change_when_all_scores_do():
    rng, loss = np.random.default_rng(16), CrossEntropy()
    z, labels = np.round(rng.normal(size=(30, 4)) * 8, 2) * 128, rng.integers(4, size=30)
    z = np.round(z) / 128  # so that the sums are exact
    for constant in (-1024.0, 0.5, 2.0**20):
        assert bits(loss(z + constant, labels)) == bits(loss(z, labels))
        assert bits(loss.grad(z + constant, labels)) == bits(loss.grad(z, labels))


def test_bce_is_the_cross_entropy_of_two_classes():
    z = np.array(SCORES)
    pair = np.stack([np.zeros_like(z), z], axis=-1)
    for y in (0.0, 0.3, 1.0):
        labels, shares = np.full(z.shape, y), np.full(pair.shape, [1 - y, y])
        np.testing.assert_allclose(BCE()(z, labels), CrossEntropy()(pair, shares), rtol=3e-15)
        expected = CrossEntropy().grad(pair, shares)[:, 1]
        np.testing.assert_allclose(BCE().grad(z, labels), expected, rtol=3e-15, atol=2e-16)


@two_classes
def test_the_two_classes_are_treated_alike(loss):
    z = np.array(SCORES)
    for y in (0.0, 0.25, 1.0):
        one, other = np.full(z.shape, y), np.full(z.shape, 1 - y)
        np.testing.assert_array_equal(loss(z, one), loss(-z, other))
        np.testing.assert_array_equal(loss.grad(z, one), -loss.grad(-z, other))


@regression
def test_only_the_size_of_an_error_counts(loss):
    o, t = np.array([0.25, -3.0, 7.5, 2.0]), np.array([1.0, -2.5, 0.0, 2.0])
    np.testing.assert_array_equal(loss(o, t), loss(t, o))
    np.testing.assert_array_equal(loss.grad(o, t), -loss.grad(t, o))
    np.testing.assert_array_equal(loss(o + 8, t + 8), loss(o, t))
    assert loss(2.0, 2.0) == loss.grad(2.0, 2.0) == 0.0


def test_hinge_and_focal_loss_of_a_soft_label_are_the_means_over_its_draws():
    z = np.array(SCORES)
    for loss in (Hinge(), Focal(), Focal(0.3)):
        for of in (loss, loss.grad):
            zero, one = of(z, np.zeros_like(z)), of(z, np.ones_like(z))
            np.testing.assert_array_equal(of(z, np.full(z.shape, 0.25)), 0.25 * one + 0.75 * zero)


def test_focal_loss_without_focus_is_bce_to_the_last_bit():
    z = np.array([*SCORES, INF, -INF])
    for y in (0.0, 1.0, 0.3, 1e-300):
        labels = np.full(z.shape, y)
        assert bits(Focal(0.0)(z, labels)) == bits(BCE()(z, labels))
        assert bits(Focal(0.0).grad(z, labels)) == bits(BCE().grad(z, labels))
    # And it is left without a jump.
    np.testing.assert_allclose(Focal(1e-12)(z, labels), BCE()(z, labels), rtol=1e-9)


def test_more_focus_makes_every_loss_smaller():
    z = np.linspace(-8.0, 8.0, 321)
    losses = [Focal(gamma)(z, np.ones_like(z)) for gamma in (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)]
    assert (np.diff(losses, axis=0) < 0).all()


def best(loss, y):
    """The score of least expected loss where the label is 1 with probability ``y``."""
    z = np.linspace(-6.0, 6.0, 120001)
    return float(z[loss(z, np.full(z.shape, y)).argmin()])


@pytest.mark.parametrize("y", [0.02, 0.3, 0.51, 0.6, 0.9])
def test_what_a_score_that_has_been_learned_means(y):
    for loss in (BCE(), SigmoidMSE(), Focal(0.0)):
        assert float(loss.predictions(best(loss, y))) == pytest.approx(y, abs=1e-4)
    assert best(Hinge(), y) == pytest.approx(math.copysign(1.0, y - 0.5), abs=1e-4)
    for gamma in (0.1, 0.5, 2.0, 10.0):
        p = float(Focal(gamma).predictions(best(Focal(gamma), y)))
        assert abs(p - 0.5) < abs(y - 0.5) and (p > 0.5) == (y > 0.5)


def test_log_cosh_lies_under_the_huber_loss_and_ends_log_2_under_the_absolute_error():
    r = np.linspace(-30.0, 30.0, 601)
    zero = np.zeros_like(r)
    assert (LogCosh()(r, zero) <= Huber()(r, zero)).all()
    small, large = np.abs(r) < 0.15, np.abs(r) > 18.0
    np.testing.assert_allclose(LogCosh()(r, zero)[small], MSE()(r, zero)[small] / 2, rtol=0.004)
    np.testing.assert_allclose(
        LogCosh()(r, zero)[large], MAE()(r, zero)[large] - math.log(2), rtol=1e-15
    )


def test_huber_lies_between_its_two_neighbours():
    r = np.linspace(-5.0, 5.0, 201)
    zero = np.zeros_like(r)
    np.testing.assert_array_equal(Huber(10.0)(r, zero), MSE()(r, zero) / 2)
    np.testing.assert_allclose(Huber(1e-6)(r, zero), 1e-6 * MAE()(r, zero), atol=1e-12)
    assert (Huber()(r, zero) <= MSE()(r, zero) / 2).all()
    assert (np.abs(Huber(0.5).grad(r, zero)) <= 0.5).all()


@every_loss
def test_no_loss_is_negative(loss):
    rng = np.random.default_rng(18)
    o = rng.normal(size=(500, 3)) * 20
    t = rng.dirichlet(np.ones(3), 500)
    assert (loss(o, t) >= 0).all()
