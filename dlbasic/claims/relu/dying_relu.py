"""Dying ReLU: how many units die while they are trained, by the learning rate."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Int64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.measures.dead_units import EPOCHS, SPARSE, Start, UnitHistory, circle, quartiles, train
from dlbasic.measures.settings import function_choice, seed_choice, seeds_choice, seeds_from
from dlbasic.params import Declared, Real, Tick, parameter
from dlbasic.text import Text
from dlbasic.words import Words

LRS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

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
    lr: float = parameter(
        Tick(Text(ko="판정할 학습률", en="Learning rate judged"), default=0.3, ticks=LRS,
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
    run = train(starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed)
    for history in run:
        if history.share_done < 1.0:
            yield history.share_done
    return _outcome(settings, history)


def _outcome(settings: Dying, history: UnitHistory) -> Outcome:
    tried = lrs(settings)
    shape = (len(tried), settings.seeds)
    survived = ~history.diverged[-1].reshape(shape)
    dead = history.dead
    lived = (~dead).any(axis=0)  # at some note, be it the first
    everyone = np.ones_like(lived)
    shares = {
        "died": (dead[-1] & lived, lived),
        "start": (dead[0], everyone),
        "dead": (dead[-1], everyone),
        "sparse": (history.sparse[-1], everyone),
    }
    rows = []
    for series, units in shares.items():
        part, whole = (counts.sum(axis=(1, 2)).reshape(shape) for counts in units)
        rows += [
            (series, lr, *_share_and_ends(part[place][kept], whole[place][kept]))
            for place, (lr, kept) in enumerate(zip(tried, survived, strict=True))
            if kept.any()
        ]
    by_lr = {series: {lr: share for name, lr, share, *_ in rows if name == series}
               for series in shares}  # fmt: skip
    died = by_lr["died"]
    losses = quartiles(history.test_loss[-1].reshape(shape))
    best = int(losses[1].argmin())
    judged = tried.index(settings.lr)
    measured = {
        # Where all networks have diverged no unit is left to have died.
        "died": died.get(settings.lr, 0.0), "lost": float(1.0 - survived[judged].mean()),
        "least": min(died.values()), "least_lr": min(died, key=lambda lr: died[lr]),
        "most": max(died.values()), "most_lr": max(died, key=lambda lr: died[lr]),
        "start": float(dead[0].mean()),
        "most_dead": max(by_lr["dead"].values()),
        "sparse": max(by_lr["sparse"].values()),
        "best_loss": float(losses[1, best]), "best_lr": tried[best],
        "best_dead": by_lr["dead"][tried[best]],
        **_what_the_dead_do(history),
        "diverged": float(1.0 - survived.mean()),
        "enough": ENOUGH,
    }  # fmt: skip
    if measured["died"] >= ENOUGH:
        verdict = Verdict.HOLDS
    else:
        partly = max(measured["most"], measured["most_dead"]) >= ENOUGH
        verdict = Verdict.CONDITIONAL if partly else Verdict.CONTRADICTED
    for lr, (low, middle, high) in zip(tried, losses.T, strict=True):
        if np.isfinite(high):
            rows.append(("loss", lr, float(middle), float(low), float(high)))
    frame = pd.DataFrame(rows, columns=["series", "lr", "value", "low", "high"])
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


def _what_the_dead_do(history: UnitHistory) -> dict[str, float]:
    """Whether dead units move, by layer: the first has fixed inputs, the later ones have not."""
    valid = ~history.diverged[1:, :, None, None]
    dead_before = history.dead[:-1] & valid
    first = dead_before[:, :, 0]
    late = (history.dead & ~history.diverged[..., None, None])[:, ~history.diverged[-1], 1:]
    ever = late.any(axis=0)
    back = ever & ~late[-1]
    return {
        "first_dead": float(first.any(axis=0).sum()),
        "moved": float(history.moved[:, :, 0].max(where=first, initial=0.0)),
        "first_revivals": float(history.revived[:, :, 0].sum()),
        "late_dead": float(ever.sum()),
        "late_revivals": float(history.revived[:, :, 1:].sum()),
        "late_back": float(back.sum() / max(ever.sum(), 1)),
    }


CLAIM = Claim(
    key="dying-relu",
    words=Words(__file__),
    defaults=Dying(),
    quick=Dying(),
    control=Dying(function="leaky_relu"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_dying,
    quantities={
        "died": Text(
            ko="학습률 {lr}: 살아 있다가 죽은 유닛의 비율",
            en="rate {lr}: share of the units that lived and died",
        ),
        "lost": Text(
            ko="학습률 {lr}: 발산한 신경망의 비율", en="rate {lr}: networks that diverged"
        ),
        "least": Text(ko="살아 있다가 죽은 비율의 최솟값", en="smallest share that died"),
        "least_lr": Text(ko="가장 적게 죽은 학습률", en="learning rate of the smallest share"),
        "most": Text(ko="살아 있다가 죽은 비율의 최댓값", en="largest share that died"),
        "most_lr": Text(ko="가장 많이 죽은 학습률", en="learning rate of the largest share"),
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
        "best_lr": Text(ko="손실이 가장 낮은 학습률", en="learning rate of the lowest loss"),
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
        x="lr",
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
