"""The race: every activation on the same data from the same seeds, in one stack.

A function and a seed make a network; all functions meet the same seeds, points and batches, so
that what differs is the function alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s
from dlbasic.measures.settings import seeds_from
from dlbasic.measures.tasks import Task, begin
from dlbasic.params import Declared, Flag, Integer, Tick, parameter
from dlbasic.text import Text
from dlbasic.training import Epoch

POINTS = 60  # of a curve


@dataclass(frozen=True)
class Compare(Task):
    """The task, over how many seeds and epochs, and the loss to get to."""

    seeds: int = parameter(
        Integer(
            Text(ko="시드 수", en="Seeds"), default=24, low=8, high=32, step=8, allowed=(1, 999)
        )
    )
    epochs: int = parameter(
        Integer(Text(ko="에포크 수", en="Epochs"), default=60, low=20, high=200, step=20,
                allowed=(1, 10_000))
    )  # fmt: skip
    target: float = parameter(
        Tick(
            Text(ko="목표 손실", en="Target loss"), default=0.1,
            ticks=(0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5),
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Asked(Declared):
    """Whether the comparison is asked for."""

    run: bool = parameter(Flag(Text(ko="비교 측정", en="The comparison measured")))


@dataclass(eq=False)
class Race:
    """What has been run so far: test losses and accuracies ``(epochs, functions, seeds)``.

    Epoch 0 is the start.  A network that has diverged has NaN from then on; regression has no
    accuracies.
    """

    settings: Compare
    test_loss: Float64s
    accuracy: Float64s | None
    done: int = 0

    @property
    def share_done(self) -> float:
        return self.done / self.settings.epochs

    @property
    def _losses(self) -> Float64s:
        return self.test_loss[: self.done + 1]

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Start, end and up to ``POINTS`` - 1 epochs between: the median over seeds, the quartiles.

        A diverged network counts as an infinite loss; where that reaches a quartile, no row.
        """
        epochs = np.unique(np.rint(np.linspace(0, self.done, POINTS + 1)).astype(int))
        losses = np.where(np.isnan(self._losses), np.inf, self._losses)[epochs]
        # Nearest ranks: interpolating between finite and infinite would give NaN.
        low, high = np.quantile(losses, [0.25, 0.75], axis=2, method="nearest")
        middle = np.median(losses, axis=2)
        frames = [
            pd.DataFrame({"function": key, "epoch": epochs, "loss": middle[:, f],
                          "loss_low": low[:, f], "loss_high": high[:, f]})
            for f, key in enumerate(ACTIVATIONS)
        ]  # fmt: skip
        frame = pd.concat(frames, ignore_index=True)
        shown: pd.DataFrame = frame[np.isfinite(frame["loss_high"])].reset_index(drop=True)
        return shown

    def standings(self) -> list[Standing]:
        """How each function has done, the best first: most seeds there, soonest, lowest loss."""
        below = self._losses <= self.settings.target
        first = np.where(below.any(axis=0), below.argmax(axis=0), np.nan)
        final = np.where(np.isnan(self._losses[-1]), np.inf, self._losses[-1])
        low, high = np.quantile(final, [0.25, 0.75], axis=1, method="nearest")
        middle = np.median(final, axis=1)
        standings = []
        for f, key in enumerate(ACTIVATIONS):
            accuracy = None if self.accuracy is None else self.accuracy[self.done, f]
            standings.append(
                Standing(
                    key, int(below[:, f].any(axis=0).sum()),
                    float(np.nanmedian(first[f])) if below[:, f].any() else None,
                    float(middle[f]), float(low[f]), float(high[f]),
                    None if accuracy is None else float(np.median(np.nan_to_num(accuracy))),
                    int(np.isinf(final[f]).sum()),
                )
            )  # fmt: skip
        return sorted(
            standings, key=lambda s: (-s.reached, np.inf if s.epochs is None else s.epochs, s.loss)
        )


@dataclass(frozen=True)
class Standing:
    """How one function has done over the seeds.

    ``reached`` counts the seeds that came to the target, ``epochs`` is the median of when over
    these, None where there are none.  ``loss`` is the median of the last test losses, with its
    quartiles, a diverged network's counting as infinite; ``accuracy`` the median of the last test
    accuracies, a diverged network's counting as 0, None for regression.
    """

    function: str
    reached: int
    epochs: float | None
    loss: float
    loss_low: float
    loss_high: float
    accuracy: float | None
    diverged: int


def constant_loss(task: Task) -> float:
    """The test loss of always giving the one output that fits the training points best.

    The mean target, or the shares of the classes: a target above it asks for no learning.
    """
    (train, test), loss = task.points(), task.measured
    if task.kind == "regression":
        output = train.targets.mean(keepdims=True)
    else:
        counts = np.bincount(train.targets, minlength=task.classes)
        logits = np.log(counts / counts.sum())
        output = logits if loss.head == "softmax" else logits[1:] - logits[0]
    outputs = np.tile(output, (len(test), 1))
    targets = test.targets if loss.head == "softmax" else test.targets[:, None]
    return float(loss(outputs, targets).mean())


def run_race(settings: Compare) -> Iterator[Race]:
    """Race, giving the race after the start and after each epoch; it is one object, and grows.

    In float32.
    """
    seeds = seeds_from(settings.seed, settings.seeds)
    networks = [(f(), seed) for f in ACTIVATIONS.values() for seed in seeds]
    run = begin(settings, networks, np.float32)
    shape = (settings.epochs + 1, len(ACTIVATIONS), settings.seeds)
    start = run.measure()
    race = Race(
        settings, np.full(shape, np.nan),
        None if start.test_accuracy is None else np.full(shape, np.nan),
    )  # fmt: skip
    _note(race, start, shape)
    yield race
    for epoch in run.epochs(settings.epochs):
        _note(race, epoch, shape)
        race.done = epoch.number
        yield race
    if race.done < settings.epochs:  # every network has diverged
        race.done = settings.epochs
        yield race


def _note(race: Race, epoch: Epoch, shape: tuple[int, ...]) -> None:
    race.test_loss[epoch.number] = epoch.test_loss.reshape(shape[1:])
    if race.accuracy is not None and epoch.test_accuracy is not None:
        race.accuracy[epoch.number] = epoch.test_accuracy.reshape(shape[1:])
