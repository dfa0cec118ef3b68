"""What the networks of the training page learn: data, its loss, and the way they are trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlbasic.activations import Activation
from dlbasic.datasets import DATASETS, NOISE, Points, split
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import LOSSES, Loss
from dlbasic.network import Member, Stack
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.params import Choice, Declared, Integer, Tick, parameter
from dlbasic.text import Text
from dlbasic.training import Training

POINTS = 400  # half of them to train on
_STARTS, _OPTIMIZERS = ("xavier_normal", "he_normal", "zeros"), ("sgd", "adam")
TASK_LOSSES = {"binary": "bce", "classes": "cross_entropy", "regression": "mse"}
PLANE_DATA = {key: data.name for key, data in DATASETS.items() if data.dimensions == 2}


@dataclass(frozen=True)
class Task(Declared):
    """The data, and ``hidden`` layers of ``width`` units that are trained on it."""

    data: str = parameter(
        Choice(Text(ko="데이터", en="Data"), default="circle", options=PLANE_DATA)
    )
    noise: float = parameter(NOISE)
    hidden: int = parameter(
        Integer(Text(ko="은닉층(hidden layer) 수", en="Hidden layers"), default=2, low=0, high=3,
                allowed=(0, 64))
    )  # fmt: skip
    width: int = parameter(
        Integer(Text(ko="은닉층의 유닛(unit) 수", en="Units in each hidden layer"), default=8,
                low=1, high=32, allowed=(1, 256))
    )  # fmt: skip
    lr: float = parameter(
        Tick(Text(ko="학습률(learning rate)", en="Learning rate"), default=0.03,
             ticks=(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
             allowed=(1e-9, 1e6))
    )  # fmt: skip
    batch: float = parameter(
        Tick(Text(ko="배치 크기(batch size)", en="Batch size"), default=10.0,
             ticks=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0), allowed=(1.0, 1e6))
    )  # fmt: skip
    initializer: str = parameter(
        Choice(
            Text(ko="초기 가중치(initial weights)", en="Initial weights"), default="xavier_normal",
            options={key: INITIALIZERS[key].name.short for key in _STARTS},
        )
    )  # fmt: skip
    optimizer: str = parameter(
        Choice(
            Text(ko="옵티마이저(optimizer)", en="Optimizer"), default="sgd",
            options={key: OPTIMIZERS[key].name for key in _OPTIMIZERS},
        )
    )  # fmt: skip
    seed: int = parameter(
        Integer(
            Text(ko="시드(초기 가중치와 배치 순서)", en="Seed (initial weights and batches)"),
            default=0, low=0, high=9999, allowed=(0, float("inf")),
        )
    )  # fmt: skip


def loss_for(data: str) -> Loss:
    """The loss that a data set's task is trained with."""
    return LOSSES[TASK_LOSSES[DATASETS[data].task]]()


def outputs_for(data: str) -> int:
    """How many outputs it takes: a probability or a value, or a score for each class."""
    return DATASETS[data].classes if DATASETS[data].task == "classes" else 1


def points_for(data: str, noise: float) -> tuple[Points, Points]:
    """The points to train on and those to test on, the same for all networks."""
    points = DATASETS[data](noise).sample(POINTS, seed=0)
    return split(points, 0.5, seed=0)


def begin(
    task: Task, networks: Iterable[tuple[Activation, int]], dtype: Any = np.float64
) -> Training:
    """The training of networks, each an activation and a seed, before its first step.

    Every bias starts at 0.
    """
    initializer = INITIALIZERS[task.initializer]()
    members = [Member(activation, initializer, seed) for activation, seed in networks]
    sizes = (2, *(task.width,) * task.hidden, outputs_for(task.data))
    train, test = points_for(task.data, task.noise)
    return Training(
        Stack(sizes, members, dtype), train, test, loss_for(task.data),
        optimizer=OPTIMIZERS[task.optimizer](), lr=task.lr, batch_size=int(task.batch),
        seed=task.seed,
    )  # fmt: skip
