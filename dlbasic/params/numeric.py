"""Parameters that are numbers: one on a slider or on a tick, two ends, a row of them."""

from __future__ import annotations

import math
import numbers
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from dlbasic.text import Text


def as_float(value: Any) -> float:
    """A real number, NumPy's too, as a plain float; NaN for anything else, a truth value too.

    >>> as_float(2), as_float(10**400), as_float("2"), as_float(True)
    (2.0, inf, nan, nan)
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return -math.inf if value < 0 else math.inf


def _float_or_nan(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _ends(low: float, high: float) -> str:
    """How a message goes on after "a number": " from 0 to 1", " of at least 0", ""."""
    first, last = (str(end).removesuffix(".0") for end in (low, high))
    if math.isinf(low):
        return "" if math.isinf(high) else f" of at most {last}"
    return f" of at least {first}" if math.isinf(high) else f" from {first} to {last}"


def _finite(name: str, value: Any, allowed: tuple[float, float]) -> float:
    number, (low, high) = as_float(value), allowed
    if not math.isfinite(number) or not low <= number <= high:
        raise ValueError(f"{name} must be a finite number{_ends(low, high)}, not {value!r}")
    return number


def _written(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


N = TypeVar("N", int, float)


class _Number(ABC, Generic[N]):
    """How one number stands in a link."""

    @abstractmethod
    def nearest(self, value: Any) -> N: ...

    def read(self, raw: str) -> tuple[N, bool]:
        wanted = _float_or_nan(raw)
        value = self.nearest(wanted)
        return value, value == wanted

    def write(self, value: N) -> str:
        return str(value) if isinstance(value, int) else _written(value)


@dataclass(frozen=True)
class Real(_Number[float]):
    """A number on a slider from ``low`` to ``high`` in steps of ``step``.

    ``allowed`` is the range in which the mathematics is defined, where that is wider than the
    slider: PReLU's slope may take any finite value, its slider goes from -1 to 1.  A control that
    takes ``free`` numbers from the keyboard has a step for its arrows alone.

    >>> alpha = Real(Text(ko="α", en="α"), default=0.01, low=0.0, high=1.0, step=0.01)
    >>> alpha.read("0.1"), alpha.read("7"), alpha.read("0.123"), alpha.read("nan")
    ((0.1, True), (1.0, False), (0.12, False), (0.01, False))
    >>> alpha.check("alpha", 2.0)
    Traceback (most recent call last):
    ...
    ValueError: alpha must be a finite number from 0 to 1, not 2.0
    """

    label: Text
    default: float
    low: float
    high: float
    step: float
    allowed: tuple[float, float] | None = None
    free: bool = False
    help: Text | None = None

    def nearest(self, value: Any) -> float:
        number = as_float(value)
        if math.isnan(number):
            return self.default
        inside = float(min(max(number, self.low), self.high))
        if not self.free:
            inside = round(self.low + round((inside - self.low) / self.step) * self.step, 10)
        return inside + 0.0  # no negative zero

    def check(self, name: str, value: Any) -> float:
        return _finite(name, value, self.allowed or (self.low, self.high))


@dataclass(frozen=True)
class Integer(_Number[int]):
    """A whole number on a slider from ``low`` to ``high`` in steps of ``step``.

    ``allowed`` is the range that callers in Python may use, where that is wider than the slider.
    A control that takes ``free`` numbers from the keyboard is a field.

    >>> seed = Integer(
    ...     Text(ko="시드", en="seed"), default=0, low=0, high=99, allowed=(0, math.inf)
    ... )
    >>> seed.read("7.9"), seed.read("1000"), seed.check("seed", 1000)
    ((8, False), (99, False), 1000)
    >>> seed.check("seed", -1)
    Traceback (most recent call last):
    ...
    ValueError: seed must be a whole number of at least 0, not -1
    """

    label: Text
    default: int
    low: int
    high: int
    step: int = 1
    allowed: tuple[float, float] | None = None
    free: bool = False
    help: Text | None = None

    def nearest(self, value: Any) -> int:
        number = as_float(value)
        if math.isnan(number):
            return self.default
        inside = min(max(number, self.low), self.high)
        return self.low + round((inside - self.low) / self.step) * self.step

    def check(self, name: str, value: Any) -> int:
        low, high = self.allowed or (self.low, self.high)
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not whole or not low <= int(value) <= high:
            raise ValueError(f"{name} must be a whole number{_ends(low, high)}, not {value!r}")
        return int(value)


@dataclass(frozen=True)
class Place(Integer):
    """Where a reader stands in a run.  What shows the run sets it: it has no widget.

    Under other settings it is another run, in which the reader stands at the default again: under
    others of those that ``of`` names, or of all of its figure's.
    """

    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tick(_Number[float]):
    """One of the given numbers, in rising order, on a slider: steps that are not even.

    ``allowed`` is the range that callers in Python may use.

    >>> rate = Tick(Text(ko="학습률", en="rate"), default=0.1, ticks=(0.01, 0.1, 1.0))
    >>> rate.read("1"), rate.read("0.3"), rate.read("-5"), rate.read("x"), rate.write(0.01)
    ((1.0, True), (0.1, False), (0.01, False), (0.1, False), '0.01')
    >>> rate.check("rate", -1)
    Traceback (most recent call last):
    ...
    ValueError: rate must be a finite number of at least 0, not -1
    """

    label: Text
    default: float
    ticks: tuple[float, ...]
    allowed: tuple[float, float] = (0.0, math.inf)
    help: Text | None = None

    def nearest(self, value: Any) -> float:
        number = as_float(value)
        if math.isnan(number):
            return self.default
        inside = min(max(number, self.ticks[0]), self.ticks[-1])
        return min(self.ticks, key=lambda tick: abs(tick - inside))

    def check(self, name: str, value: Any) -> float:
        return _finite(name, value, self.allowed)


@dataclass(frozen=True)
class Span:
    """A lower and an upper end, each on one of the given ticks; written with a comma.

    >>> span = Span(Text(ko="범위", en="range"), default=(-6.0, 6.0), ticks=(-6.0, 0.0, 6.0))
    >>> span.read("-6,0"), span.read("5,-9"), span.read("0,0"), span.read("x")
    (((-6.0, 0.0), True), ((-6.0, 6.0), False), ((0.0, 6.0), False), ((-6.0, 6.0), False))
    """

    label: Text
    default: tuple[float, float]
    ticks: tuple[float, ...]
    help: Text | None = None

    def nearest(self, value: Any) -> tuple[float, float]:
        if not isinstance(value, Sequence) or len(value) != 2:
            return self.default
        ends = [as_float(end) for end in value]
        if any(math.isnan(end) for end in ends):
            return self.default
        places = sorted(self._nearest_tick(end) for end in ends)
        low = min(places[0], len(self.ticks) - 2)
        return self.ticks[low], self.ticks[max(places[1], low + 1)]

    def _nearest_tick(self, end: float) -> int:
        end = min(max(end, self.ticks[0]), self.ticks[-1])
        return min(range(len(self.ticks)), key=lambda place: abs(self.ticks[place] - end))

    def read(self, raw: str) -> tuple[tuple[float, float], bool]:
        try:
            wanted = tuple(float(part) for part in raw.split(","))
        except ValueError:
            return self.default, False
        value = self.nearest(wanted)
        return value, value == wanted

    def write(self, value: tuple[float, float]) -> str:
        return ",".join(map(_written, value))

    def check(self, name: str, value: Any) -> tuple[float, float]:
        span = self.nearest(value)
        if not isinstance(value, Sequence) or span != tuple(value):
            raise ValueError(f"{name} must be two ticks in rising order, not {value!r}")
        return span


@dataclass(frozen=True)
class Numbers:
    """As many numbers as the default has, from ``low`` to ``high``; written with commas.

    A table shows them, or a slider one of them.  Each stands on a step.

    >>> heights = Numbers(
    ...     Text(ko="높이", en="heights"), default=(1.0, 2.5, 3.0), low=0.0, high=9.0, step=0.5
    ... )
    >>> heights.read("0,2,3.5"), heights.read("99,x,0.3"), heights.read("1,2")
    (((0.0, 2.0, 3.5), True), ((9.0, 2.5, 0.5), False), ((1.0, 2.5, 3.0), False))
    >>> heights.check("heights", (1, 2, 10))
    Traceback (most recent call last):
    ...
    ValueError: heights must be 3 finite numbers from 0 to 9, not (1, 2, 10)
    """

    label: Text
    default: tuple[float, ...]
    low: float
    high: float
    step: float
    help: Text | None = None

    def one(self, place: int) -> Real:
        """The declaration of the number at a place."""
        return Real(self.label, self.default[place], self.low, self.high, self.step)

    def nearest(self, value: Any) -> tuple[float, ...]:
        count = len(self.default)
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != count:
            return self.default
        return tuple(self.one(place).nearest(number) for place, number in enumerate(value))

    def read(self, raw: str) -> tuple[tuple[float, ...], bool]:
        wanted = tuple(_float_or_nan(part) for part in raw.split(","))
        value = self.nearest(wanted)
        return value, value == wanted

    def write(self, value: Sequence[float]) -> str:
        return ",".join(map(_written, value))

    def check(self, name: str, value: Any) -> tuple[float, ...]:
        count = len(self.default)
        given = [as_float(number) for number in value] if isinstance(value, Sequence) else []
        if len(given) != count or not all(self.low <= number <= self.high for number in given):
            ends = _ends(self.low, self.high)
            raise ValueError(f"{name} must be {count} finite numbers{ends}, not {value!r}")
        return tuple(given)


@dataclass(frozen=True)
class Widths:
    """The widths of some layers, from none to ``most`` of them, each from ``low`` to ``high``.

    Written with commas, none as 0; a text field shows them so.

    >>> layers = Widths(Text(ko="층", en="layers"), default=(8, 8), low=1, high=32, most=6)
    >>> layers.read("16,4"), layers.read("0"), layers.read("99,x,2.5"), layers.read("")
    (((16, 4), True), ((), True), ((32, 2), False), ((8, 8), False))
    >>> layers.check("layers", (8, 0))
    Traceback (most recent call last):
    ...
    ValueError: layers must be up to 6 whole numbers from 1 to 32, not (8, 0)
    """

    label: Text
    default: tuple[int, ...]
    low: int
    high: int
    most: int
    allowed: tuple[int, int] | None = None  # what Python may ask for: widths up to, how many
    help: Text | None = None

    def nearest(self, value: Any) -> tuple[int, ...]:
        if isinstance(value, str):
            return self.read(value)[0]
        if not isinstance(value, Sequence):
            return self.default
        said = [number for number in map(as_float, value) if not math.isnan(number)]
        if value and not said:
            return self.default
        return tuple(round(min(max(number, self.low), self.high)) for number in said[: self.most])

    def read(self, raw: str) -> tuple[tuple[int, ...], bool]:
        if raw.strip() == "0":
            return (), True
        wanted = [
            number for part in raw.split(",") if not math.isnan(number := _float_or_nan(part))
        ]
        value = self.nearest(wanted) if wanted else self.default
        return value, self.write(value) == raw

    def write(self, value: Sequence[int]) -> str:
        return ",".join(map(str, value)) or "0"

    def check(self, name: str, value: Any) -> tuple[int, ...]:
        high, most = self.allowed or (self.high, self.most)
        fits = (
            isinstance(value, Sequence)
            and len(value) <= most
            and all(
                isinstance(width, numbers.Integral) and self.low <= int(width) <= high
                for width in value
            )
        )
        if not fits:
            raise ValueError(f"{name} must be up to {most} whole numbers{_ends(self.low, high)}, "
                             f"not {value!r}")  # fmt: skip
        return tuple(map(int, value))
