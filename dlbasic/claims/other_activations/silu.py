"""SiLU in deep networks: how many of its runs reach a target, beside ReLU's, each at its best."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.datasets import DATASETS, Points
from dlbasic.measures.settings import SEEDS, function_choice, seed_choice, seeds_choice
from dlbasic.measures.steps_to_target import (
    BATCH,
    POINTS,
    TARGET,
    WIDTH,
    grid,
    own_best,
    share_there,
    steps_to_target,
)
from dlbasic.optimizers import SGD, Adam, Optimizer
from dlbasic.params import Declared, Integer, Tick, parameter
from dlbasic.text import Text
from dlbasic.words import Words

RIVAL = "relu"
DEPTHS = (4, 8, 16, 32)

OPTIMIZERS: dict[str, Optimizer] = {"sgd": SGD(), "adam": Adam()}
SGD_LRS, ADAM_LRS = (0.03, 0.1, 0.3), (0.003, 0.01)

# Around He's weights: ReLU keeps its signals at 1, SiLU, which is flatter, a little above.
SCALES = (1.0, 1.1)
TUNING = 3  # seeds on which rate and scale are chosen; the shares are of others

# The share of seeds that have to get there for training to count as stable: more often than not is
# the least that the word can mean.
STABLE = 0.5

# By how much ReLU's share has to be above for SiLU's to count as lower: two standard errors of the
# difference between two shares of twenty seeds, which is 0.16 at most.
LOWER = 0.3


@dataclass(frozen=True)
class DeepRace(Declared):
    function: str = parameter(function_choice("silu"))
    deepest: float = parameter(
        Tick(Text(ko="가장 깊은 신경망의 은닉층 수", en="Hidden layers of the deepest network"),
             default=float(DEPTHS[-1]), ticks=tuple(map(float, DEPTHS[1:])), allowed=(5.0, 64.0))
    )  # fmt: skip
    steps: int = parameter(
        Integer(Text(ko="학습 스텝 수", en="Training steps"), default=200, low=50, high=300,
                step=50, allowed=(10, 10_000))
    )  # fmt: skip
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def depths_of(settings: DeepRace) -> list[int]:
    """The hidden layers of the networks measured, the shallowest first."""
    deepest = int(settings.deepest)
    return [*(depth for depth in DEPTHS if depth < deepest), deepest]


def interval(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95% interval (1927) for the share behind ``share`` of ``count`` seen."""
    square = 1.96**2 / count
    middle = (share + square / 2) / (1 + square)
    half = np.sqrt(square * (share * (1 - share) + square / 4)) / (1 + square)
    # At 0 and at 1 an end is the share itself, but for rounding.
    return max(min(float(middle - half), share), 0.0), min(max(float(middle + half), share), 1.0)


def _shares(
    optimizer: str, depth: int, settings: DeepRace, points: Points, seeds: list[int]
) -> Generator[float, None, Float64s]:
    """The shares of the function and of ReLU that get there, each at its own best: ``(2,)``."""
    rule, lrs = OPTIMIZERS[optimizer], SGD_LRS if optimizer == "sgd" else ADAM_LRS
    functions, choices = (settings.function, RIVAL), grid([""], SCALES, lrs, [0])
    tuned = yield from _part(0.0, 0.6, steps_to_target(
        grid(functions, SCALES, lrs, seeds[:TUNING]), points, depth, rule, settings.steps,
        target=TARGET, seed=settings.seed,
    ))  # fmt: skip
    best = [choices[own_best(steps)] for steps in tuned.reshape(2, len(choices), TUNING)]
    raced = yield from _part(0.6, 1.0, steps_to_target(
        [runner for f, at in zip(functions, best, strict=True)
         for runner in grid([f], [at.scale], [at.lr], seeds[TUNING:])],
        points, depth, rule, settings.steps, target=TARGET, seed=settings.seed,
    ))  # fmt: skip
    return share_there(raced.reshape(2, settings.seeds))


def _part(
    start: float, end: float, run: Generator[float, None, Float64s]
) -> Generator[float, None, Float64s]:
    """A run as one part of a longer one, from the share ``start`` to ``end`` of it."""
    while True:
        try:
            share = next(run)
        except StopIteration as last:
            result: Float64s = last.value
            return result
        yield start + (end - start) * share


