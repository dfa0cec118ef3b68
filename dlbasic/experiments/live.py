"""A network that is trained while it is watched: one frame an epoch, from the initial weights on.

A run is a deterministic function of its settings, so its frames are numbered and never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.datasets import DATASETS, NOISE, Points, grid, split
from dlbasic.experiments.base import FUNCTIONS, function_choice
from dlbasic.experiments.race import BATCH, DATA, POINTS, RATE, WIDTH, loss_for, outputs_for
from dlbasic.experiments.replay import Replay
from dlbasic.network import Member, Stack
from dlbasic.params import Declared, Integer, parameter
from dlbasic.text import Text
from dlbasic.training import Training

MAP = 50  # the output map has MAP·MAP points


@dataclass(frozen=True)
class LiveSettings(Declared):
    """Two hidden layers of ``width`` units, trained by SGD."""

    data: str = parameter(DATA)
    noise: float = parameter(NOISE)
    function: str = parameter(function_choice("tanh", FUNCTIONS))
    width: int = parameter(WIDTH)
    rate: float = parameter(RATE)
    batch: float = parameter(BATCH)
    seed: int = parameter(
        Integer(
            Text(ko="시드(초기 가중치와 배치 순서)", en="Seed (initial weights and batches)"),
            default=0, low=0, high=9999, allowed=(0, float("inf")),
        )
    )  # fmt: skip


class LiveRun(Replay):
    """A run under these settings.

    ``activation``, where given, is the chosen function with other parameters than its defaults.

    >>> run = LiveRun(LiveSettings())
    >>> run.seek(3)
    >>> run.epoch.number, run.outputs().shape
    (3, (1, 2500))
    """

    def __init__(self, settings: LiveSettings, activation: Activation | None = None) -> None:
        self.settings = settings
        self.activation = activation or ACTIVATIONS[settings.function]()
        data = DATASETS[settings.data](settings.noise)
        self.train, self.test = split(data.sample(POINTS, seed=0), 0.5, seed=0)
        super().__init__()

    def begin(self) -> Training:
        settings = self.settings
        sizes = (2, settings.width, settings.width, outputs_for(settings.data))
        return Training(
            Stack(sizes, [Member(self.activation, seed=settings.seed)]), self.train, self.test,
            loss_for(settings.data), rate=settings.rate, batch_size=int(settings.batch),
            seed=settings.seed,
        )  # fmt: skip

    def outputs(self) -> NDArray[Any]:
        """The outputs over the plane, ``(outputs, MAP·MAP)``: scores, or values for regression."""
        outputs: NDArray[Any] = self.training.stack.outputs(_PLANE)[0]
        return outputs

    def points(self) -> tuple[Points, NDArray[np.bool_]]:
        """All points, and which of them are for testing."""
        inputs = np.concatenate([self.train.inputs, self.test.inputs])
        targets = np.concatenate([self.train.targets, self.test.targets])
        return Points(inputs, targets), np.arange(len(inputs)) >= len(self.train)


_PLANE = grid(MAP)
