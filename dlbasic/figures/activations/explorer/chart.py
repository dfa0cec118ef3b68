"""Value and slope over one shared x, each curve with its name beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from dlbasic.arrays import Float64s
from dlbasic.charts.panels import Axes, panels
from dlbasic.charts.theme import function_names
from dlbasic.text import Language, Text

FUNCTION_AXES = Axes(
    "x",
    Text(ko="값 f(x)", en="value f(x)"),
    Text(ko="미분값 f′(x)", en="slope f′(x)"),
    Text(ko="미분값의 크기 |f′(x)|, 로그 축", en="size of the slope |f′(x)|, log axis"),
    slope_word=Text(ko="미분값", en="slope"),
)


# The plot's size that the places are worked out for, and half the height of a line of text, in
# pixels.  A wider plot only leaves more room; a narrower one shows its legend alone.
WIDTH, HEIGHT, HALF = 560.0, 250.0, 9.0
OFFSET, CLEAR = 14.0, 18.0
PLACES = 401


def chart(functions: tuple[str, ...], log: bool, language: Language) -> alt.LayerChart:
    """The explorer's chart for these functions; its data comes from :func:`labelled`."""
    names = {key: function_names(language)[key] for key in functions}
    return panels(names, FUNCTION_AXES, log, language, labelled=True)


def labelled(rows: pd.DataFrame, functions: Sequence[str], language: Language) -> pd.DataFrame:
    """The rows of the functions' curves, with the places of the names that fit."""
    values: dict[str, Any] = {key: rows[key].to_numpy() for key in functions}
    places = place_labels(rows["x"].to_numpy(), values, function_names(language))
    return rows.assign(**{column: pd.Series(cells) for column, cells in places.items()})


def text_width(name: str) -> float:
    """About how wide a name is drawn, in pixels: a Hangul syllable takes a full square.

    >>> text_width("Mish"), text_width("항등")
    (38.0, 34.0)
    """
    return 6.0 + sum(14.0 if ord(letter) > 0x2E7F else 8.0 for letter in name)


def place_labels(
    x: Float64s, curves: Mapping[str, Float64s], names: Mapping[str, str]
) -> dict[str, list[Any]]:
    """The names that fit and where, as columns ``label``, ``label_x`` and ``label_y``.

    A name stands above or below its curve where no curve crosses it and every other curve and
    name keeps its distance; a name for which there is no such place is left to the legend.
    """
    placed: dict[str, list[Any]] = {"label": [], "label_x": [], "label_y": []}
    even = np.linspace(x[0], x[-1], PLACES)
    heights = np.stack([np.interp(even, x, curve) for curve in curves.values()])
    low, high = heights.min(), heights.max()
    if not np.isfinite(high - low) or high <= low:
        return placed
    pixels = (high - heights) / (high - low) * HEIGHT
    across = np.linspace(0.0, WIDTH, PLACES)
    boxes: list[tuple[float, float, float]] = []
    for own, key in enumerate(curves):
        half = text_width(names[key]) / 2
        window = 2 * int(np.ceil(half / (across[1] - across[0]))) + 1
        if window >= PLACES:
            continue
        spans = sliding_window_view(pixels, window, axis=1)
        tops, bottoms = spans.min(axis=2), spans.max(axis=2)  # (curves, places)
        middle = np.arange(window // 2, PLACES - window // 2)
        best: tuple[float, int, float] | None = None
        for side in (-1.0, 1.0):
            edge = tops[own] if side < 0 else bottoms[own]
            centre = edge + side * OFFSET
            gaps = np.maximum(tops - centre, centre - bottoms)
            others = np.delete(gaps, own, axis=0)
            room = others.min(axis=0) if len(others) else np.full(len(middle), np.inf)
            for left, right, height in boxes:
                beside = (across[middle] + half < left) | (across[middle] - half > right)
                room = np.where(beside, room, np.minimum(room, np.abs(centre - height) - HALF))
            room = np.where((centre > HALF) & (centre < HEIGHT - HALF), room, -np.inf)
            # A steep curve moves away from its name: keep the name where its curve is flat.
            room = np.minimum(room, 80.0) - 0.5 * (bottoms[own] - tops[own])
            place = int(room.argmax())
            if room[place] > CLEAR and (best is None or room[place] > best[0]):
                best = (float(room[place]), place, float(centre[place]))
        if best is not None:
            _, place, centre_height = best
            at = middle[place]
            boxes.append((across[at] - half, across[at] + half, centre_height))
            placed["label"].append(key)
            placed["label_x"].append(float(even[at]))
            placed["label_y"].append(float(high - centre_height / HEIGHT * (high - low)))
    return placed
