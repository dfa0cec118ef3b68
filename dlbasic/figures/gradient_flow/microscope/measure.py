"""What the microscope shows: one batch through deep networks, layer by layer, over seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s, Floats
from dlbasic.diagnostics import Bins, binned, shares, together
from dlbasic.initializers import suited
from dlbasic.measures.deep_networks import (
    DEPTH,
    RULE,
    DeepSettings,
    LayerProfile,
    build,
    in_parts,
    joined,
    layer_profile,
    products_from_last,
    send,
)
from dlbasic.measures.settings import FUNCTIONS, seeds_from
from dlbasic.params import Choice, Declared, Flag, Integer, Several, parameter
from dlbasic.text import Text

GRADIENTS = ("delta", "weight")
FACTORS = ("slope_factor", "weight_factor")
SIGNALS = ("mean", "std", "saturated", "zero_slope")
FIELDS = (*GRADIENTS, *FACTORS, *SIGNALS)
# What is seen together, two measures each.
PARTS = {
    "gradients": GRADIENTS,
    "factors": FACTORS,
    "outputs": SIGNALS[:2],
    "saturation": SIGNALS[2:],
}
EXACT = "float64"  # what other types of numbers are shown beside
SUITED = "suited"  # not a rule: each function has its own
MOMENT = 2.5e6  # work that takes about 0.1 s: a first visit takes 1.8e6


@dataclass(frozen=True)
class Microscope(DeepSettings):
    """Deep networks of each of the ``functions``, as many as there are ``seeds``, and one batch."""

    functions: tuple[str, ...] = parameter(
        Several(
            Text(ko="함수", en="Functions"), default=("sigmoid", "tanh", "relu"), options=FUNCTIONS
        )
    )
    seeds: int = parameter(Integer(Text(ko="시드 수", en="Seeds"), default=5, low=1, high=20))
    # One rule for all would teach that the function vanishes for which it was not made.
    rule: str = parameter(
        Choice(
            RULE.label, default=SUITED,
            options={SUITED: Text(ko="함수에 맞게", en="Suited to each function"), **RULE.options},
        )
    )  # fmt: skip

    def rule_of(self, function: str) -> str:
        """The key of the rule that this function's weights are drawn by."""
        return suited(ACTIVATIONS[function]()).key if self.rule == SUITED else self.rule

    @property
    def work(self) -> int:
        """Operations that the measurement takes, in a unit of its own."""
        networks = len(self.functions) * self.seeds
        layer = self.width * (self.width + self.batch)
        return networks * self.depth * layer * (1 if self.dtype == EXACT else 2)


@dataclass(frozen=True)
class Look(Declared):
    """Where the reader looks closer; nothing is measured anew for it."""

    part: str = parameter(
        Choice(
            Text(ko="볼 것", en="What to look at"), default="gradients",
            options={
                "gradients": Text(ko="기울기", en="Gradients"),
                "factors": Text(ko="두 인수", en="Two factors"),
                "outputs": Text(ko="출력", en="Outputs"),
                "saturation": Text(ko="작은 미분값", en="Small slopes"),
            },
        )
    )  # fmt: skip
    layer: int = parameter(
        Integer(Text(ko="숫자를 볼 층", en="Layer to read"), default=1, low=1, high=DEPTH.high)
    )


@dataclass(frozen=True)
class Asked(Declared):
    """Whether the measurement is asked for, where it takes more than a moment."""

    run: bool = parameter(Flag(Text(ko="깊은 신경망 측정", en="Deep networks measured")))


class Overflow(NamedTuple):
    """What is not finite: in how many seeds, and in which layers in some seed.

    ``outputs`` is the first such hidden layer, ``gradients`` are the first and the last layer whose
    gradient at the sums or at the weights is not finite; layers count from 1, None is nowhere.
    """

    seeds: int
    outputs: int | None
    gradients: tuple[int, int] | None


