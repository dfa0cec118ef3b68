"""The rows of a chart as a CSV file, with the words of its specification for columns and keys."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from dlbasic.text import Language, Text

COLUMNS: Mapping[str, Text] = {
    "function": Text(ko="함수", en="function"),
    "group": Text(ko="구분", en="group"),
    "high": Text(ko="띠의 위 끝", en="upper end of the band"),
    "kind": Text(ko="종류", en="kind"),
    "layer": Text(ko="층", en="layer"),
    "low": Text(ko="띠의 아래 끝", en="lower end of the band"),
    "loss": Text(ko="손실 함수", en="loss"),
    "order": Text(ko="순서", en="order"),
    "series": Text(ko="계열", en="series"),
    "targets": Text(ko="목표", en="targets"),
    "value": Text(ko="값", en="value"),
    "words": Text(ko="표시", en="mark"),
}
"""Names of columns by key, for those that have no title in the chart."""

DRAWN = frozenset({
    "again", "half_height", "label", "label_x", "label_y", "mark", "moved", "picked", "room",
    "side", "sign1", "sign2",
})  # fmt: skip
"""Columns that only say where something is drawn, and are no data."""

KINDS: Mapping[str, Text] = {
    "cell": Text(ko="격자점", en="grid point"),
    "chosen": Text(ko="고른 입력의 경로", en="path of the chosen inputs"),
    "contour": Text(ko="등고선", en="contour"),
    "epoch": Text(ko="에포크", en="epoch"),
    "error": Text(ko="오차", en="error"),
    "line": Text(ko="직선", en="line"),
    "other": Text(ko="다른 입력의 경로", en="path of the other inputs"),
    "point": Text(ko="점", en="point"),
    "start": Text(ko="출발", en="start"),
    "target": Text(ko="목표", en="target"),
    "walk": Text(ko="경로", en="path"),
}
"""What tells the rows of one picture apart, by key."""

_SCALE = re.compile(r" \((?:log axis|로그 축)\)|, (?:log axis|로그 축)(?=\))")
_SERIES = re.compile(r"^(\{.*?\})\[datum(?:\.(\w+)|\['(\w+)'\])\]")


def csv(rows: pd.DataFrame, specification: Mapping[str, Any], language: Language) -> bytes:
    """The rows as a CSV file that a spreadsheet opens as it is: UTF-8 with a byte-order mark.

    A column is called as its axis in the chart, or what the pointer reads; keys of functions,
    losses and the like are written as the chart's legend has them.  Numbers have every digit.
    """
    sheet = headed(rows, specification, language)
    return sheet.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def headed(
    rows: pd.DataFrame, specification: Mapping[str, Any], language: Language
) -> pd.DataFrame:
    """The rows with the words of the specification in place of keys.

    >>> point = {"mark": "point", "encoding": {"x": {"field": "lr", "title": "learning rate"}}}
    >>> headed(pd.DataFrame({"lr": [0.5], "picked": [True]}), point, "en").columns.tolist()
    ['learning rate']
    """
    kept = rows[[name for name in rows.columns if name not in DRAWN]].dropna(axis=1, how="all")
    known, words = titles(specification), names(specification)
    kinds = {key: text[language] for key, text in KINDS.items()}
    sheet = pd.DataFrame(index=kept.index)
    for name in kept.columns:
        said = words.get(name) or (kinds if name in ("kind", "series") else {})
        title = known.get(name) or unnamed(name, language)
        while title in sheet:
            title += " ′"
        sheet[title] = kept[name].map(lambda value, said=said: said.get(value, value))
    return sheet


def unnamed(name: str, language: Language) -> str:
    """What a column is called that has no title in the chart.

    >>> unnamed("share_low", "en"), unnamed("further", "en")
    ('lower end of the band', 'further')
    """
    known = COLUMNS.get(name) or COLUMNS.get(name.rpartition("_")[2])
    return known[language] if known else name


def titles(specification: Mapping[str, Any]) -> dict[str, str]:
    """What each column is called: as its axis or its legend says, else as the pointer reads it.

    Where a chart's axis says something else, its columns are told in ``usermeta``.
    """
    read: dict[str, str] = {}
    shown: dict[str, str] = {}
    for part in _parts(specification):
        channels = part.get("tooltip")
        for channel in channels if isinstance(channels, list) else ():
            read[channel["field"]] = _plain(channel.get("title"))
        if isinstance(part.get("field"), str):
            for told in (part, part.get("axis"), part.get("legend")):
                title = _plain(told.get("title")) if isinstance(told, dict) else ""
                if title:
                    shown.setdefault(part["field"], title)
    found: dict[str, str] = read | shown | specification.get("usermeta", {}).get("columns", {})
    return {name: title for name, title in found.items() if title}


def heading(specification: Mapping[str, Any]) -> str:
    """What a chart shows, in a few words: as it says itself, else the title of its first axis."""
    if own := specification.get("usermeta", {}).get("heading"):
        return str(own)
    for channel in ("y", "x"):
        for part in _parts(specification):
            if isinstance(told := part.get(channel), dict):
                axis = told.get("axis")
                own = axis.get("title") if isinstance(axis, dict) else None
                if title := _plain(own or told.get("title")):
                    return title
    return ""


def names(specification: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """By column, the words for its keys that expressions of the chart or its legends write."""
    found: dict[str, dict[str, str]] = {}
    for part in _parts(specification):
        legend = part.get("legend")
        if isinstance(legend, dict) and isinstance(part.get("field"), str):
            said = _SERIES.match(legend.get("labelExpr", ""))
            if said:
                found.setdefault(part["field"], ast.literal_eval(said[1]))
        said = _SERIES.match(str(part.get("calculate", "")))
        if said:
            found.setdefault(said[2] or said[3], ast.literal_eval(said[1]))
    return found


def _plain(title: Any) -> str:
    """A title in one line, without what it says of its axis alone."""
    line = " ".join(title) if isinstance(title, list) else title or ""
    return _SCALE.sub("", line)


def _parts(part: Any) -> Iterator[dict[str, Any]]:
    """Every object of a specification, but for what is within a tooltip."""
    if isinstance(part, dict):
        yield part
        part = [inner for name, inner in part.items() if name != "tooltip"]
    for inner in part if isinstance(part, list) else ():
        yield from _parts(inner)
