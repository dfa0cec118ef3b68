"""Binary cross-entropy on two classes: its gradient, and what is learned from a wrong start."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import Identity
from dlbasic.datasets import DATASETS
from dlbasic.experiments.base import Experiment, Outcome, Plot, Verdict, seed_choice, seeds_choice
from dlbasic.experiments.two_classes import COMPARED, LEARNED, NAMES, RATE
from dlbasic.losses import Loss
from dlbasic.network import Member, Stack
from dlbasic.params import Choice, Declared, Real, Tick, parameter
from dlbasic.text import Text
from dlbasic.training import Training

Float64s = NDArray[np.float64]

POINTS, NOISE = 100, 0.2
CONE = 60.0  # degrees from straight the wrong way that a start is off at most
ROUNDING = 1e-14  # the relative error that counts as exact
OFTEN = 0.9  # the share of seeds that counts as learning reliably
SOFT = 0.9  # a label that is neither 0 nor 1
MARKS = 100  # steps of a curve that are drawn at most
# Where the squared error's value, the smallest of all, is still a normal float64.
_SCORES = tuple(float(sign * size) for sign in (-1, 1) for size in (0.5, 2, 5, 10, 37, 100, 300))
_PRECISE = Context(prec=300)  # digits, as 1 + e⁻³⁰⁰ squared has 260 and more


@dataclass(frozen=True)
class TwoClassLoss(Declared):
    loss: str = parameter(
        Choice(Text(ko="손실 함수", en="Loss"), default="bce",
               options=NAMES)
    )  # fmt: skip
    wrong: float = parameter(
        Real(Text(ko="처음에 틀린 정도 (점수)", en="How wrong at the start (score)"),
             default=8.0, low=1.0, high=12.0, step=1.0)
    )  # fmt: skip
    rate: float = parameter(RATE)
    steps: float = parameter(
        Tick(Text(ko="학습 스텝 수", en="Training steps"), default=200.0,
             ticks=(20.0, 50.0, 100.0, 200.0, 500.0), allowed=(1.0, 10_000.0))
    )  # fmt: skip
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


@cache
def exact(key: str, score: float, label: int) -> tuple[Decimal, Decimal, Decimal]:
    """The loss's value and gradient at a score, and p - y, from their definitions: 300 digits.

    >>> [float(number) for number in exact("sigmoid_mse", 0.0, 1)]
    [0.25, -0.25, -0.5]
    """
    with localcontext(_PRECISE):
        p = 1 / (1 + (-Decimal(score)).exp())
        miss = p - label
        if key == "bce":
            return -(p if label else 1 - p).ln(), miss, miss
        return miss**2, 2 * miss * p * (1 - p), miss


def errors(key: str) -> tuple[float, float]:
    """The largest relative error of the loss from a score, and the largest gap to p - y.

    The error is that of value and gradient against :func:`exact`; the gap is that of the gradient.
    """
    loss, error, gap = COMPARED[key], 0.0, 0.0
    for score in _SCORES:
        for label in (0, 1):
            value, gradient, miss = exact(key, score, label)
            got = Decimal(float(loss.grad(score, label)))
            pairs = ((Decimal(float(loss(score, label))), value), (got, gradient))
            error = max(error, *(float(abs(one / true - 1)) for one, true in pairs))
            gap = max(gap, float(abs(got / miss - 1)))
    return error, gap


def blind_from() -> float:
    """The first whole score at which -log(1 - p), worked out from p in float64, is infinite."""
    scores = np.arange(1.0, 100.0)
    with np.errstate(divide="ignore"):
        from_p = -np.log(1.0 - 1.0 / (1.0 + np.exp(-scores)))
    return float(scores[np.isinf(from_p)][0])


def wrong_side(loss: Loss, wrong: float) -> Float64s:
    """The gradient's size at scores from 0 to -wrong where the label is 1."""
    scores = np.linspace(0.0, -wrong, 241)
    return np.abs(loss.grad(scores, np.ones_like(scores)))


