"""ReLU, whose outputs are never negative but often 0: which way do the weights behind it move?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments.base import FUNCTIONS, Experiment, Outcome, Verdict, function_choice
from dlbasic.experiments.directions import (
    PLOT,
    QUANTITIES,
    DirectionSettings,
    judge,
    measure_directions,
)
from dlbasic.experiments.two_weights import Walks, walks_from
from dlbasic.params import parameter
from dlbasic.text import Text


@dataclass(frozen=True)
class ReluDirections(DirectionSettings):
    function: str = parameter(function_choice("relu"))


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
    }
    return Outcome(found.frame(), measured, judge(measured))


RELU_ZIG_ZAG = Experiment(
    key="relu-zig-zag",
    claim=Text(
        ko="ReLU도 출력이 음수가 되지 않으므로 지그재그 문제를 겪을 수 있습니다.",
        en="ReLU, which is never negative either, can zig-zag too.",
    ),
    reading=Text(
        ko="유닛 {width}개짜리 은닉층이 둘인 신경망을 Xavier 정규분포로 초기화하고, 학습하기 전에 "
        "둘째 은닉층의 유닛마다 들어오는 가중치 {width}개의 기울기 부호가 모두 같은지 봅니다. 0인 "
        "기울기는 빼고, 0이 아닌 것이 둘 이상인 유닛만 셉니다. 그런 유닛의 비율(시드의 중앙값)이 "
        "고른 배치 크기에서 출력 편향을 맞추기 전과 뒤 모두 {almost:%} 이상이면 맞음, 표본 "
        "하나에서만 그러면 조건부로 봅니다. 두 가중치의 경로 길이는 판정에 넣지 않고 나란히 "
        "보입니다.",
        en="Networks with two hidden layers of {width} units start from Xavier normal weights, and "
        "before any training it is asked of each unit of the second hidden layer whether the "
        "gradients of its {width} incoming weights share one sign. Gradients of 0 are left out, "
        "and units with fewer than two others. Taken to hold if at the chosen batch size the "
        "share of such units (median over seeds) is at least {almost:%}, before and after the "
        "output's bias is fitted; if it is so on one sample only, it depends. The length of the "
        "path of two weights is shown beside it and not judged.",
    ),
    defaults=ReluDirections(),
    quick=ReluDirections(),
    control=ReluDirections(function="tanh"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_relu,
    deciding=Text(
        ko="{function}, 시드 {seeds}개의 중앙값: 가중치가 모두 같은 쪽으로 움직이는 유닛은 표본 "
        "하나에서 {single:%}, 배치 크기 {batch}에서 출력 편향을 맞추기 전 {before:%}, 맞춘 뒤 "
        "{after:%} (시그모이드 {after_sigmoid:%}, Tanh {after_tanh:%}, 우연 {chance:%})",
        en="{function}, median over {seeds} seeds: units whose weights all move the same way, "
        "{single:%} on one sample; over batches of {batch}, {before:%} before and {after:%} "
        "after the output's bias is fitted (sigmoid {after_sigmoid:%}, tanh {after_tanh:%}, "
        "chance {chance:%})",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="{function}의 출력에는 음수가 없으므로(음수 {negative:%}) 0이 아닌 기울기의 부호는 "
            "오차 신호 하나가 정합니다. 다만 0인 출력이 {zeros:%}입니다. 입력이 0인 가중치는 그 "
            "표본에서 움직이지 않으므로 남은 가중치가 따로 움직일 수 있습니다. 두 가중치로 재면 "
            "함께 움직인 스텝은 {together:%}이고, 경로는 직선거리보다 {detour:%} 깁니다. "
            "시그모이드는 {detour_sigmoid:%}, Tanh는 {detour_tanh:%}입니다.",
            en="{function} gives no negative outputs ({negative:%} are), so the error signal alone "
            "decides the sign of every gradient other than 0. But {zeros:%} of the outputs are 0, "
            "and a weight whose input is 0 rests, so that the others can move alone. With two "
            "weights {together:%} of the steps moved both together, and the path is {detour:%} "
            "longer than its straight line; {detour_sigmoid:%} with sigmoid, {detour_tanh:%} with "
            "tanh.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="표본 하나에서는 0이 아닌 기울기가 둘 이상인 유닛(전체의 {counted:%})의 부호가 모두 "
            "같습니다. 배치 크기 {batch}에서는 출력 편향을 맞춘 뒤 {after:%}에 그칩니다. 두 "
            "가중치의 경로는 표본을 하나씩 쓸 때 직선거리보다 {detour:%}, 배치에서는 "
            "{detour_batch:%} 깁니다. 하나씩 쓸 때 시그모이드는 {detour_sigmoid:%}, Tanh는 "
            "{detour_tanh:%}입니다. 이 신경망 첫째 은닉층에서 0인 출력은 {zeros:%}입니다. 입력이 "
            "0인 가중치는 움직이지 않으므로 나머지가 따로 움직일 수 있습니다.",
            en="On one sample the units with two gradients other than 0 ({counted:%} of all) "
            "agree; over batches of {batch} only {after:%} do, once the output's bias is fitted. "
            "The path of two weights is {detour:%} longer than its straight line one sample at a "
            "time, {detour_batch:%} over such batches; one at a time sigmoid makes it "
            "{detour_sigmoid:%}, tanh {detour_tanh:%}. {zeros:%} of the first hidden layer's "
            "outputs are 0 here: a weight whose input is 0 rests, and the others can move alone.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{function}: 출력에 음수가 섞여 있어(음수 {negative:%}) 표본 하나에서도 부호가 "
            "갈립니다. 부호가 모두 같은 유닛은 {single:%}이고, 두 가중치의 경로는 직선거리보다 "
            "{detour:%} 깁니다. 시그모이드는 {detour_sigmoid:%}입니다.",
            en="{function} gives negative outputs too ({negative:%}), and even on one sample the "
            "signs differ: {single:%} of the units agree. The path of two weights is {detour:%} "
            "longer than its straight line; {detour_sigmoid:%} with sigmoid.",
        ),
    },
    suggestion=Text(
        ko="배치 크기를 1로 줄이면 판정이 바뀝니다. 데이터를 원으로 바꾸면 배치에서도 절반이 넘는 "
        "유닛의 부호가 모입니다. Leaky ReLU는 음수 쪽의 작은 기울기만으로 부호가 섞이지만, 두 "
        "가중치의 경로는 거의 짧아지지 않습니다. 부호만이 아니라 크기도 보아야 합니다.",
        en="With batches of one sample the verdict changes. On the circle over half of the units "
        "agree over a batch, too. Leaky ReLU's small slope is enough to mix the signs, but hardly "
        "shortens the path of two weights: sizes count, not signs alone.",
    ),
    quantities={
        **QUANTITIES,
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
