"""A run that can be watched: a deterministic function of its settings, gone through by epoch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlbasic.params import Declared, Place, parameter
from dlbasic.text import Text
from dlbasic.training import Divergence, Epoch, Training

MAX_EPOCHS = 2000
_NOTHING = np.empty(0)


def epoch_shown(of: tuple[str, ...] = ()) -> Place:
    """Declare the epoch at which a run is shown, a run under the settings ``of`` these names."""
    label = Text(ko="보여 줄 에포크", en="Epoch shown")
    return Place(label, default=0, low=0, high=MAX_EPOCHS, of=of)


@dataclass(frozen=True)
class Watched(Declared):
    """The epoch at which a figure's only run is shown."""

    epoch: int = parameter(epoch_shown())


class Replay(ABC):
    """A single network's training, at an epoch that :meth:`seek` sets.

    The epochs are numbered from 0, the start, and never change.  A subclass says how the training
    begins, and may :meth:`note` more of each epoch than its losses.  Both are kept, so that what is
    told of an epoch that has passed needs no training.
    """

    def __init__(self) -> None:
        self.epochs: list[Epoch] = []  # all that have been trained, wherever the run is
        self.notes: list[NDArray[np.float64]] = []  # of the same epochs
        self.restart()

    @abstractmethod
    def begin(self) -> Training:
        """The training before its first step."""

    def restart(self) -> None:
        """Stand at the start."""
        self.training = self.begin()
        self._over = self.between_epochs = False
        self._keep(self.training.measure())

    def _keep(self, epoch: Epoch) -> None:
        """Stand at an epoch.  One that was there before is the same."""
        self._number = epoch.number
        if epoch.number == len(self.epochs):
            self.epochs.append(epoch)
            self.notes.append(self.note())

    def note(self) -> NDArray[np.float64]:
        """What else is told of the epoch that the run is at: a few numbers, measured once."""
        return _NOTHING

    def rest(self) -> None:
        """Let go of what the next epoch can make again: many runs may be waiting for readers."""
        self.training.stack.rest()

    @property
    def epoch(self) -> Epoch:
        """What was measured at the epoch that the run is at."""
        return self.epochs[self._number]

    @property
    def noted(self) -> NDArray[np.float64]:
        """What else is told of it."""
        return self.notes[self._number]

    @property
    def divergence(self) -> Divergence | None:
        """Where the run has diverged, if it has."""
        return self.training.divergences.get(0)

    @property
    def ended(self) -> bool:
        """Whether no epoch follows."""
        return self.broken or self.training.epoch >= MAX_EPOCHS

    @property
    def broken(self) -> bool:
        """Whether the epoch that follows diverges, or ends with weights that give NaN."""
        return self._over or self.divergence is not None

    def needs_start(self, number: int) -> bool:
        """Whether it takes a new beginning to stand at an epoch."""
        astray = self.between_epochs and (number == self._number or self.broken)
        return number < self._number or astray

    def seek(self, number: int) -> None:
        """Go to an epoch, or to the last one before it; one that has passed is trained anew.

        The epoch in which a run diverges is none of its epochs, nor is one that ends with weights
        that give NaN.
        """
        if self.needs_start(number):
            self.restart()
        parameters = self.training.stack.parameters
        while self._number < number and not self.ended:
            before = parameters.copy()
            self.advance(self.training.batches - self.training.batch)
            self.between_epochs = False
            epoch = self.training.measure()
            if not np.isnan([epoch.train_loss, epoch.test_loss]).any():
                self._keep(epoch)
                continue
            self._end()
            parameters[:] = before

    def _end(self) -> None:
        """End with weights that give NaN: they diverge in the next steps, which say where."""
        for _ in self.training.epochs(3):
            pass
        self._over = True

    def between(self, number: int, batch: int) -> Epoch | None:
        """Go on from an epoch by so many batches, fewer than it has; None where it diverges there.

        The next epoch goes on from there.
        """
        if self.broken and number == self._number:
            self.restart()  # its parameters are no longer those of that epoch
        passed = batch < self.training.batch
        if number != self._number or (self.between_epochs and passed):
            self.seek(number)
        if self._number != number or self.ended or not 0 < batch < self.training.batches:
            return None
        self.between_epochs = True
        self.advance(batch - self.training.batch)
        measured = self.training.measure()
        if not np.isnan([measured.train_loss, measured.test_loss]).any():
            return measured
        self._end()
        return None

    def advance(self, steps: int) -> None:
        """Take so many steps, fewer where the run diverges."""
        if steps:
            self.training.advance(steps)
