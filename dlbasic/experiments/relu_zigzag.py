"""ReLU, whose outputs are never negative but often 0: which way do the weights behind it move?"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments.base import FUNCTIONS, Experiment, Outcome, Verdict, function_choice
from dlbasic.experiments.directions import (
    ALMOST_ALL,
    BATCH,
    PLOT,
    QUANTITIES,
    DirectionSettings,
    measure_directions,
)
from dlbasic.experiments.two_weights import ZIGZAG, Walks, walks_from
from dlbasic.params import parameter
from dlbasic.text import Text


@dataclass(frozen=True)
class ReluDirections(DirectionSettings):
    function: str = parameter(function_choice("relu"))
    batch: float = parameter(replace(BATCH, default=1.0))  # as on the zig-zag card


def run_relu(settings: ReluDirections) -> Generator[float, None, Outcome]:
    found = measure_directions(settings, ["sigmoid", "tanh"])
    measured = found.medians(int(settings.batch))
    for key in ("sigmoid", "tanh"):
        measured.setdefault(f"after_{key}", measured["after"])
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.seeds).tolist()
    walks: dict[str, Walks] = {}
    for key in found.functions:
        yield (1 + len(walks)) / (2 + len(found.functions))
        walks[key] = walks_from(ACTIVATIONS[key](), seeds)
    batched = walks_from(ACTIVATIONS[settings.function](), seeds, int(settings.batch))
    measured |= {
        "detour": float(np.median(walks[settings.function].detour)),
        "detour_batch": float(np.median(batched.detour)),
        "together": float(np.median(walks[settings.function].together)),
        **{f"detour_{key}": float(np.median(walks[key].detour)) for key in ("sigmoid", "tanh")},
        "zigzag": ZIGZAG,
    }
    return Outcome(found.frame(), measured, judge(measured))


def judge(measured: Mapping[str, float]) -> Verdict:
    """One sign and a long path at the chosen batch size, one of these on one sample, or neither."""
    one_sign = min(measured[name] for name in ("single", "before", "after")) >= ALMOST_ALL
    if one_sign and measured["detour_batch"] >= ZIGZAG:
        return Verdict.HOLDS
    partly = measured["single"] >= ALMOST_ALL or measured["detour"] >= ZIGZAG
    return Verdict.CONDITIONAL if partly else Verdict.CONTRADICTED


RELU_ZIG_ZAG = Experiment(
    key="relu-zig-zag",
    claim=Text(
        ko="ReLU도 출력이 음수가 되지 않으므로 지그재그 문제를 겪을 수 있습니다.",
        en="ReLU, which is never negative either, can zig-zag too.",
    ),
    reading=Text(
        ko="두 가지를 잽니다(시드의 중앙값). ① 유닛 {width}개짜리 은닉층이 둘인 신경망을 Xavier "
        "정규분포로 초기화하고, 학습하기 전에 둘째 은닉층의 유닛마다 들어오는 가중치 {width}개의 "
        "기울기 부호가 모두 같은지 봅니다. 0인 기울기는 빼고, 0이 아닌 것이 둘 이상인 유닛만 "
        "셉니다. 그런 유닛이 출력 편향을 맞추기 전과 뒤 모두 {almost:%} 이상인가. ② 이 함수의 두 "
        "출력을 입력으로 받는 두 가중치의 경로가 직선거리보다 {zigzag:%} 이상 긴가(지그재그 카드와 "
        "같은 기준). 고른 배치 크기에서 둘 다 그러면 맞음, 표본 하나씩 쓸 때에도 둘 다 아니면 "
        "틀림, 그 밖에는 조건부로 봅니다.",
        en="Two measures (medians over seeds). First, networks with two hidden layers of {width} "
        "units start from Xavier normal weights, and before any training it is asked of each unit "
        "of the second hidden layer whether the gradients of its {width} incoming weights share "
        "one sign. Gradients of 0 are left out, and units with fewer than two others. Is it so of "
        "{almost:%} of them or more, before and after the output's bias is fitted? Second: is the "
        "path of two weights, whose inputs are two outputs of the function, at least {zigzag:%} "
        "longer than its straight line, the limit of the zig-zag card? Taken to hold if both are "
        "so at the chosen batch size, contradicted if neither is so even on one sample at a time; "
        "else it depends.",
    ),
    defaults=ReluDirections(),
    quick=ReluDirections(),
    control=ReluDirections(function="tanh"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_relu,
    deciding=Text(
        ko="{function}, 시드 {seeds}개의 중앙값: 배치 크기 {batch}에서 가중치가 모두 같은 쪽으로 "
        "움직이는 유닛은 출력 편향을 맞추기 전 {before:%}, 맞춘 뒤 {after:%}(기준 {almost:%}), 두 "
        "가중치의 경로는 직선거리보다 {detour_batch:%} 깁니다(지그재그 기준 {zigzag:%}). 표본을 "
        "하나씩 쓸 때에는 {single:%}, {detour:%}입니다.",
        en="{function}, median over {seeds} seeds: at batch size {batch} all weights move the same "
        "way in {before:%} of the units before and {after:%} after the output's bias is fitted "
        "(limit {almost:%}), and the path of two weights is {detour_batch:%} longer than its "
        "straight line (limit of a zig-zag {zigzag:%}). One sample at a time: {single:%} and "
        "{detour:%}",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="{function}의 출력에는 음수가 없으므로(음수 {negative:%}) 0이 아닌 기울기의 부호는 "
            "오차 신호 하나가 정합니다. 다만 0인 출력이 {zeros:%}입니다. 입력이 0인 가중치는 그 "
            "표본에서 움직이지 않으므로 남은 가중치가 따로 움직일 수 있습니다. 두 가중치로 재면 "
            "함께 움직인 스텝은 {together:%}이고, 경로는 직선거리보다 {detour_batch:%} 길어 "
            "지그재그(기준 {zigzag:%})입니다. 표본을 하나씩 쓸 때 시그모이드는 "
            "{detour_sigmoid:%}, Tanh는 {detour_tanh:%}입니다.",
            en="{function} gives no negative outputs ({negative:%} are), so the error signal alone "
            "decides the sign of every gradient other than 0. But {zeros:%} of the outputs are 0, "
            "and a weight whose input is 0 rests, so that the others can move alone. With two "
            "weights {together:%} of the steps moved both together, and the path is "
            "{detour_batch:%} longer than its straight line: a zig-zag (limit {zigzag:%}). One "
            "sample at a time it is {detour_sigmoid:%} with sigmoid, {detour_tanh:%} with tanh.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="부호와 경로를 나누어 보아야 합니다. 표본 하나에서 0이 아닌 기울기가 둘 이상인 "
            "유닛(전체의 {counted:%}) 가운데 {single:%}의 부호가 모두 같고, 배치 크기 "
            "{batch}에서는 출력 편향을 맞춘 뒤 {after:%}입니다. 두 가중치의 경로는 표본을 하나씩 "
            "쓸 때 직선거리보다 {detour:%}, 배치 크기 {batch}에서 {detour_batch:%} 깁니다. "
            "지그재그로 보는 기준은 {zigzag:%}이고, 하나씩 쓸 때 시그모이드는 {detour_sigmoid:%}, "
            "Tanh는 {detour_tanh:%}입니다. 부호가 같아도 경로가 덜 꺾일 수 있습니다. 입력이 0인 "
            "가중치는 움직이지 않아 나머지가 따로 움직이기 때문이며, 이 신경망 첫째 은닉층에서 0인 "
            "출력은 {zeros:%}입니다.",
            en="Signs and path are two things. On one sample {single:%} of the units with two "
            "gradients other than 0 ({counted:%} of all) agree; over batches of {batch}, once the "
            "output's bias is fitted, {after:%} do. The path of two weights is {detour:%} longer "
            "than its straight line one sample at a time, {detour_batch:%} over batches of "
            "{batch}; a zig-zag begins at {zigzag:%}, and one at a time sigmoid makes it "
            "{detour_sigmoid:%}, tanh {detour_tanh:%}. One sign need not mean as long a path: a "
            "weight whose input is 0 rests, and the others can move alone; {zeros:%} of the first "
            "hidden layer's outputs are 0 here.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{function}: 출력에 음수가 섞여 있어(음수 {negative:%}) 표본 하나에서도 부호가 "
            "갈립니다. 부호가 모두 같은 유닛은 {single:%}이고, 두 가중치의 경로는 직선거리보다 "
            "{detour:%} 길어 지그재그 기준 {zigzag:%}에 못 미칩니다. 시그모이드는 "
            "{detour_sigmoid:%}입니다.",
            en="{function} gives negative outputs too ({negative:%}), and even on one sample the "
            "signs differ: {single:%} of the units agree. The path of two weights is {detour:%} "
            "longer than its straight line, below the limit of a zig-zag, {zigzag:%}; "
            "{detour_sigmoid:%} with sigmoid.",
        ),
    },
    suggestion=Text(
        ko="함수를 시그모이드로 바꾸면 부호도 경로도 기준을 넘어 판정이 바뀝니다. 배치 크기를 32로 "
        "키우면 부호가 같은 유닛이 줄고 경로도 곧아집니다. 데이터를 원으로 바꾸면 배치에서도 "
        "절반이 넘는 유닛의 부호가 모입니다. Leaky ReLU는 음수 쪽의 작은 기울기만으로 부호가 "
        "섞이지만, 두 가중치의 경로는 거의 짧아지지 않습니다. 부호만이 아니라 크기도 보아야 "
        "합니다.",
        en="Choose Sigmoid: signs and path both pass their limits, and the verdict changes. Over "
        "batches of 32 fewer units agree and the path is straighter, too; on the circle over half "
        "of the units agree over a batch, too. Leaky ReLU's small slope is enough to mix the "
        "signs, but hardly shortens the path of two weights: sizes count, not signs alone.",
    ),
    quantities={
        **QUANTITIES,
        "zigzag": Text(
            ko="지그재그로 볼 비율", en="length beyond the straight line that counts as a zig-zag"
        ),
        "detour": Text(
            ko="{function}: 두 가중치의 경로가 직선거리보다 긴 비율, 표본 하나씩 (중앙값)",
            en="{function}: path of two weights, length beyond the straight line, one sample at a "
            "time (median)",
        ),
        "detour_batch": Text(
            ko="{function}: 그 비율, 고른 배치 크기", en="{function}: the same, chosen batch size"
        ),
        "together": Text(
            ko="{function}: 두 가중치가 함께 같은 쪽으로 움직인 스텝의 비율",
            en="{function}: share of steps that moved both weights the same way",
        ),
        **{
            f"detour_{key}": Text(
                ko=f"{FUNCTIONS[key].ko}: 경로가 직선거리보다 긴 비율, 표본 하나씩 (중앙값)",
                en=f"{FUNCTIONS[key].en}: length beyond the straight line, one sample at a time "
                "(median)",
            )
            for key in ("sigmoid", "tanh")
        },
    },
    plot=PLOT,
)
