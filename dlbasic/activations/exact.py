"""Arithmetic that keeps its relative precision down to the smallest normal float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.polynomial.chebyshev import chebval
from numpy.typing import ArrayLike, NDArray

from dlbasic.arrays import Float64s, Floats
from dlbasic.params import as_float

# Clears the lower 27 of a float64's 52 fraction bits.
_UPPER_BITS = np.int64(-(1 << 27))

# Q(a)·exp(a²/2)·(1 + a) for a from 0 to 40, where Q is the upper tail of the normal distribution,
# as a Chebyshev series in y = (45/(5 + a) - 5)/4: interpolated at 48 nodes with mpmath at 50
# digits, cut where a term falls below 2e-17.  The factor 1 + a keeps the series between 0.40 and
# 0.53, so that its rounding errors stay relative ones.
_TAIL_SERIES = (
    0.46860786734654186,
    0.05922878091938386,
    -0.008508224564511025,
    -0.011872510077037792,
    -0.005412554757134159,
    -0.0016354719793813964,
    -0.00035330742024987583,
    -5.155011144325859e-05,
    -3.521590642781252e-06,
    3.756163086290092e-07,
    1.1437461079554068e-07,
    4.512812526403734e-09,
    -2.0630576075329094e-09,
    -2.4824908320015e-10,
    3.529791632600294e-11,
    7.64073710104425e-12,
    -6.959013472466542e-13,
    -2.1706067015942935e-13,
    1.824826316975675e-14,
    6.15079245233031e-15,
    -6.361595300883678e-16,
    -1.7208917831475406e-16,
    2.579029873370042e-17,
)


def in_double(function: Callable[..., Float64s], *inputs: ArrayLike) -> Floats:
    """Apply ``function`` in float64 and round its result once to the type of the inputs.

    float16 and float32 stay what they are, all other real numbers become float64, Python's whole
    numbers of any size too.  The function gets copies, so it can neither change nor return an
    input.  Raises ``TypeError`` for anything but real numbers.

    >>> in_double(np.exp, np.float32(1)).dtype, in_double(np.exp, [0, 1])
    (dtype('float32'), array([1.        , 2.71828183]))
    """
    arrays = [_plain(np.asarray(array)) for array in inputs]
    for array in arrays:
        if array.dtype.kind not in "biuf":
            raise TypeError(f"expected real numbers, not an array of type {array.dtype}")
    small = all(array.dtype.kind == "f" and array.dtype.itemsize < 8 for array in arrays)
    dtype = np.result_type(*arrays) if small else np.dtype(np.float64)
    # What can set a flag here is right as it is: underflow to the true tiny value, a result too
    # large for its type, a signalling NaN.
    with np.errstate(all="ignore"):
        result = np.asarray(function(*(array.astype(np.float64) for array in arrays)))
        return result.astype(dtype, copy=False)


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    """Give numbers that NumPy keeps as objects, as it does with ``10**30``, a float64 array."""
    plain = array.dtype.kind == "O" and all(
        isinstance(item, int | float) and not isinstance(item, bool) for item in array.flat
    )
    if not plain:
        return array
    return np.array([as_float(item) for item in array.flat], dtype=np.float64).reshape(array.shape)


def two_product(a: Float64s, b: Float64s) -> tuple[Float64s, Float64s]:
    """The rounded product of finite ``a`` and ``b`` and its rounding error (Dekker, 1971).

    >>> high, low = two_product(np.float64(0.1), np.float64(3.0))
    >>> float(high), float(low)
    (0.30000000000000004, -2.7755575615628914e-17)
    """
    product = a * b
    a_high, b_high = _upper_half(a), _upper_half(b)
    a_low, b_low = a - a_high, b - b_high
    error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, error


def _upper_half(x: Float64s) -> Float64s:
    # By the bits rather than by Veltkamp's multiplication, which overflows above 1e300.
    upper: Float64s = (np.asarray(x).view(np.int64) & _UPPER_BITS).view(np.float64)
    return upper


def exp_of_minus_product(a: Float64s, b: Float64s) -> Float64s:
    """``exp(-a·b)`` for finite non-negative ``a`` and ``b``.

    A product near 700 that is rounded once has an error near 6e-14, and that would be the relative
    error of its exponential; to first order the rounding error of the product repairs it.
    """
    product, error = two_product(a, b)
    result: Float64s = np.exp(-product) * (1.0 - error)
    return result


def scaled_normal_tail(a: Float64s) -> Float64s:
    """``Q(a)·exp(a²/2)`` for ``a`` from 0 to 40, with ``Q`` the upper tail of the normal law.

    Relative error about 1e-15, and no loop over ``math.erfc``.

    >>> float(scaled_normal_tail(np.float64(0.0)))
    0.5
    """
    tail: Float64s = chebval((45.0 / (5.0 + a) - 5.0) / 4.0, _TAIL_SERIES) / (1.0 + a)
    return tail
