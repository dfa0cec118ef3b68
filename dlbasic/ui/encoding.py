"""What a network gives, as the bytes that the player colours: one a cell, or one a layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _bytes(levels: NDArray[Any]) -> bytes:
    cells: bytes = np.rint(levels).astype(np.uint8).tobytes()
    return cells


def probabilities(p: ArrayLike) -> bytes:
    """0 to 255 for probabilities of class 1 from 0 to 1.

    >>> list(probabilities([0.0, 0.5, 1.0]))
    [0, 128, 255]
    """
    return _bytes(255.0 * np.asarray(p))


def values(y: ArrayLike) -> bytes:
    """0 to 255 for values from -1 to 1; what is beyond an end is there with it.

    >>> list(values([-7.0, 0.0, 1.0]))
    [0, 128, 255]
    """
    return _bytes(127.5 * (np.clip(y, -1.0, 1.0) + 1.0))


def classes(index: ArrayLike, sure: ArrayLike) -> bytes:
    """50·class + confidence, which goes from 0, undecided, to 49, sure.

    >>> list(classes([0, 2], [1.0, 0.0]))
    [49, 100]
    """
    return _bytes(50 * np.asarray(index) + np.rint(49 * np.asarray(sure)))


def norms(sizes: ArrayLike, decades: tuple[int, int]) -> bytes:
    """0 for 0, else 1 to 255 evenly over the powers of ten between ``decades``.

    What is beyond an end is there with what is at it, and so is what is too large for a number.

    >>> list(norms([0.0, 1e-300, 1e-12, 1.0, 1e12, np.inf, np.nan], (-12, 12)))
    [0, 1, 1, 128, 255, 255, 255]
    """
    size, (low, high) = np.asarray(sizes), decades
    with np.errstate(divide="ignore"):
        share = (np.log10(size) - low) / (high - low)
    levels = 1 + np.rint(254 * np.clip(np.nan_to_num(share, nan=1.0), 0.0, 1.0))
    return _bytes(np.where(size == 0, 0, levels))
