"""What the networks of the training page learn: data, its loss, and the way they are trained."""

from __future__ import annotations

from dataclasses import dataclass

from dlbasic.datasets import DATASETS, NOISE, Points, split
from dlbasic.losses import LOSSES, Loss
from dlbasic.params import Choice, Declared, Integer, Tick, parameter
from dlbasic.text import Text

POINTS = 400  # half of them to train on
TASK_LOSSES = {"binary": "bce", "classes": "cross_entropy", "regression": "mse"}
PLANE_DATA = {key: data.name for key, data in DATASETS.items() if data.dimensions == 2}


@dataclass(frozen=True)
class Task(Declared):
    """The data, and two hidden layers of ``width`` units trained on it by SGD."""

    data: str = parameter(
        Choice(Text(ko="데이터", en="Data"), default="circle", options=PLANE_DATA)
    )
    noise: float = parameter(NOISE)
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
