"""Softmax: scores into shares that sum to 1, and how a gradient passes back through it.

A map from vector to vector, so not an activation: its derivative is a matrix.  What is needed of
that matrix is its product with a gradient, and that has a short form.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.activations.exact import Float64s, Floats, in_double


def softmax(z: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Floats:
    """Turn scores into shares: ``pᵢ = exp(zᵢ/T) / Σⱼ exp(zⱼ/T)`` along ``axis``.

    Same shape as ``z``; float32 and float16 stay what they are, all other real numbers become
    float64.  Any finite scores and temperatures are safe.  Infinite scores give the limit: -∞ gets
    nothing, and scores that are equal, infinite ones too, get equal shares.  A NaN makes its whole
    vector NaN.  Raises ``ValueError`` unless ``temperature`` is positive and finite, ``TypeError``
    for anything but real numbers.

    >>> softmax([1.0, 2.0, 3.0]).round(4)
    array([0.09  , 0.2447, 0.6652])
    >>> softmax([1e308, -1e308, 1e308])
    array([0.5, 0. , 0.5])

    Source: Bridle (1990), "Probabilistic Interpretation of Feedforward Classification Network
    Outputs, with Relationships to Statistical Pattern Recognition"; the temperature: Hinton,
    Vinyals & Dean (2015).
    """
    _check(temperature)

    def shares(z: Float64s) -> Float64s:
        weights = np.exp(_below_highest(z, axis, temperature))
        total: Float64s = weights.sum(axis=axis, keepdims=True)
        return weights / total

    return in_double(shares, z)


def log_softmax(z: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Floats:
    """The logarithm of :func:`softmax`, also where that rounds to 0 or to 1.

    ``log pᵢ = zᵢ/T - log Σⱼ exp(zⱼ/T)`` along ``axis``; shapes, types and errors as there.

    >>> log_softmax([0.0, -50.0])
    array([-1.92874985e-22, -5.00000000e+01])
    """
    _check(temperature)

    def log_shares(z: Float64s) -> Float64s:
        if z.size == 0:
            return z
        scores = _below_highest(z, axis, temperature)
        weights = np.exp(scores)
        # One of the highest scores adds exactly 1 to the sum.  Without it log1p sees how little
        # the others add, where log(1 + little) would be 0.
        np.put_along_axis(weights, np.expand_dims(scores.argmax(axis), axis), 0.0, axis)
        others: Float64s = weights.sum(axis=axis, keepdims=True)
        return scores - np.log1p(others)

    return in_double(log_shares, z)


def softmax_vjp(p: ArrayLike, v: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Floats:
    """Pass a gradient back through softmax: ``gᵢ = pᵢ·(vᵢ - Σⱼ pⱼvⱼ) / T`` along ``axis``.

    ``p`` is the output of :func:`softmax` and ``v`` the gradient with respect to it; the result,
    of the same shape, is the gradient with respect to the scores.  Raises ``ValueError`` when the
    shapes differ or ``temperature`` is not positive and finite, ``TypeError`` for anything but
    real numbers.

    >>> softmax_vjp([0.5, 0.25, 0.25], [1.0, 0.0, 0.0])
    array([ 0.25 , -0.125, -0.125])
    """
    _check(temperature)
    if np.shape(p) != np.shape(v):
        raise ValueError(f"p and v must have one shape, not {np.shape(p)} and {np.shape(v)}")

    def product(p: Float64s, v: Float64s) -> Float64s:
        # pᵢvᵢ - pᵢΣ rather than pᵢ(vᵢ - Σ): the difference of two large v can overflow.
        weighted = p * v
        mean: Float64s = weighted.sum(axis=axis, keepdims=True)
        return (weighted - p * mean) / temperature

    return in_double(product, p, v)


def _below_highest(z: Float64s, axis: int, temperature: float) -> Float64s:
    """``(z - max z) / T``: never positive, 0 for the highest."""
    highest = z.max(axis=axis, keepdims=True, initial=-math.inf)
    # A quarter of each, as the difference of two large scores can overflow while its quotient by
    # a large temperature does not.
    scale = np.where(np.maximum(np.abs(z), np.abs(highest)) > 1e300, 0.25, 1.0)
    below = (z * scale - highest * scale) / temperature / scale
    return np.where(z == highest, 0.0, below)


def _check(temperature: Any) -> None:
    number = isinstance(temperature, int | float) and not isinstance(temperature, bool)
    if not number or not math.isfinite(temperature) or temperature <= 0:
        raise ValueError(f"temperature must be a finite number above 0, not {temperature!r}")
