"""The claim of the sigmoid unit: Newton's method as a reference, and where it finds its line."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.sigmoid import sigmoid_classifier as classifier
from dlbasic.claims.sigmoid.sigmoid_classifier import FLAT, POINTS, SigmoidClassifier, newton
from dlbasic.datasets import DATASETS, Points
from dlbasic.params import declared
from tests.claims.runs import outcome

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.xdist_group("sigmoid-classifier")]


# Newton's method


def points(inputs, targets):
    return Points(np.array(inputs, float), np.array(targets))


def test_newton_by_hand():
    """At the corners of a square, so that each coordinate's odds can be counted.

    With log-odds that do not depend on the other coordinate, 3 in 4 right on one side and 1 in 4
    on the other: w₁ + b = log 3 and -w₁ + b = -log 3.
    """
    inputs = [(x1, x2) for x1 in (-1, 1) for x2 in (-1, 1) for _ in range(4)]
    targets = [label for x1 in (-1, 1) for _ in (-1, 1) for label in ([x1 > 0] * 3 + [x1 < 0])]
    w = newton(points(inputs, np.array(targets, int)))
    assert w == pytest.approx([math.log(3), 0.0, 0.0], abs=1e-12)


def test_newton_finds_the_share_where_the_inputs_tell_nothing():
    inputs = [(x1, x2) for x1 in (-1, 1) for x2 in (-1, 1) for _ in range(5)]
    w = newton(points(inputs, [1, 0, 0, 0, 0] * 4))
    assert w == pytest.approx([0.0, 0.0, math.log(1 / 4)], abs=1e-12)


@pytest.mark.parametrize("data", ["gaussians", "moons", "circle", "xor"])
@pytest.mark.parametrize("seed", range(3))
def test_at_newtons_weights_the_gradient_is_zero(data, seed):
    drawn = DATASETS[data](0.5).sample(POINTS, seed=seed)
    w = newton(drawn)
    x = np.c_[drawn.inputs, np.ones(POINTS)]
    gradient = x.T @ (1 / (1 + np.exp(-x @ w)) - drawn.targets) / POINTS
    assert np.abs(gradient).max() < 1e-12

    # The loss is convex: it rises in every direction.
    def loss(w):
        return np.logaddexp(0, np.where(drawn.targets == 1, -1, 1) * (x @ w)).mean()

    for step in np.random.default_rng(seed).normal(size=(20, 3)):
        assert loss(w + 1e-3 * step) > loss(w)


@pytest.mark.parametrize("gap", [1e-3, 0.5, 3.0])
@pytest.mark.parametrize("turn", [0.0, 1.0, 4.0])
def test_where_a_line_separates_there_is_no_maximum(gap, turn):
    rng = np.random.default_rng(0)
    along, across = rng.normal(size=200), rng.exponential(size=200) + gap
    targets = np.arange(200) % 2
    across = np.where(targets == 1, across, -across)
    plane = np.c_[along, across] @ [[math.cos(turn), math.sin(turn)],
                                    [-math.sin(turn), math.cos(turn)]]  # fmt: skip
    assert newton(points(plane + np.array([1.0, -2.0]), targets)) is None


def test_one_point_on_the_wrong_side_is_enough_for_a_maximum():
    drawn = DATASETS["gaussians"](0.0).sample(200, seed=0)
    assert newton(drawn) is None
    other = drawn.targets.copy()
    other[int(np.hypot(*drawn.inputs.T).argmax())] ^= 1
    assert newton(Points(drawn.inputs, other)) is not None


# The sigmoid unit


def test_descent_meets_newton():
    measured = outcome("sigmoid-classifier", SigmoidClassifier()).measured
    assert measured["largest_gradient"] < FLAT and measured["separable"] == 0
    assert measured["gap"] < 1e-3
    assert 10.0 ** -(measured["digits"] + 1) < measured["gap"] < 10.0 ** -measured["digits"]
    assert 0.9 < measured["lowest_accuracy"] <= measured["accuracy"] < 1
    assert measured["growth"] == pytest.approx(1.0, abs=1e-3)


def test_one_unit_cannot_do_xor():
    found = CLAIMS["sigmoid-classifier"].run(SigmoidClassifier(data="xor", seeds=5))
    assert found.verdict is Verdict.CONTRADICTED
    assert 0.4 < found.measured["accuracy"] < 0.65
    assert found.measured["separable"] == 0


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_separated_classes_have_weights_without_end(noise):
    """Noise 0.1 is what the suggestion names."""
    found = CLAIMS["sigmoid-classifier"].run(SigmoidClassifier(noise=noise, seeds=5))
    assert found.verdict is Verdict.CONDITIONAL
    assert found.measured["separable"] == 5 and "gap" not in found.measured
    assert found.measured["accuracy"] == 1.0
    settled = CLAIMS["sigmoid-classifier"].run(SigmoidClassifier(seeds=5)).measured["growth"]
    assert found.measured["growth"] - 1 > 1e-3 > 1e3 * abs(settled - 1)
    weights = found.frame[found.frame["series"] == "weights"]["value"].to_numpy()
    assert (np.diff(weights[-10:]) > 0).all()


def test_separated_classes_have_no_line_however_small_the_gradient(monkeypatch):
    monkeypatch.setattr(classifier, "FLAT", 1.0)
    apart = CLAIMS["sigmoid-classifier"].run(SigmoidClassifier(noise=0.0, seeds=2))
    assert apart.measured["largest_gradient"] < 1.0
    assert apart.verdict is Verdict.CONDITIONAL
    together = CLAIMS["sigmoid-classifier"].run(SigmoidClassifier(seeds=2))
    assert together.verdict is Verdict.HOLDS


@pytest.mark.full
@pytest.mark.parametrize("seed", [7, 2026])
def test_the_line_is_found_for_any_seed(seed):
    settings = SigmoidClassifier(seeds=5, seed=seed)
    assert CLAIMS["sigmoid-classifier"].run(settings).verdict is Verdict.HOLDS
    xor = replace(settings, data="xor")
    assert CLAIMS["sigmoid-classifier"].run(xor).verdict is Verdict.CONTRADICTED
    apart = replace(settings, noise=0.0)
    assert CLAIMS["sigmoid-classifier"].run(apart).verdict is Verdict.CONDITIONAL


@pytest.mark.parametrize("steps", declared(SigmoidClassifier)["steps"].ticks)
def test_marks_go_from_the_first_step_to_the_last(steps):
    frame = CLAIMS["sigmoid-classifier"].run(SigmoidClassifier(steps=steps, seeds=2)).frame
    for _, rows in frame.groupby("series"):
        marks = rows["step"].to_numpy()
        assert (marks[0], marks[-1]) == (1, steps)
        assert (np.diff(marks) > 0).all() and len(marks) <= 40


def test_a_run_that_is_too_short_has_not_settled():
    found = CLAIMS["sigmoid-classifier"].run(SigmoidClassifier(steps=10.0, seeds=5))
    assert found.verdict is Verdict.CONDITIONAL
    assert found.measured["largest_gradient"] > 100 * FLAT
