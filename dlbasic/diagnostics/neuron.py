"""What a neuron makes of normally distributed weighted sums, from the normal law itself.

Nothing is drawn at random: expectations are integrals over the density, shares are differences of
its distribution function.  Both may be far smaller than a float can be, hence the decimals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlbasic.activations import Activation
from dlbasic.arrays import Float64s, Floats

LAYERS = 10
BINS = 40
SHOWN = 3.3  # standard deviations on both sides that a histogram shows: 99.9 % of all

_REACH, _STEP = 40.0, 0.25  # in standard deviations: how far, and how finely, one integrates
_DYADIC = 2.0 ** np.arange(-6, 12)  # places at which a function's own shape is taken apart
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_ROOT = Decimal(2 * math.pi).sqrt()
_COUNTS = 45.0  # in logarithms: a piece that is smaller than the largest by more adds nothing
_FAR = 2000.0  # beyond every sum that counts
_ROUNDING = 1e-13  # share of what is added that an expectation of 0 may be off by
_SURE = Context(prec=12)  # the mean slope of x is 1, and not 1.0000000000000002


def expectation(
    g: Callable[[Float64s], Floats], mean: float, std: float, kinks: Sequence[float] = ()
) -> Decimal:
    """The expectation of ``g(z)`` where ``z`` is normally distributed, ``∫ g(z)·φ((z−μ)/σ)/σ dz``.

    Gauss's rule with 20 nodes on pieces that are short beside the law's spread and beside the
    distance to 0, where the functions turn; ``kinks`` of ``g`` are ends of pieces.  Right to some
    ten digits, in the tails too, however small it is; where positive and negative parts cancel,
    to as many digits of these.

    >>> relu = lambda z: np.maximum(z, 0.0)
    >>> f"{expectation(relu, -4.0, 1.0, [0.0]):.4e}", f"{expectation(relu, -10.0, 0.1, [0.0]):.2e}"
    ('7.1453e-6', '1.34e-2177')
    """
    grid = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
    places = np.concatenate([-_DYADIC, [0.0], _DYADIC, kinks])
    centres = [0.0, *((kink - mean) / std for kink in kinks)]
    edges = np.unique(
        np.concatenate([(places - mean) / std, *(centre + grid for centre in centres)])
    )
    _, sizes = _integrand(g, mean, std, edges)
    if np.isneginf(sizes).all():
        return Decimal(0)
    counts = sizes > sizes.max() - _COUNTS
    kept = counts[:-1] | counts[1:]
    half = np.diff(edges)[kept, np.newaxis] / 2
    t = edges[:-1][kept, np.newaxis] + half + half * _NODES  # (pieces, nodes)
    signs, sizes = _integrand(g, mean, std, t)
    largest = float(sizes.max())
    parts = signs * half * _WEIGHTS * np.exp(sizes - largest)
    total = float(parts.sum())
    if abs(total) < _ROUNDING * float(np.abs(parts).sum()):
        return Decimal(0)
    return _SURE.plus(Decimal(total) * Decimal(largest).exp() / _ROOT)


def _integrand(
    g: Callable[[Float64s], Floats], mean: float, std: float, t: Float64s
) -> tuple[Float64s, Float64s]:
    """The sign of ``g`` times the density at ``t`` standard deviations, and its logarithm."""
    values = np.asarray(g(mean + std * t), dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.sign(values), np.log(np.abs(values)) - t**2 / 2


def share_above(t: float) -> Decimal:
    """The share of the standard normal law above ``t``, ``1 − Φ(t)``, for ``t`` of at least 0.

    >>> f"{share_above(0.0)} {share_above(4.0):.5e} {share_above(100.0):.2e}"
    '0.5 3.16712e-5 1.34e-2174'
    """
    if t < 37.0:
        return Decimal(0.5 * math.erfc(t / math.sqrt(2.0)))
    x = Decimal(t)
    series, term = Decimal(0), Decimal(1)
    for k in range(1, 8):  # asymptotic: what is left out is below the last term
        series += term
        term *= -(2 * k - 1) / (x * x)
    return (-x * x / 2).exp() / (x * _ROOT) * series


class _Piece(NamedTuple):
    """An interval of sums on which value and slope rise or fall, and whether the slope is small."""

    low: float
    high: float
    small: bool


@dataclass(frozen=True)
class NeuronResponse:
    """What a neuron makes of normally distributed weighted sums.

    ``mean_output`` and ``mean_slope`` are expectations, ``after_layers`` is the mean slope to the
    power of ten.  ``small_slope`` is the share of sums where the size of the slope is below the
    threshold, ``zero_slope`` of those where the function is flat.  ``before`` and ``after`` are the
    histograms of sums and outputs: rows ``low, high, share, group``.
    """

    mean_output: Decimal
    mean_slope: Decimal
    after_layers: Decimal
    small_slope: Decimal
    zero_slope: Decimal
    before: tuple[dict[str, Any], ...]
    after: tuple[dict[str, Any], ...]


@lru_cache(maxsize=64)
def neuron_response(
    f: Activation, mean: float = 0.0, std: float = 1.0, threshold: float = 0.05
) -> NeuronResponse:
    """Send normally distributed weighted sums through an activation.

    A slope is small where its size, |f'(z)|, is below ``threshold``.

    >>> from dlbasic.activations import ReLU
    >>> half = neuron_response(ReLU())
    >>> f"{half.mean_output:.5f} {half.zero_slope:.1f} {half.mean_slope:.5f}"
    '0.39894 0.5 0.50000'
    """
    pieces = _pieces(f, threshold)
    small = [(piece.low, piece.high) for piece in pieces if piece.small]
    mean_slope = expectation(f.grad, mean, std, f.kinks)
    before, after = _histograms(f, pieces, mean, std)
    return NeuronResponse(
        mean_output=expectation(f, mean, std, f.kinks),
        mean_slope=mean_slope,
        after_layers=mean_slope**LAYERS,
        small_slope=_share(small, mean, std),
        zero_slope=_share(_flat(f), mean, std),
        before=before,
        after=after,
    )


def _share(intervals: Sequence[tuple[float, float]], mean: float, std: float) -> Decimal:
    """The share of the law in these intervals; below 1 unless they hold all of it."""
    if not intervals:
        return Decimal(0)
    joined: list[list[float]] = []
    for low, high in intervals:
        if joined and low - joined[-1][1] < 1e-9:
            joined[-1][1] = high
        else:
            joined.append([low, high])
    if joined == [[-_FAR, _FAR]]:
        return Decimal(1)
    share = sum((_between((a - mean) / std, (b - mean) / std) for a, b in joined), Decimal(0))
    return min(share, Decimal(1).next_minus())


def _between(low: float, high: float) -> Decimal:
    """The share of the standard normal law between two places; the far ends are infinite."""
    if high <= 0:
        return share_above(-high) - share_above(-low)
    if low >= 0:
        return share_above(low) - share_above(high)
    return 1 - share_above(-low) - share_above(high)


def _flat(f: Activation) -> list[tuple[float, float]]:
    """Where the function is constant: only between kinks is it so on a stretch."""
    ends = [-_FAR, *f.kinks, _FAR] if f.kinks else []
    return [
        (low, high)
        for low, high in pairwise(ends)
        if not f.grad(np.linspace(low, high, 4001)[1:-1]).any()
    ]


def _pieces(f: Activation, threshold: float) -> list[_Piece]:
    """The line of sums, taken apart where the function or its slope turns or gets small."""
    turns = [-_FAR, *f.turning_points, _FAR]
    lows, highs = np.array(turns[:-1]), np.array(turns[1:])
    levels = np.array([[-threshold], [threshold]])
    found = _solved(f.grad, levels, np.nextafter(lows, highs), highs).ravel()
    ends = np.unique(np.concatenate([turns, found[np.isfinite(found)]]))
    pieces = []
    for low, high in pairwise(ends.tolist()):
        if high - low > 1e-9:
            slope = float(f.grad(np.float64((low + high) / 2)))
            pieces.append(_Piece(low, high, abs(slope) < threshold))
    return pieces


def _solved(
    g: Callable[[Float64s], Floats], levels: NDArray[Any], low: Float64s, high: Float64s,
    halvings: int = 60,
) -> Float64s:  # fmt: skip
    """Where ``g``, monotone from each ``low`` to ``high``, passes each level; NaN where nowhere."""
    low, high, levels = np.broadcast_arrays(low, high, levels)
    start, end = g(low), g(high)
    passed = (np.minimum(start, end) < levels) & (levels < np.maximum(start, end))
    rising = end > start
    for _ in range(halvings):
        middle = (low + high) / 2
        above = (g(middle) > levels) == rising
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(passed, (low + high) / 2, np.nan)


def _histograms(
    f: Activation, pieces: Sequence[_Piece], mean: float, std: float
) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """Of the sums and of the outputs, over the sums within ``SHOWN`` standard deviations."""
    first, last = mean - SHOWN * std, mean + SHOWN * std
    cut = [
        _Piece(max(piece.low, first), min(piece.high, last), piece.small)
        for piece in pieces
        if piece.low < last and piece.high > first
    ]
    ends = np.array([[piece.low, piece.high] for piece in cut])
    outputs = np.stack([f(np.nextafter(ends[:, 0], ends[:, 1])), f(ends[:, 1])], axis=1)
    low, high = float(outputs.min()), float(outputs.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    of_sums, of_outputs = np.linspace(first, last, BINS + 1), np.linspace(low, high, BINS + 1)
    start, end = outputs[:, :1], outputs[:, 1:]
    near, far = np.where(end > start, ends.T[..., np.newaxis], ends.T[::-1, :, np.newaxis])
    solved = _solved(f, of_outputs, np.nextafter(ends[:, :1], ends[:, 1:]), ends[:, 1:], 40)
    # What is not passed on this piece is beyond one of its ends; where it is flat, all is in a bin.
    passed = np.where(of_outputs <= np.minimum(start, end), near, far)
    passed = np.where(np.isfinite(solved), solved, passed)
    before, after = _Bins(of_sums), _Bins(of_outputs)
    for piece, where in zip(cut, passed, strict=True):
        before.add(piece.small, np.clip(of_sums, piece.low, piece.high), mean, std)
        after.add(piece.small, where, mean, std)
    return before.rows(), after.rows()


class _Bins:
    """Shares between ``edges``, of the sums with a small slope and of the others."""

    def __init__(self, edges: Float64s) -> None:
        self._edges = edges.tolist()
        self._shares = {small: np.zeros(len(edges) - 1) for small in (False, True)}

    def add(self, small: bool, where: Float64s, mean: float, std: float) -> None:
        """The share of a piece on which the edges are passed at the sums ``where``."""
        places = ((where - mean) / std).tolist()
        for bin_, (a, b) in enumerate(pairwise(places)):
            if a != b:
                self._shares[small][bin_] += float(_between(min(a, b), max(a, b)))

    def rows(self) -> tuple[dict[str, Any], ...]:
        """A row for each bin that has a share, and for both ends: an axis has all of the range."""
        ends = (self._edges[0], self._edges[-2])
        return tuple(
            {"low": low, "high": high, "share": share, "group": "small" if small else "active"}
            for small, shares in self._shares.items()
            for (low, high), share in zip(pairwise(self._edges), shares.tolist(), strict=True)
            if share or (low in ends and not small)
        )
