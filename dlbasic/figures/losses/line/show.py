"""A line fitted to the reader's points under three losses."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dlbasic.figures.losses.line import chart as charts
from dlbasic.figures.losses.line.chart import SHARES, fitted_names
from dlbasic.figures.losses.line.measure import (
    BOTTOM,
    LEFT,
    OUTLIER,
    POINTS,
    RIGHT,
    TOP,
    LineFit,
    ends,
    errors,
    fits,
    shares,
    summary,
)
from dlbasic.measures.least_loss import FITTED
from dlbasic.text import Text, both, number, percent
from dlbasic.ui import Panel, beside, caption, control, draw, fold, one_of, part, say, table

_POINT = Text(ko="점", en="Point")
_OUTLIER = Text(ko="이상치(점 {point})의 높이 y", en="Height y of the outlier (point {point})")
_OUTLYING = Text(ko="{point} (이상치)", en="{point} (outlier)")
_DELTA = Text(ko="후버 손실의 δ", en="δ of the Huber loss")
_MOVE = Text(ko="다른 점 옮기기", en="Move other points")
_MOVE_X = Text(ko="점 {point}의 x", en="x of point {point}")
_MOVE_Y = Text(ko="점 {point}의 y", en="y of point {point}")
_BACK = Text(ko="처음 좌표로 되돌리기", en="Back to the first points")
_TABLE = Text(ko="점의 좌표를 고칠 수 있는 표", en="The points’ coordinates, which can be edited")
_ALT = Text(
    ko="점 {points}개와 세 직선이 기운 정도 a: {slopes}. 점 {outlier}의 높이는 {height}.",
    en="{points} points, and the slopes of three lines: {slopes}. Point {outlier} is at a height "
    "of {height}.",
)
_SHARE_ALT = Text(ko="{title}. 점 {point}: {shares}.", en="{title}. Point {point}: {shares}.")
_LINE = Text(ko="최소화한 손실", en="Minimised")
_MEANS = {
    "mean_error": Text(ko="오차의 평균", en="Mean error"),
    "mae": both("MAE"),
    "mse": both("MSE"),
    "huber": Text(ko="평균 후버 손실", en="Mean Huber loss"),
}


def show(panel: Panel) -> None:
    """The three lines or what each point carries; beside them what moves the points."""
    shown, settings = part(panel), panel.settings(LineFit)
    picture, side = beside()
    with picture:
        if shown == "lines":
            _lines(panel, settings)
        else:
            _carried(panel, settings)
    with side:
        _sliders(panel, settings.point)
    if shown == "lines":
        _means(panel, settings)
    else:
        _carried_caption(panel, settings)


def _sliders(panel: Panel, point: int) -> None:
    """What moves the outlier and the lines; behind a fold, the other points on sliders and all of
    them in a table."""
    language = panel.language
    one_of(panel, "y", OUTLIER - 1, "outlier", _OUTLIER.fill(language, {"point": OUTLIER}))
    control(panel, "delta", _DELTA[language])
    control(panel, "shown")
    with fold(panel, ("point", "x", "y"), _MOVE):
        control(panel, "point")
        for name, words in (("x", _MOVE_X), ("y", _MOVE_Y)):
            one_of(panel, name, point - 1, "one", words.fill(language, {"point": point}))
        _points(panel)


def _points(panel: Panel) -> None:
    """The table of the points, and the way back."""
    language = panel.language
    names = [str(point) for point in range(1, POINTS + 1)]
    names[OUTLIER - 1] = _OUTLYING.fill(language, {"point": OUTLIER})
    table(panel, ("x", "y"), _POINT[language], names, _TABLE[language])
    st.button(_BACK[language], key="line-back", on_click=_reset, args=(panel,))


def _reset(panel: Panel) -> None:
    for name in ("x", "y"):
        panel.set(name, panel.param(name).default)


def _lines(panel: Panel, settings: LineFit) -> None:
    language = panel.language
    slots = {
        "points": POINTS, "outlier": OUTLIER, "height": settings.y[OUTLIER - 1],
        "slopes": ", ".join(
            f"{FITTED[key].inside[language]} {number(line.slope)}"
            for key, line in fits(settings).items()
        ),
    }  # fmt: skip
    draw(charts.fitted, language, rows=_rows(settings), key="line-fit",
         alt=_ALT.fill(language, slots))  # fmt: skip


def _means(panel: Panel, settings: LineFit) -> None:
    """Each line's slope and intercept, the means of its errors and of each loss, in a table."""
    language, means = panel.language, summary(settings)
    st.table(
        pd.DataFrame(
            {
                _LINE[language]: means["loss"].map(fitted_names(language)),
                "a": means["slope"].map(number),
                "b": means["intercept"].map(number),
                **{words[language]: means[key].map(number) for key, words in _MEANS.items()},
            }
        ),
        hide_index=True,
    )
    by_loss = means.set_index("loss")
    caption(panel, "caption", {
        "signed": float(by_loss["mean_error"]["mse"]), "mae": float(by_loss["mae"]["mse"]),
        "mse": float(by_loss["mse"]["mse"]),
    })  # fmt: skip


