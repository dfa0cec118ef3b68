"""A network as the browser draws and computes it, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

MOST_FRAMES = 256  # that the browser may ask for at once


@dataclass(frozen=True)
class Table:
    """A function as the browser computes it: evenly spaced values, straight lines between them.

    Beyond ``low`` and ``high`` it goes on with the slopes ``left`` and ``right``.  PReLU's slope on
    the negative side is learned and comes with each frame.
    """

    values: tuple[float, ...]
    left: float
    right: float
    prelu: bool = False
    low: float = -16.0
    high: float = 16.0


@dataclass(frozen=True)
class Named:
    """A function that a layer may have, by its key in a link, and what it is called.

    ``short`` is its name where there is little room, ``symbol`` the one that a formula has, empty
    where the formula has none.
    """

    key: str
    name: str
    short: str
    symbol: str


@dataclass(frozen=True)
class Limits:
    """How much of each there may be: what the drawing offers is what a link can say.

    ``units`` is for each layer, ``weight`` the largest that can be set by hand, ``edits`` how many,
    ``seed`` the highest, ``frames`` how many the browser may ask for at once.
    """

    layers: int
    units: int
    edits: int
    weight: int
    seed: int = 0
    frames: int = MOST_FRAMES


@dataclass(frozen=True)
class Wiring:
    """A network that the browser draws and computes from its parameters, of which a frame consists.

    A frame's bytes are then little-endian float32: the parameters, layer by layer, of each a row of
    weights and the bias for each unit, then PReLU's slopes; the norm of each layer's gradient; 1
    for each hidden unit that is dead and 0 for any other; for a classification the confusion
    matrices on the training and on the test points, true classes by row.

    ``features`` and ``function_keys`` are what it has, ``every_feature`` (keys and names) and
    ``every_function`` all that there are; ``next_seed`` is the seed that a new one
    is; ``fixed`` are the parameters that have no control in the drawing.
    """

    features: tuple[str, ...]
    every_feature: tuple[tuple[str, str], ...]
    layers: tuple[int, ...]
    outputs: int
    function_keys: tuple[str, ...]
    every_function: tuple[Named, ...]
    functions: tuple[int, ...]
    tables: tuple[Table, ...]
    head: Literal["identity", "sigmoid", "softmax"]
    batches: int
    limits: Limits
    next_seed: int = 0
    edits: str = ""
    fixed: tuple[str, ...] = ()

    @property
    def parameters(self) -> int:
        """How many parameters it has."""
        sizes = (len(self.features), *self.layers, self.outputs)
        weights = sum((a + 1) * b for a, b in pairwise(sizes))
        return weights + sum(self.tables[place].prelu for place in self.functions)

    def floats(self, classes: int) -> int:
        """How many numbers a frame has, where points are of so many classes, or of none."""
        return self.parameters + len(self.layers) + 1 + sum(self.layers) + 2 * classes**2


@dataclass(frozen=True)
class View:
    """How a network is shown and where playing stops, which is no part of its run.

    ``points`` says whether a press on the map adds one.
    """

    test: bool = True
    discretise: bool = False
    speed: str = "1"
    stop_loss: float | None = None
    stop_accuracy: float | None = None
    stop_epoch: float | None = None
    points: bool = False
