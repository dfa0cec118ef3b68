"""Entropy, cross-entropy and Kullback-Leibler divergence of distributions over classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.activations.exact import in_double
from dlbasic.arrays import Float64s, Floats
from dlbasic.params import as_float

# How far from 1 the sum of a distribution may be.
SUM_TOLERANCE = 1e-6

# Up to |s| = 1/4, where the terms of the series left out no longer show.
_SERIES_FROM = 0.25
_ATANH_SERIES = [1.0 / (2 * k + 3) for k in range(13)]


def entropy(p: ArrayLike, base: float = math.e) -> Floats:
    """How uncertain a draw is: ``H(p) = -Σⱼ pⱼ·log pⱼ`` along the last axis.

    In nats, or in units of another ``base``: bits for 2.  Takes distributions ``(…, classes)`` and
    gives numbers ``(…)``; float32 and float16 stay what they are, all other real numbers become
    float64.  What has no chance adds 0.  Raises ``ValueError`` for a distribution that is negative
    somewhere or whose sum is more than 1e-6 from 1 (within that it is taken as it is), for an array
    without classes and unless ``base`` is finite and above 1; ``TypeError`` for anything but real
    numbers.

    >>> entropy([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]], base=2)
    array([1.5, 0. ])

    Source: Shannon (1948), "A Mathematical Theory of Communication".
    """
    unit = _log_of(base)

    def value(p: Float64s) -> Float64s:
        check_distributions(p, "p")
        return _mean_surprise(p, p) / unit

    return in_double(value, p)


def cross_entropy(p: ArrayLike, q: ArrayLike, base: float = math.e) -> Floats:
    """What draws from ``p`` cost when ``q`` is expected: ``H(p, q) = -Σⱼ pⱼ·log qⱼ``.

    Never below ``entropy(p)``, and equal to it at ``q = p``: it is ``H(p) + KL(p‖q)``.  Infinite
    where ``q`` rules out what ``p`` does not.  Shapes, types, base and errors are those of
    :func:`entropy`; also raises ``ValueError`` when the shapes of ``p`` and ``q`` differ.

    >>> p = [[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]]
    >>> cross_entropy(p, [[0.25, 0.75], [1.0, 0.0], [0.0, 1.0]], base=2).round(4)
    array([1.2075,    inf, 0.    ])
    >>> cross_entropy([0.5, 0.5], [[0.5, 0.5]])
    Traceback (most recent call last):
    ...
    ValueError: p and q must have one shape, not (2,) and (1, 2)

    Source: Kerridge (1961), "Inaccuracy and Inference".
    """
    unit = _log_of(base)

    def value(p: Float64s, q: Float64s) -> Float64s:
        _check_both(p, q)
        return _mean_surprise(p, q) / unit

    return in_double(value, p, q)


def kl_divergence(p: ArrayLike, q: ArrayLike, base: float = math.e) -> Floats:
    """What it costs to expect ``q`` in place of ``p``: ``KL(p‖q) = Σⱼ pⱼ·log(pⱼ/qⱼ)``.

    Never negative, 0 at ``q = p`` alone, infinite where ``q`` rules out what ``p`` does not, and
    another number with ``p`` and ``q`` exchanged.  It keeps its digits where the two are nearly
    equal: the sum is that of ``pⱼ·log(pⱼ/qⱼ) - pⱼ + qⱼ``, which is the same for distributions and
    has no negative term.  Shapes, types, base and errors are those of :func:`cross_entropy`.

    >>> p = [0.5, 0.5]
    >>> float(kl_divergence(p, [0.25, 0.75]).round(4)), float(kl_divergence(p, p))
    (0.1438, 0.0)
    >>> float(kl_divergence(p, [0.5 + 2**-30, 0.5 - 2**-30])) == 2**-59
    True

    Source: Kullback & Leibler (1951), "On Information and Sufficiency".
    """
    unit = _log_of(base)

    def value(p: Float64s, q: Float64s) -> Float64s:
        _check_both(p, q)
        divergence: Float64s = _excess(p, q).sum(axis=-1)
        return divergence / unit

    return in_double(value, p, q)


def check_distributions(values: Float64s, name: str) -> None:
    """Raise ``ValueError`` unless ``values`` are distributions along their last axis, to 1e-6.

    >>> check_distributions(np.array([[0.5, 0.5], [0.5, 0.25]]), "p")
    Traceback (most recent call last):
    ...
    ValueError: a distribution in p must sum to 1, not to 0.75
    """
    if not values.shape or not values.shape[-1]:
        raise ValueError(f"{name} must have a last axis of classes, not shape {values.shape}")
    negative = values[~(values >= 0)]
    if negative.size:
        raise ValueError(f"a distribution in {name} must not be negative, but has {negative[0]}")
    sums = values.sum(axis=-1)
    wrong = sums[~(np.abs(sums - 1.0) <= SUM_TOLERANCE)]
    if wrong.size:
        raise ValueError(f"a distribution in {name} must sum to 1, not to {wrong[0]}")


def _check_both(p: Float64s, q: Float64s) -> None:
    if p.shape != q.shape:
        raise ValueError(f"p and q must have one shape, not {p.shape} and {q.shape}")
    check_distributions(p, "p")
    check_distributions(q, "q")


def _log_of(base: Any) -> float:
    number = as_float(base)
    if not 1.0 < number < math.inf:
        raise ValueError(f"base must be a finite number above 1, not {base!r}")
    return math.log(number)


def _mean_surprise(p: Float64s, q: Float64s) -> Float64s:
    """``-Σⱼ pⱼ·log qⱼ``; a share above 1, which the tolerance allows, is no negative surprise."""
    surprise = -np.log(np.minimum(q, 1.0))
    mean: Float64s = np.where(p > 0, p * surprise, 0.0).sum(axis=-1)
    return mean


def _excess(p: Float64s, q: Float64s) -> Float64s:
    """``p·log(p/q) - p + q``, never negative: x·log x at p above its tangent at q."""
    ratio = p / q
    # Where the quotient leaves the normal numbers the logarithms are far apart.
    log_ratio = np.where((ratio > 1e-300) & (ratio < 1e300), np.log(ratio), np.log(p) - np.log(q))
    far = np.where(p > 0, p * log_ratio - (p - q), q)
    # Near p = q the same as (p + q)·(s·atanh s - (atanh s - s)), its last part by the series.
    s = (q - p) / (q + p)
    square = s * s
    rest = np.polynomial.polynomial.polyval(square, _ATANH_SERIES) * square * s
    near = (p + q) * (s * (s + rest) - rest)
    return np.where(np.abs(s) <= _SERIES_FROM, near, far)
