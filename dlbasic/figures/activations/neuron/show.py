"""Normally distributed sums before and after a neuron's function, and what becomes of them."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import streamlit as st

from dlbasic.charts.theme import function_names
from dlbasic.diagnostics import LAYERS, neuron_response
from dlbasic.figures.activations.neuron import chart as charts
from dlbasic.figures.activations.neuron.measure import Neuron
from dlbasic.text import Language, Text, number, percent
from dlbasic.ui import Panel, beside, caption, controls, draw, parameter_controls

_BEFORE = Text(ko="들어가기 전: 가중 합 z", en="Before: weighted sum z")
_AFTER = Text(ko="나온 뒤: 출력 f(z)", en="After: output f(z)")

_ALT_BEFORE = Text(
    ko="{name}에 들어가는 가중 합의 분포. 미분값이 작은 비율은 {small_slope}.",
    en="Distribution of the sums that go into {name}; the slope is small for {small_slope}.",
)

_ALT_AFTER = Text(
    ko="{name}에서 나온 출력의 분포. 평균 {mean}.",
    en="Distribution of the outputs of {name}; their mean is {mean}.",
)

_MEAN = Text(ko="출력의 평균", en="Mean output")
_SMALL = Text(ko="미분값이 작은 비율", en="Share with a small slope")
_ZERO = Text(ko="미분값이 0인 비율", en="Share at zero slope")
_SLOPE = Text(ko="미분값의 평균", en="Mean slope")
_LAYERS = Text(ko="{layers}개 층 뒤", en="After {layers} layers")
_CENTRED = Text(ko="0 중심", en="centred on 0")
_MORE = Text(ko="{share} 초과", en="more than {share}")
_POSITIVE = Text(ko="양수 쪽으로 치우침", en="leans positive")
_NEGATIVE = Text(ko="음수 쪽으로 치우침", en="leans negative")


def show(panel: Panel) -> None:
    """The distributions before and after, the controls beside them, and the numbers."""
    settings, language = panel.settings(Neuron), panel.language
    key, threshold = settings.function, settings.threshold

    response = neuron_response(panel.function(key), settings.mean, settings.std, threshold)
    mean = response.mean_output
    slots = {
        "name": function_names(language)[key], "mean": mean, "mean_output": mean,
        "small_slope": _share(response.small_slope, language), "threshold": threshold,
        "mean_slope": response.mean_slope, "after_layers": response.after_layers, "layers": LAYERS,
    }  # fmt: skip
    picture, side = beside()
    with side:
        controls(panel, Neuron, columns=1)
        parameter_controls(panel, [key])
    for title, bins, name, alt in (
        (_BEFORE, response.before, "before", _ALT_BEFORE),
        (_AFTER, response.after, "after", _ALT_AFTER),
    ):
        with picture:
            draw(charts.histogram, key, title[language], language, rows=pd.DataFrame(bins),
                 key=name, alt=alt.fill(language, slots))  # fmt: skip

    lean = _CENTRED if mean == 0 else _POSITIVE if mean > 0 else _NEGATIVE
    with st.grid(5, min_column_width=130):
        st.metric(_MEAN[language], number(mean), lean[language],
                  delta_color="off", delta_arrow="off")  # fmt: skip
        st.metric(_SMALL[language], percent(response.small_slope))
        st.metric(_ZERO[language], percent(response.zero_slope))
        st.metric(_SLOPE[language], number(response.mean_slope))
        st.metric(_LAYERS.fill(language, {"layers": LAYERS}), number(response.after_layers))
    caption(panel, "caption", slots)


def _share(share: float | Decimal, language: Language) -> str:
    """A percentage inside a sentence, where a sign says nothing to the ear."""
    written = percent(share)
    plain = written.removeprefix(">")
    return plain if plain == written else _MORE.fill(language, {"share": plain})
