"""A measure over the epochs of training: one line a function, with its spread over seeds."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.lines import EXTREMES, QUARTILES, Measure, layered, lines, names_of
from dlbasic.charts.theme import GREY
from dlbasic.text import Language, Text

EPOCH = Text(ko="에포크", en="epoch")
LOSS = Text(
    ko="테스트 손실의 중앙값, 띠는 사분위 범위 (로그 축)",
    en="median test loss, band: quartiles (log axis)",
)
_LAYER = Text(ko="은닉층", en="hidden layer")
_SLOPE = Text(ko="PReLU가 배운 기울기 α (중앙값)", en="slope α that PReLU learns (median)")
_TARGET = Text(ko="목표", en="target")


def over_epochs(epochs: int, language: Language) -> alt.X:
    """The axis of epochs, from 0 to the last."""
    axis = alt.Axis(grid=False, tickCount=6, tickMinStep=1)
    scale = alt.Scale(domain=[0, epochs])
    return alt.X("epoch:Q", title=EPOCH[language], scale=scale, axis=axis)


def curves(
    functions: tuple[str, ...], measure: Measure, epochs: int, language: Language
) -> alt.LayerChart:
    """The measure over ``epoch``, its band from ``<field>_low`` to ``<field>_high``."""
    x = over_epochs(epochs, language)
    return layered(lines(names_of(functions, language), x, measure, language, ends=EXTREMES), 230)


def learned_slopes(layers: int, epochs: int, language: Language) -> alt.LayerChart:
    """The column ``slope`` over ``epoch`` for each ``layer``, its band as in :func:`curves`."""
    names = {str(layer): f"{_LAYER[language]} {layer}" for layer in range(1, layers + 1)}
    slope, x = Measure("slope", _SLOPE[language]), over_epochs(epochs, language)
    return layered(lines(names, x, slope, language, series=("layer", _LAYER), ends=EXTREMES), 230)


def race(functions: tuple[str, ...], epochs: int, language: Language) -> alt.LayerChart:
    """The race's test losses, the target as a rule.

    Reads the columns of :meth:`dlbasic.experiments.race.Race.curves` and ``target``.
    """
    measure = Measure("loss", LOSS[language], "log")
    x = over_epochs(epochs, language)
    target: Any = alt.Chart().transform_aggregate(target="max(target)").encode(y="target:Q")
    rule = target.mark_rule(color=GREY, strokeWidth=2, strokeDash=[3, 3])
    word = (
        target.transform_calculate(word=f"'{_TARGET[language]} ' + datum.target")
        .mark_text(align="right", baseline="bottom", dx=-4, dy=-3)
        .encode(x=alt.value(alt.ExprRef("width")), text="word:N")
    )
    drawn = lines(names_of(functions, language), x, measure, language, ends=QUARTILES, columns=6)
    return layered([rule, word, *drawn], 270)
