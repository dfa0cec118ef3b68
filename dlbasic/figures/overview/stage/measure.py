"""One task, learned with four functions from the same initial weights: the first thing to see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import Points, grid
from dlbasic.measures.replay import epoch_shown
from dlbasic.measures.settings import SEEDS
from dlbasic.measures.tasks import Task, begin
from dlbasic.params import Choice, Declared, parameter
from dlbasic.text import Text, both

# Only the function differs: Xavier's weights suit sigmoid and tanh rather than ReLU and GELU.
TASK = Task(data="spiral", layers=(16, 16, 16), lr=0.01, optimizer="adam")
FUNCTIONS = ("sigmoid", "tanh", "relu", "gelu")
PAIRS = {
    "sigmoid-relu": Text(ko="시그모이드 · ReLU", en="Sigmoid · ReLU"),
    "tanh-relu": Text(ko="tanh · ReLU", en="Tanh · ReLU"),
    "relu-gelu": both("ReLU · GELU"),
}
EPOCHS = 60  # that are shown
SIZE = 40  # cells along each axis of a map
LEVELS = 31  # steps of a probability on it, which are hardly seen and a third of the bytes of 255
TARGET = 0.95  # a share of the test points right that counts as learned
LONGEST = 2000  # epochs after which a function is no longer waited for


@dataclass(frozen=True)
class Stage(Declared):
    """Which two functions stand side by side, and at which epoch."""

    pair: str = parameter(
        Choice(
            Text(ko="나란히 볼 두 함수", en="Functions side by side"), default="sigmoid-relu",
            options=PAIRS,
        )
    )  # fmt: skip
    epoch: int = parameter(replace(epoch_shown(), default=EPOCHS, high=EPOCHS))


@dataclass(frozen=True, eq=False)
class Learned:
    """What networks have learned, function by function in the order of ``FUNCTIONS``.

    Of one seed, epoch by epoch from 0 on: mean ``losses`` on the training points and ``accuracies``
    on the test points, both (epochs, functions), and ``maps``, the probability of class 1 over the
    plane in ``LEVELS`` steps, (epochs, functions, SIZE·SIZE).  Of ``SEEDS`` seeds: ``reached``, the
    median of the epochs after which a network has the ``TARGET`` accuracy, (functions,).
    """

    losses: NDArray[np.float64]
    accuracies: NDArray[np.float64]
    maps: NDArray[np.uint8]
    reached: NDArray[np.float64]

    @property
    def share_done(self) -> float:
        """How many of the functions have been tried from every seed."""
        return len(self.reached) / len(FUNCTIONS)


def learn(task: Task) -> Iterator[Learned]:
    """Train a network with each function, then others from further seeds."""
    watched, reached = watch(task), np.empty(0)
    for key in FUNCTIONS:
        reached = np.append(reached, epochs_to_target(task, key))
        yield Learned(*watched, reached)


def watch(
    task: Task,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8]]:
    """Losses, accuracies and maps of one network with each function, all from the task's seed."""
    training = begin(task, [(ACTIVATIONS[key](), task.seed) for key in FUNCTIONS])
    loss, plane = task.measured, grid(SIZE)
    losses, accuracies, maps = [], [], []
    for epoch in chain([training.measure()], training.epochs(EPOCHS)):
        assert epoch.test_accuracy is not None
        losses.append(epoch.train_loss)
        accuracies.append(epoch.test_accuracy)
        probabilities = loss.predictions(training.stack.outputs(plane)[:, 0])
        maps.append(np.rint(LEVELS * probabilities).astype(np.uint8))
    return np.array(losses), np.array(accuracies), np.array(maps)


def epochs_to_target(task: Task, key: str) -> float:
    """After how many epochs networks with this function have ``TARGET``: a median over seeds.

    It is infinite where half of them do not get there.
    """
    function = ACTIVATIONS[key]()
    training = begin(task, [(function, task.seed + k) for k in range(SEEDS)])
    reached = np.full(SEEDS, np.inf)
    for epoch in training.epochs(LONGEST):
        assert epoch.test_accuracy is not None
        reached[(epoch.test_accuracy >= TARGET) & np.isinf(reached)] = epoch.number
        if np.isfinite(reached).sum() > SEEDS // 2:
            break
    return float(np.median(reached))


def points() -> Points:
    """The points that the networks learn from."""
    return TASK.points()[0]
