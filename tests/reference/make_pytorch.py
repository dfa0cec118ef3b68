"""Train every case with PyTorch in float64 and write what came out, to compare the engine with.

``python -m tests.reference.make_pytorch`` needs PyTorch (made with 2.13); writes ``pytorch.json``.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tests.reference.cases import CASES, STEPS, Case, batches, points, weights

FILE = Path(__file__).parent / "pytorch.json"


def activation(case: Case) -> nn.Module:
    given = case.parameters
    return {
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "relu": nn.ReLU,
        "leaky_relu": lambda: nn.LeakyReLU(given.get("alpha", 0.01)),
        # Made in float32, an alpha such as -0.1 would stay rounded.
        "prelu": lambda: nn.PReLU(init=given.get("alpha", 0.25), dtype=torch.float64),
        "elu": lambda: nn.ELU(given.get("alpha", 1.0)),
        "gelu": lambda: nn.GELU(approximate=given.get("approximate", "none")),
        "silu": nn.SiLU,
        "mish": nn.Mish,
        "identity": nn.Identity,
        "softplus": lambda: nn.Softplus(threshold=1000.0),
    }[case.activation]()


def loss(case: Case, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    if case.loss == "cross_entropy":
        return nn.functional.cross_entropy(outputs, targets)
    targets = targets.to(torch.float64).reshape(len(outputs), -1)
    return {
        "mse": nn.functional.mse_loss,
        "mae": nn.functional.l1_loss,
        "huber": nn.functional.huber_loss,
        "bce": nn.functional.binary_cross_entropy_with_logits,
        "sigmoid_mse": lambda o, t: nn.functional.mse_loss(torch.sigmoid(o), t),
    }[case.loss](outputs, targets)


def optimizer(case: Case, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    if case.optimizer == "adam":
        return torch.optim.Adam(parameters, lr=case.rate)
    momentum = 0.0 if case.optimizer == "sgd" else 0.9
    return torch.optim.SGD(
        parameters, lr=case.rate, momentum=momentum, nesterov=case.optimizer == "nesterov"
    )


def run(case: Case) -> dict[str, object]:
    """The gradients of the first step, and the parameters and mean loss after the last."""
    linears = []
    for w in weights(case):
        linear = nn.Linear(w.shape[1] - 1, len(w), dtype=torch.float64)
        linear.weight.data, linear.bias.data = torch.tensor(w[:, :-1]), torch.tensor(w[:, -1])
        linears.append(linear)
    layers: list[nn.Module] = []
    for linear in linears:
        layers += [linear, activation(case).to(torch.float64)]
    network = nn.Sequential(*layers[:-1])
    parameters = list(network.parameters())
    inputs, targets = map(torch.tensor, points(case))
    stepper, rng = optimizer(case, parameters), np.random.default_rng([0, 4])
    first, steps = None, 0
    while steps < STEPS:
        for chosen in batches(case, rng)[: STEPS - steps]:
            stepper.zero_grad()
            penalty = sum(
                case.l1 * linear.weight.abs().sum() + case.l2 / 2 * (linear.weight**2).sum()
                for linear in linears
            )
            (loss(case, network(inputs[chosen]), targets[chosen]) + penalty).backward()
            if first is None:
                first = [joined(linear.weight.grad, linear.bias.grad) for linear in linears]
            stepper.step()
            steps += 1
    return {
        "first_gradients": first,
        "weights": [joined(linear.weight.data, linear.bias.data) for linear in linears],
        "alphas": [m.weight.item() for m in network if isinstance(m, nn.PReLU)],
        "loss": loss(case, network(inputs), targets).item(),
    }


def joined(weight: torch.Tensor, bias: torch.Tensor) -> list[list[float]]:
    return torch.column_stack([weight, bias]).tolist()


if __name__ == "__main__":
    results = {name: run(case) for name, case in CASES.items()}
    lines = [f"{json.dumps(name)}: {json.dumps(result)}" for name, result in results.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
