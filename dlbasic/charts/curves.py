"""A measure over the epochs of training: one line a function, with its spread over seeds."""

from __future__ import annotations

import altair as alt

from dlbasic.charts.lines import (
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


def over_epochs(epochs: int, language: Language, place: Place = "alone") -> alt.X:
    """The axis of epochs, from 0 to the last."""
    axis = alt.Axis(grid=False, tickCount=6, tickMinStep=1, **untitled(place))
    scale = alt.Scale(domain=[0, epochs])
    return alt.X("epoch:Q", title=EPOCH[language], scale=scale, axis=axis)


def curves(
    functions: tuple[str, ...], measure: Measure, epochs: int, place: Place, language: Language
) -> alt.LayerChart:
    """The measure over ``epoch``, its band from ``<field>_low`` to ``<field>_high``."""
    x = over_epochs(epochs, language, place)
    drawn = lines(
        names_of(functions, language), x, measure, language, ends=EXTREMES, named=place != "lower"
    )
    return layered(drawn, HEIGHTS[place])
