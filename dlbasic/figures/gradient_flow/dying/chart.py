"""The slopes that PReLU learns, layer by layer, over the epochs."""

from __future__ import annotations

import altair as alt

from dlbasic.charts.curves import EPOCHS, over_epochs
from dlbasic.charts.lines import EXTREMES, Measure, layered, lines
from dlbasic.text import Language, Text

_LAYER = Text(ko="은닉층", en="hidden layer")
_SLOPE = Text(ko="PReLU가 학습한 α (중앙값)", en="α that PReLU learns (median)")


def learned_slopes(layers: int, language: Language) -> alt.LayerChart:
    """The column ``slope`` over ``epoch`` for each ``layer``, its band as in ``curves``."""
    names = {str(layer): f"{_LAYER[language]} {layer}" for layer in range(1, layers + 1)}
    slope, x = Measure("slope", _SLOPE[language]), over_epochs(language)
    drawn = lines(names, x, slope, language, series=("layer", _LAYER), ends=EXTREMES)
    return layered(drawn, 150, [EPOCHS])
