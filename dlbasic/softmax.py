"""Softmax: scores into shares that sum to 1, and how a gradient passes back through it.

A map from vector to vector, so not an activation: its derivative is a matrix.  What is needed of
that matrix is its product with a gradient, and that has a short form.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.activations.exact import in_double
from dlbasic.arrays import Float64s, Floats
from dlbasic.params import as_float


def softmax(z: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Floats:
    """Turn scores into shares: ``pᵢ = exp(zᵢ/T) / Σⱼ exp(zⱼ/T)`` along ``axis``.

    Same shape as ``z``, and a single number counts as one score; float32 and float16 stay what they
    are, all other real numbers become float64.  Any finite scores and temperatures are safe.
    Infinite scores give the limit: -∞ gets nothing, and scores that are equal, infinite ones too,
    get equal shares.  A NaN makes its whole vector NaN.  Raises ``ValueError`` unless
    ``temperature`` is positive and finite and ``axis`` one of the array's, ``TypeError`` unless
    ``axis`` is one whole number and ``z`` real numbers.

    >>> softmax([1.0, 2.0, 3.0]).round(4)
    array([0.09  , 0.2447, 0.6652])
    >>> softmax([1e308, -1e308, 1e308])
    array([0.5, 0. , 0.5])

    Source: Bridle (1990), "Probabilistic Interpretation of Feedforward Classification Network
    Outputs, with Relationships to Statistical Pattern Recognition"; the temperature: Hinton,
    Vinyals & Dean (2015).
    """
    t = _positive(temperature)

    def shares(z: Float64s) -> Float64s:
        weights = np.exp(_below_highest(z, t))
        total: Float64s = weights.sum(axis=-1, keepdims=True)
        return weights / total

    return _along(axis, shares, z)


def log_softmax(z: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Floats:
    """The logarithm of :func:`softmax`, also where that rounds to 0 or to 1.

    ``log pᵢ = zᵢ/T - log Σⱼ exp(zⱼ/T)`` along ``axis``; shapes, types and errors as there.

    >>> log_softmax([0.0, -50.0])
    array([-1.92874985e-22, -5.00000000e+01])
    """
    t = _positive(temperature)

    def log_shares(z: Float64s) -> Float64s:
        logits = _below_highest(z, t)
        weights = np.exp(logits)
        # One of the highest scores adds exactly 1 to the sum.  Without it log1p sees how little
        # the others add, where log(1 + little) would be 0.
        np.put_along_axis(weights, logits.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
        others: Float64s = weights.sum(axis=-1, keepdims=True)
        return logits - np.log1p(others)

    return _along(axis, log_shares, z)


def softmax_vjp(p: ArrayLike, v: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Floats:
    """Pass a gradient back through softmax: ``gᵢ = pᵢ·Σⱼ pⱼ(vᵢ - vⱼ) / T`` along ``axis``.

    ``p`` is the output of :func:`softmax` and ``v`` the finite gradient with respect to it; the
    result, of the same shape, is the gradient with respect to the scores.  As shares sum to 1, it
    is ``pᵢ·(vᵢ - Σⱼ pⱼvⱼ) / T``, but right also where a share has rounded to 1.  Raises
    ``ValueError`` when the shapes differ; the other errors are those of :func:`softmax`.

    >>> softmax_vjp([0.5, 0.25, 0.25], [1.0, 0.0, 0.0])
    array([ 0.25 , -0.125, -0.125])
    >>> softmax_vjp(softmax([40.0, 0.0]), [1.0, 0.0])
    array([ 4.24835426e-18, -4.24835426e-18])
    """
    t = _positive(temperature)
    if np.shape(p) != np.shape(v):
        raise ValueError(f"p and v must have one shape, not {np.shape(p)} and {np.shape(v)}")

    def product(p: Float64s, v: Float64s) -> Float64s:
        # Seen from the v of the largest share, which is then exactly 0, so that what the other
        # shares add is not lost next to it.
        largest = np.take_along_axis(v, p.argmax(axis=-1, keepdims=True), axis=-1)
        # A quarter of each, as the difference of two large v can overflow.
        size: Float64s = np.abs(v).max(axis=-1, keepdims=True)
        scale = np.where(size > 1e300, 0.25, 1.0)
        seen = v * scale - largest * scale
        total: Float64s = p.sum(axis=-1, keepdims=True)
        mean: Float64s = (p * seen).sum(axis=-1, keepdims=True)
        return p * (seen * total - mean) / scale / t

    return _along(axis, product, p, v)


def _along(axis: Any, function: Callable[..., Float64s], *inputs: ArrayLike) -> Floats:
    """Apply ``function``, which works along the last axis, in float64 along ``axis``."""
    if isinstance(axis, bool) or not isinstance(axis, numbers.Integral):
        raise TypeError(f"axis must be one whole number, not {axis!r}")

    def moved(*arrays: Float64s) -> Float64s:
        vectors = [np.moveaxis(np.atleast_1d(array), int(axis), -1) for array in arrays]
        result = function(*vectors) if vectors[0].size else vectors[0]
        return np.moveaxis(result, -1, int(axis)).reshape(arrays[0].shape)

    return in_double(moved, *inputs)


def _below_highest(z: Float64s, temperature: float) -> Float64s:
    """``(z - max z) / T``: never positive, 0 for the highest."""
    highest: Float64s = z.max(axis=-1, keepdims=True)
    # A quarter of each, as the difference of two large scores can overflow while its quotient by
    # a large temperature does not.
    scale = np.where(np.maximum(np.abs(z), np.abs(highest)) > 1e300, 0.25, 1.0)
    below = (z * scale - highest * scale) / temperature / scale
    return np.where(z == highest, 0.0, below)


def _positive(temperature: Any) -> float:
    number = as_float(temperature)
    if not 0.0 < number < math.inf:
        raise ValueError(f"temperature must be a finite number above 0, not {temperature!r}")
    return number


def naive_softmax(z: Floats) -> Floats:
    """The quotient as the formula has it, which overflows where ``exp(z)`` does."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        powers = np.exp(z)
        shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def confidence(shares: ArrayLike) -> Floats:
    """How sure probabilities ``(…, classes)`` are of the likeliest class: ``(…,)``.

    0 where all are equal, 1 where it has all: ``(max p - 1/n) / (1 - 1/n)``.

    >>> confidence([[0.25, 0.75], [0.5, 0.5]]).tolist()
    [0.5, 0.0]
    """
    p = np.asarray(shares)
    even = 1.0 / p.shape[-1]
    sure: Floats = (p.max(axis=-1) - even) / (1.0 - even)
    return sure
