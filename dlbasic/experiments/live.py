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
from dlbasic.network import Member, Stack
from dlbasic.params import Declared, Integer, parameter
from dlbasic.text import Text
from dlbasic.training import Divergence, Epoch, Training

MAX_EPOCHS = 2000
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
        Integer(Text(ko="시드(초기 가중치)", en="Seed (initial weights)"), default=0, low=0,
                high=9999, allowed=(0, float("inf")))
    )  # fmt: skip


class LiveRun:
    """A run under these settings, at an epoch that :meth:`seek` sets.

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
        self._begin()

    def _begin(self) -> None:
        settings = self.settings
        sizes = (2, settings.width, settings.width, outputs_for(settings.data))
        self._training = Training(
            Stack(sizes, [Member(self.activation, seed=settings.seed)]), self.train, self.test,
            loss_for(settings.data), rate=settings.rate, batch_size=int(settings.batch),
            seed=settings.seed,
        )  # fmt: skip
        self.epochs: list[Epoch] = [self._training.measure()]

    @property
    def epoch(self) -> Epoch:
        """What was measured at the epoch that the run is at."""
        return self.epochs[-1]

    @property
    def divergence(self) -> Divergence | None:
        """Where the run has diverged, if it has."""
        return self._training.divergences.get(0)

    @property
    def ended(self) -> bool:
        """Whether no epoch follows."""
        return self.divergence is not None or self._training.epoch >= MAX_EPOCHS

    def seek(self, number: int) -> None:
        """Go to an epoch, or to the last one before it; one that has passed is trained anew.

        The epoch in which a run diverges is none of its epochs, nor is one that ends with weights
        that give NaN.
        """
        if number < self.epoch.number:
            self._begin()
        parameters = self._training.stack.parameters
        while self.epoch.number < number and not self.ended:
            before = parameters.copy()
            epoch = next(self._training.epochs(1))
            if not np.isnan([epoch.train_loss, epoch.test_loss]).any():
                self.epochs.append(epoch)
                continue
            for _ in self._training.epochs(MAX_EPOCHS):
                pass  # weights that give NaN diverge in the next steps, which say where
            parameters[:] = before

    def outputs(self) -> NDArray[Any]:
        """The outputs over the plane, ``(outputs, MAP·MAP)``: scores, or values for regression."""
        outputs: NDArray[Any] = self._training.stack.outputs(_PLANE)[0]
        return outputs

    def points(self) -> tuple[Points, NDArray[np.bool_]]:
        """All points, and which of them are for testing."""
        inputs = np.concatenate([self.train.inputs, self.test.inputs])
        targets = np.concatenate([self.train.targets, self.test.targets])
        return Points(inputs, targets), np.arange(len(inputs)) >= len(self.train)


_PLANE = grid(MAP)
