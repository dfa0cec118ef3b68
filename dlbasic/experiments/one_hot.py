"""Cross-entropy with one-hot vectors and with class numbers: the same bits, one vector less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.experiments.base import SEEDS, Experiment, Outcome, Plot, Verdict, seed_choice
from dlbasic.experiments.softmax import naive_softmax
from dlbasic.losses import CrossEntropy
from dlbasic.params import Choice, Declared, Integer, parameter
from dlbasic.softmax import log_softmax
from dlbasic.text import Text

Floats = NDArray[np.floating[Any]]
Int64s = NDArray[np.int64]
Loss = Callable[[Floats, NDArray[Any]], tuple[Floats, Floats]]  # values, gradients

DRAWS = 50  # vectors of scores for each seed and size
SIZES_PER_DECADE = 4
SMOOTHING = 0.1  # what the soft labels take from the one and share out


def stable(scores: Floats, targets: NDArray[Any]) -> tuple[Floats, Floats]:
    """Values and gradients of the loss that networks here are trained with."""
    loss = CrossEntropy()
    return loss(scores, targets), loss.grad(scores, targets)


def written(scores: Floats, targets: NDArray[Any]) -> tuple[Floats, Floats]:
    """The formula as it is written: ``-Σ yⱼ·log pⱼ`` or ``-log p_y``, and ``p - y``."""
    p = naive_softmax(scores)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(p)
        if targets.ndim == scores.ndim:
            return -(targets * logs).sum(axis=-1), p - targets
    right = targets[..., None]
    values = -np.take_along_axis(logs, right, axis=-1)[..., 0]
    np.put_along_axis(p, right, np.take_along_axis(p, right, axis=-1) - 1.0, axis=-1)
    return values, p


FORMS: Mapping[str, Loss] = {"stable": stable, "written": written}
FORM_NAMES = {
    "stable": Text(ko="점수에서 바로 (안정적인 식)", en="stably, from the scores"),
    "written": Text(ko="수식 그대로, 확률을 거쳐", en="as written, by way of p"),
}


@dataclass(frozen=True)
class OneHot(Declared):
    form: str = parameter(
        Choice(Text(ko="계산 방법", en="Computed"), default="stable", options=FORM_NAMES)
    )
    classes: int = parameter(
        Integer(Text(ko="클래스 수", en="Classes"), default=10, low=2, high=100)
    )
    power: int = parameter(
        Integer(
            Text(ko="점수의 크기 10ᵏ의 k", en="Size of the scores: k in 10ᵏ"),
            default=4, low=3, high=6,
        )
    )  # fmt: skip
    seed: int = parameter(seed_choice())


def same_bits(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Where two arrays of one shape hold the same finite float64, to the last bit."""
    same: NDArray[np.bool_] = one.view(np.int64) == other.view(np.int64)
    return same & np.isfinite(one)


def soft_gap(scores: Floats, labels: Int64s) -> float:
    """How far the loss of soft labels is from the mean of its classes' losses, relatively.

    Cross-entropy is linear in its targets, so these need not be one-hot for it to make sense.
    """
    classes, loss = scores.shape[-1], CrossEntropy()
    soft = (1.0 - SMOOTHING) * np.eye(classes)[labels] + SMOOTHING / classes
    every = -log_softmax(scores).astype(np.float64)
    mixed = (soft * every).sum(axis=-1)
    return float((np.abs(loss(scores, soft) - mixed) / mixed).max())


def run_one_hot(settings: OneHot) -> Outcome:
    sizes = np.logspace(0, settings.power, SIZES_PER_DECADE * settings.power + 1)
    seeds = np.random.SeedSequence(settings.seed).spawn(SEEDS)
    rngs = [np.random.default_rng(seed) for seed in seeds]
    # (seeds, draws, classes): scores from -1 to 1, blown up to each size in turn.
    units = np.stack([rng.uniform(-1, 1, (DRAWS, settings.classes)) for rng in rngs])
    labels = np.stack([rng.integers(settings.classes, size=DRAWS) for rng in rngs])
    vectors = np.eye(settings.classes)[labels]

    rows = []
    failing, gap = [], 0.0
    for form, f in FORMS.items():
        for size in sizes:
            (value, slope), (value_too, slope_too) = f(size * units, vectors), f(
                size * units, labels
            )  # fmt: skip
            same = same_bits(value, value_too) & same_bits(slope, slope_too).all(axis=-1)
            shares = same.mean(axis=-1)  # (seeds,)
            rows.append((form, size, shares.mean(), shares.min(), shares.max()))
            if form == settings.form and not same.all():
                failing.append(float(size))
    for size in sizes:
        gap = max(gap, soft_gap(size * units, labels))

    frame = pd.DataFrame(rows, columns=["series", "size", "share", "low", "high"])
    judged = frame[frame["series"] == settings.form]
    measured = {
        "share": float(judged["share"].mean()),
        "worst_share": float(judged["low"].min()),
        "draws": float(len(sizes) * SEEDS * DRAWS),
        "seeds": float(SEEDS),
        "largest_size": float(sizes[-1]),
        "vector_bytes": float(vectors.nbytes / labels.size),
        "number_bytes": float(labels.itemsize),
        "soft_gap": gap,
        "smoothing": SMOOTHING,
    }
    if failing:
        measured["failing_size"] = failing[0]
    verdict = Verdict.CONTRADICTED if failing else Verdict.CONDITIONAL
    return Outcome(frame, measured, verdict)


