"""Figure 1 of the gradient page: a deep network under the microscope, layer by layer."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dlbasic.charts import layers as charts
from dlbasic.charts.lines import Measure
from dlbasic.charts.theme import function_names
from dlbasic.experiments.deep import DeepSettings
from dlbasic.experiments.microscope import EXACT, FACTORS, GRADIENTS, Passed, View, views
from dlbasic.params import declared
from dlbasic.text import Language, Text, number, percent
from dlbasic.ui.figures import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.link import Page
from dlbasic.ui.prose import caption, say
from dlbasic.ui.widgets import control

_ALT = Text(ko="{title}. 첫 층과 마지막 층: {ends}.", en="{title}. First and last layer: {ends}.")
_TITLES = {
    "delta": Text(ko="가중 합에서의 기울기 크기 (로그 축)",
                  en="gradient norm at the weighted sums (log axis)"),
    "weight": Text(ko="가중치에서의 기울기 크기 (로그 축)",
                   en="gradient norm at the weights (log axis)"),
    "slope_factor": Text(ko="미분값의 몫: f′(z)를 곱해 남는 배율 (로그 축)",
                         en="slope factor: what f′(z) leaves (log axis)"),
    "weight_factor": Text(ko="가중치의 몫: Wᵀ를 곱해 변하는 배율 (로그 축)",
                          en="weight factor: what Wᵀ makes of it (log axis)"),
    "std": Text(ko="출력의 표준편차", en="standard deviation of the outputs"),
    "mean": Text(ko="출력의 평균", en="mean output"),
    "saturated": Text(ko="포화된 비율 (|f′(z)| < 0.05)", en="share saturated (|f′(z)| < 0.05)"),
    "zero_slope": Text(ko="f′(z)가 정확히 0인 비율", en="share with slope exactly 0"),
}  # fmt: skip
_FUNCTION = Text(ko="함수", en="Function")
_BESIDE = Text(ko="float64로 계산한 크기", en="its norm in float64")
_WAITING = Text(ko="신경망에 배치를 보내고 있습니다…", en="Sending the batch through the networks…")
_OVERFLOW = Text(ko="오버플로", en="overflow")
_NONE = Text(ko="없음", en="none")
_ZEROS = Text(ko="층 {all}개 중 {layers}개(시드 {seeds}개 중 {some}개)",
              en="{layers} of {all} layers ({some} of {seeds} seeds)")  # fmt: skip
_OUTPUTS = Text(ko="출력은 은닉층 {layer}부터", en="outputs from hidden layer {layer} on")
_BACK = Text(ko="기울기는 층 {layers}", en="gradients in layers {layers}")
_LOST = Text(ko="{where}(시드 {seeds}개 중 {some}개)", en="{where} ({some} of {seeds} seeds)")
_ALT_OUTPUTS = Text(
    ko="{layer}번째 층에서 나온 출력의 분포. 평균: {means}.",
    en="Distribution of the outputs of layer {layer}; means: {means}.",
)
_SCALES: dict[str, Literal["plain", "percent"]] = {
    "mean": "plain", "std": "plain", "saturated": "percent", "zero_slope": "percent",
}  # fmt: skip


_VIEWS: Kept[View] = Kept(lambda asked: views(*asked), bound=32)  # each 3 MB at the most
_LONG = 15e6  # work, of which a first visit's view is 1.8e6, that has a progress bar


def microscope(page: Page) -> None:
    """The controls, the charts over the layers, and the numbers of the layer picked."""
    control(page, "deep.f")
    with st.grid(4, min_column_width=150):
        for name in declared(DeepSettings):
            control(page, f"deep.{name}")
        control(page, "deep.seeds")
    settings = DeepSettings(**{name: page[f"deep.{name}"] for name in declared(DeepSettings)})
    seen = _seen(settings, page["deep.f"], page["deep.seeds"], page.language)
    picked = min(page["deep.layer"], settings.depth)
    rows = seen.rows.assign(picked=float(picked))
    slots = _slots(seen, settings, page["deep.seeds"], page.language)

    _pair(page, seen, rows, *GRADIENTS)
    for part, there in (
        ("deep-caption", True), ("deep-beside", seen.beside), ("deep-zero", slots["vanished"]),
        ("deep-overflow", slots["overflown"]),
    ):  # fmt: skip
        if there:
            caption(page, part, slots)
    say(page, "factors")
    _pair(page, seen, rows, *FACTORS)
    caption(page, "factors-caption", slots)
    if slots["vanished"]:
        caption(page, "factors-zero", slots)
    say(page, "forward")
    _pair(page, seen, rows, "mean", "std")
    _pair(page, seen, rows, "saturated", "zero_slope")

    say(page, "layer", {"layer": picked})
    with st.container(width=320):
        control(page, "deep.layer")
    _layer(page, seen, picked)


def _seen(
    settings: DeepSettings, functions: tuple[str, ...], seeds: int, language: Language
) -> View:
    """The view, kept for all readers; under a bar where it takes long."""
    weights = settings.width * (settings.width + settings.batch)
    work = len(functions) * seeds * settings.depth * weights * (1 if settings.dtype == EXACT else 2)
    return _VIEWS.get((settings, functions, seeds), _WAITING[language] if work > _LONG else None)


def _pair(page: Page, seen: View, rows: pd.DataFrame, *fields: str) -> None:
    """Two charts beside each other; a click on a layer picks it."""
    for column, field in zip(st.columns(2), fields, strict=True):
        with column:
            title = _TITLES[field][page.language]
            key = _chart_key(field, int(rows["picked"].iloc[0]))
            measure = Measure(field, title, _SCALES.get(field, "log"))
            beside = seen.beside is not None and field in GRADIENTS
            draw(
                charts.layers, (*seen.of,), measure, field == "delta", beside, page.language,
                rows=_columns(rows, field), key=key,
                alt=_ALT.fill(page.language, {"title": title, "ends": _ends(seen, field, page)}),
                on_select=partial(_pick, page, key), selection=charts.PICK,
            )  # fmt: skip


def _columns(rows: pd.DataFrame, field: str) -> pd.DataFrame:
    """What a field's chart reads, of the layers that have it; the output has a gradient alone."""
    wanted = ["function", "layer", "picked", field, f"{field}_low", f"{field}_high"]
    further = ["guide", "delta_beside"] if field == "delta" else [f"{field}_beside"]
    there = rows if field in GRADIENTS else rows[rows["layer"] < rows["layer"].max()]
    return there[wanted + [name for name in further if name in rows]]


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
    """Each function's median at the first and the last layer, and in float64 where it differs."""
    names, said = function_names(page.language), []
    for key, passed in seen.of.items():
        ends, beside = (
            ", ".join(_written(of.medians[field][end], field, page.language) for end in (0, -1))
            for of in (passed, seen.beside.of[key] if seen.beside else passed)
        )
        differs = f" ({EXACT} {beside})" if beside != ends and field in GRADIENTS else ""
        said.append(f"{names[key]} {ends}{differs}")
    return "; ".join(said)


