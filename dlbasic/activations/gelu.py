"""GELU: the input weighed by a normal probability, exact and in its tanh form."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlbasic.activations.base import Framework, Interval, Paper, Values
from dlbasic.activations.exact import exp_of_minus_product, scaled_normal_tail, two_product
from dlbasic.activations.gated import SymmetricGate
from dlbasic.activations.kernels import normal_law, prepared
from dlbasic.arrays import Float64s, Floats
from dlbasic.params import Choice, parameter
from dlbasic.text import Text

# Extremes and where they are, found as those of the other gated functions.
_GELU_MIN, _GELU_SLOPE_MIN = -0.16997120747990367, -0.12890414518515478  # at -0.75179, -√2
_GELU_TANH_MIN, _GELU_TANH_SLOPE_MIN = -0.17004075057125406, -0.12899306865877177
_GELU_TURNS = (-1.4142135623730951, -0.7517915246935645, 1.4142135623730951)
_GELU_TANH_TURNS = (-1.4185040087908284, -0.7524614220710162, 1.4185040087908284)

# √(2/π) and 0.044715·√(2/π), each as the nearest float64 and what that leaves.
_LINEAR, _LINEAR_REST = np.asarray(0.7978845608028654), -4.98465440455546e-17
_CUBIC, _CUBIC_REST = np.asarray(0.035677408136300125), -3.0875749590776575e-19

# The kernels cut the input where the gate has become 0 or 1, so that no infinite factor meets a 0.
_GELU_CUT = prepared((-15.0, -40.0), (15.0, 40.0), math.inf)
# 2u = t·(linear + cubic·t²) and its derivative linear + 3·cubic·t².
_GELU_TANH_CUT = prepared(
    1.0,
    math.sqrt(8.0 / math.pi),
    0.044715 * math.sqrt(8.0 / math.pi),
    0.134145 * math.sqrt(8.0 / math.pi),
    (-12.0, -22.0),
    (10.0, 20.0),
    math.inf,
)


@dataclass(frozen=True)
class GELU(SymmetricGate):
    """Weigh the input by the chance that a standard normal draw is below it: ``f(x) = x·Φ(x)``.

    ``approximate="tanh"`` gives ``x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`` instead, at most
    4.8e-4 away.  Takes an array of any shape and gives one of the same shape.  Raises
    ``ValueError`` unless ``approximate`` is ``"none"`` or ``"tanh"``.

    >>> GELU()([-1.0, 0.0, 1.0]).round(4)
    array([-0.1587,  0.    ,  0.8413])
    >>> GELU("tanh")([-1.0, 0.0, 1.0]).round(4)
    array([-0.1588,  0.    ,  0.8412])

    Source: Hendrycks & Gimpel (2016).
    """

    approximate: str = parameter(
        Choice(
            Text(ko="계산 방식", en="form"),
            default="none",
            options={
                "none": Text(ko="정확한 식 (erf)", en="exact (erf)"),
                "tanh": Text(ko="tanh 근사", en="tanh approximation"),
            },
        )
    )

    key = "gelu"
    name = Text(ko="GELU", en="GELU")
    papers = (
        Paper(
            "Hendrycks & Gimpel",
            2016,
            "Gaussian Error Linear Units (GELUs)",
            "https://arxiv.org/abs/1606.08415",
        ),
    )

    @property
    def pytorch(self) -> Framework:
        return Framework(f'torch.nn.GELU(approximate="{self.approximate}")', 'approximate="none"')

    @property
    def keras(self) -> Framework:
        approximate = self.approximate == "tanh"
        return Framework(
            f"keras.activations.gelu(x, approximate={approximate})", "approximate=False"
        )

    @property
    def value_tex(self) -> str:
        if self.approximate == "tanh":
            return (
                r"\begin{aligned} \operatorname{GELU}_{\tanh}(x) &= "
                r"\dfrac{x}{2}\,(1 + \tanh u) \\ "
                r"u &= \sqrt{\dfrac{2}{\pi}}\,(x + 0.044715\,x^3) \end{aligned}"
            )
        return (
            r"\begin{aligned} \operatorname{GELU}(x) &= x\,\Phi(x) \\ "
            r"&= \dfrac{x}{2}\left(1 + \operatorname{erf}\dfrac{x}{\sqrt{2}}\right) \end{aligned}"
        )

    @property
    def slope_tex(self) -> str:
        if self.approximate == "tanh":
            return (
                r"\begin{aligned} \operatorname{GELU}_{\tanh}'(x) &= \dfrac{1 + \tanh u}{2} \\ "
                r"&\quad + \dfrac{x}{2}\,(1 - \tanh^2 u)\,u' \\ "
                r"u' &= \sqrt{\dfrac{2}{\pi}}\,(1 + 0.134145\,x^2) \end{aligned}"
            )
        return (
            r"\begin{aligned} \operatorname{GELU}'(x) &= \Phi(x) + x\,\varphi(x) \\ "
            r"\varphi(x) &= \dfrac{e^{-x^2/2}}{\sqrt{2\pi}} \end{aligned}"
        )

    def _shortfall(self, a: Float64s) -> Float64s:
        a = np.minimum(a, 40.0)
        if self.approximate == "tanh":
            # (1 + tanh(-u))/2 is the sigmoid of -2u, which does not cancel.
            half = _exp_of_minus_tanh_argument(a)
            return a * half / (1.0 + half * half) * half
        half = exp_of_minus_product(a, 0.25 * a)
        return a * scaled_normal_tail(a) * half * half

    def _slope_at_minus(self, a: Float64s) -> Float64s:
        a = np.minimum(a, 40.0)
        if self.approximate == "tanh":
            half = _exp_of_minus_tanh_argument(a)
            e = half * half
            doubled = math.sqrt(8.0 / math.pi) * a * (1.0 + 0.134145 * a * a)
            return half * (1.0 + e - doubled) / (1.0 + e) ** 2 * half
        half = exp_of_minus_product(a, 0.25 * a)
        return half * (scaled_normal_tail(a) - a / math.sqrt(2.0 * math.pi)) * half

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        if self.approximate == "tanh":
            self._fill_tanh(x, value, slope)
            return
        low, high, infinity = _GELU_CUT[x.itemsize]
        t = x.clip(low, high)
        normal_law(t, value, slope)
        np.multiply(slope, t, slope)
        np.add(slope, value, slope)
        x.clip(low, infinity, out=t)
        np.multiply(value, t, value)

    def _fill_tanh(self, x: Floats, value: Floats, slope: Floats) -> None:
        one, linear, cubic, bend, low, high, infinity = _GELU_TANH_CUT[x.itemsize]
        t = x.clip(low, high)
        np.square(t, slope)
        np.multiply(slope, cubic, value)
        np.add(value, linear, value)
        np.multiply(value, t, value)
        np.multiply(slope, bend, slope)
        np.add(slope, linear, slope)
        np.multiply(slope, t, slope)
        # With the gate σ = σ(2u) as e/(1 + e) and 1 - σ as 1/(1 + e): σ + σ·(1 - σ)·t·(2u)'.
        e = np.exp(value, value)
        np.add(e, one, t)
        np.divide(one, t, t)
        np.multiply(e, t, value)
        np.multiply(slope, t, slope)
        np.multiply(slope, value, slope)
        np.add(slope, value, slope)
        x.clip(low, infinity, out=t)
        np.multiply(value, t, value)

    def range(self) -> Interval:
        return Interval(_GELU_MIN if self.approximate == "none" else _GELU_TANH_MIN, math.inf)

    def slope_range(self) -> Values:
        low = _GELU_SLOPE_MIN if self.approximate == "none" else _GELU_TANH_SLOPE_MIN
        return Values((Interval(low, 1.0 - low),))

    @property
    def turning_points(self) -> tuple[float, ...]:
        return _GELU_TURNS if self.approximate == "none" else _GELU_TANH_TURNS


def _exp_of_minus_tanh_argument(a: Float64s) -> Float64s:
    """``exp(-u)`` for the ``u = a·(√(2/π) + 0.044715·√(2/π)·a²)`` of the tanh form.

    As in :func:`exp_of_minus_product`, but the argument has more steps, and each one's rounding
    error is carried along.
    """
    square, error = two_product(a, a)
    bend, bend_error = two_product(_CUBIC, square)
    bend_error = bend_error + _CUBIC * error + _CUBIC_REST * square
    slope = _LINEAR + bend
    shift = slope - _LINEAR
    slope_error = (_LINEAR - (slope - shift)) + (bend - shift) + bend_error + _LINEAR_REST
    u, error = two_product(a, slope)
    result: Float64s = np.exp(-u) * (1.0 - (error + a * slope_error))
    return result
