"""A deep network that is trained while the gradient in each of its layers is watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import DATASETS, split
from dlbasic.diagnostics import delta_norms
from dlbasic.experiments.base import FUNCTIONS, function_choice, seed_choice
from dlbasic.experiments.deep import RULE, SCALE, rescale
from dlbasic.experiments.replay import Replay
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import BCE
from dlbasic.network import Member, Stack, Trace
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.params import Choice, Declared, Flag, Integer, Tick, parameter
from dlbasic.text import Text, both
from dlbasic.training import Training

Float64s = NDArray[np.float64]

WIDTH, POINTS, BATCH = 16, 400, 10
DECADES = (-12, 12)  # the powers of ten that the picture tells apart


@dataclass(frozen=True)
class DeepLiveSettings(Declared):
    """``depth`` hidden layers of 16 units on the circle, trained with batches of 10."""

    function: str = parameter(function_choice("sigmoid", FUNCTIONS))
    depth: int = parameter(
        Integer(Text(ko="은닉층의 수", en="Hidden layers"), default=8, low=1, high=30,
                allowed=(1, 64))
    )  # fmt: skip
    rule: str = parameter(Choice(RULE.label, default="xavier_normal", options=RULE.options))
    scale: float = parameter(SCALE)
    skip: bool = parameter(Flag(Text(ko="잔차 연결", en="Skip connections")))
    optimizer: str = parameter(
        Choice(Text(ko="옵티마이저", en="Optimizer"), default="adam",
               options={"sgd": both("SGD"), "adam": both("Adam")})
    )  # fmt: skip
    rate: float = parameter(
        Tick(Text(ko="학습률(learning rate)", en="Learning rate"), default=0.003,
             ticks=(0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0))
    )  # fmt: skip
    seed: int = parameter(seed_choice())


class DeepLiveRun(Replay):
    """A run under these settings; its notes are the gradient's norms at the hidden layers.

    >>> run = DeepLiveRun(DeepLiveSettings(depth=3))
    >>> run.seek(2)
    >>> [note.shape for note in run.notes]
    [(3,), (3,), (3,)]
    """

    def __init__(self, settings: DeepLiveSettings) -> None:
        self.settings = settings
        self.train, self.test = split(DATASETS["circle"]().sample(POINTS, seed=0), 0.5, seed=0)
        super().__init__()

    def begin(self) -> Training:
        settings = self.settings
        member = Member(
            ACTIVATIONS[settings.function](), INITIALIZERS[settings.rule](), settings.seed
        )
        sizes = (2, *(WIDTH,) * settings.depth, 1)
        stack = Stack(sizes, [member], skip=settings.skip)
        rescale(stack, settings.scale)
        self._whole = Trace(stack, len(self.train))
        self._rows = stack.with_ones(self.train.inputs)
        self._targets = BCE().prepare(self.train.targets, 1, stack.dtype)
        return Training(
            stack, self.train, self.test, BCE(), optimizer=OPTIMIZERS[settings.optimizer](),
            rate=settings.rate, batch_size=BATCH, seed=settings.seed,
        )  # fmt: skip

    def note(self) -> Float64s:
        """The norm of the gradient at each hidden layer's weighted sums, ``(hidden,)``.

        Of the mean loss over all training points, at the parameters as they now are.
        """
        whole = self._whole
        with np.errstate(all="ignore"):
            whole.forward(self._rows.T)
            whole.backward(self._rows, BCE(), self._targets, np.asarray(1.0 / len(self.train)))
        return delta_norms(whole)[:-1, 0]

    def column(self) -> bytes:
        """The gradients at the epoch that the run is at, as the player reads them."""
        return as_bytes(self.notes[-1])


def as_bytes(norms: NDArray[Any]) -> bytes:
    """Norms as bytes: 0 for 0, else 1 to 255 evenly over the powers of ten of ``DECADES``.

    What is beyond an end is there with what is at it, and so is what is too large for a number.

    >>> list(as_bytes(np.array([0.0, 1e-300, 1e-12, 1.0, 1e12, np.inf, np.nan])))
    [0, 1, 1, 128, 255, 255, 255]
    """
    low, high = DECADES
    with np.errstate(divide="ignore"):
        share = (np.log10(norms) - low) / (high - low)
    levels = 1 + np.rint(254 * np.clip(np.nan_to_num(share, nan=1.0), 0.0, 1.0))
    return np.where(norms == 0, 0, levels).astype(np.uint8).tobytes()
