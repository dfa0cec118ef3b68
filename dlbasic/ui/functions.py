"""From a page's controls to functions, and each function's own sliders."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.charts.theme import function_names
from dlbasic.params import declared
from dlbasic.ui.link import Page
from dlbasic.ui.widgets import control


def function(page: Page, key: str) -> Activation:
    """The function with the parameters that the page's controls give it."""
    kind = ACTIVATIONS[key]
    return kind(**{name: page[f"{key}.{name}"] for name in declared(kind)})


def functions(page: Page, keys: Iterable[str]) -> dict[str, Activation]:
    """Several functions by key, in the order of the keys."""
    return {key: function(page, key) for key in keys}


def parameter_controls(page: Page, keys: Iterable[str]) -> None:
    """A control for each parameter of these functions, side by side where there is room."""
    names = [(key, name) for key in keys for name in declared(ACTIVATIONS[key])]
    if not names:
        return
    with st.grid(3, min_column_width=220):
        for key, name in names:
            label = page.controls[f"{key}.{name}"].label[page.language]
            control(page, f"{key}.{name}", f"{function_names(page.language)[key]} · {label}")
