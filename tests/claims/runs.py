"""Claims' outcomes, each worked out once for all tests that only look at them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import cache
from hashlib import sha256

import numpy as np
import pytest

from dlbasic.claims import CLAIMS
from dlbasic.claims.other_activations import silu
from dlbasic.claims.relu import relu_fast
from dlbasic.claims.softmax import softmax_output
from dlbasic.measures.hidden_softmax import train
from dlbasic.measures.steps_to_target import steps_to_target
from dlbasic.params import declared

_RACED = {}  # steps to the target, by the network and all that it has trained under
_TRAINED = {}  # what networks with a softmax inside have learned, by the same


def _raced(runners, points, depth, optimizer, steps, **judged):
    """``steps_to_target`` of those that have not raced so before.

    Each network gets there as it does alone, which a test of that measure holds.
    """
    drawn = points.inputs.tobytes(), points.targets.tobytes()
    of = (*drawn, depth, optimizer, steps, *judged.items())
    new = [runner for runner in dict.fromkeys(runners) if (runner, of) not in _RACED]
    if new:
        found = yield from steps_to_target(new, points, depth, optimizer, steps, **judged)
        _RACED.update(zip(((runner, of) for runner in new), found, strict=True))
    return np.array([_RACED[runner, of] for runner in runners])


def _trained(*under):
    """``hidden_softmax.train``, once for all that judge what it gives."""
    key = sha256(pickle.dumps(under)).digest()
    if key not in _TRAINED:
        _TRAINED[key] = train(*under)
    return _TRAINED[key]


def run(claim, settings):
    """The outcome of a claim, measured now, but for networks that have trained so before."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (silu, relu_fast):
            patched.setattr(module, "steps_to_target", _raced)
        patched.setattr(softmax_output, "train", _trained)
        return claim.run(settings)


@cache
def outcome(key, settings):
    """The outcome of a claim under these settings; read-only."""
    return run(CLAIMS[key], settings)


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