CE_ONE_HOT = Experiment(
    key="ce-one-hot",
    claim=Text(
        ko="크로스 엔트로피는 분류에 쓰며, 레이블을 원-핫(one-hot)으로 나타냈을 때 쓸 수 있습니다.",
        en="Cross-entropy serves classification, and can be used once the labels are one-hot.",
    ),
    reading=Text(
        ko="두 가지로 나누어 봅니다. 원-핫 벡터로 쓸 수 있는가, 그리고 꼭 원-핫 벡터여야 하는가. "
        "무작위 점수와 정답에서 원-핫 벡터를 준 손실과 기울기가 클래스 번호만 준 것과 "
        "마지막 비트까지 같고 유한하면, 쓸 수는 있지만 벡터를 만들 필요는 없으므로 조건부입니다. "
        "하나라도 다르거나 유한하지 않으면 이 계산 방법에서는 틀림으로 봅니다.",
        en="Taken apart: can one-hot vectors be used, and must they be? For random scores and "
        "labels, if loss and gradient from one-hot vectors are finite and the same to the last bit "
        "as those from bare class numbers, the vectors can be used but need not be built, so it "
        "depends. If any differ or are not finite, it is contradicted for that way of computing.",
    ),
    defaults=OneHot(),
    quick=OneHot(),
    control=OneHot(form="written"),
    subject=("form",),
    expected=Verdict.CONDITIONAL,
    measure=run_one_hot,
    deciding=Text(
        ko="클래스 {classes}개의 점수 벡터 {draws}개 가운데, 정답을 원-핫 벡터로 줄 때와 클래스 "
        "번호로 줄 때의 손실과 기울기가 마지막 비트까지 같은 비율({form}): {share:%}",
        en="Of {draws} draws of scores for {classes} classes ({form}), those where one-hot vector "
        "and class number give the same loss and gradient to the last bit: {share:%}",
    ),
    why={
        Verdict.CONDITIONAL: Text(
            ko="원-핫 벡터에는 1이 하나뿐이라 −Σ y·log p에서 남는 항은 정답의 −log p 하나입니다. "
            "그 항은 클래스 번호만 알아도 고를 수 있고, 결과는 비트까지 같습니다. 정답 하나에 "
            "벡터는 {vector_bytes}바이트, 번호는 {number_bytes}바이트입니다. 번호가 여기서는 "
            "크기가 아니라 자리를 뜻하므로 클래스 사이에 관계가 생기지 않습니다. 거꾸로 원-핫이 "
            "아닌 확률도 레이블이 됩니다. 정답의 1에서 일부({smoothing})를 떼어 고루 나눈 레이블의 "
            "손실은 클래스별 손실의 가중 평균과 상대적으로 {soft_gap}밖에 차이 나지 않습니다.",
            en="A one-hot vector has a single 1, so of −Σ y·log p one term is left, the true "
            "class's −log p. A class number is enough to pick it, and the bits are the same. The "
            "vector takes {vector_bytes} bytes a label, the number {number_bytes}. The number "
            "stands for a place here, not a size, so it relates no classes. Nor need labels be "
            "one-hot: with {smoothing} taken from the true class and shared out, the loss is the "
            "weighted mean of the classes' losses to within {soft_gap}, relatively.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="확률을 먼저 구하면 점수 차이가 클 때 확률이 0으로 반올림되어, 원-핫 벡터의 0과 "
            "log 0 = −∞가 곱해져 NaN이 되고 정답의 확률이 0이면 손실이 무한대가 됩니다. 점수가 "
            "너무 크면 exp부터 넘칩니다. 시험한 크기 가운데 {failing_size}에서 처음 실패합니다. "
            "점수에서 바로 log p를 구하면 두 방법이 다시 같아집니다.",
            en="Through probabilities, a wide gap between scores rounds one of them to 0: the 0 of "
            "the one-hot vector times log 0 = −∞ is NaN, and a true class of probability 0 makes "
            "the loss infinite. Scores that are larger still overflow in exp. Of the sizes tried, "
            "{failing_size} is the first to fail. With log p taken straight from the scores both "
            "forms agree again.",
        ),
    },
    suggestion=Text(
        ko="클래스 수를 100으로 늘려 벡터의 크기를 비교하고, 계산 방법을 ‘수식 그대로, "
        "확률을 거쳐’로 바꾸어 어느 크기부터 두 결과가 갈라지는지 보세요.",
        en="Choose 100 classes and compare the sizes; compute as written, by way of p, to see "
        "from which size on the two part.",
    ),
    quantities={
        "share": Text(ko="마지막 비트까지 같은 비율", en="share that is the same to the last bit"),
        "worst_share": Text(
            ko="가장 나쁜 시드와 크기에서의 비율", en="the share at the worst seed and size"
        ),
        "draws": Text(ko="점수 벡터의 수", en="draws of scores"),
        "seeds": Text(ko="시드의 수", en="seeds"),
        "largest_size": Text(ko="점수의 최대 크기", en="largest size of the scores"),
        "vector_bytes": Text(ko="원-핫 벡터의 바이트 수", en="bytes of a one-hot vector"),
        "number_bytes": Text(ko="클래스 번호의 바이트 수", en="bytes of a class number"),
        "soft_gap": Text(
            ko="소프트 레이블: 가중 평균과의 상대 차이 (최대)",
            en="soft labels: relative gap to the weighted mean (largest)",
        ),
        "smoothing": Text(ko="정답에서 뗀 비율", en="share taken from the true class"),
        "failing_size": Text(
            ko="시험한 크기 가운데 처음 실패한 것", en="the first of the sizes tried to fail"
        ),
    },
    plot=Plot(
        x="size",
        y="share",
        x_title=Text(ko="점수의 크기 (로그 축)", en="size of the scores (log axis)"),
        y_title=Text(
            ko="마지막 비트까지 같은 비율, 띠는 시드 전체의 범위",
            en="share the same to the last bit, band: all seeds",
        ),
        names=FORM_NAMES,
        log_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)
