"""What is trained both by the engine and by PyTorch: settings, points and initial weights.

Points and weights come from sines, not from a random generator, so that they are the same numbers
everywhere.
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
    rate: float = 0.1
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
    "mae": Case(loss="mae", rate=0.02),
    "huber": Case(loss="huber"),
    "sigmoid_mse": Case(loss="sigmoid_mse", rate=1.0),
    "cross_entropy": Case(loss="cross_entropy", sizes=(2, 5, 4, 3)),
    "mse, two outputs": Case(loss="mse", sizes=(2, 5, 4, 2)),
    "momentum": Case(optimizer="momentum"),
    "nesterov": Case(optimizer="nesterov"),
    "adam": Case(optimizer="adam", rate=0.01),
    "l1": Case(l1=0.003),
    "l2": Case(l2=0.01),
    "l1 and l2, adam": Case(l1=0.001, l2=0.01, optimizer="adam", rate=0.01),
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
    if case.loss in ("bce", "sigmoid_mse"):
        return inputs, (inputs[:, 0] * inputs[:, 1] > 0).astype(np.int64)
    outputs = np.arange(case.sizes[-1])
    return inputs, np.sin(inputs[:, :1] + 2.0 * inputs[:, 1:] + outputs)


def batches(case: Case, epoch_orders: np.random.Generator) -> list[np.ndarray]:
    """One epoch's batches as the engine draws them; a full batch is not shuffled."""
    whole = case.batch >= SAMPLES
    order = np.arange(SAMPLES) if whole else epoch_orders.permutation(SAMPLES)
    return [order[start : start + case.batch] for start in range(0, SAMPLES, case.batch)]
