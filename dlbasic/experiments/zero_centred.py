"""Tanh, whose outputs have both signs, beside sigmoid; and what a large bias does to it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.diagnostics import signals
from dlbasic.experiments.base import (
    FUNCTIONS,
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
    seed_choice,
    seeds_choice,
)
from dlbasic.experiments.directions import (
    CHANCE,
    DATA,
    QUANTITIES,
    QUARTILES,
    WIDTH,
    agreement,
    points_for,
    stack_of,
)
from dlbasic.experiments.two_weights import WALK, ZIGZAG, walks_from
from dlbasic.network import Trace
from dlbasic.params import Declared, Real, parameter
from dlbasic.text import Text

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
    trace = Trace(stack, len(points))
    trace.forward(stack.with_ones(points.inputs).T)
    layer = signals(trace)
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


TANH_ZERO_CENTRED = Experiment(
    key="tanh-zero-centred",
    claim=Text(
        ko="Tanh는 시그모이드의 출력이 양수뿐인 문제를 해결합니다.",
        en="Tanh cures sigmoid's outputs of being all positive.",
    ),
    reading=Text(
        ko="세 가지를 시그모이드와 나란히 잽니다(시드의 중앙값). ① 유닛 {width}개짜리 은닉층이 "
        "둘인, 학습하기 전의 신경망(Xavier 정규분포)에서 첫째 은닉층 출력의 평균을 표준편차로 나눈 "
        "크기가 {limit} 미만인가. ② 표본 하나에서 들어오는 가중치의 기울기 부호가 모두 같은 둘째 "
        "은닉층 유닛이 {mixed:%} 미만인가. ③ 가중 합이 표준정규분포에 편향을 더한 것인 두 유닛의 "
        "출력을 입력으로 받아 표본 하나씩 학습하는 두 가중치의 경로가 도착할 때까지, 늦어도 "
        "{steps}스텝까지, 직선거리보다 {zigzag:%} 이상 길지 않은가(길면 지그재그이고, 기준은 "
        "지그재그 카드와 같습니다). 셋 다 그러면 맞음, 일부만 그러면 조건부입니다.",
        en="Three measures, beside sigmoid's (medians over seeds). First, in untrained networks "
        "with two hidden layers of {width} units (Xavier normal): is the mean of the first hidden "
        "layer's outputs below {limit} standard deviations in size? Second: on one sample, do the "
        "gradients of all incoming weights share one sign in less than {mixed:%} of the second "
        "hidden layer's units (are they one-sided)? Third: is the path of two weights, trained on "
        "one sample at a time from the outputs of two units whose sums are standard normal plus "
        "the bias, less than {zigzag:%} longer than its straight line, up to its arrival or for "
        "{steps} steps (or is it a zig-zag, by the limit of the zig-zag card)? Taken to hold if "
        "all three are so; if some are, it depends.",
    ),
    defaults=ZeroCentred(),
    quick=ZeroCentred(),
    control=ZeroCentred(function="sigmoid"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_zero_centred,
    deciding=Text(
        ko="편향 {bias}, {function} / 시그모이드: 출력의 평균 {mean} / {sigmoid_mean}, 기울기의 "
        "부호가 모두 같은 유닛 {one_sided:%} / {sigmoid_one_sided:%}, 경로가 직선거리보다 긴 비율 "
        "{detour:%} / {sigmoid_detour:%} (시드 {seeds}개의 중앙값)",
        en="Bias {bias}, {function} / sigmoid: mean output {mean} / {sigmoid_mean}, units whose "
        "gradients share one sign {one_sided:%} / {sigmoid_one_sided:%}, length beyond the "
        "straight line {detour:%} / {sigmoid_detour:%} (medians over {seeds} seeds)",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="편향 {bias}에서 {function} 출력의 평균은 크기가 표준편차의 {off_centre}배(기준 "
            "{limit})입니다. 출력에 두 부호가 섞여 있으므로 표본 하나의 기울기도 가중치마다 부호가 "
            "갈립니다. 부호가 모두 같은 유닛은 {one_sided:%}이고, 우연이라면 {chance:%}입니다. "
            "시그모이드는 평균이 표준편차의 {sigmoid_off_centre}배이고, 그런 유닛이 "
            "{sigmoid_one_sided:%}입니다. 경로는 직선거리보다 {detour:%} 길어 지그재그 기준 "
            "{zigzag:%}에 못 미치고, 시그모이드는 {sigmoid_detour:%} 깁니다.",
            en="At bias {bias} the mean output of {function} is {off_centre} standard deviations "
            "in size (limit {limit}). Outputs of both signs make even one sample's gradients "
            "differ in sign: {one_sided:%} of the units are one-sided, by chance {chance:%} would "
            "be. Sigmoid's mean is {sigmoid_off_centre} standard deviations, and "
            "{sigmoid_one_sided:%} of its units are one-sided. The path is {detour:%} longer than "
            "its straight line, below the limit of a zig-zag, {zigzag:%}; sigmoid makes it "
            "{sigmoid_detour:%} longer.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="편향 {bias}에서 {function}의 세 측정값은 결론이 엇갈립니다. 평균은 표준편차의 "
            "{off_centre}배(기준 {limit}), 부호가 모두 같은 유닛은 {one_sided:%}(기준 {mixed:%}), "
            "경로가 직선거리보다 긴 비율은 {detour:%}(기준 {zigzag:%})입니다. 출력이 한쪽으로 "
            "치우치는 정도는 함수만이 아니라 가중 합의 위치에도 달려 있습니다.",
            en="At bias {bias} the three measures of {function} disagree: the mean is {off_centre} "
            "standard deviations (limit {limit}), {one_sided:%} of the units are one-sided (limit "
            "{mixed:%}), and the path is {detour:%} longer than its straight line (limit "
            "{zigzag:%}). How one-sided outputs are depends not on the function alone but on "
            "where the sums lie.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="편향 {bias}에서 {function} 출력의 평균은 {mean}, 표준편차의 {off_centre}배여서 "
            "한쪽으로 치우쳐 있습니다. 부호가 모두 같은 유닛은 {one_sided:%}, 경로가 직선거리보다 "
            "긴 비율은 {detour:%}입니다. 시그모이드는 {sigmoid_one_sided:%}, "
            "{sigmoid_detour:%}입니다.",
            en="At bias {bias} the mean output of {function} is {mean}, {off_centre} standard "
            "deviations from 0: all but one-sided. {one_sided:%} of the units are one-sided and "
            "the path is {detour:%} longer than its straight line; sigmoid has "
            "{sigmoid_one_sided:%} and {sigmoid_detour:%}.",
        ),
    },
    suggestion=Text(
        ko="편향을 1, 3으로 키워 보세요. 가중 합이 0에서 멀어지면 Tanh의 출력도 거의 한쪽 부호만 "
        "가집니다. 함수 자체보다 입력이 0을 중심으로 퍼져 있는지가 중요합니다.",
        en="Raise the bias to 1 and 3: away from 0 Tanh's outputs are of one sign, too. What "
        "matters is less the function than that its sums are spread around 0.",
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
