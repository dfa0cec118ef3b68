"""Softmax on ever larger scores, as the formula is written and as it is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Floats
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.measures.settings import SEEDS, seed_choice
from dlbasic.params import Choice, Declared, Integer, parameter
from dlbasic.softmax import naive_softmax, softmax
from dlbasic.text import Text
from dlbasic.words import Words

DRAWS = 50  # vectors of scores for each seed and size
SIZES_PER_DECADE = 4

# How far from 1 rounding can bring a sum, for each class: each of the values, their sum and the sum
# of the powers is rounded, at most 2n - 1 times by half an epsilon.
ROUNDING = float(np.finfo(float).eps)
FORMS: Mapping[str, Callable[[Floats], Floats]] = {"stable": softmax, "naive": naive_softmax}

FORM_NAMES = {
    "stable": Text(ko="최댓값을 빼고 계산", en="largest score subtracted first"),
    "naive": Text(ko="수식 그대로 계산", en="formula as written"),
}


@dataclass(frozen=True)
class SoftmaxSum(Declared):
    form: str = parameter(
        Choice(Text(ko="계산 방법", en="Computed as"), default="stable", options=FORM_NAMES)
    )
    classes: int = parameter(
        Integer(Text(ko="클래스 수", en="Classes"), default=10, low=2, high=100)
    )
    power: int = parameter(
        Integer(
            Text(ko="점수의 크기 10ᵏ의 k", en="Size of the scores: k in 10ᵏ"),
            default=4,
            low=1,
            high=6,
        )
    )
    seed: int = parameter(seed_choice())


def run_softmax(settings: SoftmaxSum) -> Outcome:
    tolerance = settings.classes * ROUNDING
    sizes = np.logspace(0, settings.power, SIZES_PER_DECADE * settings.power + 1)
    seeds = np.random.SeedSequence(settings.seed).spawn(SEEDS)
    # (seeds, draws, classes): scores from -1 to 1, blown up to each size in turn.
    units = np.stack(
        [np.random.default_rng(seed).uniform(-1, 1, (DRAWS, settings.classes)) for seed in seeds]
    )

    rows = []
    smallest, largest, largest_error = 1.0, 0.0, 0.0
    failing_sizes = []
    for form, f in FORMS.items():
        for size in sizes:
            p = f(size * units)
            error = np.abs(p.sum(axis=-1) - 1)
            right = ((p >= 0) & (p <= 1)).all(axis=-1) & (error <= tolerance)
            shares = right.mean(axis=-1)  # (seeds,)
            rows.append((form, size, shares.mean(), shares.min(), shares.max()))
            if form == settings.form:
                finite = np.isfinite(error)
                if finite.any():
                    smallest = min(smallest, float(p[finite].min()))
                    largest = max(largest, float(p[finite].max()))
                    largest_error = max(largest_error, float(error[finite].max()))
                if not right.all():
                    failing_sizes.append(float(size))

    columns = ["series", "size", "share", "share_low", "share_high"]
    frame = pd.DataFrame(rows, columns=columns)
    judged = frame[frame["series"] == settings.form]
    measured = {
        "share": float(judged["share"].mean()),
        "worst_share": float(judged["share_low"].min()),
        "draws": float(len(sizes) * SEEDS * DRAWS),
        "seeds": float(SEEDS),
        "largest_size": float(sizes[-1]),
        "smallest": smallest,
        "largest": largest,
        "largest_error": largest_error,
        "tolerance": tolerance,
        "exp_limit": float(np.log(np.finfo(float).max)),
    }
    if failing_sizes:
        measured["failing_size"] = failing_sizes[0]
    # "Always", says the claim: one failing draw is enough against it.
    return Outcome(frame, measured, Verdict.CONTRADICTED if failing_sizes else Verdict.HOLDS)


CLAIM = Claim(
    key="softmax",
    words=Words(__file__),
    defaults=SoftmaxSum(),
    control=SoftmaxSum(form="naive"),
    subject=("form",),
    thresholds=("ROUNDING",),
    expected=Verdict.HOLDS,
    measure=run_softmax,
    right=lambda measured: (
        "subtract" if measured["exp_limit"] < measured["largest_size"] else "written"
    ),
    quantities={
        "share": Text(
            ko="값이 0과 1 사이이고 합이 1인 비율", en="share with values in 0 to 1 and sum 1"
        ),
        "worst_share": Text(
            ko="비율이 가장 낮은 시드와 크기에서 그 비율",
            en="the share at the seed and size where it is lowest",
        ),
        "draws": Text(ko="점수 벡터의 수", en="score vectors"),
        "seeds": Text(ko="시드의 수", en="seeds"),
        "largest_size": Text(ko="점수의 최대 크기", en="largest size of the scores"),
        "smallest": Text(ko="가장 작은 값", en="smallest value"),
        "largest": Text(ko="가장 큰 값", en="largest value"),
        "largest_error": Text(
            ko="합과 1의 최대 차이 (NaN 제외)", en="largest distance of a sum from 1 (NaN aside)"
        ),
        "tolerance": Text(ko="반올림으로 생길 수 있는 차이", en="distance that rounding can bring"),
        "exp_limit": Text(ko="exp가 무한대가 되는 점수", en="score above which exp is infinite"),
        "failing_size": Text(ko="처음 실패한 점수의 크기", en="first size of the scores to fail"),
    },
    plot=Plot(
        x="size",
        y="share",
        x_title=Text(ko="점수의 크기", en="size of the scores"),
        y_title=Text(ko="합이 1인 비율", en="share with sum 1"),
        names=FORM_NAMES,
        log_x=True,
        y_domain=(0.0, 1.0),
        low="share_low",
        high="share_high",
    ),
)
