"""What both the engine and PyTorch compute: networks that are trained, and deep ones that are not.

Those that are trained start from sines, not from a random generator, so that their points and
weights are the same numbers everywhere.  Deep ones need weights without such a pattern: they come
from the integers of PCG64, of which NumPy guarantees that a seed always gives the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

STEPS = 100
SAMPLES = 24


@dataclass(frozen=True)
class Case:
    """One training run: keys of ACTIVATIONS, LOSSES and OPTIMIZERS with their settings."""

    activation: str = "tanh"
    parameters: dict[str, Any] = field(default_factory=dict)
    loss: str = "bce"
    optimizer: str = "sgd"
    lr: float = 0.1
    l1: float = 0.0
    l2: float = 0.0
    sizes: tuple[int, ...] = (2, 5, 4, 1)
    batch: int = SAMPLES


CASES: dict[str, Case] = {
    **{
        key: Case(key)
        for key in ("sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "gelu", "silu", "mish")
    },
    "identity": Case("identity"),
    "softplus": Case("softplus"),
    "leaky_relu 0.2": Case("leaky_relu", {"alpha": 0.2}),
    "prelu -0.1": Case("prelu", {"alpha": -0.1}),
    "elu 0.5": Case("elu", {"alpha": 0.5}),
    "gelu tanh": Case("gelu", {"approximate": "tanh"}),
    "mse": Case(loss="mse"),
    "mae": Case(loss="mae", lr=0.02),
    "huber": Case(loss="huber"),
    "log_cosh": Case(loss="log_cosh"),
    "sigmoid_mse": Case(loss="sigmoid_mse", lr=1.0),
    "hinge": Case(loss="hinge", lr=0.02),
    "focal": Case(loss="focal", lr=0.5),
    "cross_entropy": Case(loss="cross_entropy", sizes=(2, 5, 4, 3)),
    "mse, two outputs": Case(loss="mse", sizes=(2, 5, 4, 2)),
    "momentum": Case(optimizer="momentum"),
    "nesterov": Case(optimizer="nesterov"),
    "adam": Case(optimizer="adam", lr=0.01),
    "l1": Case(l1=0.003),
    "l2": Case(l2=0.01),
    "l1 and l2, adam": Case(l1=0.001, l2=0.01, optimizer="adam", lr=0.01),
    "mini-batches": Case(batch=7),
    "no hidden layer": Case(sizes=(2, 1)),
    "twenty sigmoid layers": Case("sigmoid", sizes=(2, *(6,) * 20, 1)),
}


def weights(case: Case) -> list[np.ndarray]:
    """Initial weights ``(units, units before + 1)`` of each layer, the bias last."""
    made, start = [], 0
    for before, units in zip(case.sizes, case.sizes[1:], strict=False):
        count = units * (before + 1)
        made.append(np.sin(1.7 * np.arange(start, start + count)).reshape(units, before + 1))
        start += count
    return made


def points(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Inputs ``(samples, 2)``, and targets: labels, or numbers of shape ``(samples, outputs)``."""
    place = np.arange(SAMPLES)
    inputs = 1.5 * np.column_stack([np.sin(2.3 * place), np.cos(1.1 * place)])
    if case.loss == "cross_entropy":
        return inputs, place % case.sizes[-1]
    if case.loss in ("bce", "sigmoid_mse", "hinge", "focal"):
        return inputs, (inputs[:, 0] * inputs[:, 1] > 0).astype(np.int64)
    outputs = np.arange(case.sizes[-1])
    return inputs, np.sin(inputs[:, :1] + 2.0 * inputs[:, 1:] + outputs)


def batches(case: Case, epoch_orders: np.random.Generator) -> list[np.ndarray]:
    """One epoch's batches as the engine draws them; a full batch is not shuffled."""
    whole = case.batch >= SAMPLES
    order = np.arange(SAMPLES) if whole else epoch_orders.permutation(SAMPLES)
    return [order[start : start + case.batch] for start in range(0, SAMPLES, case.batch)]


@dataclass(frozen=True)
class Deep:
    """A network that one batch is sent through, forth and back, with binary cross-entropy.

    ``variance`` is that of a weight times the number of inputs to its unit: 1 as LeCun's rule has
    it, and between layers of one width Xavier's; 2 as He's.
    """

    activation: str
    sizes: tuple[int, ...]
    variance: float = 1.0
    parameters: dict[str, Any] = field(default_factory=dict)
    skip: bool = False


def _sizes(depth: int, width: int) -> tuple[int, ...]:
    return (*(width,) * (depth + 1), 1)


UNEVEN = (5, 8, 8, 8, 12, 12, 9, 16, 16, 16, 10, 1)  # widths that change let no skip through

DEEP: dict[str, Deep] = {
    **{
        f"{key}, 20 layers": Deep(key, _sizes(20, 12), variance)
        for key, variance in {
            "sigmoid": 1.0, "tanh": 1.0, "relu": 2.0, "leaky_relu": 2.0, "prelu": 2.0, "elu": 1.0,
            "gelu": 2.0, "silu": 2.0, "mish": 2.0,
        }.items()
    },
    "tanh, 10 layers": Deep("tanh", _sizes(10, 8)),
    "sigmoid, 50 layers": Deep("sigmoid", _sizes(50, 8)),
    "tanh, 50 layers": Deep("tanh", _sizes(50, 16)),
    "relu, 50 layers": Deep("relu", _sizes(50, 16), 2.0),
    "gelu tanh, uneven": Deep("gelu", UNEVEN, 2.0, {"approximate": "tanh"}),
    "prelu -0.1, uneven, skip": Deep("prelu", UNEVEN, 1.0, {"alpha": -0.1}, skip=True),
    "tanh, 20 layers, skip": Deep("tanh", _sizes(20, 12), 0.5, skip=True),
    "relu, 50 layers, skip": Deep("relu", _sizes(50, 8), 0.1, skip=True),
}  # fmt: skip


def _even(seed: int, count: int) -> np.ndarray:
    """Numbers spread evenly over ``[-1, 1)``, each exact: 53 bits of the generator's 64."""
    return (np.random.PCG64(seed).random_raw(count) >> np.uint64(11)) * 2.0**-52 - 1.0


def deep_weights(case: Deep) -> list[np.ndarray]:
    """Weights ``(units, units before + 1)`` of each layer, the bias, up to 0.1, last."""
    sides = list(zip(case.sizes, case.sizes[1:], strict=False))
    ends = np.cumsum([units * (before + 1) for before, units in sides])
    made = np.split(_even(0, ends[-1]), ends[:-1])
    for layer, (before, units) in enumerate(sides):
        made[layer] = made[layer].reshape(units, before + 1)
        made[layer][:, :-1] *= np.sqrt(3.0 * case.variance / before)
        made[layer][:, -1] *= 0.1
    return made


def deep_batch(case: Deep) -> tuple[np.ndarray, np.ndarray]:
    """Inputs ``(samples, features)`` of variance 1, and labels."""
    inputs = np.sqrt(3.0) * _even(1, SAMPLES * case.sizes[0]).reshape(SAMPLES, -1)
    return inputs, np.arange(SAMPLES) % 2
