"""Functions that weigh the input by a gate from 0 to 1: SiLU and Mish."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dlbasic.activations.base import (
    NOWHERE,
    Activation,
    Framework,
    Interval,
    Paper,
    Values,
    negative_side,
    only,
)
from dlbasic.activations.exact import exp_of_minus_product
from dlbasic.activations.kernels import LARGEST, prepared
from dlbasic.arrays import Float64s, Floats
from dlbasic.params import Real, parameter
from dlbasic.text import Text

# The lowest value and the lowest slope of each function: mpmath at 60 digits, from the zeros of
# the first and the second derivative.  Where the gate is symmetric, G(-x) = 1 - G(x), the highest
# slope is 1 minus the lowest.
_SILU_MIN, _SILU_SLOPE_MIN = -0.27846454276107377, -0.09983932012886691  # at -1.27846, -2.39936
_MISH_MIN = -0.30884341301725043  # at -1.19243
_MISH_SLOPE_MIN, _MISH_SLOPE_MAX = -0.11252612238946255, 1.0884981612517279  # at -2.256, 1.491
# Where they are: the zeros of the second derivative around the zero of the first.
_SILU_TURNS = (-2.3993572805154677, -1.2784645427610738, 2.3993572805154677)
_MISH_TURNS = (-2.2563763963607931, -1.1924312145154952, 1.4905711794854285)

# The kernels cut the input where the gate has become 0 or 1, so that no infinite factor meets a 0.
_MISH_CUT = prepared(1.0, 2.0, 4.0, (-110.0, -760.0), (20.0, 40.0), math.inf)


class SymmetricGate(Activation):
    """``f(x) = x·G(x)`` with a gate for which ``G(-x) = 1 - G(x)``.

    On both sides of 0 such a function falls short of ReLU by the same ``a·G(-a)`` with
    ``a = |x|``, and nothing cancels when that is taken from ReLU.
    """

    @abstractmethod
    def _shortfall(self, a: Float64s) -> Float64s:
        """``a·G(-a)`` for ``a >= 0``."""

    @abstractmethod
    def _slope_at_minus(self, a: Float64s) -> Float64s:
        """The slope at ``-a`` for ``a >= 0``; at ``a`` it is 1 minus that."""

    def _value(self, x: Float64s) -> Float64s:
        return np.maximum(x, 0.0) - self._shortfall(np.abs(x))

    def _slope(self, x: Float64s) -> Float64s:
        slope = self._slope_at_minus(np.abs(x))
        return np.where(x > 0, 1.0 - slope, slope)

    @property
    def monotone(self) -> bool:
        return False

    @property
    def saturates(self) -> Text:
        return negative_side(0.0)


@dataclass(frozen=True)
class SiLU(SymmetricGate):
    """Weigh the input by its own sigmoid: ``f(x) = x·σ(β·x)``; with a free ``β`` called Swish.

    Takes an array of any shape and gives one of the same shape.  ``beta`` 0 is the line x/2, a
    large ``beta`` is close to ReLU.  Raises ``ValueError`` unless ``beta`` is from 0 to 100.

    >>> SiLU()([-1.0, 0.0, 1.0]).round(4)
    array([-0.2689,  0.    ,  0.7311])
    >>> float(SiLU(2.0).grad(0.0))
    0.5

    Source: Hendrycks & Gimpel (2016), who named it; Elfwing, Uchibe & Doya (2017); with ``β``
    Ramachandran, Zoph & Le (2017), as Swish.
    """

    beta: float = parameter(
        Real(
            Text(ko="시그모이드의 가파름 β", en="steepness of the sigmoid β"),
            default=1.0,
            low=0.0,
            high=5.0,
            step=0.1,
            allowed=(0.0, 100.0),
        )
    )

    key = "silu"
    name = Text(ko="SiLU(Swish)", en="SiLU (Swish)")
    value_tex = r"\operatorname{SiLU}(x) = x\,\sigma(\beta x) = \dfrac{x}{1 + e^{-\beta x}}"
    slope_tex = (
        r"\begin{aligned} \operatorname{SiLU}'(x) &= \sigma(\beta x) \\ "
        r"&\quad + \beta x\,\sigma(\beta x)\,\bigl(1 - \sigma(\beta x)\bigr) \end{aligned}"
    )
    papers = (
        Paper(
            "Hendrycks & Gimpel",
            2016,
            "Gaussian Error Linear Units (GELUs)",
            "https://arxiv.org/abs/1606.08415",
            what=Text(ko="이름 SiLU", en="the name SiLU"),
        ),
        Paper(
            "Elfwing, Uchibe & Doya",
            2017,
            "Sigmoid-Weighted Linear Units for Neural Network Function Approximation in "
            "Reinforcement Learning",
            "https://arxiv.org/abs/1702.03118",
            introduces=False,
        ),
        Paper(
            "Ramachandran, Zoph & Le",
            2017,
            "Searching for Activation Functions",
            "https://arxiv.org/abs/1710.05941",
            what=Text(ko="β와 이름 Swish", en="β and the name Swish"),
        ),
    )

    @property
    def pytorch(self) -> Framework:
        if self.beta == 1.0:
            return Framework("torch.nn.SiLU()")
        return Framework(f"x * torch.sigmoid({self.beta} * x)", note=_without_beta("torch.nn.SiLU"))

    @property
    def keras(self) -> Framework:
        if self.beta == 1.0:
            return Framework("keras.activations.silu")
        return Framework(
            f"x * keras.ops.sigmoid({self.beta} * x)", note=_without_beta("keras.activations.silu")
        )

    def _value(self, x: Float64s) -> Float64s:
        # ∞ - ∞/2 would be NaN.
        return 0.5 * x if self.beta == 0.0 else super()._value(x)

    def _shortfall(self, a: Float64s) -> Float64s:
        a, half = self._half_decay(a)
        return a * half / (1.0 + half * half) * half

    def _slope_at_minus(self, a: Float64s) -> Float64s:
        a, half = self._half_decay(a)
        e = half * half
        return half * (1.0 + e - self.beta * a) / (1.0 + e) ** 2 * half

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        one, top, low, high, beta, minus_beta = _silu_constants(self.beta)[x.itemsize]
        x.clip(low, high, out=value)
        rest = np.empty_like(slope)
        if x.itemsize == 4:
            e = np.multiply(value, minus_beta, rest)
            np.exp(e, e)
            np.add(e, one, slope)
            np.divide(one, slope, slope)
            np.multiply(e, slope, rest)
        else:
            # As e/(1 + e): 1/e would overflow where e, subnormal, still counts.
            e = np.multiply(value, beta, slope)
            rest.fill(top)
            np.minimum(e, rest, out=e)
            np.exp(e, e)
            np.add(e, one, rest)
            np.divide(e, rest, slope)
            np.subtract(one, slope, rest)
        np.multiply(value, slope, value)
        # σ + β·f·(1 - σ)
        np.multiply(rest, value, rest)
        if self.beta != 1.0:
            np.multiply(rest, beta, rest)
        np.add(slope, rest, slope)

    def _half_decay(self, a: Float64s) -> tuple[Float64s, Float64s]:
        """``a``, cut where nothing is left of its exponential, and ``exp(-beta·a/2)``.

        In halves, since ``exp(-beta·a)`` can be subnormal where its product with ``a`` is not.
        """
        if self.beta == 0.0:
            return np.where(np.isnan(a), a, 0.0), np.where(np.isnan(a), a, 1.0)
        cut = min(1500.0 / self.beta, np.finfo(np.float64).max)
        finite = np.minimum(a, cut)
        half = exp_of_minus_product(finite, np.asarray(0.5 * self.beta))
        # With a beta below 1e-305 no finite input reaches the tail; the infinite one does.
        return finite, np.where(np.isinf(a), 0.0, half)

    def range(self) -> Interval:
        return Interval(_SILU_MIN / self.beta if self.beta else -math.inf, math.inf)

    def slope_range(self) -> Values:
        if self.beta == 0.0:
            return only(0.5)
        return Values((Interval(_SILU_SLOPE_MIN, 1.0 - _SILU_SLOPE_MIN),))

    @property
    def turning_points(self) -> tuple[float, ...]:
        return tuple(turn / self.beta for turn in _SILU_TURNS) if self.beta else ()

    @property
    def zero_centred(self) -> bool:
        return self.beta == 0.0

    @property
    def monotone(self) -> bool:
        return self.beta == 0.0

    @property
    def saturates(self) -> Text:
        return NOWHERE if self.beta == 0.0 else negative_side(0.0)


def _without_beta(function: str) -> Text:
    return Text(ko=f"`{function}`에는 β가 없음", en=f"`{function}` has no β")


@lru_cache(maxsize=128)
def _silu_constants(beta: float) -> dict[int, tuple[Floats, ...]]:
    # In float32 exp(-beta·low) must be finite; in float64 the tail needs all the room.
    low = -min(85.0 / beta, LARGEST[0]) if beta else -LARGEST[0]
    return prepared(1.0, 709.0, (low, -LARGEST[1]), LARGEST, beta, -beta)


@dataclass(frozen=True)
class Mish(Activation):
    """Weigh the input by the tanh of its softplus: ``f(x) = x·tanh(log(1 + eˣ))``.

    Takes an array of any shape and gives one of the same shape.

    >>> Mish()([-1.0, 0.0, 1.0]).round(4)
    array([-0.3034,  0.    ,  0.8651])
    >>> float(Mish().grad(0.0).round(15))
    0.6

    Source: Misra (2019).
    """

    key = "mish"
    name = Text(ko="Mish", en="Mish")
    value_tex = (
        r"\begin{aligned} \operatorname{Mish}(x) &= x\,\tanh s \\ "
        r"s &= \operatorname{softplus}(x) = \log(1 + e^{x}) \end{aligned}"
    )
    slope_tex = r"\operatorname{Mish}'(x) = \tanh s + x\,(1 - \tanh^2 s)\,\sigma(x)"
    pytorch = Framework("torch.nn.Mish()")
    keras = Framework("keras.activations.mish")
    papers = (
        Paper(
            "Misra",
            2019,
            "Mish: A Self Regularized Non-Monotonic Activation Function",
            "https://arxiv.org/abs/1908.08681",
        ),
    )

    # With n = eˣ(eˣ + 2) the gate tanh(log(1 + eˣ)) is n/(n + 2), free of cancelling; for x > 0
    # numerator and denominator are scaled by e⁻²ˣ so that neither overflows.  For x < 0 the
    # exponential comes in halves: near -714 it is subnormal while its product with x is not.

    def _value(self, x: Float64s) -> Float64s:
        near = np.clip(x, -1500.0, 1500.0)
        half = np.exp(-0.5 * np.abs(near))
        e = half * half
        below = near * half * (e + 2.0) / (e * (e + 2.0) + 2.0) * half
        above = x * ((1.0 + 2.0 * e) / (1.0 + 2.0 * e * (1.0 + e)))
        return np.where(x > 0, above, below)

    def _slope(self, x: Float64s) -> Float64s:
        x = np.clip(x, -1500.0, 1500.0)
        half = np.exp(-0.5 * np.abs(x))
        e = half * half
        d = e * (e + 2.0) + 2.0
        below = half * ((e + 2.0) * d + 4.0 * x * (1.0 + e)) / d**2 * half
        d = 1.0 + 2.0 * e * (1.0 + e)
        above = (1.0 + 2.0 * e + 4.0 * x * e * e * (1.0 + e) / d) / d
        return np.where(x > 0, above, below)

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        one, two, four, low, high, infinity = _MISH_CUT[x.itemsize]
        # The gate is g = n/(n + 2), and with m = eˣ(eˣ + 1) the slope (n + 4xm/(n + 2))/(n + 2).
        t = x.clip(low, high)
        np.exp(t, slope)
        n = np.add(slope, two, value)
        np.multiply(n, slope, n)
        m = np.subtract(n, slope, slope)
        np.multiply(m, t, slope)
        np.add(n, two, t)
        inverse = np.divide(one, t, t)
        np.multiply(slope, inverse, slope)
        np.multiply(slope, four, slope)
        np.add(slope, n, slope)
        np.multiply(slope, inverse, slope)
        np.multiply(n, inverse, value)
        x.clip(low, infinity, out=t)
        np.multiply(value, t, value)

    def range(self) -> Interval:
        return Interval(_MISH_MIN, math.inf)

    def slope_range(self) -> Values:
        return Values((Interval(_MISH_SLOPE_MIN, _MISH_SLOPE_MAX),))

    @property
    def turning_points(self) -> tuple[float, ...]:
        return _MISH_TURNS

    @property
    def monotone(self) -> bool:
        return False

    @property
    def saturates(self) -> Text:
        return negative_side(0.0)
