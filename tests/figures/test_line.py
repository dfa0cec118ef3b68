"""Lines of least loss: no other is better, the conditions of a minimum hold, what points carry."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from dlbasic.figures.losses.line.measure import (
    BOTTOM,
    LEFT,
    OUTLIER,
    POINTS,
    RIGHT,
    TOP,
    LineFit,
    ends,
    errors,
    fits,
    shares,
    summary,
)
from dlbasic.losses import MAE, MSE, Huber, LogCosh
from dlbasic.measures.least_loss import Line, fit, share_of_sum

LOSSES = [MSE(), MAE(), Huber(), Huber(0.1), Huber(5.0)]
each_loss = pytest.mark.parametrize("loss", LOSSES, ids=str)


def draws():
    """Points as a reader may set them: on tenths or on whole numbers, many of them alike."""
    rng = np.random.default_rng(11)
    for number in range(150):
        count, digits = int(rng.integers(2, 13)), number % 2
        x, y = rng.uniform(0, 10, count), rng.uniform(-5, 15, count)
        if number % 7 == 0:
            x[: count // 2 + 1] = x[0]
        yield np.round(x, digits), np.round(y, digits)
    yield np.arange(8.0), np.arange(8.0) * 0.5 + 1.0  # no error at all
    yield np.array([3.0]), np.array([4.0])
    yield np.full(5, 2.0), np.array([1.0, 2.0, 4.0, 8.0, 15.0])
    yield np.array([0.0, 0.0, 10.0, 10.0]), np.array([0.0, 4.0, 0.0, 4.0])  # a stretch of best ones


def total(loss, x, y, slope, intercept):
    return float(loss(slope * x + intercept, y).sum())


@each_loss
def test_no_other_line_is_better(loss):
    """Convex: a line that beats all its neighbours, near and far, beats every line."""
    angles = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
    for x, y in draws():
        slope, intercept = fit(loss, x, y)
        least = total(loss, x, y, slope, intercept)
        for far in (1e-6, 1e-3, 0.1, 2.0):
            for angle in angles:
                there = slope + far * np.cos(angle), intercept + far * np.sin(angle)
                assert total(loss, x, y, *there) >= least - 1e-12 * (1.0 + least)


@pytest.mark.parametrize("delta", [0.1, 1.0, 3.0])
def test_clipped_errors_sum_to_nothing_alone_and_along_x(delta):
    for x, y in draws():
        clipped = np.clip(fit(Huber(delta), x, y)(x) - y, -delta, delta)
        assert abs(clipped.sum()) < 1e-10 * delta * len(x)
        if np.ptp(x):
            assert abs(clipped @ (x - x.mean())) < 1e-10 * delta * np.abs(x - x.mean()).sum()


def test_the_subgradient_of_absolute_errors_contains_zero():
    """Signs of the errors and, at each point on the line, some s from -1 to 1 sum to 0.

    They do so alone and times x.  What such s can add to is a polygon, and a point lies in it that
    lies between each two of its parallel edges.
    """
    for x, y in draws():
        off = fit(MAE(), x, y)(x) - y
        on = np.abs(off) < 1e-9
        rows = np.stack([np.ones_like(x), x - x.mean()])
        needed = -rows[:, ~on] @ np.sign(off[~on])
        sides = rows[:, on].T
        normals = np.concatenate([np.eye(2), sides, sides[:, ::-1] * [1.0, -1.0]])
        reach = np.abs(normals @ sides.T).sum(axis=1)
        assert (np.abs(normals @ needed) <= reach * (1.0 + 1e-9) + 1e-9).all()


def test_least_squares_are_those_of_the_normal_equations_in_fractions():
    for x, y in draws():
        if not np.ptp(x):
            continue
        xs, ys = ([Fraction(value) for value in values.tolist()] for values in (x, y))
        count, sx, sy = len(xs), sum(xs), sum(ys)
        slope = (count * sum(a * b for a, b in zip(xs, ys, strict=True)) - sx * sy) / (
            count * sum(a * a for a in xs) - sx * sx
        )
        line = fit(MSE(), x, y)
        assert line.slope == pytest.approx(float(slope), rel=1e-11, abs=1e-11)
        assert line.intercept == pytest.approx(
            float((sy - slope * sx) / count), rel=1e-11, abs=1e-10
        )


def test_between_the_extremes_of_delta_huber_is_the_other_two():
    x, y = np.array(LineFit().x), np.array(LineFit().y)
    assert fit(Huber(1e6), x, y) == pytest.approx(fit(MSE(), x, y), abs=1e-10)
    assert fit(Huber(1e-6), x, y) == pytest.approx(fit(MAE(), x, y), abs=1e-5)


def test_the_median_lies_in_the_middle_of_all_equally_good_lines():
    level = fit(MAE(), np.full(4, 2.0), np.array([0.0, 1.0, 5.0, 50.0]))
    assert level == (0.0, 3.0)
    # All that pass between the two points at each end.
    assert fit(MAE(), [0.0, 0.0, 10.0, 10.0], [0.0, 4.0, 0.0, 4.0]) == (0.0, 2.0)


@each_loss
def test_a_line_through_all_points_is_found(loss):
    x = np.array([0.1, 0.7, 2.3, 9.9])
    assert fit(loss, x, 3.0 - 2.5 * x) == pytest.approx((-2.5, 3.0), abs=1e-12)


@each_loss
def test_the_fit_goes_with_the_points(loss):
    """Order does not matter; a line added to the heights is added to the fit."""
    for x, y in draws():
        slope, intercept = fit(loss, x, y)
        back = fit(loss, x[::-1], y[::-1])
        assert total(loss, x, y, *back) == pytest.approx(total(loss, x, y, slope, intercept))
        lifted = fit(loss, x, y + 0.25 * x + 3.0)
        if np.ptp(x):
            there = lifted.slope - 0.25, lifted.intercept - 3.0
            assert total(loss, x, y, *there) == pytest.approx(
                total(loss, x, y, slope, intercept), rel=1e-9, abs=1e-9
            )


def test_other_losses_and_shapes_are_refused():
    with pytest.raises(TypeError, match="LogCosh"):
        fit(LogCosh(), [0.0, 1.0], [0.0, 1.0])
    for x, y in (([0.0, 1.0], [1.0]), ([], []), ([[0.0]], [[1.0]])):
        with pytest.raises(ValueError, match="shape"):
            fit(MSE(), x, y)


SETTINGS = [
    LineFit(),
    LineFit(shown="mae", delta=0.3),
    LineFit(x=(4.0,) * POINTS),
    LineFit(y=tuple(0.5 * x for x in LineFit().x), shown="huber"),
    LineFit(y=(-5.0, 15.0) * (POINTS // 2), shown="huber"),
]
each_setting = pytest.mark.parametrize("settings", SETTINGS)


@each_setting
def test_each_line_is_the_best_by_its_own_loss(settings):
    means = summary(settings).set_index("loss")
    for key in fits(settings):
        assert means[key].min() == pytest.approx(means[key][key], rel=1e-9, abs=1e-12)
    assert means["mean_error"]["mse"] == 0.0, "plus and minus cancel on the line of least squares"
    assert (means["mae"] >= means["mean_error"].abs()).all()


@each_setting
def test_shares_add_up_and_are_those_of_the_errors_drawn(settings):
    rows = shares(settings)
    off = errors(settings, fits(settings)[settings.shown])
    for key, loss in settings.losses.items():
        of = rows[rows["loss"] == key]
        assert of["error"].tolist() == off.tolist()
        value, slope = loss(off, 0.0 * off), np.abs(loss.grad(off, 0.0 * off))
        for column, parts in (("of_loss", value), ("of_gradient", slope)):
            assert (of[column] * parts.sum()).tolist() == pytest.approx(parts.tolist())
            assert of[column].sum() == pytest.approx(1.0 if off.any() else 0.0)


def test_an_outlier_carries_most_under_the_square_and_drags_that_line_most():
    far = LineFit()
    near = replace(far, y=(*far.y[:-1], 5.5))
    carried = shares(far).set_index(["loss", "point"])
    for column in ("of_loss", "of_gradient"):
        at = {key: carried[column][key, OUTLIER] for key in fits(far)}
        assert at["mse"] > max(at["mae"], at["huber"])
    moved = {key: abs(fits(far)[key](8.5) - fits(near)[key](8.5)) for key in fits(far)}
    assert moved["mse"] > 3.0 * max(moved["mae"], moved["huber"])


def test_a_share_of_nothing_is_nothing():
    assert share_of_sum(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]
    assert share_of_sum(np.array([1.0, 0.0, 3.0])).tolist() == [0.25, 0.0, 0.75]


@pytest.mark.parametrize("slope", [0.0, 1e-9, 0.7, -3.0, 50.0])
@pytest.mark.parametrize("intercept", [-40.0, -5.0, 0.0, 3.0, 15.0, 40.0])
def test_the_ends_of_a_line_are_on_it_and_on_the_rectangle(slope, intercept):
    line = Line(slope, intercept)
    found = ends(line, LEFT, RIGHT, BOTTOM, TOP)
    inside = np.linspace(LEFT, RIGHT, 2001)
    inside = inside[(line(inside) >= BOTTOM) & (line(inside) <= TOP)]
    assert len(found) == 2 or not len(inside)
    for x, y in found:
        assert LEFT <= x <= RIGHT and BOTTOM <= y <= TOP
        assert y == pytest.approx(float(line(x)), abs=1e-9)
    if len(inside):
        assert found[0][0] <= inside[0] and found[1][0] >= inside[-1]
