"""Draws a declared control: the kind of parameter decides the widget."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.theme import function_names
from dlbasic.params import (
    Choice,
    Declared,
    Flag,
    InOrder,
    Integer,
    Names,
    Numbers,
    Several,
    Span,
    Tick,
    Widths,
    Word,
    declared,
)
from dlbasic.text import Text
from dlbasic.ui.panel import Panel

_MORE = Text(ko="설정 더 보기", en="More settings")
FEW, SHORT = 3, 45  # options up to so many and so long stand side by side; others go into a list


def control(
    panel: Panel, name: str, label: str | None = None, only: Container[str] | None = None
) -> None:
    """Draw one control; its value is ``panel[name]`` from the next run on.

    ``label`` replaces the declared one; of a choice's options ``only`` some are offered, the chosen
    one among them, in a list, which is as high whichever they are.  :class:`Numbers` are drawn by
    :func:`table` and :func:`one_of`.  What the link fixes is drawn but cannot be moved; what it
    hides is not drawn.
    """
    if panel.hidden(name):
        return
    (param, value), language = panel.prepare(name), panel.language
    label = label or param.label[language]
    common: dict[str, Any] = {
        "key": panel.key(name),
        "help": param.help[language] if param.help else None,
        "disabled": panel.fixed(name),
    }
    if isinstance(param, Choice | Several):
        options = [option for option in param.options if only is None or option in only]

        def words(option: str) -> str:
            return param.options[option][language]

        def short(option: str) -> str:  # a list has no room for a function's name in brackets
            return function_names(language).get(option) or words(option)

        if isinstance(param, Several):
            st.pills(label, options, selection_mode="multi", default=value, format_func=short,
                     wrap=True, **common)  # fmt: skip
        elif only is None and len(options) <= FEW and sum(map(len, map(words, options))) <= SHORT:
            st.segmented_control(label, options, default=value, required=True, wrap=True,
                                 format_func=words, **common)  # fmt: skip
        else:
            st.selectbox(label, options, options.index(value), format_func=short, **common)
    elif isinstance(param, Span | Tick):
        st.select_slider(label, param.ticks, value, format_func=lambda tick: f"{tick:g}", **common)
    elif isinstance(param, Flag):
        st.toggle(label, value, **common)
    elif isinstance(param, Integer) and param.free:
        st.number_input(label, param.low, param.high, value, step=param.step, **common)
    elif isinstance(param, Integer):
        st.slider(label, param.low, param.high, value, step=param.step, **common)
    elif isinstance(param, Widths):
        st.text_input(label, value, **common)
    elif isinstance(param, InOrder | Numbers | Names | Word):
        raise TypeError(f"{name} has no widget of its own")
    elif param.free:
        st.number_input(label, param.low, param.high, value, step=param.step, format="%.6g",
                        **common)  # fmt: skip
    else:
        st.slider(label, param.low, param.high, value, step=param.step,
                  format=_decimals(param.step), **common)  # fmt: skip


def controls(
    panel: Panel, kind: type[Declared], *, leave: Container[str] = (), columns: int = 4,
    width: int = 150,
) -> None:  # fmt: skip
    """Draw the controls of a settings class, but for those left, in a grid that wraps."""
    with st.grid(columns, min_column_width=width):
        for name in declared(kind):
            if name not in leave:
                control(panel, name)


def beside() -> tuple[Any, Any]:
    """The place of the picture, and beside it, on a phone below, that of its controls."""
    picture, side = st.columns([7, 3], gap="medium")
    return picture, side


def more(panel: Panel, names: Sequence[str], labels: Mapping[str, Text] | None = None) -> None:
    """Draw the controls that few readers need, behind a fold; open where the link names one.

    ``labels`` replace declared ones.
    """
    if all(map(panel.hidden, names)):
        return
    with fold(panel, names), st.grid(4, min_column_width=150):
        for name in names:
            label = (labels or {}).get(name)
            control(panel, name, label[panel.language] if label else None)


def fold(panel: Panel, names: Sequence[str], label: Text = _MORE) -> Any:
    """The fold for the controls that few readers need; open where the link names one of these."""
    named = panel.controls.memory.target in [panel.key(name) for name in names]
    return st.expander(label[panel.language], named, key=f"{panel.owner}-more")


def part(panel: Panel, name: str = "part", words: Callable[[str], str] | None = None) -> str:
    """Draw the choice between a figure's parts, of which one is shown; gives the chosen one.

    ``words`` are those of each option, where they are not the declared ones.
    """
    if not panel.hidden(name):
        (param, value), language = panel.prepare(name), panel.language
        assert isinstance(param, Choice)
        st.segmented_control(
            param.label[language], list(param.options), default=value, required=True, wrap=True,
            format_func=words or (lambda key: param.options[key][language]), key=panel.key(name),
            label_visibility="collapsed", disabled=panel.fixed(name),
        )  # fmt: skip
    chosen: str = panel[name]
    return chosen


def parameter_controls(panel: Panel, functions: Iterable[str]) -> None:
    """A control for each parameter of these functions that has none on the page yet."""
    names = {
        f"{key}.{name}": f"{function_names(panel.language)[key]} · {param.label[panel.language]}"
        for key in functions
        for name, param in declared(ACTIVATIONS[key]).items()
        if not panel.stands(f"{key}.{name}") and not panel.hidden(f"{key}.{name}")
    }
    if not names:
        return
    with st.grid(3, min_column_width=200):
        for name, label in names.items():
            control(panel, name, label)


def _decimals(step: float) -> str:
    """The format that writes numbers with the decimals of a step."""
    return f"%.{max(0, len(f'{step:.10f}'.rstrip('0').partition('.')[2]))}f"


def _numbers(panel: Panel, name: str) -> Numbers:
    param = panel.param(name)
    assert isinstance(param, Numbers)
    return param


def one_of(panel: Panel, name: str, place: int, key: str, label: str) -> None:
    """Draw one number of a control of several as a slider, known by ``key``."""
    if panel.hidden(name):
        return
    param, value = _numbers(panel, name).one(place), panel[name][place]
    key = f"{panel.key(name)}-{key}"
    if st.session_state.get(key) != value:  # it was moved elsewhere, or stands for another one now
        st.session_state[key] = value
    st.slider(label, param.low, param.high, value, step=param.step, format=_decimals(param.step),
              key=key, disabled=panel.fixed(name), on_change=_slid,
              args=(panel, name, place, key))  # fmt: skip


def table(panel: Panel, names: Sequence[str], heading: str, rows: Sequence[str], alt: str) -> None:
    """Draw controls of several numbers as the columns of a table whose cells can be edited.

    ``rows`` are the names of the rows, under ``heading``.
    """
    names = [name for name in names if not panel.hidden(name)]
    if not names:
        return
    first, labels = panel.key(names[0]), [panel.param(name).label[panel.language] for name in names]
    version = st.session_state.setdefault(f"{first}-version", 0)
    key = f"{first}-table-{panel.language}-{version}"
    values = [list(panel[name]) for name in names]
    edits = [_edited(key, label, len(rows)) for label in labels]
    # The browser keeps the cells edited and lays them over the numbers that it is sent.  While that
    # gives the values, it is sent the same numbers: for others it would tell that it has dropped
    # its edits, and with that whatever it has not yet heard of the sliders.  Where edits no longer
    # hold, as a number was mended or moved elsewhere, the table begins anew, and with it what is
    # selected in it.
    sent = st.session_state.get(f"{first}-sent", {}).get(key, values)
    if _over(sent, edits) != values:
        sent = values
        if _over(values, edits) != values:
            st.session_state[f"{first}-version"] = version + 1
            key = f"{first}-table-{panel.language}-{version + 1}"
    st.session_state[f"{first}-sent"] = {key: sent}
    frame = pd.DataFrame({heading: list(rows), **dict(zip(labels, sent, strict=True))})
    columns: dict[str, Any] = {}
    for name, label in zip(names, labels, strict=True):
        param = _numbers(panel, name)
        columns[label] = st.column_config.NumberColumn(
            min_value=param.low, max_value=param.high, step=param.step, required=True,
            format=_decimals(param.step),
        )  # fmt: skip
    fixed = [label for name, label in zip(names, labels, strict=True) if panel.fixed(name)]
    st.data_editor(frame, hide_index=True, disabled=[heading, *fixed], column_config=columns,
                   alt=alt, key=key, on_change=_filled,
                   args=(panel, names, labels, key))  # fmt: skip


def _edited(key: str, label: str, count: int) -> list[tuple[int, Any]]:
    """The cells of a column that were edited in a table: rows and what they now hold."""
    edits = st.session_state.get(key, {}).get("edited_rows", {})
    return [(row, cells[label]) for row, cells in edits.items()
            if label in cells and 0 <= row < count]  # fmt: skip


def _over(
    columns: Sequence[Sequence[Any]], edits: Sequence[Sequence[tuple[int, Any]]]
) -> list[list[Any]]:
    """The columns with their edited cells in place."""
    return [
        [dict(cells).get(row, number) for row, number in enumerate(column)]
        for column, cells in zip(columns, edits, strict=True)
    ]


def _slid(panel: Panel, name: str, place: int, key: str) -> None:
    _put(panel, name, [(place, st.session_state[key])])


def _filled(panel: Panel, names: Sequence[str], labels: Sequence[str], key: str) -> None:
    if key not in st.session_state[f"{panel.key(names[0])}-sent"]:
        return  # a table that has left the page tells its edits once more
    for name, label in zip(names, labels, strict=True):
        _put(panel, name, _edited(key, label, len(panel[name])))


def _put(panel: Panel, name: str, changes: list[tuple[int, Any]]) -> None:
    """Give some of a control's numbers new values, as if each were a control of its own."""
    values = list(st.session_state.get(panel.key(name), panel[name]))
    for place, value in changes:
        values[place] = value
    panel.set(name, _numbers(panel, name).nearest(values))
