"""One deep network with several functions and starts: which learn, and what keeps the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s
from dlbasic.datasets import DATASETS, Points, split
from dlbasic.diagnostics import delta_norms
from dlbasic.initializers import INITIALIZERS, Initializer, Normal
from dlbasic.losses import BCE
from dlbasic.measures.settings import FUNCTIONS, seed_choice, seeds_from
from dlbasic.network import Member, Stack, Trace
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.params import Choice, Declared, Flag, Integer, Several, Tick, parameter
from dlbasic.text import Text, both
from dlbasic.training import Training

WIDTH, POINTS, BATCH = 16, 200, 20
LEARNED = 0.2  # a training loss that counts as having learned

# The same numbers for every layer, as one might write them without thinking of the width; and the
# two rules that do.
STARTS = {
    "naive": Normal(scale=0.1),
    "xavier": INITIALIZERS["xavier_normal"](),
    "he": INITIALIZERS["he_normal"](),
}

START_NAMES = {
    "naive": Text(ko="모든 층에 표준편차 0.1", en="Standard deviation 0.1 in every layer"),
    "xavier": Text(ko="Xavier 초기화", en="Xavier"),
    "he": Text(ko="He 초기화", en="He"),
}


@dataclass(frozen=True)
class Cures(Declared):
    """Networks of ``depth`` hidden layers of 16 units on the circle, trained with batches of 20."""

    functions: tuple[str, ...] = parameter(
        Several(
            Text(ko="함수", en="Functions"), default=("sigmoid", "tanh", "relu", "gelu", "silu"),
            options=FUNCTIONS,
        )
    )  # fmt: skip
    depth: int = parameter(
        Integer(Text(ko="은닉층의 수", en="Hidden layers"), default=10, low=1, high=30,
                allowed=(1, 64))
    )  # fmt: skip
    skip: bool = parameter(Flag(Text(ko="잔차 연결", en="Skip connections")))
    optimizer: str = parameter(
        Choice(Text(ko="옵티마이저", en="Optimizer"), default="sgd",
               options={"sgd": both("SGD"), "adam": both("Adam")})
    )  # fmt: skip
    lr: float = parameter(
        Tick(Text(ko="학습률(learning rate)", en="Learning rate"), default=0.1,
             ticks=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0))
    )  # fmt: skip
    epochs: int = parameter(
        Integer(Text(ko="에포크 수", en="Epochs"), default=40, low=20, high=100, step=20,
                allowed=(1, 10_000))
    )  # fmt: skip
    seeds: int = parameter(Integer(Text(ko="시드 수", en="Seeds"), default=5, low=3, high=10))
    seed: int = parameter(seed_choice())


@dataclass(frozen=True)
class Look(Declared):
    """Which kind of initial weights is shown."""

    part: str = parameter(
        Choice(
            Text(ko="초기 가중치", en="Initial weights"), default="he",
            options={
                "naive": Text(ko="표준편차 0.1", en="Standard deviation 0.1"),
                "xavier": both("Xavier"),
                "he": both("He"),
            },
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Asked(Declared):
    """Whether the measurement is asked for."""

    run: bool = parameter(Flag(Text(ko="해결책 측정", en="Cures measured")))


@dataclass(eq=False)
class Comparison:
    """Training losses and first-layer gradients, ``(epochs + 1, starts, functions, seeds)``.

    The gradient is the norm at the first hidden layer's weighted sums, of the mean loss over all
    training points, before each epoch.  A network that has diverged has NaN.
    """

    settings: Cures
    loss: Float64s
    gradient: Float64s
    share_done: float = 0.0

    @cached_property
    def rows(self) -> dict[str, pd.DataFrame]:
        """What is drawn of each start, once all is measured."""
        return {start: self._rows(start) for start in STARTS}

    def _rows(self, start: str) -> pd.DataFrame:
        """Median over seeds, smallest and largest, of loss and gradient for each function.

        What has diverged counts as infinite.  Neither it nor a gradient of 0 has a place on a log
        axis: the band leaves them out, and where the median is one of them it is NaN.
        """
        place = list(STARTS).index(start)
        frames = []
        for f, key in enumerate(self.settings.functions):
            columns: dict[str, object] = {
                "function": key, "epoch": np.arange(len(self.loss), dtype=np.float64),
            }  # fmt: skip
            for field in ("loss", "gradient"):
                values = getattr(self, field)[:, place, f]
                values = np.where(np.isnan(values), np.inf, values)
                drawn = (values > 0) & np.isfinite(values)
                middle = np.quantile(values, 0.5, axis=1, method="lower")
                shown = (middle > 0) & np.isfinite(middle)
                spread = {
                    field: middle,
                    f"{field}_low": np.min(values, axis=1, where=drawn, initial=np.inf),
                    f"{field}_high": np.max(values, axis=1, where=drawn, initial=0.0),
                }
                columns |= {
                    name: np.where(shown, heights, np.nan) for name, heights in spread.items()
                }
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True)

    def learned(self, start: str, function: str, below: float = LEARNED) -> int:
        """How many seeds have come below a training loss."""
        place, f = list(STARTS).index(start), self.settings.functions.index(function)
        return int((self.loss[:, place, f] < below).any(axis=0).sum())


def compare(settings: Cures) -> Iterator[Comparison]:
    """Train from each start with each function in turn, giving what there is after each epoch.

    It is one object, which grows.  Of all networks at once the passes would not fit into memory.
    """
    data = DATASETS["circle"]().sample(2 * POINTS, seed=0)
    train, test = split(data, 0.5, seed=0)
    shape = (settings.epochs + 1, len(STARTS), len(settings.functions), settings.seeds)
    seen = Comparison(settings, np.full(shape, np.nan), np.full(shape, np.nan))
    epochs = settings.epochs * len(STARTS) * len(settings.functions)
    for start, rule in enumerate(STARTS.values()):
        for function, key in enumerate(settings.functions):
            own = (start, function)
            for epoch, *measured in _train(settings, key, rule, train, test):
                seen.loss[(epoch, *own)], seen.gradient[(epoch, *own)] = measured
                seen.share_done = min(1.0, seen.share_done + (epoch > 0) / epochs)
                yield seen
    seen.share_done = 1.0
    yield seen


def _train(
    settings: Cures, function: str, rule: Initializer, train: Points, test: Points
) -> Iterator[tuple[int, Float64s, Float64s]]:
    """An epoch's number with the loss and the first layer's gradient in each of the networks."""
    members = [
        Member(ACTIVATIONS[function](), rule, seed)
        for seed in seeds_from(settings.seed, settings.seeds)
    ]
    sizes = (2, *(WIDTH,) * settings.depth, 1)
    stack = Stack(sizes, members, np.float32, skip=settings.skip)
    run = Training(
        stack, train, test, BCE(), optimizer=OPTIMIZERS[settings.optimizer](), lr=settings.lr,
        batch_size=BATCH, seed=settings.seed,
    )  # fmt: skip
    trace, targets = Trace(stack, len(train)), BCE().prepare(train.targets, 1, stack.dtype)
    steps = -(-len(train) // BATCH)
    for epoch in range(settings.epochs + 1):
        if epoch and run.running:
            run.advance(steps)
        stack.backpropagate(train, BCE(), trace)
        with np.errstate(all="ignore"):
            loss = np.array(BCE().mean(trace.z[-1], targets), np.float64).reshape(-1)
        gradient = delta_norms(trace)[0]
        for values in (loss, gradient):
            values[list(run.divergences)] = np.nan
        yield epoch, loss, gradient
