"""A single sigmoid unit as a classifier: logistic regression, and where it has no answer."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import Identity, Sigmoid
from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.datasets import DATASETS, NOISE, Points
from dlbasic.losses import BCE
from dlbasic.measures.float_range import digits_alike
from dlbasic.measures.settings import seed_choice, seeds_choice
from dlbasic.network import Member, Stack
from dlbasic.optimizers import Nesterov
from dlbasic.params import Choice, Declared, Real, Tick, parameter
from dlbasic.text import Text
from dlbasic.training import Training
from dlbasic.words import Words

POINTS = 1000
LR = 0.3
# A gradient norm that counts as 0: a millionth of the first step's, which is of the size of 1.
FLAT = 1e-6
USEFUL = (
    0.75  # the accuracy that counts as separating the classes: halfway from a guess to all right
)
_DATA = ("gaussians", "moons", "circle", "xor")


@dataclass(frozen=True)
class SigmoidClassifier(Declared):
    data: str = parameter(
        Choice(Text(ko="데이터", en="Data"), default="gaussians",
               options={key: DATASETS[key].name for key in _DATA})
    )  # fmt: skip
    noise: float = parameter(
        Real(NOISE.label, default=0.5, low=NOISE.low, high=NOISE.high, step=NOISE.step)
    )
    steps: float = parameter(
        Tick(Text(ko="학습 스텝 수", en="Training steps"), default=2000.0,
             ticks=(100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0), allowed=(10.0, 1e6))
    )  # fmt: skip
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def newton(points: Points, steps: int = 30) -> Float64s | None:
    """The weights (w₁, w₂, b) of greatest likelihood, by Newton's method.

    None where a line separates the classes fully: the likelihood then has no maximum, as larger
    weights are always likelier.
    """
    x = np.column_stack([points.inputs, np.ones(len(points))])
    w, sigmoid = np.zeros(3), Sigmoid()
    for _ in range(steps):
        z = x @ w
        if ((z > 0) == (points.targets == 1)).all():
            return None
        hessian = (x.T * sigmoid.grad(z)) @ x
        w = w - np.linalg.solve(hessian, x.T @ (sigmoid(z) - points.targets))
    return w


def _descend(points: Points, marks: NDArray[Any], seed: int) -> tuple[Float64s, Float64s]:
    """The gradient's norm in each of the marked steps, ``(marks,)``, and the weights after it."""
    stack = Stack((2, 1), [Member(Identity(), seed=seed)])
    run = Training(stack, points, points, BCE(), optimizer=Nesterov(), lr=LR,
                   batch_size=len(points))  # fmt: skip
    norms, weights, marked = [], [], set(marks.tolist())
    for step, trace in zip(range(1, marks[-1] + 1), run.steps(), strict=False):
        if step in marked:
            norms.append(np.linalg.norm(trace.gradient))
            weights.append(stack.parameters.copy())
    return np.array(norms), np.array(weights)


