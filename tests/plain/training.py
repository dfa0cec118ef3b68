"""The article's functions and the training of networks in plain NumPy, from their definitions.

Slow and short, and of the package it takes nothing: the pages' numbers are held against it.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

erfc = np.vectorize(math.erfc, otypes=[float])


def sigmoid(x):
    return np.exp(-np.logaddexp(0.0, -x))


def bell(x):
    return np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def below(x):
    """The share of the standard normal law below x."""
    return erfc(-np.asarray(x, float) / math.sqrt(2)) / 2


def _tanh_slope(x):
    x = np.abs(x)
    return np.where(x < 20, np.cosh(np.minimum(x, 20)) ** -2.0, 4 * np.exp(-2 * x))


def _gelu_slope(x, approximate="none"):
    if approximate == "none":
        return below(x) + x * bell(x)
    c = math.sqrt(2 / math.pi)
    t, s = np.tanh(c * (x + 0.044715 * x**3)), _tanh_slope(c * (x + 0.044715 * x**3))
    return (1 + t) / 2 + x / 2 * s * c * (1 + 3 * 0.044715 * x**2)


def _gelu(x, approximate="none"):
    if approximate == "none":
        return x * below(x)
    return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def _mish_slope(x):
    t = np.tanh(np.logaddexp(0, x))
    return t + x * (1 - t) * (1 + t) * sigmoid(x)


def _two_lines(alpha):
    return (
        lambda x, alpha=alpha: np.where(x > 0, x, alpha * x),
        lambda x, alpha=alpha: np.where(x > 0, 1.0, alpha) + 0 * x,
    )


# Value and slope of each; at a kink the slope from the left.
FUNCTIONS = {
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
    "tanh": (np.tanh, _tanh_slope),
    "relu": (lambda x: np.maximum(x, 0), lambda x: np.where(x > 0, 1.0, 0.0)),
    "leaky_relu": _two_lines(0.01),
    "prelu": _two_lines(0.25),
    "elu": (
        lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
        lambda x, alpha=1.0: np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0))),
    ),
    "gelu": (_gelu, _gelu_slope),
    "silu": (
        lambda x, beta=1.0: x * sigmoid(beta * x),
        lambda x, beta=1.0: sigmoid(beta * x) * (1 + beta * x * sigmoid(-beta * x)),
    ),
    "mish": (lambda x: x * np.tanh(np.logaddexp(0, x)), _mish_slope),
    "identity": (lambda x: x, lambda x: np.ones_like(x)),
    "softplus": (lambda x: np.logaddexp(0, x), sigmoid),
}  # fmt: skip


def one_hot(labels, classes):
    return np.eye(classes)[labels]


class Networks:
    """Networks of one shape and function, from one seed each, trained together.

    ``sizes`` are inputs, hidden layers, outputs; ``rule(inputs, outputs)`` is the standard
    deviation of a layer's initial weights, biases start at 0.  ``loss`` is ``bce``,
    ``cross_entropy`` or ``mse``; ``data`` are the inputs and targets to train on.
    """

    def __init__(self, function, sizes, seeds, rule, loss, data, *, dtype=float, **parameters):
        self.f, self.slope = FUNCTIONS[function]
        self.loss, self.given = loss, parameters
        self.x, self.y = data
        weights = []
        for seed in seeds:
            rng = np.random.default_rng(seed)
            weights.append([
                rule(n, m) * rng.standard_normal((m, n)) for n, m in pairwise(sizes)
            ])  # fmt: skip
        self.w = [np.stack(layer).astype(dtype) for layer in zip(*weights, strict=True)]
        self.b = [np.zeros((len(seeds), 1, w.shape[1]), dtype) for w in self.w]
        # PReLU learns one slope a layer.
        self.alpha = [
            np.full((len(seeds), 1, 1), parameters.get("alpha", 0.25), dtype)
            for _ in sizes[1:-1]
            if function == "prelu"
        ]
        self.over = np.zeros(len(seeds), bool)  # which have had a number that is not finite
        self.memory = {}

    @property
    def all(self):
        return [*self.w, *self.b, *self.alpha]

    def forward(self, x, masks=None):
        """The weighted sums of all layers, (networks, points, units), and what goes into each."""
        a, sums, inputs = np.asarray(x, self.w[0].dtype)[None], [], []
        for layer, (w, b) in enumerate(zip(self.w, self.b, strict=True)):
            inputs.append(a)
            sums.append(a @ w.swapaxes(1, 2) + b)
            if layer < len(self.w) - 1:
                a = self.f(sums[-1], **self.parameters(layer)).astype(a.dtype)
                if masks:
                    a = a * masks[layer]
        return sums, inputs

    def parameters(self, layer):
        return {"alpha": self.alpha[layer]} if self.alpha else self.given

    def gradients(self, x, y, masks=None):
        """Of the mean loss, with respect to ``all``."""
        sums, inputs = self.forward(x, masks)
        out = sums[-1]
        if self.loss == "mse":
            delta = 2 * (out - y[:, None])
        elif self.loss == "bce":
            delta = sigmoid(out) - y[:, None]
        else:
            p = np.exp(out - out.max(axis=2, keepdims=True))
            delta = p / p.sum(axis=2, keepdims=True) - one_hot(y, out.shape[2])
        delta = delta / len(x)
        ws, bs, alphas = [], [], []
        for layer in reversed(range(len(self.w))):
            ws.insert(0, delta.swapaxes(1, 2) @ inputs[layer])
            bs.insert(0, delta.sum(axis=1, keepdims=True))
            if layer:
                back = delta @ self.w[layer]
                if masks:
                    back = back * masks[layer - 1]
                z = sums[layer - 1]
                if self.alpha:
                    parts = back * np.minimum(z, 0)
                    alphas.insert(0, parts.sum(axis=(1, 2), keepdims=True))
                delta = back * self.slope(z, **self.parameters(layer - 1)).astype(z.dtype)
        finite = [np.isfinite(part).all(axis=(1, 2)) for part in (*sums, *ws, *bs, *alphas)]
        return [*ws, *bs, *alphas], ~np.all(finite, axis=0)

    def step(self, x, y, optimizer, lr, masks=None):
        gradients, bad = self.gradients(x, y, masks)
        self.over |= bad
        memory = self.memory
        t = memory["t"] = memory.get("t", 0) + 1
        for place, (p, g) in enumerate(zip(self.all, gradients, strict=True)):
            g = np.where(self.over[:, None, None], 0, g).astype(p.dtype)
            first, second = memory.setdefault(place, (np.zeros_like(p), np.zeros_like(p)))
            if optimizer == "sgd":
                p -= lr * g
            elif optimizer == "nesterov":
                first[:] = 0.9 * first + g
                p -= lr * (g + 0.9 * first)
            else:  # Adam
                first[:] = 0.9 * first + 0.1 * g
                second[:] = 0.999 * second + 0.001 * g**2
                p -= lr * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
            p[self.over] = 0

    def dropped(self, rng, share, points):
        """What each hidden layer's outputs are multiplied by, (points, units)."""
        return [
            ((rng.random((w.shape[1], points)) >= share) / (1 - share)).T.astype(w.dtype)
            for w in self.w[:-1]
        ]

    def epochs(self, count, *, optimizer, lr, batch, seed, dropout=0.0):
        """Train; after each epoch, in which every batch has been used once, gives its number."""
        order, drops = (np.random.default_rng([seed, part]) for part in (4, 5))
        for number in range(1, count + 1):
            x, y = self.x, self.y
            if batch < len(x):
                mixed = order.permutation(len(x))
                x, y = x[mixed], y[mixed]
            for start in range(0, len(x), batch):
                here = slice(start, start + batch)
                masks = self.dropped(drops, dropout, len(x[here])) if dropout else None
                self.step(x[here], y[here], optimizer, lr, masks)
            yield number

    def losses(self, x, y):
        """The mean loss on these points, and the accuracy where there are classes."""
        out = self.forward(x)[0][-1]
        if self.loss == "mse":
            return ((out - y[:, None]) ** 2).mean(axis=(1, 2)), None
        if self.loss == "bce":
            z = out[..., 0]
            return (np.logaddexp(0, z) - y * z).mean(axis=1), ((z > 0) == (y == 1)).mean(axis=1)
        top = out.max(axis=2, keepdims=True)
        logs = out - top - np.log(np.exp(out - top).sum(axis=2, keepdims=True))
        right = (out.argmax(axis=2) == y).mean(axis=1)
        return -(logs * one_hot(y, out.shape[2])).sum(axis=2).mean(axis=1), right


def xavier(n, m):
    return math.sqrt(2 / (n + m))


def he(n, m):
    return math.sqrt(2 / n)


def zeros(n, m):
    return 0.0
