"""What every dataset has: a seeded sample, its noise and its facts; and the split in two."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from dlbasic.arrays import Float64s, Int64s
from dlbasic.params import Declared, Integer, Real, parameter
from dlbasic.text import Text

Task = Literal["binary", "classes", "regression"]

EXTENT = 6.0  # a plot of the inputs goes from -EXTENT to EXTENT
MAP = 50  # a map over that plane has MAP·MAP cells

NOISE = Real(
    Text(ko="잡음(noise)", en="Noise"),
    default=0.1,
    low=0.0,
    high=0.5,
    step=0.05,
    help=Text(
        ko="데이터를 무작위로 흩뜨리는 정도입니다.",
        en="How far the data is scattered at random.",
    ),
)
COUNT = Integer(
    Text(ko="데이터 수", en="Points"), default=200, low=20, high=1000, step=20, allowed=(2, 100_000)
)
SEED = Integer(
    Text(ko="데이터 시드", en="Data seed"),
    default=0,
    low=0,
    high=9999,
    allowed=(0, math.inf),
    free=True,
    help=Text(
        ko="데이터를 뽑고 나누는 무작위 수가 시작하는 번호입니다.",
        en="The number that the random draws of the data and of its split start from.",
    ),
)
TRAIN_SHARE = Real(
    Text(ko="훈련 데이터의 비율", en="Share for training"),
    default=0.5,
    low=0.1,
    high=0.9,
    step=0.1,
    help=Text(
        ko="학습에 쓰는 데이터의 비율입니다. 나머지는 테스트 데이터입니다.",
        en="The share of the data to learn from; the rest is test data.",
    ),
)

# Part of the seed, so that neither data nor split repeat the numbers that the bare seed gives to
# the initial weights.
_SAMPLE, _SPLIT = 1, 2


@dataclass(frozen=True, eq=False)
class Points:
    """Points ``inputs`` of shape (count, dimensions) and what to predict, ``targets`` (count,).

    Targets are int64 class numbers from 0 or, for regression, float64 values.
    """

    inputs: Float64s
    targets: NDArray[Any]

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True)
class Dataset(Declared, ABC):
    """A way of drawing points: ``noise`` is its parameter, the class variables are its facts.

    ``classes`` is 1 for regression.  Without noise the coordinates lie from -EXTENT to EXTENT, and
    targets of regression from -1 to 1; noise takes some beyond, few of them inputs.
    """

    key: ClassVar[str]
    name: ClassVar[Text]
    description: ClassVar[Text]
    task: ClassVar[Task]
    classes: ClassVar[int]
    dimensions: ClassVar[int]

    noise: float = parameter(NOISE)

    def sample(self, count: int, seed: int) -> Points:
        """Draw ``count`` points, in mixed order; the same arguments give the same bits.

        The noise scales draws that do not depend on it: more of it moves every labelled point, or
        every point's target in regression, further along a straight line.  The classes differ in
        size by one point at most.  Raises ``ValueError`` unless ``count`` is a whole number from 2
        to 100,000 and ``seed`` one of at least 0.
        """
        count = COUNT.check("count", count)
        rng = np.random.default_rng([SEED.check("seed", seed), _SAMPLE])
        return self._sample(rng, rng.permutation(count))

    @abstractmethod
    def _sample(self, rng: np.random.Generator, order: Int64s) -> Points:
        """Points number ``order``, a permutation of 0 to count - 1."""


def split(points: Points, train_share: float, seed: int) -> tuple[Points, Points]:
    """Deal points into a training and a test set: each point goes to one, none stays empty.

    The training set gets ``train_share`` of them, rounded.  Raises ``ValueError`` for a share
    that is not from 0.1 to 0.9, a seed that is no whole number of at least 0 and for fewer than 2
    points.

    >>> points = Points(np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 1, 0, 1]))
    >>> train, test = split(points, 0.75, seed=0)
    >>> len(train), len(test)
    (3, 1)
    """
    share = TRAIN_SHARE.check("train_share", train_share)
    rng = np.random.default_rng([SEED.check("seed", seed), _SPLIT])
    count = len(points)
    if count < 2:
        raise ValueError(f"a split needs at least 2 points, not {count}")
    order = rng.permutation(count)
    cut = min(max(round(share * count), 1), count - 1)
    train, test = (Points(points.inputs[part], points.targets[part])
                   for part in (order[:cut], order[cut:]))  # fmt: skip
    return train, test
