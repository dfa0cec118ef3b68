"""What becomes of hidden units while networks train: which are dead, and whether they come back.

A unit is dead when its slope is exactly 0 at every training point: then no point moves its
incoming weights, whatever the batch.  One with slope 0 at most points is merely sparse.  It takes
all points to tell, a batch does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.activations import Activation
from dlbasic.arrays import Bools, Float64s, Floats
from dlbasic.datasets import DATASETS, Points, split
from dlbasic.diagnostics import zero_slope_shares
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import BCE
from dlbasic.network import Member, Stack, Trace
from dlbasic.params import Integer, Tick
from dlbasic.text import Text
from dlbasic.training import Training

WIDTH, HIDDEN = 16, 2
POINTS, BATCH = 200, 20  # half of the points to train on
SPARSE = 0.9  # the share of points without a slope from which on a unit counts as sparse
HE = INITIALIZERS["he_normal"]()

EPOCHS = Integer(
    Text(ko="에포크 수", en="Epochs"), default=60, low=20, high=200, step=20, allowed=(1, 1000)
)

LR = Tick(
    Text(ko="학습률(learning rate)", en="Learning rate"), default=0.3,
    ticks=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0), allowed=(1e-6, 10.0),
)  # fmt: skip


@dataclass(frozen=True)
class Start:
    """A network before training, and the learning rate that it is trained with.

    The weights are He's (normal), drawn from ``seed``; each hidden unit's bias starts at ``bias``,
    the output's at 0.
    """

    activation: Activation
    lr: float
    seed: int
    bias: float = 0.0


@dataclass(eq=False)
class UnitStates:
    """Which hidden units are dead so far, as noted at the start and after these ``epochs``.

    ``silent`` the share of training points at which a unit's slope is exactly 0, ``(notes,
    networks, layers, units)``.  ``test_loss``, ``(notes, networks)``, is NaN from where a network
    has diverged; what else is said of it then is void.  ``done`` is the number of the latest note.
    """

    epochs: list[int]
    silent: Floats
    test_loss: Float64s
    done: int = 0

    @property
    def share_done(self) -> float:
        return self.epochs[self.done] / self.epochs[-1]

    @property
    def diverged(self) -> Bools:
        """Whether a network has diverged: ``(notes, networks)``."""
        diverged: Bools = ~np.isfinite(self.test_loss[: self.done + 1])
        return diverged

    @property
    def dead(self) -> Bools:
        """Whether a unit has no slope at any training point."""
        dead: Bools = self.silent[: self.done + 1] == 1.0
        return dead

    @property
    def sparse(self) -> Bools:
        """Whether a unit has no slope at most training points, yet one at some."""
        seen = self.silent[: self.done + 1]
        sparse: Bools = (seen >= SPARSE) & (seen < 1.0)
        return sparse

    @property
    def revived(self) -> Bools:
        """Whether a unit that was dead at the note before is dead no longer."""
        dead, valid = self.dead, ~self.diverged[..., None, None]
        revived: Bools = dead[:-1] & ~dead[1:] & valid[1:]
        return revived

    @property
    def dead_share(self) -> Float64s:
        """The share of each network's units that are dead: ``(notes, networks)``.

        NaN where the network has diverged.
        """
        shares: Float64s = np.where(self.diverged, np.nan, self.dead.mean(axis=(2, 3)))
        return shares


@dataclass(eq=False, kw_only=True)
class UnitHistory(UnitStates):
    """What has become of the units besides, and the networks as they are now.

    ``steepest`` a unit's largest slope in size and ``mean`` its mean output over the training
    points, ``(notes, networks, layers, units)``; ``moved``, ``(notes - 1, networks, layers,
    units)``, how far its incoming weights, the bias among them, moved since the note before (the
    largest change of one).
    """

    steepest: Float64s
    mean: Float64s
    moved: Float64s
    stack: Stack

    @property
    def states(self) -> UnitStates:
        """What is worth keeping of it; float32 tells the shares of 100 points apart."""
        return UnitStates(self.epochs, self.silent.astype(np.float32), self.test_loss, self.done)


def circle(seed: int) -> tuple[Points, Points]:
    """The disc in its ring, to train on and to test on."""
    return split(DATASETS["circle"](noise=0.1).sample(POINTS, seed=seed), 0.5, seed=seed)


def begin(
    starts: Sequence[Start], train: Points, test: Points, *, seed: int,
    width: int = WIDTH, hidden: int = HIDDEN,
) -> Training:  # fmt: skip
    """The training of all networks by SGD before its first step, its batches drawn from ``seed``.

    In float64: in float32 the far tails of smooth functions have no slope.
    """
    stack = Stack(
        (2, *(width,) * hidden, 1),
        [Member(start.activation, HE, start.seed, start.bias) for start in starts],
    )
    stack.weights[-1][..., -1] = 0.0
    return Training(
        stack, train, test, BCE(), lr=[start.lr for start in starts], batch_size=BATCH,
        seed=seed,
    )  # fmt: skip


def train(
    starts: Sequence[Start], train: Points, test: Points, *, epochs: int, seed: int,
    every: int = 1, width: int = WIDTH, hidden: int = HIDDEN,
) -> Iterator[UnitHistory]:  # fmt: skip
    """Train all networks at once; gives their units' history at the start, and as it goes on.

    It is noted after ``every`` so many epochs and after the last.  It is one object, and grows.
    """
    run = begin(starts, train, test, seed=seed, width=width, hidden=hidden)
    stack, notes = run.stack, [*range(0, epochs, every), epochs]
    shape = (len(notes), len(stack), hidden, width)
    history = UnitHistory(
        notes, silent=np.zeros(shape), steepest=np.zeros(shape), mean=np.zeros(shape),
        moved=np.zeros((len(notes) - 1, *shape[1:])), test_loss=np.full(shape[:2], np.nan),
        stack=stack,
    )  # fmt: skip
    trace = Trace(stack, len(train))
    targets = run.loss.prepare(test.targets, 1, stack.dtype)

    def note(place: int) -> None:
        with np.errstate(all="ignore"):  # of networks that are about to diverge
            stack.forward(train.inputs, trace)
            for layer, shares in enumerate(zero_slope_shares(trace)):
                history.silent[place, :, layer] = shares
                slopes = trace.slopes[layer]
                history.steepest[place, :, layer] = np.maximum(
                    slopes.max(axis=2), -slopes.min(axis=2)
                )
                history.mean[place, :, layer] = trace.a[layer].mean(axis=2)
            # The same trace, where it fits: of hundreds of networks a second one is large.
            fits = trace if len(test) == len(train) else None
            outputs = stack.forward(test.inputs, fits).z[-1]
            losses = np.array(run.loss.mean(outputs, targets), np.float64)
        losses[list(run.divergences)] = np.nan
        history.test_loss[place] = losses
        history.done = place

    note(0)
    yield history
    before = [w.copy() for w in stack.weights[:-1]]
    for place, (last, epoch) in enumerate(pairwise(notes), start=1):
        if run.running:
            run.advance((epoch - last) * -(-len(train) // BATCH))
            for layer, (old, new) in enumerate(zip(before, stack.weights, strict=False)):
                history.moved[place - 1, :, layer] = np.abs(new - old).max(axis=2)
                old[:] = new
        note(place)
        yield history


@dataclass(frozen=True)
class Event:
    """A unit's death in a step of training, or its return.

    ``network``, ``layer`` and ``unit`` count from 0, ``step`` from 1.  ``gradient`` is the norm of
    the step's gradient at the unit's incoming weights and bias.  That of a unit that returns is 0:
    the layers before it have moved.  A unit can die so, too.
    """

    network: int
    layer: int
    unit: int
    step: int
    died: bool
    gradient: float


def events(run: Training, inputs: ArrayLike) -> Iterator[list[Event]]:
    """Take a step of training at a time; gives who died in it or came back, on all ``inputs``."""
    trace = run.stack.forward(inputs)

    def dead() -> list[Bools]:
        return [shares == 1.0 for shares in zero_slope_shares(run.stack.forward(inputs, trace))]

    before = dead()
    for step in run.steps():
        now = dead()
        gone = list(run.divergences)
        happened = []
        for layer, (was, after) in enumerate(zip(before, now, strict=True)):
            changed = was != after
            changed[gone] = False
            for network, unit in np.argwhere(changed):
                gradient = step.weight_gradients[layer][network, unit]
                happened.append(
                    Event(int(network), layer, int(unit), run.step,
                          bool(after[network, unit]), float(np.linalg.norm(gradient)))
                )  # fmt: skip
        before = now
        yield happened


def seldom(epochs: int) -> int:
    """After how many epochs to note anew where the ends matter: often enough to see it go on."""
    return max(1, epochs // 12)


def loss_ratios(losses: Float64s, to: Float64s) -> Float64s:
    """Each network's loss as a multiple of another's, a diverged network's loss being infinite.

    Two that are infinite, or 0, are as large as each other.

    >>> loss_ratios(np.array([0.1, np.nan, 0.2, np.nan]), np.array([0.2, 0.2, np.nan, np.nan]))
    array([0.5, inf, 0. , 1. ])
    """
    these, those = (np.where(np.isfinite(values), values, np.inf) for values in (losses, to))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios: Float64s = np.where(these == those, 1.0, these / those)
    return ratios


def quartiles(losses: Float64s) -> Float64s:
    """Median and quartiles over the last axis, ``(3, ...)``: lower, median, upper.

    Nearest ranks, a diverged network's loss counting as infinite.
    """
    counted = np.where(np.isfinite(losses), losses, np.inf)
    found: Float64s = np.quantile(counted, [0.25, 0.5, 0.75], axis=-1, method="nearest")
    return found
