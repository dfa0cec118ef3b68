"""Time of a training step, per network, beside textbook NumPy and PyTorch's eager mode.

All three train the same networks on the same points with the same formulas, precision, batches and
plain SGD, whole epochs at a time in turns and on one thread, so that a slow moment of the machine
meets all of them: trust the medians of ratios more than the microseconds.  The shuffling of each
epoch is part of it.  PyTorch is measured where it is installed.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import textbook
from dlbasic.activations import ACTIVATIONS, GELU, Activation, Sigmoid, Tanh
from dlbasic.datasets import DATASETS, Points
from dlbasic.losses import LOSSES
from dlbasic.network import Member, Stack
from dlbasic.training import Training

SAMPLES, LR = 200, 0.03
RACERS: tuple[Activation, ...] = (
    *(ACTIVATIONS[key]() for key in ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu")),
    GELU("tanh"),
    *(ACTIVATIONS[key]() for key in ("silu", "mish", "softplus")),
)
RACE = tuple(f for f in RACERS for _ in range(8))
DEEP = (2, *(16,) * 20, 1)
MLP = (2, 8, 8, 1)


@dataclass(frozen=True)
class Work:
    """Networks of one shape, one for each function, trained at one batch size."""

    name: str
    sizes: tuple[int, ...]
    functions: tuple[Activation, ...]
    batch: int
    dtype: Any = np.float32
    beside: bool = True  # whether the others are measured too

    @property
    def steps(self) -> int:
        """Steps in an epoch."""
        return -(-SAMPLES // self.batch)

    @property
    def epochs(self) -> int:
        """Epochs in a turn: together at least ten steps."""
        return -(-10 // self.steps)


WORKS = [
    Work("mlp-b10", MLP, (Tanh(),), 10),
    Work("mlp-b32", MLP, (Tanh(),), 32),
    Work("mlp-full", MLP, (Tanh(),), SAMPLES),
    Work("deep-b10", DEEP, (Sigmoid(),), 10),
    Work("deep-full", DEEP, (Sigmoid(),), SAMPLES),
    Work("stack80-b10", MLP, RACE, 10),
    Work("stack80-full", MLP, RACE, SAMPLES),
    Work("mlp-b10-float64", MLP, (Tanh(),), 10, np.float64),
    Work("mlp-full-float64", MLP, (Tanh(),), SAMPLES, np.float64),
    Work("deep-b10-float64", DEEP, (Sigmoid(),), 10, np.float64),
    Work("stack80-b10-float64", MLP, RACE, 10, np.float64),
]
# How the cost grows with one thing at a time, from the same tanh network.
GROWTH = {
    "width": [Work(f"width-{n}", (2, n, n, 1), (Tanh(),), 10, beside=False)
              for n in (2, 4, 8, 16, 32, 64)],
    "depth": [Work(f"depth-{n}", (2, *(8,) * n, 1), (Tanh(),), 10, beside=False)
              for n in (0, 1, 2, 4, 8, 16, 32, 64)],
    "batch": [Work(f"batch-{n}", MLP, (Tanh(),), n, beside=False) for n in (1, 5, 10, 50, 200)],
    "K": [Work(f"K-{n}", MLP, (Tanh(),) * n, 10, beside=False) for n in (1, 2, 4, 8, 16, 80, 320)],
}  # fmt: skip


def points() -> Points:
    return DATASETS["spiral"]().sample(SAMPLES, seed=0)


def engine(work: Work) -> Callable[[], object]:
    """A turn of the engine, without the records that :meth:`Training.epochs` takes."""
    stack = _stack(work)
    every = points()
    run = Training(stack, every, every, LOSSES["bce"](), lr=LR, batch_size=work.batch)
    steps = work.steps * work.epochs
    return lambda: run.advance(steps)


def _stack(work: Work) -> Stack:
    members = [Member(f, seed=seed) for seed, f in enumerate(work.functions)]
    return Stack(work.sizes, members, work.dtype)


def by_the_book(work: Work) -> Callable[[], object]:
    stack, every = _stack(work), points()
    x = every.inputs.astype(work.dtype)
    y = every.targets.astype(work.dtype).reshape(-1, 1)
    runs = [
        textbook.epochs(
            textbook.Network([w[k] for w in stack.weights], f.key), x, y, work.batch, LR, k
        )
        for k, f in enumerate(work.functions)
    ]

    def turn() -> None:
        for run in runs:
            for _ in range(work.epochs):
                next(run)

    return turn


def pytorch(work: Work) -> Callable[[], object] | None:
    """A turn in eager mode; of a race only one seed of each function."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    nn = torch.nn
    layer: dict[str, Callable[[], Any]] = {
        "identity": nn.Identity, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU,
        "leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "gelu": lambda: nn.GELU(approximate="tanh"),
        "silu": nn.SiLU, "mish": nn.Mish, "softplus": nn.Softplus,
    }  # fmt: skip
    kind = torch.float32 if work.dtype is np.float32 else torch.float64
    every = points()
    x = torch.tensor(every.inputs, dtype=kind)
    y = torch.tensor(every.targets, dtype=kind).reshape(-1, 1)

    def run(f: Activation) -> Iterator[None]:
        layers: list[Any] = []
        for before, units in zip(work.sizes, work.sizes[1:], strict=False):
            layers += [nn.Linear(before, units, dtype=kind), layer[f.key]()]
        network = nn.Sequential(*layers[:-1])
        optimizer = torch.optim.SGD(network.parameters(), lr=LR)
        loss = nn.BCEWithLogitsLoss()
        while True:
            order = torch.randperm(SAMPLES)
            for start in range(0, SAMPLES, work.batch):
                chosen = order[start : start + work.batch]
                optimizer.zero_grad()
                loss(network(x[chosen]), y[chosen]).backward()
                optimizer.step()
            yield

    runs = [run(f) for f in dict.fromkeys(work.functions)]

    def turn() -> None:
        for one in runs:
            for _ in range(work.epochs):
                next(one)

    return turn