@dataclass(frozen=True, eq=False)
class FunctionPass:
    """What the pass did in one function's networks.

    ``profile`` is ``(layers, seeds)``; ``outputs`` count each hidden layer's.
    """

    function: str
    profile: LayerProfile
    outputs: tuple[Bins, ...]

    @property
    def seeds(self) -> int:
        return len(self.profile.delta[0])

    def values(self, field: str) -> Float64s:
        """One of ``FIELDS`` in each layer and seed, ``(layers, seeds)``.

        Infinite where it is not finite, and NaN for the factor of a gradient that is 0 already.
        """
        profile = self.profile
        values: Float64s = getattr(profile, field)
        known = np.isfinite(profile.mean if field in SIGNALS else values)
        none = np.zeros_like(known)
        if field in FACTORS:
            none = profile.delta[1:] == 0
            if field == "slope_factor":
                none |= profile.weight_factor == 0
        return np.where(known & np.isfinite(values), values, np.where(none, np.nan, np.inf))

    @cached_property
    def medians(self) -> Mapping[str, Float64s]:
        """Each field's median over seeds, ``(layers,)``, as :meth:`values` has it.

        A factor's is over the seeds that have one.
        """
        return {field: _median(self.values(field)) for field in FIELDS}

    def ratio(self) -> tuple[float, float, float]:
        """First over last hidden layer's gradient at the sums: median, lowest, highest seed."""
        first, last = self.profile.delta[0], self.profile.delta[-2]
        with np.errstate(all="ignore"):
            ratios = np.where(last == 0, 0.0, first / last)
        ratios = np.where(np.isfinite(ratios), ratios, np.inf)
        return float(_median(ratios)), float(ratios.min()), float(ratios.max())

    def vanished(self) -> tuple[int, int]:
        """In how many layers the gradient at the sums is exactly 0 with some seed; how many do."""
        zero = self.profile.delta == 0
        return int(zero.any(axis=1).sum()), int(zero.any(axis=0).sum())

    def overflow(self) -> Overflow:
        """Where outputs and gradients are not finite."""
        outputs = ~np.isfinite(self.profile.mean)
        gradients = ~np.isfinite(self.profile.delta) | ~np.isfinite(self.profile.weight)
        forth, back = (np.flatnonzero(lost.any(axis=1)) + 1 for lost in (outputs, gradients))
        return Overflow(
            int((outputs.any(axis=0) | gradients.any(axis=0)).sum()),
            int(forth[0]) if len(forth) else None,
            (int(back[0]), int(back[-1])) if len(back) else None,
        )

    def split(self) -> tuple[float, float]:
        """The median over seeds of the products of the slope and of the weight factors.

        From the last hidden layer to the first; the two multiply to the ratio of each seed.  Where
        the gradient is 0 in the end the slopes' is 0 and the weights' is left out, NaN if in all.
        """
        dead = self.profile.delta[0] == 0
        slopes, weights = (products_from_last(getattr(self.profile, field))[0] for field in FACTORS)
        slopes, weights = np.where(dead, 0.0, slopes), np.where(dead, 1.0, weights)
        lost = ~(np.isfinite(slopes) & np.isfinite(weights))
        slopes, weights = np.where(lost, np.inf, slopes), np.where(lost, np.inf, weights)
        return float(_median(slopes)), float(_median(np.where(dead, np.nan, weights)))

    def rows(self) -> pd.DataFrame:
        """A row a layer: each field's median with ``_low`` and ``_high``, the extreme seeds.

        NaN where the median has no place on the axis: where it is not finite, or 0 on a log axis,
        or does not exist.  Seeds that have none are left out of the extremes.
        """
        layers = len(self.profile.delta)
        columns: dict[str, object] = {
            "function": self.function, "layer": np.arange(1, layers + 1, dtype=np.float64),
        }  # fmt: skip
        for field in FIELDS:
            least = -np.inf if field in SIGNALS else 0.0
            values, middle = self.values(field), self.medians[field]
            drawable = np.isfinite(values) & (values > least)
            spread = (
                middle,
                np.min(values, axis=1, where=drawable, initial=np.inf),
                np.max(values, axis=1, where=drawable, initial=-np.inf),
            )
            drawn = np.isfinite(middle) & (middle > least)
            for end, heights in zip(("", "_low", "_high"), spread, strict=True):
                column = np.full(layers, np.nan)
                column[: len(heights)] = np.where(drawn, heights, np.nan)
                columns[field + end] = column
        # The gradient at the last sums times the largest slope for each layer on the way.
        steepest = ACTIVATIONS[self.function]().slope_range().high
        guide = self.medians["delta"][-1] * steepest ** np.arange(layers - 1.0, -1.0, -1.0)
        columns["guide"] = np.where((guide > 0) & np.isfinite(guide), guide, np.nan)
        return pd.DataFrame(columns)


