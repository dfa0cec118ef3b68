"""Training a stack of networks as an iterator of steps or epochs.

>>> from dlbasic.activations import Tanh
>>> from dlbasic.datasets import DATASETS, split
>>> from dlbasic.losses import LOSSES
>>> train, test = split(DATASETS["xor"](noise=0.0).sample(200, seed=0), 0.5, seed=0)
>>> stack = Stack((2, 8, 1), [Member(Tanh())])
>>> run = Training(stack, train, test, LOSSES["bce"](), lr=0.3)
>>> before, (*_, after) = run.measure(), run.epochs(50)
>>> bool(after.test_loss[0] < 0.5 < before.test_loss[0]), after.number
(True, 50)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.arrays import Float64s, Floats
from dlbasic.datasets import Points
from dlbasic.losses import Loss
from dlbasic.network import Masks, Member, Stack, Trace
from dlbasic.optimizers import SGD, Optimizer
from dlbasic.text import Text

__all__ = ["Divergence", "Epoch", "Member", "Stack", "Training", "batches_rng", "masks_rng"]

# Parts of the seed, so that batches and masks do not repeat the draws of the weights or each other.
_BATCHES, _MASKS = 4, 5

QUANTITIES = {
    "sum": Text(ko="가중 합", en="weighted sums"),
    "delta": Text(ko="가중 합에 대한 기울기", en="gradients with respect to the weighted sums"),
    "gradient": Text(ko="가중치에 대한 기울기", en="gradients with respect to the weights"),
}
_DIVERGED = Text(
    ko="{epoch}번째 에포크(스텝 {step})에서 발산했습니다. 처음 유한하지 않게 된 것은 {where}의 "
    "{quantity}입니다. {advice}",
    en="Diverged in epoch {epoch} (step {step}): the {quantity} of {where} are no longer finite. "
    "{advice}",
)
_HIDDEN = Text(ko="은닉층 {layer}", en="hidden layer {layer}")
_OUTPUT = Text(ko="출력층", en="the output layer")
_AT_START = Text(ko="더 작은 초기 가중치를 골라 보세요.", en="Try smaller initial weights.")
_LATER = Text(
    ko="학습률이나 규제를 낮추거나 더 작은 초기 가중치를 골라 보세요.",
    en="Try a smaller learning rate, penalty or initial weights.",
)


@dataclass(frozen=True)
class Divergence:
    """Where a network's values first stopped being finite numbers.

    ``epoch`` and ``step`` count from 1, ``layer`` from 1 at the inputs' side to ``layers``, the
    output layer; ``quantity`` is a key of ``QUANTITIES``.  The network keeps the parameters that it
    had before that step.
    """

    network: int
    epoch: int
    step: int
    layer: int
    layers: int
    quantity: str

    @property
    def message(self) -> Text:
        """What happened and what to try."""
        advice = _AT_START if self.step == 1 else _LATER

        def filled(language: Any) -> str:
            words = QUANTITIES[self.quantity][language]
            where = _OUTPUT if self.layer == self.layers else _HIDDEN
            return _DIVERGED.fill(language, {
                "epoch": f"{self.epoch:,}", "step": f"{self.step:,}", "quantity": words,
                "where": where.fill(language, {"layer": self.layer}), "advice": advice[language],
            })  # fmt: skip

        return Text(ko=filled("ko"), en=filled("en"))


@dataclass(frozen=True, eq=False)
class Epoch:
    """What a stack has learned after an epoch: means over all points, one for each network.

    The losses are those of the data, without L1 and L2; accuracies are left out for regression.
    A network that has diverged has NaN.
    """

    number: int
    train_loss: Floats
    test_loss: Floats
    train_accuracy: Floats | None
    test_accuracy: Floats | None


def batches_rng(seed: int) -> np.random.Generator:
    """What the order of the training points is drawn from, ``permutation(points)`` each epoch.

    >>> batches_rng(0).permutation(4)
    array([2, 1, 0, 3])
    """
    return np.random.default_rng([seed, _BATCHES])


def masks_rng(seed: int) -> np.random.Generator:
    """What dropout's masks are drawn from, at each step as :class:`Training` says.

    >>> masks_rng(0).random((2, 2)) >= 0.5
    array([[False,  True],
           [False, False]])
    """
    return np.random.default_rng([seed, _MASKS])


class Training:
    """A run of mini-batch training; iterate over :meth:`epochs` or :meth:`steps`.

    ``lr`` is the learning rate, one for all networks or one for each.  The batches are drawn anew
    each epoch from ``seed``, the same for all networks of the stack; a batch of all points is not
    shuffled.  ``l1`` and ``l2`` add ``l1·Σ|w| + l2/2·Σw²`` over the weights, not the biases, to the
    mean loss.

    ``dropout`` is the probability p with which each hidden unit's output is 0 at a step, for each
    sample anew; the others are divided by 1 - p.  With ``skip`` the activation's output is dropped,
    not the input that is added to it.  Masks are drawn from ``seed``, ``random((units, samples)) >=
    p`` layer by layer, the same for all networks.  What is measured is never dropped.

    Same settings, same bits.  Raises ``ValueError`` for a batch size below 1, a learning rate that
    is not positive and finite, negative penalties, a dropout that is not from 0 to below 1, points
    that are not finite or do not fit the stack.

    Source of dropout: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), in
    PyTorch's form, which scales in training.
    """

    def __init__(
        self,
        stack: Stack,
        train: Points,
        test: Points,
        loss: Loss,
        *,
        optimizer: Optimizer = SGD(),  # noqa: B008  (frozen)
        lr: ArrayLike = 0.03,
        batch_size: int = 10,
        l1: float = 0.0,
        l2: float = 0.0,
        dropout: float = 0.0,
        seed: int = 0,
    ) -> None:
        lrs = np.broadcast_to(np.asarray(lr, np.float64), len(stack))
        if not (np.isfinite(lrs).all() and (lrs > 0).all()):
            raise ValueError(f"lr must be positive and finite, not {lr!r}")
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size!r}")
        if not (0 <= l1 < np.inf and 0 <= l2 < np.inf):
            raise ValueError(f"l1 and l2 must be at least 0 and finite, not {l1!r} and {l2!r}")
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout must be from 0 to below 1, not {dropout!r}")
        self.stack, self.loss = stack, loss
        self.epoch = self.step = 0
        self.divergences: dict[int, Divergence] = {}
        # A network of its own has its own rate, so that one that diverges can be held still.
        self._kept: dict[int, Floats] = {}  # parameters of networks put aside
        self._update = optimizer.start(
            stack.parameters, lrs[0] if len(stack) == 1 else stack.spread(lrs)
        )
        self._penalties = [
            (shape, np.asarray(strength * stack.is_weight, stack.dtype))
            for shape, strength in ((np.sign, l1), (np.positive, l2))
            if strength
        ]
        self._work = np.zeros_like(stack.parameters)
        self._train, self._test = self._whole(train), self._whole(test)
        self._rng = batches_rng(seed)
        masks = partial(_draw_masks, masks_rng(seed), dropout) if dropout else None
        self._lay_out_batches(min(batch_size, len(self._train[0])), masks)

    def _whole(self, points: Points) -> tuple[Floats, Floats]:
        """All points as the passes read them: rows with ones, targets feature-major."""
        rows = self.stack.with_ones(points.inputs)
        if not len(rows) or not np.isfinite(rows).all():
            raise ValueError("inputs must be finite, and at least one point")
        targets = self.loss.prepare(points.targets, self.stack.sizes[-1], self.stack.dtype)
        if targets.shape[1] != len(rows):
            raise ValueError(f"{len(rows)} inputs do not go with {targets.shape[1]} targets")
        return rows, targets

    def _lay_out_batches(self, size: int, masks: Masks | None) -> None:
        """Views of an epoch's points, which each epoch shuffles in place; the last may be short."""
        rows, targets = self._train
        self._rows, self._targets = rows.copy(), targets.copy()
        traces: dict[int, Trace] = {}
        zeros: dict[int, Any] = {}
        shares: dict[int, Floats] = {}
        self._batches = []
        for start in range(0, len(rows), size):
            these = slice(start, start + size)
            x, y = self._rows[these], self._targets[:, these]
            count = len(x)
            if count not in traces:
                traces[count] = Trace(self.stack, count, masks)
                zeros[count] = np.zeros_like(traces[count].block).dot
                shares[count] = self.stack.share(self.loss, count)
            self._batches.append((traces[count], zeros[count], x, x.T, y, shares[count]))
        self._place = 0

    @property
    def running(self) -> bool:
        """Whether any network has not diverged."""
        return len(self.divergences) < len(self.stack)

    @property
    def batches(self) -> int:
        """How many batches an epoch has."""
        return len(self._batches)

    @property
    def batch(self) -> int:
        """How many batches of the present epoch have been used."""
        return self._place

    def steps(self) -> Iterator[Trace]:
        """Take a step at a time; gives each step's trace, filled anew by the next.

        The trace is that of the parameters before the step; its gradient includes L1 and L2.
        """
        while self.running:
            yield self.advance(1)

    def epochs(self, count: int | None = None) -> Iterator[Epoch]:
        """Train to the end of an epoch at a time, ``count`` of them or without end.

        Stops after the epoch in which the last network has diverged.
        """
        last = None if count is None else self.epoch + count
        while self.running and (last is None or self.epoch < last):
            self.advance(len(self._batches) - self._place)
            yield self.measure()

    def measure(self) -> Epoch:
        """Losses and accuracies as they are now, on all points."""
        losses, accuracies = [], []
        for rows, targets in (self._train, self._test):
            logits = self.stack.outputs_of_rows(rows)
            losses.append(self._where_running(self.loss.mean(logits, targets)))
            accuracies.append(self._where_running(self.loss.accuracy(logits, targets)))
        train_loss, test_loss = losses
        return Epoch(self.epoch, train_loss, test_loss, *accuracies)

    def _where_running(self, values: Any) -> Any:
        """A number for each network, NaN for those that have diverged."""
        if values is not None:
            values = np.array(values, np.float64).reshape(len(self.stack))
            values[list(self.divergences)] = np.nan
        return values

    def parameters(self, k: int = 0) -> Floats:
        """A copy of network ``k``'s parameters, its last finite ones where it has diverged."""
        own: Floats = self.stack.parameters[self.stack.owner == k]
        return self._kept.get(k, own).copy()

    def flat_parameters(self) -> Float64s:
        """A copy of network 0's parameters as one reads them, its last finite ones at divergence.

        Layer by layer each matrix ``(units, units before + 1)``, row by row with the bias last;
        then PReLU's slopes by layer.

        >>> from dlbasic.activations import PReLU
        >>> from dlbasic.losses import MSE
        >>> point = Points(np.zeros((1, 1)), np.zeros(1))
        >>> run = Training(Stack((1, 1, 1), [Member(PReLU())]), point, point, MSE())
        >>> for index, value in enumerate([3.0, 2.0, 5.0, 1.0]):
        ...     run.set_parameter(index, value)
        >>> run.stack.weights, run.flat_parameters()
        ([array([[[3., 2.]]]), array([[[5., 1.]]])], array([3.  , 2.  , 5.  , 1.  , 0.25]))
        """
        every = self.stack.parameters.copy()
        every[self.stack.owner == 0] = self.parameters()
        return every[self.stack.places].astype(np.float64)

    def set_parameter(self, index: int, value: float) -> None:
        """Set the parameter of network 0 at this place of :meth:`flat_parameters`.

        What the optimizer remembers of past gradients stays.  Raises ``IndexError`` for an index
        that is not there, ``ValueError`` for a value that is not finite in the stack's type, and
        where the network has diverged.
        """
        places = self.stack.places
        if not 0 <= index < len(places):
            raise IndexError(f"parameters go from 0 to {len(places) - 1}, not {index!r}")
        with np.errstate(over="ignore"):
            given = self.stack.dtype.type(value)
        if not np.isfinite(given):
            raise ValueError(f"a parameter must be finite in {self.stack.dtype}, not {value!r}")
        if 0 in self.divergences:
            raise ValueError("the network has diverged and is held still")
        self.stack.parameters[places.item(index)] = given

    def advance(self, steps: int) -> Trace:
        """Take ``steps`` steps, fewer where all networks diverge; gives the last one's trace."""
        with np.errstate(all="ignore"):
            while True:
                if self._place == 0 and len(self._batches) > 1:
                    self._shuffle()
                trace, taken = self._take(self._batches[self._place : self._place + steps])
                self._place = (self._place + taken) % len(self._batches)
                self.epoch += self._place == 0
                steps -= taken
                if not steps or not self.running:
                    return trace

    def _take(self, batches: list[Any]) -> tuple[Trace, int]:
        """A step on each batch; gives the last trace and how many steps it took."""
        stack, loss, update, penalties = self.stack, self.loss, self._update, self._penalties
        before = self.step
        for trace, zeros, rows, columns, targets, share in batches:
            trace.forward(columns)
            gradient = trace.backward(rows, loss, targets, share)
            self.step += 1
            if zeros(trace.block) != 0.0:  # 0 times what is not finite is NaN
                self._diverge(trace)
                if not self.running:
                    break
            for shape, strength in penalties:
                shape(stack.parameters, self._work)
                np.multiply(self._work, strength, self._work)
                np.add(gradient, self._work, gradient)
            update(gradient)
        return trace, self.step - before

    def _shuffle(self) -> None:
        order = self._rng.permutation(len(self._rows))
        rows, targets = self._train
        np.take(rows, order, axis=0, out=self._rows, mode="clip")  # "raise" would buffer
        np.take(targets, order, axis=1, out=self._targets, mode="clip")

    def _diverge(self, trace: Trace) -> None:
        """Note which networks' values are no longer finite, and hold these still.

        A network alone keeps its parameters.  One of a stack is put aside: it would otherwise
        slow the rest down with every step.
        """
        stack = self.stack
        for k in _not_finite(trace):
            layer, quantity = _first_not_finite(trace, k)
            if k not in self.divergences:
                self.divergences[k] = Divergence(
                    k, self.epoch + 1, self.step, layer, len(trace.z), quantity
                )
            own = stack.owner == k
            if len(stack) > 1:
                self._kept.setdefault(k, stack.parameters[own].copy())
                stack.parameters[own] = 0.0
                self._update.lr[own] = 0.0
            trace.gradient[own] = 0.0
            self._update.reset(own)


