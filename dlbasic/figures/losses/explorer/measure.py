"""The losses over what they judge: a residual, a score, or the probability made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dlbasic.activations import Sigmoid
from dlbasic.arrays import Float64s
from dlbasic.losses import LOSSES, Focal, Huber, Loss
from dlbasic.measures.curves import SLOPE_AXIS, grid, rows_of
from dlbasic.params import Choice, Declared, Real, Several, Tick, declared, parameter
from dlbasic.text import Text, both

Pair = tuple[Float64s, Float64s]  # values and slopes
_NAMES = {key: kind.name for key, kind in LOSSES.items()}
REGRESSION = {key: name for key, name in _NAMES.items() if LOSSES[key].head == "identity"}
TWO_CLASSES = {key: name for key, name in _NAMES.items() if LOSSES[key].head == "sigmoid"}


@dataclass(frozen=True)
class Explorer(Declared):
    """Which losses are shown, over what, and where their values are read."""

    against: str = parameter(
        Choice(
            Text(ko="가로축", en="Horizontal axis"),
            default="residual",
            options={
                "residual": Text(ko="잔차 r", en="residual"),
                "score": Text(ko="점수 z", en="score"),
                "probability": Text(ko="확률 p", en="p = σ(z)"),
            },
        )
    )
    regression: tuple[str, ...] = parameter(
        Several(Text(ko="회귀의 손실", en="Losses of regression"), tuple(REGRESSION), REGRESSION)
    )
    two_classes: tuple[str, ...] = parameter(
        Several(
            Text(ko="두 클래스의 손실", en="Losses of two classes"), tuple(TWO_CLASSES), TWO_CLASSES
        )
    )
    label: str = parameter(
        Choice(Text(ko="정답 y", en="Label y"), default="1", options={y: both(y) for y in "10"})
    )
    reach: float = parameter(
        Tick(
            Text(ko="가로축의 끝 ±", en="Axis from − to +"),
            default=4.0,
            ticks=(1.0, 2.0, 4.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0),
            allowed=(1e-3, 1e6),
        )
    )
    slope: str = parameter(replace(SLOPE_AXIS, label=Text(ko="기울기의 축", en="Gradient axis")))
    at: float = parameter(
        Real(
            Text(ko="값을 읽을 위치", en="Read the values at"),
            default=-2.0, low=-1000.0, high=1000.0, step=0.5, free=True,
        )
    )  # fmt: skip
    p: float = parameter(
        Real(
            Text(ko="값을 읽을 확률 p", en="Read the values at p"),
            default=0.01, low=0.0, high=1.0, step=0.01, free=True,
        )
    )  # fmt: skip
    delta: float = parameter(declared(Huber)["delta"])
    gamma: float = parameter(declared(Focal)["gamma"])

    @property
    def chosen(self) -> tuple[str, ...]:
        """The losses that are shown, by key."""
        return self.regression if self.against == "residual" else self.two_classes

    @property
    def offered(self) -> tuple[str, ...]:
        """Those that can be chosen on this axis."""
        return tuple(REGRESSION if self.against == "residual" else TWO_CLASSES)

    @property
    def point(self) -> float:
        """Where the values are read, on the axis shown."""
        return self.p if self.against == "probability" else self.at

    @property
    def wrong_end(self) -> float:
        """The end of the axis of residuals or scores where answers are most wrong."""
        return -self.reach if self.against == "score" and self.label == "1" else self.reach

    def loss(self, key: str) -> Loss:
        """The loss with the parameters chosen here."""
        return LOSSES[key](**{name: getattr(self, name) for name in declared(LOSSES[key])})

    def kinks(self) -> list[float]:
        """Where a slope may jump."""
        if self.against == "residual":
            return [-self.delta, 0.0, self.delta]
        margins = [-1.0, 1.0]
        return Sigmoid()(margins).tolist() if self.against == "probability" else margins


@dataclass(frozen=True)
class Below(Declared):
    """What stands below the picture."""

    part: str = parameter(
        Choice(
            Text(ko="그림 아래에 볼 것", en="Below the picture"), default="values",
            options={
                "values": Text(ko="한 점에서 읽기", en="Values at one place"),
                "formulas": Text(ko="식과 코드", en="Formulas and code"),
            },
        )
    )  # fmt: skip


def curve(settings: Explorer, key: str, x: Any) -> Pair:
    """Value and slope of one loss at each x, the residual, score or probability that is shown.

    The slope is with respect to x itself.  At the probabilities 0 and 1 both are the limits.
    """
    loss, x = settings.loss(key), np.asarray(x, np.float64)
    if settings.against == "probability":
        return of_probability(loss, x, int(settings.label))
    targets = np.full_like(x, float(settings.label) if settings.against == "score" else 0.0)
    return np.asarray(loss(x, targets)), np.asarray(loss.grad(x, targets))


def score_slopes(settings: Explorer, key: str, p: Any) -> Float64s:
    """The slope with respect to the score where the probability is p: it is bounded."""
    p = np.asarray(p, np.float64)
    with np.errstate(divide="ignore"):
        z = np.log(p) - np.log1p(-p)
    targets = np.full_like(p, float(settings.label))
    return np.asarray(settings.loss(key).grad(z, targets))


class OfProbability(NamedTuple):
    """A loss of two classes as a function of the probability ``right`` that the label is given.

    ``function(loss, right, wrong)`` gives the value and the slope with respect to ``right``;
    ``wrong`` is what is left, so that neither loses digits next to 1.
    """

    value_tex: str
    slope_tex: str
    function: Callable[[Any, Float64s, Float64s], Pair]


def of_probability(loss: Loss, p: Float64s, label: int) -> Pair:
    """Value and slope of a loss of two classes as a function of the probability p of class 1.

    Not by way of the score, whose rounding would cost up to three digits near 0 and 1.
    """
    right, wrong, sign = (p, 1.0 - p, 1.0) if label else (1.0 - p, p, -1.0)
    with np.errstate(all="ignore"):
        value, slope = OF_PROBABILITY[loss.key].function(loss, right, wrong)
    return value + 0.0, sign * slope + 0.0  # no negative zero


def _surprise(right: Float64s, wrong: Float64s) -> Float64s:
    """``-log right``, from whichever of the two is exact: below 1/2 no digit has been lost."""
    surprise: Float64s = np.where(right < 0.5, -np.log(right), -np.log1p(-wrong))
    return surprise


def _bce(loss: Any, right: Float64s, wrong: Float64s) -> Pair:
    return _surprise(right, wrong), -1.0 / right


def _sigmoid_mse(loss: Any, right: Float64s, wrong: Float64s) -> Pair:
    return np.square(wrong), -2.0 * wrong


def _hinge(loss: Any, right: Float64s, wrong: Float64s) -> Pair:
    margin = _surprise(wrong, right) - _surprise(right, wrong)
    return np.maximum(0.0, 1.0 - margin), np.where(margin < 1.0, -1.0 / (right * wrong), 0.0)


def _focal(loss: Focal, right: Float64s, wrong: Float64s) -> Pair:
    if not loss.gamma:
        return _bce(loss, right, wrong)  # here 0·∞ would be NaN
    surprise, discount = _surprise(right, wrong), wrong**loss.gamma
    growth = loss.gamma * np.where(wrong > 0, surprise / wrong, 1.0)
    return np.where(wrong > 0, discount * surprise, 0.0), -discount * (1.0 / right + growth)


OF_PROBABILITY: Mapping[str, OfProbability] = {
    "bce": OfProbability(
        r"\ell(p, y) = -\log p_t",
        r"\dfrac{\partial \ell}{\partial p} = -\dfrac{s}{p_t}",
        _bce,
    ),
    "sigmoid_mse": OfProbability(
        r"\ell(p, y) = (1 - p_t)^2",
        r"\dfrac{\partial \ell}{\partial p} = -2 s\,(1 - p_t)",
        _sigmoid_mse,
    ),
    "hinge": OfProbability(
        r"\begin{gathered} \ell(p, y) = \max(0,\; 1 - m) \\ "
        r"m = \log\dfrac{p_t}{1 - p_t} \end{gathered}",
        r"\dfrac{\partial \ell}{\partial p} = \begin{cases} "
        r"-\dfrac{s}{p_t\,(1 - p_t)} & m < 1 \\ 0 & m \ge 1 \end{cases}",
        _hinge,
    ),
    "focal": OfProbability(
        r"\ell(p, y) = -(1 - p_t)^{\gamma} \log p_t",
        r"\dfrac{\partial \ell}{\partial p} = -s\,(1 - p_t)^{\gamma} "
        r"\left(\dfrac{1}{p_t} - \dfrac{\gamma \log p_t}{1 - p_t}\right)",
        _focal,
    ),
}


def frame(settings: Explorer) -> pd.DataFrame:
    """One row for each x: value and slope of each loss chosen; treat it as read-only.

    Among the x are the kinks.  The ends 0 and 1 of a probability, where losses are infinite, are
    left out.
    """
    # What is read at one place changes no curve.
    default = Explorer()
    return _frame(replace(settings, at=default.at, p=default.p, slope=default.slope))


@lru_cache(maxsize=64)
def _frame(settings: Explorer) -> pd.DataFrame:
    if settings.against == "probability":
        low, high = 0.0, 1.0
        places = grid(low, high)[1:-1]
    else:
        low, high = -settings.reach, settings.reach
        places = grid(low, high)
    x = np.unique([*places, *(kink for kink in settings.kinks() if low < kink < high)])
    return rows_of(x, {key: curve(settings, key, x) for key in settings.chosen})