def _written(value: float, field: str, language: Language) -> str:
    """A value as the words for it say: what is not finite and what there is not have their own."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return _OVERFLOW[language]
    return percent(value) if _SCALES.get(field) == "percent" else number(value)


def _slots(seen: View, settings: DeepSettings, seeds: int, language: Language) -> dict[str, Any]:
    """The ratios, splits, zeros and overflows of every function, written out."""
    names = function_names(language)
    beside = (seen.beside or seen).of
    ratios = {key: _ratio(passed, language) for key, passed in seen.of.items()}
    exact = {key: _ratio(passed, language) for key, passed in beside.items()}
    differing = {key: words for key, words in exact.items() if words != ratios[key]}
    told = {
        "ratios": ratios,
        "beside": differing,
        "splits": {key: _split(passed, language) for key, passed in seen.of.items()},
        "vanished": {key: _zeros(passed, language) for key, passed in seen.of.items()},
        "overflown": {key: _overflow(passed, language) for key, passed in seen.of.items()},
    }
    lists = {
        name: ("; " if name == "overflown" else ", ").join(
            f"{names[key]} {words}" for key, words in of.items() if words
        )
        for name, of in told.items()
    }
    return {
        **lists, "beside": lists["beside"] or _NONE[language], "depth": settings.depth,
        "output": settings.depth + 1, "dtype": settings.dtype, "seeds": seeds,
    }  # fmt: skip


def _ratio(passed: Passed, language: Language) -> str:
    middle, low, high = (_written(of, "delta", language) for of in passed.ratio())
    return middle if low == _OVERFLOW[language] else f"{middle} ({low} – {high})"


def _split(passed: Passed, language: Language) -> str:
    parts = [_written(of, "delta", language) for of in passed.split()]
    return parts[0] if _OVERFLOW[language] in parts else " × ".join(parts)


def _zeros(passed: Passed, language: Language) -> str:
    layers, some = passed.vanished()
    of = {"all": len(passed.profile.delta), "seeds": passed.seeds}
    return _ZEROS.fill(language, {**of, "layers": layers, "some": some}) if some else ""


def _overflow(passed: Passed, language: Language) -> str:
    some, outputs, gradients = passed.overflow()
    said = []
    if outputs:
        said.append(_OUTPUTS.fill(language, {"layer": outputs}))
    if gradients:
        first, last = gradients
        layers = f"{first}–{last}" if first < last else f"{first}"
        said.append(_BACK.fill(language, {"layers": layers}))
    slots = {"where": ", ".join(said), "some": some, "seeds": passed.seeds}
    return _LOST.fill(language, slots) if some else ""


def _layer(page: Page, seen: View, layer: int) -> None:
    """The picked layer's numbers, medians over seeds, and the distribution of its outputs."""
    language, names = page.language, function_names(page.language)

    def written(view: View, key: str, field: str) -> str:
        return _written(float(view.of[key].medians[field][layer - 1]), field, language)

    def row(key: str) -> dict[str, str]:
        cells = {_FUNCTION[language]: names[key]}
        for field, title in _TITLES.items():
            cells[title[language].partition(" (")[0].partition(":")[0]] = written(seen, key, field)
            if seen.beside and field == "delta":
                cells[_BESIDE[language]] = written(seen.beside, key, field)
        return cells

    st.table(pd.DataFrame(map(row, seen.of)), hide_index=True)
    means = ", ".join(f"{names[key]} {written(seen, key, 'mean')}" for key in seen.of)
    draw(
        charts.outputs, (*seen.of,), language, rows=seen.distribution(layer), key="deep-outputs",
        alt=_ALT_OUTPUTS.fill(language, {"layer": layer, "means": means}),
    )  # fmt: skip
