"""Value and slope of the chosen functions over one x, and what the range shows of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from dlbasic.activations import Activation
from dlbasic.diagnostics import LAYERS
from dlbasic.measures.curves import SLOPE_AXIS, grid, rows_of
from dlbasic.measures.settings import FUNCTIONS
from dlbasic.params import Choice, Declared, Real, Several, Span, parameter
from dlbasic.text import Text

_TICKS = tuple(
    float(sign * tick)
    for sign, ticks in (
        (-1, (1000, 750, 500, 200, 100, 50, 40, 30, 20, 15, 10, 8, 6, 5, 4, 3, 2, 1)),
        (1, (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 100, 200, 500, 750, 1000)),
    )
    for tick in ticks
)


@dataclass(frozen=True)
class Explorer(Declared):
    """Which functions are drawn, over which x, and the x at which they are read."""

    functions: tuple[str, ...] = parameter(
        Several(
            Text(ko="함수", en="Functions"), default=("sigmoid", "tanh", "relu"), options=FUNCTIONS
        )
    )
    x: tuple[float, float] = parameter(
        Span(Text(ko="x의 범위", en="Range of x"), default=(-6.0, 6.0), ticks=_TICKS)
    )
    slope: str = parameter(
        replace(SLOPE_AXIS, label=Text(ko="미분값(slope)의 축", en="Slope axis"))
    )
    at: float = parameter(
        Real(
            Text(ko="값을 읽을 x", en="Read the values at x"),
            default=1.0, low=-1000.0, high=1000.0, step=0.5, free=True,
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Below(Declared):
    """What stands below the picture."""

    part: str = parameter(
        Choice(
            Text(ko="그림 아래에 볼 것", en="Below the picture"), default="values",
            options={
                "values": Text(ko="한 점에서 읽기", en="Values at one x"),
                "formulas": Text(ko="식과 요점", en="Formulas and points"),
                "facts": Text(ko="한눈에 비교하기", en="Side by side"),
            },
        )
    )  # fmt: skip


ENDS = ("low", "high", "slope_low", "slope_high")


@lru_cache(maxsize=64)
def curves(functions: tuple[tuple[str, Activation], ...], low: float, high: float) -> pd.DataFrame:
    """One row for each x: value and slope of each function.  Treat it as read-only.

    Among the x are the functions' turning points, so the column's extremes are the interval's.
    """
    turns = [turn for _, f in functions for turn in f.turning_points if low < turn < high]
    x = np.unique([*grid(low, high), *turns])
    return rows_of(x, {key: (f(x), f.grad(x)) for key, f in functions})


def extremes(rows: pd.DataFrame, key: str) -> dict[str, Any]:
    """What one function's curve goes through on the range.

    Its least and largest value and slope, the share of the range, by length, on which the slope
    is 0, and the largest slope to the power of ``layers``, with these.
    """
    x, values, slopes = (rows[column].to_numpy() for column in ("x", key, f"{key}_slope"))
    steepest = float(slopes.max())
    return {
        "low": values.min(), "high": values.max(),
        "slope_low": slopes.min(), "slope_high": steepest,
        "zero_share": _flat_share(x, slopes), "product": Decimal(steepest) ** LAYERS,
        "layers": LAYERS,
    }  # fmt: skip


def is_rounded(f: Activation, rows: pd.DataFrame, end: str, key: str) -> bool:
    """Whether one of ``ENDS`` on the range is a value that the formula only comes close to."""
    value, (low, *_, high) = extremes(rows, key)[end], rows["x"]
    within = f.slope_range().parts if end.startswith("slope") else (f.range(),)
    first, last = within[0], within[-1]
    if (first.low_open and value == first.low) or (last.high_open and value == last.high):
        return True
    # GELU and its kin come back to 0 far to the left, and their slope to 1 far to the right.
    returned = (high < 0 and value == 0) or (low > 0 and end == "slope_low" and value == 1)
    return f.smooth and returned


def drawn(functions: tuple[tuple[str, Activation], ...], low: float, high: float) -> pd.DataFrame:
    """The rows of :func:`curves`, with a gap where a slope jumps.

    At a kink a row without the slope and one with that from the right follow; the column ``again``
    tells them apart from those that the pointer reads.
    """
    rows = curves(functions, low, high)
    kinks = sorted({kink for _, f in functions for kink in f.kinks if low <= kink < high})
    gaps = []
    for kink in kinks:
        here = rows[rows["x"] == kink].assign(again=1.0)
        jumps = {f"{key}_slope": f.grad(np.nextafter(kink, np.inf))
                 for key, f in functions if kink in f.kinks}  # fmt: skip
        gaps += [here.assign(**dict.fromkeys(jumps, np.nan)), here.assign(**jumps)]
    return pd.concat([rows, *gaps]).sort_values("x", kind="stable", ignore_index=True)


def _flat_share(x: Any, slopes: Any) -> float:
    flat = (slopes[:-1] == 0) & (slopes[1:] == 0)
    return float(np.diff(x)[flat].sum() / (x[-1] - x[0]))
