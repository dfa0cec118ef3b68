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
    """The presets that differ, by name: for most claims the quick one is the default one."""
    named = {name: getattr(claim, name) for name in ("defaults", "quick", "control")}
    if claim.quick == claim.defaults:
        del named["quick"]
    return named


def few_seeds(claim, settings):
    """The same settings with as few seeds as a reader can choose, and all else a quick run has."""
    less = {name: getattr(claim.quick, name) for name in claim.cheaper}
    if "seeds" in declared(settings):
        less["seeds"] = declared(settings)["seeds"].low
    return replace(settings, **less)


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

# Each preset; where a quick run differs from the default one, the latter takes seconds.
RUNS = [
    pytest.param(
        claim, settings, id=f"{key}-{name}",
        marks=[pytest.mark.full] * (name == "defaults" and claim.quick != claim.defaults),
    )
    for key, claim in CLAIMS.items()
    for name, settings in presets(claim).items()
]  # fmt: skip
every_run = pytest.mark.parametrize(("claim", "settings"), RUNS)
