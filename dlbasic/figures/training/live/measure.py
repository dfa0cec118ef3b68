"""A network that is trained while it is watched: one frame an epoch, from the initial weights on.

A run is a deterministic function of its settings, so its frames are numbered and never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.datasets import MAP, Points, grid
from dlbasic.measures.replay import Replay
from dlbasic.measures.settings import function_choice
from dlbasic.measures.tasks import Task, begin, loss_for, points_for
from dlbasic.params import parameter
from dlbasic.training import Training


@dataclass(frozen=True)
class Live(Task):
    """The task, and the function of the hidden layers."""

    function: str = parameter(function_choice("tanh"))


class FromZero(NamedTuple):
    """Of weights that all start at 0: the largest size of each of these at one epoch.

    The hidden units' outputs on the training data, the weights, the gradients of the mean loss with
    respect to them, and the difference between the weights of two units of a layer, coming in and
    going out.
    """

    output: float
    weight: float
    gradient: float
    difference: float

    @property
    def stuck(self) -> bool:
        """Whether no weight can ever change: with outputs of 0 nor can any sample change one."""
        return self.output == self.weight == self.gradient == 0.0


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
        return begin(self.settings, [(self.activation, self.settings.seed)])

    def note(self) -> NDArray[np.float64]:
        """What weights that all start at 0 have come to, as :class:`FromZero`; else nothing."""
        if self.settings.initializer != "zeros" or not self.settings.hidden:
            return super().note()
        stack = self.training.stack
        trace = stack.backpropagate(self.train, loss_for(self.settings.data))
        largest = [
            max(float(np.abs(part).max()) for part in parts)
            for parts in (
                trace.a,
                [w[..., :-1] for w in stack.weights],
                [gradient[..., :-1] for gradient in trace.weight_gradients],
                [w - w[:, :1] for w in stack.weights[:-1]],  # what comes into a layer's units
                [(w - w[..., :1])[..., :-1] for w in stack.weights[1:]],  # what goes out of them
            )
        ]
        return np.array([*largest[:3], max(largest[3:])])

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
