"""Functions that rise smoothly and flatten out: sigmoid, tanh and softplus; and the identity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlbasic.activations.base import (
    NOWHERE,
    Activation,
    Framework,
    Interval,
    Paper,
    TwoSteps,
    Values,
    both_sides,
    negative_side,
    only,
)
from dlbasic.activations.kernels import prepared
from dlbasic.arrays import Float64s, Floats
from dlbasic.text import Text

_ONE = prepared(1.0)
(_HALF,) = prepared(0.5)[4]
# Where exp is close to its largest value, and the logistic function has long been 1.
_ONE_AND_TOP = prepared(1.0, (88.0, 709.0))


def _half_tanh(x: Floats, value: Floats) -> None:
    """σ(x) = (1 + tanh(x/2))/2 in float32: the fastest, and its tails are right to 6e-8."""
    np.multiply(x, _HALF, value)
    np.tanh(value, value)
    np.multiply(value, _HALF, value)
    np.add(value, _HALF, value)


def _share_of_rest(value: Floats, slope: Floats) -> None:
    """σ' = σ(1 - σ), which is 0 in the tails: for float32."""
    np.square(value, slope)
    np.subtract(value, slope, slope)


def _rest_of_square(value: Floats, slope: Floats) -> None:
    """tanh' = 1 - tanh², which is 0 in the tails: for float32."""
    (one,) = _ONE[4]
    np.square(value, slope)
    np.subtract(one, slope, slope)


@dataclass(frozen=True)
class Sigmoid(Activation):
    """Squeeze any number into 0 to 1: ``f(x) = 1 / (1 + e⁻ˣ)``.

    Takes an array of any shape and gives one of the same shape.

    >>> Sigmoid()([-2.0, 0.0, 2.0]).round(4)
    array([0.1192, 0.5   , 0.8808])
    >>> float(Sigmoid().grad(40.0))
    4.248354255291589e-18

    See Rumelhart, Hinton & Williams (1986), who train networks of such units.
    """

    key = "sigmoid"
    name = Text(ko="시그모이드(Sigmoid)", en="Sigmoid")
    value_tex = r"\sigma(x) = \dfrac{1}{1 + e^{-x}}"
    slope_tex = r"\sigma'(x) = \sigma(x)\,\bigl(1 - \sigma(x)\bigr)"
    pytorch = Framework("torch.nn.Sigmoid()")
    keras = Framework("keras.activations.sigmoid")
    papers = (
        Paper(
            "Rumelhart, Hinton & Williams",
            1986,
            "Learning representations by back-propagating errors",
            "https://doi.org/10.1038/323533a0",
            introduces=False,
        ),
    )

    def _value(self, x: Float64s) -> Float64s:
        # exp(-|x|) cannot overflow, and neither 1 - σ nor 1 / (1 + huge) loses the tail.
        e = np.exp(-np.abs(x))
        return np.where(x > 0, 1.0, e) / (1.0 + e)

    def _slope(self, x: Float64s) -> Float64s:
        e = np.exp(-np.abs(x))
        return e / (1.0 + e) ** 2

    def in_two_steps(self, dtype: np.dtype[Any]) -> TwoSteps | None:
        return TwoSteps(_half_tanh, _share_of_rest) if dtype == np.float32 else None

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        if x.itemsize == 4:
            _half_tanh(x, value)
            _share_of_rest(value, slope)
            return
        one, top = _ONE_AND_TOP[8]
        # 1 - σ(x) as 1 / (1 + eˣ) keeps the right tail.
        value.fill(top)
        np.minimum(x, value, out=value)
        np.exp(value, value)
        np.add(value, one, slope)
        np.divide(one, slope, slope)
        np.multiply(value, slope, value)
        np.multiply(slope, value, slope)

    def range(self) -> Interval:
        return Interval(0.0, 1.0, low_open=True, high_open=True)

    def slope_range(self) -> Values:
        return Values((Interval(0.0, 0.25, low_open=True),))

    @property
    def saturates(self) -> Text:
        return both_sides(0.0, 1.0)