def measure(rounds: int) -> list[dict[str, Any]]:
    """Rows with the median microseconds per network and step, and the medians of the ratios."""
    return [_row(work, rounds) for work in [*WORKS, *(w for ws in GROWTH.values() for w in ws)]]


def _row(work: Work, rounds: int) -> dict[str, Any]:
    count = len(work.functions)
    contenders: dict[str, tuple[Callable[[], object], int]] = {"us": (engine(work), count)}
    if work.beside:
        contenders["textbook_us"] = by_the_book(work), count
        torch = pytorch(work)
        if torch is not None:
            contenders["torch_us"] = torch, len(set(work.functions))
    times: dict[str, list[float]] = {name: [] for name in contenders}
    # Each turn takes long enough to be timed, and short enough for turns to be side by side.
    repeats = {name: _repeats(turn) for name, (turn, _) in contenders.items()}
    for _ in range(rounds):
        for name, (turn, networks) in contenders.items():
            start = time.perf_counter()
            for _ in range(repeats[name]):
                turn()
            spent = time.perf_counter() - start
            steps = repeats[name] * work.epochs * work.steps
            times[name].append(1e6 * spent / steps / networks)
    row: dict[str, Any] = {
        "work": work.name, "networks": count, "batch": work.batch, "sizes": list(work.sizes),
        "dtype": np.dtype(work.dtype).name,
    }  # fmt: skip
    for name in ("us", "textbook_us", "torch_us"):
        row[name] = statistics.median(times[name]) if name in times else None
    for name in ("textbook", "torch"):
        others = times.get(f"{name}_us")
        row[f"ratio_{name}"] = (
            statistics.median(other / own for other, own in zip(others, times["us"], strict=True))
            if others
            else None
        )
    return row


def _repeats(turn: Callable[[], object]) -> int:
    turn()
    start = time.perf_counter()
    turn()
    return max(1, round(0.004 / (time.perf_counter() - start)))


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text, and how the cost grows."""
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "?")
    lines = [
        f"µs per network and step; {SAMPLES} points of the spiral; BLAS threads: {threads}",
        f"{'work':22} {'engine':>8} {'textbook':>9} {'PyTorch':>8} {'to textbook':>12} "
        f"{'to PyTorch':>11}",
    ]
    written = {row["work"]: row for row in rows}

    def cell(value: float | None, width: int, end: str = "") -> str:
        return f"{value:.2f}{end}".rjust(width) if value is not None else "–".rjust(width)

    for work in WORKS:
        row = written[work.name]
        lines.append(
            f"{work.name:22} {cell(row['us'], 8)} {cell(row['textbook_us'], 9)} "
            f"{cell(row['torch_us'], 8)} {cell(row['ratio_textbook'], 11)}× "
            f"{cell(row['ratio_torch'], 10)}×"
        )
    for what, works in GROWTH.items():
        cells = [f"{w.name.rpartition('-')[2]}: {written[w.name]['us']:.2f}" for w in works]
        lines.append(f"with {what:6} {'  '.join(cells)}")
    return "\n".join(lines)
