"""The zig-zag: the path of two weights whose inputs are all positive, and of centred inputs."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dlbasic.activations import Sigmoid
from dlbasic.experiments.base import Experiment, Outcome, Plot, Verdict, seed_choice, seeds_choice
from dlbasic.experiments.deep import seeds_from
from dlbasic.experiments.two_weights import (
    NEAR,
    OPPOSITE,
    POINTS,
    TOGETHER,
    ZIGZAG,
    Float64s,
    batch_moments,
    centred,
    descend,
    fastest,
    measure,
    steps_for,
    target,
    unit_outputs,
)
from dlbasic.params import Choice, Declared, Integer, Tick, parameter
from dlbasic.text import Text

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128)
INPUTS = {
    "positive": Text(ko="양수", en="positive"),
    "centred": Text(ko="평균 0", en="centred"),
}
SERIES = {
    "positive": Text(ko="양수 입력", en="positive inputs"),
    "together": Text(ko="양수 입력, 목표 45°", en="positive inputs, target at 45°"),
    "centred": Text(ko="평균이 0인 입력", en="centred inputs"),
}
QUARTILES = (0.5, 0.25, 0.75)
_QUANTITIES = {
    "detour": Text(
        ko="직선거리보다 긴 비율 (중앙값)", en="length beyond the straight line (median)"
    ),
    "together": Text(
        ko="두 가중치가 같은 쪽으로 움직인 스텝의 비율",
        en="share of steps that moved both weights the same way",
    ),
    "turns": Text(ko="가중치 하나가 방향을 바꾼 횟수", en="turns of a weight"),
    "steps": Text(ko="도착까지의 스텝 수", en="steps to the arrival"),
    "fastest": Text(
        ko="가장 빠른 학습률에서 도착까지의 스텝 수", en="steps at the fastest of the rates tried"
    ),
}


@dataclass(frozen=True)
class ZigZag(Declared):
    inputs: str = parameter(
        Choice(
            Text(ko="입력", en="Inputs"),
            default="positive",
            options=INPUTS,
        )
    )
    direction: int = parameter(
        Integer(Text(ko="목표의 방향 (도)", en="Direction of the target (degrees)"),
                default=OPPOSITE, low=-90, high=90, step=15, allowed=(-180, 180))
    )  # fmt: skip
    batch: float = parameter(
        Tick(Text(ko="배치 크기", en="Batch size"), default=1.0,
             ticks=tuple(map(float, BATCHES)), allowed=(1.0, float(POINTS)))
    )  # fmt: skip
    rate: float = parameter(
        Tick(Text(ko="학습률", en="Learning rate"), default=0.2,
             ticks=(0.1, 0.2, 0.5, 1.0), allowed=(0.01, 1.0))
    )  # fmt: skip
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def _inputs(settings: ZigZag, seeds: Sequence[int]) -> Float64s:
    outputs = unit_outputs(Sigmoid(), seeds)
    return centred(outputs) if settings.inputs == "centred" else outputs


def path(settings: ZigZag, seed: int) -> Float64s:
    """One run's two weights from the start at 0: ``(steps + 1, 2)``, arrival and beyond."""
    inputs = _inputs(settings, [seed])
    moments = batch_moments(inputs, [seed], int(settings.batch), steps_for(settings.rate))
    return descend(moments, target(settings.direction)[:, None], settings.rate)[..., 0]


def fastest_steps(settings: ZigZag) -> float:
    """The median steps to the arrival at the fastest of several rates, whatever ``rate`` says."""
    seeds = seeds_from(settings.seed, settings.seeds)
    return fastest(_inputs(settings, seeds), seeds, int(settings.batch), settings.direction)


