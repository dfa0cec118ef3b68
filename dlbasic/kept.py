"""Writes the results that every reader finds at the default settings: ``python -m dlbasic.kept``.

It works each of them out and writes those that have changed; run it whenever what is measured has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlbasic.claims import CLAIMS, laps
from dlbasic.figures.gradient_flow.cures.measure import Cures, compare
from dlbasic.figures.gradient_flow.dying.measure import Dying, dying_units
from dlbasic.figures.losses.class_numbers.measure import ClassNumbers, try_numberings
from dlbasic.figures.overview.stage.measure import TASK, learn
from dlbasic.figures.training.compare.measure import BY, Compare, run_race
from dlbasic.results import encoded, load, made_here, path_of, save

Steps = Callable[[Any], Iterator[Any]]

# What is measured at first sight where it takes long: how, and under which settings.
DEFAULTS: tuple[tuple[Steps, Any], ...] = (
    *((run_race, Compare(by=by)) for by in BY),
    (dying_units, Dying()),
    (compare, Cures()),
    (try_numberings, ClassNumbers().tried),
    (learn, TASK),
    *((laps, (key, claim.defaults)) for key, claim in CLAIMS.items() if claim.takes_long),
)


def work_out(steps: Steps, settings: Any) -> Any:
    """The last of the steps."""
    *_, result = steps(settings)
    return result


def same(one: Any, other: Any, rtol: float = 0.0) -> bool:
    """Whether two results are the same, their numbers to this relative accuracy.

    >>> same({"a": np.ones(2), "b": "x"}, {"a": np.ones(2) + 1e-12, "b": "x"}, rtol=1e-9)
    True
    """
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    return _alike(encoded(one, ours), encoded(other, theirs), rtol) and all(
        _alike_arrays(ours[name], theirs[name], rtol) for name in ours
    )


def _alike(one: Any, other: Any, rtol: float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return _alike_arrays(np.array(one), np.array(other), rtol)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[k], other[k], rtol) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other, [rtol] * len(one)))
    return type(one) is type(other) and bool(one == other)


def _alike_arrays(one: Any, other: Any, rtol: float) -> bool:
    return bool(
        one.dtype == other.dtype
        and one.shape == other.shape
        and np.allclose(one, other, rtol=rtol, atol=0.0, equal_nan=one.dtype.kind == "f")
    )


def main() -> None:
    """Write what has changed."""
    for steps, settings in DEFAULTS:
        path, result = path_of(steps, settings), work_out(steps, settings)
        found = load(path)
        if found is None or not same(found, (settings, result)):
            save(path, settings, result, made_here())
            print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
