"""Initializers: the distribution that a layer's weights are drawn from, and its spread.

A rule for the spread with a distribution to draw from.  From one state of a generator all normal
initializers draw the same numbers up to scale, and so do all uniform ones.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from dlbasic.activations import Activation, Paper
from dlbasic.params import Declared, Real, parameter
from dlbasic.text import Text

Distribution = Literal["normal", "uniform"]

_FAR = 1e3  # an input at which every function is as it goes on

_RUMELHART = Paper(
    "Rumelhart, Hinton & Williams",
    1986,
    "Learning representations by back-propagating errors",
    "https://doi.org/10.1038/323533a0",
)
_LECUN = Paper(
    "LeCun, Bottou, Orr & Müller",
    1998,
    "Efficient BackProp",
    "https://doi.org/10.1007/3-540-49430-8_2",
)
_GLOROT = Paper(
    "Glorot & Bengio",
    2010,
    "Understanding the difficulty of training deep feedforward neural networks",
    "https://proceedings.mlr.press/v9/glorot10a.html",
)
_HE = Paper(
    "He, Zhang, Ren & Sun",
    2015,
    "Delving deep into rectifiers: surpassing human-level performance on ImageNet classification",
    "https://arxiv.org/abs/1502.01852",
)


class Initializer(Declared, ABC):
    """A rule for the weights between ``fan_in`` units and ``fan_out`` units, with mean 0."""

    key: ClassVar[str]
    name: ClassVar[Text]
    tex: ClassVar[str]
    paper: ClassVar[Paper]
    distribution: ClassVar[Distribution]

    def std(self, fan_in: int, fan_out: int) -> float:
        """The standard deviation of each weight.  Raises ``ValueError`` for fewer than 1 unit."""
        for name, fan in (("fan_in", fan_in), ("fan_out", fan_out)):
            if fan < 1:
                raise ValueError(f"{name} must be at least 1, not {fan}")
        return self._std(fan_in, fan_out)

    def draw(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Weights (fan_out, fan_in).  Raises ``ValueError`` for fewer than 1 unit."""
        std = self.std(fan_in, fan_out)
        if self.distribution == "normal":
            return std * rng.standard_normal((fan_out, fan_in))
        # Uniform from -1 to 1 has the variance 1/3.
        return math.sqrt(3.0) * std * rng.uniform(-1.0, 1.0, (fan_out, fan_in))

    @abstractmethod
    def _std(self, fan_in: int, fan_out: int) -> float: ...


def _scale(label: Text, default: float) -> Real:
    return Real(label, default, low=0.0, high=3.0, step=0.05, allowed=(0.0, math.inf))


