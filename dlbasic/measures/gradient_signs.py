"""Whether all the weights into a unit move the same way: signs of gradients, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS, Sigmoid
from dlbasic.arrays import Float64s, Floats
from dlbasic.datasets import DATASETS, Points
from dlbasic.diagnostics import chance_of_agreement, of_one_sign
from dlbasic.losses import BCE
from dlbasic.measures.settings import function_choice, seed_choice, seeds_choice
from dlbasic.network import Member, Stack
from dlbasic.params import Choice, Declared, Tick, parameter
from dlbasic.text import Text

WIDTH = 8  # units in each of the two hidden layers
TOGETHER = 32  # networks whose gradients are held in memory at a time
SECOND = 1  # the second hidden layer's place: its inputs are the first one's outputs
POINTS, NOISE = 256, 0.1
BATCHES = (1, 2, 4, 8, 16, 32, 64)
# Where a sentence says "all", one unit in ten may be otherwise: so few are no second side to it.
EXCEPTIONS = 0.1
CHANCE = chance_of_agreement(WIDTH)
QUARTILES = (0.5, 0.25, 0.75)

DATA = Choice(
    Text(ko="데이터", en="Data"), default="xor",
    options={key: DATASETS[key].name for key in ("xor", "circle", "spiral", "moons", "gaussians")},
)  # fmt: skip

BATCH = Tick(
    Text(ko="배치 크기", en="Batch size"), default=32.0, ticks=tuple(map(float, BATCHES)),
    allowed=(1.0, float(POINTS)),
)  # fmt: skip


@dataclass(frozen=True)
class DirectionSettings(Declared):
    function: str = parameter(function_choice("sigmoid"))
    data: str = parameter(DATA)
    batch: float = parameter(BATCH)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def points_for(data: str, seed: int) -> Points:
    """The data that the gradients are taken on, with a little noise."""
    return DATASETS[data](noise=NOISE).sample(POINTS, seed=seed)


def stack_of(functions: Sequence[str], seeds: Sequence[int]) -> Stack:
    """Networks before training, function after function, a seed after the other."""
    members = [Member(ACTIVATIONS[key](), seed=seed) for key in functions for seed in seeds]
    return Stack((2, WIDTH, WIDTH, 1), members)


def fit_output_bias(stack: Stack, points: Points) -> None:
    """Set each network's last bias so that its mean probability is the share of the label 1.

    The errors then add up to 0: they have both signs.
    """
    sigmoid, last = Sigmoid(), stack.weights[-1]
    logits = stack.outputs(points.inputs)[:, 0]
    low, high = -logits.max(axis=1) - 50.0, -logits.min(axis=1) + 50.0
    for _ in range(60):
        middle = (low + high) / 2
        too_high = sigmoid(logits + middle[:, None]).mean(axis=1) > points.targets.mean()
        low, high = np.where(too_high, low, middle), np.where(too_high, middle, high)
    last[:, 0, -1] += (low + high) / 2


@dataclass(frozen=True, eq=False)
class Agreement:
    """Of each network's second hidden layer over an epoch of batches: ``(networks,)`` each.

    ``units`` is the share of units whose incoming weights all move the same way.  It is taken of
    the units that have two gradients other than 0, a share ``counted`` of all, and NaN where there
    is none.  ``layers`` is the share of batches that move all weights of the layer the same way.
    """

    units: Float64s
    counted: Float64s
    layers: Float64s


def agreement(stack: Stack, points: Points, batch: int) -> Agreement:
    """The signs of the gradients at the weights, biases aside, for batch after batch of points."""
    trace = stack.backpropagate(points, BCE())
    # A batch's gradient is the sum over its samples of error signal times input; the factor that
    # makes it a mean has no say in the sign.  A short last batch is filled up with zeros.
    batches = -(-len(points) // batch)
    fill = ((0, 0), (0, 0), (0, batches * batch - len(points)))
    shape = (len(stack), WIDTH, batches, batch)
    errors, inputs = (
        np.pad(array, fill).reshape(shape).swapaxes(1, 2)
        for array in (trace.deltas[SECOND], trace.a[SECOND - 1])
    )
    parts = []
    for first in range(0, len(stack), TOGETHER):
        these = slice(first, first + TOGETHER)
        # (networks, batches, units, weights)
        gradients = errors[these] @ inputs[these].swapaxes(2, 3)
        none = gradients == 0
        whole = of_one_sign(gradients.reshape(*gradients.shape[:2], -1)) & ~none.any(axis=(2, 3))
        counted = ((~none).sum(axis=3) >= 2).sum(axis=2)
        parts.append((of_one_sign(gradients).sum(axis=2), counted, whole))
    agreeing, counted, whole = map(np.concatenate, zip(*parts, strict=True))
    sums = counted.sum(axis=1)
    units = np.divide(
        agreeing.sum(axis=1), sums, out=np.full(len(stack), np.nan), where=sums > 0
    )  # fmt: skip
    return Agreement(units, counted.mean(axis=1) / WIDTH, whole.mean(axis=1))


@dataclass(frozen=True, eq=False)
class Directions:
    """Agreement before and after the fit of the output's bias, by batch size.

    Shares of units: ``before`` of the first function alone, ``(batches, seeds)``, and ``after``,
    ``(batches, functions, seeds)``.  The rest is the first function's: ``counted`` and ``layers``
    of one sample at a time, and of the first hidden layer's outputs the smallest, the share below
    0 and the share that is 0.
    """

    functions: list[str]
    batches: list[int]
    before: Float64s
    after: Float64s
    counted: float
    layers: float
    lowest: float
    negative: float
    zeros: float

    def frame(self) -> pd.DataFrame:
        """Rows for the chart: after the fit, the first function before it, and chance."""
        shares = dict(zip(self.functions, self.after.swapaxes(0, 1), strict=True))
        shares["before"] = self.before
        shares["chance"] = np.full((len(self.batches), 1), CHANCE)
        return pd.DataFrame(
            [
                (key, float(batch), *np.nanquantile(values, QUARTILES))
                for key, by_batch in shares.items()
                for batch, values in zip(self.batches, by_batch, strict=True)
            ],
            columns=["series", "batch", "share", "low", "high"],
        )

    def medians(self, batch: int) -> dict[str, float]:
        """What the verdict and the words need, of one batch size."""
        place = self.batches.index(batch)
        before, after = (np.nanmedian(shares, axis=-1) for shares in (self.before, self.after))
        return {
            "single": float(min(before[0], after[0, 0])),
            "before": float(before[place]),
            "after": float(after[place, 0]),
            **{f"after_{key}": float(value) for key, value in
               zip(self.functions[1:], after[place, 1:], strict=True)},
            "counted": self.counted, "layers": self.layers, "lowest": self.lowest,
            "negative": self.negative, "zeros": self.zeros,
            "chance": CHANCE, "width": float(WIDTH), "almost": 1 - EXCEPTIONS,
        }  # fmt: skip


def measure_directions(settings: DirectionSettings, others: Sequence[str]) -> Directions:
    """The chosen function, and beside it ``others``, with the same seeds and data."""
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.seeds).tolist()
    points = points_for(settings.data, settings.seed)
    functions = [settings.function, *(key for key in others if key != settings.function)]
    batches = sorted({*BATCHES, int(settings.batch)})
    alone, stack = stack_of(functions[:1], seeds), stack_of(functions, seeds)
    outputs = first_outputs(alone, points)
    before = [agreement(alone, points, batch) for batch in batches]
    fit_output_bias(stack, points)
    after = [agreement(stack, points, batch).units for batch in batches]
    return Directions(
        functions, batches,
        before=np.stack([found.units for found in before]),
        after=np.stack(after).reshape(len(batches), len(functions), len(seeds)),
        counted=float(before[0].counted.mean()),
        layers=float(before[0].layers.mean()),
        lowest=float(outputs.min()),
        negative=float((outputs < 0).mean()),
        zeros=float((outputs == 0).mean()),
    )  # fmt: skip


def first_outputs(stack: Stack, points: Points) -> Floats:
    """What the first hidden layers give for all points: ``(networks, units, points)``."""
    return stack.forward(points.inputs).a[0]
