"""The network at one moment of its run as JSON, from which it can be built again."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dlbasic.activations import Activation, PReLU
from dlbasic.datasets.own import Own
from dlbasic.figures.training.live.measure import At, Live, LiveRun
from dlbasic.params import declared
from dlbasic.training import Epoch

# These are told with the layers, the inputs and the loss.
_ELSEWHERE = ("features", "layers", "function", "functions", "loss", "error")


@dataclass(frozen=True)
class Wanted:
    """A moment of a run; ``functions`` are those of the hidden layers."""

    settings: Live
    functions: tuple[Activation, ...]
    at: At


@dataclass(frozen=True)
class Weights:
    """How much of the training is done, and at its end the network as JSON."""

    share_done: float
    text: str = ""


def weights(wanted: Wanted) -> Iterator[Weights]:
    """Train up to the moment wanted, or to the last one before the run diverges.

    >>> *_, last = weights(Wanted(Live(layers=()), (), At(epoch=2)))
    >>> network = json.loads(last.text)
    >>> network["at"], network["inputs"], [layer["function"] for layer in network["layers"]]
    ({'epoch': 2, 'batches': 0}, ['x1', 'x2'], ['sigmoid'])
    """
    at, keys = wanted.at, wanted.settings.by_layer
    run = LiveRun(wanted.settings, dict(zip(keys, wanted.functions, strict=True)))
    while run.epoch.number < at.epoch and not run.ended:
        run.seek(run.epoch.number + 1)
        yield Weights(run.epoch.number / (at.epoch + 1))
    epoch, batches = run.between(at.epoch, at.step), at.step
    if epoch is None:  # there is none, or it diverges on the way
        run.seek(at.epoch)
        epoch, batches = run.epoch, 0
    yield Weights(1.0, _written(_network(run, epoch, batches)))


def _network(run: LiveRun, epoch: Epoch, batches: int) -> dict[str, Any]:
    settings = run.settings
    told: dict[str, Any] = {
        "at": {"epoch": epoch.number, "batches": batches},
        "loss": {
            "name": settings.measured.key,
            "training": _finite(epoch.train_loss[0]),
            "test": _finite(epoch.test_loss[0]),
        },
    }
    if epoch.train_accuracy is not None and epoch.test_accuracy is not None:
        told["accuracy"] = {
            "training": float(epoch.train_accuracy[0]), "test": float(epoch.test_accuracy[0])
        }  # fmt: skip
    told["settings"] = {
        name: getattr(settings, name) for name in declared(settings) if name not in _ELSEWHERE
    } | {"batch": int(settings.batch)}
    if settings.given:
        told["data"] = _placed(settings.given)
    return {**told, "inputs": list(settings.features), "layers": _layers(run)}


def _placed(own: Own) -> dict[str, Any]:
    """How the reader's own points come onto the plane: a value is ``(value - centre) / size``."""
    axes = ("x1", "x2", "target")[: 3 if own.task == "regression" else 2]
    places = zip(axes, own.scalings, strict=False)
    scalings = {axis: {"centre": s.centre, "size": s.size} for axis, s in places}
    return {"classes": list(own.names), **scalings} if own.names else scalings


def _layers(run: LiveRun) -> list[dict[str, Any]]:
    """Each layer from the inputs' side; a row of weights is what comes into one unit.

    The last one's function is what makes predictions of its sums.
    """
    stack = run.training.stack
    functions: list[tuple[str, dict[str, Any]]] = [
        (f.key, {name: getattr(f, name) for name in declared(f)}) for f in run.activations
    ]
    prelus = [given for (key, given) in functions if key == PReLU.key]
    for given, alpha in zip(prelus, stack.alphas(0), strict=True):
        given["alpha"] = alpha  # as learned so far
    functions.append((run.settings.measured.head, {}))
    return [
        {
            "function": key,
            "parameters": given,
            "weights": w[0, :, :-1].tolist(),
            "biases": w[0, :, -1].tolist(),
        }
        for (key, given), w in zip(functions, stack.weights, strict=True)
    ]


def _finite(value: Any) -> float | None:
    """JSON has no number for what is beyond all numbers."""
    return float(value) if math.isfinite(value) else None


def _written(network: dict[str, Any]) -> str:
    """JSON with every digit, each row of numbers in one line."""
    text = json.dumps(network, indent=2, allow_nan=False)
    return re.sub(r"\[([^][{}]+)\]", lambda row: f"[{' '.join(row[1].split())}]", text) + "\n"
