"""Claims' outcomes, each worked out once for all tests that only look at them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from dlbasic.claims import CLAIMS
from dlbasic.params import declared


@cache
def outcome(key, settings):
    """The outcome of a claim under these settings; read-only."""
    return CLAIMS[key].run(settings)


def presets(claim):
    """The presets by name."""
    return {name: getattr(claim, name) for name in ("defaults", "control")}


def few_seeds(claim, settings):
    """The same settings with as few seeds as a reader can choose."""
    if "seeds" in declared(settings):
        return replace(settings, seeds=declared(settings)["seeds"].low)
    return settings


def cheap(claim, settings):
    """The same with as few seeds, epochs, steps and layers as a reader can choose."""
    params = declared(settings)
    least = {
        name: params[name].low for name in ("epochs", "steps") if hasattr(params.get(name), "low")
    }
    least |= {name: params[name].ticks[0] for name in ("deepest",) if name in params}
    return replace(few_seeds(claim, settings), **least)


def further(*values):
    """Values that only the full check goes through."""
    return [pytest.param(value, marks=pytest.mark.full) for value in values]


every_claim = pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))

RUNS = [
    pytest.param(claim, settings, id=f"{key}-{name}")
    for key, claim in CLAIMS.items()
    for name, settings in presets(claim).items()
]
every_run = pytest.mark.parametrize(("claim", "settings"), RUNS)
