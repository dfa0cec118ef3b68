"""Curves over one x: round places to draw them at, and a table of values and slopes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.params import Choice
from dlbasic.text import Text

SLOPE_AXIS = Choice(
    Text(ko="기울기의 축", en="Slope axis"),
    default="linear",
    options={"linear": Text(ko="선형", en="linear"), "log": Text(ko="로그", en="log")},
)


def grid(low: float, high: float) -> NDArray[np.float64]:
    """About 400 round numbers between ``low`` and ``high``, and these; 0 where it lies inside.

    >>> grid(-6.0, 6.0)[:3].round(9).tolist(), len(grid(-6.0, 6.0))
    ([-6.0, -5.97, -5.94], 401)
    """
    rough = (high - low) / 400
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * min((1, 2, 2.5, 3, 4, 5, 10), key=lambda s: abs(s * power - rough))
    places = np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1)
    points: NDArray[np.float64] = np.unique([low, *np.round(places * step, 12), high])
    return points + 0.0  # no negative zero


def rows_of(x: NDArray[np.float64], curves: Mapping[str, tuple[Any, Any]]) -> pd.DataFrame:
    """One row for each x: value and slope of each curve."""
    columns: dict[str, Any] = {"x": x}
    for key, (value, slope) in curves.items():
        columns[key], columns[f"{key}_slope"] = value, slope
    return pd.DataFrame(columns)
