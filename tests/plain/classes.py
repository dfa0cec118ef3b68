"""Networks that learn classes, as a textbook writes them, to compute again what the pages say.

One for each seed; arrays are ``(networks, points, units)``.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from dlbasic.datasets import split
from dlbasic.measures.class_numbers import clouds

# The numberings of A, B, C, …, as long as the classes are many.
NUMBERINGS = {
    2: ((1, 2), (2, 1)),
    3: ((1, 2, 3), (2, 1, 3), (1, 3, 2)),
    5: ((1, 2, 3, 4, 5), (2, 1, 3, 5, 4), (2, 3, 1, 5, 4), (1, 3, 5, 2, 4), (1, 4, 2, 5, 3),
        (3, 1, 5, 2, 4)),
}  # fmt: skip


def softmax(z):
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# Each function, and what it makes of the gradient at its outputs: the gradient at its sums.
FUNCTIONS = {
    "tanh": (np.tanh, lambda a, g: g * (1 - a * a)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a, g: g * a * (1 - a)),
    "relu": (lambda z: np.maximum(z, 0), lambda a, g: g * (a > 0)),
    "softmax": (softmax, lambda a, g: a * (g - (a * g).sum(axis=-1, keepdims=True))),
}


class Classifiers:
    """Dense layers from Xavier's normal weights and biases of 0, trained by Adam.

    ``targets`` of one column are numbers, under the squared error; of several they are one-hot,
    under softmax and cross-entropy.
    """

    def __init__(self, sizes, function, seeds, lr, dtype):
        self.value, self.back = FUNCTIONS[function]
        draws = [np.random.default_rng(seed) for seed in seeds]
        self.parts = []
        for n, m in pairwise(sizes):
            std = np.sqrt(2 / (n + m))
            drawn = [std * rng.standard_normal((m, n)).T for rng in draws]
            self.parts += [np.array(drawn).astype(dtype), np.zeros((len(draws), 1, m), dtype)]
        self.lr, self.dtype, self.count = lr, dtype, 0
        self.means, self.squares = ([np.zeros_like(part) for part in self.parts] for _ in "mv")

    def outputs(self, inputs):
        """Scores, or numbers; ``inputs`` are the same for all networks or of each its own."""
        self.layers = [np.asarray(inputs, self.dtype)]
        for w, b in zip(self.parts[:-2:2], self.parts[1:-2:2], strict=True):
            self.layers.append(self.value(self.layers[-1] @ w + b))
        return self.layers[-1] @ self.parts[-2] + self.parts[-1]

    def step(self, inputs, targets):
        """Adam's step down the mean loss of these points."""
        out = self.outputs(inputs)
        g = 2 * (out - targets) if out.shape[-1] == 1 else softmax(out) - targets
        g = (g / out.shape[1]).astype(self.dtype)
        gradients = []
        for layer in reversed(range(len(self.layers))):
            w, a = self.parts[2 * layer], self.layers[layer]
            gradients = [a.swapaxes(-1, -2) @ g, g.sum(axis=1, keepdims=True), *gradients]
            if layer:
                g = self.back(a, g @ w.swapaxes(1, 2))
        self.count += 1
        every = zip(self.parts, gradients, self.means, self.squares, strict=True)
        for part, gradient, mean, square in every:
            mean[:] = 0.9 * mean + 0.1 * gradient
            square[:] = 0.999 * square + 0.001 * gradient**2
            root = np.sqrt(square / (1 - 0.999**self.count))
            part -= (self.lr * mean / (1 - 0.9**self.count) / (root + 1e-8)).astype(self.dtype)

    def learn(self, inputs, targets, epochs, batch, rng):
        """Epochs over batches that ``rng`` deals anew each time."""
        for _ in range(epochs):
            order = rng.permutation(inputs.shape[-2])
            for start in range(0, len(order), batch):
                some = order[start : start + batch]
                self.step(inputs[..., some, :], targets[..., some, :])


def numbered(points, numbering, way):
    """The targets of points under a numbering: a column of numbers, or one-hot vectors."""
    numbers = np.array(numbering)[points.targets]
    return numbers[:, None] * 1.0 if way == "number" else np.eye(len(numbering))[numbers - 1]


def judged(outputs, targets):
    """The mean loss and the accuracy of each network, ``(networks,)`` both.

    A number means the nearest that there is, a vector of scores the class of the highest.
    """
    outputs = outputs.astype(np.float64)
    if outputs.shape[-1] == 1:
        loss = ((outputs - targets) ** 2)[..., 0]
        right = np.clip(np.rint(outputs), 1, targets.max()) == targets
        return loss.mean(axis=1), right[..., 0].mean(axis=1)
    top = outputs.max(axis=-1, keepdims=True)
    logs = outputs - top - np.log(np.exp(outputs - top).sum(axis=-1, keepdims=True))
    right = outputs.argmax(axis=-1) == targets.argmax(axis=-1)
    return -(targets * logs).sum(axis=-1).mean(axis=1), right.mean(axis=1)


def of_numbers(numbering, way, seeds, *, width, spread, seed, epochs, dtype=np.float32):
    """The loss and the accuracy of networks that learned a numbering, on the points kept aside."""
    train, test = split(clouds(len(numbering), spread, 1000, seed), 0.2, seed)
    sizes = (2, width, 1 if way == "number" else len(numbering))
    networks = Classifiers(sizes, "tanh", seeds, 0.02, dtype)
    dealt = np.random.default_rng([seed, 4])
    networks.learn(train.inputs, numbered(train, numbering, way), epochs, 20, dealt)
    return judged(networks.outputs(test.inputs), numbered(test, numbering, way))