def _draw_masks(rng: np.random.Generator, dropout: float, masks: Floats) -> None:
    """Fill masks, in either type from the same draws: 0 where dropped, 1 / (1 - p) elsewhere."""
    np.multiply(rng.random(len(masks)) >= dropout, 1.0 / (1.0 - dropout), masks)


def _not_finite(trace: Trace) -> list[int]:
    """The networks that have a value that is not finite in this step."""
    bad = np.zeros(len(trace.stack), np.bool_)
    for z in trace.z:
        bad |= ~np.isfinite(z).all(axis=(1, 2))
    np.logical_or.at(bad, trace.stack.owner, ~np.isfinite(trace.gradient))
    return [int(k) for k in np.flatnonzero(bad)]


def _first_not_finite(trace: Trace, k: int) -> tuple[int, str]:
    """The first value of network ``k`` that is not finite, in the order of computing."""
    count = len(trace.z)
    for layer in range(count):
        if not np.isfinite(trace.z[layer][k]).all():
            return layer + 1, "sum"
    for layer in reversed(range(count)):
        if not np.isfinite(trace.deltas[layer][k]).all():
            return layer + 1, "delta"
        if not np.isfinite(trace.weight_gradients[layer][k]).all():
            return layer + 1, "gradient"
    return 1, "gradient"
