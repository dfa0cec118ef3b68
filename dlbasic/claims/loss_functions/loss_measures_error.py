"""Whether a loss is 0 at the truth and grows with the error, and its floor under soft labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s, Floats
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.entropy import entropy
from dlbasic.losses import LOSSES, CrossEntropy, Loss
from dlbasic.params import Choice, Declared, Integer, Real, parameter
from dlbasic.text import Text
from dlbasic.words import Words

# How far the estimate is from the truth: ŷ - y, or the probability taken from the right answer.
ERRORS = np.linspace(0.0, 0.98, 50)
# A loss that counts as 0, and a fall that is but rounding: thousands of roundings of numbers around
# 1, and far below the loss of the smallest error here.
NOTHING = 1e-12


@dataclass(frozen=True)
class MeasuresError(Declared):
    measured: str = parameter(
        Choice(
            Text(ko="측정 대상", en="What is measured"), default="losses",
            options={
                "losses": Text(ko="이 페이지의 손실 함수", en="the losses of this page"),
                "difference": Text(ko="부호 있는 차이 ŷ − y", en="the difference ŷ − y, signed"),
            },
        )
    )  # fmt: skip
    smoothing: float = parameter(
        Real(Text(ko="소프트 레이블의 ε", en="ε of the soft labels"),
             default=0.1, low=0.0, high=0.5, step=0.05)
    )  # fmt: skip
    classes: int = parameter(Integer(Text(ko="클래스 수", en="Classes"), default=3, low=2, high=10))


def label(classes: int, smoothing: float) -> Float64s:
    """The first class's one-hot vector, of which every class is given an equal part of ε.

    >>> label(4, 0.2).round(3)
    array([0.85, 0.05, 0.05, 0.05])
    """
    soft: Float64s = (1.0 - smoothing) * np.eye(classes)[0] + smoothing / classes
    return soft


def growing(loss: Loss, soft: Float64s) -> Floats:
    """The loss as the estimate leaves the truth, ``(directions, errors)``.

    Predictions leave y upwards and downwards; a probability is taken from label 1 or from label 0;
    of a distribution, which starts at the label ``soft``, a part goes over to the last class.
    """
    with np.errstate(divide="ignore"):
        if loss.head == "identity":
            off = np.stack([ERRORS, -ERRORS])
            return np.asarray(loss(off, np.zeros_like(off)))
        if loss.head == "sigmoid":
            right = np.log1p(-ERRORS) - np.log(ERRORS)
            return np.stack([loss(right, np.ones_like(right)), loss(-right, np.zeros_like(right))])
        wrong = np.eye(len(soft))[-1]
        shares = np.outer(1.0 - ERRORS, soft) + np.outer(ERRORS, wrong)
        return np.asarray(loss(np.log(shares), np.tile(soft, (len(ERRORS), 1))))[None]


def run_measures_error(settings: MeasuresError) -> Outcome:
    hard, soft = (label(settings.classes, smoothing) for smoothing in (0.0, settings.smoothing))
    series: dict[str, Floats] = {"difference": np.stack([ERRORS, -ERRORS])}
    if settings.measured == "losses":
        series = {key: growing(kind(), hard) for key, kind in LOSSES.items()}
    rising = [
        bool((np.diff(values) > -NOTHING).all() and (values[:, -1] > values[:, 0]).all())
        for values in series.values()
    ]
    highest = [float(np.abs(values[:, 0]).max()) for values in series.values()]
    sound = [grows and floor < NOTHING for grows, floor in zip(rising, highest, strict=True)]
    under_soft = growing(CrossEntropy(), soft)
    floor = float(under_soft.min())
    measured = {
        "series": float(len(series)), "sound": float(sum(sound)), "rising": float(sum(rising)),
        "highest": max(highest), "floor": floor, "entropy": float(entropy(soft)),
        "farthest": float(ERRORS[-1]), "nothing": NOTHING,
    }  # fmt: skip
    verdict = Verdict.HOLDS if all(sound) else Verdict.CONTRADICTED
    limited = verdict is Verdict.HOLDS and floor > NOTHING
    if limited:
        series["soft"] = under_soft
    frame = pd.concat(
        [
            # Where the directions differ, the one in which it grows less.
            pd.DataFrame({"series": key, "error": ERRORS, "loss": values.min(axis=0)})
            for key, values in series.items()
        ],
        ignore_index=True,
    )
    return Outcome(frame, measured, verdict, limited)


CLAIM = Claim(
    key="loss-measures-error",
    words=Words(__file__),
    defaults=MeasuresError(),
    control=MeasuresError(measured="difference"),
    subject=("measured",),
    expected=Verdict.HOLDS,
    measure=run_measures_error,
    thresholds=("NOTHING", "smoothing"),
    right=lambda measured: band(
        measured["floor"], {"zero": NOTHING, "tenth": 0.2, "third": 0.6, "one": np.inf}
    ),
    quantities={
        "series": Text(ko="측정한 곡선의 수", en="curves measured"),
        "sound": Text(
            ko="정답에서 0이고 오차가 커져도 줄지 않는 것",
            en="of these, 0 at the truth and never falling",
        ),
        "rising": Text(ko="오차가 커져도 줄지 않는 것", en="of these, never falling"),
        "highest": Text(ko="정답에서 가장 큰 손실", en="largest value at the truth"),
        "floor": Text(
            ko="크로스 엔트로피의 최솟값 (ε = {smoothing})",
            en="least cross-entropy (ε = {smoothing})",
        ),
        "entropy": Text(
            ko="레이블의 엔트로피 (ε = {smoothing})", en="entropy of the label (ε = {smoothing})"
        ),
        "farthest": Text(ko="가장 큰 오차", en="largest error"),
        "nothing": Text(ko="0으로 볼 손실", en="loss that counts as 0"),
    },
    plot=Plot(
        x="error",
        y="loss",
        x_title=Text(
            ko="오차 (예측값의 차이, 또는 정답에서 빠져나간 확률)",
            en="error (of the prediction, or probability taken from the truth)",
        ),
        y_title=Text(ko="손실", en="loss"),
        names={
            **{key: kind.name.short for key, kind in LOSSES.items()},
            "soft": Text(ko="크로스 엔트로피, 소프트 레이블", en="Cross-entropy, soft labels"),
            "difference": Text(ko="부호 있는 차이", en="signed difference"),
        },
    ),
)
