"""What the microscope shows: one batch through deep networks, layer by layer, over seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments.deep import (
    DeepSettings,
    LayerProfile,
    layer_profile,
    one_pass,
    products_from_last,
    seeds_from,
)

Float64s = NDArray[np.float64]

BINS = 40
FIELDS = (
    "delta", "weight", "slope_factor", "weight_factor", "mean", "std", "saturated", "zero_slope",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class View:
    """The measurement: a row for each function and layer, and the outputs behind them.

    ``rows`` has the median over seeds of each of ``FIELDS`` with ``_low`` and ``_high``, the
    smallest and largest; NaN where a value is 0 and has no place on a log axis, or does not exist.
    ``profile`` is ``(layers, functions · seeds)``, ``outputs`` one ``(functions, values)`` array
    for each hidden layer.
    """

    rows: pd.DataFrame
    profile: LayerProfile
    functions: tuple[str, ...]
    seeds: int
    outputs: list[Float64s]

    def ratio(self, function: str) -> tuple[float, float, float]:
        """First over last hidden layer's gradient at the sums: median, lowest, highest seed."""
        own = self._own(function)
        first, last = self.profile.delta[0, own], self.profile.delta[-2, own]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.where(last > 0, first / last, 0.0)
        return float(np.median(ratios)), float(ratios.min()), float(ratios.max())

    def vanished(self, function: str) -> int:
        """How many layers have a gradient of exactly 0 at the sums, with some seed."""
        return int((self.profile.delta[:, self._own(function)] == 0).any(axis=1).sum())

    def split(self, function: str) -> tuple[float, float]:
        """The median over seeds of the products of the slope and of the weight factors.

        From the last hidden layer to the first; the two multiply to the ratio of each seed.
        """
        own = self._own(function)
        slopes = products_from_last(self.profile.slope_factor)[0, own]
        weights = products_from_last(self.profile.weight_factor)[0, own]
        return float(np.median(slopes)), float(np.median(weights))

    def _own(self, function: str) -> slice:
        place = self.functions.index(function)
        return slice(place * self.seeds, (place + 1) * self.seeds)

    def distribution(self, layer: int) -> pd.DataFrame:
        """Shares of a layer's outputs in equal bins, a row a function and bin; layers from 1."""
        values = self.outputs[layer - 1]
        finite = values[np.isfinite(values)]
        edges = np.histogram_bin_edges(finite, BINS)
        middles = (edges[:-1] + edges[1:]) / 2
        return pd.concat(
            [
                pd.DataFrame({"function": key, "output": middles,
                              "share": np.histogram(own, edges)[0] / len(own)})
                for key, own in zip(self.functions, values, strict=True)
            ],
            ignore_index=True,
        )  # fmt: skip


def view(settings: DeepSettings, functions: tuple[str, ...], seeds: int) -> View:
    """Send one batch forth and back through the networks of every function and seed."""
    trace, _ = one_pass(settings, functions, seeds_from(settings.seed, seeds))
    profile = layer_profile(trace)
    frames = []
    for place, key in enumerate(functions):
        own = slice(place * seeds, (place + 1) * seeds)
        columns: dict[str, object] = {
            "function": key, "layer": np.arange(1, settings.depth + 2, dtype=np.float64),
        }  # fmt: skip
        for field in FIELDS:
            values = getattr(profile, field)[:, own]
            if field in ("delta", "weight", "slope_factor", "weight_factor"):
                values = np.where(values > 0, values, np.nan)
            missing = np.full((settings.depth + 1 - len(values), values.shape[1]), np.nan)
            values = np.concatenate([values, missing])
            columns |= {
                field: np.median(values, axis=1),
                f"{field}_low": values.min(axis=1), f"{field}_high": values.max(axis=1),
            }  # fmt: skip
        steepest = ACTIVATIONS[key]().slope_range().high
        last = np.median(profile.delta[-1, own])
        # The gradient at the last sums times the largest slope for each layer on the way.
        guide = last * steepest ** (settings.depth + 1 - np.asarray(columns["layer"]))
        columns["guide"] = np.where(guide > 0, guide, np.nan)
        frames.append(pd.DataFrame(columns))
    kept = [np.asarray(a, np.float64).reshape(len(functions), -1) for a in trace.a]
    return View(pd.concat(frames, ignore_index=True), profile, functions, seeds, kept)
