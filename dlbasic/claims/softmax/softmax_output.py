"""Softmax where it belongs: its gradient with cross-entropy, and what it costs in hidden layers."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.datasets import DATASETS, split
from dlbasic.measures.hidden_softmax import SOFTMAX, train
from dlbasic.measures.settings import seed_choice, seeds_choice
from dlbasic.params import Choice, Declared, Integer, parameter
from dlbasic.softmax import softmax, softmax_vjp
from dlbasic.text import Text
from dlbasic.words import Words

RIVAL = "tanh"
WIDTH, BATCH, POINTS = 8, 20, 400
DEPTHS = {"all": (1, 2, 3, 5), "few": (1, 2), "many": (5, 6)}
LRS = (0.01, 0.03, 0.1)
TUNING = 4  # seeds on which the rate is chosen; the accuracies are of others

# What a function may cost in accuracy before it counts as costly: one answer in ten.
COSTLY = 0.1
DRAWS, CLASSES, SCORE = 1000, 10, 5.0  # scores, up to SCORE in size, to compare gradients on

# The chain's terms are at most 1 and its sums have CLASSES of them, each rounded a few times.
TOLERANCE = 4 * CLASSES * float(np.finfo(float).eps)


@dataclass(frozen=True)
class SoftmaxOutput(Declared):
    function: str = parameter(
        Choice(
            Text(ko="은닉층의 함수", en="Hidden layers' function"), default=SOFTMAX,
            options={
                SOFTMAX: Text(ko="소프트맥스(Softmax)", en="Softmax"),
                **{key: ACTIVATIONS[key].name for key in ("sigmoid", "relu")},
            },
        )
    )  # fmt: skip
    data: str = parameter(
        Choice(Text(ko="데이터", en="Data"), default="spiral3",
               options={key: DATASETS[key].name for key in ("spiral3", "spiral5", "blobs5")})
    )  # fmt: skip
    depths: str = parameter(
        Choice(Text(ko="은닉층의 수", en="Hidden layers"), default="all",
               options={"all": Text(ko="얕은 것부터 깊은 것까지", en="few to many"),
                        "few": Text(ko="적을 때만", en="few only"),
                        "many": Text(ko="많을 때만", en="many only")})
    )  # fmt: skip
    epochs: int = parameter(
        Integer(Text(ko="에포크 수", en="Epochs"), default=60, low=20, high=100, step=20,
                allowed=(1, 1000))
    )  # fmt: skip
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def chain(logits: Float64s, labels: NDArray[Any]) -> tuple[Float64s, Float64s]:
    """Cross-entropy's gradient at the scores, by the chain rule through softmax; and ``p - y``.

    The first is ``-y/p``, the gradient at the probabilities, times softmax's matrix.
    """
    p = softmax(logits).astype(np.float64)
    y = np.eye(logits.shape[-1])[labels]
    return softmax_vjp(p, -y / p).astype(np.float64), p - y


def _chain_gap(seed: int) -> float:
    rng = np.random.default_rng(seed)
    logits = rng.uniform(-SCORE, SCORE, (DRAWS, CLASSES))
    through, short = chain(logits, rng.integers(CLASSES, size=DRAWS))
    return float(np.abs(through - short).max())


def run_softmax_output(settings: SoftmaxOutput) -> Generator[float, None, Outcome]:
    # Every seed has its own weights and its own points.
    count = TUNING + settings.seeds
    seeds, draws = (
        np.random.SeedSequence(settings.seed).generate_state(2 * count).reshape(2, -1).tolist()
    )
    data = DATASETS[settings.data](0.1)
    points = [split(data.sample(POINTS, seed=seed), 0.5, seed=seed) for seed in draws]
    tuning, kept = (seeds[:TUNING], points[:TUNING]), (seeds[TUNING:], points[TUNING:])
    how, depths = (settings.epochs, BATCH, settings.seed), DEPTHS[settings.depths]
    accuracies = np.zeros((2, len(depths), settings.seeds))  # the function's, and tanh's
    shrink, done, work = [0.0, 0.0], 0, 2 * sum(depths)
    for place, depth in enumerate(depths):
        sizes = (2, *(WIDTH,) * depth, data.classes)
        for which, function in enumerate((settings.function, RIVAL)):
            tried, _ = train(sizes, function, LRS, *tuning, *how)
            lr = LRS[int(tried.mean(axis=1).argmax())]
            accuracies[which, place], shrinking = train(sizes, function, [lr], *kept, *how)
            shrink[which] = float(np.median(shrinking))  # the deepest's is the last
            done += depth
            if done < work:
                yield done / work
    return _outcome(settings, depths, accuracies, shrink)


def _outcome(
    settings: SoftmaxOutput, depths: tuple[int, ...], accuracies: Float64s, shrink: list[float]
) -> Outcome:
    lost = accuracies[1] - accuracies[0]  # (depths, seeds)
    costs, means = lost.mean(axis=1), lost.mean(axis=0)
    measured = {
        "chain_gap": _chain_gap(settings.seed), "tolerance": TOLERANCE,
        "mean": float(accuracies[0].mean()), "rival_mean": float(accuracies[1].mean()),
        "cost": float(means.mean()),
        "error": float(means.std(ddof=1) / np.sqrt(settings.seeds)),
        "least_cost": float(costs.min()), "least_at": float(depths[int(costs.argmin())]),
        "most_cost": float(costs.max()), "most_at": float(depths[int(costs.argmax())]),
        "costly": COSTLY, "shrink": shrink[0], "rival_shrink": shrink[1],
        "deepest": float(depths[-1]),
    }  # fmt: skip
    holds = measured["cost"] >= COSTLY and measured["chain_gap"] <= TOLERANCE
    rows = [
        (series, float(depth), float(of.mean()), float(of.min()), float(of.max()))
        for series, by_depth in zip(("function", "rival"), accuracies, strict=True)
        for depth, of in zip(depths, by_depth, strict=True)
    ]
    return Outcome(
        pd.DataFrame(rows, columns=["series", "depth", "accuracy", "low", "high"]),
        measured,
        Verdict.HOLDS if holds else Verdict.CONTRADICTED,
        limited=holds and measured["least_cost"] < COSTLY,
    )


CLAIM = Claim(
    key="softmax-output",
    words=Words(__file__),
    constants={"tuning": TUNING, "width": WIDTH, "one_in": 1 / COSTLY},
    defaults=SoftmaxOutput(),
    control=SoftmaxOutput(function="relu"),
    subject=("function",),
    thresholds=("LRS", "COSTLY", "TOLERANCE"),
    expected=Verdict.HOLDS,
    measure=run_softmax_output,
    right=lambda measured: (
        "same" if measured["cost"] < measured["costly"]
        else "many" if measured["most_at"] > measured["least_at"] else "few"
    ),
    quantities={
        "chain_gap": Text(
            ko="연쇄 법칙으로 구한 기울기와 p − y의 최대 차이",
            en="largest difference between the chain rule and p − y",
        ),
        "tolerance": Text(
            ko="반올림으로 생길 수 있는 차이", en="difference that rounding can bring"
        ),
        "mean": Text(
            ko="{function}: 평균 정확도", en="{function}: mean accuracy"
        ),
        "rival_mean": Text(ko="비교한 tanh: 평균 정확도", en="tanh beside it: mean accuracy"),
        "cost": Text(ko="tanh의 정확도 − {function}의 정확도 (평균)",
                     en="tanh's accuracy − that of {function} (mean)"),
        "error": Text(ko="그 평균의 표준오차", en="standard error of this mean"),
        "least_cost": Text(ko="tanh의 정확도 − {function}의 정확도 (최소)",
                           en="tanh's accuracy − that of {function} (least)"),
        "least_at": Text(ko="그 차이가 가장 작은 은닉층의 수",
                         en="hidden layers where the difference is least"),
        "most_cost": Text(ko="tanh의 정확도 − {function}의 정확도 (최대)",
                          en="tanh's accuracy − that of {function} (largest)"),
        "most_at": Text(ko="그 차이가 가장 큰 은닉층의 수",
                        en="hidden layers where the difference is largest"),
        "costly": Text(ko="크다고 볼 정확도의 차이", en="difference that counts as costly"),
        "shrink": Text(
            ko="{function}: 첫 번째 ÷ 마지막 은닉층의 기울기 크기 (중앙값)",
            en="{function}: gradient norm of the first hidden layer / of the last (median)",
        ),
        "rival_shrink": Text(
            ko="비교한 tanh: 첫 번째 ÷ 마지막 은닉층의 기울기 크기 (중앙값)",
            en="tanh beside it: gradient norm of the first hidden layer / of the last (median)",
        ),
        "deepest": Text(ko="가장 많은 은닉층의 수", en="most hidden layers"),
    },
    plot=Plot(
        x="depth",
        y="accuracy",
        x_title=Text(ko="은닉층의 수", en="hidden layers"),
        y_title=Text(
            ko="테스트 정확도 (평균, 띠는 전체 시드의 범위)",
            en="test accuracy (mean, band: all seeds)",
        ),
        names={
            "function": Text(ko="선택한 함수", en="the function chosen"),
            "rival": Text(ko="Tanh", en="Tanh"),
        },
        whole_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)  # fmt: skip
