"""What bending adds: networks with and without an activation on data that no line separates."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.datasets import DATASETS, Points, split
from dlbasic.experiments.base import (
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
    seed_choice,
    seeds_choice,
)
from dlbasic.losses import BCE
from dlbasic.network import Member, Stack
from dlbasic.optimizers import Adam
from dlbasic.params import Declared, Integer, parameter
from dlbasic.text import Text
from dlbasic.training import Training

Float64s = NDArray[np.float64]

HARD = ("circle", "xor", "spiral")  # what no line separates
EASY = "gaussians"
DEPTHS = (0, 1, 3)  # hidden layers
WIDTH, RATE, BATCH, POINTS = 16, 0.02, 40, 400
GAIN = 0.1  # the smallest difference in mean accuracy that counts


@dataclass(frozen=True)
class Nonlinearity(Declared):
    function: str = parameter(function_choice("tanh"))
    epochs: int = parameter(
        Integer(Text(ko="에포크 수", en="Epochs"), default=100, low=20, high=200, step=20,
                allowed=(1, 10_000))
    )  # fmt: skip
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def collapsed(stack: Stack) -> Float64s:
    """Each network's layers, taken without activation, as one matrix.

    ``(networks, outputs, inputs + 1)``, the bias last.
    """
    single = np.eye(stack.sizes[0] + 1)
    for w in stack.weights:
        row = np.zeros((len(stack), 1, w.shape[2]))
        row[..., -1] = 1.0
        single = np.concatenate([w, row], axis=1) @ single
    return single[:, :-1]


def _train(
    f: Activation, depth: int, settings: Nonlinearity, seeds: list[int],
    train: Points, test: Points,
) -> tuple[Float64s, float]:  # fmt: skip
    """Test accuracies after training, ``(seeds,)``, and the relative gap to the single matrix."""
    sizes, members = (2, *(WIDTH,) * depth, 1), [Member(f, seed=seed) for seed in seeds]
    stack = Stack(sizes, members, np.float32)
    run = Training(stack, train, test, BCE(), optimizer=Adam(), rate=RATE, batch_size=BATCH,
                   seed=settings.seed)  # fmt: skip
    steps = settings.epochs * -(-len(train) // BATCH)
    for _ in zip(range(steps), run.steps(), strict=False):
        pass
    accuracy = run.measure().test_accuracy
    exact = Stack(sizes, members)  # in float64, the same network
    exact.parameters[:] = stack.parameters
    outputs = exact.outputs(test.inputs)
    gap = np.abs(collapsed(exact) @ exact.with_ones(test.inputs).T - outputs).max()
    assert accuracy is not None  # the data are classes
    return accuracy.astype(np.float64), float(gap / np.abs(outputs).max())


def run_nonlinearity(settings: Nonlinearity) -> Generator[float, None, Outcome]:
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.seeds).tolist()
    networks = {"line": ACTIVATIONS["identity"](), "bent": ACTIVATIONS[settings.function]()}
    measured: dict[str, float] = {}
    rows, gains, collapse = [], [], 0.0
    for key in (*HARD, EASY):
        data = DATASETS[key](noise=0.0).sample(POINTS, seed=settings.seed)
        train, test = split(data, 0.5, seed=settings.seed)
        best = dict.fromkeys(networks, 0.0)
        for name, f in networks.items():
            for depth in DEPTHS:
                if depth or name == "line":  # without a hidden layer there is no activation
                    accuracy, gap = _train(f, depth, settings, seeds, train, test)
                    if not depth:
                        plain = accuracy
                else:
                    accuracy = plain
                mean = fmean(accuracy)
                best[name] = max(best[name], mean)
                if name == "line":
                    collapse = max(collapse, gap)
                if key in HARD:
                    rows.append((f"{key}-{name}", float(depth), mean,
                                 float(accuracy.min()), float(accuracy.max())))  # fmt: skip
        measured |= {f"{key}_{name}": value for name, value in best.items()}
        gains.append(best["bent"] - best["line"])
        if key != EASY:  # the last
            yield len(gains) / (len(HARD) + 1)
    measured |= {
        "collapse": collapse, "least_gain": min(gains[:-1]), "most_gain": max(gains[:-1]),
        "points": float(POINTS),
        "enough": GAIN,
    }  # fmt: skip
    if min(gains[:-1]) >= GAIN:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if max(gains[:-1]) >= GAIN else Verdict.CONTRADICTED
    columns = ["series", "depth", "accuracy", "low", "high"]
    return Outcome(pd.DataFrame(rows, columns=columns), measured, verdict)


_LINE = Text(ko="활성화 함수 없음", en="no activation")
_BENT = Text(ko="활성화 함수 있음", en="with the activation")

NONLINEARITY = Experiment(
    key="nonlinearity",
    claim=Text(
        ko="활성화 함수는 가중 합을 비선형으로 바꾸어, 직선으로는 나눌 수 없는 문제를 풀 수 있게 "
        "합니다.",
        en="An activation bends the weighted sum, and so lets a network solve what no line can.",
    ),
    reading=Text(
        ko="잡음이 없는 원, XOR, 나선 데이터를 {points}개씩 한 번 뽑아 반으로 훈련하고 반으로 "
        "시험합니다. 은닉층 0, 1, 3개(층마다 유닛 16개)를 시드마다 다른 초기 가중치에서 Adam으로 "
        "학습해 테스트 정확도의 평균을 내고, 그 가운데 가장 높은 깊이를 비교합니다. 세 데이터 "
        "모두에서 활성화 함수가 있는 쪽이 {enough:%}포인트 이상 높으면 맞음, 일부에서만 높으면 "
        "조건부로 봅니다.",
        en="{points} points each of the circle, XOR and the spiral are drawn once, without noise, "
        "half to train on, half to test. Networks with 0, 1 and 3 hidden layers of 16 units are "
        "trained by Adam from other initial weights with each seed; compared is the mean test "
        "accuracy of the best depth. Taken to hold if on all three the activation gains at least "
        "{enough:pp} percentage points; on some, it depends.",
    ),
    defaults=Nonlinearity(),
    quick=Nonlinearity(),
    control=Nonlinearity(function="identity"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_nonlinearity,
    deciding=Text(
        ko="시드 {seeds}개의 평균 정확도(가장 좋은 깊이), 활성화 함수 없음 → {function}: 원 "
        "{circle_line:%} → {circle_bent:%}, XOR {xor_line:%} → {xor_bent:%}, 나선 {spiral_line:%} "
        "→ {spiral_bent:%}",
        en="Mean accuracy over {seeds} seeds at the best depth, no activation → {function}: circle "
        "{circle_line:%} → {circle_bent:%}, XOR {xor_line:%} → {xor_bent:%}, spiral "
        "{spiral_line:%} → {spiral_bent:%}",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="활성화 함수가 없으면 층을 아무리 쌓아도 행렬의 곱이고, 행렬의 곱은 다시 행렬 "
            "하나입니다. 학습한 층들을 행렬 하나로 곱해 비교하면 출력의 차이가 상대적으로 "
            "{collapse}뿐입니다. 그래서 경계는 언제나 직선입니다. 직선으로 충분한 두 가우시안 "
            "데이터에서는 {gaussians_line:%} → {gaussians_bent:%}입니다.",
            en="Without an activation any number of layers is a product of matrices, and that is "
            "one matrix. Multiplied into one, the trained layers give the same outputs to within "
            "{collapse}, relatively: the boundary is always a line. Where a line is enough, on two "
            "Gaussians: {gaussians_line:%} → {gaussians_bent:%}.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="{epochs}에포크 동안 이득이 가장 큰 데이터에서는 {most_gain:%}포인트, 가장 작은 "
            "데이터에서는 {least_gain:%}포인트입니다. 휘어질 수 있다고 곧바로 배우는 것은 "
            "아니어서, 함수와 에포크 수에 따라 아직 배우지 못한 데이터가 있습니다. 활성화 함수가 "
            "없는 쪽은 층 전체가 행렬 하나와 같으므로(상대 차이 {collapse}) 더 학습해도 경계는 "
            "직선입니다.",
            en="In {epochs} epochs the largest gain on a data set is {most_gain:pp} percentage "
            "points, the smallest {least_gain:pp}. Being able to bend is not yet having learned "
            "to: it depends on the function and on the epochs. Without an activation all layers "
            "equal one matrix (relative gap {collapse}), and however long it trains the boundary "
            "stays a line.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{function}: 어느 데이터에서도 활성화 함수가 없는 신경망보다 정확도가 "
            "{enough:%}포인트 이상 높지 않습니다(가장 큰 이득 {most_gain:%}포인트). 활성화 함수가 "
            "없는 층들은 행렬 하나와 같아서(상대 차이 {collapse}) 경계가 직선입니다. 휘어지는 "
            "함수를 골랐다면 {epochs}에포크로는 아직 배우지 못한 것입니다.",
            en="{function}: on no data set is the accuracy {enough:pp} percentage points or more "
            "above that of networks without an activation (largest gain {most_gain:pp}). Layers "
            "without an activation equal one matrix (relative gap {collapse}), so their boundary "
            "is a line. If the function does bend, it has not learned to in {epochs} epochs.",
        ),
    },
    suggestion=Text(
        ko="함수를 시그모이드로 바꾸고 에포크를 줄여 보세요. 항등 함수를 고르면 층을 쌓아도 "
        "아무것도 달라지지 않습니다.",
        en="Choose Sigmoid and fewer epochs. With Identity no number of layers changes anything.",
    ),
    quantities={
        **{
            f"{key}_{name}": Text(
                ko=f"{DATASETS[key].name.ko}: 정확도, {words.ko}",
                en=f"{DATASETS[key].name.en}: accuracy, {words.en}",
            )
            for key in (*HARD, EASY)
            for name, words in (("line", _LINE), ("bent", _BENT))
        },
        "collapse": Text(
            ko="행렬 하나로 곱했을 때의 상대 차이 (최대)",
            en="relative gap to the single matrix (largest)",
        ),
        "least_gain": Text(ko="가장 작은 이득", en="smallest gain"),
        "most_gain": Text(ko="가장 큰 이득", en="largest gain"),
        "points": Text(ko="데이터의 수", en="points of each data set"),
        "enough": Text(ko="이득으로 볼 정확도의 차이", en="difference that counts as a gain"),
    },
    plot=Plot(
        x="depth",
        y="accuracy",
        x_title=Text(ko="은닉층의 수", en="hidden layers"),
        y_title=Text(
            ko="테스트 정확도의 평균, 띠는 시드 전체의 범위",
            en="mean test accuracy, band: all seeds",
        ),
        names={
            f"{key}-{name}": Text(
                ko=f"{DATASETS[key].name.ko.partition('(')[0]} · {words.ko}",
                en=f"{DATASETS[key].name.en} · {words.en}",
            )
            for key in HARD
            for name, words in (
                ("bent", Text(ko="함수 있음", en="with f")),
                ("line", Text(ko="함수 없음", en="without")),
            )
        },
        whole_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)
