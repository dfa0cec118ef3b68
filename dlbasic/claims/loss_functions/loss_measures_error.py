"""Whether a loss is 0 at the truth and grows with the error: every loss of the page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s, Floats
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.entropy import entropy
from dlbasic.losses import LOSSES, CrossEntropy, Loss
from dlbasic.params import Choice, Declared, Integer, Real, parameter
from dlbasic.text import Text
from dlbasic.words import Words

# How far the estimate is from the truth: ŷ - y, or the probability taken from the right answer.
ERRORS = np.linspace(0.0, 0.98, 50)
NOTHING = 1e-12  # a loss that counts as 0, and a fall that is but rounding


@dataclass(frozen=True)
class MeasuresError(Declared):
    measured: str = parameter(
        Choice(
            Text(ko="잴 것", en="What is measured"), default="losses",
            options={
                "losses": Text(ko="이 페이지의 손실 함수", en="the losses of this page"),
                "difference": Text(ko="부호 있는 차이 ŷ − y", en="the difference ŷ − y, signed"),
            },
        )
    )  # fmt: skip
    smoothing: float = parameter(
        Real(Text(ko="소프트 레이블의 ε", en="Soft labels: ε"), default=0.1, low=0.0, high=0.5,
             step=0.05)
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
    series: dict[str, Floats]
    if settings.measured == "difference":
        series = {"difference": np.stack([ERRORS, -ERRORS])}
    else:
        series = {key: growing(kind(), hard) for key, kind in LOSSES.items()}
        if settings.smoothing:
            series["soft"] = growing(CrossEntropy(), soft)
    rising = [
        bool((np.diff(values) > -NOTHING).all() and (values[:, -1] > values[:, 0]).all())
        for values in series.values()
    ]
    floors = [float(np.abs(values[:, 0]).max()) for values in series.values()]
    at_zero = [floor < NOTHING for floor in floors]
    measured = {
        "series": float(len(series)), "rising": float(sum(rising)), "zero": float(sum(at_zero)),
        "floor": float(growing(CrossEntropy(), soft).min()), "entropy": float(entropy(soft)),
        "highest": max(floors),
        "farthest": float(ERRORS[-1]),
    }  # fmt: skip
    if not any(rising):
        verdict = Verdict.CONTRADICTED
    else:
        sound = all(rising) and all(at_zero)
        verdict = Verdict.HOLDS if sound else Verdict.CONDITIONAL
    frame = pd.concat(
        [
            # Where the directions differ, the one in which it grows less.
            pd.DataFrame({"series": key, "error": ERRORS, "loss": values.min(axis=0)})
            for key, values in series.items()
        ],
        ignore_index=True,
    )
    return Outcome(frame, measured, verdict)


CLAIM = Claim(
    key="loss-measures-error",
    words=Words(__file__),
    defaults=MeasuresError(),
    quick=MeasuresError(),
    control=MeasuresError(measured="difference"),
    subject=("measured",),
    expected=Verdict.CONDITIONAL,
    measure=run_measures_error,
    quantities={
        "series": Text(ko="잰 곡선의 수", en="curves measured"),
        "rising": Text(ko="오차와 함께 커지는 것", en="of these, grow with the error"),
        "zero": Text(ko="참값에서 0인 것", en="of these, are 0 at the truth"),
        "highest": Text(ko="참값에서 가장 큰 값", en="largest value at the truth"),
        "floor": Text(
            ko="크로스 엔트로피의 가장 작은 값 (ε = {smoothing})",
            en="least cross-entropy (ε = {smoothing})",
        ),
        "entropy": Text(
            ko="레이블의 엔트로피 (ε = {smoothing})", en="entropy of the label (ε = {smoothing})"
        ),
        "farthest": Text(ko="가장 큰 오차", en="largest error"),
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