def run_sigmoid_classifier(settings: SigmoidClassifier) -> Generator[float, None, Outcome]:
    steps = int(settings.steps)
    marks = np.unique([steps // 2, *np.round(np.geomspace(1, steps, 40)).astype(int)])
    halfway = int(np.searchsorted(marks, steps / 2))
    data = DATASETS[settings.data](settings.noise)
    norms: list[Float64s] = []
    sizes, accuracies, gaps, separable = [], [], [], 0
    for state in np.random.SeedSequence(settings.seed).generate_state(settings.seeds):
        yield len(norms) / settings.seeds
        points = data.sample(POINTS, seed=int(state))
        norm, weights = _descend(points, marks, int(state))
        best = newton(points)
        logits = np.column_stack([points.inputs, np.ones(POINTS)]) @ weights[-1]
        accuracies.append(float(((logits > 0) == (points.targets == 1)).mean()))
        if best is None:
            separable += 1
        else:
            gaps.append(float(np.linalg.norm(weights[-1] - best) / np.linalg.norm(best)))
        norms.append(norm)
        sizes.append(np.linalg.norm(weights, axis=1))
    return _judge(settings, marks, halfway, np.array(norms), np.array(sizes), accuracies,
                  gaps, separable)  # fmt: skip


def _judge(
    settings: SigmoidClassifier, marks: NDArray[Any], halfway: int, norms: Float64s,
    sizes: Float64s, accuracies: list[float], gaps: list[float], separable: int,
) -> Outcome:  # fmt: skip
    frames = []
    for name, values in (("gradient", norms), ("weights", sizes)):
        low, middle, high = np.quantile(values, [0.0, 0.5, 1.0], axis=0)
        frames.append(pd.DataFrame({"series": name, "step": marks.astype(float),
                                    "value": middle, "low": low, "high": high}))  # fmt: skip
    measured = {
        "accuracy": float(np.mean(accuracies)),
        "lowest_accuracy": min(accuracies),
        "gradient": float(np.median(norms[:, -1])),
        "largest_gradient": float(norms[:, -1].max()),
        "growth": float(np.median(sizes[:, -1] / sizes[:, halfway])),
        "separable": float(separable),
        "flat": FLAT,
        "useful": USEFUL,
        "points": float(POINTS),
    }
    if gaps:
        measured |= {"gap": max(gaps), "digits": digits_alike(max(gaps))}
    settled = measured["largest_gradient"] < FLAT
    if measured["accuracy"] < USEFUL:
        verdict = Verdict.CONTRADICTED
    else:
        verdict = Verdict.HOLDS if settled and not separable else Verdict.CONDITIONAL
    return Outcome(pd.concat(frames, ignore_index=True), measured, verdict)


CLAIM = Claim(
    key="sigmoid-classifier",
    words=Words(__file__),
    defaults=SigmoidClassifier(),
    control=SigmoidClassifier(data="xor"),
    subject=("data",),
    expected=Verdict.HOLDS,
    measure=run_sigmoid_classifier,
    right=lambda measured: band(
        measured["accuracy"], {"half": 0.6, "some": 0.85, "most": 0.99, "all": 1.0}
    ),
    quantities={
        "accuracy": Text(ko="훈련 정확도의 평균", en="mean training accuracy"),
        "lowest_accuracy": Text(ko="가장 낮은 훈련 정확도", en="lowest training accuracy"),
        "useful": Text(ko="맞음으로 볼 정확도", en="accuracy that counts as useful"),
        "points": Text(ko="데이터의 수", en="points of each draw"),
        "gradient": Text(ko="마지막 기울기의 크기 (중앙값)", en="final gradient norm (median)"),
        "largest_gradient": Text(
            ko="마지막 기울기의 크기 (최대)", en="final gradient norm (largest)"
        ),
        "growth": Text(
            ko="후반부에 가중치가 커진 배수 (중앙값)",
            en="growth of the weights in the second half (median)",
        ),
        "separable": Text(
            ko="직선으로 완전히 나뉜 데이터의 수", en="draws that a line separates fully"
        ),
        "flat": Text(ko="0으로 볼 기울기의 크기", en="gradient norm that counts as 0"),
        "gap": Text(
            ko="뉴턴 방법과의 상대 차이 (최대)", en="relative gap to Newton's method (largest)"
        ),
        "digits": Text(
            ko="뉴턴 방법과 일치하는 유효숫자의 자릿수 (최소)",
            en="digits in which Newton's method agrees (fewest)",
        ),
    },
    plot=Plot(
        x="step",
        y="value",
        x_title=Text(ko="스텝 (로그 축)", en="step (log axis)"),
        y_title=Text(
            ko="크기, 띠는 시드 전체의 범위 (로그 축)", en="size, band: all seeds (log axis)"
        ),
        names={
            "gradient": Text(ko="기울기의 크기", en="gradient norm"),
            "weights": Text(ko="가중치의 크기", en="norm of the weights"),
        },
        log_x=True,
        log_y=True,
        low="low",
        high="high",
    ),
    constants={"lr": LR},
    thresholds=("FLAT", "USEFUL", "LR"),
)
