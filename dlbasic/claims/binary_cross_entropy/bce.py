"""Binary cross-entropy on two classes: its gradient, and what is learned from a wrong start."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import cache

import numpy as np
import pandas as pd

from dlbasic.activations import Identity
from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.datasets import DATASETS
from dlbasic.losses import Loss
from dlbasic.measures.settings import seed_choice, seeds_choice
from dlbasic.measures.sigmoid_losses import COMPARED, LEARNED, LR, NAMES
from dlbasic.network import Member, Stack
from dlbasic.params import Choice, Declared, Real, Tick, parameter
from dlbasic.text import Text
from dlbasic.training import Training
from dlbasic.words import Words

POINTS, NOISE = 100, 0.2
CONE = 60.0  # degrees from straight the wrong way that a start is off at most
ROUNDING = 1e-14  # the relative error that counts as exact: some tens of float64's roundings
WRONG = 1.0 - LEARNED  # the share of points told wrong at most by who has learned, as in the figure
FAILING = 0.1  # the share of seeds that may fail: it is reliable if nine of ten learn
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
        Real(Text(ko="처음에 틀린 정도 (점수)", en="Error of the first scores"),
             default=8.0, low=1.0, high=12.0, step=1.0)
    )  # fmt: skip
    lr: float = parameter(LR)
    soft: float = parameter(
        Real(Text(ko="0과 1 사이의 레이블", en="A label between 0 and 1"),
             default=0.9, low=0.5, high=1.0, step=0.05)
    )  # fmt: skip
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
    logits = np.arange(1.0, 100.0)
    with np.errstate(divide="ignore"):
        from_p = -np.log(1.0 - 1.0 / (1.0 + np.exp(-logits)))
    return float(logits[np.isinf(from_p)][0])


def least(loss: Loss, label: float) -> float:
    """The least loss that any score has for a label: that of the score whose probability it is.

    >>> least(COMPARED["bce"], 1.0), round(least(COMPARED["bce"], 0.5), 6)
    (0.0, 0.693147)
    """
    with np.errstate(divide="ignore"):
        score = np.log(label) - np.log1p(-label)
    return float(loss(score, label))


def wrong_side(loss: Loss, wrong: float) -> Float64s:
    """The gradient's size at scores from 0 to -wrong where the label is 1."""
    logits = np.linspace(0.0, -wrong, 241)
    return np.abs(loss.grad(logits, np.ones_like(logits)))


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
    run = Training(stack, points, points, COMPARED[key], lr=settings.lr, batch_size=POINTS)
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
        sizes, learned = wrong_side(COMPARED[key], settings.wrong), runs[key] >= 1.0 - WRONG
        error, gap = errors(key)
        measured |= {
            f"{name}error": error,
            f"{name}gap": gap,
            f"{name}undecided": float(sizes[0]),
            f"{name}weakest": float(sizes.min()),
            f"{name}last": float(sizes[-1]),
            f"{name}learned": float(learned.any(axis=0).mean()),
        }
        if learned.any(axis=0).all():
            measured[f"{name}slowest"] = float(learned.argmax(axis=0).max())
    met = [
        max(measured["error"], measured["gap"]) <= ROUNDING,
        measured["weakest"] >= measured["undecided"],
        measured["learned"] >= 1.0 - FAILING,
    ]
    floor = least(COMPARED[settings.loss], settings.soft)
    measured |= {
        "met": float(sum(met)), "floor": floor, "blind": blind_from(), "accuracy": 1.0 - WRONG,
        "often": 1.0 - FAILING, "rounding": ROUNDING, "cone": CONE,
    }  # fmt: skip
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
    limited = verdict is Verdict.HOLDS and floor > 0.0
    return Outcome(pd.concat(frames, ignore_index=True), measured, verdict, limited)


CLAIM = Claim(
    key="bce",
    words=Words(__file__),
    defaults=TwoClassLoss(),
    control=TwoClassLoss(loss="sigmoid_mse"),
    subject=("loss",),
    expected=Verdict.HOLDS,
    measure=run_bce,
    thresholds=("ROUNDING", "FAILING", "WRONG", "CONE", "wrong", "lr", "steps"),
    right=lambda measured: band(
        measured["last"] / measured["undecided"],
        {"vanish": 0.1, "same": 1.4, "double": 5.0, "ten": np.inf},
    ),
    quantities={
        "met": Text(ko="채운 기준의 수 (세 가지 가운데)", en="criteria met, of three"),
        "error": Text(ko="값과 기울기의 상대 오차 (최대)",
                      en="relative error of value and gradient (largest)"),
        "gap": Text(ko="기울기와 p − y의 상대 차이 (최대)",
                    en="relative gap between gradient and p − y (largest)"),
        "undecided": Text(ko="점수 0에서 기울기의 크기", en="size of the gradient at score 0"),
        "weakest": Text(ko="틀린 쪽에서 가장 작은 기울기",
                        en="smallest gradient on the wrong side"),
        "last": Text(ko="점수 −{wrong}에서 기울기의 크기",
                     en="size of the gradient at score −{wrong}"),
        "learned": Text(ko="학습에 성공한 시드의 비율", en="share of seeds that learn"),
        "slowest": Text(ko="가장 늦은 시드가 학습에 성공한 스텝", en="steps of the slowest seed"),
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
        "squared_learned": Text(ko="제곱 오차: 학습에 성공한 시드의 비율",
                                en="squared error: share of seeds that learn"),
        "squared_slowest": Text(ko="제곱 오차: 가장 늦은 시드가 학습에 성공한 스텝",
                                en="squared error: steps of the slowest seed"),
        "floor": Text(ko="레이블 {soft}에서 손실의 최솟값", en="least loss for the label {soft}"),
        "blind": Text(ko="p로 계산한 값이 무한대가 되는 점수",
                      en="score at which the value from p is infinite"),
        "accuracy": Text(ko="학습에 성공했다고 볼 정확도", en="accuracy that counts as learned"),
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
