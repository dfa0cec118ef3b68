"""One batch on its way through a stack of networks and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

import numpy as np

from dlbasic.activations import TwoSteps
from dlbasic.arrays import Floats
from dlbasic.losses import Loss
from dlbasic.network.layers import Layers, as_weights

Operation = Callable[[], object]
Masks = Callable[[Floats], object]  # fills the masks of all hidden layers, a flat array


class Trace:
    """One batch on its way through a stack and back; everything on the way can be read.

    After :meth:`forward`: ``z[l]`` the weighted sums, ``a[l]`` the outputs and ``slopes[l]`` the
    activation's slopes of layer ``l``, each ``(networks, units, samples)``; the last layer has
    neither outputs nor slopes of its own.  After :meth:`backward`: ``deltas[l]`` the gradient of
    the mean loss at the weighted sums, and ``gradient``, flat and laid out like the parameters,
    with ``weight_gradients[l]`` its views.  The arrays are filled anew by each pass.

    With ``dropout`` the activation's outputs in hidden layer ``l`` are multiplied by ``masks[l]``,
    ``(units, samples)``, the same for all networks, before a skip is added; ``a[l]`` is what comes
    out.  ``dropout`` is called at each forward pass to fill all masks, which are one flat array.
    """

    def __init__(self, stack: Layers, samples: int, dropout: Masks | None = None) -> None:
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
        masked = [shape[1:] for shape in shapes[:-1]] if dropout else []
        masks: Floats = np.ones(sum(map(math.prod, masked)), dtype)
        self.masks = _cut(masks, masked)
        self._forward_ops: list[Operation] = [partial(dropout, masks)] if dropout else []
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
        self._outputs, self._output_slopes = _squeezed(self.z[-1]), _squeezed(self.deltas[-1])
        back: list[list[Operation]] = []  # by layer
        at_once = self._slopes_at_once()
        gradients = iter(alpha_gradients)
        # What arrives at a layer's output goes around it too, where it skips.
        skip_deltas = {
            layer: np.zeros_like(self.deltas[layer])
            for layer in range(stack.hidden)
            if stack.skips(layer)
        }
        for layer in range(stack.hidden):
            w, before = stack.weights[layer + 1], self.deltas[layer]
            back.append([_product(_transposed(w[..., :-1]), self.deltas[layer + 1], before)])
            if layer + 1 in skip_deltas:
                back[-1].append(partial(np.add, before, skip_deltas[layer + 1], before))
            if layer in skip_deltas:
                back[-1].append(partial(np.copyto, skip_deltas[layer], before))
            back[-1] += self._masked(layer, before)
            for group in stack.groups[layer]:
                blocks = (self.z[layer], self.a[layer], self.slopes[layer])
                z, a, slopes = (_squeezed(block[group.networks]) for block in blocks)
                if at_once:
                    self._forward_ops.append(partial(at_once.fill_values, z, a))
                elif group.alpha is None:
                    self._forward_ops.append(group.activation.prepared_kernel(z, a, slopes))
                else:
                    alpha = _squeezed(group.alpha)
                    self._forward_ops.append(group.activation.prepared_kernel(z, a, slopes, alpha))
                    arriving, sums = before[group.networks], self.z[layer][group.networks]
                    back[-1].append(partial(_alpha_gradient, arriving, sums, next(gradients)))
            self._forward_ops += self._masked(layer, self.a[layer])
            if layer in skip_deltas:
                a, input_ = _squeezed(self.a[layer]), _squeezed(self.a[layer - 1])
                self._forward_ops.append(partial(np.add, a, input_, a))
            before, slopes = _squeezed(before), _squeezed(self.slopes[layer])
            back[-1].append(partial(np.multiply, before, slopes, before))
            self._forward_ops.append(_product(w, self._with_ones[layer], self.z[layer + 1]))
        self._backward_ops = [operation for layer in reversed(back) for operation in layer]
        if at_once:
            self._backward_ops.insert(0, partial(at_once.fill_slopes, self._values, self._slopes))
        self._backward_ops += self._gradients()

    def _masked(self, layer: int, array: Floats) -> list[Operation]:
        """Drop from a layer's outputs, or from what arrives at them, where there is dropout."""
        if not self.masks:
            return []
        array = _squeezed(array)
        return [partial(np.multiply, array, self.masks[layer], array)]

    def _slopes_at_once(self) -> TwoSteps | None:
        """How to fill all layers' slopes at once, for a network of one function that allows it."""
        kinds = {group.activation for layer in self.stack.groups for group in layer}
        # With a skip or a mask what is stored is not the activation's value.
        if len(self.stack) > 1 or len(kinds) != 1 or self.stack.skip or self.masks:
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
                    _transposed(deltas.reshape(-1, units, self.samples)),
                    gradients.reshape(-1, inputs, units),
                )
            )
        return operations

    def forward(self, columns: Floats) -> Floats:
        """Pass inputs ``(features + 1, samples)``, ones last, on; gives the last layer's sums."""
        self._first(columns, self._first_sums)
        for operation in self._forward_ops:
            operation()
        return self.z[-1]

    def backward(self, rows: Floats, loss: Loss, targets: Floats, share: Floats) -> Floats:
        """Pass the gradient of the mean loss back; gives the flat gradient.

        ``rows`` are the inputs of the last :meth:`forward`, ``(samples, features + 1)``;
        ``targets`` as :meth:`~dlbasic.losses.Loss.prepare` gives them; ``share``, 0-d, is the
        share of one loss value in the mean.
        """
        slopes = self._output_slopes
        loss.kernel(self._outputs, targets, slopes)
        np.multiply(slopes, share, slopes)
        for operation in self._backward_ops:
            operation()
        self._last_back(rows, self._last_gradient)
        return self.gradient


def _cut(block: Floats, shapes: Sequence[tuple[int, ...]]) -> list[Floats]:
    """A flat block as arrays of these shapes, one after the other."""
    parts = np.split(block, np.cumsum([math.prod(shape) for shape in shapes]))
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=False)]


def _squeezed(array: Floats) -> Floats:
    """A single network's array as a matrix, which NumPy handles faster."""
    return array[0] if len(array) == 1 else array


def _transposed(array: Floats) -> Floats:
    return array.swapaxes(-1, -2)


def _product(left: Floats, right: Floats, out: Floats) -> Operation:
    """``out = left @ right``, matrix by matrix."""
    if len(left) == 1:
        return partial(left[0].dot, right[0], out[0])
    # An outer product is faster by broadcasting.
    return partial(np.multiply if left.shape[2] == 1 else np.matmul, left, right, out)


def _alpha_gradient(arriving: Floats, sums: Floats, gradient: Floats) -> None:
    """The gradient at PReLU's slopes, from the gradient arriving at its outputs."""
    np.einsum("kus,kus->k", arriving, np.minimum(sums, 0.0), out=gradient)
