"""The range of floats: where a function's values round to the end of theirs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dlbasic.arrays import Floats
from dlbasic.params import Choice
from dlbasic.text import Text, both

Function = Callable[[Floats], Floats]
PRECISIONS: Mapping[str, type[np.floating[Any]]] = {"float64": np.float64, "float32": np.float32}

PRECISION = Choice(
    Text(ko="정밀도", en="Precision"),
    default="float64",
    options={
        "float64": both("float64"),
        "float32": both("float32"),
    },
)


def float_grid(dtype: type[np.floating[Any]]) -> Floats:
    """The whole range of ``dtype`` in both signs, and -10 to 10 in steps of 0.01.

    Every power of two it holds, subnormal ones too, its largest number, and both zeros.

    >>> grid = float_grid(np.float64)
    >>> len(grid), grid.min(), grid[grid > 0].min()
    (6201, np.float64(-1.7976931348623157e+308), np.float64(5e-324))
    """
    limits = np.finfo(dtype)
    exponents = np.arange(limits.minexp - limits.nmant, limits.maxexp)
    positive = np.append(np.ldexp(dtype(1), exponents), [dtype(0), limits.max])
    return np.concatenate([-positive, positive, np.linspace(-10, 10, 2001, dtype=dtype)])


def rounding_point(f: Function, end: float, far: float, dtype: type[np.floating[Any]]) -> float:
    """The x nearest to 0, on the side of ``far``, at which a monotone f is exactly ``end``.

    NaN where f is not ``end`` at ``far``, or is it already at 0.
    """

    def reached(x: np.floating[Any]) -> bool:
        return bool(f(np.array([x], dtype))[0] == end)

    inside, outside = dtype(0.0), dtype(far)
    if reached(inside) or not reached(outside):
        return float("nan")
    while (middle := dtype((inside + outside) / 2)) not in (inside, outside):
        if reached(middle):
            outside = middle
        else:
            inside = middle
    return float(outside)


def digits_alike(gap: float) -> float:
    """The whole decimal digits in which numbers agree that differ by this share.

    >>> digits_alike(2e-4), digits_alike(0.0)
    (3.0, 15.0)
    """
    return float(math.floor(-math.log10(max(gap, float(np.finfo(np.float64).eps)))))


def line_to_nearest_end(
    name: str, x: Floats, values: Floats, ends: tuple[float, float]
) -> pd.DataFrame:
    """One line of the chart; it stops where the value is the end itself, distance 0."""
    low, high = ends
    distance = np.minimum(np.abs(values - values.dtype.type(low)), np.abs(high - values))
    columns = {"x": x, "value": values, "distance": distance}
    rows = pd.DataFrame(columns, dtype=float).assign(series=name)
    line: pd.DataFrame = rows.loc[distance > 0, ["series", *columns]]
    return line