@dataclass(frozen=True)
class Zeros(Initializer):
    """All weights 0: then all units of a layer are alike, and stay so.

    >>> Zeros().draw(np.random.default_rng(0), 2, 1)
    array([[0., 0.]])

    Source: Rumelhart, Hinton & Williams (1986), who start from small random weights instead.
    """

    key = "zeros"
    name = Text(ko="모두 0(Zeros)", en="Zeros")
    tex = r"w = 0"
    paper = _RUMELHART
    distribution = "uniform"

    def draw(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        return np.zeros_like(super().draw(rng, fan_in, fan_out))

    def _std(self, fan_in: int, fan_out: int) -> float:
        return 0.0


@dataclass(frozen=True)
class Uniform(Initializer):
    """Uniform from ``-scale`` to ``scale``, whatever the number of units: ``std = scale/√3``.

    >>> round(Uniform().std(10, 10), 4)
    0.2887

    Source: Rumelhart, Hinton & Williams (1986), who start from small random weights.
    """

    key = "uniform"
    name = Text(ko="균등분포(Uniform)", en="Uniform")
    tex = r"w \sim U(-s,\ s)"
    paper = _RUMELHART
    distribution = "uniform"

    scale: float = parameter(_scale(Text(ko="절반 너비 s", en="half width s"), 0.5))

    def _std(self, fan_in: int, fan_out: int) -> float:
        return self.scale / math.sqrt(3.0)


@dataclass(frozen=True)
class Normal(Initializer):
    """Normal with the standard deviation ``scale``, whatever the number of units.

    >>> Normal(0.1).std(10, 10)
    0.1

    Source: Rumelhart, Hinton & Williams (1986), who start from small random weights.
    """

    key = "normal"
    name = Text(ko="정규분포(Normal)", en="Normal")
    tex = r"w \sim \mathcal{N}(0,\ s^2)"
    paper = _RUMELHART
    distribution = "normal"

    scale: float = parameter(_scale(Text(ko="표준편차 s", en="standard deviation s"), 0.5))

    def _std(self, fan_in: int, fan_out: int) -> float:
        return self.scale


@dataclass(frozen=True)
class _Rule(Initializer):
    """A spread that the number of units decides, times ``scale``."""

    scale: float = parameter(
        _scale(Text(ko="규칙에 곱하는 배율 s", en="multiple s of the rule"), 1.0)
    )

    def _std(self, fan_in: int, fan_out: int) -> float:
        return self.scale * math.sqrt(self._variance(fan_in, fan_out))

    @abstractmethod
    def _variance(self, fan_in: int, fan_out: int) -> float: ...


@dataclass(frozen=True)
class XavierNormal(_Rule):
    """Normal with ``std = scale·√(2/(fan_in + fan_out))``, a compromise of both directions.

    Made for functions that are near the identity at 0, such as tanh.

    >>> XavierNormal().std(4, 4)
    0.5

    Source: Glorot & Bengio (2010).
    """

    key = "xavier_normal"
    name = Text(ko="Xavier 정규분포", en="Xavier normal")
    tex = r"w \sim \mathcal{N}\!\left(0,\ \dfrac{2 s^2}{n_\text{in} + n_\text{out}}\right)"
    paper = _GLOROT
    distribution: ClassVar[Distribution] = "normal"

    def _variance(self, fan_in: int, fan_out: int) -> float:
        return 2.0 / (fan_in + fan_out)


@dataclass(frozen=True)
class XavierUniform(XavierNormal):
    """Uniform within ``±scale·√(6/(fan_in + fan_out))``, with Xavier's standard deviation.

    >>> XavierUniform().std(4, 4)
    0.5

    Source: Glorot & Bengio (2010).
    """

    key = "xavier_uniform"
    name = Text(ko="Xavier 균등분포", en="Xavier uniform")
    tex = r"w \sim U(-b,\ b),\quad b = s\sqrt{\dfrac{6}{n_\text{in} + n_\text{out}}}"
    distribution = "uniform"


@dataclass(frozen=True)
class HeNormal(_Rule):
    """Normal with ``std = scale·√(2/fan_in)``, which makes up for the half that ReLU cuts off.

    >>> HeNormal().std(8, 3)
    0.5

    Source: He, Zhang, Ren & Sun (2015).
    """

    key = "he_normal"
    name = Text(ko="He 정규분포", en="He normal")
    tex = r"w \sim \mathcal{N}\!\left(0,\ \dfrac{2 s^2}{n_\text{in}}\right)"
    paper = _HE
    distribution: ClassVar[Distribution] = "normal"

    def _variance(self, fan_in: int, fan_out: int) -> float:
        return 2.0 / fan_in


@dataclass(frozen=True)
class HeUniform(HeNormal):
    """Uniform within ``±scale·√(6/fan_in)``, with He's standard deviation.

    >>> HeUniform().std(8, 3)
    0.5

    Source: He, Zhang, Ren & Sun (2015).
    """

    key = "he_uniform"
    name = Text(ko="He 균등분포", en="He uniform")
    tex = r"w \sim U(-b,\ b),\quad b = s\sqrt{\dfrac{6}{n_\text{in}}}"
    distribution = "uniform"


@dataclass(frozen=True)
class LecunNormal(_Rule):
    """Normal with ``std = scale/√fan_in``: weighted sums vary as much as their inputs.

    >>> LecunNormal().std(4, 3)
    0.5

    Source: LeCun, Bottou, Orr & Müller (1998).
    """

    key = "lecun_normal"
    name = Text(ko="LeCun 정규분포", en="LeCun normal")
    tex = r"w \sim \mathcal{N}\!\left(0,\ \dfrac{s^2}{n_\text{in}}\right)"
    paper = _LECUN
    distribution: ClassVar[Distribution] = "normal"

    def _variance(self, fan_in: int, fan_out: int) -> float:
        return 1.0 / fan_in


@dataclass(frozen=True)
class LecunUniform(LecunNormal):
    """Uniform within ``±scale·√(3/fan_in)``, with LeCun's standard deviation.

    >>> LecunUniform().std(4, 3)
    0.5

    Source: LeCun, Bottou, Orr & Müller (1998).
    """

    key = "lecun_uniform"
    name = Text(ko="LeCun 균등분포", en="LeCun uniform")
    tex = r"w \sim U(-b,\ b),\quad b = s\sqrt{\dfrac{3}{n_\text{in}}}"
    distribution = "uniform"


INITIALIZERS: dict[str, type[Initializer]] = {
    initializer.key: initializer
    for initializer in (
        Zeros,
        Uniform,
        Normal,
        XavierNormal,
        XavierUniform,
        HeNormal,
        HeUniform,
        LecunNormal,
        LecunUniform,
    )
}


def suited(function: Activation) -> type[Initializer]:
    """The normal rule that keeps what ``function`` passes on about as varied from layer to layer.

    He's for a function that, like ReLU, lets one side of 0 through and hardly the other: the slope
    on the far left is less than half of that on the far right.  LeCun's for any other.

    >>> from dlbasic.activations import ReLU, Tanh
    >>> suited(ReLU()).key, suited(Tanh()).key
    ('he_normal', 'lecun_normal')
    """
    left, right = np.abs(function.grad(np.array([-_FAR, _FAR]))).tolist()
    return HeNormal if left < right / 2 else LecunNormal