def _rows(settings: LineFit) -> pd.DataFrame:
    """All rows of the picture."""
    found = fits(settings)
    shown = found[settings.shown]
    off = errors(settings, shown)
    points = pd.DataFrame({"x": settings.x, "y": settings.y, "off": off}).assign(
        kind="point", number=[str(point) for point in range(1, POINTS + 1)]
    )
    points["moved"] = points["number"] == str(settings.point)
    squared = {"mse": [True] * POINTS, "mae": [False] * POINTS,
               "huber": (abs(off) <= settings.delta).tolist()}[settings.shown]  # fmt: skip
    drawn = pd.DataFrame({"x": settings.x, "start": shown(settings.x), "end": settings.y}).assign(
        kind="error", square=squared,
        side=[_side(x, gap, shown.slope) for x, gap in zip(settings.x, off, strict=True)],
    )  # fmt: skip
    parts = [
        pd.DataFrame(ends(line, LEFT, RIGHT, BOTTOM, TOP), columns=["x", "line"]).assign(
            kind="line", loss=key
        )
        for key, line in found.items()
    ]
    return pd.concat([*parts, drawn, points], ignore_index=True)


def _side(x: float, error: float, slope: float) -> int:
    """To which side of an error its square is drawn: 1 is right."""
    away = 1 if (error > 0) == (slope > 0) else -1  # from the line, which passes through its foot
    inside = LEFT <= x + 0.4 * away * abs(error) <= RIGHT  # about as wide as it will be
    return away if inside else -away


def _carried(panel: Panel, settings: LineFit) -> None:
    """Each point's part of the loss and of the gradient, under each loss, for the errors drawn."""
    language, rows = panel.language, shares(settings)
    point = rows[rows["point"] == OUTLIER].set_index("loss")
    for share, title in SHARES.items():
        listed = ", ".join(
            f"{FITTED[key].inside[language]} {percent(point[share][key])}" for key in FITTED
        )
        draw(charts.carried, share, language, rows=rows, key=f"line-{share}",
             alt=_SHARE_ALT.fill(language, {"title": title[language], "point": OUTLIER,
                                            "shares": listed}))  # fmt: skip


def _carried_caption(panel: Panel, settings: LineFit) -> None:
    """What the outlier carries."""
    rows = shares(settings)
    point = rows[rows["point"] == OUTLIER].set_index("loss")
    if (rows["error"] == 0).all():
        caption(panel, "carried-none")
    else:
        caption(panel, "carried-caption", {
            "point": OUTLIER, "error": float(point["error"]["mse"]),
            **{f"{key}_{kind}": float(point[share][key]) for key in FITTED
               for kind, share in (("loss", "of_loss"), ("gradient", "of_gradient"))},
        })  # fmt: skip
    say(panel, "carried", {"line": fitted_names(panel.language)[settings.shown]})
