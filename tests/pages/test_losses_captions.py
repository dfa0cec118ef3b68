"""What the captions of the Losses page say, against the textbook's formulas worked out here."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlbasic.text import number, percent
from tests.pages.shown import shown

X = np.array([1, 2, 3, 4, 5, 6, 7, 8.5])
Y = np.array([1.2, 2.4, 2.2, 3.3, 3.4, 4.6, 4.5, 13.0])


def said(visit, **link):
    return " ".join(shown(visit().follow("losses", lang="en", **link).at))


def test_the_line_of_least_squares_and_what_its_outlier_carries(visit):
    errors = np.polyval(np.polyfit(X, Y, 1), X) - Y
    words = said(visit)
    mae, mse = number(np.abs(errors).mean()), number(np.square(errors).mean())
    assert f"same errors’ absolute values is {mae}, that of their squares {mse}" in words
    squares, sizes = errors[-1] ** 2 / np.sum(errors**2), abs(errors[-1]) / np.abs(errors).sum()
    assert (
        f"Point 8, whose error is {number(errors[-1])}, carries {percent(squares)} of the squared "
        f"errors and {percent(sizes)} of their gradient; of the absolute errors {percent(sizes)} "
        f"and {percent(1 / 8)}" in words
    )


@pytest.mark.parametrize(("z", "y"), [(2.0, 0.0), (-5.0, 1.0), (1.5, 0.3)])
def test_two_classes_gradients(visit, z, y):
    p = 1 / (1 + np.exp(-z))
    assert (
        f"Score {number(z)}, label {number(y)}: the gradient of binary cross-entropy is "
        f"p − y = {number(p - y)}. That of the squared error has the further factor "
        f"2σ′(z) = {number(2 * p * (1 - p))}, which makes it {number(2 * (p - y) * p * (1 - p))}"
        in said(visit, **{"two.score": str(z), "two.label": str(y)})
    )


def test_the_loss_of_many_classes(visit):
    p = np.exp([2.0, -1.5, 0.5]) / np.exp([2.0, -1.5, 0.5]).sum()
    words = said(visit, **{"many.z1": "2", "many.z2": "-1.5", "many.z3": "0.5"})
    assert (
        f"Class 2 is true and was given a probability of {number(p[1])}, so the loss is "
        f"$-\\log p$, which is {number(-np.log(p[1]))}" in words
    )


def test_the_floor_under_smoothed_labels(visit):
    p, y = np.exp([2.0, 1.0, 0.0]) / np.exp([2.0, 1.0, 0.0]).sum(), np.array([0.1, 0.8, 0.1])
    loss, floor = -np.sum(y * np.log(p)), -np.sum(y * np.log(y))
    words = said(visit, **{"many.smoothing": "0.3"})
    assert "So the target of class 2 is 0.8, that of each other class 0.1." in words
    assert (
        f"The loss is {number(loss)}; no scores bring it below {number(floor)}, the entropy of the "
        f"target y (it is {number(loss - floor)} above that now)" in words
    )


def test_a_bit_is_log_2_of_a_nat(visit):
    bits, nats = (
        float(re.search(r"H\(p\) = ([\d.]+), KL", said(visit, **{"entropy.unit": unit}))[1])
        for unit in ("bit", "nat")
    )
    assert nats == pytest.approx(bits * np.log(2), rel=1e-3)
