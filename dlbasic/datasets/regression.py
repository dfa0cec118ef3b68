"""Points with values to predict: surfaces over the plane, and curves over a line."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.arrays import Float64s, Int64s
from dlbasic.datasets.base import EXTENT, Dataset, Points, Task
from dlbasic.text import Text

# x₁, x₂ and height of each cone.
_CONES = np.array(
    [
        (-4.0, 2.5, 1.0),
        (0.0, 2.5, -1.0),
        (4.0, 2.5, 1.0),
        (-4.0, -2.5, -1.0),
        (0.0, -2.5, 1.0),
        (4.0, -2.5, -1.0),
    ]
)


class Regression(Dataset):
    """Values of a function with noise: ``target = truth(x) + noise · e`` with e standard normal.

    Inputs are uniform from -6 to 6 in each coordinate, the truth lies in -1 to 1, and no model has
    an expected squared error below noise².
    """

    task: ClassVar[Task] = "regression"
    classes: ClassVar[int] = 1
    dimensions: ClassVar[int] = 2

    def truth(self, inputs: ArrayLike) -> Float64s:
        """The value without noise at each of ``inputs`` (n, dimensions), in an array (n,).

        Raises ``ValueError`` for inputs of another shape.
        """
        x = np.asarray(inputs, np.float64)
        if x.ndim != 2 or x.shape[1] != self.dimensions:
            raise ValueError(f"inputs must have shape (n, {self.dimensions}), not {x.shape}")
        return self._truth(x)

    @abstractmethod
    def _truth(self, x: Float64s) -> Float64s: ...

    def _sample(self, rng: np.random.Generator, order: Int64s) -> Points:
        inputs = rng.uniform(-EXTENT, EXTENT, (len(order), self.dimensions))
        return Points(inputs, self._truth(inputs) + self.noise * rng.standard_normal(len(order)))


@dataclass(frozen=True)
class Plane(Regression):
    """A plane: ``y = (x₁ + x₂) / 12``.

    >>> Plane().truth([[6.0, 6.0], [3.0, 0.0]])
    array([1.  , 0.25])

    Source: TensorFlow Playground (Smilkov et al., 2017), which divides by 10.
    """

    key = "plane"
    name = Text(ko="평면", en="Plane")
    description = Text(
        ko="두 좌표의 합에 비례하는 값으로, 은닉층(hidden layer)이 없어도 맞출 수 있습니다.",
        en="Values in proportion to the sum of the coordinates: no hidden layer is needed.",
    )

    def _truth(self, x: Float64s) -> Float64s:
        return (x[:, 0] + x[:, 1]) / 12.0


@dataclass(frozen=True)
class ManyGaussians(Regression):
    """Six peaks and troughs, ``y = ±max(0, 1 - d/2)`` at the distance d from the nearest centre.

    The name is the Playground's; the shapes are cones.

    >>> ManyGaussians().truth([[-4.0, 2.5], [0.0, 1.5], [2.0, 0.0]])
    array([ 1. , -0.5,  0. ])

    Source: TensorFlow Playground (Smilkov et al., 2017).
    """

    key = "many_gaussians"
    name = Text(ko="봉우리와 골", en="Peaks and troughs")
    description = Text(
        ko="봉우리 셋과 골 셋이 번갈아 놓여 있고, 그 사이의 값은 0입니다.",
        en="Three peaks and three troughs alternate, with 0 between them.",
    )

    def _truth(self, x: Float64s) -> Float64s:
        distance = np.hypot(*(x[:, None, :] - _CONES[:, :2]).transpose(2, 0, 1))  # (n, cones)
        # The cones touch but do not overlap: at most one term is not 0.
        return np.asarray(np.maximum(1.0 - distance / 2.0, 0.0) @ _CONES[:, 2], np.float64)


@dataclass(frozen=True)
class Sine(Regression):
    """A sine wave: ``y = sin(x)``.

    >>> Sine().truth([[0.0], [1.0]]).round(4)
    array([0.    , 0.8415])
    """

    key = "sine"
    name = Text(ko="사인 곡선", en="Sine")
    description = Text(
        ko="부드럽게 오르내리는 곡선으로, 거의 두 주기를 맞춰야 합니다.",
        en="A curve that rises and falls smoothly, through almost two periods.",
    )
    dimensions = 1

    def _truth(self, x: Float64s) -> Float64s:
        return np.sin(x[:, 0])


@dataclass(frozen=True)
class Step(Regression):
    """A jump at 0: ``y = -1`` for x < 0, else ``1``.

    >>> Step().truth([[-0.1], [0.0], [0.1]])
    array([-1.,  1.,  1.])
    """

    key = "step"
    name = Text(ko="계단 함수", en="Step")
    description = Text(
        ko="0에서 −1이 1로 뛰는 함수로, 연속 함수인 신경망은 가파른 비탈로 근사할 수만 있습니다.",
        en="A jump from −1 to 1 at 0, to which a continuous network can only come close.",
    )
    dimensions = 1

    def _truth(self, x: Float64s) -> Float64s:
        return np.where(x[:, 0] < 0.0, -1.0, 1.0)


@dataclass(frozen=True)
class Absolute(Regression):
    """A kink at 0: ``y = |x|/3 - 1``.

    >>> Absolute().truth([[-6.0], [0.0], [3.0]])
    array([ 1., -1.,  0.])
    """

    key = "absolute"
    name = Text(ko="절댓값", en="Absolute value")
    description = Text(
        ko="0에서 꺾인 두 직선으로, ReLU 유닛(unit) 두 개면 정확히 나타낼 수 있습니다.",
        en="Two straight lines with a kink at 0, which two ReLU units represent exactly.",
    )
    dimensions = 1

    def _truth(self, x: Float64s) -> Float64s:
        return np.abs(x[:, 0]) / 3.0 - 1.0
