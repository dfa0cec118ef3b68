"""The network as the browser draws it: its features, layers and functions."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dlbasic.activations import Activation, PReLU
from dlbasic.charts.theme import function_names
from dlbasic.datasets import FEATURES
from dlbasic.figures.training.live.measure import LARGEST, MOST_EDITS, LiveRun
from dlbasic.measures.tasks import LAST_SEED, MOST_LAYERS, MOST_UNITS
from dlbasic.text import Language, Text, both
from dlbasic.ui import Limits, Named, Table, Wiring

VALUES = 2049  # of a table, 64 for each step of 1
_FAR = 1e3  # an input at which every function is as it goes on
_LIMITS = Limits(
    layers=MOST_LAYERS, units=MOST_UNITS, edits=MOST_EDITS, weight=LARGEST, seed=LAST_SEED
)
# Where the usual name is too long for a layer's head, and where a formula has another than its own.
_SHORT = {
    "tanh": both("tanh"), "leaky_relu": both("LReLU"), "softplus": both("softplus"),
    "identity": Text(ko="항등", en="Identity"),
}  # fmt: skip
_SYMBOLS = {"sigmoid": "σ", "tanh": "tanh", "softplus": "softplus", "identity": ""}


def wiring(run: LiveRun, language: Language, fixed: tuple[str, ...]) -> Wiring:
    """The network of a run; ``fixed`` are the parameters that the drawing has no control for."""
    settings = run.settings
    kinds = list(dict.fromkeys(run.activations))
    return Wiring(
        features=settings.features,
        every_feature=tuple((key, feature.label[language]) for key, feature in FEATURES.items()),
        layers=settings.layers,
        outputs=settings.outputs,
        function_keys=settings.by_layer,
        every_function=_functions(language),
        functions=tuple(kinds.index(f) for f in run.activations),
        tables=tuple(map(_table, kinds)),
        head=settings.measured.head,
        batches=run.training.batches,
        limits=_LIMITS,
        next_seed=settings.seed + 1 if settings.seed < LAST_SEED else 0,
        edits=settings.edits,
        fixed=fixed,
    )


def _functions(language: Language) -> tuple[Named, ...]:
    formula = function_names("en")
    return tuple(
        Named(
            key, name,
            short=_SHORT[key][language] if key in _SHORT else name,
            symbol=_SYMBOLS.get(key, formula[key].replace(" ", "")),
        )
        for key, name in function_names(language).items()
    )  # fmt: skip


@lru_cache(maxsize=32)
def _table(f: Activation) -> Table:
    table = Table((), 0.0, 0.0)
    values = f(np.linspace(table.low, table.high, VALUES))
    left, right = f.grad(np.array([-_FAR, _FAR])).tolist()
    return Table(
        tuple(float(f"{value:.7g}") for value in values), left, right, isinstance(f, PReLU)
    )
