"""Value and slope of the losses over a residual, a score or a probability."""

from __future__ import annotations

from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from dlbasic.charts.explorer import Axes, grid, panels, rows_of
from dlbasic.experiments.loss_explorer import LossExplorerSettings, curve
from dlbasic.losses import LOSSES
from dlbasic.text import Language, Text

STEEPEST = 10.0  # by a probability slopes have no end; what is steeper would flatten all others


def _axes(x: str, by: str, steepest: float | None = None) -> Axes:
    slope = f"∂ℓ/∂{by}"
    end = "" if steepest is None else f", ±{steepest:g}"
    return Axes(
        x,
        Text(ko="손실 ℓ", en="loss ℓ"),
        Text(
            ko=f"기울기 {slope}{end and end + '까지'}",
            en=f"slope {slope}{end and ' up to' + end[1:]}",
        ),
        Text(ko=f"기울기의 크기 |{slope}|, 로그 축", en=f"size of the slope |{slope}|, log axis"),
        steepest,
    )


AXES = {
    "residual": _axes("r = ŷ − y", "ŷ"),
    "score": _axes("z", "z"),
    "probability": _axes("p", "p", STEEPEST),
}


@cache
def loss_names(language: Language) -> dict[str, str]:
    """Each loss's name as a chart has room for it: without what stands in brackets."""
    return {key: loss.name[language].partition("(")[0].strip() for key, loss in LOSSES.items()}


def frame(settings: LossExplorerSettings) -> pd.DataFrame:
    """One row for each x: value and slope of each loss chosen.

    Among the x are the kinks.  The ends 0 and 1 of a probability, where losses are infinite, are
    left out.
    """
    if settings.against == "probability":
        low, high = 0.0, 1.0
        places = grid(low, high)[1:-1]
    else:
        low, high = -settings.reach, settings.reach
        places = grid(low, high)
    x = np.unique([*places, *(kink for kink in settings.kinks() if low < kink < high)])
    return rows_of(x, {key: curve(settings, key, x) for key in settings.chosen})


def chart(losses: tuple[str, ...], against: str, log: bool, language: Language) -> alt.LayerChart:
    """The chart of these losses; its rows come from :func:`frame`."""
    names = {key: loss_names(language)[key] for key in losses}
    return panels(names, AXES[against], log, language, columns=(1, 4))
