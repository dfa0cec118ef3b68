"""A reader's own points: what they are, and how they come onto the plane.

``own_rows`` makes them of a table's rows and one by one, ``own_csv`` of text.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlbasic.arrays import Float64s
from dlbasic.datasets.base import EXTENT, Points, Task, split
from dlbasic.text import Text, both, harmless

FEWEST_ROWS = 4

# Values that are moved onto the plane reach from -REACH to REACH, so that there is room to click
# around them; targets reach as far as the colours do.
REACH, TARGETS = 5.0, 1.0
# Values that fill less of their axis are enlarged: on the plane what lies between 0 and 1 would be
# left with 4 of 50 cells.
LEAST_SHARE = 1.0 / 6.0

LABEL = Text(ko="정답(label)", en="label")
_AXES, _ENDS = (both("x₁"), both("x₂"), LABEL), (EXTENT, EXTENT, TARGETS)

_FEW = Text(
    ko="점이 {least}개는 있어야 학습할 수 있습니다. 지금은 {count}개입니다",
    en="It takes {least} points to learn from; so far: {count}",
)
_ONE_CLASS = Text(
    ko="모든 점의 정답이 ‘{said}’입니다. 클래스가 두 개는 있어야 학습할 수 있습니다",
    en="Every point has the label ‘{said}’: it takes two classes to learn from",
)
_MOVED = Text(
    ko="{axis}의 {low}부터 {high}까지를 {left}부터 {right}까지로 옮겨 학습하고 보여 줍니다",
    en="{axis} from {low} to {high} is moved to {left} to {right}, for the network, too",
)
_MOVED_TARGET = Text(
    ko="{axis}의 {low}부터 {high}까지를 {left}부터 {right}까지로 옮겨 학습하고 보여 줍니다. "
    "손실도 옮긴 값으로 계산합니다",
    en="{axis} from {low} to {high} is moved to {left} to {right}, for the network, too; losses "
    "are of the moved values",
)


@dataclass(frozen=True)
class Scaling:
    """Where a value stands on an axis: at ``(value - centre) / size``.

    >>> Scaling(150.0, 30.0).apply(np.array([0.0, 300.0]))
    array([-5.,  5.])
    >>> Scaling(150.0, 30.0).undo(5.0)
    300.0
    """

    centre: float = 0.0
    size: float = 1.0

    @classmethod
    def of(
        cls, values: Float64s, extent: float, reach: float, before: Scaling | None = None
    ) -> Scaling:
        """How values come to stand between -extent and extent.

        As they did ``before``, or else as they are given, if that shows them; otherwise they reach
        from -reach to reach.

        >>> Scaling.of(np.array([-6.0, 2.0]), 6.0, 5.0), Scaling.of(np.array([7.0, 12.0]), 6.0, 5.0)
        (Scaling(centre=0.0, size=1.0), Scaling(centre=9.5, size=0.5))
        """
        low, high = float(values.min()), float(values.max())
        same = high - low <= 1e-12 * max(1.0, abs(low), abs(high))  # but for rounding errors
        filled = (high - low) / (2.0 * extent)
        stays = before or cls()
        inside = np.abs(stays.apply(np.array([low, high]))).max() <= extent
        if inside and (before or same or filled >= LEAST_SHARE):
            return stays
        return cls((low + high) / 2.0, 1.0 if same else (high - low) / (2.0 * reach))

    def apply(self, values: Float64s) -> Float64s:
        """The places of these values."""
        return (values - self.centre) / self.size

    def undo(self, place: float) -> float:
        """The value that stands at a place."""
        return place * self.size + self.centre

    def near(self, place: float) -> float:
        """A value with no more digits than it takes to stand within 0.005 of a place.

        >>> Scaling().near(1.23456), Scaling(150.0, 30.0).near(1.23456)
        (1.23, 187.0)
        """
        return round(self.undo(place), 2 - math.floor(math.log10(self.size)))


_AS_GIVEN = Scaling()


@dataclass(frozen=True, eq=False, repr=False)
class Own:
    """Points as the reader gave them: ``inputs`` (n, 2), ``targets`` (n,), and what they are.

    ``targets`` are int64 class numbers from 0, whose names are ``names``, or float64 values of a
    regression, which has no ``names``.  ``scalings`` of x1, x2 and the targets move them onto the
    plane, see :meth:`points`.  Data are equal, and have the same ``digest``, if all of this is.

    >>> from dlbasic.datasets.own_rows import from_table
    >>> own = from_table([(0, 0, "a"), (0, 3, "b"), (30, 0, "b"), (30, 3, "a")]).points
    >>> own.task, own.names, own.targets.tolist(), own.points().inputs[:, 0].tolist()
    ('binary', ('a', 'b'), [0, 1, 1, 0], [-5.0, -5.0, 5.0, 5.0])
    """

    inputs: Float64s
    targets: NDArray[Any]
    names: tuple[str, ...]
    task: Task
    scalings: tuple[Scaling, Scaling, Scaling] = (_AS_GIVEN, _AS_GIVEN, _AS_GIVEN)

    def __len__(self) -> int:
        return len(self.targets)

    def __repr__(self) -> str:
        return f"Own({self.task}, {len(self)} points, {self.digest})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """What tells these data from any others."""
        said = repr((self.task, self.names, self.scalings)).encode()
        numbers = self.inputs.tobytes() + self.targets.tobytes()
        return hashlib.sha256(said + b"\n" + numbers).hexdigest()[:32]

    def points(self) -> Points:
        """The points on the plane, -EXTENT to EXTENT, with targets of a regression from -1 to 1."""
        x1, x2, y = self.scalings
        inputs = np.column_stack([x1.apply(self.inputs[:, 0]), x2.apply(self.inputs[:, 1])])
        return Points(inputs, y.apply(self.targets) if self.task == "regression" else self.targets)

    def arranged(
        self, names: Sequence[str], scalings: Iterable[tuple[float, float]] = ((0.0, 1.0),) * 3
    ) -> Own:
        """The same points with their classes in this order, which may have more, and so scaled.

        A scaling is ``(centre, size)``, of x1, x2 and the targets of a regression.  Points that
        were clicked and edited stand as they did then; a table does not tell that.

        >>> from dlbasic.datasets.own_rows import from_table
        >>> own = from_table([(0, 0, "b"), (0, 3, "a"), (3, 0, "a"), (3, 3, "b")]).points
        >>> own.names, own.targets.tolist(), own.arranged(("a", "b")).targets.tolist()
        (('b', 'a'), [0, 1, 1, 0], [1, 0, 0, 1])
        """
        order = [names.index(name) for name in self.names]
        x1, x2, y = (Scaling(*scaling) for scaling in scalings)
        return replace(
            self, names=tuple(names), task=kind(names) if names else self.task,
            targets=np.array(order, np.int64)[self.targets] if names else self.targets,
            scalings=(x1, x2, y),
        )  # fmt: skip

    @property
    def arrangement(self) -> tuple[tuple[str, ...], tuple[tuple[float, float], ...]]:
        """What :meth:`arranged` is given to have the points as these are."""
        return self.names, tuple((scaling.centre, scaling.size) for scaling in self.scalings)

    def split(self, train_share: float, seed: int) -> tuple[Points, Points]:
        """The points to train on and those to test on: of each class its share to train on.

        A class of one point is trained on.  Of few points a plain split may leave a class out.

        >>> from dlbasic.datasets.own_rows import from_table
        >>> own = from_table([(0, 0, "a"), (0, 3, "b"), (3, 0, "b"), (3, 3, "a")]).points
        >>> [sorted(part.targets.tolist()) for part in own.split(0.5, seed=0)]
        [[0, 1], [0, 1]]
        """
        points = self.points()
        if self.task == "regression":
            return split(points, train_share, seed)
        train: list[int] = []
        test: list[int] = []
        for place in range(len(self.names)):
            (mine,) = np.nonzero(self.targets == place)
            if len(mine) < 2:
                train += mine.tolist()
                continue
            of_class = Points(points.inputs[mine], mine)
            for numbers, part in zip(
                (train, test), split(of_class, train_share, seed), strict=True
            ):
                numbers += part.targets.tolist()
        if not test:  # a point of each class alone
            return split(points, train_share, seed)
        ours, theirs = (Points(points.inputs[k], points.targets[k]) for k in (train, test))
        return ours, theirs

    def rows(self) -> list[tuple[float, float, str]]:
        """x1, x2 and label of each point, as they stand in a table."""
        targets = self.targets.tolist()
        said = map(repr, targets) if self.task == "regression" else (self.names[k] for k in targets)
        return [(x1, x2, label) for (x1, x2), label in zip(self.inputs.tolist(), said, strict=True)]

    @property
    def missing(self) -> Text | None:
        """What a network needs to learn from them that is not there yet."""
        if len(self) < FEWEST_ROWS:
            return few(len(self))
        if self.task != "regression" and (self.targets == self.targets[0]).all():
            return _ONE_CLASS.filled(said=self.shown_names[self.targets[0]])
        return None

    @property
    def notes(self) -> tuple[Text, ...]:
        """Which values stand elsewhere than where their numbers say."""
        return tuple(
            moved.filled(axis=axis, low=scaling.undo(-end), high=scaling.undo(end),
                         left=-end, right=end)
            for moved, axis, end, scaling in zip(
                (_MOVED, _MOVED, _MOVED_TARGET), _AXES, _ENDS, self.scalings, strict=True)
            if scaling != _AS_GIVEN
        )  # fmt: skip

    @property
    def shown_names(self) -> tuple[str, ...]:
        """The classes' names, short, and harmless in any text."""
        return tuple(map(harmless, self.names))


def kind(names: Sequence[str]) -> Task:
    """The task that these classes make."""
    return "binary" if len(names) <= 2 else "classes"


def few(count: int) -> Text:
    """That so few points are not enough."""
    return _FEW.filled(least=FEWEST_ROWS, count=count)


class Read(NamedTuple):
    """What was read, None where none of it can be used, and what was wrong with it."""

    points: Own | None
    problems: tuple[Text, ...] = ()
