"""Networks whose hidden layers may have softmax, written out.

Softmax acts on a whole layer: its derivative is a matrix, where the stack multiplies by slopes.
So these networks are apart from the stack, and the same for every function but for two branches.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s, Floats
from dlbasic.datasets import Points
from dlbasic.losses import CrossEntropy
from dlbasic.network import XAVIER
from dlbasic.optimizers import Adam

SOFTMAX = "softmax"


def layer_softmax(z: Floats, a: Floats) -> None:
    """Fill ``a`` with the softmax of each sample's sums, ``(networks, units, samples)``."""
    np.subtract(z, z.max(axis=1, keepdims=True), out=a)
    np.exp(a, out=a)
    np.divide(a, a.sum(axis=1, keepdims=True), out=a)


def through_softmax(a: Floats, delta: Floats) -> None:
    """Turn the gradient at softmax's outputs ``a`` into the one at its sums: ``a·(δ - Σ a·δ)``."""
    np.subtract(delta, np.einsum("kus,kus->ks", a, delta)[:, None], out=delta)
    np.multiply(delta, a, out=delta)


class Networks:
    """One network for each seed; ``sizes``, arrays and initial weights are those of a ``Stack``.

    >>> networks = Networks((2, 4, 4, 3), SOFTMAX, seeds=[0, 1])
    >>> networks.forward(np.zeros((2, 5))).shape
    (2, 3, 5)
    >>> networks.inputs[1][:, :-1].sum(axis=1).round(6).min()
    np.float32(1.0)
    """

    def __init__(
        self, sizes: Sequence[int], function: str, seeds: Sequence[int],
        dtype: DTypeLike = np.float32,
    ) -> None:  # fmt: skip
        shapes = [(len(seeds), units, before + 1) for before, units in pairwise(sizes)]
        ends = np.cumsum([np.prod(shape) for shape in shapes])
        self.function, self.dtype = function, np.dtype(dtype)
        self.parameters: Floats = np.zeros(ends[-1], self.dtype)
        self.gradient: Floats = np.zeros(ends[-1], self.dtype)
        self.weights, self.gradients = (
            [part.reshape(shape)
             for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]
            for flat in (self.parameters, self.gradient)
        )  # fmt: skip
        for k, seed in enumerate(seeds):
            rng = np.random.default_rng(seed)
            for w in self.weights:
                w[k, :, :-1] = XAVIER.draw(rng, w.shape[2] - 1, w.shape[1])

    def forward(self, columns: Floats) -> Floats:
        """Pass inputs on; gives scores ``(networks, outputs, samples)``.

        The inputs are ``(features, samples)``, or those of each network with an axis before.
        ``inputs[l]`` is what layer ``l`` reads, a row of ones last.
        """
        count, (features, samples) = len(self.weights[0]), columns.shape[-2:]
        first = np.ones((count, features + 1, samples), self.dtype)
        first[:, :-1] = columns
        self.inputs: list[Floats] = [first]
        self.slopes: list[Floats] = []
        for w in self.weights[:-1]:
            z = w @ self.inputs[-1]
            a = np.ones((count, w.shape[1] + 1, samples), self.dtype)
            if self.function == SOFTMAX:
                layer_softmax(z, a[:, :-1])
            else:
                self.slopes.append(np.empty_like(z))
                ACTIVATIONS[self.function]().kernel(z, a[:, :-1], self.slopes[-1])
            self.inputs.append(a)
        logits: Floats = self.weights[-1] @ self.inputs[-1]
        return logits

    def backward(self, delta: Floats) -> list[Floats]:
        """Fill ``gradient`` from the gradient at the scores; gives that at every layer's sums."""
        deltas = [delta]
        for layer in reversed(range(len(self.weights))):
            np.matmul(deltas[0], self.inputs[layer].swapaxes(1, 2), out=self.gradients[layer])
            if layer:
                delta = self.weights[layer][..., :-1].swapaxes(1, 2) @ deltas[0]
                if self.function == SOFTMAX:
                    through_softmax(self.inputs[layer][:, :-1], delta)
                else:
                    np.multiply(delta, self.slopes[layer - 1], out=delta)
                deltas.insert(0, delta)
        return deltas

    def learn(self, columns: Floats, targets: Floats) -> list[Floats]:
        """Fill ``gradient`` with that of the mean cross-entropy; gives it at every layer's sums."""
        logits = self.forward(columns)
        delta = np.empty_like(logits)
        CrossEntropy().kernel(logits, targets, delta)
        np.multiply(delta, np.asarray(1.0 / columns.shape[-1], self.dtype), out=delta)
        return self.backward(delta)


def train(
    sizes: Sequence[int], function: str, lrs: Sequence[float], seeds: Sequence[int],
    points: Sequence[tuple[Points, Points]], epochs: int, batch: int, seed: int,
) -> tuple[Float64s, Float64s]:  # fmt: skip
    """Train by Adam, a network for every rate and seed: both ``(rates, seeds)``.

    Those of a seed meet its ``points``, to train on and to test on, as many for every seed.  Gives
    the test accuracies, and by how much the gradient, over all training points before the first
    step, shrinks from the last hidden layer's sums to the first's.
    """
    networks = Networks(sizes, function, [*seeds] * len(lrs))
    spread = np.concatenate(
        [np.repeat(lrs, w[0].size * len(seeds)).astype(np.float32) for w in networks.weights]
    )
    update = Adam().start(networks.parameters, spread)
    loss, classes = CrossEntropy(), sizes[-1]

    def laid_out(part: Sequence[Points]) -> tuple[Floats, Floats]:
        columns = np.stack([these.inputs.T for these in part] * len(lrs))
        targets = [loss.prepare(these.targets, classes, networks.dtype) for these in part]
        return columns, np.stack(targets * len(lrs))

    columns, targets = laid_out([train for train, _ in points])
    norms = [
        np.linalg.norm(delta.astype(np.float64), axis=(1, 2))
        for delta in networks.learn(columns, targets)
    ]
    shrinking = norms[0] / norms[-2]
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(columns.shape[-1])
        for start in range(0, len(order), batch):
            some = order[start : start + batch]
            networks.learn(columns[..., some], targets[..., some])
            update(networks.gradient)
    columns, targets = laid_out([test for _, test in points])
    accuracy = loss.accuracy(networks.forward(columns), targets)
    shape = (len(lrs), len(seeds))
    return accuracy.reshape(shape), shrinking.reshape(shape)