def accuracies(settings: TwoClassLoss, key: str) -> Float64s:
    """The training accuracy before each step and after the last, ``(steps + 1, seeds)``.

    Each seed has its own start, whose scores at the classes' centres are as wrong as the settings
    say: weights that point the wrong way, up to ``CONE`` degrees off.
    """
    points = DATASETS["gaussians"](NOISE).sample(POINTS, seed=settings.seed)
    centre = np.array([2.0, 2.0])  # of class 1; class 0's is opposite
    states = np.random.SeedSequence(settings.seed).generate_state(settings.seeds)
    turns = [np.random.default_rng(int(state)).uniform(-CONE, CONE) for state in states]
    angles = np.pi / 4 + np.radians(turns)
    towards = np.column_stack([np.cos(angles), np.sin(angles)])
    stack = Stack((2, 1), [Member(Identity())] * settings.seeds)
    stack.weights[0][:, 0, :2] = -settings.wrong * towards / (towards @ centre)[:, None]
    stack.weights[0][:, 0, 2] = 0.0
    run = Training(stack, points, points, COMPARED[key], rate=settings.rate, batch_size=POINTS)
    right = points.targets == 1
    found = [
        ((trace.z[-1][:, 0] > 0) == right).mean(axis=1)
        for _, trace in zip(range(int(settings.steps)), run.steps(), strict=False)
    ]
    last = (stack.outputs(points.inputs)[:, 0] > 0) == right
    return np.array([*found, last.mean(axis=1)])


def run_bce(settings: TwoClassLoss) -> Outcome:
    runs = {key: accuracies(settings, key) for key in COMPARED}
    measured: dict[str, float] = {}
    # The squared error last: where it is the chosen loss, both have its numbers.
    for name, key in (("", settings.loss), ("squared_", "sigmoid_mse")):
        sizes, there = wrong_side(COMPARED[key], settings.wrong), runs[key] >= LEARNED
        error, gap = errors(key)
        measured |= {
            f"{name}error": error,
            f"{name}gap": gap,
            f"{name}undecided": float(sizes[0]),
            f"{name}weakest": float(sizes.min()),
            f"{name}last": float(sizes[-1]),
            f"{name}learned": float(there.any(axis=0).mean()),
        }
        if there.any(axis=0).all():
            measured[f"{name}slowest"] = float(there.argmax(axis=0).max())
    measured |= {
        "floor": float(COMPARED[settings.loss](np.log(SOFT / (1 - SOFT)), SOFT)),
        "blind": blind_from(), "soft": SOFT,
        "accuracy": LEARNED,
        "often": OFTEN, "rounding": ROUNDING, "cone": CONE,
    }  # fmt: skip
    met = [
        max(measured["error"], measured["gap"]) <= ROUNDING,
        measured["weakest"] >= measured["undecided"],
        measured["learned"] >= OFTEN,
    ]
    if all(met):
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if any(met) else Verdict.CONTRADICTED
    marks = np.unique(np.linspace(0, settings.steps, MARKS + 1).round().astype(int))
    frames = []
    for key, run in runs.items():
        low, middle, high = np.quantile(run[marks], [0.0, 0.5, 1.0], axis=1)
        frames.append(pd.DataFrame({"series": key, "step": marks.astype(float),
                                    "accuracy": middle, "low": low, "high": high}))  # fmt: skip
    return Outcome(pd.concat(frames, ignore_index=True), measured, verdict)


