"""Points that a reader moves, the lines of least loss through them, and what each point weighs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.losses import MAE, MSE, Huber, Loss
from dlbasic.measures.least_loss import Line, fit, share_of_sum
from dlbasic.params import Choice, Declared, Integer, Numbers, declared, parameter
from dlbasic.text import Text, both

POINTS = 8
OUTLIER = POINTS  # the point, counted from 1, whose height has a slider of its own
LEFT, RIGHT, BOTTOM, TOP = 0.0, 10.0, -5.0, 15.0  # the rectangle in which points can lie
_ROUNDING = 1e-9  # an error of this size is that of a line through the point


@dataclass(frozen=True)
class LineFit(Declared):
    """The points, and what is shown of the lines through them."""

    x: tuple[float, ...] = parameter(
        Numbers(both("x"), default=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.5),
                low=LEFT, high=RIGHT, step=0.1)
    )  # fmt: skip
    y: tuple[float, ...] = parameter(
        Numbers(both("y"), default=(1.2, 2.4, 2.2, 3.3, 3.4, 4.6, 4.5, 13.0),
                low=BOTTOM, high=TOP, step=0.1)
    )  # fmt: skip
    delta: float = parameter(declared(Huber)["delta"])
    shown: str = parameter(
        Choice(
            Text(ko="오차를 볼 직선", en="Line whose errors are shown"), default="mse",
            options={
                "mse": both("MSE"),
                "mae": both("MAE"),
                "huber": Text(ko="후버", en="Huber"),
            },
        )
    )  # fmt: skip
    point: int = parameter(
        Integer(Text(ko="옮길 점", en="Point to move"), default=1, low=1, high=POINTS)
    )

    @property
    def losses(self) -> dict[str, Loss]:
        """The losses whose lines are fitted, by key."""
        return {"mse": MSE(), "mae": MAE(), "huber": Huber(self.delta)}


@dataclass(frozen=True)
class Shown(Declared):
    """Which part of the figure is shown."""

    part: str = parameter(
        Choice(
            Text(ko="볼 그림", en="Picture"), default="lines",
            options={
                "lines": Text(ko="세 직선", en="The lines"),
                "carried": Text(ko="점마다 차지하는 비율", en="Share of each point"),
            },
        )
    )  # fmt: skip


@lru_cache(maxsize=64)
def fits(settings: LineFit) -> dict[str, Line]:
    """The line of least loss under each loss, by key."""
    return {key: fit(loss, settings.x, settings.y) for key, loss in settings.losses.items()}


def errors(settings: LineFit, line: Line) -> Float64s:
    """``ŷ - y`` of each point; 0 where the line passes through the point but for rounding."""
    found = line(settings.x) - np.array(settings.y)
    return np.where(np.abs(found) < _ROUNDING, 0.0, found)


@lru_cache(maxsize=64)
def summary(settings: LineFit) -> pd.DataFrame:
    """Each line in a row: slope, intercept, mean error with its sign, and the means of each loss.

    Columns ``loss, slope, intercept, mean_error`` and, by their keys, the losses.
    """
    rows = []
    for key, line in fits(settings).items():
        off = errors(settings, line)
        mean = float(off.mean())
        means = {
            other: float(loss(off, np.zeros(POINTS)).mean())
            for other, loss in settings.losses.items()
        }
        # The sum of errors that cancel is not nothing in floats.
        signed = 0.0 if abs(mean) < _ROUNDING else mean
        rows.append({"loss": key, "slope": line.slope, "intercept": line.intercept,
                     "mean_error": signed, **means})  # fmt: skip
    return pd.DataFrame(rows)


@lru_cache(maxsize=64)
def shares(settings: LineFit) -> pd.DataFrame:
    """What part of each loss and of its gradient each point carries, on the line that is shown.

    The gradient is that by the predictions, and its parts are sizes.  Columns ``point`` from 1,
    ``loss``, ``error``, ``of_loss`` and ``of_gradient``; all shares are 0 where no point is off.
    """
    off = errors(settings, fits(settings)[settings.shown])
    zeros = np.zeros(POINTS)
    frames = [
        pd.DataFrame(
            {
                "point": np.arange(1, POINTS + 1), "loss": key, "error": off,
                "of_loss": share_of_sum(loss(off, zeros)),
                "of_gradient": share_of_sum(np.abs(loss.grad(off, zeros))),
            }
        )
        for key, loss in settings.losses.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def ends(
    line: Line, low: float, high: float, bottom: float, top: float
) -> list[tuple[float, float]]:
    """The two ends of the part of a line inside a rectangle; none where it stays outside.

    >>> ends(Line(2.0, -1.0), 0.0, 4.0, 0.0, 5.0), ends(Line(0.0, 9.0), 0.0, 4.0, 0.0, 5.0)
    ([(0.5, 0.0), (3.0, 5.0)], [])
    """
    if line.slope:
        across = sorted((edge - line.intercept) / line.slope for edge in (bottom, top))
        low, high = max(low, across[0]), min(high, across[1])
    elif not bottom <= line.intercept <= top:
        return []
    if low > high:
        return []
    heights = np.clip(line([low, high]), bottom, top).tolist()
    return [(low, heights[0]), (high, heights[1])]
