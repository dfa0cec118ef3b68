"""Draws a chart: its specification is built once per shape, its data sent apart.

Building and validating a chart costs more than everything else a page does, so the finished
specification is kept, and a rerun sends only the rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st


@lru_cache(maxsize=512)
def _specification(build: Callable[..., Any], shape: tuple[Any, ...]) -> str:
    """As JSON, which takes a fifth of the room that its dictionaries take.

    That every chart is valid is tested; to look again would take half as long as building it.
    """
    specification: dict[str, Any] = build(*shape).to_dict(validate=False)
    _quiet(specification)
    return json.dumps(specification)


def _quiet(part: dict[str, Any], has_tooltip: bool = False) -> None:
    """Let marks that have no tooltip be silent: Streamlit's theme would list their columns."""
    has_tooltip = has_tooltip or "tooltip" in part.get("encoding", {})
    if "mark" in part and not has_tooltip:
        part["mark"] = {**part["mark"], "tooltip": None}
    for inner in (*part.get("layer", ()), *part.get("hconcat", ()), *part.get("vconcat", ())):
        _quiet(inner, has_tooltip)


@lru_cache(maxsize=512)
def _chosen(build: Callable[..., Any], shape: tuple[Any, ...], only: tuple[str, ...]) -> str:
    """The specification for all keys in the shape's first place, without those not chosen."""
    whole = json.loads(_specification(build, shape))
    return json.dumps(without(whole, frozenset(shape[0]) - {*only}))


def without(part: Any, keys: frozenset[str]) -> Any:
    """A part of a specification without these keys of its lines.

    What names them are scales, whose ranges go along with their domains, lists of columns, and the
    columns ``<key>_…`` that are calculated and read for one of them.

    >>> scale = {"domain": ["relu", "elu"], "range": ["blue", "red"]}
    >>> without({"scale": scale, "fold": ["relu_slope", "elu_slope"]}, frozenset({"relu"}))
    {'scale': {'domain': ['elu'], 'range': ['red']}, 'fold': ['elu_slope']}
    """

    def names(item: Any) -> bool:
        if isinstance(item, dict):
            item = item.get("as") or item.get("field")
        return isinstance(item, str) and (
            item in keys or any(item == f"{key}_{end}" for key in keys for end in ("slope", "read"))
        )

    if isinstance(part, list):
        return [without(item, keys) for item in part if not names(item)]
    if not isinstance(part, dict):
        return part
    domain, values = part.get("domain"), part.get("range")
    kept = {name: without(inner, keys) for name, inner in part.items()}
    if isinstance(domain, list) and isinstance(values, list) and len(domain) == len(values):
        pairs = zip(domain, values, strict=True)
        kept["range"] = [value for key, value in pairs if not names(key)]
    return kept


def draw(
    build: Callable[..., Any],
    *shape: Any,
    rows: pd.DataFrame,
    key: str,
    alt: str,
    on_select: Callable[[], None] | None = None,
    selection: str = "",
    only: tuple[str, ...] | None = None,
    values: Mapping[str, float] | None = None,
) -> None:
    """Show ``build(*shape)`` with these rows; ``shape`` is all it depends on.

    Where the shape's first place holds the keys of every line that there may be, ``only`` are those
    shown: building for each choice of them anew would cost more than all else that a touch does.
    For the same reason what may be any number is not in the shape: ``values`` are those of the
    chart's parameters.
    ``on_select`` is called when the reader changes the chart's ``selection``, which then stands in
    the session state under ``key``.
    """
    chosen: dict[str, Any] = (
        {"on_select": on_select, "selection_mode": selection} if on_select else {}
    )
    text = _specification(build, shape) if only is None else _chosen(build, shape, only)
    specification = json.loads(text)
    for param in specification.get("params", ()):
        if not param.keys() & {"value", "select"}:  # must be told: an axis would end anywhere
            param["value"] = (values or {})[param["name"]]
    st.vega_lite_chart(rows, specification, key=key, alt=alt, **chosen)
