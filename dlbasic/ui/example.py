"""The Python of a figure: its ``example.py``, with the reader's settings in it."""

from __future__ import annotations

import re
from typing import Any

from dlbasic.activations import ACTIVATIONS
from dlbasic.params import Declared, declared
from dlbasic.ui.page import Figure
from dlbasic.ui.panel import Panel

_CHANGED = "CHANGED: dict[str, dict[str, float]] = {}"


def example(panel: Panel, figure: Figure) -> str:
    """The lines that compute the figure's numbers at the reader's settings.

    In the file ``Kind()`` stands for settings of that kind, and ``CHANGED`` for the functions whose
    parameters are not the usual ones.
    """
    code = figure.words.example.partition('"""\n\n')[2]  # without its docstring
    for kind in figure.settings:
        code = re.sub(rf"\b{kind.__name__}\(\)", written(panel.settings(kind)), code)
    changed: dict[str, dict[str, float]] = {}
    keys = {getattr(kind, "key", "") for kind in figure.shared}
    for key in (key for key in ACTIVATIONS if key in keys):
        if differing := _changed(panel.function(key)):
            changed[key] = differing
    return code.replace(_CHANGED, f"CHANGED = {changed!r}")


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
