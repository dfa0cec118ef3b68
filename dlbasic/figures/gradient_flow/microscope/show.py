"""A deep network under the microscope, layer by layer: what became of gradient and signal."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.lines import Measure, Place, functions_columns
from dlbasic.charts.theme import function_names
from dlbasic.figures.gradient_flow.microscope import chart as charts
from dlbasic.figures.gradient_flow.microscope.measure import (
    EXACT,
    GRADIENTS,
    MOMENT,
    PARTS,
    SUITED,
    FunctionPass,
    Microscope,
    View,
    views,
)
from dlbasic.measures.deep_networks import FLAT
from dlbasic.params import declared
from dlbasic.text import Language, Text, number, percent
from dlbasic.ui import Kept, Panel, beside, caption, control, draw, measured, more, part, say

_ALT = Text(ko="{title}. 첫 번째 층과 마지막 층: {ends}.",
            en="{title}. First and last layer: {ends}.")  # fmt: skip

_TITLES = {
    "delta": Text(ko="가중 합에 대한 기울기의 크기 (로그 축)",
                  en="gradient norm, weighted sums (log axis)"),
    "weight": Text(ko="가중치에 대한 기울기의 크기 (로그 축)",
                   en="gradient norm, weights (log axis)"),
    "slope_factor": Text(ko="미분값 인수: f′(z)로 몇 배가 되나 (로그 축)",
                         en="slope factor: change due to f′(z) (log axis)"),
    "weight_factor": Text(ko="가중치 인수: Wᵀ로 몇 배가 되나 (로그 축)",
                          en="weight factor: change due to Wᵀ (log axis)"),
    "std": Text(ko="출력의 표준편차", en="standard deviation of the outputs"),
    "mean": Text(ko="출력의 평균", en="mean output"),
    "saturated": Text(
        ko=f"미분값이 작은 비율 (|f′(z)| < {FLAT})",
        en=f"share with a small slope (|f′(z)| < {FLAT})",
    ),
    "zero_slope": Text(ko="미분값이 정확히 0인 비율", en="share with slope exactly 0"),
}  # fmt: skip

_FUNCTION = Text(ko="함수", en="Function")
_BESIDE = Text(ko="float64로 계산한 기울기의 크기", en="its norm in float64")
_WAITING = Text(ko="신경망에 배치를 보내고 있습니다…", en="Sending the batch through the networks…")
_OVERFLOW = Text(ko="오버플로", en="overflow")
_NONE = Text(ko="없음", en="none")

_RULES = {
    "he_normal": Text(ko="He(분산 2/n) {names}", en="He (variance 2/n) for {names}"),
    "lecun_normal": Text(ko="LeCun(분산 1/n) {names}", en="LeCun (variance 1/n) for {names}"),
}

_ZEROS = Text(ko="층 {all}개 중 {layers}개(시드 {seeds}개 중 {some}개)",
              en="{layers} of {all} layers ({some} of {seeds} seeds)")  # fmt: skip

_OUTPUTS = Text(ko="출력은 은닉층 {layer}부터", en="outputs from hidden layer {layer} on")
_BACK = Text(ko="기울기는 층 {layers}", en="gradients in layers {layers}")
_BACK_ONE = Text(ko="기울기는 층 {layers}", en="gradients in layer {layers}")
_LOST = Text(ko="{where}(시드 {seeds}개 중 {some}개)", en="{where} ({some} of {seeds} seeds)")

_ALT_OUTPUTS = Text(
    ko="은닉층 {layer}의 출력 분포. 평균: {means}.",
    en="Distribution of the outputs of hidden layer {layer}; means: {means}.",
)

_SCALES: dict[str, Literal["plain", "percent"]] = {
    "mean": "plain", "std": "plain", "saturated": "percent", "zero_slope": "percent",
}  # fmt: skip

_MAIN = ("functions", "depth", "rule", "scale")  # the other controls stand behind a fold
_VIEWS = Kept(views)


def show(panel: Panel) -> None:
    """One pair of measures over the layers, the layer picked below it, the controls beside."""
    shown, language = part(panel), panel.language
    picture, side = beside()
    with side:
        for name in _MAIN:
            control(panel, name)
        more(panel, [name for name in declared(Microscope) if name not in _MAIN])
    with picture:
        found = measured(
            panel, _VIEWS, panel.settings(Microscope), Microscope(), _WAITING,
            moment=lambda settings: settings.work < MOMENT,
        )  # fmt: skip
        if found is None:
            return
        seen, settings = found
        picked = min(panel["layer"], settings.depth)
        _pair(panel, settings, seen, picked, PARTS[shown])
        _layer(panel, seen, picked, PARTS[shown])
    if shown == "outputs":
        _outputs(panel, seen, picked)
    _captions(panel, shown, seen, _slots(seen, settings, language))


def _captions(panel: Panel, shown: str, seen: View, slots: dict[str, Any]) -> None:
    """What is said of the part that is shown."""
    match shown:
        case "gradients":
            for words, wanted in (
                ("caption", True), ("suited", slots["rules"]),
                ("scaled", slots["rules"] and slots["scale"] != 1.0),
                ("halved", slots["rules"] and slots["falls"]), ("beside", seen.beside),
                ("zero", slots["vanished"]), ("overflow", slots["overflown"]),
            ):  # fmt: skip
                if wanted:
                    caption(panel, words, slots)
            say(panel, "gradients")
        case "factors":
            caption(panel, "factors-caption", slots)
            if slots["vanished"]:
                caption(panel, "factors-zero", slots)
            say(panel, "factors")
        case _:
            say(panel, "forward")


def _pair(
    panel: Panel, settings: Microscope, seen: View, picked: int, fields: tuple[str, ...]
) -> None:
    """Two charts below each other; a click on a layer picks it."""
    language = panel.language
    places: tuple[Place, Place] = ("upper", "lower")
    for place, field in zip(places, fields, strict=True):
        title, key = _TITLES[field][language], _chart_key(field, picked)
        measure = Measure(field, title, _SCALES.get(field, "log"))
        beside = seen.beside is not None and field in GRADIENTS
        draw(
            charts.layers, tuple(ACTIVATIONS), measure, field == "delta", beside, place, language,
            only=settings.functions, values=functions_columns(settings.functions, language),
            rows=_rows(seen, field, picked), key=key,
            alt=_ALT.fill(language, {"title": title, "ends": _ends(seen, field, language)}),
            on_select=partial(_pick, panel, key, settings.depth), selection=charts.PICK,
        )  # fmt: skip


def _rows(seen: View, field: str, picked: int) -> pd.DataFrame:
    """What a field's chart reads, of the layers that have it; the output has a gradient alone."""
    rows = seen.rows.assign(picked=float(picked))
    wanted = ["function", "layer", "picked", field, f"{field}_low", f"{field}_high"]
    further = ["guide", "delta_beside"] if field == "delta" else [f"{field}_beside"]
    layers = rows if field in GRADIENTS else rows[rows["layer"] < rows["layer"].max()]
    return layers[wanted + [name for name in further if name in rows]]


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
    turn: int = st.session_state.setdefault(f"microscope-{field}:turn", 0)
    if _chosen(f"microscope-{field}-{turn}") not in (None, picked):
        turn = st.session_state[f"microscope-{field}:turn"] = turn + 1
    return f"microscope-{field}-{turn}"


