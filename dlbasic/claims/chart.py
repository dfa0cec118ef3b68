"""The chart of a claim: it says how the frame is to be read, this draws it."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.lines import layered
from dlbasic.charts.theme import function_scales, log_label, relabel
from dlbasic.claims import CLAIMS, Plot
from dlbasic.text import LANGUAGES, Language

_LINE = 14  # pixels from one line of a title to the next

# A circle of a third of its symbol's size: a legend has one size for all, which fits its lines.
DOT = "M-.36,0a.36,.36 0 1,1 .72,0a.36,.36 0 1,1 -.72,0"


def lines(key: str, series: tuple[str, ...], language: Language) -> alt.LayerChart:
    """A line over x for each series in the frame, or points, with its band or bar.

    Beside functions every other line is a reference: wide, pale and beneath them, so that two that
    coincide are both seen.
    """
    plot = CLAIMS[key].plot
    names = [name for name in plot.names if name in series]
    drawn = [name for name in names if name not in plot.points]
    functions = [name for name in drawn if name in ACTIVATIONS]
    front = functions or drawn
    words = {name: plot.names[name][language] for name in names}
    base = (
        alt.Chart()
        .transform_calculate(series_name=f"{words!r}[datum['{plot.series}']]")
        .encode(x=_x(plot, language), **_styles(plot, names, words, language))
    )

    def only(shown: list[str]) -> alt.Chart:
        chart: alt.Chart = base.transform_filter(alt.FieldOneOfPredicate(plot.series, shown))
        return chart

    y = _y(plot, language)
    layers = [only(front).mark_line().encode(y=y)]
    behind = [name for name in drawn if name not in front]
    if behind:
        layers.insert(0, only(behind).mark_line(strokeWidth=7, opacity=0.45).encode(y=y))
    if plot.low and plot.high:
        ends = {"y": alt.Y(f"{plot.low}:Q"), "y2": alt.Y2(f"{plot.high}:Q")}
        layers.insert(0, only(front).mark_area(opacity=0.18).encode(**ends))
        if plot.points:
            layers.append(only([*plot.points]).mark_rule(strokeWidth=1.5).encode(**ends))
    if plot.points:
        shapes = [DOT if name in plot.points else "stroke" for name in names]
        shape = alt.Shape(
            f"{plot.series}:N", sort=names, legend=_legend(words, plot, language),
            scale=alt.Scale(domain=names, range=shapes),
        )  # fmt: skip
        dots = only([*plot.points]).mark_point(filled=True, size=350, opacity=1)
        layers.append(dots.encode(y=y, shape=shape))
    return layered([*layers, _readout(base, plot, y, language)], 220)


def _axis(scale: str, log: bool, **options: Any) -> alt.Axis:
    labels: dict[str, Any] = {"labelExpr": log_label(scale)} if log else {"format": ",.6~g"}
    return alt.Axis(tickCount=6, **labels, **options)


def _scale(log: bool, **options: Any) -> alt.Scale:
    return alt.Scale(**options, type="log") if log else alt.Scale(**options)


def _x(plot: Plot, language: Language) -> alt.X:
    whole: dict[str, Any] = {"tickMinStep": 1} if plot.whole_x else {}
    return alt.X(
        f"{plot.x}:Q", title=_title(plot.x_title[language]),
        axis=_axis("x", plot.log_x, grid=False, **whole),
        scale=_scale(plot.log_x, nice=not plot.log_x, zero=False),
    )  # fmt: skip


def _y(plot: Plot, language: Language) -> alt.Y:
    title = _title(plot.y_title[language])
    domain: dict[str, Any] = {"domain": [*plot.y_domain]} if plot.y_domain else {}
    heading: dict[str, Any] = {
        "titleAngle": 0,
        "titleAnchor": "start",
        "titleAlign": "left",
        "titleX": 0,
    }
    return alt.Y(
        f"{plot.y}:Q", title=title,
        axis=_axis("y", plot.log_y, titleY=-12 - _LINE * (len(title) - 1), **heading),
        # Vega rounds the smallest floats down to 0, which a log scale does not survive.
        scale=_scale(plot.log_y, zero=False, nice=not plot.log_y, **domain),
    )  # fmt: skip


def _width(words: str) -> int:
    """About how many pixels: Hangul is as wide as its height, other letters about half."""
    return sum(14 if letter > "ᄀ" else 8 for letter in words)


def _title(words: str) -> list[str]:
    """The title on as many lines as it needs on a phone."""
    first, *rest = words.split()
    lines = [first]
    for word in rest:
        if _width(f"{lines[-1]} {word}") > 320:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


def _legend(words: dict[str, str], plot: Plot, language: Language) -> alt.Legend:
    # The stroke takes 50 pixels.  As many columns as a phone has room for, however wide the chart:
    # were they to change while it is laid out, the first row would be cut off.
    every = [name[either] for name in plot.names.values() for either in LANGUAGES]
    columns = min(max(320 // (max(map(_width, every)) + 50), 1), 4)
    room = alt.ExprRef("max(width - 20, 160)")
    offset = 12 + _LINE * len(_title(plot.y_title[language]))  # above the title of the y axis
    return alt.Legend(labelExpr=relabel(words), columns=columns, labelLimit=room, offset=offset)


def _styles(
    plot: Plot, names: list[str], words: dict[str, str], language: Language
) -> dict[str, Any]:
    colours, dashes = function_scales(names)
    legend = _legend(words, plot, language)
    return {
        "color": alt.Color(f"{plot.series}:N", scale=colours, legend=legend, sort=names),
        "strokeDash": alt.StrokeDash(f"{plot.series}:N", scale=dashes, legend=legend, sort=names),
    }


def _readout(base: alt.Chart, plot: Plot, y: alt.Y, language: Language) -> alt.Chart:
    """Invisible points, large enough to be hit, that say their numbers."""
    tooltip = [
        alt.Tooltip("series_name:N", title=" "),
        alt.Tooltip(f"{plot.x}:Q", title=plot.x_title[language], format=".6~g"),
        alt.Tooltip(f"{plot.y}:Q", title=plot.y_title[language], format=".6~g"),
    ]
    points: alt.Chart = base.mark_point(filled=True, size=300, opacity=0)
    read: alt.Chart = points.encode(y=y, tooltip=tooltip)
    return read
