"""What every activation has: value, slope, declared parameters and facts."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.activations.exact import in_double
from dlbasic.arrays import Float64s, Floats
from dlbasic.params import Declared
from dlbasic.text import Language, Text, number

NOWHERE = Text(ko="없음", en="nowhere")

ANALYTIC = Text(ko="무한히 미분 가능", en="infinitely differentiable")
ONCE = Text(ko="한 번만 미분 가능(C¹)", en="differentiable only once (C¹)")

# Bytes of a temporary array, from where on the C library may give two of them back to the system
# at each turn, which costs more than the arithmetic.
_PIECE = 2**17


@dataclass(frozen=True)
class Interval:
    """A set of values from ``low`` to ``high``; an end that is only approached is open.

    >>> str(Interval(0.0, 1.0, low_open=True, high_open=True)), str(Interval(-0.25, math.inf))
    ('(0, 1)', '[−0.25, ∞)')
    >>> 1.0 in Interval(0.0, 1.0, high_open=True), 0.5 in Interval(0.0, 1.0)
    (False, True)
    """

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: float) -> bool:
        above = self.low < value if self.low_open else self.low <= value
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def __str__(self) -> str:
        left = "(" if self.low_open or math.isinf(self.low) else "["
        right = ")" if self.high_open or math.isinf(self.high) else "]"
        return f"{left}{number(self.low)}, {number(self.high)}{right}"


@dataclass(frozen=True)
class Values:
    """A set of values with gaps: intervals in rising order, a single value one from it to itself.

    >>> half = Interval(0.0, 0.5, low_open=True)
    >>> str(Values((half, Interval(1.0, 1.0)))), str(only(1.0, 0.01))
    ('(0, 0.5] ∪ {1}', '{0.01, 1}')
    >>> 0.5 in only(0.0, 1.0), only(0.0, 1.0).high
    (False, 1.0)
    """

    parts: tuple[Interval, ...]

    @property
    def low(self) -> float:
        return self.parts[0].low

    @property
    def high(self) -> float:
        return self.parts[-1].high

    def __contains__(self, value: float) -> bool:
        return any(value in part for part in self.parts)

    def __str__(self) -> str:
        written = []
        for single, parts in groupby(self.parts, key=lambda part: part.low == part.high):
            if single:
                written.append(f"{{{', '.join(number(part.low) for part in parts)}}}")
            else:
                written += map(str, parts)
        return " ∪ ".join(written)


def only(*values: float) -> Values:
    """The set of these values alone."""
    return Values(tuple(Interval(value, value) for value in sorted({*values})))


_DEFAULT = Text(ko="기본값", en="default")
_DEFAULTS = Text(ko="기본값", en="defaults")


@dataclass(frozen=True)
class Framework:
    """How a framework is asked for the function, the defaults of its parameters, what differs."""

    call: str
    defaults: str = ""
    note: Text | None = None

    def told(self, language: Language) -> str:
        """The call, and in brackets its defaults and what differs: Markdown.

        >>> Framework("torch.nn.ELU(alpha=2.0)", "alpha=1.0").told("en")
        '`torch.nn.ELU(alpha=2.0)` (default `alpha=1.0`)'
        """
        name = (_DEFAULTS if ", " in self.defaults else _DEFAULT)[language]
        added = [f"{name} `{self.defaults}`"] if self.defaults else []
        added += [self.note[language]] if self.note else []
        return f"`{self.call}`" + (f" ({'; '.join(added)})" if added else "")


@dataclass(frozen=True)
class Paper:
    """The source of a function or of ``what``, or one to see that did not introduce it."""

    authors: str
    year: int
    title: str
    url: str
    introduces: bool = True
    what: Text | None = None


class TwoSteps(NamedTuple):
    """A kernel in two steps: the values of the inputs, then the slopes of these values."""

    fill_values: Callable[[Floats, Floats], None]
    fill_slopes: Callable[[Floats, Floats], None]


def both_sides(low: float, high: float) -> Text:
    """A function flattens out on both sides, towards ``low`` and ``high``."""
    limits = f"(→ {number(low)}, {number(high)})"
    return Text(ko=f"양쪽 {limits}", en=f"both sides {limits}")


def negative_side(limit: float) -> Text:
    """A function flattens out on the negative side only, towards ``limit``.

    >>> negative_side(-1.0)["en"]
    'negative side (→ −1)'
    """
    return Text(ko=f"음수 쪽 (→ {number(limit)})", en=f"negative side (→ {number(limit)})")


def kinked(*points: float) -> Text:
    """A function's slope jumps at these points.

    >>> kinked(0.0)["en"], kinked(-3.0, 0.0, 3.0)["en"]
    ('kink at 0', 'kinks at −3, 0 and 3')
    """
    *others, last = (number(point) for point in points)
    english = f"kinks at {', '.join(others)} and {last}" if others else f"kink at {last}"
    return Text(ko=f"{', '.join([*others, last])}에서 꺾임", en=english)


class Activation(Declared, ABC):
    """A function of one real variable with its slope, its parameters (the fields) and its facts.

    A subclass is a frozen dataclass that gives ``_value`` and ``_slope`` on float64 arrays, right
    to 1e-14 and 1e-13 of the true number wherever that is a normal float64, free of NaN for any
    input but NaN.  Both depend on the input ``x``, never on the output: GELU, SiLU and Mish are
    not monotone, so their output does not tell the slope.
    """

    key: ClassVar[str]
    name: ClassVar[Text]
    papers: ClassVar[tuple[Paper, ...]]

    def __call__(self, x: ArrayLike) -> Floats:
        """The value at each ``x``, in an array of the same shape.

        float32 and float16 give the float64 result rounded once; whole numbers become float64;
        NaN stays NaN.  Raises ``TypeError`` for anything but real numbers.
        """
        return in_double(self._value, x)

    def grad(self, x: ArrayLike) -> Floats:
        """The slope at each input ``x``, with the shapes and types of the value.

        At a kink it is the slope from the left.
        """
        return in_double(self._slope, x)

    def kernel(self, x: Floats, value: Floats, slope: Floats) -> None:
        """Fill ``value`` and ``slope`` with f(x) and f'(x), as fast as NumPy allows, for training.

        The three are all float32 or all float64, of one shape with at least one axis, and do not
        overlap.  In float64 the result is right to 1e-12, tails included; next to a zero of the
        slope only the absolute error is as small.  In float32 it is right to 1e-6, absolute where
        the true number is below 1.  For an infinite value it may give the largest finite one.  On
        the way NumPy may warn of overflow: call it within ``np.errstate(all="ignore")``.

        >>> from dlbasic.activations import Sigmoid
        >>> value, slope = np.empty(2), np.empty(2)
        >>> Sigmoid().kernel(np.array([0.0, 40.0]), value, slope)
        >>> value, slope
        (array([0.5, 1. ]), array([2.50000000e-01, 4.24835426e-18]))
        """
        if value.flags.c_contiguous:
            self._fill(x, value, slope)
        elif x.nbytes <= _PIECE or len(x) == 1:
            # In a stack of networks ``value`` is a view with gaps: one copy into it is cheaper than
            # several operations on it.
            whole = np.empty_like(slope)
            self._fill(x, whole, slope)
            value[...] = whole
        else:
            step = max(1, len(x) * _PIECE // x.nbytes)
            for start in range(0, len(x), step):
                part = slice(start, start + step)
                self.kernel(x[part], value[part], slope[part])

    def prepared_kernel(
        self, x: Floats, value: Floats, slope: Floats, *learned: Floats
    ) -> Callable[[], None]:
        """:meth:`kernel` on these arrays as a call without arguments, all that can be decided done.

        ``learned`` are arrays for the parameters that training changes, PReLU's alpha.
        """
        straight = value.flags.c_contiguous and not learned
        return partial(self._fill if straight else self.kernel, x, value, slope, *learned)

    def in_two_steps(self, dtype: np.dtype[Any]) -> TwoSteps | None:
        """The kernel as two steps, for a function whose values tell its slopes as exactly.

        The slopes of many layers can then be filled at once.  The arrays are contiguous.
        """
        return None

    def _fill(self, x: Floats, value: Floats, slope: Floats) -> None:
        """What :meth:`kernel` does; a function that has nothing faster uses its exact pair."""
        value[...] = self(x)
        slope[...] = self.grad(x)

    @abstractmethod
    def _value(self, x: Float64s) -> Float64s: ...

    @abstractmethod
    def _slope(self, x: Float64s) -> Float64s: ...

    @property
    @abstractmethod
    def value_tex(self) -> str:
        """The formula of the value, in LaTeX."""

    @property
    @abstractmethod
    def slope_tex(self) -> str:
        """The formula of the slope, in LaTeX."""

    @property
    @abstractmethod
    def pytorch(self) -> Framework:
        """How PyTorch 2 gives this function with these parameters."""

    @property
    @abstractmethod
    def keras(self) -> Framework:
        """How Keras 3 gives this function with these parameters."""

    @abstractmethod
    def range(self) -> Interval:
        """The values that the function takes."""

    @abstractmethod
    def slope_range(self) -> Values:
        """The slopes that the function has; at a kink, that from the left.

        An end that the slope only tends to, far out or on the right of a kink, is open.
        """

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where the slope jumps, in rising order."""
        return ()

    @property
    def turning_points(self) -> tuple[float, ...]:
        """Where value or slope turn or jump: with the ends, these hold an interval's extremes.

        At a kink the slope is that from the left: if the one from the right is an extreme, the
        next float is a turning point too.
        """
        return self.kinks or (0.0,)

    @property
    def zero_centred(self) -> bool:
        """Whether f is odd, so that inputs symmetric about 0 have outputs with mean 0."""
        return False

    @property
    def monotone(self) -> bool:
        """Whether f never falls."""
        return True

    @property
    def smooth(self) -> bool:
        """Whether f has no kink: its slope is continuous."""
        return not self.kinks

    @property
    def smoothness(self) -> Text:
        """How often f can be differentiated."""
        return kinked(*self.kinks) if self.kinks else ANALYTIC

    @property
    @abstractmethod
    def saturates(self) -> Text:
        """On which side the slope tends to 0, and the value there."""
