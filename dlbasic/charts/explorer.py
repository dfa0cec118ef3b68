"""Value and slope of the chosen functions over one shared x."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from dlbasic.activations import Activation
from dlbasic.charts.labels import place_labels
from dlbasic.charts.theme import GREY, function_names, function_scales, power_of_ten, relabel
from dlbasic.text import Language, Text

HEIGHT = 620
# Both panels share one view, so that one crosshair runs through them and the width follows the
# page (a concatenated chart cannot do that): each has a y scale of its own on its part of the height.
UPPER, LOWER = 0.5, 0.58

VALUE = Text(ko="값 f(x)", en="value f(x)")
SLOPE = Text(ko="기울기 f′(x)", en="slope f′(x)")
LOG_SLOPE = Text(ko="기울기의 크기 |f′(x)|, 로그 축", en="size of the slope |f′(x)|, log axis")


def grid(low: float, high: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """About 400 round numbers from ``low`` to ``high``; 0 is one of them where it lies inside.

    >>> grid(-6.0, 6.0)[:3].round(9).tolist(), len(grid(-6.0, 6.0))
    ([-6.0, -5.97, -5.94], 401)
    """
    rough = (high - low) / 400
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * min((1, 2, 2.5, 3, 4, 5, 10), key=lambda s: abs(s * power - rough))
    places = np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1)
    return np.round(places * step, 12)


def frame(
    functions: Mapping[str, Activation], low: float, high: float, language: Language
) -> pd.DataFrame:
    """One row for each x: value and slope of each function, and the places of the names."""
    x = grid(low, high)
    columns: dict[str, Any] = {"x": x}
    for key, f in functions.items():
        columns[key] = f(x)
        columns[f"{key}_slope"] = f.grad(x)
    values = {key: columns[key] for key in functions}
    table = pd.DataFrame(columns)
    for column, cells in place_labels(x, values, function_names(language)).items():
        table[column] = pd.Series(cells)
    return table


def chart(functions: tuple[str, ...], log: bool, language: Language) -> alt.LayerChart:
    """The explorer's chart for these functions; its data comes from :func:`frame`."""
    keys = list(functions)
    names = {key: function_names(language)[key] for key in keys}
    colours, dashes = function_scales(keys)
    legend = alt.Legend(labelExpr=relabel(names), columns=alt.ExprRef("width < 420 ? 2 : 6"))
    at = alt.selection_point(
        name="at", fields=["x"], nearest=True, on="pointermove", clear="pointerout", empty=False
    )
    x = alt.X(
        "x:Q",
        scale=alt.Scale(nice=False, zero=False),
        axis=alt.Axis(title="x", grid=False, tickCount=12),
    )
    upper = alt.Scale(rangeMin=alt.ExprRef(f"height * {UPPER}"), rangeMax=0, nice=True)
    lower = alt.Scale(
        rangeMin=alt.ExprRef("height"), rangeMax=alt.ExprRef(f"height * {LOWER}"), nice=True,
        **({"type": "log"} if log else {}),
    )  # fmt: skip
    axis = {"orient": "left", "tickCount": 5, "titleAnchor": "start", "titleAngle": 0,
            "titleAlign": "left", "titleX": 0}  # fmt: skip
    value_axis = alt.Axis(title=VALUE[language], titleY=-10, **axis)
    value_y = alt.Y("value:Q", scale=upper, axis=value_axis)
    slope_y = alt.Y(
        "slope:Q",
        scale=lower,
        axis=alt.Axis(
            title=(LOG_SLOPE if log else SLOPE)[language],
            titleY=alt.ExprRef(f"height * {LOWER} - 12"),
            **({"labelExpr": power_of_ten()} if log else {}),
            **axis,
        ),
    )
    style = {
        "color": alt.Color("function:N", scale=colours, legend=legend, sort=keys),
        "strokeDash": alt.StrokeDash("function:N", scale=dashes, legend=legend, sort=keys),
    }
    base = alt.Chart().encode(x=x)
    rows = base.transform_filter("isValid(datum.x)")
    value = rows.transform_fold(keys, as_=["function", "value"])
    slope = (
        rows.transform_fold([f"{key}_slope" for key in keys], as_=["column", "slope"])
        .transform_calculate(
            function="slice(datum.column, 0, -6)", slope="abs(datum.slope)" if log else "datum.slope"
        )
        .transform_filter("datum.slope > 0" if log else "true")
    )
    readout = [alt.Tooltip("x:Q", title="x", format=".6~g")] + [
        alt.Tooltip(f"{key}_read:N", title=names[key]) for key in keys
    ]
    word = Text(ko="기울기", en="slope")[language]
    read = {
        f"{key}_read": f"format(datum['{key}'], '.6~g') + ' · {word} ' + format(datum['{key}_slope'], '.6~g')"
        for key in keys
    }
    rule = (
        rows.transform_calculate(**read)
        .mark_rule(color=GREY, strokeWidth=1.5)
        .encode(
            opacity=alt.when(at).then(alt.value(0.9)).otherwise(alt.value(0)), tooltip=readout
        )
        .add_params(at)
    )
    labels = (
        alt.Chart()
        .transform_filter("isValid(datum.label_x)")
        .transform_calculate(name=f"{names!r}[datum.label]")
        .mark_text(fontWeight=600, baseline="middle")
        .encode(
            x=alt.X("label_x:Q"),
            y=alt.Y("label_y:Q", scale=upper, axis=value_axis),
            text="name:N",
            color=alt.Color("label:N", scale=colours, legend=None),
            opacity=alt.value(alt.ExprRef("width < 420 ? 0 : 1")),
        )
    )
    zero = alt.Chart().mark_rule(color=GREY, strokeWidth=1, opacity=0.6)
    dots = {"filled": True, "size": 55, "opacity": 1}
    return (
        alt.layer(
            alt.layer(
                zero.encode(y=alt.YDatum(0.0, scale=upper, axis=value_axis)),
                value.mark_line().encode(y=value_y, **style),
                value.transform_filter(at).mark_point(**dots).encode(
                    y=value_y, color=style["color"]),
                labels,
            ),
            alt.layer(
                slope.mark_line().encode(y=slope_y, **style),
                slope.transform_filter(at).mark_point(**dots).encode(
                    y=slope_y, color=style["color"]),
            ),
            rule,
        )
        .resolve_scale(y="independent")
        .properties(height=HEIGHT)
    )  # fmt: skip