@dataclass(frozen=True, eq=False)
class View:
    """The measurement of each function so far, and ``beside`` it the same in float64.

    The latter where the numbers are of another type: the same networks and the same batch.
    """

    passes: Mapping[str, FunctionPass]
    share_done: float
    beside: View | None = None

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The functions' rows; the medians of the gradients ``beside`` in ``<gradient>_beside``."""
        rows = pd.concat([result.rows() for result in self.passes.values()], ignore_index=True)
        if self.beside is None:
            return rows
        return rows.assign(**{f"{field}_beside": self.beside.rows[field] for field in GRADIENTS})

    def distribution(self, layer: int) -> pd.DataFrame:
        """Shares of a layer's outputs in equal bins, a row a function and bin; layers from 1.

        Without the functions that have no finite output there.
        """
        found = {key: result.outputs[layer - 1] for key, result in self.passes.items()}
        middles, spread = shares(list(found.values()))
        finite = [place for place, bins in enumerate(found.values()) if len(bins.counts)]
        return pd.DataFrame(
            {
                "function": np.repeat(np.array(list(found))[finite], len(middles)),
                "output": np.tile(middles, len(finite)),
                "share": spread[finite].ravel(),
            }
        )


def views(settings: Microscope) -> Iterator[View]:
    """Send one batch forth and back through the networks of each function and seed.

    Some seeds at a time and function by function, so that the passes of these alone are in memory;
    gives a view of nothing with the share done after each, and at last the view.
    """
    dtypes = dict.fromkeys((settings.dtype, EXACT))
    parts: dict[str, dict[str, list[FunctionPass]]] = {
        dtype: {key: [] for key in settings.functions} for dtype in dtypes
    }
    done, work = 0, settings.seeds * len(settings.functions)
    for these in in_parts(settings, seeds_from(settings.seed, settings.seeds)):
        start: dict[tuple[str, str], list[Floats]] = {}
        for key in settings.functions:
            for dtype, passes in parts.items():
                own = replace(settings, dtype=dtype, rule=settings.rule_of(key))
                passes[key].append(_pass(own, key, these, start))
            done += len(these)
            yield View({}, done / work)
    seen: dict[str, Mapping[str, FunctionPass]] = {
        dtype: {key: _of_all_seeds(found) for key, found in passes.items()}
        for dtype, passes in parts.items()
    }
    found, exact = seen[settings.dtype], seen[EXACT]
    yield View(found, 1.0, None if settings.dtype == EXACT else View(exact, 1.0))


def view(settings: Microscope) -> View:
    """The view of all the functions."""
    *_, seen = views(settings)
    return seen


def _pass(
    settings: Microscope, function: str, seeds: Sequence[int],
    start: dict[tuple[str, str], list[Floats]],
) -> FunctionPass:  # fmt: skip
    """One function's pass from the weights in ``start``.

    The first pass of a type of numbers and a rule leaves them there.
    """
    drawn = (settings.dtype, settings.rule)
    stack = build(settings, [function], seeds, start.get(drawn))
    start.setdefault(drawn, stack.weights)
    trace = send(stack, settings)
    with np.errstate(all="ignore"):
        return FunctionPass(function, layer_profile(trace), tuple(binned(a) for a in trace.a))


def _of_all_seeds(found: list[FunctionPass]) -> FunctionPass:
    """The pass of all the seeds of which there are several passes."""
    profile = joined([part.profile for part in found])
    outputs = zip(*(part.outputs for part in found), strict=True)
    return FunctionPass(found[0].function, profile, tuple(map(together, outputs)))


def _median(values: Float64s) -> Float64s:
    """Along the last axis, NaN left out."""
    ordered = np.sort(values, axis=-1)  # NaN comes last
    count = (~np.isnan(values)).sum(axis=-1)[..., None]
    lower, upper = (
        np.take_along_axis(ordered, place // 2, axis=-1)[..., 0] for place in (count - 1, count)
    )
    return (lower + upper) / 2
