"""A line for each function, or other series, with the band of its spread over seeds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import altair as alt

from dlbasic.charts.theme import function_names, function_scales, log_label, relabel
from dlbasic.text import Language, Text

FUNCTION = Text(ko="함수", en="function")
QUARTILES = (Text(ko="1사분위수", en="1st quartile"), Text(ko="3사분위수", en="3rd quartile"))
EXTREMES = (
    Text(ko="최솟값 (시드 전체)", en="lowest of all seeds"),
    Text(ko="최댓값 (시드 전체)", en="highest of all seeds"),
)

# Of two charts below each other over one x the upper has the legend, the lower the axis's title.
Place = Literal["alone", "upper", "lower"]
HEIGHTS: dict[Place, int] = {"alone": 300, "upper": 150, "lower": 150}


def untitled(place: Place) -> dict[str, Any]:
    """The options of an x axis whose title the chart below has."""
    return {"title": None} if place == "upper" else {}


class Measure(NamedTuple):
    """A column, its title, and its axis: numbers, percent, shares from 0 to 100 %, logarithmic.

    The axis goes from end to end of ``domain``, numbers or the names of two of the chart's
    parameters; by default from the least to the largest there is.
    """

    field: str
    title: str
    scale: Literal["plain", "percent", "share", "log"] = "plain"
    domain: tuple[float, float] | tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """The title without what it says of the band and the axis."""
        return self.title.partition(" (")[0].partition(",")[0]

    @property
    def format(self) -> str:
        """How a number is written where it is read."""
        return ".3~%" if self.scale in ("percent", "share") else ".3~g"

    def on(self, axis: Literal["x", "y"], **ticks: Any) -> dict[str, Any]:
        """The axis and the scale, as options of ``alt.X`` or ``alt.Y``."""
        ticks = {"tickCount": 6} | ticks
        labels: dict[str, dict[str, Any]] = {
            "plain": {"format": ",.3~g"},
            "log": {"labelExpr": log_label(axis)},
        }
        if axis == "y":
            # The title stands above the axis, as a heading.
            # Plots below each other begin at one place, however wide their numbers.
            ticks |= {"titleAngle": 0, "titleAnchor": "start", "titleAlign": "left", "titleX": 0,
                      "titleY": -12, "minExtent": 44}  # fmt: skip
        ticks |= labels.get(self.scale, {"format": "~%"})
        # Vega rounds the smallest floats down to 0, which a log scale does not survive.
        scale: dict[str, Any] = {"type": "log", "nice": False} if self.scale == "log" else {}
        domain = (0.0, 1.0) if self.scale == "share" else self.domain
        if domain:
            scale["domain"] = [alt.ExprRef(end) if isinstance(end, str) else end for end in domain]
        axis_of = alt.Axis(**ticks)
        return {"title": self.title, "axis": axis_of, "scale": alt.Scale(**scale)}


def names_of(functions: tuple[str, ...], language: Language) -> dict[str, str]:
    """The functions' names, as a chart has room for them."""
    return {key: function_names(language)[key] for key in functions}


# The parameters of a chart whose names are chosen when it is drawn: the legend's columns.
COLUMNS = ("wide", "narrow")


def columns_of(names: Iterable[str]) -> dict[str, int]:
    """How many columns of a legend fit into a chart and into a phone's, as ``COLUMNS``."""
    written = list(names)
    return dict(zip(COLUMNS, (columns_in(520, written), columns_in(285, written)), strict=True))


def functions_columns(functions: Iterable[str], language: Language) -> dict[str, int]:
    """The legend's columns for these functions."""
    return columns_of(names_of(tuple(functions), language).values())


def legend_of(
    names: dict[str, str], columns: int | str | None = None, narrow: int | str | None = None,
    marked: str = "",
) -> alt.Legend:  # fmt: skip
    """A legend above the title of the y axis, by default with as many columns as fit.

    The name whose key the chart's parameter ``marked`` tells, if it has one, gets an asterisk.
    """
    fitting = columns_of(names.values())
    wide, narrow = columns or fitting["wide"], narrow or fitting["narrow"]
    label = relabel(names)
    if marked:
        label = f"{names!r}[datum.label] + (datum.label == {marked} ? ' *' : '')"
    return alt.Legend(
        labelExpr=label, offset=34,
        columns=alt.ExprRef(f"width < 420 ? {narrow} : {wide}"),
    )  # fmt: skip


