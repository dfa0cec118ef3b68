"""Lines of least loss by the golden section, to compute again what the pages say of them."""

from __future__ import annotations

import numpy as np


def loss(key, r, delta=1.0):
    """Of errors r under the squared error, the absolute error or the Huber loss."""
    size = np.abs(r)
    inside = np.minimum(size, delta)
    return {"mse": size**2, "mae": size, "huber": inside**2 / 2 + delta * (size - inside)}[key]


def lowest(function, low, high):
    """Where convex functions are least, one for each place of the arrays ``low`` and ``high``."""
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(90):
        one, other = high - ratio * (high - low), low + ratio * (high - low)
        left = function(one) <= function(other)
        low, high = np.where(left, low, one), np.where(left, other, high)
    return (low + high) / 2


def best_errors(key, x, y, delta=1.0):
    """ŷ - y on the line that has the least loss, of each row of ``y``: there should be only one."""

    def errors(a):
        rest = y - a[..., None] * x
        if key == "mse":
            level = rest.mean(axis=-1)
        elif key == "mae":
            level = np.median(rest, axis=-1)
        else:
            low, high = rest.min(axis=-1), rest.max(axis=-1)
            level = lowest(lambda b: total(b[..., None] - rest), low, high)
        return level[..., None] - rest

    def total(r):
        return loss(key, r, delta).sum(axis=-1)

    ends = np.full(y.shape[:-1], 100.0)
    return errors(lowest(lambda a: total(errors(a)), -ends, ends))
