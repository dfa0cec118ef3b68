"""A network that is trained while it is watched: one frame an epoch, from the initial weights on.

A run is a deterministic function of its settings, so its frames are numbered and never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.arrays import Float64s, Floats
from dlbasic.datasets import Points
from dlbasic.measures.replay import Replay, epoch_shown
from dlbasic.measures.tasks import Task, begin
from dlbasic.network import Trace
from dlbasic.params import Choice, Declared, Flag, Mark, Place, Tick, declared, parameter
from dlbasic.text import Text, both
from dlbasic.training import Training

MOST_EDITS = 20
LARGEST = 1000  # of a weight that is set by hand
_EDIT = rf"(?a:\d{{1,7}}:\d{{1,5}}:-?(?:{LARGEST}|\d{{1,3}}(?:\.\d{{1,12}})?(?:e-\d{{1,3}})?))"


# The settings that make a run; others only show it.
_OF_A_RUN = (
    *declared(Task),
    *(f"{key}.{name}" for key, kind in ACTIVATIONS.items() for name in declared(kind)),
)


class Edit(NamedTuple):
    """A parameter set by hand: before the step after ``step`` steps, which one, and its value."""

    step: int
    parameter: int
    value: float


@dataclass(frozen=True)
class Live(Task):
    """The task, and the weights that were set by hand on the way."""

    edits: str = parameter(
        Mark(
            Text(ko="직접 바꾼 가중치", en="Weights set by hand"),
            rf"{_EDIT}(?:,{_EDIT}){{0,{MOST_EDITS - 1}}}",
            of=_OF_A_RUN,
        )
    )

    @property
    def edited(self) -> tuple[Edit, ...]:
        """The edits in the order of their steps.

        >>> Live(edits="40:3:-0.5,0:1:2").edited
        (Edit(step=0, parameter=1, value=2.0), Edit(step=40, parameter=3, value=-0.5))
        """
        parts = [edit.split(":") for edit in self.edits.split(",") if edit]
        edits = [Edit(int(step), int(parameter), float(value)) for step, parameter, value in parts]
        return tuple(sorted(edits, key=lambda edit: edit.step))


@dataclass(frozen=True)
class View(Declared):
    """How a run is shown and where it stops; none of it changes the run."""

    test: bool = parameter(Flag(Text(ko="테스트 데이터 표시", en="Show test data"), default=True))
    discretise: bool = parameter(Flag(Text(ko="예측한 클래스만 표시", en="Predicted class only")))
    stop_loss: float = parameter(
        Tick(
            Text(ko="멈출 훈련 손실 (0: 끔)", en="Stop at training loss (0: off)"), default=0.0,
            ticks=(0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5),
        )
    )  # fmt: skip
    stop_accuracy: float = parameter(
        Tick(
            Text(ko="멈출 훈련 정확도 (0: 끔)", en="Stop at training accuracy (0: off)"),
            default=0.0, ticks=(0.0, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0),
        )
    )  # fmt: skip
    stop_epoch: float = parameter(
        Tick(
            Text(ko="멈출 에포크 (0: 끔)", en="Stop at epoch (0: off)"), default=0.0,
            ticks=(0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0),
        )
    )  # fmt: skip
    speed: str = parameter(
        Choice(
            Text(ko="재생 속도", en="Playing speed"), default="1",
            options={"1": both("1×"), "2": both("2×"), "4": both("4×"),
                     "max": Text(ko="최대 속도", en="as fast as it goes")},
        )
    )  # fmt: skip


@dataclass(frozen=True)
class At(Declared):
    """Where in the run the reader stands: after an epoch, and so many batches of the next."""

    epoch: int = parameter(epoch_shown(_OF_A_RUN))
    step: int = parameter(
        Place(Text(ko="그다음 배치 수", en="Batches into the next epoch"), default=0, low=0,
              high=2000, of=_OF_A_RUN)
    )  # fmt: skip


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

    ``functions`` are those by key that are not at their defaults; others may be among them.

    >>> run = LiveRun(Live())
    >>> run.seek(3)
    >>> run.epoch.number, len(run.state())
    (3, 132)
    """

    def __init__(self, settings: Live, functions: Mapping[str, Activation] | None = None) -> None:
        self.settings = settings
        known = functions or {}
        self.activations = tuple(known.get(key) or ACTIVATIONS[key]() for key in settings.by_layer)
        self.train, self.test = settings.shown()
        self._trace: Trace | None = None
        super().__init__()

    def begin(self) -> Training:
        networks = [(self.activations, self.settings.seed)]
        training = begin(self.settings, networks, shown=(self.train, self.test))
        self._trace = None
        self._edit(training)
        return training

    def advance(self, steps: int) -> None:
        training = self.training
        end = training.step + steps
        while training.step < end and training.running:
            following = [edit.step for edit in self.settings.edited if edit.step > training.step]
            super().advance(min([end, *following]) - training.step)
            self._edit(training)

    def _edit(self, training: Training) -> None:
        """Set what is set by hand at this step; an index beyond the parameters means none."""
        for edit in self.settings.edited:
            known = edit.parameter < len(training.stack.parameters)
            if edit.step == training.step and known and training.running:
                training.set_parameter(edit.parameter, edit.value)

    def rest(self) -> None:
        super().rest()
        self._trace = None

    def _passed(self) -> Trace:
        """The training points passed on and back at this moment, whatever dropout does."""
        stack, loss = self.training.stack, self.settings.measured
        self._trace = stack.backpropagate(self.train, loss, self._trace)
        return self._trace

    def note(self) -> NDArray[np.float64]:
        """What weights that all start at 0 have come to, as :class:`FromZero`; else nothing."""
        if self.settings.initializer != "zeros" or not self.settings.layers:
            return super().note()
        stack, trace = self.training.stack, self._passed()
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

    def state(self) -> Float64s:
        """All that is drawn of the network at this moment, one number after another.

        Its parameters as :meth:`Training.flat_parameters` orders them; the norm of each layer's
        gradient of the mean loss with respect to its weights, without biases and penalties; for
        each hidden unit 1 where its slope is 0 on every training point; for a classification how
        many training points, then how many test points, of each class (row) are given each class.
        """
        trace = self._passed()
        with np.errstate(over="ignore"):
            norms = [np.linalg.norm(gradient[0, :, :-1]) for gradient in trace.weight_gradients]
        dead = [(slopes[0] == 0.0).all(axis=1) for slopes in trace.slopes]
        parts = [self.training.flat_parameters(), norms, *dead]
        if self.settings.kind != "regression":
            tested = self.training.stack.outputs(self.test.inputs)[0]
            for points, outputs in ((self.train, trace.z[-1][0]), (self.test, tested)):
                parts.append(self._confusion(points, outputs))
        return np.concatenate([np.asarray(part, np.float64).ravel() for part in parts])

    def _confusion(self, points: Points, outputs: Floats) -> NDArray[np.intp]:
        """How many points of each class, by row, are given each class, by column."""
        several = self.settings.kind == "classes"
        given = outputs.argmax(axis=0) if several else (outputs[0] > 0.0).astype(np.intp)
        classes = self.settings.classes
        pairs = np.asarray(points.targets) * classes + given
        return np.bincount(pairs, minlength=classes**2)