def run_silu(settings: DeepRace) -> Generator[float, None, Outcome]:
    depths = depths_of(settings)
    states = np.random.SeedSequence(settings.seed).generate_state(TUNING + settings.seeds)
    points = DATASETS["circle"](noise=0.0).sample(POINTS, seed=settings.seed)
    work, done, shares = sum(depths) * len(OPTIMIZERS), 0, {}
    for depth in depths:
        for optimizer in OPTIMIZERS:
            part = _shares(optimizer, depth, settings, points, states.tolist())
            shares[optimizer, depth] = yield from _part(done / work, (done + depth) / work, part)
            done += depth
    return _outcome(settings, depths, shares)


def _outcome(
    settings: DeepRace, depths: list[int], shares: dict[tuple[str, int], Float64s]
) -> Outcome:
    rows = [
        (series + optimizer, float(depth), share, *interval(share, settings.seeds))
        for (optimizer, depth), both in shares.items()
        for series, share in zip(("", "rival_"), both.tolist(), strict=True)
    ]
    gap = max(float(rival - own) for own, rival in shares.values())
    deep = {optimizer: shares[optimizer, depths[-1]].tolist() for optimizer in OPTIMIZERS}
    measured = {
        "least": min(float(own) for own, _ in shares.values()), "gap": gap,
        "target": TARGET, "stable": STABLE, "lower": LOWER,
    }  # fmt: skip
    for optimizer, (own, rival) in deep.items():
        measured |= {optimizer: own, f"rival_{optimizer}": rival}
    if max(own for own, _ in deep.values()) < STABLE:
        verdict = Verdict.CONTRADICTED
    elif measured["least"] >= STABLE and gap <= LOWER + 1e-9:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL
    columns = ["series", "depth", "share", "low", "high"]
    return Outcome(pd.DataFrame(rows, columns=columns), measured, verdict)


CLAIM = Claim(
    key="silu",
    words=Words(__file__),
    constants={"points": POINTS, "width": WIDTH, "batch": BATCH, "tuning": TUNING, "usual": SEEDS},
    defaults=DeepRace(),
    control=DeepRace(function="sigmoid"),
    subject=("function",),
    thresholds=("SGD_LRS", "ADAM_LRS", "SCALES", "TARGET", "STABLE", "LOWER"),
    expected=Verdict.CONDITIONAL,
    measure=run_silu,
    right=lambda measured: {
        (False, False): "none",
        (True, False): "sgd",
        (False, True): "adam",
        (True, True): "both",
    }[measured["sgd"] >= STABLE, measured["adam"] >= STABLE],
    quantities={
        "sgd": Text(
            ko="{function}: SGD, 가장 깊을 때의 비율", en="{function}: share at the deepest, SGD"
        ),
        "adam": Text(
            ko="{function}: Adam, 가장 깊을 때의 비율", en="{function}: share at the deepest, Adam"
        ),
        "rival_sgd": Text(
            ko="ReLU: SGD, 가장 깊을 때의 비율", en="ReLU: share at the deepest, SGD"
        ),
        "rival_adam": Text(
            ko="ReLU: Adam, 가장 깊을 때의 비율", en="ReLU: share at the deepest, Adam"
        ),
        "least": Text(ko="{function}: 가장 낮은 비율", en="{function}: lowest share"),
        "gap": Text(
            ko="ReLU의 비율 − {function}의 비율 (최대)",
            en="ReLU's share − that of {function} (largest)",
        ),
        "target": Text(ko="목표 훈련 손실", en="target training loss"),
        "stable": Text(ko="안정적이라고 볼 비율", en="share that counts as stable"),
        "lower": Text(ko="ReLU보다 낮다고 볼 차이", en="difference that counts as lower"),
    },
    plot=Plot(
        x="depth",
        y="share",
        x_title=Text(ko="은닉층의 수", en="hidden layers"),
        y_title=Text(
            ko="목표에 도달한 비율 (띠는 95% 신뢰구간)",
            en="share that reaches the target (band: 95% interval)",
        ),
        names={
            "sgd": Text(ko="선택한 함수 · SGD", en="the function chosen · SGD"),
            "adam": Text(ko="선택한 함수 · Adam", en="the function chosen · Adam"),
            "rival_sgd": Text(ko="ReLU · SGD", en="ReLU · SGD"),
            "rival_adam": Text(ko="ReLU · Adam", en="ReLU · Adam"),
        },
        whole_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)
