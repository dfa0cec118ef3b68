"""What a network is shown of a point: its coordinates and simple functions of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.arrays import Float64s
from dlbasic.datasets.base import EXTENT
from dlbasic.text import Text, both


@dataclass(frozen=True)
class Feature:
    """A function of inputs (n, dimensions) with one value for each, from ``dimensions`` up."""

    key: str
    label: Text
    tex: str
    dimensions: int
    function: Callable[[Float64s], Float64s]


FEATURES: dict[str, Feature] = {
    feature.key: feature
    for feature in (
        Feature("x1", both("x₁"), "x_1", 1, lambda x: x[:, 0]),
        Feature("x2", both("x₂"), "x_2", 2, lambda x: x[:, 1]),
        Feature("x1_squared", both("x₁²"), "x_1^2", 1, lambda x: x[:, 0] ** 2),
        Feature("x2_squared", both("x₂²"), "x_2^2", 2, lambda x: x[:, 1] ** 2),
        Feature("x1x2", both("x₁x₂"), "x_1 x_2", 2, lambda x: x[:, 0] * x[:, 1]),
        Feature("sin_x1", both("sin x₁"), r"\sin x_1", 1, lambda x: np.sin(x[:, 0])),
        Feature("sin_x2", both("sin x₂"), r"\sin x_2", 2, lambda x: np.sin(x[:, 1])),
    )
}


def features(inputs: ArrayLike, keys: Sequence[str]) -> Float64s:
    """The named features of inputs (n, 1) or (n, 2), in the order of ``keys``: (n, len(keys)).

    Raises ``ValueError`` for inputs of another shape, for no keys, and for a key that is unknown or
    needs more dimensions than the inputs have.

    >>> features([[2.0, 3.0]], ["x1x2", "x1"])
    array([[6., 2.]])
    >>> features([[2.0]], ["x1", "x2"])
    Traceback (most recent call last):
    ...
    ValueError: feature 'x2' is not one of those of 1-dimensional inputs: x1, x1_squared, sin_x1
    """
    x = np.asarray(inputs, np.float64)
    if x.ndim != 2 or x.shape[1] not in (1, 2):
        raise ValueError(f"inputs must have shape (n, 1) or (n, 2), not {x.shape}")
    known = [key for key, feature in FEATURES.items() if feature.dimensions <= x.shape[1]]
    for key in keys:
        if key not in known:
            raise ValueError(f"feature {key!r} is not one of those of "
                             f"{x.shape[1]}-dimensional inputs: {', '.join(known)}")  # fmt: skip
    if not keys:
        raise ValueError(f"choose at least one feature: {', '.join(known)}")
    return np.column_stack([FEATURES[key].function(x) for key in keys])


def grid(size: int, extent: float = EXTENT) -> Float64s:
    """The centres of ``size`` by ``size`` pixels from -extent to extent, (size·size, 2).

    As an image is read: from the left in each row, and from the top row, the largest x₂, down.
    Raises ``ValueError`` for a size below 1 or an extent that is not finite and above 0.

    >>> grid(2, extent=2.0)
    array([[-1.,  1.],
           [ 1.,  1.],
           [-1., -1.],
           [ 1., -1.]])
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, not {size}")
    if not (math.isfinite(extent) and extent > 0.0):
        raise ValueError(f"extent must be finite and above 0, not {extent}")
    # Whole numbers first, so that the centres are exactly symmetric about 0.
    centres = extent * ((2 * np.arange(size) + 1 - size) / size)
    x1, x2 = np.meshgrid(centres, centres[::-1])
    return np.column_stack([x1.ravel(), x2.ravel()])
