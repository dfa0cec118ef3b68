"""The layers of a stack of networks: which function each has, and where its parameters lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from dlbasic.activations import Activation, PReLU
from dlbasic.arrays import Floats
from dlbasic.initializers import INITIALIZERS, Initializer

MAX_HIDDEN_LAYERS = 64
XAVIER = INITIALIZERS["xavier_normal"]()
DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


@dataclass(frozen=True)
class Member:
    """One network of a stack: its activation, for all hidden layers or one for each, and its start.

    ``initializer`` draws the weights from ``seed``, layer after layer; every bias starts at
    ``bias``.  Two members with the same seed and kind of initializer start from the same draws.
    """

    activation: Activation | tuple[Activation, ...]
    initializer: Initializer = XAVIER
    seed: int = 0
    bias: float = 0.0

    def activations(self, hidden: int) -> tuple[Activation, ...]:
        """The activation of each hidden layer.  Raises ``ValueError`` for the wrong number."""
        if isinstance(self.activation, Activation):
            return (self.activation,) * hidden
        if len(self.activation) != hidden:
            raise ValueError(f"{hidden} hidden layers need as many activations, not "
                             f"{len(self.activation)}")  # fmt: skip
        return self.activation


@dataclass(frozen=True)
class Group:
    """Neighbouring networks of a stack that have the same activation in one layer."""

    activation: Activation
    networks: slice
    alpha: Floats | None  # PReLU's learned slopes (networks, 1, 1), a view of the parameters


class Layers:
    """The layers of networks with ``sizes`` inputs, hidden units and outputs, and their parameters.

    See :class:`~dlbasic.network.Stack`, which passes data through them.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        members: Sequence[Member],
        dtype: Any = np.float64,
        skip: bool = False,
    ) -> None:
        self.sizes = tuple(int(size) for size in sizes)
        self.skip = skip
        self.members = tuple(members)
        self.dtype = np.dtype(dtype)
        self.hidden = len(self.sizes) - 2
        if not 0 <= self.hidden <= MAX_HIDDEN_LAYERS or min(self.sizes) < 1:
            raise ValueError("sizes must be inputs, up to 64 hidden layers and outputs, "
                             f"each at least 1, not {tuple(sizes)}")  # fmt: skip
        if self.dtype not in DTYPES:
            raise ValueError(f"dtype must be float32 or float64, not {self.dtype}")
        if not self.members:
            raise ValueError("a stack needs at least one member")
        self._lay_out([member.activations(self.hidden) for member in self.members])
        self._start()

    def __len__(self) -> int:
        return len(self.members)

    def skips(self, layer: int) -> bool:
        """Whether hidden layer ``layer``, from 0, adds its input to its output."""
        inner = 0 < layer < self.hidden
        return self.skip and inner and self.sizes[layer] == self.sizes[layer + 1]

    def _lay_out(self, activations: list[tuple[Activation, ...]]) -> None:
        """Make the flat vector and the views: layer after layer, then PReLU's slopes."""
        count = len(self)
        sides = list(zip(self.sizes, self.sizes[1:], strict=False))
        shapes = [(count, units, before + 1) for before, units in sides]
        runs = []  # of equal activations in each hidden layer
        for layer in range(self.hidden):
            column = [functions[layer] for functions in activations]
            kinds = groupby(range(count), key=lambda k: _kind(column[k]))
            runs.append([[*run] for _, run in kinds])
        learned = [
            (layer, run)
            for layer, layer_runs in enumerate(runs)
            for run in layer_runs
            if isinstance(activations[run[0]][layer], PReLU)
        ]
        self.alpha_ends = np.cumsum([len(run) for _, run in learned])[:-1]
        ends = np.cumsum([math.prod(shape) for shape in shapes] + [len(run) for _, run in learned])
        self.parameters: Floats = np.zeros(int(ends[-1]), self.dtype)
        self._parts = shapes, ends[:-1], [run for _, run in learned]
        parts = np.split(self.parameters, ends[:-1])
        self.weights = as_weights(parts, shapes)
        alphas = {}
        for (layer, run), part in zip(learned, parts[len(shapes) :], strict=True):
            part[:] = [activations[k][layer].alpha for k in run]  # type: ignore[attr-defined]
            alphas[layer, run[0]] = part.reshape(-1, 1, 1)
        self.groups = [
            [
                Group(activations[run[0]][layer], slice(run[0], run[-1] + 1),
                      alphas.get((layer, run[0])))
                for run in layer_runs
            ]
            for layer, layer_runs in enumerate(runs)
        ]  # fmt: skip

    @cached_property
    def is_weight(self) -> npt.NDArray[np.bool_]:
        """Which parameters are weights, neither biases nor PReLU's slopes."""
        shapes, ends, _ = self._parts
        marks = np.zeros(len(self.parameters), np.bool_)
        for mark in as_weights(np.split(marks, ends), shapes):
            mark[..., :-1] = True
        return marks

    @cached_property
    def owner(self) -> npt.NDArray[np.intp]:
        """Each parameter's network."""
        shapes, ends, runs = self._parts
        owners = np.empty(len(self.parameters), np.intp)
        parts = np.split(owners, ends)
        for part in as_weights(parts, shapes):
            part[...] = np.arange(len(self))[:, None, None]
        for part, run in zip(parts[len(shapes) :], runs, strict=True):
            part[:] = run
        return owners

    @cached_property
    def places(self) -> npt.NDArray[np.intp]:
        """Where network 0's parameters lie: its matrices row by row, then PReLU's slopes."""
        shapes, ends, runs = self._parts
        parts = np.split(np.arange(len(self.parameters)), ends)
        matrices = [part[0].ravel() for part in as_weights(parts, shapes)]
        alphas = [
            part[:1] for part, run in zip(parts[len(shapes) :], runs, strict=True) if run[0] == 0
        ]
        return np.concatenate([*matrices, *alphas])

    def _start(self) -> None:
        """Draw every network's initial weights from its own seed, in float64."""
        for k, member in enumerate(self.members):
            rng = np.random.default_rng(member.seed)
            for w in self.weights:
                w[k, :, :-1] = member.initializer.draw(rng, w.shape[2] - 1, w.shape[1])
                w[k, :, -1] = member.bias

    def alphas(self, k: int) -> list[float]:
        """PReLU's slope as learned so far in each hidden layer of network ``k`` that has one."""
        return [
            float(group.alpha[k - group.networks.start, 0, 0])
            for layer in self.groups
            for group in layer
            if group.alpha is not None and group.networks.start <= k < group.networks.stop
        ]

    def spread(self, values: ArrayLike) -> Floats:
        """A value for each network, ``(networks,)``, as one for each parameter."""
        spread: Floats = np.asarray(values, self.dtype)[self.owner]
        return spread

    def with_ones(self, inputs: ArrayLike) -> Floats:
        """Inputs ``(samples, features)`` in the stack's type, a column of ones behind them.

        Raises ``ValueError`` unless there is one feature for each input unit.
        """
        rows = np.asarray(inputs)
        if rows.ndim != 2 or rows.shape[1] != self.sizes[0]:
            raise ValueError(f"inputs must have shape (samples, {self.sizes[0]}), not {rows.shape}")
        joined = np.ones((len(rows), self.sizes[0] + 1), self.dtype)
        joined[:, :-1] = rows
        return joined


def as_weights(parts: Sequence[Any], shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """Views of flat parts as weights ``(networks, units, units before + 1)``, layer by layer.

    In memory the first layer's lie as they are seen, so that all networks' together are one matrix
    for the inputs they share.  The others' lie transposed, which their three products read faster.
    """
    return [
        part.reshape(k, before, units).swapaxes(1, 2) if layer else part.reshape(k, units, before)
        for layer, (part, (k, units, before)) in enumerate(zip(parts, shapes, strict=False))
    ]


def _kind(activation: Activation) -> Any:
    """What networks must share to be computed together; PReLU's slope may differ."""
    return PReLU if isinstance(activation, PReLU) else activation
