"""Errors added with their signs cancel; squares do not, and neither do absolute values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.params import Choice, Declared, Real, parameter
from dlbasic.text import Text
from dlbasic.words import Words

# Whole and binary fractions, so that their sums are exact: rounding leaves nothing that should
# have cancelled.
X = np.arange(-4.0, 5.0)
SLOPE, INTERCEPT = 0.5, 1.0
SHIFTS = np.linspace(-5.0, 5.0, 41)
CANCELLED = 0.9  # the part of the mean size of errors that counts as cancelled when it is missing

WAYS: dict[str, tuple[str, ...]] = {
    "either": ("difference", "absolute"),
    "difference": ("difference",),
    "absolute": ("absolute",),
}


@dataclass(frozen=True)
class Cancelling(Declared):
    way: str = parameter(
        Choice(
            Text(ko="제곱하지 않는 방법", en="Without the square"), default="either",
            options={
                "either": Text(ko="차이 그대로와 절댓값", en="the difference, or its size"),
                "difference": Text(ko="차이 그대로", en="the difference as it is"),
                "absolute": Text(ko="절댓값", en="the absolute value"),
            },
        )
    )  # fmt: skip
    tilt: float = parameter(
        Real(Text(ko="직선의 기울기가 틀린 정도", en="How far the line’s slope is off"),
             default=1.0, low=0.25, high=2.0, step=0.25)
    )  # fmt: skip
    shift: float = parameter(
        Real(Text(ko="직선의 높이가 틀린 정도", en="How far the line’s height is off"),
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
    # What is missing of the mean size of the errors when each way has taken its mean.
    lost = {way: 1.0 - abs(found[way]) / found["absolute"] for way in WAYS["either"]}
    cancelled = [lost[way] >= CANCELLED for way in WAYS[settings.way]]
    if all(cancelled):
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if any(cancelled) else Verdict.CONTRADICTED
    off = errors(settings.tilt, settings.shift)
    measured = {
        **found, "lost": lost["difference"], "absolute_lost": lost["absolute"],
        "largest": float(np.abs(off).max()), "enough": CANCELLED, "points": float(len(X)),
    }  # fmt: skip
    rows = [
        (series, shift, value)
        for shift in SHIFTS.tolist()
        for series, value in means(errors(settings.tilt, shift)).items()
        if series != "square"
    ]
    frame = pd.DataFrame(rows, columns=["series", "shift", "mean"])
    frame["series"] = frame["series"].replace({"absolute": "mae", "root": "mse"})
    return Outcome(frame, measured, verdict)


CLAIM = Claim(
    key="mse-cancel",
    words=Words(__file__),
    defaults=Cancelling(),
    quick=Cancelling(),
    control=Cancelling(way="absolute"),
    subject=("way",),
    expected=Verdict.CONDITIONAL,
    measure=run_cancelling,
    quantities={
        "difference": Text(ko="차이의 평균 (부호 있음)", en="mean difference, with its sign"),
        "absolute": Text(ko="절댓값의 평균 (MAE)", en="mean absolute value (MAE)"),
        "square": Text(ko="제곱의 평균 (MSE)", en="mean square (MSE)"),
        "root": Text(ko="제곱의 평균의 제곱근 (RMSE)", en="root of the mean square (RMSE)"),
        "lost": Text(ko="상쇄된 비율: 차이 그대로", en="cancelled of the differences"),
        "absolute_lost": Text(ko="상쇄된 비율: 절댓값", en="cancelled of the absolute values"),
        "largest": Text(ko="가장 큰 차이의 크기", en="size of the largest difference"),
        "enough": Text(ko="사라졌다고 볼 비율", en="part that counts as cancelled"),
        "points": Text(ko="점의 수", en="points"),
    },
    plot=Plot(
        x="shift",
        y="mean",
        x_title=Text(ko="직선의 높이가 틀린 정도", en="how far the line’s height is off"),
        y_title=Text(ko="점 전체의 평균", en="mean over all points"),
        names={
            "difference": Text(ko="차이 그대로", en="difference as it is"),
            "mae": Text(ko="절댓값 (MAE)", en="absolute value (MAE)"),
            "mse": Text(ko="제곱, 평균의 제곱근 (RMSE)", en="square, root of its mean (RMSE)"),
        },
    ),
)