def _pick(panel: Panel, key: str, depth: int) -> None:
    """A click on a chart chooses the layer, as the slider does; the last is the output's.

    A chart that has left the page may report its last click once more; who moved the slider
    meanwhile keeps that.
    """
    layer, slider = _chosen(key), st.session_state.get(panel.key("layer"), panel["layer"])
    if layer is not None and slider == panel["layer"]:
        panel.set("layer", panel.param("layer").nearest(min(layer, depth)))


def _ends(seen: View, field: str, language: Language) -> str:
    """Each function's median at the first and the last layer, and in float64 where it differs."""
    names, words = function_names(language), []
    for key in seen.passes:
        ends, exact = (
            ", ".join(
                _written(view.passes[key].medians[field][end], field, language) for end in (0, -1)
            )
            for view in (seen, seen.beside or seen)
        )
        differs = f" ({EXACT} {exact})" if exact != ends and field in GRADIENTS else ""
        words.append(f"{names[key]} {ends}{differs}")
    return "; ".join(words)


def _written(value: float, field: str, language: Language) -> str:
    """A value in words: NaN is a dash, infinity the word overflow."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return _OVERFLOW[language]
    return percent(value) if _SCALES.get(field) == "percent" else number(value)


def _slots(seen: View, settings: Microscope, language: Language) -> dict[str, Any]:
    """The ratios, splits, zeros and overflows of every function, written out."""
    names = function_names(language)
    exact = (seen.beside or seen).passes
    ratios = {key: _ratio(result, language) for key, result in seen.passes.items()}
    exact_ratios = {key: _ratio(result, language) for key, result in exact.items()}
    words = {
        "ratios": ratios,
        "beside": {key: ratio for key, ratio in exact_ratios.items() if ratio != ratios[key]},
        "splits": {key: _split(result, language) for key, result in seen.passes.items()},
        "vanished": {key: _zeros(result, language) for key, result in seen.passes.items()},
        "overflown": {key: _overflow(result, language) for key, result in seen.passes.items()},
    }
    lists = {
        name: ("; " if name == "overflown" else ", ").join(
            f"{names[key]} {phrase}" for key, phrase in phrases.items() if phrase
        )
        for name, phrases in words.items()
    }
    return {
        **lists, "beside": lists["beside"] or _NONE[language], "depth": settings.depth,
        "output": settings.depth + 1, "dtype": settings.dtype, "seeds": settings.seeds,
        "rules": _rules(settings, language) if settings.rule == SUITED else "",
        # He's weights are √2 times LeCun's, and ReLU hands on such a factor as it is.
        "halved": 0.5 ** ((settings.depth - 1) / 2),
        "falls": "relu" in settings.functions and settings.depth > 1,
        "scale": settings.scale, "square": settings.scale**2,
    }  # fmt: skip


def _rules(settings: Microscope, language: Language) -> str:
    """Which functions have each of the rules that suit them."""
    names = function_names(language)
    own = {key: settings.rule_of(key) for key in settings.functions}
    return "; ".join(
        words.fill(language, {"names": ", ".join(names[key] for key in own if own[key] == rule)})
        for rule, words in _RULES.items()
        if rule in own.values()
    )


def _ratio(result: FunctionPass, language: Language) -> str:
    middle, low, high = (_written(value, "delta", language) for value in result.ratio())
    return middle if low == _OVERFLOW[language] else f"{middle} ({low} – {high})"


def _split(result: FunctionPass, language: Language) -> str:
    parts = [_written(value, "delta", language) for value in result.split()]
    return parts[0] if _OVERFLOW[language] in parts else " × ".join(parts)


def _zeros(result: FunctionPass, language: Language) -> str:
    layers, some = result.vanished()
    slots = {
        "all": len(result.profile.delta),
        "seeds": result.seeds,
        "layers": layers,
        "some": some,
    }
    return _ZEROS.fill(language, slots) if some else ""


def _overflow(result: FunctionPass, language: Language) -> str:
    some, outputs, gradients = result.overflow()
    where = []
    if outputs:
        where.append(_OUTPUTS.fill(language, {"layer": outputs}))
    if gradients:
        first, last = gradients
        several = first < last
        layers = f"{first}–{last}" if several else f"{first}"
        where.append((_BACK if several else _BACK_ONE).fill(language, {"layers": layers}))
    slots = {"where": ", ".join(where), "some": some, "seeds": result.seeds}
    return _LOST.fill(language, slots) if some else ""


def _layer(panel: Panel, seen: View, layer: int, fields: tuple[str, ...]) -> None:
    """The picked layer's numbers, medians over seeds."""
    language, names = panel.language, function_names(panel.language)

    def row(key: str) -> dict[str, str]:
        cells = {_FUNCTION[language]: names[key]}
        for field in fields:
            cells[_heading(_TITLES[field][language])] = _median(seen, key, field, layer, language)
            if seen.beside and field == "delta":
                cells[_BESIDE[language]] = _median(seen.beside, key, field, layer, language)
        return cells

    which, numbers = st.columns([1, 2], gap="medium")
    with which:
        control(panel, "layer")
    with numbers:
        st.table(pd.DataFrame(map(row, seen.passes)), hide_index=True)


def _outputs(panel: Panel, seen: View, layer: int) -> None:
    """The distribution of the picked layer's outputs."""
    language, names = panel.language, function_names(panel.language)
    means = ", ".join(
        f"{names[key]} {_median(seen, key, 'mean', layer, language)}" for key in seen.passes
    )
    draw(
        charts.outputs, tuple(ACTIVATIONS), language, only=(*seen.passes,),
        rows=seen.distribution(layer), key="microscope-outputs",
        alt=_ALT_OUTPUTS.fill(language, {"layer": layer, "means": means}),
    )  # fmt: skip


def _median(view: View, key: str, field: str, layer: int, language: Language) -> str:
    return _written(float(view.passes[key].medians[field][layer - 1]), field, language)


def _heading(title: str) -> str:
    """A chart's title without its axis and what explains it; f′(z), too, has a bracket."""
    return title.partition(" (")[0].partition(":")[0]
