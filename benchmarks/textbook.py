"""Training as a tutorial writes it: layer objects, ``x @ W + b``, a new array for each result.

What the engine is measured against.  The formulas of the activations are those of the frameworks'
documentation, in the type of the input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
ROOT_2_OVER_PI = 0.7978845608028654


def sigmoid(z: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-z))


def softplus(z: Floats) -> Floats:
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def gelu(z: Floats) -> Floats:
    return 0.5 * z * (1.0 + np.tanh(ROOT_2_OVER_PI * (z + 0.044715 * z**3)))


def gelu_slope(z: Floats) -> Floats:
    t = np.tanh(ROOT_2_OVER_PI * (z + 0.044715 * z**3))
    return 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t**2) * ROOT_2_OVER_PI * (1.0 + 0.134145 * z**2)


def mish_slope(z: Floats) -> Floats:
    t = np.tanh(softplus(z))
    return t + z * (1.0 - t**2) * sigmoid(z)


def sigmoid_slope(z: Floats) -> Floats:
    s = sigmoid(z)
    return s * (1.0 - s)


def silu_slope(z: Floats) -> Floats:
    s = sigmoid(z)
    return s + z * s * (1.0 - s)


# Value and slope of the weighted sum.
FUNCTIONS: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "identity": (lambda z: z, np.ones_like),
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (np.tanh, lambda z: 1.0 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(0.0, z), lambda z: (z > 0).astype(z.dtype)),
    "leaky_relu": (
        lambda z: np.where(z > 0, z, 0.01 * z),
        lambda z: np.where(z > 0, 1.0, 0.01).astype(z.dtype),
    ),
    "elu": (
        lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0.0)) - 1.0),
        lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0.0))).astype(z.dtype),
    ),
    "gelu": (gelu, gelu_slope),
    "silu": (lambda z: z * sigmoid(z), silu_slope),
    "mish": (lambda z: z * np.tanh(softplus(z)), mish_slope),
    "softplus": (softplus, sigmoid),
}


class Dense:
    """A fully connected layer."""

    def __init__(self, weights: Floats, bias: Floats) -> None:
        self.W, self.b = weights, bias

    def forward(self, x: Floats) -> Floats:
        self.x = x
        return x @ self.W + self.b

    def backward(self, dz: Floats) -> Floats:
        self.dW = self.x.T @ dz
        self.db = dz.sum(axis=0)
        return dz @ self.W.T

    def update(self, lr: float) -> None:
        self.W -= lr * self.dW
        self.b -= lr * self.db


class Function:
    """An activation as a layer: keeps its input for the slope."""

    def __init__(self, name: str) -> None:
        self.value, self.slope = FUNCTIONS[name]

    def forward(self, z: Floats) -> Floats:
        self.z = z
        return self.value(z)

    def backward(self, dy: Floats) -> Floats:
        return dy * self.slope(self.z)


class Network:
    """Layers in a list, binary cross-entropy on a sigmoid output."""

    def __init__(self, weights: list[Floats], function: str) -> None:
        """``weights`` of shape (units, units before + 1), the bias last."""
        self.layers: list[Any] = []
        for w in weights:
            self.layers += [Dense(w[:, :-1].T.copy(), w[:, -1].copy()), Function(function)]
        self.layers.pop()

    def step(self, x: Floats, y: Floats, lr: float) -> None:
        out = x
        for layer in self.layers:
            out = layer.forward(out)
        grad = (sigmoid(out) - y) / len(x)
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        for layer in self.layers:
            if isinstance(layer, Dense):
                layer.update(lr)


def epochs(
    network: Network, x: Floats, y: Floats, batch: int, lr: float, seed: int
) -> Iterator[None]:
    """Shuffle, cut, step; one epoch each time."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            network.step(x[chosen], y[chosen], lr)
        yield
