"""Writes the results that every reader finds at the default settings: ``python -m dlbasic.kept``.

It works each of them out and writes those that have changed; run it whenever what is measured has.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import platform
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from dlbasic.claims import CLAIMS, laps
from dlbasic.figures.gradient_flow.cures.measure import Cures, compare
from dlbasic.figures.gradient_flow.dying.measure import Dying, dying_units
from dlbasic.figures.losses.class_numbers.measure import ClassNumbers, try_numberings
from dlbasic.figures.training.compare.measure import Compare, run_race
from dlbasic.results import encoded, load, path_of, save

Steps = Callable[[Any], Iterator[Any]]

# What is measured at first sight where it takes long: how, and under which settings.
DEFAULTS: tuple[tuple[Steps, Any], ...] = (
    (run_race, Compare()),
    (dying_units, Dying()),
    (compare, Cures()),
    (try_numberings, ClassNumbers().tried),
    *((laps, (key, claim.quick)) for key, claim in CLAIMS.items() if claim.takes_long),
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


def machine() -> dict[str, str]:
    """What the last bits of a result depend on."""
    found = np.show_config(mode="dicts") or {}
    simd = found.get("SIMD Extensions", {})
    return {
        "numpy": np.__version__,
        "machine": platform.machine(),
        "simd": ",".join([*simd.get("baseline", []), *simd.get("found", [])]),
        "blas": str(found.get("Build Dependencies", {}).get("blas", {}).get("version", "")),
    }


def main() -> None:
    """Write what has changed."""
    made = machine() | {
        "pandas": pd.__version__,
        "python": platform.python_version(),
        "dlbasic": _version(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
    for steps, settings in DEFAULTS:
        path, result = path_of(steps, settings), work_out(steps, settings)
        found = load(path)
        if found is None or not same(found, (settings, result)):
            save(path, settings, result, made)
            print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")


def _version() -> str:
    try:
        return importlib.metadata.version("dlbasic")
    except importlib.metadata.PackageNotFoundError:  # run from the repository
        return "repository"


if __name__ == "__main__":
    main()
