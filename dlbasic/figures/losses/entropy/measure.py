"""Entropy and its excess under a wrong expectation, for two distributions over a few outcomes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.entropy import cross_entropy, entropy, kl_divergence
from dlbasic.measures.settings import BASES, UNIT
from dlbasic.params import Choice, Declared, Integer, Real, parameter
from dlbasic.text import Text, indexed

MOST = 4  # outcomes
POINTS = 201  # of the curve
FURTHEST = 2.0  # how far the curve goes, if the outcomes of q last so long


def _weight(name: str, place: int, default: float) -> Real:
    term = indexed(name, place)
    label = Text(ko=f"{term}의 비중", en=f"weight of {term}")
    return Real(label, default=default, low=0.0, high=10.0, step=0.1)


@dataclass(frozen=True)
class Entropy(Declared):
    """The weights of two distributions, p and q, and the unit of information."""

    outcomes: int = parameter(
        Integer(Text(ko="결과의 수", en="Number of outcomes"), default=3, low=2, high=MOST)
    )
    unit: str = parameter(UNIT)
    p1: float = parameter(_weight("p", 1, 5.0))
    p2: float = parameter(_weight("p", 2, 3.0))
    p3: float = parameter(_weight("p", 3, 2.0))
    p4: float = parameter(_weight("p", 4, 1.0))
    q1: float = parameter(_weight("q", 1, 2.0))
    q2: float = parameter(_weight("q", 2, 3.0))
    q3: float = parameter(_weight("q", 3, 5.0))
    q4: float = parameter(_weight("q", 4, 1.0))

    def weights(self, name: str) -> Float64s:
        """The weights of ``p`` or ``q`` as they stand on the sliders."""
        return np.array([getattr(self, f"{name}{n}") for n in range(1, self.outcomes + 1)])

    @property
    def p(self) -> Float64s:
        return normalised(self.weights("p"))

    @property
    def q(self) -> Float64s:
        return normalised(self.weights("q"))

    @property
    def base(self) -> float:
        return BASES[self.unit]


@dataclass(frozen=True)
class Shown(Declared):
    """Which part of the figure is shown."""

    part: str = parameter(
        Choice(
            Text(ko="볼 그림", en="Picture"), default="sum",
            options={
                "sum": Text(ko="합", en="The sum"),
                "way": Text(ko="q에서 p로", en="From q to p"),
                "units": Text(ko="비트와 내트", en="Bits and nats"),
            },
        )
    )  # fmt: skip


def normalised(weights: Float64s) -> Float64s:
    """Weights divided by their sum; equal shares where all of them are 0.

    >>> normalised(np.array([1.0, 3.0])).tolist(), normalised(np.zeros(2)).tolist()
    ([0.25, 0.75], [0.5, 0.5])
    """
    tenths = np.round(10.0 * weights, 9)  # whole on the sliders, so 0.3 : 0.6 is 3 : 6 to the bit
    total = tenths.sum()
    return tenths / total if total else np.full(len(weights), 1.0 / len(weights))


@dataclass(frozen=True)
class Information:
    """How uncertain p is, and what expecting q instead of it costs, each computed on its own."""

    entropy: float
    divergence: float
    cross: float

    @property
    def total(self) -> float:
        """What the first two make together."""
        return self.entropy + self.divergence

    @property
    def apart(self) -> float:
        """How far the cross-entropy is from that sum; NaN where both are infinite."""
        return abs(self.total - self.cross)


def information(p: Float64s, q: Float64s, base: float) -> Information:
    """Entropy of p, divergence of p from q, and their cross-entropy.

    >>> half = np.array([0.5, 0.5])
    >>> information(half, np.array([0.25, 0.75]), base=2.0).apart < 1e-15
    True
    """
    return Information(
        float(entropy(p, base)), float(kl_divergence(p, q, base)), float(cross_entropy(p, q, base))
    )


def terms(p: Float64s, q: Float64s, base: float) -> pd.DataFrame:
    """What each outcome adds to entropy, divergence and cross-entropy; 0 where it has no chance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise, expected = -np.log(p) / math.log(base), -np.log(q) / math.log(base)
        columns = {
            "p": p,
            "q": q,
            "entropy": np.where(p > 0, p * surprise, 0.0),
            "divergence": np.where(p > 0, p * (expected - surprise), 0.0),
            "cross": np.where(p > 0, p * expected, 0.0),
        }
    return pd.DataFrame(columns)


def end(p: Float64s, q: Float64s) -> float:
    """How far ``q + t(p - q)`` stays a distribution: 1 is at p, beyond it at most ``FURTHEST``.

    >>> end(np.array([0.5, 0.5]), np.array([0.75, 0.25]))
    2.0
    >>> round(end(np.array([0.9, 0.1]), np.array([0.5, 0.5])), 6)
    1.25
    """
    falling = q > p
    lasts = q[falling] / (q - p)[falling]
    return float(min([FURTHEST, *lasts]))


def way(p: Float64s, q: Float64s, base: float) -> pd.DataFrame:
    """The cross-entropy while q moves to p and on: columns ``t``, ``cross``, and ``entropy`` of p.

    ``t`` is 0 at q and 1 at p; where the cross-entropy is infinite there is no row.
    """
    last = end(p, q)
    t = np.unique([*np.linspace(0.0, last, POINTS), 1.0])
    moved = np.maximum(q + t[:, None] * (p - q), 0.0)
    moved /= moved.sum(axis=1, keepdims=True)
    moved[t == 1.0] = p
    cross = np.asarray(cross_entropy(np.broadcast_to(p, moved.shape), moved, base))
    rows = pd.DataFrame({"t": t, "cross": cross, "entropy": float(entropy(p, base))})
    finite: pd.DataFrame = rows[np.isfinite(cross)].reset_index(drop=True)
    return finite
