"""A network that is trained while it is watched: one frame an epoch, from the initial weights on.

A run is a deterministic function of its settings, so its frames are numbered and never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.datasets import MAP, Points, grid
from dlbasic.measures.replay import Replay
from dlbasic.measures.settings import function_choice
from dlbasic.measures.tasks import Task, loss_for, outputs_for, points_for
from dlbasic.network import Member, Stack
from dlbasic.params import parameter
from dlbasic.training import Training


@dataclass(frozen=True)
class Live(Task):
    """The task, and the function of the hidden layers."""

    function: str = parameter(function_choice("tanh"))


class LiveRun(Replay):
    """A run under these settings.

    ``activation``, where given, is the chosen function with other parameters than its defaults.

    >>> run = LiveRun(Live())
    >>> run.seek(3)
    >>> run.epoch.number, run.outputs().shape
    (3, (1, 2500))
    """

    def __init__(self, settings: Live, activation: Activation | None = None) -> None:
        self.settings = settings
        self.activation = activation or ACTIVATIONS[settings.function]()
        self.train, self.test = points_for(settings.data, settings.noise)
        super().__init__()

    def begin(self) -> Training:
        settings = self.settings
        sizes = (2, settings.width, settings.width, outputs_for(settings.data))
        return Training(
            Stack(sizes, [Member(self.activation, seed=settings.seed)]), self.train, self.test,
            loss_for(settings.data), lr=settings.lr, batch_size=int(settings.batch),
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
