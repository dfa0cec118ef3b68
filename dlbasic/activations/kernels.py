"""What the in-place kernels of the activations share: constants, a step, the normal law.

A kernel is called thousands of times a second, on arrays of a hundred numbers, where each call of
NumPy counts, and of a hundred thousand, where only throughput does.  Measured on both: an operand
that is a 0-d array of the right type saves a third of a call against a Python number; ``minimum``
of two arrays is three times as fast as with a constant, so a bound is filled in first; ``clip`` is
the fastest way to two bounds; ``1 / x`` beats ``reciprocal``; ``where`` and masks lose.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from dlbasic.arrays import Floats

# Q(a)·exp(a²/2) = (y + shift)·P(y) with y = scale/(offset + a) - shift, where Q is the upper tail
# of the normal distribution: the coefficients of P, the highest power first.  In single precision
# formula 7.1.26 of Abramowitz & Stegun (1964), at most 8e-8 off after the exponential.  In double
# precision, for a from 0 to 40, a Chebyshev series of degree 17 in powers of y, made with mpmath
# at 40 digits: relative error at most 6e-14.
_SINGLE_TAIL = (0.5307027145, -0.7265760135, 0.7107068705, -0.142248368, 0.127414796)
_DOUBLE_TAIL = (
    -9.74303547788563e-10,
    2.0894149698615425e-09,
    1.3349900692101784e-08,
    -2.578723745341319e-08,
    -1.436066726876565e-07,
    1.7404585370268378e-07,
    1.6266149877723431e-06,
    3.591466329934858e-07,
    -1.7631789006209642e-05,
    -4.723170949214645e-05,
    7.930978843860125e-05,
    0.000998956455511256,
    0.004127986540409632,
    0.011509480059147429,
    0.024721731729117014,
    0.043055554146311216,
    0.06226354908163678,
    0.07552851304157342,
)


@lru_cache(maxsize=512)
def prepared(*numbers: float | tuple[float, float]) -> dict[int, tuple[Floats, ...]]:
    """Each number as a 0-d array of either type, by its size in bytes; a pair differs in the two.

    >>> one, bound = prepared(1.0, (88.0, 709.0))[4]
    >>> one.dtype, float(bound)
    (dtype('float32'), 88.0)
    """
    pairs = [number if isinstance(number, tuple) else (number, number) for number in numbers]
    with np.errstate(over="ignore", under="ignore"):
        return {
            4: tuple(np.array(single, np.float32) for single, _ in pairs),
            8: tuple(np.array(double, np.float64) for _, double in pairs),
        }


LARGEST = (float(np.finfo(np.float32).max), float(np.finfo(np.float64).max))

_UNIT = prepared(0.0, 1.0)
_SCALE = math.sqrt(2.0) / 0.3275911
_NORMAL = prepared(
    (_SCALE, 5.0), (_SCALE, 11.25), (0.0, 1.25), 0.0, 1.0, -0.5, 1.0 / math.sqrt(2.0 * math.pi)
)
_POWERS = {4: prepared(*_SINGLE_TAIL)[4], 8: prepared(*_DOUBLE_TAIL)[8]}
# Where heaviside, one call but slow in itself, meets clip and ceil.
_FEW = 300


def step(x: Floats, out: Floats) -> Floats:
    """1 where ``x`` is positive, else 0; NaN stays NaN."""
    zero, one = _UNIT[x.itemsize]
    if x.size < _FEW:
        return np.heaviside(x, zero, out=out)
    x.clip(zero, one, out=out)
    return np.ceil(out, out)


def normal_law(x: Floats, below: Floats, density: Floats) -> None:
    """Fill ``below`` with ``Φ(x)`` and ``density`` with ``φ(x)``, for ``x`` from -40 to 40."""
    offset, scale, shift, zero, one, minus_half, peak = _NORMAL[x.itemsize]
    first, *others, last = _POWERS[x.itemsize]
    y = density
    np.abs(x, y)
    np.add(y, offset, y)
    np.divide(scale, y, y)
    np.subtract(y, shift, y)
    np.multiply(y, first, below)
    for power in others:
        np.add(below, power, below)
        np.multiply(below, y, below)
    np.add(below, last, below)
    np.add(y, shift, y)
    np.multiply(below, y, below)
    np.square(x, density)
    np.multiply(density, minus_half, density)
    np.exp(density, density)
    np.multiply(below, density, below)
    np.subtract(one, below, out=below, where=np.greater(x, zero))
    np.multiply(density, peak, density)
