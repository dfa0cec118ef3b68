"""Two weights on their way to a target, step by step, for many runs at once.

One linear unit without bias learns from squared error.  Its targets are made by weights that it
can reach, at distance 1 from the start, so that a run ends there however large the batch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlbasic.activations import Activation, Sigmoid
from dlbasic.arrays import Float64s
from dlbasic.params import Choice, Declared, Integer, Tick, parameter
from dlbasic.text import Text

POINTS = 128  # samples of one run; the largest batch is all of them
NEAR = 0.05  # the share of the distance that may be left at the arrival

# A path at least this share longer than the straight line counts as a zig-zag, on every card that
# speaks of one.  As long as no weight ever turns back, no path is longer than √2 times the straight
# line, whatever the target: a longer one has gone up and down.
ZIGZAG = math.sqrt(2) - 1
OPPOSITE, TOGETHER = -45, 45  # degrees: the targets that ask for w₁ up, w₂ down, and for both up

# An arrival takes about 3 / (rate · variance) steps, for sigmoid outputs 70 / rate.
TRAVEL = 150.0

# Where functions are compared: the rate as a share of 1 / (mean squared size of the inputs), which
# is the same part of the way for each function's outputs, large or small; and the steps taken.
# At a twentieth hardly a step goes too far, so that no turn comes from the rate alone.
SHARE, WALK = 0.05, 1500

# Rates that are tried for the fastest run, as multiples of 1 / (mean squared size of the inputs).
MULTIPLES = 2.0 ** (np.arange(8) / 2 - 2)
SPRINT = 400  # steps in which one of these arrives
_ORDER = 1  # part of the seed of the order of the samples


BATCHES = (1, 2, 4, 8, 16, 32, 64, 128)
INPUTS = {
    "positive": Text(ko="양수", en="positive"),
    "centred": Text(ko="평균 0", en="centred"),
}


@dataclass(frozen=True)
class Descent(Declared):
    """Which inputs, which target, and how it is gone for: what the claim and the figure share.

    Positive inputs are the outputs of sigmoid units whose sums are standard normal.
    """

    inputs: str = parameter(
        Choice(Text(ko="입력", en="Inputs"), default="positive", options=INPUTS)
    )
    direction: int = parameter(
        Integer(Text(ko="목표의 방향 (도)", en="Direction of the target (degrees)"),
                default=OPPOSITE, low=-90, high=90, step=15, allowed=(-180, 180))
    )  # fmt: skip
    batch: float = parameter(
        Tick(Text(ko="배치 크기", en="Batch size"), default=1.0,
             ticks=tuple(map(float, BATCHES)), allowed=(1.0, float(POINTS)))
    )  # fmt: skip
    lr: float = parameter(
        Tick(Text(ko="학습률", en="Learning rate"), default=0.2,
             ticks=(0.1, 0.2, 0.5, 1.0), allowed=(0.01, 1.0))
    )  # fmt: skip


def steps_for(lr: float) -> int:
    """How many steps a run takes at this rate."""
    return math.ceil(TRAVEL / lr)


def unit_outputs(f: Activation, seeds: Sequence[int], bias: float = 0.0) -> Float64s:
    """What two units give for 128 samples: ``f(z + bias)``, ``(seeds, samples, 2)``.

    The weighted sums z are standard normal, each independent of the others.
    """
    sums = [np.random.default_rng(seed).standard_normal((POINTS, 2)) for seed in seeds]
    outputs: Float64s = f(np.stack(sums) + bias).astype(np.float64)
    return outputs


def inputs_of(kind: str, seeds: Sequence[int]) -> Float64s:
    """The inputs of each run, by their key in ``INPUTS``: ``(seeds, samples, 2)``."""
    outputs = unit_outputs(Sigmoid(), seeds)
    return centred(outputs) if kind == "centred" else outputs


def centred(inputs: Float64s) -> Float64s:
    """The same inputs, each of the two minus its mean over the samples."""
    shifted: Float64s = inputs - inputs.mean(axis=1, keepdims=True)
    return shifted


def target(direction: float) -> Float64s:
    """The weights at distance 1 from 0 in a direction: 0° is w₁ alone, 90° is w₂ alone."""
    return np.array([math.cos(math.radians(direction)), math.sin(math.radians(direction))])


def batch_moments(inputs: Float64s, seeds: Sequence[int], batch: int, steps: int) -> Float64s:
    """The means of x₁², x₁x₂ and x₂² over the batch of each step: ``(steps, 3, seeds)``.

    They are all that a step needs to know of its batch.  Batches are drawn as in training: all
    samples in a new order, epoch after epoch.
    """
    x1, x2 = np.moveaxis(inputs, 2, 0)
    products = np.stack([x1**2, x1 * x2, x2**2], axis=2)
    if batch >= POINTS:
        return np.broadcast_to(products.mean(axis=1).T, (steps, 3, len(seeds)))
    moments = np.empty((steps, 3, len(seeds)))
    samples = np.tile(np.arange(POINTS), (-(-steps * batch // POINTS), 1))
    for k, seed in enumerate(seeds):
        order = np.random.default_rng([seed, _ORDER, batch]).permuted(samples, axis=1)
        drawn = products[k].take(order.ravel()[: steps * batch], axis=0)
        moments[:, :, k] = drawn.reshape(steps, batch, 3).mean(axis=1)
    return moments


def descend(moments: Float64s, targets: Float64s, lrs: ArrayLike) -> Float64s:
    """The weights of each run, from 0, step by step: ``(steps + 1, 2, runs)``.

    ``w ← w - lr · M (w - w*)``, M the batch's mean of x xᵀ: mini-batch gradient descent on
    ``(w·x - w*·x)² / 2``.  ``targets`` are ``(2, runs)``, ``lrs`` one for all or one for each.
    """
    steps, _, runs = moments.shape
    scaled: Float64s = np.multiply(moments, lrs)
    first = np.stack([1.0 - scaled[:, 0], -scaled[:, 1]], axis=1)  # columns of 1 - rate · M
    second = np.stack([-scaled[:, 1], 1.0 - scaled[:, 2]], axis=1)
    errors = np.empty((steps + 1, 2, runs))
    errors[0] = -targets
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps):
            u, v = errors[step]
            np.add(first[step] * u, second[step] * v, out=errors[step + 1])
        return errors + targets


@dataclass(frozen=True, eq=False)
class Walks:
    """Paths up to their arrival within 5 % of the distance, or to their end: ``(runs,)`` each.

    ``detour`` is how much longer than the straight line to the same point, as a share of it;
    ``turns`` how often a weight moved against its last step, mean of the two weights; ``together``
    the share of steps, of those that moved a weight, in which both moved and the same way.
    """

    steps: Float64s
    arrived: NDArray[np.bool_]
    detour: Float64s
    turns: Float64s
    together: Float64s


def measure(paths: Float64s, targets: Float64s) -> Walks:
    """What paths ``(steps + 1, 2, runs)`` to ``targets`` of shape ``(2, runs)`` are like.

    >>> corner = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])[:, :, None]
    >>> walks = measure(corner, np.array([[1.0], [1.0]]))
    >>> walks.steps, walks.detour.round(3), walks.turns, walks.together
    (array([2.]), array([0.414]), array([0.]), array([0.]))
    """
    with np.errstate(over="ignore", invalid="ignore"):
        left = np.hypot(*np.moveaxis(paths - targets, 1, 0))
        near = left <= NEAR * np.hypot(*(paths[0] - targets))
        arrived = near.any(axis=0)
        ends = np.where(arrived, near.argmax(axis=0), len(paths) - 1)
        taken = np.arange(len(paths) - 1)[:, None] < ends
        moves = np.where(taken[:, None], np.diff(paths, axis=0), 0.0)
        length = np.hypot(moves[:, 0], moves[:, 1]).sum(axis=0)
        straight = np.hypot(*(paths[ends, :, np.arange(len(ends))].T - paths[0]))
    signs = np.sign(moves)
    moving = signs.any(axis=1).sum(axis=0)
    return Walks(
        steps=ends.astype(np.float64),
        arrived=arrived,
        # Rounding may leave a straight path a trifle short of its straight line.
        detour=np.maximum(_share(length, straight) - 1.0, 0.0),
        turns=(signs[1:] * signs[:-1] < 0).sum(axis=0).mean(axis=0),
        together=_share((signs.prod(axis=1) > 0).sum(axis=0), moving),
    )


def _share(part: NDArray[Any], whole: NDArray[Any]) -> Float64s:
    """``part / whole``, 0 of nothing."""
    shares: Float64s = np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
    return shares


def walks_from(
    f: Activation, seeds: Sequence[int], batch: int = 1, bias: float = 0.0, share: float = SHARE
) -> Walks:
    """Walks to the target at -45° with two units' outputs as inputs, a run for each seed."""
    inputs, targets = unit_outputs(f, seeds, bias), target(OPPOSITE)[:, None]
    paths = descend(batch_moments(inputs, seeds, batch, WALK), targets, share / _sizes(inputs))
    return measure(paths, targets)


