"""Draws a chart: its specification is built once per shape, its data sent apart.

Building and validating a chart costs more than everything else a page does, so the finished
specification is kept, and a rerun sends only the rows.  Rows that are kept are converted once.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa  # Streamlit's own way to send rows
import streamlit as st

from dlbasic.charts.sheet import csv, heading
from dlbasic.text import Language
from dlbasic.ui.link import visit

ENLARGED = 1.5  # times on a projector, as static/page.css has it


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

    What names them are scales, whose ranges go along with their domains, lists of columns, the
    columns ``<key>_…`` that are calculated and read for one of them, and titles of columns.

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
    kept = {name: without(inner, keys) for name, inner in part.items() if not names(name)}
    if isinstance(domain, list) and isinstance(values, list) and len(domain) == len(values):
        pairs = zip(domain, values, strict=True)
        kept["range"] = [value for key, value in pairs if not names(key)]
    return kept


# What a specification says in pixels, and in square pixels.
_LENGTHS = {
    "height", "labelFontSize", "titleFontSize", "fontSize", "strokeWidth", "symbolStrokeWidth",
    "labelPadding", "titlePadding", "columnPadding", "rowPadding", "labelLimit", "padding",
    "spacing", "offset", "titleY", "dx", "dy", "thickness",
}  # fmt: skip
_AREAS = {"size", "symbolSize"}


def enlarged(part: Any, by: float) -> Any:
    """A part of a specification with all that it says in pixels so many times as large.

    >>> enlarged({"mark": {"size": 20, "dx": 4}, "encoding": {"y": {"field": "height"}}}, 1.5)
    {'mark': {'size': 45.0, 'dx': 6.0}, 'encoding': {'y': {'field': 'height'}}}
    """
    if isinstance(part, list):
        return [enlarged(item, by) for item in part]
    if not isinstance(part, dict):
        return part

    def of(name: str, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value * (by if name in _LENGTHS else by**2 if name in _AREAS else 1)
        return enlarged(value, by)

    return {name: of(name, value) for name, value in part.items()}


# By the frame's identity, as long as there is the frame; by the columns that are sent of it.
_TABLES: dict[int, dict[tuple[str, ...] | None, pa.Table]] = {}


def _table(rows: pd.DataFrame, columns: tuple[str, ...] | None) -> pa.Table:
    """The rows as Streamlit sends them; converting takes more than all else that a chart needs."""
    known = id(rows)
    if known not in _TABLES:
        _TABLES[known] = {}
        weakref.finalize(rows, _TABLES.pop, known, None)
    tables = _TABLES[known]
    if columns not in tables:
        tables[columns] = pa.Table.from_pandas(rows if columns is None else rows[[*columns]])
    return tables[columns]


@dataclass(frozen=True)
class Drawn:
    """A chart as it stands on the page: its specification, as JSON, and its rows."""

    specification: str
    rows: pa.Table

    def pictures(self, language: Language) -> tuple[str, ...]:
        """What is to be seen in each of its pictures, of which there is one."""
        return (heading(json.loads(self.specification)),)

    def csv(self, language: Language) -> bytes:
        """Its rows as a file."""
        return csv(self.rows.to_pandas(), json.loads(self.specification), language)


def draw(
    build: Callable[..., Any],
    *shape: Any,
    rows: pd.DataFrame,
    key: str,
    alt: str,
    on_select: Callable[[], None] | None = None,
    selection: str = "",
    only: tuple[str, ...] | None = None,
    values: Mapping[str, Any] | None = None,
    columns: tuple[str, ...] | None = None,
) -> Drawn:
    """Show ``build(*shape)`` with these rows; ``shape`` is all it depends on.

    Where the shape's first place holds the keys of every line that there may be, ``only`` are those
    shown: building for each choice of them anew would cost more than all else that a touch does.
    For the same reason what may be any number or key is not in the shape: ``values`` are those of
    the chart's parameters.  ``columns`` are those that it reads of the rows, if not all.
    Gives what was drawn, which the session remembers, too, as long as it stands on the page.
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
    specification.pop("usermeta", None)  # the columns' titles are for files alone
    if visit().projected:
        specification = enlarged(specification, ENLARGED)
    drawn = visit().charts[key] = Drawn(text, _table(rows, columns))
    st.vega_lite_chart(drawn.rows, specification, key=key, alt=alt, **chosen)
    return drawn
