"""Cross-entropy with one-hot vectors and with class numbers: the same bits, one vector less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.arrays import Floats, Int64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.losses import CrossEntropy
from dlbasic.measures.settings import SEEDS, seed_choice
from dlbasic.params import Choice, Declared, Integer, parameter
from dlbasic.softmax import log_softmax, naive_softmax
from dlbasic.text import Text
from dlbasic.words import Words

Loss = Callable[[Floats, NDArray[Any]], tuple[Floats, Floats]]  # values, gradients
DRAWS = 50  # vectors of scores for each seed and size
SIZES_PER_DECADE = 4
SMOOTHING = 0.1  # what the soft labels take from the one and share out


def stable(logits: Floats, targets: NDArray[Any]) -> tuple[Floats, Floats]:
    """Values and gradients of the loss that networks here are trained with."""
    loss = CrossEntropy()
    return loss(logits, targets), loss.grad(logits, targets)


def written(logits: Floats, targets: NDArray[Any]) -> tuple[Floats, Floats]:
    """The formula as it is written: ``-Σ yⱼ·log pⱼ`` or ``-log p_y``, and ``p - y``."""
    p = naive_softmax(logits)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(p)
        if targets.ndim == logits.ndim:
            return -(targets * logs).sum(axis=-1), p - targets
    right = targets[..., None]
    values = -np.take_along_axis(logs, right, axis=-1)[..., 0]
    np.put_along_axis(p, right, np.take_along_axis(p, right, axis=-1) - 1.0, axis=-1)
    return values, p


FORMS: Mapping[str, Loss] = {"stable": stable, "written": written}

FORM_NAMES = {
    "stable": Text(ko="점수에서 바로 (안정적인 식)", en="straight from the scores"),
    "written": Text(ko="수식대로 확률을 거쳐", en="as written, through p"),
}


@dataclass(frozen=True)
class OneHot(Declared):
    form: str = parameter(
        Choice(Text(ko="계산 방법", en="How it is computed"), default="stable", options=FORM_NAMES)
    )
    classes: int = parameter(
        Integer(Text(ko="클래스 수", en="Classes"), default=10, low=2, high=100)
    )
    power: int = parameter(
        Integer(
            Text(ko="점수의 크기 10ᵏ의 k", en="Size of the scores: k in 10ᵏ"),
            default=4, low=2, high=6,
        )
    )  # fmt: skip
    seed: int = parameter(seed_choice())


def same_bits(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Where two arrays of one shape hold the same finite float64, to the last bit."""
    same: NDArray[np.bool_] = one.view(np.int64) == other.view(np.int64)
    return same & np.isfinite(one)


def soft_gap(logits: Floats, labels: Int64s) -> float:
    """How far the loss of soft labels is from the mean of its classes' losses, relatively.

    Cross-entropy is linear in its targets, so these need not be one-hot for it to make sense.
    """
    classes, loss = logits.shape[-1], CrossEntropy()
    soft = (1.0 - SMOOTHING) * np.eye(classes)[labels] + SMOOTHING / classes
    every = -log_softmax(logits).astype(np.float64)
    mixed = (soft * every).sum(axis=-1)
    return float((np.abs(loss(logits, soft) - mixed) / mixed).max())


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
    # Where the number gives the same, the vector can be used, and need not be built.
    verdict = Verdict.CONTRADICTED if failing else Verdict.HOLDS
    return Outcome(frame, measured, verdict, limited=not failing)


CLAIM = Claim(
    key="ce-one-hot",
    words=Words(__file__),
    defaults=OneHot(),
    control=OneHot(form="written"),
    subject=("form",),
    expected=Verdict.HOLDS,
    measure=run_one_hot,
    right=lambda measured: "same" if measured["share"] == 1.0 else "rounding",
    quantities={
        "share": Text(ko="결과가 똑같은 비율", en="share with the same results"),
        "worst_share": Text(
            ko="가장 나쁜 시드와 크기의 비율", en="the share at the worst seed and size"
        ),
        "draws": Text(ko="점수를 뽑은 횟수", en="draws of scores"),
        "seeds": Text(ko="시드의 수", en="seeds"),
        "largest_size": Text(ko="점수의 최대 크기", en="largest size of the scores"),
        "vector_bytes": Text(ko="원-핫 벡터의 바이트 수", en="bytes of a one-hot vector"),
        "number_bytes": Text(ko="클래스 번호의 바이트 수", en="bytes of a class number"),
        "soft_gap": Text(
            ko="소프트 레이블: 가중 평균과의 상대 차이 (최대)",
            en="soft labels: relative gap to the weighted mean (largest)",
        ),
        "smoothing": Text(
            ko="소프트 레이블: 정답에서 떼어 낸 비율",
            en="soft labels: share taken from the true class",
        ),
        "failing_size": Text(
            ko="두 결과가 처음 갈라진 점수의 크기", en="first size at which the two differ"
        ),
    },
    plot=Plot(
        x="size",
        y="share",
        x_title=Text(ko="점수의 크기 (로그 축)", en="size of the scores (log axis)"),
        y_title=Text(
            ko="두 결과가 똑같은 비율, 띠는 시드 전체의 범위",
            en="share with the same results, band: all seeds",
        ),
        names=FORM_NAMES,
        log_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)
