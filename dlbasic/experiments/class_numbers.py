"""Class numbers as targets, beside one-hot vectors: the errors they give, and what is learned.

The classes A, B, C, … are clouds of points in a row, so that a numbering may follow the row or
not.  On a ring of three clouds all numberings would be the same but for a turn of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import Tanh
from dlbasic.datasets import Points, grid, split
from dlbasic.experiments.base import seed_choice
from dlbasic.experiments.live import MAP
from dlbasic.experiments.replay import Replay
from dlbasic.losses import MSE, CrossEntropy
from dlbasic.network import Floats, Member, Stack
from dlbasic.optimizers import Adam
from dlbasic.params import Choice, Declared, Integer, Real, parameter
from dlbasic.text import Text, both
from dlbasic.training import Training

Float64s = NDArray[np.float64]
Int64s = NDArray[np.int64]
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
_NAMED = {
    "order": {3: (1, 2, 3), 5: (1, 2, 3, 4, 5)},
    "swapped": {3: (2, 1, 3), 5: (2, 1, 3, 5, 4)},
    "jumping": {3: (1, 3, 2), 5: (1, 4, 2, 5, 3)},
}
GAP, TALL = 2.0, 1.5  # between two clouds; a cloud's standard deviation across the row
SURE = 0.9  # the probability that a wrong answer gives to its class
POINTS, TRAIN_SHARE = 1000, 0.2
RATE, BATCH, EPOCHS = 0.02, 20, 100
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
class NumbersSettings(Declared):
    """Clouds in a row, how they are numbered, and the network that learns them."""

    classes: str = parameter(
        Choice(Text(ko="클래스(class) 수", en="Classes"), default="3",
               options={"3": both("3"), "5": both("5")})
    )  # fmt: skip
    numbering: str = parameter(
        Choice(
            Text(ko="번호 붙이기", en="Numbering"), default="jumping",
            options={
                "order": Text(ko="차례대로", en="in order"),
                "swapped": Text(ko="맞바꿔", en="swapped"),
                "jumping": Text(ko="건너뛰어", en="jumps"),
            },
        )
    )  # fmt: skip
    truth: str = parameter(
        Choice(Text(ko="정답 클래스", en="True class"), default="a",
               options={name.lower(): both(name) for name in NAMES})
    )  # fmt: skip
    width: int = parameter(WIDTH)
    spread: float = parameter(SPREAD)
    seed: int = parameter(seed_choice())

    @property
    def count(self) -> int:
        return int(self.classes)

    @property
    def numbers(self) -> Numbering:
        """The number of A, of B, …"""
        return _NAMED[self.numbering][self.count]

    @property
    def learned(self) -> NumbersSettings:
        """The same with the first class for the true one, which no network knows of."""
        return replace(self, truth="a")

    @property
    def true_class(self) -> int:
        """The true class from 0 on; the last one where there are too few for the one chosen."""
        return min(NAMES.index(self.truth.upper()), self.count - 1)


@dataclass(frozen=True)
class NumberTargets(MSE):
    """The squared error of class numbers 1 to ``classes``; a prediction is the nearest of them.

    >>> outputs, targets = np.array([[0.2, 2.4, 9.0]]), np.array([[1.0, 3.0, 3.0]])
    >>> float(NumberTargets(classes=3).accuracy(outputs, targets).round(3))
    0.667
    """

    classes: int = 2

    def accuracy(self, scores: Floats, targets: Floats) -> Float64s:
        right = nearest(scores, self.classes) == targets
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
    seeds: list[int], dtype: Any, seed: int,
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
        optimizer=Adam(), rate=RATE, batch_size=BATCH, seed=seed,
    )  # fmt: skip


class NumbersRun(Replay):
    """One network on number targets or on one-hot vectors, watched while it trains.

    >>> run = NumbersRun(NumbersSettings(), "number")
    >>> run.seek(2)
    >>> run.epoch.number, len(run.cells())
    (2, 2500)
    """

    def __init__(self, settings: NumbersSettings, targets: Targets) -> None:
        self.settings, self.targets = settings, targets
        points = clouds(settings.count, settings.spread, POINTS, settings.seed)
        self.train, self.test = split(points, TRAIN_SHARE, settings.seed)
        super().__init__()

    def begin(self) -> Training:
        settings = self.settings
        return training(
            self.train, self.test, settings.numbers, self.targets, settings.width,
            [settings.seed], np.float64, settings.seed,
        )  # fmt: skip

    def answers(self, inputs: Float64s) -> tuple[Int64s, Float64s]:
        """The class predicted at each of ``inputs``, from 0, and how surely, from 0 to 1.

        A number is sure where it is a class's own or beyond the last, undecided halfway between
        two; a probability is sure at 1, undecided where all are equal.
        """
        outputs = self.training.stack.outputs(inputs)[0].astype(np.float64)
        numbers, count = np.array(self.settings.numbers), self.settings.count
        if self.targets == "number":
            within = np.clip(outputs[0], 1.0, count)
            number = nearest(within, count)
            sure = 1.0 - 2.0 * np.abs(within - number)
        else:
            shares = CrossEntropy().predictions(outputs.T)
            number = shares.argmax(axis=1) + 1.0
            sure = (shares.max(axis=1) - 1.0 / count) / (1.0 - 1.0 / count)
        return np.argsort(numbers)[number.astype(np.int64) - 1], sure

    def cells(self) -> bytes:
        """The answers over the plane as the player reads them: 50·class + sureness."""
        classes, sure = self.answers(_PLANE)
        levels: bytes = (50 * classes + np.rint(49 * sure)).astype(np.uint8).tobytes()
        return levels


_PLANE = grid(MAP)


@dataclass(frozen=True, eq=False)
class Trial:
    """Test accuracies under one numbering, ``(seeds,)``: number targets, and one-hot vectors."""

    numbering: Numbering
    number: Float64s
    one_hot: Float64s

    @property
    def jump(self) -> float:
        return jump(self.numbering)


def trials(classes: int, width: int, spread: float, seeds: int, seed: int) -> Iterator[Trial]:
    """Train on every numbering of ``NUMBERINGS`` in turn, each from the same seeds and points."""
    states = np.random.SeedSequence(seed).generate_state(seeds).tolist()
    train, test = split(clouds(classes, spread, POINTS, seed), TRAIN_SHARE, seed)
    for numbering in NUMBERINGS[classes]:
        found = {}
        for targets in ("number", "one_hot"):
            run = training(train, test, numbering, targets, width, states, np.float32, seed)
            run.advance(EPOCHS * -(-len(train) // BATCH))
            accuracy = run.measure().test_accuracy
            assert accuracy is not None  # both losses say which class was meant
            # A diverged network is right nowhere.
            found[targets] = np.nan_to_num(accuracy).astype(np.float64)
        yield Trial(numbering, found["number"], found["one_hot"])
