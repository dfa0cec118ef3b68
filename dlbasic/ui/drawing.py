"""Draws a chart: its specification is built once per shape, its data sent apart.

Building and validating a chart costs more than everything else a page does, so the finished
specification is kept, and a rerun sends only the rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st


@lru_cache(maxsize=512)
def _specification(build: Callable[..., Any], shape: tuple[Any, ...]) -> str:
    """As JSON, which takes a fifth of the room that its dictionaries take."""
    specification: dict[str, Any] = build(*shape).to_dict()
    _quiet(specification)
    return json.dumps(specification)


def _quiet(part: dict[str, Any], has_tooltip: bool = False) -> None:
    """Let marks that have no tooltip be silent: Streamlit's theme would list their columns."""
    has_tooltip = has_tooltip or "tooltip" in part.get("encoding", {})
    if "mark" in part and not has_tooltip:
        part["mark"] = {**part["mark"], "tooltip": None}
    for inner in (*part.get("layer", ()), *part.get("hconcat", ()), *part.get("vconcat", ())):
        _quiet(inner, has_tooltip)


def draw(
    build: Callable[..., Any],
    *shape: Any,
    rows: pd.DataFrame,
    key: str,
    alt: str,
    on_select: Callable[[], None] | None = None,
    selection: str = "",
) -> None:
    """Show ``build(*shape)`` with these rows; ``shape`` is all it depends on.

    ``on_select`` is called when the reader changes the chart's ``selection``, which then stands in
    the session state under ``key``.
    """
    chosen: dict[str, Any] = (
        {"on_select": on_select, "selection_mode": selection} if on_select else {}
    )
    specification = json.loads(_specification(build, shape))
    st.vega_lite_chart(rows, specification, key=key, alt=alt, **chosen)
