"""Values above and slopes below over one shared x, read by one crosshair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import altair as alt

from dlbasic.charts.theme import GREY, function_scales, power_of_ten, relabel
from dlbasic.text import Language, Text

# Both panels share one view, so that one crosshair runs through them and the width follows the
# page, which a concatenated chart cannot do: each panel's y scale has its own part of the height.
HEIGHT = 440
UPPER_ENDS, LOWER_BEGINS = 0.48, 0.6
_ONCE = "!isValid(datum.again)"  # without the rows that only break a line where its slope jumps


class Axes(NamedTuple):
    """What stands beside the axes, and how far that of the slopes goes."""

    x: str
    value: Text
    slope: Text
    log_slope: Text
    steepest: float | None = None  # a slope beyond is left out, unless its axis is logarithmic
    slope_word: Text = Text(ko="기울기", en="slope")  # where the pointer reads it


def panels(
    names: Mapping[str, str], axes: Axes, log: bool, language: Language, *,
    columns: tuple[int, int] = (2, 6), labelled: bool = False,
) -> alt.LayerChart:  # fmt: skip
    """Values above and slopes below, read by one crosshair; reads ``curves.rows_of``'s rows.

    ``columns`` are those of the legend, on a phone and elsewhere.  Curves are ``labelled`` where
    the rows have places for names, ``label``, ``label_x`` and ``label_y``.
    """
    keys = list(names)
    colours, dashes = function_scales(keys)
    narrow, wide = columns
    legend = alt.Legend(
        labelExpr=relabel(dict(names)),
        offset=26,
        columns=alt.ExprRef(f"width < 420 ? {narrow} : {wide}"),
    )
    colour = alt.Color("function:N", scale=colours, legend=legend, sort=keys)
    dash = alt.StrokeDash("function:N", scale=dashes, legend=legend, sort=keys)
    at = alt.selection_point(
        name="at", fields=["x"], nearest=True, on="pointermove", clear="pointerout", empty=False
    )
    upper, lower = _value_axis(axes, language), _slope_axis(axes, log, language)

    x_axis = alt.Axis(title=axes.x, grid=False, tickCount=12)
    x = alt.X("x:Q", scale=alt.Scale(nice=False, zero=False), axis=x_axis)
    rows = alt.Chart().transform_filter("isValid(datum.x)").encode(x=x)
    size = "abs(datum.slope)"
    drawn = f"{size} <= {axes.steepest} ? datum.slope : null" if axes.steepest else "datum.slope"
    if log:
        # 0 has no place on a log axis; null breaks the line, where a row left out would bridge it.
        drawn = f"{size} > 0 ? {size} : null"
    value = rows.transform_fold([*keys], as_=["function", "value"])
    slope = rows.transform_fold(
        [f"{key}_slope" for key in keys], as_=["column", "slope"]
    ).transform_calculate(function="slice(datum.column, 0, -6)", slope=drawn)
    zero = alt.Chart().mark_rule(color=GREY, strokeWidth=1, opacity=0.6)

    def panel(folded: alt.Chart, y: alt.Y) -> list[alt.Chart]:
        dots = (
            folded.transform_filter(at)
            .transform_filter(_ONCE)
            .mark_point(filled=True, size=55, opacity=1)
        )
        return [
            folded.mark_line().encode(y=y, color=colour, strokeDash=dash),
            dots.encode(y=y, color=colour),
        ]

    whole: Any = alt.layer(
        alt.layer(
            zero.encode(y=alt.YDatum(0.0, **upper)),
            *panel(value, alt.Y("value:Q", **upper)),
            *([_labels(names, colours, alt.Y("label_y:Q", **upper))] if labelled else []),
        ),
        alt.layer(*panel(slope, alt.Y("slope:Q", **lower))),
        _readout(rows, names, axes, language, at),
        # Said at once: what is added to a chart later copies all of it first.
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(y="independent")),
        height=HEIGHT,
        usermeta={"columns": _titles(names, axes, language)},
    )
    chart: alt.LayerChart = whole
    return chart


def _titles(names: Mapping[str, str], axes: Axes, language: Language) -> dict[str, str]:
    """What the columns are, which the chart folds and its pointer writes together."""
    titles = {"x": axes.x}
    for key, name in names.items():
        titles[key] = f"{name}: {axes.value[language]}"
        titles[f"{key}_slope"] = f"{name}: {axes.slope[language].partition(',')[0]}"
    return titles


def _axis(title: str, title_y: Any, **options: Any) -> alt.Axis:
    """A panel's y axis, its title above it like a heading."""
    return alt.Axis(
        title=title, titleX=0, titleY=title_y, titleAngle=0, titleAlign="left",
        titleAnchor="start", orient="left", tickCount=5, grid=True, **options,
    )  # fmt: skip


def _value_axis(axes: Axes, language: Language) -> dict[str, Any]:
    scale = alt.Scale(rangeMin=alt.ExprRef(f"height * {UPPER_ENDS}"), rangeMax=0, nice=True)
    return {"scale": scale, "axis": _axis(axes.value[language], -10)}


def _slope_axis(axes: Axes, log: bool, language: Language) -> dict[str, Any]:
    ends = {
        "rangeMin": alt.ExprRef("height"),
        "rangeMax": alt.ExprRef(f"height * {LOWER_BEGINS}"),
    }
    title_y = alt.ExprRef(f"height * {LOWER_BEGINS} - 12")
    if not log:
        return {"scale": alt.Scale(nice=True, **ends), "axis": _axis(axes.slope[language], title_y)}
    axis = _axis(axes.log_slope[language], title_y, labelExpr=power_of_ten())
    # Vega rounds the smallest floats down to 0, which a log scale does not survive.
    return {"scale": alt.Scale(type="log", nice=False, **ends), "axis": axis}


def _labels(names: Mapping[str, str], colours: alt.Scale, y: alt.Y) -> alt.Chart:
    """The names at their places in the rows; a phone has the legend alone."""
    labels: alt.Chart = (
        alt.Chart()
        .transform_filter("isValid(datum.label_x)")
        .transform_calculate(name=f"{dict(names)!r}[datum.label]")
        .mark_text(fontWeight=600, baseline="middle")
        .encode(
            x="label_x:Q",
            y=y,
            text="name:N",
            color=alt.Color("label:N", scale=colours, legend=None),
            opacity=alt.value(alt.ExprRef("width < 420 ? 0 : 1")),
        )
    )
    return labels


def _readout(
    rows: alt.Chart, names: Mapping[str, str], axes: Axes, language: Language, at: alt.Parameter
) -> alt.Chart:
    """A crosshair through both panels, with every value and slope at its x."""
    word = axes.slope_word[language]

    def written(column: str) -> str:
        return f"format(datum['{column}'], '.6~g')"

    read = {
        f"{key}_read": f"{written(key)} + ' · {word} ' + {written(f'{key}_slope')}" for key in names
    }
    tooltip = [alt.Tooltip("x:Q", title=axes.x, format=".6~g")]
    tooltip += [alt.Tooltip(f"{key}_read:N", title=name) for key, name in names.items()]
    rule: alt.Chart = (
        rows.transform_filter(_ONCE)
        .transform_calculate(**read)
        .mark_rule(color=GREY, strokeWidth=1.5)
        .encode(opacity=alt.when(at).then(alt.value(0.9)).otherwise(alt.value(0)), tooltip=tooltip)
        .add_params(at)
    )
    return rule
