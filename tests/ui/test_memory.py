"""Whatever a link may say, a worker has the memory for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlbasic.claims import CLAIMS, laps
from dlbasic.figures.gradient_flow.cures.measure import Cures, compare
from dlbasic.figures.gradient_flow.dying.measure import Dying, dying_units
from dlbasic.figures.gradient_flow.microscope.measure import Microscope, views
from dlbasic.figures.losses.class_numbers.measure import ClassNumbers, try_numberings
from dlbasic.figures.training.compare.measure import Compare, run_race
from dlbasic.measures.settings import FUNCTIONS
from dlbasic.params import Integer, declared
from dlbasic.text import both
from dlbasic.ui.kept import Kept

EVERY = tuple(FUNCTIONS)
LARGEST = {
    # The variants are trained one after the other, and the passes are as large at every epoch.
    "race": (
        run_race,
        Compare(
            data="spiral5",
            seeds=32,
            layers=(32,) * 6,
            share=0.9,
            batch=400.0,
            epochs=2,
            optimizer="adam",
            dropout=0.5,
        ),
    ),
    "dying": (dying_units, Dying(functions=EVERY, seeds=20, epochs=200)),
    # The passes are as large at every epoch.
    "cures": (
        compare,
        Cures(functions=EVERY, depth=30, seeds=10, epochs=2, optimizer="adam", skip=True),
    ),
    "microscope": (
        views,
        Microscope(functions=EVERY, depth=50, width=64, batch=64, seeds=20, dtype="float32"),
    ),
    "class_numbers": (try_numberings, ClassNumbers(classes="5", width=32).tried),
}


def largest(claim):
    """The claim's settings with as many seeds, steps, layers and units as a reader can choose."""
    most = {
        name: param.high
        for name, param in declared(claim.defaults).items()
        if isinstance(param, Integer) and name != "seed"
    }
    return replace(claim.defaults, **most)


# The claims that come nearest to what a worker may have.
NEAR = ("dying-relu", "prelu", "elu")
LARGEST |= {key: (laps, (key, largest(CLAIMS[key]))) for key in NEAR}


@pytest.mark.full
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_settings_fit_into_a_worker(name):
    steps, settings = LARGEST[name]
    assert Kept(steps).get(settings, both("wait"), "en").share_done == 1.0
