"""Labelled points in the plane: two classes, or three and five."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dlbasic.arrays import Float64s, Int64s
from dlbasic.datasets.base import Dataset, Points, Task
from dlbasic.text import Text

_CLOUD = 0.5  # standard deviation of a Gaussian cloud without noise


def _polar(radius: Float64s, angle: Float64s) -> Float64s:
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


class Classification(Dataset):
    """Points labelled by the shape they were drawn from, wherever noise moves them.

    ``inputs = clean + noise · spread · e`` with e standard normal, so that classes overlap when
    there is much noise.
    """

    task: ClassVar[Task] = "binary"
    classes: ClassVar[int] = 2
    dimensions: ClassVar[int] = 2
    spread: ClassVar[float] = 2.0

    def _sample(self, rng: np.random.Generator, order: Int64s) -> Points:
        labels = order % self.classes
        # One random place in each of equal pieces of a shape: no gaps, and no two samples alike.
        pieces = -(-len(order) // self.classes)
        along = (order // self.classes + rng.random(len(order))) / pieces
        clean = self._clean(rng, labels, along)
        moved = clean + self.noise * self.spread * rng.standard_normal(clean.shape)
        return Points(moved, labels)

    @abstractmethod
    def _clean(self, rng: np.random.Generator, labels: Int64s, along: Float64s) -> Float64s:
        """Inputs (count, 2) without noise; ``along`` runs from 0 to 1 evenly in each class."""


@dataclass(frozen=True)
class Circle(Classification):
    """A disc of radius 2.5 in a ring from 3.5 to 5.

    >>> points = Circle(noise=0.0).sample(4, seed=0)
    >>> radius = np.hypot(*points.inputs.T)
    >>> bool(((radius < 2.5) == (points.targets == 1)).all()), points.inputs.shape
    (True, (4, 2))

    Source: TensorFlow Playground (Smilkov et al., 2017).
    """

    key = "circle"
    name = Text(ko="원", en="Circle")
    description = Text(
        ko="고리가 원판을 둘러싸고 있어서, 중심까지의 거리로 클래스(class)가 정해집니다.",
        en="A ring surrounds a disc, so the distance from the centre decides the class.",
    )

    def _clean(self, rng: np.random.Generator, labels: Int64s, along: Float64s) -> Float64s:
        radius = np.where(labels == 1, 2.5 * along, 3.5 + 1.5 * along)
        return _polar(radius, rng.uniform(0.0, 2.0 * np.pi, len(labels)))


@dataclass(frozen=True)
class Xor(Classification):
    """Four squares: the label is 1 where exactly one of x₁ and x₂ is positive, |xᵢ| from 0.3 to 5.

    >>> points = Xor(noise=0.0).sample(4, seed=0)
    >>> x1, x2 = (points.inputs > 0).T
    >>> (x1 ^ x2).astype(int).tolist() == points.targets.tolist()
    True

    Source: TensorFlow Playground (Smilkov et al., 2017); the problem is Minsky & Papert's (1969).
    """

    key = "xor"
    name = Text(ko="배타적 논리합(XOR)", en="XOR")
    description = Text(
        ko="두 좌표 가운데 하나만 양수이면 클래스 1입니다. 직선 하나로는 나눌 수 없습니다.",
        en="Class 1 is where exactly one coordinate is positive: no line separates the classes.",
    )

    def _clean(self, rng: np.random.Generator, labels: Int64s, along: Float64s) -> Float64s:
        size = np.column_stack([0.3 + 4.7 * along, rng.uniform(0.3, 5.0, len(labels))])
        sign = rng.choice([-1.0, 1.0], len(labels))
        signs = np.column_stack([sign, np.where(labels == 1, -sign, sign)])
        clean: Float64s = size * signs
        return clean


class _Clouds(Classification):
    """Gaussian clouds of one size, a class around each of ``centres``."""

    spread = 3.0
    centres: ClassVar[Float64s]

    def _clean(self, rng: np.random.Generator, labels: Int64s, along: Float64s) -> Float64s:
        centres: Float64s = self.centres[labels]
        return centres + _CLOUD * rng.standard_normal(centres.shape)


@dataclass(frozen=True)
class Gaussians(_Clouds):
    """Two Gaussian clouds, around (-2, -2) and (2, 2).

    Their variance is ``0.25 + 9·noise²`` in each coordinate.

    >>> Gaussians().sample(4, seed=0).targets.tolist().count(1)
    2

    Source: TensorFlow Playground (Smilkov et al., 2017).
    """

    key = "gaussians"
    name = Text(ko="두 가우시안(Gaussian)", en="Two Gaussians")
    description = Text(
        ko="정규분포를 따르는 두 무리로, 직선 하나로 거의 나눌 수 있습니다.",
        en="Two normally distributed clouds, which one line all but separates.",
    )
    centres = np.array([[-2.0, -2.0], [2.0, 2.0]])


@dataclass(frozen=True)
class Blobs3(_Clouds):
    """Three Gaussian clouds, their centres evenly on a circle of radius 3.

    >>> np.bincount(Blobs3().sample(100, seed=0).targets).tolist()
    [34, 33, 33]
    """

    key = "blobs3"
    name = Text(ko="무리 세 개", en="Three blobs")
    description = Text(
        ko="정규분포를 따르는 세 무리로, 잡음이 없으면 직선으로 나눌 수 있습니다.",
        en="Three normally distributed clouds, which lines separate when there is no noise.",
    )
    task = "classes"
    classes = 3
    centres = _polar(np.full(3, 3.0), 2.0 * np.pi * np.arange(3) / 3)


@dataclass(frozen=True)
class Blobs5(_Clouds):
    """Five Gaussian clouds, their centres evenly on a circle of radius 3.

    >>> np.bincount(Blobs5().sample(100, seed=0).targets).tolist()
    [20, 20, 20, 20, 20]
    """

    key = "blobs5"
    name = Text(ko="무리 다섯 개", en="Five blobs")
    description = Text(
        ko="정규분포를 따르는 다섯 무리로, 잡음이 커지면 이웃한 무리가 서로 섞입니다.",
        en="Five normally distributed clouds, whose neighbours mix as the noise grows.",
    )
    task = "classes"
    classes = 5
    centres = _polar(np.full(5, 3.0), 2.0 * np.pi * np.arange(5) / 5)


@dataclass(frozen=True)
class Spiral(Classification):
    """Arms that wind around one another: radius 5·t, angle 2π·(turns·t + label/classes).

    t runs from 0.08, as all arms meet at 0.

    >>> points = Spiral(noise=0.0).sample(100, seed=0)
    >>> radius = np.hypot(*points.inputs.T)
    >>> bool(radius.min() > 0.4), bool(radius.max() < 5.0)
    (True, True)

    Source: TensorFlow Playground (Smilkov et al., 2017), after Lang & Witbrock (1988).
    """

    key = "spiral"
    name = Text(ko="나선", en="Spiral")
    description = Text(
        ko="서로를 감고 도는 두 나선으로, 경계도 한 바퀴 반 넘게 감겨야 나눌 수 있습니다.",
        en="Two arms wind around each other: the boundary has to wind along for over 1.5 turns.",
    )
    spread = 1.0
    turns: ClassVar[float] = 1.75

    def _clean(self, rng: np.random.Generator, labels: Int64s, along: Float64s) -> Float64s:
        t = 0.08 + 0.92 * along
        return _polar(5.0 * t, 2.0 * np.pi * (self.turns * t + labels / self.classes))


@dataclass(frozen=True)
class Spiral3(Spiral):
    """The spiral with three arms of 1.25 turns.

    >>> np.bincount(Spiral3().sample(100, seed=0).targets).tolist()
    [34, 33, 33]
    """

    key = "spiral3"
    name = Text(ko="세 갈래 나선", en="Three-armed spiral")
    description = Text(
        ko="서로를 감고 도는 세 나선으로, 나선마다 클래스가 다릅니다.",
        en="Three arms wind around one another, each a class of its own.",
    )
    task = "classes"
    classes = 3
    turns = 1.25


@dataclass(frozen=True)
class Spiral5(Spiral):
    """The spiral with five arms of 0.75 turns.

    >>> np.bincount(Spiral5().sample(100, seed=0).targets).tolist()
    [20, 20, 20, 20, 20]
    """

    key = "spiral5"
    name = Text(ko="다섯 갈래 나선", en="Five-armed spiral")
    description = Text(
        ko="서로를 감고 도는 다섯 나선으로, 나선마다 클래스가 다릅니다.",
        en="Five arms wind around one another, each a class of its own.",
    )
    task = "classes"
    classes = 5
    turns = 0.75


@dataclass(frozen=True)
class Moons(Classification):
    """Two half circles of radius 10/3 that reach into each other.

    >>> points = Moons(noise=0.0).sample(100, seed=0)
    >>> float(np.abs(points.inputs).max().round(1))
    5.0

    Source: scikit-learn's ``make_moons``, three and a third times as large and centred.
    """

    key = "moons"
    name = Text(ko="반달", en="Moons")
    description = Text(
        ko="서로 맞물린 두 반원으로, 경계가 S자로 휘어야 나눌 수 있습니다.",
        en="Two interlocking half circles: the boundary has to bend to separate them.",
    )

    def _clean(self, rng: np.random.Generator, labels: Int64s, along: Float64s) -> Float64s:
        upper = np.column_stack([np.cos(np.pi * along) - 0.5, np.sin(np.pi * along) - 0.25])
        # The other moon is the same one turned by half a circle.
        return 10.0 / 3.0 * np.where(labels[:, None] == 1, upper, -upper)
