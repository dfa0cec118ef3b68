"""A measure over the epochs of training: one line a function, with its spread over seeds."""

from __future__ import annotations

import altair as alt

from dlbasic.charts.lines import (
    COLUMNS,
    EXTREMES,
    HEIGHTS,
    Measure,
    Place,
    layered,
    lines,
    names_of,
    untitled,
)
from dlbasic.text import Language, Text

EPOCH = Text(ko="에포크", en="epoch")


EPOCHS = "epochs"  # the chart's parameter that tells the last


def over_epochs(language: Language, place: Place = "alone") -> alt.X:
    """The axis of epochs, from 0 to the last, the chart's parameter ``EPOCHS``."""
    axis = alt.Axis(grid=False, tickCount=6, tickMinStep=1, **untitled(place))
    scale = alt.Scale(domain=[0, alt.ExprRef(EPOCHS)])
    return alt.X("epoch:Q", title=EPOCH[language], scale=scale, axis=axis)


def curves(
    functions: tuple[str, ...], measure: Measure, place: Place, language: Language
) -> alt.LayerChart:
    """The measure over ``epoch``, its band from ``<field>_low`` to ``<field>_high``."""
    x = over_epochs(language, place)
    wide, narrow = COLUMNS
    drawn = lines(
        names_of(functions, language), x, measure, language, ends=EXTREMES, columns=wide,
        narrow=narrow, named=place != "lower",
    )  # fmt: skip
    ends = [end for end in measure.domain or () if isinstance(end, str)]
    return layered(drawn, HEIGHTS[place], [EPOCHS, *COLUMNS, *ends])
