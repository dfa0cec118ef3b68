"""Dying ReLU: how many units no training point moves any more, by the learning rate."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments.base import (
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
    SPARSE,
    Float64s,
    Lives,
    Start,
    circle,
    live,
    quartiles,
)
from dlbasic.experiments.deep import seeds_from
from dlbasic.params import Declared, Real, parameter
from dlbasic.text import Text

RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

# The share of dead units from which on they count as many.  ReLU's, started at bias 0, are below a
# quarter of it at the small rates, and more than three times as many at the largest.
ENOUGH = 0.15

BIAS = Real(
    Text(ko="은닉층 편향의 시작값", en="Hidden biases at the start"),
    default=0.0, low=-10.0, high=2.0, step=0.5,
)  # fmt: skip


@dataclass(frozen=True)
class Dying(Declared):
    function: str = parameter(function_choice("relu"))
    bias: float = parameter(BIAS)
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def run_dying(settings: Dying) -> Generator[float, None, Outcome]:
    f = ACTIVATIONS[settings.function]()
    seeds = seeds_from(settings.seed, settings.seeds)
    starts = [Start(f, rate, seed, settings.bias) for rate in RATES for seed in seeds]
    run = live(starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed)
    for lives in run:
        if lives.share_done < 1.0:
            yield lives.share_done
    return _outcome(settings, lives)


def _outcome(settings: Dying, lives: Lives) -> Outcome:
    shape = (len(RATES), settings.seeds)
    survived = ~lives.diverged[-1].reshape(shape)
    sparse = lives.sparse[-1].mean(axis=(1, 2)).reshape(shape)
    shares = {
        "start": lives.dead_share[0].reshape(shape),
        "dead": lives.dead_share[-1].reshape(shape),
        "sparse": np.where(survived, sparse, np.nan),
    }
    rows = [
        (series, rate, *_mean_and_ends(of[place][survived[place]]))
        for series, of in shares.items()
        for place, rate in enumerate(RATES)
        if survived[place].any()
    ]
    dead = [(share, rate) for series, rate, share, *_ in rows if series == "dead"]
    (least, least_rate), (most, most_rate) = min(dead), max(dead)
    losses = quartiles(lives.test_loss[-1].reshape(shape))
    best = int(losses[1].argmin())
    measured = {
        "least": least, "least_rate": least_rate, "most": most, "most_rate": most_rate,
        "start": float(lives.dead_share[0].mean()),
        "sparse": max(share for series, _, share, *_ in rows if series == "sparse"),
        "best_loss": float(losses[1, best]), "best_rate": RATES[best],
        "best_dead": float(np.nanmean(shares["dead"][best])),
        **_what_the_dead_do(lives),
        "diverged": float(1.0 - survived.mean()),
        "enough": ENOUGH,
    }  # fmt: skip
    if least >= ENOUGH:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if most >= ENOUGH else Verdict.CONTRADICTED
    for rate, (low, middle, high) in zip(RATES, losses.T, strict=True):
        if np.isfinite(high):
            rows.append(("loss", rate, float(middle), float(low), float(high)))
    frame = pd.DataFrame(rows, columns=["series", "rate", "value", "low", "high"])
    return Outcome(frame, measured, verdict)


def _mean_and_ends(shares: Float64s) -> tuple[float, float, float]:
    # Summing in another order could put the mean of equal numbers beside them.
    low, high = float(shares.min()), float(shares.max())
    return min(max(float(shares.mean()), low), high), low, high


def _what_the_dead_do(lives: Lives) -> dict[str, float]:
    """Whether dead units move, by layer: the first has fixed inputs, the later ones have not."""
    valid = ~lives.diverged[1:, :, None, None]
    dead_before = lives.dead[:-1] & valid
    first = dead_before[:, :, 0]
    late = (lives.dead & ~lives.diverged[..., None, None])[:, ~lives.diverged[-1], 1:]
    ever = late.any(axis=0)
    back = ever & ~late[-1]
    return {
        "first_dead": float(first.any(axis=0).sum()),
        "moved": float(lives.moved[:, :, 0].max(where=first, initial=0.0)),
        "first_revivals": float(lives.revived[:, :, 0].sum()),
        "late_dead": float(ever.sum()),
        "late_revivals": float(lives.revived[:, :, 1:].sum()),
        "late_back": float(back.sum() / max(ever.sum(), 1)),
    }


_DEAD_DO = Text(
    ko="첫 은닉층에서 한 번이라도 죽은 유닛은 {first_dead}개이고, 죽은 동안 들어오는 가중치의 "
    "변화는 최대 {moved}, 다시 살아난 횟수는 {first_revivals}입니다. 둘째 은닉층에서는 죽은 적이 "
    "있는 유닛 {late_dead}개 가운데 학습이 끝날 때 살아 있는 비율이 {late_back:%}입니다. 자기 "
    "가중치는 멈춰 있어도 앞 층이 바뀌면 들어오는 값이 달라지기 때문입니다.",
    en="Units of the first hidden layer that were ever dead: {first_dead}; while dead, their "
    "incoming weights moved by at most {moved}, and revivals number {first_revivals}. In the "
    "second hidden layer {late_dead} were dead at some time, and of these {late_back:%} are alive "
    "at the end: their own weights stand still, but what reaches them changes with the layer "
    "before.",
)

DYING_RELU = Experiment(
    key="dying-relu",
    claim=Text(
        ko="ReLU는 입력이 음수이면 기울기가 0이어서, 유닛이 죽어 더 학습하지 못하는 문제(Dying "
        "ReLU)가 생깁니다.",
        en="Where its input is negative ReLU's slope is 0, so units die and stop learning (dying "
        "ReLU).",
    ),
    reading=Text(
        ko="훈련 데이터 전체에서 기울기가 정확히 0인 유닛을 죽은 유닛으로 셉니다. 은닉층이 "
        "둘(유닛 16개씩)인 신경망을 원 데이터에서 SGD로 {epochs}에포크 학습하고, 발산하지 않은 "
        "신경망의 모든 은닉 유닛 가운데 죽은 비율을 학습률마다 잽니다. 어느 학습률에서나 "
        "{enough:%} 이상이면 맞음, 일부 학습률에서만 그러면 조건부로 봅니다. 계산은 "
        "배정밀도(float64)로 합니다.",
        en="A unit counts as dead if its slope is exactly 0 at every training point. Networks with "
        "two hidden layers of 16 units learn the circle by SGD for {epochs} epochs; at each "
        "learning rate the share of dead units is taken over all hidden units of the networks "
        "that have not diverged. At least {enough:%} at every rate counts as holding, at some "
        "rates as depending. Computed in float64.",
    ),
    defaults=Dying(),
    quick=Dying(),
    control=Dying(function="leaky_relu"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_dying,
    deciding=Text(
        ko="{function}, 편향 {bias}에서 시작: 죽은 유닛은 학습 전 {start:%}, 학습 후 "
        "{least:%}(학습률 {least_rate})에서 {most:%}(학습률 {most_rate}) 사이입니다(시드 "
        "{seeds}개의 평균).",
        en="{function}, started at bias {bias}: {start:%} of the units are dead before training, "
        "after it from {least:%} (rate {least_rate}) to {most:%} (rate {most_rate}), means over "
        "{seeds} seeds",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="모든 학습률에서 {enough:%} 이상이 죽어 있습니다. 학습 전의 비율이 이미 "
            "{start:%}입니다. " + _DEAD_DO.ko,
            en="At every rate at least {enough:%} are dead; before training it was {start:%}. "
            + _DEAD_DO.en,
        ),
        Verdict.CONDITIONAL: Text(
            ko="죽는 유닛의 비율은 학습률에 달려 있습니다. 한 스텝이 크면 모든 데이터에서 기울기가 "
            "0인 곳까지 가중치가 한꺼번에 밀려나기도 합니다. " + _DEAD_DO.ko + " 죽은 유닛이 "
            "있다고 꼭 학습에 실패하는 것은 아닙니다. 테스트 손실의 중앙값이 가장 낮은 학습률 "
            "{best_rate}에서 죽은 비율은 {best_dead:%}입니다.",
            en="How many die depends on the learning rate: a large step can push the weights to "
            "where the slope is 0 at every point at once. " + _DEAD_DO.en + " Dead units need not "
            "mean that learning fails: at rate {best_rate}, where the median test loss is lowest, "
            "{best_dead:%} are dead.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="어느 학습률에서도 죽은 유닛이 {enough:%}에 못 미칩니다(가장 많을 때 {most:%}). "
            "죽지 않는다고 학습이 잘되는 것은 아닙니다. 발산한 신경망이 {diverged:%}이고, "
            "테스트 손실의 중앙값은 학습률 {best_rate}에서 가장 낮습니다({best_loss}).",
            en="At no rate do dead units come to {enough:%} (at most {most:%}). Not to die is not "
            "yet to learn well: {diverged:%} of the networks diverged, and the median test loss is "
            "lowest at rate {best_rate} ({best_loss}).",
        ),
    },
    suggestion=Text(
        ko="편향의 시작값을 −5로 내려 보세요. 학습하기 전부터 많은 유닛이 죽어 있어 어떤 "
        "학습률로도 돌이키지 못합니다. Leaky ReLU를 고르면 죽는 유닛이 없는 대신, 큰 학습률에서 "
        "신경망이 발산합니다. GELU나 SiLU는 매끄럽지만 가중 합이 아주 작으면 float64에서 기울기가 "
        "0으로 계산되어, 큰 학습률에서는 죽은 유닛이 나옵니다.",
        en="Lower the biases to −5: many units are dead before training, and no rate brings them "
        "back. With Leaky ReLU none die, but at large rates networks diverge. GELU and SiLU are "
        "smooth, yet far below 0 their slope comes out as 0 in float64: at large rates they have "
        "dead units, too.",
    ),
    quantities={
        "least": Text(ko="죽은 비율의 최솟값", en="smallest share of dead units"),
        "least_rate": Text(ko="가장 적게 죽은 학습률", en="learning rate of the smallest share"),
        "most": Text(ko="죽은 비율의 최댓값", en="largest share of dead units"),
        "most_rate": Text(ko="가장 많이 죽은 학습률", en="learning rate of the largest share"),
        "start": Text(ko="학습 전에 죽어 있던 비율", en="share dead before training"),
        "sparse": Text(
            ko=f"데이터의 {SPARSE:.0%} 이상에서 기울기가 0이지만 죽지 않은 비율 (최대)",
            en=f"share with slope 0 at {SPARSE:.0%} of the points or more, but not all (largest)",
        ),
        "best_loss": Text(ko="가장 낮은 테스트 손실 (중앙값)", en="lowest median test loss"),
        "best_rate": Text(ko="손실이 가장 낮은 학습률", en="learning rate of the lowest loss"),
        "best_dead": Text(ko="그 학습률에서 죽은 비율", en="share dead at that rate"),
        "first_dead": Text(
            ko="첫 은닉층: 죽은 적이 있는 유닛", en="first hidden layer: units ever dead"
        ),
        "moved": Text(
            ko="첫 은닉층: 죽은 유닛의 가중치가 한 에포크에 움직인 거리 (최대)",
            en="first hidden layer: largest change of a dead unit's weight in an epoch",
        ),
        "first_revivals": Text(ko="첫 은닉층: 다시 살아난 횟수", en="first hidden layer: revivals"),
        "late_dead": Text(
            ko="둘째 은닉층: 죽은 적이 있는 유닛", en="second hidden layer: units ever dead"
        ),
        "late_revivals": Text(
            ko="둘째 은닉층: 다시 살아난 횟수", en="second hidden layer: revivals"
        ),
        "late_back": Text(
            ko="둘째 은닉층: 그 가운데 끝에 살아 있는 비율",
            en="second hidden layer: share of these alive at the end",
        ),
        "diverged": Text(ko="발산한 신경망의 비율", en="share of networks that diverged"),
        "enough": Text(ko="많다고 볼 비율", en="share that counts as many"),
    },
    plot=Plot(
        x="rate",
        y="value",
        x_title=Text(ko="학습률 (로그 축)", en="learning rate (log axis)"),
        y_title=Text(
            ko="유닛의 비율 (평균, 띠는 시드 전체), 테스트 손실 (중앙값, 띠는 사분위)",
            en="share of units (mean, band: all seeds), test loss (median, band: quartiles)",
        ),
        names={
            "dead": Text(ko="죽은 유닛 (학습 후)", en="dead after training"),
            "start": Text(ko="죽은 유닛 (학습 전)", en="dead before training"),
            "sparse": Text(
                ko=f"기울기가 0인 데이터가 {SPARSE:.0%} 이상 (죽지 않음)",
                en=f"slope 0 at {SPARSE:.0%} of the points or more, not dead",
            ),
            "loss": Text(ko="테스트 손실", en="test loss"),
        },
        log_x=True,
        low="low",
        high="high",
    ),
)
