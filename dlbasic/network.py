"""Multilayer perceptrons, a stack of them at once: parameters, forward and backward pass.

A stack holds networks of one shape that may differ in everything else, and passes data through all
of them in the same array operations; a single network is a stack of one.

Arrays are feature-major: ``(networks, units, samples)``.  A layer's bias is the last column of its
weights, met by a row of ones below the layer's input, and all parameters are views of one flat
vector, so that a step of an optimizer is a few operations whatever the depth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlbasic.activations import Activation, PReLU, TwoSteps
from dlbasic.initializers import INITIALIZERS, Initializer
from dlbasic.losses import Loss

Floats = NDArray[np.floating[Any]]
Operation = Callable[[], object]

MAX_HIDDEN_LAYERS = 64
BLOCK = 512  # samples that are passed on together: what a processor's cache holds
XAVIER = INITIALIZERS["xavier_normal"]()
DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


@dataclass(frozen=True)
class Member:
    """One network of a stack: its activation, for all hidden layers or one for each, and its start.

    ``initializer`` draws the weights from ``seed``, layer after layer; every bias starts at
    ``bias``.  Two members with the same seed and kind of initializer start from the same draws.
    """

    activation: Activation | tuple[Activation, ...]
    initializer: Initializer = XAVIER
    seed: int = 0
    bias: float = 0.0

    def activations(self, hidden: int) -> tuple[Activation, ...]:
        """The activation of each hidden layer.  Raises ``ValueError`` for the wrong number."""
        if isinstance(self.activation, Activation):
            return (self.activation,) * hidden
        if len(self.activation) != hidden:
            raise ValueError(f"{hidden} hidden layers need as many activations, not "
                             f"{len(self.activation)}")  # fmt: skip
        return self.activation


@dataclass(frozen=True)
class Group:
    """Neighbouring networks of a stack that have the same activation in one layer."""

    activation: Activation
    networks: slice
    alpha: Floats | None  # PReLU's learned slopes (networks, 1, 1), a view of the parameters


class Stack:
    """Networks with ``sizes`` inputs, hidden units and outputs, from 0 to 64 hidden layers.

    ``parameters`` is the flat vector of all; ``weights[l]`` of shape ``(networks, units, units
    before + 1)``, the bias last, and ``alphas`` are views of it.  The last layer has no
    activation: its outputs are predictions or scores, which the loss's head reads.  With ``skip``
    each hidden layer adds its input to its output where the two are equally wide (He, Zhang, Ren &
    Sun, 2016).  Raises ``ValueError`` for sizes below 1, more than 64 hidden layers or another
    type than float32 and float64.

    >>> stack = Stack((2, 3, 1), [Member(PReLU()), Member(PReLU(0.1), seed=1)])
    >>> [w.shape for w in stack.weights], len(stack.parameters)
    ([(2, 3, 3), (2, 1, 4)], 28)
    >>> stack.outputs([[0.0, 0.0], [1.0, -1.0]]).shape
    (2, 1, 2)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        members: Sequence[Member],
        dtype: Any = np.float64,
        skip: bool = False,
    ) -> None:
        self.sizes = tuple(int(size) for size in sizes)
        self.skip = skip
        self.members = tuple(members)
        self.dtype = np.dtype(dtype)
        self.hidden = len(self.sizes) - 2
        self._traces: dict[int, Trace] = {}
        if not 0 <= self.hidden <= MAX_HIDDEN_LAYERS or min(self.sizes) < 1:
            raise ValueError("sizes must be inputs, up to 64 hidden layers and outputs, "
                             f"each at least 1, not {tuple(sizes)}")  # fmt: skip
        if self.dtype not in DTYPES:
            raise ValueError(f"dtype must be float32 or float64, not {self.dtype}")
        if not self.members:
            raise ValueError("a stack needs at least one member")
        self._lay_out([member.activations(self.hidden) for member in self.members])
        self._start()

    def __len__(self) -> int:
        return len(self.members)

    def skips(self, layer: int) -> bool:
        """Whether hidden layer ``layer``, from 0, adds its input to its output."""
        inner = 0 < layer < self.hidden
        return self.skip and inner and self.sizes[layer] == self.sizes[layer + 1]

    def _lay_out(self, activations: list[tuple[Activation, ...]]) -> None:
        """Make the flat vector and the views: layer after layer, then PReLU's slopes."""
        count = len(self)
        sides = list(zip(self.sizes, self.sizes[1:], strict=False))
        shapes = [(count, units, before + 1) for before, units in sides]
        runs = []  # of equal activations in each hidden layer
        for layer in range(self.hidden):
            column = [of[layer] for of in activations]
            kinds = groupby(range(count), key=lambda k: _kind(column[k]))
            runs.append([[*run] for _, run in kinds])
        learned = [
            (layer, run)
            for layer, layer_runs in enumerate(runs)
            for run in layer_runs
            if isinstance(activations[run[0]][layer], PReLU)
        ]
        self.alpha_ends = np.cumsum([len(run) for _, run in learned])[:-1]
        ends = np.cumsum([math.prod(shape) for shape in shapes] + [len(run) for _, run in learned])
        self.parameters: Floats = np.zeros(int(ends[-1]), self.dtype)
        self.is_weight = np.zeros(len(self.parameters), np.bool_)
        self.owner = np.empty(len(self.parameters), np.intp)  # each parameter's network
        parts = np.split(self.parameters, ends[:-1])
        self.weights = as_weights(parts, shapes)
        marks, owners = np.split(self.is_weight, ends[:-1]), np.split(self.owner, ends[:-1])
        for mark, owner in zip(as_weights(marks, shapes), as_weights(owners, shapes), strict=True):
            mark[..., :-1] = True
            owner[...] = np.arange(count)[:, None, None]
        alphas = {}
        for (layer, run), part, owner in zip(
            learned, parts[len(shapes) :], owners[len(shapes) :], strict=True
        ):
            part[:] = [activations[k][layer].alpha for k in run]  # type: ignore[attr-defined]
            owner[:] = run
            alphas[layer, run[0]] = part.reshape(-1, 1, 1)
        self.groups = [
            [
                Group(activations[run[0]][layer], slice(run[0], run[-1] + 1),
                      alphas.get((layer, run[0])))
                for run in layer_runs
            ]
            for layer, layer_runs in enumerate(runs)
        ]  # fmt: skip

    def _start(self) -> None:
        """Draw every network's initial weights from its own seed, in float64."""
        for k, member in enumerate(self.members):
            rng = np.random.default_rng(member.seed)
            for w in self.weights:
                w[k, :, :-1] = member.initializer.draw(rng, w.shape[2] - 1, w.shape[1])
                w[k, :, -1] = member.bias

    def alphas(self, k: int) -> list[float]:
        """PReLU's slope as learned so far in each hidden layer of network ``k`` that has one."""
        return [
            float(group.alpha[k - group.networks.start, 0, 0])
            for layer in self.groups
            for group in layer
            if group.alpha is not None and group.networks.start <= k < group.networks.stop
        ]

    def spread(self, values: ArrayLike) -> Floats:
        """A value for each network, ``(networks,)``, as one for each parameter."""
        spread: Floats = np.asarray(values, self.dtype)[self.owner]
        return spread

    def with_ones(self, inputs: ArrayLike) -> Floats:
        """Inputs ``(samples, features)`` in the stack's type, a column of ones behind them.

        Raises ``ValueError`` unless there is one feature for each input unit.
        """
        rows = np.asarray(inputs)
        if rows.ndim != 2 or rows.shape[1] != self.sizes[0]:
            raise ValueError(f"inputs must have shape (samples, {self.sizes[0]}), not {rows.shape}")
        joined = np.ones((len(rows), self.sizes[0] + 1), self.dtype)
        joined[:, :-1] = rows
        return joined

    def outputs(self, inputs: ArrayLike) -> Floats:
        """What the last layer gives for inputs ``(samples, features)``.

        ``(networks, outputs, samples)``: predictions, or scores, of which the loss's head makes
        probabilities.
        """
        return self.outputs_of_rows(self.with_ones(inputs))

    def outputs_of_rows(self, rows: Floats) -> Floats:
        """The same for inputs as :meth:`with_ones` gives them."""
        outputs = np.empty((len(self), self.sizes[-1], len(rows)), self.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, len(rows), BLOCK):
                block = rows[start : start + BLOCK]
                outputs[..., start : start + BLOCK] = self._trace(len(block)).forward(block.T)
        return outputs

    def _trace(self, samples: int) -> Trace:
        """A trace for so many samples, made once."""
        if samples not in self._traces:
            self._traces[samples] = Trace(self, samples)
        return self._traces[samples]


