"""What bending adds: networks with and without an activation on data that no line separates."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.datasets import DATASETS, Points, split
from dlbasic.losses import BCE
from dlbasic.measures.float_range import digits_alike
from dlbasic.measures.settings import function_choice, seed_choice, seeds_choice
from dlbasic.network import Member, Stack
from dlbasic.optimizers import Adam
from dlbasic.params import Declared, Integer, parameter
from dlbasic.text import Text
from dlbasic.training import Training
from dlbasic.words import Words

HARD = ("circle", "xor", "spiral")  # what no line separates
EASY = "gaussians"
DEPTHS = (0, 1, 3)  # hidden layers
WIDTH, LR, BATCH, POINTS = 16, 0.02, 40, 400
# The smallest difference in mean accuracy that counts: nearly three times the standard deviation
# that chance alone gives a guess on the test data.
GAIN = 0.1
CHANCE = math.sqrt(0.25 / (POINTS / 2))


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
    run = Training(stack, train, test, BCE(), optimizer=Adam(), lr=LR, batch_size=BATCH,
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
        "collapse": collapse, "digits": digits_alike(collapse),
        "least_gain": min(gains[:-1]), "most_gain": max(gains[:-1]),
        "points": float(POINTS), "enough": GAIN,
    }  # fmt: skip
    if min(gains[:-1]) >= GAIN:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if max(gains[:-1]) >= GAIN else Verdict.CONTRADICTED
    columns = ["series", "depth", "accuracy", "low", "high"]
    return Outcome(pd.DataFrame(rows, columns=columns), measured, verdict)


_LINE = Text(ko="활성화 함수 없음", en="no activation")
_BENT = Text(ko="활성화 함수 있음", en="with the activation")

CLAIM = Claim(
    key="nonlinearity",
    words=Words(__file__),
    defaults=Nonlinearity(),
    control=Nonlinearity(function="identity"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_nonlinearity,
    right=lambda measured: band(measured["xor_line"], {"guess": 0.6, "partly": 0.9, "all": 1.0}),
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
        "digits": Text(
            ko="행렬 하나로 곱했을 때 출력이 일치하는 유효숫자의 자릿수",
            en="digits in which the single matrix gives the same outputs",
        ),
        "least_gain": Text(
            ko="정확도가 가장 적게 오른 데이터의 차이", en="smallest gain in accuracy"
        ),
        "most_gain": Text(
            ko="정확도가 가장 많이 오른 데이터의 차이", en="largest gain in accuracy"
        ),
        "points": Text(ko="데이터의 수", en="points of each data set"),
        "enough": Text(
            ko="올랐다고 볼 정확도의 차이", en="difference in accuracy that counts as a gain"
        ),
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
    constants={"lr": LR, "width": float(WIDTH), "tested": POINTS / 2, "chance": CHANCE},
    thresholds=("GAIN", "LR"),
)
