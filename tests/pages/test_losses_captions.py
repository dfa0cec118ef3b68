"""What the captions of the Losses page say, against the textbook's formulas worked out here."""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.text import number, percent
from tests.pages.shown import said
from tests.pages.visits import Alone

X = np.array([1, 2, 3, 4, 5, 6, 7, 8.5])
Y = np.array([1.2, 2.4, 2.2, 3.3, 3.4, 4.6, 4.5, 13.0])
LINE, TWO, MANY = "losses/line", "losses/two_classes", "losses/many_classes"


def page(place, **link):
    return Alone(place).follow(lang="en", **link)


def test_the_line_of_least_squares_and_what_its_outlier_carries():
    errors = np.polyval(np.polyfit(X, Y, 1), X) - Y
    reader = page(LINE)
    means = said(reader, LINE, "caption")
    assert means["mae"] == number(np.abs(errors).mean())
    assert means["mse"] == number(np.square(errors).mean())
    squares, sizes = errors[-1] ** 2 / np.sum(errors**2), abs(errors[-1]) / np.abs(errors).sum()
    carried = said(page(LINE, **{"line.part": "carried"}), LINE, "carried-caption")
    assert (carried["point"], carried["error"]) == ("8", number(errors[-1]))
    assert (carried["mse_loss"], carried["mse_gradient"]) == (percent(squares), percent(sizes))
    assert (carried["mae_loss"], carried["mae_gradient"]) == (percent(sizes), percent(1 / 8))


@pytest.mark.parametrize(("z", "y"), [(2.0, 0.0), (-5.0, 1.0), (1.5, 0.3)])
def test_two_classes_gradients(z, y):
    p = 1 / (1 + np.exp(-z))
    reader = page(TWO, **{"two_classes.score": str(z), "two_classes.label": str(y)})
    assert said(reader, TWO, "caption") == {
        "score": number(z), "label": number(y), "bce": number(p - y),
        "factor": number(2 * p * (1 - p)), "squared": number(2 * (p - y) * p * (1 - p)),
    }  # fmt: skip


def test_the_loss_of_many_classes():
    z = np.array([2.0, -1.5, 0.5])
    p = np.exp(z) / np.exp(z).sum()
    link = {f"many_classes.z{place}": f"{score:g}" for place, score in enumerate(z, start=1)}
    told = said(page(MANY, **link), MANY, "caption")
    assert (told["truth"], told["p"]) == ("2", number(p[1]))
    assert told["loss"] == number(-np.log(p[1]))


def test_the_floor_under_smoothed_labels():
    p, y = np.exp([2.0, 1.0, 0.0]) / np.exp([2.0, 1.0, 0.0]).sum(), np.array([0.1, 0.8, 0.1])
    loss, floor = -np.sum(y * np.log(p)), -np.sum(y * np.log(y))
    told = said(page(MANY, **{"many_classes.smoothing": "0.3"}), MANY, "caption-soft")
    assert (told["truth"], told["y"], told["rest"]) == ("2", "0.8", "0.1")
    assert (told["smoothing"], told["classes"]) == ("0.3", "3")
    assert (told["loss"], told["floor"]) == (number(loss), number(floor))
    assert told["above"] == number(loss - floor)


def test_a_bit_is_log_2_of_a_nat():
    bits, nats = (
        float(said(page("losses/entropy", **{"entropy.unit": unit}), "losses/entropy", "caption")
              ["entropy"])
        for unit in ("bit", "nat")
    )  # fmt: skip
    assert nats == pytest.approx(bits * np.log(2), rel=1e-3)
