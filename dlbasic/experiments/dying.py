"""Dying ReLU: how many units die while they are trained, by the learning rate."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    Lives,
    Start,
    circle,
    live,
    quartiles,
)
from dlbasic.experiments.deep import seeds_from
from dlbasic.params import Declared, Real, Tick, parameter
from dlbasic.text import Text

Int64s = NDArray[np.int64]

RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

# The share of units from which on they count as many.  Of ReLU's, started at bias 0, a quarter as
# many die at rate 0.3 and below, and three times as many at 3 and 10.
ENOUGH = 0.15

BIAS = Real(
    Text(ko="은닉층 편향의 시작값", en="Hidden biases at the start"),
    default=0.0, low=-10.0, high=2.0, step=0.5,
)  # fmt: skip


@dataclass(frozen=True)
class Dying(Declared):
    function: str = parameter(function_choice("relu"))
    bias: float = parameter(BIAS)
    rate: float = parameter(
        Tick(Text(ko="판정할 학습률", en="Learning rate judged"), default=0.3, ticks=RATES,
             allowed=(1e-6, 100.0))
    )  # fmt: skip
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def rates(settings: Dying) -> list[float]:
    """The learning rates of a run: those on the axis and the one that is judged."""
    return sorted({*RATES, settings.rate})


def run_dying(settings: Dying) -> Generator[float, None, Outcome]:
    f = ACTIVATIONS[settings.function]()
    seeds = seeds_from(settings.seed, settings.seeds)
    starts = [Start(f, rate, seed, settings.bias) for rate in rates(settings) for seed in seeds]
    run = live(starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed)
    for lives in run:
        if lives.share_done < 1.0:
            yield lives.share_done
    return _outcome(settings, lives)


def _outcome(settings: Dying, lives: Lives) -> Outcome:
    tried = rates(settings)
    shape = (len(tried), settings.seeds)
    survived = ~lives.diverged[-1].reshape(shape)
    dead = lives.dead
    lived = (~dead).any(axis=0)  # at some note, be it the first
    everyone = np.ones_like(lived)
    shares = {
        "died": (dead[-1] & lived, lived),
        "start": (dead[0], everyone),
        "dead": (dead[-1], everyone),
        "sparse": (lives.sparse[-1], everyone),
    }
    rows = []
    for series, units in shares.items():
        part, whole = (of.sum(axis=(1, 2)).reshape(shape) for of in units)
        rows += [
            (series, rate, *_share_and_ends(part[place][there], whole[place][there]))
            for place, (rate, there) in enumerate(zip(tried, survived, strict=True))
            if there.any()
        ]
    of_rate = {series: {rate: share for name, rate, share, *_ in rows if name == series}
               for series in shares}  # fmt: skip
    died = of_rate["died"]
    losses = quartiles(lives.test_loss[-1].reshape(shape))
    best = int(losses[1].argmin())
    judged = tried.index(settings.rate)
    measured = {
        # Where all networks have diverged no unit is left to have died.
        "died": died.get(settings.rate, 0.0), "lost": float(1.0 - survived[judged].mean()),
        "least": min(died.values()), "least_rate": min(died, key=lambda rate: died[rate]),
        "most": max(died.values()), "most_rate": max(died, key=lambda rate: died[rate]),
        "start": float(dead[0].mean()),
        "most_dead": max(of_rate["dead"].values()),
        "sparse": max(of_rate["sparse"].values()),
        "best_loss": float(losses[1, best]), "best_rate": tried[best],
        "best_dead": of_rate["dead"][tried[best]],
        **_what_the_dead_do(lives),
        "diverged": float(1.0 - survived.mean()),
        "enough": ENOUGH,
    }  # fmt: skip
    if measured["died"] >= ENOUGH:
        verdict = Verdict.HOLDS
    else:
        partly = max(measured["most"], measured["most_dead"]) >= ENOUGH
        verdict = Verdict.CONDITIONAL if partly else Verdict.CONTRADICTED
    for rate, (low, middle, high) in zip(tried, losses.T, strict=True):
        if np.isfinite(high):
            rows.append(("loss", rate, float(middle), float(low), float(high)))
    frame = pd.DataFrame(rows, columns=["series", "rate", "value", "low", "high"])
    return Outcome(frame, measured, verdict)


def _share_and_ends(part: Int64s, whole: Int64s) -> tuple[float, float, float]:
    """The share of all networks' units together, and the least and the largest of a network.

    A network without a unit to count has no share; if all are without one, none has died.
    """
    if not whole.any():
        return 0.0, 0.0, 0.0
    single = part[whole > 0] / whole[whole > 0]
    low, high = float(single.min()), float(single.max())
    return min(max(float(part.sum() / whole.sum()), low), high), low, high


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
        ko="훈련 데이터 전체에서 기울기가 정확히 0인 유닛을 죽은 유닛으로 셉니다. 은닉층이 둘(유닛 "
        "16개씩)인 신경망을 원 데이터에서 SGD로 {epochs}에포크 학습하고, 학습률마다 발산하지 않은 "
        "신경망의 은닉 유닛 가운데 학습 전이나 어느 에포크 뒤에 살아 있던 것을 모아 끝에 죽어 있는 "
        "비율을 잽니다. 처음부터 끝까지 죽어 있던 유닛은 학습하다 죽은 것이 아니므로 따로 셉니다. "
        "판정할 학습률에서 {enough:%} 이상이 죽으면 맞음, 다른 학습률에서만 그렇거나 애초에 죽어 "
        "있던 것까지 더해야 그만큼이면 조건부로 봅니다. 계산은 배정밀도(float64)로 합니다.",
        en="A unit counts as dead if its slope is exactly 0 at every training point. Networks with "
        "two hidden layers of 16 units learn the circle by SGD for {epochs} epochs. At each "
        "learning rate, of all hidden units of the networks that have not diverged, those are "
        "taken that were alive before training or after some epoch, and the share that is dead at "
        "the end is measured. A unit that was dead all along has not died in training and is "
        "counted apart. If {enough:%} or more die at the learning rate judged, it holds; if only "
        "at another rate, or only together with those dead all along, it depends. Computed in "
        "float64.",
    ),
    defaults=Dying(),
    quick=Dying(),
    control=Dying(function="leaky_relu"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_dying,
    deciding=Text(
        ko="{function}, 편향 {bias}에서 시작, 학습률 {rate}: 살아 있던 유닛 가운데 학습하다 죽은 "
        "것이 {died:%}, 학습 전에 이미 죽어 있던 유닛은 전체의 {start:%}입니다. 학습률을 바꾸면 "
        "죽은 비율은 {least:%}(학습률 {least_rate})에서 {most:%}(학습률 {most_rate}) "
        "사이입니다(시드 {seeds}개).",
        en="{function}, started at bias {bias}, rate {rate}: of the units that lived {died:%} died "
        "in training; {start:%} of all were dead before it. Over the rates the share that died "
        "runs from {least:%} (rate {least_rate}) to {most:%} (rate {most_rate}); {seeds} seeds",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="살아 있던 유닛 가운데 학습하다 죽은 비율은 학습률 {rate}에서 {died:%}입니다. 한 "
            "스텝이 크면 모든 데이터에서 기울기가 0인 곳까지 가중치가 한꺼번에 밀려나기도 합니다. "
            "학습률 {least_rate}에서는 {least:%}입니다. " + _DEAD_DO.ko,
            en="At rate {rate} {died:%} of the units that lived died in training: a large step can "
            "push the weights to where the slope is 0 at every point at once. At rate {least_rate} "
            "only {least:%} die. " + _DEAD_DO.en,
        ),
        Verdict.CONDITIONAL: Text(
            ko="살아 있던 유닛 가운데 학습하다 죽은 비율은 학습률 {rate}에서 {died:%}, 가장 많이 "
            "죽는 학습률 {most_rate}에서 {most:%}입니다. 한 스텝이 크면 모든 데이터에서 기울기가 "
            "0인 곳까지 가중치가 한꺼번에 밀려나기도 합니다. 학습 전에 이미 죽어 있던 "
            "유닛({start:%})은 학습률 탓이 아니라 시작값 탓이며, 학습이 끝났을 때 죽어 있는 유닛은 "
            "많을 때 전체의 {most_dead:%}입니다. "
            + _DEAD_DO.ko
            + " 죽은 유닛이 있다고 꼭 학습에 실패하는 것은 아닙니다. 테스트 손실의 "
            "중앙값이 가장 낮은 학습률 {best_rate}에서 죽어 있는 비율은 {best_dead:%}입니다.",
            en="At rate {rate} {died:%} of the units that lived died, at rate {most_rate}, where "
            "most do, {most:%}: a large step can push the weights to where the slope is 0 at every "
            "point at once. Those dead before training ({start:%}) owe it to the start, not to the "
            "rate; dead in the end are, where most are, {most_dead:%} of all. "
            + _DEAD_DO.en
            + " Dead units need not mean that learning fails: at rate {best_rate}, "
            "where the median test loss is lowest, {best_dead:%} of all are dead.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="어느 학습률에서도 학습하다 죽은 유닛이 {enough:%}에 못 미치고(가장 많을 때 "
            "{most:%}), 처음부터 죽어 있던 것을 더해도 그렇습니다({most_dead:%}). 죽지 않는다고 "
            "학습이 잘되는 것은 아닙니다. 발산한 신경망이 {diverged:%}(학습률 {rate}에서는 "
            "{lost:%})이고, 테스트 손실의 중앙값은 학습률 {best_rate}에서 가장 "
            "낮습니다({best_loss}).",
            en="At no rate do the units that died come to {enough:%} (at most {most:%}), not even "
            "together with those dead all along ({most_dead:%}). Not to die is not yet to learn "
            "well: {diverged:%} of the networks diverged (at rate {rate}, {lost:%}), and the "
            "median test loss is lowest at rate {best_rate} ({best_loss}).",
        ),
    },
    suggestion=Text(
        ko="판정할 학습률을 3으로 올려 보세요. 편향의 시작값을 −10으로 내리면 거의 모든 유닛이 "
        "학습 전부터 죽어 있어, 학습하다 죽는 유닛은 오히려 없습니다. Leaky ReLU를 고르면 죽는 "
        "유닛이 없는 대신, 큰 학습률에서 신경망이 발산합니다. GELU나 SiLU는 매끄럽지만 가중 합이 "
        "아주 작으면 float64에서 기울기가 0으로 계산되어, 큰 학습률에서는 죽은 유닛이 나옵니다.",
        en="Raise the rate judged to 3. Lower the biases to −10: nearly all units are dead before "
        "training, and none is left to die in it. With Leaky ReLU none die, but at large rates "
        "networks diverge. GELU and SiLU are smooth, yet far below 0 their slope comes out as 0 in "
        "float64: at large rates they have dead units, too.",
    ),
    quantities={
        "died": Text(
            ko="학습률 {rate}: 살아 있다가 죽은 유닛의 비율",
            en="rate {rate}: share of the units that lived and died",
        ),
        "lost": Text(
            ko="학습률 {rate}: 발산한 신경망의 비율", en="rate {rate}: networks that diverged"
        ),
        "least": Text(ko="살아 있다가 죽은 비율의 최솟값", en="smallest share that died"),
        "least_rate": Text(ko="가장 적게 죽은 학습률", en="learning rate of the smallest share"),
        "most": Text(ko="살아 있다가 죽은 비율의 최댓값", en="largest share that died"),
        "most_rate": Text(ko="가장 많이 죽은 학습률", en="learning rate of the largest share"),
        "most_dead": Text(
            ko="학습 후에 죽어 있는 비율 (전체 유닛 가운데, 최대)",
            en="share dead after training, of all units (largest)",
        ),
        "start": Text(ko="학습 전에 죽어 있던 비율", en="share dead before training"),
        "sparse": Text(
            ko=f"희소 유닛: 데이터의 {SPARSE:.0%} 이상에서 기울기가 0이지만 죽지 않은 비율 (최대)",
            en=f"sparse: slope 0 at {SPARSE:.0%} of the points or more, but not all (largest)",
        ),
        "best_loss": Text(ko="가장 낮은 테스트 손실 (중앙값)", en="lowest median test loss"),
        "best_rate": Text(ko="손실이 가장 낮은 학습률", en="learning rate of the lowest loss"),
        "best_dead": Text(
            ko="그 학습률에서 학습 후에 죽어 있는 비율", en="share dead after training at that rate"
        ),
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
            ko="유닛의 비율 (띠는 시드 전체), 테스트 손실 (중앙값, 띠는 사분위)",
            en="share of units (band: all seeds), test loss (median, band: quartiles)",
        ),
        names={
            "died": Text(ko="살아 있다가 죽은 유닛", en="lived and died"),
            "dead": Text(ko="죽은 유닛 (학습 후)", en="dead after training"),
            "start": Text(ko="죽은 유닛 (학습 전)", en="dead before training"),
            "sparse": Text(
                ko=f"희소 유닛 ({SPARSE:.0%} 이상에서 기울기 0)",
                en=f"sparse units (slope 0 at {SPARSE:.0%} or more)",
            ),
            "loss": Text(ko="테스트 손실", en="test loss"),
        },
        log_x=True,
        low="low",
        high="high",
    ),
)
