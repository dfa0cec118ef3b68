"""PReLU: where the slope of the negative side goes in training, from several starts."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS, Activation, LeakyReLU, PReLU
from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.measures.dead_units import (
    EPOCHS,
    HIDDEN,
    WIDTH,
    Start,
    UnitHistory,
    circle,
    loss_ratios,
    quartiles,
    train,
)
from dlbasic.measures.settings import function_choice, seed_choice, seeds_choice, seeds_from
from dlbasic.params import Declared, Tick, parameter
from dlbasic.text import Text
from dlbasic.words import Words

STARTS = (0.0, 0.25, 0.5, 1.0)
USUAL = 0.25  # PyTorch's start, from which the losses are charted
DRAWN = (0.0, 1.0)  # the paths of these are charted: if all came to one value, theirs would meet
SLOPED = {key: ACTIVATIONS[key].name for key in ("leaky_relu", "prelu")}

# How far from its start a slope must have come to count as moved: a tenth of PyTorch's start.
MOVED = USUAL / 10

# The share of slopes that may be otherwise: by chance one can be slow to move.
FEW = 0.1


@dataclass(frozen=True)
class Learned(Declared):
    function: str = parameter(function_choice("prelu", SLOPED))
    lr: float = parameter(
        Tick(
            Text(ko="학습률(learning rate)", en="Learning rate"), default=0.1,
            ticks=(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1), allowed=(1e-6, 1.0),
        )
    )  # fmt: skip
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def run_learned(settings: Learned) -> Generator[float, None, Outcome]:
    seeds = seeds_from(settings.seed, settings.seeds)
    kinds: list[type[PReLU] | type[LeakyReLU]] = [
        PReLU if settings.function == "prelu" else LeakyReLU, LeakyReLU
    ]  # fmt: skip
    functions: list[Activation] = [kind(alpha) for kind in kinds for alpha in STARTS]
    starts = [Start(f, settings.lr, seed) for f in functions for seed in seeds]
    run = train(starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed)
    shape = (len(STARTS), settings.seeds, HIDDEN)
    path = np.empty((settings.epochs + 1, *shape))
    for history in run:
        path[history.done] = slopes(history, shape)
        if history.share_done < 1.0:
            yield history.share_done
    return _outcome(settings, path, history)


def slopes(history: UnitHistory, shape: tuple[int, ...]) -> Float64s:
    """The negative slope in each hidden layer of the first networks, ``(starts, seeds, layers)``.

    NaN of a network that has diverged.
    """
    stack, values = history.stack, []
    for k in range(shape[0] * shape[1]):
        fixed = [f.alpha for f in stack.members[k].activations(HIDDEN)]  # type: ignore[attr-defined]
        values.append(stack.alphas(k) or fixed)
    now = np.array(values)
    now[history.diverged[-1, : len(now)]] = np.nan
    return now.reshape(shape)


def _outcome(settings: Learned, path: Float64s, history: UnitHistory) -> Outcome:
    far = np.nanmax(np.abs(path - path[0]), axis=0)  # (starts, seeds, layers)
    moved = float((far > MOVED).mean())
    losses = history.test_loss[-1].reshape(2, len(STARTS), settings.seeds)
    ratios = np.median(loss_ratios(losses[0], losses[1]), axis=1)
    end = _last(path)
    measured = {
        "moved": moved, "far": MOVED, "most": 1 - FEW, "few": FEW,
        "least_far": float(far.min()), "median_far": float(np.median(far)),
        "starts_spread": float(np.median(np.std(end, axis=0))),
        "seeds_spread": float(np.median(np.std(end, axis=1))),
        "start_spread": float(np.std(STARTS)),
        "low": float(end.min()), "high": float(end.max()),
        "diverged": float(history.diverged[-1].mean()),
    }  # fmt: skip
    measured |= {f"layer_{layer + 1}": float(np.median(end[..., layer]))
                 for layer in range(HIDDEN)}  # fmt: skip
    of_starts = {"zero_ratio": ratios[0], "usual_ratio": ratios[1],
                 "half_ratio": ratios[2], "one_ratio": ratios[3]}  # fmt: skip
    measured |= {name: float(ratio) for name, ratio in of_starts.items() if np.isfinite(ratio)}
    if moved >= 1 - FEW:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if moved > FEW else Verdict.CONTRADICTED
    kept = history.test_loss.reshape(len(path), *losses.shape)[:, :, STARTS.index(USUAL)]
    return Outcome(_rows(path, kept), measured, verdict)


def _last(path: Float64s) -> Float64s:
    """The final slopes; of a network that diverged, the last before it did."""
    epoch = len(path) - 1 - np.argmax(np.isfinite(path)[::-1], axis=0)
    last: Float64s = np.take_along_axis(path, epoch[None], axis=0)[0]
    return last


def _rows(path: Float64s, losses: Float64s) -> pd.DataFrame:
    """The paths of the slopes, and of the losses ``(epochs, learned or fixed, seeds)``."""
    every = -(-len(path) // 90)  # at most about 90 epochs of each line
    lines = {
        f"layer_{layer + 1}_{start:g}": path[:, STARTS.index(start), :, layer]
        for layer in range(HIDDEN)
        for start in DRAWN
    }
    lines |= {"learned_loss": losses[:, 0], "fixed_loss": losses[:, 1]}
    epochs = np.arange(0.0, len(path), every)
    frames = [
        pd.DataFrame({"series": name, "epoch": epochs, "low": low, "value": middle, "high": high})
        for name, (low, middle, high) in (
            (n, quartiles(line[::every])) for n, line in lines.items()
        )
    ]
    frame = pd.concat(frames, ignore_index=True)
    shown: pd.DataFrame = frame[np.isfinite(frame["high"])].reset_index(drop=True)
    return shown


CLAIM = Claim(
    key="prelu",
    words=Words(__file__),
    constants={"width": WIDTH},
    defaults=Learned(),
    control=Learned(function="leaky_relu"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_learned,
    right=lambda measured: band(measured["median_far"], {"still": 0.1, "moved": 1.5, "wild": 10.0}),
    quantities={
        "moved": Text(ko="움직인 α의 비율", en="share of slopes that moved"),
        "far": Text(ko="움직였다고 볼 거리", en="distance that counts as moved"),
        "most": Text(ko="맞음으로 볼 비율 (이상)", en="share from which on it holds"),
        "few": Text(ko="틀림으로 볼 비율 (이하)", en="share up to which it does not"),
        "least_far": Text(
            ko="초깃값에서 가장 멀리 간 거리 (최솟값)",
            en="largest distance from the initial value (smallest)",
        ),
        "median_far": Text(
            ko="초깃값에서 가장 멀리 간 거리 (중앙값)",
            en="largest distance from the initial value (median)",
        ),
        "starts_spread": Text(
            ko="초깃값에 따른 최종 값의 표준편차 (중앙값)",
            en="standard deviation of the final slopes over the initial values (median)",
        ),
        "seeds_spread": Text(
            ko="시드에 따른 최종 값의 표준편차 (중앙값)",
            en="standard deviation of the final slopes over the seeds (median)",
        ),
        "start_spread": Text(ko="초깃값의 표준편차", en="standard deviation of the initial values"),
        "low": Text(ko="가장 작은 최종 값", en="smallest final slope"),
        "high": Text(ko="가장 큰 최종 값", en="largest final slope"),
        "layer_1": Text(
            ko="첫 번째 은닉층: 최종 값의 중앙값", en="first hidden layer: median final slope"
        ),
        "layer_2": Text(
            ko="두 번째 은닉층: 최종 값의 중앙값", en="second hidden layer: median final slope"
        ),
        "zero_ratio": Text(
            ko="초깃값 0: α를 고정했을 때에 대한 손실의 비율 (중앙값)",
            en="initial value 0: loss as a multiple of that with α fixed (median)",
        ),
        "usual_ratio": Text(
            ko=f"초깃값 {USUAL}: α를 고정했을 때에 대한 손실의 비율 (중앙값)",
            en=f"initial value {USUAL}: loss as a multiple of that with α fixed (median)",
        ),
        "half_ratio": Text(
            ko="초깃값 0.5: α를 고정했을 때에 대한 손실의 비율 (중앙값)",
            en="initial value 0.5: loss as a multiple of that with α fixed (median)",
        ),
        "one_ratio": Text(
            ko="초깃값 1: α를 고정했을 때에 대한 손실의 비율 (중앙값)",
            en="initial value 1: loss as a multiple of that with α fixed (median)",
        ),
        "diverged": Text(ko="발산한 신경망의 비율", en="share of networks that diverged"),
    },
    plot=Plot(
        x="epoch",
        y="value",
        x_title=Text(ko="에포크", en="epoch"),
        y_title=Text(
            ko="음수 쪽 미분값 α, 테스트 손실 (중앙값, 띠는 1·3사분위수 사이)",
            en="slope α, test loss (medians, band: quartiles)",
        ),
        names={
            "layer_1_0": Text(ko="첫 번째 층, 초깃값 0", en="first layer, from 0"),
            "layer_1_1": Text(ko="첫 번째 층, 초깃값 1", en="first layer, from 1"),
            "layer_2_0": Text(ko="두 번째 층, 초깃값 0", en="second layer, from 0"),
            "layer_2_1": Text(ko="두 번째 층, 초깃값 1", en="second layer, from 1"),
            "learned_loss": Text(
                ko=f"손실 (초깃값 {USUAL}, α 학습)", en=f"loss: α learned from {USUAL}"
            ),
            "fixed_loss": Text(ko=f"손실 (초깃값 {USUAL}, α 고정)", en=f"loss: α fixed at {USUAL}"),
        },
        low="low",
        high="high",
    ),
    thresholds=("MOVED", "FEW", "lr"),
)