def as_weights(parts: Sequence[Any], shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """Views of flat parts as weights ``(networks, units, units before + 1)``, layer by layer.

    In memory the first layer's lie as they are seen, so that all networks' together are one matrix
    for the inputs they share.  The others' lie transposed, which their three products read faster.
    """
    return [
        part.reshape(k, before, units).swapaxes(1, 2) if layer else part.reshape(k, units, before)
        for layer, (part, (k, units, before)) in enumerate(zip(parts, shapes, strict=False))
    ]


def _kind(activation: Activation) -> Any:
    """What networks must share to be computed together; PReLU's slope may differ."""
    return PReLU if isinstance(activation, PReLU) else activation


class Trace:
    """One batch on its way through a stack and back; everything on the way can be read.

    After :meth:`forward`: ``z[l]`` the weighted sums, ``a[l]`` the outputs and ``slopes[l]`` the
    activation's slopes of layer ``l``, each ``(networks, units, samples)``; the last layer has
    neither outputs nor slopes of its own.  After :meth:`backward`: ``deltas[l]`` the gradient of
    the mean loss at the weighted sums, and ``gradient``, flat and laid out like the parameters,
    with ``weight_gradients[l]`` its views.  The arrays are filled anew by each pass.
    """

    def __init__(self, stack: Stack, samples: int) -> None:
        self.stack = stack
        self.samples = samples
        count, dtype = len(stack), stack.dtype
        shapes = [(count, units, samples) for units in stack.sizes[1:]]
        tall = [(count, units + 1, samples) for units in stack.sizes[1:-1]]  # with a row of ones
        # The gradient and all sums in one block: one product with zeros finds any non-finite value.
        parameters = len(stack.parameters)
        self.block: Floats = np.zeros(parameters + sum(map(math.prod, shapes)), dtype)
        self.gradient: Floats = self.block[:parameters]
        self.z = _cut(self.block[parameters:], shapes)
        # All layers' outputs in one block, all deltas in another: what can be done at once for
        # several layers is.
        self._values: Floats = np.ones(sum(map(math.prod, tall)), dtype)
        # A single network's slopes lie as its outputs do, so that one gives the other at once.
        flat = tall if count == 1 else shapes[:-1]
        self._slopes: Floats = np.zeros(sum(map(math.prod, flat)), dtype)
        self._deltas: Floats = np.zeros(sum(map(math.prod, shapes)), dtype)
        self._with_ones = _cut(self._values, tall)
        self.a = [block[:, :-1] for block in self._with_ones]
        self.slopes = [
            block[:, : shape[1]]
            for block, shape in zip(_cut(self._slopes, flat), shapes, strict=False)
        ]
        self.deltas = _cut(self._deltas, shapes)
        ends = np.cumsum([w.size for w in stack.weights])
        *parts, alpha_gradients = np.split(self.gradient, ends)
        self.weight_gradients = as_weights(parts, [w.shape for w in stack.weights])
        self._prepare(np.split(alpha_gradients, stack.alpha_ends))

    def _prepare(self, alpha_gradients: list[Floats]) -> None:
        """Bind each operation of the passes to its arrays once; a pass then is a walk down a list.

        On small networks finding the arrays costs as much as computing with them.
        """
        stack = self.stack
        rows = stack.sizes[0] + 1
        self._first = stack.weights[0].reshape(-1, rows).dot
        self._first_sums = self.z[0].reshape(-1, self.samples)
        self._last_back = self.deltas[0].reshape(-1, self.samples).dot
        self._last_gradient = self.weight_gradients[0].reshape(-1, rows)
        self._scores, self._score_slopes = _plain(self.z[-1]), _plain(self.deltas[-1])
        self._forth: list[Operation] = []
        back: list[list[Operation]] = []  # by layer
        at_once = self._slopes_at_once()
        gradients = iter(alpha_gradients)
        # What arrives at a layer's output goes around it too, where it skips.
        around = {
            layer: np.zeros_like(self.deltas[layer])
            for layer in range(stack.hidden)
            if stack.skips(layer)
        }
        for layer in range(stack.hidden):
            w, before = stack.weights[layer + 1], self.deltas[layer]
            back.append([_product(_turned(w[..., :-1]), self.deltas[layer + 1], before)])
            if layer + 1 in around:
                back[-1].append(partial(np.add, before, around[layer + 1], before))
            if layer in around:
                back[-1].append(partial(np.copyto, around[layer], before))
            for group in stack.groups[layer]:
                blocks = (self.z[layer], self.a[layer], self.slopes[layer])
                z, a, slopes = (_plain(block[group.networks]) for block in blocks)
                if at_once:
                    self._forth.append(partial(at_once.fill_values, z, a))
                elif group.alpha is None:
                    self._forth.append(group.activation.prepared_kernel(z, a, slopes))
                else:
                    alpha = _plain(group.alpha)
                    self._forth.append(group.activation.prepared_kernel(z, a, slopes, alpha))
                    arriving, sums = before[group.networks], self.z[layer][group.networks]
                    back[-1].append(partial(_gain, arriving, sums, next(gradients)))
            if layer in around:
                a, input_ = _plain(self.a[layer]), _plain(self.a[layer - 1])
                self._forth.append(partial(np.add, a, input_, a))
            before, slopes = _plain(before), _plain(self.slopes[layer])
            back[-1].append(partial(np.multiply, before, slopes, before))
            self._forth.append(_product(w, self._with_ones[layer], self.z[layer + 1]))
        self._back = [operation for layer in reversed(back) for operation in layer]
        if at_once:
            self._back.insert(0, partial(at_once.fill_slopes, self._values, self._slopes))
        self._back += self._gradients()

    def _slopes_at_once(self) -> TwoSteps | None:
        """How to fill all layers' slopes at once, for a network of one function that allows it."""
        kinds = {group.activation for layer in self.stack.groups for group in layer}
        if len(self.stack) > 1 or len(kinds) != 1 or self.stack.skip:
            return None
        return kinds.pop().in_two_steps(self.stack.dtype)

    def _gradients(self) -> list[Operation]:
        """The gradients behind the first layer's, one product for each run of layers of a shape."""
        weights = self.stack.weights
        value_ends, delta_ends, ends = (
            np.cumsum([0, *(array.size for array in arrays)])
            for arrays in (self._with_ones, self.deltas, weights)
        )
        operations = []
        for shape, run in groupby(range(1, len(weights)), key=lambda layer: weights[layer].shape):
            layers = [*run]
            first, end = layers[0], layers[-1] + 1
            _, units, inputs = shape
            values = self._values[value_ends[first - 1] : value_ends[end - 1]]
            deltas = self._deltas[delta_ends[first] : delta_ends[end]]
            gradients = self.gradient[ends[first] : ends[end]]
            operations.append(
                _product(
                    values.reshape(-1, inputs, self.samples),
                    _turned(deltas.reshape(-1, units, self.samples)),
                    gradients.reshape(-1, inputs, units),
                )
            )
        return operations

    def forward(self, columns: Floats) -> Floats:
        """Pass inputs ``(features + 1, samples)``, ones last, on; gives the last layer's sums."""
        self._first(columns, self._first_sums)
        for operation in self._forth:
            operation()
        return self.z[-1]

    def backward(self, rows: Floats, loss: Loss, targets: Floats, share: Floats) -> Floats:
        """Pass the gradient of the mean loss back; gives the flat gradient.

        ``rows`` are the inputs of the last :meth:`forward`, ``(samples, features + 1)``;
        ``targets`` as :meth:`~dlbasic.losses.Loss.prepare` gives them; ``share``, 0-d, is the
        share of one loss value in the mean.
        """
        slopes = self._score_slopes
        loss.kernel(self._scores, targets, slopes)
        np.multiply(slopes, share, slopes)
        for operation in self._back:
            operation()
        self._last_back(rows, self._last_gradient)
        return self.gradient


def _cut(block: Floats, shapes: Sequence[tuple[int, ...]]) -> list[Floats]:
    """A flat block as arrays of these shapes, one after the other."""
    parts = np.split(block, np.cumsum([math.prod(shape) for shape in shapes]))
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=False)]


def _plain(array: Floats) -> Floats:
    """A single network's array as a matrix, which NumPy handles faster."""
    return array[0] if len(array) == 1 else array


def _turned(array: Floats) -> Floats:
    return array.swapaxes(-1, -2)


def _product(left: Floats, right: Floats, out: Floats) -> Operation:
    """``out = left @ right``, matrix by matrix."""
    if len(left) == 1:
        return partial(left[0].dot, right[0], out[0])
    # An outer product is faster by broadcasting.
    return partial(np.multiply if left.shape[2] == 1 else np.matmul, left, right, out)


def _gain(arriving: Floats, sums: Floats, gradient: Floats) -> None:
    """The gradient at PReLU's slopes, from the gradient arriving at its outputs."""
    np.einsum("kus,kus->k", arriving, np.minimum(sums, 0.0), out=gradient)
