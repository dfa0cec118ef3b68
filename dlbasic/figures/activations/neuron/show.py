"""Normally distributed sums before and after a neuron's function, and what becomes of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.charts.theme import function_names
from dlbasic.diagnostics import LAYERS, NeuronResponse, histogram, neuron_response
from dlbasic.figures.activations.neuron import chart as charts
from dlbasic.figures.activations.neuron.measure import Neuron
from dlbasic.text import Text, number, percent
from dlbasic.ui import Panel, beside, caption, controls, draw, parameter_controls

_BEFORE = Text(ko="들어가기 전: 가중 합 z", en="Before: weighted sum z")
_AFTER = Text(ko="나온 뒤: 출력 f(z)", en="After: output f(z)")

_ALT_BEFORE = Text(
    ko="{name}에 들어가는 가중 합의 분포. 이 가운데 {saturated:%}가 포화.",
    en="Distribution of the sums that go into {name}; {saturated:%} of them are saturated.",
)

_ALT_AFTER = Text(
    ko="{name}에서 나온 출력의 분포. 평균 {mean}.",
    en="Distribution of the outputs of {name}; their mean is {mean}.",
)

_MEAN = Text(ko="출력의 평균", en="Mean output")
_SATURATED = Text(ko="포화된 비율", en="Share saturated")
_ZERO = Text(ko="기울기가 0인 비율", en="Share at zero slope")
_SLOPE = Text(ko="평균 기울기", en="Mean slope")
_LAYERS = Text(ko="{layers}개 층 뒤", en="After {layers} layers")
_CONSTANT = Text(ko="출력이 모두 같음", en="all outputs equal")
_CENTRED = Text(ko="0 중심", en="centred on 0")
_POSITIVE = Text(ko="양수 쪽으로 치우침", en="leans positive")
_NEGATIVE = Text(ko="음수 쪽으로 치우침", en="leans negative")


def show(panel: Panel) -> None:
    """The distributions before and after, the controls beside them, and the numbers."""
    settings, language = panel.settings(Neuron), panel.language
    key, threshold = settings.function, settings.threshold

    response = neuron_response(panel.function(key), settings.mean, settings.std, threshold)
    mean = _mean_output(response)
    groups = np.where(np.abs(response.slope) < threshold, "saturated", "active")
    slots = {
        "name": function_names(language)[key],
        "mean": mean,
        "saturated": response.saturated,
    }
    picture, side = beside()
    with side:
        controls(panel, Neuron, columns=1)
        parameter_controls(panel, [key])
    for title, values, name, alt in (
        (_BEFORE, response.z, "before", _ALT_BEFORE),
        (_AFTER, response.y, "after", _ALT_AFTER),
    ):
        with picture:
            rows = pd.DataFrame(histogram(values, groups))
            draw(charts.histogram, key, title[language], language, rows=rows, key=name,
                 alt=alt.fill(language, slots))  # fmt: skip

    if np.ptp(response.y) == 0.0:
        lean = _CONSTANT
    elif mean == 0.0:
        lean = _CENTRED
    else:
        lean = _POSITIVE if mean > 0 else _NEGATIVE
    with st.grid(5, min_column_width=130):
        st.metric(_MEAN[language], number(mean), lean[language],
                  delta_color="off", delta_arrow="off")  # fmt: skip
        st.metric(_SATURATED[language], percent(response.saturated))
        st.metric(_ZERO[language], percent(response.zero_slope))
        st.metric(_SLOPE[language], number(response.mean_slope))
        st.metric(_LAYERS.fill(language, {"layers": LAYERS}), number(response.after_layers))
    measured = {
        "mean_output": mean, "saturated": response.saturated,
        "threshold": threshold, "mean_slope": response.mean_slope,
        "after_layers": response.after_layers,
    }  # fmt: skip
    caption(panel, "caption", measured)


def _mean_output(response: NeuronResponse) -> float:
    """The mean output; 0 where it is nothing but the rounding of outputs that cancel."""
    size = float(np.abs(response.y).mean())
    return 0.0 if abs(response.mean_output) < 1e-12 * size else response.mean_output
