"""Leaky ReLU from a start that kills ReLU's units: who is dead, and what it does for the loss."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import LeakyReLU, ReLU
from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.measures.dead_units import (
    EPOCHS,
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
from dlbasic.measures.settings import function_choice, seed_choice, seeds_choice, seeds_from
from dlbasic.params import Declared, Real, Tick, parameter
from dlbasic.text import Text
from dlbasic.words import Words

SLOPES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3)

SIDES = {
    "relu": Text(ko="미분값 0 (ReLU 그대로)", en="Slope 0 (ReLU itself)"),
    "leaky_relu": LeakyReLU.name,
}

# A loss counts as lower from half of ReLU's on.  The limit alone leans on it: the article does not
# speak of the loss.
LOWER = 0.5


@dataclass(frozen=True)
class Leaky(Declared):
    function: str = parameter(function_choice("leaky_relu", SIDES))
    smallest: float = parameter(
        Tick(
            Text(ko="가장 작은 α", en="Smallest α"), default=0.001,
            ticks=(0.001, 0.01, 0.1, 0.2), allowed=(0.001, 0.3),
        )
    )  # fmt: skip
    bias: float = parameter(
        Real(
            Text(ko="은닉층 편향의 초깃값", en="Initial hidden biases"),
            default=-5.0, low=-10.0, high=0.0, step=0.5,
        )
    )  # fmt: skip
    lr: float = parameter(LR)
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def run_leaky(settings: Leaky) -> Generator[float, None, Outcome]:
    leaky = settings.function == "leaky_relu"
    slopes = [alpha for alpha in SLOPES if alpha >= settings.smallest] if leaky else [0.0]
    seeds = seeds_from(settings.seed, 2 * settings.seeds)
    # Slope 0 from ReLU's own seeds would be the same run: others show what chance alone does.
    first, others = seeds[: settings.seeds], seeds[settings.seeds :]
    beside = first if leaky else others
    groups = [(ReLU(), first), *((LeakyReLU(alpha), beside) for alpha in slopes)]
    starts = [Start(f, settings.lr, seed, settings.bias) for f, group in groups for seed in group]
    run = train(
        starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed,
        every=seldom(settings.epochs),
    )  # fmt: skip
    for history in run:
        if history.share_done < 1.0:
            yield history.share_done
    return _outcome(settings, slopes, history)


def _outcome(settings: Leaky, slopes: list[float], history: UnitHistory) -> Outcome:
    shape = (len(slopes) + 1, settings.seeds)
    # Of a network that diverged, what there was at its last note before.
    last = (~history.diverged).sum(axis=0) - 1
    ends = history.dead[last, np.arange(len(last))]
    dead = np.asarray(ends.mean(axis=(1, 2)), np.float64).reshape(shape)
    losses = history.test_loss[-1].reshape(shape)
    ratios = loss_ratios(losses[1:], losses[0])
    medians, wins = np.median(ratios, axis=1), (ratios <= LOWER).mean(axis=1)
    best, worst = int(medians.argmin()), int(medians.argmax())
    lower = int((medians <= LOWER).sum())
    measured = {
        "relu_dead": float(dead[0].mean()),
        "dead": float(dead[1:].mean(axis=1).max()),
        "relu_loss": float(np.nanmedian(losses[0])),
        "slopes": float(len(slopes)), "lower": float(lower), "half": LOWER,
        "worst": slopes[worst], "worst_wins": float(wins[worst]),
        "best": slopes[best], "best_wins": float(wins[best]),
        "diverged": float(1.0 - np.isfinite(losses[1:]).mean()),
    }  # fmt: skip
    of_both = {"worst_ratio": float(medians[worst]), "best_ratio": float(medians[best])}
    measured |= {name: ratio for name, ratio in of_both.items() if np.isfinite(ratio)}
    verdict = Verdict.CONTRADICTED if measured["dead"] > 0.0 else Verdict.HOLDS
    limited = verdict is Verdict.HOLDS and lower < len(slopes)
    return Outcome(_rows(slopes, dead, losses), measured, verdict, limited)


def _rows(slopes: list[float], dead: Float64s, losses: Float64s) -> pd.DataFrame:
    """The function's lines over the slopes, and ReLU's own level beside each.

    Slope 0, which a logarithmic axis has no place for, is a level too.
    """
    rows = []
    if slopes == [0.0]:
        slopes = [*SLOPES]
        dead, losses = (values[[0, *(1 for _ in slopes)]] for values in (dead, losses))
    for series, values in (("loss", quartiles(losses)), ("dead", quartiles(dead))):
        for place, alpha in enumerate(slopes, start=1):
            rows += [(series, alpha, *values[:, place]), (f"relu_{series}", alpha, *values[:, 0])]
    frame = pd.DataFrame(rows, columns=["series", "alpha", "low", "value", "high"])
    shown: pd.DataFrame = frame[np.isfinite(frame["high"])].reset_index(drop=True)
    return shown


CLAIM = Claim(
    key="leaky-relu",
    words=Words(__file__),
    constants={"width": WIDTH},
    defaults=Leaky(),
    control=Leaky(function="relu"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_leaky,
    right=lambda measured: band(
        measured["worst_ratio"], {"tenth": 0.25, "half": 0.75, "same": 1.5}
    ),
    quantities={
        "relu_dead": Text(
            ko="ReLU: 죽은 유닛의 비율 (평균)", en="ReLU: share of dead units (mean)"
        ),
        "dead": Text(
            ko="{function}: 죽은 유닛의 비율 (평균, 가장 많은 α)",
            en="{function}: share of dead units (mean, largest over α)",
        ),
        "relu_loss": Text(ko="ReLU: 테스트 손실 (중앙값)", en="ReLU: test loss (median)"),
        "slopes": Text(ko="측정한 α의 수", en="values of α measured"),
        "lower": Text(ko="손실이 낮아진 α의 수", en="values of α with a lower loss"),
        "half": Text(
            ko="낮아졌다고 볼 손실의 비율", en="ratio of losses from which on one counts as lower"
        ),
        "worst": Text(ko="손실이 가장 높은 α", en="α of the highest loss"),
        "worst_wins": Text(
            ko="손실이 가장 높은 α: 손실이 낮아진 시드의 비율",
            en="α of the highest loss: share of seeds with a lower loss",
        ),
        "worst_ratio": Text(
            ko="손실이 가장 높은 α: ReLU에 대한 손실의 비율 (중앙값)",
            en="α of the highest loss: loss as a multiple of ReLU's (median)",
        ),
        "best": Text(ko="손실이 가장 낮은 α", en="α of the lowest loss"),
        "best_wins": Text(
            ko="손실이 가장 낮은 α: 손실이 낮아진 시드의 비율",
            en="α of the lowest loss: share of seeds with a lower loss",
        ),
        "best_ratio": Text(
            ko="손실이 가장 낮은 α: ReLU에 대한 손실의 비율 (중앙값)",
            en="α of the lowest loss: loss as a multiple of ReLU's (median)",
        ),
        "diverged": Text(
            ko="{function}: 발산한 신경망의 비율", en="{function}: share of networks that diverged"
        ),
    },
    plot=Plot(
        x="alpha",
        y="value",
        x_title=Text(ko="음수 쪽 미분값 α (로그 축)", en="slope α on the negative side (log axis)"),
        y_title=Text(
            ko="테스트 손실, 죽은 유닛의 비율 (중앙값, 띠는 1·3사분위수 사이)",
            en="test loss, share of dead units (medians, band: quartiles)",
        ),
        names={
            "loss": Text(ko="테스트 손실", en="test loss"),
            "relu_loss": Text(ko="ReLU의 테스트 손실", en="ReLU's test loss"),
            "dead": Text(ko="죽은 유닛", en="dead units"),
            "relu_dead": Text(ko="ReLU의 죽은 유닛", en="ReLU's dead units"),
        },
        log_x=True,
        low="low",
        high="high",
    ),
    thresholds=("LOWER", "bias", "lr"),
)
