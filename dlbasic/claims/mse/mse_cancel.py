"""Errors added with their signs cancel; squares do not, and neither do absolute values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.params import Choice, Declared, Real, parameter
from dlbasic.text import Text
from dlbasic.words import Words

# Whole and binary fractions, so that their sums are exact: rounding leaves nothing that should
# have cancelled.
X = np.arange(-4.0, 5.0)
SLOPE, INTERCEPT = 0.5, 1.0
SHIFTS = np.linspace(-5.0, 5.0, 41)
# What may be left of the mean size of the errors for them to count as gone: less by an order of
# magnitude, so that who reads the sum takes a bad line for a good one.
LEFT = 0.1


@dataclass(frozen=True)
class Cancelling(Declared):
    way: str = parameter(
        Choice(
            Text(ko="더하는 값", en="What is added"),
            default="difference",
            options={
                "difference": Text(ko="차이 그대로", en="signed differences"),
                "absolute": Text(ko="절댓값", en="absolute values"),
            },
        )
    )  # fmt: skip
    tilt: float = parameter(
        Real(Text(ko="직선의 기울기가 틀린 정도", en="Error of the line’s slope"),
             default=1.0, low=0.25, high=2.0, step=0.25)
    )  # fmt: skip
    shift: float = parameter(
        Real(Text(ko="직선의 높이가 틀린 정도", en="Error of the line’s height"),
             default=0.0, low=-5.0, high=5.0, step=0.25)
    )  # fmt: skip


def errors(tilt: float, shift: float) -> Float64s:
    """``ŷ - y`` of a line whose slope and intercept are off, on points of a line.

    >>> errors(1.0, 0.0).sum(), np.abs(errors(1.0, 0.0)).sum()
    (np.float64(0.0), np.float64(20.0))
    """
    truth = SLOPE * X + INTERCEPT
    return (SLOPE + tilt) * X + (INTERCEPT + shift) - truth


def means(off: Float64s) -> dict[str, float]:
    """The mean of errors, of their sizes and of their squares, and the root of the last."""
    square = float((off**2).mean())
    return {"difference": float(off.mean()), "absolute": float(np.abs(off).mean()),
            "square": square, "root": float(np.sqrt(square))}  # fmt: skip


def run_cancelling(settings: Cancelling) -> Outcome:
    found = means(errors(settings.tilt, settings.shift))
    # Of the mean size of the errors; all of it where nothing cancels, as no sum here rounds.
    left = {way: abs(found[way]) / found["absolute"] for way in ("difference", "absolute")}
    if left[settings.way] <= LEFT:
        verdict = Verdict.HOLDS
    else:
        some = left[settings.way] < 1.0
        verdict = Verdict.CONDITIONAL if some else Verdict.CONTRADICTED
    off = errors(settings.tilt, settings.shift)
    measured = {
        **found, "mean": found[settings.way], "left": left[settings.way],
        "absolute_left": left["absolute"], "largest": float(np.abs(off).max()), "enough": LEFT,
        "points": float(len(X)),
    }  # fmt: skip
    limited = verdict is Verdict.HOLDS and left["absolute"] > LEFT
    rows = [
        (series, shift, value)
        for shift in SHIFTS.tolist()
        for series, value in means(errors(settings.tilt, shift)).items()
        if series != "square"
    ]
    frame = pd.DataFrame(rows, columns=["series", "shift", "mean"])
    frame["series"] = frame["series"].replace({"absolute": "mae", "root": "mse"})
    return Outcome(frame, measured, verdict, limited)


CLAIM = Claim(
    key="mse-cancel",
    words=Words(__file__),
    defaults=Cancelling(),
    control=Cancelling(way="absolute"),
    subject=("way",),
    expected=Verdict.HOLDS,
    measure=run_cancelling,
    thresholds=("LEFT", "tilt"),
    right=lambda measured: band(
        measured["root"] / measured["absolute"], {"mae": 0.99, "equal": 1.01, "root": np.inf}
    ),
    quantities={
        "difference": Text(ko="차이의 평균 (부호 있음)", en="mean of the signed differences"),
        "absolute": Text(ko="절댓값의 평균 (MAE)", en="mean absolute value (MAE)"),
        "square": Text(ko="제곱의 평균 (MSE)", en="mean square (MSE)"),
        "root": Text(ko="제곱 평균의 제곱근 (RMSE)", en="root of the mean square (RMSE)"),
        "mean": Text(ko="더한 값의 평균 ({way})", en="mean of what is added ({way})"),
        "left": Text(ko="상쇄되지 않은 비율 ({way})", en="share that does not cancel ({way})"),
        "absolute_left": Text(
            ko="상쇄되지 않은 비율 (절댓값)", en="share that does not cancel (absolute values)"
        ),
        "largest": Text(ko="가장 큰 차이의 크기", en="size of the largest difference"),
        "enough": Text(ko="사라졌다고 볼 남은 비율", en="share left that counts as gone"),
        "points": Text(ko="점의 수", en="points"),
    },
    plot=Plot(
        x="shift",
        y="mean",
        x_title=Text(ko="직선의 높이가 틀린 정도", en="error of the line’s height"),
        y_title=Text(ko="점 전체의 평균", en="mean over all points"),
        names={
            "difference": Text(ko="차이 그대로", en="signed difference"),
            "mae": Text(ko="절댓값 (MAE)", en="absolute value (MAE)"),
            "mse": Text(ko="제곱 평균의 제곱근 (RMSE)", en="root of the mean square (RMSE)"),
        },
    ),
)
