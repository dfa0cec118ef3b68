"""The smooth relatives of ReLU: what GELU weighs by, and how gently Mish bends."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS, GELU
from dlbasic.experiments.base import (
    FUNCTIONS,
    SEEDS,
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
    seed_choice,
)
from dlbasic.params import Choice, Declared, Integer, Span, parameter
from dlbasic.text import Text, both

Floats = NDArray[np.floating[Any]]

# Looked for at 60 places, chance alone passes 6 standard errors in fewer than 2 of a million runs:
# the sum of the binomial tails, largest for the fewest draws (a test adds it up).
LIMIT = 6.0


@dataclass(frozen=True)
class GeluSampling(Declared):
    function: str = parameter(function_choice("gelu"))
    draws: int = parameter(
        Integer(
            Text(ko="시드마다 뽑는 수", en="Draws for each seed"),
            default=1000,
            low=500,
            high=20_000,
            step=500,
        )
    )
    seed: int = parameter(seed_choice())


def run_gelu(settings: GeluSampling) -> Outcome:
    f = ACTIVATIONS[settings.function]()
    # From -3 to 3: beyond, too few draws fall on one side to speak of a standard error.
    x = np.linspace(-3, 3, 61)
    below = np.stack(
        [
            np.searchsorted(np.sort(np.random.default_rng(seed).standard_normal(settings.draws)), x)
            for seed in np.random.SeedSequence(settings.seed).spawn(SEEDS)
        ]
    )
    samples = x * below / settings.draws  # (seeds, x): the mean of x·[N < x]
    pooled = samples.mean(axis=0)

    # The share of draws below x is binomial, so its standard error is known, not estimated.
    phi = np.array([math.erfc(-place / math.sqrt(2)) / 2 for place in x])
    standard_error = np.abs(x) * np.sqrt(phi * (1 - phi) / settings.draws)
    off_zero = np.abs(x) > 1e-9  # at 0 both sides are 0 whatever is drawn
    of_seeds = np.abs(samples - f(x))[:, off_zero] / standard_error[off_zero]
    of_pooled = np.abs(pooled - f(x))[off_zero] / standard_error[off_zero] * math.sqrt(SEEDS)

    fine = np.linspace(0, 6, 6001)  # the gap between the two forms is even in x
    form_gap = np.abs(GELU()(fine) - GELU(approximate="tanh")(fine))
    measured = {
        "deviation": float(of_pooled.max()),
        "deviation_at": float(x[off_zero][of_pooled.argmax()]),
        "limit": LIMIT,
        "seed_low": float(of_seeds.max(axis=1).min()),
        "seed_high": float(of_seeds.max(axis=1).max()),
        "seeds": float(SEEDS),
        "draws": float(SEEDS * settings.draws),
        "form_gap": float(form_gap.max()),
        "form_gap_at": float(fine[form_gap.argmax()]),
    }
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "series": "sampling",
                    "x": x,
                    "value": pooled,
                    "low": samples.min(axis=0),
                    "high": samples.max(axis=0),
                }
            ).iloc[::3],
            pd.DataFrame(
                {"series": settings.function, "x": x, "value": f(x), "low": f(x), "high": f(x)}
            ),
        ],
        ignore_index=True,
    )
    within = measured["deviation"] < LIMIT
    return Outcome(frame, measured, Verdict.HOLDS if within else Verdict.CONTRADICTED)


GELU_SAMPLING = Experiment(
    key="gelu",
    claim=Text(
        ko="GELU는 입력이 활성화될 확률을 정규분포로 정해 입력에 곱하며, BERT와 GPT 등에 "
        "쓰였습니다.",
        en="GELU weights its input by a probability from the normal distribution; BERT and GPT "
        "use it.",
    ),
    reading=Text(
        ko="표준정규분포에서 뽑은 수 N이 x보다 작으면 x를, 아니면 0을 내보낼 때 그 평균이 함수의 "
        "값과 같은지를 봅니다. 어느 모델이 썼는지는 측정이 아니라 인용입니다. 공개된 코드를 보면 "
        "GPT-2는 tanh 근사식을 쓰고, BERT는 처음에 정확한 식(erf)을 쓰다가 2019년 2월에 tanh "
        "근사식으로 바꾸었습니다.",
        en="Taken as: let x through if a standard normal draw N is below x, else give 0; the mean "
        "is the function's value. Which model used it is a citation, not a measurement: in the "
        "published code GPT-2 has the tanh form, BERT began with the exact form (erf) and changed "
        "to the tanh form in February 2019.",
    ),
    defaults=GeluSampling(),
    quick=GeluSampling(),
    control=GeluSampling(function="silu"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_gelu,
    deciding=Text(
        ko="표본 평균과 {function}의 가장 큰 차이: 표준오차의 {deviation:,.1f}배 (기준 {limit}배)",
        en="Largest gap between sample mean and {function}: {deviation:,.1f} standard errors "
        "(limit {limit})",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="시드 {seeds}개에서 뽑은 {draws}개의 평균이 우연의 범위 안에서 함수와 일치합니다. "
            "시드 하나씩 보면 가장 큰 차이는 표준오차의 {seed_low:,.1f}~{seed_high:,.1f}배입니다. "
            "정확한 식과 tanh 근사식의 차이는 가장 큰 곳(|x| = {form_gap_at})에서도 "
            "{form_gap}입니다.",
            en="The mean of {draws} draws from {seeds} seeds agrees with the function within "
            "chance; seed by seed the largest gap is {seed_low:,.1f} to {seed_high:,.1f} standard "
            "errors. Exact and tanh form differ by at most {form_gap}, at |x| = {form_gap_at}.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="x = {deviation_at}에서 {function}의 값은 표본 평균과 표준오차의 "
            "{deviation:,.1f}배만큼 다릅니다. 우연만으로는 나오지 않을 차이이므로, 이 함수는 "
            "정규분포의 확률로 입력에 가중치를 주는 함수가 아닙니다.",
            en="At x = {deviation_at}, {function} is {deviation:,.1f} standard errors from the "
            "sample mean. Chance alone would not produce that: this function does not weigh its "
            "input by the normal probability.",
        ),
    },
    suggestion=Text(
        ko="SiLU를 골라 보세요. 모양은 비슷하지만 곱하는 것이 정규분포의 확률이 아니어서 표본 "
        "평균에서 뚜렷이 벗어납니다.",
        en="Choose SiLU: it looks alike, but what it multiplies by is not the normal probability, "
        "and it departs clearly from the sample mean.",
    ),
    quantities={
        "deviation": Text(
            ko="표본 평균과의 최대 차이 (표준오차의 배수)",
            en="largest gap to the sample mean (standard errors)",
        ),
        "deviation_at": Text(ko="그 차이가 나는 x", en="x of that gap"),
        "limit": Text(
            ko="판정 기준 (표준오차의 배수)", en="limit of the verdict (standard errors)"
        ),
        "seed_low": Text(
            ko="시드별 최대 차이 가운데 가장 작은 것", en="smallest of the seeds’ largest gaps"
        ),
        "seed_high": Text(
            ko="시드별 최대 차이 가운데 가장 큰 것", en="largest of the seeds’ largest gaps"
        ),
        "seeds": Text(ko="시드의 수", en="seeds"),
        "draws": Text(ko="뽑은 수", en="draws"),
        "form_gap": Text(
            ko="정확한 식과 tanh 근사식의 최대 차이", en="largest gap between exact and tanh form"
        ),
        "form_gap_at": Text(ko="그 차이가 나는 |x|", en="|x| of that gap"),
    },
    plot=Plot(
        x="x",
        y="value",
        x_title=both("x"),
        y_title=Text(ko="값", en="value"),
        names={**FUNCTIONS, "sampling": Text(ko="표본 평균", en="sample mean")},
        points=("sampling",),
        low="low",
        high="high",
    ),
)


BENDING = {key: FUNCTIONS[key] for key in ("elu", "gelu", "silu", "mish")}


@dataclass(frozen=True)
class MishCurvature(Declared):
    function: str = parameter(function_choice("mish", BENDING))
    rival: str = parameter(
        Choice(Text(ko="비교할 함수", en="Compared with"), default="silu", options=BENDING)
    )
    window: tuple[float, float] = parameter(
        Span(
            Text(ko="구간", en="Interval"),
            default=(-6.0, 0.0),
            ticks=tuple(half / 2 for half in range(-20, 1)),
        )
    )


def second_derivative(grad: Callable[[Floats], Floats], x: Floats) -> Floats:
    """The central difference of the exact slope."""
    # Cutting off the series costs h²·f⁗/6, rounding the slope eps/h: both near 1e-11 for
    # h = eps^(1/3), seven places below the figures that are compared.
    h = float(np.cbrt(np.finfo(float).eps))
    return (grad(x + h) - grad(x - h)) / (2 * h)


def run_mish(settings: MishCurvature) -> Outcome:
    low, high = settings.window
    # Midpoints: their mean is the midpoint rule, and none touches 0, where ELU's second
    # derivative jumps.
    x = low + (high - low) * (np.arange(2000) + 0.5) / 2000
    bends = {
        key: np.abs(second_derivative(ACTIVATIONS[key]().grad, x))
        for key in (settings.function, settings.rival)
    }
    chosen, rival = bends[settings.function], bends[settings.rival]
    measured = {
        "largest": float(chosen.max()),
        "largest_at": float(x[chosen.argmax()]),
        "mean": float(chosen.mean()),
        "rival_largest": float(rival.max()),
        "rival_mean": float(rival.mean()),
        "low": low,
        "high": high,
    }
    frame = pd.concat(
        [
            pd.DataFrame({"series": key, "x": x, "bend": bend}).iloc[5::10]
            for key, bend in bends.items()
        ],
        ignore_index=True,
    )
    smaller = [
        measured["largest"] < measured["rival_largest"],
        measured["mean"] < measured["rival_mean"],
    ]
    if all(smaller):
        return Outcome(frame, measured, Verdict.HOLDS)
    return Outcome(frame, measured, Verdict.CONDITIONAL if any(smaller) else Verdict.CONTRADICTED)


MISH = Experiment(
    key="mish",
    claim=Text(
        ko="Mish는 SiLU보다 음수 영역의 곡률이 더 완만하여 표현력이 더 유연합니다.",
        en="Mish curves more gently than SiLU on the negative side and is more flexible.",
    ),
    reading=Text(
        ko="‘곡률이 완만하다’를 이계도함수의 절댓값이 더 작다는 뜻으로 읽고, 구간의 최댓값과 "
        "평균을 비교합니다. ‘표현력이 유연하다’는 측정할 수 있는 말로 적혀 있지 않아 판정하지 "
        "않습니다.",
        en="‘Curves more gently’ is taken as a smaller second derivative in absolute value; its "
        "largest and its mean value over the interval are compared. ‘More flexible’ is not said "
        "in terms that can be measured, and is not judged.",
    ),
    defaults=MishCurvature(),
    quick=MishCurvature(),
    control=MishCurvature(function="silu", rival="mish"),
    subject=("function", "rival"),
    expected=Verdict.CONTRADICTED,
    measure=run_mish,
    deciding=Text(
        ko="이계도함수의 크기 |f″|: {function} 최대 {largest}, 평균 {mean} / {rival} 최대 "
        "{rival_largest}, 평균 {rival_mean}",
        en="Size of the second derivative |f″|: {function} at most {largest}, mean {mean} / "
        "{rival} at most {rival_largest}, mean {rival_mean}",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="{low}에서 {high}까지의 구간에서 {function}의 |f″|는 최댓값으로도 평균으로도 "
            "{rival}의 |f″|보다 작습니다. 이 구간에서는 더 완만하게 휩니다.",
            en="From {low} to {high} the |f″| of {function} is smaller than that of {rival}, by "
            "its largest value and by its mean: here it is the one that bends more gently.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="{low}에서 {high}까지의 구간에서는 최댓값과 평균의 결론이 엇갈립니다. "
            "{function}, {rival} 가운데 어느 쪽이 더 완만한지는 무엇으로 비교하느냐에 달려 "
            "있습니다.",
            en="From {low} to {high} the largest value and the mean disagree: whether {function} "
            "or {rival} bends more gently depends on how that is measured.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{low}에서 {high}까지의 구간에서 {function}의 |f″|는 최댓값으로도 평균으로도 "
            "{rival}의 |f″|보다 작지 않습니다. {function}의 |f″|가 가장 큰 곳은 "
            "x = {largest_at} 부근입니다.",
            en="From {low} to {high} the |f″| of {function} is no smaller than that of {rival}, "
            "neither by its largest value nor by its mean. The |f″| of {function} is largest near "
            "x = {largest_at}.",
        ),
    },
    suggestion=Text(
        ko="구간을 −2부터 −1.5까지로 좁혀 보세요. 그곳에서는 Mish가 SiLU보다 완만합니다. −6부터 "
        "−1.5까지로 하면 최댓값과 평균의 결론이 엇갈립니다.",
        en="Narrow the interval to −2 to −1.5: there Mish does bend more gently than SiLU. "
        "With −6 to −1.5, the largest value and the mean disagree.",
    ),
    quantities={
        "largest": Text(ko="{function}: |f″|의 최댓값", en="{function}: largest |f″|"),
        "largest_at": Text(ko="그 최댓값의 x", en="x of that value"),
        "mean": Text(ko="{function}: |f″|의 평균", en="{function}: mean |f″|"),
        "rival_largest": Text(ko="{rival}: |f″|의 최댓값", en="{rival}: largest |f″|"),
        "rival_mean": Text(ko="{rival}: |f″|의 평균", en="{rival}: mean |f″|"),
        "low": Text(ko="구간의 왼쪽 끝", en="left end of the interval"),
        "high": Text(ko="구간의 오른쪽 끝", en="right end of the interval"),
    },
    plot=Plot(
        x="x",
        y="bend",
        x_title=both("x"),
        y_title=Text(ko="이계도함수의 크기 |f″(x)|", en="size of the second derivative |f″(x)|"),
        names=BENDING,
    ),
)
