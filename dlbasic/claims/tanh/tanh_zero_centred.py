"""Tanh, whose outputs have both signs, beside sigmoid; and what a large bias does to it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
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
from dlbasic.measures.two_weights import SHARE, WALK, ZIGZAG, walks_from
from dlbasic.params import Declared, Real, parameter
from dlbasic.text import Text
from dlbasic.words import Words

BIASES = tuple(half / 2 for half in range(9))
MIXED = 0.5  # one-sided units are then fewer than the others
# Mean / standard deviation of outputs below which they count as centred.  Of a normal law with this
# mean nearly a third lies on the other side of 0.
OFF_CENTRE = 0.5


@dataclass(frozen=True)
class ZeroCentred(Declared):
    function: str = parameter(function_choice("tanh"))
    bias: float = parameter(
        Real(Text(ko="첫 번째 은닉층의 편향", en="Bias of the first hidden layer"),
             default=0.0, low=0.0, high=4.0, step=0.5)
    )  # fmt: skip
    data: str = parameter(DATA)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def met(numbers: Mapping[str, float]) -> int:
    """How many of the three measures say that outputs are not one-sided."""
    limits = {"off_centre": OFF_CENTRE, "one_sided": MIXED, "detour": ZIGZAG}
    return sum(numbers[name] < limit for name, limit in limits.items())


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

    def numbers(key: str, bias: float) -> dict[str, float]:
        place = functions.index(key), biases.index(bias)
        walks = walks_from(ACTIVATIONS[key](), seeds, bias=bias, share=SHARE)
        return {
            "mean": float(np.median(means[place])),
            "off_centre": float(np.median(off[place])),
            "one_sided": float(np.nanmedian(units[place])),
            "detour": float(np.median(walks.detour)),
        }

    yield 0.3
    measured = numbers(settings.function, settings.bias)
    verdict = (Verdict.CONTRADICTED, *(Verdict.CONDITIONAL,) * 2, Verdict.HOLDS)[met(measured)]
    limit: dict[str, float] = {}
    if verdict is Verdict.HOLDS:
        for bias in biases[biases.index(settings.bias) + 1 :]:
            yield 0.6
            further = numbers(settings.function, bias)
            if met(further) < 3:
                limit = {"limit_bias": bias} | {
                    f"limit_{name}": value for name, value in further.items()
                }
                break
    measured |= {
        f"sigmoid_{name}": value for name, value in numbers("sigmoid", settings.bias).items()
    }
    measured |= limit | {
        "chance": CHANCE, "width": float(WIDTH), "steps": float(WALK), "share": SHARE,
        "mixed": MIXED, "limit": OFF_CENTRE, "zigzag": ZIGZAG,
    }  # fmt: skip
    rows = [
        (key, bias, *np.nanquantile(units[f, b], QUARTILES))
        for f, key in enumerate(functions)
        for b, bias in enumerate(biases)
    ]
    rows += [("chance", bias, CHANCE, CHANCE, CHANCE) for bias in biases]
    columns = ["series", "bias", "share", "low", "high"]
    frame = pd.DataFrame(rows, columns=columns)
    return Outcome(frame, measured, verdict, limited=bool(limit))


CLAIM = Claim(
    key="tanh-zero-centred",
    words=Words(__file__),
    defaults=ZeroCentred(),
    control=ZeroCentred(function="sigmoid"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_zero_centred,
    right=lambda measured: band(
        measured["limit_mean"] / np.tanh(measured["limit_bias"]),
        {"zero": 0.1, "part": 0.9, "value": 1.1, "one": np.inf},
    ),
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
                        ko="첫 번째 은닉층 출력의 평균 (중앙값)",
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
                        ko="데이터 하나에서 가중치가 모두 같은 방향으로 움직이는 유닛 (중앙값)",
                        en="units whose weights all move the same way, one sample (median)",
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
        "share": Text(
            ko="경로의 학습률 × 입력 크기의 제곱 평균",
            en="learning rate of a path × mean squared size of its inputs",
        ),
        "limit_bias": Text(
            ko="세 기준을 모두 지키지는 못하는 첫 편향",
            en="first larger bias at which not all three limits are kept",
        ),
        "limit_mean": Text(ko="그 편향에서 출력의 평균 (중앙값)", en="mean output there (median)"),
        "mixed": Text(
            ko="방향이 섞였다고 볼 유닛의 비율 (미만)",
            en="share of such units below which directions are mixed",
        ),
        "limit_off_centre": Text(
            ko="그 편향: 평균의 크기 ÷ 표준편차", en="there: mean / standard deviation"
        ),
        "limit_one_sided": Text(
            ko="그 편향: 가중치가 모두 같은 방향인 유닛", en="there: units of one direction"
        ),
        "limit_detour": Text(
            ko="그 편향: 경로가 직선거리보다 긴 비율",
            en="there: length beyond the straight line",
        ),
        "limit": Text(
            ko="0에 가깝다고 볼 평균의 크기 (표준편차의 배수, 미만)",
            en="size of the mean below which it is near 0 (standard deviations)",
        ),
        "zigzag": Text(
            ko="지그재그로 볼 비율", en="length beyond the straight line that counts as a zig-zag"
        ),
    },
    plot=Plot(
        x="bias",
        y="share",
        x_title=Text(ko="첫 번째 은닉층의 편향", en="bias of the first hidden layer"),
        y_title=Text(
            ko="가중치가 모두 같은 방향인 유닛의 비율, 띠는 1·3사분위수 사이",
            en="share of units whose weights all move the same way, band: quartiles",
        ),
        names={**FUNCTIONS, "chance": Text(ko="우연", en="chance")},
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
    thresholds=("OFF_CENTRE", "MIXED", "ZIGZAG", "SHARE"),
)
