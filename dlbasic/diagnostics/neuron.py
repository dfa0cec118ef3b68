"""What happens to signals and gradients, measured: pure functions of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlbasic.activations import Activation
from dlbasic.arrays import Float64s

SUMS = 2000
LAYERS = 10


@cache
def normal_quantiles(count: int = SUMS) -> Float64s:
    """The middles of ``count`` equally likely slices of the standard normal distribution.

    A distribution's worth of inputs without chance: means over them are those of the distribution
    to about 1/count.  Read-only, shape ``(count,)``, rising and symmetric about 0.

    >>> normal_quantiles(4).round(4).tolist()
    [-1.1503, -0.3186, 0.3186, 1.1503]
    """
    normal = NormalDist()
    upper = [normal.inv_cdf((place + 0.5) / count) for place in range((count + 1) // 2, count)]
    middle = [0.0] * (count % 2)
    quantiles = np.array([-value for value in reversed(upper)] + middle + upper)
    quantiles.setflags(write=False)
    return quantiles


@dataclass(frozen=True, eq=False)
class NeuronResponse:
    """What a neuron makes of normally distributed weighted sums.

    ``z``, ``y`` and ``slope`` are the sums, the outputs and the slopes, each ``(count,)``; the
    shares are of the sums, and ``after_layers`` is the mean slope to the power of ten.
    """

    z: Float64s
    y: Float64s
    slope: Float64s
    mean_output: float
    saturated: float
    zero_slope: float
    mean_slope: float
    after_layers: float


def neuron_response(
    f: Activation, mean: float = 0.0, std: float = 1.0, threshold: float = 0.05
) -> NeuronResponse:
    """Send normally distributed weighted sums through an activation.

    A sum is saturated where the size of the slope, |f'(z)|, is below ``threshold``.

    >>> from dlbasic.activations import ReLU
    >>> half = neuron_response(ReLU())
    >>> half.zero_slope, half.mean_slope, half.after_layers
    (0.5, 0.5, 0.0009765625)
    """
    z = mean + std * normal_quantiles()
    y, slope = f(z).astype(np.float64), f.grad(z).astype(np.float64)
    mean_slope = float(slope.mean())
    return NeuronResponse(
        z=z,
        y=y,
        slope=slope,
        mean_output=float(y.mean()),
        saturated=float(np.mean(np.abs(slope) < threshold)),
        zero_slope=float(np.mean(slope == 0.0)),
        mean_slope=mean_slope,
        after_layers=mean_slope**LAYERS,
    )


def histogram(values: Float64s, groups: NDArray[Any], bins: int = 40) -> list[dict[str, Any]]:
    """Share of the values in each bin, for each group apart: rows ``low, high, share, group``.

    >>> histogram(np.array([0.0, 1.0, 1.0, 1.0]), np.array(["a", "b", "b", "b"]), bins=2)[1]
    {'low': 0.5, 'high': 1.0, 'share': 0.75, 'group': 'b'}
    """
    edges = np.histogram_bin_edges(values, bins)
    rows = []
    for group in dict.fromkeys(groups.tolist()):
        counts, _ = np.histogram(values[groups == group], edges)
        rows += [
            {"low": float(low), "high": float(high), "share": float(count / len(values)),
             "group": group}
            for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True) if count
        ]  # fmt: skip
    return rows
