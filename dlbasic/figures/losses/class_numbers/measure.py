"""Clouds in a row and their numbers: a network that learns them, and how many learn how well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s, Int64s
from dlbasic.datasets import MAP, grid, split
from dlbasic.losses import CrossEntropy
from dlbasic.measures.class_numbers import (
    NAMES,
    NUMBERINGS,
    POINTS,
    SEEDS,
    SPREAD,
    TRAIN_SHARE,
    WIDTH,
    Numbering,
    Targets,
    Trial,
    clouds,
    nearest,
    training,
    trials,
)
from dlbasic.measures.replay import Replay, epoch_shown
from dlbasic.measures.settings import seed_choice
from dlbasic.params import Choice, Declared, Flag, parameter
from dlbasic.softmax import confidence
from dlbasic.text import Text, both
from dlbasic.training import Training

_PLANE = grid(MAP)
_NUMBERED: dict[str, dict[int, Numbering]] = {
    "order": {3: (1, 2, 3), 5: (1, 2, 3, 4, 5)},
    "swapped": {3: (2, 1, 3), 5: (2, 1, 3, 5, 4)},
    "jumping": {3: (1, 3, 2), 5: (1, 4, 2, 5, 3)},
}


@dataclass(frozen=True)
class ClassNumbers(Declared):
    """Clouds in a row, how they are numbered, and the network that learns them."""

    classes: str = parameter(
        Choice(Text(ko="클래스(class) 수", en="Classes"), default="3",
               options={"3": both("3"), "5": both("5")})
    )  # fmt: skip
    numbering: str = parameter(
        Choice(
            Text(ko="번호 붙이기", en="Numbering"), default="jumping",
            options={
                "order": Text(ko="순서대로", en="in order"),
                "swapped": Text(ko="맞바꿈", en="swapped"),
                "jumping": Text(ko="건너뜀", en="jumps"),
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
        return _NUMBERED[self.numbering][self.count]

    @property
    def learned(self) -> ClassNumbers:
        """The same with the first class for the true one, which no network knows of."""
        return replace(self, truth="a")

    @property
    def tried(self) -> ClassNumbers:
        """The same with the first numbering, too, for what is tried with all of them."""
        return replace(self.learned, numbering="order")

    @property
    def true_class(self) -> int:
        """The true class from 0 on; the last one where there are too few for the one chosen."""
        return min(NAMES.index(self.truth.upper()), self.count - 1)


_RUN = ("classes", "numbering", "width", "spread", "seed")  # what the networks learn with


@dataclass(frozen=True)
class Epochs(Declared):
    """The epoch at which each of the two networks is shown."""

    number_epoch: int = parameter(epoch_shown(_RUN))
    one_hot_epoch: int = parameter(epoch_shown(_RUN))


@dataclass(frozen=True)
class Asked(Declared):
    """Whether the accuracies under every numbering are asked for, which take seconds."""

    run: bool = parameter(
        Flag(Text(ko="번호별 정확도 측정", en="Accuracies by numbering measured"))
    )


@dataclass(frozen=True)
class Shown(Declared):
    """Which part of the figure is shown."""

    part: str = parameter(
        Choice(
            Text(ko="볼 그림", en="Picture"), default="errors",
            options={
                "errors": Text(ko="오차", en="Errors"),
                "runs": Text(ko="두 학습", en="Two runs"),
                "all": Text(ko="모든 번호 붙이기", en="All numberings"),
            },
        )
    )  # fmt: skip


class NumbersRun(Replay):
    """One network on number targets or on one-hot vectors, watched while it trains.

    >>> run = NumbersRun(ClassNumbers(), "number")
    >>> run.seek(2)
    >>> run.epoch.number, [of.shape for of in run.over_plane()]
    (2, [(2500,), (2500,)])
    """

    def __init__(self, settings: ClassNumbers, targets: Targets) -> None:
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
            sure = confidence(shares)
        return np.argsort(numbers)[number.astype(np.int64) - 1], sure

    def over_plane(self) -> tuple[Int64s, Float64s]:
        """The answers over the plane, ``(MAP·MAP,)`` each."""
        return self.answers(_PLANE)


@dataclass(frozen=True, eq=False)
class Trials:
    """What the numberings of so many classes have come to so far."""

    classes: int
    found: tuple[Trial, ...] = ()

    @property
    def share_done(self) -> float:
        return len(self.found) / len(NUMBERINGS[self.classes])

    def frame(self) -> pd.DataFrame:
        """Test accuracies in a row for each ``numbering``, as it is written, and ``targets``.

        Columns ``accuracy``, the mean over the seeds, ``accuracy_low`` and ``accuracy_high``.
        """
        rows = [
            (
                " ".join(map(str, trial.numbering)),
                targets,
                accuracies.mean(),
                accuracies.min(),
                accuracies.max(),
            )
            for trial in self.found
            for targets, accuracies in (("number", trial.number), ("one_hot", trial.one_hot))
        ]
        columns = ["numbering", "targets", "accuracy", "accuracy_low", "accuracy_high"]
        return pd.DataFrame(rows, columns=columns)


def try_numberings(settings: ClassNumbers) -> Iterator[Trials]:
    """Train ``SEEDS`` networks on each numbering in turn; gives what there is after each."""
    so_far = Trials(settings.count)
    for trial in trials(
        settings.count, settings.width, settings.spread, SEEDS, settings.seed
    ):  # fmt: skip
        so_far = replace(so_far, found=(*so_far.found, trial))
        yield so_far
