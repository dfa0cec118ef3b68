"""What both the losses and PyTorch compute: values and gradients on scores that are no accident.

Outputs and targets are sines, not random numbers, so that they are the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

SAMPLES, CLASSES = 40, 5


@dataclass(frozen=True)
class LossCase:
    """A key of LOSSES with its settings, and what the targets are.

    ``smoothing`` is what is taken from the right class and spread over all of them.
    """

    loss: str
    parameters: dict[str, Any] = field(default_factory=dict)
    soft: bool = False
    smoothing: float = 0.0


LOSS_CASES: dict[str, LossCase] = {
    "mse": LossCase("mse"),
    "mae": LossCase("mae"),
    "huber": LossCase("huber"),
    "huber 0.3": LossCase("huber", {"delta": 0.3}),
    "huber 2.5": LossCase("huber", {"delta": 2.5}),
    "log_cosh": LossCase("log_cosh"),
    "bce": LossCase("bce"),
    "bce, soft labels": LossCase("bce", soft=True),
    "sigmoid_mse": LossCase("sigmoid_mse"),
    "sigmoid_mse, soft labels": LossCase("sigmoid_mse", soft=True),
    "hinge": LossCase("hinge"),
    "hinge, soft labels": LossCase("hinge", soft=True),
    "focal": LossCase("focal"),
    "focal 0": LossCase("focal", {"gamma": 0.0}),
    "focal 0.5": LossCase("focal", {"gamma": 0.5}),
    "focal 5": LossCase("focal", {"gamma": 5.0}),
    "focal, soft labels": LossCase("focal", soft=True),
    "cross_entropy": LossCase("cross_entropy"),
    "cross_entropy, soft labels": LossCase("cross_entropy", soft=True),
    "cross_entropy, smoothing 0.1": LossCase("cross_entropy", smoothing=0.1),
}


def arrays(case: LossCase) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and targets: labels, probabilities, or numbers to predict."""
    place = np.arange(SAMPLES)
    if case.loss == "cross_entropy":
        logits = 6.0 * np.sin(1.7 * np.arange(SAMPLES * CLASSES)).reshape(SAMPLES, CLASSES)
        if not case.soft:
            return logits, place % CLASSES
        shares = 1.01 + np.sin(2.3 * np.arange(SAMPLES * CLASSES)).reshape(SAMPLES, CLASSES)
        return logits, shares / shares.sum(axis=1, keepdims=True)
    outputs = 6.0 * np.sin(1.7 * place)
    if case.loss in ("mse", "mae", "huber", "log_cosh"):
        return outputs, 2.0 * np.sin(2.3 * place)
    return outputs, (0.5 + 0.5 * np.sin(2.3 * place)) if case.soft else place % 2
