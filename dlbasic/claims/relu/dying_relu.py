"""Dying ReLU: how many units get no gradient any more, by the learning rate and the bias."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Int64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.measures.dead_units import (
    EPOCHS,
    SPARSE,
    WIDTH,
    Start,
    UnitHistory,
    circle,
    quartiles,
    train,
)
from dlbasic.measures.settings import function_choice, seed_choice, seeds_choice, seeds_from
from dlbasic.params import Declared, Real, Tick, parameter
from dlbasic.text import Text
from dlbasic.words import Words

LRS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

# The share of dead units from which on it is a problem: on average one in every hidden layer.
ENOUGH = 1 / WIDTH

# The article says where it happens: where many sums are below 0.  Started here, nine in ten are.
LOW_BIAS = -3.0

BIAS = Real(
    Text(ko="은닉층 편향의 초깃값", en="Initial hidden biases"),
    default=0.0, low=-10.0, high=2.0, step=0.5,
)  # fmt: skip


@dataclass(frozen=True)
class Dying(Declared):
    function: str = parameter(function_choice("relu"))
    bias: float = parameter(BIAS)
    lr: float = parameter(
        # The rate of the lowest test loss: no one's mistake.
        Tick(Text(ko="판정할 학습률", en="Learning rate judged"), default=1.0, ticks=LRS,
             allowed=(1e-6, 100.0))
    )  # fmt: skip
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def lrs(settings: Dying) -> list[float]:
    """The learning rates of a run: those on the axis and the one that is judged."""
    return sorted({*LRS, settings.lr})


def run_dying(settings: Dying) -> Generator[float, None, Outcome]:
    f = ACTIVATIONS[settings.function]()
    seeds = seeds_from(settings.seed, settings.seeds)
    starts = [Start(f, lr, seed, settings.bias) for lr in lrs(settings) for seed in seeds]
    starts += [Start(f, settings.lr, seed, LOW_BIAS) for seed in seeds]
    run = train(starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed)
    for history in run:
        if history.share_done < 1.0:
            yield history.share_done
    return _outcome(settings, history)


def _outcome(settings: Dying, history: UnitHistory) -> Outcome:
    tried = lrs(settings)
    shape = (len(tried), settings.seeds)
    by_lr, low = slice(0, -settings.seeds), slice(-settings.seeds, None)
    survived = ~history.diverged[-1, by_lr].reshape(shape)
    dead = history.dead[:, by_lr]
    lived = (~dead).any(axis=0)  # at some note, be it the first
    everyone = np.ones_like(lived)
    shares = {
        "died": (dead[-1] & lived, lived),
        "start": (dead[0], everyone),
        "dead": (dead[-1], everyone),
        "sparse": (history.sparse[-1, by_lr], everyone),
    }
    rows, found = [], {}
    for series, units in shares.items():
        part, whole = (counts.sum(axis=(1, 2)).reshape(shape) for counts in units)
        of_series = [
            (series, lr, *_share_and_ends(part[place][kept], whole[place][kept]))
            for place, (lr, kept) in enumerate(zip(tried, survived, strict=True))
            if kept.any()
        ]
        rows += of_series
        found[series] = {lr: share for _, lr, share, *_ in of_series}
    ends = found["dead"]
    losses = quartiles(history.test_loss[-1, by_lr].reshape(shape))
    best = int(losses[1].argmin())
    judged = tried.index(settings.lr)
    harmless = [lr for lr, share in ends.items() if share < ENOUGH]
    few_lr = max(harmless, default=min(ends, key=lambda lr: ends[lr]))
    low_ends = history.dead[-1, low][~history.diverged[-1, low]]
    measured = {
        # Where all networks have diverged no unit is left to be dead.
        "dead": ends.get(settings.lr, 0.0), "died": found["died"].get(settings.lr, 0.0),
        "start": float(dead[0].mean()),
        "lost": float(1.0 - survived[judged].mean()),
        "flat": float(history.silent[0, by_lr].mean()),
        "low_bias": LOW_BIAS, "low_flat": float(history.silent[0, low].mean()),
        "low_dead": float(low_ends.mean()) if low_ends.size else 0.0,
        "few": ends[few_lr], "few_lr": few_lr,
        "most": max(ends.values()), "most_lr": max(ends, key=lambda lr: ends[lr]),
        "sparse": max(found["sparse"].values()),
        "best_loss": float(losses[1, best]), "best_lr": tried[best],
        "best_dead": ends[tried[best]],
        **_what_the_dead_do(history),
        "diverged": float(1.0 - survived.mean()),
        "enough": ENOUGH,
    }  # fmt: skip
    if measured["low_dead"] >= ENOUGH:
        verdict = Verdict.HOLDS
    else:
        partly = measured["most"] >= ENOUGH
        verdict = Verdict.CONDITIONAL if partly else Verdict.CONTRADICTED
    for lr, (lower, middle, upper) in zip(tried, losses.T, strict=True):
        if np.isfinite(upper):
            rows.append(("loss", lr, float(middle), float(lower), float(upper)))
    frame = pd.DataFrame(rows, columns=["series", "lr", "value", "low", "high"])
    limited = verdict is Verdict.HOLDS and bool(harmless)
    return Outcome(frame, measured, verdict, limited)


def _share_and_ends(part: Int64s, whole: Int64s) -> tuple[float, float, float]:
    """The share of all networks' units together, and the least and the largest of a network.

    A network without a unit to count has no share; if all are without one, none has died.
    """
    if not whole.any():
        return 0.0, 0.0, 0.0
    single = part[whole > 0] / whole[whole > 0]
    low, high = float(single.min()), float(single.max())
    return min(max(float(part.sum() / whole.sum()), low), high), low, high


def _what_the_dead_do(history: UnitHistory) -> dict[str, float]:
    """Whether dead units move, by layer: the first has fixed inputs, the later ones have not."""
    valid = ~history.diverged[1:, :, None, None]
    first = (history.dead[:-1] & valid)[:, :, 0]
    late = (history.dead & ~history.diverged[..., None, None])[:, ~history.diverged[-1], 1:]
    ever = late.any(axis=0)
    back = ever & ~late[-1]
    return {
        "first_dead": float(first.any(axis=0).mean()),
        "moved": float(history.moved[:, :, 0].max(where=first, initial=0.0)),
        "first_revivals": float(history.revived[:, :, 0].sum()),
        "late_dead": float(ever.mean()) if ever.size else 0.0,
        "late_back": float(back.sum() / max(ever.sum(), 1)),
    }


CLAIM = Claim(
    key="dying-relu",
    words=Words(__file__),
    constants={"width": WIDTH},
    defaults=Dying(),
    control=Dying(function="leaky_relu"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_dying,
    right=lambda measured: band(
        measured["low_dead"], {"few": 0.15, "third": 0.5, "most": 0.85, "all": 1.0}
    ),
    quantities={
        "dead": Text(
            ko="학습률 {lr}: 학습 후에 죽은 유닛의 비율",
            en="learning rate {lr}: share of units dead after training",
        ),
        "died": Text(
            ko="학습률 {lr}: 살아 있던 유닛 가운데 학습하다 죽은 비율",
            en="learning rate {lr}: share of the units that lived and died in training",
        ),
        "start": Text(ko="학습 전에 죽어 있던 유닛의 비율", en="share dead before training"),
        "lost": Text(
            ko="학습률 {lr}: 발산한 신경망의 비율", en="learning rate {lr}: networks that diverged"
        ),
        "flat": Text(
            ko="학습 전에 미분값이 0인 비율 (유닛과 데이터 전체)",
            en="share of slopes that are 0 before training (all units, all data)",
        ),
        "low_bias": Text(ko="비교한 낮은 편향", en="low bias compared"),
        "low_flat": Text(ko="그 편향: 학습 전에 미분값이 0인 비율", en="there: slopes that are 0"),
        "low_dead": Text(
            ko="그 편향: 학습 후에 죽은 유닛의 비율", en="there: share dead after training"
        ),
        "few": Text(ko="거의 죽지 않는 학습률: 죽은 유닛의 비율", en="where few die: share dead"),
        "few_lr": Text(
            ko="거의 죽지 않는 가장 큰 학습률", en="largest learning rate where few die"
        ),
        "most": Text(ko="죽은 유닛의 비율의 최댓값", en="largest share dead after training"),
        "most_lr": Text(ko="가장 많이 죽는 학습률", en="learning rate of the largest share"),
        "sparse": Text(
            ko=f"희소 유닛: 데이터의 {SPARSE:.0%} 이상에서 미분값이 0이지만 죽지 않은 비율 (최대)",
            en=f"sparse: slope 0 on {SPARSE:.0%} of the data or more, but not all (largest)",
        ),
        "best_loss": Text(ko="가장 낮은 테스트 손실 (중앙값)", en="lowest median test loss"),
        "best_lr": Text(ko="손실이 가장 낮은 학습률", en="learning rate of the lowest loss"),
        "best_dead": Text(
            ko="그 학습률: 학습 후에 죽은 유닛의 비율", en="at that rate: share dead after training"
        ),
        "first_dead": Text(
            ko="첫 번째 은닉층: 죽은 적이 있는 유닛의 비율",
            en="first hidden layer: share of units ever dead",
        ),
        "moved": Text(
            ko="첫 번째 은닉층: 죽은 유닛의 가중치가 한 에포크에 움직인 거리 (최대)",
            en="first hidden layer: largest change of a dead unit's weight in an epoch",
        ),
        "first_revivals": Text(
            ko="첫 번째 은닉층: 다시 살아난 횟수", en="first hidden layer: revivals"
        ),
        "late_dead": Text(
            ko="두 번째 은닉층: 죽은 적이 있는 유닛의 비율",
            en="second hidden layer: share of units ever dead",
        ),
        "late_back": Text(
            ko="두 번째 은닉층: 그 가운데 끝에 살아 있는 비율",
            en="second hidden layer: share of these alive at the end",
        ),
        "diverged": Text(ko="발산한 신경망의 비율", en="share of networks that diverged"),
        "enough": Text(ko="문제로 볼 죽은 유닛의 비율", en="share of dead units that is a problem"),
    },
    plot=Plot(
        x="lr",
        y="value",
        x_title=Text(ko="학습률 (로그 축)", en="learning rate (log axis)"),
        y_title=Text(
            ko="유닛의 비율 (띠는 시드 전체), 테스트 손실 (중앙값, 띠는 1·3사분위수 사이)",
            en="share of units (band: all seeds), test loss (median, band: quartiles)",
        ),
        names={
            "died": Text(ko="학습하다 죽은 유닛", en="died in training"),
            "dead": Text(ko="죽은 유닛 (학습 후)", en="dead after training"),
            "start": Text(ko="죽은 유닛 (학습 전)", en="dead before training"),
            "sparse": Text(
                ko=f"희소 유닛 ({SPARSE:.0%} 이상에서 미분값 0)",
                en=f"sparse units (slope 0 on {SPARSE:.0%} or more)",
            ),
            "loss": Text(ko="테스트 손실", en="test loss"),
        },
        log_x=True,
        low="low",
        high="high",
    ),
    thresholds=("ENOUGH", "LOW_BIAS", "lr"),
)
