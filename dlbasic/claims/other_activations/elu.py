"""ELU beside ReLU from ever worse starts: how far down the exponential still brings units back."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS, ELU
from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.measures.dead_units import (
    EPOCHS,
    HIDDEN,
    LR,
    WIDTH,
    Start,
    UnitHistory,
    circle,
    loss_ratios,
    quartiles,
    seldom,
    train,
)
from dlbasic.measures.settings import (
    FUNCTIONS,
    function_choice,
    seed_choice,
    seeds_choice,
    seeds_from,
)
from dlbasic.params import Declared, Tick, parameter
from dlbasic.text import Text
from dlbasic.words import Words

BIASES = (0.0, -1.0, -2.0, -3.0, -5.0, -7.0, -10.0, -15.0)

# From half of ReLU's loss on a start counts as eased: "eases" names no amount, and a half is more
# than a little less.
EASED = 0.5


@dataclass(frozen=True)
class BadStart(Declared):
    function: str = parameter(
        function_choice("elu", {key: name for key, name in FUNCTIONS.items() if key != "relu"})
    )
    lowest: float = parameter(
        Tick(
            Text(ko="가장 낮은 초기 편향", en="Lowest initial bias"), default=-15.0,
            ticks=tuple(sorted(BIASES[1:])), allowed=(-15.0, -1.0),
        )
    )  # fmt: skip
    lr: float = parameter(LR)
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def run_bad_start(settings: BadStart) -> Generator[float, None, Outcome]:
    biases = [bias for bias in BIASES if bias >= settings.lowest]
    functions = [ACTIVATIONS["relu"](), ACTIVATIONS[settings.function]()]
    starts = [
        Start(f, settings.lr, seed, bias)
        for f in functions
        for bias in biases
        for seed in seeds_from(settings.seed, settings.seeds)
    ]
    run = train(
        starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed,
        every=seldom(settings.epochs),
    )  # fmt: skip
    for history in run:
        if history.share_done < 1.0:
            yield history.share_done
    return _outcome(settings, biases, history)


def _outcome(settings: BadStart, biases: list[float], history: UnitHistory) -> Outcome:
    shape = (2, len(biases), settings.seeds)  # ReLU first
    losses = history.test_loss[-1].reshape(shape)
    dead = history.dead_share[-1].reshape(shape)
    steepest = np.median(history.steepest[0].reshape(2, len(biases), -1), axis=2)
    mean = np.median(history.mean[0].mean(axis=(1, 2)).reshape(shape), axis=2)
    ratios = np.median(loss_ratios(losses[1], losses[0]), axis=1)
    eased = [bias for bias, ratio in zip(biases[1:], ratios[1:], strict=True) if ratio <= EASED]
    rest = [bias for bias in biases[1:] if bias not in eased]
    measured = {
        "starts": float(len(biases) - 1), "eased": float(len(eased)), "half": EASED,
        "dead": _most_dead(dead[1]), "relu_dead": _most_dead(dead[0]),
        "slope": float(steepest[1, -1]), "relu_slope": float(steepest[0, -1]),
        "mean": float(mean[1, 0]), "relu_mean": float(mean[0, 0]),
        "jump": _jump(ELU(1.0)), "jump_half": _jump(ELU(0.5)),
        "diverged": float(1.0 - np.isfinite(dead[1]).mean()),
    }  # fmt: skip
    if eased:
        measured |= _at("deepest", min(eased), biases, ratios)
    if rest:
        measured |= _at("first_left", max(rest), biases, ratios)
    return Outcome(
        _rows(settings, biases, losses, dead),
        measured,
        Verdict.HOLDS if eased else Verdict.CONTRADICTED,
        limited=bool(eased and rest),
    )


def _most_dead(shares: Float64s) -> float:
    """The mean share of dead units at the start where it is largest; of networks not diverged."""
    kept = np.isfinite(shares)
    return max(
        (float(of[there].mean()) for of, there in zip(shares, kept, strict=True) if there.any()),
        default=0.0,
    )


def _jump(f: ELU) -> float:
    """How far apart the slopes on both sides of 0 are."""
    left, right = f.grad([0.0, np.nextafter(0.0, 1.0)])
    return float(right - left)


def _at(name: str, bias: float, biases: list[float], ratios: Float64s) -> dict[str, float]:
    """A start and its ratio of losses, where networks have not diverged."""
    ratio = float(ratios[biases.index(bias)])
    return {name: bias} | ({f"{name}_ratio": ratio} if np.isfinite(ratio) else {})


def _rows(
    settings: BadStart, biases: list[float], losses: Float64s, dead: Float64s
) -> pd.DataFrame:
    rows = []
    for series, values in (("relu", losses[0]), (settings.function, losses[1]), ("dead", dead[0])):
        rows += [(series, *place) for place in zip(biases, *quartiles(values), strict=True)]
    frame = pd.DataFrame(rows, columns=["series", "bias", "low", "value", "high"])
    shown: pd.DataFrame = frame[np.isfinite(frame["high"])].drop_duplicates(["series", "bias"])
    return shown.reset_index(drop=True)


CLAIM = Claim(
    key="elu",
    words=Words(__file__),
    constants={"hidden": HIDDEN, "width": WIDTH},
    defaults=BadStart(),
    control=BadStart(function="leaky_relu"),
    subject=("function",),
    thresholds=("EASED", "lr"),
    expected=Verdict.HOLDS,
    measure=run_bad_start,
    right=lambda measured: (
        "all"
        if measured["eased"] == measured["starts"]
        else "mild"
        if measured["deepest"] > measured["first_left"]
        else "severe"
    ),
    quantities={
        "starts": Text(ko="나쁜 시작의 수", en="bad starts"),
        "eased": Text(ko="완화된 시작의 수", en="starts that are eased"),
        "half": Text(
            ko="완화되었다고 볼 손실의 비율 (ReLU 대비)",
            en="loss that counts as eased, as a multiple of ReLU's",
        ),
        "dead": Text(
            ko="{function}: 학습 후 죽은 유닛의 비율 (평균, 가장 많은 시작)",
            en="{function}: share of dead units after training (mean, largest over starts)",
        ),
        "relu_dead": Text(
            ko="ReLU: 학습 후 죽은 유닛의 비율 (평균, 가장 많은 시작)",
            en="ReLU: share of dead units after training (mean, largest over starts)",
        ),
        "slope": Text(
            ko="{function}: 가장 낮은 편향에서 유닛별 최대 미분값 (학습 전 중앙값)",
            en="{function}: units' largest slope at the lowest bias (before training, median)",
        ),
        "relu_slope": Text(
            ko="ReLU: 가장 낮은 편향에서 유닛별 최대 미분값 (학습 전 중앙값)",
            en="ReLU: units' largest slope at the lowest bias (before training, median)",
        ),
        "mean": Text(
            ko="{function}: 편향 0에서 은닉 유닛의 평균 출력 (학습 전)",
            en="{function}: mean output of hidden units at bias 0 (before training)",
        ),
        "relu_mean": Text(
            ko="ReLU: 편향 0에서 은닉 유닛의 평균 출력 (학습 전)",
            en="ReLU: mean output of hidden units at bias 0 (before training)",
        ),
        "jump": Text(
            ko="ELU(α = 1): 0 양쪽 미분값의 차이", en="ELU(α = 1): jump of the slope at 0"
        ),
        "jump_half": Text(
            ko="ELU(α = 0.5): 0 양쪽 미분값의 차이", en="ELU(α = 0.5): jump of the slope at 0"
        ),
        "deepest": Text(ko="완화된 가장 낮은 편향", en="lowest bias that is eased"),
        "deepest_ratio": Text(
            ko="완화된 가장 낮은 편향에서 손실 (ReLU 대비, 중앙값)",
            en="at the lowest bias that is eased: loss as a multiple of ReLU's (median)",
        ),
        "first_left": Text(ko="완화되지 않은 가장 높은 편향", en="highest bias that is not eased"),
        "first_left_ratio": Text(
            ko="완화되지 않은 가장 높은 편향에서 손실 (ReLU 대비, 중앙값)",
            en="at the highest bias that is not eased: loss as a multiple of ReLU's (median)",
        ),
        "diverged": Text(
            ko="{function}: 발산한 신경망의 비율", en="{function}: share of networks that diverged"
        ),
    },
    plot=Plot(
        x="bias",
        y="value",
        x_title=Text(ko="은닉층의 초기 편향", en="initial bias of the hidden layers"),
        y_title=Text(
            ko="테스트 손실 (중앙값, 띠는 1·3사분위수 사이)",
            en="test loss (median, band: quartiles)",
        ),
        names={
            **FUNCTIONS,
            "dead": Text(ko="ReLU의 죽은 유닛 비율", en="ReLU's share of dead units"),
        },
        low="low",
        high="high",
    ),
)
