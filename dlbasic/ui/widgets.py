"""Draws a declared control: the kind of parameter decides the widget."""

from __future__ import annotations

import streamlit as st

from dlbasic.params import Choice, Flag, Integer, Several, Span, Tick
from dlbasic.ui.link import Page

FEW = 3  # options up to this many stand side by side; more go into a list


def control(page: Page, name: str, label: str | None = None) -> None:
    """Draw one control of the page; its value is ``page[name]`` from the next run on.

    ``label`` replaces the declared one.
    """
    (param, value), key, language = page.prepare(name), page.key(name), page.language
    label = label or param.label[language]
    help_text = param.help[language] if param.help else None
    if isinstance(param, Choice | Several):
        options = list(param.options)

        def words(option: str) -> str:
            return param.options[option][language]

        if isinstance(param, Several):
            st.pills(label, options, selection_mode="multi", default=value, format_func=words,
                     key=key, help=help_text)  # fmt: skip
        elif len(options) <= FEW:
            st.segmented_control(label, options, default=value, required=True, wrap=True,
                                 format_func=words, key=key, help=help_text)  # fmt: skip
        else:
            st.selectbox(label, options, options.index(value), format_func=words, key=key,
                         help=help_text)  # fmt: skip
    elif isinstance(param, Span | Tick):
        st.select_slider(label, param.ticks, value, format_func=lambda tick: f"{tick:g}",
                         key=key, help=help_text)  # fmt: skip
    elif isinstance(param, Flag):
        st.toggle(label, value, key=key, help=help_text)
    elif isinstance(param, Integer):
        st.slider(label, param.low, param.high, value, step=param.step, key=key, help=help_text)
    elif param.free:
        st.number_input(label, param.low, param.high, value, step=param.step, format="%.6g",
                        key=key, help=help_text)  # fmt: skip
    else:
        decimals = max(0, len(f"{param.step:.10f}".rstrip("0").partition(".")[2]))
        st.slider(label, param.low, param.high, value, step=param.step, format=f"%.{decimals}f",
                  key=key, help=help_text)  # fmt: skip