@dataclass(frozen=True)
class Tanh(Activation):
    """Squeeze any number into -1 to 1: ``f(x) = (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ)``.

    Takes an array of any shape and gives one of the same shape.

    >>> Tanh()([-1.0, 0.0, 1.0]).round(4)
    array([-0.7616,  0.    ,  0.7616])
    >>> float(Tanh().grad(0.0))
    1.0

    See LeCun, Bottou, Orr & Müller (1998), who recommend it over the sigmoid.
    """

    key = "tanh"
    name = Text(ko="하이퍼볼릭 탄젠트(Tanh)", en="Tanh")
    value_tex = r"\tanh(x) = \dfrac{e^{x} - e^{-x}}{e^{x} + e^{-x}}"
    slope_tex = r"\tanh'(x) = 1 - \tanh^2(x)"
    pytorch = Framework("torch.nn.Tanh()")
    keras = Framework("keras.activations.tanh")
    papers = (
        Paper(
            "LeCun, Bottou, Orr & Müller",
            1998,
            "Efficient BackProp",
            "https://doi.org/10.1007/3-540-49430-8_2",
            introduces=False,
        ),
    )

    def _value(self, x: Float64s) -> Float64s:
        return np.tanh(x)

    def _slope(self, x: Float64s) -> Float64s:
        # 1 - tanh² is 0 from about 19 on; sech² is not.
        e = np.exp(-np.abs(x))
        return (2.0 * e / (1.0 + e * e)) ** 2

    def in_two_steps(self, dtype: np.dtype[Any]) -> TwoSteps | None:
        return TwoSteps(np.tanh, _rest_of_square) if dtype == np.float32 else None

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        (one,) = _ONE[x.itemsize]
        np.tanh(x, value)
        if x.itemsize == 4:
            _rest_of_square(value, slope)
            return
        np.cosh(x, slope)
        np.divide(one, slope, slope)
        np.square(slope, slope)

    def range(self) -> Interval:
        return Interval(-1.0, 1.0, low_open=True, high_open=True)

    def slope_range(self) -> Values:
        return Values((Interval(0.0, 1.0, low_open=True),))

    @property
    def zero_centred(self) -> bool:
        return True

    @property
    def saturates(self) -> Text:
        return both_sides(-1.0, 1.0)


@dataclass(frozen=True)
class Softplus(Activation):
    """A smooth ReLU: ``f(x) = log(1 + eˣ)``; its slope is the sigmoid.

    Takes an array of any shape and gives one of the same shape.

    >>> Softplus()([-2.0, 0.0, 2.0]).round(4)
    array([0.1269, 0.6931, 2.1269])
    >>> float(Softplus().grad(0.0))
    0.5

    Source: Dugas, Bengio, Bélisle, Nadeau & Garcia (2001).
    """

    key = "softplus"
    name = Text(ko="소프트플러스(Softplus)", en="Softplus")
    value_tex = r"\operatorname{softplus}(x) = \log\left(1 + e^{x}\right)"
    slope_tex = r"\operatorname{softplus}'(x) = \sigma(x) = \dfrac{1}{1 + e^{-x}}"
    pytorch = Framework(
        "torch.nn.Softplus()",
        "beta=1.0, threshold=20.0",
        Text(
            ko="`beta * x`가 `threshold`를 넘으면 x", en="x where `beta * x` is above `threshold`"
        ),
    )
    keras = Framework("keras.activations.softplus")
    papers = (
        Paper(
            "Dugas, Bengio, Bélisle, Nadeau & Garcia",
            2001,
            "Incorporating Second-Order Functional Knowledge for Better Option Pricing",
            "https://papers.nips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html",
        ),
    )

    def _value(self, x: Float64s) -> Float64s:
        return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))

    def _slope(self, x: Float64s) -> Float64s:
        return Sigmoid()._value(x)

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        one, top = _ONE_AND_TOP[x.itemsize]
        e = slope
        e.fill(top)
        np.minimum(x, e, out=e)
        np.exp(e, e)
        np.log1p(e, value)
        np.maximum(value, x, out=value)  # beyond the top
        np.divide(one, e, slope)
        np.add(slope, one, slope)
        np.divide(one, slope, slope)

    def range(self) -> Interval:
        return Interval(0.0, math.inf, low_open=True)

    def slope_range(self) -> Values:
        return Values((Interval(0.0, 1.0, low_open=True, high_open=True),))

    @property
    def saturates(self) -> Text:
        return negative_side(0.0)


@dataclass(frozen=True)
class Identity(Activation):
    """No activation at all: ``f(x) = x``.

    Takes an array of any shape and gives one of the same shape.

    >>> Identity()([-2, 3]), Identity().grad([-2, 3])
    (array([-2.,  3.]), array([1., 1.]))

    See Widrow & Hoff (1960), whose ADALINE learns through a linear unit.
    """

    key = "identity"
    name = Text(ko="항등 함수(Identity)", en="Identity")
    value_tex = r"f(x) = x"
    slope_tex = r"f'(x) = 1"
    pytorch = Framework("torch.nn.Identity()")
    keras = Framework("keras.activations.linear")
    papers = (
        Paper(
            "Widrow & Hoff",
            1960,
            "Adaptive Switching Circuits",
            "https://isl.stanford.edu/~widrow/papers/c1960adaptiveswitching.pdf",
            introduces=False,
        ),
    )

    def _value(self, x: Float64s) -> Float64s:
        return x

    def _slope(self, x: Float64s) -> Float64s:
        return np.where(np.isnan(x), x, 1.0)

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        (one,) = _ONE[x.itemsize]
        value[...] = x
        x.clip(one, one, out=slope)  # NaN stays

    def range(self) -> Interval:
        return Interval(-math.inf, math.inf)

    def slope_range(self) -> Values:
        return only(1.0)

    @property
    def zero_centred(self) -> bool:
        return True

    @property
    def saturates(self) -> Text:
        return NOWHERE
