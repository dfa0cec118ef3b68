"""The chart of a claim: its experiment says how the frame is to be read, this draws it."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.theme import function_scales, power_of_ten, relabel
from dlbasic.experiments import EXPERIMENTS
from dlbasic.text import Language


def lines(key: str, series: tuple[str, ...], language: Language) -> alt.LayerChart:
    """Lines over x, one for each series in the frame, with a band around it where there is one."""
    plot = EXPERIMENTS[key].plot
    names = [name for name in plot.names if name in series]
    words = {name: plot.names[name][language] for name in names}
    colours, dashes = function_scales(names)
    legend = (
        alt.Legend(labelExpr=relabel(words), columns=alt.ExprRef("width < 420 ? 1 : 4"))
        if len(names) > 1
        else None
    )

    def axis(log: bool) -> dict[str, Any]:
        kind = {"labelExpr": power_of_ten()} if log else {}
        return {"tickCount": 6, **kind}

    def scale(log: bool, **options: Any) -> alt.Scale:
        return alt.Scale(**options, type="log") if log else alt.Scale(**options)

    x = alt.X(
        f"{plot.x}:Q", title=plot.x_title[language],
        scale=scale(plot.log_x, nice=False, zero=False),
        axis=alt.Axis(grid=False, **axis(plot.log_x)),
    )  # fmt: skip
    y = alt.Y(
        f"{plot.y}:Q", title=plot.y_title[language],
        scale=scale(plot.log_y, zero=False, nice=not plot.log_y),
        axis=alt.Axis(
            titleAngle=0, titleAnchor="start", titleAlign="left", titleX=0, titleY=-12,
            **axis(plot.log_y),
        ),
    )  # fmt: skip
    colour = alt.Color(f"{plot.series}:N", scale=colours, legend=legend, sort=names)
    dash = alt.StrokeDash(f"{plot.series}:N", scale=dashes, legend=legend, sort=names)
    words_of_series = f"{words!r}[datum['{plot.series}']]"
    base = alt.Chart().transform_calculate(series_name=words_of_series).encode(x=x)
    tooltip = [
        alt.Tooltip("series_name:N", title=" "),
        alt.Tooltip(f"{plot.x}:Q", title=plot.x_title[language], format=".6~g"),
        alt.Tooltip(f"{plot.y}:Q", title=plot.y_title[language], format=".6~g"),
    ]
    layers = [base.mark_line().encode(y=y, color=colour, strokeDash=dash)]
    if plot.low and plot.high:
        band = base.mark_area(opacity=0.18).encode(
            y=alt.Y(f"{plot.low}:Q"), y2=f"{plot.high}:Q", color=colour
        )
        layers.insert(0, band)
    points = base.mark_point(filled=True, size=300, opacity=0).encode(
        y=y, color=colour, tooltip=tooltip
    )
    whole: Any = alt.layer(*layers, points)
    chart: alt.LayerChart = whole.properties(height=320)
    return chart
