"""Whether a loss is 0 at the truth and grows with the error: every loss of the page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations.exact import Float64s, Floats
from dlbasic.entropy import entropy
from dlbasic.experiments.base import Experiment, Outcome, Plot, Verdict
from dlbasic.losses import LOSSES, CrossEntropy, Loss
from dlbasic.params import Choice, Declared, Integer, Real, parameter
from dlbasic.text import Text

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


LOSS_MEASURES_ERROR = Experiment(
    key="loss-measures-error",
    claim=Text(
        ko="손실 함수는 추정치가 실제 데이터와 얼마나 차이가 나는지 평가하는 지표입니다. 값이 0에 "
        "가까울수록 잘 추정한 것이고, 클수록 많이 틀린 것입니다.",
        en="A loss says how far the estimate is from the data: near 0 the estimate is good, and "
        "the larger the loss, the worse it is.",
    ),
    reading=Text(
        ko="손실마다 추정치를 참값에서 조금씩 떼어 놓습니다(오차 0 ~ {farthest}). 예측값은 위와 "
        "아래로, 두 클래스의 확률은 정답 1과 0에서, 여러 클래스의 확률은 정답의 분포에서 다른 "
        "클래스로 옮깁니다. 크로스 엔트로피는 정답이 원-핫(one-hot)일 때와, ε만큼을 모든 클래스에 "
        "고르게 나누어 준 소프트 레이블(soft label)일 때를 모두 잽니다. 모두가 참값에서 0이고 "
        "오차가 커질 때 한 번도 줄지 않으면 맞음, 커지는 것이 하나도 없으면 틀림, 그 밖에는 "
        "조건부입니다. 서로 다른 손실의 값은 비교하지 않습니다.",
        en="Under each loss the estimate leaves the truth little by little (errors from 0 to "
        "{farthest}): predictions upwards and downwards, the probability of two classes from "
        "labels 1 and 0, that of several from the label’s distribution towards another class. "
        "Cross-entropy is measured with one-hot labels and with soft ones, of which every class is "
        "given an equal part of ε. Taken to hold if all of them are 0 at the truth and never fall "
        "as the error grows; contradicted if none grows; otherwise it depends. Values of different "
        "losses are not compared.",
    ),
    defaults=MeasuresError(),
    quick=MeasuresError(),
    control=MeasuresError(measured="difference"),
    subject=("measured",),
    expected=Verdict.CONDITIONAL,
    measure=run_measures_error,
    deciding=Text(
        ko="잰 곡선 {series}가지 가운데 오차와 함께 커지는 것 {rising}가지, 참값에서 0인 것 "
        "{zero}가지. 크로스 엔트로피는 레이블의 엔트로피보다 작아질 수 없습니다. ε = {smoothing}, "
        "클래스 {classes}개이면 이 바닥이 {entropy}이고(잰 최솟값 {floor}), 바닥이 0인 것은 "
        "ε = 0일 때뿐입니다.",
        en="Curves measured: {series}; growing with the error: {rising}; 0 at the truth: {zero}. "
        "Cross-entropy cannot fall below the entropy of its label: with ε = {smoothing} and "
        "{classes} classes this floor is {entropy} (least value measured: {floor}), and only at "
        "ε = 0 is it 0",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="곡선 {series}가지 모두 참값에서 0이고, 오차가 커지는 동안 한 번도 줄지 않습니다. "
            "다만 힌지 손실(hinge loss)은 조금 틀려도 0이고, 시그모이드를 거친 제곱 오차는 많이 "
            "틀릴수록 완만해집니다. 얼마나 빨리 커지는지는 손실마다 다르므로, 값은 같은 손실끼리만 "
            "비교할 수 있습니다.",
            en="All {series} curves are 0 at the truth and never fall as the error grows. Yet the "
            "hinge loss stays 0 while the estimate is a little wrong, and the squared error "
            "through a sigmoid flattens where it is very wrong. How fast they grow differs, so "
            "values can be compared only under one loss.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="곡선 {series}가지 가운데 오차와 함께 커지는 것은 {rising}가지이지만, 참값에서 0인 "
            "것은 {zero}가지입니다. 소프트 레이블의 크로스 엔트로피는 확률을 정확히 맞혀도 "
            "{floor}이고, 이것은 레이블 자신의 엔트로피(entropy) {entropy}입니다. 이런 손실은 0에 "
            "가까운지가 아니라 이 바닥에 가까운지를 보아야 합니다. 정답이 원-핫이면(ε = 0) 바닥이 "
            "0이어서 문장대로입니다.",
            en="Of the {series} curves {rising} grow with the error, but only {zero} are 0 at the "
            "truth. With soft labels cross-entropy is {floor} even when every probability is "
            "exactly right, which is the label’s own entropy, {entropy}. What counts then is how "
            "near the loss is to this floor, not to 0. With one-hot labels (ε = 0) the floor is 0, "
            "and the sentence is right.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="부호 있는 차이는 참값에서 0이지만, 아래로 틀릴수록 0보다 작아집니다. 값이 작을수록 "
            "잘 추정한 것이라면 가장 많이 틀린 추정이 가장 좋은 것이 됩니다. 손실이 되려면 어느 "
            "쪽으로 틀리든 커져야 합니다.",
            en="The signed difference is 0 at the truth, but the further the estimate is too low, "
            "the further it falls below 0. If smaller were better, the worst estimate would be the "
            "best. A loss has to grow whichever way the estimate is wrong.",
        ),
    },
    suggestion=Text(
        ko="ε을 0으로 내리면 모든 손실의 바닥이 0이 됩니다. 0.5까지 올리고 클래스를 늘리면 크로스 "
        "엔트로피의 바닥이 높아집니다.",
        en="Lower ε to 0, and every loss has its floor at 0. Raise it to 0.5 and add classes, and "
        "the floor of cross-entropy rises.",
    ),
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
            **{
                key: Text(ko=kind.name.ko.partition("(")[0], en=kind.name.en.partition(" (")[0])
                for key, kind in LOSSES.items()
            },
            "soft": Text(ko="크로스 엔트로피, 소프트 레이블", en="Cross-entropy, soft labels"),
            "difference": Text(ko="부호 있는 차이", en="signed difference"),
        },
    ),
)
