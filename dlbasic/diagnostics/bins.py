"""A histogram that can be put together with others before their common range is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlbasic.arrays import Float64s

_LEAST = -1000  # the exponent of the narrowest bins, whose places are still floats


@dataclass(frozen=True, eq=False)
class Bins:
    """How many of ``total`` values lie in each bin from number ``first`` on.

    Bin k is from ``k·w`` to ``(k + 1)·w`` with ``w = 2^exponent``: two neighbours are one bin of
    twice the width.  A value between two bins is in the one nearer 0, so that 1 and -1 are at the
    ends of equal bins.  ``counts`` leaves out what is not finite.
    """

    exponent: int
    first: int
    counts: NDArray[np.intp]
    total: int
    low: float
    high: float

    def wider(self, exponent: int) -> Bins:
        """The same values in bins of the width ``2^exponent``, which is not narrower."""
        shift = min(exponent - self.exponent, 62)
        places = (self.first + np.arange(len(self.counts))) >> shift
        first = self.first >> shift
        counts = np.zeros(int(places[-1]) - first + 1 if len(places) else 0, np.intp)
        np.add.at(counts, places - first, self.counts)
        return Bins(exponent, first, counts, self.total, self.low, self.high)


def binned(values: NDArray[Any]) -> Bins:
    """Count values in 32 to 65 bins; in fewer where they agree in the first 12 digits.

    >>> some = binned(np.array([0.0, 0.9, 1.0, np.inf]))
    >>> 2.0**some.exponent, len(some.counts), int(some.counts.sum()), some.total
    (0.03125, 32, 3, 4)
    >>> some.wider(-1).counts.tolist()
    [1, 2]
    """
    finite = values.astype(np.float64, order="C").ravel()
    low, high = float(finite.min()), float(finite.max())
    if not math.isfinite(low - high):
        finite = finite[np.isfinite(finite)]
        low = float(finite.min(initial=math.inf))
        high = float(finite.max(initial=-math.inf))
    if low > high:
        return Bins(_LEAST, 0, np.zeros(0, np.intp), values.size, low, high)
    exponent = _exponent(low, high)
    finite *= 2.0**-exponent
    places = np.floor(finite)
    places -= (places == finite) & (finite > 0)
    first = int(places.min())
    places -= first
    return Bins(exponent, first, np.bincount(places.astype(np.intp)), values.size, low, high)


def together(found: Sequence[Bins]) -> Bins:
    """The bins of all the values in several, the same as if they had been counted at once.

    >>> parts = [np.array([0.0, 1.0]), np.array([0.25, -9.0])]
    >>> one, all_at_once = together([binned(part) for part in parts]), binned(np.concatenate(parts))
    >>> one.exponent == all_at_once.exponent, one.counts.tolist() == all_at_once.counts.tolist()
    (True, True)
    """
    low, high = min(bins.low for bins in found), max(bins.high for bins in found)
    total = sum(bins.total for bins in found)
    if low > high:
        return Bins(_LEAST, 0, np.zeros(0, np.intp), total, low, high)
    exponent = _exponent(low, high)
    alike = [bins.wider(exponent) for bins in found if len(bins.counts)]
    first = min(bins.first for bins in alike)
    counts = np.zeros(max(bins.first + len(bins.counts) for bins in alike) - first, np.intp)
    for bins in alike:
        counts[bins.first - first :][: len(bins.counts)] += bins.counts
    return Bins(exponent, first, counts, total, low, high)


def _exponent(low: float, high: float) -> int:
    """That of the width of which 32 to 64 make the range."""
    half, size = high / 2 - low / 2, max(-low, high)
    widths = [math.frexp(half)[1] - 5] if half > 0 else []
    return max([_LEAST, *widths, *([math.frexp(size)[1] - 40] if size > 0 else [])])


def shares(found: Sequence[Bins]) -> tuple[Float64s, Float64s]:
    """The middles of bins that are the same for all, and each one's share of its values in them.

    ``(bins,)`` and ``(len(found), bins)``, from the lowest to the highest value of all, or from 0.5
    below to 0.5 above the only one.  No bins where no value is finite.

    >>> middles, of = shares([binned(np.array([0.0, 1.0])), binned(np.array([0.25, 0.25]))])
    >>> len(middles), of.sum(axis=1).tolist(), of.max(axis=1).tolist()
    (32, [1.0, 1.0], [0.5, 1.0])
    """
    some = [bins for bins in found if len(bins.counts)]
    if not some:
        return np.zeros(0), np.zeros((len(found), 0))
    low, high = min(bins.low for bins in some), max(bins.high for bins in some)
    around = 0.5 if low == high else 0.0
    exponent = max(_exponent(low - around, high + around), *(bins.exponent for bins in found))
    width = 2.0**exponent
    alike = [bins.wider(exponent) for bins in found]
    first = min(bins.first for bins in alike if len(bins.counts)) - round(around / width)
    end = max(bins.first + len(bins.counts) for bins in alike if len(bins.counts)) + round(
        around / width
    )
    spread = np.zeros((len(found), end - first))
    for row, bins in zip(spread, alike, strict=True):
        if len(bins.counts):
            row[bins.first - first :][: len(bins.counts)] = bins.counts / bins.total
    return np.asarray((first + np.arange(end - first) + 0.5) * width), spread
