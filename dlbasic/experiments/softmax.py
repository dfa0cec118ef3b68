"""Softmax on ever larger scores, as the formula is written and as it is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.experiments.base import SEEDS, Experiment, Outcome, Plot, Verdict, seed_choice
from dlbasic.params import Choice, Declared, Integer, parameter
from dlbasic.softmax import softmax
from dlbasic.text import Text

Floats = NDArray[np.floating[Any]]

DRAWS = 50  # vectors of scores for each seed and size
SIZES_PER_DECADE = 4


def naive_softmax(z: Floats) -> Floats:
    """The quotient as the formula has it, which overflows where ``exp(z)`` does."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        powers = np.exp(z)
        shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


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
    # Each of the values, their sum and the sum of the powers is rounded: at most 2n - 1 roundings
    # of half an epsilon stand between the computed sum and 1.
    tolerance = settings.classes * float(np.finfo(float).eps)
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


SOFTMAX = Experiment(
    key="softmax",
    claim=Text(
        ko="소프트맥스(Softmax)는 점수를 0과 1 사이의 값으로 바꾸고, 그 값들의 합은 항상 1입니다.",
        en="Softmax maps scores into 0 to 1, and together the values always make 1.",
    ),
    reading=Text(
        ko="원문은 ‘출력값들의 값이 항상 1’이라고 적었지만, 항상 1인 것은 값 하나하나가 아니라 "
        "값들의 합입니다. 합과 1의 차이가 반올림 오차의 한계인 {tolerance} 이하이면 1로 봅니다.",
        en="The article says the values are always 1; it is not each value but their sum. A sum "
        "counts as 1 if it is no further from it than rounding can bring it, {tolerance}.",
    ),
    defaults=SoftmaxSum(),
    quick=SoftmaxSum(),
    control=SoftmaxSum(form="naive"),
    subject=("form",),
    expected=Verdict.HOLDS,
    measure=run_softmax,
    deciding=Text(
        ko="시드 {seeds}개에서 뽑은 점수 벡터 {draws}개({form}) 가운데 값이 모두 0과 1 사이이고 "
        "합이 1인 것: {share:%}",
        en="Of {draws} score vectors from {seeds} seeds ({form}), those with all values in 0 to 1 "
        "and sum 1: {share:%}",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="점수가 ±{largest_size}에 이르러도 합과 1의 차이는 최대 {largest_error}입니다. "
            "값을 모두 같은 합으로 나누기 때문입니다. 가장 큰 점수를 먼저 빼면 결과는 같으면서 "
            "exp에 0 이하의 수만 들어가 넘치지 않습니다.",
            en="With scores up to ±{largest_size} the sum is never further than {largest_error} "
            "from 1, since all values are divided by the same total. Subtracting the largest "
            "score first leaves the result the same and keeps exp from overflowing.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="수식 그대로 계산하면 점수가 {exp_limit}보다 클 때 exp가 무한대가 되어 ∞/∞, 점수가 "
            "모두 아주 작을 때는 0/0이 되어 NaN이 나옵니다. 시험한 크기 가운데 "
            "{failing_size}에서 처음 실패합니다. 틀린 것은 소프트맥스가 아니라 계산 방법입니다.",
            en="Computed as written, exp becomes infinite for a score above {exp_limit}, which "
            "leads to ∞/∞, and scores that are all very low lead to 0/0: NaN. Of the sizes tried, "
            "{failing_size} is the first to fail. It is not softmax that is wrong but the way it "
            "is computed.",
        ),
    },
    suggestion=Text(
        ko="‘수식 그대로 계산’을 고르고 점수의 크기를 바꿔 보세요. 100까지는 두 방법이 모두 맞고, "
        "1,000 이상에서는 최댓값을 뺀 쪽만 맞습니다.",
        en="Choose the formula as written and change the size of the scores: up to 100 both ways "
        "are right, from 1,000 only the one that subtracts the largest score.",
    ),
    quantities={
        "share": Text(
            ko="값이 0과 1 사이이고 합이 1인 비율", en="share with values in 0 to 1 and sum 1"
        ),
        "worst_share": Text(
            ko="가장 나쁜 시드와 크기에서의 비율", en="the share at the worst seed and size"
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
        "failing_size": Text(
            ko="시험한 크기 가운데 처음 실패한 것", en="the first of the sizes tried to fail"
        ),
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
