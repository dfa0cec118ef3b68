"""Tanh, whose outputs have both signs, beside sigmoid; and what a large bias does to it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.claims.sigmoid.sigmoid_one_direction import QUANTITIES
from dlbasic.diagnostics import signals
from dlbasic.measures.gradient_signs import (
    CHANCE,
    DATA,
    QUARTILES,
    WIDTH,
    agreement,
    points_for,
    stack_of,
)
from dlbasic.measures.settings import FUNCTIONS, function_choice, seed_choice, seeds_choice
from dlbasic.measures.two_weights import WALK, ZIGZAG, walks_from
from dlbasic.params import Declared, Real, parameter
from dlbasic.text import Text
from dlbasic.words import Words

BIASES = tuple(half / 2 for half in range(9))
MIXED = 0.5  # the share of one-sided units below which the directions count as mixed
OFF_CENTRE = 0.5  # mean / standard deviation of outputs below which they count as centred


@dataclass(frozen=True)
class ZeroCentred(Declared):
    function: str = parameter(function_choice("tanh"))
    bias: float = parameter(
        Real(Text(ko="첫째 은닉층의 편향", en="Bias of the first hidden layer"),
             default=0.0, low=0.0, high=4.0, step=0.5)
    )  # fmt: skip
    data: str = parameter(DATA)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def run_zero_centred(settings: ZeroCentred) -> Generator[float, None, Outcome]:
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.seeds).tolist()
    points = points_for(settings.data, settings.seed)
    functions = list(dict.fromkeys([settings.function, "sigmoid"]))
    biases = sorted({*BIASES, settings.bias})
    stack = stack_of([key for key in functions for _ in biases], seeds)
    shape = (len(functions), len(biases), len(seeds))
    stack.weights[0].reshape(*shape, WIDTH, -1)[..., -1] = np.reshape(biases, (-1, 1, 1))
    units = agreement(stack, points, 1).units.reshape(shape)
    layer = signals(stack.forward(points.inputs))
    means, spreads = (values[0].reshape(shape) for values in (layer.mean, layer.std))
    off = np.divide(np.abs(means), spreads, out=np.zeros(shape), where=spreads > 0)
    at = biases.index(settings.bias)
    measured: dict[str, float] = {}
    yield 0.3
    # Sigmoid last: where it is the chosen function, both have its numbers.
    for name, key in (("", settings.function), ("sigmoid_", "sigmoid")):
        walks = walks_from(ACTIVATIONS[key](), seeds, bias=settings.bias)
        yield 0.6
        place = functions.index(key)
        measured |= {
            f"{name}mean": float(np.median(means[place, at])),
            f"{name}off_centre": float(np.median(off[place, at])),
            f"{name}one_sided": float(np.nanmedian(units[place, at])),
            f"{name}detour": float(np.median(walks.detour)),
        }
    measured |= {
        "chance": CHANCE, "width": float(WIDTH),
        "steps": float(WALK), "mixed": MIXED, "limit": OFF_CENTRE, "zigzag": ZIGZAG,
    }  # fmt: skip
    cured = [
        measured["off_centre"] < OFF_CENTRE,
        measured["one_sided"] < MIXED,
        measured["detour"] < ZIGZAG,
    ]
    if all(cured):
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if any(cured) else Verdict.CONTRADICTED
    rows = [
        (key, bias, *np.nanquantile(units[f, b], QUARTILES))
        for f, key in enumerate(functions)
        for b, bias in enumerate(biases)
    ]
    rows += [("chance", bias, CHANCE, CHANCE, CHANCE) for bias in biases]
    columns = ["series", "bias", "share", "low", "high"]
    return Outcome(pd.DataFrame(rows, columns=columns), measured, verdict)


CLAIM = Claim(
    key="tanh-zero-centred",
    words=Words(__file__),
    defaults=ZeroCentred(),
    quick=ZeroCentred(),
    control=ZeroCentred(function="sigmoid"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_zero_centred,
    quantities={
        **{
            f"{name}{measure}": Text(ko=f"{whose.ko}: {words.ko}", en=f"{whose.en}: {words.en}")
            for name, whose in (
                ("", Text(ko="{function}", en="{function}")),
                ("sigmoid_", Text(ko="시그모이드", en="Sigmoid")),
            )
            for measure, words in (
                (
                    "mean",
                    Text(
                        ko="첫째 은닉층 출력의 평균 (중앙값)",
                        en="mean output of the first hidden layer (median)",
                    ),
                ),
                (
                    "off_centre",
                    Text(
                        ko="그 평균의 크기 ÷ 표준편차 (중앙값)",
                        en="size of that mean / standard deviation (median)",
                    ),
                ),
                (
                    "one_sided",
                    Text(
                        ko="표본 하나에서 부호가 모두 같은 유닛 (중앙값)",
                        en="units whose gradients share a sign, one sample (median)",
                    ),
                ),
                (
                    "detour",
                    Text(
                        ko="경로가 직선거리보다 긴 비율 (중앙값)",
                        en="length beyond the straight line (median)",
                    ),
                ),
            )
        },
        "chance": QUANTITIES["chance"],
        "width": QUANTITIES["width"],
        "steps": Text(ko="경로의 스텝 수 (최대)", en="steps of a path (at most)"),
        "mixed": Text(ko="부호가 섞였다고 볼 기준", en="limit of one-sided units"),
        "limit": Text(
            ko="0에 가깝다고 볼 기준 (표준편차의 배수)",
            en="limit of the mean (standard deviations)",
        ),
        "zigzag": Text(
            ko="지그재그로 볼 비율", en="length beyond the straight line that counts as a zig-zag"
        ),
    },
    plot=Plot(
        x="bias",
        y="share",
        x_title=Text(ko="첫째 은닉층의 편향", en="bias of the first hidden layer"),
        y_title=Text(
            ko="부호가 모두 같은 유닛의 비율, 띠는 사분위 범위",
            en="share of one-sided units, band: quartiles",
        ),
        names={**FUNCTIONS, "chance": Text(ko="우연", en="chance")},
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)
