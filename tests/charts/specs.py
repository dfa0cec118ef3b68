"""What there is to say of a chart's specification: validity, columns, words in both languages."""

from __future__ import annotations

import re

import altair as alt

from dlbasic.charts import sheet
from tests.pages.shown import chart_texts, foreign


def nodes(node):
    """Every object within a specification."""
    if isinstance(node, dict):
        yield node
    for part in node.values() if isinstance(node, dict) else node:
        if isinstance(part, dict | list):
            yield from nodes(part)


def fields(spec):
    """Every column that the encodings of a specification read."""
    return {node["field"] for node in nodes(spec) if isinstance(node.get("field"), str)}


def check_validity(spec):
    """It keeps to the schema, and the rows are sent apart."""
    kind = alt.LayerChart if "layer" in spec else alt.Chart
    kind.validate(spec)
    assert all("values" not in node.get("data", {}) for node in nodes(spec))


def check_language(spec, language):
    texts = chart_texts(spec)
    assert texts
    assert {text: words for text in texts if (words := foreign(text, language))} == {}


def check_sheet(spec, rows, table, language):
    """Each column of a file has words for its name, in the language; no cell begins a formula."""
    known = sheet.titles(spec)
    kept = [name for name in rows if name not in sheet.DRAWN and rows[name].notna().any()]
    lacking = [name for name in kept if name not in {*known, *sheet.COLUMNS}]
    assert [name for name in lacking if sheet.unnamed(name, language) == name] == []
    assert len(table.columns) == len(kept) and len(table) == len(rows)
    assert {title: words for title in table if (words := foreign(title, language))} == {}
    assert not [
        title for title in table if re.search("′$|log axis|로그 축", title.replace(" f′", ""))
    ]
    cells = [cell for name in table for cell in table[name] if isinstance(cell, str)]
    assert not [cell for cell in [*table, *cells] if cell.startswith(("=", "+", "@", "-"))]


def check_difference(korean, english):
    """One that lost a title, an axis or a tooltip in one language would differ in shape."""
    one, other = chart_texts(korean), chart_texts(english)
    assert len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) > 0
    assert _shape(korean) == _shape(english)


def _shape(node):
    """A specification without its strings; a title may take another number of lines, and room."""
    if isinstance(node, dict):
        return {key: _shape(node[key]) for key in node if key not in ("offset", "titleY")}
    if isinstance(node, list):
        return str if all(isinstance(part, str) for part in node) else [*map(_shape, node)]
    return str if isinstance(node, str) else node
