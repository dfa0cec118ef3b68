"""ELU beside ReLU from ever worse starts: how far down the exponential still brings units back."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS, ELU
from dlbasic.experiments.base import (
    FUNCTIONS,
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
    seed_choice,
    seeds_choice,
)
from dlbasic.experiments.dead_units import (
    EPOCHS,
    RATE,
    Float64s,
    Lives,
    Start,
    circle,
    live,
    loss_ratios,
    quartiles,
    seldom,
)
from dlbasic.experiments.deep import seeds_from
from dlbasic.params import Declared, Tick, parameter
from dlbasic.text import Text

BIASES = (0.0, -1.0, -2.0, -3.0, -5.0, -7.0, -10.0, -15.0)

# A start counts as eased from half of ReLU's loss on: at bias -3 it is a third and less, at -10 all
# of it and more.
EASED = 0.5


@dataclass(frozen=True)
class BadStart(Declared):
    function: str = parameter(
        function_choice("elu", {key: name for key, name in FUNCTIONS.items() if key != "relu"})
    )
    lowest: float = parameter(
        Tick(
            Text(ko="가장 낮은 편향의 시작값", en="Lowest biases at the start"), default=-15.0,
            ticks=tuple(sorted(BIASES[1:])), allowed=(-15.0, -1.0),
        )
    )  # fmt: skip
    rate: float = parameter(RATE)
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def run_bad_start(settings: BadStart) -> Generator[float, None, Outcome]:
    biases = [bias for bias in BIASES if bias >= settings.lowest]
    functions = [ACTIVATIONS["relu"](), ACTIVATIONS[settings.function]()]
    starts = [
        Start(f, settings.rate, seed, bias)
        for f in functions
        for bias in biases
        for seed in seeds_from(settings.seed, settings.seeds)
    ]
    run = live(
        starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed,
        every=seldom(settings.epochs),
    )  # fmt: skip
    for lives in run:
        if lives.share_done < 1.0:
            yield lives.share_done
    return _outcome(settings, biases, lives)


def _outcome(settings: BadStart, biases: list[float], lives: Lives) -> Outcome:
    shape = (2, len(biases), settings.seeds)  # ReLU first
    losses = lives.test_loss[-1].reshape(shape)
    dead = lives.dead_share[-1].reshape(shape)
    steepest = np.median(lives.steepest[0].reshape(2, len(biases), -1), axis=2)
    mean = np.median(lives.mean[0].mean(axis=(1, 2)).reshape(shape), axis=2)
    ratios = np.median(loss_ratios(losses[1], losses[0]), axis=1)
    eased = [bias for bias, ratio in zip(biases[1:], ratios[1:], strict=True) if ratio <= EASED]
    rest = [bias for bias in biases[1:] if bias not in eased]
    survived = np.isfinite(dead[1])
    measured = {
        "starts": float(len(biases) - 1), "eased": float(len(eased)), "half": EASED,
        "relu_dead": float(np.nanmean(dead[0, -1])),
        "dead": max((float(of[there].mean()) for of, there in zip(dead[1], survived, strict=True)
                     if there.any()), default=0.0),
        "slope": float(steepest[1, -1]), "relu_slope": float(steepest[0, -1]),
        "mean": float(mean[1, 0]), "relu_mean": float(mean[0, 0]),
        "lowest_mean": float(mean[1, -1]), "lowest_relu_mean": float(mean[0, -1]),
        "jump": _jump(ELU(1.0)), "jump_half": _jump(ELU(0.5)),
        "diverged": float(1.0 - survived.mean()),
    }  # fmt: skip
    if eased:
        measured |= _at("deepest", min(eased), biases, ratios)
    if rest:
        measured |= _at("first_left", max(rest), biases, ratios)
        measured["left_slope"] = float(steepest[1, biases.index(max(rest))])
    verdict = Verdict.CONDITIONAL if eased else Verdict.CONTRADICTED
    if not rest:
        verdict = Verdict.HOLDS
    return Outcome(_rows(settings, biases, losses, dead), measured, verdict)


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
    for series, of in (("relu", losses[0]), (settings.function, losses[1]), ("dead", dead[0])):
        rows += [(series, *place) for place in zip(biases, *quartiles(of), strict=True)]
    frame = pd.DataFrame(rows, columns=["series", "bias", "low", "value", "high"])
    shown: pd.DataFrame = frame[np.isfinite(frame["high"])].drop_duplicates(["series", "bias"])
    return shown.reset_index(drop=True)


BAD_START = Experiment(
    key="elu",
    claim=Text(
        ko="ELU는 음수 영역에 지수함수를 써서 ReLU의 음수 영역 문제를 완화합니다.",
        en="ELU eases ReLU's trouble on the negative side with an exponential.",
    ),
    reading=Text(
        ko="은닉층의 편향을 음수에서 시작하면 가중 합이 음수 쪽에 몰립니다. 이런 나쁜 시작 "
        "{starts}가지에서 같은 시드로 학습해, 테스트 손실이 ReLU의 {half}배 이하(같은 시드끼리 잰 "
        "비율의 중앙값)가 되면 완화된 것으로 셉니다(원 데이터, 은닉층 둘에 유닛 16개씩, 학습률 "
        "{rate}의 SGD, {epochs}에포크). 모든 시작에서 완화되면 맞음, 일부이면 조건부입니다. "
        "ELU는 α = 1로 쟀습니다. α = 1이면 0의 양쪽에서 기울기의 차이가 {jump}이지만 α = 0.5이면 "
        "{jump_half}이므로, 0에서 매끄러운 것은 α = 1일 때뿐입니다.",
        en="Hidden biases that start below 0 put the weighted sums on the negative side. From such "
        "bad starts (how many: {starts}) networks train with the same seeds; one counts as eased "
        "if the test loss is at most {half} times ReLU's (median of the ratios seed by seed), on "
        "the circle, with two hidden layers of 16 units and SGD at rate {rate} for {epochs} "
        "epochs. All starts eased: it holds; some: it depends. ELU has α = 1 here: then its slopes "
        "on both sides of 0 differ by {jump}, with α = 0.5 by {jump_half}; it is smooth at 0 only "
        "for α = 1.",
    ),
    defaults=BadStart(),
    quick=BadStart(),
    control=BadStart(function="leaky_relu"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_bad_start,
    deciding=Text(
        ko="{function}: 나쁜 시작 {starts}가지 가운데 {eased}가지에서 테스트 손실이 ReLU의 "
        "{half}배 이하입니다(시드 {seeds}개). 편향 {lowest}에서 시작한 ReLU의 유닛 가운데 "
        "학습이 끝날 때 죽어 있는 비율은 {relu_dead:%}입니다.",
        en="{function}: bad starts from which the test loss is at most {half} times ReLU's: "
        "{eased} of {starts} ({seeds} seeds). From bias {lowest}, {relu_dead:%} of ReLU's units "
        "are dead in the end.",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="편향 {deepest}까지는 음수 쪽에 기울기가 남아 있어 유닛이 돌아옵니다. 그곳에서 "
            "손실은 ReLU의 {deepest_ratio}배입니다. 유닛마다 가장 가파른 기울기를 학습 전에 재면 "
            "편향 {lowest}에서 그 중앙값이 {function} {slope}, ReLU {relu_slope}입니다. 편향 0에서 "
            "시작할 때 은닉 유닛의 평균 출력은 {function} {mean}, ReLU {relu_mean}입니다.",
            en="Down to bias {deepest} enough slope is left on the negative side for units to come "
            "back: there the loss is {deepest_ratio} times ReLU's. Each unit's steepest slope "
            "before training has, at bias {lowest}, the median {slope} with {function} and "
            "{relu_slope} with ReLU. Started at bias 0, hidden units put out {mean} on average, "
            "ReLU's {relu_mean}.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="편향 {deepest}에서 손실은 ReLU의 {deepest_ratio}배이지만, 편향 {first_left}에서는 "
            "{half}배까지 내려가지 못합니다. 유닛마다 가장 가파른 기울기를 학습 전에 재면 그곳의 "
            "중앙값이 {left_slope}, 가장 낮은 편향 {lowest}에서 {slope}입니다(ReLU {relu_slope}). "
            "ELU의 기울기도 음수 쪽으로 멀어지면 지수적으로 작아져, 0은 아니어도 제때 돌아오지 "
            "못할 수 있습니다. 편향 {lowest}에서 시작하면 은닉 유닛의 평균 출력은 학습 전에 "
            "{lowest_mean}(ReLU {lowest_relu_mean})이고, 편향 0에서는 {mean}(ReLU {relu_mean})"
            "입니다. 발산한 신경망의 비율은 {diverged:%}입니다.",
            en="From bias {deepest} the loss is {deepest_ratio} times ReLU's, but from bias "
            "{first_left} it does not come down to {half} times. Each unit's steepest slope before "
            "training has the median {left_slope} there and {slope} at the lowest bias, {lowest} "
            "(ReLU {relu_slope}). ELU's slope, too, shrinks exponentially on the way down: not 0, "
            "yet perhaps too little to come back in time. At bias {lowest} hidden units put out "
            "{lowest_mean} on average before training (ReLU's {lowest_relu_mean}), at bias 0 "
            "{mean} (ReLU's {relu_mean}). {diverged:%} of the networks diverged.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="어느 시작에서도 손실이 ReLU의 {half}배까지 내려가지 않습니다. 가장 가벼운 시작인 "
            "편향 {first_left}에서도 그렇습니다. 유닛마다 가장 가파른 기울기의 중앙값은 학습 전 "
            "그곳에서 {left_slope}, 편향 {lowest}에서 {slope}입니다(ReLU {relu_slope}). 죽은 "
            "유닛은 가장 많은 시작에서도 {dead:%}이지만, 죽지 않았다고 제때 돌아오는 것은 "
            "아닙니다. 발산한 신경망의 비율은 {diverged:%}입니다.",
            en="From no start does the loss come down to {half} times ReLU's, not even from the "
            "mildest, bias {first_left}. Each unit's steepest slope before training has the median "
            "{left_slope} there and {slope} at bias {lowest} (ReLU {relu_slope}). Dead in the end "
            "are {dead:%} at the most, but not to be dead is not yet to come back in time. "
            "{diverged:%} of the networks diverged.",
        ),
    },
    suggestion=Text(
        ko="가장 낮은 편향을 −5로 올려 보세요. 그 정도로 나쁜 시작이라면 ELU가 모두 구해 냅니다. "
        "−15를 그대로 두고 에포크를 200으로 늘려도 −10과 −15에서 시작한 신경망은 돌아오지 "
        "못합니다.",
        en="Raise the lowest bias to −5: starts no worse than that ELU rescues, all of them. Leave "
        "it at −15 and train for 200 epochs: networks from −10 and −15 still do not come back.",
    ),
    quantities={
        "starts": Text(ko="나쁜 시작의 수", en="bad starts"),
        "eased": Text(ko="완화된 시작의 수", en="starts that are eased"),
        "half": Text(
            ko="완화되었다고 볼 손실의 비율", en="ratio of losses from which on one counts as eased"
        ),
        "relu_dead": Text(
            ko="ReLU: 가장 낮은 편향에서 죽은 유닛의 비율 (학습 후 평균)",
            en="ReLU: share of dead units at the lowest bias (after training, mean)",
        ),
        "dead": Text(
            ko="{function}: 죽은 유닛의 비율 (평균, 가장 많은 시작)",
            en="{function}: share of dead units (mean, largest over starts)",
        ),
        "slope": Text(
            ko="{function}: 가장 낮은 편향에서 유닛의 가장 가파른 기울기 (학습 전 중앙값)",
            en="{function}: units' steepest slope at the lowest bias (before training, median)",
        ),
        "relu_slope": Text(
            ko="ReLU: 가장 낮은 편향에서 유닛의 가장 가파른 기울기 (학습 전 중앙값)",
            en="ReLU: units' steepest slope at the lowest bias (before training, median)",
        ),
        "left_slope": Text(
            ko="{function}: 완화되지 않은 가장 가벼운 시작에서 가장 가파른 기울기 (학습 전 중앙값)",
            en="{function}: steepest slope at the mildest start not eased (before training, "
            "median)",
        ),
        "mean": Text(
            ko="{function}: 편향 0에서 은닉 유닛의 평균 출력 (학습 전)",
            en="{function}: mean output of hidden units at bias 0 (before training)",
        ),
        "relu_mean": Text(
            ko="ReLU: 편향 0에서 은닉 유닛의 평균 출력 (학습 전)",
            en="ReLU: mean output of hidden units at bias 0 (before training)",
        ),
        "lowest_mean": Text(
            ko="{function}: 가장 낮은 편향에서 은닉 유닛의 평균 출력 (학습 전)",
            en="{function}: mean output of hidden units at the lowest bias (before training)",
        ),
        "lowest_relu_mean": Text(
            ko="ReLU: 가장 낮은 편향에서 은닉 유닛의 평균 출력 (학습 전)",
            en="ReLU: mean output of hidden units at the lowest bias (before training)",
        ),
        "jump": Text(
            ko="ELU(α = 1): 0 양쪽 기울기의 차이", en="ELU(α = 1): jump of the slope at 0"
        ),
        "jump_half": Text(
            ko="ELU(α = 0.5): 0 양쪽 기울기의 차이", en="ELU(α = 0.5): jump of the slope at 0"
        ),
        "deepest": Text(ko="완화된 가장 낮은 편향", en="lowest bias that is eased"),
        "deepest_ratio": Text(
            ko="완화된 가장 낮은 편향에서 ReLU에 대한 손실의 비율 (중앙값)",
            en="at the lowest bias that is eased: loss as a multiple of ReLU's (median)",
        ),
        "first_left": Text(ko="완화되지 않은 가장 높은 편향", en="highest bias that is not eased"),
        "first_left_ratio": Text(
            ko="완화되지 않은 가장 높은 편향에서 ReLU에 대한 손실의 비율 (중앙값)",
            en="at the highest bias that is not eased: loss as a multiple of ReLU's (median)",
        ),
        "diverged": Text(
            ko="{function}: 발산한 신경망의 비율", en="{function}: share of networks that diverged"
        ),
    },
    plot=Plot(
        x="bias",
        y="value",
        x_title=Text(ko="은닉층 편향의 시작값", en="hidden biases at the start"),
        y_title=Text(
            ko="테스트 손실 (중앙값, 띠는 사분위)", en="test loss (median, band: quartiles)"
        ),
        names={
            **FUNCTIONS,
            "dead": Text(ko="ReLU의 죽은 유닛 비율", en="ReLU's share of dead units"),
        },
        low="low",
        high="high",
    ),
)
