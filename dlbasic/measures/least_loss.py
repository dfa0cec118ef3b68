"""The line of least loss through a few points: least squares, least absolute errors, Huber."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlbasic.arrays import Float64s, Floats
from dlbasic.losses import MAE, MSE, Huber, Loss
from dlbasic.text import Text

FITTED = {  # the losses under which a line can be fitted
    "mse": Text(ko="제곱 오차", en="Squared error"),
    "mae": Text(ko="절대 오차", en="Absolute error"),
    "huber": Text(ko="후버 손실", en="Huber loss"),
}

_TIED = 1e-12  # relative difference of sums of errors that only rounding makes


class Line(NamedTuple):
    """``slope * x + intercept``."""

    slope: float
    intercept: float

    def __call__(self, x: ArrayLike) -> Float64s:
        return self.slope * np.asarray(x, np.float64) + self.intercept


def fit(loss: Loss, x: ArrayLike, y: ArrayLike) -> Line:
    """The line whose errors ``ŷ - y`` have the least mean loss, for ``MSE``, ``MAE`` or ``Huber``.

    ``x`` and ``y`` have the shape ``(points,)``.  Where several lines are equally good one of them
    is taken, in their middle for ``MAE``; where all ``x`` are equal, one of slope 0.  Made for tens
    of points: least absolute errors are found among the lines through any two.  Raises
    ``ValueError`` for other shapes, ``TypeError`` for other losses.

    >>> x, y = [0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 2.0, 9.0, 4.0]
    >>> [round(fit(loss, x, y).slope, 6) for loss in (MSE(), MAE(), Huber())]
    [1.6, 1.0, 1.142857]

    Sources: Legendre (1805) for the squares; Boscovich (1757) for the absolute errors; Huber
    (1964).
    """
    xs, ys = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if xs.ndim != 1 or xs.shape != ys.shape or not len(xs):
        raise ValueError(f"x and y must have one shape (points,), not {xs.shape} and {ys.shape}")
    if isinstance(loss, MSE):
        return _least_squares(xs, ys)
    if isinstance(loss, MAE):
        return _least_absolute(xs, ys)
    if isinstance(loss, Huber):
        return _least_huber(xs, ys, loss.delta)
    raise TypeError(f"no line is fitted under {type(loss).__name__}")


def _least_squares(x: Float64s, y: Float64s) -> Line:
    """The closed form: covariance over variance, through the mean point."""
    if not np.ptp(x):
        return Line(0.0, float(y.mean()))
    off = x - x.mean()
    slope = float(off @ (y - y.mean()) / (off @ off))
    return Line(slope, float(y.mean() - slope * x.mean()))


def _pairs(x: Float64s) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every two points that a line can pass through, as two arrays of places."""
    one, other = np.triu_indices(len(x), 1)
    apart = x[one] != x[other]
    return one[apart], other[apart]


def _least_absolute(x: Float64s, y: Float64s) -> Line:
    """The best of the lines through two points: one of them is always among the best of all."""
    one, other = _pairs(x)
    if not len(one):
        return Line(0.0, float(np.median(y)))
    slopes = (y[other] - y[one]) / (x[other] - x[one])
    intercepts = y[one] - slopes * x[one]
    sums = np.abs(slopes[:, None] * x + intercepts[:, None] - y).sum(axis=1)
    best = sums <= sums.min() + _TIED * (sums.min() + np.abs(y).sum())
    # The best lines are a convex set with these for corners; one line may pass through many pairs.
    corners = np.stack([slopes, intercepts])[:, best]
    _, different = np.unique(np.round(corners, 9), axis=1, return_index=True)
    return Line(*corners[:, different].mean(axis=1).tolist())


def _least_huber(x: Float64s, y: Float64s, delta: float) -> Line:
    """The slope at which the clipped errors do not lean on x, each with its best intercept.

    The loss is convex in the slope, so that its derivative rises.  On the steepest line through
    two points errors fall along x and the derivative is not negative, on the least steep the
    reverse: the slope lies between the two.
    """
    one, other = _pairs(x)
    if not len(one):
        return Line(0.0, _location(y, delta))
    off = x - x.mean()
    between = (y[other] - y[one]) / (x[other] - x[one])

    def lean(slope: float) -> float:
        rest = y - slope * off
        return float(np.clip(_location(rest, delta) - rest, -delta, delta) @ off)

    slope = _zero(lean, float(between.min()), float(between.max()))
    return Line(slope, _location(y - slope * off, delta) - slope * float(x.mean()))


def _location(values: Float64s, delta: float) -> float:
    """The level at which the clipped differences to the values sum to 0."""
    levels = np.sort(np.concatenate([values - delta, values + delta]))
    sums = np.clip(levels[:, None] - values, -delta, delta).sum(axis=1)  # rising, and straight
    return float(np.interp(0.0, sums, levels))  # between one level and the next


def _zero(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses 0: by secants; an end that stays twice weighs half.

    Source: the Illinois method, Dowell & Jarratt (1971).
    """
    below, above = rising(low), rising(high)
    if below >= 0.0 or above <= 0.0:
        return low if below >= 0.0 else high
    stayed = 0
    for _ in range(100):
        place = low - below * (high - low) / (above - below)
        if not low < place < high:
            break  # the two ends are neighbours, or all but
        value = rising(place)
        if value < 0.0:
            low, below = place, value
            above /= 2.0 if stayed > 0 else 1.0
            stayed = 1
        elif value > 0.0:
            high, above = place, value
            below /= 2.0 if stayed < 0 else 1.0
            stayed = -1
        else:
            return place
    return low if -below < above else high


def share_of_sum(sizes: Floats) -> Float64s:
    """Each value's part of the sum along the last axis; 0 where the sum is.

    >>> share_of_sum(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75],
           [0.  , 0.  ]])
    """
    total = sizes.sum(axis=-1, keepdims=True)
    parts: Float64s = np.divide(sizes, total, out=np.zeros(sizes.shape), where=total > 0)
    return parts
