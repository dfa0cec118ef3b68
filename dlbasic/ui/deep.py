"""Figure 1 of the gradient page: a deep network under the microscope, layer by layer."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any, Literal

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.charts import layers as charts
from dlbasic.charts.lines import Measure
from dlbasic.charts.theme import function_names
from dlbasic.experiments.deep import DeepSettings
from dlbasic.experiments.microscope import View, view
from dlbasic.params import declared
from dlbasic.text import Language, Text, number, percent
from dlbasic.ui.figures import draw
from dlbasic.ui.link import Page
from dlbasic.ui.prose import caption, say
from dlbasic.ui.widgets import control

_ALT = Text(ko="{title}. 첫 층과 마지막 층: {ends}.", en="{title}. First and last layer: {ends}.")
_TITLES = {
    "delta": Text(ko="가중 합에서의 기울기 크기 (로그 축)",
                  en="gradient norm at the weighted sums (log axis)"),
    "weight": Text(ko="가중치에서의 기울기 크기 (로그 축)",
                   en="gradient norm at the weights (log axis)"),
    "slope_factor": Text(ko="기울기 인수: f′(z)를 곱해 남는 배율 (로그 축)",
                         en="slope factor: what f′(z) leaves (log axis)"),
    "weight_factor": Text(ko="가중치 인수: Wᵀ를 곱해 변하는 배율 (로그 축)",
                          en="weight factor: what Wᵀ makes of it (log axis)"),
    "std": Text(ko="출력의 표준편차", en="standard deviation of the outputs"),
    "mean": Text(ko="출력의 평균", en="mean output"),
    "saturated": Text(ko="포화된 비율 (|f′(z)| < 0.05)", en="share saturated (|f′(z)| < 0.05)"),
    "zero_slope": Text(ko="기울기가 정확히 0인 비율", en="share with slope exactly 0"),
}  # fmt: skip
_FUNCTION = Text(ko="함수", en="Function")
_ALT_OUTPUTS = Text(
    ko="{layer}번째 층에서 나온 출력의 분포. 평균: {means}.",
    en="Distribution of the outputs of layer {layer}; means: {means}.",
)
_SCALES: dict[str, Literal["plain", "percent"]] = {
    "mean": "plain", "std": "plain", "saturated": "percent", "zero_slope": "percent",
}  # fmt: skip


@lru_cache(maxsize=32)
def _view(settings: DeepSettings, functions: tuple[str, ...], seeds: int) -> View:
    return view(settings, functions, seeds)


def microscope(page: Page) -> None:
    """The controls, the charts over the layers, and the numbers of the layer picked."""
    control(page, "deep.f")
    with st.grid(4, min_column_width=150):
        for name in declared(DeepSettings):
            control(page, f"deep.{name}")
        control(page, "deep.seeds")
    settings = DeepSettings(**{name: page[f"deep.{name}"] for name in declared(DeepSettings)})
    seen = _view(settings, page["deep.f"], page["deep.seeds"])
    picked = min(page["deep.layer"], settings.depth)
    rows = seen.rows.assign(picked=float(picked))
    slots = _slots(seen, settings, page.language)

    _pair(page, seen, rows, "delta", "weight")
    caption(page, "deep-caption", slots)
    if slots["vanished"]:
        caption(page, "deep-zero", slots)
    say(page, "factors")
    _pair(page, seen, rows, "slope_factor", "weight_factor")
    caption(page, "factors-caption", slots)
    say(page, "forward")
    _pair(page, seen, rows, "mean", "std")
    _pair(page, seen, rows, "saturated", "zero_slope")

    say(page, "layer", {"layer": picked})
    with st.container(width=320):
        control(page, "deep.layer")
    _layer(page, seen, picked)


def _pair(page: Page, seen: View, rows: pd.DataFrame, *fields: str) -> None:
    """Two charts beside each other; a click on a layer picks it."""
    for column, field in zip(st.columns(2), fields, strict=True):
        with column:
            title = _TITLES[field][page.language]
            key = _chart_key(field, int(rows["picked"].iloc[0]))
            measure = Measure(field, title, _SCALES.get(field, "log"))
            draw(
                charts.layers, seen.functions, measure, field == "delta", page.language,
                rows=_columns(rows, field), key=key,
                alt=_ALT.fill(page.language, {"title": title, "ends": _ends(seen, field, page)}),
                on_select=partial(_pick, page, key), selection=charts.PICK,
            )  # fmt: skip


def _columns(rows: pd.DataFrame, field: str) -> pd.DataFrame:
    wanted = ["function", "layer", "picked", field, f"{field}_low", f"{field}_high"]
    return rows[[*wanted, "guide"] if field == "delta" else wanted]


def _chosen(key: str) -> float | None:
    """The layer that was clicked last on this chart."""
    event: Any = st.session_state.get(key) or {}
    chosen = (event.get("selection") or {}).get(charts.PICK) or []
    layer = chosen[0].get("layer") if chosen and isinstance(chosen[0], dict) else None
    return layer if isinstance(layer, int | float) else None


def _chart_key(field: str, picked: int) -> str:
    """The chart's key: another once the layer was picked elsewhere.

    A chart reports its selection when it changes: one that still holds a layer which is no longer
    the picked one would be silent when that layer is clicked again.
    """
    turn: int = st.session_state.setdefault(f"deep-{field}:turn", 0)
    if _chosen(f"deep-{field}-{turn}") not in (None, picked):
        turn = st.session_state[f"deep-{field}:turn"] = turn + 1
    return f"deep-{field}-{turn}"


def _pick(page: Page, key: str) -> None:
    """A click on a chart chooses the layer, as the slider does; the last is the output's."""
    layer = _chosen(key)
    if layer is not None:
        hidden = min(layer, page["deep.depth"])
        page.set("deep.layer", page.controls["deep.layer"].nearest(hidden))