def loss_surface(settings: ZigZag, seed: int, w1: ArrayLike, w2: ArrayLike) -> Float64s:
    """The mean of ``(w·x - w*·x)² / 2`` over all samples of that run: ``(len(w2), len(w1))``."""
    x1, x2 = _inputs(settings, [seed])[0].T
    end1, end2 = target(settings.direction)
    u, v = np.meshgrid(np.asarray(w1) - end1, np.asarray(w2) - end2)
    a, b, c = (x1 * x1).mean(), (x1 * x2).mean(), (x2 * x2).mean()
    surface: Float64s = (a * u**2 + 2 * b * u * v + c * v**2) / 2
    return surface


def allowed_quadrants(sample: ArrayLike) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The signs of the two ways in which one sample can move the weights, whatever its error.

    A step is the sample times one number.

    >>> allowed_quadrants([0.7, 0.3]), allowed_quadrants([0.7, -0.3]), allowed_quadrants([0.7, 0])
    (((1, 1), (-1, -1)), ((1, -1), (-1, 1)), ((1, 0), (-1, 0)))
    """
    signs = np.sign(np.asarray(sample)).astype(int).tolist()
    return tuple(signs), tuple(-sign for sign in signs)


def run_zigzag(settings: ZigZag) -> Generator[float, None, Outcome]:
    seeds = seeds_from(settings.seed, settings.seeds)
    inputs = {kind: _inputs(replace(settings, inputs=kind), seeds) for kind in INPUTS}
    chosen = int(settings.batch)
    batches = sorted({*BATCHES, chosen})
    moments = {}
    for kind, batch in product(INPUTS, batches):
        moments[kind, batch] = batch_moments(inputs[kind], seeds, batch, steps_for(settings.rate))
        yield len(moments) / (len(INPUTS) * len(batches) + 4)
    lines = (("positive", settings.direction), ("positive", TOGETHER),
             ("centred", settings.direction))  # fmt: skip
    cases = [(*line, batch) for line in lines for batch in batches]
    cases.append((settings.inputs, OPPOSITE, 1))
    targets = np.repeat(np.stack([target(way) for _, way, _ in cases], axis=1), len(seeds), axis=1)
    joined = np.concatenate([moments[kind, batch] for kind, _, batch in cases], axis=2)
    walks = measure(descend(joined, targets, settings.rate), targets)
    found = {name: getattr(walks, name).reshape(len(cases), -1)
             for name in ("detour", "turns", "steps", "together", "arrived")}  # fmt: skip
    place = {case: k for k, case in enumerate(cases)}

    def middle(name: str, kind: str, direction: int, batch: int = chosen) -> float:
        return float(np.median(found[name][place[kind, direction, batch]]))

    measured = {
        "detour": middle("detour", settings.inputs, settings.direction),
        "detour_together": middle("detour", "positive", TOGETHER),
        "worst": middle("detour", settings.inputs, OPPOSITE, 1),
        **{
            f"{name}_{kind}": middle(name, kind, settings.direction)
            for name in ("detour", "together", "turns", "steps")
            for kind in INPUTS
        },
        **{f"fastest_{kind}": fastest(inputs[kind], seeds, chosen, settings.direction)
           for kind in INPUTS},
        "arrived": float(
            found["arrived"][place[settings.inputs, settings.direction, chosen]].mean()
        ),
        "zigzag": ZIGZAG, "near": NEAR,
    }  # fmt: skip
    if measured["detour"] >= ZIGZAG:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if measured["worst"] >= ZIGZAG else Verdict.CONTRADICTED
    rows = [
        (series, float(batch), *np.quantile(found["detour"][place[(*line, batch)]], QUARTILES))
        for series, line in zip(SERIES, lines, strict=True)
        for batch in batches
    ]
    columns = ["series", "batch", "detour", "low", "high"]
    return Outcome(pd.DataFrame(rows, columns=columns), measured, verdict)


ZIG_ZAG = Experiment(
    key="zig-zag",
    claim=Text(
        ko="모든 가중치가 같은 방향으로만 업데이트되면 학습 경로가 지그재그(zig-zag)로 꺾입니다.",
        en="Where all weights can only move the same way, the path of learning is a zig-zag.",
    ),
    reading=Text(
        ko="입력이 둘이고 편향이 없는 선형 유닛을 제곱 오차로 학습해, 거리 1만큼 떨어진 목표 "
        "가중치에 남은 거리가 {near:%} 이내가 될 때까지의 경로를 잽니다. 입력은 가중 합이 "
        "표준정규분포를 따르는 시그모이드 유닛의 출력(모두 양수)이거나, 거기서 평균을 뺀 값입니다. "
        "경로의 길이가 직선거리보다 {zigzag:%} 이상 길면(시드의 중앙값) 지그재그로 봅니다. Tanh와 "
        "ReLU의 카드도 같은 기준을 씁니다. 고른 설정에서 지그재그이면 맞음, 배치 크기 1로 w₁은 "
        "커지고 w₂는 같은 만큼 작아져야 하는 목표(−45°)로 갈 때만 지그재그이면 조건부입니다.",
        en="A linear unit with two inputs and no bias learns by squared error, from weights at "
        "distance 1 from the target until {near:%} of the distance is left. Inputs are the outputs "
        "of sigmoid units with standard normal sums (all positive), or these minus their mean. A "
        "path longer than its straight line by {zigzag:%} or more (median over seeds) counts as a "
        "zig-zag, by the limit that the cards of tanh and ReLU use too. Taken to hold if it is one "
        "at the chosen settings; it depends if it is one only for batches of one sample and a "
        "target that asks w₁ to rise and w₂ to fall as much (−45°).",
    ),
    defaults=ZigZag(),
    quick=ZigZag(),
    control=ZigZag(inputs="centred"),
    subject=("inputs",),
    expected=Verdict.HOLDS,
    measure=run_zigzag,
    deciding=Text(
        ko="{direction}° 방향의 목표, 배치 크기 {batch}, 시드 {seeds}개의 중앙값: 경로가 "
        "직선거리보다 양수 입력에서 {detour_positive:%}, 평균이 0인 입력에서 {detour_centred:%} "
        "깁니다 (기준 {zigzag:%}). 두 가중치가 같은 쪽으로 움직인 스텝은 {together_positive:%}, "
        "{together_centred:%}입니다.",
        en="Target at {direction}°, batch size {batch}, median over {seeds} seeds: the path is "
        "longer than the straight line by {detour_positive:%} with positive inputs, by "
        "{detour_centred:%} with centred ones (limit {zigzag:%}); both weights moved the same way "
        "in {together_positive:%} and {together_centred:%} of the steps",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="표본 하나의 기울기는 오차에 입력을 곱한 것이라, 입력이 모두 양수이면 두 가중치는 "
            "함께 커지거나 함께 작아질 수만 있습니다. 양수 입력에서 두 가중치가 같은 쪽으로 움직인 "
            "스텝은 {together_positive:%}, 평균이 0인 입력에서는 {together_centred:%}입니다. "
            "한쪽만 커져야 하는 거리는 오르내림을 되풀이하며 나아갑니다. 가중치 하나가 방향을 바꾼 "
            "횟수는 {turns_positive}번과 {turns_centred}번입니다. 학습률이 같으면 도착까지 "
            "{steps_positive}스텝과 {steps_centred}스텝입니다. 입력마다 가장 빠른 학습률을 쓰면 "
            "{fastest_positive}스텝과 {fastest_centred}스텝입니다.",
            en="One sample's gradient is its error times the inputs, so with positive inputs both "
            "weights can only rise or fall together. Both moved the same way in "
            "{together_positive:%} of the steps with positive inputs, in {together_centred:%} with "
            "centred ones. Whatever one weight has to gain on the other is gained by going up and "
            "down. A weight turned {turns_positive} times, and {turns_centred} times with centred "
            "inputs. At the common rate the arrival took {steps_positive} and {steps_centred} "
            "steps; each at its own fastest rate, {fastest_positive} and {fastest_centred}.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="이 설정에서는 경로가 직선거리보다 {detour:%}만 깁니다. 같은 입력이라도 배치 크기 "
            "1로 −45° 방향의 목표를 향하면 {worst:%} 깁니다. 두 가지가 결과를 가릅니다. 목표가 두 "
            "가중치를 같은 쪽으로 움직여야 하는 곳(45°)이면 이 배치 크기에서 "
            "{detour_together:%}입니다. 배치가 커지면 표본들의 기울기가 평균되어 두 가중치가 따로 "
            "움직일 수 있습니다. 여기서 같은 쪽으로 움직인 스텝은 양수 입력에서 "
            "{together_positive:%}입니다.",
            en="Here the path is only {detour:%} longer than the straight line; the same inputs "
            "one at a time, towards a target at −45°, make it {worst:%} longer. Two things "
            "decide. Where the target asks both weights the same way (45°), it is "
            "{detour_together:%} at this batch size. And over a larger batch the samples' "
            "gradients average out, and the weights can move apart: with positive inputs "
            "{together_positive:%} of the steps here moved both the same way.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="평균이 0인 입력은 부호가 섞여 있어 표본 하나로도 두 가중치가 서로 다른 쪽으로 "
            "움직일 수 있습니다. 같은 쪽으로 움직인 스텝은 {together_centred:%}이고 경로는 "
            "직선거리보다 {detour_centred:%} 깁니다. 배치 크기 1, −45° 방향의 목표에서도 "
            "{worst:%}입니다. 양수 입력에서는 같은 설정에서 {detour_positive:%} 깁니다.",
            en="Centred inputs have both signs, so that even one sample can move the weights "
            "apart. {together_centred:%} of the steps moved both the same way, and the path is "
            "{detour_centred:%} longer than the straight line; {worst:%} for batches of one "
            "sample and a target at −45°. With positive inputs and the same settings it is "
            "{detour_positive:%} longer.",
        ),
    },
    suggestion=Text(
        ko="배치 크기를 1에서 8, 32로 키워 보세요. 배치 크기 1에서 목표의 방향을 45°로 돌리면 "
        "지그재그가 사라집니다. 15°는 두 가중치가 모두 커져야 하는 사분면인데도 지그재그입니다. "
        "중요한 것은 사분면보다 두 가중치가 서로 달라져야 하는 거리입니다.",
        en="Raise the batch size from 1 to 8 and 32. With batches of one, turn the target to 45°: "
        "the zig-zag is gone. At 15°, where both weights have to rise, it is there: what counts "
        "is less the quadrant than how far the weights have to part.",
    ),
    quantities={
        "detour": Text(
            ko="고른 입력: 직선거리보다 긴 비율 (중앙값)",
            en="chosen inputs: length beyond the straight line (median)",
        ),
        "detour_together": Text(
            ko="양수 입력, 45° 방향: 직선거리보다 긴 비율",
            en="positive inputs, target at 45°: length beyond the straight line",
        ),
        "worst": Text(
            ko="고른 입력, 배치 크기 1, −45° 방향: 직선거리보다 긴 비율",
            en="chosen inputs, batches of one, target at −45°: length beyond the straight line",
        ),
        **{
            f"{name}_{kind}": Text(
                ko=f"{INPUTS[kind].ko}: {words.ko}", en=f"{INPUTS[kind].en}: {words.en}"
            )
            for kind in INPUTS
            for name, words in _QUANTITIES.items()
        },
        "arrived": Text(ko="고른 입력: 도착한 시드의 비율", en="chosen inputs: seeds that arrived"),
        "zigzag": Text(
            ko="지그재그로 볼 비율", en="length beyond the straight line that counts as a zig-zag"
        ),
        "near": Text(ko="도착으로 볼 남은 거리", en="distance left that counts as arrived"),
    },
    plot=Plot(
        x="batch",
        y="detour",
        x_title=Text(ko="배치 크기 (로그 축)", en="batch size (log axis)"),
        y_title=Text(
            ko="경로가 직선거리보다 긴 비율, 띠는 사분위 범위",
            en="length beyond the straight line, band: quartiles",
        ),
        names=SERIES,
        log_x=True,
        low="low",
        high="high",
    ),
)
