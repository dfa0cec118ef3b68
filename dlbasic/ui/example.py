"""The Python of a figure: its ``example.py``, with the reader's settings in it."""

from __future__ import annotations

import re
from typing import Any

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets.own import Own
from dlbasic.datasets.own_csv import read_csv, write_csv
from dlbasic.measures.tasks import OWN
from dlbasic.params import Declared, declared
from dlbasic.ui.own_data import own_points
from dlbasic.ui.page import Figure
from dlbasic.ui.panel import Panel

_READ = 'read_csv(Path("points.csv").read_bytes()).points'
_OF_OWN = re.compile(
    r'^if settings\.data == "own".*\n(?: .*\n)+|^from (?:pathlib|dlbasic\.datasets\.own_csv) .*\n',
    re.MULTILINE,
)
_CHANGED = "CHANGED: dict[str, dict[str, float]] = {}"


def example(panel: Panel, figure: Figure) -> str:
    """The lines that compute the figure's numbers at the reader's settings.

    In the file ``Kind()`` stands for settings of that kind, and ``CHANGED`` for the functions whose
    parameters are not the usual ones.  Lines about the reader's own data are left out where none
    are learned.
    """
    code = figure.words.example.partition('"""\n\n')[2]  # without its docstring
    for kind in figure.settings:
        code = re.sub(rf"\b{kind.__name__}\(\)", written(panel.settings(kind)), code)
    own = own_points() if panel.has("data") and panel["data"] == OWN else None
    if own is not None and own.missing is None:
        code = code.replace(_READ, read_own(own))
    else:
        code = _OF_OWN.sub("", code)
        if "replace(" not in code:
            code = code.replace("from dataclasses import replace\n", "")
    if _CHANGED in code:
        known = (
            key
            for key, f in ACTIVATIONS.items()
            if all(panel.has(f"{key}.{n}") for n in declared(f))
        )
        changed = {key: _changed(panel.function(key)) for key in known}
        differing = {key: values for key, values in changed.items() if values}
        code = code.replace(_CHANGED, f"CHANGED = {differing!r}")
    return code.lstrip("\n")


def read_own(own: Own) -> str:
    """The Python that reads these points from the file that the page saves."""
    same = read_csv(write_csv(own)).points == own
    return _READ if same else f"{_READ}.arranged{own.arrangement!r}"


def written(settings: Declared) -> str:
    """Settings as Python, without what is at its default.

    >>> from dlbasic.activations import ELU
    >>> written(ELU()), written(ELU(alpha=2.0))
    ('ELU()', 'ELU(alpha=2.0)')
    """
    said = ", ".join(f"{name}={value!r}" for name, value in _changed(settings).items())
    return f"{type(settings).__name__}({said})"


def _changed(settings: Any) -> dict[str, Any]:
    return {
        name: getattr(settings, name)
        for name, param in declared(settings).items()
        if getattr(settings, name) != param.default
    }
