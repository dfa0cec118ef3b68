"""Steps to a target loss: networks of many functions, rates and scales, in one stack.

All of them meet the same points and batches, and those of one seed the same draws of the weights,
so that what differs is the function, its learning rate and the scale of its start.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s
from dlbasic.datasets import Points
from dlbasic.initializers import HeNormal
from dlbasic.losses import BCE
from dlbasic.network import Member, Stack
from dlbasic.optimizers import Optimizer
from dlbasic.training import Training

WIDTH, BATCH, EVERY = 16, 20, 10
POINTS = 100  # all of them to train on: the target is one of the training loss
TARGET = 0.1
# Bytes that the networks of one stack may take, and about what each takes for each of its layers.
HELD, BYTES = 40e6, 45_000


@dataclass(frozen=True)
class Runner:
    """One network of a race: its function, its start (He weights times ``scale``), its rate."""

    function: str
    scale: float
    lr: float
    seed: int


def grid(
    functions: Sequence[str], scales: Sequence[float], lrs: Sequence[float], seeds: Sequence[int]
) -> list[Runner]:
    """Every combination, the seeds running fastest.

    >>> [(r.lr, r.seed) for r in grid(["relu"], [1.0], [0.1, 0.3], [5, 6])]
    [(0.1, 5), (0.1, 6), (0.3, 5), (0.3, 6)]
    """
    return [Runner(*combination) for combination in product(functions, scales, lrs, seeds)]


def steps_to_target(
    runners: Sequence[Runner], points: Points, depth: int, optimizer: Optimizer, steps: int,
    *, target: float = TARGET, seed: int = 0,
) -> Generator[float, None, Float64s]:  # fmt: skip
    """The step at which each network's loss on all points is first at the target: ``(runners,)``.

    Infinite where it is not within ``steps``.  Looks every ``EVERY`` steps, from the start on; on
    the way it yields the share done.  ``depth`` hidden layers of ``WIDTH`` units, float32, binary
    cross-entropy.  As many run together as there is memory for.
    """
    some, found = max(1, int(HELD / (BYTES * depth))), []
    for start in range(0, len(runners), some):
        these = runners[start : start + some]
        part = _together(these, points, depth, optimizer, steps, target, seed)
        while True:
            try:
                share = next(part)
            except StopIteration as end:
                found.append(end.value)
                break
            yield (start + share * len(these)) / len(runners)
    return np.concatenate(found)


def _together(
    runners: Sequence[Runner], points: Points, depth: int, optimizer: Optimizer, steps: int,
    target: float, seed: int,
) -> Generator[float, None, Float64s]:  # fmt: skip
    """The steps of some, in one stack; ends once all are there or have diverged."""
    members = [Member(ACTIVATIONS[r.function](), HeNormal(r.scale), r.seed) for r in runners]
    stack = Stack((2, *(WIDTH,) * depth, 1), members, np.float32)
    loss = BCE()
    lrs = [runner.lr for runner in runners]
    run = Training(stack, points, points, loss, optimizer=optimizer, lr=lrs,
                   batch_size=BATCH, seed=seed)  # fmt: skip
    rows, targets = stack.with_ones(points.inputs), loss.prepare(points.targets, 1, stack.dtype)
    first = np.full(len(stack), np.inf)
    out = np.zeros(len(stack), np.bool_)
    for step in range(0, steps + 1, EVERY):
        if step:
            run.advance(min(EVERY, steps - step + EVERY))
        out[list(run.divergences)] = True
        arrived = ~out & (loss.mean(stack.outputs_of_rows(rows), targets) <= target)
        first[arrived & np.isinf(first)] = step
        if (out | np.isfinite(first)).all():
            break
        if step < steps:
            yield step / steps
    return first


def share_there(steps: Float64s) -> Float64s:
    """The share of seeds, the last axis, that came to the target."""
    return np.asarray(np.isfinite(steps).mean(axis=-1), np.float64)


def middle(steps: Float64s, share: float = 0.5) -> Float64s:
    """A quantile over seeds, the last axis, by nearest rank; infinite where too few are there.

    Interpolating between finite and infinite would give NaN.
    """
    return np.asarray(np.quantile(steps, share, axis=-1, method="higher"), np.float64)


def own_best(steps: Float64s) -> int:
    """Which row of ``(choices, seeds)`` is best: most seeds there, then the fewest steps.

    Of equals the first.

    >>> own_best(np.array([[10.0, np.inf], [90.0, 70.0], [80.0, 70.0]]))
    2
    """
    finite = np.where(np.isfinite(steps), steps, 0.0).sum(axis=1)
    counts = np.isfinite(steps).sum(axis=1)
    return int(np.lexsort((finite, -counts))[0])
