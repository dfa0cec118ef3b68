"""Figure 1 of the activations page: value and slope of the chosen functions, read and compared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.activations import Activation
from dlbasic.charts import explorer as charts
from dlbasic.charts.theme import function_names
from dlbasic.diagnostics import LAYERS
from dlbasic.params import declared
from dlbasic.text import Language, Text, both, exact
from dlbasic.ui.figures import draw
from dlbasic.ui.functions import functions, parameter_controls
from dlbasic.ui.link import Page
from dlbasic.ui.prose import caption, parts, say
from dlbasic.ui.widgets import control

_ALT = Text(
    ko="{names}의 값과 기울기. x는 {low}부터 {high}까지.",
    en="Value and slope of {names}, x from {low} to {high}.",
)
_FUNCTION = Text(ko="함수", en="Function")
_VALUE, _SLOPE = Text(ko="값 f(x)", en="Value f(x)"), Text(ko="기울기 f′(x)", en="Slope f′(x)")
_FACT = Text(ko="성질", en="Fact")
_FACTS = {
    "range": Text(ko="값의 범위", en="Range"),
    "slope_range": Text(ko="기울기의 범위", en="Slope range"),
    "zero_centred": Text(ko="0 중심", en="Zero-centred"),
    "monotone": Text(ko="단조 증가", en="Monotone"),
    "smooth": Text(ko="매끄러움", en="Smooth"),
    "saturates": Text(ko="포화", en="Saturates"),
    "parameters": Text(ko="파라미터", en="Parameters"),
    "pytorch": both("PyTorch"),
    "keras": both("Keras"),
}
_YES, _NO = Text(ko="✓ 예", en="✓ yes"), Text(ko="✗ 아니요", en="✗ no")
_PAPER = Text(ko="출처", en="Source")


@lru_cache(maxsize=64)
def _frame(
    chosen: tuple[tuple[str, Activation], ...], low: float, high: float, language: Language
) -> pd.DataFrame:
    return charts.frame(dict(chosen), low, high, language)


def explorer(page: Page) -> None:
    """The controls, the chart and its caption with the numbers that it shows."""
    control(page, "f")
    span, axis = st.columns([2, 1])
    with span:
        control(page, "x")
    with axis:
        control(page, "slope")
    parameter_controls(page, page["f"])

    chosen, (low, high) = functions(page, page["f"]), page["x"]
    names = function_names(page.language)
    rows = _frame(tuple(chosen.items()), low, high, page.language)
    slots = {"low": low, "high": high, "names": ", ".join(names[key] for key in chosen)}
    draw(
        charts.chart, tuple(chosen), page["slope"] == "log", page.language,
        rows=rows, key="explorer", alt=_ALT.fill(page.language, slots),
    )  # fmt: skip
    _caption(page, rows, names, list(chosen))


def _caption(page: Page, rows: pd.DataFrame, names: Mapping[str, str], keys: list[str]) -> None:
    """The largest slope that the chart shows, the smallest at its ends, and what it cannot show."""
    sizes = {key: np.abs(rows[f"{key}_slope"].to_numpy()) for key in keys}
    ends = {key: float(min(size[0], size[-1])) for key, size in sizes.items()}
    steepest = float(max(size.max() for size in sizes.values()))
    flattest = min(ends.values())

    def having(slope: float, of: Mapping[str, float]) -> str:
        return ", ".join(names[key] for key in keys if of[key] == slope)

    low, high = page["x"]
    slots = {
        "x_low": low, "x_high": high, "steepest": steepest, "flattest": flattest,
        "steepest_names": having(steepest, {key: size.max() for key, size in sizes.items()}),
        "flattest_names": having(flattest, ends),
    }  # fmt: skip
    caption(page, "explorer-caption" if steepest else "explorer-caption-flat", slots)
    missing = ", ".join(names[key] for key in keys if (sizes[key] == 0).any())
    if page["slope"] == "log" and missing:
        caption(page, "explorer-caption-log", {"names": missing})


def reading(page: Page) -> None:
    """A table of the exact values at one x, for those who cannot point at the chart."""
    with st.container(width=240):
        control(page, "at")
    at, language = page["at"], page.language
    say(page, "reading", {"x": exact(at)})
    names = function_names(language)
    table = pd.DataFrame(
        {
            _FUNCTION[language]: names[key],
            _VALUE[language]: exact(float(f(at))),
            _SLOPE[language]: exact(float(f.grad(at))),
        }
        for key, f in functions(page, page["f"]).items()
    )
    st.table(table, hide_index=True)


def formulas(page: Page) -> None:
    """A card for each chosen function: formulas of value and slope, and what was measured."""
    language, (low, high) = page.language, page["x"]
    chosen = functions(page, page["f"])
    rows = _frame(tuple(chosen.items()), low, high, language)
    for key, f in chosen.items():
        with st.container(border=True):
            _card(page, key, f, rows)


def _flat_share(x: Any, slopes: Any) -> float:
    """The share of the range, by length, on which the slope is 0."""
    flat = (slopes[:-1] == 0) & (slopes[1:] == 0)
    return float(np.diff(x)[flat].sum() / (x[-1] - x[0]))


def _card(page: Page, key: str, f: Activation, rows: pd.DataFrame) -> None:
    language = page.language
    x, values, slopes = (rows[column].to_numpy() for column in ("x", key, f"{key}_slope"))
    steepest = float(slopes.max())
    measured = {
        "low": values.min(), "high": values.max(),
        "slope_low": slopes.min(), "slope_high": steepest,
        "zero_share": _flat_share(x, slopes), "product": steepest**LAYERS,
    }  # fmt: skip
    parameters = {name: getattr(f, name) for name in declared(f)}
    paper = f.paper
    formula, words = st.columns(2, vertical_alignment="center")
    with formula:
        st.latex(f.value_tex)
        st.latex(f.slope_tex)
    with words:
        st.markdown(f"#### {f.name[language]}")
        if key in parts(page.name, language):  # a function just added has no words yet
            say(page, key, measured | parameters)
        st.caption(
            f"{_PAPER[language]}: {paper.authors} ({paper.year}), [{paper.title}]({paper.url})"
        )


def facts(page: Page) -> None:
    """The table that compares the chosen functions fact by fact."""
    language = page.language

    def yes(fact: bool) -> str:
        return (_YES if fact else _NO)[language]

    def parameters(key: str, f: Activation) -> str:
        return ", ".join(f"{name} = {getattr(f, name)}" for name in declared(f)) or "—"

    chosen = functions(page, page["f"])
    table = pd.DataFrame(
        {
            "range": str(f.range()),
            "slope_range": str(f.slope_range()),
            "zero_centred": yes(f.zero_centred),
            "monotone": yes(f.monotone),
            "smooth": f"{yes(f.smooth)} ({f.smoothness[language]})",
            "saturates": f.saturates[language],
            "parameters": parameters(key, f),
            "pytorch": _framework(f.pytorch.call, f.pytorch.defaults),
            "keras": _framework(f.keras.call, f.keras.defaults),
        }
        for key, f in chosen.items()
    )
    turned = table.T.reset_index(drop=True)
    turned.columns = pd.Index([f.name[language] for f in chosen.values()])
    turned.insert(0, _FACT[language], [f"**{_FACTS[name][language]}**" for name in table.columns])
    with st.container(key="facts"):
        st.table(turned, hide_index=True)


def _framework(call: str, defaults: str) -> str:
    return f"`{call}`" + (f" ({defaults})" if defaults else "")
