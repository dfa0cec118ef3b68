"""Value and slope of the losses over a residual, a score or a probability."""

from __future__ import annotations

import altair as alt

from dlbasic.charts.panels import Axes, panels
from dlbasic.charts.theme import loss_names
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
            en=f"gradient {slope}{end and ' up to' + end[1:]}",
        ),
        Text(
            ko=f"기울기의 크기 |{slope}|, 로그 축", en=f"size of the gradient |{slope}|, log axis"
        ),
        steepest,
        Text(ko="기울기", en="gradient"),
    )


AXES = {
    "residual": _axes("r = ŷ − y", "ŷ"),
    "score": _axes("z", "z"),
    "probability": _axes("p", "p", STEEPEST),
}


def chart(losses: tuple[str, ...], against: str, log: bool, language: Language) -> alt.LayerChart:
    """These losses and their slopes; reads the rows of this figure's ``measure.frame``."""
    names = {key: loss_names(language)[key] for key in losses}
    return panels(names, AXES[against], log, language, columns=(1, 2))
