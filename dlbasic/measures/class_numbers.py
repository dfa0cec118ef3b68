"""Class numbers as targets, beside one-hot vectors: the errors they give, and what is learned.

The classes A, B, C, … are clouds of points in a row, so that a numbering may follow the row or
not.  On a ring of three clouds all numberings would be the same but for a turn of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from dlbasic.activations import Tanh
from dlbasic.arrays import Float64s, Floats
from dlbasic.datasets import Points, split
from dlbasic.losses import MSE, CrossEntropy
from dlbasic.network import Member, Stack
from dlbasic.optimizers import Adam
from dlbasic.params import Integer, Real
from dlbasic.text import Text
from dlbasic.training import Training

Targets = Literal["number", "one_hot"]
Numbering = tuple[int, ...]  # the number of A, of B, …

NAMES = "ABCDE"
# Those that differ by more than their direction; of five classes' sixty, some from small steps
# between neighbours to the largest.
NUMBERINGS: dict[int, tuple[Numbering, ...]] = {
    2: ((1, 2), (2, 1)),
    3: ((1, 2, 3), (2, 1, 3), (1, 3, 2)),
    5: ((1, 2, 3, 4, 5), (2, 1, 3, 5, 4), (2, 3, 1, 5, 4), (1, 3, 5, 2, 4), (1, 4, 2, 5, 3),
        (3, 1, 5, 2, 4)),
}  # fmt: skip

GAP, TALL = 2.0, 1.5  # between two clouds; a cloud's standard deviation across the row
SURE = 0.9  # the probability that a wrong answer gives to its class
POINTS, TRAIN_SHARE = 1000, 0.2
LR, BATCH, EPOCHS = 0.02, 20, 100
SEEDS = 20

WIDTH = Integer(
    Text(ko="은닉층의 유닛 수", en="Units in the hidden layer"), default=4, low=2, high=32,
    allowed=(1, 256),
)  # fmt: skip

SPREAD = Real(
    Text(ko="무리의 폭 (표준편차)", en="Width of a cloud (standard deviation)"),
    default=0.8, low=0.2, high=1.2, step=0.1,
)  # fmt: skip


@dataclass(frozen=True)
class NumberTargets(MSE):
    """The squared error of class numbers 1 to ``classes``; a prediction is the nearest of them.

    >>> outputs, targets = np.array([[0.2, 2.4, 9.0]]), np.array([[1.0, 3.0, 3.0]])
    >>> float(NumberTargets(classes=3).accuracy(outputs, targets).round(3))
    0.667
    """

    classes: int = 2

    def accuracy(self, logits: Floats, targets: Floats) -> Float64s:
        right = nearest(logits, self.classes) == targets
        return np.asarray(right.mean(axis=(-2, -1)))


def nearest(outputs: Floats, classes: int) -> Floats:
    """The class number from 1 to ``classes`` that is nearest to each output."""
    numbers: Floats = np.clip(np.rint(outputs), 1, classes)
    return numbers


def jump(numbering: Numbering) -> float:
    """How far apart the numbers of two neighbouring classes are, on average.

    >>> jump((1, 2, 3)), jump((1, 3, 2))
    (1.0, 1.5)
    """
    return float(np.abs(np.diff(numbering)).mean())


def errors(numbers: Numbering, truth: int) -> pd.DataFrame:
    """What it costs to take class number ``truth``, from 0, for each class; one row a class.

    ``number_error`` is the squared difference of class numbers, ``one_hot_error`` that of one-hot
    vectors summed over their places, ``cross_entropy`` the loss of giving the class the probability
    ``SURE`` and the others equal parts of the rest.

    >>> errors((1, 3, 2), truth=0)[["number_error", "one_hot_error"]].to_numpy().tolist()
    [[0.0, 0.0], [4.0, 2.0], [1.0, 2.0]]
    """
    count = len(numbers)
    vectors = np.eye(count)[np.array(numbers) - 1]
    sure = np.full((count, count), (1.0 - SURE) / (count - 1))
    np.fill_diagonal(sure, SURE)
    values = np.array(numbers, float)
    squared = MSE()
    return pd.DataFrame(
        {
            "name": list(NAMES[:count]),
            "number": values,
            "number_error": squared(values, np.full(count, values[truth])),
            "one_hot": [" ".join(f"{place:.0f}" for place in vector) for vector in vectors],
            "one_hot_error": squared(vectors, np.tile(vectors[truth], (count, 1))).sum(axis=1),
            "cross_entropy": CrossEntropy()(np.log(sure), np.full(count, truth)),
        }
    )


def clouds(classes: int, spread: float, count: int, seed: int) -> Points:
    """Points of Gaussian clouds in a row along x₁, a class each, ``GAP`` apart around 0.

    >>> points = clouds(3, 0.5, 300, seed=0)
    >>> [round(float(points.inputs[points.targets == k, 0].mean())) for k in range(3)]
    [-2, 0, 2]
    """
    rng = np.random.default_rng([seed, classes])
    labels = rng.permutation(count) % classes
    centres = GAP * (labels - (classes - 1) / 2)
    inputs = rng.standard_normal((count, 2)) * (spread, TALL)
    inputs[:, 0] += centres
    return Points(inputs, labels)


def training(
    train: Points, test: Points, numbers: Numbering, targets: Targets, width: int,
    seeds: list[int], dtype: Any, seed: int, lr: float = LR,
) -> Training:  # fmt: skip
    """Networks with a hidden layer of Tanh that learn the numbers, or one-hot vectors of them.

    Number targets: one output and the squared error.  One-hot: softmax and cross-entropy, class
    number n having its 1 in place n.
    """
    count, of_class = len(numbers), np.array(numbers)
    single = targets == "number"
    stack = Stack(
        (2, width, 1 if single else count), [Member(Tanh(), seed=one) for one in seeds], dtype
    )
    train, test = (
        Points(points.inputs, of_class[points.targets] - (0 if single else 1))
        for points in (train, test)
    )
    return Training(
        stack, train, test, NumberTargets(count) if single else CrossEntropy(),
        optimizer=Adam(), lr=lr, batch_size=BATCH, seed=seed,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Trial:
    """Test accuracies under one numbering, ``(seeds,)``: number targets, and one-hot vectors."""

    numbering: Numbering
    number: Float64s
    one_hot: Float64s

    @property
    def jump(self) -> float:
        return jump(self.numbering)


def trials(
    classes: int, width: int, spread: float, seeds: int, seed: int, lr: float = LR
) -> Iterator[Trial]:
    """Train on every numbering of ``NUMBERINGS`` in turn, each from the same seeds and points."""
    states = np.random.SeedSequence(seed).generate_state(seeds).tolist()
    train, test = split(clouds(classes, spread, POINTS, seed), TRAIN_SHARE, seed)
    for numbering in NUMBERINGS[classes]:
        found = {}
        for targets in ("number", "one_hot"):
            run = training(train, test, numbering, targets, width, states, np.float32, seed, lr)
            run.advance(EPOCHS * -(-len(train) // BATCH))
            accuracy = run.measure().test_accuracy
            assert accuracy is not None  # both losses say which class was meant
            # A diverged network is right nowhere.
            found[targets] = np.nan_to_num(accuracy).astype(np.float64)
        yield Trial(numbering, found["number"], found["one_hot"])