BCE_CLAIM = Experiment(
    key="bce",
    claim=Text(
        ko="바이너리 크로스 엔트로피(Binary CrossEntropy)는 레이블이 0과 1뿐인 이진 분류에 씁니다.",
        en="Binary cross-entropy serves classification into two classes, with labels 0 and 1.",
    ),
    reading=Text(
        ko="이진 분류에 알맞은지를 세 가지로 잽니다. ① 레이블 0과 1에서 점수(logit)로 계산한 값이 "
        "정확하고 기울기가 p − y와 같은가(상대 오차 {rounding} 이하). ② 레이블이 1일 때 점수를 "
        "0에서 −{wrong}까지 틀려 가는 동안 기울기의 크기가 점수 0에서보다 작아지지 않는가. ③ "
        "시그모이드 유닛 하나를, 두 클래스의 중심에서 점수가 {wrong}만큼 틀린 가중치(방향은 "
        "정반대에서 {cone}° 이내)에서 시작해 {steps}스텝(학습률 {rate}) 학습하면, 시드의 "
        "{often:%} 이상이 훈련 정확도 {accuracy:%}에 이르는가. 제곱 오차는 시그모이드를 거친 "
        "확률의 제곱 오차입니다. 셋 다 그러면 맞음, 일부만 그러면 조건부, 하나도 그렇지 않으면 "
        "틀림으로 봅니다.",
        en="Three measures of whether it serves. First: with labels 0 and 1, is the value worked "
        "out from the score (logit) exact and the gradient p − y (relative error up to "
        "{rounding})? Second: where the label is 1 and the score goes wrong from 0 to −{wrong}, "
        "does the gradient's size never fall below that at score 0? Third: one sigmoid unit starts "
        "from weights whose scores at the centres of both classes are wrong by {wrong} (their "
        "direction within {cone}° of the opposite one) and takes {steps} steps at learning rate "
        "{rate}; do {often:%} of the seeds or more reach a training accuracy of {accuracy:%}? "
        "Squared error is that of the probability, after the sigmoid. Taken to hold if all three "
        "are so; if some are, it depends; if none is, it is contradicted.",
    ),
    defaults=TwoClassLoss(),
    quick=TwoClassLoss(),
    control=TwoClassLoss(loss="sigmoid_mse"),
    subject=("loss",),
    expected=Verdict.HOLDS,
    measure=run_bce,
    deciding=Text(
        ko="점수가 {wrong}만큼 틀린 시작에서, {loss} / 제곱 오차: 틀린 쪽에서 가장 작은 기울기 "
        "{weakest} / {squared_weakest}, {steps}스텝 안에 배운 시드 {learned:%} / "
        "{squared_learned:%}",
        en="From scores that are wrong by {wrong}, {loss} / squared error: smallest gradient on "
        "the wrong side {weakest} / {squared_weakest}, seeds that learn within {steps} steps "
        "{learned:%} / {squared_learned:%}",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="{loss}: 로그가 시그모이드의 지수를 되돌려 기울기가 p − y만 남습니다(p − y와의 "
            "상대 차이는 최대 {gap}). 그래서 크게 틀릴수록 기울기가 커집니다. 제곱 오차의 "
            "기울기에는 σ′(z)가 곱해져 있어, 점수 −{wrong}에서 두 기울기의 크기는 {last} / "
            "{squared_last}입니다. 값은 p가 아니라 점수에서 계산해야 합니다. 배정밀도에서는 점수 "
            "{blind}에서 이미 p가 1로 반올림되고, 레이블이 0인 답의 손실이 무한대가 됩니다. 0과 1 "
            "사이의 레이블도 쓸 수 있지만 손실의 최솟값이 0이 아니게 됩니다(레이블 {soft}: "
            "{floor}).",
            en="{loss}: the logarithm undoes the sigmoid's exponential, and p − y is all that is "
            "left of the gradient (relative gap at most {gap}), so a worse answer has a larger "
            "one. The squared error's has σ′(z) as a factor: at score −{wrong} the sizes of the "
            "two are {last} / {squared_last}. The value has to come from the score, not from p: in "
            "float64 p is rounded to 1 at score {blind} already, and the loss of an answer whose "
            "label is 0 becomes infinite. Labels between 0 and 1 can be used, too, but then the "
            "least loss is no longer 0 ({floor} for the label {soft}).",
        ),
        Verdict.CONDITIONAL: Text(
            ko="{loss}: 세 기준 가운데 일부만 채웠습니다. 기울기와 p − y의 상대 차이는 최대 {gap}"
            "(기준 {rounding}), 틀린 쪽에서 가장 작은 기울기는 {weakest}(점수 0에서 {undecided}), "
            "학습률 {rate}에서 {steps}스텝 안에 배운 시드는 {learned:%}(기준 {often:%})입니다. "
            "시작이 얼마나 틀렸는지와 학습률, 스텝 수가 함께 결과를 정합니다.",
            en="{loss} meets some of the three criteria. The relative gap of the gradient to p − y "
            "is at most {gap} (limit {rounding}), the smallest gradient on the wrong side "
            "{weakest} ({undecided} at score 0), and {learned:%} of the seeds learn within {steps} "
            "steps at learning rate {rate} (limit {often:%}). How wrong the start is, the learning "
            "rate and the number of steps decide together.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{loss}: 기울기가 p − y가 아니며(상대 차이 최대 {gap}), 점수 0에서 {undecided}이던 "
            "기울기의 크기가 틀린 쪽에서 {weakest}까지 작아집니다. 답이 크게 틀린 곳에서 가중치가 "
            "적게 움직이므로, {steps}스텝 안에 배운 시드는 {learned:%}(기준 {often:%})입니다.",
            en="{loss}: the gradient is not p − y (relative gap up to {gap}), and its size, "
            "{undecided} at score 0, falls to {weakest} on the wrong side. Where answers are far "
            "off the weights move little: {learned:%} of the seeds learn within {steps} steps "
            "(limit {often:%}).",
        ),
    },
    suggestion=Text(
        ko="시그모이드 제곱 오차를 고르고 처음에 틀린 정도를 4로 낮추거나 학습률을 1로 올려 "
        "보세요. 바이너리 크로스 엔트로피에서는 학습 스텝 수를 20까지 줄여야 비로소 배우지 못한 "
        "시드가 나옵니다.",
        en="Choose squared error and start from a score that is wrong by 4, or raise the learning "
        "rate to 1. With binary cross-entropy it takes as few as 20 steps for any "
        "seed to fail.",
    ),
    quantities={
        "error": Text(ko="값과 기울기의 상대 오차 (최대)",
                      en="relative error of value and gradient (largest)"),
        "gap": Text(ko="기울기와 p − y의 상대 차이 (최대)",
                    en="relative gap between gradient and p − y (largest)"),
        "undecided": Text(ko="점수 0에서 기울기의 크기", en="size of the gradient at score 0"),
        "weakest": Text(ko="틀린 쪽에서 가장 작은 기울기",
                        en="smallest gradient on the wrong side"),
        "last": Text(ko="점수 −{wrong}에서 기울기의 크기",
                     en="size of the gradient at score −{wrong}"),
        "learned": Text(ko="배운 시드의 비율", en="share of seeds that learn"),
        "slowest": Text(ko="가장 늦은 시드가 배운 스텝", en="steps of the slowest seed"),
        "squared_error": Text(ko="제곱 오차: 값과 기울기의 상대 오차 (최대)",
                              en="squared error: relative error (largest)"),
        "squared_gap": Text(ko="제곱 오차: p − y와의 상대 차이 (최대)",
                            en="squared error: relative gap to p − y (largest)"),
        "squared_undecided": Text(ko="제곱 오차: 점수 0에서 기울기의 크기",
                                  en="squared error: size of the gradient at score 0"),
        "squared_weakest": Text(ko="제곱 오차: 틀린 쪽에서 가장 작은 기울기",
                                en="squared error: smallest gradient on the wrong side"),
        "squared_last": Text(ko="제곱 오차: 점수 −{wrong}에서 기울기의 크기",
                             en="squared error: size of the gradient at score −{wrong}"),
        "squared_learned": Text(ko="제곱 오차: 배운 시드의 비율",
                                en="squared error: share of seeds that learn"),
        "squared_slowest": Text(ko="제곱 오차: 가장 늦은 시드가 배운 스텝",
                                en="squared error: steps of the slowest seed"),
        "floor": Text(ko="레이블 {soft}에서 손실의 최솟값", en="least loss for the label {soft}"),
        "soft": Text(ko="0과 1 사이의 레이블", en="label between 0 and 1"),
        "blind": Text(ko="p로 계산한 값이 무한대가 되는 점수",
                      en="score at which the value from p is infinite"),
        "accuracy": Text(ko="배웠다고 볼 정확도", en="accuracy that counts as learned"),
        "often": Text(ko="충분하다고 볼 시드의 비율", en="share of seeds that counts as enough"),
        "rounding": Text(ko="정확하다고 볼 상대 오차", en="relative error that counts as exact"),
        "cone": Text(ko="시작 방향이 정반대에서 벗어난 각도 (최대, °)",
                     en="degrees from the opposite direction (largest)"),
    },
    plot=Plot(
        x="step",
        y="accuracy",
        x_title=Text(ko="스텝", en="step"),
        y_title=Text(ko="훈련 정확도 (중앙값), 띠는 시드 전체의 범위",
                     en="training accuracy (median), band: all seeds"),
        names=NAMES,
        whole_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)  # fmt: skip
