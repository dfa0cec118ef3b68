"""Errors added with their signs cancel; squares do not, and neither do absolute values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations.exact import Float64s
from dlbasic.experiments.base import Experiment, Outcome, Plot, Verdict
from dlbasic.params import Choice, Declared, Real, parameter
from dlbasic.text import Text

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


MSE_CANCEL = Experiment(
    key="mse-cancel",
    claim=Text(
        ko="제곱하지 않고 차이를 더하면 +와 −가 상쇄되어 차이가 사라집니다.",
        en="Without the square, plus and minus cancel when the differences are added.",
    ),
    reading=Text(
        ko="직선 위의 점 {points}개에, 기울기와 높이가 틀린 직선을 대어 봅니다. 제곱하지 않는 "
        "방법으로 차이를 그대로 평균 내는 것과 절댓값을 평균 내는 것을 잽니다. 오차의 평균 크기와 "
        "비교해 {enough:%} 이상이 상쇄되면 사라진 것으로 봅니다. 고른 방법이 모두 그러면 맞음, "
        "하나만 그러면 조건부, 하나도 그렇지 않으면 틀림입니다. 오차가 모두 이진수로 딱 "
        "떨어지므로 합은 반올림 없이 정확하고, 점의 수로 나눌 때만 반올림합니다.",
        en="A line whose slope and height are off is laid over {points} points of a true line. Two "
        "ways to do without the square are measured: the mean of the differences as they are, and "
        "the mean of their absolute values. If at least {enough:%} of the mean size of the errors "
        "is missing they count as cancelled. Taken to hold if that is so of all the ways chosen; "
        "if of one, it depends; if of none, it is contradicted. The errors are exact in binary, "
        "and so are all sums; only the division by the number of points rounds.",
    ),
    defaults=Cancelling(),
    quick=Cancelling(),
    control=Cancelling(way="absolute"),
    subject=("way",),
    expected=Verdict.CONDITIONAL,
    measure=run_cancelling,
    deciding=Text(
        ko="기울기가 {tilt}, 높이가 {shift}만큼 틀린 직선: 차이의 평균 {difference}, 절댓값의 평균 "
        "{absolute}, 제곱의 평균 {square}. 상쇄된 비율은 차이 그대로 {lost:%}, 절댓값 "
        "{absolute_lost:%}",
        en="A line whose slope is off by {tilt} and its height by {shift}: mean difference "
        "{difference}, mean absolute value {absolute}, mean square {square}. Cancelled: {lost:%} "
        "of the differences, {absolute_lost:%} of the absolute values",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="차이를 그대로 더하면 위로 틀린 것과 아래로 틀린 것이 서로를 지웁니다. 가장 많이 "
            "틀린 점의 차이가 {largest}인데도 평균은 {difference}입니다. 제곱하면 모두 0 이상이 "
            "되어 지워지지 않습니다(평균 {square}). 절댓값도 마찬가지이지만(평균 {absolute}) 지금 "
            "설정에서는 비교하지 않았습니다.",
            en="Added as they are, differences above and below wipe each other out: the largest is "
            "{largest}, the mean {difference}. Squares are never negative and stay (their mean is "
            "{square}). So do absolute values (their mean is {absolute}), which at these settings "
            "are not judged.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="차이를 그대로 더하면 문장대로입니다. 가장 많이 틀린 점의 차이가 {largest}인데도 "
            "평균은 {difference}입니다. 그러나 상쇄를 막는 데 꼭 제곱이 필요하지는 않습니다. "
            "절댓값도 제곱처럼 0 이상이어서 평균이 {absolute}이고, 상쇄된 것은 "
            "{absolute_lost:%}입니다. 절댓값의 평균이 곧 MAE입니다. 둘의 차이는 상쇄가 아니라 큰 "
            "오차를 얼마나 무겁게 보느냐에 있습니다.",
            en="Added as they are, the differences do cancel: the largest is {largest}, the mean "
            "{difference}. But it does not take a square to stop that. Absolute values are never "
            "negative either: their mean is {absolute}, and {absolute_lost:%} of it is cancelled. "
            "That mean is MAE; what tells it from MSE is not cancelling, but how heavily large "
            "errors weigh.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="고른 방법으로는 차이가 {enough:%} 이상 사라지지 않습니다. 절댓값은 부호가 없으므로 "
            "상쇄되는 것이 {absolute_lost:%}입니다. 차이를 그대로 더할 때 얼마나 상쇄되는지는 "
            "직선의 높이에 달려 있습니다. 한쪽으로 치우칠수록 부호가 같은 차이가 늘어 덜 상쇄되고, "
            "지금(높이 {shift}) 상쇄되는 것은 {lost:%}입니다. 차이의 평균은 {difference}, 절댓값의 "
            "평균은 {absolute}입니다.",
            en="In the ways chosen the differences do not vanish to {enough:%} or more. Of "
            "absolute values, which have no sign, {absolute_lost:%} is cancelled. How much of the "
            "differences as they are cancels depends on the line’s height: the further it lies to "
            "one side, the more of them share a sign. Now, {shift} off in height, {lost:%} is "
            "cancelled; their mean is {difference}, that of their sizes {absolute}.",
        ),
    },
    suggestion=Text(
        ko="높이를 0에 둔 채 기울기를 바꾸어 보세요. 직선이 아무리 기울어도 차이의 평균은 0입니다. "
        "높이를 5로 올리면 상쇄되는 몫이 크게 줄어듭니다.",
        en="Leave the height at 0 and change the slope: however far it tilts, the mean difference "
        "is 0. Raise the height to 5, and far less cancels.",
    ),
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
