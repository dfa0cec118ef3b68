"""Compute every case with PyTorch in float64 and write what came out, to compare the engine with.

``python -m tests.reference.make_pytorch`` needs PyTorch (made with 2.13); writes ``pytorch.json``,
what training gave, ``pytorch_deep.json``, what a batch shows in each layer of a deep network, and
``pytorch_losses.json``, what each loss and its gradient are.  PyTorch has no log-cosh, hinge and
focal loss: there the formula is written out and the gradient is that of its autograd.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tests.reference.cases import (
    CASES,
    DEEP,
    STEPS,
    Case,
    Deep,
    batches,
    deep_batch,
    deep_weights,
    points,
    weights,
)
from tests.reference.loss_cases import LOSS_CASES, LossCase, arrays

FOLDER = Path(__file__).parent


def activation(case: Case | Deep) -> nn.Module:
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


def loss(
    key: str,
    outputs: torch.Tensor,
    targets: torch.Tensor,
    reduction: str = "mean",
    **settings: float,
) -> torch.Tensor:
    given = {
        "mse": nn.functional.mse_loss,
        "mae": nn.functional.l1_loss,
        "huber": nn.functional.huber_loss,
        "bce": nn.functional.binary_cross_entropy_with_logits,
        "cross_entropy": nn.functional.cross_entropy,
    }
    if key == "sigmoid_mse":
        key, outputs = "mse", torch.sigmoid(outputs)
    if key in given:
        return given[key](outputs, targets, reduction=reduction, **settings)
    values = {"log_cosh": log_cosh, "hinge": hinge, "focal": focal}[key](
        outputs, targets, **settings
    )
    return values.mean() if reduction == "mean" else values


def log_cosh(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return torch.log(torch.cosh(outputs - targets))


def hinge(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Labels between 0 and 1 weigh the losses of the two labels."""
    return labels * torch.relu(1 - logits) + (1 - labels) * torch.relu(1 + logits)


def focal(logits: torch.Tensor, labels: torch.Tensor, gamma: float = 2.0) -> torch.Tensor:
    """Labels between 0 and 1 weigh the losses of the two labels, ``(1 - p)^γ·(-log p)`` each."""

    def of_side(z: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(-z) ** gamma * -nn.functional.logsigmoid(z)

    return labels * of_side(logits) + (1 - labels) * of_side(-logits)


def values_and_gradient(case: LossCase) -> dict[str, object]:
    """The loss of each sample, and the gradient of their sum."""
    outputs, targets = map(torch.tensor, arrays(case))
    outputs.requires_grad_()
    settings = dict(case.parameters)
    if case.loss == "cross_entropy":
        settings["label_smoothing"] = case.smoothing
    else:
        targets = targets.to(torch.float64)
    values = loss(case.loss, outputs, targets, "none", **settings)
    values.sum().backward()
    return {"values": values.tolist(), "gradient": outputs.grad.tolist()}


def optimizer(case: Case, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    if case.optimizer == "adam":
        return torch.optim.Adam(parameters, lr=case.lr)
    momentum = 0.0 if case.optimizer == "sgd" else 0.9
    return torch.optim.SGD(
        parameters, lr=case.lr, momentum=momentum, nesterov=case.optimizer == "nesterov"
    )


def affine(w: np.ndarray) -> nn.Linear:
    made = nn.Linear(w.shape[1] - 1, len(w), dtype=torch.float64)
    made.weight.data, made.bias.data = torch.tensor(w[:, :-1]), torch.tensor(w[:, -1])
    return made


def run(case: Case) -> dict[str, object]:
    """The gradients of the first step, and the parameters and mean loss after the last."""
    linears = [affine(w) for w in weights(case)]
    layers: list[nn.Module] = []
    for linear in linears:
        layers += [linear, activation(case).to(torch.float64)]
    network = nn.Sequential(*layers[:-1])
    parameters = list(network.parameters())
    inputs, targets = map(torch.tensor, points(case))
    if case.loss != "cross_entropy":
        targets = targets.to(torch.float64).reshape(len(inputs), -1)
    stepper, rng = optimizer(case, parameters), np.random.default_rng([0, 4])
    first, steps = None, 0
    while steps < STEPS:
        for chosen in batches(case, rng)[: STEPS - steps]:
            stepper.zero_grad()
            penalty = sum(
                case.l1 * linear.weight.abs().sum() + case.l2 / 2 * (linear.weight**2).sum()
                for linear in linears
            )
            (loss(case.loss, network(inputs[chosen]), targets[chosen]) + penalty).backward()
            if first is None:
                first = [joined(linear.weight.grad, linear.bias.grad) for linear in linears]
            stepper.step()
            steps += 1
    return {
        "first_gradients": first,
        "weights": [joined(linear.weight.data, linear.bias.data) for linear in linears],
        "alphas": [m.weight.item() for m in network if isinstance(m, nn.PReLU)],
        "loss": loss(case.loss, network(inputs), targets).item(),
    }


def joined(weight: torch.Tensor, bias: torch.Tensor) -> list[list[float]]:
    return torch.column_stack([weight, bias]).tolist()


def profile(case: Deep) -> dict[str, list[float]]:
    """Norms of the gradients in each layer, and mean and spread of each hidden one's outputs.

    ``delta`` is the gradient at the weighted sums, ``arriving`` that at hidden layers' outputs.
    """
    inputs, labels = map(torch.tensor, deep_batch(case))
    linears = [affine(w) for w in deep_weights(case)]
    sums, outputs, x = [], [], inputs
    for linear in linears[:-1]:
        sums.append(linear(x))
        y = activation(case)(sums[-1])
        # From the inputs to the first layer no way leads around.
        x = y + x if case.skip and outputs and y.shape == x.shape else y
        outputs.append(x)
    sums.append(linears[-1](x))
    for tensor in (*sums, *outputs):
        tensor.retain_grad()
    targets = labels.to(torch.float64).reshape(-1, 1)
    nn.functional.binary_cross_entropy_with_logits(sums[-1], targets).backward()
    return {
        "delta": norms(sums),
        "weight": norms(linear.weight for linear in linears),
        "bias": norms(linear.bias for linear in linears),
        "arriving": norms(outputs),
        "mean": [a.mean().item() for a in outputs],
        "std": [a.std(correction=0).item() for a in outputs],
    }


def norms(tensors: Iterable[torch.Tensor]) -> list[float]:
    return [torch.linalg.vector_norm(tensor.grad).item() for tensor in tensors]


def write(file: str, results: dict[str, object]) -> None:
    """One line for each case."""
    lines = [f"{json.dumps(name)}: {json.dumps(result)}" for name, result in results.items()]
    (FOLDER / file).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    write("pytorch.json", {name: run(case) for name, case in CASES.items()})
    write("pytorch_deep.json", {name: profile(case) for name, case in DEEP.items()})
    write("pytorch_losses.json", {name: values_and_gradient(c) for name, c in LOSS_CASES.items()})
