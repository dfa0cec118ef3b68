"""Functions that pass positive input and treat negative input otherwise: ReLU and its kin."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.activations.base import (
    NOWHERE,
    ONCE,
    Activation,
    Framework,
    Interval,
    Paper,
    Values,
    negative_side,
    only,
)
from dlbasic.activations.exact import in_double
from dlbasic.activations.kernels import LARGEST, prepared, step
from dlbasic.arrays import Float64s, Floats
from dlbasic.params import Real, parameter
from dlbasic.text import Text

_HALF_LINE = prepared(0.0, math.inf)
_ONE_AND_ENDS = prepared(1.0, (-LARGEST[0], -LARGEST[1]), math.inf)

_SLOPE_LABEL = Text(ko="음수 쪽 미분값 α", en="negative slope α")


@dataclass(frozen=True)
class ReLU(Activation):
    """Pass what is positive and drop what is negative: ``f(x) = max(0, x)``.

    Takes an array of any shape and gives one of the same shape.  At the kink the slope is that
    from the left, 0.

    >>> ReLU()([-2.0, 0.0, 3.0]), ReLU().grad([-2.0, 0.0, 3.0])
    (array([0., 0., 3.]), array([0., 0., 1.]))

    See Nair & Hinton (2010), who named it; Fukushima (1969) has it already.
    """

    key = "relu"
    name = Text(ko="ReLU", en="ReLU")
    value_tex = r"\operatorname{ReLU}(x) = \max(0, x)"
    slope_tex = r"\operatorname{ReLU}'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}"
    pytorch = Framework("torch.nn.ReLU()")
    keras = Framework("keras.layers.ReLU()")
    papers = (
        Paper(
            "Nair & Hinton",
            2010,
            "Rectified Linear Units Improve Restricted Boltzmann Machines",
            "https://icml.cc/Conferences/2010/papers/432.pdf",
            introduces=False,
        ),
    )
    kinks = (0.0,)

    def _value(self, x: Float64s) -> Float64s:
        return np.maximum(x, 0.0)

    def _slope(self, x: Float64s) -> Float64s:
        return _step(x, 0.0)

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        zero, infinity = _HALF_LINE[x.itemsize]
        x.clip(zero, infinity, out=value)
        step(x, slope)

    def range(self) -> Interval:
        return Interval(0.0, math.inf)

    def slope_range(self) -> Values:
        return only(0.0, 1.0)

    @property
    def saturates(self) -> Text:
        return negative_side(0.0)


class _TwoLines(Activation):
    """``x`` for positive ``x`` and ``alpha·x`` for negative ``x``."""

    alpha: float

    def _value(self, x: Float64s) -> Float64s:
        if self.alpha == 0.0:
            # 0·(-∞) would be NaN.
            return np.maximum(x, 0.0)
        # The minimum keeps a large alpha from overflowing where x is positive.
        return np.where(x > 0, x, self.alpha * np.minimum(x, 0.0))

    def _slope(self, x: Float64s) -> Float64s:
        return _step(x, self.alpha)

    def kernel(self, x: Floats, value: Floats, slope: Floats, alpha: Floats | None = None) -> None:
        """As in :meth:`Activation.kernel`; ``alpha``, of the same type, broadcasts against ``x``.

        Networks that learn their slopes have one each, ``(networks, 1, 1)``.
        """
        if alpha is None:
            (alpha,) = prepared(self.alpha)[x.itemsize]
        one, lowest, infinity = _ONE_AND_ENDS[x.itemsize]
        # s + α(1 - s) with a step s: exact for any α, unlike α + (1 - α)s.
        step(x, slope)
        rest = np.subtract(one, slope)
        np.multiply(rest, alpha, rest)
        np.add(slope, rest, slope)
        x.clip(lowest, infinity, out=rest)  # 0·(-∞) would be NaN
        np.multiply(rest, slope, value)

    def range(self) -> Interval:
        return Interval(-math.inf if self.alpha > 0 else 0.0, math.inf)

    def slope_range(self) -> Values:
        return only(self.alpha, 1.0)

    @property
    def zero_centred(self) -> bool:
        return self.alpha == 1.0

    @property
    def monotone(self) -> bool:
        return self.alpha >= 0.0

    @property
    def kinks(self) -> tuple[float, ...]:
        return () if self.alpha == 1.0 else (0.0,)

    @property
    def saturates(self) -> Text:
        return negative_side(0.0) if self.alpha == 0.0 else NOWHERE


@dataclass(frozen=True)
class LeakyReLU(_TwoLines):
    """Let a little of what is negative through: ``f(x) = x`` above 0, ``α·x`` below.

    Takes an array of any shape and gives one of the same shape.  At the kink the slope is that
    from the left, ``alpha``.  Raises ``ValueError`` unless ``alpha`` is from 0 to 1.

    >>> LeakyReLU(0.1)([-2.0, 3.0]), LeakyReLU(0.1).grad([-2.0, 0.0, 3.0])
    (array([-0.2,  3. ]), array([0.1, 0.1, 1. ]))

    Source: Maas, Hannun & Ng (2013).
    """

    alpha: float = parameter(Real(_SLOPE_LABEL, default=0.01, low=0.0, high=1.0, step=0.01))

    key = "leaky_relu"
    name = Text(ko="Leaky ReLU", en="Leaky ReLU")
    value_tex = (
        r"\operatorname{LeakyReLU}(x) = "
        r"\begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}"
    )
    slope_tex = (
        r"\operatorname{LeakyReLU}'(x) = "
        r"\begin{cases} 1 & x > 0 \\ \alpha & x \le 0 \end{cases}"
    )
    papers = (
        Paper(
            "Maas, Hannun & Ng",
            2013,
            "Rectifier Nonlinearities Improve Neural Network Acoustic Models",
            "https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
        ),
    )

    @property
    def pytorch(self) -> Framework:
        return Framework(f"torch.nn.LeakyReLU(negative_slope={self.alpha})", "negative_slope=0.01")

    @property
    def keras(self) -> Framework:
        return Framework(
            f"keras.layers.LeakyReLU(negative_slope={self.alpha})",
            "negative_slope=0.3",
            Text(
                ko="`keras.activations.leaky_relu`의 기본값은 0.2",
                en="that of `keras.activations.leaky_relu` is 0.2",
            ),
        )


@dataclass(frozen=True)
class PReLU(_TwoLines):
    """A leaky ReLU whose slope is learned: ``f(x) = x`` above 0, ``α·x`` below.

    Takes an array of any shape and gives one of the same shape.  At the kink the slope is that
    from the left, ``alpha``.  Training may drive ``alpha`` anywhere, below zero too: raises
    ``ValueError`` only unless it is finite.

    >>> PReLU()([-2.0, 3.0]), PReLU(-0.5).grad([-2.0, 0.0, 3.0])
    (array([-0.5,  3. ]), array([-0.5, -0.5,  1. ]))

    Source: He, Zhang, Ren & Sun (2015).
    """

    alpha: float = parameter(
        Real(
            _SLOPE_LABEL,
            default=0.25,
            low=-1.0,
            high=1.0,
            step=0.05,
            allowed=(-math.inf, math.inf),
        )
    )

    key = "prelu"
    name = Text(ko="PReLU", en="PReLU")
    value_tex = (
        r"\operatorname{PReLU}(x) = "
        r"\begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}"
    )
    slope_tex = (
        r"\operatorname{PReLU}'(x) = "
        r"\begin{cases} 1 & x > 0 \\ \alpha & x \le 0 \end{cases}"
    )
    papers = (
        Paper(
            "He, Zhang, Ren & Sun",
            2015,
            "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet "
            "Classification",
            "https://arxiv.org/abs/1502.01852",
        ),
    )

    @property
    def pytorch(self) -> Framework:
        return Framework(
            f"torch.nn.PReLU(init={self.alpha})",
            "num_parameters=1, init=0.25",
            Text(ko="한 층의 유닛이 α 하나를 함께 씀", en="one α for a layer"),
        )

    @property
    def keras(self) -> Framework:
        start = "keras.initializers.Zeros()"
        if self.alpha:
            start = f"keras.initializers.Constant({self.alpha})"
        return Framework(
            f"keras.layers.PReLU(alpha_initializer={start})",
            'alpha_initializer="Zeros", shared_axes=None',
            Text(ko="유닛마다 α가 따로 있음", en="one α for each unit"),
        )

    def grad_alpha(self, x: ArrayLike) -> Floats:
        """The gradient with respect to ``alpha`` at each input: ``min(x, 0)``.

        >>> PReLU().grad_alpha([-2.0, 0.0, 3.0])
        array([-2.,  0.,  0.])
        """
        return in_double(lambda x: np.minimum(x, 0.0), x)


@dataclass(frozen=True)
class ELU(Activation):
    """ReLU with an exponential in place of the zero: ``f(x) = x`` above 0, ``α(eˣ - 1)`` below.

    Takes an array of any shape and gives one of the same shape.  At 0 the slope is that from the
    left, ``alpha``.  Raises ``ValueError`` unless ``alpha`` is from 0 to 1000.

    >>> ELU()([-1.0, 0.0, 2.0]).round(4)
    array([-0.6321,  0.    ,  2.    ])
    >>> ELU(0.5).grad([-1.0, 0.0, 2.0]).round(4)
    array([0.1839, 0.5   , 1.    ])

    Source: Clevert, Unterthiner & Hochreiter (2015).
    """

    alpha: float = parameter(
        Real(
            Text(ko="음수 쪽 한계의 크기 α", en="depth of the negative side α"),
            default=1.0,
            low=0.0,
            high=3.0,
            step=0.1,
            allowed=(0.0, 1000.0),
        )
    )

    key = "elu"
    name = Text(ko="ELU", en="ELU")
    value_tex = (
        r"\operatorname{ELU}(x) = "
        r"\begin{cases} x & x > 0 \\ \alpha\,(e^{x} - 1) & x \le 0 \end{cases}"
    )
    slope_tex = (
        r"\operatorname{ELU}'(x) = "
        r"\begin{cases} 1 & x > 0 \\ \alpha\,e^{x} & x \le 0 \end{cases}"
    )
    papers = (
        Paper(
            "Clevert, Unterthiner & Hochreiter",
            2015,
            "Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)",
            "https://arxiv.org/abs/1511.07289",
        ),
    )

    @property
    def pytorch(self) -> Framework:
        return Framework(f"torch.nn.ELU(alpha={self.alpha})", "alpha=1.0")

    @property
    def keras(self) -> Framework:
        return Framework(f"keras.layers.ELU(alpha={self.alpha})", "alpha=1.0")

    def _value(self, x: Float64s) -> Float64s:
        return np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0.0)))

    def _slope(self, x: Float64s) -> Float64s:
        # In halves, since exp(x) can be subnormal where alpha·exp(x) is not.
        half = np.exp(0.5 * np.minimum(x, 0.0))
        return np.where(x > 0, 1.0, self.alpha * half * half)

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        zero, infinity = _HALF_LINE[x.itemsize]
        slope.fill(zero)
        np.minimum(x, slope, out=slope)
        np.expm1(slope, value)
        np.exp(slope, slope)
        if self.alpha == 1.0:
            np.maximum(value, x, out=value)
            return
        alpha, rest = prepared(self.alpha, 1.0 - self.alpha)[x.itemsize]
        np.multiply(value, alpha, value)
        np.add(value, x.clip(zero, infinity), out=value)
        np.multiply(slope, alpha, slope)
        above = step(x, np.empty_like(x))
        np.multiply(above, rest, above)
        np.add(slope, above, slope)

    def range(self) -> Interval:
        return (
            Interval(-self.alpha, math.inf, low_open=True)
            if self.alpha
            else Interval(0.0, math.inf)
        )

    def slope_range(self) -> Values:
        if self.alpha == 0.0:
            return only(0.0, 1.0)
        below = Interval(0.0, self.alpha, low_open=True)
        return Values((below,) if 1.0 in below else (below, Interval(1.0, 1.0)))

    @property
    def kinks(self) -> tuple[float, ...]:
        return () if self.alpha == 1.0 else (0.0,)

    @property
    def smoothness(self) -> Text:
        return super().smoothness if self.kinks else ONCE

    @property
    def saturates(self) -> Text:
        return negative_side(-self.alpha)


def _step(x: Float64s, below: float) -> Float64s:
    return np.where(x > 0, 1.0, np.where(np.isnan(x), x, below))