def _ends(seen: View, field: str, page: Page) -> str:
    """Each function's median at the first and the last layer that has one."""
    names, said = function_names(page.language), []
    for key in seen.functions:
        values = seen.rows.loc[seen.rows["function"] == key, field].dropna()
        if len(values):
            first, last = number(float(values.iloc[0])), number(float(values.iloc[-1]))
            said.append(f"{names[key]} {first}, {last}")
    return "; ".join(said) or "0"


def _slots(seen: View, settings: DeepSettings, language: Language) -> dict[str, Any]:
    """The ratios, splits and zeros of every function, written out."""
    names = function_names(language)
    ratios, splits, zeros = [], [], []
    for key in seen.functions:
        middle, low, high = seen.ratio(key)
        ratios.append(f"{names[key]} {number(middle)} ({number(low)} – {number(high)})")
        slopes, weights = seen.split(key)
        splits.append(f"{names[key]} {number(slopes)} × {number(weights)}")
        if seen.vanished(key):
            zeros.append(f"{names[key]} {seen.vanished(key)}")
    return {
        "ratios": ", ".join(ratios), "splits": ", ".join(splits), "vanished": ", ".join(zeros),
        "depth": settings.depth, "dtype": settings.dtype, "seeds": seen.seeds,
    }  # fmt: skip


def _layer(page: Page, seen: View, layer: int) -> None:
    """The picked layer's numbers, medians over seeds, and the distribution of its outputs."""
    language, names = page.language, function_names(page.language)
    at = seen.rows[seen.rows["layer"] == layer].set_index("function")

    def written(key: str, field: str) -> str:
        value = float(at[field].to_dict()[key])
        if np.isnan(value):
            return "0"
        return percent(value) if _SCALES.get(field) == "percent" else number(value)

    table = pd.DataFrame(
        {
            _FUNCTION[language]: names[key],
            **{
                title[language].partition(" (")[0].partition(":")[0]: written(key, field)
                for field, title in _TITLES.items()
            },
        }
        for key in seen.functions
    )
    st.table(table, hide_index=True)
    means = ", ".join(f"{names[key]} {written(key, 'mean')}" for key in seen.functions)
    draw(
        charts.outputs, seen.functions, language, rows=seen.distribution(layer), key="deep-outputs",
        alt=_ALT_OUTPUTS.fill(language, {"layer": layer, "means": means}),
    )  # fmt: skip
