"""The chosen functions' curves, their exact values at one x, formulas, and facts side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.charts.theme import function_names
from dlbasic.figures.activations.explorer import chart as charts
from dlbasic.figures.activations.explorer.measure import (
    ENDS,
    Explorer,
    curves,
    drawn,
    extremes,
    is_rounded,
)
from dlbasic.params import declared
from dlbasic.text import Language, Text, both, exact, number
from dlbasic.ui import Panel, beside, caption, control, draw, parameter_controls, part, say

_ALT = Text(
    ko="{names}의 값과 미분값. x는 {low}부터 {high}까지.",
    en="Value and slope of {names}, x from {low} to {high}.",
)

_FUNCTION = Text(ko="함수", en="Function")
_VALUE, _SLOPE = Text(ko="값 f(x)", en="Value f(x)"), Text(ko="미분값 f′(x)", en="Slope f′(x)")
_EXACT = Text(ko="계산한 자릿수까지 모두 보기", en="Every digit that was computed")
DIGITS = 6  # as the pointer reads in the chart
_FACT = Text(ko="성질", en="Fact")

_FACTS = {
    "range": Text(ko="값의 범위", en="Range"),
    "slope_range": Text(ko="미분값의 범위", en="Slope range"),
    "zero_centred": Text(ko="0 중심", en="Zero-centred"),
    "monotone": Text(ko="단조 증가", en="Monotone"),
    "smooth": Text(ko="매끄러움", en="Smooth"),
    "saturates": Text(ko="포화", en="Saturates"),
    "parameters": Text(ko="파라미터", en="Parameters"),
    "pytorch": both("PyTorch"),
    "keras": both("Keras"),
}

_YES, _NO = Text(ko="✓ 예", en="✓ yes"), Text(ko="✗ 아니요", en="✗ no")
_SOURCE, _SEE = Text(ko="출처", en="Source"), Text(ko="참고", en="See")

Functions = Mapping[str, Activation]  # the chosen ones by their keys


def show(panel: Panel) -> None:
    """The picture, its controls beside it; below, values at one x, formulas or facts."""
    settings = panel.settings(Explorer)
    functions = panel.functions(settings.functions)
    rows = curves(tuple(functions.items()), *settings.x)
    picture, side = beside()
    with picture:
        _chart(panel, settings, functions, rows)
    with side:
        for name in ("functions", "x", "slope"):
            control(panel, name)
        parameter_controls(panel, settings.functions)
    _caption(panel, settings, rows, function_names(panel.language))
    match part(panel):
        case "values":
            _reading(panel, settings.at, functions)
        case "formulas":
            with st.container(gap="xsmall"):
                for place, (key, f) in enumerate(functions.items()):
                    with st.expander(f.name[panel.language], expanded=place == 0):
                        _card(panel, key, f, rows)
        case _:
            say(panel, "facts")
            _facts(functions, panel.language)


@lru_cache(maxsize=64)
def _labelled(
    functions: tuple[tuple[str, Activation], ...], low: float, high: float, language: Language
) -> pd.DataFrame:
    return charts.labelled(drawn(functions, low, high), [key for key, _ in functions], language)


def _chart(panel: Panel, settings: Explorer, functions: Functions, rows: pd.DataFrame) -> None:
    language, (low, high) = panel.language, settings.x
    names = function_names(language)
    slots = {"low": low, "high": high, "names": ", ".join(names[key] for key in functions)}
    draw(
        charts.chart, tuple(ACTIVATIONS), settings.slope == "log", language, only=tuple(functions),
        rows=_labelled(tuple(functions.items()), low, high, language), key="explorer",
        alt=_ALT.fill(language, slots),
    )  # fmt: skip


def _caption(
    panel: Panel, settings: Explorer, rows: pd.DataFrame, names: Mapping[str, str]
) -> None:
    """The largest slope that the chart shows, the smallest at its ends, and what it cannot show."""
    keys = settings.functions
    sizes = {key: np.abs(rows[f"{key}_slope"].to_numpy()) for key in keys}
    ends = {key: float(min(size[0], size[-1])) for key, size in sizes.items()}
    steepest = float(max(size.max() for size in sizes.values()))
    flattest = min(ends.values())

    def having(slope: float, slopes: Mapping[str, float]) -> str:
        return ", ".join(names[key] for key in keys if slopes[key] == slope)

    low, high = settings.x
    slots = {
        "x_low": low, "x_high": high, "steepest": steepest, "flattest": flattest,
        "steepest_names": having(steepest, {key: size.max() for key, size in sizes.items()}),
        "flattest_names": having(flattest, ends),
    }  # fmt: skip
    caption(panel, "caption" if steepest else "caption-flat", slots)
    missing = ", ".join(names[key] for key in keys if (sizes[key] == 0).any())
    if settings.slope == "log" and missing:
        caption(panel, "caption-log", {"names": missing})


def _reading(panel: Panel, at: float, functions: Functions) -> None:
    """A table of the values at one x, for those who cannot point at the chart."""
    language = panel.language
    say(panel, "reading", {"x": exact(at)})
    names = function_names(language)

    def table(written: Callable[[float], str]) -> pd.DataFrame:
        return pd.DataFrame(
            {
                _FUNCTION[language]: names[key],
                _VALUE[language]: written(float(f(at))),
                _SLOPE[language]: written(float(f.grad(at))),
            }
            for key, f in functions.items()
        )

    place, values = st.columns([1, 3], gap="medium")
    with place:
        control(panel, "at")
    with values:
        st.table(table(lambda value: number(value, DIGITS)), hide_index=True)
        with st.expander(_EXACT[language]):
            st.table(table(exact), hide_index=True)


def _card(panel: Panel, key: str, f: Activation, rows: pd.DataFrame) -> None:
    """One function's formulas, and in words what was measured of it."""
    language = panel.language
    for place, tex in zip(
        st.columns(2, vertical_alignment="center"), (f.value_tex, f.slope_tex), strict=True
    ):
        place.latex(tex)
    if key in panel.words:  # a function just added has no words yet
        parameters = {name: getattr(f, name) for name in declared(f)}
        found = extremes(rows, key)
        say(panel, key, found | parameters)
        named = [name for name in ENDS if f"{{{name}}}" in panel.words[key][language]]
        ends = dict.fromkeys(
            number(found[name]) for name in named if is_rounded(f, rows, name, key)
        )
        if ends:
            say(panel, "rounded", {"values": ", ".join(ends)})
    for paper in f.papers:
        told = (_SOURCE if paper.introduces else _SEE)[language]
        told += f" ({paper.what[language]})" if paper.what else ""
        st.caption(f"{told}: {paper.authors} ({paper.year}), [{paper.title}]({paper.url})")


def _facts(functions: Functions, language: Language) -> None:
    """The table that compares the chosen functions fact by fact."""

    def yes(fact: bool) -> str:
        return (_YES if fact else _NO)[language]

    def parameters(f: Activation) -> str:
        return ", ".join(f"{name} = {getattr(f, name)}" for name in declared(f)) or "—"

    table = pd.DataFrame(
        {
            "range": str(f.range()),
            "slope_range": str(f.slope_range()),
            "zero_centred": yes(f.zero_centred),
            "monotone": yes(f.monotone),
            "smooth": f"{yes(f.smooth)} ({f.smoothness[language]})",
            "saturates": f.saturates[language],
            "parameters": parameters(f),
            "pytorch": f.pytorch.told(language),
            "keras": f.keras.told(language),
        }
        for f in functions.values()
    )
    if not any(declared(f) for f in functions.values()):
        table = table.drop(columns="parameters")
    turned = table.T.reset_index(drop=True)
    turned.columns = pd.Index([f.name[language] for f in functions.values()])
    turned.insert(0, _FACT[language], [f"**{_FACTS[name][language]}**" for name in table.columns])
    with st.container(key="facts"):
        st.table(turned, hide_index=True)
