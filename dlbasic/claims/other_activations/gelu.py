"""GELU weighs its input by the normal probability: the formula beside sampling."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS, GELU
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.measures.settings import FUNCTIONS, SEEDS, function_choice, seed_choice
from dlbasic.params import Declared, Integer, parameter
from dlbasic.text import Text, both
from dlbasic.words import Words

PLACES = 60  # and 0, where both sides are 0 whatever is drawn

# Looked for at all of them, chance passes 6 standard errors in fewer than 2 of a million runs:
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
    x = np.linspace(-3, 3, PLACES + 1)
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
    off_zero = np.abs(x) > 1e-9
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


CLAIM = Claim(
    key="gelu",
    words=Words(__file__),
    constants={"places": PLACES},
    defaults=GeluSampling(),
    control=GeluSampling(function="silu"),
    subject=("function",),
    thresholds=("LIMIT",),
    expected=Verdict.HOLDS,
    measure=run_gelu,
    right=lambda measured: band(
        measured["deviation"], {"equal": 0.0, "chance": LIMIT, "negative": math.inf}
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