def legend_of_bars(names: dict[str, str], offset: int, narrow: int | None = None) -> alt.Legend:
    """A legend of squares; three names side by side, or ``narrow`` of them on a phone, if told."""
    columns = alt.ExprRef(f"width < 420 ? {narrow} : 3") if narrow else alt.Undefined
    return alt.Legend(labelExpr=relabel(names), symbolType="square", symbolStrokeWidth=0,
                      offset=offset, columns=columns)  # fmt: skip


def columns_in(room: float, names: Iterable[str]) -> int:
    """How many columns of a legend fit into so many pixels; each is as wide as its widest name.

    >>> columns_in(270, ["Sigmoid", "Tanh", "ReLU"]), columns_in(270, ["Softplus", "Leaky ReLU"])
    (3, 2)
    """
    widths = [45.0 + sum(13.0 if ord(letter) > 0x2E7F else 8.0 for letter in n) for n in names]
    fitting = (
        count
        for count in range(len(widths), 1, -1)
        if sum(max(widths[place::count]) for place in range(count)) <= room
    )
    return next(fitting, 1)


def lines(
    names: dict[str, str],
    x: alt.X,
    y: Measure,
    language: Language,
    *,
    series: tuple[str, Text] = ("function", FUNCTION),
    ends: tuple[Text, Text] | None = None,
    columns: int | str | None = None,
    narrow: int | str | None = None,
    named: bool = True,
    marked: str = "",
    dots: float = 0.0,
    step: bool = False,
) -> list[Any]:
    """The layers: bands from ``<field>_low`` to ``<field>_high``, lines, and points to be read.

    A line for each of ``names``, by its key in the column ``series``, which is given with its
    title.  Reads besides the columns of ``x`` and ``y``, and the band's if it has ``ends``, which
    name them.  The points have the opacity ``dots``; if it is 0, they are there for the pointer
    alone.  Not ``named`` there is no legend: that of the chart above says it.  ``marked`` is as for
    :func:`legend_of`.
    """
    keys, (column, title) = list(names), series
    colours, dashes = function_scales(keys)
    legend = legend_of(names, columns, narrow, marked) if named else None
    base = (
        alt.Chart()
        .transform_calculate(name=f"{names!r}[datum['{column}']]")
        .transform_filter(f"isValid(datum['{y.field}'])")
        .encode(x=x, color=alt.Color(f"{column}:N", scale=colours, legend=legend, sort=keys))
    )
    up = alt.Y(f"{y.field}:Q", **y.on("y"))
    dash = alt.StrokeDash(f"{column}:N", scale=dashes, legend=legend, sort=keys)
    across: Any = x.to_dict()
    read = [
        alt.Tooltip("name:N", title=title[language]),
        alt.Tooltip(f"{across['field']}:Q", title=across["title"], format=".3~g"),
        alt.Tooltip(f"{y.field}:Q", title=y.name, format=y.format),
    ]
    band = []
    if ends:
        low, high = (f"{y.field}_{end}" for end in ("low", "high"))
        band = [base.mark_area(opacity=0.14).encode(y=alt.Y(f"{low}:Q"), y2=alt.Y2(high))]
        read += [
            alt.Tooltip(f"{field}:Q", title=words[language], format=y.format)
            for field, words in zip((low, high), ends, strict=True)
        ]
    line = base.mark_line(interpolate="step" if step else "linear").encode(y=up, strokeDash=dash)
    size = 45 if dots else 200
    points = base.mark_point(filled=True, size=size, opacity=dots).encode(y=up, tooltip=read)
    return [*band, line, points]


def layered(
    marks: list[Any], height: int, params: Iterable[str] = (),
    titles: dict[str, str] | None = None, heading: str = "",
) -> alt.LayerChart:  # fmt: skip
    """The layers as one chart, as wide as there is room; the plot alone has this height.

    A legend of many rows, as on a phone, makes the chart taller and leaves the plot its room.
    ``params`` are numbers in its expressions that are told when it is drawn; ``titles`` say what
    columns are that no axis names, ``heading`` what the chart is where its axes do not tell: for
    who takes it along.
    """
    autosize = alt.AutoSizeParams(type="fit-x", contains="padding")
    told = [alt.param(name=name).param for name in params]
    words = {"columns": titles or {}, "heading": heading} if titles or heading else alt.Undefined
    # Said at once: what is added to a chart later copies all of it first.
    whole: Any = alt.layer(
        *marks, height=height, autosize=autosize, params=told or alt.Undefined, usermeta=words
    )
    chart: alt.LayerChart = whole
    return chart