def _sizes(inputs: Float64s) -> Float64s:
    """The mean squared size of each run's inputs: ``(seeds,)``."""
    sizes: Float64s = (inputs**2).sum(axis=2).mean(axis=1)
    return sizes


def fastest(inputs: Float64s, seeds: Sequence[int], batch: int, direction: float) -> float:
    """The median steps to the arrival at the best of the rates of ``MULTIPLES``."""
    moments = batch_moments(inputs, seeds, batch, SPRINT)
    lrs = (MULTIPLES[:, None] / _sizes(inputs)).ravel()  # (multiples · seeds,)
    targets = np.repeat(target(direction)[:, None], len(lrs), axis=1)
    walks = measure(descend(np.tile(moments, (1, 1, len(MULTIPLES))), targets, lrs), targets)
    return float(np.median(walks.steps.reshape(len(MULTIPLES), -1), axis=1).min())


def allowed_quadrants(sample: ArrayLike) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The signs of the two ways in which one sample can move the weights, whatever its error.

    A step is the sample times one number.

    >>> allowed_quadrants([0.7, 0.3]), allowed_quadrants([0.7, -0.3]), allowed_quadrants([0.7, 0])
    (((1, 1), (-1, -1)), ((1, -1), (-1, 1)), ((1, 0), (-1, 0)))
    """
    signs = np.sign(np.asarray(sample)).astype(int).tolist()
    return tuple(signs), tuple(-sign for sign in signs)
