"""Losses of predictions: the squared and the absolute error, and two that lie between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from dlbasic.activations import Framework, Paper
from dlbasic.arrays import Float64s, Floats
from dlbasic.losses.base import Loss
from dlbasic.params import Real, parameter
from dlbasic.text import Text


@dataclass(frozen=True)
class MSE(Loss):
    """Punish an error by its square: ``(ŷ - y)²``, without the half.

    Takes predictions and targets of one shape.

    >>> MSE()([1.0, 2.5], [1.0, 2.0]), MSE().grad([1.0, 2.5], [1.0, 2.0])
    (array([0.  , 0.25]), array([0., 1.]))

    Source: Legendre (1805) and Gauss (1809); Widrow & Hoff (1960) train a linear unit on it.
    """

    key = "mse"
    name = Text(ko="평균 제곱 오차(MSE)", en="Mean squared error (MSE)")
    head = "identity"
    value_tex = r"\ell(\hat{y}, y) = (\hat{y} - y)^2"
    slope_tex = r"\dfrac{\partial \ell}{\partial \hat{y}} = 2\,(\hat{y} - y)"
    pytorch = Framework("torch.nn.MSELoss()", 'reduction="mean"')
    keras = Framework("keras.losses.MeanSquaredError()", 'reduction="sum_over_batch_size"')
    paper = Paper(
        "Widrow & Hoff",
        1960,
        "Adaptive Switching Circuits",
        "https://isl.stanford.edu/~widrow/papers/c1960adaptiveswitching.pdf",
        introduces=False,
    )
    note = Text(
        ko="르장드르(Legendre)가 1805년, 가우스(Gauss)가 1809년에 발표한 최소제곱법의 손실입니다. "
        "여기서는 ½을 곱하지 않습니다.",
        en="The loss of least squares, published by Legendre in 1805 and by Gauss in 1809. Here "
        "it is not halved.",
    )

    def _value(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return np.square(outputs - targets)

    def _slope(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return 2.0 * (outputs - targets)

    def kernel(self, outputs: Floats, targets: Floats, slope: Floats) -> None:
        # Here and below, out by position: naming it costs a fifth of a small call.
        np.subtract(outputs, targets, slope)
        np.add(slope, slope, slope)


@dataclass(frozen=True)
class MAE(Loss):
    """Punish an error by its size: ``|ŷ - y|``.

    Takes predictions and targets of one shape.  At the kink, where the error is 0, the slope is 0.

    >>> MAE()([1.0, 2.5], [1.0, 2.0]), MAE().grad([1.0, 2.5], [1.0, 2.0])
    (array([0. , 0.5]), array([0., 1.]))

    Source: Boscovich (1757); Koenker & Bassett (1978) fit quantiles, of which 1/2 is this one.
    """

    key = "mae"
    name = Text(ko="평균 절대 오차(MAE)", en="Mean absolute error (MAE)")
    head = "identity"
    value_tex = r"\ell(\hat{y}, y) = |\hat{y} - y|"
    slope_tex = r"\dfrac{\partial \ell}{\partial \hat{y}} = \operatorname{sign}(\hat{y} - y)"
    pytorch = Framework("torch.nn.L1Loss()", 'reduction="mean"')
    keras = Framework("keras.losses.MeanAbsoluteError()", 'reduction="sum_over_batch_size"')
    paper = Paper(
        "Koenker & Bassett",
        1978,
        "Regression Quantiles",
        "https://doi.org/10.2307/1913643",
        introduces=False,
    )
    note = Text(
        ko="보스코비치(Boscovich)가 1757년에 제안한 최소절대편차법의 손실입니다. 오차가 0이면 "
        "미분할 수 없고, −1에서 1까지가 모두 서브그래디언트(subgradient)입니다. 여기서는 "
        "PyTorch처럼 0으로 정합니다.",
        en="The loss of least absolute deviations, proposed by Boscovich in 1757. Where the error "
        "is 0 there is no derivative, and everything from −1 to 1 is a subgradient; here it is 0, "
        "as in PyTorch.",
    )

    def _value(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return np.abs(outputs - targets)

    def _slope(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return np.sign(outputs - targets)

    def kernel(self, outputs: Floats, targets: Floats, slope: Floats) -> None:
        np.subtract(outputs, targets, slope)
        np.sign(slope, slope)


@dataclass(frozen=True)
class Huber(Loss):
    """Square a small error, measure a large one: ``r²/2`` up to δ, ``δ(|r| - δ/2)`` beyond.

    Here ``r = ŷ - y``, for predictions and targets of one shape.  Raises ``ValueError`` unless
    ``delta`` is from 1e-06 to 1000000.

    >>> Huber()([0.5, -3.0], [0.0, 0.0]), Huber().grad([0.5, -3.0], [0.0, 0.0])
    (array([0.125, 2.5  ]), array([ 0.5, -1. ]))

    Source: Huber (1964).
    """

    delta: float = parameter(
        Real(
            Text(ko="제곱에서 절댓값으로 바뀌는 오차 δ", en="error where the square ends δ"),
            default=1.0,
            low=0.1,
            high=5.0,
            step=0.1,
            allowed=(1e-6, 1e6),
        )
    )

    key = "huber"
    name = Text(ko="후버 손실(Huber)", en="Huber loss")
    head = "identity"
    value_tex = (
        r"\begin{gathered} \ell(\hat{y}, y) = \begin{cases} \tfrac{1}{2} r^2 & |r| \le \delta \\ "
        r"\delta\,\bigl(|r| - \tfrac{1}{2}\delta\bigr) & |r| > \delta \end{cases} \\ "
        r"r = \hat{y} - y \end{gathered}"
    )
    slope_tex = (
        r"\dfrac{\partial \ell}{\partial \hat{y}} = \begin{cases} r & |r| \le \delta \\ "
        r"\delta\,\operatorname{sign}(r) & |r| > \delta \end{cases}"
    )
    paper = Paper(
        "Huber",
        1964,
        "Robust Estimation of a Location Parameter",
        "https://doi.org/10.1214/aoms/1177703732",
    )
    note = Text(
        ko="작은 오차의 제곱에 ½을 곱하므로, 오차가 δ 이하이면 제곱 오차의 절반입니다.",
        en="A small error's square is halved, so up to δ this is half of the squared error.",
    )

    @property
    def pytorch(self) -> Framework:
        other = f"`torch.nn.SmoothL1Loss(beta={self.delta})`"
        return Framework(
            f"torch.nn.HuberLoss(delta={self.delta})",
            'reduction="mean", delta=1.0',
            Text(
                ko=f"{other}는 이 손실을 δ로 나눈 것이어서 δ = 1일 때만 같습니다",
                en=f"{other} is this loss divided by δ: the two are equal only at δ = 1",
            ),
        )

    @property
    def keras(self) -> Framework:
        return Framework(
            f"keras.losses.Huber(delta={self.delta})", 'delta=1.0, reduction="sum_over_batch_size"'
        )

    def _value(self, outputs: Float64s, targets: Float64s) -> Float64s:
        error = np.abs(outputs - targets)
        inside = np.minimum(error, self.delta)
        # r·r/2 and δ·(|r| - δ/2) at once.
        return inside * (error - 0.5 * inside)

    def _slope(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return np.clip(outputs - targets, -self.delta, self.delta)

    def kernel(self, outputs: Floats, targets: Floats, slope: Floats) -> None:
        low, high = _bounds(self.delta, outputs.dtype)
        np.subtract(outputs, targets, slope)
        np.maximum(slope, low, out=slope)
        np.minimum(slope, high, out=slope)


@dataclass(frozen=True)
class LogCosh(Loss):
    """Square a small error, measure a large one, without a seam: ``log(cosh(ŷ - y))``.

    Takes predictions and targets of one shape.  Near 0 it is ``r²/2``, far off ``|r| - log 2``,
    with ``r = ŷ - y``.

    >>> LogCosh()([1e-8, -800.0], [0.0, 0.0]), LogCosh().grad([1e-8, -800.0], [0.0, 0.0])
    (array([5.00000000e-17, 7.99306853e+02]), array([ 1.e-08, -1.e+00]))

    Source: Holland & Welsch (1977), whose logistic weight function tanh(r)/r it gives.
    """

    key = "log_cosh"
    name = Text(ko="로그 코시 손실(Log-Cosh)", en="Log-cosh loss")
    head = "identity"
    value_tex = r"\ell(\hat{y}, y) = \log\cosh(\hat{y} - y)"
    slope_tex = r"\dfrac{\partial \ell}{\partial \hat{y}} = \tanh(\hat{y} - y)"
    keras = Framework("keras.losses.LogCosh()", 'reduction="sum_over_batch_size"')
    paper = Paper(
        "Holland & Welsch",
        1977,
        "Robust Regression Using Iteratively Reweighted Least-Squares",
        "https://doi.org/10.1080/03610927708827533",
        introduces=False,
    )
    note = Text(
        ko="오차가 작으면 제곱 오차의 절반에, 크면 절대 오차에서 log 2를 뺀 값에 가까워집니다. "
        "후버 손실과 달리 몇 번이든 미분할 수 있습니다. PyTorch에는 이 손실이 없습니다. "
        "cosh를 식대로 계산하면 큰 오차에서 값이 넘치므로(overflow) 여기서는 식을 바꾸어 "
        "계산합니다.",
        en="Close to half of the squared error where errors are small, and to the absolute error "
        "less log 2 where they are large. Unlike the Huber loss it can be differentiated any "
        "number of times. PyTorch has no such loss. Computed as it stands, cosh overflows for "
        "large errors; here the formula is rearranged.",
    )

    def _value(self, outputs: Float64s, targets: Float64s) -> Float64s:
        size = np.abs(outputs - targets)
        # cosh² = 1 + sinh² keeps what is small, |r| + log(1 + e^(-2|r|)) - log 2 what is large.
        near = 0.5 * np.log1p(np.square(np.sinh(np.minimum(size, 1.0))))
        far = size + (np.log1p(np.exp(-2.0 * size)) - math.log(2.0))
        return np.where(size < 1.0, near, far)

    def _slope(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return np.tanh(outputs - targets)

    def kernel(self, outputs: Floats, targets: Floats, slope: Floats) -> None:
        np.subtract(outputs, targets, slope)
        np.tanh(slope, slope)


@lru_cache
def _bounds(delta: float, dtype: np.dtype[Any]) -> tuple[Floats, Floats]:
    """-δ and δ as arrays, which a small NumPy call takes in half the time of Python's numbers."""
    return np.asarray(-delta, dtype), np.asarray(delta, dtype)
